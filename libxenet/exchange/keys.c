/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/parse.h"
#include "exchange/entries.h"

/* Objects by what they are called: who has no uuid, and whom a reference names. */

/* -1 stands for no number: "eth0", but "eth0.5". */
static const char *join(struct xn_model *m, const char *first, const char *second)
{
	if (!first || !first[0] || !second || strcmp(second, "-1") == 0)
		return first && first[0] ? first : NULL;
	return xn_printf(m->arena, "%s.%s", first, second);
}

static const char *value_of(
	struct xn_model *m, const struct xn_object *object, const char *field)
{
	return field ? xn_value_get(m, object, xn_field(object->class, field)) : NULL;
}

const char *xn_key_of(
	struct xn_model *m, const struct xn_object *object, const struct xn_key *key)
{
	return join(m, value_of(m, object, key->fields[0]),
		value_of(m, object, key->fields[1]));
}

/* ---- What the database has ---- */

enum {
	UUID_LENGTH = XN_UUID_SIZE - 1
};

/* Rows of the uuid with the key behind it. */
static char *key_sql(
	struct xn_model *m, const struct xenet_class *class, const struct xn_key *key)
{
	struct xn_text sql = XN_TEXT(m->arena);
	char column[XN_COLUMN_SIZE];

	xn_text_add(&sql, "SELECT uuid");
	if (key)
		xn_text_addf(&sql, " || \"%s\"", xn_sql_name(key->fields[0], column));
	if (key && key->fields[1]) {
		xn_sql_name(key->fields[1], column);
		xn_text_addf(
			&sql, " || iif(\"%s\" = -1, '', '.' || \"%s\")", column, column);
	}
	xn_text_addf(&sql, " FROM \"%s\"", xn_sql_name(class->name, column));
	/* What is built in is no document's matter, but has what nobody else can have. */
	xn_text_addf(&sql, " WHERE NOT (%s)",
		class->built_in && !(key && key->unique) ? class->built_in : "0");
	if (key)
		xn_text_addf(
			&sql, " AND \"%s\" <> ''", xn_sql_name(key->fields[0], column));
	return xn_text_end(&sql);
}

static int load_key(struct xn_document *doc, const struct xenet_class *class,
	const struct xn_key *key, struct xenet_error *err)
{
	const char *sql = key_sql(doc->m, class, key), **rows = NULL;
	int r = sql ? xn_sql_texts(doc->m, &rows, err, sql, XN_PARAMS(NULL))
		    : xn_no_memory(err);

	for (size_t i = 0; r == 0 && rows[i]; i++) {
		const char *uuid = xn_strndup(doc->m->arena, rows[i], UUID_LENGTH);
		const char *text = key ? rows[i] + UUID_LENGTH : uuid;

		if (!uuid)
			return xn_no_memory(err);
		r = xn_entry_add(doc, doc->known,
			(struct xn_entry){ class, key, text, uuid, NULL, NULL }, err);
	}
	return r;
}

int xn_keys_load(struct xn_document *doc, struct xenet_error *err)
{
	int r = 0;

	for (const struct xenet_class *const *class = xn_classes; *class && r == 0;
		class ++) {
		const struct xn_key *key = NULL;

		if (!xn_class_is_in_documents(*class))
			continue;
		do {
			r = load_key(doc, *class, key, err);
			key = xn_key_next(*class, key);
		} while (key && r == 0);
	}
	return r;
}

/* ---- Whom a name means ---- */

/* In small letters, as all that is made here; of another program's, as it is. */
const char *xn_keys_uuid(const struct xn_document *doc, const char *text)
{
	return xn_keys_owner(doc, text) ? text : xn_uuid_lower(doc->m->arena, text);
}

const struct xenet_class *xn_keys_owner(const struct xn_document *doc, const char *uuid)
{
	for (const struct xenet_class *const *class = xn_classes; *class; class ++)
		if (xn_entry_first(doc->known, *class, NULL, uuid))
			return *class;
	return NULL;
}

/* Who is known by another object, such as a bond by its PIF, has that one's names. */
static const char *key_text(const struct xn_document *doc,
	const struct xenet_class *class, const struct xn_key *key, const char *name,
	bool *several)
{
	const struct xenet_field *field = xn_field(class, key->fields[0]);

	return field->type == XN_REF
		       ? xn_keys_resolve(doc, xenet_field_target(field), name, several)
		       : name;
}

