/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/query.h"

#include <ctype.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"

int xn_query_start(struct xn_model *m, struct xn_query *query,
	const struct xenet_class *class, struct xenet_error *err)
{
	*query = (struct xn_query){ .class = class };
	return xn_query_columns(m, query, NULL, err);
}

static bool is_named(const char *names, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = names; at;
		at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		if (strcspn(at, ",") == length && strncmp(at, name, length) == 0)
			return true;
	return false;
}

/* xe's own quiet fields are no columns even when named; ours are. */
static bool may_be_column(const struct xenet_field *field)
{
	return xn_is_shown(field) || (xn_is_known(field) && field->access == XN_LIVE);
}

static bool is_column(const struct xenet_field *field, const char *names)
{
	if (!names)
		return xn_is_shown(field) && field->flags & XN_LISTED;
	if (strcmp(names, "all") == 0)
		return xn_is_shown(field);
	return may_be_column(field) && is_named(names, field->name);
}

int xn_query_columns(struct xn_model *m, struct xn_query *query, const char *names,
	struct xenet_error *err)
{
	size_t n = 0;

	for (const struct xenet_field *f = query->class->fields; f->name; f++)
		n++;
	query->columns = xn_alloc(m->arena, (n + 1) * sizeof(*query->columns));
	if (!query->columns)
		return xn_no_memory(err);
	query->n_columns = 0;
	for (const struct xenet_field *f = query->class->fields; f->name; f++)
		if (is_column(f, names))
			query->columns[query->n_columns++] = f;
	return 0;
}

int xn_query_column(struct xn_model *m, struct xn_query *query,
	const struct xenet_field *field, struct xenet_error *err)
{
	query->columns = xn_alloc(m->arena, sizeof(*query->columns));
	if (!query->columns)
		return xn_no_memory(err);
	query->columns[0] = field;
	query->n_columns = 1;
	return 0;
}

static bool is_hidden_here(const struct xn_query *query, const struct xenet_field *field)
{
	return field->flags & XN_EXPENSIVE && !query->expensive;
}

static void add_columns(struct xn_text *sql, const struct xn_query *query)
{
	/* Without any field there still is a row to answer. */
	xn_text_add(sql, query->n_columns ? "" : "NULL");
	for (size_t i = 0; i < query->n_columns; i++) {
		xn_text_add(sql, i ? ", " : "");
		if (is_hidden_here(query, query->columns[i]))
			xn_text_add(sql, "'<expensive field>'");
		else
			xn_sql_shown(sql, query->class, query->columns[i]);
	}
}

static void add_json(struct xn_text *sql, const struct xn_query *query, size_t i)
{
	if (is_hidden_here(query, query->columns[i]))
		xn_text_add(sql, "NULL");
	else
		xn_sql_json(sql, query->class, query->columns[i]);
}

/*
 * One JSON object a record. SQLite's functions take 127 arguments at most, so further
 * fields are inserted a chunk at a time: json_insert(json_object(...), '$."name"', ...).
 */
static void add_object(struct xn_text *sql, const struct xn_query *query)
{
	enum {
		CHUNK = 60
	};

	for (size_t i = CHUNK; i < query->n_columns; i += CHUNK)
		xn_text_add(sql, "json_insert(");
	xn_text_add(sql, "json_object(");
	for (size_t i = 0; i < query->n_columns; i++) {
		bool first = i < CHUNK;

		if (i && i % CHUNK == 0)
			xn_text_add(sql, ")");
		xn_text_add(sql, i ? ", " : "");
		xn_text_addf(
			sql, first ? "'%s', " : "'$.\"%s\"', ", query->columns[i]->name);
		add_json(sql, query, i);
	}
	xn_text_add(sql, ")");
}

/* A bare value is JSON of its own, not a member of an object. */
static void add_bare_json(struct xn_text *sql, const struct xn_query *query)
{
	xn_text_add(sql, "json_quote(");
	add_json(sql, query, 0);
	xn_text_add(sql, ")");
}

static void add_answer(struct xn_text *sql, const struct xn_query *query, bool as_json)
{
	if (!as_json)
		add_columns(sql, query);
	else if (query->bare)
		add_bare_json(sql, query);
	else
		add_object(sql, query);
}

