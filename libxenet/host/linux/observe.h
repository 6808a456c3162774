/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_OBSERVE_H
#define XN_OBSERVE_H

#include "host/linux/read.h"

/* All return 0 or -errno; of the details, they tell XN_DETAIL_COUNTERS. */

/* Adds the link of that very name (an alternative name of another link is not it, but is
 * shown under the name asked for, since it occupies it); absent is no error. */
int xn_see_link(
	struct rtnl *sock, const char *name, unsigned details, struct xn_netstate *have);
/* The link of that index; -ENODEV: it is gone. */
int xn_see_index(struct rtnl *sock, int ifindex, struct xn_arena *arena,
	const struct xn_link **ret);
/* Adds all links, with what hangs on them, by a single dump. */
int xn_see_all(struct rtnl *sock, unsigned details, struct xn_netstate *have);
/* Hands all links to the handler; see rtnl_ask. */
int xn_dump_links(struct rtnl *sock, unsigned details, rtnl_handler handler,
	void *context, void (*reset)(void *context));
/* Those of a kind, of which a kernel that does not know the kind hands out all; see
 * rtnl_ask_aside. */
int xn_dump_kind(const char *kind, rtnl_handler handler, void *context,
	void (*reset)(void *context));
/* Adds every physical NIC: Ethernet, of no software kind, on a bus. */
int xn_see_nics(struct rtnl *sock, struct xn_netstate *have);
/* Fills addresses and routes of the host on the link. */
int xn_see_use(struct rtnl *sock, struct xn_link *link, struct xn_arena *arena);
/* Fills the addresses and routes on the link that xenet made. */
int xn_see_layer3(struct rtnl *sock, struct xn_link *link, struct xn_arena *arena);
/* Fills in what hangs on the links of those names. */
int xn_see_dependants(
	struct rtnl *sock, const struct xn_netstate *names, struct xn_netstate *have);

#endif
