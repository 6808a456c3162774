/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/if_bridge.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "host/linux/encode.h"
#include "host/linux/kinds.h"
#include "host/linux/names.h"
#include "host/linux/read.h"

static const struct nla_policy link_policy[IFLA_MAX + 1] = {
	[IFLA_IFNAME] = { .type = NLA_STRING, .minlen = 2, .maxlen = IFNAMSIZ },
	[IFLA_IFALIAS] = { .type = NLA_STRING },
	[IFLA_PARENT_DEV_NAME] = { .type = NLA_STRING },
	[IFLA_PARENT_DEV_BUS_NAME] = { .type = NLA_STRING },
	[IFLA_MTU] = { .type = NLA_U32 },
	[IFLA_CARRIER] = { .type = NLA_U8 },
	[IFLA_GROUP] = { .type = NLA_U32 },
	[IFLA_MASTER] = { .type = NLA_U32 },
	[IFLA_LINK] = { .type = NLA_U32 },
	[IFLA_QDISC] = { .type = NLA_STRING },
	[IFLA_STATS64] = { .minlen = offsetof(struct rtnl_link_stats64, multicast) },
};

static const struct nla_policy info_policy[IFLA_INFO_MAX + 1] = {
	[IFLA_INFO_KIND] = { .type = NLA_STRING },
};

static const struct nla_policy bridge_policy[XN_KIND_ATTRS + 1] = {
	[IFLA_BR_STP_STATE] = { .type = NLA_U32 },
	[IFLA_BR_FORWARD_DELAY] = { .type = NLA_U32 },
	[IFLA_BR_MULTI_BOOLOPT] = { .minlen = sizeof(struct br_boolopt_multi) },
};

static const struct nla_policy vlan_policy[XN_KIND_ATTRS + 1] = {
	[IFLA_VLAN_ID] = { .type = NLA_U16 },
	[IFLA_VLAN_PROTOCOL] = { .type = NLA_U16 },
};

static const struct nla_policy inet6_policy[IFLA_INET6_MAX + 1] = {
	[IFLA_INET6_ADDR_GEN_MODE] = { .type = NLA_U8 },
};

/* Kernels that cannot be told (before 5.0) do not say either. */
static bool learns(const struct nlattr *options)
{
	const struct br_boolopt_multi *have = options ? nla_data(options) : NULL;

	return have && have->optmask & 1U << BR_BOOLOPT_NO_LL_LEARN &&
	       !(have->optval & 1U << BR_BOOLOPT_NO_LL_LEARN);
}

static int read_bridge(struct xn_link *link, struct nlattr **data, struct xn_arena *arena)
{
	(void)arena;
	if (data[IFLA_BR_STP_STATE])
		link->stp = nla_get_u32(data[IFLA_BR_STP_STATE]) != 0;
	if (data[IFLA_BR_FORWARD_DELAY])
		link->delay = nla_get_u32(data[IFLA_BR_FORWARD_DELAY]) / XN_USER_HZ;
	link->learn = learns(data[IFLA_BR_MULTI_BOOLOPT]);
	return 0;
}

static int read_vlan(struct xn_link *link, struct nlattr **data, struct xn_arena *arena)
{
	(void)arena;
	link->tag = data[IFLA_VLAN_ID] ? nla_get_u16(data[IFLA_VLAN_ID]) : 0;
	/* Provider tags make another kind of device in all but name. */
	if (data[IFLA_VLAN_PROTOCOL] &&
		nla_get_u16(data[IFLA_VLAN_PROTOCOL]) != __builtin_bswap16(ETH_P_8021Q))
		link->kind = "vlan-802.1ad";
	return 0;
}

static const struct kind {
	const char *name;
	const struct nla_policy *policy;
	int (*read)(struct xn_link *link, struct nlattr **data, struct xn_arena *arena);
} kinds[] = {
	{ "bridge", bridge_policy, read_bridge },
	{ "vlan", vlan_policy, read_vlan },
	{ "tun", xn_tun_policy, xn_read_tun },
	{ "bond", xn_bond_policy, xn_read_bond },
	{ "vxlan", xn_vxlan_policy, xn_read_vxlan },
	{ "gretap", xn_gretap_policy, xn_read_gretap },
};

