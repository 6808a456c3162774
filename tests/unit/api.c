/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stranger.h"
#include "suite.h"

/* tests/static/api checks that every exported function is called in one of the api*.c. */

START_TEST(requests)
{
	static char large[(4 << 20) + 2];
	struct xenet_request *made = NULL;

	assert_code(xenet_request_new(&made, "vlan", "nonsense", &err),
		XENET_E_UNKNOWN_COMMAND);
	assert_code(xenet_request_new(&made, "nonsense", "list", &err),
		XENET_E_UNKNOWN_COMMAND);
	ck_assert_int_eq(
		xenet_request_new(&made, "x", "y", NULL), -XENET_E_UNKNOWN_COMMAND);
	ck_assert_ptr_null(made);
	made = request("network-create", WORDS());
	assert_code(xenet_request_check(made, &err), XENET_E_PARAMETER_MISSING);
	assert_code(xenet_request_set(made, "name-label", "\xff", &err),
		XENET_E_INVALID_VALUE);
	assert_code(xenet_request_set(made, "\xc0\x80", "", &err), XENET_E_INVALID_VALUE);
	memset(large, 'a', sizeof(large) - 1);
	assert_code(
		xenet_request_set(made, "name-label", large, &err), XENET_E_TOO_LARGE);
	ck_assert_int_eq(xenet_request_set(made, "name-label", "lan", &err), 0);
	ck_assert_int_eq(xenet_request_check(made, &err), 0);
	ck_assert(!xenet_request_reads(made));
	xenet_request_free(made);
	made = request("network-list", WORDS());
	ck_assert(xenet_request_reads(made));
	ck_assert_ptr_null(xenet_request_free(made));
	ck_assert_ptr_null(xenet_request_free(NULL));
}
END_TEST

START_TEST(a_session)
{
	char *uuid, *label, *pif, *attached;

	open_model();
	uuid = answer("network-create", WORDS("name-label", "a\"b"));
	label = answer(
		"network-param-get", WORDS("uuid", uuid, "param-name", "name-label"));
	ck_assert_str_eq(label, "a\"b");
	pif = answer("pif-list", WORDS("params", "uuid", "device", "eth0"));
	ck_assert_ptr_null(answer("pif-plug", WORDS("uuid", pif)));
	attached = answer(
		"pif-param-get", WORDS("uuid", pif, "param-name", "currently-attached"));
	ck_assert_str_eq(attached, "true");
	free(answer("pif-unplug", WORDS("uuid", pif)));
	free(answer("network-destroy", WORDS("uuid", uuid)));
	free(uuid);
	free(label);
	free(pif);
	free(attached);
}
END_TEST

START_TEST(replies)
{
	struct xenet_reply *reply = NULL;

	open_model();
	ck_assert(xenet_is_new(xn));
	ck_assert_int_eq(run("network-list", WORDS(), &reply), 0);
	ck_assert_ptr_null(xenet_reply_json(reply));
	ck_assert_uint_eq(xenet_reply_rows(reply), 1);
	ck_assert_uint_eq(xenet_reply_status(reply), XENET_STATUS_DONE);
	ck_assert_uint_gt(xenet_reply_columns(reply), 1);
	ck_assert_str_eq(xenet_field_name(xenet_reply_field(reply, 0)), "uuid");
	ck_assert_uint_eq(strlen(xenet_reply_value(reply, 0, 0)), 36);
	ck_assert_ptr_null(xenet_reply_value(reply, 1, 0));
	ck_assert_ptr_null(xenet_reply_value(reply, 0, xenet_reply_columns(reply)));
	ck_assert_ptr_null(xenet_reply_field(reply, xenet_reply_columns(reply)));
	ck_assert_ptr_null(xenet_reply_note(reply, 0));
	xenet_reply_free(reply);
	reply = NULL;
	ck_assert_int_eq(run("network-create", WORDS("name-label", ""), &reply), 0);
	ck_assert_uint_eq(xenet_reply_rows(reply), 1);
	ck_assert_uint_eq(xenet_reply_columns(reply), 1);
	ck_assert_ptr_null(xenet_reply_field(reply, 0));
	xenet_reply_free(reply);
	ck_assert_ptr_null(xenet_reply_free(NULL));
}
END_TEST

/* The answer as JSON; free() it. */
static char *json_answer(const char *command, const char *const *words)
{
	struct xenet_request *made = request(command, words);
	struct xenet_reply *reply = NULL;
	int r = xenet_run_json(xn, made, &reply, &err);
	char *json;

	ck_assert_msg(r == 0, "%s: %s", command, err.message ? err.message : "");
	json = strdup(xenet_reply_json(reply));
	xenet_reply_free(reply);
	xenet_request_free(made);
	return json;
}

