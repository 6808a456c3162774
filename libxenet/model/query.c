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

int xn_query_columns(struct xn_model *m, struct xn_query *query, const char *names,
	struct xenet_error *err)
{
	bool all = names && strcmp(names, "all") == 0;
	size_t n = 0;

	for (const struct xenet_field *f = query->class->fields; f->name; f++)
		n++;
	query->columns = xn_alloc(m->arena, (n + 1) * sizeof(*query->columns));
	if (!query->columns)
		return xn_no_memory(err);
	query->n_columns = 0;
	for (const struct xenet_field *f = query->class->fields; f->name; f++)
		if (xn_is_shown(f) && (all || (names ? is_named(names, f->name)
						     : f->flags & XN_LISTED)))
			query->columns[query->n_columns++] = f;
	return 0;
}

/* The stored or derived value, before it is made readable. */
static void add_value(struct xn_text *sql, const struct xenet_class *class,
	const struct xenet_field *field)
{
	char table[XN_COLUMN_SIZE], column[XN_COLUMN_SIZE];

	if (field->sql)
		xn_text_add(sql, field->sql);
	else if (field->access == XN_LIVE)
		xn_text_add(sql, "NULL");
	else
		xn_text_addf(sql, "\"%s\".\"%s\"", xn_sql_name(class->name, table),
			xn_sql_name(field->name, column));
}

void xn_sql_shown(struct xn_text *sql, const struct xenet_class *class,
	const struct xenet_field *field)
{
	static const struct {
		const char *before, *after;
	} wraps[] = {
		[XN_REF] = { "coalesce(", ", '<not in database>')" },
		[XN_BOOL] = { "iif(", ", 'true', 'false')" },
		[XN_SET] = { "(SELECT coalesce(group_concat(value, '; '), '') FROM "
			     "json_each(",
			"))" },
		[XN_MAP] = { "(SELECT coalesce(group_concat(key || ': ' || value, '; '), "
			     "'')"
			     " FROM json_each(",
			"))" },
	};
	bool plain = field->access == XN_LIVE ||
		     field->type >= sizeof(wraps) / sizeof(wraps[0]);
	const char *before = plain ? NULL : wraps[field->type].before;

	if (field->type == XN_SET && field->flags & XN_COMMAS)
		before =
			"(SELECT coalesce(group_concat(value, ', '), '') FROM json_each(";
	xn_text_add(sql, before ? before : "");
	add_value(sql, class, field);
	xn_text_add(sql, before ? wraps[field->type].after : "");
}

static void add_columns(struct xn_text *sql, const struct xn_query *query)
{
	xn_text_add(sql, "SELECT uuid");
	for (size_t i = 0; i < query->n_columns; i++) {
		xn_text_add(sql, ", ");
		if (query->columns[i]->flags & XN_EXPENSIVE && !query->expensive)
			xn_text_add(sql, "'<expensive field>'");
		else
			xn_sql_shown(sql, query->class, query->columns[i]);
	}
}

/* Collections and derived values are compared as they are printed; a plain column as it
 * is stored, so that its index serves. */
static bool is_compared_as_shown(const struct xenet_field *field)
{
	return field->sql || field->type == XN_SET || field->type == XN_MAP ||
	       field->type == XN_BOOL || field->type == XN_REF;
}

static void add_condition(struct xn_text *sql, const struct xn_query *query,
	const struct xn_filter *filter, int *n)
{
	const struct xenet_field *field = filter->field;
	int64_t number;

	if (filter->key || filter->member) {
		xn_text_add(sql, "EXISTS (SELECT 1 FROM json_each(");
		add_value(sql, query->class, field);
		xn_text_addf(sql, ") WHERE value = ?%d", ++*n);
		if (filter->key)
			xn_text_addf(sql, " AND key = ?%d", ++*n);
		xn_text_add(sql, ")");
		return;
	}
	/* SQLite would find 1 for '01'. */
	if (field->type == XN_INT && !xn_parse_int(filter->value, &number)) {
		xn_text_add(sql, "0");
		return;
	}
	if (is_compared_as_shown(field) &&
		!(field->type == XN_REF && !field->sql && xn_is_uuid(filter->value)))
		xn_sql_shown(sql, query->class, field);
	else
		add_value(sql, query->class, field);
	xn_text_addf(sql, " = ?%d", ++*n);
}

