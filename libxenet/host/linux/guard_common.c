/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/guard_rules.h"

#include <linux/netfilter_bridge.h>

#include "host/linux/guard_words.h"

/* What all guarded ports share. */

/* Where frames go that a bridge receives... */
static const struct nft_rule prerouting[] = {
	{ { META(NFT_META_IIF), { .kind = NFT_LOOKUP, .name = GUARD_MAP } } },
};

/* ... but for those that it hands to its host without asking there. */
static const struct nft_rule input[] = {
	{ { IS_LINK_LOCAL_GROUP, META(NFT_META_IIF),
		{ .kind = NFT_LOOKUP, .name = GUARD_MAP } } },
};

#define IS_LATER_FRAGMENT NETWORK(6, 2), BITS(0x1f, 0xff), IS_NOT(0, 0)
#define ICMP_REDIRECT 5
#define ICMP_ROUTER 9

/*
 * With a source that is allowed: all but what a DHCP server sends (port 67, to port 68), and what
 * routers say: who asks for members of groups (IGMP), redirects and advertisements (ICMP). Only a
 * first fragment has ports, and without its own no packet is whole.
 */
static const struct nft_rule from_ipv4[] = {
	{ { PROTOCOL, IS_NOT(IPPROTO_UDP), IS_NOT(IPPROTO_IGMP), IS_NOT(IPPROTO_ICMP),
		ACCEPT } },
	{ { PROTOCOL, IS(IPPROTO_ICMP), TRANSPORT(0, 1), IS_NOT(ICMP_REDIRECT),
		IS_NOT(ICMP_ROUTER), ACCEPT } },
	{ { PROTOCOL, IS(IPPROTO_ICMP), IS_LATER_FRAGMENT, ACCEPT } },
	{ { PROTOCOL, IS(IPPROTO_IGMP), TRANSPORT(0, 1), IS_NOT(0x11), ACCEPT } },
	{ { IS_UDP, TRANSPORT(0, 2), IS_NOT(0, 67), TRANSPORT(2, 2), IS_NOT(0, 68),
		ACCEPT } },
	{ { IS_UDP, IS_LATER_FRAGMENT, ACCEPT } },
};

/* What is between a fragment and its ports may end behind the packet, in what fills the frame up:
 * then the kernel reads that, and the receiver what comes with the next fragment. */
#define NOT_BEHIND_FRAGMENT(header)                                                      \
	{                                                                                \
		{                                                                        \
			FRAGMENT(0, 1, 0), IS(header), VERDICT(NFT_RETURN, NULL)         \
		}                                                                        \
	}
#define NO_HEADERS_BEHIND_FRAGMENT                                                       \
	NOT_BEHIND_FRAGMENT(IPPROTO_HOPOPTS), NOT_BEHIND_FRAGMENT(IPPROTO_ROUTING),      \
		NOT_BEHIND_FRAGMENT(IPPROTO_FRAGMENT), NOT_BEHIND_FRAGMENT(IPPROTO_AH),  \
		NOT_BEHIND_FRAGMENT(IPPROTO_DSTOPTS)

/*
 * The same; DHCPv6 has the ports 547 and 546. Of ICMPv6: errors, echo, what a listener reports,
 * and looking for neighbours and routers, which is never fragmented (RFC 6980). Headers that
 * only some hosts look behind end nowhere (mobility, HIP, shim6, experiments).
 */
static const struct nft_rule from_ipv6[] = {
	NO_HEADERS_BEHIND_FRAGMENT,
	{ { PROTOCOL, IS_NOT(IPPROTO_UDP), IS_NOT(IPPROTO_ICMPV6), IS_NOT(135),
		IS_NOT(139), IS_NOT(140), IS_NOT(253), IS_NOT(254), ACCEPT } },
	{ { IS_UDP, TRANSPORT(0, 2), IS_NOT(0x02, 0x23), TRANSPORT(2, 2),
		IS_NOT(0x02, 0x22), ACCEPT } },
	{ { ICMPV6_TYPE, AT_LEAST(1), AT_MOST(4), ACCEPT } },
	{ { ICMPV6_TYPE, AT_LEAST(128), AT_MOST(129), ACCEPT } },
	{ { ICMPV6_TYPE, AT_LEAST(131), AT_MOST(132), ACCEPT } },
	{ { ICMPV6_TYPE, IS(143), ACCEPT } },
	{ { ICMPV6_TYPE, IS(ROUTER_SOLICITATION), NOT_FRAGMENTED, ACCEPT } },
	{ { ICMPV6_TYPE, IS(NEIGHBOUR_SOLICITATION), NOT_FRAGMENTED, ACCEPT } },
	{ { FRAGMENT(2, 2, 0), BITS(0xff, 0xf8), IS_NOT(0, 0), ACCEPT } },
};

/* From the link-local address that follows from the MAC, or from none: only what it takes to get
 * and to keep the addresses that are allowed. */
static const struct nft_rule from_link[] = {
	NO_HEADERS_BEHIND_FRAGMENT,
	{ { ICMPV6_TYPE, AT_LEAST(131), AT_MOST(132), ACCEPT } },
	{ { ICMPV6_TYPE, IS(143), ACCEPT } },
	{ { ICMPV6_TYPE, IS(ROUTER_SOLICITATION), NOT_FRAGMENTED, ACCEPT } },
	{ { NETWORK(8, 2), IS(0xfe, 0x80), ICMPV6_TYPE, IS(NEIGHBOUR_SOLICITATION),
		NOT_FRAGMENTED, ACCEPT } },
	{ { NETWORK(8, 2), IS(0xfe, 0x80), IS_UDP, TRANSPORT(0, 4),
		IS(0x02, 0x22, 0x02, 0x23), ACCEPT } },
};

#define RULES(rules) rules, sizeof(rules) / sizeof((rules)[0])

const struct nft_chain guard_common[GUARD_COMMON] = {
	{ FROM_IPV4, -1, NULL, RULES(from_ipv4) },
	{ FROM_IPV6, -1, NULL, RULES(from_ipv6) },
	{ FROM_LINK, -1, NULL, RULES(from_link) },
	{ "prerouting", NF_BR_PRE_ROUTING, NULL, RULES(prerouting) },
	{ "input", NF_BR_LOCAL_IN, NULL, RULES(input) },
};
