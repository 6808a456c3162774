/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "db_unit.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "schema.h"

struct db *db_unit_open(const char *path, const struct db_schema *schema)
{
	struct db *db = NULL;
	int version = 0;
	enum db_result result = db_open(&db, path, schema, false, NULL, &version);

	ck_assert_msg(result == DB_OK, "%d %s", (int)result, db_reason(db));
	return db;
}

const char *db_unit_ask(struct db *db, const char *sql)
{
	struct db_stmt *stmt;
	const char *answer = NULL;

	ck_assert_msg(db_prepare(db, &stmt, sql) == DB_OK, "%s: %s", sql, db_reason(db));
	if (db_step(stmt) == DB_ROW && db_column_text(stmt, 0))
		answer = xn_strdup(unit.arena, db_column_text(stmt, 0));
	db_done(stmt);
	return answer;
}

void db_unit_fill(const char *path, const char *sql)
{
	sqlite3 *handle;

	ck_assert_int_eq(sqlite3_open(path, &handle), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_close(handle), SQLITE_OK);
}

/* The bytes of a plain file; "" of anything else. */
static const char *bytes_of(const char *path, size_t *size)
{
	struct stat st;

	*size = 0;
	if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return "";
	return unit_read(path, size);
}

int db_unit_refuse(const char *path, enum db_result expected)
{
	const char *files = unit_files(unit.dir), *before, *after;
	size_t size_before, size_after;
	int version = 0;
	struct db *db = NULL;
	enum db_result result;

	before = bytes_of(path, &size_before);
	result = db_open(&db, path, &xn_schema, false, NULL, &version);
	ck_assert_msg(result == expected, "%d %s", (int)result, db_reason(db));
	ck_assert_str_ne(db_reason(db), "");
	ck_assert_ptr_null(db_close(db));
	after = bytes_of(path, &size_after);
	ck_assert_uint_eq(size_before, size_after);
	ck_assert_mem_eq(before, after, size_before);
	ck_assert_str_eq(unit_files(unit.dir), files);
	return version;
}
