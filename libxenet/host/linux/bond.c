/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_bonding.h>
#include <linux/if_link.h>

#include "base/text.h"
#include "host/linux/kinds.h"

/* Options of bonds by the names that the kernel's own manual and ip-link have for them. */

#define MODE(mode) (1U << BOND_MODE_##mode)
#define ALL (~0U)

static const char *const modes[] = { "balance-rr", "active-backup", "balance-xor",
	"broadcast", "802.3ad", "balance-tlb", "balance-alb", NULL };
static const char *const rates[] = { "slow", "fast", NULL };
static const char *const policies[] = { "layer2", "layer3+4", "layer2+3", "encap2+3",
	"encap3+4", "vlan+srcmac", NULL };

/* In the order in which texts have them. */
static const struct option {
	const char *name;
	int attr;
	int size;		  /* bytes */
	const char *const *names; /* NULL: a number */
	unsigned modes;		  /* those in which it counts */
} options[] = {
	{ "mode", IFLA_BOND_MODE, 1, modes, ALL },
	{ "miimon", IFLA_BOND_MIIMON, 4, NULL, ALL },
	{ "updelay", IFLA_BOND_UPDELAY, 4, NULL, ALL },
	{ "downdelay", IFLA_BOND_DOWNDELAY, 4, NULL, ALL },
	{ "lacp_rate", IFLA_BOND_AD_LACP_RATE, 1, rates, MODE(8023AD) },
	{ "xmit_hash_policy", IFLA_BOND_XMIT_HASH_POLICY, 1, policies,
		MODE(8023AD) | MODE(XOR) },
	{ "ad_user_port_key", IFLA_BOND_AD_USER_PORT_KEY, 2, NULL, MODE(8023AD) },
	{ NULL, 0, 0, NULL, 0 },
};

static uint32_t number_of(const struct option *option, const char *word)
{
	uint32_t n = 0;

	if (!option->names)
		return (uint32_t)strtoul(word, NULL, 10);
	while (option->names[n] && strcmp(option->names[n], word) != 0)
		n++;
	return n;
}

static int put_number(struct nl_msg *message, const struct option *option, uint32_t n)
{
	uint16_t half = (uint16_t)n;
	uint8_t byte = (uint8_t)n;
	const void *bytes = option->size == 4	? (const void *)&n
			    : option->size == 2 ? (const void *)&half
						: (const void *)&byte;

	return nla_put(message, option->attr, option->size, bytes);
}

int xn_put_bond(struct nl_msg *message, const struct xn_link *link, unsigned mask)
{
	char word[32];
	int r = 0;

	for (const struct option *o = options; o->name && mask & XN_BOND; o++)
		if (xn_option(link->bond, o->name, word, sizeof(word)))
			r |= put_number(message, o, number_of(o, word));
	return r;
}

static uint32_t read_number(const struct option *option, const struct nlattr *attr)
{
	return option->size == 4   ? nla_get_u32(attr)
	       : option->size == 2 ? nla_get_u16(attr)
				   : nla_get_u8(attr);
}

static void add_option(struct xn_text *text, const struct option *option, uint32_t n)
{
	uint32_t known = 0;

	xn_text_addf(text, "%s%s=", text->length ? "," : "", option->name);
	while (option->names && option->names[known])
		known++;
	if (n < known)
		xn_text_add(text, option->names[n]);
	else
		xn_text_addf(text, "%u", n);
}

const struct nla_policy xn_bond_policy[XN_KIND_ATTRS + 1] = {
	[IFLA_BOND_MODE] = { .type = NLA_U8 },
	[IFLA_BOND_MIIMON] = { .type = NLA_U32 },
	[IFLA_BOND_UPDELAY] = { .type = NLA_U32 },
	[IFLA_BOND_DOWNDELAY] = { .type = NLA_U32 },
	[IFLA_BOND_AD_LACP_RATE] = { .type = NLA_U8 },
	[IFLA_BOND_XMIT_HASH_POLICY] = { .type = NLA_U8 },
	[IFLA_BOND_AD_USER_PORT_KEY] = { .type = NLA_U16 },
};

int xn_read_bond(struct xn_link *link, struct nlattr **data, struct xn_arena *arena)
{
	struct xn_text text = XN_TEXT(arena);
	unsigned mode = data[IFLA_BOND_MODE] ? nla_get_u8(data[IFLA_BOND_MODE]) : 0;

	for (const struct option *o = options; o->name; o++)
		if (data[o->attr] && mode < 32 && o->modes & 1U << mode)
			add_option(&text, o, read_number(o, data[o->attr]));
	link->bond = xn_text_end(&text);
	return link->bond ? 0 : -ENOMEM;
}
