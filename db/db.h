/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DB_H
#define DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * SQLite, and nothing of xenet: a file with an identity (application id), a version
 * (migrations), transactions and statements. Functions return an enum db_result;
 * db_reason says in words what went wrong last.
 */
struct db;
struct db_stmt;

enum db_result {
	DB_OK = 0,
	DB_ROW, /* db_step: a row is there           */
	/* What is there instead of a database of ours; it was left as it is. */
	DB_CANT_OPEN,  /* missing rights                            */
	DB_SYMLINK,    /* not followed                              */
	DB_DIRECTORY,  /* in its place                              */
	DB_SPECIAL,    /* a FIFO, socket or device                  */
	DB_FOREIGN,    /* another user's file                       */
	DB_EXPOSED,    /* others may write it                       */
	DB_NETWORK,    /* on a network file system                  */
	DB_EMPTY,      /* no byte in it; never ours                 */
	DB_NOT_SQLITE, /* garbage                                   */
	DB_NOT_OURS,   /* another application's                     */
	DB_NEWER,      /* a schema from the future                  */
	DB_JOURNAL,    /* beside a foreign journal                  */
	DB_CORRUPT,    /* ours, but damaged                         */
	DB_FULL,
	DB_READ_ONLY,
	DB_IO, /* reading, writing or syncing failed        */
	DB_BUSY,
	DB_CONSTRAINT,
	DB_NO_MEMORY,
	DB_FAILED, /* anything else                     */
};

struct db_migration {
	int version; /* 1, 2, 3 ... without gaps */
	const char *sql;
};

struct db_schema {
	uint32_t application_id;
	const struct db_migration *migrations; /* ends with version 0 */
};

/* Before the first db_open, of a process that will never have another thread, nor another user
 * of SQLite: spares its locks and its statistics. */
void db_expect_one_thread(void);
/*
 * Opens the file, made with mode 0600 (its directory 0700) if absent, and brings it to
 * the schema's newest version, after a backup as PATH.backup-vVERSION. A file comes to be as
 * a whole: none of ours is ever empty. *version is what the file had, for DB_NEWER. A file
 * that is refused is not modified. reads: what comes first most likely reads; then nothing is
 * written, not even beside the file, until the first db_begin_write, which opens it anew. boot: a
 * text that no other run of the machine has; then the index of the log is not made anew by each
 * process.
 * With either, nothing else in the process may have the file open. boot may be NULL. On failure
 * *ret is set all the same, for db_reason; release it with db_close.
 */
enum db_result db_open(struct db **ret, const char *path, const struct db_schema *schema,
	bool reads, const char *boot, int *version);
/* An empty database without a file or a schema, to have SQLite's functions at hand. On
 * failure as db_open. */
enum db_result db_open_memory(struct db **ret);
struct db *db_close(struct db *db);
const char *db_reason(const struct db *db);
const char *db_path(const struct db *db);
/* The newest backup beside the file that a migration has made; NULL: there is none. */
const char *db_backup(struct db *db);
/* When it was opened, the log was gone that a database of ours always has beside it: either
 * another program has closed the database as it should, or changes are lost. */
bool db_had_no_log(const struct db *db);
/* The name of a network file system, by its magic number (statfs); NULL: it is none. WAL
 * needs memory that all processes share, so it does not work there. */
const char *db_network_file_system(unsigned long magic);

enum db_result db_begin_read(struct db *db);
/* In which whatever would write fails with DB_READ_ONLY. */
enum db_result db_begin_look(struct db *db);
/* Takes SQLite's writer lock at once. */
enum db_result db_begin_write(struct db *db);
/* For what may be lost with the power: its db_commit spares the fsync. */
enum db_result db_begin_note(struct db *db);
/* Durable when it returns DB_OK: one fsync. After DB_IO the connection takes no more
 * writes, for the kernel may have dropped what it could not write. */
enum db_result db_commit(struct db *db);
/* Moves all of the log into the file itself. */
enum db_result db_checkpoint(struct db *db);
void db_rollback(struct db *db);

/* What the SQL function live(a, b) answers, from the texts of its arguments: a text that
 * lives until the next call, or NULL to make the statement fail. */
typedef const char *(*db_function)(void *context, const char *a, const char *b);
void db_set_live(struct db *db, db_function function, void *context);

/*
 * A statement from the connection's cache (keyed by its text), reset and unbound. It
 * belongs to the connection; db_done gives it back.
 */
enum db_result db_prepare(struct db *db, struct db_stmt **ret, const char *sql);
void db_done(struct db_stmt *stmt);
/* Parameters count from 1; a NULL text binds NULL. The text must live until db_done. */
void db_bind_text(struct db_stmt *stmt, int i, const char *text);
void db_bind_int(struct db_stmt *stmt, int i, int64_t n);
/* DB_ROW, or DB_OK at the end. DB_FAILED if SQLite has ended the transaction by itself. */
enum db_result db_step(struct db_stmt *stmt);
/* Columns count from 0; the text lives until the next step; NULL for NULL. */
const char *db_column_text(struct db_stmt *stmt, int i);
int64_t db_column_int(struct db_stmt *stmt, int i);
bool db_column_is_int(struct db_stmt *stmt, int i);
int db_column_count(struct db_stmt *stmt);

#endif
