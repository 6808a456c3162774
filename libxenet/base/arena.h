/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_ARENA_H
#define XN_ARENA_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Memory with one end: everything made during a transaction lives in its arena and goes
 * with it. Nothing taken from an arena is ever freed by itself.
 */
struct xn_arena;

/* NULL when memory is short. */
struct xn_arena *xn_arena_new(void);
/* Frees the arena and all that was taken from it; takes NULL, returns NULL. */
struct xn_arena *xn_arena_free(struct xn_arena *arena);

/* Zeroed memory, aligned for any type; NULL when memory is short. */
void *xn_alloc(struct xn_arena *arena, size_t size);
char *xn_strdup(struct xn_arena *arena, const char *text);
char *xn_strndup(struct xn_arena *arena, const char *text, size_t length);
char *xn_printf(struct xn_arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *xn_vprintf(struct xn_arena *arena, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

#endif
