/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange/document.h"

#include <stdio.h>
#include <string.h>

#include "base/parse.h"

/* From JSON to items: what objects a document is about. */

static size_t place_of(const char *uuid)
{
	size_t hash = 5381;

	for (const char *c = uuid; *c; c++)
		hash = hash * 33 + (unsigned char)*c;
	return hash % XN_DOCUMENT_BUCKETS;
}

static struct xn_item *any_item(const struct xn_document *doc, const char *uuid)
{
	struct xn_item *item = doc->by_uuid[place_of(uuid)];

	while (item && strcmp(item->uuid, uuid) != 0)
		item = item->chain;
	return item;
}

struct xn_item *xn_document_item(
	const struct xn_document *doc, const struct xenet_class *class, const char *uuid)
{
	struct xn_item *item = any_item(doc, uuid);

	return item && item->class == class ? item : NULL;
}

const struct xn_json *xn_item_says(const struct xn_item *item, const char *field)
{
	return xn_json_member(item->json, field);
}

bool xn_document_is_vague(const struct xn_document *doc, const struct xenet_class *class)
{
	for (size_t i = 0; i < doc->n_vague; i++)
		if (doc->vague[i] == class)
			return true;
	return false;
}

void xn_document_blur(struct xn_document *doc, const struct xenet_class *class)
{
	if (!xn_document_is_vague(doc, class) && doc->n_vague < XN_DOCUMENT_CLASSES)
		doc->vague[doc->n_vague++] = class;
}

int xn_document_others(struct xn_document *doc, const struct xenet_class *class,
	const char ***ret, struct xenet_error *err)
{
	char table[XN_COLUMN_SIZE];
	const char *sql = xn_printf(doc->m->arena,
		"SELECT uuid FROM \"%s\" WHERE NOT (%s) ORDER BY uuid",
		xn_sql_name(class->name, table), class->built_in ? class->built_in : "0");
	const char **uuids = NULL;
	int r = sql ? xn_sql_texts(doc->m, &uuids, err, sql, XN_PARAMS(NULL))
		    : xn_no_memory(err);
	size_t kept = 0;

	for (size_t i = 0; r == 0 && uuids[i]; i++)
		if (!xn_document_item(doc, class, uuids[i]))
			uuids[kept++] = uuids[i];
	if (r == 0)
		uuids[kept] = NULL;
	*ret = uuids;
	return r;
}

/* ---- Who is who ---- */

static void claim(struct xn_document *doc, struct xn_item *item)
{
	struct xn_item **chain = &doc->by_uuid[place_of(item->uuid)];

	item->chain = *chain;
	*chain = item;
}

static int claim_given(
	struct xn_document *doc, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_json *said = xn_item_says(item, "uuid");
	const struct xenet_class *owner;
	const struct xn_item *other;

	if (!said || item->class->single)
		return 0;
	item->misnamed = true;
	if (said->type != XN_JSON_TEXT || !xn_is_uuid(said->text))
		return xn_item_fault(doc, item, "uuid", err, "%s is no uuid",
			xn_json_show(doc->m->arena, said));
	item->uuid = xn_keys_uuid(doc, said->text);
	if (!item->uuid)
		return xn_no_memory(err);
	other = any_item(doc, item->uuid);
	owner = xn_keys_owner(doc, item->uuid);
	if (other || (owner && owner != item->class)) {
		item->uuid = NULL;
		return other ? xn_item_fault(doc, item, "uuid", err,
				       "the object of line %u has this uuid",
				       other->json->line)
			     : xn_item_fault(doc, item, "uuid", err, "a %s has this uuid",
				       owner->type_name);
	}
	item->misnamed = false;
	claim(doc, item);
	return 0;
}

static int only_one(struct xn_document *doc, const struct xenet_class *class,
	const char **ret, struct xenet_error *err)
{
	char table[XN_COLUMN_SIZE];
	const char *sql = xn_printf(doc->m->arena, "SELECT uuid FROM \"%s\"",
		xn_sql_name(class->name, table));

	return sql ? xn_sql_text(doc->m, ret, err, sql, XN_PARAMS(NULL))
		   : xn_no_memory(err);
}

