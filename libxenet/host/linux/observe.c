/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/observe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if_arp.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>

#include "host/linux/encode.h"
#include "host/linux/kinds.h"
#include "host/linux/names.h"

static void read_bridge(
	struct xn_link *link, struct nlattr **data, struct xn_arena *arena)
{
	(void)arena;
	if (data[IFLA_BR_STP_STATE])
		link->stp = nla_get_u32(data[IFLA_BR_STP_STATE]) != 0;
	if (data[IFLA_BR_FORWARD_DELAY])
		link->delay = nla_get_u32(data[IFLA_BR_FORWARD_DELAY]) / XN_USER_HZ;
}

static void read_vlan(struct xn_link *link, struct nlattr **data, struct xn_arena *arena)
{
	(void)arena;
	link->tag = data[IFLA_VLAN_ID] ? nla_get_u16(data[IFLA_VLAN_ID]) : 0;
	/* Provider tags make another kind of device in all but name. */
	if (data[IFLA_VLAN_PROTOCOL] &&
		nla_get_u16(data[IFLA_VLAN_PROTOCOL]) != __builtin_bswap16(ETH_P_8021Q))
		link->kind = "vlan-802.1ad";
}

static void read_tun(struct xn_link *link, struct nlattr **data, struct xn_arena *arena)
{
	(void)arena;
	if (data[IFLA_TUN_TYPE] && nla_get_u8(data[IFLA_TUN_TYPE]) == IFF_TAP)
		link->kind = "tap";
	link->attached = link->carrier;
}

static int read_info(struct xn_link *link, struct nlattr *info, struct xn_arena *arena)
{
	static const struct {
		const char *kind;
		void (*read)(struct xn_link *link, struct nlattr **data,
			struct xn_arena *arena);
	} kinds[] = { { "bridge", read_bridge }, { "vlan", read_vlan },
		{ "tun", read_tun }, { "bond", xn_read_bond }, { "vxlan", xn_read_vxlan },
		{ "gretap", xn_read_gretap } };
	struct nlattr *tb[IFLA_INFO_MAX + 1], *data[XN_KIND_ATTRS + 1];

	link->kind = "nic";
	if (!info || nla_parse_nested(tb, IFLA_INFO_MAX, info, NULL) < 0 ||
		!tb[IFLA_INFO_KIND])
		return 0;
	link->kind = xn_strdup(arena, nla_get_string(tb[IFLA_INFO_KIND]));
	if (!link->kind)
		return -ENOMEM;
	if (!tb[IFLA_INFO_DATA] ||
		nla_parse_nested(data, XN_KIND_ATTRS, tb[IFLA_INFO_DATA], NULL) < 0)
		return 0;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].kind, link->kind) != 0)
			continue;
		kinds[i].read(link, data, arena);
		break;
	}
	return 0;
}

/* NULL: the link has no IPv6. */
static const char *read_addrgen(struct nlattr *families)
{
	struct nlattr *inet6 = NULL, *mode = NULL;

	if (families)
		inet6 = nla_find(nla_data(families), nla_len(families), AF_INET6);
	if (inet6)
		mode = nla_find(
			nla_data(inet6), nla_len(inet6), IFLA_INET6_ADDR_GEN_MODE);
	return mode ? xn_addrgen_name(nla_get_u8(mode)) : NULL;
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

static int read_link(struct xn_link *link, const struct ifinfomsg *info,
	struct nlattr **tb, struct xn_arena *arena)
{
	link->mask = ~(unsigned)XN_LAYER3;
	link->ifindex = info->ifi_index;
	link->up = info->ifi_flags & IFF_UP;
	link->mark = read_text(tb[IFLA_IFALIAS], arena);
	link->bus = read_text(tb[IFLA_PARENT_DEV_NAME], arena);
	link->address = read_address(tb[IFLA_ADDRESS], arena);
	if (tb[IFLA_PERM_ADDRESS])
		link->permanent = read_address(tb[IFLA_PERM_ADDRESS], arena);
	link->addrgen = read_addrgen(tb[IFLA_AF_SPEC]);
	if (!link->addrgen)
		link->mask &= ~(unsigned)XN_ADDRGEN;
	link->mtu = tb[IFLA_MTU] ? nla_get_u32(tb[IFLA_MTU]) : 0;
	link->carrier = tb[IFLA_CARRIER] && nla_get_u8(tb[IFLA_CARRIER]);
	link->master = link->parent = "";
	if (!link->mark || !link->bus || !xn_link_own_address(link))
		return -ENOMEM;
	link->grouped = tb[IFLA_GROUP] && nla_get_u32(tb[IFLA_GROUP]) == XN_LINK_GROUP;
	link->unmarked = link->grouped && !link->mark[0];
	return read_info(link, tb[IFLA_LINKINFO], arena);
}

int xn_take_link(struct nlmsghdr *header, void *context)
{
	struct xn_view *view = context;
	const struct ifinfomsg *info = nlmsg_data(header);
	struct nlattr *tb[IFLA_MAX + 1];
	const char *name;
	int r;

	if (header->nlmsg_type != RTM_NEWLINK ||
		nlmsg_parse(header, sizeof(*info), tb, IFLA_MAX, NULL) < 0 ||
		!tb[IFLA_IFNAME])
		return -EBADMSG;
	name = nla_get_string(tb[IFLA_IFNAME]);
	view->found = xn_link_add(view->have, view->name ? view->name : name);
	if (!view->found)
		return -ENOMEM;
	r = read_link(view->found, info, tb, view->have->arena);
	view->master = tb[IFLA_MASTER] ? (int)nla_get_u32(tb[IFLA_MASTER]) : 0;
	/* In another namespace the number means another device. */
	view->parent = tb[IFLA_LINK] && !tb[IFLA_LINK_NETNSID]
			       ? (int)nla_get_u32(tb[IFLA_LINK])
			       : 0;
	view->found->is_altname = view->name && strcmp(view->name, name) != 0;
	if (view->found->is_altname)
		view->found->kind = xn_printf(
			view->have->arena, "%s, with this as another name", name);
	return view->found->kind ? r : -ENOMEM;
}

/* RTM_GETLINK by name, or, when name is NULL, by index; 0: a dump. */
static struct nl_msg *get_link(const char *name, int ifindex, int flags)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC, .ifi_index = ifindex };
	struct nl_msg *message = nlmsg_alloc_simple(RTM_GETLINK, flags);

	if (message && (nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
			       (name && nla_put_string(message, IFLA_IFNAME, name) < 0) ||
			       nla_put_u32(message, IFLA_EXT_MASK,
				       RTEXT_FILTER_SKIP_STATS) < 0)) {
		nlmsg_free(message);
		return NULL;
	}
	return message;
}

