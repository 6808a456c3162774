/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/read.h"

#include <errno.h>
#include <string.h>

#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/rtnetlink.h>

#include "bytes.h"
#include "unit.h"

/* Links as the kernel would never tell them (catalogue 56): an error each. */

static struct xn_view view;

static void begin_link(void)
{
	const struct ifinfomsg info = { .ifi_index = IFINDEX };

	begin(RTM_NEWLINK, &info, sizeof(info));
}

static int take_link(void)
{
	view = (struct xn_view){ .have = xn_netstate_new(unit.arena) };
	return take(xn_take_link, &view);
}

/* A link with one attribute of that many bytes, all 1 but for a NUL at the end of texts. */
static int take_attr(int type, int size, bool is_text)
{
	char bytes[64];

	memset(bytes, 1, sizeof(bytes));
	if (is_text)
		bytes[size - 1] = '\0';
	begin_link();
	if (type != IFLA_IFNAME)
		nla_put_string(message, IFLA_IFNAME, "eth0");
	nla_put(message, type, size, bytes);
	return take_link();
}

/* IFLA_LINKINFO with the kind and one of its attributes. */
static int take_kind(const char *kind, int type, int size)
{
	const char bytes[16] = { 1, 1, 1, 1, 1, 1, 1, 1 };
	struct nlattr *info, *data;

	begin_link();
	nla_put_string(message, IFLA_IFNAME, "eth0");
	info = nla_nest_start(message, IFLA_LINKINFO);
	nla_put_string(message, IFLA_INFO_KIND, kind);
	data = nla_nest_start(message, IFLA_INFO_DATA);
	nla_put(message, type, size, bytes);
	nla_nest_end(message, data);
	nla_nest_end(message, info);
	return take_link();
}

START_TEST(attributes_that_are_too_short)
{
	static const struct {
		int type, size;
	} numbers[] = { { IFLA_MTU, 4 }, { IFLA_CARRIER, 1 }, { IFLA_GROUP, 4 },
		{ IFLA_MASTER, 4 }, { IFLA_LINK, 4 }, { IFLA_STATS64, 64 } };

	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		for (int size = 0; size < numbers[i].size; size++)
			ck_assert_int_eq(
				take_attr(numbers[i].type, size, false), -EBADMSG);
		ck_assert_int_eq(take_attr(numbers[i].type, numbers[i].size, false), 0);
	}
}
END_TEST

START_TEST(attributes_of_kinds_that_are_too_short)
{
	static const struct {
		const char *kind;
		int type, size;
	} numbers[] = { { "bridge", IFLA_BR_STP_STATE, 4 },
		{ "bridge", IFLA_BR_FORWARD_DELAY, 4 }, { "vlan", IFLA_VLAN_ID, 2 },
		{ "vlan", IFLA_VLAN_PROTOCOL, 2 }, { "tun", IFLA_TUN_TYPE, 1 },
		{ "tun", IFLA_TUN_OWNER, 4 }, { "tun", IFLA_TUN_GROUP, 4 },
		{ "tun", IFLA_TUN_MULTI_QUEUE, 1 }, { "bond", IFLA_BOND_MODE, 1 },
		{ "bond", IFLA_BOND_MIIMON, 4 }, { "bond", IFLA_BOND_UPDELAY, 4 },
		{ "bond", IFLA_BOND_DOWNDELAY, 4 }, { "bond", IFLA_BOND_AD_LACP_RATE, 1 },
		{ "bond", IFLA_BOND_XMIT_HASH_POLICY, 1 },
		{ "bond", IFLA_BOND_AD_USER_PORT_KEY, 2 },
		{ "vxlan", IFLA_VXLAN_LOCAL, 4 }, { "vxlan", IFLA_VXLAN_GROUP, 4 },
		{ "vxlan", IFLA_VXLAN_ID, 4 }, { "vxlan", IFLA_VXLAN_PORT, 2 },
		{ "gretap", IFLA_GRE_LOCAL, 4 }, { "gretap", IFLA_GRE_REMOTE, 4 },
		{ "gretap", IFLA_GRE_IFLAGS, 2 }, { "gretap", IFLA_GRE_IKEY, 4 } };

	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		ck_assert_int_eq(
			take_kind(numbers[i].kind, numbers[i].type, numbers[i].size - 1),
			-EBADMSG);
		ck_assert_int_eq(
			take_kind(numbers[i].kind, numbers[i].type, numbers[i].size), 0);
	}
	/* Of other kinds they mean something else. */
	ck_assert_int_eq(take_kind("veth", IFLA_BR_STP_STATE, 1), 0);
}
END_TEST