/* By its key, else it is new. One of a wrong uuid is neither, but the rest of it is read. */
static int claim_found(
	struct xn_document *doc, struct xn_item *item, struct xenet_error *err)
{
	char fresh[XN_UUID_SIZE];
	const char *uuid = NULL;
	int r = 0;

	if (item->uuid)
		return 0;
	if (item->class->single)
		r = only_one(doc, item->class, &uuid, err);
	else if (!item->failed)
		r = xn_keys_match(doc, item, &uuid, err);
	if (r < 0)
		return r;
	xn_uuid_new(fresh);
	item->uuid = uuid ? uuid : xn_strdup(doc->m->arena, fresh);
	if (!item->uuid)
		return xn_no_memory(err);
	claim(doc, item);
	return 0;
}

static int make_target(
	struct xn_document *doc, struct xn_item *item, struct xenet_error *err)
{
	int r = xn_get(doc->m, item->class, item->uuid, &item->object, NULL);

	if (r == -XENET_E_UUID_INVALID)
		return xn_blank(doc->m, item->class, item->uuid, &item->target, err);
	if (r < 0)
		return xn_fail(err, (enum xenet_error_code) - r);
	item->target = xn_alloc(doc->m->arena, item->class->size);
	if (!item->target)
		return xn_no_memory(err);
	memcpy(item->target, item->object, item->class->size);
	return 0;
}

static int describe(
	struct xn_document *doc, struct xn_item *item, struct xenet_error *err)
{
	int r = claim_found(doc, item, err);

	if (r == 0)
		r = make_target(doc, item, err);
	if (r == 0)
		r = xn_item_set_fields(doc, item, false, err);
	return r < 0 ? r : xn_keys_enter(doc, item, err);
}

/* ---- The shape ---- */

/* Who they are cannot be told. */
static int refuse_items(struct xn_document *doc, const struct xenet_class *class,
	const struct xn_json *json, const char *wanted, struct xenet_error *err)
{
	xn_document_blur(doc, class);
	return xn_document_fault(doc, json, err, "%s was expected, not %s", wanted,
		xn_json_show(doc->m->arena, json));
}

static int add_item(struct xn_document *doc, const struct xenet_class *class,
	struct xn_json *json, struct xenet_error *err)
{
	struct xn_item *item;

	if (json->type != XN_JSON_OBJECT)
		return refuse_items(doc, class, json, "an object", err);
	item = xn_alloc(doc->m->arena, sizeof(*item));
	if (!item)
		return xn_no_memory(err);
	item->class = class;
	item->json = json;
	*doc->end = item;
	doc->end = &item->next;
	return 0;
}

static int add_items(struct xn_document *doc, const struct xenet_class *class,
	struct xn_json *json, struct xenet_error *err)
{
	int r = 0;

	if (class->single)
		return add_item(doc, class, json, err);
	if (json->type != XN_JSON_ARRAY)
		return refuse_items(doc, class, json, "an array of objects", err);
	for (struct xn_json *one = json->first; one && r == 0; one = one->next)
		r = add_item(doc, class, one, err);
	return r;
}

static int check_version(struct xn_document *doc, const struct xn_json *root,
	const struct xn_json *version, struct xenet_error *err)
{
	char wanted[16];

	if (!version)
		return xn_document_fault(doc, root, err,
			"the key 'version' is missing: this program knows version %d",
			XN_DOCUMENT_VERSION);
	snprintf(wanted, sizeof(wanted), "%d", XN_DOCUMENT_VERSION);
	return version->type == XN_JSON_NUMBER && strcmp(version->text, wanted) == 0
		       ? 0
		       : xn_document_fault(doc, version, err,
				 "this program knows version %s of documents, not %s",
				 wanted, xn_json_show(doc->m->arena, version));
}

static bool is_near(const struct xenet_class *class, const char *name)
{
	return xn_class_is_in_documents(class) && xenet_is_near(name, class->name);
}

static int refuse_class(
	struct xn_document *doc, const struct xn_json *at, struct xenet_error *err)
{
	const struct xenet_class *const *class = xn_classes;

	while (*class && !is_near(*class, at->name))
		class ++;
	if (*class)
		xn_document_blur(doc, *class);
	return xn_document_fault(doc, at, err,
		"there is no such class of objects in documents%s%s%s",
		*class ? ": is '" : "", *class ? (*class)->name : "",
		*class ? "' meant?" : "");
}

