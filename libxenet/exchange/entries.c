/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange/entries.h"

#include <string.h>

static size_t place_of(const struct xenet_class *class, const char *text)
{
	size_t hash = 5381;

	for (const char *c = class->name; *c; c++)
		hash = hash * 33 + (unsigned char)*c;
	for (const char *c = text; *c; c++)
		hash = hash * 33 + (unsigned char)*c;
	return hash % XN_DOCUMENT_BUCKETS;
}

int xn_entry_add(struct xn_document *doc, struct xn_entry **table, struct xn_entry entry,
	struct xenet_error *err)
{
	struct xn_entry *kept = xn_alloc(doc->m->arena, sizeof(*kept));
	struct xn_entry **chain = &table[place_of(entry.class, entry.text)];

	if (!kept)
		return xn_no_memory(err);
	*kept = entry;
	kept->chain = *chain;
	*chain = kept;
	return 0;
}

static bool is_of(const struct xn_entry *e, const struct xenet_class *class,
	const struct xn_key *key, const char *text)
{
	return e->class == class && e->key == key && strcmp(e->text, text) == 0;
}

static struct xn_entry *find(struct xn_entry *from, const struct xenet_class *class,
	const struct xn_key *key, const char *text)
{
	while (from && !is_of(from, class, key, text))
		from = from->chain;
	return from;
}

struct xn_entry *xn_entry_first(struct xn_entry *const *table,
	const struct xenet_class *class, const struct xn_key *key, const char *text)
{
	return find(table[place_of(class, text)], class, key, text);
}

struct xn_entry *xn_entry_next(const struct xn_entry *e)
{
	return find(e->chain, e->class, e->key, e->text);
}

const struct xn_key *xn_key_next(
	const struct xenet_class *class, const struct xn_key *key)
{
	key = key ? key + 1 : class->keys;
	return key && key->fields[0] ? key : NULL;
}
