/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "exchange/document.h"
#include "model/query.h"

/* The model as a document: SQLite makes an object's JSON, which is laid out here. */

bool xn_class_is_in_documents(const struct xenet_class *class)
{
	return class->fields && !class->none && !class->bare && !class->of;
}

/* In an order of its own, so that equal maps and sets read the same. */
static void add_sorted(struct xn_text *sql, const struct xenet_class *class,
	const struct xenet_field *field)
{
	bool map = field->type == XN_MAP;

	xn_text_addf(sql, "(SELECT %s FROM (SELECT key, value FROM json_each(",
		map ? "json_group_object(key, value)" : "json_group_array(value)");
	xn_sql_value(sql, class, field);
	xn_text_addf(sql, ") ORDER BY %s))", map ? "key" : "value");
}

static void add_value(struct xn_text *sql, const struct xenet_class *class,
	const struct xenet_field *field)
{
	const struct xenet_class *target = xenet_field_target(field);

	if (field->type == XN_SET || field->type == XN_MAP) {
		add_sorted(sql, class, field);
	} else if (target && target->single) {
		xn_text_add(sql, "iif(");
		xn_sql_value(sql, class, field);
		xn_text_add(sql, " IS NULL, NULL, '" XN_LOCAL "')");
	} else {
		xn_sql_json(sql, class, field);
	}
}

/* The uuid of the one there always is would tell equal hosts apart. */
static bool is_written(const struct xenet_class *class, const struct xenet_field *field)
{
	return xn_is_in_documents(field) && !(class->single && field->type == XN_UUID);
}

/* Takes the keys away that are not for this object; no object has one without a name. */
static void add_absent(struct xn_text *sql, const struct xenet_class *class)
{
	for (const struct xenet_field *field = class->fields; field->name; field++)
		if (field->written_if)
			xn_text_addf(sql, ", iif(%s, '$.\"\"', '$.\"%s\"')",
				field->written_if, field->name);
}

static char *class_sql(struct xn_model *m, const struct xenet_class *class)
{
	struct xn_text sql = XN_TEXT(m->arena);
	char table[XN_COLUMN_SIZE];
	const char *comma = "";

	xn_text_add(&sql, "SELECT json_remove(json_object(");
	for (const struct xenet_field *field = class->fields; field->name; field++) {
		if (!is_written(class, field))
			continue;
		xn_text_addf(&sql, "%s'%s', ", comma, field->name);
		add_value(&sql, class, field);
		comma = ", ";
	}
	xn_text_add(&sql, ")");
	add_absent(&sql, class);
	xn_text_addf(&sql, ") FROM \"%s\" WHERE NOT (%s) ORDER BY uuid",
		xn_sql_name(class->name, table), class->built_in ? class->built_in : "0");
	return xn_text_end(&sql);
}

static void new_line(struct xn_text *out, unsigned depth)
{
	xn_text_add(out, "\n");
	for (; depth > 0; depth--)
		xn_text_add(out, "\t");
}

/* Behind the quote that ends a text. */
static const char *end_of_text(const char *at)
{
	for (at++; *at != '"'; at++)
		at += *at == '\\';
	return at + 1;
}

/* A key a line; what is empty stays in one. */
static const char *lay_out_mark(struct xn_text *out, const char *at, unsigned *depth)
{
	bool opens = *at == '{' || *at == '[', closes = *at == '}' || *at == ']';

	if (opens && at[1] == *at + 2) { /* in ASCII '}' is '{' + 2, and ']' is '[' + 2 */
		xn_text_addn(out, at, 2);
		return at + 2;
	}
	if (closes)
		new_line(out, --*depth);
	xn_text_addn(out, at, 1);
	if (opens)
		++*depth;
	if (opens || *at == ',')
		new_line(out, *depth);
	else if (*at == ':')
		xn_text_add(out, " ");
	return at + 1;
}

static void lay_out(struct xn_text *out, const char *json, unsigned depth)
{
	while (*json) {
		const char *end = *json == '"' ? end_of_text(json)
					       : json + strcspn(json, "\"{}[],:");

		xn_text_addn(out, json, (size_t)(end - json));
		json = end;
		if (*json && *json != '"')
			json = lay_out_mark(out, json, &depth);
	}
}

static int add_class(struct xn_model *m, struct xn_text *out,
	const struct xenet_class *class, struct xenet_error *err)
{
	const char *sql = class_sql(m, class), **objects;
	int r = sql ? xn_sql_texts(m, &objects, err, sql, XN_PARAMS(NULL))
		    : xn_no_memory(err);

	if (r < 0)
		return r;
	xn_text_addf(out, ",\n\t\"%s\": %s", class->name, class->single ? "" : "[");
	for (size_t i = 0; objects[i]; i++) {
		if (!class->single)
			xn_text_addf(out, "%s\n\t\t", i ? "," : "");
		lay_out(out, objects[i], class->single ? 1 : 2);
	}
	if (!class->single)
		xn_text_add(out, objects[0] ? "\n\t]" : "]");
	return 0;
}

int xn_export(struct xn_model *m, const char **ret, struct xenet_error *err)
{
	struct xn_text out = XN_TEXT(m->arena);
	int r = 0;

	xn_text_addf(&out, "{\n\t\"version\": %d", XN_DOCUMENT_VERSION);
	for (const struct xenet_class *const *class = xn_classes; *class && r == 0;
		class ++)
		if (xn_class_is_in_documents(*class))
			r = add_class(m, &out, *class, err);
	xn_text_add(&out, "\n}\n");
	*ret = xn_text_end(&out);
	return r == 0 && !*ret ? xn_no_memory(err) : r;
}
