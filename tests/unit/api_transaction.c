/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "stranger.h"
#include "suite.h"

/* Several requests in one transaction. */

static void assert_networks(size_t n)
{
	struct xenet_reply *reply = NULL;

	ck_assert_int_eq(run("network-list", WORDS(), &reply), 0);
	ck_assert_uint_eq(xenet_reply_rows(reply), n);
	xenet_reply_free(reply);
}

START_TEST(a_transaction)
{
	char *pif, *uuid, *plan = NULL;

	open_model();
	pif = answer("pif-list", WORDS("params", "uuid", "device", "eth0"));
	ck_assert_int_eq(xenet_begin(xn, false, &err), 0);
	uuid = answer("network-create", WORDS("name-label", "one"));
	ck_assert_int_eq(
		change("network-param-set", WORDS("uuid", uuid, "name-label", "two")), 0);
	ck_assert_int_eq(change("vlan-create", WORDS("network-uuid", uuid, "pif-uuid",
						       pif, "vlan", "5")),
		0);
	assert_networks(2);
	ck_assert_int_eq(xenet_commit(xn, &plan, &err), 0);
	ck_assert_ptr_null(plan);
	assert_networks(2);
	free(pif);
	free(uuid);
}
END_TEST

/* What the history tells of the last command. */
static void assert_result(const char *result)
{
	struct xenet_reply *reply = NULL;

	ck_assert_int_eq(run("history", WORDS("params", "result"), &reply), 0);
	ck_assert_uint_gt(xenet_reply_rows(reply), 0);
	ck_assert_str_eq(
		xenet_reply_value(reply, xenet_reply_rows(reply) - 1, 0), result);
	xenet_reply_free(reply);
}

/* A failure of the caller's own is one, too; whoever thinks better of it leaves nothing. */
START_TEST(an_abandoned_transaction)
{
	struct xenet_error why = { 0 };

	open_model();
	free(answer("network-create", WORDS("name-label", "before")));
	ck_assert_int_eq(xenet_begin(xn, false, &err), 0);
	free(answer("network-create", WORDS("name-label", "one")));
	xenet_rollback(xn);
	assert_result("OK");
	xenet_error_fill(&why, XENET_E_BATCH_SYNTAX, (const char *const[]){ "x", NULL });
	ck_assert_int_eq(xenet_begin(xn, false, &err), 0);
	free(answer("network-create", WORDS("name-label", "one")));
	xenet_abandon(xn, &why);
	xenet_abandon(xn, &why);
	assert_result("BATCH_SYNTAX");
	assert_networks(2);
	xenet_error_clear(&why);
}
END_TEST

/* The texts of a request are gone before they are read for the last time. */
START_TEST(a_transaction_outlives_its_requests)
{
	char *uuid;

	open_model();
	ck_assert_int_eq(xenet_begin(xn, false, &err), 0);
	free(answer("network-create", WORDS("name-label", "one", "bridge", "new0")));
	free(answer("vm-create", WORDS("name-label", "guest")));
	ck_assert_int_eq(xenet_commit(xn, NULL, &err), 0);
	uuid = answer("network-list", WORDS("params", "uuid", "bridge", "new0"));
	ck_assert_ptr_nonnull(uuid);
	free(uuid);
}
END_TEST

/* What was made in a transaction can be taken apart in it. */
START_TEST(a_transaction_of_nothing)
{
	char *plan = NULL, *uuid;

	open_model();
	ck_assert_int_eq(xenet_begin(xn, true, &err), 0);
	uuid = answer("network-create", WORDS("name-label", "one"));
	assert_networks(2);
	ck_assert_int_eq(change("network-destroy", WORDS("uuid", uuid)), 0);
	assert_networks(1);
	ck_assert_int_eq(xenet_commit(xn, &plan, &err), 0);
	ck_assert_str_eq(plan, "");
	free(plan);
	ck_assert_int_eq(xenet_lines_json(xn, "a \"b\"\nc\n", &plan, &err), 0);
	ck_assert_str_eq(plan, "[\"a \\\"b\\\"\",\"c\"]");
	free(plan);
	free(uuid);
}
END_TEST

START_TEST(a_transaction_that_fails)
{
	struct xenet_request *made = request("event-wait", WORDS("class", "network"));
	struct xenet_reply *reply = NULL;
	char *plan = NULL;

	open_model();
	assert_code(xenet_commit(xn, NULL, &err), XENET_E_TRANSACTION_NONE);
	ck_assert_int_eq(xenet_begin(xn, false, &err), 0);
	assert_code(xenet_begin(xn, false, &err), XENET_E_TRANSACTION_OPEN);
	assert_code(xenet_plan(xn, made, &plan, &err), XENET_E_TRANSACTION_OPEN);
	assert_code(xenet_run(xn, made, &reply, &err), XENET_E_TRANSACTION_WAITS);
	ck_assert_int_eq(change("network-create", WORDS("name-label", "one")), 0);
	assert_code(
		change("network-destroy", WORDS("uuid", "none")), XENET_E_UUID_INVALID);
	assert_code(change("network-create", WORDS("name-label", "two")),
		XENET_E_TRANSACTION_FAILED);
	assert_code(xenet_commit(xn, &plan, &err), XENET_E_TRANSACTION_FAILED);
	ck_assert_ptr_null(plan);
	assert_networks(1);
	ck_assert_int_eq(xenet_begin(xn, false, &err), 0);
	ck_assert_int_eq(change("network-create", WORDS("name-label", "one")), 0);
	xenet_rollback(xn);
	xenet_rollback(xn);
	assert_networks(1);
	xenet_request_free(made);
}
END_TEST

static void make_document(char path[PATH_MAX], const char *name, const char *objects)
{
	FILE *file;

	snprintf(path, PATH_MAX, "%s/%s", dir, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fprintf(file, "{ %s \"version\": 1 }", objects);
	ck_assert_int_eq(fclose(file), 0);
}

/* Documents among other requests: each sees what is there by then, and judges that. */
START_TEST(a_transaction_of_documents)
{
	char file[PATH_MAX], empty[PATH_MAX], *uuid;

	make_document(file, "lan.json", "\"network\": [ { \"name-label\": \"lan\" } ],");
	make_document(empty, "empty.json", "\"network\": [],");
	open_model();
	ck_assert_int_eq(xenet_begin(xn, false, &err), 0);
	ck_assert_int_eq(change("network-create", WORDS("name-label", "one")), 0);
	ck_assert_int_eq(change("host-import", WORDS("file", file)), 0);
	assert_networks(1);
	uuid = answer("network-list", WORDS("params", "uuid", "name-label", "lan"));
	ck_assert_int_eq(
		change("network-param-set", WORDS("uuid", uuid, "name-label", "two")), 0);
	ck_assert_int_eq(change("host-import", WORDS("file", file, "mode", "merge")), 0);
	assert_networks(2);
	ck_assert_int_eq(change("network-destroy", WORDS("uuid", uuid)), 0);
	ck_assert_int_eq(change("host-import", WORDS("file", empty)), 0);
	ck_assert_int_eq(change("network-create", WORDS("name-label", "last")), 0);
	ck_assert_int_eq(xenet_commit(xn, NULL, &err), 0);
	assert_networks(1);
	free(uuid);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_transaction);
	tcase_add_test(tests, a_transaction_outlives_its_requests);
	tcase_add_test(tests, a_transaction_of_nothing);
	tcase_add_test(tests, an_abandoned_transaction);
	tcase_add_test(tests, a_transaction_that_fails);
	tcase_add_test(tests, a_transaction_of_documents);
}

int main(void)
{
	return run_suite("api_transaction", add_tests);
}
