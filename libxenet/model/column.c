/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/query.h"

/* SQL expressions for the value of a field: as it is kept, as people read it, as JSON. */

void xn_sql_add_name(struct xn_text *sql, const char *name)
{
	char quoted[XN_COLUMN_SIZE];

	xn_text_add(sql, "\"");
	xn_text_add(sql, xn_sql_name(name, quoted));
	xn_text_add(sql, "\"");
}

/* As SQL writes the value that is not there. */
static void add_initial(struct xn_text *sql, const struct xenet_field *field)
{
	const char *quote = field->type == XN_INT || field->type == XN_BOOL ? "" : "'";

	xn_text_addf(sql, "%s%s%s", quote, xn_initial(field), quote);
}

/* An expression is compared with a text as a column is, by the type that a cast gives it. */
static void add_kept(struct xn_text *sql, const struct xenet_class *class,
	const struct xenet_field *field)
{
	xn_text_add(sql, "CAST(coalesce(json_extract(");
	xn_sql_add_name(sql, class->name);
	xn_text_addf(sql, ".kept, '$.\"%s\"'), ", field->name);
	add_initial(sql, field);
	xn_text_addf(sql, ") AS %s)",
		field->type == XN_INT || field->type == XN_BOOL ? "INTEGER" : "TEXT");
}

void xn_sql_value(struct xn_text *sql, const struct xenet_class *class,
	const struct xenet_field *field)
{
	char table[XN_COLUMN_SIZE];

	if (field->sql) {
		xn_text_add(sql, field->sql);
	} else if (field->access == XN_LIVE) {
		xn_text_addf(sql, "live(\"%s\".uuid, '%s')",
			xn_sql_name(class->name, table), field->name);
	} else if (field->flags & XN_KEPT) {
		add_kept(sql, class, field);
	} else {
		xn_sql_add_name(sql, class->name);
		xn_text_add(sql, ".");
		xn_sql_add_name(sql, field->name);
	}
}

/* Around a value. */
struct wrap {
	const char *before, *after;
};

enum {
	N_TYPES = XN_MAP + 1
};

#define JOIN(expression)                                                                 \
	"(SELECT coalesce(group_concat(" expression "), '') FROM json_each("

static struct wrap shown_wrap(const struct xenet_field *field)
{
	static const struct wrap wraps[N_TYPES] = {
		[XN_REF] = { "coalesce(", ", '<not in database>')" },
		[XN_INT] = { "CAST(", " AS TEXT)" },
		[XN_BOOL] = { "iif(", ", 'true', 'false')" },
		[XN_SET] = { JOIN("value, '; '"), "))" },
		[XN_MAP] = { JOIN("key || ': ' || value, '; '"), "))" },
	};

	if (field->type == XN_SET && field->flags & XN_COMMAS)
		return (struct wrap){ JOIN("value, ', '"), "))" };
	/* A live value comes as text; collections as JSON all the same. */
	if ((field->access == XN_LIVE && field->type != XN_SET &&
		    field->type != XN_MAP) ||
		!wraps[field->type].before)
		return (struct wrap){ "", "" };
	return wraps[field->type];
}

static void add_wrapped(struct xn_text *sql, struct wrap wrap,
	const struct xenet_class *class, const struct xenet_field *field)
{
	xn_text_add(sql, wrap.before);
	xn_sql_value(sql, class, field);
	xn_text_add(sql, wrap.after);
}

void xn_sql_shown(struct xn_text *sql, const struct xenet_class *class,
	const struct xenet_field *field)
{
	/* What nobody reports is not the same as an empty report. */
	if (field->flags & XN_ABSENT)
		xn_text_add(sql, "'<not in database>'");
	else
		add_wrapped(sql, shown_wrap(field), class, field);
}

static struct wrap json_wrap(const struct xenet_field *field)
{
	static const struct wrap text = { "CAST(", " AS TEXT)" };
	static const struct wrap live_bool = { "json(", ")" };
	static const struct wrap wraps[N_TYPES] = {
		[XN_INT] = { "CAST(", " AS INTEGER)" },
		[XN_BOOL] = { "json(iif(", ", 'true', 'false'))" },
		[XN_SET] = { "json(", ")" },
		[XN_MAP] = { "json(", ")" },
	};

	if (field->type == XN_BOOL && field->access == XN_LIVE)
		return live_bool;
	return wraps[field->type].before ? wraps[field->type] : text;
}

void xn_sql_json(struct xn_text *sql, const struct xenet_class *class,
	const struct xenet_field *field)
{
	/* What derived and live fields say for a value that is not there. */
	static const struct wrap known = { "nullif(nullif(",
		", '<not in database>'), '<unknown>')" };
	struct wrap wrap = json_wrap(field);

	if (field->flags & XN_ABSENT) {
		xn_text_add(sql, "NULL");
		return;
	}
	xn_text_add(sql, wrap.before);
	add_wrapped(
		sql, xn_is_stored(field) ? (struct wrap){ "", "" } : known, class, field);
	xn_text_add(sql, wrap.after);
}
