/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/*
 * To be preloaded: the N-th word to the kernel never reaches it, and the answer is an error.
 * Words are messages by netlink, calls about a TAP, and the machine's name. $REFUSE is
 * "N ERRNO", "N+ ERRNO" for that one and all that follow, or "N! ERRNO" for those of them that
 * would change something. Each is a line of the file $REFUSE_LOG: "ask" if it changes nothing,
 * else "tell", then what it is, then "refused" or "sent".
 */

enum {
	MAX_TOGETHER = 64
};

struct answer {
	struct nlmsghdr header;
	struct nlmsgerr error;
};

static struct {
	int n;
	int socket; /* where answers are due */
	struct answer answers[MAX_TOGETHER];
	size_t due, next;
	bool last_is_due; /* among them is that to the last message that was sent with others */
} state;

static void note(bool asks, const char *what, bool refused)
{
	const char *path = getenv("REFUSE_LOG");
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;

	if (fd < 0)
		return;
	dprintf(fd, "%s %s %s\n", asks ? "ask" : "tell", what,
		refused ? "refused" : "sent");
	close(fd);
}

/* The error for the word that is next, or 0. */
static int judge(bool asks, const char *what)
{
	const char *wish = getenv("REFUSE");
	int first = 0, error = 0, n = ++state.n;
	char which = ' ';

	if (wish && sscanf(wish, "%d%c%d", &first, &which, &error) != 3)
		abort();
	if (which == ' ' ? n != first : n < first)
		error = 0;
	if (which == '!' && asks)
		error = 0;
	note(asks, what, error);
	return error;
}

static int refuse(int error)
{
	errno = error;
	return -1;
}

static void prepare_answer(const struct nlmsghdr *message, int error)
{
	struct answer *answer = &state.answers[state.due++];

	answer->header = (struct nlmsghdr){ .nlmsg_len = sizeof(*answer),
		.nlmsg_type = NLMSG_ERROR,
		.nlmsg_flags = NLM_F_CAPPED,
		.nlmsg_seq = message->nlmsg_seq,
		.nlmsg_pid = message->nlmsg_pid };
	answer->error = (struct nlmsgerr){ .error = -error, .msg = *message };
}

/* Of each family of four types the third one asks; of nftables' three the second. */
static int judge_message(const struct nlmsghdr *message)
{
	int number = message->nlmsg_type & 0xff;
	bool is_rule = message->nlmsg_type >> 8 == NFNL_SUBSYS_NFTABLES;
	char what[32];

	snprintf(what, sizeof(what), "%s-%d", is_rule ? "rule" : "message",
		message->nlmsg_type);
	return judge(is_rule ? number % 3 == 1 : (number - RTM_BASE) % 4 == 2, what);
}

/* Those that the kernel is to have. Where that is not the last one, whose answer ends all, ours
 * does. */
static size_t sift(const struct msghdr *datagram, struct iovec *kept)
{
	size_t n = 0;

	for (size_t i = 0; i < datagram->msg_iovlen; i++) {
		const struct nlmsghdr *message = datagram->msg_iov[i].iov_base;
		int error = judge_message(message);

		if (error)
			prepare_answer(message, error);
		else
			kept[n++] = datagram->msg_iov[i];
		state.last_is_due = error;
	}
	return n;
}

static ssize_t length_of(const struct msghdr *datagram)
{
	size_t length = 0;

	for (size_t i = 0; i < datagram->msg_iovlen; i++)
		length += datagram->msg_iov[i].iov_len;
	return (ssize_t)length;
}

ssize_t sendmsg(int fd, const struct msghdr *datagram, int flags)
{
	const struct sockaddr_nl *to = datagram->msg_name;
	struct msghdr rest = *datagram;
	struct iovec kept[MAX_TOGETHER];

	if (!to || to->nl_family != AF_NETLINK)
		return syscall(SYS_sendmsg, fd, datagram, flags);
	if (datagram->msg_iovlen > MAX_TOGETHER)
		abort();
	state.socket = fd;
	state.due = state.next = 0;
	rest.msg_iov = kept;
	rest.msg_iovlen = sift(datagram, kept);
	if (rest.msg_iovlen && syscall(SYS_sendmsg, fd, &rest, flags) < 0)
		return -1;
	return length_of(datagram);
}

/* The answer to the last message comes last, behind what the kernel says of the others. */
static bool is_due(int fd, const struct msghdr *datagram)
{
	return fd == state.socket && state.next < state.due &&
	       datagram->msg_iovlen == 1 &&
	       datagram->msg_iov->iov_len >= sizeof(struct answer);
}

ssize_t recvmsg(int fd, struct msghdr *datagram, int flags)
{
	ssize_t n;

	if (!is_due(fd, datagram))
		return syscall(SYS_recvmsg, fd, datagram, flags);
	if (state.last_is_due && state.next + 1 == state.due) {
		n = syscall(SYS_recvmsg, fd, datagram, flags | MSG_DONTWAIT);
		if (n >= 0)
			return n;
	}
	memset(datagram->msg_name, 0, datagram->msg_namelen);
	memcpy(datagram->msg_iov->iov_base, &state.answers[state.next++],
		sizeof(struct answer));
	datagram->msg_flags = 0;
	return sizeof(struct answer);
}

static const char *name_of(unsigned long request)
{
	switch (request) {
	case TUNSETIFF:
		return "TUNSETIFF";
	case TUNSETPERSIST:
		return "TUNSETPERSIST";
	default:
		return NULL;
	}
}

/* Others than a TAP's are no word to the network: stdio asks for a terminal. */
int ioctl(int fd, unsigned long request, ...)
{
	const char *name = name_of(request);
	int error = name ? judge(false, name) : 0;
	va_list arguments;
	void *argument;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	return error ? refuse(error) : (int)syscall(SYS_ioctl, fd, request, argument);
}

int sethostname(const char *name, size_t length)
{
	int error = judge(false, "sethostname");

	return error ? refuse(error) : (int)syscall(SYS_sethostname, name, length);
}
