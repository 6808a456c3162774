/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "db.h"

#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "schema.h"
#include "unit.h"

#define TABLE "CREATE TABLE t (a TEXT NOT NULL UNIQUE); INSERT INTO t VALUES ('one')"

static const struct db_migration first_migrations[] = { { 1, TABLE }, { 0, NULL } };
static const struct db_migration migrations[] = {
	{ 1, TABLE },
	{ 2, "ALTER TABLE t ADD COLUMN b TEXT" },
	{ 0, NULL },
};
static const struct db_migration broken_migrations[] = {
	{ 1, TABLE },
	{ 2, "INSERT INTO t VALUES ('two'); INSERT INTO nowhere VALUES (1)" },
	{ 0, NULL },
};
static const struct db_schema first = { 0x78656e74, first_migrations };
static const struct db_schema second = { 0x78656e74, migrations };
static const struct db_schema broken = { 0x78656e74, broken_migrations };

static struct db *open_as(const char *path, const struct db_schema *schema)
{
	struct db *db = NULL;
	int version = 0;
	enum db_result result = db_open(&db, path, schema, &version);

	ck_assert_msg(result == DB_OK, "%d %s", (int)result, db_reason(db));
	return db;
}

static const char *ask(struct db *db, const char *sql)
{
	struct db_stmt *stmt;
	const char *answer = NULL;

	ck_assert_msg(db_prepare(db, &stmt, sql) == DB_OK, "%s: %s", sql, db_reason(db));
	if (db_step(stmt) == DB_ROW)
		answer = xn_strdup(unit.arena, db_column_text(stmt, 0));
	db_done(stmt);
	return answer;
}

static void fill(const char *path, const char *sql)
{
	sqlite3 *handle;

	ck_assert_int_eq(sqlite3_open(path, &handle), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_close(handle), SQLITE_OK);
}

/* The file is refused, stays as it is to the byte, and nothing comes to lie beside it. */
static int refuse(const char *path, enum db_result expected)
{
	const char *files = unit_files(unit.dir), *before, *after;
	size_t size_before, size_after;
	int version = 0;
	struct db *db = NULL;
	enum db_result result;

	before = unit_read(path, &size_before);
	result = db_open(&db, path, &xn_schema, &version);
	ck_assert_msg(result == expected, "%d %s", (int)result, db_reason(db));
	ck_assert_str_ne(db_reason(db), "");
	ck_assert_ptr_null(db_close(db));
	after = unit_read(path, &size_after);
	ck_assert_uint_eq(size_before, size_after);
	ck_assert_mem_eq(before, after, size_before);
	ck_assert_str_eq(unit_files(unit.dir), files);
	return version;
}

static unsigned mode_of(const char *path)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	return st.st_mode & 07777;
}

START_TEST(fresh)
{
	const char *path = unit_path("new/deep/xenet.db");
	struct db *db = open_as(path, &xn_schema);

	ck_assert_str_eq(db_path(db), path);
	ck_assert_uint_eq(mode_of(path), 0600);
	ck_assert_uint_eq(mode_of(unit_path("new")), 0700);
	ck_assert_uint_eq(mode_of(unit_path("new/deep")), 0700);
	ck_assert_str_eq(ask(db, "PRAGMA application_id"), "2019913332"); /* "xent" */
	ck_assert_str_eq(ask(db, "PRAGMA user_version"),
		xn_printf(unit.arena, "%d", xn_schema_version()));
	ck_assert_str_eq(ask(db, "PRAGMA journal_mode"), "wal");
	ck_assert_str_eq(ask(db, "PRAGMA foreign_keys"), "1");
	ck_assert_str_eq(ask(db, "PRAGMA integrity_check"), "ok");
	db_close(db);
}
END_TEST

START_TEST(directories_that_exist_stay_as_they_are)
{
	ck_assert_int_eq(mkdir(unit_path("open"), 0755), 0);
	db_close(open_as(unit_path("open/xenet.db"), &xn_schema));
	ck_assert_uint_eq(mode_of(unit_path("open")), 0755);
}
END_TEST

START_TEST(opened_again)
{
	const char *path = unit_path("x.db");
	struct db *db = open_as(path, &second);

	ask(db, "INSERT INTO t VALUES ('two', 'b')");
	db_close(db);
	db = open_as(path, &second);
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM t"), "2");
	db_close(db);
}
END_TEST

START_TEST(garbage)
{
	const char *path = unit_path("x.db");
	char bytes[4096];

	unit_write(path, "hello", 5);
	refuse(path, DB_NOT_OURS);
	memset(bytes, 'x', sizeof(bytes));
	unit_write(path, bytes, sizeof(bytes));
	refuse(path, DB_NOT_OURS);
	memset(bytes, 0, sizeof(bytes));
	unit_write(path, bytes, sizeof(bytes));
	refuse(path, DB_NOT_OURS);
	unit_write(path, "SQLite format 3", 16);
	refuse(path, DB_NOT_OURS);
}
END_TEST

