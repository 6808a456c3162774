/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/guard_rules.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if_ether.h>

#include "base/address.h"
#include "base/parse.h"
#include "base/text.h"
#include "host/linux/guard_words.h"

/* What is a guarded port's own. */

/* What is put there for each port. */
static const char its_mac[] = "MAC", its_address[] = "address", its_near[] = "near";

#define IS_MAC                                                                           \
	{                                                                                \
		.kind = NFT_CMP, .numbers = { NFT_CMP_EQ }, .name = its_mac              \
	}
#define IS_NOT_MAC                                                                       \
	{                                                                                \
		.kind = NFT_CMP, .numbers = { NFT_CMP_NEQ }, .name = its_mac             \
	}
/* So far as its prefix goes. */
#define IS_ADDRESS                                                                       \
	{                                                                                \
		.kind = NFT_CMP, .numbers = { NFT_CMP_EQ }, .name = its_address          \
	}
#define COUNT                                                                            \
	{                                                                                \
		.kind = NFT_COUNT                                                        \
	}
#define DROP COUNT, VERDICT(NF_DROP, NULL)
#define JUMP(chain) VERDICT(NFT_JUMP, chain)

#define IPV4_SOURCE NETWORK(12, 4)
#define IPV6_SOURCE NETWORK(8, 16)
#define IS_UNSPECIFIED IS(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
/* Ethernet and IPv4, and what it is: 1 asks, 2 answers; whose, and for what. */
#define ARP_FOR_IPV4 NETWORK(0, 6), IS(0x00, 0x01, 0x08, 0x00, 6, 4)
#define ARP_OPERATION NETWORK(6, 2)
#define ARP_SENDER_MAC NETWORK(8, 6)
#define ARP_SENDER NETWORK(14, 4)
#define ARP_TARGET NETWORK(24, 4)

/* How often a rule is there, and for which addresses. */
enum each {
	ONCE,
	EACH_IPV4,
	IF_IPV4, /* once, if there are any */
	EACH_IPV6,
	IF_IPV6,
	LINK,	   /* the link-local address, if there are any of IPv6 */
	EACH_NEAR, /* all of IPv6, with that                           */
};

struct draft {
	enum each each;
	struct nft_rule rule;
};

static const struct draft port_drafts[] = {
	{ ONCE, { { IS_LINK_LOCAL_GROUP, DROP } } },
	{ ONCE, { { ETHER(6, 6), IS_NOT_MAC, DROP } } },
	{ EACH_IPV4, { { IS_IPV4, IPV4_SOURCE, IS_ADDRESS, JUMP(FROM_IPV4) } } },
	/* Who looks for a DHCP server has no address yet. */
	{ IF_IPV4, { { IS_IPV4, NETWORK(12, 8), IS(0, 0, 0, 0, 255, 255, 255, 255),
			   IS_UDP, TRANSPORT(0, 4), IS(0, 68, 0, 67), ACCEPT } } },
	{ EACH_IPV4,
		{ { IS_ARP, ARP_FOR_IPV4, ARP_OPERATION, AT_LEAST(0, 1), AT_MOST(0, 2),
			ARP_SENDER_MAC, IS_MAC, ARP_SENDER, IS_ADDRESS, ACCEPT } } },
	/* Whether anybody has it already (RFC 5227). */
	{ EACH_IPV4, { { IS_ARP, NETWORK(0, 8), IS(0x00, 0x01, 0x08, 0x00, 6, 4, 0, 1),
			     ARP_SENDER_MAC, IS_MAC, ARP_SENDER, IS(0, 0, 0, 0),
			     ARP_TARGET, IS_ADDRESS, ACCEPT } } },
	{ EACH_NEAR, { { IS_IPV6, IPV6_SOURCE, IS_ADDRESS, ICMPV6_TYPE,
			     IS(NEIGHBOUR_ADVERTISEMENT), JUMP(its_near) } } },
	{ IF_IPV6, { { IS_IPV6, IPV6_SOURCE, IS_UNSPECIFIED, ICMPV6_TYPE,
			   IS(NEIGHBOUR_SOLICITATION), JUMP(its_near) } } },
	{ EACH_IPV6, { { IS_IPV6, IPV6_SOURCE, IS_ADDRESS, JUMP(FROM_IPV6) } } },
	{ LINK, { { IS_IPV6, IPV6_SOURCE, IS_ADDRESS, JUMP(FROM_LINK) } } },
	{ IF_IPV6, { { IS_IPV6, IPV6_SOURCE, IS_UNSPECIFIED, JUMP(FROM_LINK) } } },
	{ ONCE, { { DROP } } },
};

