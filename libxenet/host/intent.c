/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/rundir.h"

/* Without its end it was never whole, and nothing was done yet. */
#define END "end of intent\n"

static int fail(const char *path, struct xenet_error *err)
{
	return xn_fail(err, XENET_E_RUN_DIRECTORY, path, strerror(errno));
}

const char *xn_boot_id(char out[XN_BOOT_ID_SIZE])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, 36);

	if (fd >= 0)
		close(fd);
	out[n > 0 ? n : 0] = '\0';
	return out;
}

/* The lines that have one text. */
static const struct {
	const char *word;
	size_t offset;
} texts[] = {
	{ "database", offsetof(struct xn_intent, database) },
	{ "obstacle", offsetof(struct xn_intent, obstacle) },
	{ "entry", offsetof(struct xn_intent, entry) },
	{ "began", offsetof(struct xn_intent, began) },
	{ "user", offsetof(struct xn_intent, user) },
	{ "command", offsetof(struct xn_intent, command) },
};

enum {
	N_TEXTS = sizeof(texts) / sizeof(texts[0])
};

static void write_texts(struct xn_text *text, const struct xn_intent *intent)
{
	for (size_t i = 0; i < N_TEXTS; i++) {
		const char *const *value = (const void *)((const char *)intent +
							  texts[i].offset);

		if (!*value)
			continue;
		xn_text_addf(text, "%s ", texts[i].word);
		xn_text_escape(text, *value);
		xn_text_add(text, "\n");
	}
}

static void write_links(struct xn_text *text, const char *word,
	const struct xn_netstate *state, unsigned mask)
{
	for (const struct xn_link *link = state->links; link; link = link->next) {
		xn_text_addf(text, "%s ", word);
		xn_text_escape(text, link->name);
		xn_link_write(text, link, link->mask & mask);
		xn_text_add(text, "\n");
	}
}

static void write_hostname(struct xn_text *text, const struct xn_intent *intent)
{
	if (!intent->hostname)
		return;
	xn_text_add(text, "hostname ");
	xn_text_escape(text, intent->past_hostname);
	xn_text_add(text, " ");
	xn_text_escape(text, intent->hostname);
	xn_text_add(text, "\n");
}

static char *intent_text(const struct xn_intent *intent, struct xn_arena *arena)
{
	struct xn_text text = XN_TEXT(arena);
	char boot[XN_BOOT_ID_SIZE];

	xn_text_addf(&text, "boot %s\n", xn_boot_id(boot));
	write_texts(&text, intent);
	write_hostname(&text, intent);
	for (const struct xn_subject *s = intent->subjects; s; s = s->next)
		xn_text_addf(&text, "subject %s %s\n", s->class_name, s->uuid);
	write_links(&text, "owned", intent->owned, XN_MARK | XN_STATED);
	write_links(&text, "lent", intent->lent, ~0U);
	xn_text_add(&text, END);
	return xn_text_end(&text);
}

static int write_file(const char *path, const char *text, struct xenet_error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	size_t length = strlen(text);
	bool whole;

	if (fd < 0)
		return fail(path, err);
	errno = ENOSPC; /* a short write says no more than that */
	whole = write(fd, text, length) == (ssize_t)length;
	if (close(fd) < 0 || !whole)
		return fail(path, err);
	return 0;
}

int xn_intent_write(const char *path, const struct xn_intent *intent,
	struct xn_arena *arena, struct xenet_error *err)
{
	char *text = intent_text(intent, arena);

	return text ? write_file(path, text, err) : xn_no_memory(err);
}

int xn_intent_renew(const char *path, const struct xn_intent *intent,
	struct xn_arena *arena, struct xenet_error *err)
{
	const char *draft = xn_printf(arena, "%s.new", path);
	int r = draft ? xn_intent_write(draft, intent, arena, err) : xn_no_memory(err);

	if (r == 0 && rename(draft, path) < 0)
		r = fail(path, err);
	if (r < 0 && draft)
		unlink(draft);
	return r;
}

int xn_intent_clear(const char *path, struct xenet_error *err)
{
	return unlink(path) == 0 || errno == ENOENT ? 0 : fail(path, err);
}

static int read_subject(struct xn_intent *intent, char *line, struct xn_arena *arena,
	struct xenet_error *err)
{
	struct xn_subject *subject = xn_alloc(arena, sizeof(*subject));
	char *blank = strchr(line, ' ');

	if (!subject)
		return xn_no_memory(err);
	if (!blank)
		return xn_fail(err, XENET_E_INVALID_VALUE, "subject", line);
	*blank = '\0';
	subject->class_name = line;
	subject->uuid = blank + 1;
	subject->next = intent->subjects;
	intent->subjects = subject;
	return 0;
}

