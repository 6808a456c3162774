/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_GUARD_WORDS_H
#define XN_GUARD_WORDS_H

#include <linux/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "host/linux/guard_rules.h"

/* The words that the tables of rules are written in. */

#define BYTES(...)                                                                       \
	.bytes = { __VA_ARGS__ }, .size = sizeof((unsigned char[]){ __VA_ARGS__ })
#define COMPARE(how, ...)                                                                \
	{                                                                                \
		.kind = NFT_CMP, .numbers = { how }, BYTES(__VA_ARGS__)                  \
	}
#define IS(...) COMPARE(NFT_CMP_EQ, __VA_ARGS__)
#define IS_NOT(...) COMPARE(NFT_CMP_NEQ, __VA_ARGS__)
#define AT_LEAST(...) COMPARE(NFT_CMP_GTE, __VA_ARGS__)
#define AT_MOST(...) COMPARE(NFT_CMP_LTE, __VA_ARGS__)
#define BITS(...)                                                                        \
	{                                                                                \
		.kind = NFT_BITWISE,                                                     \
		.numbers = { sizeof((unsigned char[]){ __VA_ARGS__ }) },                 \
		BYTES(__VA_ARGS__)                                                       \
	}

#define LOAD(base, offset, length)                                                       \
	{                                                                                \
		.kind = NFT_PAYLOAD, .numbers = { base, offset, length }                 \
	}
#define ETHER(offset, length) LOAD(NFT_PAYLOAD_LL_HEADER, offset, length)
#define NETWORK(offset, length) LOAD(NFT_PAYLOAD_NETWORK_HEADER, offset, length)
/* Not of later fragments, nor of one that ends before it. */
#define TRANSPORT(offset, length) LOAD(NFT_PAYLOAD_TRANSPORT_HEADER, offset, length)
#define META(key)                                                                        \
	{                                                                                \
		.kind = NFT_META, .numbers = { key }                                     \
	}
/* Behind all headers of IPv6; not of a packet whose headers are not whole. */
#define PROTOCOL META(NFT_META_L4PROTO)
/* Of IPv6; the kernel finds the first one. */
#define FRAGMENT(offset, length, flags)                                                  \
	{                                                                                \
		.kind = NFT_EXTHDR, .numbers = {                                         \
			IPPROTO_FRAGMENT,                                                \
			offset,                                                          \
			length,                                                          \
			flags                                                            \
		}                                                                        \
	}

#define VERDICT(code, chain)                                                             \
	{                                                                                \
		.kind = NFT_VERDICT, .numbers = { (uint32_t)(code) }, .name = (chain)    \
	}
#define ACCEPT VERDICT(NF_ACCEPT, NULL)

/* As it is on the wire: that of a frame with an 802.1Q tag is another one. */
#define TYPE ETHER(12, 2)
#define IS_IPV4 TYPE, IS(0x08, 0x00)
#define IS_ARP TYPE, IS(0x08, 0x06)
#define IS_IPV6 TYPE, IS(0x86, 0xdd)
#define IS_UDP PROTOCOL, IS(IPPROTO_UDP)
#define IS_ICMPV6 PROTOCOL, IS(IPPROTO_ICMPV6)
#define ICMPV6_TYPE IS_ICMPV6, TRANSPORT(0, 1)
#define NOT_FRAGMENTED FRAGMENT(0, 1, NFT_EXTHDR_F_PRESENT), IS(0)
/* What no bridge forwards, but hands to its host: 01:80:c2:00:00:0X. */
#define IS_LINK_LOCAL_GROUP                                                              \
	ETHER(0, 6), BITS(0xff, 0xff, 0xff, 0xff, 0xff, 0xf0),                           \
		IS(0x01, 0x80, 0xc2, 0x00, 0x00, 0x00)

#define ROUTER_SOLICITATION 133
#define NEIGHBOUR_SOLICITATION 135
#define NEIGHBOUR_ADVERTISEMENT 136

/* Where frames go whose source is allowed; those of them that are not accepted there return. */
#define FROM_IPV4 "from-ipv4"
#define FROM_IPV6 "from-ipv6"
#define FROM_LINK "from-link"

#endif
