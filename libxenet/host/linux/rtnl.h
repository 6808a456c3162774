/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_RTNL_H
#define XN_RTNL_H

#include <stdbool.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

/*
 * Route netlink by request and answer. Functions return 0 or -errno; the fault keeps the
 * kernel's own words (extended ack), where it gave some.
 */
struct rtnl {
	int fd;
	unsigned port;	     /* the kernel's name for the socket             */
	unsigned sequence;   /* of the last request                          */
	struct rtnl *filter; /* see rtnl_filter; NULL: nobody has asked for it */
};

struct rtnl_fault {
	char text[160];
};

/* How often a question is asked whose answer was not whole. */
enum {
	RTNL_TRIES = 8
};

typedef int (*rtnl_handler)(struct nlmsghdr *message, void *context);

/* To which request an answer must belong, and where it goes. */
struct rtnl_answer {
	unsigned port, sequence;
	rtnl_handler handler; /* NULL: nobody cares */
	void *context;
	struct rtnl_fault *fault; /* NULL: nobody cares */
	bool is_single; /* the first message is all of it, and needs no acknowledgement */
	bool done;
	bool interrupted; /* the list changed while it was told */
};

/* One of several requests that go to the kernel together. */
struct rtnl_order {
	struct nl_msg *message;	   /* NULL counts as no memory                   */
	struct rtnl_answer answer; /* what is not numbers or state is to be set  */
	int result;
};

/* So many: what they may be answered finds room in a socket of usual size. */
enum {
	RTNL_TOGETHER = 64
};

/* Release: rtnl_close. */
int rtnl_open(struct rtnl **ret);
/* The socket's companion that speaks with nftables: made for who needs it first, closed with it. */
int rtnl_filter(struct rtnl *sock, struct rtnl **ret);
/* Takes NULL, returns NULL. */
struct rtnl *rtnl_close(struct rtnl *sock);
/*
 * Sends the messages in one datagram, and frees them. The kernel takes them in order, and each
 * whatever became of those before. Only the last is sure to have an answer: of the others the
 * kernel tells what went wrong and what was asked for. An error of the socket, or of memory, is
 * the result of all whose own is not known.
 */
void rtnl_requests(struct rtnl *sock, struct rtnl_order *orders, size_t n);
/* The same for one message; each answer goes to the handler (may be NULL). */
int rtnl_request(struct rtnl *sock, struct nl_msg *message, rtnl_handler handler,
	void *context, struct rtnl_fault *fault);
/*
 * The same for what only asks, and so can ask again: a list that changed while it was told
 * (it may lack some and hold others twice), or an answer that was lost. reset throws away
 * what the handler has seen. -EAGAIN: still so after the last of the tries.
 */
int rtnl_ask(struct rtnl *sock, struct nl_msg *message, rtnl_handler handler,
	void *context, void (*reset)(void *context));

/*
 * Sends messages that the kernel takes as one transaction: all of them, or none. The first and
 * the last are its brackets, of which the kernel says nothing.
 */
int rtnl_transact(
	struct rtnl *sock, void *bytes, size_t length, struct rtnl_fault *fault);

/*
 * The same as rtnl_ask by a socket of its own, so that an answer can be given up, which is no error: the
 * handler returns -ECANCELED, and the kernel does not even make up the rest of it.
 */
int rtnl_ask_aside(struct nl_msg *message, rtnl_handler handler, void *context,
	void (*reset)(void *context));

/* ---- The bytes of answers; no socket in sight ---- */

/* One datagram. The kernel's own error, that of the handler, or -EBADMSG: it is malformed. */
int rtnl_take(struct rtnl_answer *answer, void *bytes, size_t length);
/* The fixed part of a message of that type; NULL: it is another one, or too short. */
const void *rtnl_body(struct nlmsghdr *message, int type, size_t size);
/*
 * The attributes behind the fixed part, or within another attribute, by number: each as long
 * as the policy asks, unknown ones left out. -EBADMSG: one is not, or breaks off.
 */
int rtnl_attrs(struct nlmsghdr *message, size_t size, struct nlattr **out, int max,
	const struct nla_policy *policy);
int rtnl_nested(struct nlattr *outer, struct nlattr **out, int max,
	const struct nla_policy *policy);

#endif
