/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "db.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db_unit.h"

static const struct db_migration migrations[] = {
	{ 1, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (0, "
	     "'')" },
	{ 0, NULL },
};
static const struct db_schema schema = { 0x78656e74, migrations };

enum {
	SLOTS = 16384, /* of the index: where frames are found by their pages' numbers */
	SIZE = 32768,
	SPARE_BYTE = 125, /* of the index: a lock's place, whose contents mean nothing */
	AT_CHECKPOINTED = 96,
	LOG_HEADER = 32,
	ROUNDS = 100,
};

static struct db *open_in(const char *boot, bool reads)
{
	struct db *db = NULL;
	int version = 0;

	ck_assert_int_eq(
		db_open(&db, unit_path("x.db"), &schema, reads, boot, &version), DB_OK);
	return db;
}

/* A command, which ends without having closed anything. */
static void run_in(const char *boot, const char *sql)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct db *db = open_in(boot, false);

		ck_assert_int_eq(db_begin_write(db), DB_OK);
		db_unit_ask(db, sql);
		ck_assert_int_eq(db_commit(db), DB_OK);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}

/* What a command reads that asks for it. */
static const char *ask_in(const char *boot, bool reads, const char *sql)
{
	struct db *db = open_in(boot, reads);
	const char *answer;

	ck_assert_int_eq(db_begin_read(db), DB_OK);
	answer = db_unit_ask(db, sql);
	db_rollback(db);
	db_close(db);
	return answer;
}

