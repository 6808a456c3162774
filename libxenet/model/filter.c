/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <string.h>

#include "base/near.h"
#include "model/query.h"

static bool is_collection(const struct xenet_field *field)
{
	return field->type == XN_SET || field->type == XN_MAP;
}

/* The longest field that the word starts with, with a dash behind it: maps before sets. */
static const struct xenet_field *old_style(
	const struct xenet_class *class, const char *word)
{
	const struct xenet_field *best = NULL;

	for (const struct xenet_field *f = class->fields; f->name; f++) {
		size_t length = strlen(f->name);

		if (!is_collection(f) || strncmp(f->name, word, length) != 0 ||
			word[length] != '-')
			continue;
		if (!best || (f->type == XN_MAP && best->type == XN_SET) ||
			(f->type == best->type && length > strlen(best->name)))
			best = f;
	}
	return best;
}

static const struct xenet_field *new_style(
	const struct xenet_class *class, const char *word)
{
	for (const struct xenet_field *f = class->fields; f->name; f++) {
		size_t length = strlen(f->name);

		if (strncmp(f->name, word, length) == 0 && word[length] == ':')
			return f;
	}
	return NULL;
}

enum {
	N_NEAREST = 3
};

/* The shown field nearest to the name that is not among the n taken ones. */
static const struct xenet_field *next_nearest(const struct xenet_class *class,
	const char *name, const struct xenet_field *const *taken, size_t n)
{
	const struct xenet_field *best = NULL;

	for (const struct xenet_field *f = class->fields; f->name; f++) {
		bool skip = !xn_is_shown(f);

		for (size_t i = 0; i < n; i++)
			skip = skip || taken[i] == f;
		if (!skip && (!best || xn_difference(name, f->name) <
					       xn_difference(name, best->name)))
			best = f;
	}
	return best;
}

/* Names the nearest fields: those that may be meant, or else the least unlike ones. */
static int unknown_field(
	const struct xenet_class *class, const char *word, struct xenet_error *err)
{
	const struct xenet_field *found[N_NEAREST], *field;
	char name[XN_COLUMN_SIZE] = "", names[N_NEAREST * (XN_COLUMN_SIZE + 2)] = "";
	bool meant = false;

	/* A key, and its colon, are no part of the name. */
	strncat(name, word,
		strcspn(word, ":") < sizeof(name) ? strcspn(word, ":")
						  : sizeof(name) - 1);
	for (size_t n = 0; n < N_NEAREST; n++) {
		field = next_nearest(class, name, found, n);
		if (!field || (meant && !xenet_is_near(name, field->name)))
			break;
		meant = meant || xenet_is_near(name, field->name);
		found[n] = field;
		strcat(strcat(names, n ? ", " : ""), field->name);
	}
	return xn_fail(err, XENET_E_FIELD_UNKNOWN, word, class->name, names);
}

int xn_find_field(const struct xenet_class *class, const char *word,
	const struct xenet_field **ret, const char **rest, struct xenet_error *err)
{
	const struct xenet_field *field = xn_field(class, word);

	*rest = NULL;
	*ret = field;
	if (field && xn_is_known(field))
		return 0;
	field = new_style(class, word);
	if (field && xn_is_known(field) && !is_collection(field))
		return xn_fail(err, XENET_E_FIELD_NOT_COLLECTION, field->name);
	if (!field)
		field = old_style(class, word);
	if (!field || !xn_is_known(field))
		return unknown_field(class, word, err);
	*ret = field;
	*rest = word + strlen(field->name) + 1;
	return 0;
}

/* MAC addresses are stored in lower case and found in any. */
static char *lower(struct xn_model *m, const char *value)
{
	char *copy = xn_strdup(m->arena, value);

	for (char *c = copy; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

int xn_query_filter(struct xn_model *m, struct xn_query *query, const char *word,
	const char *value, struct xenet_error *err)
{
	struct xn_filter *filter = xn_alloc(m->arena, sizeof(*filter));
	const char *rest;
	int r;

	if (!filter)
		return xn_no_memory(err);
	r = xn_find_field(query->class, word, &filter->field, &rest, err);
	if (r < 0)
		return r;
	if (rest && filter->field->type == XN_SET && strcmp(rest, "contains") != 0)
		return xn_fail(
			err, XENET_E_FILTER_NOT_CONTAINS, filter->field->name, rest);
	filter->member = rest && filter->field->type == XN_SET;
	filter->key = rest && filter->field->type == XN_MAP ? rest : NULL;
	filter->value = filter->field->type == XN_MAC ? lower(m, value) : value;
	filter->next = query->filters;
	query->filters = filter;
	return filter->value ? 0 : xn_no_memory(err);
}
