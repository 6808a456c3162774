/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "model/model.h"
#include "schema.h"
#include "unit.h"

static struct db *db;

static struct xn_model *model(void)
{
	struct xn_model *m;
	int version;

	if (!db)
		ck_assert_int_eq(db_open(&db, unit_path("x.db"), &xn_schema, false, NULL,
					 &version),
			DB_OK);
	m = xn_model_new(unit.arena, db);
	ck_assert_ptr_nonnull(m);
	return m;
}

static void close_db(void)
{
	db = db_close(db);
}

/* ---- Values ---- */

static const char *set(struct xn_object *object, const char *field, const char *text)
{
	const struct xenet_field *row = xn_field(object->class, field);
	struct xn_model *m = model();

	ck_assert_ptr_nonnull(row);
	assert_ok(xn_value_set(m, object, row, text, &unit.err));
	return xn_value_get(m, object, row);
}

static int set_bad(struct xn_object *object, const char *field, const char *text)
{
	const struct xenet_field *row = xn_field(object->class, field);
	const char *before = xn_value_get(model(), object, row), *after;
	int r = xn_value_set(model(), object, row, text, &unit.err);

	after = xn_value_get(model(), object, row);
	ck_assert_pstr_eq(before, after);
	return r;
}

static struct xn_object *make(struct xn_model *m, const char *class_name)
{
	struct xn_object *object = NULL;

	assert_ok(xn_new(m, xenet_class_find(class_name), &object, &unit.err));
	return object;
}

START_TEST(integers)
{
	struct xn_object *vm = make(model(), "vm"), *vif = make(model(), "vif");

	ck_assert_str_eq(set(vm, "order", "0"), "0");
	ck_assert_str_eq(set(vm, "order", "-5"), "-5");
	ck_assert_str_eq(set(vm, "order", "9223372036854775807"), "9223372036854775807");
	assert_error(set_bad(vm, "order", "1e3"), XENET_E_INTEGER_INVALID, "order", "1e3",
		"a plain decimal number");
	assert_error(set_bad(vm, "order", ""), XENET_E_INTEGER_INVALID, "order", "",
		"a plain decimal number");
	ck_assert_str_eq(set(vif, "device", "0"), "0");
	ck_assert_str_eq(set(vif, "device", "254"), "254");
	assert_error(set_bad(vif, "device", "255"), XENET_E_INVALID_DEVICE, "255");
	assert_error(set_bad(vif, "device", "-1"), XENET_E_INVALID_DEVICE, "-1");
	assert_error(set_bad(vif, "device", "01"), XENET_E_INVALID_DEVICE, "01");
	assert_error(set_bad(vif, "device", ""), XENET_E_INVALID_DEVICE, "");
}
END_TEST

START_TEST(mtus)
{
	struct xn_object *network = make(model(), "network");

	ck_assert_str_eq(
		xn_value_get(model(), network, xn_field(network->class, "MTU")), "1500");
	ck_assert_str_eq(set(network, "MTU", "68"), "68");
	ck_assert_str_eq(set(network, "MTU", "65535"), "65535");
	assert_error(set_bad(network, "MTU", "67"), XENET_E_MTU_INVALID, "67");
	assert_error(set_bad(network, "MTU", "65536"), XENET_E_MTU_INVALID, "65536");
	assert_error(set_bad(network, "MTU", "1500 "), XENET_E_MTU_INVALID, "1500 ");
}
END_TEST

START_TEST(booleans)
{
	struct xn_object *vm = make(model(), "vm");

	ck_assert_str_eq(set(vm, "is-a-template", "true"), "true");
	ck_assert_str_eq(set(vm, "is-a-template", "false"), "false");
	assert_error(set_bad(vm, "is-a-template", "yes"), XENET_E_BOOLEAN_INVALID,
		"is-a-template", "yes");
	assert_error(set_bad(vm, "is-a-template", "True"), XENET_E_BOOLEAN_INVALID,
		"is-a-template", "True");
}
END_TEST

START_TEST(enums)
{
	struct xn_object *vm = make(model(), "vm");

	ck_assert_str_eq(set(vm, "domain-type", "pv-in-pvh"), "pv-in-pvh");
	ck_assert_str_eq(set(vm, "domain-type", "HVM"), "hvm");
	ck_assert_str_eq(set(vm, "actions-after-crash", "coredump_and_DESTROY"),
		"Coredump_and_destroy");
	assert_error(set_bad(vm, "domain-type", "pv-in"), XENET_E_ENUM_INVALID,
		"domain-type", "pv-in", "hvm|pv|pv-in-pvh|pvh|unspecified");
	assert_error(set_bad(vm, "domain-type", ""), XENET_E_ENUM_INVALID, "domain-type",
		"", "hvm|pv|pv-in-pvh|pvh|unspecified");
	assert_error(set_bad(vm, "domain-type", "pv|pvh"), XENET_E_ENUM_INVALID,
		"domain-type", "pv|pvh", "hvm|pv|pv-in-pvh|pvh|unspecified");
}
END_TEST

