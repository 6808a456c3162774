/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_READ_H
#define XN_READ_H

#include "host/linux/rtnl.h"
#include "host/netstate.h"

/*
 * What the kernel tells of the host, turned into data; no socket in sight. All are handlers
 * of rtnl_request: 0, -ENOMEM, or -EBADMSG for what the kernel would never say.
 */

/* Their context: links seen so far. */
struct xn_view {
	struct xn_netstate *have;
	const char *name;      /* what was asked for; NULL: whatever comes           */
	struct xn_link *found; /* the last link seen                                 */
	int master, lower;     /* the indexes of its own, to be named afterwards     */
};

int xn_take_link(struct nlmsghdr *message, void *view);
/* Its context: an int, which becomes the link's index. */
int xn_take_index(struct nlmsghdr *message, void *ifindex);
/* Only what is a physical NIC: Ethernet, of no software kind, on a bus. */
int xn_take_nic(struct nlmsghdr *message, void *view);

/* Their context: links on which something may hang. */
struct xn_holder {
	int ifindex;
	struct xn_text ports, uppers;
	size_t kept; /* length of the uppers that earlier questions found */
};

struct xn_ties {
	struct xn_holder *holders; /* ordered by ifindex */
	size_t n;
	const char *kind; /* what was asked for; NULL: whatever comes */
};

void xn_ties_sort(struct xn_ties *ties);
/* NULL: the link of that index is not among them. */
struct xn_holder *xn_ties_find(const struct xn_ties *ties, int ifindex);
/* Notes the name of a link with those that it hangs on; -ECANCELED: the kernel does not know
 * the kind that was asked for, and so tells of all. */
int xn_take_tie(struct nlmsghdr *message, void *ties);

/* Their context: addresses or routes of the link of that index, as words. */
struct xn_listing {
	struct xn_text text;
	int ifindex;
};

/* Those of the host, but link-local IPv6. */
int xn_take_address(struct nlmsghdr *message, void *listing);
int xn_take_route(struct nlmsghdr *message, void *listing);
/* Those that xenet made; a route with its gateway. */
int xn_take_own_address(struct nlmsghdr *message, void *listing);
int xn_take_own_route(struct nlmsghdr *message, void *listing);

#endif
