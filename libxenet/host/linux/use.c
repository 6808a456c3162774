/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>

#include "host/linux/layer3.h"
#include "host/linux/observe.h"

/* What the host itself uses a link for: its addresses and the routes through it. */

static void add_item(struct xn_text *text, int family, const void *bytes, int prefix)
{
	char address[INET6_ADDRSTRLEN];

	if (!inet_ntop(family, bytes, address, sizeof(address)))
		return;
	xn_text_addf(text, "%s%s/%d", text->length ? " " : "", address, prefix);
}

static int add_address(
	struct xn_text *text, const struct ifaddrmsg *info, struct nlattr *const *tb)
{
	struct nlattr *address = tb[IFA_LOCAL] ? tb[IFA_LOCAL] : tb[IFA_ADDRESS];

	if (address)
		add_item(text, info->ifa_family, nla_data(address), info->ifa_prefixlen);
	return 0;
}

static int take_address(struct nlmsghdr *header, void *context)
{
	const struct ifaddrmsg *info = nlmsg_data(header);
	struct nlattr *tb[IFA_MAX + 1];

	if (nlmsg_parse(header, sizeof(*info), tb, IFA_MAX, NULL) < 0)
		return -EBADMSG;
	if (info->ifa_family == AF_INET6 && info->ifa_scope == RT_SCOPE_LINK)
		return 0;
	return add_address(context, info, tb);
}

static int take_own_address(struct nlmsghdr *header, void *context)
{
	const struct ifaddrmsg *info = nlmsg_data(header);
	struct nlattr *tb[IFA_MAX + 1];

	if (nlmsg_parse(header, sizeof(*info), tb, IFA_MAX, NULL) < 0)
		return -EBADMSG;
	if (!tb[IFA_PROTO] || nla_get_u8(tb[IFA_PROTO]) != XN_PROTOCOL)
		return 0;
	return add_address(context, info, tb);
}

static int take_route(struct nlmsghdr *header, void *context)
{
	static const unsigned char zero[16];
	const struct rtmsg *info = nlmsg_data(header);
	struct nlattr *tb[RTA_MAX + 1];

	if (nlmsg_parse(header, sizeof(*info), tb, RTA_MAX, NULL) < 0)
		return -EBADMSG;
	/* The kernel's own come and go with the addresses. */
	if (info->rtm_protocol == RTPROT_KERNEL || info->rtm_table == RT_TABLE_LOCAL)
		return 0;
	add_item(context, info->rtm_family, tb[RTA_DST] ? nla_data(tb[RTA_DST]) : zero,
		info->rtm_dst_len);
	return 0;
}

static struct nl_msg *get_addresses(int family, int ifindex)
{
	struct ifaddrmsg info = { .ifa_family = (unsigned char)family,
		.ifa_index = (unsigned)ifindex };
	struct nl_msg *message = nlmsg_alloc_simple(RTM_GETADDR, NLM_F_DUMP);

	if (message && nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0) {
		nlmsg_free(message);
		return NULL;
	}
	return message;
}

static struct nl_msg *get_routes(int family, int ifindex)
{
	struct rtmsg info = { .rtm_family = (unsigned char)family };
	struct nl_msg *message = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_DUMP);

	if (message && (nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
			       nla_put_u32(message, RTA_OIF, (uint32_t)ifindex) < 0)) {
		nlmsg_free(message);
		return NULL;
	}
	return message;
}

static int list(struct nl_sock *sock, struct nl_msg *(*get)(int family, int ifindex),
	rtnl_handler take, int ifindex, struct xn_arena *arena, const char **ret)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct xn_text text;
	int r = -EAGAIN;

	for (int i = 0; i < RTNL_DUMP_TRIES && r == -EAGAIN; i++) {
		text = XN_TEXT(arena);
		r = 0;
		for (int f = 0; f < 2 && r == 0; f++)
			r = rtnl_request(
				sock, get(families[f], ifindex), take, &text, NULL);
	}
	if (r < 0)
		return r;
	*ret = xn_text_end(&text);
	return *ret ? 0 : -ENOMEM;
}

static int take_own_route(struct nlmsghdr *header, void *context)
{
	const struct rtmsg *info = nlmsg_data(header);
	struct nlattr *tb[RTA_MAX + 1];
	char gateway[INET6_ADDRSTRLEN];
	int r;

	if (info->rtm_protocol != XN_PROTOCOL || info->rtm_table != RT_TABLE_MAIN)
		return 0;
	r = take_route(header, context);
	if (r < 0 || nlmsg_parse(header, sizeof(*info), tb, RTA_MAX, NULL) < 0)
		return -EBADMSG;
	if (tb[RTA_GATEWAY] && inet_ntop(info->rtm_family, nla_data(tb[RTA_GATEWAY]),
				       gateway, sizeof(gateway)))
		xn_text_addf(context, ">%s", gateway);
	return 0;
}

int xn_see_layer3(struct nl_sock *sock, struct xn_link *link, struct xn_arena *arena)
{
	int r = list(
		sock, get_addresses, take_own_address, link->ifindex, arena, &link->ip);

	if (r == 0)
		r = list(sock, get_routes, take_own_route, link->ifindex, arena,
			&link->via);
	if (r < 0)
		return r;
	link->mask |= XN_LAYER3;
	link->ip = xn_words_sorted(arena, link->ip);
	link->via = xn_words_sorted(arena, link->via);
	return link->ip && link->via ? 0 : -ENOMEM;
}

int xn_see_use(struct nl_sock *sock, struct xn_link *link, struct xn_arena *arena)
{
	int r = list(sock, get_addresses, take_address, link->ifindex, arena,
		&link->addresses);

	return r < 0 ? r
		     : list(sock, get_routes, take_route, link->ifindex, arena,
			       &link->routes);
}
