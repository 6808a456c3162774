/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

enum {
#define XENET_ERROR(code, ...) LAST_##code,
#include "xenet_errors.def"
#undef XENET_ERROR
	N_ERRORS
};

static const char *message(enum xenet_error_code code, const char *a, const char *b)
{
	xn_fail(&unit.err, code, a, b);
	return unit.err.message;
}

START_TEST(fills_code_values_and_sentence)
{
	ck_assert_int_eq(xn_fail(&unit.err, XENET_E_KERNEL_ERROR, "add x", "No memory"),
		-XENET_E_KERNEL_ERROR);
	ck_assert_int_eq(unit.err.code, XENET_E_KERNEL_ERROR);
	ck_assert_uint_eq(unit.err.n_params, 2);
	ck_assert_str_eq(unit.err.params[0], "add x");
	ck_assert_str_eq(unit.err.params[1], "No memory");
	ck_assert_str_eq(unit.err.message, xenet_error_sentence(XENET_E_KERNEL_ERROR));
}
END_TEST

START_TEST(expands_placeholders)
{
	ck_assert_str_eq(
		message(XENET_E_UNKNOWN_COMMAND, "x", NULL), "Unknown command: x");
	ck_assert_str_eq(message(XENET_E_FIELD_UNKNOWN, "f", "pif"),
		"Unknown field 'f' (nearest: ): pif-param-list shows the fields of this "
		"class");
	ck_assert_str_eq(message(XENET_E_FIELD_NOT_COLLECTION, "f", NULL),
		"Field 'f' is neither a set nor a map: give f=VALUE, without a key");
	/* A value is never expanded itself. */
	ck_assert_str_eq(message(XENET_E_MEMBER_ABSENT, "{1}{0}%s", "{0}"),
		"'{1}{0}%s' is not in '{0}', so it cannot be removed");
	ck_assert_str_eq(message(XENET_E_FIELD_UNKNOWN, NULL, NULL),
		"Unknown field '' (nearest: ): -param-list shows the fields of this "
		"class");
}
END_TEST

START_TEST(keeps_surplus_values)
{
	const char *const values[] = { "1", "2", "3", "4", "5", "6", "7", NULL };

	xenet_error_fill(&unit.err, XENET_E_NETWORK_CONTAINS_PIF, values);
	ck_assert_uint_eq(unit.err.n_params, 7);
	ck_assert_str_eq(unit.err.params[6], "7");
	ck_assert_str_eq(xenet_error_label(XENET_E_NETWORK_CONTAINS_PIF, 0), "pifs");
	ck_assert_ptr_null(xenet_error_label(XENET_E_NETWORK_CONTAINS_PIF, 1));
}
END_TEST

START_TEST(replaces_an_error_by_its_own_values)
{
	xn_fail(&unit.err, XENET_E_KERNEL_ERROR, "step", "reason");
	ck_assert_uint_eq(xenet_error_status(&unit.err), XENET_STATUS_FAILED);
	xn_fail(&unit.err, XENET_E_UNDO_FAILED, "again", unit.err.params[1], "rest");
	ck_assert_uint_eq(xenet_error_status(&unit.err), XENET_STATUS_DEGRADED);
	assert_error(
		-XENET_E_UNDO_FAILED, XENET_E_UNDO_FAILED, "again", "reason", "rest");
}
END_TEST

START_TEST(nobody_need_care)
{
	ck_assert_int_eq(xn_fail(NULL, XENET_E_LOCKED, "a"), -XENET_E_LOCKED);
	ck_assert_int_eq(xn_no_memory(NULL), -XENET_E_NO_MEMORY);
	xenet_error_clear(NULL);
	xenet_error_clear(&unit.err);
	xenet_error_clear(&unit.err);
	assert_error(xn_no_memory(&unit.err), XENET_E_NO_MEMORY);
}
END_TEST

