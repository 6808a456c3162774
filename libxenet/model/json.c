/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "model/reply.h"

/*
 * JSON of texts that C has. SQLite makes it all: an array from live(i, ''), which hands it
 * the i-th text, an object from bound parameters.
 */

struct texts {
	const char *const *texts;
	size_t n;
};

static const char *text_at(void *context, const char *i, const char *unused)
{
	const struct texts *list = context;
	size_t at = strtoul(i, NULL, 10);

	(void)unused;
	return at < list->n ? list->texts[at] : NULL;
}

/* Names of network devices need not be UTF-8; JSON must be. */
static int take(struct db_stmt *stmt, char **ret, struct xenet_error *err)
{
	char *text = xn_utf8_clean(db_column_text(stmt, 0));

	if (!text)
		return xn_no_memory(err);
	*ret = text;
	return 0;
}

/* The first column of the one row that the statement answers. */
static int answer(
	struct db *db, struct db_stmt *stmt, char **ret, struct xenet_error *err)
{
	enum db_result result = db_step(stmt);
	int r = result == DB_ROW ? take(stmt, ret, err) : xn_db_error(db, result, err);

	db_done(stmt);
	return r;
}

static int run_on_texts(struct db *db, const char *sql, const char *const *texts,
	size_t n, char **ret, struct xenet_error *err)
{
	struct texts list = { texts, n };
	struct db_stmt *stmt;
	enum db_result result = db_prepare(db, &stmt, sql);
	int r;

	if (result != DB_OK)
		return xn_db_error(db, result, err);
	db_bind_int(stmt, 1, (int64_t)n);
	db_set_live(db, text_at, &list);
	r = answer(db, stmt, ret, err);
	db_set_live(db, NULL, NULL);
	return r;
}

#define EACH                                                                             \
	"WITH RECURSIVE n (i) AS (SELECT 0 WHERE ?1 > 0"                                 \
	" UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1) "
#define ARRAY(item) "json_group_array(" item ")"

int xn_json_texts(struct db *db, const char *const *texts, size_t n, char **ret,
	struct xenet_error *err)
{
	return run_on_texts(
		db, EACH "SELECT " ARRAY("live(i, '')") " FROM n", texts, n, ret, err);
}

/* Objects of the columns' names and texts, which are n of each row, one behind the other. */
static char *table_sql(struct xn_model *m, const struct xenet_reply *reply)
{
	struct xn_text sql = XN_TEXT(m->arena);
	size_t n = reply->columns;

	xn_text_addf(&sql,
		"WITH RECURSIVE n (i) AS (SELECT 0 WHERE ?1 > 0"
		" UNION ALL SELECT i + %zu FROM n WHERE i + %zu < ?1)"
		" SELECT json_group_array(json_object(",
		n, n);
	for (size_t i = 0; i < n; i++)
		xn_text_addf(&sql, "%s'%s', live(i + %zu, '')", i ? ", " : "",
			reply->fields[i]->name, i);
	xn_text_add(&sql, ")) FROM n");
	return xn_text_end(&sql);
}

static const char *reply_sql(struct xn_model *m, const struct xenet_reply *reply)
{
	static const char *const statements[] = {
		/* One is the rule, none an empty object, several an array. */
		[XN_ANSWER_UUIDS] = EACH
		"SELECT CASE ?1 WHEN 0 THEN '{}'"
		" WHEN 1 THEN json_object('uuid', live(0, ''))"
		" ELSE " ARRAY("json_object('uuid', live(i, ''))") " END FROM n",
		[XN_ANSWER_TEXT] = "SELECT json_quote(live(?1 - 1, ''))",
		[XN_ANSWER_RECORDS] = EACH "SELECT " ARRAY("json(live(i, ''))") " FROM n",
		[XN_ANSWER_JSON] = "SELECT live(?1 - 1, '')",
	};

	return reply->answer == XN_ANSWER_TABLE ? table_sql(m, reply)
						: statements[reply->answer];
}

int xn_reply_make_json(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	/* Of a query, a row is one JSON text. */
	size_t columns = reply->answer == XN_ANSWER_TABLE ? reply->columns : 1;
	size_t n = reply->n_rows * columns;
	const char **texts = xn_alloc(m->arena, (n + 1) * sizeof(*texts));
	const char *sql = reply_sql(m, reply);

	if (!texts || !sql)
		return xn_no_memory(err);
	for (size_t i = 0; i < n; i++)
		texts[i] = reply->rows[i / columns][i % columns];
	return run_on_texts(m->db, sql, texts, n, &reply->json, err);
}

/* ---- Errors ---- */

/* json_object(label, value, ...): labels that lack a value have null. */
static char *error_sql(struct xn_arena *arena, const struct xenet_error *err, bool extra)
{
	struct xn_text sql = XN_TEXT(arena);
	int n = 4;

	xn_text_add(&sql,
		"SELECT json_object('code', ?1, 'message', ?2, 'params', json_object(");
	for (size_t i = 0; xenet_error_label(err->code, i); i++, n += 2)
		xn_text_addf(&sql, "%s?%d, ?%d", i ? ", " : "", n, n + 1);
	xn_text_add(&sql, extra ? "), 'extra', json(?3))" : "))");
	return xn_text_end(&sql);
}

static void bind_error(
	struct db_stmt *stmt, const struct xenet_error *err, const char *extra)
{
	const char *label;

	db_bind_text(stmt, 1, xenet_error_name(err->code));
	db_bind_text(stmt, 2, err->message ? err->message : xenet_error_name(err->code));
	if (extra)
		db_bind_text(stmt, 3, extra);
	for (size_t i = 0; (label = xenet_error_label(err->code, i)); i++) {
		int n = 4 + 2 * (int)i;

		db_bind_text(stmt, n, label);
		db_bind_text(stmt, n + 1, i < err->n_params ? err->params[i] : NULL);
	}
}

static size_t count_labels(const struct xenet_error *err)
{
	size_t n = 0;

	while (xenet_error_label(err->code, n))
		n++;
	return n;
}

static int make_error(
	struct db *db, struct xn_arena *arena, const struct xenet_error *err, char **ret)
{
	size_t n = count_labels(err);
	char *extra = NULL, *sql;
	struct db_stmt *stmt;
	int r = 0;

	if (err->n_params > n)
		r = xn_json_texts(db, (const char *const *)err->params + n,
			err->n_params - n, &extra, NULL);
	sql = r == 0 ? error_sql(arena, err, extra) : NULL;
	if (sql && db_prepare(db, &stmt, sql) == DB_OK) {
		bind_error(stmt, err, extra);
		r = answer(db, stmt, ret, NULL);
	} else {
		r = xn_no_memory(NULL);
	}
	free(extra);
	return r;
}

/* The database of the failure may not even have been opened, so it takes one of its own. */
int xenet_error_json(const struct xenet_error *err, char **ret)
{
	struct xn_arena *arena = xn_arena_new();
	struct db *db = NULL;
	int r = arena && db_open_memory(&db) == DB_OK ? make_error(db, arena, err, ret)
						      : xn_no_memory(NULL);

	db_close(db);
	xn_arena_free(arena);
	return r;
}
