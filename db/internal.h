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
	char reason[256];
	bool is_wal; /* by the file's header */
	int version; /* of the schema, once it is what we know */
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

/* Checks identity and version and applies what is missing; see db_open. */
enum db_result db_migrate(struct db *db, const struct db_schema *schema, int *version);
/* Looks at the file's header without SQLite, so that a refused file stays as it is. */
enum db_result db_inspect(
	struct db *db, int fd, const struct db_schema *schema, int *version);
/* The file system that connections use; see vfs.c. */
#define DB_VFS "xenet"
void db_register_vfs(void);
void db_finalize_all(struct db *db);

#endif