/* Values behind xe's labels, which the sentence alone tells. */
static size_t unlabelled(enum xenet_error_code code)
{
	return code == XENET_E_INVALID_IP_ADDRESS_SPECIFIED	? 2
	       : code == XENET_E_INVALID_CIDR_ADDRESS_SPECIFIED ? 1
	       : code == XENET_E_VLAN_IN_USE			? 1
								: 0;
}

static size_t values_of(enum xenet_error_code code)
{
	size_t n = 0;

	while (xenet_error_label(code, n))
		n++;
	return n + unlabelled(code);
}

static void check_placeholders(enum xenet_error_code code, const char *sentence)
{
	for (const char *c = sentence; *c; c++) {
		ck_assert_msg(*c != '}' || (c - sentence >= 2 && c[-2] == '{'), "%s",
			xenet_error_name(code));
		if (*c != '{')
			continue;
		ck_assert_msg(c[1] >= '0' && c[1] <= '9' && c[2] == '}', "%s",
			xenet_error_name(code));
		ck_assert_msg((size_t)(c[1] - '0') < values_of(code),
			"%s has no value %c", xenet_error_name(code), c[1]);
	}
}

START_TEST(placeholders_have_labels)
{
	for (int i = 1; i <= N_ERRORS; i++) {
		enum xenet_error_code code = (enum xenet_error_code)i;

		ck_assert_str_ne(xenet_error_sentence(code), "");
		check_placeholders(code, xenet_error_sentence(code));
	}
}
END_TEST

START_TEST(rows_are_complete)
{
	ck_assert_str_eq(xenet_error_name(XENET_OK), "OK");
	ck_assert_int_eq(xenet_error_last(), N_ERRORS);
	for (int i = 1; i <= N_ERRORS; i++) {
		enum xenet_error_code code = (enum xenet_error_code)i;
		size_t n = 0;

		ck_assert_ptr_nonnull(xenet_error_name(code));
		while (xenet_error_label(code, n))
			ck_assert_str_ne(xenet_error_label(code, n++), "");
		ck_assert_uint_le(n, 4);
		for (int k = 1; k < i; k++)
			ck_assert_str_ne(xenet_error_name(code),
				xenet_error_name((enum xenet_error_code)k));
	}
}
END_TEST

START_TEST(unknown_codes_are_internal_errors)
{
	enum xenet_error_code beyond = (enum xenet_error_code)(N_ERRORS + 1);

	ck_assert_str_eq(xenet_error_name(beyond), "INTERNAL_ERROR");
	ck_assert_int_eq(xenet_error_shape(beyond), XENET_SHAPE_LABELLED);
	ck_assert_str_eq(xenet_error_label(beyond, 0), "message");
}
END_TEST

START_TEST(shapes)
{
	ck_assert_int_eq(xenet_error_shape(XENET_E_UNKNOWN_COMMAND), XENET_SHAPE_USAGE);
	ck_assert_int_eq(xenet_error_shape(XENET_E_PARAM_NAME_UNKNOWN), XENET_SHAPE_CODE);
	ck_assert_int_eq(xenet_error_shape(XENET_E_FIELD_UNKNOWN), XENET_SHAPE_PLAIN);
	ck_assert_int_eq(xenet_error_shape(XENET_E_PIF_IS_VLAN), XENET_SHAPE_LABELLED);
	ck_assert_ptr_null(xenet_error_label(XENET_E_PIF_IS_VLAN, 4));
	ck_assert_ptr_null(xenet_error_label(XENET_E_PIF_IS_VLAN, (size_t)-1));
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, fills_code_values_and_sentence);
	tcase_add_test(tests, expands_placeholders);
	tcase_add_test(tests, keeps_surplus_values);
	tcase_add_test(tests, replaces_an_error_by_its_own_values);
	tcase_add_test(tests, nobody_need_care);
	tcase_add_test(tests, placeholders_have_labels);
	tcase_add_test(tests, rows_are_complete);
	tcase_add_test(tests, unknown_codes_are_internal_errors);
	tcase_add_test(tests, shapes);
}

int main(void)
{
	return unit_main("error", add_tests);
}
