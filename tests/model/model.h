/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "xenet.h"

/*
 * Two handles that are asked the same: one on the fake host, one on the real kernel. They draw
 * the same random numbers, so that all objects have the same uuids. "#7" stands for the uuid of
 * the seventh object.
 */
enum {
	FAKE,
	LINUX,
	SIDES
};

enum {
	UUID_LENGTH = 36,
	LINE = 512,
};

struct thing {
	const char *class_name;
	bool gone;
	char uuid[UUID_LENGTH + 1];
};

struct pair {
	const char *directory;
	bool lab; /* the kernel has VLANs, bonds and tunnels */
	struct xenet *xn[SIDES];
	struct thing *things;
	size_t n_things;
	uint64_t random; /* of the operations */
};

/* ---- pair.c ---- */

extern const char *const side_names[SIDES];

/* Runs the line, such as "vif-plug uuid=#7", on one side. NULL: it failed, and err says how. */
struct xenet_reply *pair_ask(
	struct pair *p, int side, const char *line, struct xenet_error *err);
/* The same on both, with the outcome to be the same. *ok: it succeeded. */
bool pair_run(struct pair *p, const char *line, bool *ok);
/* Writes all fields of all objects of each side into DIRECTORY/SIDE.model. */
void pair_write(struct pair *p);
void pair_open(struct pair *p);
void pair_close(struct pair *p);

/* ---- things.c ---- */

extern const char *const class_names[]; /* whose objects have numbers; ends with NULL */

/* Numbers what is new, and marks what is gone. False: the sides differ in it. */
bool things_refresh(struct pair *p);
size_t things_count(const struct pair *p, const char *class_name);
/* The n-th of the class, or -1. */
long things_at(const struct pair *p, const char *class_name, size_t n);

/* ---- operations.c ---- */

/* Below limit; xorshift64*, the same numbers everywhere. */
uint64_t random_below(uint64_t *state, uint64_t limit);
/* A command for what is there, as a line. */
void operation_make(struct pair *p, char line[LINE]);

/* Ends the program: the test itself is at fault. */
_Noreturn void give_up(const char *what, const struct xenet_error *err);

#endif