/* One of the table that is called so. */
static const char *resolve_name(const struct xn_document *doc,
	struct xn_entry *const *table, const struct xenet_class *class, const char *name,
	bool *several)
{
	const char *uuid = NULL;

	for (const struct xn_key *key = NULL; (key = xn_key_next(class, key));) {
		const char *text = key->is_name ? key_text(doc, class, key, name, several)
						: NULL;
		struct xn_entry *e = text ? xn_entry_first(table, class, key, text)
					  : NULL;

		for (; e; e = xn_entry_next(e)) {
			*several |= uuid && strcmp(uuid, e->uuid) != 0;
			uuid = e->uuid;
		}
	}
	return *several ? NULL : uuid;
}

const char *xn_keys_resolve(const struct xn_document *doc,
	const struct xenet_class *class, const char *text, bool *several)
{
	const char *given = xn_is_uuid(text) ? xn_keys_uuid(doc, text) : text;
	const struct xn_item *item = given ? xn_document_item(doc, class, given) : NULL;
	const char *uuid = item ? item->uuid : NULL;

	/* The one single class that anything refers to. */
	if (!uuid && class->single && strcmp(text, XN_LOCAL) == 0)
		return doc->m->host_uuid;
	if (!uuid)
		uuid = resolve_name(doc, doc->named, class, text, several);
	if (uuid || *several || !doc->merge)
		return uuid;
	if (given && xn_entry_first(doc->known, class, NULL, given))
		return given;
	return resolve_name(doc, doc->known, class, text, several);
}

/* What the document says of a field of the key; what it does not say, its beginning. */
static const char *said(
	const struct xn_document *doc, const struct xn_item *item, const char *name)
{
	const struct xenet_field *field = name ? xn_field(item->class, name) : NULL;
	const struct xn_json *json = name ? xn_item_says(item, name) : NULL;
	bool several = false;

	if (!field || !json)
		return field ? field->initial : NULL;
	return field->type == XN_REF ? xn_keys_resolve(doc, xenet_field_target(field),
					       json->text, &several)
				     : json->text;
}

/* ---- What the document has ---- */

static bool is_refused(const struct xn_item *item, const struct xn_key *key)
{
	for (size_t i = 0; i < 2 && key->fields[i]; i++) {
		const struct xn_json *said = xn_item_says(item, key->fields[i]);

		if (said && said->refused)
			return true;
	}
	return false;
}

bool xn_keys_are_refused(const struct xn_item *item)
{
	for (const struct xn_key *key = NULL; (key = xn_key_next(item->class, key));)
		if (is_refused(item, key))
			return true;
	return false;
}

/* What others may call the item by. References are not set yet. */
static const char *name_of(const struct xn_document *doc, const struct xn_item *item,
	const struct xn_key *key)
{
	const struct xenet_field *field = xn_field(item->class, key->fields[0]);

	return field->type == XN_REF && xn_item_says(item, field->name)
		       ? said(doc, item, field->name)
		       : xn_key_of(doc->m, item->target, key);
}

int xn_keys_enter(struct xn_document *doc, struct xn_item *item, struct xenet_error *err)
{
	int r = 0;

	for (const struct xn_key *key = NULL;
		r == 0 && (key = xn_key_next(item->class, key));) {
		const char *text = key->is_name ? name_of(doc, item, key) : NULL;

		if (key->is_name && is_refused(item, key))
			xn_document_blur(doc, item->class);
		else if (text)
			r = xn_entry_add(doc, doc->named,
				(struct xn_entry){
					item->class, key, text, item->uuid, item, NULL },
				err);
	}
	return r;
}

/* ---- Who is meant ---- */

static int match_key(struct xn_document *doc, struct xn_item *item,
	const struct xn_key *key, const char **ret, struct xenet_error *err)
{
	bool whole = xn_item_says(item, key->fields[0]);
	const char *text = whole ? join(doc->m, said(doc, item, key->fields[0]),
					   said(doc, item, key->fields[1]))
				 : NULL;
	struct xn_entry *e = text ? xn_entry_first(doc->known, item->class, key, text)
				  : NULL;
	size_t n = 0;

	for (; e; e = xn_entry_next(e)) {
		if (xn_document_item(doc, item->class, e->uuid))
			continue;
		*ret = e->uuid;
		n++;
	}
	if (n > 1)
		return xn_item_fault(doc, item, key->fields[0], err,
			"more than one %s has this name: give the uuid",
			item->class->type_name);
	return 0;
}

/* An object of which nothing is told that anybody could know it by would be a new one every
 * time. References are asked for in any case. */
