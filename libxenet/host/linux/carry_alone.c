/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "host/linux/encode.h"
#include "host/linux/guard.h"
#include "host/linux/layer3.h"
#include "host/linux/works.h"

/* Steps that are more than one word about one link. */

/* ---- Guarded ports: all of a turn in one transaction ---- */

typedef int (*transaction)(struct rtnl *sock, struct xn_link *const *links, size_t n,
	struct rtnl_fault *fault);

static int transact(struct run *run, transaction carry_out, struct rtnl_fault *fault)
{
	struct xn_link *links[XN_TOGETHER];
	size_t n = 0;

	for (size_t i = 0; i < run->n; i++)
		if (run->works[i].result == 0)
			links[n++] = run->works[i].step->link;
	return n ? carry_out(run->sock, links, n, fault) : 0;
}

static void fail_all(struct run *run, int r, const struct rtnl_fault *fault)
{
	for (size_t i = 0; i < run->n; i++) {
		struct work *work = &run->works[i];

		if (work->result == 0) {
			work->result = r;
			work->fault = *fault;
		}
	}
}

/* A port whose rules could not be set is closed, and stays so until they are. */
static void close_exposed(struct run *run, struct work *work)
{
	const struct xn_step *step = work->step;

	if (step->link->exposed && step->have && step->have->master &&
		step->have->master[0])
		xn_tell(run, work, xn_encode_master(step->link->ifindex, 0));
}

/* What is wrong with one closes no other one. */
static void guard_one_by_one(struct run *run, int *results)
{
	for (size_t i = 0; i < run->n; i++) {
		struct work *work = &run->works[i];

		if (work->result == 0)
			results[i] = xn_guard_set(
				run->sock, &work->step->link, 1, &work->fault);
	}
}

void xn_carry_guard(struct run *run)
{
	int results[XN_TOGETHER] = { 0 };

	if (run->n == 1 || transact(run, xn_guard_set, &(struct rtnl_fault){ "" }) < 0)
		guard_one_by_one(run, results);
	for (size_t i = 0; i < run->n; i++)
		run->works[i].step->link->exposed = results[i] < 0;
	xn_turn(run, close_exposed);
	for (size_t i = 0; i < run->n; i++)
		if (run->works[i].result == 0)
			run->works[i].result = results[i];
}

void xn_carry_unguard(struct run *run)
{
	struct rtnl_fault fault = { "" };
	int r = transact(run, xn_guard_drop, &fault);

	if (r < 0)
		fail_all(run, r, &fault);
}

/* ---- What stands alone ---- */

static void name_one(struct run *run, struct work *work)
{
	const struct xn_step *step = work->step;

	xn_tell(run, work, xn_encode_name(step->have->ifindex, step->link->name));
}

static void lower_named(struct run *run, struct work *work)
{
	xn_tell(run, work, xn_encode_up(work->step->have->ifindex, false));
}

static void restore_named(struct run *run, struct work *work)
{
	const struct xn_link *have = work->step->have;

	xn_tell(run, work, xn_encode_up(have->ifindex, have->up));
}

/* Before Linux 6.2, one that is up keeps its name. */
void xn_carry_name(struct run *run)
{
	xn_turn(run, name_one);
	if (run->works->result != -EBUSY)
		return;
	run->works->result = 0;
	xn_turn(run, lower_named);
	xn_turn(run, name_one);
	xn_turn(run, restore_named);
}

void xn_carry_layer3(struct run *run)
{
	struct xn_arena *arena = xn_arena_new();
	struct work *work = run->works;

	work->result = arena ? xn_layer3_step(run->sock, work->step, arena, &work->fault)
			     : -ENOMEM;
	xn_arena_free(arena);
}
