/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "host/linux/encode.h"
#include "host/linux/layer3.h"
#include "host/linux/observe.h"
#include "host/linux/read.h"

/* What the host itself uses a link for: its addresses and the routes through it. */

static struct nl_msg *get_addresses(int family, int ifindex)
{
	struct ifaddrmsg info = { .ifa_family = (unsigned char)family,
		.ifa_index = (unsigned)ifindex };
	struct nl_msg *message = nlmsg_alloc_simple(RTM_GETADDR, NLM_F_DUMP);

	return message ? xn_encode_finish(message, nlmsg_append(message, &info,
							   sizeof(info), NLMSG_ALIGNTO))
		       : NULL;
}

static struct nl_msg *get_routes(int family, int ifindex)
{
	struct rtmsg info = { .rtm_family = (unsigned char)family };
	struct nl_msg *message = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_DUMP);
	int r;

	if (!message)
		return NULL;
	r = nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
	r |= nla_put_u32(message, RTA_OIF, (uint32_t)ifindex);
	return xn_encode_finish(message, r);
}

/* One family's, and the length of what was there before. */
struct part {
	struct xn_listing listing;
	size_t before;
};

static void forget_part(void *context)
{
	struct part *part = context;

	part->listing.text.length = part->before;
}

static int list(struct rtnl *sock, struct nl_msg *(*get)(int family, int ifindex),
	rtnl_handler take, int ifindex, struct xn_arena *arena, const char **ret)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct part part = { .listing = { XN_TEXT(arena), ifindex } };
	int r = 0;

	for (int f = 0; f < 2 && r == 0; f++) {
		part.before = part.listing.text.length;
		r = rtnl_ask(sock, get(families[f], ifindex), take, &part, forget_part);
	}
	if (r < 0)
		return r;
	xn_text_addn(&part.listing.text, "", 0);
	*ret = xn_text_end(&part.listing.text);
	return *ret ? 0 : -ENOMEM;
}

int xn_see_layer3(struct rtnl *sock, struct xn_link *link, struct xn_arena *arena)
{
	int r = list(sock, get_addresses, xn_take_own_address, link->ifindex, arena,
		&link->ip);

	if (r == 0)
		r = list(sock, get_routes, xn_take_own_route, link->ifindex, arena,
			&link->via);
	if (r < 0)
		return r;
	link->mask |= XN_LAYER3;
	link->ip = xn_words_sorted(arena, link->ip);
	link->via = xn_words_sorted(arena, link->via);
	return link->ip && link->via ? 0 : -ENOMEM;
}

int xn_see_use(struct rtnl *sock, struct xn_link *link, struct xn_arena *arena)
{
	int r = list(sock, get_addresses, xn_take_address, link->ifindex, arena,
		&link->addresses);

	return r < 0 ? r
		     : list(sock, get_routes, xn_take_route, link->ifindex, arena,
			       &link->routes);
}