static char *query_sql(struct xn_model *m, const struct xn_query *query, bool as_json)
{
	struct xn_text sql = XN_TEXT(m->arena);
	char table[XN_COLUMN_SIZE];
	const char *word = "WHERE";
	int place = 1;

	xn_text_add(&sql, "SELECT ");
	add_answer(&sql, query, as_json);
	xn_text_addf(&sql, " FROM \"%s\"", xn_sql_name(query->class->name, table));
	for (const struct xn_filter *f = query->filters; f; f = f->next, place += 2) {
		xn_text_addf(&sql, " %s (", word);
		xn_sql_condition(&sql, query->class, f, place);
		xn_text_add(&sql, f->opposite ? ") IS NOT TRUE" : ")");
		word = "AND";
	}
	/* One order for all columns, so that lists can be laid side by side. */
	xn_text_addf(
		&sql, " ORDER BY %s", query->class->order ? query->class->order : "uuid");
	return xn_text_end(&sql);
}

static void bind(const struct xn_query *query, struct db_stmt *stmt)
{
	int place = 1;

	for (const struct xn_filter *f = query->filters; f; f = f->next, place += 2) {
		db_bind_text(stmt, place, f->value);
		if (f->key)
			db_bind_text(stmt, place + 1, f->key);
	}
}

/* What live() in SQL needs while a query runs, and how it failed. */
struct look {
	struct xn_model *m;
	const struct xenet_class *class;
	struct xenet_error *err;
	int failed;
};

static const char *look(void *context, const char *uuid, const char *field)
{
	struct look *look = context;
	struct xn_object *object;
	const char *text = NULL;
	int r = xn_get(look->m, look->class, uuid, &object, look->err);

	if (r == 0)
		r = look->m->live(
			look->m, object, xn_field(look->class, field), &text, look->err);
	look->failed = r;
	return r < 0 ? NULL : text;
}

static int add_row(struct xn_model *m, struct db_stmt *stmt, struct xenet_reply *reply,
	struct xenet_error *err)
{
	int n = db_column_count(stmt);
	const char **row = xn_alloc(m->arena, ((size_t)n + 1) * sizeof(*row));

	if (!row)
		return xn_no_memory(err);
	for (int i = 0; i < n; i++)
		row[i] = db_column_text(stmt, i);
	return xn_reply_add_row(reply, row, err);
}

static int read_rows(struct xn_model *m, const struct xn_query *query,
	struct db_stmt *stmt, struct xenet_reply *reply, struct xenet_error *err)
{
	struct look context = { m, query->class, err, 0 };
	enum db_result result;
	int r = 0;

	db_set_live(m->db, look, &context);
	while (r == 0 && (result = db_step(stmt)) == DB_ROW)
		r = add_row(m, stmt, reply, err);
	db_set_live(m->db, NULL, NULL);
	if (context.failed < 0)
		return context.failed;
	return r < 0 ? r : xn_db_error(m->db, result, err);
}

/* A bare value, and JSON, come in one column without a field. */
static int set_shape(
	const struct xn_query *query, struct xenet_reply *reply, struct xenet_error *err)
{
	reply->answer = XN_ANSWER_RECORDS;
	if (reply->as_json || query->bare)
		return 0;
	return xn_reply_set_fields(reply, query->columns, query->n_columns, err);
}

int xn_query_run(struct xn_model *m, const struct xn_query *query,
	struct xenet_reply *reply, struct xenet_error *err)
{
	char *sql = query_sql(m, query, reply->as_json);
	struct db_stmt *stmt;
	enum db_result result;
	int r;

	if (!sql)
		return xn_no_memory(err);
	r = set_shape(query, reply, err);
	if (r < 0)
		return r;
	result = db_prepare(m->db, &stmt, sql);
	if (result != DB_OK)
		return xn_db_error(m->db, result, err);
	bind(query, stmt);
	r = read_rows(m, query, stmt, reply, err);
	db_done(stmt);
	return r;
}

int xn_query_entry(struct xn_model *m, const struct xn_object *object,
	const struct xenet_field *field, const char *key, const char **ret,
	struct xenet_error *err)
{
	struct look context = { m, object->class, err, 0 };
	struct xn_text sql = XN_TEXT(m->arena);
	char table[XN_COLUMN_SIZE];
	int r;

	xn_text_add(&sql, "SELECT (SELECT value FROM json_each(");
	xn_sql_value(&sql, object->class, field);
	xn_text_addf(&sql, ") WHERE key = ?2) FROM \"%s\" WHERE uuid = ?1",
		xn_sql_name(object->class->name, table));
	if (!xn_text_end(&sql))
		return xn_no_memory(err);
	db_set_live(m->db, look, &context);
	r = xn_sql_text(m, ret, err, sql.bytes, XN_PARAMS(object->uuid, key));
	db_set_live(m->db, NULL, NULL);
	return context.failed < 0 ? context.failed : r;
}
