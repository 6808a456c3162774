/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/parse.h"
#include "class/vif.h"
#include "class/vm.h"
#include "unit.h"

#define SEED "00000000-0000-0000-0000-000000000000"

static const char *derive(const char *seed, int64_t device)
{
	struct xn_mac_chain chain = { 0 };

	return xn_mac_from_seed(xn_model_new(unit.arena, NULL), &chain, seed, device);
}

/* The check values of xe's rules. */
START_TEST(the_addresses_of_xe)
{
	ck_assert_str_eq(derive(SEED, 0), "9e:89:c8:4a:62:ba");
	ck_assert_str_eq(derive(SEED, 1), "26:d1:6c:c5:93:ac");
	ck_assert_str_eq(derive(SEED, 2), "6a:17:50:56:f3:26");
}
END_TEST

START_TEST(all_devices_have_their_own)
{
	static const char *macs[XN_VIF_DEVICE_MAX + 1];
	char canonical[XN_MAC_SIZE];

	for (int i = 0; i <= XN_VIF_DEVICE_MAX; i++) {
		macs[i] = derive(SEED, i);
		ck_assert(xn_parse_mac(macs[i], canonical));
		ck_assert_str_eq(macs[i], canonical);
		ck_assert(xn_mac_is_station(macs[i]));
		for (int k = 0; k < i; k++)
			ck_assert_str_ne(macs[i], macs[k]);
	}
}
END_TEST

/* Whatever was asked for before. */
START_TEST(a_chain_leads_to_the_same)
{
	static const int64_t devices[] = { 3, 3, 7, 2, 0, 1 };
	struct xn_model *m = xn_model_new(unit.arena, NULL);
	struct xn_mac_chain chain = { 0 };

	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		ck_assert_str_eq(xn_mac_from_seed(m, &chain, SEED, devices[i]),
			derive(SEED, devices[i]));
		ck_assert_str_eq(
			xn_mac_from_seed(m, &chain, i % 2 ? "a" : SEED, devices[i]),
			derive(i % 2 ? "a" : SEED, devices[i]));
	}
}
END_TEST

START_TEST(the_seed_may_be_any_text)
{
	ck_assert_str_eq(derive("", 0), derive("", 0));
	ck_assert_str_ne(derive("", 0), derive("a", 0));
	ck_assert_str_ne(
		derive(SEED, 0), derive("00000000-0000-0000-0000-000000000001", 0));
}
END_TEST

START_TEST(random_ones_are_local_and_single)
{
	struct xn_model *m = xn_model_new(unit.arena, NULL);

	for (int i = 0; i < 1000; i++) {
		const char *mac = xn_mac_random(m);

		ck_assert_ptr_nonnull(mac);
		ck_assert(xn_mac_is_station(mac));
		ck_assert_msg(
			mac[1] == '2' || mac[1] == '6' || mac[1] == 'a' || mac[1] == 'e',
			"%s", mac);
		ck_assert_str_ne(mac, xn_mac_random(m));
	}
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, the_addresses_of_xe);
	tcase_add_test(tests, all_devices_have_their_own);
	tcase_add_test(tests, a_chain_leads_to_the_same);
	tcase_add_test(tests, the_seed_may_be_any_text);
	tcase_add_test(tests, random_ones_are_local_and_single);
}

int main(void)
{
	return unit_main("mac", add_tests);
}
