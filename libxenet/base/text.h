/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_TEXT_H
#define XN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * A text that grows in an arena. A failed allocation is remembered: the writers go on
 * without effect and xn_text_end tells once, with NULL.
 */
struct xn_text {
	struct xn_arena *arena;
	char *bytes;
	size_t length;
	size_t room;
	bool failed;
};

#define XN_TEXT(arena_) ((struct xn_text){ .arena = (arena_) })

void xn_text_add(struct xn_text *text, const char *piece);
void xn_text_addn(struct xn_text *text, const char *piece, size_t length);
void xn_text_addf(struct xn_text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The finished text ("" when nothing was added), owned by the arena; NULL: no memory. */
char *xn_text_end(struct xn_text *text);

/* The text, or of a long one not more than that many bytes, no half character, and " ...";
 * NULL: no memory. */
const char *xn_text_cut(struct xn_arena *arena, const char *text, size_t limit);

/* Seconds since 1970 as "19700101T00:00:00Z". The C library's functions would read the file of
 * the time zone for that. NULL: no memory. */
const char *xn_text_utc(struct xn_arena *arena, int64_t seconds);

/* The value of a name in "name=value,name=value"; false: it is not there, or too long. */
bool xn_option(const char *options, const char *name, char *out, size_t size);

#endif
