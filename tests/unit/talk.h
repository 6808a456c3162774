/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UNIT_TALK_H
#define UNIT_TALK_H

#include "host/linux/rtnl.h"

/*
 * The kernel's side of netlink, played at the other end of a pair of sockets: each request is
 * answered with what the test has put in for its turn, 1 being the first.
 */
extern struct talk {
	struct rtnl sock; /* the side of xenet */
	int kernel;
} talk;

void talk_start(void);
void talk_stop(void);

/* A message with the port of talk.sock; free it with nlmsg_free, or by saying it. */
struct nl_msg *talk_message(unsigned sequence, int type, int flags);
/* NLMSG_ERROR with an errno or, as success is told, 0; text: extended ack, may be NULL. */
struct nl_msg *talk_error(unsigned sequence, int error, const char *text);
/* Frees the message. */
void talk_say(unsigned turn, struct nl_msg *message);
void talk_say_bytes(unsigned turn, const void *bytes, size_t length);
/* The last message of the turn's answer, in which the sequence is the turn. */
void talk_end(unsigned turn, int error, const char *text);
void talk_done(unsigned turn, int flags, int error);
/* The number of requests so far. */
unsigned talk_heard(void);

#endif
