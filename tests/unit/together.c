/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include <linux/rtnetlink.h>

#include "talk.h"
#include "unit.h"

/* Requests that go to the kernel together; it is played by the test (see talk.h). */

enum {
	SEVERAL = 4
};

/* As many deletions in one datagram. */
static void send_several(struct rtnl_order *orders, struct rtnl_fault *faults)
{
	for (int i = 0; i < SEVERAL; i++)
		orders[i] = (struct rtnl_order){ nlmsg_alloc_simple(RTM_DELLINK, 0),
			{ .fault = &faults[i] }, 0 };
	rtnl_requests(&talk.sock, orders, SEVERAL);
}

/* Each error belongs to its own request; of what went well only the last is told. */
START_TEST(several_at_once)
{
	struct rtnl_order orders[SEVERAL];
	struct rtnl_fault faults[SEVERAL];

	talk_say(1, talk_error(2, -EBUSY, "because"));
	talk_say(1, talk_error(3, -EPERM, NULL));
	talk_end(1, 0, NULL);
	talk_say(1, talk_error(4, 0, NULL));
	send_several(orders, faults);
	ck_assert_int_eq(orders[0].result, 0);
	ck_assert_int_eq(orders[1].result, -EBUSY);
	ck_assert_int_eq(orders[2].result, -EPERM);
	ck_assert_int_eq(orders[3].result, 0);
	ck_assert_str_eq(faults[1].text, "because");
	ck_assert_str_eq(faults[0].text, "");
	ck_assert_str_eq(faults[2].text, "");
	ck_assert_uint_eq(talk_heard(), 1);
}
END_TEST

START_TEST(several_of_which_the_last_fails)
{
	struct rtnl_order orders[SEVERAL];
	struct rtnl_fault faults[SEVERAL];

	talk_say(1, talk_error(4, -EBUSY, "because"));
	send_several(orders, faults);
	ck_assert_int_eq(orders[2].result, 0);
	ck_assert_int_eq(orders[3].result, -EBUSY);
	ck_assert_str_eq(faults[3].text, "because");
}
END_TEST

/* What is about none of them, such as a late word about an earlier one, is no answer. */
START_TEST(several_and_a_stray)
{
	struct rtnl_order orders[SEVERAL];
	struct rtnl_fault faults[SEVERAL];

	talk_say(1, talk_error(1, -EBUSY, "because"));
	talk_say(1, talk_error(99, 0, NULL));
	talk_say(1, talk_error(1, 0, NULL));
	talk_say(1, talk_error(4, 0, NULL));
	send_several(orders, faults);
	ck_assert_int_eq(orders[0].result, -EBUSY);
	ck_assert_str_eq(faults[0].text, "because");
	ck_assert_int_eq(orders[3].result, 0);
}
END_TEST

/* Silence is consent only up to an answer to the last. */
START_TEST(several_without_an_end)
{
	struct rtnl_order orders[SEVERAL];
	struct rtnl_fault faults[SEVERAL];

	talk_say(1, talk_error(2, -EBUSY, NULL));
	talk_say_bytes(1, "?", 1);
	send_several(orders, faults);
	ck_assert_int_eq(orders[0].result, -EBADMSG);
	ck_assert_int_eq(orders[1].result, -EBUSY);
	ck_assert_int_eq(orders[2].result, -EBADMSG);
	ck_assert_int_eq(orders[3].result, -EBADMSG);
}
END_TEST

START_TEST(several_without_memory)
{
	struct rtnl_order orders[2] = { { .message = nlmsg_alloc_simple(
						  RTM_DELLINK, 0) } };

	rtnl_requests(&talk.sock, orders, 2);
	ck_assert_int_eq(orders[0].result, -ENOMEM);
	ck_assert_int_eq(orders[1].result, -ENOMEM);
	ck_assert_uint_eq(talk_heard(), 0);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, talk_start, talk_stop);
	tcase_add_test(tests, several_at_once);
	tcase_add_test(tests, several_of_which_the_last_fails);
	tcase_add_test(tests, several_without_an_end);
	tcase_add_test(tests, several_and_a_stray);
	tcase_add_test(tests, several_without_memory);
}

int main(void)
{
	return unit_main("together", add_tests);
}
