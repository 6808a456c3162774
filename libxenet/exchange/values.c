/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "exchange/document.h"
#include "model/reply.h"

/* From JSON to fields, as strictly typed as the export writes them. */

struct place {
	struct xn_document *doc;
	struct xn_item *item;
	const struct xenet_field *field;
	const struct xn_json *json;
	struct xenet_error *err;
};

static enum xn_json_type type_of(const struct xenet_field *field)
{
	switch (field->type) {
	case XN_INT:
		return XN_JSON_NUMBER;
	case XN_BOOL:
		return XN_JSON_BOOL;
	case XN_SET:
		return XN_JSON_ARRAY;
	case XN_MAP:
		return XN_JSON_OBJECT;
	default:
		return XN_JSON_TEXT;
	}
}

/* With the value, unless the text quotes it. */
static int refuse(const struct place *at, const char *text)
{
	struct xn_arena *arena = at->doc->m->arena;
	const char *shown = xn_json_show(arena, at->json);
	const char *quoted = xn_printf(arena, "'%s'", at->json->text);

	if (!shown || !quoted)
		return xn_no_memory(at->err);
	if (strstr(text, quoted))
		shown = "";
	return xn_item_fault(at->doc, at->item, at->field->name, at->err, "%s%s%s%s",
		text, shown[0] ? " (" : "", shown, shown[0] ? ")" : "");
}

static int refuse_type(const struct place *at, enum xn_json_type wanted)
{
	return xn_item_fault(at->doc, at->item, at->field->name, at->err,
		"%s was expected, not %s", xn_json_kind(wanted),
		xn_json_show(at->doc->m->arena, at->json));
}

static const char **slot(const struct place *at)
{
	return (const char **)((char *)at->item->target + at->field->offset);
}

static int check_members(const struct place *at)
{
	int r = 0;

	for (const struct xn_json *m = at->json->first; m && r == 0; m = m->next) {
		bool named = !m->name || m->name[0];

		if (m->type == XN_JSON_TEXT && named)
			continue;
		at->item->failed = true;
		r = named ? xn_document_fault(at->doc, m, at->err,
				    "%s was expected, not %s", xn_json_kind(XN_JSON_TEXT),
				    xn_json_show(at->doc->m->arena, m))
			  : xn_document_fault(
				    at->doc, at->json, at->err, "a key is empty");
	}
	return r;
}

static size_t count(const struct xn_json *json)
{
	size_t n = 0;

	for (const struct xn_json *m = json->first; m; m = m->next)
		n++;
	return n;
}

/* The members of a set, or the keys of a map, each before its value. */
static const char **list(const struct place *at, size_t *n)
{
	bool map = at->field->type == XN_MAP;
	const char **texts = xn_alloc(
		at->doc->m->arena, (2 * count(at->json) + 1) * sizeof(*texts));

	*n = 0;
	for (const struct xn_json *m = at->json->first; m && texts; m = m->next) {
		if (map)
			texts[(*n)++] = m->name;
		texts[(*n)++] = m->text;
	}
	return texts;
}

static int make_set(
	const struct place *at, const char **texts, size_t n, const char **ret)
{
	char *set;
	int r = xn_json_texts(at->doc->m->db, texts, n, &set, at->err);

	if (r < 0)
		return r;
	r = xn_sql_text(at->doc->m, ret, at->err,
		"SELECT json_group_array(value) FROM (SELECT DISTINCT value FROM"
		" json_each(?1) ORDER BY key)",
		XN_PARAMS(set));
	free(set);
	return r;
}

static int make_map(
	const struct place *at, const char **texts, size_t n, const char **ret)
{
	const char *map = "{}", *clash;
	int r = xn_map_add(at->doc->m, &map, texts, n, &clash, at->err);

	*ret = map;
	return r;
}

