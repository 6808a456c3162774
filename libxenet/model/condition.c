/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/parse.h"
#include "model/query.h"

/* Filters as conditions of SQL, each written so that the index of its column serves. */

/* Collections and derived values are compared as they are printed; a plain column as it is
 * stored. */
static bool is_compared_as_shown(const struct xn_filter *filter)
{
	const struct xenet_field *field = filter->field;

	return field->sql || field->type == XN_SET || field->type == XN_MAP ||
	       field->type == XN_BOOL ||
	       (field->type == XN_REF && !xn_is_uuid(filter->value));
}

/* SQLite would find 1 for '01', and nothing is neither true nor false. */
static bool is_no_value(const struct xn_filter *filter)
{
	const struct xenet_field *field = filter->field;
	int64_t number;

	if (field->type == XN_INT)
		return !xn_parse_int(filter->value, &number);
	return field->type == XN_BOOL && xn_is_stored(field) &&
	       strcmp(filter->value, "true") != 0 && strcmp(filter->value, "false") != 0;
}

static void add_member(struct xn_text *sql, const struct xenet_class *class,
	const struct xn_filter *filter, int place)
{
	xn_text_add(sql, "EXISTS (SELECT 1 FROM json_each(");
	xn_sql_value(sql, class, filter->field);
	xn_text_addf(sql, ") WHERE value = ?%d", place);
	if (filter->key)
		xn_text_addf(sql, " AND key = ?%d", place + 1);
	xn_text_add(sql, ")");
}

/* Those that refer to what has the name, rather than all that are asked for its name. */
static void add_name(struct xn_text *sql, const struct xenet_class *class,
	const struct xn_filter *filter, int place)
{
	const struct xenet_field *reference = xn_field(class, filter->field->name_of);

	xn_sql_value(sql, class, reference);
	xn_text_add(sql, " IN (SELECT uuid FROM ");
	xn_sql_add_name(sql, reference->ref);
	xn_text_addf(sql, " WHERE name_label = ?%d)", place);
}

static void add_truth(struct xn_text *sql, const struct xenet_class *class,
	const struct xn_filter *filter)
{
	xn_sql_value(sql, class, filter->field);
	xn_text_add(sql, filter->value[0] == 't' ? "" : " IS NOT TRUE");
}

static void add_comparison(struct xn_text *sql, const struct xenet_class *class,
	const struct xn_filter *filter, int place)
{
	if (is_compared_as_shown(filter))
		xn_sql_shown(sql, class, filter->field);
	else
		xn_sql_value(sql, class, filter->field);
	xn_text_addf(sql, " = ?%d", place);
}

void xn_sql_condition(struct xn_text *sql, const struct xenet_class *class,
	const struct xn_filter *filter, int place)
{
	const struct xenet_field *field = filter->field;

	if (filter->key || filter->member)
		add_member(sql, class, filter, place);
	else if (is_no_value(filter))
		xn_text_add(sql, "0");
	else if (field->name_of)
		add_name(sql, class, filter, place);
	else if (field->type == XN_BOOL && xn_is_stored(field))
		add_truth(sql, class, filter);
	else
		add_comparison(sql, class, filter, place);
}
