/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "base/address.h"
#include "host/linux/layer3.h"
#include "host/linux/read.h"

/* Addresses and routes, those of the link that was asked for: an old kernel tells of all. */

static const struct nla_policy address_policy[IFA_MAX + 1] = {
	[IFA_PROTO] = { .type = NLA_U8 },
};

static const struct nla_policy route_policy[RTA_MAX + 1] = {
	[RTA_OIF] = { .type = NLA_U32 },
};

static bool is_ip(int family)
{
	return family == AF_INET || family == AF_INET6;
}

/* The address in the attribute, and nothing but that. */
static bool read_ip(int family, const struct nlattr *attr, char out[INET6_ADDRSTRLEN])
{
	return nla_len(attr) == xn_address_width(family) &&
	       inet_ntop(family, nla_data(attr), out, INET6_ADDRSTRLEN);
}

/* Without an address: all of the family's. */
static int add_item(
	struct xn_text *text, int family, const struct nlattr *attr, int prefix)
{
	char address[INET6_ADDRSTRLEN];

	if (prefix > 8 * xn_address_width(family) ||
		(attr && !read_ip(family, attr, address)))
		return -EBADMSG;
	if (!attr)
		strcpy(address, family == AF_INET ? "0.0.0.0" : "::");
	xn_text_addf(text, "%s%s/%d", text->length ? " " : "", address, prefix);
	return text->failed ? -ENOMEM : 0;
}

static int take_address(struct nlmsghdr *message, struct xn_listing *listing,
	bool (*wanted)(const struct ifaddrmsg *info, struct nlattr *const *tb))
{
	const struct ifaddrmsg *info = rtnl_body(message, RTM_NEWADDR, sizeof(*info));
	struct nlattr *tb[IFA_MAX + 1], *address;

	if (!info || !is_ip(info->ifa_family) ||
		rtnl_attrs(message, sizeof(*info), tb, IFA_MAX, address_policy) < 0)
		return -EBADMSG;
	if (info->ifa_index != (unsigned)listing->ifindex || !wanted(info, tb))
		return 0;
	address = tb[IFA_LOCAL] ? tb[IFA_LOCAL] : tb[IFA_ADDRESS];
	return address ? add_item(&listing->text, info->ifa_family, address,
				 info->ifa_prefixlen)
		       : -EBADMSG;
}

static bool is_of_host(const struct ifaddrmsg *info, struct nlattr *const *tb)
{
	(void)tb;
	return info->ifa_family != AF_INET6 || info->ifa_scope != RT_SCOPE_LINK;
}

static bool is_own_address(const struct ifaddrmsg *info, struct nlattr *const *tb)
{
	(void)info;
	return tb[IFA_PROTO] && nla_get_u8(tb[IFA_PROTO]) == XN_PROTOCOL;
}

int xn_take_address(struct nlmsghdr *message, void *listing)
{
	return take_address(message, listing, is_of_host);
}

int xn_take_own_address(struct nlmsghdr *message, void *listing)
{
	return take_address(message, listing, is_own_address);
}

/* One with several ways names its links deeper down; of these the kernel sorts out. */
static bool is_through(int ifindex, struct nlattr *const *tb)
{
	return tb[RTA_OIF] ? (int)nla_get_u32(tb[RTA_OIF]) == ifindex
			   : tb[RTA_MULTIPATH] != NULL;
}

static int take_route(struct nlmsghdr *message, struct xn_listing *listing,
	bool (*wanted)(const struct rtmsg *info), bool with_gateway)
{
	const struct rtmsg *info = rtnl_body(message, RTM_NEWROUTE, sizeof(*info));
	struct nlattr *tb[RTA_MAX + 1];
	char gateway[INET6_ADDRSTRLEN];
	int r;

	if (!info || !is_ip(info->rtm_family) ||
		rtnl_attrs(message, sizeof(*info), tb, RTA_MAX, route_policy) < 0)
		return -EBADMSG;
	if (!is_through(listing->ifindex, tb) || !wanted(info))
		return 0;
	r = add_item(&listing->text, info->rtm_family, tb[RTA_DST], info->rtm_dst_len);
	if (r < 0 || !with_gateway || !tb[RTA_GATEWAY])
		return r;
	if (!read_ip(info->rtm_family, tb[RTA_GATEWAY], gateway))
		return -EBADMSG;
	xn_text_addf(&listing->text, ">%s", gateway);
	return listing->text.failed ? -ENOMEM : 0;
}

/* The kernel's own come and go with the addresses. */
static bool is_route_of_host(const struct rtmsg *info)
{
	return info->rtm_protocol != RTPROT_KERNEL && info->rtm_table != RT_TABLE_LOCAL;
}

static bool is_own_route(const struct rtmsg *info)
{
	return info->rtm_protocol == XN_PROTOCOL && info->rtm_table == RT_TABLE_MAIN;
}

int xn_take_route(struct nlmsghdr *message, void *listing)
{
	return take_route(message, listing, is_route_of_host, false);
}

int xn_take_own_route(struct nlmsghdr *message, void *listing)
{
	return take_route(message, listing, is_own_route, true);
}
