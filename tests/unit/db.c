/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "db.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db_unit.h"
#include "schema.h"

#define TABLE "CREATE TABLE t (a TEXT NOT NULL UNIQUE); INSERT INTO t VALUES ('one')"

static const struct db_migration migrations[] = {
	{ 1, TABLE },
	{ 2, "ALTER TABLE t ADD COLUMN b TEXT" },
	{ 0, NULL },
};
static const struct db_schema second = { 0x78656e74, migrations };

static unsigned mode_of(const char *path)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	return st.st_mode & 07777;
}

START_TEST(fresh)
{
	const char *path = unit_path("new/deep/xenet.db");
	struct db *db = db_unit_open(path, &xn_schema);

	ck_assert_str_eq(db_path(db), path);
	ck_assert_uint_eq(mode_of(path), 0600);
	ck_assert_uint_eq(mode_of(unit_path("new")), 0700);
	ck_assert_uint_eq(mode_of(unit_path("new/deep")), 0700);
	ck_assert_str_eq(
		db_unit_ask(db, "PRAGMA application_id"), "2019913332"); /* "xent" */
	ck_assert_str_eq(db_unit_ask(db, "PRAGMA user_version"),
		xn_printf(unit.arena, "%d", xn_schema_version()));
	ck_assert_str_eq(db_unit_ask(db, "PRAGMA journal_mode"), "wal");
	ck_assert_str_eq(db_unit_ask(db, "PRAGMA foreign_keys"), "1");
	ck_assert_str_eq(db_unit_ask(db, "PRAGMA integrity_check"), "ok");
	db_close(db);
}
END_TEST

START_TEST(directories_that_exist_stay_as_they_are)
{
	ck_assert_int_eq(mkdir(unit_path("open"), 0755), 0);
	db_close(db_unit_open(unit_path("open/xenet.db"), &xn_schema));
	ck_assert_uint_eq(mode_of(unit_path("open")), 0755);
}
END_TEST

START_TEST(opened_again)
{
	const char *path = unit_path("x.db");
	struct db *db = db_unit_open(path, &second);

	db_unit_ask(db, "INSERT INTO t VALUES ('two', 'b')");
	db_close(db);
	db = db_unit_open(path, &second);
	ck_assert_str_eq(db_unit_ask(db, "SELECT count(*) FROM t"), "2");
	db_close(db);
}
END_TEST

START_TEST(transactions)
{
	struct db *db = db_unit_open(unit_path("x.db"), &second);
	struct db *reader = db_unit_open(unit_path("x.db"), &second);

	ck_assert_int_eq(db_begin_write(db), DB_OK);
	db_unit_ask(db, "INSERT INTO t VALUES ('two', '')");
	ck_assert_str_eq(db_unit_ask(reader, "SELECT count(*) FROM t"), "1");
	db_rollback(db);
	db_rollback(db);
	ck_assert_str_eq(db_unit_ask(db, "SELECT count(*) FROM t"), "1");
	ck_assert_int_eq(db_begin_write(db), DB_OK);
	db_unit_ask(db, "INSERT INTO t VALUES ('two', '')");
	ck_assert_int_eq(db_begin_read(reader), DB_OK);
	ck_assert_str_eq(db_unit_ask(reader, "SELECT count(*) FROM t"), "1");
	ck_assert_int_eq(db_commit(db), DB_OK);
	/* A snapshot stays what it was. */
	ck_assert_str_eq(db_unit_ask(reader, "SELECT count(*) FROM t"), "1");
	db_rollback(reader);
	ck_assert_str_eq(db_unit_ask(reader, "SELECT count(*) FROM t"), "2");
	db_close(reader);
	db_close(db);
}
END_TEST

static struct db *open_to_read(const char *path)
{
	struct db *db = NULL;
	int version = 0;

	ck_assert_int_eq(db_open(&db, path, &second, true, NULL, &version), DB_OK);
	ck_assert_int_eq(version, 2);
	return db;
}

/* Nothing that lies there is written, until something is to be. */
START_TEST(opened_to_read)
{
	const char *path = unit_path("x.db"), *index = unit_path("x.db-shm"), *before;
	size_t size;
	struct db *db;

	db_close(db_unit_open(path, &second));
	unit_write(index, "not looked at", 13);
	before = unit_files(unit.dir);
	db = open_to_read(path);
	ck_assert_int_eq(db_begin_read(db), DB_OK);
	ck_assert_str_eq(db_unit_ask(db, "SELECT a FROM t"), "one");
	db_rollback(db);
	ck_assert_str_eq(unit_read(index, &size), "not looked at");
	ck_assert_str_eq(unit_files(unit.dir), before);
	ck_assert_int_eq(db_begin_write(db), DB_OK);
	db_unit_ask(db, "INSERT INTO t VALUES ('two', '')");
	ck_assert_int_eq(db_commit(db), DB_OK);
	db_close(db);
	db = open_to_read(path);
	ck_assert_str_eq(db_unit_ask(db, "SELECT count(*) FROM t"), "2");
	db_close(db);
}
END_TEST

