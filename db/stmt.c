/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

static struct db_stmt *cached(struct db *db, const char *sql)
{
	for (struct db_stmt *stmt = db->statements; stmt; stmt = stmt->next)
		if (!stmt->busy && strcmp(sqlite3_sql(stmt->handle), sql) == 0)
			return stmt;
	return NULL;
}

enum db_result db_prepare(struct db *db, struct db_stmt **ret, const char *sql)
{
	struct db_stmt *stmt = cached(db, sql);
	int code;

	if (!stmt) {
		stmt = calloc(1, sizeof(*stmt));
		if (!stmt)
			return DB_NO_MEMORY;
		code = sqlite3_prepare_v2(db->handle, sql, -1, &stmt->handle, NULL);
		if (code != SQLITE_OK) {
			free(stmt);
			return db_note(db, code);
		}
		stmt->db = db;
		stmt->next = db->statements;
		db->statements = stmt;
	}
	stmt->busy = true;
	*ret = stmt;
	return DB_OK;
}

void db_done(struct db_stmt *stmt)
{
	if (!stmt)
		return;
	sqlite3_reset(stmt->handle);
	sqlite3_clear_bindings(stmt->handle);
	stmt->busy = false;
}

void db_finalize_all(struct db *db)
{
	for (struct db_stmt *stmt = db->statements, *next; stmt; stmt = next) {
		next = stmt->next;
		sqlite3_finalize(stmt->handle);
		free(stmt);
	}
	db->statements = NULL;
}

void db_bind_text(struct db_stmt *stmt, int i, const char *text)
{
	sqlite3_bind_text(stmt->handle, i, text, -1, SQLITE_STATIC);
}

void db_bind_int(struct db_stmt *stmt, int i, int64_t n)
{
	sqlite3_bind_int64(stmt->handle, i, n);
}

/* Numbers become texts here, where it can be told that memory is too short for that: later it
 * would look like NULL, and SQLite would have ended the transaction. */
static bool has_texts(sqlite3_stmt *handle)
{
	for (int i = 0; i < sqlite3_data_count(handle); i++)
		if (sqlite3_column_type(handle, i) != SQLITE_NULL &&
			!sqlite3_column_text(handle, i))
			return false;
	return true;
}

enum db_result db_step(struct db_stmt *stmt)
{
	int code;

	/* Some failures end the transaction: what comes after must not count on its own. */
	if (stmt->db->is_begun && sqlite3_get_autocommit(stmt->db->handle))
		return db_note_text(stmt->db, DB_FAILED, "the transaction was given up");
	code = sqlite3_step(stmt->handle);
	if (code == SQLITE_ROW && !has_texts(stmt->handle))
		code = SQLITE_NOMEM;
	return db_note(stmt->db, code);
}

const char *db_column_text(struct db_stmt *stmt, int i)
{
	return (const char *)sqlite3_column_text(stmt->handle, i);
}

int64_t db_column_int(struct db_stmt *stmt, int i)
{
	return sqlite3_column_int64(stmt->handle, i);
}

bool db_column_is_int(struct db_stmt *stmt, int i)
{
	return sqlite3_column_type(stmt->handle, i) == SQLITE_INTEGER;
}

int db_column_count(struct db_stmt *stmt)
{
	return sqlite3_column_count(stmt->handle);
}

enum db_result db_exec(struct db *db, const char *sql)
{
	return db_note(db, sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

enum db_result db_number(struct db *db, const char *sql, int64_t *ret)
{
	struct db_stmt *stmt;
	enum db_result result = db_prepare(db, &stmt, sql);

	if (result != DB_OK)
		return result;
	result = db_step(stmt);
	if (result == DB_ROW)
		*ret = db_column_int(stmt, 0);
	db_done(stmt);
	return result == DB_ROW ? DB_OK : result == DB_OK ? DB_FAILED : result;
}
