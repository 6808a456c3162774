/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "xenet.h"

/* What the shared library tells of itself: classes, fields, verbs, errors. See api.c. */

START_TEST(what_there_is)
{
	const struct xenet_class *c;
	size_t n = 0;

	ck_assert_str_ne(xenet_version(), "");
	for (; (c = xenet_class_at(n)); n++) {
		ck_assert_str_ne(xenet_class_summary(c), "");
		ck_assert_ptr_eq(xenet_class_find(xenet_class_name(c)), c);
	}
	ck_assert_uint_ge(n, 7);
	ck_assert_ptr_null(xenet_class_at((size_t)-1));
	ck_assert_ptr_null(xenet_class_find("nonsense"));
}
END_TEST

START_TEST(names_that_are_near)
{
	ck_assert(xenet_is_near("name_label", "name-label"));
	ck_assert(xenet_is_near("mac", "MAC"));
	ck_assert(xenet_is_near("net", "network-uuid"));
	ck_assert(xenet_is_near("uuidd", "uuid"));
	ck_assert(!xenet_is_near("ne", "network-uuid"));
	ck_assert(!xenet_is_near("", "uuid"));
	ck_assert(!xenet_is_near("nonsense", "uuid"));
	ck_assert(!xenet_is_near(
		"a-word-that-is-much-longer-than-any-name-of-a-field-would-be", "uuid"));
}
END_TEST

START_TEST(fields)
{
	const struct xenet_class *c = xenet_class_find("network");
	const struct xenet_field *field;
	size_t listed = 0, i = 0;

	for (; (field = xenet_field_at(c, i)); i++) {
		ck_assert_ptr_nonnull(xenet_field_name(field));
		ck_assert_str_ne(xenet_field_summary(field), "");
		ck_assert(strstr("RO RW SRO SRW MRO MRW", xenet_field_marker(field)));
		ck_assert(!xenet_field_is_deprecated(field));
		listed += xenet_field_is_listed(field);
	}
	ck_assert_str_eq(xenet_field_name(xenet_field_at(c, 0)), "uuid");
	ck_assert_uint_gt(listed, 0);
	ck_assert_uint_lt(listed, i);
}
END_TEST

static const struct xenet_field *field_named(const char *class_name, const char *name)
{
	const struct xenet_class *c = xenet_class_find(class_name);
	const struct xenet_field *field;

	for (size_t i = 0; (field = xenet_field_at(c, i)); i++)
		if (strcmp(xenet_field_name(field), name) == 0)
			return field;
	return NULL;
}

START_TEST(values_of_fields)
{
	ck_assert_str_eq(
		xenet_field_choices(field_named("network", "managed")), "true|false");
	ck_assert_str_eq(
		xenet_field_choices(field_named("network", "default-locking-mode")),
		"unlocked|disabled");
	ck_assert_ptr_null(xenet_field_choices(field_named("network", "MTU")));
	ck_assert_ptr_eq(xenet_field_target(field_named("vif", "network-uuid")),
		xenet_class_find("network"));
	ck_assert_ptr_null(xenet_field_target(field_named("network", "MTU")));
}
END_TEST

START_TEST(verbs)
{
	const struct xenet_class *c;
	const struct xenet_verb *verb;
	struct xenet_param param;
	char command[XENET_COMMAND_SIZE];

	ck_assert(xenet_command_find("history", &c, &verb));
	ck_assert_str_eq(xenet_command_name(c, verb, command), "history");
	ck_assert(xenet_command_find("vlan-create", &c, &verb));
	ck_assert_str_eq(xenet_command_name(c, verb, command), "vlan-create");
	ck_assert_str_eq(xenet_verb_name(verb), "create");
	ck_assert_str_ne(xenet_verb_summary(verb), "");
	ck_assert(xenet_verb_changes(verb) && !xenet_verb_is_hidden(verb));
	ck_assert(!xenet_verb_takes_fields(verb));
	ck_assert_int_eq(xenet_verb_selector(verb), XENET_SELECT_NONE);
	ck_assert(xenet_param_at(c, verb, 0, &param) && param.required);
	ck_assert(!xenet_param_at(c, verb, 99, &param));
	ck_assert_ptr_null(xenet_verb_at(c, 99));
	ck_assert(xenet_command_find("vm-create", &c, &verb));
	ck_assert(xenet_verb_is_hidden(verb));
	ck_assert(xenet_command_find("vm-start", &c, &verb));
	ck_assert(xenet_verb_is_common(c, verb));
	ck_assert_int_eq(xenet_verb_selector(verb), XENET_SELECT_VM);
	ck_assert_ptr_null(xenet_verb_asks(verb));
	ck_assert(xenet_command_find("vm-uninstall", &c, &verb));
	ck_assert_str_eq(xenet_verb_asks(verb), "uninstall-items");
	ck_assert(!xenet_command_find("vlan", &c, &verb));
	ck_assert(!xenet_command_find("vlan-", &c, &verb));
	ck_assert(!xenet_command_find("vlan-create-", &c, &verb));
	ck_assert(!xenet_command_find("", &c, &verb));
}
END_TEST

START_TEST(errors)
{
	ck_assert_str_eq(xenet_error_name(XENET_E_LOCKED), "LOCKED");
	ck_assert_int_eq(xenet_error_shape(XENET_E_SYNTAX), XENET_SHAPE_USAGE);
	ck_assert_int_eq(
		xenet_error_status(&(struct xenet_error){ .code = XENET_E_SYNTAX }),
		XENET_STATUS_FAILED);
	ck_assert_str_eq(xenet_error_label(XENET_E_LOCKED, 1), "pid");
	ck_assert_ptr_null(xenet_error_label(XENET_E_LOCKED, 9));
	ck_assert_ptr_nonnull(strstr(xenet_error_sentence(XENET_E_SYNTAX), "{0}"));
	ck_assert_str_ne(xenet_error_name(xenet_error_last()), "INTERNAL_ERROR");
	ck_assert_str_eq(
		xenet_error_name((enum xenet_error_code)(xenet_error_last() + 1)),
		"INTERNAL_ERROR");
	xenet_error_clear(NULL);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, what_there_is);
	tcase_add_test(tests, names_that_are_near);
	tcase_add_test(tests, fields);
	tcase_add_test(tests, values_of_fields);
	tcase_add_test(tests, verbs);
	tcase_add_test(tests, errors);
}

int main(void)
{
	return run_suite("api-tables", add_tests);
}
