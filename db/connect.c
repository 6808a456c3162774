/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How SQLite is told to work. */

enum {
	/* Who finds no good index (index.c) reads the whole WAL first: a short one keeps that
	 * cheap. */
	WAL_PAGES = 256,
	LOOKASIDE_SIZE = 512,
	LOOKASIDE_PIECES = 24,
};

/*
 * A WAL that is only checkpointed goes on growing, since no process lives long enough to write
 * to it once more: that starts it anew, so it is done here. It keeps its size, as a commit that
 * makes a file longer takes twice as long. Readers in the way put that off to the next commit.
 */
static int restart_wal(void *context, sqlite3 *handle, const char *database, int pages)
{
	int code;

	if (pages < WAL_PAGES)
		return SQLITE_OK;
	sqlite3_busy_timeout(handle, 0);
	code = sqlite3_wal_checkpoint_v2(
		handle, database, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
	if (code == SQLITE_OK)
		db_write_nothing(context);
	sqlite3_busy_timeout(handle, DB_BUSY_TIMEOUT_MS);
	return SQLITE_OK;
}

static void call_live(sqlite3_context *context, int n, sqlite3_value **values)
{
	const struct db *db = sqlite3_user_data(context);
	const char *a = (const char *)sqlite3_value_text(values[0]);
	const char *b = (const char *)sqlite3_value_text(values[1]);
	const char *text = n == 2 && db->live && a && b ? db->live(db->live_context, a, b)
							: NULL;

	if (text)
		sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
	else
		sqlite3_result_error(context, "the host cannot be observed", -1);
}

void db_expect_one_thread(void)
{
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	/* Its pool of small pieces is threaded when it is made, which takes a page fault for each
	 * of its thirty pages. */
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, LOOKASIDE_SIZE, LOOKASIDE_PIECES);
}

enum db_result db_connect(struct db *db, const char *name, int flags)
{
	int code;

	db_register_vfs();
	flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	code = sqlite3_open_v2(name, &db->handle, flags, DB_VFS);
	if (code != SQLITE_OK)
		return db_note(db, code);
	sqlite3_busy_timeout(db->handle, DB_BUSY_TIMEOUT_MS);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	/* A name that is none is an error, not a text. */
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	/* What a damaged or a doctored file says is not to be believed. */
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* Checkpointing when the last process leaves would cost each command two fsyncs. */
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_wal_hook(db->handle, restart_wal, db);
	/* Direct only: no schema, however made, can call it. */
	code = sqlite3_create_function(db->handle, "live", 2,
		SQLITE_UTF8 | SQLITE_DIRECTONLY, db, call_live, NULL, NULL);
	return db_note(db, code);
}

static void disconnect(struct db *db)
{
	db_finalize_all(db);
	sqlite3_close(db->handle);
	db->handle = NULL;
}

/* The first that touches the log and its index; what it says is the code of that. */
static int read_version(struct db *db, int *ret)
{
	int64_t version;

	if (db_number(db, "PRAGMA user_version", &version) != DB_OK)
		return sqlite3_extended_errcode(db->handle);
	*ret = (int)version;
	return SQLITE_OK;
}

/* "file:PATH?QUERY"; three characters of a path have a meaning there. */
static char *make_uri(const char *path, const char *query)
{
	char *uri = malloc(3 * strlen(path) + strlen(query) + sizeof("file:?")),
	     *to = uri;

	if (!uri)
		return NULL;
	to += sprintf(to, "file:");
	for (; *path; path++)
		to += sprintf(
			to, strchr("%?#", *path) ? "%%%02x" : "%c", (unsigned char)*path);
	sprintf(to, "?%s", query);
	return uri;
}

static enum db_result connect_uri(struct db *db, const char *query, int flags)
{
	char *uri = make_uri(db->path, query);
	enum db_result result = uri ? db_connect(db, uri, flags | SQLITE_OPEN_URI)
				    : DB_NO_MEMORY;

	free(uri);
	return result;
}

