/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db_unit.h"

/* From one schema to the next, with schemas of the test's own (catalogue 24, 25). */

#define TABLE "CREATE TABLE t (a TEXT NOT NULL UNIQUE); INSERT INTO t VALUES ('one')"
#define SECOND "ALTER TABLE t ADD COLUMN b TEXT"

static const struct db_migration first_rows[] = { { 1, TABLE }, { 0, NULL } };
static const struct db_migration second_rows[] = {
	{ 1, TABLE },
	{ 2, SECOND },
	{ 0, NULL },
};
static const struct db_migration third_rows[] = {
	{ 1, TABLE },
	{ 2, SECOND },
	{ 3, "CREATE INDEX i ON t (b)" },
	{ 0, NULL },
};
static const struct db_migration broken_rows[] = {
	{ 1, TABLE },
	{ 2, "INSERT INTO t VALUES ('two'); INSERT INTO nowhere VALUES (1)" },
	{ 0, NULL },
};
static const struct db_schema first = { 0x78656e74, first_rows };
static const struct db_schema second = { 0x78656e74, second_rows };
static const struct db_schema third = { 0x78656e74, third_rows };
static const struct db_schema broken = { 0x78656e74, broken_rows };

static enum db_result try(
	const char *path, const struct db_schema *schema, struct db **ret, int *version)
{
	*ret = NULL;
	*version = 0;
	return db_open(ret, path, schema, false, NULL, version);
}

START_TEST(migrated)
{
	const char *path = unit_path("x.db");
	int version;
	struct db *db;

	db_close(db_unit_open(path, &first));
	ck_assert_int_eq(try(path, &second, &db, &version), DB_OK);
	ck_assert_int_eq(version, 1);
	ck_assert_str_eq(db_unit_ask(db, "PRAGMA user_version"), "2");
	ck_assert_str_eq(db_unit_ask(db, "SELECT count(*) FROM t WHERE b IS NULL"), "1");
	db_close(db);
	/* Read from the file itself, the version is there at once. */
	ck_assert_int_eq(try(path, &first, &db, &version), DB_NEWER);
	ck_assert_int_eq(version, 2);
	db_close(db);
}
END_TEST

static void add_row(struct db *db)
{
	ck_assert_int_eq(db_begin_write(db), DB_OK);
	db_unit_ask(db, "INSERT INTO t (a) VALUES ('two')");
	ck_assert_int_eq(db_commit(db), DB_OK);
}

/* The backup has what is only in the log, too, and takes the place of its database. */
START_TEST(a_backup_is_made_first)
{
	const char *path = unit_path("x.db"), *backup = unit_path("x.db.backup-v1");
	struct db *db = db_unit_open(path, &first);
	struct stat st;

	add_row(db);
	ck_assert_ptr_null(db_backup(db));
	db_close(db);
	db = db_unit_open(path, &second);
	ck_assert_str_eq(db_backup(db), backup);
	db_close(db);
	ck_assert_int_eq(stat(backup, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	unlink(path);
	unlink(unit_path("x.db-wal"));
	unlink(unit_path("x.db-shm"));
	ck_assert_int_eq(rename(backup, path), 0);
	db = db_unit_open(path, &first);
	ck_assert_str_eq(db_unit_ask(db, "SELECT group_concat(a) FROM t"), "one,two");
	ck_assert_str_eq(db_unit_ask(db, "PRAGMA integrity_check"), "ok");
	ck_assert_str_eq(db_unit_ask(db, "PRAGMA journal_mode"), "wal");
	ck_assert(!db_had_no_log(db));
	db_close(db);
}
END_TEST

START_TEST(over_several_versions)
{
	const char *path = unit_path("x.db");
	struct db *db;

	db_close(db_unit_open(path, &first));
	db = db_unit_open(path, &third);
	ck_assert_str_eq(db_unit_ask(db, "PRAGMA user_version"), "3");
	ck_assert_str_eq(db_backup(db), unit_path("x.db.backup-v1"));
	db_close(db);
	/* An older backup of the same version gives way. */
	unlink(path);
	unlink(unit_path("x.db-wal"));
	db = db_unit_open(path, &first);
	add_row(db);
	db_close(db);
	db_close(db_unit_open(path, &third));
	db = db_unit_open(unit_path("x.db.backup-v1"), &first);
	ck_assert_str_eq(db_unit_ask(db, "SELECT count(*) FROM t"), "2");
	db_close(db);
}
END_TEST

START_TEST(a_failed_migration_leaves_the_old_version)
{
	const char *path = unit_path("x.db");
	int version;
	struct db *db;

	db_close(db_unit_open(path, &first));
	ck_assert_int_eq(try(path, &broken, &db, &version), DB_FAILED);
	ck_assert_ptr_nonnull(strstr(db_reason(db), "nowhere"));
	db_close(db);
	db = db_unit_open(path, &first);
	ck_assert_str_eq(db_unit_ask(db, "SELECT group_concat(a) FROM t"), "one");
	db_close(db);
	/* A new file that fails half-way is not there at all. */
	ck_assert_int_eq(try(unit_path("y.db"), &broken, &db, &version), DB_FAILED);
	ck_assert_ptr_nonnull(strstr(db_reason(db), "nowhere"));
	db_close(db);
	ck_assert_int_lt(access(unit_path("y.db"), F_OK), 0);
	db_close(db_unit_open(unit_path("y.db"), &second));
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, migrated);
	tcase_add_test(tests, a_backup_is_made_first);
	tcase_add_test(tests, over_several_versions);
	tcase_add_test(tests, a_failed_migration_leaves_the_old_version);
}

int main(void)
{
	return unit_main("db_migrate", add_tests);
}