START_TEST(what_only_looks_cannot_write)
{
	struct db *db = db_unit_open(unit_path("x.db"), &second);
	struct db_stmt *stmt;

	ck_assert_int_eq(db_begin_look(db), DB_OK);
	ck_assert_str_eq(db_unit_ask(db, "SELECT a FROM t"), "one");
	ck_assert_int_eq(db_prepare(db, &stmt, "DELETE FROM t"), DB_OK);
	ck_assert_int_eq(db_step(stmt), DB_READ_ONLY);
	db_done(stmt);
	db_rollback(db);
	ck_assert_int_eq(db_begin_write(db), DB_OK);
	db_unit_ask(db, "DELETE FROM t");
	ck_assert_int_eq(db_commit(db), DB_OK);
	ck_assert_str_eq(db_unit_ask(db, "SELECT count(*) FROM t"), "0");
	db_close(db);
}
END_TEST

/* As SQLite does on its own where memory or disk are short. */
START_TEST(a_transaction_given_up_takes_no_more)
{
	struct db *db = db_unit_open(unit_path("x.db"), &second);
	struct db_stmt *stmt;

	ck_assert_int_eq(db_begin_write(db), DB_OK);
	ck_assert_int_eq(
		db_prepare(db, &stmt, "INSERT OR ROLLBACK INTO t VALUES (?1, '')"),
		DB_OK);
	db_bind_text(stmt, 1, "one");
	ck_assert_int_eq(db_step(stmt), DB_CONSTRAINT);
	db_done(stmt);
	ck_assert_int_eq(
		db_prepare(db, &stmt, "INSERT OR ROLLBACK INTO t VALUES (?1, '')"),
		DB_OK);
	db_bind_text(stmt, 1, "two");
	ck_assert_int_eq(db_step(stmt), DB_FAILED);
	ck_assert_str_eq(db_reason(db), "the transaction was given up");
	db_done(stmt);
	ck_assert_int_eq(db_commit(db), DB_FAILED);
	ck_assert_str_eq(db_unit_ask(db, "SELECT count(*) FROM t"), "1");
	db_close(db);
}
END_TEST

START_TEST(a_killed_writer_leaves_nothing)
{
	const char *path = unit_path("x.db");
	struct db *db;
	int status;
	pid_t child;

	db_close(db_unit_open(path, &second));
	child = fork();
	if (child == 0) {
		db = db_unit_open(path, &second);
		db_begin_write(db);
		db_unit_ask(db, "INSERT INTO t VALUES ('two', '')");
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	db = db_unit_open(path, &second);
	ck_assert_str_eq(db_unit_ask(db, "SELECT count(*) FROM t"), "1");
	ck_assert_int_eq(db_begin_write(db), DB_OK);
	ck_assert_int_eq(db_commit(db), DB_OK);
	db_close(db);
}
END_TEST

START_TEST(statements)
{
	struct db *db = db_unit_open(unit_path("x.db"), &second);
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
	struct db *db = db_unit_open(unit_path("x.db"), &second);
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
	ck_assert_str_eq(db_unit_ask(db, "SELECT json_array(1)"), "[1]");
	ck_assert_str_eq(db_unit_ask(db, "SELECT count(*) FROM sqlite_schema"), "0");
	ck_assert_ptr_null(db_close(db));
	ck_assert_str_eq(unit_files(unit.dir), "");
}
END_TEST

/* 30: what could not be written is not done, and its connection takes no more. */
START_TEST(a_failed_commit_ends_the_writing)
{
	const char *path = unit_path("x.db");
	struct db *db = db_unit_open(path, &second);
	struct rlimit all, few = { 8192, 0 };

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &all), 0);
	few.rlim_max = all.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(db_begin_write(db), DB_OK);
	db_unit_ask(db, "INSERT INTO t VALUES ('two', hex(zeroblob(9000)))");
	setrlimit(RLIMIT_FSIZE, &few);
	ck_assert_int_eq(db_commit(db), DB_IO);
	setrlimit(RLIMIT_FSIZE, &all);
	signal(SIGXFSZ, SIG_DFL);
	ck_assert_str_eq(db_unit_ask(db, "SELECT count(*) FROM t"), "1");
	ck_assert_int_eq(db_begin_write(db), DB_IO);
	ck_assert_int_eq(db_begin_note(db), DB_IO);
	ck_assert_str_ne(db_reason(db), "");
	db_close(db);
	db = db_unit_open(path, &second);
	ck_assert_str_eq(db_unit_ask(db, "SELECT count(*) FROM t"), "1");
	ck_assert_int_eq(db_begin_write(db), DB_OK);
	ck_assert_int_eq(db_commit(db), DB_OK);
	db_close(db);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, fresh);
	tcase_add_test(tests, directories_that_exist_stay_as_they_are);
	tcase_add_test(tests, opened_again);
	tcase_add_test(tests, transactions);
	tcase_add_test(tests, opened_to_read);
	tcase_add_test(tests, what_only_looks_cannot_write);
	tcase_add_test(tests, a_transaction_given_up_takes_no_more);
	tcase_add_test(tests, a_killed_writer_leaves_nothing);
	tcase_add_test(tests, a_failed_commit_ends_the_writing);
	tcase_add_test(tests, statements);
	tcase_add_test(tests, failures_say_why);
	tcase_add_test(tests, in_memory);
}

int main(void)
{
	return unit_main("db", add_tests);
}