START_TEST(text_attributes)
{
	static const int texts[] = { IFLA_IFNAME, IFLA_IFALIAS, IFLA_PARENT_DEV_NAME };

	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ck_assert_int_eq(take_attr(texts[i], 0, false), -EBADMSG);
		ck_assert_int_eq(take_attr(texts[i], 8, false), -EBADMSG);
		ck_assert_int_eq(take_attr(texts[i], 8, true), 0);
	}
	/* A name has one byte at least, and 15 at most. */
	ck_assert_int_eq(take_attr(IFLA_IFNAME, 1, true), -EBADMSG);
	ck_assert_int_eq(take_attr(IFLA_IFNAME, 16, true), 0);
	ck_assert_int_eq(take_attr(IFLA_IFNAME, 17, true), -EBADMSG);
	begin_link();
	nla_put(message, IFLA_IFNAME, 3, "\0x");
	ck_assert_int_eq(take_link(), -EBADMSG);
	begin_link();
	ck_assert_int_eq(take_link(), -EBADMSG);
}
END_TEST

/* A MAC of another length is that of no Ethernet device. */
START_TEST(hardware_addresses)
{
	ck_assert_int_eq(take_attr(IFLA_ADDRESS, 20, false), 0);
	ck_assert_str_eq(view.found->address, "");
	ck_assert_int_eq(take_attr(IFLA_ADDRESS, 6, false), 0);
	ck_assert_str_eq(view.found->address, "01:01:01:01:01:01");
}
END_TEST

START_TEST(address_generation)
{
	struct nlattr *families, *inet6;

	for (int size = 0; size < 2; size++) {
		begin_link();
		nla_put_string(message, IFLA_IFNAME, "eth0");
		families = nla_nest_start(message, IFLA_AF_SPEC);
		inet6 = nla_nest_start(message, AF_INET6);
		nla_put(message, IFLA_INET6_ADDR_GEN_MODE, size, "\1");
		nla_nest_end(message, inet6);
		nla_nest_end(message, families);
		ck_assert_int_eq(take_link(), size ? 0 : -EBADMSG);
	}
	ck_assert_str_eq(view.found->addrgen, "none");
}
END_TEST

START_TEST(unknown_attributes)
{
	ck_assert_int_eq(take_attr(IFLA_MAX + 1, 3, false), 0);
	ck_assert_int_eq(take_attr(NLA_TYPE_MASK, 0, false), 0);
	ck_assert_int_eq(take_kind("bond", 60, 0), 0);
}
END_TEST

/* Whatever lies behind what it knows, it does not go down. */
START_TEST(a_thousand_levels)
{
	struct nlattr *levels[1000];

	begin_link();
	nla_put_string(message, IFLA_IFNAME, "eth0");
	levels[0] = nla_nest_start(message, IFLA_LINKINFO);
	nla_put_string(message, IFLA_INFO_KIND, "bridge");
	for (int i = 1; i < 1000 && levels[i - 1]; i++)
		levels[i] = nla_nest_start(message, IFLA_INFO_DATA);
	for (int i = 999; i >= 0; i--)
		if (levels[i])
			levels[i]->nla_len = (uint16_t)((char *)nlmsg_tail(
								nlmsg_hdr(message)) -
							(char *)levels[i]);
	ck_assert_int_eq(take_link(), 0);
	ck_assert_str_eq(view.found->kind, "bridge");
}
END_TEST

/* Wherever it is cut, header and attributes claim more than is there. */
START_TEST(truncated_messages)
{
	struct nlmsghdr *header;
	size_t whole;

	begin_link();
	nla_put_string(message, IFLA_IFNAME, "eth0");
	nla_put_u32(message, IFLA_MTU, 1500);
	header = nlmsg_hdr(message);
	whole = header->nlmsg_len;
	for (size_t length = 0; length < whole; length++) {
		view = (struct xn_view){ .have = xn_netstate_new(unit.arena) };
		ck_assert_int_eq(take_first(xn_take_link, &view, length), -EBADMSG);
		ck_assert_ptr_null(view.found);
	}
	/* The same with a header that knows, unless the cut is between two attributes or in what
	 * pads the first. */
	for (size_t length = NLMSG_HDRLEN; length < whole; length++) {
		header->nlmsg_len = (uint32_t)length;
		if (length < whole - 11 || length > whole - 8)
			ck_assert_int_eq(take_link(), -EBADMSG);
	}
	header->nlmsg_len = (uint32_t)whole;
	ck_assert_int_eq(take_link(), 0);
}
END_TEST

START_TEST(lengths_that_lie)
{
	static const unsigned lies[] = { 0, 1, 15, 1000, 0x7fffffff, 0xfffffff0,
		0xffffffff };
	struct nlattr *attr;
	size_t whole;

	for (unsigned i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		begin_link();
		nla_put_string(message, IFLA_IFNAME, "eth0");
		whole = nlmsg_hdr(message)->nlmsg_len;
		nlmsg_hdr(message)->nlmsg_len = lies[i];
		view = (struct xn_view){ .have = xn_netstate_new(unit.arena) };
		ck_assert_int_eq(take_first(xn_take_link, &view, whole), -EBADMSG);
	}
	/* "eth0", and what pads it. */
	for (unsigned length = 0; length < 0x10000; length += length < 32 ? 1 : 4093) {
		begin_link();
		nla_put_string(message, IFLA_IFNAME, "eth0");
		attr = nlmsg_attrdata(nlmsg_hdr(message), sizeof(struct ifinfomsg));
		attr->nla_len = (uint16_t)length;
		ck_assert_int_eq(take_link(), length >= 9 && length <= 12 ? 0 : -EBADMSG);
	}
}
END_TEST

