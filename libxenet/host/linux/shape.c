/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/shape.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if_ether.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "host/linux/encode.h"

enum {
	KILOBYTE = 1024,
	/* Our qdiscs', for people to know them by. */
	OWN_HANDLE = XN_LINK_GROUP << 16,
	/* What may go at once: that of 20 ms, so that any timer does. At least a frame with
	 * a tag, and what tunnels add. */
	BURSTS_A_SECOND = 50,
	FRAME_EXTRA = 64,
	/* What waits: that of 100 ms, and some frames at least. */
	QUEUES_A_SECOND = 10,
	LEAST_QUEUE = 10,
};

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint32_t capped(uint64_t n)
{
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static int put_bucket(struct nl_msg *message, const struct xn_link *link)
{
	uint64_t rate = (uint64_t)link->rate * KILOBYTE;
	uint64_t frame = larger((uint64_t)link->mtu, ETH_DATA_LEN) + FRAME_EXTRA;
	uint64_t burst = larger(rate / BURSTS_A_SECOND, frame);
	uint64_t queue = burst + larger(rate / QUEUES_A_SECOND, LEAST_QUEUE * frame);
	struct tc_tbf_qopt bucket = {
		.rate = { .linklayer = TC_LINKLAYER_ETHERNET, .rate = capped(rate) },
		.limit = capped(queue),
	};
	struct nlattr *options = nla_nest_start(message, TCA_OPTIONS);
	int r;

	if (!options)
		return -1;
	r = nla_put(message, TCA_TBF_PARMS, sizeof(bucket), &bucket);
	r |= nla_put_u32(message, TCA_TBF_BURST, capped(burst));
	if (rate > UINT32_MAX)
		r |= nla_put_u64(message, TCA_TBF_RATE64, rate);
	nla_nest_end(message, options);
	return r;
}

struct nl_msg *xn_encode_tc(int type, int flags, struct tcmsg body)
{
	struct nl_msg *message = nlmsg_alloc_simple(type, flags);

	body.tcm_family = AF_UNSPEC;
	return message ? xn_encode_finish(message, nlmsg_append(message, &body,
							   sizeof(body), NLMSG_ALIGNTO))
		       : NULL;
}

/* Whosever root qdisc it is that is asked for, or deleted. */
static struct nl_msg *start(int type, int flags, int ifindex)
{
	return xn_encode_tc(type, flags,
		(struct tcmsg){ .tcm_ifindex = ifindex,
			.tcm_parent = TC_H_ROOT,
			.tcm_handle = type == RTM_NEWQDISC ? OWN_HANDLE : 0 });
}

struct nl_msg *xn_encode_rate(const struct xn_link *link)
{
	struct nl_msg *message;

	if (!link->rate)
		return start(RTM_DELQDISC, 0, link->ifindex);
	message = start(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, link->ifindex);
	if (!message)
		return NULL;
	return xn_encode_finish(message,
		nla_put_string(message, TCA_KIND, "tbf") | put_bucket(message, link));
}

static const struct nla_policy qdisc_policy[TCA_MAX + 1] = {
	[TCA_KIND] = { .type = NLA_STRING },
};

static const struct nla_policy bucket_policy[TCA_TBF_MAX + 1] = {
	[TCA_TBF_PARMS] = { .minlen = sizeof(struct tc_tbf_qopt) },
	[TCA_TBF_RATE64] = { .type = NLA_U64 },
};

static int read_bucket(struct nlattr *options, int64_t *ret)
{
	struct nlattr *tb[TCA_TBF_MAX + 1];
	struct tc_tbf_qopt bucket;
	uint64_t rate;

	if (rtnl_nested(options, tb, TCA_TBF_MAX, bucket_policy) < 0 ||
		!tb[TCA_TBF_PARMS])
		return -EBADMSG;
	memcpy(&bucket, nla_data(tb[TCA_TBF_PARMS]), sizeof(bucket));
	rate = bucket.rate.rate;
	if (tb[TCA_TBF_RATE64])
		rate = nla_get_u64(tb[TCA_TBF_RATE64]);
	/* Somebody else's may be smaller: it is one all the same. */
	*ret = (int64_t)larger(rate / KILOBYTE, 1);
	return 0;
}

int xn_take_rate(struct nlmsghdr *message, void *rate)
{
	const struct tcmsg *root = rtnl_body(message, RTM_NEWQDISC, sizeof(*root));
	struct nlattr *tb[TCA_MAX + 1];

	if (!root || rtnl_attrs(message, sizeof(*root), tb, TCA_MAX, qdisc_policy) < 0)
		return -EBADMSG;
	if (!tb[TCA_KIND] || !tb[TCA_OPTIONS] ||
		strcmp(nla_get_string(tb[TCA_KIND]), "tbf") != 0)
		return 0;
	return read_bucket(tb[TCA_OPTIONS], rate);
}

/* It answers in an echo alone, and only with what can be told of, so that its end is the
 * acknowledgement. */
int xn_see_rate(struct rtnl *sock, struct xn_link *link)
{
	int r = rtnl_request(sock, start(RTM_GETQDISC, NLM_F_ECHO, link->ifindex),
		xn_take_rate, &link->rate, NULL);

	/* It went meanwhile. */
	return r == -ENOENT ? 0 : r;
}
