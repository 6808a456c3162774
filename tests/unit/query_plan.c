/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "hot.h"
#include "suite.h"
#include "watch.h"

/* SQLite finds by an index what hot commands need, foreign keys included: none of their
 * statements reads a table of the database from one end to the other. */

/* What may be read as a whole, though. */
static struct {
	const char *detail; /* how the plan's line begins                   */
	const char *why;
	const char *line; /* of tests/hot; NULL: whichever                */
	bool needed;	  /* it has been met                              */
} exceptions[] = {
	{ "SCAN host", "has one row" },
	{ "SCAN pool", "has one row" },
	{ "SCAN pif USING INDEX pif_gateway", "holds only PIFs with a gateway" },
	{ "SCAN pif USING INDEX pif_management", "holds only that of the management" },
	{ "SCAN network USING INDEX network_routes", "holds only networks with routes" },
	{ "SCAN json_each VIRTUAL TABLE", "one value, taken apart" },
	{ "SCAN old VIRTUAL TABLE", "one value, taken apart" },
	{ "SCAN CONSTANT ROW", "no table" },
	{ "SCAN (subquery-", "another line of the plan tells of its table" },
	{ "SCAN n", "numbers, counted up" },
	{ "SCAN pair", "the request's own words" },
	{ "SCAN new", "the request's own words" },
	{ "SEARCH new USING AUTOMATIC", "the request's own words" },
};

enum {
	N_EXCEPTIONS = sizeof(exceptions) / sizeof(exceptions[0])
};

static int faults; /* each is told by itself: check's messages are short */
static const char *line;

/* With whole words, unless it ends within one. */
static bool begins(const char *text, const char *start)
{
	size_t length = strlen(start);

	return strncmp(text, start, length) == 0 &&
	       (start[length - 1] == '-' || !text[length] || text[length] == ' ');
}

static bool is_allowed(const char *detail)
{
	bool allowed = false;

	for (size_t i = 0; i < N_EXCEPTIONS; i++)
		if (begins(detail, exceptions[i].detail) &&
			(!exceptions[i].line || strcmp(exceptions[i].line, line) == 0))
			allowed = exceptions[i].needed = true;
	return allowed;
}

static bool is_scan(const char *detail)
{
	return begins(detail, "SCAN") || strstr(detail, "USING AUTOMATIC");
}

static void look(const char *sql, const char *detail)
{
	if (!is_scan(detail) || is_allowed(detail))
		return;
	printf("%s\n\t%s\n\t%s\n", line, detail, sql);
	faults++;
}

static void look_at_line(const char *text, int number)
{
	(void)number;
	line = text;
	watch_plans(look);
}

START_TEST(no_table_is_scanned)
{
	faults = 0;
	hot_run(look_at_line);
	ck_assert_int_eq(faults, 0);
}
END_TEST

/* A row that goes may not be one that others refer to; a host never goes. */
START_TEST(foreign_keys_are_indexed)
{
	faults = 0;
	line = "foreign keys";
	watch_plans_of(
		"SELECT 'SELECT 1 FROM \"' || m.name || '\" WHERE \"' || f.\"from\" ||"
		" '\" = ?' FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f"
		" WHERE m.type = 'table' AND f.\"table\" <> 'host'",
		look);
	ck_assert_int_eq(faults, 0);
}
END_TEST

START_TEST(all_exceptions_are_met)
{
	for (size_t i = 0; i < N_EXCEPTIONS; i++)
		ck_assert_msg(exceptions[i].needed, "%s: %s", exceptions[i].detail,
			exceptions[i].why);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, watch_start, watch_stop);
	tcase_add_checked_fixture(tests, hot_set_up, hot_tear_down);
	tcase_add_test(tests, no_table_is_scanned);
	tcase_add_test(tests, foreign_keys_are_indexed);
	/* Last of all. */
	tcase_add_test(tests, all_exceptions_are_met);
}

int main(void)
{
	return run_suite("query_plan", add_tests);
}
