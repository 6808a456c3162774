/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/rtnl.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/netlink.h>

enum {
	/* The kernel answers at once; longer means that the socket is not what we think. */
	ANSWER_TIMEOUT_S = 10,
	/* What the kernel makes of a list at most (netlink_dump); one link takes far less. */
	DATAGRAM_SIZE = 32768,
	/* What can be left in a socket is bounded; what others send to it is not. */
	MAX_LEFT_OVER = 100000,
	/* A thousand addresses of a guest take one megabyte. */
	TRANSACTION_SIZE = 16 << 20,
	/* No honest signal comes so often while one answer is waited for. */
	MAX_INTERRUPTIONS = 1000,
};

static void set_options(int fd)
{
	const struct timeval limit = { .tv_sec = ANSWER_TIMEOUT_S };
	int on = 1;

	/* Each is an improvement only: an old kernel works without. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

static int connect_to_kernel(struct rtnl *sock, int protocol)
{
	struct sockaddr_nl own = { .nl_family = AF_NETLINK };
	socklen_t size = sizeof(own);

	sock->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	if (sock->fd < 0)
		return -errno;
	set_options(sock->fd);
	if (bind(sock->fd, (struct sockaddr *)&own, sizeof(own)) < 0 ||
		getsockname(sock->fd, (struct sockaddr *)&own, &size) < 0)
		return -errno;
	sock->port = own.nl_pid;
	return 0;
}

static int open_socket(struct rtnl **ret, int protocol)
{
	struct rtnl *sock = calloc(1, sizeof(*sock));
	int r = sock ? connect_to_kernel(sock, protocol) : -ENOMEM;

	if (r < 0)
		rtnl_close(sock);
	else
		*ret = sock;
	return r;
}

int rtnl_open(struct rtnl **ret)
{
	return open_socket(ret, NETLINK_ROUTE);
}

int rtnl_filter(struct rtnl *sock, struct rtnl **ret)
{
	const int room = TRANSACTION_SIZE;
	int r = sock->filter ? 0 : open_socket(&sock->filter, NETLINK_NETFILTER);

	if (r < 0)
		return r;
	/* Whom that is not allowed, the usual size has to do. */
	setsockopt(sock->filter->fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	*ret = sock->filter;
	return 0;
}

struct rtnl *rtnl_close(struct rtnl *sock)
{
	if (sock)
		rtnl_close(sock->filter);
	if (sock && sock->fd >= 0)
		close(sock->fd);
	free(sock);
	return NULL;
}

/*
 * What went wrong with the socket is no word of the kernel's about what it was asked: only
 * what means the same for both may pass for it, never "no such device" or "it exists".
 */
static int socket_error(void)
{
	switch (errno) {
	case EAGAIN:
		return -ETIMEDOUT;
	case ENOBUFS:
	case ENOMEM:
	case EPERM:
		return -errno;
	default:
		return -EIO;
	}
}

/* Makes a message one of the requests; the last has an end, be it an answer. */
static struct iovec prepare(struct rtnl *sock, struct rtnl_order *order, bool is_last)
{
	struct nlmsghdr *header = nlmsg_hdr(order->message);
	bool needs_end = is_last && !order->answer.is_single;

	header->nlmsg_flags |= NLM_F_REQUEST | (needs_end ? NLM_F_ACK : 0);
	header->nlmsg_pid = order->answer.port = sock->port;
	header->nlmsg_seq = order->answer.sequence = ++sock->sequence;
	if (order->answer.fault)
		order->answer.fault->text[0] = '\0';
	return (struct iovec){ header, NLMSG_ALIGN(header->nlmsg_len) };
}

static int send_requests(struct rtnl *sock, struct rtnl_order *orders, size_t n)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct iovec bytes[RTNL_TOGETHER];
	const struct msghdr datagram = { .msg_name = &kernel,
		.msg_namelen = sizeof(kernel),
		.msg_iov = bytes,
		.msg_iovlen = n };

	for (size_t i = 0; i < n; i++)
		bytes[i] = prepare(sock, &orders[i], i + 1 == n);
	return sendmsg(sock->fd, &datagram, 0) < 0 ? socket_error() : 0;
}

static ssize_t receive(struct rtnl *sock, struct msghdr *datagram, int flags)
{
	ssize_t n;
	int i = 0;

	do
		n = recvmsg(sock->fd, datagram, flags);
	while (n < 0 && errno == EINTR && ++i < MAX_INTERRUPTIONS);
	return n;
}

/* The request to which a datagram belongs, if it belongs to any; see rtnl_take. */
static struct rtnl_order *order_of(struct rtnl_order *orders, size_t n,
	const struct nlmsghdr *header, ssize_t length)
{
	unsigned i = length < (ssize_t)sizeof(*header)
			     ? 0
			     : header->nlmsg_seq - orders[0].answer.sequence;

	return &orders[i < n ? i : 0];
}

