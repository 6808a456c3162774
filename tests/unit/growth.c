/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>

#include "hot.h"
#include "suite.h"
#include "watch.h"

/* What hot commands cost SQLite does not grow with the database. The steps of its machine are
 * counted, which are the same whatever else the computer does. */

enum {
	FIRST = 25, /* objects of each kind; then twice as many, and so on */
	ROUNDS = 3,
	TOLERANCE = 20 /* the part of it by which a cost may differ: uuids are sorted */
};

static long costs[HOT_MOST];
static int faults; /* each is told by itself: check's messages are short */

/* What is done for the first time may take more. */
static void warm_up(const char *line, int number)
{
	(void)line;
	(void)number;
	watch_steps();
}

static void note_cost(const char *line, int number)
{
	(void)line;
	costs[number] = watch_steps();
	ck_assert_int_gt(costs[number], 0);
}

static void compare_cost(const char *line, int number)
{
	long cost = watch_steps(), less = costs[number];

	if (cost <= less + less / TOLERANCE)
		return;
	printf("%s: %ld steps, later %ld\n", line, less, cost);
	faults++;
}

START_TEST(nothing_grows)
{
	hot_run(warm_up);
	hot_fill(FIRST);
	watch_steps();
	hot_run(note_cost);
	for (int i = 1; i < ROUNDS; i++) {
		hot_fill(FIRST << (i - 1));
		watch_steps();
		hot_run(compare_cost);
	}
	ck_assert_int_eq(faults, 0);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, watch_start, watch_stop);
	tcase_add_checked_fixture(tests, hot_set_up, hot_tear_down);
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, nothing_grows);
}

int main(void)
{
	return run_suite("growth", add_tests);
}