/* The link of that index; NULL: gone, or no memory. */
static const struct xn_link *see_index(
	struct nl_sock *sock, int ifindex, struct xn_arena *arena)
{
	struct xn_netstate *seen = xn_netstate_new(arena);
	struct xn_view view = { .sock = sock, .have = seen };

	if (!seen || rtnl_request(sock, get_link(NULL, ifindex, 0), xn_take_link, &view,
			     NULL) < 0)
		return NULL;
	return view.found;
}

/* What another device is can only be asked when this exchange has ended. */
static int name_others(struct xn_view *view)
{
	struct xn_link *link = view->found;
	const struct xn_link *master = NULL, *parent = NULL;
	bool has_parent = view->parent && strcmp(link->kind, "vlan") == 0;

	if (view->master)
		master = see_index(view->sock, view->master, view->have->arena);
	if (has_parent)
		parent = see_index(view->sock, view->parent, view->have->arena);
	if ((view->master && !master) || (has_parent && !parent))
		return -EAGAIN;
	if (master) {
		link->master = master->name;
		link->master_mark = master->mark;
		link->master_kind = master->kind;
	}
	if (parent)
		link->parent = parent->name;
	return 0;
}

int xn_see_link(struct nl_sock *sock, const char *name, struct xn_netstate *have)
{
	struct xn_view view = { .sock = sock, .have = have, .name = name };
	int r = rtnl_request(sock, get_link(name, 0, 0), xn_take_link, &view, NULL);

	if (r == -ENODEV)
		return 0;
	return r < 0 || !view.found ? r : name_others(&view);
}

/* A dump that was interrupted may lack links or hold some twice: do it again. */
static int dump(struct nl_sock *sock, struct nl_msg *(*make)(int ifindex), int ifindex,
	rtnl_handler handler, void *context, void (*reset)(void *context))
{
	int r = -EAGAIN;

	for (int i = 0; i < RTNL_DUMP_TRIES && r == -EAGAIN; i++) {
		reset(context);
		r = rtnl_request(sock, make(ifindex), handler, context, NULL);
	}
	return r;
}

static struct nl_msg *all_links(int ifindex)
{
	(void)ifindex;
	return get_link(NULL, 0, NLM_F_DUMP);
}

static int take_nic(struct nlmsghdr *header, void *context)
{
	struct xn_view *view = context;
	const struct ifinfomsg *info = nlmsg_data(header);
	int r;

	if (info->ifi_type != ARPHRD_ETHER)
		return 0;
	r = xn_take_link(header, context);
	if (r == 0 && (strcmp(view->found->kind, "nic") != 0 || !view->found->bus[0]))
		xn_link_remove(view->have, view->found->name);
	return r;
}

static void forget_links(void *context)
{
	xn_netstate_clear(((struct xn_view *)context)->have);
}

int xn_see_nics(struct nl_sock *sock, struct xn_netstate *have)
{
	struct xn_view view = { .sock = sock, .have = have };

	return dump(sock, all_links, 0, take_nic, &view, forget_links);
}

static struct nl_msg *links_of_master(int ifindex)
{
	struct nl_msg *message = get_link(NULL, 0, NLM_F_DUMP);

	if (message && nla_put_u32(message, IFLA_MASTER, (uint32_t)ifindex) < 0) {
		nlmsg_free(message);
		return NULL;
	}
	return message;
}

int xn_see_ports(struct nl_sock *sock, struct xn_link *bridge, struct xn_arena *arena)
{
	struct xn_netstate *ports = xn_netstate_new(arena);
	struct xn_view view = { .sock = sock, .have = ports };
	struct xn_text text = XN_TEXT(arena);
	int r = ports ? dump(sock, links_of_master, bridge->ifindex, xn_take_link, &view,
				forget_links)
		      : -ENOMEM;

	for (struct xn_link *port = r < 0 ? NULL : ports->links; port; port = port->next)
		xn_text_addf(&text, "%s%s", text.length ? " " : "", port->name);
	bridge->ports = xn_text_end(&text);
	return r < 0 || bridge->ports ? r : -ENOMEM;
}

int xn_dump_links(struct nl_sock *sock, rtnl_handler handler, void *context,
	void (*reset)(void *context))
{
	return dump(sock, all_links, 0, handler, context, reset);
}
