/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_KINDS_H
#define XN_KINDS_H

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "host/netstate.h"

/*
 * What only links of one kind have (IFLA_INFO_DATA). Writers return 0, or less when the
 * message has no room; readers take attributes that are as long as the policy asks, fill the
 * link and return 0 or -ENOMEM.
 */

/* Enough for the attributes of every kind that is read. */
enum {
	XN_KIND_ATTRS = 64
};

extern const struct nla_policy xn_bond_policy[XN_KIND_ATTRS + 1];
extern const struct nla_policy xn_vxlan_policy[XN_KIND_ATTRS + 1];
extern const struct nla_policy xn_gretap_policy[XN_KIND_ATTRS + 1];
extern const struct nla_policy xn_tun_policy[XN_KIND_ATTRS + 1];

/* The kernel's options of a bond, as in struct xn_link. */
int xn_put_bond(struct nl_msg *message, const struct xn_link *link, unsigned mask);
int xn_read_bond(struct xn_link *link, struct nlattr **data, struct xn_arena *arena);
int xn_put_vxlan(struct nl_msg *message, const struct xn_link *link, unsigned mask);
int xn_read_vxlan(struct xn_link *link, struct nlattr **data, struct xn_arena *arena);
int xn_put_gretap(struct nl_msg *message, const struct xn_link *link, unsigned mask);
int xn_read_gretap(struct xn_link *link, struct nlattr **data, struct xn_arena *arena);
int xn_read_tun(struct xn_link *link, struct nlattr **data, struct xn_arena *arena);

#endif
