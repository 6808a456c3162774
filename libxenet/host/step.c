/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/plan.h"

static const struct {
	const char *word;
	enum xn_op reverse;
} ops[] = {
	[XN_OP_DOWN] = { "down", XN_OP_UP },
	[XN_OP_LEAVE] = { "leave", XN_OP_JOIN },
	[XN_OP_DEL] = { "del", XN_OP_ADD },
	[XN_OP_SET] = { "set", XN_OP_SET },
	[XN_OP_ADD] = { "add", XN_OP_DEL },
	[XN_OP_JOIN] = { "join", XN_OP_JOIN },
	[XN_OP_UP] = { "up", XN_OP_DOWN },
};

bool xn_step_reverse(
	struct xn_arena *arena, const struct xn_step *step, struct xn_step *ret)
{
	struct xn_link *before = xn_alloc(arena, sizeof(*before));

	if (!before)
		return false;
	*before = step->have ? *step->have : *step->link;
	before->ifindex = step->link->ifindex;
	*ret = (struct xn_step){ .op = ops[step->op].reverse,
		.link = before,
		.have = step->link,
		.mask = step->mask };
	/* A link that is new goes with all that was done to it. */
	if (!step->have)
		return step->op == XN_OP_ADD;
	/* What the link did not have then cannot be given back. */
	ret->mask &= before->mask;
	if (step->op == XN_OP_DEL)
		ret->mask = before->mask;
	if (ret->op == XN_OP_JOIN && (!before->master || !before->master[0]))
		ret->op = XN_OP_LEAVE;
	return true;
}

char *xn_step_text(struct xn_arena *arena, const struct xn_step *step)
{
	struct xn_text text = XN_TEXT(arena);
	bool told = step->op == XN_OP_ADD || step->op == XN_OP_SET ||
		    step->op == XN_OP_JOIN;

	xn_text_addf(&text, "%s %s", ops[step->op].word, step->link->name);
	if (told)
		xn_link_write(&text, step->link, step->mask);
	return xn_text_end(&text);
}

char *xn_plan_text(struct xn_arena *arena, const struct xn_plan *plan)
{
	struct xn_text text = XN_TEXT(arena);

	for (size_t i = 0; i < plan->n_steps; i++) {
		char *line = xn_step_text(arena, &plan->steps[i]);

		xn_text_addf(&text, "%s\n", line ? line : "");
	}
	return xn_text_end(&text);
}
