/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/row.h"

#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "model/query.h"

const char *xn_row_sql(struct xn_model *m, const struct xenet_class *class)
{
	struct xn_text sql = XN_TEXT(m->arena);
	const struct xenet_field *field = xn_next_stored(class->fields);

	xn_text_add(&sql, "SELECT ");
	for (; field; field = xn_next_stored(field + 1)) {
		xn_sql_add_name(&sql, field->name);
		xn_text_add(&sql, ", ");
	}
	xn_text_add(&sql, "0 FROM ");
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

int xn_row_check(
	struct xn_model *m, const struct xn_object *object, struct xenet_error *err)
{
	const struct xenet_field *field = xn_next_stored(object->class->fields);
	const char *value;

	while (field && is_sound_member(object, field))
		field = xn_next_stored(field + 1);
	if (!field)
		return 0;
	value = xn_value_get(m, object, field);
	return xn_fail(err, XENET_E_DB_ROW_INVALID, object->class->name, object->uuid,
		field->name, value ? value : "NULL");
}

static int refuse(const struct xn_object *object, const struct xenet_field *field,
	struct db_stmt *stmt, int i, struct xenet_error *err)
{
	const char *uuid = db_column_text(stmt, 0), *text = db_column_text(stmt, i);

	return xn_fail(err, XENET_E_DB_ROW_INVALID, object->class->name, uuid ? uuid : "",
		field->name, text ? text : "NULL");
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

int xn_row_read(struct xn_model *m, struct xn_object *object, struct db_stmt *stmt,
	struct xenet_error *err)
{
	const struct xenet_field *field = xn_next_stored(object->class->fields);

	for (int i = 0; field; i++, field = xn_next_stored(field + 1)) {
		void *member = (char *)object + field->offset;

		if (!is_sound(field, stmt, i))
			return refuse(object, field, stmt, i, err);
		if (read_column(m, member, field, stmt, i) < 0)
			return xn_no_memory(err);
	}
	return 0;
}
