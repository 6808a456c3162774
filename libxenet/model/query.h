/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_QUERY_H
#define XN_QUERY_H

#include "base/text.h"
#include "model/reply.h"

/*
 * A list: columns and filters of one class, answered by one SELECT. Live fields are a
 * function of SQL, live(uuid, field), which looks at the host.
 */
struct xn_filter {
	const struct xenet_field *field;
	const char *key; /* of a map; NULL: the whole value, or a set's member */
	bool member;	 /* a set that contains the value                      */
	const char *value;
	bool opposite; /* whoever does not match */
	struct xn_filter *next;
};

struct xn_query {
	const struct xenet_class *class;
	const struct xenet_field **columns; /* in the class's order */
	size_t n_columns;
	struct xn_filter *filters;
	bool expensive; /* compute what lists show as a placeholder only */
	bool bare;	/* answer one column's value, not a record       */
};

int xn_query_start(struct xn_model *m, struct xn_query *query,
	const struct xenet_class *class, struct xenet_error *err);
/* names: comma-separated, "all", or NULL for the default ones; unknown ones are skipped. */
int xn_query_columns(struct xn_model *m, struct xn_query *query, const char *names,
	struct xenet_error *err);
/* That one alone, shown in lists or not. */
int xn_query_column(struct xn_model *m, struct xn_query *query,
	const struct xenet_field *field, struct xenet_error *err);
/* word: FIELD, MAP:KEY, MAP-KEY, SET:contains or SET-contains. */
int xn_query_filter(struct xn_model *m, struct xn_query *query, const char *word,
	const char *value, struct xenet_error *err);
/* Adds the records to the reply. */
int xn_query_run(struct xn_model *m, const struct xn_query *query,
	struct xenet_reply *reply, struct xenet_error *err);

/* One entry of a stored or derived map; *ret = NULL: the key is not there. */
int xn_query_entry(struct xn_model *m, const struct xn_object *object,
	const struct xenet_field *field, const char *key, const char **ret,
	struct xenet_error *err);

/* Splits a word as above into its field and, for collections, the rest behind it. */
int xn_find_field(const struct xenet_class *class, const char *word,
	const struct xenet_field **ret, const char **rest, struct xenet_error *err);

/* ---- Expressions for the value of a field (model/column.c) ---- */

/* The name of a class or a field, as a quoted one of SQL. */
void xn_sql_add_name(struct xn_text *sql, const char *name);
/* As it is stored or derived. */
void xn_sql_value(struct xn_text *sql, const struct xenet_class *class,
	const struct xenet_field *field);
/* Whether a row matches: the value is that parameter, a key the one behind it (model/condition.c). */
void xn_sql_condition(struct xn_text *sql, const struct xenet_class *class,
	const struct xn_filter *filter, int place);
/* As it is printed. */
void xn_sql_shown(struct xn_text *sql, const struct xenet_class *class,
	const struct xenet_field *field);
/* As SQLite's JSON functions take it: typed, and NULL for what is not there. */
void xn_sql_json(struct xn_text *sql, const struct xenet_class *class,
	const struct xenet_field *field);

#endif
