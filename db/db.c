/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where memory of the disk is short, SQLite has a code for some ways of writing only. */
static enum db_result translate(const struct db *db, int sqlite_code)
{
	static const struct {
		int sqlite;
		enum db_result result;
	} codes[] = {
		{ SQLITE_OK, DB_OK },
		{ SQLITE_DONE, DB_OK },
		{ SQLITE_ROW, DB_ROW },
		{ SQLITE_CANTOPEN, DB_CANT_OPEN },
		{ SQLITE_PERM, DB_CANT_OPEN },
		/* The file has been looked at before. */
		{ SQLITE_NOTADB, DB_CORRUPT },
		{ SQLITE_CORRUPT, DB_CORRUPT },
		{ SQLITE_FULL, DB_FULL },
		{ SQLITE_READONLY, DB_READ_ONLY },
		{ SQLITE_IOERR, DB_IO },
		{ SQLITE_BUSY, DB_BUSY },
		{ SQLITE_CONSTRAINT, DB_CONSTRAINT },
		{ SQLITE_NOMEM, DB_NO_MEMORY },
	};
	int error = sqlite3_system_errno(db->handle);

	if ((sqlite_code & 0xff) == SQLITE_IOERR && (error == ENOSPC || error == EDQUOT))
		return DB_FULL;
	if (sqlite_code == SQLITE_IOERR_NOMEM)
		return DB_NO_MEMORY;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].sqlite == (sqlite_code & 0xff))
			return codes[i].result;
	return DB_FAILED;
}

enum db_result db_note(struct db *db, int sqlite_code)
{
	enum db_result result = translate(db, sqlite_code);

	if (result > DB_ROW)
		snprintf(db->reason, sizeof(db->reason), "%s",
			db->handle ? sqlite3_errmsg(db->handle)
				   : sqlite3_errstr(sqlite_code));
	return result;
}

enum db_result db_note_text(struct db *db, enum db_result result, const char *reason)
{
	snprintf(db->reason, sizeof(db->reason), "%s", reason);
	return result;
}

const char *db_reason(const struct db *db)
{
	return db ? db->reason : "out of memory";
}

const char *db_path(const struct db *db)
{
	return db->path;
}

bool db_had_no_log(const struct db *db)
{
	return db->had_no_log;
}

void db_set_live(struct db *db, db_function function, void *context)
{
	db->live = function;
	db->live_context = context;
}

/* A backup that was put in the place of its database has a journal still. On a file system
 * that is read-only it keeps it. */
static enum db_result enter_wal(struct db *db)
{
	enum db_result result = db->is_wal ? DB_OK
					   : db_exec(db, "PRAGMA journal_mode = WAL");

	return result == DB_READ_ONLY ? DB_OK : result;
}

static enum db_result find_or_create(struct db *db, const struct db_schema *schema)
{
	bool found;
	enum db_result result = db_find_file(db, &found);

	if (result != DB_OK || found)
		return result;
	result = db_create(db, schema);
	/* What another process may have put there meanwhile has to be looked at, too. */
	return result == DB_OK ? db_find_file(db, &found) : result;
}

/* As new as can be, and with its log beside it: there is nothing to write before the reading. */
static bool is_complete(const struct db *db, int version)
{
	return db->is_wal && version == db->version && db_size_beside(db, "-shm") >= 0;
}

enum db_result db_open(struct db **ret, const char *path, const struct db_schema *schema,
	bool reads, const char *boot, int *version)
{
	struct db *db = calloc(1, sizeof(*db));
	enum db_result result;

	*ret = db;
	if (!db || !(db->path = strdup(path)))
		return DB_NO_MEMORY;
	db->index = -1;
	db->version = db_newest(schema);
	result = find_or_create(db, schema);
	if (result == DB_OK)
		result = db_inspect(db, schema, version);
	if (result == DB_OK)
		db_index_open(db, boot);
	if (result == DB_OK)
		result = db_connect_file(db, reads && is_complete(db, *version), version);
	if (result == DB_OK)
		result = db_migrate(db, schema, *version);
	return result == DB_OK ? enter_wal(db) : result;
}

enum db_result db_open_memory(struct db **ret)
{
	struct db *db = calloc(1, sizeof(*db));

	*ret = db;
	if (!db || !(db->path = strdup(":memory:")))
		return DB_NO_MEMORY;
	db->index = -1;
	return db_connect(db, db->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY);
}

struct db *db_close(struct db *db)
{
	if (!db)
		return NULL;
	db_finalize_all(db);
	sqlite3_close(db->handle);
	/* Not before: it would take SQLite's own locks on the file with it. */
	if (db->index >= 0)
		close(db->index);
	free(db->path);
	free(db->backup);
	free(db);
	return NULL;
}

static enum db_result begin(struct db *db, const char *sql)
{
	enum db_result result = db_exec(db, sql);

	db->is_begun = result == DB_OK;
	return result;
}

/* Who reads without writing the index of the log finds none for the moment in which another
 * process makes it. */
static enum db_result begin_read(struct db *db, const char *sql)
{
	enum db_result result = begin(db, sql);
	int64_t version;

	if (result != DB_OK || !db->only_reads ||
		db_number(db, "PRAGMA user_version", &version) == DB_OK)
		return result;
	/* With the connection the transaction ends. */
	db->is_begun = false;
	result = db_prepare_to_write(db);
	return result == DB_OK ? begin(db, sql) : result;
}

enum db_result db_begin_read(struct db *db)
{
	return begin_read(db, "BEGIN DEFERRED");
}

enum db_result db_begin_look(struct db *db)
{
	db->only_looks = true;
	return begin_read(db, "PRAGMA query_only = 1; BEGIN DEFERRED");
}

static enum db_result begin_write(struct db *db, const char *sql)
{
	enum db_result result =
		db->was_dropped
			? db_note_text(db, DB_IO,
				  "an earlier write failed: it has to be opened again")
			: db_prepare_to_write(db);

	return result == DB_OK ? begin(db, sql) : result;
}

enum db_result db_begin_write(struct db *db)
{
	return begin_write(db, "PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
}

enum db_result db_begin_note(struct db *db)
{
	return begin_write(db, "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE");
}

void db_write_nothing(struct db *db)
{
	char sql[80];

	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", db->version);
	sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
}

enum db_result db_commit(struct db *db)
{
	enum db_result result = db_exec(db, "COMMIT");

	db->is_begun = false;
	if (result != DB_OK) {
		if (!sqlite3_get_autocommit(db->handle))
			sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
		/* The frames of a failed commit may stand in the WAL with all that makes them
		 * valid, and whoever opens the file next would take them for committed: others are
		 * put in their place. */
		db_write_nothing(db);
		db->was_dropped = result == DB_IO;
	}
	return result;
}

enum db_result db_checkpoint(struct db *db)
{
	return db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)");
}

void db_rollback(struct db *db)
{
	db->is_begun = false;
	/* It could not be connected anew. */
	if (!db->handle)
		return;
	/* Some failures have rolled back already; asking twice is an error to SQLite. */
	if (!sqlite3_get_autocommit(db->handle))
		db_exec(db, "ROLLBACK");
	if (db->only_looks)
		db_exec(db, "PRAGMA query_only = 0");
	db->only_looks = false;
}
