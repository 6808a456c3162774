/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* What has been read, and where it stands. */

enum {
	MAX_SHOWN = 80
};

const char *xn_json_place(struct xn_arena *arena, const struct xn_json *json)
{
	const char *before;

	if (!json || !json->parent)
		return "";
	before = xn_json_place(arena, json->parent);
	if (!before)
		return NULL;
	if (!json->name)
		return xn_printf(arena, "%s[%zu]", before, json->index);
	return xn_printf(arena, "%s%s%s", before, before[0] ? "." : "", json->name);
}

struct xn_json *xn_json_member(const struct xn_json *object, const char *name)
{
	for (struct xn_json *m = object->first; m; m = m->next)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

const char *xn_json_kind(enum xn_json_type type)
{
	static const char *const kinds[] = { "null", "true or false", "a number", "text",
		"an array", "an object" };

	return kinds[type];
}

const char *xn_json_show(struct xn_arena *arena, const struct xn_json *json)
{
	const char *text = xn_text_cut(arena, json->text, MAX_SHOWN);

	if (!text)
		return NULL;
	if (json->type == XN_JSON_NUMBER)
		return xn_printf(arena, "the number %s", text);
	if (json->type == XN_JSON_TEXT)
		return xn_printf(arena, "the text '%s'", text);
	return json->type < XN_JSON_ARRAY ? text : xn_json_kind(json->type);
}

static int compare_names(const void *a, const void *b)
{
	const struct xn_json *const *x = a, *const *y = b;
	int by_name = strcmp((*x)->name, (*y)->name);

	return by_name ? by_name : (*x)->index < (*y)->index ? -1 : 1;
}

/* Sorted, so that an object of a million keys is no burden; NULL: no memory. */
static const struct xn_json **sort(
	struct xn_arena *arena, const struct xn_json *object, size_t *n)
{
	const struct xn_json **list;
	size_t i = 0;

	*n = 0;
	for (const struct xn_json *m = object->first; m; m = m->next)
		++*n;
	list = xn_alloc(arena, (*n + 1) * sizeof(*list));
	for (const struct xn_json *m = object->first; m && list; m = m->next)
		list[i++] = m;
	if (list && *n)
		qsort(list, *n, sizeof(*list), compare_names);
	return list;
}

static int check_object(
	struct xn_arena *arena, const struct xn_json *object, struct xn_faults *faults)
{
	size_t n;
	const struct xn_json **list = sort(arena, object, &n);
	int r = list ? 0 : -1;

	for (size_t i = 1; i < n && r == 0; i++) {
		const char *place;

		if (strcmp(list[i - 1]->name, list[i]->name) != 0)
			continue;
		place = xn_json_place(arena, list[i]);
		r = place ? xn_fault_add(faults, list[i]->line, place,
				    "the key is there twice, first in line %u",
				    list[i - 1]->line)
			  : -1;
	}
	return r;
}

int xn_json_check_names(
	struct xn_arena *arena, const struct xn_json *json, struct xn_faults *faults)
{
	int r = json->type == XN_JSON_OBJECT ? check_object(arena, json, faults) : 0;

	for (const struct xn_json *m = json->first; m && r == 0; m = m->next)
		r = xn_json_check_names(arena, m, faults);
	return r;
}
