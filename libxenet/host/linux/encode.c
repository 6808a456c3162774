/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/encode.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>

#include "host/linux/kinds.h"
#include "host/linux/names.h"

/* Many stand ready at a time, and libnl would take a page for each. */
enum {
	MESSAGE_SIZE = 1024 /* all that is said of a link takes half of it */
};

static struct nl_msg *start(int type, int flags, struct ifinfomsg info)
{
	struct nl_msg *message = nlmsg_alloc_size(MESSAGE_SIZE);

	if (message &&
		(!nlmsg_put(message, NL_AUTO_PORT, NL_AUTO_SEQ, type, 0, flags) ||
			nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0)) {
		nlmsg_free(message);
		return NULL;
	}
	return message;
}

struct nl_msg *xn_encode_finish(struct nl_msg *message, int failed)
{
	if (!failed)
		return message;
	nlmsg_free(message);
	return NULL;
}

static int put_address(struct nl_msg *message, const char *address)
{
	unsigned char b[6];

	if (sscanf(address, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &b[0], &b[1], &b[2],
		    &b[3], &b[4], &b[5]) != 6)
		return -1;
	return nla_put(message, IFLA_ADDRESS, sizeof(b), b);
}

/*
 * What concerns a bridge itself, such as LLDP, it hands to its host before any rules are asked, so
 * it must not learn from that: a guest could have what is another's sent to itself.
 */
static int put_learn(struct nl_msg *message, bool learn)
{
	const struct br_boolopt_multi options = { .optval = (learn ? 0U : 1U)
							    << BR_BOOLOPT_NO_LL_LEARN,
		.optmask = 1U << BR_BOOLOPT_NO_LL_LEARN };

	return nla_put(message, IFLA_BR_MULTI_BOOLOPT, sizeof(options), &options);
}

static int put_bridge(struct nl_msg *message, const struct xn_link *link, unsigned mask)
{
	int r = mask & (XN_KIND | XN_LEARN) ? put_learn(message, link->learn) : 0;

	if (mask & XN_STP)
		r |= nla_put_u32(message, IFLA_BR_STP_STATE, link->stp);
	if (mask & XN_DELAY)
		r |= nla_put_u32(message, IFLA_BR_FORWARD_DELAY,
			(uint32_t)link->delay * XN_USER_HZ);
	return r;
}

static int put_vlan(struct nl_msg *message, const struct xn_link *link, unsigned mask)
{
	return mask & XN_TAG ? nla_put_u16(message, IFLA_VLAN_ID, (uint16_t)link->tag)
			     : 0;
}

static const struct {
	const char *kind;
	int (*put)(struct nl_msg *message, const struct xn_link *link, unsigned mask);
} kinds[] = {
	{ "bridge", put_bridge },
	{ "vlan", put_vlan },
	{ "bond", xn_put_bond },
	{ "vxlan", xn_put_vxlan },
	{ "gretap", xn_put_gretap },
};

/* IFLA_LINKINFO: the kind, and what only links of that kind have. */
static int put_info(struct nl_msg *message, const struct xn_link *link, unsigned mask)
{
	struct nlattr *info = nla_nest_start(message, IFLA_LINKINFO), *data;
	int r;

	if (!info)
		return -1;
	r = nla_put_string(message, IFLA_INFO_KIND, link->kind);
	data = nla_nest_start(message, IFLA_INFO_DATA);
	if (!data)
		return -1;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(link->kind, kinds[i].kind) == 0)
			r |= kinds[i].put(message, link, mask);
	nla_nest_end(message, data);
	nla_nest_end(message, info);
	return r;
}

static int put_addrgen(struct nl_msg *message, const char *addrgen)
{
	struct nlattr *families = nla_nest_start(message, IFLA_AF_SPEC), *inet6;
	int r;

	if (!families)
		return -1;
	inet6 = nla_nest_start(message, AF_INET6);
	if (!inet6)
		return -1;
	r = nla_put_u8(
		message, IFLA_INET6_ADDR_GEN_MODE, (uint8_t)xn_addrgen_number(addrgen));
	nla_nest_end(message, inet6);
	nla_nest_end(message, families);
	return r;
}

/* A bridge keeps an MTU of its own, whatever its ports have, only once it has been changed:
 * so it is made with another one, and gets the right one afterwards. */
static uint32_t first_mtu(const struct xn_link *link)
{
	bool is_bridge = strcmp(link->kind, "bridge") == 0;

	return (uint32_t)link->mtu ^ (is_bridge ? 1U : 0U);
}

