/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "model.h"

const char *const side_names[SIDES] = { "fake", "linux" };

/* Times, counters of the machine, and what only a real NIC tells. */
static const char *const left_out[] = { "start-time", "install-time", "io_read_kbs",
	"io_write_kbs", "memory-free", "memory-free-computed", "speed", "duplex",
	"VCPUs-utilisation", NULL };

_Noreturn void give_up(const char *what, const struct xenet_error *err)
{
	fprintf(stderr, "model: %s%s%s\n", what, err ? ": " : "",
		err && err->message ? err->message : "");
	exit(2);
}

/* The number behind "#" as the uuid; any other text as it is. */
static const char *translate(const struct pair *p, int side, char *text)
{
	static char all[LINE];
	size_t length = 0;

	all[0] = '\0';
	while (*text && length < sizeof(all) - UUID_LENGTH - 1) {
		if (*text == '#') {
			size_t number = strtoul(text + 1, &text, 10);

			length += (size_t)sprintf(
				all + length, "%s", p->things[number].uuid[side]);
		} else {
			all[length++] = *text++;
			all[length] = '\0';
		}
	}
	return all;
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

struct xenet_request *pair_request(const struct pair *p, int side, const char *line)
{
	char copy[LINE], *rest = copy, *word;
	struct xenet_request *request;
	struct xenet_error err = { 0 };

	snprintf(copy, sizeof(copy), "%s", line);
	request = new_request(strsep(&rest, " "));
	while ((word = strsep(&rest, " "))) {
		char *equals = strchr(word, '=');

		*equals = '\0';
		if (xenet_request_set(
			    request, word, translate(p, side, equals + 1), &err) < 0)
			give_up(line, &err);
	}
	return request;
}

static FILE *memory(char **text, size_t *size)
{
	FILE *stream = open_memstream(text, size);

	if (!stream)
		give_up("no memory", NULL);
	return stream;
}

/* "ok", or the code and what it names, sorted, since objects have no order; the kernel's own
 * words are its own. */
static char *outcome(const struct pair *p, int side, int r, const struct xenet_error *err)
{
	char *text = NULL, *hidden;
	size_t size;
	FILE *stream = memory(&text, &size);

	fputs(r == 0 ? "ok" : xenet_error_name(err->code), stream);
	for (size_t i = 0; r < 0 && i < err->n_params; i++)
		if (err->code != XENET_E_KERNEL_ERROR)
			fprintf(stream, "; %s", err->params[i]);
	fclose(stream);
	hidden = things_hide(p, side, text);
	free(text);
	text = NULL;
	stream = memory(&text, &size);
	things_sort(hidden, stream);
	fclose(stream);
	free(hidden);
	return text;
}

static char *run(struct pair *p, int side, const char *line)
{
	struct xenet_request *request = pair_request(p, side, line);
	struct xenet_reply *reply = NULL;
	struct xenet_error err = { 0 };
	int r = xenet_run(p->xn[side], request, &reply, &err);
	char *said = outcome(p, side, r, &err);

	snprintf(p->message[side], LINE, "%s (%s)", err.message ? err.message : "",
		err.n_params ? err.params[err.n_params - 1] : "");
	xenet_reply_free(reply);
	xenet_error_clear(&err);
	xenet_request_free(request);
	return said;
}

bool pair_run(struct pair *p, const char *line, bool *ok)
{
	char *said[SIDES];
	bool same;

	for (int side = 0; side < SIDES; side++)
		said[side] = run(p, side, line);
	same = strcmp(said[FAKE], said[LINUX]) == 0;
	*ok = strcmp(said[LINUX], "ok") == 0;
	if (!same)
		for (int side = 0; side < SIDES; side++)
			printf("%s: %s: %s: %s\n", line, side_names[side], said[side],
				p->message[side]);
	for (int side = 0; side < SIDES; side++)
		free(said[side]);
	if (same && *ok && !things_refresh(p)) {
		printf("%s: the sides have not made or removed the same objects\n", line);
		return false;
	}
	return same;
}

/* ---- what the sides have, as files ---- */

static FILE *create(const struct pair *p, int side, const char *suffix)
{
	char path[LINE];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.%s", p->directory, side_names[side], suffix);
	file = fopen(path, "we");
	if (!file)
		give_up(path, NULL);
	return file;
}

static bool is_left_out(const char *field)
{
	size_t i = 0;

	while (left_out[i] && strcmp(left_out[i], field) != 0)
		i++;
	return left_out[i] != NULL;
}

/* "#7 MTU 1500", a line a field. */
static void write_row(const struct pair *p, int side, const struct xenet_reply *reply,
	size_t row, FILE *file)
{
	for (size_t i = 0; i < xenet_reply_columns(reply); i++) {
		const char *name = xenet_field_name(xenet_reply_field(reply, i));
		const char *shown = xenet_reply_value(reply, row, i);
		char *id, *hidden;

		if (is_left_out(name))
			continue;
		id = things_hide(p, side, xenet_reply_value(reply, row, 0));
		hidden = things_hide(p, side, shown ? shown : "");
		fprintf(file, "%s %s ", id, name);
		things_sort(hidden, file);
		fputc('\n', file);
		free(id);
		free(hidden);
	}
}

static void write_class(struct pair *p, int side, const struct kind *kind, FILE *file)
{
	struct xenet_reply *reply = NULL;
	struct xenet_error err = { 0 };
	struct xenet_request *request;
	char line[LINE];

	snprintf(line, sizeof(line), "%s-list params=all", kind->name);
	request = pair_request(p, side, line);
	if (xenet_run(p->xn[side], request, &reply, &err) < 0)
		give_up(line, &err);
	for (size_t i = 0; i < xenet_reply_rows(reply); i++)
		write_row(p, side, reply, i, file);
	xenet_reply_free(reply);
	xenet_request_free(request);
}

static void write_sed(const struct pair *p, int side, FILE *file)
{
	for (size_t i = 0; i < p->n_things; i++) {
		const struct thing *thing = &p->things[i];

		fprintf(file, "s/%s/#%zu/g\n", thing->uuid[side], i);
		if (!thing->gone &&
			strcmp(thing->address[FAKE], thing->address[LINUX]) != 0)
			fprintf(file, "s/%s/mac#%zu/g\n", thing->address[side], i);
	}
}

void pair_write(struct pair *p)
{
	for (int side = 0; side < SIDES; side++) {
		FILE *file = create(p, side, "model");

		for (const struct kind *kind = kinds; kind->name; kind++)
			write_class(p, side, kind, file);
		fclose(file);
		file = create(p, side, "sed");
		write_sed(p, side, file);
		fclose(file);
	}
}

/* ---- both of them ---- */

void pair_open(struct pair *p)
{
	for (int side = 0; side < SIDES; side++) {
		char database[LINE], run_directory[LINE];
		struct xenet_options options = { .database = database,
			.run_directory = run_directory,
			.backend = side_names[side],
			.timeout_ms = 30000 };
		struct xenet_error err = { 0 };

		snprintf(database, sizeof(database), "%s/%s.db", p->directory,
			side_names[side]);
		snprintf(run_directory, sizeof(run_directory), "%s/%s.run", p->directory,
			side_names[side]);
		if (xenet_open(&p->xn[side], &options, &err) < 0)
			give_up(database, &err);
	}
}

void pair_close(struct pair *p)
{
	for (int side = 0; side < SIDES; side++)
		p->xn[side] = xenet_close(p->xn[side]);
	free(p->things);
	p->things = NULL;
}
