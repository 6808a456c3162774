/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/rtnl.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>

/* The kernel answers at once; longer means that the socket is not what we think. */
enum {
	ANSWER_TIMEOUT_S = 10
};

int rtnl_open(struct nl_sock **ret)
{
	const struct timeval limit = { .tv_sec = ANSWER_TIMEOUT_S };
	struct nl_sock *sock = nl_socket_alloc();
	int on = 1, fd;

	if (!sock)
		return -ENOMEM;
	if (nl_connect(sock, NETLINK_ROUTE) < 0) {
		nl_socket_free(sock);
		return -errno;
	}
	fd = nl_socket_get_fd(sock);
	/* Each is an improvement only: an old kernel works without. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	nl_socket_enable_msg_peek(sock);
	*ret = sock;
	return 0;
}

/* The extended ack's text stands behind the error, whose request is cut off (CAP_ACK). */
static void keep_text(struct nlmsghdr *header, struct rtnl_fault *fault)
{
	struct nlattr *text;
	int offset = NLMSG_HDRLEN + (int)NLMSG_ALIGN(sizeof(struct nlmsgerr));
	int length = (int)header->nlmsg_len - offset;

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS) || length <= 0)
		return;
	text = nla_find(
		(struct nlattr *)((char *)header + offset), length, NLMSGERR_ATTR_MSG);
	if (text)
		nla_strlcpy(fault->text, text, sizeof(fault->text));
}

static int read_error(struct nlmsghdr *header, struct rtnl_fault *fault)
{
	const struct nlmsgerr *error = nlmsg_data(header);

	if (nlmsg_datalen(header) < (int)sizeof(*error))
		return -EBADMSG;
	if (error->error && fault)
		keep_text(header, fault);
	return error->error;
}

struct exchange {
	struct nl_sock *sock;
	unsigned sequence;
	rtnl_handler handler;
	void *context;
	struct rtnl_fault *fault;
	bool done;
	bool interrupted;
};

static int take_message(struct exchange *x, struct nlmsghdr *header)
{
	if (header->nlmsg_seq != x->sequence ||
		header->nlmsg_pid != nl_socket_get_local_port(x->sock))
		return 0; /* the answer to something else */
	if (header->nlmsg_flags & NLM_F_DUMP_INTR)
		x->interrupted = true;
	switch (header->nlmsg_type) {
	case NLMSG_DONE:
		x->done = true;
		return 0;
	case NLMSG_ERROR:
		x->done = true;
		return read_error(header, x->fault);
	case NLMSG_NOOP:
		return 0;
	default:
		return x->handler ? x->handler(header, x->context) : 0;
	}
}

static int take_datagram(struct exchange *x)
{
	struct sockaddr_nl from = { 0 };
	unsigned char *bytes = NULL;
	int r = 0, left = nl_recv(x->sock, &from, &bytes, NULL);
	struct nlmsghdr *header = (struct nlmsghdr *)bytes;

	if (left <= 0)
		return left == -NLE_NOMEM ? -ENOBUFS : -EIO;
	if (from.nl_pid == 0) /* the kernel's, nobody else's */
		for (; nlmsg_ok(header, left) && r == 0 && !x->done;
			header = nlmsg_next(header, &left))
			r = take_message(x, header);
	free(bytes);
	return r;
}

int rtnl_request(struct nl_sock *sock, struct nl_msg *message, rtnl_handler handler,
	void *context, struct rtnl_fault *fault)
{
	struct exchange x = { sock, 0, handler, context, fault, false, false };
	int r = 0;

	if (!message)
		return -ENOMEM;
	if (fault)
		fault->text[0] = '\0';
	if (nl_send_auto(sock, message) < 0)
		r = -errno;
	x.sequence = nlmsg_hdr(message)->nlmsg_seq;
	nlmsg_free(message);
	while (r == 0 && !x.done)
		r = take_datagram(&x);
	return r == 0 && x.interrupted ? -EAGAIN : r;
}
