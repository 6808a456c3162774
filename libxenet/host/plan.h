/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_PLAN_H
#define XN_PLAN_H

#include "host/netstate.h"

/*
 * The ordered steps from what the host has to what is wanted. Pure: the same states give
 * the same plan, whose text is shown by dry runs and compared in tests. What takes a plan
 * back, after a failure or a kill, is another plan: from what the host has by then to what
 * the database says.
 */

/* The order of the steps: links get their names back, then detours end, then removals, then what
 * stays, then what is new, down and in its place; coming up last, so that nothing carries frames
 * half made. A port has its rules before it joins, and loses them after it has left. Addresses need
 * a link and routes one that is up; the same ones may have to leave another link before. */
enum xn_op {
	XN_OP_RENAME,
	XN_OP_WITHDRAW,
	XN_OP_UNREDIRECT,
	XN_OP_DOWN,
	XN_OP_LEAVE,
	XN_OP_UNGUARD,
	XN_OP_DEL,
	XN_OP_SET,
	XN_OP_ADD,
	XN_OP_REDIRECT,
	XN_OP_GUARD,
	XN_OP_JOIN,
	XN_OP_UP,
	XN_OP_ASSIGN,
	XN_OP_ROUTE,
};

struct xn_step {
	enum xn_op op;
	struct xn_link *link;	    /* as it is to be after the step             */
	const struct xn_link *have; /* as it was observed; NULL when it is added */
	unsigned mask;		    /* the attributes that the step settles      */
	/* XN_OP_ADD: of a VLAN or tunnel; XN_OP_REDIRECT: the detour; NULL: none. */
	const struct xn_link *parent;
	const struct xn_link *master; /* XN_OP_JOIN; XN_OP_ADD: NULL, if it has none */
};

struct xn_plan {
	struct xn_arena *arena;
	struct xn_step *steps;
	size_t n_steps;
};

/* Names the links that a plan of these may delete: have must tell what hangs on them. -1: no
 * memory. */
int xn_plan_name_going(const struct xn_netstate *past, const struct xn_netstate *want,
	const struct xn_netstate *have, struct xn_netstate *names);
/*
 * past holds the links that the touched objects wanted so far (names and marks count),
 * want those that they want now, have what the host shows of both. Refuses: DEVICE_EXISTS,
 * DEVICE_OF_OTHER_DATABASE, DEVICE_OF_OTHER_OBJECT, DEVICE_OF_XEN, DEVICE_MISSING, DEVICE_HAS_MASTER, BRIDGE_IN_USE, DEVICE_HAS_UPPERS.
 */
int xn_plan_make(struct xn_plan **ret, struct xn_arena *arena,
	const struct xn_netstate *past, struct xn_netstate *want,
	const struct xn_netstate *have, struct xenet_error *err);
/* The same, but what would be refused is left out: what is possible is done. */
int xn_plan_make_possible(struct xn_plan **ret, struct xn_arena *arena,
	const struct xn_netstate *past, struct xn_netstate *want,
	const struct xn_netstate *have, struct xenet_error *err);
/* Makes of what the host shows what it will show when all steps have gone well; what the kernel
 * refuses nobody can tell before. -1: no memory. */
int xn_plan_foresee(const struct xn_plan *plan, struct xn_netstate *have);
/* One line a step. */
char *xn_plan_text(struct xn_arena *arena, const struct xn_plan *plan);
char *xn_step_text(struct xn_arena *arena, const struct xn_step *step);

#endif
