/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_link.h>
#include <linux/if_tunnel.h>

#include "base/text.h"
#include "host/linux/kinds.h"

/* Tunnels between two IPv4 addresses, with a key: VXLAN (RFC 7348) and Ethernet over GRE
 * (RFC 2784, RFC 2890). */

enum {
	VXLAN_PORT = 4789
};

/* Where the endpoints are in the messages of a kind. */
struct layout {
	int local, remote;
};

static const struct layout vxlan = { IFLA_VXLAN_LOCAL, IFLA_VXLAN_GROUP };
static const struct layout gretap = { IFLA_GRE_LOCAL, IFLA_GRE_REMOTE };

static int put_endpoint(
	struct nl_msg *message, const char *options, const char *name, int attr)
{
	char word[INET_ADDRSTRLEN];
	struct in_addr address;

	if (!xn_option(options, name, word, sizeof(word)) ||
		inet_pton(AF_INET, word, &address) != 1 || address.s_addr == INADDR_ANY)
		return 0;
	return nla_put_u32(message, attr, address.s_addr);
}

static int put_endpoints(
	struct nl_msg *message, const char *options, const struct layout *layout)
{
	return put_endpoint(message, options, "local", layout->local) |
	       put_endpoint(message, options, "remote", layout->remote);
}

static bool read_key(const char *options, uint32_t *ret)
{
	char word[16];

	if (!xn_option(options, "key", word, sizeof(word)))
		return false;
	*ret = (uint32_t)strtoul(word, NULL, 10);
	return true;
}

int xn_put_vxlan(struct nl_msg *message, const struct xn_link *link, unsigned mask)
{
	uint32_t key = 0;
	int r = mask & XN_TUNNEL ? put_endpoints(message, link->tunnel, &vxlan) : 0;

	if (!(mask & XN_TUNNEL))
		return 0;
	read_key(link->tunnel, &key);
	r |= nla_put_u32(message, IFLA_VXLAN_ID, key);
	return r | nla_put_u16(message, IFLA_VXLAN_PORT, htons(VXLAN_PORT));
}

int xn_put_gretap(struct nl_msg *message, const struct xn_link *link, unsigned mask)
{
	uint32_t key;
	int r = mask & XN_TUNNEL ? put_endpoints(message, link->tunnel, &gretap) : 0;

	if (!(mask & XN_TUNNEL) || !read_key(link->tunnel, &key))
		return r;
	r |= nla_put_u16(message, IFLA_GRE_IFLAGS, GRE_KEY);
	r |= nla_put_u16(message, IFLA_GRE_OFLAGS, GRE_KEY);
	r |= nla_put_u32(message, IFLA_GRE_IKEY, htonl(key));
	return r | nla_put_u32(message, IFLA_GRE_OKEY, htonl(key));
}

static void add_endpoint(struct xn_text *text, const char *name, struct nlattr *attr)
{
	struct in_addr address = { attr ? nla_get_u32(attr) : 0 };
	char word[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &address, word, sizeof(word));
	xn_text_addf(text, "%s%s=%s", text->length ? "," : "", name, word);
}

static struct xn_text read_endpoints(
	struct nlattr **data, const struct layout *layout, struct xn_arena *arena)
{
	struct xn_text text = XN_TEXT(arena);

	add_endpoint(&text, "local", data[layout->local]);
	add_endpoint(&text, "remote", data[layout->remote]);
	return text;
}

const struct nla_policy xn_vxlan_policy[XN_KIND_ATTRS + 1] = {
	[IFLA_VXLAN_LOCAL] = { .type = NLA_U32 },
	[IFLA_VXLAN_GROUP] = { .type = NLA_U32 },
	[IFLA_VXLAN_ID] = { .type = NLA_U32 },
	[IFLA_VXLAN_PORT] = { .type = NLA_U16 },
	[IFLA_VXLAN_LINK] = { .type = NLA_U32 },
};

const struct nla_policy xn_gretap_policy[XN_KIND_ATTRS + 1] = {
	[IFLA_GRE_LOCAL] = { .type = NLA_U32 },
	[IFLA_GRE_REMOTE] = { .type = NLA_U32 },
	[IFLA_GRE_IFLAGS] = { .type = NLA_U16 },
	[IFLA_GRE_IKEY] = { .type = NLA_U32 },
};

int xn_read_vxlan(struct xn_link *link, struct nlattr **data, struct xn_arena *arena)
{
	struct xn_text text = read_endpoints(data, &vxlan, arena);

	xn_text_addf(&text, ",key=%u",
		data[IFLA_VXLAN_ID] ? nla_get_u32(data[IFLA_VXLAN_ID]) : 0);
	if (data[IFLA_VXLAN_PORT] &&
		nla_get_u16(data[IFLA_VXLAN_PORT]) != htons(VXLAN_PORT))
		xn_text_addf(
			&text, ",port=%u", ntohs(nla_get_u16(data[IFLA_VXLAN_PORT])));
	link->tunnel = xn_text_end(&text);
	return link->tunnel ? 0 : -ENOMEM;
}

int xn_read_gretap(struct xn_link *link, struct nlattr **data, struct xn_arena *arena)
{
	struct xn_text text = read_endpoints(data, &gretap, arena);

	if (data[IFLA_GRE_IFLAGS] && nla_get_u16(data[IFLA_GRE_IFLAGS]) & GRE_KEY &&
		data[IFLA_GRE_IKEY])
		xn_text_addf(&text, ",key=%u", ntohl(nla_get_u32(data[IFLA_GRE_IKEY])));
	link->tunnel = xn_text_end(&text);
	return link->tunnel ? 0 : -ENOMEM;
}
