/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	/* A reader may have to wait for another's recovery, never for its transaction. */
	BUSY_TIMEOUT_MS = 5000,
	/* Every process reads the whole WAL when it starts: a short one keeps that cheap. */
	WAL_PAGES = 64,
};

enum db_result db_note(struct db *db, int sqlite_code)
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
		{ SQLITE_NOTADB, DB_NOT_OURS },
		{ SQLITE_FULL, DB_FULL },
		{ SQLITE_READONLY, DB_READ_ONLY },
		{ SQLITE_BUSY, DB_BUSY },
		{ SQLITE_CONSTRAINT, DB_CONSTRAINT },
		{ SQLITE_NOMEM, DB_NO_MEMORY },
	};

	/* The one of the extended codes whose first part hides what it is. */
	if (sqlite_code == SQLITE_IOERR_NOMEM)
		sqlite_code = SQLITE_NOMEM;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (codes[i].sqlite != (sqlite_code & 0xff))
			continue;
		if (codes[i].result > DB_ROW)
			snprintf(db->reason, sizeof(db->reason), "%s",
				sqlite3_errmsg(db->handle));
		return codes[i].result;
	}
	snprintf(db->reason, sizeof(db->reason), "%s", sqlite3_errmsg(db->handle));
	return DB_FAILED;
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

/* Makes the directories of the path, each 0700; those that exist are left as they are. */
static int make_directories(const char *path)
{
	char *copy = strdup(path);
	int failed = copy ? 0 : -1;

	for (char *slash = copy ? strchr(copy + 1, '/') : NULL; slash && !failed;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) < 0 && errno != EEXIST)
			failed = -1;
		*slash = '/';
	}
	free(copy);
	return failed;
}

/* A file descriptor of the plain file at path, made with mode 0600 if absent. */
static int open_file(const char *path)
{
	const int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	struct stat st;
	int fd = open(path, flags | O_RDONLY);

	if (fd < 0 && errno == ENOENT) {
		if (make_directories(path) < 0)
			return -1;
		fd = open(path, flags | O_RDWR | O_CREAT, 0600);
	}
	if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		errno = S_ISDIR(st.st_mode) ? EISDIR : EBADF;
		return -1;
	}
	return fd;
}

/* errno's own words mislead where we have asked for more than the kernel would. */
static const char *why_not_open(void)
{
	switch (errno) {
	case ELOOP:
		return "it is a symbolic link";
	case EBADF:
	case ENXIO:
		return "it is not a plain file";
	default:
		return strerror(errno);
	}
}

/* A WAL that is only checkpointed goes on growing, since no process lives long enough to
 * start it anew: it has to be cut. Readers in the way put that off to the next commit. */
static int shorten_wal(void *context, sqlite3 *handle, const char *database, int pages)
{
	(void)context;
	if (pages < WAL_PAGES)
		return SQLITE_OK;
	sqlite3_busy_timeout(handle, 0);
	sqlite3_wal_checkpoint_v2(
		handle, database, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(handle, BUSY_TIMEOUT_MS);
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

void db_set_live(struct db *db, db_function function, void *context)
{
	db->live = function;
	db->live_context = context;
}

static enum db_result connect_to(struct db *db, int flags)
{
	int code;

	db_register_vfs();
	flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	code = sqlite3_open_v2(db->path, &db->handle, flags, DB_VFS);
	if (code != SQLITE_OK)
		return db_note(db, code);
	sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	/* Checkpointing when the last process leaves would cost each command two fsyncs. */
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_wal_hook(db->handle, shorten_wal, NULL);
	/* Direct only: no schema, however made, can call it. */
	code = sqlite3_create_function(db->handle, "live", 2,
		SQLITE_UTF8 | SQLITE_DIRECTONLY, db, call_live, NULL, NULL);
	return db_note(db, code);
}

enum db_result db_open(
	struct db **ret, const char *path, const struct db_schema *schema, int *version)
{
	struct db *db = calloc(1, sizeof(*db));
	enum db_result result;
	int fd;

	*ret = db;
	if (!db || !(db->path = strdup(path)))
		return DB_NO_MEMORY;
	fd = open_file(path);
	if (fd < 0)
		return db_note_text(db, DB_CANT_OPEN, why_not_open());
	result = db_inspect(db, fd, schema, version);
	close(fd);
	if (result == DB_OK)
		result = connect_to(db, 0);
	if (result == DB_OK)
		result = db_migrate(db, schema, version);
	return result;
}

enum db_result db_open_memory(struct db **ret)
{
	struct db *db = calloc(1, sizeof(*db));

	*ret = db;
	if (!db || !(db->path = strdup(":memory:")))
		return DB_NO_MEMORY;
	return connect_to(db, SQLITE_OPEN_MEMORY);
}

struct db *db_close(struct db *db)
{
	if (!db)
		return NULL;
	db_finalize_all(db);
	sqlite3_close(db->handle);
	free(db->path);
	free(db);
	return NULL;
}

enum db_result db_begin_read(struct db *db)
{
	return db_exec(db, "BEGIN DEFERRED");
}

enum db_result db_begin_write(struct db *db)
{
	return db_exec(db, "PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
}

/*
 * The frames of a failed commit may stand in the WAL with all that makes them valid, and
 * whoever opens the file next would take them for committed. Writing the same page anew puts
 * other frames in their place, which change nothing.
 */
static void overwrite_tail(struct db *db)
{
	char sql[80];

	snprintf(sql, sizeof(sql), "BEGIN IMMEDIATE; PRAGMA user_version = %d; COMMIT",
		db->version);
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

enum db_result db_commit(struct db *db)
{
	enum db_result result = db_exec(db, "COMMIT");

	if (result != DB_OK) {
		if (!sqlite3_get_autocommit(db->handle))
			sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
		overwrite_tail(db);
	}
	return result;
}

void db_rollback(struct db *db)
{
	/* Some failures have rolled back already; asking twice is an error to SQLite. */
	if (!sqlite3_get_autocommit(db->handle))
		db_exec(db, "ROLLBACK");
}
