/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_JSON_H
#define XN_JSON_H

#include "exchange/faults.h"

/*
 * JSON (RFC 8259) as a tree that knows its lines. SQLite's JSON functions, which do all
 * else here, tell neither lines nor keys that are there twice.
 */
enum xn_json_type {
	XN_JSON_NULL,
	XN_JSON_BOOL,
	XN_JSON_NUMBER,
	XN_JSON_TEXT,
	XN_JSON_ARRAY,
	XN_JSON_OBJECT,
};

struct xn_json {
	enum xn_json_type type;
	unsigned line;	  /* where it starts; of a member: its key         */
	const char *name; /* its key in an object; NULL: it is in an array */
	const char *text; /* decoded; numbers and words as they are written */
	size_t index;	  /* its place among its siblings                  */
	bool refused;	  /* something is wrong with it, and has been told */
	struct xn_json *parent, *first, *next;
};

/* *ret = NULL: it is none, which the faults say. Keys that are there twice are faults, too,
 * in an otherwise good tree. */
int xn_json_read(struct xn_arena *arena, const char *bytes, size_t size,
	struct xn_json **ret, struct xn_faults *faults, struct xenet_error *err);
/* Notes keys that are there twice; -1: no memory. */
int xn_json_check_names(
	struct xn_arena *arena, const struct xn_json *json, struct xn_faults *faults);
/* "network[2].MTU"; NULL: no memory. */
const char *xn_json_place(struct xn_arena *arena, const struct xn_json *json);
/* Of an object; NULL: it has no such key. */
struct xn_json *xn_json_member(const struct xn_json *object, const char *name);
/* "text", "a number" ... */
const char *xn_json_kind(enum xn_json_type type);
/* "the text 'x'", "the number 7" ..., of bounded length; NULL: no memory. */
const char *xn_json_show(struct xn_arena *arena, const struct xn_json *json);

#endif