static int take_datagram(struct rtnl *sock, struct rtnl_order *orders, size_t n)
{
	alignas(struct nlmsghdr) unsigned char bytes[DATAGRAM_SIZE];
	struct sockaddr_nl from = { 0 };
	struct iovec room = { bytes, sizeof(bytes) };
	struct msghdr datagram = { .msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &room,
		.msg_iovlen = 1 };
	ssize_t length = receive(sock, &datagram, 0);
	struct rtnl_order *order;

	if (length < 0)
		return socket_error();
	if (from.nl_pid != 0)
		return 0; /* not the kernel's */
	if (datagram.msg_flags & MSG_TRUNC)
		return -EBADMSG;
	order = order_of(orders, n, (const void *)bytes, length);
	if (order->answer.done)
		return 0; /* it says no more about that, and is about none else */
	order->result = rtnl_take(&order->answer, bytes, (size_t)length);
	return order->answer.done ? 0 : order->result;
}

/* The rest of an answer that was given up: the next request would be refused, or find it. */
static void drain(struct rtnl *sock)
{
	struct msghdr nothing = { 0 };

	for (int i = 0; i < MAX_LEFT_OVER; i++)
		if (receive(sock, &nothing, MSG_DONTWAIT) < 0 && errno != ENOBUFS)
			return;
}

static void give_up(struct rtnl_order *orders, size_t n, int r)
{
	for (size_t i = 0; i < n; i++)
		if (!orders[i].answer.done)
			orders[i].result = r;
}

/* r: what became of the sending. */
static void await(struct rtnl *sock, struct rtnl_order *orders, size_t n, int r)
{
	const struct rtnl_answer *last = &orders[n - 1].answer;

	while (r == 0 && !last->done)
		r = take_datagram(sock, orders, n);
	if (r < 0)
		give_up(orders, n, r);
	if (!last->done && r != -ECANCELED)
		drain(sock);
}

static void exchange(struct rtnl *sock, struct rtnl_order *orders, size_t n)
{
	await(sock, orders, n, send_requests(sock, orders, n));
}

void rtnl_requests(struct rtnl *sock, struct rtnl_order *orders, size_t n)
{
	bool whole = true;

	for (size_t i = 0; i < n; i++)
		whole &= orders[i].message != NULL;
	if (!whole)
		give_up(orders, n, -ENOMEM);
	else if (n)
		exchange(sock, orders, n);
	for (size_t i = 0; i < n; i++)
		nlmsg_free(orders[i].message);
}

int rtnl_request(struct rtnl *sock, struct nl_msg *message, rtnl_handler handler,
	void *context, struct rtnl_fault *fault)
{
	struct rtnl_order order = { .message = message,
		.answer = { .handler = handler, .context = context, .fault = fault } };

	rtnl_requests(sock, &order, 1);
	return order.result;
}

/* Whoever changes the list all the time may be through by then. */
static void pause_before(int attempt)
{
	const struct timespec time = { .tv_nsec = attempt ? 1000000L << attempt : 0 };

	if (attempt)
		nanosleep(&time, NULL);
}

int rtnl_ask(struct rtnl *sock, struct nl_msg *message, rtnl_handler handler,
	void *context, void (*reset)(void *context))
{
	int r = message ? -EAGAIN : -ENOMEM;

	for (int i = 0; i < RTNL_TRIES && (r == -EAGAIN || r == -ENOBUFS); i++) {
		struct rtnl_order order = { .message = message,
			.answer = { .handler = handler,
				.context = context,
				.is_single = !(
					nlmsg_hdr(message)->nlmsg_flags & NLM_F_DUMP) } };

		pause_before(i);
		reset(context);
		exchange(sock, &order, 1);
		r = order.result == 0 && order.answer.interrupted ? -EAGAIN
								  : order.result;
	}
	nlmsg_free(message);
	return r == -ENOBUFS ? -EAGAIN : r;
}

int rtnl_ask_aside(struct nl_msg *message, rtnl_handler handler, void *context,
	void (*reset)(void *context))
{
	struct rtnl *sock;
	int r = rtnl_open(&sock);

	if (r < 0) {
		nlmsg_free(message);
		return r;
	}
	r = rtnl_ask(sock, message, handler, context, reset);
	rtnl_close(sock);
	return r == -ECANCELED ? 0 : r;
}

/* All get the same number, so that whatever is said of any of them is said of the whole: that
 * something went wrong, or that the last one within the brackets was taken. */
static void number_all(const struct rtnl_answer *answer, void *bytes, size_t length)
{
	struct nlmsghdr *header = bytes, *last = NULL, *before = NULL;

	for (int left = (int)length; nlmsg_ok(header, left);
		header = nlmsg_next(header, &left)) {
		header->nlmsg_flags |= NLM_F_REQUEST;
		header->nlmsg_pid = answer->port;
		header->nlmsg_seq = answer->sequence;
		before = last;
		last = header;
	}
	if (before)
		before->nlmsg_flags |= NLM_F_ACK;
}

int rtnl_transact(struct rtnl *sock, void *bytes, size_t length, struct rtnl_fault *fault)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct rtnl_order order = { .answer = { .port = sock->port,
					    .sequence = ++sock->sequence,
					    .fault = fault } };
	int r = 0;

	number_all(&order.answer, bytes, length);
	if (sendto(sock->fd, bytes, length, 0, (struct sockaddr *)&kernel,
		    sizeof(kernel)) < 0)
		r = socket_error();
	await(sock, &order, 1, r);
	return order.result;
}
