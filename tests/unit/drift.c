/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "host/backend.h"
#include "unit.h"

/* Links that are not as they are wanted: told, known again, sorted out, and mended. */

#define BRIDGE "kind=bridge mark=xenet:h:n address=52:54:00:00:00:01 mtu=1500 up=yes"
#define TAP "kind=tap mark=xenet:h:v address=fe:ff:ff:ff:ff:ff mtu=1500 master=br0 up=yes"

/* Fake hosts keep what they showed until they are closed. */
static struct xn_backend *hosts[8];
static size_t n_hosts;

static void close_hosts(void)
{
	while (n_hosts > 0)
		xn_backend_close(hosts[--n_hosts]);
}

/* All links of a fake host of these lines. */
static struct xn_netstate *survey(const char *lines)
{
	struct xn_netstate *have = xn_netstate_new(unit.arena);
	struct xn_backend *be;

	unit_write(unit_path("fake.netstate"), lines, strlen(lines));
	assert_ok(xn_backend_open(&be, "fake", unit.dir, &unit.err));
	assert_ok(be->ops->survey(be, have, XN_DETAIL_NONE, have, &unit.err));
	hosts[n_hosts++] = be;
	return have;
}

static const char *reason(const char *want, const char *have)
{
	return xn_netstate_reason(unit.arena, unit_state(want), survey(have));
}

START_TEST(tells_what_differs)
{
	ck_assert_str_eq(reason("", "x kind=nic\n"), "");
	ck_assert_str_eq(reason("br0 " BRIDGE, "br0 " BRIDGE "\n"), "");
	ck_assert_str_eq(reason("br0", ""), "");
	ck_assert_str_eq(
		reason("br0 " BRIDGE "\nt " TAP, ""), "br0: missing; t: missing");
	ck_assert_str_eq(reason("br0 mtu=1500 up=yes", "br0 kind=bridge\n"),
		"br0: is a bridge, not a nic");
	ck_assert_str_eq(reason("br0 kind=bridge mtu=1500", "br0 kind=veth mtu=68\n"),
		"br0: kind is veth, not bridge");
	ck_assert_str_eq(
		reason("t mtu=1500 master=br0 up=yes", "t mtu=68 master= up=no\n"),
		"t: mtu is 68, not 1500; t: master is none, not br0; t: up is no, not "
		"yes");
}
END_TEST

START_TEST(knows_links_again_that_were_renamed)
{
	struct xn_netstate *want = unit_state("br0 " BRIDGE "\nt " TAP);
	struct xn_netstate *have = survey("a " BRIDGE "\nb kind=tap mark=xenet:h:v "
					  "address=fe:ff:ff:ff:ff:ff mtu=1500 master=a "
					  "up=yes\n");
	const struct xn_link *bridge;

	ck_assert_int_eq(xn_netstate_match(want, have), 0);
	bridge = xn_link_find(have, "br0");
	ck_assert_str_eq(bridge->renamed, "a");
	ck_assert_str_eq(bridge->ports, "t");
	ck_assert_str_eq(xn_link_find(have, "t")->master, "br0");
	ck_assert_ptr_null(xn_link_find(have, "a"));
	ck_assert_str_eq(xn_netstate_reason(unit.arena, want, have),
		"br0: name is a, not br0; t: name is b, not t");
}
END_TEST

START_TEST(renames_none_that_may_be_somebody_elses)
{
	struct xn_netstate *want = unit_state("br0 " BRIDGE);
	struct xn_netstate *have;

	have = survey("a kind=veth mark=xenet:h:n\n");
	ck_assert_int_eq(xn_netstate_match(want, have), 0);
	ck_assert_ptr_null(xn_link_find(have, "br0"));
	have = survey("a " BRIDGE "\nbr0 kind=bridge mark=\n");
	ck_assert_int_eq(xn_netstate_match(want, have), 0);
	ck_assert_ptr_null(xn_link_find(have, "br0")->renamed);
}
END_TEST

static bool adopts(const char *have)
{
	struct xn_netstate *seen = survey(have);

	ck_assert_int_eq(xn_netstate_match(unit_state("br0 " BRIDGE), seen), 0);
	return xn_link_find(seen, "br0")->adopted;
}

