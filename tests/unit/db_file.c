/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "db_unit.h"
#include "schema.h"

/* What may be in the place of the database, and beside it (catalogue 22 to 29). */

static const char *a_database(const char *name)
{
	const char *path = unit_path(name);

	db_close(db_unit_open(path, &xn_schema));
	return path;
}

START_TEST(made_as_a_whole)
{
	const char *path = a_database("x.db");
	size_t size;

	/* Not a byte of it is in the log, and it says that there is one. */
	ck_assert_str_eq(unit_files(unit.dir), "x.db x.db-shm x.db-wal ");
	ck_assert_int_eq(unit_read(path, &size)[18], 2);
	unlink(unit_path("x.db-wal"));
	unlink(unit_path("x.db-shm"));
	db_close(db_unit_open(path, &xn_schema));
}
END_TEST

static long commit_once(const char *path)
{
	struct db *db = db_unit_open(path, &xn_schema);
	struct db_stmt *stmt;
	struct stat st;

	ck_assert_int_eq(db_begin_write(db), DB_OK);
	ck_assert_int_eq(db_prepare(db, &stmt,
				 "INSERT INTO sequence (name, next) VALUES ('x', 1)"
				 " ON CONFLICT (name) DO UPDATE SET next = next + 1"),
		DB_OK);
	ck_assert_int_eq(db_step(stmt), DB_OK);
	db_done(stmt);
	ck_assert_int_eq(db_commit(db), DB_OK);
	db_close(db);
	ck_assert_int_eq(stat(unit_path("x.db-wal"), &st), 0);
	return st.st_size;
}

/* However many commit, each a process of its own. */
START_TEST(the_log_is_started_anew)
{
	const char *path = a_database("x.db");
	long size = 0;

	for (int i = 0; i < 400; i++)
		size = commit_once(path);
	ck_assert_int_lt(size, 300L * 4096);
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(commit_once(path), size);
}
END_TEST

/* 28, and 26 for what is no database at all. */
START_TEST(garbage)
{
	const char *path = unit_path("x.db");
	char bytes[4096];

	unit_write(path, "hello", 5);
	db_unit_refuse(path, DB_NOT_SQLITE);
	memset(bytes, 'x', sizeof(bytes));
	unit_write(path, bytes, sizeof(bytes));
	db_unit_refuse(path, DB_NOT_SQLITE);
	memset(bytes, 0, sizeof(bytes));
	unit_write(path, bytes, sizeof(bytes));
	db_unit_refuse(path, DB_NOT_SQLITE);
	unit_write(path, "SQLite format 3", 15);
	db_unit_refuse(path, DB_NOT_SQLITE);
	unit_write(path, "SQLite format 3", 16);
	db_unit_refuse(path, DB_CORRUPT);
}
END_TEST

START_TEST(empty)
{
	const char *path = unit_path("x.db");

	unit_write(path, "", 0);
	db_unit_refuse(path, DB_EMPTY);
}
END_TEST

/* 28 */
START_TEST(of_another_application)
{
	const char *path = unit_path("x.db");

	umask(022);
	db_unit_fill(path, "CREATE TABLE host (uuid TEXT)");
	db_unit_refuse(path, DB_NOT_OURS);
	db_unit_fill(path, "PRAGMA application_id = 1234");
	db_unit_refuse(path, DB_NOT_OURS);
	db_unit_fill(path, "PRAGMA journal_mode = WAL; INSERT INTO host VALUES ('x')");
	db_unit_refuse(path, DB_NOT_OURS);
	umask(0);
}
END_TEST

static void remove_log(void)
{
	unlink(unit_path("x.db-wal"));
	unlink(unit_path("x.db-shm"));
}

/* 25 */
START_TEST(of_a_newer_schema)
{
	const char *path = a_database("x.db");

	db_unit_fill(path, "PRAGMA user_version = 4711; PRAGMA wal_checkpoint(TRUNCATE)");
	remove_log();
	ck_assert_int_eq(db_unit_refuse(path, DB_NEWER), 4711);
}
END_TEST

START_TEST(of_a_version_that_none_has)
{
	const char *path = a_database("x.db");

	db_unit_fill(path, "PRAGMA user_version = 0; PRAGMA wal_checkpoint(TRUNCATE)");
	remove_log();
	db_unit_refuse(path, DB_CORRUPT);
	db_unit_fill(path, "PRAGMA user_version = -1; PRAGMA wal_checkpoint(TRUNCATE)");
	remove_log();
	db_unit_refuse(path, DB_CORRUPT);
}
END_TEST

static void make_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_uint_lt(strlen(path), sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
}

/* 26 */
START_TEST(what_is_no_plain_file)
{
	const char *target = a_database("target.db"), *link = unit_path("symlink");

	ck_assert_int_eq(mkdir(unit_path("directory"), 0700), 0);
	db_unit_refuse(unit_path("directory"), DB_DIRECTORY);
	ck_assert_str_eq(unit_files(unit_path("directory")), "");
	ck_assert_int_eq(mkfifo(unit_path("fifo"), 0600), 0);
	db_unit_refuse(unit_path("fifo"), DB_SPECIAL);
	make_socket(unit_path("socket"));
	db_unit_refuse(unit_path("socket"), DB_SPECIAL);
	db_unit_refuse("/dev/null", DB_SPECIAL);
	ck_assert_int_eq(symlink(target, link), 0);
	db_unit_refuse(link, DB_SYMLINK);
	unlink(link);
	ck_assert_int_eq(symlink("nowhere", link), 0);
	db_unit_refuse(link, DB_SYMLINK);
	db_unit_refuse(unit_path("target.db/below"), DB_CANT_OPEN);
}
END_TEST