static int check_said(
	struct xn_document *doc, struct xn_item *item, struct xenet_error *err)
{
	struct xn_text names = XN_TEXT(doc->m->arena);

	for (const struct xn_key *key = NULL; (key = xn_key_next(item->class, key));) {
		if (xn_item_says(item, key->fields[0]) ||
			xn_field(item->class, key->fields[0])->type == XN_REF)
			return 0;
		xn_text_addf(&names, ", or %s", key->fields[0]);
	}
	item->misnamed = true;
	return xn_item_fault(doc, item, NULL, err,
		"nothing tells which %s this is: give its uuid%s", item->class->type_name,
		xn_text_end(&names) ? names.bytes : "");
}

int xn_keys_match(struct xn_document *doc, struct xn_item *item, const char **ret,
	struct xenet_error *err)
{
	bool decided = false;
	int r = check_said(doc, item, err);

	*ret = NULL;
	for (const struct xn_key *key = NULL; r == 0 && !decided && !item->failed &&
					      (key = xn_key_next(item->class, key));) {
		r = match_key(doc, item, key, ret, err);
		/* A name that nobody else can have, and nobody has, is that of a new object. */
		decided = *ret || (key->unique && key->is_name &&
					  xn_item_says(item, key->fields[0]));
	}
	return r;
}

/* ---- What only one may have ---- */

/* "device 0 of vm-uuid 'guest'": what the key reads, as far as it is told, in its words. */
static const char *shown(const struct xn_document *doc, const struct xn_item *item,
	const struct xn_key *key)
{
	struct xn_text text = XN_TEXT(doc->m->arena);

	for (size_t i = 0; i < 2 && key->fields[i]; i++) {
		const struct xn_json *json = xn_item_says(item, key->fields[i]);
		const char *value = json ? json->text
					 : value_of(doc->m, item->target, key->fields[i]);

		if (i && strcmp(value, "-1") == 0)
			continue;
		value = xn_text_cut(doc->m->arena, value, 80);
		xn_text_addf(&text, "%s%s '%s'", i ? ", " : "", key->fields[i],
			value ? value : "");
	}
	return xn_text_end(&text);
}

static int refuse_double(struct xn_document *doc, struct xn_item *item,
	const struct xn_key *key, const char *owner, struct xenet_error *err)
{
	const char *text = shown(doc, item, key);

	return text && owner ? xn_item_fault(doc, item, key->fields[0], err,
				       "%s %s, and only one may have it", owner, text)
			     : xn_no_memory(err);
}

static int check_known(struct xn_document *doc, struct xn_item *item,
	const struct xn_key *key, const char *text, struct xenet_error *err)
{
	struct xn_entry *e = xn_entry_first(doc->known, item->class, key, text);

	for (; e; e = xn_entry_next(e)) {
		bool stays = doc->merge || xn_document_item(doc, item->class, e->uuid);

		if (strcmp(e->uuid, item->uuid) != 0 && stays)
			return refuse_double(doc, item, key,
				xn_printf(doc->m->arena, "so far, %s %s has",
					item->class->type_name, e->uuid),
				err);
	}
	return 0;
}

static int check_key(struct xn_document *doc, struct xn_entry **table,
	struct xn_item *item, const struct xn_key *key, struct xenet_error *err)
{
	const char *text = xn_key_of(doc->m, item->target, key);
	const struct xn_entry *other = text ? xn_entry_first(
						      table, item->class, key, text)
					    : NULL;

	if (!text || is_refused(item, key))
		return 0;
	if (other)
		return refuse_double(doc, item, key,
			xn_printf(doc->m->arena, "the object of line %u has",
				other->item->json->line),
			err);
	if (check_known(doc, item, key, text, err) < 0)
		return -XENET_E_NO_MEMORY;
	return xn_entry_add(doc, table,
		(struct xn_entry){ item->class, key, text, item->uuid, item, NULL }, err);
}

int xn_keys_check(struct xn_document *doc, struct xenet_error *err)
{
	struct xn_entry **table = xn_alloc(
		doc->m->arena, XN_DOCUMENT_BUCKETS * sizeof(struct xn_entry *));
	int r = table ? 0 : xn_no_memory(err);

	for (struct xn_item *item = doc->items; item && r == 0; item = item->next)
		for (const struct xn_key *key = NULL;
			r == 0 && (key = xn_key_next(item->class, key));)
			if (key->unique && !item->misnamed)
				r = check_key(doc, table, item, key, err);
	return r;
}