/* On a disk that is full, and with nobody else at work: the index is kept in memory. */
static enum db_result connect_alone(struct db *db)
{
	enum db_result result = db_connect(db, db->path, SQLITE_OPEN_READWRITE);

	return result == DB_OK ? db_exec(db, "PRAGMA locking_mode = EXCLUSIVE") : result;
}

static bool is_on_read_only_medium(const struct db *db)
{
	return faccessat(AT_FDCWD, db->path, W_OK, AT_EACCESS) < 0 && errno == EROFS;
}

/* Where nothing can be made beside the file, and nobody changes it. */
static enum db_result connect_immutable(struct db *db)
{
	if (!is_on_read_only_medium(db))
		return db_note_text(db, DB_CANT_OPEN, "its log cannot be opened");
	if (db_size_beside(db, "-wal") > 0)
		return db_note_text(db, DB_READ_ONLY, "its log has no index");
	return connect_uri(db, "immutable=1", SQLITE_OPEN_READWRITE);
}

static enum db_result connect_shared(struct db *db)
{
	return db_connect(db, db->path, SQLITE_OPEN_READWRITE);
}

static enum db_result connect_to_read(struct db *db)
{
	return connect_uri(db, "readonly_shm=1", SQLITE_OPEN_READONLY);
}

/* The connection, and the first reading, of which it is the code. */
static enum db_result enter(
	struct db *db, enum db_result (*connect)(struct db *db), int *version, int *code)
{
	enum db_result result = connect(db);

	*code = result == DB_OK ? read_version(db, version) : SQLITE_OK;
	return result;
}

/* By the index of the log that is there, if that is good, and still is when the reading is done:
 * it may have waited for somebody who has one of his own. */
static enum db_result enter_by_index(
	struct db *db, enum db_result (*connect)(struct db *db), int *version, int *code)
{
	bool trusts = db_index_trust(db);
	enum db_result result = enter(db, connect, version, code);

	if (!trusts || db_index_confirm(db))
		return result;
	disconnect(db);
	return enter(db, connect, version, code);
}

/*
 * Who only reads can do without writing anything: if the index of the log that is there is not to
 * be trusted, he has one in memory. False: it cannot be had so, at least not now.
 */
static bool connect_reading(struct db *db, int *version)
{
	int code;

	db->only_reads = enter_by_index(db, connect_to_read, version, &code) == DB_OK &&
			 code == SQLITE_OK;
	if (!db->only_reads)
		disconnect(db);
	return db->only_reads;
}

static enum db_result connect_otherwise(
	struct db *db, enum db_result result, int *version, int code)
{
	static const struct {
		int code;
		enum db_result (*connect)(struct db *db);
	} others[] = {
		{ SQLITE_IOERR_SHMSIZE, connect_alone },
		{ SQLITE_IOERR_SHMMAP, connect_alone },
		{ SQLITE_IOERR_SHMOPEN, connect_alone },
		{ SQLITE_FULL, connect_alone },
		{ SQLITE_CANTOPEN, connect_immutable },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (others[i].code != code)
			continue;
		disconnect(db);
		result = enter(db, others[i].connect, version, &code);
		break;
	}
	return result == DB_OK ? db_note(db, code) : result;
}

static enum db_result connect_writing(struct db *db, int *version)
{
	int code;
	enum db_result result = enter_by_index(db, connect_shared, version, &code);

	if (result != DB_OK || code != SQLITE_OK)
		return connect_otherwise(db, result, version, code);
	db_index_mark(db);
	return DB_OK;
}

enum db_result db_connect_file(struct db *db, bool reads, int *version)
{
	return reads && connect_reading(db, version) ? DB_OK
						     : connect_writing(db, version);
}

enum db_result db_prepare_to_write(struct db *db)
{
	int version = 0;
	enum db_result result;

	if (!db->only_reads)
		return DB_OK;
	db->only_reads = false;
	disconnect(db);
	result = connect_writing(db, &version);
	return result == DB_OK && version != db->version
		       ? db_note_text(db, DB_FAILED, "it is not what it was when opened")
		       : result;
}
