/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "stranger.h"
#include "suite.h"

/*
 * File descriptors (catalogue 65): none stays open, whatever a process does with the library
 * and however it ends; with too few of them commands fail cleanly.
 */

/* XENET_OPERATIONS: tests/long/resources has 10,000. */
static long operations(void)
{
	const char *text = getenv("XENET_OPERATIONS");

	return text ? strtol(text, NULL, 10) : 300;
}

static size_t count_open(void)
{
	DIR *files = opendir("/proc/self/fd");
	size_t n = 0;

	ck_assert_ptr_nonnull(files);
	while (readdir(files))
		n++;
	closedir(files);
	return n;
}

/* Each way that an operation may take: done, refused by rules or by the host, planned. */
static void one_of_each(const char *pif)
{
	struct xenet_request *made = request("pif-plug", WORDS("uuid", pif));
	char *text = NULL, *network;

	network = answer("network-create", WORDS("name-label", "x"));
	ck_assert_int_eq(change("pif-plug", WORDS("uuid", pif)), 0);
	assert_code(change("pif-plug", WORDS("uuid", "nonsense")), XENET_E_UUID_INVALID);
	ck_assert_int_eq(xenet_plan(xn, made, &text, &err), 0);
	ck_assert_int_eq(change("pif-unplug", WORDS("uuid", pif)), 0);
	ck_assert_int_eq(xenet_begin(xn, true, &err), 0);
	xenet_rollback(xn);
	ck_assert_int_eq(change("network-destroy", WORDS("uuid", network)), 0);
	xenet_request_free(made);
	free(text);
	free(network);
}

START_TEST(none_stays_open)
{
	size_t before = count_open();
	char *pif;

	open_model();
	pif = answer("pif-list", WORDS("device", "eth0", "params", "uuid"));
	for (long i = 0; i < operations(); i += 7) {
		one_of_each(pif);
		if (i % 5 == 0) {
			xn = xenet_close(xn);
			ck_assert_uint_eq(count_open(), before);
			open_model();
		}
	}
	xn = xenet_close(xn);
	ck_assert_uint_eq(count_open(), before);
	free(pif);
}
END_TEST

static int open_and_plug(const char *pif)
{
	const struct xenet_options options = xenet_options_default();
	int r = xenet_open(&xn, &options, &err);

	if (r == 0)
		r = change("pif-plug", WORDS("uuid", pif));
	xn = xenet_close(xn);
	return r;
}

/* One more each time, from none on: until it succeeds, it fails with a code and its words. */
START_TEST(too_few)
{
	struct rlimit all, few;
	size_t before = count_open() - 3, n = 0;
	char *pif;
	int r = -1;

	open_model();
	pif = answer("pif-list", WORDS("device", "eth0", "params", "uuid"));
	xn = xenet_close(xn);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &all), 0);
	few = all;
	for (; r < 0 && n < 32; n++) {
		few.rlim_cur = before + n;
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
		r = open_and_plug(pif);
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &all), 0);
		ck_assert(r == 0 || (err.code && err.message));
		xenet_error_clear(&err);
		ck_assert_uint_eq(count_open() - 3, before);
	}
	ck_assert_int_eq(r, 0);
	ck_assert_uint_gt(n, 1);
	free(pif);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 600);
	tcase_add_test(tests, none_stays_open);
	tcase_add_test(tests, too_few);
}

int main(void)
{
	return run_suite("resources", add_tests);
}
