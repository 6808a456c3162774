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

static int note(int noted, struct xenet_error *err)
{
	return noted < 0 ? xn_no_memory(err) : 0;
}

int xn_item_fault(struct xn_document *doc, struct xn_item *item, const char *field,
	struct xenet_error *err, const char *format, ...)
{
	const struct xn_json *at = field ? xn_item_says(item, field) : NULL;
	const struct xn_json *json = at ? at : item->json;
	const char *place = xn_json_place(doc->m->arena, json), *text;
	va_list args;

	item->failed = true;
	va_start(args, format);
	text = xn_vprintf(doc->m->arena, format, args);
	va_end(args);
	return note(place && text
			    ? xn_fault_add(&doc->faults, json->line, place, "%s", text)
			    : -1,
		err);
}

/* The rest is not the document's fault. */
static bool is_fatal(int result)
{
	return result == -XENET_E_NO_MEMORY || result == -XENET_E_INTERNAL_ERROR;
}

static int pass_on(struct xenet_error *error, int result, struct xenet_error *err)
{
	if (!err) {
		xenet_error_clear(error);
		return result;
	}
	xenet_error_clear(err);
	*err = *error;
	*error = (struct xenet_error){ 0 };
	return result;
}

static int judge(struct xn_document *doc, unsigned line, const char *place, int result,
	struct xenet_error *error, struct xenet_error *err)
{
	int r;

	if (is_fatal(result))
		return pass_on(error, result, err);
	r = note(place ? xn_fault_add_error(&doc->faults, line, place, error) : -1, err);
	xenet_error_clear(error);
	return r;
}

int xn_item_judge(struct xn_document *doc, struct xn_item *item, int result,
	struct xenet_error *error, struct xenet_error *err)
{
	if (result == 0)
		return 0;
	item->failed = true;
	return judge(doc, item->json->line, xn_json_place(doc->m->arena, item->json),
		result, error, err);
}

int xn_document_judge(struct xn_document *doc, struct xn_object *object, int result,
	struct xenet_error *error, struct xenet_error *err)
{
	struct xn_item *item = xn_document_item(doc, object->class, object->uuid);

	if (result == 0)
		return 0;
	if (item)
		return xn_item_judge(doc, item, result, error, err);
	return judge(doc, 0,
		xn_printf(doc->m->arena, "%s %s, which the document does not name",
			object->class->type_name, xn_show(doc->m, object)),
		result, error, err);
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

static void *slot(const struct xn_object *object, const struct xenet_field *field)
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
		void *to = slot(item->object, field), *from = slot(item->target, field);

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
	const struct xn_item *other;

	if (!said || item->class->single)
		return 0;
	item->misnamed = true;
	if (said->type != XN_JSON_TEXT || !xn_is_uuid(said->text))
		return xn_item_fault(doc, item, "uuid", err, "this is no uuid");
	other = any_item(doc, said->text);
	if (other)
		return xn_item_fault(doc, item, "uuid", err,
			"the object of line %u has this uuid", other->json->line);
	item->misnamed = false;
	item->uuid = said->text;
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

static int add_fault(struct xn_document *doc, const struct xn_json *json,
	const char *text, struct xenet_error *err)
{
	const char *place = xn_json_place(doc->m->arena, json);

	return note(
		place ? xn_fault_add(&doc->faults, json->line, place, "%s", text) : -1,
		err);
}

static int add_item(struct xn_document *doc, const struct xenet_class *class,
	const struct xn_json *json, struct xenet_error *err)
{
	struct xn_item *item;

	if (json->type != XN_JSON_OBJECT)
		return add_fault(doc, json, "an object was expected", err);
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
	const struct xn_json *json, struct xenet_error *err)
{
	int r = 0;

	if (class->single)
		return add_item(doc, class, json, err);
	if (json->type != XN_JSON_ARRAY)
		return add_fault(doc, json, "an array of objects was expected", err);
	for (const struct xn_json *one = json->first; one && r == 0; one = one->next)
		r = add_item(doc, class, one, err);
	return r;
}

static int check_version(struct xn_document *doc, const struct xn_json *root,
	const struct xn_json *version, struct xenet_error *err)
{
	char wanted[16];

	if (!version)
		return add_fault(doc, root, "the key 'version' is missing", err);
	snprintf(wanted, sizeof(wanted), "%d", XN_DOCUMENT_VERSION);
	return version->type == XN_JSON_NUMBER && strcmp(version->text, wanted) == 0
		       ? 0
		       : add_fault(doc, version,
				 "this program knows version 1 of documents", err);
}

static int check_root(
	struct xn_document *doc, const struct xn_json *root, struct xenet_error *err)
{
	int r = check_version(doc, root, xn_json_member(root, "version"), err);

	for (const struct xn_json *at = root->first; at && r == 0; at = at->next) {
		const struct xenet_class *class = xenet_class_find(at->name);

		if (strcmp(at->name, "version") == 0 ||
			(class && xn_class_is_in_documents(class)))
			continue;
		r = add_fault(
			doc, at, "there is no such class of objects in documents", err);
	}
	return r;
}

/* Those of a class with a uuid first: nobody else is they. */
static int read_class(struct xn_document *doc, const struct xenet_class *class,
	const struct xn_json *root, struct xenet_error *err)
{
	const struct xn_json *json = xn_json_member(root, class->name);
	struct xn_item **start = doc->end;
	int r = json ? add_items(doc, class, json, err) : 0;

	for (struct xn_item *i = *start; i && r == 0; i = i->next)
		r = claim_given(doc, i, err);
	for (struct xn_item *i = *start; i && r == 0; i = i->next)
		r = describe(doc, i, err);
	return r;
}

static int read_root(
	struct xn_document *doc, const struct xn_json *root, struct xenet_error *err)
{
	int r;

	if (root->type != XN_JSON_OBJECT)
		return add_fault(doc, root, "an object was expected", err);
	r = check_root(doc, root, err);
	if (r == 0)
		r = xn_keys_load(doc, err);
	for (const struct xenet_class *const *class = xn_classes; *class && r == 0;
		class ++)
		if (xn_class_is_in_documents(*class))
			r = read_class(doc, *class, root, err);
	for (struct xn_item *i = doc->items; i && r == 0; i = i->next)
		r = xn_item_set_fields(doc, i, true, err);
	return r < 0 ? r : xn_keys_check(doc, err);
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
