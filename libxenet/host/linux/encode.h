/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_ENCODE_H
#define XN_ENCODE_H

#include <netlink/msg.h>

#include "host/plan.h"

/*
 * Steps as netlink messages; pure, no socket in sight. NULL: no memory. The caller owns
 * what is returned.
 */

/* The link group of what xenet makes: the one mark that a creating message can carry. */
enum {
	XN_LINK_GROUP = 0x786e
};

/* The message, or NULL and its end when a part of it did not fit. */
struct nl_msg *xn_encode_finish(struct nl_msg *message, int failed);
/* RTM_NEWLINK that makes the link, unmarked but for its group; index 0: it has none. */
struct nl_msg *xn_encode_add(
	const struct xn_link *link, int parent_ifindex, int master_ifindex);
/* RTM_NEWLINK that changes the settings of the mask on an existing link; with XN_MASTER in
 * it the link joins that one. */
struct nl_msg *xn_encode_set(
	const struct xn_link *link, unsigned mask, int master_ifindex);
/* master_ifindex 0: leave the master. */
struct nl_msg *xn_encode_master(int ifindex, int master_ifindex);
struct nl_msg *xn_encode_up(int ifindex, bool up);
/* Another name. */
struct nl_msg *xn_encode_name(int ifindex, const char *name);
struct nl_msg *xn_encode_del(int ifindex);
/* RTM_GETLINK by name, or, when name is NULL, by index; 0: a dump, with its flag. */
struct nl_msg *xn_encode_ask(const char *name, int ifindex, int flags, unsigned details);

#endif
