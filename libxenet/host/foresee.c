/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "host/plan.h"

/* What the host shows when all steps of a plan have gone well. */

/* All that it states has a value from then on, if only none. */
static int add(struct xn_netstate *have, const struct xn_step *step)
{
	struct xn_link *made = xn_link_add(have, step->link->name);

	if (!made)
		return -1;
	xn_link_copy(made, step->link, step->mask);
	made->mask |= step->link->mask;
	return 0;
}

/* Steps that take from a link what their mask names. */
static const unsigned takes = 1U << XN_OP_WITHDRAW | 1U << XN_OP_UNREDIRECT |
			      1U << XN_OP_DOWN | 1U << XN_OP_LEAVE | 1U << XN_OP_UNGUARD;

static void change(struct xn_netstate *have, const struct xn_step *step)
{
	const struct xn_link nothing = { .mask = step->mask };
	struct xn_link *link = xn_link_find(have, step->link->name);

	if (!link)
		return;
	if (step->op == XN_OP_RENAME)
		link->renamed = NULL;
	else
		xn_link_copy(
			link, takes & 1U << step->op ? &nothing : step->link, step->mask);
}

/* Rules without a port are no more than rules. */
static bool removes(const struct xn_step *step)
{
	return step->op == XN_OP_DEL ||
	       (step->op == XN_OP_UNGUARD &&
		       strcmp(step->have->kind, XN_KIND_RULES) == 0);
}

int xn_plan_foresee(const struct xn_plan *plan, struct xn_netstate *have)
{
	int r = 0;

	for (size_t i = 0; i < plan->n_steps && r == 0; i++) {
		const struct xn_step *step = &plan->steps[i];

		if (removes(step))
			xn_link_remove(have, step->link->name);
		else if (step->op == XN_OP_ADD)
			r = add(have, step);
		else
			change(have, step);
	}
	return r;
}
