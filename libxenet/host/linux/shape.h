/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_SHAPE_H
#define XN_SHAPE_H

#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include "host/linux/rtnl.h"
#include "host/netstate.h"

/* How fast the host sends through a link: a token bucket (tbf) as its root qdisc. */

/* What starts with that; its family is filled in. NULL: no memory. */
struct nl_msg *xn_encode_tc(int type, int flags, struct tcmsg body);

/* RTM_NEWQDISC or RTM_DELQDISC for the link's rate; NULL: no memory. */
struct nl_msg *xn_encode_rate(const struct xn_link *link);
/* Fills in the rate of the link, 0 where it has no bucket. 0 or -errno. */
int xn_see_rate(struct rtnl *sock, struct xn_link *link);
/* A handler of rtnl_request; its context: an int64_t, which becomes the rate. */
int xn_take_rate(struct nlmsghdr *message, void *rate);

#endif
