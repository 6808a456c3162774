/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/rundir.h"

/* The file of an intent; one whose first byte is '!' gets a first and last line that count. */

static void put(int fd, const void *bytes, size_t size)
{
	assert(write(fd, bytes, size) == (ssize_t)size);
}

static void put_boot(int fd)
{
	char line[64] = "boot ";
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	assert(file && fgets(line + 5, sizeof(line) - 5, file));
	fclose(file);
	put(fd, line, strlen(line));
}

static void fill(int fd, const uint8_t *data, size_t size)
{
	if (!size || data[0] != '!') {
		put(fd, data, size);
		return;
	}
	put_boot(fd);
	put(fd, data + 1, size - 1);
	put(fd, "\nend of intent\n", 15);
}

/* What is written of it is read as the same. */
static void check(
	const struct xn_intent *intent, const char *path, struct xn_arena *arena)
{
	struct xn_intent *again;
	bool cut;

	for (const struct xn_subject *s = intent->subjects; s; s = s->next)
		assert(s->class_name && s->uuid);
	assert(xn_intent_write(path, intent, arena, NULL) == 0);
	assert(xn_intent_read(path, &again, &cut, arena, NULL) == 0 && again && !cut);
	assert(strcmp(again->database, intent->database) == 0);
	assert(xn_netstate_holds(again->lent, intent->lent));
	for (const struct xn_link *link = intent->owned->links; link; link = link->next)
		assert(xn_link_find(again->owned, link->name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[64];
	struct xn_arena *arena = xn_arena_new();
	struct xn_intent *intent = NULL;
	bool cut;
	FILE *file;

	assert(arena);
	if (!path[0])
		snprintf(path, sizeof(path), "/tmp/xenet-fuzz-intent.%d", (int)getpid());
	file = fopen(path, "we");
	assert(file);
	fill(fileno(file), data, size);
	fclose(file);
	if (xn_intent_read(path, &intent, &cut, arena, NULL) == 0 && intent)
		check(intent, path, arena);
	unlink(path);
	xn_arena_free(arena);
	return 0;
}