/* Another order does not make another value. */
static int is_same(const struct place *at, const char *was, const char *now, bool *ret)
{
	const char *equal;
	int r = xn_sql_text(at->doc->m, &equal, at->err,
		at->field->type == XN_MAP
			? "SELECT 1 WHERE (SELECT json_group_array(key || '=' || value)"
			  " FROM (SELECT key, value FROM json_each(?1) ORDER BY key)) ="
			  " (SELECT json_group_array(key || '=' || value)"
			  " FROM (SELECT key, value FROM json_each(?2) ORDER BY key))"
			: "SELECT 1 WHERE (SELECT json_group_array(value) FROM (SELECT"
			  " value FROM json_each(?1) ORDER BY value)) ="
			  " (SELECT json_group_array(value) FROM (SELECT value"
			  " FROM json_each(?2) ORDER BY value))",
		XN_PARAMS(was, now));

	*ret = r == 0 && equal;
	return r;
}

static int set_collection(const struct place *at)
{
	const char *was = *slot(at), *now = NULL, **texts;
	bool same = false;
	size_t n;
	int r = check_members(at);

	if (r < 0 || at->item->failed)
		return r;
	texts = list(at, &n);
	if (!texts)
		return xn_no_memory(at->err);
	if (n == 0 && strlen(was) == 2)
		return 0;
	r = (at->field->type == XN_MAP ? make_map : make_set)(at, texts, n, &now);
	if (r == 0)
		r = is_same(at, was, now, &same);
	if (r == 0 && !same)
		*slot(at) = now;
	return r;
}

static int set_address(const struct place *at)
{
	char address[XN_MAC_SIZE] = "";
	bool sound = !at->json->text[0] || (xn_parse_mac(at->json->text, address) &&
						   xn_mac_is_station(address));

	if (!sound)
		return xn_item_fault(at->doc, at->item, at->field->name, at->err,
			"'%s' is no address that a device may have",
			xn_text_cut(at->doc->m->arena, at->json->text, 80));
	*slot(at) = xn_strdup(at->doc->m->arena, address);
	return *slot(at) ? 0 : xn_no_memory(at->err);
}

static int set_plain(const struct place *at)
{
	struct xenet_error error = { 0 };
	int r = xn_value_set(
		at->doc->m, at->item->target, at->field, at->json->text, &error);

	if (r == 0)
		return 0;
	if (r != -XENET_E_NO_MEMORY)
		r = refuse(at, error.message ? error.message : "");
	xenet_error_clear(&error);
	return r;
}

/* Of objects whose names are told wrongly, that is what has been told. */
static int refuse_reference(const struct place *at, bool several)
{
	const struct xenet_class *target = xenet_field_target(at->field);

	if (!several && xn_document_is_vague(at->doc, target)) {
		at->item->failed = true;
		xn_json_member(at->item->json, at->field->name)->refused = true;
		return 0;
	}
	return xn_item_fault(at->doc, at->item, at->field->name, at->err,
		several ? "more than one %s has the name '%s': give the uuid"
			: "no %s has the uuid or name '%s'",
		target->type_name, xn_text_cut(at->doc->m->arena, at->json->text, 80));
}

static int set_reference(const struct place *at)
{
	const struct xenet_class *target = xenet_field_target(at->field);
	bool several = false;
	const char *uuid;

	if (at->json->type == XN_JSON_NULL && at->field->flags & XN_OPTIONAL) {
		*slot(at) = NULL;
		return 0;
	}
	if (at->json->type != XN_JSON_TEXT)
		return refuse_type(at, XN_JSON_TEXT);
	uuid = xn_keys_resolve(at->doc, target, at->json->text, &several);
	if (!uuid)
		return refuse_reference(at, several);
	if (!*slot(at) || strcmp(*slot(at), uuid) != 0)
		*slot(at) = uuid;
	return 0;
}

static int set_field(const struct place *at)
{
	if (at->field->type == XN_REF)
		return set_reference(at);
	if (at->json->type != type_of(at->field))
		return refuse_type(at, type_of(at->field));
	if (at->field->type == XN_SET || at->field->type == XN_MAP)
		return set_collection(at);
	return at->field->type == XN_MAC ? set_address(at) : set_plain(at);
}

static bool is_uuid_of_single(const struct xn_item *item, const struct xenet_field *field)
{
	return field->type == XN_UUID && item->class->single;
}

static const struct xenet_field *near_field(
	const struct xenet_class *class, const char *name)
{
	for (const struct xenet_field *field = class->fields; field->name; field++)
		if (xn_is_in_documents(field) && xenet_is_near(name, field->name))
			return field;
	return NULL;
}

