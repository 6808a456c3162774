/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_PLANNER_H
#define XN_PLANNER_H

#include "host/plan.h"

/* What the parts of the planner share (plan.c: which links; plan_change.c: one link). */

struct planner {
	struct xn_plan *plan;
	size_t room;
	bool possible; /* leave out what would be refused */
	const struct xn_netstate *past;
	struct xn_netstate *want;
	const struct xn_netstate *have;
};

/* Refuses, or leaves the matter out. */
#define REFUSE(p, err, ...) ((p)->possible ? 0 : xn_fail(err, __VA_ARGS__))

int xn_plan_step(struct planner *p, struct xn_step step, struct xenet_error *err);
bool xn_plan_is_ours(const struct xn_link *have, const struct xn_link *ours);
bool xn_plan_is_port(const struct xn_link *link, const char *master);
/* A master or parent as it will be when it is needed: one that exists has its ifindex now,
 * one that is made has it by then. */
const struct xn_link *xn_plan_other(struct planner *p, const char *name);
/* What differs (all, when the link is new) beyond the settings of the link itself. */
int xn_plan_use(struct planner *p, struct xn_link *link, const struct xn_link *have,
	unsigned differs, struct xenet_error *err);
/* Takes the rules that the link has away. */
int xn_plan_unguard(struct planner *p, struct xn_link *link, const struct xn_link *have,
	struct xenet_error *err);
/* From a link that stays to what it is to be. */
int xn_plan_change(struct planner *p, struct xn_link *link, const struct xn_link *have,
	struct xenet_error *err);

/* A device of netback's that is nobody's yet and, by its place, the one that is wanted. */
bool xn_plan_is_to_take(const struct xn_link *have, const struct xn_link *want);
/* What has the name of a wanted device is another one: says whose. */
int xn_plan_refuse_taken(struct planner *p, const struct xn_link *want,
	const struct xn_link *have, struct xenet_error *err);
/* One that is wanted no more, as netback made it: it has it removed itself. */
int xn_plan_give_back(
	struct planner *p, const struct xn_link *have, struct xenet_error *err);

#endif
