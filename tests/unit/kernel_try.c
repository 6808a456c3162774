/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "kernel.h"

static const char *complain(struct xn_arena *arena, const char *what,
	const struct xn_step *step, const char *fault)
{
	return xn_printf(arena, "%s: %s: %s", what, xn_step_text(arena, step), fault);
}

static const char *go(struct xn_arena *arena, const struct xn_plan *plan, size_t n,
	struct xn_netstate *state)
{
	const char *fault = NULL;

	for (size_t i = 0; i < n && !fault; i++) {
		fault = kernel_step(state, &plan->steps[i]);
		if (fault)
			fault = complain(arena, "refused", &plan->steps[i], fault);
	}
	return fault;
}

/* What the database says until the plan is carried out and committed: the links of the
 * past, and those that are lent anew as they were found. */
static struct xn_netstate *before(struct xn_arena *arena, const struct xn_netstate *past,
	const struct xn_netstate *want, const struct xn_netstate *have)
{
	struct xn_netstate *state = xn_netstate_new(arena);

	for (const struct xn_link *link = past->links; link; link = link->next)
		xn_link_copy(xn_link_add(state, link->name), link, ~0U);
	for (const struct xn_link *link = want->links; link; link = link->next)
		if (xn_link_is_lent(link) && !xn_link_find(past, link->name))
			xn_link_copy(xn_link_add(state, link->name),
				xn_link_find(have, link->name), link->mask);
	return state;
}

/* Netback's, of the guest for which it is wanted, and nobody's so far. */
static bool is_to_take(const struct xn_link *want, const struct xn_link *link)
{
	return xn_link_is_netback(want) && xn_link_is_netback(link) &&
	       strcmp(want->netback, link->netback) == 0 && !link->mark[0] &&
	       !link->master[0];
}

/* Its mark is that of the link of the past or of the wanted one, or it is lent, or to be taken. */
static bool is_ours(const struct xn_netstate *state, const struct xn_link *link)
{
	const struct xn_link *ours = xn_link_find(state, link->name);

	return ours && (xn_link_is_lent(ours) || is_to_take(ours, link) ||
			       strcmp((ours->mark ? ours->mark : ""), link->mark) == 0);
}

/* What is not ours must be as it was. */
static const char *disturbed(struct xn_arena *arena, const struct xn_netstate *past,
	const struct xn_netstate *want, const struct xn_netstate *have,
	const struct xn_netstate *state)
{
	for (const struct xn_link *link = have->links; link; link = link->next) {
		const struct xn_link *now = xn_link_find(state, link->name);

		if (is_ours(past, link) || is_ours(want, link))
			continue;
		if (!now || xn_link_differs(link, now))
			return xn_printf(arena, "%s is changed", link->name);
	}
	return NULL;
}

/* What is new must be gone, and what was must be there unless it could not even be had from
 * the beginning. */
static const char *left_over(struct xn_arena *arena, struct xn_netstate *want,
	struct xn_netstate *was, const struct xn_netstate *have,
	const struct xn_netstate *state)
{
	struct xn_plan *plan;

	for (const struct xn_link *link = want->links; link; link = link->next)
		if (!xn_link_find(was, link->name) && !xn_link_find(have, link->name) &&
			xn_link_find(state, link->name))
			return xn_printf(arena, "%s is left behind", link->name);
	if (xn_netstate_holds(state, was) ||
		xn_plan_make(&plan, arena, want, was, have, NULL) < 0)
		return NULL;
	return kernel_differs(was, state);
}

/* From wherever the host is by now back to what the past wanted, as far as possible. */
static const char *come_back(struct xn_arena *arena, const struct xn_netstate *past,
	struct xn_netstate *want, const struct xn_netstate *have,
	struct xn_netstate *state)
{
	struct xn_netstate *was = before(arena, past, want, have);
	struct xn_plan *plan;
	const char *fault;

	if (xn_plan_make_possible(
		    &plan, arena, want, was, kernel_observe(arena, state), NULL) < 0)
		return "the way back is refused";
	fault = go(arena, plan, plan->n_steps, state);
	return fault ? fault : left_over(arena, want, was, have, state);
}

static const char *go_and_come_back(struct xn_arena *arena, const struct xn_plan *plan,
	size_t n, const struct xn_netstate *past, struct xn_netstate *want,
	const struct xn_netstate *have)
{
	struct xn_netstate *state = kernel_observe(arena, have);
	const char *fault = go(arena, plan, n, state);

	if (fault)
		return fault;
	fault = n ? come_back(arena, past, want, have, state) : NULL;
	if (fault)
		return xn_printf(arena, "after %zu steps and back: %s", n, fault);
	return disturbed(arena, past, want, have, state);
}

/* A lent link that is given back may be gone, or have another master by now. */
static bool is_reached(const struct xn_netstate *state, const struct xn_netstate *want)
{
	for (const struct xn_link *link = want->links; link; link = link->next) {
		const struct xn_link *now = xn_link_find(state, link->name);
		bool given_back = xn_link_is_lent(link) && link->mask & XN_MASTER &&
				  !link->master[0];
		unsigned differs = now ? xn_link_differs(link, now) : XN_MASTER;

		if (differs & ~(given_back ? (unsigned)XN_MASTER : 0))
			return false;
	}
	return true;
}

static const char *try_again(struct xn_arena *arena, const struct xn_netstate *past,
	struct xn_netstate *want, const struct xn_netstate *state)
{
	struct xn_plan *plan;

	if (!is_reached(state, want))
		return xn_printf(arena, "the wanted state is not reached:\n%s",
			kernel_differs(want, state));
	if (xn_plan_make(&plan, arena, past, want, kernel_observe(arena, state), NULL) <
		0)
		return "the state reached is refused";
	return plan->n_steps
		       ? xn_printf(arena, "not settled:\n%s", xn_plan_text(arena, plan))
		       : NULL;
}

const char *kernel_try(struct xn_arena *arena, const struct xn_netstate *past,
	struct xn_netstate *want, const struct xn_netstate *have)
{
	struct xn_netstate *state = kernel_observe(arena, have);
	struct xn_plan *plan;
	const char *fault = NULL;

	if (xn_plan_make(&plan, arena, past, want, have, NULL) < 0)
		return "refused";
	for (size_t n = 0; n <= plan->n_steps && !fault; n++)
		fault = go_and_come_back(arena, plan, n, past, want, have);
	if (!fault)
		fault = go(arena, plan, plan->n_steps, state);
	return fault ? fault : try_again(arena, past, want, state);
}

const char *kernel_try_possible(struct xn_arena *arena, const struct xn_netstate *past,
	struct xn_netstate *want, const struct xn_netstate *have)
{
	struct xn_netstate *state = kernel_observe(arena, have);
	struct xn_plan *plan;
	const char *fault;

	if (xn_plan_make_possible(&plan, arena, past, want, have, NULL) < 0)
		return "refused";
	fault = go(arena, plan, plan->n_steps, state);
	return fault ? fault : disturbed(arena, past, want, have, state);
}
