/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_RTNL_H
#define XN_RTNL_H

#include <netlink/msg.h>
#include <netlink/netlink.h>

/*
 * Route netlink by request and answer. Functions return 0 or -errno; the fault keeps the
 * kernel's own words (extended ack), where it gave some.
 */
struct rtnl_fault {
	char text[160];
};

/* How often an interrupted dump is tried. */
enum {
	RTNL_DUMP_TRIES = 5
};

typedef int (*rtnl_handler)(struct nlmsghdr *message, void *context);

/* Release: nl_socket_free. */
int rtnl_open(struct nl_sock **ret);
/*
 * Sends the message, frees it (NULL counts as no memory), and hands each answer to the
 * handler (may be NULL) until the kernel says that it is done. An interrupted dump is
 * -EAGAIN: what the handler saw is to be thrown away.
 */
int rtnl_request(struct nl_sock *sock, struct nl_msg *message, rtnl_handler handler,
	void *context, struct rtnl_fault *fault);

#endif