START_TEST(knows_links_again_that_lost_their_mark)
{
	ck_assert(adopts("br0 kind=bridge mark= address=52:54:00:00:00:01\n"));
	ck_assert(!adopts("br0 kind=bridge mark= address=52:54:00:00:00:02\n"));
	ck_assert(!adopts("br0 kind=veth mark= address=52:54:00:00:00:01\n"));
	/* Not in our group. */
	ck_assert(!adopts("br0 kind=bridge address=52:54:00:00:00:01\n"));
	ck_assert(!adopts("br0 kind=bridge mark=x address=52:54:00:00:00:01\n"));
}
END_TEST

static enum xn_stray stray(const char *have)
{
	struct xn_netstate *seen = survey(have);

	return xn_link_stray(seen->links, unit_state("br0 " BRIDGE), "xenet:h:");
}

START_TEST(tells_strays_from_others)
{
	ck_assert_int_eq(stray("br0 " BRIDGE "\n"), XN_STRAY_NONE);
	ck_assert_int_eq(stray("br0 kind=bridge\n"), XN_STRAY_NONE);
	ck_assert_int_eq(stray("a kind=bridge mark=xenet:other:n\n"), XN_STRAY_NONE);
	ck_assert_int_eq(stray("a kind=bridge mark=xenet:h:n\n"), XN_STRAY_ORPHAN);
	ck_assert_int_eq(stray("br0 kind=bridge mark=xenet:h:m\n"), XN_STRAY_ORPHAN);
	ck_assert_int_eq(stray("a kind=veth mark=xenet:h:m\n"), XN_STRAY_FOREIGN);
}
END_TEST

/* What plan there is between them, after the links were known again. */
static struct xn_plan *plan(const char *want, struct xn_netstate *have)
{
	struct xn_netstate *wanted = unit_state(want);
	struct xn_plan *ret;

	ck_assert_int_eq(xn_netstate_match(wanted, have), 0);
	assert_ok(xn_plan_make_possible(
		&ret, unit.arena, unit_state(""), wanted, have, &unit.err));
	return ret;
}

START_TEST(a_renamed_link_gets_its_name_back_before_all_else)
{
	ck_assert_str_eq(
		xn_plan_text(unit.arena,
			plan("br0 " BRIDGE "\nt " TAP,
				survey("a%20b kind=bridge mark=xenet:h:n "
				       "address=52:54:00:00:00:01 mtu=68 up=yes\n"
				       "t kind=tap mark=xenet:h:v "
				       "address=fe:ff:ff:ff:ff:ff mtu=1500 master= "
				       "up=yes\n"))),
		"rename br0 from=a%20b\nset br0 mtu=1500\njoin t master=br0\n");
}
END_TEST

/* The bridge's name is taken, when it comes to it. */
START_TEST(a_step_that_fails_keeps_no_other)
{
	struct xn_plan *made = plan("br0 " BRIDGE "\nt " TAP
				    "\nu kind=tap mark=xenet:h:u",
		survey("t kind=tap mark=xenet:h:v address=fe:ff:ff:ff:ff:ff mtu=68 "
		       "master= up=yes\n"));
	struct xn_failure *failures = NULL;
	size_t size;
	const char *taken = "br0 kind=veth\nt kind=tap mark=xenet:h:v mtu=68 master=\n";
	struct xn_backend *be;

	unit_write(unit_path("fake.netstate"), taken, strlen(taken));
	assert_ok(xn_backend_open(&be, "fake", unit.dir, &unit.err));
	assert_error(xn_apply_all(be, made, &failures, &unit.err), XENET_E_KERNEL_ERROR,
		"add br0 kind=bridge mark=xenet:h:n address=52:54:00:00:00:01 mtu=1500",
		"File exists");
	xn_backend_close(be);
	ck_assert_str_eq(failures->link, "br0");
	ck_assert_str_eq(failures->message, "File exists");
	ck_assert_ptr_null(failures->next);
	ck_assert_ptr_nonnull(
		strstr(unit_read(unit_path("fake.netstate"), &size), "u kind=tap"));
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, NULL, close_hosts);
	tcase_add_test(tests, tells_what_differs);
	tcase_add_test(tests, knows_links_again_that_were_renamed);
	tcase_add_test(tests, renames_none_that_may_be_somebody_elses);
	tcase_add_test(tests, knows_links_again_that_lost_their_mark);
	tcase_add_test(tests, tells_strays_from_others);
	tcase_add_test(tests, a_renamed_link_gets_its_name_back_before_all_else);
	tcase_add_test(tests, a_step_that_fails_keeps_no_other);
}

int main(void)
{
	return unit_main("drift", add_tests);
}
