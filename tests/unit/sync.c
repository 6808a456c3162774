/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "db.h"
#include "unit.h"

/* What a commit costs, and what it is worth when the disk refuses it. */

static int syncs;
static bool fails;

/* In place of the C library's, for SQLite too. */
static int count(long number, int fd)
{
	syncs++;
	if (!fails)
		return (int)syscall(number, fd);
	errno = EIO;
	return -1;
}

int fsync(int fd)
{
	return count(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return count(SYS_fdatasync, fd);
}

static const struct db_migration migrations[] = {
	{ 1, "CREATE TABLE t (a TEXT)" },
	{ 0, NULL },
};
static const struct db_schema schema = { 4711, migrations };

static struct db *open_db(void)
{
	struct db *db = NULL;
	int version;

	ck_assert_int_eq(
		db_open(&db, unit_path("x.db"), &schema, false, NULL, &version), DB_OK);
	return db;
}

static int64_t number(struct db *db, const char *sql)
{
	struct db_stmt *stmt;
	int64_t n = -1;

	ck_assert_int_eq(db_prepare(db, &stmt, sql), DB_OK);
	if (db_step(stmt) == DB_ROW)
		n = db_column_int(stmt, 0);
	db_done(stmt);
	return n;
}

static void insert(struct db *db, const char *value)
{
	ck_assert_int_eq(db_begin_write(db), DB_OK);
	number(db, xn_printf(unit.arena, "INSERT INTO t VALUES ('%s')", value));
}

/* The first commit also makes the log and its place in the directory durable. */
static void begin(void)
{
	struct db *db;

	fails = false;
	db = open_db();
	insert(db, "one");
	ck_assert_int_eq(db_commit(db), DB_OK);
	db_close(db);
	syncs = 0;
}

START_TEST(a_commit_is_one_sync)
{
	for (int i = 1; i <= 5; i++) {
		struct db *db = open_db();

		insert(db, "two");
		ck_assert_int_eq(db_commit(db), DB_OK);
		db_close(db);
		ck_assert_int_eq(syncs, i);
	}
}
END_TEST

START_TEST(reading_needs_none)
{
	struct db *db = open_db();

	ck_assert_int_eq(db_begin_read(db), DB_OK);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 1);
	db_rollback(db);
	insert(db, "two");
	db_rollback(db);
	db_close(db);
	ck_assert_int_eq(syncs, 0);
}
END_TEST

/* To be told that nothing was changed must stay true for the next process. */
START_TEST(a_commit_that_failed_is_none)
{
	struct db *db = open_db();

	insert(db, "two");
	fails = true;
	ck_assert_int_gt(db_commit(db), DB_ROW);
	ck_assert_str_ne(db_reason(db), "");
	db_rollback(db);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 1);
	db_close(db);
	fails = false;
	db = open_db();
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 1);
	insert(db, "three");
	ck_assert_int_eq(db_commit(db), DB_OK);
	db_close(db);
	db = open_db();
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t WHERE a = 'three'"), 1);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 2);
	db_close(db);
}
END_TEST

START_TEST(a_first_opening_that_fails_can_be_repeated)
{
	struct db *db = NULL;
	int version;

	fails = true;
	ck_assert_int_gt(db_open(&db, unit_path("y.db"), &schema, false, NULL, &version),
		(int)DB_ROW);
	db_close(db);
	fails = false;
	ck_assert_int_eq(
		db_open(&db, unit_path("y.db"), &schema, false, NULL, &version), DB_OK);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 0);
	db_close(db);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, begin, NULL);
	tcase_add_test(tests, a_commit_is_one_sync);
	tcase_add_test(tests, reading_needs_none);
	tcase_add_test(tests, a_commit_that_failed_is_none);
	tcase_add_test(tests, a_first_opening_that_fails_can_be_repeated);
}

int main(void)
{
	return unit_main("sync", add_tests);
}