/* Nobody destroys all there is by a document that says no word about it. */
static int check_named(struct xn_document *doc, const struct xn_json *root, size_t named,
	struct xenet_error *err)
{
	return named || doc->merge || doc->faults.n
		       ? 0
		       : xn_document_fault(doc, root, err,
				 "it names no class of objects, and would destroy "
				 "all: if that is meant, say \"network\": []");
}

static int check_root(
	struct xn_document *doc, const struct xn_json *root, struct xenet_error *err)
{
	int r = check_version(doc, root, xn_json_member(root, "version"), err);
	size_t named = 0;

	for (const struct xn_json *at = root->first; at && r == 0; at = at->next) {
		const struct xenet_class *class = xenet_class_find(at->name);

		if (class && xn_class_is_in_documents(class))
			named++;
		else if (strcmp(at->name, "version") != 0)
			r = refuse_class(doc, at, err);
	}
	return r < 0 ? r : check_named(doc, root, named, err);
}

/* Those of a class with a uuid first: nobody else is they. */
static int read_class(struct xn_document *doc, const struct xenet_class *class,
	const struct xn_json *root, struct xenet_error *err)
{
	struct xn_json *json = xn_json_member(root, class->name);
	struct xn_item **start = doc->end;
	int r = json ? add_items(doc, class, json, err) : 0;

	for (struct xn_item *i = *start; i && r == 0; i = i->next)
		r = claim_given(doc, i, err);
	for (struct xn_item *i = *start; i && r == 0; i = i->next)
		r = describe(doc, i, err);
	return r;
}

static int read_references(struct xn_document *doc, struct xenet_error *err)
{
	int r = 0;

	for (struct xn_item *i = doc->items; i && r == 0; i = i->next)
		r = xn_item_set_fields(doc, i, true, err);
	for (struct xn_item *i = doc->items; i && r == 0; i = i->next)
		r = xn_item_check_unsaid(doc, i, err);
	return r;
}

static bool refers_to_failed(const struct xn_document *doc, const struct xn_item *item)
{
	for (const struct xenet_field *f = item->class->fields; f->name; f++) {
		const char *uuid = f->type == XN_REF && xn_is_in_documents(f)
					   ? xn_value_get(doc->m, item->target, f)
					   : NULL;
		const struct xn_item *to = uuid ? any_item(doc, uuid) : NULL;

		if (to && to->failed)
			return true;
	}
	return false;
}

/* What is wrong is told once, not again with whatever is built on it. */
static void spread_failure(struct xn_document *doc)
{
	bool more = true;

	while (more) {
		more = false;
		for (struct xn_item *i = doc->items; i; i = i->next)
			if (!i->failed && refers_to_failed(doc, i))
				more = i->failed = true;
	}
}

static int read_root(
	struct xn_document *doc, const struct xn_json *root, struct xenet_error *err)
{
	int r;

	if (root->type != XN_JSON_OBJECT)
		return xn_document_fault(doc, root, err, "an object was expected, not %s",
			xn_json_show(doc->m->arena, root));
	r = check_root(doc, root, err);
	if (r == 0)
		r = xn_keys_load(doc, err);
	for (const struct xenet_class *const *class = xn_classes; *class && r == 0;
		class ++)
		if (xn_class_is_in_documents(*class))
			r = read_class(doc, *class, root, err);
	if (r == 0)
		r = read_references(doc, err);
	if (r == 0)
		r = xn_keys_check(doc, err);
	spread_failure(doc);
	return r;
}

int xn_document_read(struct xn_model *m, const char *bytes, size_t size, bool merge,
	struct xn_document **ret, struct xenet_error *err)
{
	struct xn_document *doc = xn_alloc(m->arena, sizeof(*doc));
	struct xn_json *root;
	int r;

	if (!doc)
		return xn_no_memory(err);
	doc->m = m;
	doc->faults.arena = m->arena;
	doc->merge = merge;
	doc->end = &doc->items;
	r = xn_json_read(m->arena, bytes, size, &root, &doc->faults, err);
	if (r == 0 && root)
		r = read_root(doc, root, err);
	*ret = doc;
	return r;
}