START_TEST(of_another_application)
{
	const char *path = unit_path("x.db");

	fill(path, "CREATE TABLE host (uuid TEXT)");
	refuse(path, DB_NOT_OURS);
	fill(path, "PRAGMA application_id = 1234");
	refuse(path, DB_NOT_OURS);
	fill(path, "PRAGMA journal_mode = WAL; INSERT INTO host VALUES ('x')");
	refuse(path, DB_NOT_OURS);
}
END_TEST

START_TEST(of_a_newer_schema)
{
	const char *path = unit_path("x.db");

	db_close(open_as(path, &xn_schema));
	fill(path, "PRAGMA user_version = 4711; PRAGMA wal_checkpoint(TRUNCATE)");
	unlink(unit_path("x.db-wal"));
	unlink(unit_path("x.db-shm"));
	ck_assert_int_eq(refuse(path, DB_NEWER), 4711);
}
END_TEST

START_TEST(what_is_no_plain_file)
{
	const char *target = unit_path("target.db"), *paths[4];
	int version = 0;

	paths[0] = unit_path("directory");
	paths[1] = unit_path("fifo");
	paths[2] = unit_path("symlink");
	paths[3] = unit_path("target.db/below");
	ck_assert_int_eq(mkdir(paths[0], 0700), 0);
	ck_assert_int_eq(mkfifo(paths[1], 0600), 0);
	unit_write(target, "", 0);
	ck_assert_int_eq(symlink(target, paths[2]), 0);
	for (int i = 0; i < 4; i++) {
		const char *files = unit_files(unit.dir);
		struct db *db = NULL;

		ck_assert_int_eq(
			db_open(&db, paths[i], &xn_schema, &version), DB_CANT_OPEN);
		ck_assert_str_ne(db_reason(db), "");
		db_close(db);
		ck_assert_str_eq(unit_files(unit.dir), files);
	}
	ck_assert_str_eq(unit_files(paths[0]), "");
}
END_TEST

/* Our header, but the rest is cut off or overwritten: an error, never a crash. */
START_TEST(damaged)
{
	const char *path = unit_path("x.db"), *copy = unit_path("y.db");
	size_t size;
	char *bytes;

	db_close(open_as(path, &xn_schema));
	bytes = unit_read(path, &size);
	ck_assert_uint_gt(size, 8192);
	for (size_t length = 4096; length < size; length += 4096) {
		struct db *db = NULL;
		int version = 0;

		unit_write(copy, bytes, length);
		if (db_open(&db, copy, &xn_schema, &version) == DB_OK)
			ck_assert_str_ne(ask(db, "PRAGMA integrity_check"), "ok");
		else
			ck_assert_str_ne(db_reason(db), "");
		db_close(db);
	}
}
END_TEST

START_TEST(migrated)
{
	const char *path = unit_path("x.db");
	int version = 0;
	struct db *db;

	db_close(open_as(path, &first));
	ck_assert_int_eq(db_open(&db, path, &second, &version), DB_OK);
	ck_assert_int_eq(version, 1);
	ck_assert_str_eq(ask(db, "PRAGMA user_version"), "2");
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM t WHERE b IS NULL"), "1");
	db_close(db);
	/* Read from the file itself, the version is there at once. */
	ck_assert_int_eq(db_open(&db, path, &first, &version), DB_NEWER);
	ck_assert_int_eq(version, 2);
	db_close(db);
}
END_TEST

START_TEST(a_failed_migration_leaves_the_old_version)
{
	const char *path = unit_path("x.db");
	int version = 0;
	struct db *db;

	db_close(open_as(path, &first));
	ck_assert_int_eq(db_open(&db, path, &broken, &version), DB_FAILED);
	ck_assert_ptr_nonnull(strstr(db_reason(db), "nowhere"));
	db_close(db);
	db = open_as(path, &first);
	ck_assert_str_eq(ask(db, "SELECT group_concat(a) FROM t"), "one");
	db_close(db);
	/* A new file that fails half-way can be begun again. */
	ck_assert_int_eq(db_open(&db, unit_path("y.db"), &broken, &version), DB_FAILED);
	db_close(db);
	db_close(open_as(unit_path("y.db"), &second));
}
END_TEST

