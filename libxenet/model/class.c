/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/class.h"

#include <ctype.h>
#include <string.h>

const struct xenet_field *xn_field(const struct xenet_class *class, const char *name)
{
	for (const struct xenet_field *field = class->fields; field->name; field++)
		if (strcmp(field->name, name) == 0)
			return field;
	return NULL;
}

const struct xenet_class *xn_class_of(const struct xenet_class *class)
{
	return class->of ? class->of : class;
}

bool xn_is_stored(const struct xenet_field *field)
{
	return !field->sql && field->access != XN_LIVE;
}

bool xn_has_column(const struct xenet_field *field)
{
	return xn_is_stored(field) && !(field->flags & XN_KEPT);
}

static bool is_kept(const struct xenet_field *field)
{
	return field->flags & XN_KEPT;
}

static const struct xenet_field *next(const struct xenet_field *field,
	bool (*is_meant)(const struct xenet_field *field))
{
	while (field->name && !is_meant(field))
		field++;
	return field->name ? field : NULL;
}

const struct xenet_field *xn_next_stored(const struct xenet_field *field)
{
	return next(field, xn_is_stored);
}

const struct xenet_field *xn_next_column(const struct xenet_field *field)
{
	return next(field, xn_has_column);
}

const struct xenet_field *xn_next_kept(const struct xenet_field *field)
{
	return next(field, is_kept);
}

const char *xn_initial(const struct xenet_field *field)
{
	static const char *const empty[] = {
		[XN_INT] = "0", [XN_BOOL] = "false", [XN_SET] = "[]", [XN_MAP] = "{}"
	};

	if (field->initial)
		return field->initial;
	return field->type >= XN_INT ? empty[field->type] : "";
}

bool xn_is_known(const struct xenet_field *field)
{
	return field->access != XN_HIDDEN;
}

bool xn_is_in_documents(const struct xenet_field *field)
{
	return field->flags & XN_WANTED || (xn_is_stored(field) && xn_is_known(field) &&
						   !(field->flags & XN_PASSING));
}

bool xn_is_shown(const struct xenet_field *field)
{
	return xn_is_known(field) && !(field->flags & XN_QUIET);
}

const char *xn_sql_name(const char *name, char out[XN_COLUMN_SIZE])
{
	size_t i = 0;

	for (; name[i] && i < XN_COLUMN_SIZE - 1; i++)
		out[i] = name[i] == '-' ? '_' : (char)tolower((unsigned char)name[i]);
	out[i] = '\0';
	return out;
}

const struct xenet_class *xenet_class_at(size_t i)
{
	for (const struct xenet_class *const *class = xn_classes; *class; class ++)
		if (i-- == 0)
			return *class;
	return NULL;
}

const struct xenet_class *xenet_class_find(const char *name)
{
	for (const struct xenet_class *const *class = xn_classes; *class; class ++)
		if (strcmp((*class)->name, name) == 0)
			return *class;
	return NULL;
}

const char *xenet_class_name(const struct xenet_class *class)
{
	return class->name;
}

const char *xenet_class_summary(const struct xenet_class *class)
{
	return class->summary;
}

const struct xenet_field *xenet_field_at(const struct xenet_class *class, size_t i)
{
	for (const struct xenet_field *field = class->fields; field->name; field++)
		if (xn_is_shown(field) && i-- == 0)
			return field;
	return NULL;
}

const char *xenet_field_name(const struct xenet_field *field)
{
	return field->name;
}

const char *xenet_field_summary(const struct xenet_field *field)
{
	return field->summary;
}

const char *xenet_field_marker(const struct xenet_field *field)
{
	bool writable = field->access == XN_RW;

	switch (field->type) {
	case XN_SET:
		return writable ? "SRW" : "SRO";
	case XN_MAP:
		return writable ? "MRW" : "MRO";
	default:
		return writable ? "RW" : "RO";
	}
}

const char *xenet_field_choices(const struct xenet_field *field)
{
	return field->type == XN_BOOL ? "true|false" : field->choices;
}

const struct xenet_class *xenet_field_target(const struct xenet_field *field)
{
	return field->ref ? xenet_class_find(field->ref) : NULL;
}

bool xenet_field_is_listed(const struct xenet_field *field)
{
	return field->flags & XN_LISTED;
}

bool xenet_field_is_deprecated(const struct xenet_field *field)
{
	return field->flags & XN_DEPRECATED;
}

bool xn_is_settable(const struct xenet_field *field)
{
	return field->access == XN_RW || field->flags & XN_SETTABLE;
}
