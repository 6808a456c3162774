/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stranger.h"
#include "suite.h"

/* A handle in a child that was forked and goes on with it (catalogue 19). */

static void assert_child(pid_t child)
{
	int status = 0;

	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}

/* The number of the first thing that was not refused; 0: all were. */
static int use_it(void)
{
	struct xenet_request *list = request("network-list", WORDS());
	struct xenet_request *create = request(
		"network-create", WORDS("name-label", "x"));
	struct xenet_reply *reply = NULL;
	char *plan = NULL;
	const int refused = -XENET_E_HANDLE_INHERITED;
	const int results[] = {
		xenet_run(xn, list, &reply, &err),
		xenet_run_json(xn, list, &reply, &err),
		xenet_run(xn, create, &reply, &err),
		xenet_plan(xn, create, &plan, &err),
		xenet_plan_json(xn, create, &plan, &err),
		xenet_begin(xn, false, &err),
		xenet_commit(xn, &plan, &err),
	};

	for (int i = 0; i < (int)(sizeof(results) / sizeof(results[0])); i++)
		if (results[i] != refused)
			return i + 1;
	xenet_rollback(xn);
	return xenet_close(xn) ? 99 : 0;
}

static size_t count_networks(void)
{
	struct xenet_reply *reply = NULL;
	size_t n;

	ck_assert_int_eq(run("network-list", WORDS(), &reply), 0);
	n = xenet_reply_rows(reply);
	xenet_reply_free(reply);
	return n;
}

START_TEST(a_child_is_refused)
{
	pid_t child;

	open_model();
	ck_assert_int_eq(change("network-create", WORDS("name-label", "before")), 0);
	child = fork();
	if (child == 0)
		_exit(use_it());
	assert_child(child);
	ck_assert_int_eq(change("network-create", WORDS("name-label", "after")), 0);
	ck_assert_uint_eq(count_networks(), 3);
}
END_TEST

START_TEST(a_child_of_a_transaction_is_refused)
{
	pid_t child;

	open_model();
	ck_assert_int_eq(xenet_begin(xn, false, &err), 0);
	ck_assert_int_eq(change("network-create", WORDS("name-label", "before")), 0);
	child = fork();
	if (child == 0)
		_exit(use_it());
	assert_child(child);
	ck_assert_int_eq(change("network-create", WORDS("name-label", "after")), 0);
	ck_assert_int_eq(xenet_commit(xn, NULL, &err), 0);
	ck_assert_uint_eq(count_networks(), 3);
}
END_TEST

/* It may open a handle of its own, and lives longer than the parent's transaction. */
START_TEST(a_child_takes_no_lock_along)
{
	struct xenet_options options;
	struct xenet *other = NULL;
	pid_t child;

	open_model();
	ck_assert_int_eq(xenet_begin(xn, false, &err), 0);
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	ck_assert_int_eq(xenet_commit(xn, NULL, &err), 0);
	options = xenet_options_default();
	options.timeout_ms = 0;
	ck_assert_int_eq(xenet_open(&other, &options, &err), 0);
	ck_assert_int_eq(xenet_begin(other, false, &err), 0);
	ck_assert_ptr_null(xenet_close(other));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}
END_TEST

START_TEST(a_child_opens_its_own)
{
	pid_t child;

	open_model();
	child = fork();
	if (child == 0) {
		xn = NULL;
		open_model();
		_exit(change("network-create", WORDS("name-label", "child's")) == 0 ? 0
										    : 1);
	}
	assert_child(child);
	ck_assert_uint_eq(count_networks(), 2);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_child_is_refused);
	tcase_add_test(tests, a_child_of_a_transaction_is_refused);
	tcase_add_test(tests, a_child_takes_no_lock_along);
	tcase_add_test(tests, a_child_opens_its_own);
}

int main(void)
{
	return run_suite("api_fork", add_tests);
}
