/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_INGRESS_H
#define XN_INGRESS_H

#include "host/linux/rtnl.h"
#include "host/netstate.h"

/*
 * The detour of what a link receives: its ingress qdisc has one filter, which matches all and
 * redirects it to an ifb. What that lets pass goes on as if the link had just received it.
 */

/* RTM_NEWQDISC: room for the filter. NULL: no memory, as for all of these. */
struct nl_msg *xn_encode_ingress(const struct xn_link *link);
/* RTM_NEWTFILTER: the filter itself, to that device. */
struct nl_msg *xn_encode_redirect(const struct xn_link *link, int ifindex);
/* RTM_DELQDISC: neither filters nor room for them, whoever made them. */
struct nl_msg *xn_encode_no_ingress(const struct xn_link *link);

/* What the filters of a link do. */
struct xn_detour {
	int ifindex; /* of the device that all goes to; 0: none           */
	bool other;  /* what they do is nothing that we would have them do */
};

/* A handler of rtnl_request; its context: a struct xn_detour. */
int xn_take_filter(struct nlmsghdr *message, void *detour);
/* Fills in the detour of the link. 0 or -errno, as for the next. */
int xn_see_ingress(struct rtnl *sock, struct xn_link *link, struct xn_arena *arena);

/* The links that have room for filters, by their numbers, in order. */
struct xn_ingresses {
	struct xn_arena *arena;
	int *ifindexes;
	size_t n, room;
};

/* A handler of rtnl_request; its context: a struct xn_ingresses. */
int xn_take_ingress(struct nlmsghdr *message, void *ingresses);
int xn_see_ingresses(struct rtnl *sock, struct xn_ingresses *ingresses);
bool xn_has_ingress(const struct xn_ingresses *ingresses, int ifindex);

#endif
