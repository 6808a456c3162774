/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/netstate.h"

#include <stdio.h>
#include <string.h>

#include "host/attr.h"
#include "unit.h"

static const char *write_link(const struct xn_link *link, unsigned mask)
{
	struct xn_text text = XN_TEXT(unit.arena);

	xn_link_write(&text, link, mask);
	return xn_text_end(&text);
}

static struct xn_link *read_link(const char *line)
{
	struct xn_link *link = NULL;
	struct xn_netstate *state = xn_netstate_new(unit.arena);

	assert_ok(xn_link_read(state, line, &link, &unit.err));
	ck_assert_ptr_eq(state->links, link);
	return link;
}

static const struct xn_link full = {
	.mask = ~0U,
	.kind = "vlan",
	.parent = "eth0",
	.tag = 4094,
	.bond = "mode=802.3ad",
	.tunnel = "key=7",
	.tap = "owner=7",
	.netback = "vif-7-0",
	.mark = "xenet:a:b",
	.address = "52:54:00:00:00:01",
	.mtu = 9000,
	.stp = true,
	.delay = 15,
	.learn = true,
	.addrgen = "none",
	.rate = 1000,
	.ingress = "ifb1.0",
	.rules = "mac=52:54:00:00:00:01,ip=192.0.2.1",
	.master = "xenbr0",
	.up = true,
	.ip = "192.0.2.1/24",
	.via = "0.0.0.0/0>192.0.2.2",
};

#define FULL                                                                             \
	" kind=vlan parent=eth0 tag=4094 bond=mode=802.3ad tunnel=key=7 tap=owner=7"     \
	" netback=vif-7-0"                                                               \
	" mark=xenet:a:b address=52:54:00:00:00:01"                                      \
	" mtu=9000 stp=yes delay=15 linklocal_learn=yes addrgen=none rate=1000"          \
	" ingress=ifb1.0 rules=mac=52:54:00:00:00:01,ip=192.0.2.1 master=xenbr0 up=yes"  \
	" ip=192.0.2.1/24 via=0.0.0.0/0>192.0.2.2"

START_TEST(keeps_any_number_of_links_in_order)
{
	enum {
		MANY = 20000,
		STEP = 7919 /* has no factor in common with it */
	};
	struct xn_netstate *state = xn_netstate_new(unit.arena);
	const struct xn_link *link;
	char name[16];
	int n = 0;

	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "l%05d", i * STEP % MANY);
		ck_assert_ptr_nonnull(xn_link_add(state, name));
		ck_assert_ptr_eq(xn_link_add(state, name), xn_link_find(state, name));
	}
	for (int i = 1; i < MANY; i += 2) {
		snprintf(name, sizeof(name), "l%05d", i * STEP % MANY);
		xn_link_remove(state, name);
		xn_link_remove(state, name);
		ck_assert_ptr_null(xn_link_find(state, name));
	}
	for (link = state->links; link; link = link->next, n++) {
		snprintf(name, sizeof(name), "l%05d", 2 * n);
		ck_assert_str_eq(link->name, name);
		ck_assert_ptr_eq(xn_link_find(state, name), link);
	}
	ck_assert_int_eq(n, MANY / 2);
	xn_netstate_clear(state);
	ck_assert_ptr_null(state->links);
	ck_assert_ptr_null(xn_link_find(state, "l00000"));
}
END_TEST

START_TEST(writes_every_attribute)
{
	ck_assert_str_eq(write_link(&full, ~0U), FULL);
	ck_assert_str_eq(write_link(&full, XN_MTU | XN_UP), " mtu=9000 up=yes");
	ck_assert_str_eq(write_link(&full, 0), "");
}
END_TEST

