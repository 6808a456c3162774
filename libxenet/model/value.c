/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/parse.h"
#include "model/model.h"

static void *slot(const struct xn_object *object, const struct xenet_field *field)
{
	return (char *)(uintptr_t)object + field->offset;
}

const char *xn_value_get(struct xn_model *m, const struct xn_object *object,
	const struct xenet_field *field)
{
	switch (field->type) {
	case XN_INT:
		return xn_printf(m->arena, "%" PRId64, *(int64_t *)slot(object, field));
	case XN_BOOL:
		return *(bool *)slot(object, field) ? "true" : "false";
	default:
		return *(const char **)slot(object, field);
	}
}

bool xn_value_is(
	const struct xn_object *object, const struct xenet_field *field, const char *text)
{
	const char *has;
	char number[24];

	if (field->type == XN_BOOL)
		return strcmp(*(bool *)slot(object, field) ? "true" : "false", text) == 0;
	if (field->type == XN_INT)
		snprintf(number, sizeof(number), "%" PRId64,
			*(int64_t *)slot(object, field));
	has = field->type == XN_INT ? number : *(const char **)slot(object, field);
	return has && strcmp(has, text) == 0;
}

bool xn_value_equal(const struct xn_object *a, const struct xn_object *b,
	const struct xenet_field *field)
{
	const char *x, *y;

	switch (field->type) {
	case XN_INT:
		return *(int64_t *)slot(a, field) == *(int64_t *)slot(b, field);
	case XN_BOOL:
		return *(bool *)slot(a, field) == *(bool *)slot(b, field);
	default:
		x = *(const char **)slot(a, field);
		y = *(const char **)slot(b, field);
		return x == y || (x && y && strcmp(x, y) == 0);
	}
}

static int refuse(const struct xenet_field *field, const char *text, const char *allowed,
	struct xenet_error *err)
{
	if (field->invalid)
		return xn_fail(err, field->invalid, text);
	if (field->type == XN_BOOL)
		return xn_fail(err, XENET_E_BOOLEAN_INVALID, field->name, text);
	return xn_fail(err,
		field->type == XN_ENUM ? XENET_E_ENUM_INVALID : XENET_E_INTEGER_INVALID,
		field->name, text, allowed);
}

/* A number of bytes, with a unit of 1024, 1024^2 ... behind it (k, kb, KiB ...). */
static bool parse_bytes(struct xn_model *m, const char *text, int64_t *out)
{
	static const char units[] = "kmgt";
	size_t digits = strspn(text, "0123456789");
	const char *unit = text + digits;
	char *number = xn_strndup(m->arena, text, digits);
	const char *at = *unit ? strchr(units, tolower((unsigned char)*unit)) : NULL;
	int64_t n;

	if (!number || !xn_parse_uint(number, 0, INT64_MAX, &n))
		return false;
	if (*unit && (!at || (unit[1] && strcasecmp(unit + 1, "b") != 0 &&
				     strcasecmp(unit + 1, "ib") != 0)))
		return false;
	for (long i = at ? at - units + 1 : 0; i > 0; i--)
		if (__builtin_mul_overflow(n, 1024, &n))
			return false;
	*out = n;
	return true;
}

static int set_int(struct xn_model *m, struct xn_object *object,
	const struct xenet_field *field, const char *text, struct xenet_error *err)
{
	bool sized = field->flags & XN_BYTES;
	int64_t n;

	if (!(sized ? parse_bytes(m, text, &n) : xn_parse_int(text, &n)) ||
		(field->max && (n < field->min || n > field->max)))
		return refuse(field, text, "a plain decimal number", err);
	*(int64_t *)slot(object, field) = n;
	return 0;
}

static int set_bool(struct xn_object *object, const struct xenet_field *field,
	const char *text, struct xenet_error *err)
{
	return xn_parse_bool(text, slot(object, field)) ? 0
							: refuse(field, text, "", err);
}

/* The choice that equals the text but for letter case; NULL: none. */
static const char *choose(struct xn_model *m, const char *choices, const char *text)
{
	size_t length = strlen(text);

	for (const char *c = choices; c; c = strchr(c, '|') ? strchr(c, '|') + 1 : NULL)
		if (strcspn(c, "|") == length && strncasecmp(c, text, length) == 0)
			return xn_strndup(m->arena, c, length);
	return NULL;
}

static int set_enum(struct xn_model *m, struct xn_object *object,
	const struct xenet_field *field, const char *text, struct xenet_error *err)
{
	const char *choice = choose(m, field->choices, text);

	if (!choice)
		return refuse(field, text, field->choices, err);
	*(const char **)slot(object, field) = choice;
	return 0;
}

/* A set that is assigned as a whole: "a,b"; empty text empties it. */
static int set_members(struct xn_model *m, struct xn_object *object,
	const struct xenet_field *field, const char *text, struct xenet_error *err)
{
	const char *set = "[]";
	int r = 0;

	for (const char *c = text; *c && r == 0; c += *c == ',') {
		size_t length = strcspn(c, ",");
		const char *member = xn_strndup(m->arena, c, length);

		r = member ? xn_set_add(m, &set, member, err) : xn_no_memory(err);
		c += length;
	}
	if (r == 0)
		*(const char **)slot(object, field) = set;
	return r;
}

static int set_text(struct xn_model *m, struct xn_object *object,
	const struct xenet_field *field, const char *text, struct xenet_error *err)
{
	const char *copy = xn_strdup(m->arena, text);

	if (!copy)
		return xn_no_memory(err);
	if (field->type == XN_REF && !copy[0])
		copy = NULL;
	*(const char **)slot(object, field) = copy;
	return 0;
}

/* What xenet does not manage has one value: whoever sets that, as scripts that restore
 * settings do, has nothing to be told. */
static int set_fixed(
	const struct xenet_field *field, const char *text, struct xenet_error *err)
{
	if (strcmp(text, field->initial ? field->initial : "") == 0)
		return 0;
	if (field->ref)
		return xn_fail(err, XENET_E_UUID_INVALID, field->ref, text);
	return xn_fail(err, XENET_E_VALUE_NOT_SUPPORTED, field->name, text,
		"xenet does not manage this");
}

int xn_value_set(struct xn_model *m, struct xn_object *object,
	const struct xenet_field *field, const char *text, struct xenet_error *err)
{
	if (field->flags & XN_FIXED)
		return set_fixed(field, text, err);
	switch (field->type) {
	case XN_INT:
		return set_int(m, object, field, text, err);
	case XN_BOOL:
		return set_bool(object, field, text, err);
	case XN_ENUM:
		return set_enum(m, object, field, text, err);
	case XN_SET:
		return set_members(m, object, field, text, err);
	default:
		return set_text(m, object, field, text, err);
	}
}
