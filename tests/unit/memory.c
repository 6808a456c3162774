/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shortage.h"
#include "stranger.h"
#include "suite.h"

/*
 * Memory that runs out at each point of each public function (catalogue 66): the code says
 * so, model and host are as they were, and nothing leaks.
 */

/* ---- What is tried ---- */

static char *pif, *network, *vm;

struct act {
	const char *command;
	const char *const *words;
	enum {
		RUN,
		RUN_JSON,
		PLAN,
		PLAN_JSON,
		BATCH,
		ERROR_JSON
	} how;
};

static int batch(const struct xenet_request *made, struct xenet_reply **reply)
{
	int r = xenet_begin(xn, false, &err);

	if (r == 0)
		r = xenet_run(xn, made, reply, &err);
	if (r == 0)
		return xenet_commit(xn, NULL, &err);
	xenet_rollback(xn);
	return r;
}

/* A refusal, told in JSON. */
static int error_json(
	const struct xenet_request *made, struct xenet_reply **reply, char **text)
{
	int r = xenet_run(xn, made, reply, &err);

	return r == -XENET_E_NO_MEMORY ? r : xenet_error_json(&err, text);
}

static int act_on(const struct act *act, const struct xenet_request *made,
	struct xenet_reply **reply, char **text)
{
	switch (act->how) {
	case RUN:
		return xenet_run(xn, made, reply, &err);
	case RUN_JSON:
		return xenet_run_json(xn, made, reply, &err);
	case PLAN:
		return xenet_plan(xn, made, text, &err);
	case PLAN_JSON:
		return xenet_plan_json(xn, made, text, &err);
	case BATCH:
		return batch(made, reply);
	default:
		return error_json(made, reply, text);
	}
}

/* Nothing is asserted here: Check needs memory itself. */
static int make(const struct act *act, struct xenet_request **ret)
{
	const struct xenet_class *c;
	const struct xenet_verb *verb;
	int r;

	if (!xenet_command_find(act->command, &c, &verb))
		return -XENET_E_UNKNOWN_COMMAND;
	r = xenet_request_new(ret, xenet_class_name(c), xenet_verb_name(verb), &err);
	for (const char *const *word = act->words; r == 0 && word[0]; word += 2)
		r = xenet_request_set(*ret, word[0], word[1], &err);
	return r;
}

/* From opening to closing. */
static int perform(const struct act *act)
{
	const struct xenet_options options = xenet_options_default();
	struct xenet_request *made = NULL;
	struct xenet_reply *reply = NULL;
	char *text = NULL;
	int r = xenet_open(&xn, &options, &err);

	if (r == 0)
		r = make(act, &made);
	if (r == 0)
		r = act_on(act, made, &reply, &text);
	xenet_request_free(made);
	xenet_reply_free(reply);
	free(text);
	xn = xenet_close(xn);
	return r;
}

/* ---- What must be as it was ---- */

static sqlite3 *monitor;

static char *read_file(const char *name)
{
	char path[256], *text = calloc(1, 65536);
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "r");
	if (file) {
		ck_assert_uint_lt(fread(text, 1, 65535, file), 65535);
		fclose(file);
	}
	return text;
}

static int add_row(void *context, int n, char **values, char **names)
{
	FILE *out = context;

	(void)names;
	if (values[0] && strcmp(values[0], "history") == 0)
		return 0; /* its number among the sequences */
	for (int i = 0; i < n; i++)
		fprintf(out, "%s|", values[i] ? values[i] : "");
	fputc('\n', out);
	return 0;
}

/* Every row of every table, but of that of failures. */
static char *dump(void)
{
	char *text = NULL, sql[256];
	sqlite3_stmt *tables;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_int_eq(sqlite3_prepare_v2(monitor,
				 "SELECT name FROM sqlite_schema WHERE type = 'table'"
				 " AND name NOT LIKE 'history%'",
				 -1, &tables, NULL),
		SQLITE_OK);
	while (sqlite3_step(tables) == SQLITE_ROW) {
		snprintf(sql, sizeof(sql), "SELECT * FROM \"%s\"",
			(const char *)sqlite3_column_text(tables, 0));
		ck_assert_int_eq(
			sqlite3_exec(monitor, sql, add_row, out, NULL), SQLITE_OK);
	}
	sqlite3_finalize(tables);
	fclose(out);
	return text;
}

static char *before_links, *before_rows;

static void remember(void)
{
	free(before_links);
	free(before_rows);
	before_links = read_file("fake.netstate");
	before_rows = dump();
}

static void assert_unchanged(const struct act *act, long n)
{
	char *links = read_file("fake.netstate"), *rows = dump();

	ck_assert_msg(strcmp(links, before_links) == 0,
		"%s, point %ld: links were\n%.1500sand are\n%.1500s", act->command, n,
		before_links, links);
	ck_assert_msg(strcmp(rows, before_rows) == 0,
		"%s, point %ld: rows were\n%.1500sand are\n%.1500s", act->command, n,
		before_rows, rows);
	free(links);
	free(rows);
}

/* ---- The points ---- */

