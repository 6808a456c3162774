/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stranger.h"
#include "suite.h"

/* What is larger than a command line can be (catalogue 37). */

enum {
	MEBIBYTE = 1024 * 1024,
	KEYS = 10000
};

static char *network;

static void make_network(void)
{
	set_up();
	open_model();
	network = answer("network-create", WORDS("name-label", "lan"));
}

static void drop_network(void)
{
	free(network);
	tear_down();
}

static void assert_entry(const char *key, const char *value)
{
	char *kept = answer("network-param-get",
		WORDS("uuid", network, "param-name", "other-config", "param-key", key));

	ck_assert_ptr_nonnull(kept);
	ck_assert_msg(strcmp(kept, value) == 0, "%s has another value", key);
	free(kept);
}

START_TEST(a_mebibyte)
{
	char *value = malloc(MEBIBYTE + 1);

	ck_assert_ptr_nonnull(value);
	for (size_t i = 0; i < MEBIBYTE; i++)
		value[i] = (char)('!' + i % 94);
	value[MEBIBYTE] = '\0';
	ck_assert_int_eq(change("network-param-set",
				 WORDS("uuid", network, "other-config:large", value)),
		0);
	assert_entry("large", value);
	free(value);
}
END_TEST

START_TEST(many_keys)
{
	static char words[KEYS][2][32];
	static const char *list[2 * KEYS + 5];
	size_t n = 0;

	list[n++] = "uuid";
	list[n++] = network;
	list[n++] = "param-name";
	list[n++] = "other-config";
	for (int i = 0; i < KEYS; i++)
		for (int j = 0; j < 2; j++) {
			snprintf(words[i][j], sizeof(words[i][j]), "%s%d", j ? "v" : "k",
				i);
			list[n++] = words[i][j];
		}
	ck_assert_int_eq(change("network-param-add", list), 0);
	assert_entry("k0", "v0");
	assert_entry("k5000", "v5000");
	assert_entry("k9999", "v9999");
}
END_TEST

START_TEST(odd_keys)
{
	ck_assert_int_eq(
		change("network-param-set", WORDS("uuid", network, "other-config:a=b",
						    "c=d", "other-config:e\nf", "g\nh")),
		0);
	assert_entry("a=b", "c=d");
	assert_entry("e\nf", "g\nh");
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, make_network, drop_network);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_mebibyte);
	tcase_add_test(tests, many_keys);
	tcase_add_test(tests, odd_keys);
}

int main(void)
{
	return run_suite("api_large", add_tests);
}
