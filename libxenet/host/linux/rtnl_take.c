/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include <linux/netlink.h>

#include "host/linux/rtnl.h"

/*
 * Whatever the bytes are, none outside them is looked at: lengths are compared with what is
 * there before anything behind them is read.
 */

static int parse(struct nlattr *first, int length, struct nlattr **out, int max,
	const struct nla_policy *policy)
{
	struct nlattr *attr;
	int left;

	nla_for_each_attr(attr, first, length, left);
	/* The padding of the last one may be missing, which makes it less than none. */
	if (left > 0 || nla_parse(out, max, first, length, policy) < 0)
		return -EBADMSG;
	return 0;
}

const void *rtnl_body(struct nlmsghdr *message, int type, size_t size)
{
	return message->nlmsg_type == type && nlmsg_datalen(message) >= (int)size
		       ? nlmsg_data(message)
		       : NULL;
}

int rtnl_attrs(struct nlmsghdr *message, size_t size, struct nlattr **out, int max,
	const struct nla_policy *policy)
{
	int length = nlmsg_attrlen(message, (int)size);

	return parse(nlmsg_attrdata(message, (int)size), length > 0 ? length : 0, out,
		max, policy);
}

int rtnl_nested(struct nlattr *outer, struct nlattr **out, int max,
	const struct nla_policy *policy)
{
	return parse(nla_data(outer), nla_len(outer), out, max, policy);
}

/* The extended ack's text stands behind the error, whose request is cut off (CAP_ACK). */
static void keep_text(struct nlmsghdr *header, struct rtnl_fault *fault)
{
	static const struct nla_policy policy[NLMSGERR_ATTR_MAX + 1] = {
		[NLMSGERR_ATTR_MSG] = { .type = NLA_STRING },
	};
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];

	if (header->nlmsg_flags & NLM_F_ACK_TLVS &&
		rtnl_attrs(header, sizeof(struct nlmsgerr), tb, NLMSGERR_ATTR_MAX,
			policy) == 0 &&
		tb[NLMSGERR_ATTR_MSG])
		nla_strlcpy(fault->text, tb[NLMSGERR_ATTR_MSG], sizeof(fault->text));
}

/* Errors are negative, and no larger than the kernel has them. */
static int number_of(int error)
{
	enum {
		MAX_ERRNO = 4095
	};

	return error <= 0 && error >= -MAX_ERRNO ? error : -EBADMSG;
}

static int read_error(struct nlmsghdr *header, struct rtnl_fault *fault)
{
	const struct nlmsgerr *error = rtnl_body(header, NLMSG_ERROR, sizeof(*error));

	if (!error)
		return -EBADMSG;
	if (error->error && fault)
		keep_text(header, fault);
	return number_of(error->error);
}

/* The end of a list says how it went; only old kernels say nothing. */
static int read_done(struct nlmsghdr *header)
{
	const int *error = rtnl_body(header, NLMSG_DONE, sizeof(*error));

	return error ? number_of(*error) : 0;
}

static int take_message(struct rtnl_answer *answer, struct nlmsghdr *header)
{
	if (header->nlmsg_seq != answer->sequence || header->nlmsg_pid != answer->port)
		return 0; /* the answer to something else */
	if (header->nlmsg_flags & NLM_F_DUMP_INTR)
		answer->interrupted = true;
	switch (header->nlmsg_type) {
	case NLMSG_DONE:
		answer->done = true;
		return read_done(header);
	case NLMSG_ERROR:
		answer->done = true;
		return read_error(header, answer->fault);
	case NLMSG_OVERRUN:
		return -ENOBUFS;
	case NLMSG_NOOP:
		return 0;
	default:
		answer->done = answer->is_single;
		return answer->handler ? answer->handler(header, answer->context) : 0;
	}
}

int rtnl_take(struct rtnl_answer *answer, void *bytes, size_t length)
{
	struct nlmsghdr *header = bytes;
	int r = 0, left = (int)length;

	if (left == 0)
		return -EBADMSG;
	for (; r == 0 && !answer->done && nlmsg_ok(header, left);
		header = nlmsg_next(header, &left))
		r = take_message(answer, header);
	return r == 0 && !answer->done && left > 0 ? -EBADMSG : r;
}