/* 0: the act was done, and memory was never short. */
static int fail_at(const struct act *act, long n, bool for_good)
{
	int r;

	memory.left = n;
	memory.for_good = for_good;
	memory.hit = false;
	r = perform(act);
	memory.left = -1;
	return memory.hit ? r : 0;
}

/* An intent that is left is settled by the next change. */
static void settle(void)
{
	open_model();
	ck_assert_int_eq(xenet_begin(xn, false, &err), 0);
	ck_assert_int_eq(xenet_commit(xn, NULL, &err), 0);
	xn = xenet_close(xn);
}

static bool is_expected(int r, bool for_good)
{
	return r == -XENET_E_NO_MEMORY || (for_good && r == -XENET_E_UNDO_FAILED);
}

/* SQLite can do without some of its memory, so an act may be done all the same. */
static void done_all_the_same(const struct act *act, const struct act *back, long n)
{
	if (!back) {
		assert_unchanged(act, n);
		return;
	}
	ck_assert_int_eq(perform(back), 0);
	remember();
}

/* false: there are not so many points. */
static bool try_point(
	const struct act *act, const struct act *back, long n, bool for_good)
{
	int r = fail_at(act, n, for_good);

	if (r == 0 && !memory.hit)
		return false;
	if (r == 0) {
		done_all_the_same(act, back, n);
		return true;
	}
	ck_assert_msg(is_expected(r, for_good), "%s, point %ld: %d %s: %s", act->command,
		n, r, xenet_error_name(err.code),
		err.n_params ? err.params[err.n_params - 1] : "");
	xenet_error_clear(&err);
	if (for_good)
		settle();
	assert_unchanged(act, n);
	return true;
}

/* tests/long/memory takes every point. */
static long stride(void)
{
	const char *text = getenv("XENET_STRIDE");

	return text ? strtol(text, NULL, 10) : 61;
}

static void sweep(const struct act *act, const struct act *back, bool for_good)
{
	long n = 0;

	remember();
	while (try_point(act, back, n, for_good))
		n += n < 40 ? 1 : stride();
	ck_assert_int_gt(n, 40);
	if (back)
		ck_assert_int_eq(perform(back), 0);
}

/* Memory is short once, and from then on. */
static void both_ways(const struct act *act, const struct act *back)
{
	sweep(act, back, false);
	sweep(act, back, true);
}

static void start(void)
{
	set_up();
	open_model();
	pif = answer("pif-list", WORDS("device", "eth0", "params", "uuid"));
	network = answer("network-create", WORDS("name-label", "inner"));
	vm = answer("vm-create", WORDS("name-label", "guest"));
	free(answer("vif-create",
		WORDS("vm-uuid", vm, "network-uuid", network, "device", "0")));
	xn = xenet_close(xn);
	ck_assert_int_eq(sqlite3_open(database, &monitor), SQLITE_OK);
}

static void stop(void)
{
	memory.left = -1;
	sqlite3_close(monitor);
	monitor = NULL;
	free(before_links);
	free(before_rows);
	before_links = before_rows = NULL;
	free(pif);
	free(network);
	free(vm);
	tear_down();
}

START_TEST(reading)
{
	const struct act acts[] = {
		{ "network-list", WORDS("params", "all"), RUN },
		{ "pif-list", WORDS("device", "eth0", "currently-attached", "false"),
			RUN_JSON },
		{ "vm-param-list", WORDS("uuid", vm), RUN_JSON },
		{ "network-list", WORDS("nonsense", "x"), ERROR_JSON },
	};

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		both_ways(&acts[i], NULL);
}
END_TEST

START_TEST(plans)
{
	const struct act acts[] = {
		{ "pif-plug", WORDS("uuid", pif), PLAN },
		{ "vm-start", WORDS("uuid", vm), PLAN_JSON },
	};

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		both_ways(&acts[i], NULL);
}
END_TEST

START_TEST(records)
{
	const struct act set = { "network-param-set",
		WORDS("uuid", network, "other-config:a", "b"), RUN };
	const struct act back = { "network-param-clear",
		WORDS("uuid", network, "param-name", "other-config"), RUN };

	both_ways(&set, &back);
}
END_TEST

START_TEST(plugging)
{
	const struct act plug = { "pif-plug", WORDS("uuid", pif), RUN };
	const struct act unplug = { "pif-unplug", WORDS("uuid", pif), RUN };

	both_ways(&plug, &unplug);
	ck_assert_int_eq(perform(&plug), 0);
	both_ways(&unplug, &plug);
}
END_TEST

START_TEST(starting)
{
	const struct act start_vm = { "vm-start", WORDS("uuid", vm), BATCH };
	const struct act stop_vm = { "vm-shutdown", WORDS("uuid", vm), RUN };

	both_ways(&start_vm, &stop_vm);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, start, stop);
	tcase_add_test(tests, reading);
	tcase_add_test(tests, plans);
	tcase_add_test(tests, records);
	tcase_add_test(tests, plugging);
	tcase_add_test(tests, starting);
}

int main(void)
{
	if (shortage_tell_sqlite() < 0)
		return EXIT_FAILURE;
	return run_suite("memory", add_tests);
}