static void poke(const char *suffix, off_t at, unsigned char byte)
{
	int fd = open(xn_printf(unit.arena, "%s%s", unit_path("x.db"), suffix), O_WRONLY);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static void copy(const char *from, const char *to)
{
	size_t size;
	const char *bytes = unit_read(unit_path(from), &size);

	unit_write(unit_path(to), bytes, size);
}

/* Whether the index that lies there now is still there after a command of that boot. */
static bool is_kept(const char *boot)
{
	size_t size;

	poke("-shm", SPARE_BYTE, 0xab);
	ask_in(boot, false, "SELECT 1");
	return unit_read(unit_path("x.db-shm"), &size)[SPARE_BYTE] == (char)0xab;
}

#define COUNT "SELECT count(*) FROM t"

START_TEST(kept_while_the_machine_runs)
{
	run_in("this", "INSERT INTO t VALUES (1, 'one')");
	ck_assert(is_kept("this"));
	run_in("this", "INSERT INTO t VALUES (2, 'two')");
	ck_assert(is_kept("this"));
	ck_assert_str_eq(ask_in("this", false, COUNT), "3");
	ck_assert_str_eq(ask_in("this", true, COUNT), "3");
}
END_TEST

START_TEST(made_anew_after_a_boot)
{
	run_in("this", "INSERT INTO t VALUES (1, 'one')");
	ck_assert(!is_kept("next"));
	ck_assert(is_kept("next"));
	ck_assert(!is_kept("this"));
}
END_TEST

START_TEST(made_anew_where_the_boot_is_not_known)
{
	run_in("this", "INSERT INTO t VALUES (1, 'one')");
	ck_assert(!is_kept(NULL));
	ck_assert(!is_kept(""));
	/* Nor does who knows it trust one that somebody else made. */
	ck_assert(!is_kept("this"));
}
END_TEST

START_TEST(not_of_this_log)
{
	run_in("this", "INSERT INTO t VALUES (1, 'one')");
	copy("x.db-wal", "old-wal");
	copy("x.db-shm", "old-shm");
	run_in("this", "INSERT INTO t VALUES (2, 'two')");
	copy("x.db-shm", "new-shm");
	/* The log has more than the index tells of. */
	copy("old-shm", "x.db-shm");
	ck_assert_str_eq(ask_in("this", true, COUNT), "3");
	ck_assert(!is_kept("this"));
	/* Or less. */
	copy("old-wal", "x.db-wal");
	copy("new-shm", "x.db-shm");
	ck_assert_str_eq(ask_in("this", true, COUNT), "2");
	ck_assert(!is_kept("this"));
	/* Or as much, but of something else. */
	run_in("this", "INSERT INTO t VALUES (2, 'other')");
	copy("new-shm", "x.db-shm");
	ck_assert_str_eq(ask_in("this", true, "SELECT b FROM t WHERE a = 2"), "other");
	ck_assert(!is_kept("this"));
}
END_TEST

START_TEST(log_gone_or_damaged)
{
	run_in("this", "INSERT INTO t VALUES (1, 'one')");
	poke("-wal", LOG_HEADER + 20, 0x55); /* in the checksum of the first frame */
	ck_assert_str_eq(ask_in("this", true, COUNT), "1");
	ck_assert(!is_kept("this"));
	ck_assert_int_eq(truncate(unit_path("x.db-wal"), 0), 0);
	ck_assert(!is_kept("this"));
	ck_assert_int_eq(unlink(unit_path("x.db-wal")), 0);
	ck_assert(!is_kept("this"));
	ck_assert_str_eq(ask_in("this", true, COUNT), "1");
}
END_TEST

/* Parts of it are in the file by then, which somebody may put an older one in place of. */
START_TEST(checkpointed)
{
	struct db *db;

	run_in("this", "INSERT INTO t VALUES (1, 'one')");
	db = open_in("this", false);
	db_unit_ask(db, "PRAGMA wal_checkpoint(PASSIVE)");
	db_close(db);
	ck_assert(!is_kept("this"));
	poke("-shm", AT_CHECKPOINTED, 1);
	ck_assert(!is_kept("this"));
}
END_TEST

/* Of a log that is started anew all but its beginning stays as it was. */
START_TEST(of_an_earlier_log)
{
	struct db *db;

	for (int i = 1; i < 20; i++)
		run_in("this", xn_printf(unit.arena, "INSERT INTO t VALUES (%d, '')", i));
	copy("x.db-shm", "old-shm");
	db = open_in("this", false);
	db_unit_ask(db, "PRAGMA wal_checkpoint(RESTART)");
	db_unit_ask(db, "INSERT INTO t VALUES (20, '')");
	db_close(db);
	copy("old-shm", "x.db-shm");
	ck_assert_str_eq(ask_in("this", true, COUNT), "21");
	ck_assert(!is_kept("this"));
}
END_TEST

/* Its first page had reached the disk, and not those by which frames are found. */
START_TEST(not_all_of_it)
{
	run_in("this", "INSERT INTO t VALUES (1, 'one')");
	for (off_t at = SLOTS; at < SIZE; at++)
		poke("-shm", at, 0);
	ck_assert_str_eq(ask_in("this", true, COUNT), "2");
	ck_assert(!is_kept("this"));
	ck_assert_int_eq(truncate(unit_path("x.db-shm"), SLOTS), 0);
	ck_assert_str_eq(ask_in("this", true, COUNT), "2");
	ck_assert(!is_kept("this"));
}
END_TEST

/* Another program, which has the file for itself, with an index of its own in memory. */
static pid_t change_alone(int ready)
{
	pid_t child = fork();
	sqlite3 *alone;

	if (child != 0)
		return child;
	sqlite3_open(unit_path("x.db"), &alone);
	sqlite3_exec(alone,
		"PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE;"
		"INSERT INTO t VALUES (2, 'two')",
		NULL, NULL, NULL);
	if (write(ready, "", 1) != 1)
		_exit(1);
	/* So long that the other one has begun to wait. */
	usleep(300000);
	_exit(sqlite3_exec(alone, "COMMIT", NULL, NULL, NULL));
}

START_TEST(outdated_while_it_waits)
{
	int ready[2], status;
	char byte;
	pid_t child;

	run_in("this", "INSERT INTO t VALUES (1, 'one')");
	ck_assert_int_eq(pipe(ready), 0);
	child = change_alone(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	ck_assert_str_eq(ask_in("this", false, COUNT), "3");
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	close(ready[0]);
	close(ready[1]);
}
END_TEST

/* What SQLite reads from the file and the log alone. */
static const char *ask_copy(const char *sql)
{
	struct db *db;
	const char *answer;

	copy("x.db", "copy.db");
	copy("x.db-wal", "copy.db-wal");
	unlink(unit_path("copy.db-shm"));
	db = db_unit_open(unit_path("copy.db"), &schema);
	answer = db_unit_ask(db, sql);
	db_close(db);
	return answer;
}

#define SUM "SELECT count(*) || ' ' || sum(a) || ' ' || sum(length(b)) FROM t"

/* Commands of this boot, of another, of none, and files put back: all read the same as SQLite would
 * without an index. */
START_TEST(tells_what_the_log_tells)
{
	static const char *const boots[] = { "this", "this", "this", "next", NULL };

	srand(5);
	run_in("this", "INSERT INTO t VALUES (1, 'one')");
	copy("x.db-wal", "old-wal");
	copy("x.db-shm", "old-shm");
	for (int i = 2; i < ROUNDS; i++) {
		int what = rand() % 8;
		const char *boot = boots[rand() % 5];

		if (what == 0)
			copy("x.db-wal", "old-wal");
		else if (what == 1)
			copy("x.db-shm", "old-shm");
		else if (what == 2)
			copy("old-shm", "x.db-shm");
		ck_assert_str_eq(ask_in(boot, rand() % 2, SUM), ask_copy(SUM));
		run_in(boots[rand() % 5],
			xn_printf(unit.arena,
				"REPLACE INTO t VALUES (%d, hex(zeroblob(%d)))",
				rand() % 50, rand() % 3000));
		ck_assert_str_eq(ask_in(boot, rand() % 2, SUM), ask_copy(SUM));
	}
	ck_assert_str_eq(ask_in("this", false, "PRAGMA integrity_check"), "ok");
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, kept_while_the_machine_runs);
	tcase_add_test(tests, made_anew_after_a_boot);
	tcase_add_test(tests, made_anew_where_the_boot_is_not_known);
	tcase_add_test(tests, not_of_this_log);
	tcase_add_test(tests, log_gone_or_damaged);
	tcase_add_test(tests, checkpointed);
	tcase_add_test(tests, of_an_earlier_log);
	tcase_add_test(tests, not_all_of_it);
	tcase_add_test(tests, outdated_while_it_waits);
	tcase_add_test(tests, tells_what_the_log_tells);
}

int main(void)
{
	return unit_main("db_index", add_tests);
}