static int read_data(struct xn_link *link, struct nlattr *info, struct xn_arena *arena)
{
	struct nlattr *data[XN_KIND_ATTRS + 1];

	for (const struct kind *kind = kinds;
		kind < kinds + sizeof(kinds) / sizeof(*kinds); kind++) {
		if (strcmp(kind->name, link->kind) != 0)
			continue;
		if (rtnl_nested(info, data, XN_KIND_ATTRS, kind->policy) < 0)
			return -EBADMSG;
		return kind->read(link, data, arena);
	}
	return 0;
}

static int read_info(struct xn_link *link, struct nlattr *info, struct xn_arena *arena)
{
	struct nlattr *tb[IFLA_INFO_MAX + 1];

	link->kind = "nic";
	if (!info)
		return 0;
	if (rtnl_nested(info, tb, IFLA_INFO_MAX, info_policy) < 0)
		return -EBADMSG;
	if (!tb[IFLA_INFO_KIND]) /* a port's side of its master */
		return 0;
	link->kind = xn_strdup(arena, nla_get_string(tb[IFLA_INFO_KIND]));
	if (!link->kind)
		return -ENOMEM;
	return tb[IFLA_INFO_DATA] ? read_data(link, tb[IFLA_INFO_DATA], arena) : 0;
}

/* A link without IPv6 has none. */
static int read_addrgen(struct xn_link *link, struct nlattr *families)
{
	struct nlattr *tb[AF_INET6 + 1], *inet6[IFLA_INET6_MAX + 1];

	link->mask &= ~(unsigned)XN_ADDRGEN;
	if (!families)
		return 0;
	if (rtnl_nested(families, tb, AF_INET6, NULL) < 0)
		return -EBADMSG;
	if (!tb[AF_INET6])
		return 0;
	if (rtnl_nested(tb[AF_INET6], inet6, IFLA_INET6_MAX, inet6_policy) < 0)
		return -EBADMSG;
	if (!inet6[IFLA_INET6_ADDR_GEN_MODE])
		return 0;
	link->mask |= XN_ADDRGEN;
	link->addrgen = xn_addrgen_name(nla_get_u8(inet6[IFLA_INET6_ADDR_GEN_MODE]));
	return 0;
}

static const char *read_text(struct nlattr *attr, struct xn_arena *arena)
{
	return attr ? xn_strdup(arena, nla_get_string(attr)) : "";
}

static const char *read_address(struct nlattr *attr, struct xn_arena *arena)
{
	const unsigned char *b = attr ? nla_data(attr) : NULL;

	if (!b || nla_len(attr) != ETH_ALEN)
		return "";
	return xn_printf(arena, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3],
		b[4], b[5]);
}