START_TEST(reads_what_it_writes)
{
	struct xn_link *link = read_link("eth0.4094" FULL);
	unsigned all = 0;

	for (const struct xn_attr *attr = xn_attrs; attr->name; attr++)
		all |= attr->bit;
	ck_assert_str_eq(link->name, "eth0.4094");
	ck_assert_uint_eq(link->mask, all);
	ck_assert_uint_eq(xn_link_differs(link, &full), 0);
	ck_assert_uint_eq(xn_link_differs(&full, link), 0);
}
END_TEST

START_TEST(reads_only_what_is_stated)
{
	struct xn_link *link = read_link("eth0   mtu=1500  up=no ");

	ck_assert_uint_eq(link->mask, XN_MTU | XN_UP);
	ck_assert_int_eq(link->mtu, 1500);
	ck_assert(!link->up);
	ck_assert_uint_eq(read_link("eth0")->mask, 0);
	link = read_link("eth0 master= mark=");
	ck_assert_uint_eq(link->mask, XN_MASTER | XN_MARK);
	ck_assert_str_eq(link->master, "");
}
END_TEST

START_TEST(escapes_what_breaks_a_word)
{
	static const char *const marks[] = { " ", "a b", "100%", "%20", "%", "%%41",
		"line\nbreak", "tab\tand\rreturn", "\x01\x1f\x7f", "=", "a=b kind=tap",
		"gr\xc3\xb6\xc3\x9f-e", "" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const struct xn_link link = { .mask = XN_MARK, .mark = marks[i] };
		const char *text = write_link(&link, XN_MARK);

		ck_assert_msg(!strpbrk(text + 1, " \t\r\n"), "%s", text);
		ck_assert_str_eq(
			read_link(xn_printf(unit.arena, "x%s", text))->mark, marks[i]);
	}
}
END_TEST

START_TEST(no_text_is_written_as_empty)
{
	const struct xn_link link = { .mask = XN_MASTER };

	ck_assert_str_eq(write_link(&link, XN_MASTER), " master=");
}
END_TEST

START_TEST(refuses_malformed_lines)
{
	static const char *const lines[] = { "x colour=red", "x mtu",
		"x mtu=", "x mtu=abc", "x mtu=1500x", "x mtu=0x5dc", "x mtu=01500",
		"x mtu=+1", "x up=maybe", "x up=", "x up=Yes", "x stp=1", "x =5",
		"x =", "x kin=vlan", "x kinds=vlan", "x KIND=vlan",
		"x mtu=99999999999999999999", "x mtu=1500\tup=yes",
		"x mtu=1500 up=yes junk" };
	struct xn_link *link = NULL;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct xn_netstate *state = xn_netstate_new(unit.arena);
		int r = xn_link_read(state, lines[i], &link, &unit.err);

		ck_assert_msg(r < 0, "'%s'", lines[i]);
		assert_error(r, XENET_E_INVALID_VALUE, "link", lines[i]);
	}
	ck_assert_ptr_null(link);
}
END_TEST

/* No value is what such a line says, so none is made up. */
START_TEST(refuses_malformed_escapes)
{
	static const char *const lines[] = { "x mark=a%", "x mark=%4", "x mark=a%zzb",
		"x mark=a%00b", "x mark=%+1", "x mark=% 1", "x%0 mtu=1", "", " mtu=1" };
	struct xn_link *link = NULL;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct xn_netstate *state = xn_netstate_new(unit.arena);

		ck_assert_msg(xn_link_read(state, lines[i], &link, NULL) ==
				      -XENET_E_INVALID_VALUE,
			"'%s'", lines[i]);
	}
	ck_assert_ptr_null(link);
}
END_TEST

