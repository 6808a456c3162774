/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/ingress.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>

#include "host/linux/encode.h"
#include "host/linux/observe.h"
#include "host/linux/shape.h"

#define FILTERS TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)

enum {
	FIRST = 1 /* among the filters, and the only action */
};

struct nl_msg *xn_encode_ingress(const struct xn_link *link)
{
	struct nl_msg *message = xn_encode_tc(RTM_NEWQDISC, NLM_F_CREATE,
		(struct tcmsg){ .tcm_ifindex = link->ifindex,
			.tcm_parent = TC_H_INGRESS,
			.tcm_handle = TC_H_MAJ(TC_H_INGRESS) });

	return message ? xn_encode_finish(
				 message, nla_put_string(message, TCA_KIND, "ingress"))
		       : NULL;
}

struct nl_msg *xn_encode_no_ingress(const struct xn_link *link)
{
	return xn_encode_tc(RTM_DELQDISC, 0,
		(struct tcmsg){
			.tcm_ifindex = link->ifindex, .tcm_parent = TC_H_INGRESS });
}

/* One key, none of whose bits count: so iproute2 says "match all", too. */
static int put_match(struct nl_msg *message)
{
	const struct tc_u32_sel sel = { .flags = TC_U32_TERMINAL, .nkeys = 1 };
	char match[sizeof(sel) + sizeof(struct tc_u32_key)] = { 0 };

	memcpy(match, &sel, sizeof(sel));
	return nla_put(message, TCA_U32_SEL, sizeof(match), match);
}

static int put_action(struct nl_msg *message, int ifindex)
{
	const struct tc_mirred detour = { .action = TC_ACT_STOLEN,
		.eaction = TCA_EGRESS_REDIR,
		.ifindex = (uint32_t)ifindex };
	struct nlattr *action = nla_nest_start(message, FIRST), *options;
	int r;

	if (!action)
		return -1;
	r = nla_put_string(message, TCA_ACT_KIND, "mirred");
	options = nla_nest_start(message, TCA_ACT_OPTIONS);
	if (!options)
		return -1;
	r |= nla_put(message, TCA_MIRRED_PARMS, sizeof(detour), &detour);
	nla_nest_end(message, options);
	nla_nest_end(message, action);
	return r;
}

static int put_filter(struct nl_msg *message, int ifindex)
{
	struct nlattr *options, *actions;
	int r = nla_put_string(message, TCA_KIND, "u32");

	options = nla_nest_start(message, TCA_OPTIONS);
	if (!options)
		return -1;
	r |= put_match(message);
	actions = nla_nest_start(message, TCA_U32_ACT);
	if (!actions)
		return -1;
	r |= put_action(message, ifindex);
	nla_nest_end(message, actions);
	nla_nest_end(message, options);
	return r;
}

struct nl_msg *xn_encode_redirect(const struct xn_link *link, int ifindex)
{
	struct nl_msg *message = xn_encode_tc(RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL,
		(struct tcmsg){ .tcm_ifindex = link->ifindex,
			.tcm_parent = FILTERS,
			.tcm_info = TC_H_MAKE(FIRST << 16, htons(ETH_P_ALL)) });

	return message ? xn_encode_finish(message, put_filter(message, ifindex)) : NULL;
}

/* ---- Reading ---- */

static const struct nla_policy filter_policy[TCA_MAX + 1] = {
	[TCA_KIND] = { .type = NLA_STRING },
};

static const struct nla_policy match_policy[TCA_U32_MAX + 1] = {
	[TCA_U32_SEL] = { .minlen = sizeof(struct tc_u32_sel) },
};

static const struct nla_policy action_policy[TCA_ACT_MAX + 1] = {
	[TCA_ACT_KIND] = { .type = NLA_STRING },
};

static const struct nla_policy mirred_policy[TCA_MIRRED_MAX + 1] = {
	[TCA_MIRRED_PARMS] = { .minlen = sizeof(struct tc_mirred) },
};

static bool matches_all(const struct nlattr *attr)
{
	const char *bytes = nla_data(attr);
	struct tc_u32_sel sel;
	struct tc_u32_key key = { 0 };

	memcpy(&sel, bytes, sizeof(sel));
	if (sel.nkeys > 1 || nla_len(attr) < (int)(sizeof(sel) + sel.nkeys * sizeof(key)))
		return false;
	if (sel.nkeys)
		memcpy(&key, bytes + sizeof(sel), sizeof(key));
	return !key.mask;
}

/* The device that the action sends to; *ret = 0: it does something else. */
static int read_action(struct nlattr *action, int *ret)
{
	struct nlattr *tb[TCA_ACT_MAX + 1], *options[TCA_MIRRED_MAX + 1];
	struct tc_mirred mirred;

	*ret = 0;
	if (rtnl_nested(action, tb, TCA_ACT_MAX, action_policy) < 0)
		return -EBADMSG;
	if (!tb[TCA_ACT_KIND] || !tb[TCA_ACT_OPTIONS] ||
		strcmp(nla_get_string(tb[TCA_ACT_KIND]), "mirred") != 0)
		return 0;
	if (rtnl_nested(tb[TCA_ACT_OPTIONS], options, TCA_MIRRED_MAX, mirred_policy) <
			0 ||
		!options[TCA_MIRRED_PARMS])
		return -EBADMSG;
	memcpy(&mirred, nla_data(options[TCA_MIRRED_PARMS]), sizeof(mirred));
	if (mirred.eaction == TCA_EGRESS_REDIR)
		*ret = (int)mirred.ifindex;
	return 0;
}

