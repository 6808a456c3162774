/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "host/linux/encode.h"
#include "host/linux/observe.h"
#include "talk.h"
#include "unit.h"

/*
 * The kernel's side of netlink is played by the test, at the other end of a pair of sockets:
 * it says beforehand what will be read (catalogue 53-57).
 */

static struct xn_netstate *have;

static void start(void)
{
	talk_start();
	have = xn_netstate_new(unit.arena);
	ck_assert_ptr_nonnull(have);
}

static int see(const char *name)
{
	return xn_see_link(&talk.sock, name, XN_DETAIL_NONE, have);
}

static void say_link(unsigned sequence, int flags, int ifindex, const char *name)
{
	struct ifinfomsg info = { .ifi_index = ifindex, .ifi_type = ARPHRD_ETHER };
	struct nl_msg *message = talk_message(sequence, RTM_NEWLINK, flags);

	nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
	nla_put_string(message, IFLA_IFNAME, name);
	nla_put_u32(message, IFLA_MTU, 1400);
	nla_put_string(message, IFLA_PARENT_DEV_NAME, "0000:01:00.0");
	talk_say(sequence ? sequence : 1, message);
}

/* For what is not going to be answered. */
static void wait_shortly(void)
{
	const struct timeval limit = { .tv_usec = 20000 };

	ck_assert_int_eq(
		setsockopt(talk.sock.fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)),
		0);
}

START_TEST(a_link)
{
	say_link(1, 0, 7, "eth0");
	talk_end(1, 0, NULL);
	ck_assert_int_eq(see("eth0"), 0);
	ck_assert_str_eq(have->links->name, "eth0");
	ck_assert_int_eq(have->links->ifindex, 7);
	ck_assert_int_eq(have->links->mtu, 1400);
	ck_assert_str_eq(have->links->kind, "nic");
	ck_assert_uint_eq(talk_heard(), 1);
}
END_TEST

/* Catalogue 9. */
START_TEST(whatever_error_the_kernel_answers)
{
	static const int errors[] = { ENOMEM, EBUSY, EINTR, EPERM, ENODEV, EAGAIN, 4095 };
	struct rtnl_fault fault = { "" };

	for (unsigned i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		talk_end(i + 1, -errors[i], "because");
		ck_assert_int_eq(
			rtnl_request(&talk.sock, nlmsg_alloc_simple(RTM_DELLINK, 0), NULL,
				NULL, &fault),
			-errors[i]);
		ck_assert_str_eq(fault.text, "because");
	}
	/* What an earlier one had to say is not said of the next. */
	talk_end(8, -EBUSY, NULL);
	ck_assert_int_eq(rtnl_request(&talk.sock, nlmsg_alloc_simple(RTM_DELLINK, 0),
				 NULL, NULL, &fault),
		-EBUSY);
	ck_assert_str_eq(fault.text, "");
	ck_assert_int_eq(rtnl_request(&talk.sock, NULL, NULL, NULL, &fault), -ENOMEM);
}
END_TEST

START_TEST(no_such_link_is_no_error)
{
	talk_end(1, -ENODEV, NULL);
	ck_assert_int_eq(see("eth0"), 0);
	ck_assert_ptr_null(have->links);
}
END_TEST

/* Catalogue 56: what belongs to other requests, or other sockets, counts for nothing. */
START_TEST(answers_to_others)
{
	say_link(0, 0, 5, "old");
	talk_say(1, talk_error(0, -EPERM, NULL));
	talk.sock.port++;
	say_link(1, 0, 6, "foreign");
	talk_end(1, -EPERM, NULL);
	talk.sock.port--;
	say_link(1, 0, 7, "eth0");
	talk_end(1, 0, NULL);
	ck_assert_int_eq(see("eth0"), 0);
	ck_assert_int_eq(have->links->ifindex, 7);
	ck_assert_ptr_null(have->links->next);
}
END_TEST

/* Catalogue 57: by its address; the real thing is below. An abstract name has bytes where a
 * netlink address has the port. */