static int read_text(const char **to, const char *what, const char *text,
	struct xn_arena *arena, struct xenet_error *err)
{
	*to = xn_text_unescape(arena, text, strlen(text));
	return *to ? 0 : xn_fail(err, XENET_E_INVALID_VALUE, what, text);
}

static int read_hostname(struct xn_intent *intent, const char *text,
	struct xn_arena *arena, struct xenet_error *err)
{
	size_t length = strcspn(text, " ");
	const char *name = text + length + (text[length] == ' ');

	intent->past_hostname = xn_text_unescape(arena, text, length);
	intent->hostname = xn_text_unescape(arena, name, strlen(name));
	return intent->past_hostname && intent->hostname
		       ? 0
		       : xn_fail(err, XENET_E_INVALID_VALUE, "hostname", text);
}

static int read_line(struct xn_intent *intent, char *line, struct xn_arena *arena,
	struct xenet_error *err)
{
	char *rest = strchr(line, ' ');
	struct xn_link *link;

	if (!rest)
		return 0;
	*rest++ = '\0';
	for (size_t i = 0; i < N_TEXTS; i++)
		if (strcmp(line, texts[i].word) == 0)
			return read_text((void *)((char *)intent + texts[i].offset), line,
				rest, arena, err);
	if (strcmp(line, "hostname") == 0)
		return read_hostname(intent, rest, arena, err);
	if (strcmp(line, "subject") == 0)
		return read_subject(intent, rest, arena, err);
	if (strcmp(line, "owned") == 0)
		return xn_link_read(intent->owned, rest, &link, err);
	if (strcmp(line, "lent") == 0)
		return xn_link_read(intent->lent, rest, &link, err);
	return 0;
}

static char *read_file(FILE *file, struct xn_arena *arena)
{
	struct xn_text text = XN_TEXT(arena);
	char bytes[4096];
	size_t n;

	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		xn_text_addn(&text, bytes, n);
	return xn_text_end(&text);
}

/* By its first line: intents of an earlier boot mean nothing any more. */
static bool is_of_this_boot(const char *text)
{
	char boot[XN_BOOT_ID_SIZE];

	xn_boot_id(boot);
	return strncmp(text, "boot ", 5) == 0 &&
	       strncmp(text + 5, boot, strlen(boot)) == 0 &&
	       text[5 + strlen(boot)] == '\n';
}

/* By its last line: else no line of it counts. */
static bool is_whole(const char *text)
{
	size_t length = strlen(text), end = strlen(END);

	return length > end && strcmp(text + length - end, END) == 0;
}

/*
 * Who is killed while writing it has done nothing yet, and mostly leaves an empty one. Whatever
 * else is not whole may have been, and was damaged since.
 */
static bool is_cut(const char *text)
{
	bool is_dated = strncmp(text, "boot ", 5) == 0 && strchr(text, '\n');

	return text[0] && (is_of_this_boot(text) ? !is_whole(text) : !is_dated);
}

static int read_lines(struct xn_intent *intent, char *text, struct xn_arena *arena,
	struct xenet_error *err)
{
	int r = 0;

	for (char *line; r == 0 && (line = strsep(&text, "\n"));)
		r = read_line(intent, line, arena, err);
	return r;
}

struct state {
	bool valid; /* it means something, or there is none */
	bool cut;
};

static int look(const char *path, struct xn_intent **ret, struct state *state,
	struct xn_arena *arena, struct xenet_error *err)
{
	struct xn_intent *intent = xn_alloc(arena, sizeof(*intent));
	FILE *file;
	char *text;
	int r;

	*ret = NULL;
	*state = (struct state){ .valid = true };
	if (!intent || !(intent->owned = xn_netstate_new(arena)) ||
		!(intent->lent = xn_netstate_new(arena)))
		return xn_no_memory(err);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? 0 : fail(path, err);
	text = read_file(file, arena);
	fclose(file);
	if (!text)
		return xn_no_memory(err);
	state->valid = is_of_this_boot(text) && is_whole(text);
	state->cut = is_cut(text);
	r = state->valid ? read_lines(intent, text, arena, err) : 0;
	if (r == 0 && intent->database)
		*ret = intent;
	return r;
}

int xn_intent_look(const char *path, struct xn_intent **ret, struct xn_arena *arena,
	struct xenet_error *err)
{
	struct state state;

	return look(path, ret, &state, arena, err);
}

int xn_intent_read(const char *path, struct xn_intent **ret, bool *ret_cut,
	struct xn_arena *arena, struct xenet_error *err)
{
	struct state state = { .valid = true };
	int r = look(path, ret, &state, arena, err);

	*ret_cut = state.cut;
	return state.valid ? r : xn_intent_clear(path, err);
}
