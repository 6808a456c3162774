/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_REQUEST_H
#define XN_REQUEST_H

#include "model/model.h"

struct xn_argument {
	char *key;
	char *value;
	struct xn_argument *next;
};

struct xenet_request {
	const struct xenet_class *class;
	const struct xenet_verb *verb;
	struct xn_argument *arguments; /* in the order given */
	struct xn_argument **end;
};

/* In the arena's memory, and as lasting; NULL: no memory. */
struct xenet_request *xn_request_copy(
	struct xn_arena *arena, const struct xenet_request *req);
/* The first argument of that key; NULL: absent. */
const char *xn_arg(const struct xenet_request *req, const char *key);
/* The same, with "" for an absent one. */
const char *xn_arg_or_empty(const struct xenet_request *req, const char *key);
/* A boolean option; absent gives the preset. */
int xn_arg_bool(const struct xenet_request *req, const char *key, bool preset, bool *ret,
	struct xenet_error *err);
/* The object whose uuid the argument is. */
int xn_arg_object(struct xn_model *m, const struct xenet_request *req, const char *key,
	const struct xenet_class *class, void *ret_object, struct xenet_error *err);
/* Words that steer the program, never a filter, a selector or a map key. */
bool xn_is_reserved(const char *key);

#endif
