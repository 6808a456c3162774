/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "watch.h"

#include <check.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST = 1024 /* statements */
};

static sqlite3 *newest;
static char *statements[MOST];
static size_t n_statements;
static long steps;

static void note(const char *sql)
{
	for (size_t i = 0; i < n_statements; i++)
		if (strcmp(statements[i], sql) == 0)
			return;
	ck_assert_uint_lt(n_statements, MOST);
	statements[n_statements++] = strdup(sql);
}

static void forget(void)
{
	while (n_statements > 0)
		free(statements[--n_statements]);
}

/* What starts the log anew, which comes with any commit. */
static bool is_restart(void *statement)
{
	static const char sql[] = "PRAGMA user_version =";

	return strncmp(sqlite3_sql(statement), sql, strlen(sql)) == 0;
}

/* Once when a statement begins, and once when it is done with. */
static int on_trace(unsigned what, void *context, void *statement, void *detail)
{
	(void)context;
	(void)detail;
	if (sqlite3_stmt_isexplain(statement))
		return 0;
	if (what == SQLITE_TRACE_STMT)
		note(sqlite3_sql(statement));
	else if (!is_restart(statement))
		steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
	return 0;
}

static int on_open(sqlite3 *handle, char **error, const struct sqlite3_api_routines *api)
{
	(void)error;
	(void)api;
	newest = handle;
	forget(); /* how a new file was made */
	return sqlite3_trace_v2(
		handle, SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE, on_trace, NULL);
}

void watch_start(void)
{
	ck_assert_int_eq(sqlite3_auto_extension((void (*)(void))on_open), SQLITE_OK);
}

void watch_stop(void)
{
	sqlite3_reset_auto_extension();
	forget();
}

long watch_steps(void)
{
	long sum = steps;

	steps = 0;
	return sum;
}

static void look_at(const char *sql, watch_look look)
{
	char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
	sqlite3_stmt *plan;

	ck_assert_ptr_nonnull(explain);
	ck_assert_msg(sqlite3_prepare_v2(newest, explain, -1, &plan, NULL) == SQLITE_OK,
		"%s", explain);
	while (sqlite3_step(plan) == SQLITE_ROW)
		look(sql, (const char *)sqlite3_column_text(plan, 3));
	sqlite3_finalize(plan);
	sqlite3_free(explain);
}

void watch_plans(watch_look look)
{
	for (size_t i = 0; i < n_statements; i++)
		look_at(statements[i], look);
	forget();
}

void watch_plans_of(const char *query, watch_look look)
{
	sqlite3_stmt *answers;

	ck_assert_int_eq(
		sqlite3_prepare_v2(newest, query, -1, &answers, NULL), SQLITE_OK);
	while (sqlite3_step(answers) == SQLITE_ROW)
		look_at((const char *)sqlite3_column_text(answers, 0), look);
	sqlite3_finalize(answers);
}