START_TEST(links_are_ordered_and_unique)
{
	struct xn_netstate *state = unit_state(
		"eth10\neth1 mtu=1\nbr0\neth1 up=yes\neth2");
	const char *const names[] = { "br0", "eth1", "eth10", "eth2" };
	struct xn_link *link = state->links;

	for (size_t i = 0; i < 4; i++, link = link->next)
		ck_assert_str_eq(link->name, names[i]);
	ck_assert_ptr_null(link);
	ck_assert_uint_eq(xn_link_find(state, "eth1")->mask, XN_MTU | XN_UP);
	ck_assert_ptr_null(xn_link_find(state, "eth"));
	xn_link_remove(state, "eth10");
	xn_link_remove(state, "none");
	ck_assert_ptr_null(xn_link_find(state, "eth10"));
	ck_assert_ptr_nonnull(xn_link_find(state, "eth2"));
}
END_TEST

START_TEST(compares_only_what_is_stated)
{
	struct xn_link *want = read_link("x mtu=1500 up=yes master=");
	struct xn_link *have = read_link("x kind=nic mtu=9000 up=yes");

	ck_assert_uint_eq(xn_link_differs(want, have), XN_MTU | XN_MASTER);
	have->mask |= XN_MASTER; /* NULL and "" alike */
	ck_assert_uint_eq(xn_link_differs(want, have), XN_MTU);
	have->mtu = 1500;
	ck_assert_uint_eq(xn_link_differs(want, have), 0);
}
END_TEST

/* Each attribute counts, and is copied. */
START_TEST(differs_and_copies_attribute_by_attribute)
{
	static const struct xn_link other = { .mask = ~0U,
		.kind = "tap",
		.parent = "eth1",
		.tag = 1,
		.mark = "m",
		.address = "a",
		.mtu = 68,
		.delay = 2,
		.addrgen = "eui64",
		.master = "" };

	for (const struct xn_attr *attr = xn_attrs; attr->name; attr++) {
		struct xn_link copy = full;

		xn_link_copy(&copy, &other, attr->bit);
		ck_assert_uint_eq(xn_link_differs(&full, &copy), attr->bit);
		ck_assert_str_eq(
			write_link(&copy, attr->bit), write_link(&other, attr->bit));
	}
}
END_TEST

START_TEST(copies_the_mask_too)
{
	struct xn_link to = { 0 };
	const struct xn_link from = { .mask = XN_MTU, .mtu = 5 };

	xn_link_copy(&to, &from, XN_MTU | XN_UP);
	ck_assert_uint_eq(to.mask, XN_MTU);
	ck_assert_int_eq(to.mtu, 5);
}
END_TEST

START_TEST(one_state_holds_another)
{
	struct xn_netstate *have = unit_state("a kind=nic mtu=1500 up=yes\nb kind=tap");

	ck_assert(xn_netstate_holds(have, unit_state("")));
	ck_assert(xn_netstate_holds(have, unit_state("a mtu=1500\nb")));
	ck_assert(!xn_netstate_holds(have, unit_state("a mtu=1501")));
	ck_assert(!xn_netstate_holds(have, unit_state("a mtu=1500\nc")));
	ck_assert(!xn_netstate_holds(have, unit_state("b mtu=0")));
	ck_assert(xn_link_is_lent(read_link("a mtu=1500")));
	ck_assert(!xn_link_is_lent(read_link("a kind=nic")));
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, keeps_any_number_of_links_in_order);
	tcase_add_test(tests, writes_every_attribute);
	tcase_add_test(tests, reads_what_it_writes);
	tcase_add_test(tests, reads_only_what_is_stated);
	tcase_add_test(tests, escapes_what_breaks_a_word);
	tcase_add_test(tests, no_text_is_written_as_empty);
	tcase_add_test(tests, refuses_malformed_lines);
	tcase_add_test(tests, refuses_malformed_escapes);
	tcase_add_test(tests, links_are_ordered_and_unique);
	tcase_add_test(tests, compares_only_what_is_stated);
	tcase_add_test(tests, differs_and_copies_attribute_by_attribute);
	tcase_add_test(tests, copies_the_mask_too);
	tcase_add_test(tests, one_state_holds_another);
}

int main(void)
{
	return unit_main("netstate", add_tests);
}
