/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UNIT_KERNEL_H
#define UNIT_KERNEL_H

#include "host/plan.h"

/*
 * A host made of links in memory, with those rules of the kernel that decide whether the
 * order of steps is sound: a VLAN comes up only on a device that is up and goes down with
 * it, carries no larger frames than it, and is gone when it is gone.
 */

/* What an observation of the state would show: a copy, with ports and complete masks. */
struct xn_netstate *kernel_observe(
	struct xn_arena *arena, const struct xn_netstate *state);
/* Carries the step out on the state; NULL, or why the kernel refuses. */
const char *kernel_step(struct xn_netstate *state, const struct xn_step *step);
/* The links that are not the same in both, as text; "" if there is none. */
const char *kernel_differs(const struct xn_netstate *a, const struct xn_netstate *b);

/*
 * The plan from have to want is carried out on a copy of have, and must then hold want and
 * leave nothing to plan. Besides, for each number of its steps: when it stops there, a plan
 * back leads to what the past wanted. No link of others is changed. NULL, or what went
 * wrong.
 */
const char *kernel_try(struct xn_arena *arena, const struct xn_netstate *past,
	struct xn_netstate *want, const struct xn_netstate *have);
/* What is possible of it is carried out; no link of others is changed. */
const char *kernel_try_possible(struct xn_arena *arena, const struct xn_netstate *past,
	struct xn_netstate *want, const struct xn_netstate *have);

#endif