START_TEST(transactions)
{
	struct db *db = open_as(unit_path("x.db"), &second);
	struct db *reader = open_as(unit_path("x.db"), &second);

	ck_assert_int_eq(db_begin_write(db), DB_OK);
	ask(db, "INSERT INTO t VALUES ('two', '')");
	ck_assert_str_eq(ask(reader, "SELECT count(*) FROM t"), "1");
	db_rollback(db);
	db_rollback(db);
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM t"), "1");
	ck_assert_int_eq(db_begin_write(db), DB_OK);
	ask(db, "INSERT INTO t VALUES ('two', '')");
	ck_assert_int_eq(db_begin_read(reader), DB_OK);
	ck_assert_str_eq(ask(reader, "SELECT count(*) FROM t"), "1");
	ck_assert_int_eq(db_commit(db), DB_OK);
	/* A snapshot stays what it was. */
	ck_assert_str_eq(ask(reader, "SELECT count(*) FROM t"), "1");
	db_rollback(reader);
	ck_assert_str_eq(ask(reader, "SELECT count(*) FROM t"), "2");
	db_close(reader);
	db_close(db);
}
END_TEST

START_TEST(a_killed_writer_leaves_nothing)
{
	const char *path = unit_path("x.db");
	struct db *db;
	int status;
	pid_t child;

	db_close(open_as(path, &second));
	child = fork();
	if (child == 0) {
		db = open_as(path, &second);
		db_begin_write(db);
		ask(db, "INSERT INTO t VALUES ('two', '')");
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	db = open_as(path, &second);
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM t"), "1");
	ck_assert_int_eq(db_begin_write(db), DB_OK);
	ck_assert_int_eq(db_commit(db), DB_OK);
	db_close(db);
}
END_TEST

START_TEST(statements)
{
	struct db *db = open_as(unit_path("x.db"), &second);
	struct db_stmt *a, *b, *again;

	ck_assert_int_eq(db_prepare(db, &a, "SELECT ?1, ?2, NULL AS n"), DB_OK);
	ck_assert_int_eq(db_prepare(db, &b, "SELECT ?1, ?2, NULL AS n"), DB_OK);
	ck_assert_ptr_ne(a, b);
	db_bind_text(a, 1, "quote ' and \xc3\xbc");
	db_bind_int(a, 2, INT64_MIN);
	ck_assert_int_eq(db_step(a), DB_ROW);
	ck_assert_str_eq(db_column_text(a, 0), "quote ' and \xc3\xbc");
	ck_assert_int_eq(db_column_int(a, 1), INT64_MIN);
	ck_assert_ptr_null(db_column_text(a, 2));
	ck_assert_int_eq(db_column_count(a), 3);
	ck_assert_int_eq(db_step(a), DB_OK);
	db_done(a);
	/* Given back, it is handed out again, and forgets what was bound. */
	ck_assert_int_eq(db_prepare(db, &again, "SELECT ?1, ?2, NULL AS n"), DB_OK);
	ck_assert_ptr_eq(again, a);
	ck_assert_int_eq(db_step(again), DB_ROW);
	ck_assert_ptr_null(db_column_text(again, 0));
	db_done(again);
	db_done(b);
	db_done(NULL);
	db_close(db);
}
END_TEST

START_TEST(failures_say_why)
{
	struct db *db = open_as(unit_path("x.db"), &second);
	struct db_stmt *stmt;

	ck_assert_int_eq(db_prepare(db, &stmt, "SELECT nonsense FROM t"), DB_FAILED);
	ck_assert_ptr_nonnull(strstr(db_reason(db), "nonsense"));
	ck_assert_int_eq(
		db_prepare(db, &stmt, "INSERT INTO t VALUES ('one', '')"), DB_OK);
	ck_assert_int_eq(db_step(stmt), DB_CONSTRAINT);
	ck_assert_ptr_nonnull(strstr(db_reason(db), "UNIQUE"));
	db_done(stmt);
	ck_assert_ptr_null(db_close(db));
	ck_assert_ptr_null(db_close(NULL));
	ck_assert_str_ne(db_reason(NULL), "");
}
END_TEST

START_TEST(in_memory)
{
	struct db *db;

	ck_assert_int_eq(db_open_memory(&db), DB_OK);
	ck_assert_str_eq(ask(db, "SELECT json_array(1)"), "[1]");
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM sqlite_schema"), "0");
	ck_assert_ptr_null(db_close(db));
	ck_assert_str_eq(unit_files(unit.dir), "");
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, fresh);
	tcase_add_test(tests, directories_that_exist_stay_as_they_are);
	tcase_add_test(tests, opened_again);
	tcase_add_test(tests, garbage);
	tcase_add_test(tests, of_another_application);
	tcase_add_test(tests, of_a_newer_schema);
	tcase_add_test(tests, what_is_no_plain_file);
	tcase_add_test(tests, damaged);
	tcase_add_test(tests, migrated);
	tcase_add_test(tests, a_failed_migration_leaves_the_old_version);
	tcase_add_test(tests, transactions);
	tcase_add_test(tests, a_killed_writer_leaves_nothing);
	tcase_add_test(tests, statements);
	tcase_add_test(tests, failures_say_why);
	tcase_add_test(tests, in_memory);
}

int main(void)
{
	return unit_main("db", add_tests);
}
