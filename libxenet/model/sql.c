/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "model/model.h"

/* Of the others, people can be told no more than what SQLite says. */
static enum xenet_error_code code_of(enum db_result result)
{
	static const struct {
		enum db_result result;
		enum xenet_error_code code;
	} codes[] = {
		{ DB_CANT_OPEN, XENET_E_DB_CANNOT_OPEN },
		{ DB_SYMLINK, XENET_E_DB_SYMLINK },
		{ DB_DIRECTORY, XENET_E_DB_DIRECTORY },
		{ DB_SPECIAL, XENET_E_DB_SPECIAL_FILE },
		{ DB_FOREIGN, XENET_E_DB_FOREIGN_OWNER },
		{ DB_EXPOSED, XENET_E_DB_EXPOSED },
		{ DB_NETWORK, XENET_E_DB_NETWORK_FILE_SYSTEM },
		{ DB_EMPTY, XENET_E_DB_EMPTY },
		{ DB_NOT_SQLITE, XENET_E_DB_NOT_SQLITE },
		{ DB_NOT_OURS, XENET_E_DB_NOT_OURS },
		{ DB_JOURNAL, XENET_E_DB_STRAY_JOURNAL },
		{ DB_FULL, XENET_E_DB_FULL },
		{ DB_READ_ONLY, XENET_E_DB_READ_ONLY },
		{ DB_IO, XENET_E_DB_IO },
		{ DB_BUSY, XENET_E_DB_BUSY },
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].result == result)
			return codes[i].code;
	return XENET_E_DB_ERROR;
}

static int corrupt(struct db *db, const char *reason, struct xenet_error *err)
{
	const char *backup = db_backup(db);

	return xn_fail(
		err, XENET_E_DB_CORRUPT, db_path(db), reason, backup ? backup : "none");
}

/* What begins as JSON and is none comes to light only where SQLite reads it. */
static int refuse(struct db *db, enum db_result result, struct xenet_error *err)
{
	if (strcmp(db_reason(db), "malformed JSON") == 0)
		return xn_fail(err, XENET_E_DB_ROW_INVALID, "unknown", "unknown",
			"unknown", db_reason(db));
	return xn_fail(err, code_of(result), db_path(db), db_reason(db));
}

int xn_db_error(struct db *db, enum db_result result, struct xenet_error *err)
{
	switch (result) {
	case DB_OK:
	case DB_ROW:
		return 0;
	case DB_NO_MEMORY:
		return xn_no_memory(err);
	case DB_CORRUPT:
		return corrupt(db, db_reason(db), err);
	default:
		return refuse(db, result, err);
	}
}

int xn_sql_text(struct xn_model *m, const char **ret, struct xenet_error *err,
	const char *sql, const char *const *params)
{
	struct db_stmt *stmt;
	enum db_result result = db_prepare(m->db, &stmt, sql);
	const char *text = NULL;
	bool found;

	if (result != DB_OK)
		return xn_db_error(m->db, result, err);
	for (int i = 0; params[i]; i++)
		db_bind_text(stmt, i + 1, params[i]);
	result = db_step(stmt);
	found = result == DB_ROW && db_column_text(stmt, 0);
	if (found)
		text = xn_strdup(m->arena, db_column_text(stmt, 0));
	db_done(stmt);
	if (found && !text)
		return xn_no_memory(err);
	*ret = text;
	return xn_db_error(m->db, result, err);
}

/* Doubles the room of a list that is full; NULL: no memory. */
static const char **grow(struct xn_arena *arena, const char **list, size_t n)
{
	const char **more;

	if (n & (n + 1)) /* there is room until n is one less than a power of two */
		return list;
	more = xn_alloc(arena, 2 * (n + 1) * sizeof(*more));
	return more && n ? memcpy(more, list, n * sizeof(*more)) : more;
}

static int read_texts(struct xn_model *m, struct db_stmt *stmt, const char ***ret,
	struct xenet_error *err)
{
	const char **list = NULL;
	enum db_result result;
	size_t n = 0;

	do {
		list = grow(m->arena, list, n);
		result = list ? db_step(stmt) : DB_NO_MEMORY;
		if (result == DB_ROW && !db_column_text(stmt, 0))
			return corrupt(m->db, "a value is missing", err);
		if (result == DB_ROW &&
			!(list[n++] = xn_strdup(m->arena, db_column_text(stmt, 0))))
			result = DB_NO_MEMORY;
	} while (result == DB_ROW);
	if (result == DB_OK)
		list[n] = NULL;
	*ret = list;
	return xn_db_error(m->db, result, err);
}

int xn_sql_texts(struct xn_model *m, const char ***ret, struct xenet_error *err,
	const char *sql, const char *const *params)
{
	struct db_stmt *stmt;
	enum db_result result = db_prepare(m->db, &stmt, sql);
	int r;

	if (result != DB_OK)
		return xn_db_error(m->db, result, err);
	for (int i = 0; params[i]; i++)
		db_bind_text(stmt, i + 1, params[i]);
	r = read_texts(m, stmt, ret, err);
	db_done(stmt);
	return r;
}

int xn_sql_next(
	struct xn_model *m, const char *sequence, int64_t *ret, struct xenet_error *err)
{
	const char *text;
	int r = xn_sql_text(m, &text, err,
		"INSERT INTO sequence (name, next) VALUES (?1, 1)"
		" ON CONFLICT (name) DO UPDATE SET next = next + 1 RETURNING next - 1",
		XN_PARAMS(sequence));

	if (r < 0)
		return r;
	/* It is counted up until a number is free, which no other one leads to. */
	return text && xn_parse_int(text, ret) && *ret >= 0
		       ? 0
		       : corrupt(m->db, "a sequence has no next number", err);
}