/* 26: what others can write. */
START_TEST(exposed)
{
	static const mode_t modes[] = { 0666, 0620, 0602, 0777 };
	const char *path = a_database("x.db");

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		ck_assert_int_eq(chmod(path, modes[i]), 0);
		db_unit_refuse(path, DB_EXPOSED);
	}
	ck_assert_int_eq(chmod(path, 0644), 0);
	db_close(db_unit_open(path, &xn_schema));
}
END_TEST

START_TEST(network_file_systems)
{
	static const struct {
		unsigned long magic;
		const char *name;
	} rows[] = {
		{ 0x6969, "NFS" },
		{ 0xff534d42, "CIFS" },
		{ 0xffffffffff534d42, "CIFS" }, /* a signed 32-bit f_type */
		{ 0xfe534d42, "SMB2" },
		{ 0x517b, "SMB" },
		{ 0x01021997, "9p" },
		{ 0x00c36400, "Ceph" },
	};
	static const unsigned long local[] = { 0xef53, 0x58465342, 0x9123683e, 0x01021994,
		0x794c7630, 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_str_eq(db_network_file_system(rows[i].magic), rows[i].name);
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++)
		ck_assert_ptr_null(db_network_file_system(local[i]));
}
END_TEST

/* 22: its own log is empty, so what is cut off is missing. */
START_TEST(truncated)
{
	static const size_t odd[] = { 17, 99, 101, 511, 4097, 6000, 12289 };
	const char *copy = unit_path("y.db");
	size_t size;
	char *bytes = unit_read(a_database("x.db"), &size);

	ck_assert_uint_gt(size, 12289);
	for (size_t length = 4096; length < size; length += 4096) {
		unit_write(copy, bytes, length);
		db_unit_refuse(copy, DB_CORRUPT);
	}
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		unit_write(copy, bytes, odd[i]);
		db_unit_refuse(copy, DB_CORRUPT);
	}
	unit_write(copy, bytes, size - 1);
	db_unit_refuse(copy, DB_CORRUPT);
}
END_TEST

/* 29: a journal would be played back before anything else. */
START_TEST(beside_a_journal)
{
	const char *path = a_database("x.db");

	unit_write(unit_path("x.db-journal"), "anything", 8);
	db_unit_refuse(path, DB_JOURNAL);
	unlink(unit_path("x.db-journal"));
	db_close(db_unit_open(path, &xn_schema));
}
END_TEST

/* 29: a new file would take the log of one that is gone for its own. */
START_TEST(gone_but_for_its_log)
{
	const char *path = a_database("x.db");
	struct db *db = db_unit_open(path, &xn_schema);

	ck_assert_int_eq(db_begin_write(db), DB_OK);
	db_unit_ask(db, "INSERT INTO sequence VALUES ('x', 1)");
	ck_assert_int_eq(db_commit(db), DB_OK);
	db_close(db);
	unlink(path);
	db_unit_refuse(path, DB_JOURNAL);
	remove_log();
	db_close(db_unit_open(path, &xn_schema));
}
END_TEST

/* 29: it is known whether there was a log. */
START_TEST(without_its_log)
{
	const char *path = unit_path("x.db");
	struct db *db = db_unit_open(path, &xn_schema);

	ck_assert(!db_had_no_log(db));
	db_close(db);
	db = db_unit_open(path, &xn_schema);
	ck_assert(!db_had_no_log(db));
	db_close(db);
	remove_log();
	db = db_unit_open(path, &xn_schema);
	ck_assert(db_had_no_log(db));
	ck_assert_str_eq(db_unit_ask(db, "PRAGMA integrity_check"), "ok");
	db_close(db);
}
END_TEST

/* Of what SQLite locks while it reads, https://www.sqlite.org/lockingv3.html. */
static bool is_locked(const char *path)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = 0x40000002,
		.l_len = 510 };
	int fd = open(path, O_RDWR | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fcntl(fd, F_OFD_GETLK, &lock), 0);
	close(fd);
	return lock.l_type != F_UNLCK;
}

/* A connection keeps its locks while another one of the process looks at the file; the
 * kernel drops them with the first descriptor that is closed. */
START_TEST(a_second_look_keeps_the_locks)
{
	const char *path = a_database("x.db");
	struct db *db = db_unit_open(path, &xn_schema);

	db_unit_ask(db, "SELECT count(*) FROM host");
	db_close(db_unit_open(path, &xn_schema));
	ck_assert(is_locked(path));
	ck_assert(!is_locked(path));
	db_close(db);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, made_as_a_whole);
	tcase_add_test(tests, garbage);
	tcase_add_test(tests, empty);
	tcase_add_test(tests, of_another_application);
	tcase_add_test(tests, of_a_newer_schema);
	tcase_add_test(tests, of_a_version_that_none_has);
	tcase_add_test(tests, what_is_no_plain_file);
	tcase_add_test(tests, exposed);
	tcase_add_test(tests, network_file_systems);
	tcase_add_test(tests, truncated);
	tcase_add_test(tests, beside_a_journal);
	tcase_add_test(tests, gone_but_for_its_log);
	tcase_add_test(tests, without_its_log);
	tcase_add_test(tests, the_log_is_started_anew);
	tcase_add_test(tests, a_second_look_keeps_the_locks);
}

int main(void)
{
	return unit_main("db_file", add_tests);
}
