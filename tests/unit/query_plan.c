/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hot.h"
#include "suite.h"
#include "watch.h"

/* SQLite finds by an index what hot commands need, foreign keys included: none of their
 * statements reads a table of the database from one end to the other. */

/* What may be read as a whole. */
static const struct {
	const char *detail; /* how the plan's line begins */
	const char *why;
} allowed[] = {
	{ "SCAN host", "one row" },
	{ "SCAN pool", "one row" },
	{ "SCAN pif USING INDEX pif_gateway", "only PIFs with a gateway" },
	{ "SCAN pif USING INDEX pif_management", "only the PIF of the management" },
	{ "SCAN json_each VIRTUAL TABLE", "one value" },
	{ "SCAN old VIRTUAL TABLE", "one value" },
	{ "SCAN mine VIRTUAL TABLE", "one value" },
	{ "SCAN CONSTANT ROW", "no table" },
	{ "SCAN (subquery", "what another line of the plan tells about" },
	{ "SCAN n", "numbers that are counted up" },
	{ "SCAN pair", "words of one request" },
	{ "SCAN new", "words of one request" },
	{ "SEARCH new USING AUTOMATIC", "words of one request" },
};

static char *found;
static size_t found_size;
static FILE *report;
static const char *line_now;

static bool begins(const char *text, const char *start)
{
	size_t length = strlen(start);

	return strncmp(text, start, length) == 0 &&
	       (text[length] == ' ' || text[length] == '\0' || start[length - 1] == 'y' ||
		       start[length - 1] == 'C');
}

static bool is_allowed(const char *detail)
{
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (begins(detail, allowed[i].detail))
			return true;
	return false;
}

static void look(const char *sql, const char *detail)
{
	if ((begins(detail, "SCAN") || strstr(detail, "USING AUTOMATIC")) &&
		!is_allowed(detail))
		fprintf(report, "%s\n  %s\n  %s\n", line_now, detail, sql);
}
static void done(const char *line, int number)
{
	(void)number;
	line_now = line;
	watch_plans(look);
}

START_TEST(no_scan)
{
	hot_run(done);
	fclose(report);
	printf("%s", found);
}
END_TEST

static void open_report(void){report=open_memstream(&found,&found_size);}
static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, open_report, NULL);
	tcase_add_checked_fixture(tests, watch_start, watch_stop);
	tcase_add_checked_fixture(tests, hot_set_up, hot_tear_down);
	tcase_add_test(tests, no_scan);
}

int main(void)
{
	return run_suite("query_plan", add_tests);
}
