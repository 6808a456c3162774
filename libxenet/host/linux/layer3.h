/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_LAYER3_H
#define XN_LAYER3_H

#include "host/linux/rtnl.h"
#include "host/plan.h"

/* Addresses and routes: the steps that deal with the IP layers. */

/* Who made an address (IFA_PROTO, Linux 5.18) or a route (rtm_protocol): that of xenet is a
 * number that /etc/iproute2/rt_protos leaves free. */
enum {
	XN_PROTOCOL = 0x78
};

/* RTM_NEWADDR or RTM_DELADDR of "ADDRESS/LENGTH"; NULL: no memory, or not one. */
struct nl_msg *xn_encode_address(int type, int ifindex, const char *item);
/* RTM_NEWROUTE or RTM_DELROUTE of "DESTINATION/LENGTH>GATEWAY"; NULL as above. */
struct nl_msg *xn_encode_route(int type, int ifindex, const char *item);
/* XN_OP_WITHDRAW, XN_OP_ASSIGN or XN_OP_ROUTE; 0 or -errno. */
int xn_layer3_step(struct rtnl *sock, const struct xn_step *step, struct xn_arena *arena,
	struct rtnl_fault *fault);

#endif
