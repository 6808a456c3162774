/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/rundir.h"
#include "unit.h"

/* Another process that holds the lock of that path until it is killed. */
static pid_t hold(const char *path)
{
	int ready[2], fd = -1;
	char byte = 0;
	pid_t child;

	ck_assert_int_eq(pipe(ready), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		byte = xn_lock_take(&fd, path, 0, NULL, NULL) == 0;
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	ck_assert_int_eq(byte, 1);
	return child;
}

static void end(pid_t child, int signal)
{
	int status;

	ck_assert_int_eq(kill(child, signal), 0);
	if (signal != SIGSTOP)
		ck_assert_int_eq(waitpid(child, &status, 0), child);
}

static long elapsed_ms(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - since->tv_sec) * 1000 +
	       (now.tv_nsec - since->tv_nsec) / 1000000;
}

/* How long it has been running is a number, and not a matter of this test. */
static void assert_locked(int r, const char *path, pid_t holder)
{
	ck_assert_int_eq(r, -XENET_E_LOCKED);
	ck_assert_uint_eq(unit.err.n_params, 3);
	ck_assert_str_eq(unit.err.params[0], path);
	ck_assert_str_eq(unit.err.params[1], xn_printf(unit.arena, "%d", (int)holder));
	ck_assert_uint_eq(
		strspn(unit.err.params[2], "0123456789"), strlen(unit.err.params[2]));
	xenet_error_clear(&unit.err);
}

START_TEST(taken_and_released)
{
	const char *path = unit_path("ns.lock");
	struct stat st;
	int fd = -1;

	assert_ok(xn_lock_take(&fd, path, 0, NULL, &unit.err));
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(xn_lock_release(fd), -1);
	assert_ok(xn_lock_take(&fd, path, 0, NULL, &unit.err));
	xn_lock_release(fd);
	ck_assert_int_eq(xn_lock_release(-1), -1);
}
END_TEST

START_TEST(held_by_another_process)
{
	const char *path = unit_path("ns.lock");
	pid_t child = hold(path);
	struct timespec begin;
	int fd = -7, r;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	r = xn_lock_take(&fd, path, 200, NULL, &unit.err);
	ck_assert_int_ge(elapsed_ms(&begin), 190);
	ck_assert_int_lt(elapsed_ms(&begin), 5000);
	assert_locked(r, path, child);
	ck_assert_int_eq(fd, -7);
	end(child, SIGKILL);
}
END_TEST

START_TEST(a_stopped_holder_is_named)
{
	const char *path = unit_path("ns.lock");
	pid_t child = hold(path);
	int fd = -1;

	end(child, SIGSTOP);
	assert_locked(xn_lock_take(&fd, path, 0, NULL, &unit.err), path, child);
	end(child, SIGKILL);
}
END_TEST

START_TEST(released_when_the_holder_is_killed)
{
	const char *path = unit_path("ns.lock");
	int fd = -1;

	end(hold(path), SIGKILL);
	assert_ok(xn_lock_take(&fd, path, 0, NULL, &unit.err));
	xn_lock_release(fd);
}
END_TEST

START_TEST(waits_until_it_is_free)
{
	const char *path = unit_path("ns.lock");
	pid_t child = hold(path), killer = fork();
	int fd = -1, status;

	if (killer == 0) {
		usleep(100000);
		kill(child, SIGKILL);
		_exit(0);
	}
	assert_ok(xn_lock_take(&fd, path, 10000, NULL, &unit.err));
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(waitpid(killer, &status, 0), killer);
	xn_lock_release(fd);
}
END_TEST

static struct xn_stop stop;

static void on_alarm(int number)
{
	(void)number;
	xn_stop_ask(&stop);
}

