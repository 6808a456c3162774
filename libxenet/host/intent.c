/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/rundir.h"

static int fail(const char *path, struct xenet_error *err)
{
	return xn_fail(err, XENET_E_RUN_DIRECTORY, path, strerror(errno));
}

/* Distinguishes this boot from an earlier one, whose intents mean nothing any more. */
static const char *boot_id(char out[40])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, 36);

	if (fd >= 0)
		close(fd);
	out[n > 0 ? n : 0] = '\0';
	return out;
}

static void write_links(struct xn_text *text, const char *word,
	const struct xn_netstate *state, unsigned mask)
{
	for (const struct xn_link *link = state->links; link; link = link->next) {
		xn_text_addf(text, "%s %s", word, link->name);
		xn_link_write(text, link, link->mask & mask);
		xn_text_add(text, "\n");
	}
}

static char *intent_text(const struct xn_intent *intent, struct xn_arena *arena)
{
	struct xn_text text = XN_TEXT(arena);
	char boot[40];

	xn_text_addf(&text, "boot %s\ndatabase %s\n", boot_id(boot), intent->database);
	for (const struct xn_subject *s = intent->subjects; s; s = s->next)
		xn_text_addf(&text, "subject %s %s\n", s->class_name, s->uuid);
	write_links(&text, "owned", intent->owned, XN_MARK);
	write_links(&text, "lent", intent->lent, ~0U);
	/* Without its end it was never whole, and nothing was done yet. */
	xn_text_add(&text, "end of intent\n");
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

/* *valid: of this boot, by its first line, and whole, by its last. */
static int read_line(struct xn_intent *intent, char *line, bool *valid,
	struct xn_arena *arena, struct xenet_error *err)
{
	char *rest = strchr(line, ' ');
	struct xn_link *link;
	char boot[40];

	if (!rest)
		return 0;
	*rest++ = '\0';
	if (strcmp(line, "boot") == 0)
		intent->is_of_this_boot = strcmp(rest, boot_id(boot)) == 0;
	else if (strcmp(line, "end") == 0)
		*valid = intent->is_of_this_boot && intent->database;
	else if (strcmp(line, "database") == 0)
		intent->database = rest;
	else if (strcmp(line, "subject") == 0)
		return read_subject(intent, rest, arena, err);
	else if (strcmp(line, "owned") == 0)
		return xn_link_read(intent->owned, rest, &link, err);
	else if (strcmp(line, "lent") == 0)
		return xn_link_read(intent->lent, rest, &link, err);
	return 0;
}

static int read_text(FILE *file, struct xn_intent *intent, bool *valid,
	struct xn_arena *arena, struct xenet_error *err)
{
	char *line = NULL, *copy;
	size_t room = 0;
	ssize_t length;
	int r = 0;

	while (r == 0 && (length = getline(&line, &room, file)) > 0) {
		copy = xn_strndup(
			arena, line, (size_t)(length - (line[length - 1] == '\n')));
		r = copy ? read_line(intent, copy, valid, arena, err) : xn_no_memory(err);
	}
	free(line);
	return r;
}

int xn_intent_read(const char *path, struct xn_intent **ret, struct xn_arena *arena,
	struct xenet_error *err)
{
	struct xn_intent *intent = xn_alloc(arena, sizeof(*intent));
	FILE *file;
	bool valid = false;
	int r;

	*ret = NULL;
	if (!intent || !(intent->owned = xn_netstate_new(arena)) ||
		!(intent->lent = xn_netstate_new(arena)))
		return xn_no_memory(err);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? 0 : fail(path, err);
	r = read_text(file, intent, &valid, arena, err);
	fclose(file);
	if (r == 0 && valid)
		*ret = intent;
	return r < 0 || valid ? r : xn_intent_clear(path, err);
}