static char *query_sql(struct xn_model *m, const struct xn_query *query)
{
	struct xn_text sql = XN_TEXT(m->arena);
	char table[XN_COLUMN_SIZE];
	const char *word = "WHERE";
	int n = 0;

	add_columns(&sql, query);
	xn_text_addf(&sql, " FROM \"%s\"", xn_sql_name(query->class->name, table));
	for (const struct xn_filter *f = query->filters; f; f = f->next) {
		if (f->field->access == XN_LIVE)
			continue;
		xn_text_addf(&sql, " %s ", word);
		add_condition(&sql, query, f, &n);
		word = "AND";
	}
	return xn_text_end(&sql);
}

static void bind(const struct xn_query *query, struct db_stmt *stmt)
{
	int n = 0;

	for (const struct xn_filter *f = query->filters; f; f = f->next) {
		int64_t number;

		if (f->field->access == XN_LIVE)
			continue;
		if (!f->key && !f->member && f->field->type == XN_INT &&
			!xn_parse_int(f->value, &number))
			continue;
		db_bind_text(stmt, ++n, f->value);
		if (f->key)
			db_bind_text(stmt, ++n, f->key);
	}
}

static bool has_live(const struct xn_query *query)
{
	for (size_t i = 0; i < query->n_columns; i++)
		if (query->columns[i]->access == XN_LIVE)
			return true;
	for (const struct xn_filter *f = query->filters; f; f = f->next)
		if (f->field->access == XN_LIVE)
			return true;
	return false;
}

/* Puts the live fields into the row; *keep: it passes the filters on live fields. */
static int look(struct xn_model *m, const struct xn_query *query, const char *uuid,
	const char **row, bool *keep, struct xenet_error *err)
{
	struct xn_object *object;
	const char *value;
	int r = xn_get(m, query->class, uuid, &object, err);

	for (size_t i = 0; i < query->n_columns && r == 0; i++)
		if (query->columns[i]->access == XN_LIVE)
			r = m->live(m, object, query->columns[i], &row[i], err);
	for (const struct xn_filter *f = query->filters; f && r == 0; f = f->next) {
		if (f->field->access != XN_LIVE)
			continue;
		r = m->live(m, object, f->field, &value, err);
		*keep = *keep && r == 0 && strcmp(value, f->value) == 0;
	}
	return r;
}

static int add_row(struct xn_model *m, const struct xn_query *query, struct db_stmt *stmt,
	struct xenet_reply *reply, struct xenet_error *err)
{
	const char **row = xn_alloc(m->arena, (query->n_columns + 1) * sizeof(*row));
	bool keep = true;
	int r = 0;

	if (!row)
		return xn_no_memory(err);
	for (size_t i = 0; i < query->n_columns; i++)
		row[i] = db_column_text(stmt, (int)i + 1);
	if (has_live(query))
		r = look(m, query, db_column_text(stmt, 0), row, &keep, err);
	return r < 0 || !keep ? r : xn_reply_add_row(reply, row, err);
}

int xn_query_run(struct xn_model *m, const struct xn_query *query,
	struct xenet_reply *reply, struct xenet_error *err)
{
	char *sql = query_sql(m, query);
	struct db_stmt *stmt;
	enum db_result result;
	int r;

	if (!sql)
		return xn_no_memory(err);
	r = xn_reply_set_fields(reply, query->columns, query->n_columns, err);
	if (r < 0)
		return r;
	result = db_prepare(m->db, &stmt, sql);
	if (result != DB_OK)
		return xn_db_error(m->db, result, err);
	bind(query, stmt);
	while (r == 0 && (result = db_step(stmt)) == DB_ROW)
		r = add_row(m, query, stmt, reply, err);
	db_done(stmt);
	return r < 0 ? r : xn_db_error(m->db, result, err);
}