static int check_key(struct xn_document *doc, struct xn_item *item,
	const struct xn_json *json, const struct xenet_field **ret,
	struct xenet_error *err)
{
	const struct xenet_field *field = xn_field(item->class, json->name), *near;

	*ret = field;
	if (field && xn_is_in_documents(field) && !is_uuid_of_single(item, field))
		return 0;
	*ret = NULL;
	if (field && (xn_is_in_documents(field) || !xn_is_shown(field)))
		field = NULL;
	near = field ? NULL : near_field(item->class, json->name);
	return xn_item_fault(doc, item, json->name, err, "%s%s%s%s",
		field ? "documents do not tell this field: leave it out"
		      : "there is no such field in documents",
		near ? ": is '" : "", near ? near->name : "", near ? "' meant?" : "");
}

/* What must be said of a new object: there is nothing to fall back on. */
static bool is_needed(const struct xenet_field *field)
{
	if (!xn_is_in_documents(field) || field->flags & XN_OPTIONAL)
		return false;
	return field->type == XN_REF ||
	       (field->type == XN_INT && !field->initial && field->access == XN_CREATE);
}

static int check_needed(struct xn_document *doc, struct xn_item *item,
	const struct xenet_field *field, struct xenet_error *err)
{
	return is_needed(field)
		       ? xn_item_fault(doc, item, NULL, err,
				 "'%s' is missing: the object is new", field->name)
		       : 0;
}

/* It goes, since the document does not name it. */
static int check_kept(struct xn_document *doc, struct xn_item *item,
	const struct xenet_field *field, struct xenet_error *err)
{
	const struct xenet_class *target = xenet_field_target(field);
	const char *uuid = field->type == XN_REF && xn_is_in_documents(field)
				   ? xn_value_get(doc->m, item->target, field)
				   : NULL;

	if (doc->merge || !uuid || target->single || xn_document_item(doc, target, uuid))
		return 0;
	return xn_item_fault(doc, item, NULL, err,
		"'%s' is %s so far, which the document does not name: name that, or "
		"another",
		field->name, uuid);
}

int xn_item_check_unsaid(
	struct xn_document *doc, struct xn_item *item, struct xenet_error *err)
{
	int r = 0;

	/* Which object it is, and whether it is new, cannot be told. */
	if (item->misnamed || xn_keys_are_refused(item))
		return 0;
	for (const struct xenet_field *field = item->class->fields; field->name && r == 0;
		field++)
		if (!xn_item_says(item, field->name))
			r = (item->object ? check_kept : check_needed)(
				doc, item, field, err);
	return r;
}

int xn_item_set_fields(struct xn_document *doc, struct xn_item *item, bool references,
	struct xenet_error *err)
{
	int r = 0;

	for (const struct xn_json *json = item->json->first; json && r == 0;
		json = json->next) {
		const struct xenet_field *field = xn_field(item->class, json->name);

		if (!references)
			r = check_key(doc, item, json, &field, err);
		if (r == 0 && field && xn_is_in_documents(field) &&
			field->type != XN_UUID && (field->type == XN_REF) == references)
			r = set_field(&(struct place){ doc, item, field, json, err });
	}
	return r;
}

/* ---- From what is wanted to the model ---- */

static void *member(const struct xn_object *object, const struct xenet_field *field)
{
	return (char *)(uintptr_t)object + field->offset;
}

static bool takes(const struct xn_item *item, const struct xenet_field *field)
{
	return xn_is_in_documents(field) && field->type != XN_UUID &&
	       !xn_value_equal(item->object, item->target, field);
}

bool xn_item_differs(const struct xn_item *item)
{
	const struct xenet_field *field = item->class->fields;

	while (field->name && !(item->object && takes(item, field)))
		field++;
	return !item->object || field->name;
}

void xn_item_apply(struct xn_item *item)
{
	for (const struct xenet_field *field = item->class->fields; field->name;
		field++) {
		void *to = member(item->object, field),
		     *from = member(item->target, field);

		if (!takes(item, field))
			continue;
		if (field->type == XN_INT)
			*(int64_t *)to = *(int64_t *)from;
		else if (field->type == XN_BOOL)
			*(bool *)to = *(bool *)from;
		else
			*(const char **)to = *(const char **)from;
	}
}