/* From a signal handler; the wish is then granted, and the next one may wait again. */
START_TEST(asked_to_stop_while_waiting)
{
	const char *path = unit_path("ns.lock");
	pid_t child = hold(path);
	int fd = -7;

	signal(SIGALRM, on_alarm);
	ualarm(50000, 0);
	assert_error(xn_lock_take(&fd, path, 60000, &stop, &unit.err), XENET_E_CANCELLED);
	assert_locked(xn_lock_take(&fd, path, 0, &stop, &unit.err), path, child);
	ck_assert_int_eq(fd, -7);
	end(child, SIGKILL);
}
END_TEST

/* A child that a caller forks off must not keep the lock beyond an exec. */
START_TEST(not_inherited_by_programs)
{
	const char *path = unit_path("ns.lock");
	int fd = -1, status;
	pid_t child;

	assert_ok(xn_lock_take(&fd, path, 0, NULL, &unit.err));
	child = fork();
	if (child == 0) {
		execlp("sleep", "sleep", "60", (char *)NULL);
		_exit(127);
	}
	usleep(50000);
	xn_lock_release(fd);
	assert_ok(xn_lock_take(&fd, path, 5000, NULL, &unit.err));
	xn_lock_release(fd);
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
}
END_TEST

/* The kernel is asked, so nothing that stands in the file is believed, or written. */
START_TEST(the_file_says_nothing)
{
	const char *path = unit_path("ns.lock");
	pid_t child = hold(path);
	size_t size;
	int fd = -1;

	ck_assert_str_eq(unit_read(path, &size), "");
	unit_write(path, "1 0\n", 4);
	assert_locked(xn_lock_take(&fd, path, 0, NULL, &unit.err), path, child);
	ck_assert_str_eq(unit_read(path, &size), "1 0\n");
	end(child, SIGKILL);
}
END_TEST

/* As when the holder lives where it cannot be seen. */
START_TEST(a_holder_that_is_not_found)
{
	const char *path = unit_path("ns.lock");
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	assert_error(xn_lock_report(fd, path, &unit.err), XENET_E_LOCKED, path, "unknown",
		"unknown");
	close(fd);
}
END_TEST

START_TEST(what_cannot_be_a_lock)
{
	const char *target = unit_path("target"), *path = unit_path("link.lock");
	int fd = -1;
	size_t size;

	unit_write(target, "precious", 8);
	ck_assert_int_eq(symlink(target, path), 0);
	assert_error(xn_lock_take(&fd, path, 0, NULL, &unit.err), XENET_E_RUN_DIRECTORY,
		path, strerror(ELOOP));
	ck_assert_str_eq(unit_read(target, &size), "precious");
	path = unit_path("absent/ns.lock");
	assert_error(xn_lock_take(&fd, path, 0, NULL, &unit.err), XENET_E_RUN_DIRECTORY,
		path, strerror(ENOENT));
	ck_assert_int_eq(fd, -1);
}
END_TEST

START_TEST(run_directory)
{
	const char *path = unit_path("run");
	struct stat st;

	assert_ok(xn_rundir_make(path, &unit.err));
	assert_ok(xn_rundir_make(path, &unit.err));
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0700);
	ck_assert_str_eq(
		xn_rundir_path(unit.arena, "/r", "netns-1", "lock"), "/r/netns-1.lock");
	path = unit_path("absent/run");
	assert_error(xn_rundir_make(path, &unit.err), XENET_E_RUN_DIRECTORY, path,
		strerror(ENOENT));
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, taken_and_released);
	tcase_add_test(tests, held_by_another_process);
	tcase_add_test(tests, a_stopped_holder_is_named);
	tcase_add_test(tests, released_when_the_holder_is_killed);
	tcase_add_test(tests, waits_until_it_is_free);
	tcase_add_test(tests, asked_to_stop_while_waiting);
	tcase_add_test(tests, not_inherited_by_programs);
	tcase_add_test(tests, the_file_says_nothing);
	tcase_add_test(tests, a_holder_that_is_not_found);
	tcase_add_test(tests, what_cannot_be_a_lock);
	tcase_add_test(tests, run_directory);
}

int main(void)
{
	return unit_main("lock", add_tests);
}
