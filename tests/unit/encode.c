/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/encode.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>

#include "host/linux/names.h"
#include "unit.h"

/* The messages are taken apart again: every attribute, its width, and nothing else. */

static struct nl_msg *message;
static struct nlattr *link_attrs[IFLA_MAX + 1];
static struct nlattr *info_attrs[IFLA_INFO_MAX + 1];
static struct nlattr *data_attrs[IFLA_BR_MAX + 1];

static const struct ifinfomsg *take_apart(struct nl_msg *made, int type, int flags)
{
	struct nlmsghdr *header;

	nlmsg_free(message);
	message = made;
	ck_assert_ptr_nonnull(message);
	header = nlmsg_hdr(message);
	ck_assert_int_eq(header->nlmsg_type, type);
	ck_assert_int_eq(header->nlmsg_flags & ~NLM_F_REQUEST, flags);
	memset(link_attrs, 0, sizeof(link_attrs));
	memset(info_attrs, 0, sizeof(info_attrs));
	memset(data_attrs, 0, sizeof(data_attrs));
	ck_assert_int_eq(
		nlmsg_parse(header, sizeof(struct ifinfomsg), link_attrs, IFLA_MAX, NULL),
		0);
	if (link_attrs[IFLA_LINKINFO])
		ck_assert_int_eq(nla_parse_nested(info_attrs, IFLA_INFO_MAX,
					 link_attrs[IFLA_LINKINFO], NULL),
			0);
	if (info_attrs[IFLA_INFO_DATA])
		ck_assert_int_eq(nla_parse_nested(data_attrs, IFLA_BR_MAX,
					 info_attrs[IFLA_INFO_DATA], NULL),
			0);
	return nlmsg_data(header);
}

static void forget(void)
{
	nlmsg_free(message);
	message = NULL;
}

static void assert_number(const struct nlattr *attr, int size, uint32_t value)
{
	ck_assert_ptr_nonnull(attr);
	ck_assert_int_eq(nla_len(attr), size);
	ck_assert_uint_eq(size == 1   ? nla_get_u8(attr)
			  : size == 2 ? nla_get_u16(attr)
				      : nla_get_u32(attr),
		value);
}

static void assert_text(const struct nlattr *attr, const char *value)
{
	ck_assert_ptr_nonnull(attr);
	ck_assert_int_eq(nla_len(attr), (int)strlen(value) + 1);
	ck_assert_mem_eq(nla_data(attr), value, strlen(value) + 1);
}

/* The types of the attributes that are there, in ascending order, are these. */
static void check_types(
	int line, struct nlattr *const *attrs, int max, const int *list, size_t n)
{
	size_t found = 0;

	for (int i = 0; i <= max; i++)
		if (attrs[i])
			ck_assert_msg(found < n && list[found++] == i,
				"line %d: attribute %d", line, i);
	ck_assert_msg(found == n, "line %d: no attribute %d", line, list[found]);
}

#define assert_types(attrs, ...)                                                         \
	check_types(__LINE__, attrs, (int)(sizeof(attrs) / sizeof(attrs[0])) - 1,        \
		(const int[]){ __VA_ARGS__ },                                            \
		sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))
#define assert_none(attrs)                                                               \
	check_types(__LINE__, attrs, (int)(sizeof(attrs) / sizeof(attrs[0])) - 1, NULL, 0)

static const struct xn_link *link_of(const char *line)
{
	return unit_state(line)->links;
}

START_TEST(adds_a_bridge)
{
	const struct ifinfomsg *info = take_apart(
		xn_encode_add(
			link_of("br0 kind=bridge mark=xenet:h:n address=52:54:00:a:b:ff"
				" mtu=9000 stp=yes delay=15 addrgen=none up=yes"),
			0, 0),
		RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);

	ck_assert_int_eq(info->ifi_index, 0);
	ck_assert_uint_eq(info->ifi_change, 0);
	assert_types(link_attrs, IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_LINKINFO,
		IFLA_GROUP);
	assert_text(link_attrs[IFLA_IFNAME], "br0");
	assert_number(link_attrs[IFLA_GROUP], 4, XN_LINK_GROUP);
	/* Not yet its own: only a change makes it that. */
	assert_number(link_attrs[IFLA_MTU], 4, 9001);
	ck_assert_int_eq(nla_len(link_attrs[IFLA_ADDRESS]), 6);
	ck_assert_mem_eq(
		nla_data(link_attrs[IFLA_ADDRESS]), "\x52\x54\x00\x0a\x0b\xff", 6);
	assert_text(info_attrs[IFLA_INFO_KIND], "bridge");
	assert_types(data_attrs, IFLA_BR_FORWARD_DELAY, IFLA_BR_STP_STATE,
		IFLA_BR_MULTI_BOOLOPT);
	assert_number(data_attrs[IFLA_BR_STP_STATE], 4, 1);
	assert_number(data_attrs[IFLA_BR_FORWARD_DELAY], 4, 1500);
}
END_TEST

