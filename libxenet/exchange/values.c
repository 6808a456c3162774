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

static int refuse(const struct place *at, const char *text)
{
	return xn_item_fault(at->doc, at->item, at->field->name, at->err, "%s", text);
}

static int refuse_type(const struct place *at, enum xn_json_type wanted)
{
	const struct xn_json kind = { .type = wanted };

	return xn_item_fault(at->doc, at->item, at->field->name, at->err,
		"%s was expected, not %s", xn_json_kind(&kind), xn_json_kind(at->json));
}

static const char **slot(const struct place *at)
{
	return (const char **)((char *)at->item->target + at->field->offset);
}

static int check_members(const struct place *at)
{
	int r = 0;

	for (const struct xn_json *m = at->json->first; m && r == 0; m = m->next) {
		const char *place = xn_json_place(at->doc->m->arena, m);

		if (m->type == XN_JSON_TEXT)
			continue;
		at->item->failed = true;
		r = place && xn_fault_add(&at->doc->faults, m->line, place,
				     "text was expected, not %s", xn_json_kind(m)) == 0
			    ? 0
			    : xn_no_memory(at->err);
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
			"this is no address that a device may have");
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

static int set_reference(const struct place *at)
{
	const struct xenet_class *target = xenet_field_target(at->field);
	struct xn_item *item;
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
		return xn_item_fault(at->doc, at->item, at->field->name, at->err,
			several ? "more than one %s has this name: give the uuid"
				: "no %s has this uuid or name",
			target->type_name);
	/* What is wrong is told once. */
	item = xn_document_item(at->doc, target, uuid);
	at->item->failed |= item && item->failed;
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

static int check_key(struct xn_document *doc, struct xn_item *item,
	const struct xn_json *json, const struct xenet_field **ret,
	struct xenet_error *err)
{
	const struct xenet_field *field = xn_field(item->class, json->name);

	*ret = field;
	if (field && xn_is_in_documents(field) && !is_uuid_of_single(item, field))
		return 0;
	*ret = NULL;
	return xn_item_fault(doc, item, json->name, err,
		field ? "documents do not tell this field"
		      : "there is no such field in documents");
}

/* What must be said of a new object: there is nothing to fall back on. */
static bool is_needed(const struct xenet_field *field)
{
	if (!xn_is_in_documents(field) || field->flags & XN_OPTIONAL)
		return false;
	return field->type == XN_REF ||
	       (field->type == XN_INT && !field->initial && field->access == XN_CREATE);
}

static int check_needed(
	struct xn_document *doc, struct xn_item *item, struct xenet_error *err)
{
	int r = 0;

	for (const struct xenet_field *field = item->class->fields; field->name && r == 0;
		field++)
		if (!item->object && is_needed(field) && !xn_item_says(item, field->name))
			r = xn_item_fault(doc, item, NULL, err,
				"'%s' is missing: the object is new", field->name);
	return r;
}

int xn_item_set_fields(struct xn_document *doc, struct xn_item *item, bool references,
	struct xenet_error *err)
{
	int r = references || item->failed ? 0 : check_needed(doc, item, err);

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
