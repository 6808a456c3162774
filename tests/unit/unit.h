/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>

#include "base/arena.h"
#include "base/error.h"
#include "host/netstate.h"

/*
 * What the suites share: a program is one suite, whose tests each start with an arena, an
 * empty directory and a clear error. A file tests the module of its name.
 */
struct unit {
	struct xn_arena *arena;
	char *dir;
	struct xenet_error err;
};

extern struct unit unit;

/* The whole of a suite's main. */
int unit_main(const char *name, void (*add_tests)(TCase *tests));

/* "DIRECTORY/name", from the arena. */
const char *unit_path(const char *name);
void unit_write(const char *path, const void *bytes, size_t size);
/* The file's bytes with a NUL behind them, from the arena. */
char *unit_read(const char *path, size_t *size);
/* The names in the directory, sorted, with a blank behind each. */
const char *unit_files(const char *directory);

/* unit.err has that code and exactly those values (NULL-terminated); clears it. */
void unit_check_error(
	const char *file, int line, int r, int code, const char *const *values);
#define assert_error(r, code, ...)                                                       \
	unit_check_error(__FILE__, __LINE__, r, code,                                    \
		(const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

/* r is 0; says the error, if not. */
void unit_check_ok(const char *file, int line, int r);
#define assert_ok(r) unit_check_ok(__FILE__, __LINE__, r)

/* Links from lines of netstate notation. */
struct xn_netstate *unit_state(const char *lines);

#endif