START_TEST(adds_a_vlan)
{
	take_apart(xn_encode_add(link_of("eth0.4094 kind=vlan parent=eth0 tag=4094"
					 " mark=xenet:h:p mtu=1500 master=br0 up=yes"),
			   7, 9),
		RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	assert_types(link_attrs, IFLA_IFNAME, IFLA_MTU, IFLA_LINK, IFLA_MASTER,
		IFLA_LINKINFO, IFLA_GROUP);
	assert_number(link_attrs[IFLA_MASTER], 4, 9);
	assert_number(link_attrs[IFLA_LINK], 4, 7);
	assert_number(link_attrs[IFLA_MTU], 4, 1500);
	assert_text(info_attrs[IFLA_INFO_KIND], "vlan");
	assert_types(data_attrs, IFLA_VLAN_ID);
	assert_number(data_attrs[IFLA_VLAN_ID], 2, 4094);
}
END_TEST

START_TEST(adds_with_what_is_stated_only)
{
	take_apart(xn_encode_add(link_of("br0 kind=bridge"), 0, 0), RTM_NEWLINK,
		NLM_F_CREATE | NLM_F_EXCL);
	assert_types(link_attrs, IFLA_IFNAME, IFLA_LINKINFO, IFLA_GROUP);
	/* What a guest sends to the bridge itself teaches it nothing. */
	assert_types(data_attrs, IFLA_BR_MULTI_BOOLOPT);
}
END_TEST

/* An observed link states every attribute; those of other kinds are not for its own. */
START_TEST(adds_what_was_observed)
{
	struct xn_link vlan = { .name = "eth0.5",
		.mask = ~0U,
		.kind = "vlan",
		.parent = "eth0",
		.tag = 5,
		.mark = "",
		.mtu = 1500,
		.address = "52:54:00:00:00:01",
		.addrgen = "none",
		.master = "" };
	struct xn_link bridge = { .name = "br0",
		.mask = ~0U,
		.kind = "bridge",
		.parent = "",
		.mark = "",
		.mtu = 1500,
		.delay = 2,
		.address = "52:54:00:00:00:01",
		.addrgen = "none",
		.master = "" };

	take_apart(xn_encode_add(&vlan, 7, 0), RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	assert_types(data_attrs, IFLA_VLAN_ID);
	assert_number(data_attrs[IFLA_VLAN_ID], 2, 5);
	take_apart(xn_encode_add(&bridge, 0, 0), RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	assert_types(data_attrs, IFLA_BR_FORWARD_DELAY, IFLA_BR_STP_STATE,
		IFLA_BR_MULTI_BOOLOPT);
	assert_number(data_attrs[IFLA_BR_FORWARD_DELAY], 4, 200);
}
END_TEST

START_TEST(sets_attribute_by_attribute)
{
	struct xn_link link = *link_of(
		"br0 kind=bridge mark=xenet:h:n mtu=68 stp=no"
		" delay=0 address=52:54:00:00:00:01 addrgen=eui64");

	link.ifindex = 42;
	ck_assert_int_eq(
		take_apart(xn_encode_set(&link, XN_MTU, 0), RTM_NEWLINK, 0)->ifi_index,
		42);
	assert_types(link_attrs, IFLA_MTU);
	assert_number(link_attrs[IFLA_MTU], 4, 68);
	take_apart(xn_encode_set(&link, XN_MARK, 0), RTM_NEWLINK, 0);
	assert_types(link_attrs, IFLA_IFALIAS, IFLA_GROUP);
	assert_text(link_attrs[IFLA_IFALIAS], "xenet:h:n");
	take_apart(xn_encode_set(&link, XN_ADDRESS, 0), RTM_NEWLINK, 0);
	assert_types(link_attrs, IFLA_ADDRESS);
	take_apart(xn_encode_set(&link, XN_STP, 0), RTM_NEWLINK, 0);
	assert_types(link_attrs, IFLA_LINKINFO);
	assert_text(info_attrs[IFLA_INFO_KIND], "bridge");
	assert_types(data_attrs, IFLA_BR_STP_STATE);
	assert_number(data_attrs[IFLA_BR_STP_STATE], 4, 0);
	take_apart(xn_encode_set(&link, XN_DELAY, 0), RTM_NEWLINK, 0);
	assert_types(data_attrs, IFLA_BR_FORWARD_DELAY);
	take_apart(xn_encode_set(&link, XN_LEARN, 0), RTM_NEWLINK, 0);
	assert_types(data_attrs, IFLA_BR_MULTI_BOOLOPT);
}
END_TEST

START_TEST(sets_address_generation)
{
	static const char *const modes[] = { "eui64", "none", "stable_secret", "random" };
	struct nlattr *families, *inet6, *mode;
	struct xn_link link = { .name = "eth0", .ifindex = 3 };

	for (uint8_t i = 0; i < 4; i++) {
		link.addrgen = modes[i];
		take_apart(xn_encode_set(&link, XN_ADDRGEN, 0), RTM_NEWLINK, 0);
		assert_types(link_attrs, IFLA_AF_SPEC);
		families = link_attrs[IFLA_AF_SPEC];
		inet6 = nla_find(nla_data(families), nla_len(families), AF_INET6);
		ck_assert_ptr_nonnull(inet6);
		mode = nla_find(
			nla_data(inet6), nla_len(inet6), IFLA_INET6_ADDR_GEN_MODE);
		assert_number(mode, 1, i);
		ck_assert_int_eq(xn_addrgen_number(modes[i]), i);
		ck_assert_str_eq(xn_addrgen_name(i), modes[i]);
	}
}
END_TEST

START_TEST(joins_and_leaves)
{
	ck_assert_int_eq(
		take_apart(xn_encode_master(5, 9), RTM_NEWLINK, 0)->ifi_index, 5);
	assert_types(link_attrs, IFLA_MASTER);
	assert_number(link_attrs[IFLA_MASTER], 4, 9);
	take_apart(xn_encode_master(5, 0), RTM_NEWLINK, 0);
	assert_number(link_attrs[IFLA_MASTER], 4, 0);
}
END_TEST

START_TEST(goes_up_and_down)
{
	const struct ifinfomsg *info = take_apart(xn_encode_up(5, true), RTM_NEWLINK, 0);

	ck_assert_int_eq(info->ifi_index, 5);
	ck_assert_uint_eq(info->ifi_flags, IFF_UP);
	ck_assert_uint_eq(info->ifi_change, IFF_UP);
	info = take_apart(xn_encode_up(5, false), RTM_NEWLINK, 0);
	ck_assert_uint_eq(info->ifi_flags, 0);
	ck_assert_uint_eq(info->ifi_change, IFF_UP);
	assert_none(link_attrs);
}
END_TEST

START_TEST(deletes_by_index)
{
	ck_assert_int_eq(take_apart(xn_encode_del(5), RTM_DELLINK, 0)->ifi_index, 5);
	assert_none(link_attrs);
}
END_TEST

START_TEST(a_broken_address_is_no_message)
{
	struct xn_link link = {
		.mask = XN_ADDRESS, .kind = "bridge", .name = "br0", .address = "nonsense"
	};

	ck_assert_ptr_null(xn_encode_add(&link, 0, 0));
	ck_assert_ptr_null(xn_encode_set(&link, XN_ADDRESS, 0));
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, NULL, forget);
	tcase_add_test(tests, adds_a_bridge);
	tcase_add_test(tests, adds_a_vlan);
	tcase_add_test(tests, adds_with_what_is_stated_only);
	tcase_add_test(tests, adds_what_was_observed);
	tcase_add_test(tests, sets_attribute_by_attribute);
	tcase_add_test(tests, sets_address_generation);
	tcase_add_test(tests, joins_and_leaves);
	tcase_add_test(tests, goes_up_and_down);
	tcase_add_test(tests, deletes_by_index);
	tcase_add_test(tests, a_broken_address_is_no_message);
}

int main(void)
{
	return unit_main("encode", add_tests);
}
