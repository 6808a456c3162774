/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_REPLY_H
#define XN_REPLY_H

#include "model/model.h"

/* What the rows of a reply mean; as JSON they are different things. */
enum xn_answer {
	XN_ANSWER_UUIDS,   /* plain values: what was made                          */
	XN_ANSWER_TEXT,	   /* one plain value                                      */
	XN_ANSWER_RECORDS, /* a list                                               */
	XN_ANSWER_TABLE,   /* rows of texts below fields, with JSON, too           */
	XN_ANSWER_JSON,	   /* one record or value, which is JSON if that is wanted */
};

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
	enum xn_answer answer;
	enum xenet_status status;
	bool as_json; /* rows of a query are JSON texts, a single column */
	char *json;   /* all of it, made when the verb is done           */
};

struct xenet_reply *xn_reply_new(void);
/* As it was when the verb was asked, to be asked again. */
int xn_reply_clear(struct xenet_reply *reply, struct xenet_error *err);
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

/* ---- JSON, made by SQLite (model/json.c) ---- */

/* Makes the JSON text of the whole reply. */
int xn_reply_make_json(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err);
/* An array of the texts; free() it. */
int xn_json_texts(struct db *db, const char *const *texts, size_t n, char **ret,
	struct xenet_error *err);

#endif
