/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "db.h"

/* db-migrate PATH VERSION: opens the database with that version, 1 or 2, of a schema of its
 * own, and prints the version and the number of rows that it has. */

/* Enough for a log that one checkpoint does not empty at once. */
#define FIRST                                                                            \
	"CREATE TABLE t (a TEXT NOT NULL);"                                              \
	"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"  \
	" INSERT INTO t SELECT hex(zeroblob(500)) FROM n"
#define SECOND "ALTER TABLE t ADD COLUMN b TEXT; UPDATE t SET b = 'new'"

static const struct db_migration first[] = { { 1, FIRST }, { 0, NULL } };
static const struct db_migration second[] = { { 1, FIRST }, { 2, SECOND }, { 0, NULL } };

static enum db_result show(struct db *db)
{
	struct db_stmt *stmt;
	enum db_result result = db_prepare(
		db, &stmt, "SELECT user_version, count(*) FROM t, pragma_user_version");

	if (result != DB_OK)
		return result;
	result = db_step(stmt);
	if (result == DB_ROW)
		printf("version %d, %d rows\n", (int)db_column_int(stmt, 0),
			(int)db_column_int(stmt, 1));
	db_done(stmt);
	return result == DB_ROW ? DB_OK : result;
}

int main(int argc, char **argv)
{
	int version = argc == 3 ? atoi(argv[2]) : 0;
	const struct db_schema schema = { 0x78656e74, version == 1 ? first : second };
	struct db *db = NULL;
	enum db_result result;

	if (version < 1 || version > 2)
		return 2;
	result = db_open(&db, argv[1], &schema, false, NULL, &version);
	if (result == DB_OK)
		result = show(db);
	if (result != DB_OK)
		fprintf(stderr, "%s\n", db_reason(db));
	db_close(db);
	return result == DB_OK ? 0 : 1;
}