static void assert_json(
	const char *expected, const char *command, const char *const *words)
{
	char *json = json_answer(command, words);

	ck_assert_str_eq(json, expected);
	free(json);
}

START_TEST(replies_in_json)
{
	char *json, uuid[37] = "";

	open_model();
	json = json_answer("network-create", WORDS("name-label", "a\"b"));
	ck_assert_int_eq(sscanf(json, "{\"uuid\":\"%36[-0-9a-f]\"}", uuid), 1);
	free(json);
	assert_json("[{\"name-label\":\"a\\\"b\",\"MTU\":1500}]", "network-list",
		WORDS("uuid", uuid, "params", "MTU,name-label"));
	assert_json("[]", "vif-list", WORDS());
	assert_json(
		"1500", "network-param-get", WORDS("uuid", uuid, "param-name", "MTU"));
	assert_json("{}", "network-param-set", WORDS("uuid", uuid, "MTU", "1400"));
	json = json_answer("network-param-list", WORDS("uuid", uuid));
	ck_assert_ptr_nonnull(strstr(json, ",\"MTU\":1400,"));
	free(json);
}
END_TEST

START_TEST(failures_in_json)
{
	struct xenet_reply *reply = (struct xenet_reply *)&err;
	struct xenet_request *made;
	char *json = dir;

	open_model();
	made = request("network-destroy", WORDS("uuid", "none"));
	ck_assert_int_eq(xenet_run_json(xn, made, &reply, &err), -XENET_E_UUID_INVALID);
	ck_assert_ptr_eq(reply, (struct xenet_reply *)&err);
	ck_assert_int_eq(xenet_plan_json(xn, made, &json, NULL), -XENET_E_UUID_INVALID);
	ck_assert_ptr_eq(json, dir);
	xenet_request_free(made);
	ck_assert_int_eq(xenet_error_json(&err, &json), 0);
	ck_assert_ptr_nonnull(strstr(json, "{\"code\":\"UUID_INVALID\",\"message\":"));
	ck_assert_ptr_nonnull(
		strstr(json, "\"params\":{\"type\":\"network\",\"uuid\":\"none\"}}"));
	free(json);
	ck_assert_int_eq(
		xenet_error_fill(&err, XENET_E_LOCKED, WORDS("a", "b")), -XENET_E_LOCKED);
	ck_assert_uint_eq(err.n_params, 2);
}
END_TEST

START_TEST(plans)
{
	char *pif, *plan = NULL, *attached;
	struct xenet_reply *notes = NULL;
	struct xenet_request *made;

	open_model();
	pif = answer("pif-list", WORDS("params", "uuid"));
	made = request("pif-plug", WORDS("uuid", pif));
	ck_assert_int_eq(xenet_plan(xn, made, &plan, &err), 0);
	ck_assert(strstr(plan, "add xenbr0 ") && strstr(plan, "\njoin eth0 "));
	free(plan);
	ck_assert_int_eq(xenet_plan_json(xn, made, &plan, &err), 0);
	ck_assert(plan[0] == '[' && strstr(plan, "\",\"join eth0 "));
	free(plan);
	attached = answer(
		"pif-param-get", WORDS("uuid", pif, "param-name", "currently-attached"));
	ck_assert_str_eq(attached, "false");
	xenet_request_free(made);
	made = request("pif-list", WORDS());
	ck_assert_int_eq(xenet_plan_notes(xn, made, &plan, &notes, &err), 0);
	ck_assert_str_eq(plan, "");
	ck_assert_ptr_null(xenet_reply_note(notes, 0));
	xenet_reply_free(notes);
	free(plan);
	xenet_request_free(made);
	free(attached);
	free(pif);
}
END_TEST

START_TEST(failures_leave_the_results_alone)
{
	struct xenet_reply *reply = (struct xenet_reply *)&err;
	struct xenet_request *made;
	char *plan = dir;

	open_model();
	assert_code(run("pif-plug", WORDS("uuid", "none"), &reply), XENET_E_UUID_INVALID);
	assert_code(run("pif-plug", WORDS(), &reply), XENET_E_PARAMETER_MISSING);
	ck_assert_ptr_eq(reply, (struct xenet_reply *)&err);
	made = request("pif-plug", WORDS("uuid", "none"));
	ck_assert_int_eq(xenet_plan(xn, made, &plan, NULL), -XENET_E_UUID_INVALID);
	ck_assert_int_eq(xenet_run(xn, made, &reply, NULL), -XENET_E_UUID_INVALID);
	ck_assert_ptr_eq(plan, dir);
	xenet_request_free(made);
}
END_TEST

