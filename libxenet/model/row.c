/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/row.h"

#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "model/internal.h"
#include "model/query.h"

const char *xn_row_sql(struct xn_model *m, const struct xenet_class *class)
{
	struct xn_text sql = XN_TEXT(m->arena);
	const struct xenet_field *field = xn_next_column(class->fields);

	xn_text_add(&sql, "SELECT ");
	for (; field; field = xn_next_column(field + 1)) {
		xn_sql_add_name(&sql, field->name);
		xn_text_add(&sql, ", ");
	}
	xn_text_add(&sql, xn_next_kept(class->fields) ? "kept FROM " : "0 FROM ");
	xn_sql_add_name(&sql, class->name);
	xn_text_add(&sql, " WHERE uuid = ?1");
	return xn_text_end(&sql);
}

static bool is_choice(const char *choices, const char *text)
{
	size_t length = strlen(text);

	for (const char *c = choices; c; c = strchr(c, '|') ? strchr(c, '|') + 1 : NULL)
		if (strcspn(c, "|") == length && strncmp(c, text, length) == 0)
			return true;
	return false;
}

static bool is_sound_number(const struct xenet_field *field, int64_t n)
{
	if (field->type == XN_BOOL)
		return n == 0 || n == 1;
	if (n == 0 && field->flags & XN_NOT_ZERO)
		return false;
	return !field->max || (n >= field->min && n <= field->max);
}

/* As it is written here, so that it is found again. */
static bool is_address(const char *text)
{
	char address[XN_MAC_SIZE];

	return !text[0] || (xn_parse_mac(text, address) && strcmp(text, address) == 0);
}

static bool is_sound_text(const struct xenet_field *field, const char *text)
{
	switch (field->type) {
	case XN_UUID:
	case XN_REF:
		return xn_is_uuid(text);
	case XN_ENUM:
		return is_choice(field->choices, text);
	case XN_MAC:
		return is_address(text);
	case XN_SET:
		return text[0] == '[';
	case XN_MAP:
		return text[0] == '{';
	default:
		return !field->max || strlen(text) <= (size_t)field->max;
	}
}

static bool is_sound_or_none(const struct xenet_field *field, const char *text)
{
	return text ? is_sound_text(field, text) : field->flags & XN_OPTIONAL;
}

/* The schema leaves this to us, and the file to whoever may write it. */
static bool is_sound(const struct xenet_field *field, struct db_stmt *stmt, int i)
{
	if (field->type == XN_INT || field->type == XN_BOOL)
		return db_column_is_int(stmt, i) &&
		       is_sound_number(field, db_column_int(stmt, i));
	return is_sound_or_none(field, db_column_text(stmt, i));
}

static bool is_sound_member(
	const struct xn_object *object, const struct xenet_field *field)
{
	const void *member = (const char *)object + field->offset;

	if (field->type == XN_BOOL)
		return true;
	if (field->type == XN_INT)
		return is_sound_number(field, *(const int64_t *)member);
	return is_sound_or_none(field, *(const char *const *)member);
}

static int refuse(const struct xn_object *object, const char *field, const char *value,
	struct xenet_error *err)
{
	const char *found = value ? value : "NULL";

	/* What is wrong may be the uuid, which comes first. */
	return xn_fail(err, XENET_E_DB_ROW_INVALID, object->class->name,
		object->uuid ? object->uuid : found, field, found);
}

int xn_row_check(
	struct xn_model *m, const struct xn_object *object, struct xenet_error *err)
{
	const struct xenet_field *field = xn_next_stored(object->class->fields);

	while (field && is_sound_member(object, field))
		field = xn_next_stored(field + 1);
	if (!field)
		return 0;
	return refuse(object, field->name, xn_value_get(m, object, field), err);
}

static int read_column(struct xn_model *m, void *member, const struct xenet_field *field,
	struct db_stmt *stmt, int i)
{
	const char *text;

	if (field->type == XN_INT)
		*(int64_t *)member = db_column_int(stmt, i);
	else if (field->type == XN_BOOL)
		*(bool *)member = db_column_int(stmt, i) != 0;
	else if ((text = db_column_text(stmt, i)) &&
		 !(*(char **)member = xn_strdup(m->arena, text)))
		return -1;
	return 0;
}

/* From that column of the statement's row. */
static int read_field(struct xn_model *m, struct xn_object *object,
	const struct xenet_field *field, struct db_stmt *stmt, int i,
	struct xenet_error *err)
{
	if (!is_sound(field, stmt, i))
		return refuse(object, field->name, db_column_text(stmt, i), err);
	return read_column(m, (char *)object + field->offset, field, stmt, i) < 0
		       ? xn_no_memory(err)
		       : 0;
}

static int read_entry(struct xn_model *m, struct xn_object *object, struct db_stmt *stmt,
	struct xenet_error *err)
{
	const char *name = db_column_text(stmt, 0);
	const struct xenet_field *field = xn_field(object->class, name);

	return field && field->flags & XN_KEPT
		       ? read_field(m, object, field, stmt, 1, err)
		       : refuse(object, "kept", name, err);
}

static int read_entries(struct xn_model *m, struct xn_object *object, const char *kept,
	struct xenet_error *err)
{
	struct db_stmt *stmt;
	enum db_result result = db_prepare(m->db, &stmt,
		"SELECT key, value FROM json_each(iif(json_valid(?1), ?1, "
		"json_object(?1, 0)))");
	int r = 0;

	if (result != DB_OK)
		return xn_db_error(m->db, result, err);
	db_bind_text(stmt, 1, kept);
	while (r == 0 && (result = db_step(stmt)) == DB_ROW)
		r = read_entry(m, object, stmt, err);
	db_done(stmt);
	return r < 0 ? r : xn_db_error(m->db, result, err);
}

static int read_kept(struct xn_model *m, struct xn_object *object, const char *kept,
	struct xenet_error *err)
{
	const struct xenet_field *field = xn_next_kept(object->class->fields);
	int r = 0;

	for (; field && r == 0; field = xn_next_kept(field + 1))
		r = xn_set_initial(m, object, field, err);
	if (r < 0)
		return r;
	if (!kept || kept[0] != '{')
		return refuse(object, "kept", kept, err);
	/* As it mostly is. */
	return strcmp(kept, "{}") == 0 ? 0 : read_entries(m, object, kept, err);
}

int xn_row_read(struct xn_model *m, struct xn_object *object, struct db_stmt *stmt,
	struct xenet_error *err)
{
	const struct xenet_field *field = xn_next_column(object->class->fields);
	int i = 0, r = 0;

	for (; field && r == 0; field = xn_next_column(field + 1))
		r = read_field(m, object, field, stmt, i++, err);
	return r == 0 && xn_next_kept(object->class->fields)
		       ? read_kept(m, object, db_column_text(stmt, i), err)
		       : r;
}
