/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stranger.h"
#include "suite.h"

#include <check.h>

/*
 * Two threads, each with a handle of its own on the one database (catalogue 20). Built with
 * the preset tsan it shows data races, too (tests/long/threads).
 */

enum {
	ROUNDS = 15
};

static int call(struct xenet *own, const char *class, const char *verb, const char *key,
	const char *value, struct xenet_reply **reply)
{
	struct xenet_request *made = NULL;
	int r = xenet_request_new(&made, class, verb, NULL);

	if (r == 0)
		r = xenet_request_set(made, key, value, NULL);
	if (r == 0)
		r = xenet_run(own, made, reply, NULL);
	xenet_request_free(made);
	return r;
}

/* A network is made, found by its label, and destroyed. */
static int work(struct xenet *own, const char *label)
{
	struct xenet_reply *made = NULL, *found = NULL, *gone = NULL;
	int r = call(own, "network", "create", "name-label", label, &made);

	if (r == 0)
		r = call(own, "network", "list", "name-label", label, &found);
	if (r == 0 && xenet_reply_rows(found) != 1)
		r = -1;
	if (r == 0)
		r = call(own, "network", "destroy", "uuid", xenet_reply_value(made, 0, 0),
			&gone);
	xenet_reply_free(made);
	xenet_reply_free(found);
	xenet_reply_free(gone);
	return r;
}

/* NULL: all went well. */
static void *run_thread(void *label)
{
	const struct xenet_options options = xenet_options_default();
	struct xenet *own = NULL;
	int r = 0;

	for (int i = 0; i < ROUNDS && r == 0; i++) {
		/* Now and then one anew, while the other one is at work. */
		if (i % 5 == 0)
			own = xenet_close(own);
		if (!own)
			r = xenet_open(&own, &options, NULL);
		if (r == 0)
			r = work(own, label);
	}
	xenet_close(own);
	return r == 0 ? NULL : label;
}

START_TEST(two_threads)
{
	char labels[][8] = { "one", "two" };
	pthread_t threads[2];
	void *failed;

	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, run_thread, labels[i]), 0);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
		ck_assert_msg(!failed, "thread %s", (const char *)failed);
	}
	/* Nothing is left of it, and the database is whole. */
	open_model();
	failed = answer("network-list", WORDS("name-label", "one"));
	ck_assert_ptr_null(failed);
	ck_assert_int_eq(change("network-create", WORDS("name-label", "three")), 0);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, two_threads);
}

int main(void)
{
	return run_suite("threads", add_tests);
}