START_TEST(texts_and_references)
{
	struct xn_object *vm = make(model(), "vm");

	ck_assert_str_eq(set(vm, "name-label", "a\nb\t'\"\\ \xe2\x80\xae"),
		"a\nb\t'\"\\ \xe2\x80\xae");
	ck_assert_str_eq(set(vm, "name-label", ""), "");
	ck_assert_str_eq(set(vm, "affinity", "x"), "x");
	ck_assert_ptr_null(set(vm, "affinity", ""));
}
END_TEST

START_TEST(assigned_sets)
{
	struct xn_object *vif = make(model(), "vif");

	ck_assert_str_eq(set(vif, "ipv4-allowed", "1.2.3.4"), "[\"1.2.3.4\"]");
	ck_assert_str_eq(set(vif, "ipv4-allowed", "b,a,b"), "[\"b\",\"a\"]");
	ck_assert_str_eq(set(vif, "ipv4-allowed", "x\"y,[1]"), "[\"x\\\"y\",\"[1]\"]");
	ck_assert_str_eq(set(vif, "ipv4-allowed", ""), "[]");
}
END_TEST

/* ---- Maps and sets ---- */

static const char *const odd[] = { "", " ", "plain", "a.b", "a.b.c", ".", "$", "$.a",
	"[0]", "a[0]", "\"", "a\"b", "'", "a'b", "\\", "a\\b", "\\\"", "\\n", "\\u0041",
	"A", "a\nb", "\n", "a\tb", "\x01", "\x1f", "\x7f", "a=b", "a:b", "a-b", "a/b",
	"{}", "{\"a\":1}", "null", "true", "1", "1.0", "-0", "\xc3\xbc", "u\xcc\x88",
	"\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xe2\x80\xa8", "%s%n", "a  b", "PLAIN" };

enum {
	N_ODD = sizeof(odd) / sizeof(odd[0])
};

static const char *get(const char *map, const char *key)
{
	const char *value = "untouched";

	assert_ok(xn_map_get(model(), map, key, &value, &unit.err));
	return value;
}

static bool contains(const char *list, const char *member)
{
	bool found = false;

	assert_ok(xn_set_contains(model(), list, member, &found, &unit.err));
	return found;
}

START_TEST(map_keys_of_any_characters)
{
	const char *map = "{}";

	for (int i = 0; i < N_ODD; i++) {
		ck_assert_msg(!get(map, odd[i]), "'%s' too early", odd[i]);
		assert_ok(
			xn_map_set(model(), &map, odd[i], odd[N_ODD - 1 - i], &unit.err));
	}
	for (int i = 0; i < N_ODD; i++)
		ck_assert_pstr_eq(get(map, odd[i]), odd[N_ODD - 1 - i]);
	for (int i = 0; i < N_ODD; i++) {
		assert_ok(xn_map_set(model(), &map, odd[i], "changed", &unit.err));
		ck_assert_pstr_eq(get(map, odd[i]), "changed");
		assert_ok(xn_map_remove(model(), &map, odd[i], &unit.err));
		ck_assert_msg(!get(map, odd[i]), "'%s' stays", odd[i]);
	}
	ck_assert_str_eq(map, "{}");
}
END_TEST

START_TEST(maps_keep_their_order)
{
	const char *map = "{}";

	assert_ok(xn_map_set(model(), &map, "b", "1", &unit.err));
	assert_ok(xn_map_set(model(), &map, "a", "2", &unit.err));
	assert_ok(xn_map_set(model(), &map, "b", "3", &unit.err));
	ck_assert_str_eq(map, "{\"b\":\"3\",\"a\":\"2\"}");
	assert_ok(xn_map_remove(model(), &map, "absent", &unit.err));
	ck_assert_str_eq(map, "{\"b\":\"3\",\"a\":\"2\"}");
}
END_TEST

START_TEST(a_map_of_a_thousand_keys)
{
	const char *map = "{}";
	char key[32];

	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "key \"%d\".\\", i);
		assert_ok(xn_map_set(model(), &map, key, key, &unit.err));
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "key \"%d\".\\", i);
		ck_assert_pstr_eq(get(map, key), key);
	}
	ck_assert_ptr_null(get(map, "key \"1000\".\\"));
}
END_TEST

START_TEST(a_value_of_a_mebibyte)
{
	char *value = xn_alloc(unit.arena, (1 << 20) + 1);
	const char *map = "{}";

	memset(value, '"', 1 << 20);
	assert_ok(xn_map_set(model(), &map, "k", value, &unit.err));
	ck_assert_str_eq(get(map, "k"), value);
}
END_TEST

