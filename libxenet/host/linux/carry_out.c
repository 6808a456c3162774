/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/carry_out.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "host/linux/encode.h"
#include "host/linux/ingress.h"
#include "host/linux/observe.h"
#include "host/linux/report.h"
#include "host/linux/shape.h"
#include "host/linux/tap.h"
#include "host/linux/works.h"

/*
 * Steps of one kind go together: each makes its first move, then each its second, and the words
 * of all moves of a turn go to the kernel in one datagram.
 */

static void order(struct run *run, struct work *work, struct nl_msg *message,
	struct rtnl_answer answer)
{
	run->orders[run->n_orders] = (struct rtnl_order){ message, answer, 0 };
	run->askers[run->n_orders++] = work;
}

void xn_tell(struct run *run, struct work *work, struct nl_msg *message)
{
	order(run, work, message, (struct rtnl_answer){ .fault = &work->fault });
}

size_t xn_turn(struct run *run, xn_move make)
{
	run->n_orders = 0;
	for (size_t i = 0; i < run->n; i++)
		if (run->works[i].result == 0)
			make(run, &run->works[i]);
	rtnl_requests(run->sock, run->orders, run->n_orders);
	for (size_t i = 0; i < run->n_orders; i++)
		if (run->askers[i]->result == 0)
			run->askers[i]->result = run->orders[i].result;
	return run->n_orders;
}

static int index_or_none(const struct xn_link *link)
{
	return link ? link->ifindex : 0;
}

/* The kernel has no words of its own for what is no netlink. */
static void explain_tap(struct work *work)
{
	const char *options = work->step->link->tap;

	if (work->result == -EACCES)
		strcpy(work->fault.text, "/dev/net/tun");
	if (work->result == -EBUSY)
		strcpy(work->fault.text, "a process has it open");
	if (work->result == -EINVAL && options && options[0])
		strcpy(work->fault.text, "no such owner or group here");
}

/* ---- Settings ---- */

/*
 * Settings that need others first. Without STP a bridge takes any delay, with it only some.
 * A link whose MTU was too small for IPv6 has its IPv6 settings once that is raised, and joins
 * with these. A limit of the rate is there before the link carries anything; it is no setting of
 * the link itself.
 */
static unsigned first_of(unsigned mask)
{
	if (mask & XN_RATE)
		return XN_RATE;
	if (mask & XN_STP && mask & XN_DELAY)
		return XN_STP;
	return mask & XN_MTU ? mask & ~(unsigned)(XN_ADDRGEN | XN_MASTER) : mask;
}

static void set_next(struct run *run, struct work *work)
{
	const struct xn_step *step = work->step;

	work->current = first_of(work->left);
	if (work->current == XN_RATE)
		xn_tell(run, work, xn_encode_rate(step->link));
	else if (work->current)
		xn_tell(run, work,
			xn_encode_set(
				step->link, work->current, index_or_none(step->master)));
}

/* One without IPv6 has no need of its settings. */
static void note_set(struct work *work)
{
	if (work->result == -EAFNOSUPPORT && work->current & XN_ADDRGEN) {
		work->result = 0;
		work->current = XN_ADDRGEN;
	}
	work->left &= ~work->current;
}

static void set_all(struct run *run)
{
	while (xn_turn(run, set_next))
		for (size_t i = 0; i < run->n; i++)
			note_set(&run->works[i]);
}

/* Only the TUN ioctls set these. */
static void admit(struct work *work)
{
	const struct xn_link *link = work->step->link;

	work->result = xn_tap_admit(link->name, link->tap);
	explain_tap(work);
}

static void set(struct run *run)
{
	for (size_t i = 0; i < run->n; i++) {
		struct work *work = &run->works[i];

		if (work->result == 0 && work->step->mask & XN_TAP)
			admit(work);
		work->left = work->step->mask & ~(unsigned)XN_TAP;
	}
	set_all(run);
}

/* ---- New links ---- */

static void make_tap(struct work *work)
{
	const struct xn_link *link = work->step->link;

	work->tap = xn_tap_make(link->name, link->tap ? link->tap : "");
	if (work->tap < 0)
		work->result = work->tap;
	explain_tap(work);
	work->left = XN_SETTINGS | XN_MASTER;
	if (link->mtu == XN_TAP_MTU)
		work->left &= ~(unsigned)XN_MTU;
}

static void make_other(struct run *run, struct work *work)
{
	const struct xn_step *step = work->step;

	xn_tell(run, work,
		xn_encode_add(step->link, index_or_none(step->parent),
			index_or_none(step->master)));
	/* What it cannot be made with, its mark above all; see also first_mtu in encode.c. */
	work->left = XN_MARK | XN_ADDRGEN | XN_RATE;
	if (strcmp(step->link->kind, "bridge") == 0)
		work->left |= XN_MTU;
}

/*
 * Asked for the index, the kernel also takes note, now rather than within a second, that a new
 * TAP has no carrier (Linux 6.3). Else a bridge would give it a part in its spanning tree, and
 * take that back later, each time with a look at all its ports.
 */
static void make(struct run *run, struct work *work)
{
	const struct xn_step *step = work->step;

	if (strcmp(step->link->kind, "tap") == 0)
		make_tap(work);
	else
		make_other(run, work);
	work->left &= step->mask;
	if (work->result == 0)
		order(run, work, xn_encode_ask(step->link->name, 0, 0, XN_DETAIL_NONE),
			(struct rtnl_answer){ .handler = xn_take_index,
				.context = &step->link->ifindex,
				.is_single = true });
}

