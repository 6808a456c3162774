/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/query.h"
#include "unit.h"

/* JSON of replies, plans and errors. Arrays are judged by SQLite itself. */

enum {
	N_FIELDS = 150 /* more than one call of a JSON function takes */
};

static struct xenet_field wide[N_FIELDS + 1];
static struct xenet_class class;
static struct xn_model *m;
static struct db *db;

static const char *ask(const char *sql, const char *a)
{
	const char *answer = NULL;

	assert_ok(xn_sql_text(m, &answer, &unit.err, sql, XN_PARAMS(a)));
	return answer;
}

static void open_table(void)
{
	static const struct db_migration migrations[] = {
		{ 1, "CREATE TABLE wide (uuid TEXT); INSERT INTO wide VALUES ('one')" },
		{ 0, NULL },
	};
	static const struct db_schema schema = { 1, migrations };
	int version;

	ck_assert_int_eq(
		db_open(&db, unit_path("db"), &schema, false, NULL, &version), DB_OK);
	m = xn_model_new(unit.arena, db);
	ck_assert_ptr_nonnull(m);
}

static void add_field(size_t i, enum xn_type type, const char *sql)
{
	wide[i] = (struct xenet_field){
		.name = xn_printf(unit.arena, "f-%zu", i), .type = type, .sql = sql
	};
}

/* What a list of all fields answers. */
static const char *list_json(bool expensive)
{
	struct xenet_reply *reply = xn_reply_new();
	struct xn_query query;
	const char *json;

	class = (struct xenet_class){ .name = "wide", .fields = wide };
	reply->as_json = true;
	assert_ok(xn_query_start(m, &query, &class, &unit.err));
	query.expensive = expensive;
	assert_ok(xn_query_columns(m, &query, "all", &unit.err));
	assert_ok(xn_query_run(m, &query, reply, &unit.err));
	assert_ok(xn_reply_make_json(m, reply, &unit.err));
	json = xn_strdup(unit.arena, reply->json);
	xenet_reply_free(reply);
	return json;
}

START_TEST(a_wide_record)
{
	const char *json;

	open_table();
	for (size_t i = 0; i < N_FIELDS; i++)
		add_field(i, XN_INT, xn_printf(unit.arena, "%zu", i));
	json = list_json(false);
	ck_assert_str_eq(ask("SELECT count(*) FROM json_each(?1, '$[0]')"
			     " WHERE key = 'f-' || value",
				 json),
		"150");
	ck_assert_str_eq(ask("SELECT group_concat(value, ' ') = group_concat(id_, ' ')"
			     " FROM (SELECT value, row_number() OVER () - 1 AS id_"
			     " FROM json_each(?1, '$[0]'))",
				 json),
		"1");
	db_close(db);
}
END_TEST

START_TEST(values_by_type)
{
	memset(wide, 0, sizeof(wide));
	open_table();
	add_field(0, XN_TEXT, "'a\"b'");
	add_field(1, XN_TEXT, "12");
	add_field(2, XN_INT, "'12'");
	add_field(3, XN_BOOL, "1");
	add_field(4, XN_BOOL, "0");
	add_field(5, XN_SET, "'[\"a\"]'");
	add_field(6, XN_MAP, "json_object('k', 'v')");
	add_field(7, XN_REF, "NULL");
	add_field(8, XN_TEXT, "'<not in database>'");
	add_field(9, XN_INT, "'<unknown>'");
	add_field(10, XN_TEXT, "'x'");
	wide[10].flags = XN_EXPENSIVE;
	add_field(11, XN_MAP, "'{}'");
	wide[11].flags = XN_ABSENT;
	ck_assert_str_eq(list_json(false),
		"[{\"f-0\":\"a\\\"b\",\"f-1\":\"12\",\"f-2\":12,\"f-3\":true,"
		"\"f-4\":false,\"f-5\":[\"a\"],\"f-6\":{\"k\":\"v\"},\"f-7\":null,"
		"\"f-8\":null,\"f-9\":null,\"f-10\":null,\"f-11\":null}]");
	ck_assert_ptr_nonnull(strstr(list_json(true), "\"f-10\":\"x\""));
	db_close(db);
}
END_TEST

START_TEST(arrays_of_texts)
{
	const char *texts[1000];
	char *json = NULL;

	open_table();
	for (size_t i = 0; i < 1000; i++)
		texts[i] = xn_printf(unit.arena, "\"%zu\\", i);
	assert_ok(xn_json_texts(db, texts, 1000, &json, &unit.err));
	ck_assert_str_eq(ask("SELECT count(*) FROM json_each(?1)"
			     " WHERE value = '\"' || key || '\\'",
				 json),
		"1000");
	free(json);
	assert_ok(xn_json_texts(db, texts, 0, &json, &unit.err));
	ck_assert_str_eq(json, "[]");
	free(json);
	db_close(db);
}
END_TEST

static const char *error_json(const char *const *values)
{
	char *json = NULL;
	const char *copy;

	xenet_error_fill(&unit.err, XENET_E_VIF_IN_USE, values);
	ck_assert_int_eq(xenet_error_json(&unit.err, &json), 0);
	copy = strstr(json, "\"params\":");
	ck_assert_ptr_nonnull(copy);
	copy = xn_strdup(unit.arena, copy);
	free(json);
	xenet_error_clear(&unit.err);
	return copy;
}

START_TEST(errors)
{
	ck_assert_str_eq(error_json(XN_PARAMS("n", "v")),
		"\"params\":{\"network\":\"n\",\"VIF\":\"v\"}}");
	ck_assert_str_eq(error_json(XN_PARAMS("n\"")),
		"\"params\":{\"network\":\"n\\\"\",\"VIF\":null}}");
	ck_assert_str_eq(error_json(XN_PARAMS("n", "v", "x", "y")),
		"\"params\":{\"network\":\"n\",\"VIF\":\"v\"},\"extra\":[\"x\",\"y\"]}");
	ck_assert_str_eq(error_json(XN_PARAMS("\xff", "a\xc3")),
		"\"params\":{\"network\":\"\xef\xbf\xbd\",\"VIF\":\"a\xef\xbf\xbd\"}}");
}
END_TEST

START_TEST(an_error_without_a_sentence)
{
	char *json = NULL;

	unit.err.code = XENET_E_NO_MEMORY;
	ck_assert_int_eq(xenet_error_json(&unit.err, &json), 0);
	ck_assert_str_eq(
		json, "{\"code\":\"NO_MEMORY\",\"message\":\"NO_MEMORY\",\"params\":{}}");
	free(json);
	unit.err = (struct xenet_error){ 0 };
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, a_wide_record);
	tcase_add_test(tests, values_by_type);
	tcase_add_test(tests, arrays_of_texts);
	tcase_add_test(tests, errors);
	tcase_add_test(tests, an_error_without_a_sentence);
}

int main(void)
{
	return unit_main("json", add_tests);
}
