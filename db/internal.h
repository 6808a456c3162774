/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DB_INTERNAL_H
#define DB_INTERNAL_H

#include <sqlite3.h>

#include "db.h"

struct db_stmt {
	struct db_stmt *next;
	struct db *db;
	sqlite3_stmt *handle;
	bool busy; /* handed out and not yet given back */
};

struct db {
	sqlite3 *handle;
	char *path;
	char *backup; /* of db_backup */
	char reason[256];
	bool is_wal;	  /* by the file's header */
	bool had_no_log;  /* of db_had_no_log     */
	bool was_dropped; /* what was written may not reach the disk any more */
	bool only_reads;  /* of db_connect_file */
	bool only_looks;  /* of db_begin_look, until db_rollback */
	bool is_begun;	  /* a transaction that nobody has ended yet */
	int version;	  /* of the schema, once it is what we know */
	uint32_t boot;	  /* stands for this run of the machine; 0: not known */
	int index;	  /* of db_index_open, until the connection is closed; or -1 */
	db_function live;
	void *live_context;
	struct db_stmt *statements;
};

/* Keeps SQLite's words and turns its code into ours. */
enum db_result db_note(struct db *db, int sqlite_code);
/* Keeps words of our own. */
enum db_result db_note_text(struct db *db, enum db_result result, const char *reason);
/* One statement without result rows. */
enum db_result db_exec(struct db *db, const char *sql);
/* The number that a PRAGMA or SELECT answers. */
enum db_result db_number(struct db *db, const char *sql, int64_t *ret);

/* The newest version that the schema knows. */
int db_newest(const struct db_schema *schema);
/* Whether a schema version is one that this program can work with. */
enum db_result db_check_version(struct db *db, int64_t version, int oldest);
/* Applies what is missing in that version; see db_open. */
enum db_result db_migrate(struct db *db, const struct db_schema *schema, int version);

/* ---- The file, looked at without SQLite, so that a refused one stays as it is ---- */

/* Whether it is there, and fit to be a database. */
enum db_result db_find_file(struct db *db, bool *found);
/* Whether the directory of a new file is fit for one. */
enum db_result db_check_directory(struct db *db, const char *directory);
/* Looks at the header, and what lies beside. */
enum db_result db_inspect(struct db *db, const struct db_schema *schema, int *version);
/* The first bytes of the file, as many as there are, and its size. */
enum db_result db_read_head(struct db *db, unsigned char *head, int size, long *ret_size);
/* The size of the file beside the database with that suffix; -1: there is none. */
long db_size_beside(const struct db *db, const char *suffix);

/* ---- New files (create.c): whole, on disk, with mode 0600 ---- */

/* A new database, unless another process makes one first. */
enum db_result db_create(struct db *db, const struct db_schema *schema);
/* A copy as PATH.backup-vVERSION, in place of an older one. Inside a transaction. */
enum db_result db_make_backup(struct db *db, int version);

/* ---- The connection ---- */

enum {
	/* A reader may have to wait for another's recovery, never for its transaction. */
	DB_BUSY_TIMEOUT_MS = 5000
};

/* boot: what tells this run of the machine from others; NULL: the index of the log is not kept. */
void db_index_open(struct db *db, const char *boot);
/* Before a connection: has SQLite trust the index, where that is good; whether it is. */
bool db_index_trust(struct db *db);
/* After the first reading, which may have had to wait: whether it still is what was trusted. SQLite
 * has its own lock by now. */
bool db_index_confirm(struct db *db);
/* When SQLite has read it, or made it: marks it as being of this run of the machine. */
void db_index_mark(struct db *db);

/* A commit that writes the same page anew, and changes nothing. */
void db_write_nothing(struct db *db);
enum db_result db_connect(struct db *db, const char *name, int flags);
/* Where no index of the log can be made, as on a full disk, it can be had in memory. reads: the
 * connection need not write, and does without that. *version: of the schema. */
enum db_result db_connect_file(struct db *db, bool reads, int *version);
/* Connects anew what only reads. No statement may be handed out. */
enum db_result db_prepare_to_write(struct db *db);
/* The file system that connections use; see vfs.c. */
#define DB_VFS "xenet"
void db_register_vfs(void);
void db_finalize_all(struct db *db);

#endif
