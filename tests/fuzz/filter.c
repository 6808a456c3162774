/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "model/model.h"
#include "model/query.h"

/* A byte for the class, then three lines: a filter's word and value, and a map or set as it is
 * stored. */

static const struct xenet_class *class_of(uint8_t byte)
{
	size_t n = 0;

	while (xenet_class_at(n))
		n++;
	return xenet_class_at(byte % n);
}

static void filter(struct xn_model *m, const struct xenet_class *class, const char *word,
	const char *value)
{
	const struct xenet_field *field;
	struct xn_query query;
	const char *rest;

	assert(xn_query_start(m, &query, class, NULL) == 0);
	if (xn_find_field(class, word, &field, &rest, NULL) == 0)
		assert(field && (!rest || strstr(word, rest)));
	if (xn_query_filter(m, &query, word, value, NULL) == 0)
		assert(query.filters && query.filters->field);
	xn_query_columns(m, &query, value, NULL);
}

/* What was put in comes out; the key goes, and the rest stays. */
static void edit_map(
	struct xn_model *m, const char *stored, const char *key, const char *value)
{
	const char *map = stored, *found = NULL;

	if (!xn_is_utf8(key) || !xn_is_utf8(value) ||
		xn_map_set(m, &map, key, value, NULL) < 0 || !map)
		return;
	assert(xn_map_get(m, map, key, &found, NULL) == 0);
	assert(found && strcmp(found, value) == 0);
	assert(xn_map_remove(m, &map, key, NULL) == 0);
	assert(xn_map_get(m, map, key, &found, NULL) == 0 && !found);
}

static void edit_set(struct xn_model *m, const char *stored, const char *member)
{
	const char *set = stored, **members;
	bool there;

	if (!xn_is_utf8(member) || xn_set_members(m, set, &members, NULL) < 0)
		return;
	if (xn_set_add(m, &set, member, NULL) == 0 && set &&
		xn_set_contains(m, set, member, &there, NULL) == 0)
		xn_set_remove(m, &set, member, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct db *db;
	struct xn_arena *arena = xn_arena_new();
	struct xn_model *m;
	const struct xenet_class *class = class_of(size ? *data : 0);
	char *word, *value, *stored;

	data += size > 0;
	size -= size > 0;
	word = fuzz_line(&data, &size);
	value = fuzz_line(&data, &size);
	stored = fuzz_text(data, size);
	assert(arena && (db || db_open_memory(&db) == DB_OK));
	m = xn_model_new(arena, db);
	assert(m);
	filter(m, class, word, value);
	edit_map(m, stored, word, value);
	edit_set(m, stored, value);
	free(word);
	free(value);
	free(stored);
	xn_arena_free(arena);
	return 0;
}
