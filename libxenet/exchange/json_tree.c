/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange/json.h"

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