static uint32_t number(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

/* Newer kernels count more, behind what is read here. */
static int read_counters(
	struct xn_link *link, struct nlattr *attr, struct xn_arena *arena)
{
	struct rtnl_link_stats64 stats;
	struct xn_counters *counters = xn_alloc(arena, 2 * sizeof(*counters));

	if (!counters)
		return -ENOMEM;
	/* It is not aligned. */
	memcpy(&stats, nla_data(attr), offsetof(struct rtnl_link_stats64, multicast));
	counters[0] = (struct xn_counters){ stats.rx_bytes, stats.rx_packets,
		stats.rx_errors, stats.rx_dropped };
	counters[1] = (struct xn_counters){ stats.tx_bytes, stats.tx_packets,
		stats.tx_errors, stats.tx_dropped };
	link->received = &counters[0];
	link->sent = &counters[1];
	return 0;
}

/* Netback's are of no kind, but their bus is (Linux 5.14). */
static void tell_netback(struct xn_link *link, struct nlattr *bus)
{
	link->netback = "";
	if (!bus || strcmp(nla_get_string(bus), "xen-backend") != 0 ||
		strcmp(link->kind, "nic") != 0)
		return;
	link->kind = "netback";
	link->netback = link->bus;
}

static int read_link(struct xn_link *link, const struct ifinfomsg *info,
	struct nlattr **tb, struct xn_arena *arena)
{
	int r;

	link->mask = ~(unsigned)XN_LAYER3;
	link->ifindex = info->ifi_index;
	link->up = info->ifi_flags & IFF_UP;
	link->mark = read_text(tb[IFLA_IFALIAS], arena);
	link->bus = read_text(tb[IFLA_PARENT_DEV_NAME], arena);
	link->address = read_address(tb[IFLA_ADDRESS], arena);
	if (tb[IFLA_PERM_ADDRESS])
		link->permanent = read_address(tb[IFLA_PERM_ADDRESS], arena);
	link->mtu = number(tb[IFLA_MTU]);
	link->carrier = tb[IFLA_CARRIER] && nla_get_u8(tb[IFLA_CARRIER]);
	link->master = link->parent = "";
	if (!link->mark || !link->bus || !link->address || !xn_link_own_address(link))
		return -ENOMEM;
	link->shaped = tb[IFLA_QDISC] &&
		       strcmp(nla_get_string(tb[IFLA_QDISC]), "tbf") == 0;
	link->grouped = number(tb[IFLA_GROUP]) == XN_LINK_GROUP;
	link->unmarked = link->grouped && !link->mark[0];
	r = read_addrgen(link, tb[IFLA_AF_SPEC]);
	if (r == 0 && tb[IFLA_STATS64])
		r = read_counters(link, tb[IFLA_STATS64], arena);
	if (r == 0)
		r = read_info(link, tb[IFLA_LINKINFO], arena);
	if (r == 0)
		tell_netback(link, tb[IFLA_PARENT_DEV_BUS_NAME]);
	return r;
}

/* The name that was asked for is another one of this link: it occupies it all the same. */
static int note_altname(struct xn_view *view, const char *name)
{
	struct xn_link *link = view->found;

	link->is_altname = view->name && strcmp(view->name, name) != 0;
	if (link->is_altname)
		link->kind = xn_printf(
			view->have->arena, "%s, with this as another name", name);
	return link->kind ? 0 : -ENOMEM;
}

/* A VXLAN device tells in its own attributes through which other one it sends. */
static int read_vxlan_lower(struct nlattr *info, int *ret)
{
	struct nlattr *data[XN_KIND_ATTRS + 1];

	if (!info)
		return 0;
	if (rtnl_nested(info, data, XN_KIND_ATTRS, xn_vxlan_policy) < 0)
		return -EBADMSG;
	*ret = (int)number(data[IFLA_VXLAN_LINK]);
	return 0;
}

/* These name another device, and stay when that goes: tunnels, and the ends of a pair. */
static bool outlives(const char *kind)
{
	static const char *const survivors[] = { "veth", "gre", "gretap", "erspan",
		"ipip", "sit", "ip6gre", "ip6gretap", "ip6erspan", "ip6tnl", "vti",
		"vti6", "xfrm" };

	for (size_t i = 0; i < sizeof(survivors) / sizeof(survivors[0]); i++)
		if (strcmp(survivors[i], kind) == 0)
			return true;
	return false;
}

/* The index of the device that it stands on, and with which it would go. */
static int read_lower(struct nlattr **tb, int *ret)
{
	struct nlattr *info[IFLA_INFO_MAX + 1] = { NULL };
	const char *kind = "";

	if (tb[IFLA_LINKINFO] &&
		rtnl_nested(tb[IFLA_LINKINFO], info, IFLA_INFO_MAX, info_policy) < 0)
		return -EBADMSG;
	if (info[IFLA_INFO_KIND])
		kind = nla_get_string(info[IFLA_INFO_KIND]);
	/* In another namespace the number means another device. */
	*ret = tb[IFLA_LINK_NETNSID] || outlives(kind) ? 0 : (int)number(tb[IFLA_LINK]);
	return strcmp(kind, "vxlan") == 0 ? read_vxlan_lower(info[IFLA_INFO_DATA], ret)
					  : 0;
}

/* Fixed part, attributes and name of any link; NULL: it has none such. */
static const struct ifinfomsg *open_link(
	struct nlmsghdr *message, struct nlattr **tb, const char **ret_name)
{
	const struct ifinfomsg *info = rtnl_body(message, RTM_NEWLINK, sizeof(*info));

	if (!info || rtnl_attrs(message, sizeof(*info), tb, IFLA_MAX, link_policy) < 0 ||
		!tb[IFLA_IFNAME] || info->ifi_index <= 0)
		return NULL;
	*ret_name = nla_get_string(tb[IFLA_IFNAME]);
	return (*ret_name)[0] ? info : NULL;
}

int xn_take_link(struct nlmsghdr *message, void *context)
{
	struct xn_view *view = context;
	struct nlattr *tb[IFLA_MAX + 1];
	const char *name;
	const struct ifinfomsg *info = open_link(message, tb, &name);
	int r;

	if (!info)
		return -EBADMSG;
	view->found = xn_link_add(view->have, view->name ? view->name : name);
	if (!view->found)
		return -ENOMEM;
	r = read_link(view->found, info, tb, view->have->arena);
	view->master = (int)number(tb[IFLA_MASTER]);
	if (r == 0)
		r = read_lower(tb, &view->lower);
	return r < 0 ? r : note_altname(view, name);
}

int xn_take_index(struct nlmsghdr *message, void *ifindex)
{
	const struct ifinfomsg *info = rtnl_body(message, RTM_NEWLINK, sizeof(*info));

	if (!info || info->ifi_index <= 0)
		return -EBADMSG;
	*(int *)ifindex = info->ifi_index;
	return 0;
}

int xn_take_nic(struct nlmsghdr *message, void *context)
{
	struct xn_view *view = context;
	const struct ifinfomsg *info = rtnl_body(message, RTM_NEWLINK, sizeof(*info));
	int r;

	if (info && info->ifi_type != ARPHRD_ETHER)
		return 0;
	r = xn_take_link(message, context);
	if (r == 0 && (strcmp(view->found->kind, "nic") != 0 || !view->found->bus[0]))
		xn_link_remove(view->have, view->found->name);
	return r;
}

static int compare_holders(const void *a, const void *b)
{
	const struct xn_holder *x = a, *y = b;

	return x->ifindex < y->ifindex ? -1 : x->ifindex > y->ifindex;
}

struct xn_holder *xn_ties_find(const struct xn_ties *ties, int ifindex)
{
	const struct xn_holder key = { .ifindex = ifindex };

	return ifindex && ties->n ? bsearch(&key, ties->holders, ties->n, sizeof(key),
					    compare_holders)
				  : NULL;
}

void xn_ties_sort(struct xn_ties *ties)
{
	if (ties->n)
		qsort(ties->holders, ties->n, sizeof(*ties->holders), compare_holders);
}

static int tie(struct xn_text *names, const char *name)
{
	xn_text_addf(names, "%s%s", names->length ? " " : "", name);
	return names->failed ? -ENOMEM : 0;
}

static bool is_of_kind(struct nlattr *info, const char *kind)
{
	struct nlattr *tb[IFLA_INFO_MAX + 1];

	return info && rtnl_nested(info, tb, IFLA_INFO_MAX, info_policy) == 0 &&
	       tb[IFLA_INFO_KIND] &&
	       strcmp(nla_get_string(tb[IFLA_INFO_KIND]), kind) == 0;
}

int xn_take_tie(struct nlmsghdr *message, void *context)
{
	const struct xn_ties *ties = context;
	struct nlattr *tb[IFLA_MAX + 1];
	struct xn_holder *master, *lower;
	const char *name;
	int ifindex, r;

	if (!open_link(message, tb, &name) || read_lower(tb, &ifindex) < 0)
		return -EBADMSG;
	if (ties->kind && !is_of_kind(tb[IFLA_LINKINFO], ties->kind))
		return -ECANCELED;
	lower = xn_ties_find(context, ifindex);
	master = xn_ties_find(context, (int)number(tb[IFLA_MASTER]));
	r = lower ? tie(&lower->uppers, name) : 0;
	return r == 0 && master ? tie(&master->ports, name) : r;
}
