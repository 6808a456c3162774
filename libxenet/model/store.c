/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"
#include "model/model.h"

static bool must_write(const struct xn_object *object, const struct xenet_field *field)
{
	return xn_is_stored(field) &&
	       (!object->saved || !xn_value_equal(object, object->saved, field));
}

/* "column = ?n" pieces for an UPDATE, or columns and places for an INSERT. */
static int add_columns(
	const struct xn_object *object, struct xn_text *names, struct xn_text *places)
{
	char column[XN_COLUMN_SIZE];
	int n = 0;

	for (const struct xenet_field *field = object->class->fields; field->name;
		field++) {
		if (!must_write(object, field))
			continue;
		n++;
		xn_sql_name(field->name, column);
		xn_text_addf(names, object->saved ? "%s\"%s\" = ?%d" : "%s\"%s\"",
			n > 1 ? ", " : "", column, n);
		xn_text_addf(places, "%s?%d", n > 1 ? ", " : "", n);
	}
	return n;
}

static char *write_sql(struct xn_model *m, const struct xn_object *object, int *n)
{
	struct xn_text names = XN_TEXT(m->arena), places = XN_TEXT(m->arena);
	char table[XN_COLUMN_SIZE];
	const char *columns, *values;

	*n = add_columns(object, &names, &places);
	columns = xn_text_end(&names);
	values = xn_text_end(&places);
	if (!columns || !values)
		return NULL;
	xn_sql_name(object->class->name, table);
	if (object->saved)
		return xn_printf(m->arena, "UPDATE \"%s\" SET %s WHERE uuid = ?%d", table,
			columns, *n + 1);
	return xn_printf(
		m->arena, "INSERT INTO \"%s\" (%s) VALUES (%s)", table, columns, values);
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
	int n;
	char *sql = write_sql(m, object, &n);

	if (!sql)
		return xn_no_memory(err);
	if (n == 0)
		return 0;
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
