/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "xenet.h"

/*
 * Two handles that are asked the same: one on the fake host, one on the real kernel. Objects
 * get numbers in order of creation, the same on both sides, and "#7" stands for the uuid
 * that the seventh one has on a side.
 */
enum {
	FAKE,
	LINUX,
	SIDES
};

enum {
	UUID_LENGTH = 36,
	MAC_LENGTH = 17,
	LINE = 512,
};

/* A class whose objects are numbered. */
struct kind {
	const char *name;
	const char *key;  /* tells apart those that one command makes */
	bool has_address; /* a MAC address, which may be a random one */
};

extern const struct kind kinds[]; /* ends with a NULL name */

struct thing {
	const struct kind *kind;
	bool gone;
	char uuid[SIDES][UUID_LENGTH + 1];
	char address[SIDES][MAC_LENGTH + 1];
};

struct pair {
	const char *directory;
	bool lab; /* the kernel has VLANs, bonds and tunnels */
	struct xenet *xn[SIDES];
	char message[SIDES][LINE]; /* of the last error of each */
	struct thing *things;
	size_t n_things;
	uint64_t random;
};

/* ---- pair.c ---- */

extern const char *const side_names[SIDES];

/* The request of a line such as "vif-plug uuid=#7"; NULL: the command is not known. */
struct xenet_request *pair_request(const struct pair *p, int side, const char *line);
/* Runs the line on both sides; the outcome of each is "ok", or the error's code and values.
 * False: they differ. *ok: it succeeded. */
bool pair_run(struct pair *p, const char *line, bool *ok);
/* Writes what the sides have to say for themselves: SIDE.model has their objects, SIDE.sed
 * turns uuids and random addresses to numbers. */
void pair_write(struct pair *p);
void pair_open(struct pair *p);
void pair_close(struct pair *p);

/* ---- things.c ---- */

/* Numbers what is new, and marks what is gone. False: the sides differ in it. */
bool things_refresh(struct pair *p);
size_t things_count(const struct pair *p, const char *class_name);
/* The n-th of the class, or -1. */
long things_at(const struct pair *p, const char *class_name, size_t n);
/* The text with numbers for the side's uuids and addresses; free() it. */
char *things_hide(const struct pair *p, int side, const char *text);

/* Writes the items of a set, "b; a", in their order. */
void things_sort(char *text, FILE *file);

/* ---- operations.c ---- */

uint64_t random_below(struct pair *p, uint64_t limit);
/* A command for what is there, as a line. */
void operation_make(struct pair *p, char line[LINE]);

/* Ends the program: the test itself is at fault. */
_Noreturn void give_up(const char *what, const struct xenet_error *err);

#endif
