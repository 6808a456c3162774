/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/layer3.h"

#include <errno.h>
#include <string.h>

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>

#include "base/address.h"
#include "host/linux/encode.h"
#include "host/linux/observe.h"

/* Larger numbers lose, so that what a router announces (1024) gives way to what was set. */
enum {
	IPV6_METRIC = 512
};

/* Kernels and tools show a broadcast address; one of one or two hosts has none. */
static int put_broadcast(struct nl_msg *message, const struct xn_address *own)
{
	uint32_t address;

	if (own->family != AF_INET || own->length > 30)
		return 0;
	memcpy(&address, own->bytes, sizeof(address));
	address |= htonl(UINT32_MAX >> own->length);
	return nla_put_u32(message, IFA_BROADCAST, address);
}

struct nl_msg *xn_encode_address(int type, int ifindex, const char *item)
{
	int flags = type == RTM_NEWADDR ? NLM_F_CREATE | NLM_F_EXCL : 0;
	struct nl_msg *message = nlmsg_alloc_simple(type, flags);
	struct ifaddrmsg info = { .ifa_index = (unsigned)ifindex };
	struct xn_address own;
	int r;

	if (!message || !xn_address_read(item, AF_UNSPEC, &own))
		return xn_encode_finish(message, -1);
	info.ifa_family = (unsigned char)own.family;
	info.ifa_prefixlen = (unsigned char)own.length;
	r = nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
	r |= nla_put(message, IFA_LOCAL, xn_address_width(own.family), own.bytes);
	r |= nla_put(message, IFA_ADDRESS, xn_address_width(own.family), own.bytes);
	r |= put_broadcast(message, &own);
	r |= nla_put_u8(message, IFA_PROTO, XN_PROTOCOL);
	return xn_encode_finish(message, r);
}

static int put_route(struct nl_msg *message, int ifindex, const struct xn_address *to,
	const struct xn_address *gateway)
{
	int r = 0;

	if (to->length)
		r |= nla_put(message, RTA_DST, xn_address_width(to->family), to->bytes);
	r |= nla_put(message, RTA_GATEWAY, xn_address_width(to->family), gateway->bytes);
	r |= nla_put_u32(message, RTA_OIF, (uint32_t)ifindex);
	if (to->family == AF_INET6)
		r |= nla_put_u32(message, RTA_PRIORITY, IPV6_METRIC);
	return r;
}

struct nl_msg *xn_encode_route(int type, int ifindex, const char *item)
{
	int flags = type == RTM_NEWROUTE ? NLM_F_CREATE | NLM_F_EXCL : 0;
	struct nl_msg *message = nlmsg_alloc_simple(type, flags);
	struct rtmsg info = { .rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = XN_PROTOCOL,
		.rtm_type = RTN_UNICAST };
	const char *behind = strchr(item, '>');
	struct xn_address to, gateway;
	char destination[XN_ADDRESS_SIZE] = "";
	int r;

	if (behind && (size_t)(behind - item) < sizeof(destination))
		memcpy(destination, item, (size_t)(behind - item));
	if (!message || !behind || !xn_address_read(destination, AF_UNSPEC, &to) ||
		!xn_address_read(behind + 1, to.family, &gateway))
		return xn_encode_finish(message, -1);
	info.rtm_family = (unsigned char)to.family;
	info.rtm_dst_len = (unsigned char)to.length;
	r = nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
	return xn_encode_finish(message, r | put_route(message, ifindex, &to, &gateway));
}

/* What went with an address, or with the link's going down, is gone already. */
static int unless_gone(int type, int r)
{
	bool removes = type == RTM_DELROUTE || type == RTM_DELADDR;

	return removes && (r == -ESRCH || r == -EADDRNOTAVAIL) ? 0 : r;
}

/* Sends a message for each word, but for those that the other list has as well. */
static int for_each(struct rtnl *sock, int ifindex, const char *words, const char *but,
	struct nl_msg *(*encode)(int type, int ifindex, const char *item), int type,
	struct xn_arena *arena, struct rtnl_fault *fault)
{
	const char *at = words ? words : "";
	int r = 0;

	for (char *item; r == 0 && (item = xn_word_next(arena, &at));)
		if (!xn_words_have(but, item))
			r = unless_gone(
				type, rtnl_request(sock, encode(type, ifindex, item),
					      NULL, NULL, fault));
	return r == 0 && !at ? -ENOMEM : r;
}

/* Or the kernel would remove with an address those of others in the same network. */
static struct nl_msg *encode_promote(int ifindex)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC, .ifi_index = ifindex };
	struct nl_msg *message = nlmsg_alloc_simple(RTM_NEWLINK, 0);
	struct nlattr *families, *inet, *settings;
	int r;

	if (!message)
		return NULL;
	r = nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
	families = nla_nest_start(message, IFLA_AF_SPEC);
	inet = families ? nla_nest_start(message, AF_INET) : NULL;
	settings = inet ? nla_nest_start(message, IFLA_INET_CONF) : NULL;
	if (!settings)
		return xn_encode_finish(message, -1);
	r |= nla_put_u32(message, IPV4_DEVCONF_PROMOTE_SECONDARIES, 1);
	nla_nest_end(message, settings);
	nla_nest_end(message, inet);
	nla_nest_end(message, families);
	return xn_encode_finish(message, r);
}

static int withdraw(struct rtnl *sock, const struct xn_step *step, struct xn_arena *arena,
	struct rtnl_fault *fault)
{
	const struct xn_link *have = step->have;
	int r = 0;

	if (step->mask & XN_VIA)
		r = for_each(sock, have->ifindex, have->via, "", xn_encode_route,
			RTM_DELROUTE, arena, fault);
	if (r == 0 && step->mask & XN_IP)
		r = rtnl_request(sock, encode_promote(have->ifindex), NULL, NULL, fault);
	if (r == 0 && step->mask & XN_IP)
		r = for_each(sock, have->ifindex, have->ip, step->link->ip,
			xn_encode_address, RTM_DELADDR, arena, fault);
	return r;
}

int xn_layer3_step(struct rtnl *sock, const struct xn_step *step, struct xn_arena *arena,
	struct rtnl_fault *fault)
{
	const struct xn_link *link = step->link;

	if (step->op == XN_OP_WITHDRAW)
		return withdraw(sock, step, arena, fault);
	if (step->op == XN_OP_ASSIGN)
		return for_each(sock, link->ifindex, link->ip,
			step->have ? step->have->ip : "", xn_encode_address, RTM_NEWADDR,
			arena, fault);
	return for_each(sock, link->ifindex, link->via, "", xn_encode_route, RTM_NEWROUTE,
		arena, fault);
}
