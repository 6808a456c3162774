/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/read.h"

#include <errno.h>
#include <sys/socket.h>

#include <linux/if_addr.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "bytes.h"
#include "host/linux/layer3.h"
#include "host/linux/shape.h"
#include "unit.h"

/* Addresses and routes, also as the kernel would never tell them (catalogue 56). */

static struct xn_listing listing;

static void begin_address(int family, int prefix)
{
	const struct ifaddrmsg info = { .ifa_family = (unsigned char)family,
		.ifa_prefixlen = (unsigned char)prefix,
		.ifa_index = IFINDEX };

	begin(RTM_NEWADDR, &info, sizeof(info));
}

static void begin_route(int family, int prefix)
{
	const struct rtmsg info = { .rtm_family = (unsigned char)family,
		.rtm_dst_len = (unsigned char)prefix,
		.rtm_protocol = XN_PROTOCOL,
		.rtm_table = RT_TABLE_MAIN };

	begin(RTM_NEWROUTE, &info, sizeof(info));
	nla_put_u32(message, RTA_OIF, IFINDEX);
}

static int take_listing(rtnl_handler handler)
{
	listing = (struct xn_listing){ XN_TEXT(unit.arena), IFINDEX };
	return take(handler, &listing);
}

/* A bucket of that handle, with the first bytes of its parameters, and of its large rate. */
static int take_bucket(unsigned handle, int size, int large, int64_t *rate)
{
	const struct tcmsg root = { .tcm_ifindex = IFINDEX, .tcm_handle = handle };
	const struct tc_tbf_qopt bucket = { .rate = { .rate = 3 * 1024 } };
	const uint64_t more = 5ULL << 32;
	struct nlattr *options;

	begin(RTM_NEWQDISC, &root, sizeof(root));
	nla_put_string(message, TCA_KIND, "tbf");
	options = nla_nest_start(message, TCA_OPTIONS);
	nla_put(message, TCA_TBF_PARMS, size, &bucket);
	if (large)
		nla_put(message, TCA_TBF_RATE64, large, &more);
	nla_nest_end(message, options);
	*rate = 0;
	return take(xn_take_rate, rate);
}

START_TEST(rates)
{
	enum {
		OURS = 0x786e0000,
		SIZE = sizeof(struct tc_tbf_qopt)
	};
	int64_t rate;

	ck_assert_int_eq(take_bucket(OURS, SIZE, 0, &rate), 0);
	ck_assert_int_eq(rate, 3);
	ck_assert_int_eq(take_bucket(OURS, SIZE, 8, &rate), 0);
	ck_assert_int_eq(rate, (5LL << 32) / 1024);
	ck_assert_int_eq(take_bucket(OURS + 0x10000, SIZE, 0, &rate), 0);
	ck_assert_int_eq(rate, 3);
	for (int size = 0; size < SIZE; size++)
		ck_assert_int_eq(take_bucket(OURS, size, 0, &rate), -EBADMSG);
	for (int size = 1; size < 8; size++)
		ck_assert_int_eq(take_bucket(OURS, SIZE, size, &rate), -EBADMSG);
}
END_TEST

START_TEST(addresses)
{
	const unsigned char bytes[16] = { 192, 0, 2, 1 };

	begin_address(AF_INET, 24);
	nla_put(message, IFA_LOCAL, 4, bytes);
	ck_assert_int_eq(take_listing(xn_take_address), 0);
	ck_assert_str_eq(xn_text_end(&listing.text), "192.0.2.1/24");
	for (int size = 0; size <= 16; size++) {
		begin_address(AF_INET6, 64);
		nla_put(message, IFA_ADDRESS, size, bytes);
		ck_assert_int_eq(
			take_listing(xn_take_address), size == 16 ? 0 : -EBADMSG);
	}
	begin_address(AF_INET, 33);
	nla_put(message, IFA_LOCAL, 4, bytes);
	ck_assert_int_eq(take_listing(xn_take_address), -EBADMSG);
	begin(RTM_NEWROUTE, "", 0);
	ck_assert_int_eq(take_listing(xn_take_address), -EBADMSG);
	begin_address(AF_UNIX, 24);
	ck_assert_int_eq(take_listing(xn_take_address), -EBADMSG);
	begin_address(AF_INET, 24);
	ck_assert_int_eq(take_listing(xn_take_address), -EBADMSG);
	nla_put(message, IFA_PROTO, 0, bytes);
	ck_assert_int_eq(take_listing(xn_take_own_address), -EBADMSG);
}
END_TEST

START_TEST(routes)
{
	const unsigned char bytes[16] = { 192, 0, 2 };

	begin_route(AF_INET, 24);
	nla_put(message, RTA_DST, 4, bytes);
	nla_put(message, RTA_GATEWAY, 4, "\300\0\2\376");
	ck_assert_int_eq(take_listing(xn_take_own_route), 0);
	ck_assert_str_eq(xn_text_end(&listing.text), "192.0.2.0/24>192.0.2.254");
	begin_route(AF_INET, 0);
	ck_assert_int_eq(take_listing(xn_take_route), 0);
	ck_assert_str_eq(xn_text_end(&listing.text), "0.0.0.0/0");
	begin_route(AF_INET, 24);
	nla_put(message, RTA_DST, 3, bytes);
	ck_assert_int_eq(take_listing(xn_take_route), -EBADMSG);
	begin_route(AF_INET, 0);
	nla_put(message, RTA_GATEWAY, 16, bytes);
	ck_assert_int_eq(take_listing(xn_take_own_route), -EBADMSG);
	begin(RTM_NEWADDR, "", 0);
	ck_assert_int_eq(take_listing(xn_take_own_route), -EBADMSG);
	begin_route(AF_INET6, 129);
	nla_put(message, RTA_DST, 16, bytes);
	ck_assert_int_eq(take_listing(xn_take_route), -EBADMSG);
}
END_TEST

/* Catalogue 58: a kernel that does not sort out by link tells of those of all. */
START_TEST(what_was_not_asked_for)
{
	const unsigned char bytes[4] = { 192, 0, 2, 1 };

	begin_address(AF_INET, 24);
	nla_put(message, IFA_LOCAL, 4, bytes);
	listing = (struct xn_listing){ XN_TEXT(unit.arena), IFINDEX + 1 };
	ck_assert_int_eq(take(xn_take_address, &listing), 0);
	begin_route(AF_INET, 0);
	ck_assert_int_eq(take(xn_take_route, &listing), 0);
	ck_assert_str_eq(xn_text_end(&listing.text), "");
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, NULL, bytes_forget);
	tcase_add_test(tests, rates);
	tcase_add_test(tests, addresses);
	tcase_add_test(tests, routes);
	tcase_add_test(tests, what_was_not_asked_for);
}

int main(void)
{
	return unit_main("read_use", add_tests);
}
