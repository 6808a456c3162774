/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "model.h"

const char *const side_names[SIDES] = { "fake", "linux" };

/* Times, counters of the machine, and what only a real NIC tells. */
static const char *const left_out[] = { "start-time", "install-time", "io_read_kbs",
	"io_write_kbs", "memory-free", "memory-free-computed", "speed", "duplex",
	"VCPUs-utilisation", NULL };

/* What the kernel's call, which this one stands before, is asked for on each side. */
static uint64_t uuid_random[SIDES] = { 1, 1 };
static int uuid_side;

ssize_t getrandom(void *out, size_t size, unsigned flags)
{
	(void)flags;
	for (size_t i = 0; i < size; i++)
		((unsigned char *)out)[i] = (unsigned char)random_below(
			&uuid_random[uuid_side], 256);
	return (ssize_t)size;
}

_Noreturn void give_up(const char *what, const struct xenet_error *err)
{
	fprintf(stderr, "model: %s%s%s\n", what, err ? ": " : "",
		err && err->message ? err->message : "");
	exit(2);
}

/* The text with uuids for numbers; free() it. */
static char *with_uuids(const struct pair *p, char *text)
{
	char *out = NULL;
	size_t size;
	FILE *stream = open_memstream(&out, &size);

	if (!stream)
		give_up("no memory", NULL);
	while (*text) {
		if (*text == '#')
			fputs(p->things[strtoul(text + 1, &text, 10)].uuid, stream);
		else
			fputc(*text++, stream);
	}
	fclose(stream);
	return out;
}

static struct xenet_request *new_request(const char *command)
{
	struct xenet_request *request = NULL;
	struct xenet_error err = { 0 };
	const struct xenet_class *c;
	const struct xenet_verb *verb;

	if (!xenet_command_find(command, &c, &verb) ||
		xenet_request_new(
			&request, xenet_class_name(c), xenet_verb_name(verb), &err) < 0)
		give_up(command, &err);
	return request;
}

static struct xenet_request *request_of(const struct pair *p, const char *line)
{
	char copy[LINE], *rest = copy, *word;
	struct xenet_request *request;
	struct xenet_error err = { 0 };

	snprintf(copy, sizeof(copy), "%s", line);
	request = new_request(strsep(&rest, " "));
	while ((word = strsep(&rest, " "))) {
		char *equals = strchr(word, '='), *value = with_uuids(p, equals + 1);

		*equals = '\0';
		if (xenet_request_set(request, word, value, &err) < 0)
			give_up(line, &err);
		free(value);
	}
	return request;
}

struct xenet_reply *pair_ask(
	struct pair *p, int side, const char *line, struct xenet_error *err)
{
	struct xenet_request *request = request_of(p, line);
	struct xenet_reply *reply = NULL;

	uuid_side = side;
	xenet_run(p->xn[side], request, &reply, err);
	xenet_request_free(request);
	return reply;
}

/* The kernel's own words are nobody else's. */
static bool same_error(const struct xenet_error *a, const struct xenet_error *b)
{
	if (a->code != b->code || a->n_params != b->n_params)
		return false;
	for (size_t i = 0; a->code != XENET_E_KERNEL_ERROR && i < a->n_params; i++)
		if (strcmp(a->params[i], b->params[i]) != 0)
			return false;
	return true;
}

static void show(const char *line, int side, const struct xenet_error *err)
{
	printf("%s: %s: %s", line, side_names[side],
		err->code ? xenet_error_name(err->code) : "ok");
	for (size_t i = 0; i < err->n_params; i++)
		printf("%s[%s]", i ? " " : ": ", err->params[i]);
	putchar('\n');
}

bool pair_run(struct pair *p, const char *line, bool *ok)
{
	struct xenet_error err[SIDES] = { 0 };
	bool same;

	for (int side = 0; side < SIDES; side++)
		xenet_reply_free(pair_ask(p, side, line, &err[side]));
	same = same_error(&err[FAKE], &err[LINUX]);
	*ok = err[LINUX].code == XENET_OK;
	for (int side = 0; side < SIDES; side++) {
		if (!same)
			show(line, side, &err[side]);
		xenet_error_clear(&err[side]);
	}
	if (!same || !*ok || things_refresh(p))
		return same;
	printf("%s: the sides have not made or removed the same objects\n", line);
	return false;
}

/* ---- what the sides have ---- */

static bool is_left_out(const char *field)
{
	size_t i = 0;

	while (left_out[i] && strcmp(left_out[i], field) != 0)
		i++;
	return left_out[i] != NULL;
}

/* "vif UUID MTU 1500", a line a field. */
static void write_row(
	const char *class_name, const struct xenet_reply *reply, size_t row, FILE *file)
{
	for (size_t i = 0; i < xenet_reply_columns(reply); i++) {
		const char *name = xenet_field_name(xenet_reply_field(reply, i));
		const char *value = xenet_reply_value(reply, row, i);

		if (!is_left_out(name))
			fprintf(file, "%s %s %s %s\n", class_name,
				xenet_reply_value(reply, row, 0), name,
				value ? value : "");
	}
}

static void write_class(struct pair *p, int side, const char *class_name, FILE *file)
{
	struct xenet_reply *reply;
	struct xenet_error err = { 0 };
	char line[LINE];

	snprintf(line, sizeof(line), "%s-list params=all", class_name);
	reply = pair_ask(p, side, line, &err);
	if (!reply)
		give_up(line, &err);
	for (size_t i = 0; i < xenet_reply_rows(reply); i++)
		write_row(class_name, reply, i, file);
	xenet_reply_free(reply);
}

void pair_write(struct pair *p)
{
	for (int side = 0; side < SIDES; side++) {
		char path[LINE];
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s.model", p->directory,
			side_names[side]);
		file = fopen(path, "we");
		if (!file)
			give_up(path, NULL);
		for (size_t i = 0; class_names[i]; i++)
			write_class(p, side, class_names[i], file);
		fclose(file);
	}
}

/* ---- both of them ---- */

static void open_side(struct pair *p, int side)
{
	char database[LINE], run_directory[LINE];
	struct xenet_options options = { .database = database,
		.run_directory = run_directory,
		.backend = side_names[side],
		.timeout_ms = 30000 };
	struct xenet_error err = { 0 };

	uuid_side = side;
	snprintf(database, sizeof(database), "%s/%s.db", p->directory, side_names[side]);
	snprintf(run_directory, sizeof(run_directory), "%s/%s.run", p->directory,
		side_names[side]);
	if (xenet_open(&p->xn[side], &options, &err) < 0)
		give_up(database, &err);
}

void pair_open(struct pair *p)
{
	for (int side = 0; side < SIDES; side++)
		open_side(p, side);
}

void pair_close(struct pair *p)
{
	for (int side = 0; side < SIDES; side++)
		p->xn[side] = xenet_close(p->xn[side]);
	free(p->things);
	p->things = NULL;
}
