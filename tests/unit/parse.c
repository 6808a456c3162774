/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/parse.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

START_TEST(uint_takes_plain_decimal)
{
	static const struct {
		const char *text;
		int64_t n;
	} rows[] = { { "0", 0 }, { "1", 1 }, { "20", 20 }, { "4094", 4094 },
		{ "65535", 65535 }, { "9223372036854775807", INT64_MAX } };
	int64_t n;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		n = -7;
		ck_assert_msg(xn_parse_uint(rows[i].text, 0, INT64_MAX, &n), "%s",
			rows[i].text);
		ck_assert_int_eq(n, rows[i].n);
	}
}
END_TEST

START_TEST(uint_refuses_all_else)
{
	static const char *const rows[] = { "", "-1", "-0", "020", "00", "+20", " 20",
		"20 ", "\t20", "20\n", "0x14", "20abc", "abc", "20.0", "1e3", "1,000",
		"\xd9\xa2\xd9\xa0" /* Arabic digits */, "9223372036854775808",
		"18446744073709551617", "92233720368547758070",
		"99999999999999999999999999" };
	int64_t n = -7;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(!xn_parse_uint(rows[i], 0, INT64_MAX, &n), "'%s'", rows[i]);
	ck_assert_int_eq(n, -7);
}
END_TEST

START_TEST(uint_keeps_the_bounds)
{
	int64_t n = -7;

	ck_assert(!xn_parse_uint("0", 1, 4094, &n));
	ck_assert(!xn_parse_uint("4095", 1, 4094, &n));
	ck_assert(!xn_parse_uint("4294967316", 1, 4094, &n)); /* 2^32 + 20 */
	ck_assert_int_eq(n, -7);
	ck_assert(xn_parse_uint("1", 1, 4094, &n) && n == 1);
	ck_assert(xn_parse_uint("4094", 1, 4094, &n) && n == 4094);
}
END_TEST

START_TEST(int_takes_one_minus)
{
	static const char *const refused[] = { "", "-", "--1", "-0", "- 1", "+1", "-01",
		"1-", "-1a", "-9223372036854775808" };
	int64_t n = 7;

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		ck_assert_msg(!xn_parse_int(refused[i], &n), "'%s'", refused[i]);
	ck_assert_int_eq(n, 7);
	ck_assert(xn_parse_int("-1", &n) && n == -1);
	ck_assert(xn_parse_int("0", &n) && n == 0);
	ck_assert(xn_parse_int("-9223372036854775807", &n) && n == -INT64_MAX);
}
END_TEST

START_TEST(booleans)
{
	static const char *const yes[] = { "true", "t", "yes", "y", "1", "TRUE", "Yes" };
	static const char *const no[] = { "false", "f", "no", "n", "0", "FALSE", "No" };
	static const char *const neither[] = { "", " true", "true ", "on", "2", "01" };
	bool b = false;

	for (size_t i = 0; i < 7; i++) {
		ck_assert_msg(xn_parse_option_bool(yes[i], &b) && b, "%s", yes[i]);
		ck_assert_msg(xn_parse_option_bool(no[i], &b) && !b, "%s", no[i]);
	}
	for (size_t i = 0; i < 6; i++)
		ck_assert_msg(!xn_parse_option_bool(neither[i], &b), "%s", neither[i]);
	ck_assert(xn_parse_bool("true", &b) && b);
	ck_assert(xn_parse_bool("false", &b) && !b);
	ck_assert(!xn_parse_bool("True", &b) && !xn_parse_bool("t", &b) &&
		  !xn_parse_bool("1", &b) && !xn_parse_bool("", &b) && !b);
}
END_TEST

START_TEST(mac_is_six_groups)
{
	static const char *const refused[] = { "", "00:11:22:33:44",
		"00:11:22:33:44:55:66", "00-11-22-33-44-55", "0011.2233.4455",
		"001122334455", "0:11:22:33:44:55", "00:11:22:33:44:5",
		"00:11:22:33:44:5g", "00:11:22:33:44:55 ", " 00:11:22:33:44:55",
		"00:11:22:33:44 55", "00:11:22:33:44:+5", "\xff\xff:11:22:33:44:55" };
	char mac[XN_MAC_SIZE] = "untouched";

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		ck_assert_msg(!xn_parse_mac(refused[i], mac), "'%s'", refused[i]);
	ck_assert_str_eq(mac, "untouched");
	ck_assert(xn_parse_mac("AA:bB:0c:11:22:fF", mac));
	ck_assert_str_eq(mac, "aa:bb:0c:11:22:ff");
}
END_TEST

