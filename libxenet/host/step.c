/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/plan.h"

static const char *const words[] = {
	[XN_OP_RENAME] = "rename",
	[XN_OP_WITHDRAW] = "withdraw",
	[XN_OP_UNREDIRECT] = "unredirect",
	[XN_OP_DOWN] = "down",
	[XN_OP_LEAVE] = "leave",
	[XN_OP_UNGUARD] = "unguard",
	[XN_OP_DEL] = "del",
	[XN_OP_SET] = "set",
	[XN_OP_ADD] = "add",
	[XN_OP_REDIRECT] = "redirect",
	[XN_OP_GUARD] = "guard",
	[XN_OP_JOIN] = "join",
	[XN_OP_UP] = "up",
	[XN_OP_ASSIGN] = "assign",
	[XN_OP_ROUTE] = "route",
};

/* Steps that do not say all by their name. */
static const unsigned tells = 1U << XN_OP_WITHDRAW | 1U << XN_OP_SET | 1U << XN_OP_ADD |
			      1U << XN_OP_REDIRECT | 1U << XN_OP_GUARD |
			      1U << XN_OP_JOIN | 1U << XN_OP_ASSIGN | 1U << XN_OP_ROUTE;

char *xn_step_text(struct xn_arena *arena, const struct xn_step *step)
{
	struct xn_text text = XN_TEXT(arena);

	xn_text_addf(&text, "%s %s", words[step->op], step->link->name);
	if (tells & 1U << step->op)
		xn_link_write(&text, step->op == XN_OP_WITHDRAW ? step->have : step->link,
			step->mask);
	if (step->op == XN_OP_RENAME) {
		xn_text_add(&text, " from=");
		xn_text_escape(&text, step->have->renamed);
	}
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
