/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_REPLY_H
#define XN_REPLY_H

#include "model/model.h"

/* Owns an arena of its own: it outlives the transaction. */
struct xenet_reply {
	struct xn_arena *arena;
	const struct xenet_field **fields; /* NULL: one column of plain values */
	size_t columns;
	const char ***rows; /* each an array with a text a column */
	size_t n_rows;
	size_t room;
	struct xn_note {
		const char *text;
		struct xn_note *next;
	} * notes; /* oldest first */
};

struct xenet_reply *xn_reply_new(void);
/* Something that the user should know of a command that did not fail. */
int xn_reply_add_note(
	struct xenet_reply *reply, const char *text, struct xenet_error *err);
/* A reply of plain values gets one; the text is copied. */
int xn_reply_add_value(
	struct xenet_reply *reply, const char *value, struct xenet_error *err);
/* The columns of the records to come; the array is copied. */
int xn_reply_set_fields(struct xenet_reply *reply,
	const struct xenet_field *const *fields, size_t n, struct xenet_error *err);
/* Adds a row whose texts are copied; a NULL one becomes "". */
int xn_reply_add_row(
	struct xenet_reply *reply, const char *const *values, struct xenet_error *err);

#endif