START_TEST(datagrams_of_others)
{
	const struct sockaddr_nl own = { .nl_family = AF_UNIX,
		.nl_pid = (unsigned)getpid() };

	ck_assert_int_eq(
		bind(talk.kernel, (const struct sockaddr *)&own, sizeof(own)), 0);
	say_link(1, 0, 7, "eth0");
	talk_end(1, 0, NULL);
	wait_shortly();
	ck_assert_int_eq(see("eth0"), -ETIMEDOUT);
	ck_assert_ptr_null(have->links);
}
END_TEST

static struct rtnl *open_rtnl(void)
{
	struct rtnl *sock = NULL;

	return rtnl_open(&sock) == 0 ? sock : NULL;
}

/* As a bystander who knows port and sequence of the victim says it. 0: that was ignored. */
static int spoof(void)
{
	struct rtnl *victim = open_rtnl(), *bystander = open_rtnl();
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	struct nl_msg *lie;
	int r;

	if (!victim || !bystander)
		return 2;
	to.nl_pid = talk.sock.port = victim->port;
	lie = talk_error(victim->sequence + 1, -EHWPOISON, NULL);
	if (sendto(bystander->fd, nlmsg_hdr(lie), nlmsg_hdr(lie)->nlmsg_len, 0,
		    (struct sockaddr *)&to, sizeof(to)) < 0)
		return 3;
	nlmsg_free(lie);
	r = xn_see_link(victim, "lo", XN_DETAIL_NONE, have);
	rtnl_close(victim);
	rtnl_close(bystander);
	return r == 0 && have->links && strcmp(have->links->kind, "nic") == 0 ? 0 : 1;
}

/* In a network namespace of its own; whoever may not have one is spared. */
static void assert_alone(int (*act)(void))
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(unshare(CLONE_NEWNET) == 0 ||
					unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0
				? act()
				: 77);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) != 77)
		ck_assert_int_eq(WEXITSTATUS(status), 0);
}

/* Catalogue 57: only who rules the namespace may send to others' sockets at all. */
START_TEST(datagrams_of_other_processes)
{
	assert_alone(spoof);
}
END_TEST

enum {
	MANY = 200
};

static int make_many(struct rtnl *sock)
{
	char name[16];
	int r = 0;

	for (int i = 0; i < MANY && r == 0; i++) {
		const struct xn_link link = { .name = name, .kind = "bridge" };

		snprintf(name, sizeof(name), "br%d", i);
		r = rtnl_request(sock, xn_encode_add(&link, 0, 0), NULL, NULL, NULL);
	}
	return r;
}

static int count_link(struct nlmsghdr *message, void *n)
{
	*(int *)n += message->nlmsg_type == RTM_NEWLINK;
	return 0;
}

static void forget_count(void *n)
{
	*(int *)n = 0;
}

static int list_in_little_room(void)
{
	const struct ifinfomsg all = { .ifi_family = AF_UNSPEC };
	struct nl_msg *message = nlmsg_alloc_simple(RTM_GETLINK, NLM_F_DUMP);
	struct rtnl *sock = open_rtnl();
	int least = 1, n = 0;

	if (!sock || !message ||
		setsockopt(sock->fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least)) < 0)
		return 2;
	memcpy(nlmsg_reserve(message, sizeof(all), NLMSG_ALIGNTO), &all, sizeof(all));
	if (make_many(sock) < 0)
		return 3;
	if (rtnl_ask(sock, message, count_link, &n, forget_count) < 0)
		return 4;
	rtnl_close(sock);
	return n == MANY + 1 ? 0 : 5;
}

/* Catalogue 55: the smallest buffer that a socket may have loses nothing. */
START_TEST(little_room)
{
	assert_alone(list_in_little_room);
}
END_TEST