START_TEST(messages_of_another_kind)
{
	const struct ifinfomsg info = { .ifi_index = 0 };

	begin(RTM_NEWADDR, &info, sizeof(info));
	nla_put_string(message, IFLA_IFNAME, "eth0");
	ck_assert_int_eq(take_link(), -EBADMSG);
	/* No link has the index 0. */
	begin(RTM_NEWLINK, &info, sizeof(info));
	nla_put_string(message, IFLA_IFNAME, "eth0");
	ck_assert_int_eq(take_link(), -EBADMSG);
	begin(NLMSG_ERROR, "", 0);
	ck_assert_int_eq(take_link(), -EBADMSG);
	/* Neither success nor an errno. */
	begin(NLMSG_ERROR, &(struct nlmsgerr){ .error = 1 }, sizeof(struct nlmsgerr));
	ck_assert_int_eq(take_link(), -EBADMSG);
}
END_TEST

/* A link that names others by attributes of these types. */
static void take_tie(struct xn_ties *ties, const char *name, int type, uint32_t other)
{
	begin_link();
	nla_put_string(message, IFLA_IFNAME, name);
	if (type)
		nla_put_u32(message, type, other);
	ck_assert_int_eq(take(xn_take_tie, ties), 0);
}

static void take_vxlan(struct xn_ties *ties, uint32_t lower)
{
	struct nlattr *info, *data;

	begin_link();
	nla_put_string(message, IFLA_IFNAME, "vxlan");
	info = nla_nest_start(message, IFLA_LINKINFO);
	nla_put_string(message, IFLA_INFO_KIND, "vxlan");
	data = nla_nest_start(message, IFLA_INFO_DATA);
	nla_put_u32(message, IFLA_VXLAN_LINK, lower);
	nla_nest_end(message, data);
	nla_nest_end(message, info);
	ck_assert_int_eq(take(xn_take_tie, ties), 0);
}

/* All links are told of, and many hang on others than those in question. */
START_TEST(what_hangs_on_links)
{
	struct xn_holder holders[] = { { 9, XN_TEXT(unit.arena), XN_TEXT(unit.arena), 0 },
		{ 3, XN_TEXT(unit.arena), XN_TEXT(unit.arena), 0 } };
	struct xn_ties ties = { holders, 2 };

	xn_ties_sort(&ties);
	take_tie(&ties, "none", 0, 0);
	for (uint32_t other = 2; other < 5; other++) {
		take_tie(&ties, other == 3 ? "port" : "of-others", IFLA_MASTER, other);
		take_tie(&ties, other == 3 ? "upper" : "on-others", IFLA_LINK, other);
		take_vxlan(&ties, other);
	}
	ck_assert_str_eq(xn_text_end(&xn_ties_find(&ties, 3)->ports), "port");
	ck_assert_str_eq(xn_text_end(&xn_ties_find(&ties, 3)->uppers), "upper vxlan");
	ck_assert_str_eq(xn_text_end(&xn_ties_find(&ties, 9)->ports), "");
	ck_assert_str_eq(xn_text_end(&xn_ties_find(&ties, 9)->uppers), "");
	ck_assert_ptr_null(xn_ties_find(&ties, 4));
}
END_TEST

/* The number means a device of another namespace. */
START_TEST(what_stands_on_a_device_elsewhere)
{
	struct xn_holder holder = { 3, XN_TEXT(unit.arena), XN_TEXT(unit.arena), 0 };
	struct xn_ties ties = { &holder, 1 };

	begin_link();
	nla_put_string(message, IFLA_IFNAME, "upper");
	nla_put_u32(message, IFLA_LINK, 3);
	nla_put_s32(message, IFLA_LINK_NETNSID, 0);
	ck_assert_int_eq(take(xn_take_tie, &ties), 0);
	ck_assert_str_eq(xn_text_end(&holder.uppers), "");
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, NULL, bytes_forget);
	tcase_add_test(tests, attributes_that_are_too_short);
	tcase_add_test(tests, attributes_of_kinds_that_are_too_short);
	tcase_add_test(tests, text_attributes);
	tcase_add_test(tests, hardware_addresses);
	tcase_add_test(tests, address_generation);
	tcase_add_test(tests, unknown_attributes);
	tcase_add_test(tests, a_thousand_levels);
	tcase_add_test(tests, truncated_messages);
	tcase_add_test(tests, lengths_that_lie);
	tcase_add_test(tests, messages_of_another_kind);
	tcase_add_test(tests, what_hangs_on_links);
	tcase_add_test(tests, what_stands_on_a_device_elsewhere);
}

int main(void)
{
	return unit_main("read_link", add_tests);
}
