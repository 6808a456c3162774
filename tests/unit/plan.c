/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/plan.h"

#include <string.h>

#include "kernel.h"
#include "unit.h"

/* What plans look like is in tests/plan; this is about errors and indexes. */

#define NIC "eth0 kind=nic address=52:54:00:00:00:01 mtu=1500 addrgen=eui64 up=no"
#define LENT "eth0 mtu=9000 addrgen=none master=br0 up=yes"
#define BRIDGE "br0 kind=bridge mark=xenet:h:n mtu=9000 stp=no delay=0 up=yes"
#define TAP "vif1.0 kind=tap mark=xenet:h:v mtu=9000 master=br0 up=yes"

static struct xn_plan *plan(const char *past, const char *want, const char *have)
{
	struct xn_plan *made = NULL;

	assert_ok(xn_plan_make(&made, unit.arena, unit_state(past), unit_state(want),
		kernel_observe(unit.arena, unit_state(have)), &unit.err));
	return made;
}

static int refuse(const char *past, const char *want, const char *have)
{
	struct xn_plan *made = NULL;
	int r = xn_plan_make(&made, unit.arena, unit_state(past), unit_state(want),
		kernel_observe(unit.arena, unit_state(have)), &unit.err);

	ck_assert_ptr_null(made);
	return r;
}

START_TEST(refuses_a_foreign_device)
{
	assert_error(refuse("", BRIDGE, "br0 kind=dummy master=br1"),
		XENET_E_DEVICE_EXISTS, "br0", "dummy", "br1");
	assert_error(refuse("", BRIDGE, "br0 kind=bridge mark=xenet:h:other"),
		XENET_E_DEVICE_OF_OTHER_OBJECT, "br0", "bridge", "other");
	assert_error(refuse("", BRIDGE, "br0 kind=bridge mark=xenet:g:n"),
		XENET_E_DEVICE_OF_OTHER_DATABASE, "br0", "bridge", "g", "n");
	assert_error(refuse("", BRIDGE, "br0 kind=bridge mark=xenet:n"),
		XENET_E_DEVICE_EXISTS, "br0", "bridge", "");
	assert_error(refuse(BRIDGE, BRIDGE, "br0 kind=bridge mark="),
		XENET_E_DEVICE_EXISTS, "br0", "bridge", "");
}
END_TEST

START_TEST(refuses_what_is_missing)
{
	assert_error(refuse("", LENT, ""), XENET_E_DEVICE_MISSING, "eth0");
	assert_error(refuse("", TAP, NIC), XENET_E_DEVICE_MISSING, "br0");
	assert_error(refuse("", LENT, NIC), XENET_E_DEVICE_MISSING, "br0");
}
END_TEST

START_TEST(refuses_to_take_a_foreign_port_off)
{
	assert_error(refuse(BRIDGE, "", BRIDGE "\nx kind=veth master=br0\ny master=br0"),
		XENET_E_BRIDGE_IN_USE, "br0", "x y");
}
END_TEST

/* An error may be of no interest. */
START_TEST(refuses_without_an_error_to_fill)
{
	struct xn_plan *made = NULL;

	ck_assert_int_eq(xn_plan_make(&made, unit.arena, unit_state(""), unit_state(LENT),
				 unit_state(""), NULL),
		-XENET_E_DEVICE_MISSING);
	ck_assert_ptr_null(made);
}
END_TEST

START_TEST(indexes_come_from_observation)
{
	struct xn_plan *made = plan("", LENT, BRIDGE "\n" NIC);

	ck_assert_str_eq(xn_plan_text(unit.arena, made),
		"set eth0 mtu=9000 addrgen=none\njoin eth0 master=br0\nup eth0\n");
	for (size_t i = 0; i < made->n_steps; i++)
		ck_assert_int_eq(made->steps[i].link->ifindex, 2);
	ck_assert_int_eq(made->steps[1].master->ifindex, 1);
}
END_TEST

