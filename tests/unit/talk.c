/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "talk.h"

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "unit.h"

enum {
	MAX_SAID = 64,
	PORT = 4711
};

struct talk talk;

static struct {
	unsigned turn;
	const void *bytes;
	size_t length;
} said[MAX_SAID];
static unsigned n_said;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint n_heard;
static pthread_t thread;

/* Ends with the other side. */
static void *play(void *nothing)
{
	char request[4096];

	while (recv(talk.kernel, request, sizeof(request), 0) > 0) {
		unsigned turn = atomic_fetch_add(&n_heard, 1) + 1;

		pthread_mutex_lock(&lock);
		for (unsigned i = 0; i < n_said; i++)
			if (said[i].turn == turn)
				send(talk.kernel, said[i].bytes, said[i].length, 0);
		pthread_mutex_unlock(&lock);
	}
	return nothing;
}

ssize_t __real_sendmsg(int fd, const struct msghdr *datagram, int flags);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *datagram, int flags);

/* This socket has its receiver, who is not named as the kernel is. */
ssize_t __wrap_sendmsg(int fd, const struct msghdr *datagram, int flags)
{
	struct msghdr nameless = *datagram;

	if (fd != talk.sock.fd)
		return __real_sendmsg(fd, datagram, flags);
	nameless.msg_name = NULL;
	nameless.msg_namelen = 0;
	return __real_sendmsg(fd, &nameless, flags);
}

void talk_start(void)
{
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), 0);
	talk.sock = (struct rtnl){ .fd = ends[0], .port = PORT };
	talk.kernel = ends[1];
	n_said = 0;
	atomic_store(&n_heard, 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, play, NULL), 0);
}

void talk_stop(void)
{
	shutdown(talk.kernel, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(talk.sock.fd);
	close(talk.kernel);
}

struct nl_msg *talk_message(unsigned sequence, int type, int flags)
{
	struct nl_msg *message = nlmsg_alloc();

	ck_assert_ptr_nonnull(message);
	ck_assert_ptr_nonnull(
		nlmsg_put(message, talk.sock.port, sequence, type, 0, flags));
	return message;
}

struct nl_msg *talk_error(unsigned sequence, int error, const char *text)
{
	struct nlmsgerr about = { .error = error };
	struct nl_msg *message = talk_message(
		sequence, NLMSG_ERROR, text ? NLM_F_ACK_TLVS : 0);

	nlmsg_append(message, &about, sizeof(about), NLMSG_ALIGNTO);
	if (text)
		nla_put_string(message, NLMSGERR_ATTR_MSG, text);
	return message;
}

void talk_say_bytes(unsigned turn, const void *bytes, size_t length)
{
	char *copy = xn_alloc(unit.arena, length);

	ck_assert_ptr_nonnull(copy);
	ck_assert_uint_lt(n_said, MAX_SAID);
	memcpy(copy, bytes, length);
	pthread_mutex_lock(&lock);
	said[n_said].turn = turn;
	said[n_said].bytes = copy;
	said[n_said++].length = length;
	pthread_mutex_unlock(&lock);
}

void talk_say(unsigned turn, struct nl_msg *message)
{
	talk_say_bytes(turn, nlmsg_hdr(message), nlmsg_hdr(message)->nlmsg_len);
	nlmsg_free(message);
}

void talk_end(unsigned turn, int error, const char *text)
{
	talk_say(turn, talk_error(turn, error, text));
}

void talk_done(unsigned turn, int flags, int error)
{
	struct nl_msg *message = talk_message(turn, NLMSG_DONE, NLM_F_MULTI | flags);

	nlmsg_append(message, &error, sizeof(error), NLMSG_ALIGNTO);
	talk_say(turn, message);
}

unsigned talk_heard(void)
{
	return atomic_load(&n_heard);
}