START_TEST(mac_of_a_station)
{
	ck_assert(xn_mac_is_station("52:54:00:00:00:01"));
	ck_assert(xn_mac_is_station("fe:ff:ff:ff:ff:ff"));
	ck_assert(!xn_mac_is_station("00:00:00:00:00:00"));
	ck_assert(!xn_mac_is_station("ff:ff:ff:ff:ff:ff"));
	ck_assert(!xn_mac_is_station("01:00:5e:00:00:01"));
	ck_assert(!xn_mac_is_station("33:33:00:00:00:01"));
	ck_assert(!xn_mac_is_station("03:00:00:00:00:01"));
	ck_assert(!xn_mac_is_station("0b:00:00:00:00:01"));
}
END_TEST

START_TEST(uuid)
{
	static const char *const refused[] = { "", "0",
		"3f2504e0-4f89-11d3-9a0c-0305e82c330",
		"3f2504e0-4f89-11d3-9a0c-0305e82c33011",
		"3f2504e0x4f89-11d3-9a0c-0305e82c3301",
		"3f2504e04f8911d39a0c0305e82c3301",
		" 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
		"{3f2504e0-4f89-11d3-9a0c-0305e82c3301}",
		"3g2504e0-4f89-11d3-9a0c-0305e82c3301" };
	char a[XN_UUID_SIZE], b[XN_UUID_SIZE];

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		ck_assert_msg(!xn_is_uuid(refused[i]), "'%s'", refused[i]);
	ck_assert(xn_is_uuid("3f2504e0-4f89-11d3-9a0c-0305e82c3301"));
	xn_uuid_new(a);
	xn_uuid_new(b);
	ck_assert(xn_is_uuid(a) && xn_is_uuid(b));
	ck_assert_str_ne(a, b);
	ck_assert_uint_eq(strspn(a, "0123456789abcdef-"), XN_UUID_SIZE - 1);
}
END_TEST

START_TEST(utf8_accepted)
{
	static const char *const rows[] = { "", "plain", "tab\t\x01\x7f", "\xc2\x80",
		"\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
		"\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
		"\xe2\x80\xae turned" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(xn_is_utf8(rows[i]), "row %zu", i);
}
END_TEST

START_TEST(utf8_cleaned)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "", "" },
		{ "a\xc3\xa9", "a\xc3\xa9" },
		{ "\xff", "\xef\xbf\xbd" },
		{ "a\xc3", "a\xef\xbf\xbd" },
		{ "\xed\xa0\x80.", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd." },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *clean = xn_utf8_clean(rows[i].from);

		ck_assert_str_eq(clean, rows[i].to);
		free(clean);
	}
}
END_TEST

START_TEST(utf8_refused)
{
	static const char *const rows[] = {
		"\x80",
		"\xbf",
		"\xff",
		"\xfe", /* no lead byte           */
		"\xc0\x80",
		"\xc1\xbf", /* overlong               */
		"\xe0\x80\x80",
		"\xe0\x9f\xbf", /* overlong               */
		"\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf", /* overlong               */
		"\xed\xa0\x80",
		"\xed\xbf\xbf", /* surrogates             */
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", /* beyond U+10FFFF        */
		"\xc2",
		"\xe2\x80",
		"\xf0\x90\x80",
		"ab\xc2", /* truncated      */
		"\xe2",
		"\xf0",
		"\xf0\x90", /* truncated              */
		"\xc2x",
		"\xe2x\x80",
		"\xe2\x80x",
		"\xf0\x90\x80x",
		"\xc2\xc2\x80",
		"ok\xe9",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(!xn_is_utf8(rows[i]), "row %zu", i);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, uint_takes_plain_decimal);
	tcase_add_test(tests, uint_refuses_all_else);
	tcase_add_test(tests, uint_keeps_the_bounds);
	tcase_add_test(tests, int_takes_one_minus);
	tcase_add_test(tests, booleans);
	tcase_add_test(tests, mac_is_six_groups);
	tcase_add_test(tests, mac_of_a_station);
	tcase_add_test(tests, uuid);
	tcase_add_test(tests, utf8_accepted);
	tcase_add_test(tests, utf8_refused);
	tcase_add_test(tests, utf8_cleaned);
}

int main(void)
{
	return unit_main("parse", add_tests);
}