/* About which address a neighbour is told, or asked. */
static const struct draft near_drafts[] = {
	{ EACH_NEAR, { { NOT_FRAGMENTED, TRANSPORT(8, 16), IS_ADDRESS, ACCEPT } } },
};

enum {
	IPV4,
	IPV6,
	LINK_LOCAL,
	N_GROUPS
};

/* What the text says. */
struct guarded {
	const char *port, *near;
	unsigned char mac[ETH_ALEN];
	struct xn_address *addresses; /* one group after the other */
	size_t n[N_GROUPS];
};

/* The addresses of a draft's rules: how many, and the first of them. */
static size_t choose(
	const struct guarded *guarded, enum each each, const struct xn_address **first)
{
	const size_t *n = guarded->n;

	*first = guarded->addresses + (each == EACH_IPV4 ? 0 : n[IPV4]);
	switch (each) {
	case EACH_IPV4:
		return n[IPV4];
	case IF_IPV4:
		return n[IPV4] > 0;
	case EACH_IPV6:
		return n[IPV6];
	case IF_IPV6:
		return n[IPV6] > 0;
	case LINK:
		*first += n[IPV6];
		return n[LINK_LOCAL];
	case EACH_NEAR:
		return n[IPV6] + n[LINK_LOCAL];
	default:
		return 1;
	}
}

static void fill_mask(unsigned char *bytes, const struct xn_address *address)
{
	for (int i = 0; i < address->length; i++)
		bytes[i / 8] |= (unsigned char)(0x80 >> i % 8);
}

/* The comparison with the address, in front of it that of which bits, unless it is all. */
static struct nft_expr *fill_address(
	struct nft_expr *expr, const struct xn_address *address)
{
	size_t width = (size_t)xn_address_width(address->family);
	struct nft_expr mask = {
		.kind = NFT_BITWISE, .numbers = { (uint32_t)width }, .size = width
	};
	struct nft_expr compare = *expr;

	fill_mask(mask.bytes, address);
	compare.name = NULL;
	compare.size = width;
	for (size_t i = 0; i < width; i++)
		compare.bytes[i] = address->bytes[i] & mask.bytes[i];
	if ((size_t)address->length < 8 * width)
		*expr++ = mask;
	*expr = compare;
	return expr;
}

static struct nft_expr *fill(struct nft_expr *expr, const struct guarded *guarded,
	const struct xn_address *address)
{
	if (expr->name == its_address)
		return fill_address(expr, address);
	if (expr->name == its_mac) {
		expr->name = NULL;
		expr->size = ETH_ALEN;
		memcpy(expr->bytes, guarded->mac, ETH_ALEN);
	}
	if (expr->name == its_near)
		expr->name = guarded->near;
	if (expr->kind == NFT_COUNT)
		expr->name = guarded->port;
	return expr;
}

static void make_rule(struct nft_rule *rule, const struct nft_rule *draft,
	const struct guarded *guarded, const struct xn_address *address)
{
	struct nft_expr *to = rule->exprs;

	for (const struct nft_expr *from = draft->exprs; from->kind; from++) {
		*to = *from;
		to = fill(to, guarded, address) + 1;
	}
}