static void finish_tap(struct work *work)
{
	if (work->result == 0)
		work->result = xn_tap_keep(work->tap);
	close(work->tap);
}

static void lift_born(struct run *run, struct work *work)
{
	if (work->step->mask & XN_UP)
		xn_tell(run, work, xn_encode_up(work->step->link->ifindex, true));
}

static void add(struct run *run)
{
	xn_turn(run, make);
	/* What could not be made may have found another link of its name. */
	for (size_t i = 0; i < run->n; i++)
		if (run->works[i].result < 0)
			run->works[i].step->link->ifindex = 0;
	set_all(run);
	xn_turn(run, lift_born);
	for (size_t i = 0; i < run->n; i++)
		if (run->works[i].tap >= 0)
			finish_tap(&run->works[i]);
}

/* ---- Links that are there ---- */

static void lift_one(struct run *run, struct work *work)
{
	xn_tell(run, work, xn_encode_up(work->step->link->ifindex, true));
}

static void lower_one(struct run *run, struct work *work)
{
	xn_tell(run, work, xn_encode_up(work->step->link->ifindex, false));
}

static void redirect_one(struct run *run, struct work *work)
{
	const struct xn_step *step = work->step;

	xn_tell(run, work, xn_encode_ingress(step->link));
	xn_tell(run, work, xn_encode_redirect(step->link, step->parent->ifindex));
}

static void unredirect_one(struct run *run, struct work *work)
{
	xn_tell(run, work, xn_encode_no_ingress(work->step->have));
}

/* A bond takes only a device that is down, and brings it up itself. */
static void lower_member(struct run *run, struct work *work)
{
	if (strcmp(work->step->master->kind, "bond") == 0)
		lower_one(run, work);
}

static void join_one(struct run *run, struct work *work)
{
	const struct xn_step *step = work->step;

	xn_tell(run, work, xn_encode_master(step->link->ifindex, step->master->ifindex));
}

static void join(struct run *run)
{
	xn_turn(run, lower_member);
	xn_turn(run, join_one);
}

static void leave_one(struct run *run, struct work *work)
{
	xn_tell(run, work, xn_encode_master(work->step->link->ifindex, 0));
}

static void delete_one(struct run *run, struct work *work)
{
	xn_tell(run, work, xn_encode_del(work->step->link->ifindex));
}

/* ---- Which go together ---- */

static const struct {
	xn_move move; /* all that there is to it; else: */
	void (*carry_out)(struct run *run);
	size_t most;
} ways[] = {
	[XN_OP_RENAME] = { NULL, xn_carry_name, 1 },
	[XN_OP_WITHDRAW] = { NULL, xn_carry_layer3, 1 },
	[XN_OP_UNREDIRECT] = { unredirect_one, NULL, XN_TOGETHER },
	[XN_OP_DOWN] = { lower_one, NULL, XN_TOGETHER },
	[XN_OP_LEAVE] = { leave_one, NULL, XN_TOGETHER },
	[XN_OP_UNGUARD] = { NULL, xn_carry_unguard, XN_TOGETHER },
	[XN_OP_DEL] = { delete_one, NULL, XN_TOGETHER },
	[XN_OP_SET] = { NULL, set, XN_TOGETHER },
	[XN_OP_ADD] = { NULL, add, XN_TOGETHER },
	[XN_OP_REDIRECT] = { redirect_one, NULL, XN_TOGETHER },
	[XN_OP_GUARD] = { NULL, xn_carry_guard, XN_TOGETHER },
	[XN_OP_JOIN] = { NULL, join, XN_TOGETHER },
	[XN_OP_UP] = { lift_one, NULL, XN_TOGETHER },
	[XN_OP_ASSIGN] = { NULL, xn_carry_layer3, 1 },
	[XN_OP_ROUTE] = { NULL, xn_carry_layer3, 1 },
};

/* What an earlier step failed to make, or has yet to make, has no number, and 0 would mean
 * something else. A port whose rules could not be set stays closed. */
static int obstacle_to(const struct xn_step *step)
{
	const bool lacks_own = step->op != XN_OP_ADD && !step->have;

	if (step->link->exposed && (step->op == XN_OP_JOIN || step->op == XN_OP_UP))
		return -ECANCELED;
	if ((step->master && step->master->ifindex == 0) ||
		(step->parent && step->parent->ifindex == 0) ||
		(lacks_own && step->link->ifindex == 0))
		return -ENODEV;
	return 0;
}

static void gather(struct run *run, const struct xn_step *steps, size_t n)
{
	do
		run->works[run->n] = (struct work){ .step = &steps[run->n], .tap = -1 };
	while (++run->n < n && run->n < ways[steps->op].most &&
		steps[run->n].op == steps->op && obstacle_to(&steps[run->n]) == 0);
	run->works->result = obstacle_to(steps);
}

static void report(const struct work *work, struct rtnl *sock, struct xenet_error *err)
{
	struct xn_arena *arena = xn_arena_new();

	if (arena)
		xn_report_step(work->step, work->result, sock, &work->fault, arena, err);
	else
		xn_no_memory(err);
	xn_arena_free(arena);
}

size_t xn_carry_out(struct rtnl *sock, const struct xn_step *steps, size_t n,
	struct xenet_error *faults)
{
	struct run run = { .sock = sock };

	gather(&run, steps, n);
	if (ways[steps->op].move)
		xn_turn(&run, ways[steps->op].move);
	else
		ways[steps->op].carry_out(&run);
	for (size_t i = 0; i < run.n; i++)
		if (run.works[i].result < 0)
			report(&run.works[i], sock, &faults[i]);
	return run.n;
}