/* The index of a master that is still to be made is known by the time it is joined. */
START_TEST(a_new_master_is_the_wanted_link)
{
	struct xn_plan *made = plan("", BRIDGE "\n" LENT, NIC);

	ck_assert_str_eq(
		xn_step_text(unit.arena, &made->steps[2]), "join eth0 master=br0");
	ck_assert_ptr_eq(made->steps[2].master, made->steps[1].link);
}
END_TEST

START_TEST(a_vlan_knows_its_device)
{
	struct xn_plan *made = plan("", "eth0.5 kind=vlan parent=eth0 tag=5 mark=m", NIC);

	ck_assert_str_eq(made->steps[0].parent->name, "eth0");
	ck_assert_int_eq(made->steps[0].parent->ifindex, 1);
}
END_TEST

static size_t steps(const struct xn_netstate *past, struct xn_netstate *want,
	const struct xn_netstate *have)
{
	struct xn_plan *made = NULL;

	assert_ok(xn_plan_make(&made, unit.arena, past, want, have, &unit.err));
	return made->n_steps;
}

/* An intent vouches for a link that was made but not marked. */
START_TEST(adopted_links_are_ours)
{
	struct xn_netstate *have = kernel_observe(
		unit.arena, unit_state("vif1.0 kind=tap mark="));
	struct xn_netstate *nothing = unit_state("");

	ck_assert_uint_eq(steps(unit_state(TAP), nothing, have), 0);
	have->links->adopted = true;
	ck_assert_uint_eq(steps(unit_state(TAP), nothing, have), 1);
}
END_TEST

START_TEST(a_bridge_may_stay_for_its_ports)
{
	struct xn_netstate *past = unit_state(BRIDGE), *nothing = unit_state("");
	struct xn_netstate *have = kernel_observe(
		unit.arena, unit_state(BRIDGE "\nx kind=veth master=br0"));

	past->links->stays_for_ports = true;
	ck_assert_uint_eq(steps(past, nothing, have), 0);
	ck_assert_uint_eq(
		steps(past, nothing, kernel_observe(unit.arena, unit_state(BRIDGE))), 1);
}
END_TEST

/* The device that is found by another name of it is not the one that was lent. */
START_TEST(other_names_do_not_count)
{
	struct xn_netstate *have = kernel_observe(unit.arena, unit_state(NIC));
	struct xn_plan *made = NULL;

	have->links->is_altname = true;
	assert_error(xn_plan_make(&made, unit.arena, unit_state(""),
			     unit_state("eth0 mtu=1400"), have, &unit.err),
		XENET_E_DEVICE_MISSING, "eth0");
}
END_TEST

/* The same states give the same plan, however many links there are. */
START_TEST(many_links)
{
	struct xn_text want = XN_TEXT(unit.arena);
	const char *text;

	xn_text_add(&want, BRIDGE "\n");
	for (int i = 0; i < 500; i++)
		xn_text_addf(&want,
			"vif%d.0 kind=tap mark=xenet:h:v%d master=br0 up=yes\n", i, i);
	text = xn_text_end(&want);
	ck_assert_uint_eq(plan("", text, "")->n_steps, 2 + 2 * 500);
	ck_assert_str_eq(xn_plan_text(unit.arena, plan("", text, "")),
		xn_plan_text(unit.arena, plan("", text, "")));
	ck_assert_uint_eq(plan(text, text, text)->n_steps, 0);
	ck_assert_uint_eq(plan(text, "", text)->n_steps, 501);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, refuses_a_foreign_device);
	tcase_add_test(tests, refuses_what_is_missing);
	tcase_add_test(tests, refuses_to_take_a_foreign_port_off);
	tcase_add_test(tests, refuses_without_an_error_to_fill);
	tcase_add_test(tests, indexes_come_from_observation);
	tcase_add_test(tests, a_new_master_is_the_wanted_link);
	tcase_add_test(tests, a_vlan_knows_its_device);
	tcase_add_test(tests, adopted_links_are_ours);
	tcase_add_test(tests, a_bridge_may_stay_for_its_ports);
	tcase_add_test(tests, other_names_do_not_count);
	tcase_add_test(tests, many_links);
}

int main(void)
{
	return unit_main("plan", add_tests);
}