static int make_chain(struct xn_arena *arena, struct nft_chain *chain,
	const struct draft *drafts, size_t n_drafts, const struct guarded *guarded)
{
	const struct xn_address *address;
	struct nft_rule *rules;
	size_t n = 0;

	for (size_t i = 0; i < n_drafts; i++)
		n += choose(guarded, drafts[i].each, &address);
	rules = xn_alloc(arena, (n + 1) * sizeof(*rules));
	if (!rules)
		return -1;
	chain->rules = rules;
	chain->n_rules = n;
	for (size_t i = 0; i < n_drafts; i++) {
		n = choose(guarded, drafts[i].each, &address);
		for (size_t k = 0; k < n; k++)
			make_rule(rules++, &drafts[i].rule, guarded, address + k);
	}
	return 0;
}

/* ---- The text ---- */

/* Modified EUI-64 (RFC 4291, appendix A). */
static void add_link_local(struct guarded *guarded)
{
	const unsigned char *m = guarded->mac;
	const struct xn_address link = { AF_INET6, 128,
		{ 0xfe, 0x80, 0, 0, 0, 0, 0, 0, m[0] ^ 2, m[1], m[2], 0xff, 0xfe, m[3],
			m[4], m[5] } };

	if (guarded->n[IPV6])
		guarded->addresses[guarded->n[IPV4] + guarded->n[IPV6]] = link;
	guarded->n[LINK_LOCAL] = guarded->n[IPV6] > 0;
}

static bool read_mac(const char *text, unsigned char mac[ETH_ALEN])
{
	char word[XN_MAC_SIZE];

	if (!xn_option(text, "mac", word, sizeof(word)) || !xn_parse_mac(word, word))
		return false;
	for (size_t i = 0; i < ETH_ALEN; i++)
		mac[i] = (unsigned char)strtoul(word + 3 * i, NULL, 16);
	return true;
}

/* All of a family. */
static bool read_addresses(
	struct guarded *guarded, const char *text, int family, size_t *ret_n)
{
	struct xn_address *to = guarded->addresses + guarded->n[IPV4];
	char word[XN_ADDRESS_SIZE];

	for (const char *at = text; (at = strstr(at, ",ip="));) {
		size_t length = strcspn(at += strlen(",ip="), ",");

		if (length >= sizeof(word))
			return false;
		memcpy(word, at, length);
		word[length] = '\0';
		if ((strchr(word, ':') ? AF_INET6 : AF_INET) != family)
			continue;
		if (!xn_address_read(word, family, to++))
			return false;
		++*ret_n;
	}
	return true;
}

static size_t count(const char *text, char c)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == c;
	return n;
}

static bool read_text(struct xn_arena *arena, struct guarded *guarded, const char *text)
{
	size_t room = (count(text, ',') + 2) * sizeof(*guarded->addresses), n = 0;

	guarded->addresses = xn_alloc(arena, room);
	if (!guarded->addresses || !read_mac(text, guarded->mac) ||
		!read_addresses(guarded, text, AF_INET, &n))
		return false;
	guarded->n[IPV4] = n;
	if (!read_addresses(guarded, text, AF_INET6, &guarded->n[IPV6]))
		return false;
	add_link_local(guarded);
	return true;
}

int guard_names(struct xn_arena *arena, int ifindex, struct nft_chain own[GUARD_OWN])
{
	own[GUARD_PORT] = (struct nft_chain){ .name = xn_printf(arena, "port%d", ifindex),
		.hook = -1 };
	own[GUARD_NEAR] = (struct nft_chain){
		.name = xn_printf(arena, "port%d-near", ifindex), .hook = -1
	};
	return own[GUARD_PORT].name && own[GUARD_NEAR].name ? 0 : -1;
}

int guard_rules(struct xn_arena *arena, int ifindex, const char *text,
	struct nft_chain own[GUARD_OWN])
{
	struct guarded guarded = { 0 };

	if (guard_names(arena, ifindex, own) < 0 || !read_text(arena, &guarded, text))
		return -1;
	guarded.port = own[GUARD_PORT].name;
	guarded.near = own[GUARD_NEAR].name;
	return make_chain(arena, &own[GUARD_NEAR], near_drafts,
		       sizeof(near_drafts) / sizeof(near_drafts[0]), &guarded) |
	       make_chain(arena, &own[GUARD_PORT], port_drafts,
		       sizeof(port_drafts) / sizeof(port_drafts[0]), &guarded);
}
