/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/ingress.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>

#include "bytes.h"
#include "unit.h"

/* Filters of what a link receives, also as the kernel would never tell them (catalogue 56). */

enum {
	DETOUR = 9
};

static const struct filter {
	const char *kind, *action;
	unsigned protocol, mask, eaction;
	int keys, n_actions;
	/* Bytes of what has a fixed size. */
	int match_size, mirred_size;
} ours = { "u32", "mirred", ETH_P_ALL, 0, TCA_EGRESS_REDIR, 1, 1,
	sizeof(struct tc_u32_sel) + sizeof(struct tc_u32_key), sizeof(struct tc_mirred) };

static void put_actions(const struct filter *filter)
{
	const struct tc_mirred mirred = { .eaction = (int)filter->eaction,
		.ifindex = DETOUR };
	struct nlattr *actions = nla_nest_start(message, TCA_U32_ACT), *action, *options;

	for (int i = 1; i <= filter->n_actions; i++) {
		action = nla_nest_start(message, i);
		nla_put_string(message, TCA_ACT_KIND, filter->action);
		options = nla_nest_start(message, TCA_ACT_OPTIONS);
		nla_put(message, TCA_MIRRED_PARMS, filter->mirred_size, &mirred);
		nla_nest_end(message, options);
		nla_nest_end(message, action);
	}
	nla_nest_end(message, actions);
}

static int take_filter(const struct filter *filter, struct xn_detour *detour)
{
	const struct tcmsg body = { .tcm_ifindex = IFINDEX,
		.tcm_info = htons((uint16_t)filter->protocol) };
	const struct tc_u32_sel sel = { .nkeys = (unsigned char)filter->keys };
	const struct tc_u32_key key = { .mask = filter->mask };
	char match[sizeof(sel) + 2 * sizeof(key)] = { 0 };
	struct nlattr *options;

	memcpy(match, &sel, sizeof(sel));
	memcpy(match + sizeof(sel), &key, sizeof(key));
	begin(RTM_NEWTFILTER, &body, sizeof(body));
	nla_put_string(message, TCA_KIND, filter->kind);
	options = nla_nest_start(message, TCA_OPTIONS);
	nla_put(message, TCA_U32_SEL, filter->match_size, match);
	if (filter->n_actions)
		put_actions(filter);
	nla_nest_end(message, options);
	return take(xn_take_filter, detour);
}

START_TEST(one_detour)
{
	struct xn_detour detour = { 0 };
	const struct tcmsg body = { .tcm_ifindex = IFINDEX };

	begin(RTM_NEWTFILTER, &body, sizeof(body));
	nla_put_string(message, TCA_KIND, "u32");
	ck_assert_int_eq(take(xn_take_filter, &detour), 0);
	ck_assert(!detour.ifindex && !detour.other);
	ck_assert_int_eq(take_filter(&ours, &detour), 0);
	ck_assert(detour.ifindex == DETOUR && !detour.other);
	ck_assert_int_eq(take_filter(&ours, &detour), 0);
	ck_assert(detour.other);
}
END_TEST

START_TEST(what_is_no_detour)
{
	struct filter others[8];

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		others[i] = ours;
	others[0].kind = "bpf";
	others[1].action = "gact";
	others[2].protocol = ETH_P_IP;
	others[3].mask = 1;
	others[4].eaction = TCA_EGRESS_MIRROR;
	others[5].keys = 2;
	others[6].n_actions = 2;
	others[7].n_actions = 0;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct xn_detour detour = { 0 };

		ck_assert_int_eq(take_filter(&others[i], &detour), 0);
		ck_assert_msg(detour.other, "filter %d", (int)i);
	}
}
END_TEST

START_TEST(cut_short)
{
	struct filter cut = ours;
	struct xn_detour detour = { 0 };

	for (cut.match_size = 0; cut.match_size < (int)sizeof(struct tc_u32_sel);
		cut.match_size++)
		ck_assert_int_eq(take_filter(&cut, &detour), -EBADMSG);
	/* Fewer keys than it says. */
	ck_assert_int_eq(take_filter(&cut, &detour), 0);
	ck_assert(detour.other);
	cut.match_size = ours.match_size;
	for (cut.mirred_size = 0; cut.mirred_size < ours.mirred_size; cut.mirred_size++)
		ck_assert_int_eq(take_filter(&cut, &detour), -EBADMSG);
}
END_TEST

START_TEST(many_ingresses)
{
	struct xn_ingresses all = { .arena = unit.arena };
	struct tcmsg body = { .tcm_parent = TC_H_INGRESS };

	for (body.tcm_ifindex = 1; body.tcm_ifindex <= 1000; body.tcm_ifindex++) {
		body.tcm_parent = body.tcm_ifindex % 2 ? TC_H_INGRESS : TC_H_ROOT;
		begin(RTM_NEWQDISC, &body, sizeof(body));
		ck_assert_int_eq(take(xn_take_ingress, &all), 0);
	}
	for (int i = 1; i <= 1000; i++)
		ck_assert_int_eq(xn_has_ingress(&all, i), i % 2);
	begin(RTM_NEWQDISC, &body, sizeof(body) - NLMSG_ALIGNTO);
	ck_assert_int_eq(take(xn_take_ingress, &all), -EBADMSG);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, NULL, bytes_forget);
	tcase_add_test(tests, one_detour);
	tcase_add_test(tests, what_is_no_detour);
	tcase_add_test(tests, cut_short);
	tcase_add_test(tests, many_ingresses);
}

int main(void)
{
	return unit_main("read_ingress", add_tests);
}