static int read_actions(struct nlattr *actions, int *ret)
{
	struct nlattr *tb[TCA_ACT_MAX_PRIO + 1];

	*ret = 0;
	if (!actions)
		return 0;
	if (rtnl_nested(actions, tb, TCA_ACT_MAX_PRIO, NULL) < 0)
		return -EBADMSG;
	return tb[FIRST] && !tb[FIRST + 1] ? read_action(tb[FIRST], ret) : 0;
}

/* Of u32 the kernel also tells the tables that its filters are in. */
static int read_filter(struct nlattr *options, bool of_all, struct xn_detour *detour)
{
	struct nlattr *tb[TCA_U32_MAX + 1];
	int ifindex, r;

	if (rtnl_nested(options, tb, TCA_U32_MAX, match_policy) < 0)
		return -EBADMSG;
	if (!tb[TCA_U32_SEL])
		return 0;
	r = read_actions(tb[TCA_U32_ACT], &ifindex);
	if (!of_all || ifindex <= 0 || detour->ifindex || !matches_all(tb[TCA_U32_SEL]))
		detour->other = true;
	detour->ifindex = ifindex;
	return r;
}

int xn_take_filter(struct nlmsghdr *message, void *context)
{
	const struct tcmsg *filter = rtnl_body(message, RTM_NEWTFILTER, sizeof(*filter));
	struct xn_detour *detour = context;
	struct nlattr *tb[TCA_MAX + 1];

	if (!filter ||
		rtnl_attrs(message, sizeof(*filter), tb, TCA_MAX, filter_policy) < 0)
		return -EBADMSG;
	if (!tb[TCA_KIND] || strcmp(nla_get_string(tb[TCA_KIND]), "u32") != 0) {
		detour->other = true;
		return 0;
	}
	return tb[TCA_OPTIONS]
		       ? read_filter(tb[TCA_OPTIONS],
				 TC_H_MIN(filter->tcm_info) == htons(ETH_P_ALL), detour)
		       : 0;
}

static void forget_filters(void *detour)
{
	*(struct xn_detour *)detour = (struct xn_detour){ 0 };
}

int xn_see_ingress(struct rtnl *sock, struct xn_link *link, struct xn_arena *arena)
{
	struct xn_detour detour;
	const struct xn_link *to = NULL;
	int r = rtnl_ask(sock,
		xn_encode_tc(RTM_GETTFILTER, NLM_F_DUMP,
			(struct tcmsg){
				.tcm_ifindex = link->ifindex, .tcm_parent = FILTERS }),
		xn_take_filter, &detour, forget_filters);

	if (r < 0 || (!detour.ifindex && !detour.other))
		return r;
	if (!detour.other)
		r = xn_see_index(sock, detour.ifindex, arena, &to);
	link->ingress = to ? to->name : "other";
	return r == -ENODEV ? 0 : r;
}

int xn_take_ingress(struct nlmsghdr *message, void *context)
{
	const struct tcmsg *qdisc = rtnl_body(message, RTM_NEWQDISC, sizeof(*qdisc));
	struct xn_ingresses *all = context;
	int *ifindexes = all->ifindexes;

	if (!qdisc)
		return -EBADMSG;
	if (qdisc->tcm_parent != TC_H_INGRESS)
		return 0;
	if (all->n == all->room) {
		all->room = all->room ? 2 * all->room : 64;
		ifindexes = xn_alloc(all->arena, all->room * sizeof(*ifindexes));
		if (!ifindexes)
			return -ENOMEM;
		if (all->n)
			memcpy(ifindexes, all->ifindexes, all->n * sizeof(*ifindexes));
		all->ifindexes = ifindexes;
	}
	ifindexes[all->n++] = qdisc->tcm_ifindex;
	return 0;
}

static void forget_ingresses(void *ingresses)
{
	((struct xn_ingresses *)ingresses)->n = 0;
}

static int compare_indexes(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

int xn_see_ingresses(struct rtnl *sock, struct xn_ingresses *ingresses)
{
	int r = rtnl_ask(sock,
		xn_encode_tc(RTM_GETQDISC, NLM_F_DUMP, (struct tcmsg){ 0 }),
		xn_take_ingress, ingresses, forget_ingresses);

	if (ingresses->n)
		qsort(ingresses->ifindexes, ingresses->n, sizeof(int), compare_indexes);
	return r;
}

bool xn_has_ingress(const struct xn_ingresses *ingresses, int ifindex)
{
	return ingresses->n && bsearch(&ifindex, ingresses->ifindexes, ingresses->n,
				       sizeof(int), compare_indexes);
}
