/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"
#include "model/model.h"
#include "model/query.h"
#include "model/row.h"

/* A column that is to get a value. */
struct write {
	const char *column, *value;
	struct write *next;
};

static bool must_write(const struct xn_object *object, const struct xenet_field *field)
{
	return !object->saved || !xn_value_equal(object, object->saved, field);
}

static int add_entry(struct xn_model *m, const struct xn_object *object,
	const struct xenet_field *field, const char **kept, struct xenet_error *err)
{
	static const char *const text = "SELECT json_set(?1, ?2, ?3)",
				 *const json = "SELECT json_set(?1, ?2, json(?3))";
	static const char *const others[] = {
		[XN_INT] = "SELECT json_set(?1, ?2, CAST(?3 AS INTEGER))",
		[XN_BOOL] = json,
		[XN_SET] = json,
		[XN_MAP] = json,
	};
	const char *path = xn_printf(m->arena, "$.\"%s\"", field->name);
	const char *value = xn_value_get(m, object, field);

	return path && value ? xn_sql_text(m, kept, err,
				       field->type >= XN_INT ? others[field->type] : text,
				       XN_PARAMS(*kept, path, value))
			     : xn_no_memory(err);
}

static bool must_write_kept(const struct xn_object *object)
{
	const struct xenet_field *field = xn_next_kept(object->class->fields);

	while (field && !must_write(object, field))
		field = xn_next_kept(field + 1);
	return field;
}

/* What goes into the column of all such fields; *ret = NULL: it is there, or there is none. */
static int write_kept(struct xn_model *m, const struct xn_object *object,
	const char **ret, struct xenet_error *err)
{
	const struct xenet_field *field = xn_next_kept(object->class->fields);
	int r = 0;

	*ret = NULL;
	if (!must_write_kept(object))
		return 0;
	for (*ret = "{}"; field && r == 0; field = xn_next_kept(field + 1))
		if (!xn_value_is(object, field, xn_initial(field)))
			r = add_entry(m, object, field, ret, err);
	return r;
}

static struct write *add_write(
	struct xn_model *m, const char *column, const char *value, struct write ***end)
{
	struct write *write = xn_alloc(m->arena, sizeof(*write));

	if (!write)
		return NULL;
	*write = (struct write){ column, value, NULL };
	**end = write;
	*end = &write->next;
	return write;
}

/* As a column takes it; only references may be NULL. */
static bool column_value(struct xn_model *m, const struct xn_object *object,
	const struct xenet_field *field, const char **ret)
{
	const char *text = xn_value_get(m, object, field);

	*ret = field->type == XN_BOOL ? text[0] == 't' ? "1" : "0" : text;
	return text || field->type == XN_REF;
}

static int list_writes(struct xn_model *m, const struct xn_object *object,
	struct write **ret, struct xenet_error *err)
{
	const struct xenet_field *field = xn_next_column(object->class->fields);
	struct write **end = ret;
	const char *value;
	int r = write_kept(m, object, &value, err);

	*ret = NULL;
	if (r == 0 && value && !add_write(m, "kept", value, &end))
		r = xn_no_memory(err);
	for (; field && r == 0; field = xn_next_column(field + 1))
		if (must_write(object, field) &&
			(!column_value(m, object, field, &value) ||
				!add_write(m, field->name, value, &end)))
			r = xn_no_memory(err);
	return r;
}

static void add_columns(
	struct xn_text *sql, const struct write *writes, const char *behind)
{
	for (const struct write *w = writes; w; w = w->next) {
		xn_sql_add_name(sql, w->column);
		xn_text_add(sql, behind);
		xn_text_add(sql, w->next ? ", " : "");
	}
}

static void add_update(
	struct xn_text *sql, const struct xn_object *object, const struct write *writes)
{
	xn_text_add(sql, "UPDATE ");
	xn_sql_add_name(sql, object->class->name);
	xn_text_add(sql, " SET ");
	add_columns(sql, writes, " = ?");
	xn_text_add(sql, " WHERE uuid = ?");
}

static void add_insert(
	struct xn_text *sql, const struct xn_object *object, const struct write *writes)
{
	xn_text_add(sql, "INSERT INTO ");
	xn_sql_add_name(sql, object->class->name);
	xn_text_add(sql, " (");
	add_columns(sql, writes, "");
	xn_text_add(sql, ") VALUES (?");
	for (; writes->next; writes = writes->next)
		xn_text_add(sql, ", ?");
	xn_text_add(sql, ")");
}

static char *write_sql(
	struct xn_model *m, const struct xn_object *object, const struct write *writes)
{
	struct xn_text sql = XN_TEXT(m->arena);

	if (object->saved)
		add_update(&sql, object, writes);
	else
		add_insert(&sql, object, writes);
	return xn_text_end(&sql);
}

static void bind_values(
	const struct xn_object *object, const struct write *writes, struct db_stmt *stmt)
{
	int n = 0;

	for (const struct write *w = writes; w; w = w->next)
		db_bind_text(stmt, ++n, w->value);
	if (object->saved)
		db_bind_text(stmt, n + 1, object->uuid);
}

static int finish(struct xn_model *m, struct db_stmt *stmt, struct xenet_error *err)
{
	enum db_result result = db_step(stmt);

	db_done(stmt);
	return xn_db_error(m->db, result, err);
}

static int write_row(
	struct xn_model *m, const struct xn_object *object, struct xenet_error *err)
{
	struct write *writes;
	struct db_stmt *stmt;
	enum db_result result;
	const char *sql;
	int r = list_writes(m, object, &writes, err);

	if (r == 0 && writes)
		r = xn_row_check(m, object, err);
	if (r < 0 || !writes)
		return r;
	sql = write_sql(m, object, writes);
	if (!sql)
		return xn_no_memory(err);
	result = db_prepare(m->db, &stmt, sql);
	if (result != DB_OK)
		return xn_db_error(m->db, result, err);
	bind_values(object, writes, stmt);
	return finish(m, stmt, err);
}

static int delete_row(
	struct xn_model *m, const struct xn_object *object, struct xenet_error *err)
{
	char table[XN_COLUMN_SIZE];
	struct db_stmt *stmt;
	enum db_result result;
	char *sql = xn_printf(m->arena, "DELETE FROM \"%s\" WHERE uuid = ?1",
		xn_sql_name(object->class->name, table));

	if (!sql)
		return xn_no_memory(err);
	result = db_prepare(m->db, &stmt, sql);
	if (result != DB_OK)
		return xn_db_error(m->db, result, err);
	db_bind_text(stmt, 1, object->uuid);
	return finish(m, stmt, err);
}

static int save_class(struct xn_model *m, const struct xenet_class *class, bool deleted,
	struct xenet_error *err)
{
	int r = 0;

	for (struct xn_object *object = m->asked; object && r == 0;
		object = object->again) {
		if (object->class != class || object->deleted != deleted)
			continue;
		if (!deleted)
			r = write_row(m, object, err);
		else if (object->saved)
			r = delete_row(m, object, err);
	}
	return r;
}

int xn_model_save(struct xn_model *m, struct xenet_error *err)
{
	int n = 0, r = 0;

	for (; xn_classes[n] && r == 0; n++)
		r = save_class(m, xn_classes[n], false, err);
	while (n-- > 0 && r == 0)
		r = save_class(m, xn_classes[n], true, err);
	return r;
}
