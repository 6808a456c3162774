/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_OBSERVE_H
#define XN_OBSERVE_H

#include "host/linux/rtnl.h"
#include "host/netstate.h"

/* All return 0 or -errno. */

/* Where the links of an exchange go. */
struct xn_view {
	struct nl_sock *sock;
	struct xn_netstate *have;
	const char *name;      /* what was asked for; NULL: whatever comes */
	struct xn_link *found; /* the last link seen                       */
	int master, parent;    /* its, to be named after the exchange      */
};

/* Takes a link; a handler whose context is a view. */
int xn_take_link(struct nlmsghdr *header, void *context);
/* Hands all links to the handler, again after a reset when the dump was interrupted. */
int xn_dump_links(struct nl_sock *sock, rtnl_handler handler, void *context,
	void (*reset)(void *context));

/* Adds the link of that very name (an alternative name of another link is not it, but is
 * shown under the name asked for, since it occupies it); absent is no error. */
int xn_see_link(struct nl_sock *sock, const char *name, struct xn_netstate *have);
/* Adds all links, with the ports of bridges and bonds, by a single dump. */
int xn_see_all(struct nl_sock *sock, struct xn_netstate *have);
/* Adds every physical NIC: Ethernet, of no software kind, on a bus. */
int xn_see_nics(struct nl_sock *sock, struct xn_netstate *have);
/* Fills addresses and routes of the host on the link. */
int xn_see_use(struct nl_sock *sock, struct xn_link *link, struct xn_arena *arena);
/* Fills the addresses and routes on the link that xenet made. */
int xn_see_layer3(struct nl_sock *sock, struct xn_link *link, struct xn_arena *arena);
/* Fills the ports of a bridge. */
int xn_see_ports(struct nl_sock *sock, struct xn_link *link, struct xn_arena *arena);

#endif