struct nl_msg *xn_encode_add(
	const struct xn_link *link, int parent_ifindex, int master_ifindex)
{
	struct nl_msg *message = start(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
		(struct ifinfomsg){ .ifi_family = AF_UNSPEC });
	int r;

	if (!message)
		return NULL;
	r = nla_put_string(message, IFLA_IFNAME, link->name);
	r |= nla_put_u32(message, IFLA_GROUP, XN_LINK_GROUP);
	if (parent_ifindex)
		r |= nla_put_u32(message, IFLA_LINK, (uint32_t)parent_ifindex);
	if (master_ifindex)
		r |= nla_put_u32(message, IFLA_MASTER, (uint32_t)master_ifindex);
	if (link->mask & XN_ADDRESS)
		r |= put_address(message, link->address);
	if (link->mask & XN_MTU)
		r |= nla_put_u32(message, IFLA_MTU, first_mtu(link));
	r |= put_info(message, link, link->mask);
	return xn_encode_finish(message, r);
}

/* Settings that only links of one kind have. */
#define KIND_SETTINGS (XN_STP | XN_DELAY | XN_LEARN | XN_BOND)

struct nl_msg *xn_encode_set(
	const struct xn_link *link, unsigned mask, int master_ifindex)
{
	struct nl_msg *message = start(RTM_NEWLINK, 0,
		(struct ifinfomsg){
			.ifi_family = AF_UNSPEC, .ifi_index = link->ifindex });
	int r = 0;

	if (!message)
		return NULL;
	if (mask & XN_MARK) {
		r |= nla_put_u32(message, IFLA_GROUP, link->mark[0] ? XN_LINK_GROUP : 0);
		r |= nla_put_string(message, IFLA_IFALIAS, link->mark);
	}
	if (mask & XN_ADDRESS)
		r |= put_address(message, link->address);
	if (mask & XN_MTU)
		r |= nla_put_u32(message, IFLA_MTU, (uint32_t)link->mtu);
	if (mask & XN_MASTER)
		r |= nla_put_u32(message, IFLA_MASTER, (uint32_t)master_ifindex);
	if (mask & KIND_SETTINGS)
		r |= put_info(message, link, mask & KIND_SETTINGS);
	if (mask & XN_ADDRGEN)
		r |= put_addrgen(message, link->addrgen);
	return xn_encode_finish(message, r);
}

struct nl_msg *xn_encode_master(int ifindex, int master_ifindex)
{
	struct nl_msg *message = start(RTM_NEWLINK, 0,
		(struct ifinfomsg){ .ifi_family = AF_UNSPEC, .ifi_index = ifindex });

	return message ? xn_encode_finish(message, nla_put_u32(message, IFLA_MASTER,
							   (uint32_t)master_ifindex))
		       : NULL;
}

struct nl_msg *xn_encode_up(int ifindex, bool up)
{
	return start(RTM_NEWLINK, 0,
		(struct ifinfomsg){ .ifi_family = AF_UNSPEC,
			.ifi_index = ifindex,
			.ifi_change = IFF_UP,
			.ifi_flags = up ? IFF_UP : 0 });
}

struct nl_msg *xn_encode_name(int ifindex, const char *name)
{
	struct nl_msg *message = start(RTM_NEWLINK, 0,
		(struct ifinfomsg){ .ifi_family = AF_UNSPEC, .ifi_index = ifindex });

	return message ? xn_encode_finish(
				 message, nla_put_string(message, IFLA_IFNAME, name))
		       : NULL;
}

struct nl_msg *xn_encode_del(int ifindex)
{
	return start(RTM_DELLINK, 0,
		(struct ifinfomsg){ .ifi_family = AF_UNSPEC, .ifi_index = ifindex });
}

struct nl_msg *xn_encode_ask(const char *name, int ifindex, int flags, unsigned details)
{
	struct nl_msg *message = start(RTM_GETLINK, flags,
		(struct ifinfomsg){ .ifi_family = AF_UNSPEC, .ifi_index = ifindex });
	int r = 0;

	if (!message)
		return NULL;
	if (name)
		r |= nla_put_string(message, IFLA_IFNAME, name);
	/* The kernel gathers them from all processors. */
	if (!(details & XN_DETAIL_COUNTERS))
		r |= nla_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return xn_encode_finish(message, r);
}