START_TEST(set_members_of_any_characters)
{
	const char *list = "[]", *before;

	for (int i = 0; i < N_ODD; i++) {
		ck_assert_msg(!contains(list, odd[i]), "'%s' too early", odd[i]);
		assert_ok(xn_set_add(model(), &list, odd[i], &unit.err));
		before = list;
		assert_ok(xn_set_add(model(), &list, odd[i], &unit.err));
		ck_assert_str_eq(list, before);
	}
	for (int i = 0; i < N_ODD; i++) {
		ck_assert_msg(contains(list, odd[i]), "'%s' lost", odd[i]);
		assert_ok(xn_set_remove(model(), &list, odd[i], &unit.err));
		ck_assert_msg(!contains(list, odd[i]), "'%s' stays", odd[i]);
	}
	ck_assert_str_eq(list, "[]");
}
END_TEST

/* ---- Objects ---- */

static void set_odd_values(struct xn_object *host)
{
	struct xn_model *m = model();
	const char *map = "{}", *tags = "[]";

	for (int i = 0; i < N_ODD; i++) {
		assert_ok(xn_map_set(m, &map, odd[i], odd[i], &unit.err));
		assert_ok(xn_set_add(m, &tags, odd[i], &unit.err));
	}
	set(host, "name-label", "a\nb '\"\\;-- DROP \xf0\x9f\x98\x80");
	*(const char **)((char *)host +
			 xn_field(host->class, "other-config")->offset) = map;
	*(const char **)((char *)host + xn_field(host->class, "tags")->offset) = tags;
}

START_TEST(saved_and_loaded_again)
{
	struct xn_model *m = model();
	struct xn_object *host = make(m, "host"), *loaded = NULL;

	set_odd_values(host);
	ck_assert(xn_is_changed(host));
	assert_ok(xn_model_save(m, &unit.err));
	assert_ok(xn_get(model(), host->class, host->uuid, &loaded, &unit.err));
	ck_assert_ptr_ne(loaded, host);
	ck_assert(!xn_is_changed(loaded) && !loaded->touched && loaded->past);
	for (const struct xenet_field *f = host->class->fields; f->name; f++)
		ck_assert_msg(!xn_is_stored(f) || xn_value_equal(host, loaded, f), "%s",
			f->name);
}
END_TEST

START_TEST(changes_are_seen_and_saved)
{
	struct xn_model *m = model(), *later = model();
	struct xn_object *host = make(m, "host"), *again = NULL;

	assert_ok(xn_model_save(m, &unit.err));
	assert_ok(xn_get(later, host->class, host->uuid, &again, &unit.err));
	set(again, "timezone", "UTC");
	ck_assert(xn_changed(again, "timezone") && !xn_changed(again, "tags"));
	assert_ok(xn_model_save(later, &unit.err));
	later = model();
	assert_ok(xn_find(later, host->class, "timezone", "UTC", &again, &unit.err));
	ck_assert_str_eq(again->uuid, host->uuid);
	xn_delete(again);
	ck_assert(xn_is_changed(again) && again->touched);
	assert_error(xn_get(later, host->class, host->uuid, &again, &unit.err),
		XENET_E_UUID_INVALID, "host", host->uuid);
	assert_ok(xn_model_save(later, &unit.err));
	assert_ok(xn_find(model(), host->class, "timezone", "UTC", &again, &unit.err));
	ck_assert_ptr_null(again);
}
END_TEST

START_TEST(sequences_never_go_back)
{
	int64_t n = -1;

	for (int i = 0; i < 5; i++) {
		assert_ok(xn_sql_next(model(), "bridge", &n, &unit.err));
		ck_assert_int_eq(n, i);
	}
	assert_ok(xn_sql_next(model(), "domain", &n, &unit.err));
	ck_assert_int_eq(n, 0);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, NULL, close_db);
	tcase_add_test(tests, integers);
	tcase_add_test(tests, mtus);
	tcase_add_test(tests, booleans);
	tcase_add_test(tests, enums);
	tcase_add_test(tests, texts_and_references);
	tcase_add_test(tests, assigned_sets);
	tcase_add_test(tests, map_keys_of_any_characters);
	tcase_add_test(tests, maps_keep_their_order);
	tcase_add_test(tests, a_map_of_a_thousand_keys);
	tcase_add_test(tests, a_value_of_a_mebibyte);
	tcase_add_test(tests, set_members_of_any_characters);
	tcase_add_test(tests, saved_and_loaded_again);
	tcase_add_test(tests, changes_are_seen_and_saved);
	tcase_add_test(tests, sequences_never_go_back);
}

int main(void)
{
	return unit_main("value", add_tests);
}