static int open_with(const char *path, const char *backend)
{
	struct xenet_options options = xenet_options_default();

	options.database = path;
	options.backend = backend;
	return xenet_open(&xn, &options, &err);
}

START_TEST(what_cannot_be_opened)
{
	FILE *file;

	ck_assert_ptr_null(xenet_close(NULL));
	assert_code(open_with(database, "nonsense"), XENET_E_BACKEND_UNKNOWN);
	assert_code(open_with(dir, "fake"), XENET_E_DB_DIRECTORY);
	ck_assert_int_lt(access(database, F_OK), 0);
	file = fopen(database, "w");
	fputs("precious", file);
	fclose(file);
	assert_code(open_with(database, "fake"), XENET_E_DB_NOT_SQLITE);
	ck_assert_ptr_null(xn);
}
END_TEST

START_TEST(a_newer_database)
{
	const char newer[] = { 0, 0, 0x12, 0x34 };
	FILE *file;

	open_model();
	xn = xenet_close(xn);
	file = fopen(database, "r+");
	fseek(file, 60, SEEK_SET); /* user_version */
	ck_assert_uint_eq(fwrite(newer, 1, 4, file), 4);
	fclose(file);
	ck_assert_int_eq(open_with(database, "fake"), -XENET_E_DB_NEWER);
	ck_assert_uint_eq(err.n_params, 3);
	ck_assert_str_eq(err.params[0], database);
	ck_assert_str_eq(err.params[1], "4660");
}
END_TEST

START_TEST(two_models_at_once)
{
	struct xenet *first;
	char *uuid, *label;

	open_model();
	first = xn;
	open_model();
	uuid = answer("network-create", WORDS("name-label", "seen"));
	xn = xenet_close(xn);
	xn = first;
	label = answer(
		"network-param-get", WORDS("uuid", uuid, "param-name", "name-label"));
	ck_assert_str_eq(label, "seen");
	free(label);
	free(uuid);
}
END_TEST

/* A wish to stop counts for one command or transaction: that under way, else the next, and ends
 * with it. Those of signals are in tests/kernel/signals.sh. */
START_TEST(cancelled)
{
	struct xenet_reply *reply = NULL;

	open_model();
	xenet_cancel(xn);
	assert_code(run("network-create", WORDS("name-label", "none"), &reply),
		XENET_E_CANCELLED);
	free(answer("network-create", WORDS("name-label", "some")));
	ck_assert_ptr_null(answer("network-list", WORDS("name-label", "none")));
	xenet_cancel(xn);
	assert_code(run("event-wait", WORDS("class", "vlan"), &reply), XENET_E_CANCELLED);
	assert_code(run("event-wait", WORDS("class", "vlan", "timeout", "0"), &reply),
		XENET_E_WAIT_TIMED_OUT);
	assert_code(run("event-wait", WORDS("class", "vlan", "timeout", ""), &reply),
		XENET_E_INTEGER_INVALID);
	ck_assert_ptr_null(reply);
	xenet_cancel(xn);
	ck_assert_int_eq(xenet_begin(xn, false, NULL), -XENET_E_CANCELLED);
	ck_assert_int_eq(xenet_begin(xn, false, NULL), 0);
	xenet_rollback(xn);
}
END_TEST

/* What asks nothing takes the wish along, too. */
START_TEST(cancelled_too_late)
{
	open_model();
	xenet_cancel(xn);
	ck_assert_ptr_null(answer("network-list", WORDS("name-label", "none")));
	free(answer("network-create", WORDS("name-label", "some")));
	ck_assert_int_eq(xenet_begin(xn, false, NULL), 0);
	xenet_cancel(xn);
	xenet_rollback(xn);
	free(answer("network-create", WORDS("name-label", "another")));
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, requests);
	tcase_add_test(tests, a_session);
	tcase_add_test(tests, replies);
	tcase_add_test(tests, replies_in_json);
	tcase_add_test(tests, failures_in_json);
	tcase_add_test(tests, plans);
	tcase_add_test(tests, failures_leave_the_results_alone);
	tcase_add_test(tests, what_cannot_be_opened);
	tcase_add_test(tests, a_newer_database);
	tcase_add_test(tests, two_models_at_once);
	tcase_add_test(tests, cancelled);
	tcase_add_test(tests, cancelled_too_late);
}

int main(void)
{
	return run_suite("api", add_tests);
}
