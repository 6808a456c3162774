/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/model.h"
#include "model/reply.h"

/*
 * SQLite's JSON functions do all reading and writing. A merge patch (RFC 7396) sets a key
 * whatever characters it has, where a JSON path would have to quote it.
 */

/* As most are, so that SQLite need not be asked. */
static bool is_empty(const char *json)
{
	return strcmp(json, "{}") == 0 || strcmp(json, "[]") == 0;
}

/* Nor where the text is not in it: that stands there as it is, unless something is escaped. What
 * breaks off is for SQLite to refuse. */
static bool may_hold(const char *json, const char *text)
{
	size_t length = strlen(json);

	return strstr(json, text) || strchr(json, '\\') || length < 2 ||
	       !strchr("}]", json[length - 1]);
}

int xn_map_get(struct xn_model *m, const char *map, const char *key, const char **ret,
	struct xenet_error *err)
{
	*ret = NULL;
	return may_hold(map, key)
		       ? xn_sql_text(m, ret, err,
				 "SELECT value FROM json_each(?1) WHERE key = ?2",
				 XN_PARAMS(map, key))
		       : 0;
}

int xn_map_set(struct xn_model *m, const char **map, const char *key, const char *value,
	struct xenet_error *err)
{
	return xn_sql_text(m, map, err, "SELECT json_patch(?1, json_object(?2, ?3))",
		XN_PARAMS(*map, key, value));
}

/* Of keys that take turns with values: one that is in the map, or there twice. */
#define CLASH                                                                            \
	"WITH new AS (SELECT value FROM json_each(?2) WHERE key % 2 = 0)"                \
	" SELECT value FROM new GROUP BY value HAVING count(*) > 1 UNION ALL"            \
	" SELECT key FROM json_each(?1) WHERE key IN new LIMIT 1"
/* Each key gets its last value; one that the map has already stays in its place. */
#define PUT                                                                              \
	"WITH pair AS (SELECT key AS i, value AS k,"                                     \
	" lead(value) OVER (ORDER BY key) AS v FROM json_each(?2)),"                     \
	" new AS MATERIALIZED (SELECT k, v, max(i) AS i FROM pair"                       \
	" WHERE i % 2 = 0 GROUP BY k) SELECT json_group_object(k, v) FROM (SELECT key"   \
	" AS k, coalesce(new.v, old.value) AS v, 0 AS added, old.id AS i FROM"           \
	" json_each(?1) AS old LEFT JOIN new ON new.k = old.key UNION ALL SELECT k, v,"  \
	" 1, i FROM new WHERE k NOT IN (SELECT key FROM json_each(?1))"                  \
	" ORDER BY added, i)"

static int put(
	struct xn_model *m, const char **map, const char *list, struct xenet_error *err)
{
	return xn_sql_text(m, map, err, PUT, XN_PARAMS(*map, list));
}

int xn_map_put(struct xn_model *m, const char **map, const char *const *pairs, size_t n,
	struct xenet_error *err)
{
	char *list;
	int r = xn_json_texts(m->db, pairs, n, &list, err);

	if (r < 0)
		return r;
	r = put(m, map, list, err);
	free(list);
	return r;
}

int xn_map_add(struct xn_model *m, const char **map, const char *const *pairs, size_t n,
	const char **clash, struct xenet_error *err)
{
	char *list;
	int r = xn_json_texts(m->db, pairs, n, &list, err);

	*clash = NULL;
	if (r < 0)
		return r;
	r = xn_sql_text(m, clash, err, CLASH, XN_PARAMS(*map, list));
	if (r == 0 && !*clash && n)
		r = put(m, map, list, err);
	free(list);
	return r;
}

int xn_map_remove(
	struct xn_model *m, const char **map, const char *key, struct xenet_error *err)
{
	return xn_sql_text(m, map, err, "SELECT json_patch(?1, json_object(?2, NULL))",
		XN_PARAMS(*map, key));
}

int xn_set_members(
	struct xn_model *m, const char *set, const char ***ret, struct xenet_error *err)
{
	static const char *const none[] = { NULL };

	*ret = (const char **)(uintptr_t)none;
	return is_empty(set) ? 0
			     : xn_sql_texts(m, ret, err,
				       "SELECT coalesce(value, '') FROM json_each(?1)",
				       XN_PARAMS(set));
}

int xn_set_contains(struct xn_model *m, const char *set, const char *member, bool *ret,
	struct xenet_error *err)
{
	const char *found = NULL;
	int r = may_hold(set, member)
			? xn_sql_text(m, &found, err,
				  "SELECT 1 FROM json_each(?1) WHERE value = ?2 LIMIT 1",
				  XN_PARAMS(set, member))
			: 0;

	if (r == 0)
		*ret = found != NULL;
	return r;
}

int xn_set_add(
	struct xn_model *m, const char **set, const char *member, struct xenet_error *err)
{
	bool there;
	int r = xn_set_contains(m, *set, member, &there, err);

	if (r < 0 || there)
		return r;
	return xn_sql_text(m, set, err, "SELECT json_insert(?1, '$[#]', ?2)",
		XN_PARAMS(*set, member));
}

int xn_set_remove(
	struct xn_model *m, const char **set, const char *member, struct xenet_error *err)
{
	return xn_sql_text(m, set, err,
		"SELECT json_group_array(value) FROM json_each(?1) WHERE value <> ?2",
		XN_PARAMS(*set, member));
}
