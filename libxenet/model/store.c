/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"
#include "model/model.h"
#include "model/query.h"
#include "model/row.h"

static bool must_write(const struct xn_object *object, const struct xenet_field *field)
{
	return xn_is_stored(field) &&
	       (!object->saved || !xn_value_equal(object, object->saved, field));
}

/* The columns for an INSERT, or "column = ?" pieces for an UPDATE; how many. */
static int add_columns(struct xn_text *sql, const struct xn_object *object)
{
	int n = 0;

	for (const struct xenet_field *field = object->class->fields; field->name;
		field++) {
		if (!must_write(object, field))
			continue;
		xn_text_add(sql, n++ ? ", " : "");
		xn_sql_add_name(sql, field->name);
		xn_text_add(sql, object->saved ? " = ?" : "");
	}
	return n;
}

static void add_update(struct xn_text *sql, const struct xn_object *object, int *n)
{
	xn_text_add(sql, "UPDATE ");
	xn_sql_add_name(sql, object->class->name);
	xn_text_add(sql, " SET ");
	*n = add_columns(sql, object);
	xn_text_add(sql, " WHERE uuid = ?");
}

static void add_insert(struct xn_text *sql, const struct xn_object *object, int *n)
{
	xn_text_add(sql, "INSERT INTO ");
	xn_sql_add_name(sql, object->class->name);
	xn_text_add(sql, " (");
	*n = add_columns(sql, object);
	xn_text_add(sql, ") VALUES (?");
	for (int i = 1; i < *n; i++)
		xn_text_add(sql, ", ?");
	xn_text_add(sql, ")");
}

static char *write_sql(struct xn_model *m, const struct xn_object *object, int *n)
{
	struct xn_text sql = XN_TEXT(m->arena);

	if (object->saved)
		add_update(&sql, object, n);
	else
		add_insert(&sql, object, n);
	return xn_text_end(&sql);
}

static void bind_values(
	struct xn_model *m, const struct xn_object *object, struct db_stmt *stmt)
{
	int n = 0;

	for (const struct xenet_field *field = object->class->fields; field->name;
		field++) {
		if (!must_write(object, field))
			continue;
		n++;
		if (field->type == XN_BOOL)
			db_bind_int(stmt, n,
				*((bool *)((char *)(uintptr_t)object + field->offset)));
		else
			db_bind_text(stmt, n, xn_value_get(m, object, field));
	}
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
	struct db_stmt *stmt;
	enum db_result result;
	int n, r;
	char *sql = write_sql(m, object, &n);

	if (!sql)
		return xn_no_memory(err);
	if (n == 0)
		return 0;
	r = xn_row_check(m, object, err);
	if (r < 0)
		return r;
	result = db_prepare(m->db, &stmt, sql);
	if (result != DB_OK)
		return xn_db_error(m->db, result, err);
	bind_values(m, object, stmt);
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