/* Catalogue 56. */
START_TEST(no_end)
{
	wait_shortly();
	say_link(1, NLM_F_MULTI, 7, "eth0");
	ck_assert_int_eq(xn_see_nics(&talk.sock, have), -ETIMEDOUT);
	ck_assert_uint_eq(talk_heard(), 1);
}
END_TEST

/* A list whose end says that it broke off. */
START_TEST(a_bad_end)
{
	say_link(1, NLM_F_MULTI, 7, "eth0");
	talk_done(1, 0, -EINVAL);
	ck_assert_int_eq(xn_see_nics(&talk.sock, have), -EINVAL);
}
END_TEST

/* Catalogue 53: what an interrupted list told is thrown away. */
START_TEST(an_interrupted_list_is_asked_for_again)
{
	say_link(1, NLM_F_MULTI, 7, "eth0");
	say_link(1, NLM_F_MULTI | NLM_F_DUMP_INTR, 8, "gone");
	talk_done(1, 0, 0);
	say_link(2, NLM_F_MULTI, 7, "eth0");
	talk_done(2, NLM_F_DUMP_INTR, 0);
	say_link(3, NLM_F_MULTI, 9, "eth1");
	say_link(3, NLM_F_MULTI, 7, "eth0");
	talk_done(3, 0, 0);
	ck_assert_int_eq(xn_see_nics(&talk.sock, have), 0);
	ck_assert_str_eq(have->links->name, "eth0");
	ck_assert_str_eq(have->links->next->name, "eth1");
	ck_assert_ptr_null(have->links->next->next);
	ck_assert_uint_eq(talk_heard(), 3);
}
END_TEST

/* Catalogue 54. */
START_TEST(a_list_that_is_always_interrupted)
{
	for (unsigned i = 1; i <= RTNL_TRIES + 1; i++) {
		say_link(i, NLM_F_MULTI | NLM_F_DUMP_INTR, 7, "eth0");
		talk_done(i, 0, 0);
	}
	ck_assert_int_eq(xn_see_nics(&talk.sock, have), -EAGAIN);
	ck_assert_uint_eq(talk_heard(), RTNL_TRIES);
}
END_TEST

/* Catalogue 55: an answer that was lost is asked for again, and its rest is gone. */
START_TEST(a_lost_answer)
{
	say_link(1, NLM_F_MULTI, 7, "eth0");
	talk_say(1, talk_message(1, NLMSG_OVERRUN, 0));
	say_link(1, NLM_F_MULTI, 8, "late");
	say_link(2, NLM_F_MULTI, 9, "eth1");
	talk_done(2, 0, 0);
	ck_assert_int_eq(xn_see_nics(&talk.sock, have), 0);
	ck_assert_str_eq(have->links->name, "eth1");
	ck_assert_ptr_null(have->links->next);
	ck_assert_uint_eq(talk_heard(), 2);
}
END_TEST

START_TEST(an_answer_that_is_always_lost)
{
	for (unsigned i = 1; i <= RTNL_TRIES + 1; i++)
		talk_say(i, talk_message(i, NLMSG_OVERRUN, 0));
	ck_assert_int_eq(xn_see_nics(&talk.sock, have), -EAGAIN);
	ck_assert_uint_eq(talk_heard(), RTNL_TRIES);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, start, talk_stop);
	tcase_add_test(tests, a_link);
	tcase_add_test(tests, whatever_error_the_kernel_answers);
	tcase_add_test(tests, no_such_link_is_no_error);
	tcase_add_test(tests, answers_to_others);
	tcase_add_test(tests, datagrams_of_others);
	tcase_add_test(tests, datagrams_of_other_processes);
	tcase_add_test(tests, little_room);
	tcase_add_test(tests, no_end);
	tcase_add_test(tests, a_bad_end);
	tcase_add_test(tests, an_interrupted_list_is_asked_for_again);
	tcase_add_test(tests, a_list_that_is_always_interrupted);
	tcase_add_test(tests, a_lost_answer);
	tcase_add_test(tests, an_answer_that_is_always_lost);
}

int main(void)
{
	return unit_main("netlink", add_tests);
}
