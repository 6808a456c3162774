/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/planner.h"

#include <stdlib.h>
#include <string.h>

int xn_plan_step(struct planner *p, struct xn_step step, struct xenet_error *err)
{
	struct xn_plan *plan = p->plan;

	if (plan->n_steps == p->room) {
		size_t room = p->room ? 2 * p->room : 16;
		struct xn_step *steps = xn_alloc(plan->arena, room * sizeof(*steps));

		if (!steps)
			return xn_no_memory(err);
		if (plan->n_steps)
			memcpy(steps, plan->steps, plan->n_steps * sizeof(*steps));
		plan->steps = steps;
		p->room = room;
	}
	plan->steps[plan->n_steps++] = step;
	return 0;
}

bool xn_plan_is_port(const struct xn_link *link, const char *master)
{
	return link && link->mask & XN_MASTER && strcmp(link->master, master) == 0;
}

bool xn_plan_is_ours(const struct xn_link *have, const struct xn_link *ours)
{
	if (have->adopted)
		return true;
	/* A mark can be forged, or copied by mistake; ours are on our kinds of device. */
	if (ours->mask & XN_KIND && strcmp(ours->kind, have->kind) != 0)
		return false;
	return have->mark && strcmp(have->mark, ours->mark) == 0;
}

/* A link of ours that nobody wants any more: this plan removes it. */
static bool goes(const struct planner *p, const char *name)
{
	const struct xn_link *past = xn_link_find(p->past, name);
	const struct xn_link *have = past ? xn_link_find(p->have, name) : NULL;

	return have && xn_plan_is_ours(have, past);
}

static bool stands_on(const struct xn_link *link, const char *lower)
{
	return link->mask & XN_PARENT && strcmp(link->parent, lower) == 0;
}

/* The kernel stacks devices no deeper. */
enum {
	DEEPEST = 8
};

typedef bool relation(const struct xn_link *link, const char *name);

static const char *staying(struct planner *p, const char *names, const char *on,
	relation *is_with, int depth);

/* What keeps the device of that name where it is: nothing (""), itself, or what stands on it;
 * NULL: no memory. */
static const char *keeper(
	struct planner *p, const char *name, const char *on, relation *is_with, int depth)
{
	const struct xn_link *wanted = xn_link_find(p->want, name);

	/* What is lent does not say what it stands on: it is somebody's all the same. */
	if (wanted && is_with == stands_on && xn_link_is_lent(wanted))
		return name;
	if (wanted)
		return is_with(wanted, on) ? name : "";
	if (!goes(p, name))
		return name;
	return depth < DEEPEST ? staying(p, xn_link_find(p->have, name)->uppers, name,
					 stands_on, depth + 1)
			       : "";
}

/* Those of the names (NULL: none) that this plan neither takes off the link nor removes;
 * NULL: no memory. */
static const char *staying(struct planner *p, const char *names, const char *on,
	relation *is_with, int depth)
{
	struct xn_text text = XN_TEXT(p->plan->arena);
	const char *at = names ? names : "";

	for (char *name; (name = xn_word_next(p->plan->arena, &at));) {
		const char *by = keeper(p, name, on, is_with, depth);

		if (!by)
			return NULL;
		if (by[0])
			xn_text_addf(&text, "%s%s", text.length ? " " : "", by);
	}
	return at ? xn_text_end(&text) : NULL;
}

/* Of a guarded port nothing comes through any more by the time its rules go; and these go first:
 * nobody would know them again by a link that is gone. */
static int del_guarded(struct planner *p, struct xn_link *gone,
	const struct xn_link *have, struct xenet_error *err)
{
	bool is_guarded = have->rules && have->rules[0];
	int r = 0;

	if (is_guarded && have->up)
		r = xn_plan_step(
			p, (struct xn_step){ XN_OP_DOWN, gone, have, XN_UP }, err);
	if (r == 0 && is_guarded && have->master && have->master[0])
		r = xn_plan_step(
			p, (struct xn_step){ XN_OP_LEAVE, gone, have, XN_MASTER }, err);
	if (r == 0)
		r = xn_plan_unguard(p, gone, have, err);
	if (r < 0 || strcmp(have->kind, XN_KIND_RULES) == 0)
		return r;
	return xn_plan_step(p, (struct xn_step){ XN_OP_DEL, gone, have, 0 }, err);
}

/* stays: what hangs on the link keeps it, and is no error. Ports would be cut off, devices on
 * top would go with it. */
static int plan_del(struct planner *p, const struct xn_link *have, bool stays,
	struct xenet_error *err)
{
	struct xn_link *gone = xn_alloc(p->plan->arena, sizeof(*gone));
	const char *ports = staying(p, have->ports, have->name, xn_plan_is_port, 0);
	const char *uppers = staying(p, have->uppers, have->name, stands_on, 0);

	if (!gone || !ports || !uppers)
		return xn_no_memory(err);
	if (stays && (ports[0] || uppers[0]))
		return 0;
	if (ports[0])
		return REFUSE(p, err, XENET_E_BRIDGE_IN_USE, have->name, ports);
	if (uppers[0])
		return REFUSE(p, err, XENET_E_DEVICE_HAS_UPPERS, have->name, uppers);
	*gone = *have;
	return del_guarded(p, gone, have, err);
}

/* A link of ours whose object goes: another one of its kind takes it over as it is. */
static bool is_handed_over(
	const struct planner *p, const struct xn_link *have, const struct xn_link *want)
{
	return want->mask & XN_KIND && strcmp(have->kind, want->kind) == 0 &&
	       goes(p, have->name);
}

static bool is_made_anew(const struct xn_link *want, const struct xn_link *have)
{
	unsigned differs = have ? xn_link_differs(want, have) & XN_IDENTITY : XN_IDENTITY;

	/* Who has a TAP open would be left with nothing. */
	if (differs == XN_TAP && (have->attached || xn_tap_can_become(have, want)))
		return false;
	return !xn_link_is_lent(want) && differs;
}

const struct xn_link *xn_plan_other(struct planner *p, const char *name)
{
	const struct xn_link *have = xn_link_find(p->have, name);
	const struct xn_link *want = xn_link_find(p->want, name);
	bool in_the_way = want && have &&
			  !(xn_link_is_lent(want) ? xn_link_may_be_lent(have)
						  : xn_plan_is_ours(have, want));

	/* What is left out itself is nothing to build on. */
	if (p->possible && in_the_way)
		return NULL;
	return want && is_made_anew(want, have) ? want : have;
}

static int plan_add(struct planner *p, struct xn_link *link, struct xenet_error *err)
{
	struct xn_step step = { .op = XN_OP_ADD,
		.link = link,
		.mask = link->mask & (XN_IDENTITY | XN_SETTINGS) };
	int r;

	if (link->mask & XN_PARENT) {
		step.parent = xn_plan_other(p, link->parent);
		if (!step.parent)
			return REFUSE(p, err, XENET_E_DEVICE_MISSING, link->parent);
	}
	/* It joins while it is made: one step less, and nobody sees it outside; unless it is to
	 * have rules before. */
	if (link->mask & XN_MASTER && link->master[0] && !(link->mask & XN_RULES))
		step.master = xn_plan_other(p, link->master);
	if (step.master)
		step.mask |= XN_MASTER;
	/* A new one has no limit. */
	if (!link->rate)
		step.mask &= ~(unsigned)XN_RATE;
	/* Nothing leads there yet: what is to go through it later finds it at work. */
	if (strcmp(link->kind, "ifb") == 0)
		step.mask |= link->mask & XN_UP;
	link->ifindex = 0;
	r = xn_plan_step(p, step, err);
	return r < 0 ? r : xn_plan_use(p, link, NULL, link->mask & ~step.mask, err);
}

/* A lent link that is gone is an error for what needs it; it does not keep anything else
 * from ending: it cannot be given back, and need not be. */
static int plan_missing(
	struct planner *p, const struct xn_link *link, struct xenet_error *err)
{
	const struct xn_link *past = xn_link_find(p->past, link->name);
	bool given_back = link->mask & XN_MASTER && !link->master[0];

	if (past && (given_back || !xn_link_differs(link, past)))
		return 0;
	return REFUSE(p, err, XENET_E_DEVICE_MISSING, link->name);
}

static int plan_lent(struct planner *p, struct xn_link *link, struct xenet_error *err)
{
	const struct xn_link *have = xn_link_find(p->have, link->name);

	/* Another device that has taken the name is not the one that was lent. */
	if (!have || !xn_link_may_be_lent(have))
		return plan_missing(p, link, err);
	return xn_plan_change(p, link, have, err);
}

static int plan_owned(struct planner *p, struct xn_link *link, struct xenet_error *err)
{
	const struct xn_link *have = xn_link_find(p->have, link->name);
	size_t n_steps;
	int r;

	if (!have)
		return xn_link_is_netback(link)
			       ? REFUSE(p, err, XENET_E_DEVICE_MISSING, link->name)
			       : plan_add(p, link, err);
	if (!xn_plan_is_ours(have, link) && !is_handed_over(p, have, link) &&
		!xn_plan_is_to_take(have, link))
		return xn_plan_refuse_taken(p, link, have, err);
	if (have->renamed) {
		r = xn_plan_step(p, (struct xn_step){ XN_OP_RENAME, link, have, 0 }, err);
		if (r < 0)
			return r;
	}
	if (!is_made_anew(link, have))
		return xn_plan_change(p, link, have, err);
	/* Of another guest, by now. */
	if (xn_link_is_netback(link))
		return xn_plan_refuse_taken(p, link, have, err);
	n_steps = p->plan->n_steps;
	r = plan_del(p, have, false, err);
	/* What has to stay leaves no room. */
	return r < 0 || p->plan->n_steps == n_steps ? r : plan_add(p, link, err);
}

static int plan_unwanted(
	struct planner *p, const struct xn_link *past, struct xenet_error *err)
{
	const struct xn_link *have = xn_link_find(p->have, past->name);

	if (!have || xn_link_find(p->want, past->name) || !xn_plan_is_ours(have, past))
		return 0;
	return xn_link_is_netback(have) ? xn_plan_give_back(p, have, err)
					: plan_del(p, have, past->stays_for_ports, err);
}

/* Foundations first, so lent links before all (a VLAN comes up on a device that is up);
 * removal goes the other way round. */
static int rank(const struct xn_link *link)
{
	static const char *const kinds[] = { "bridge", "bond", "vlan", "gretap", "vxlan",
		"ifb", "tap", "netback" };
	const int n = sizeof(kinds) / sizeof(kinds[0]);

	for (int i = 0; i < n && !xn_link_is_lent(link); i++)
		if (strcmp(kinds[i], link->kind) == 0)
			return i + 1;
	return xn_link_is_lent(link) ? 0 : n + 1;
}

static bool is_to_be_deleted(const struct xn_link *unwanted)
{
	return unwanted && !xn_link_is_netback(unwanted);
}

int xn_plan_name_going(const struct xn_netstate *past, const struct xn_netstate *want,
	const struct xn_netstate *have, struct xn_netstate *names)
{
	for (const struct xn_link *link = past->links; link; link = link->next)
		if (is_to_be_deleted(xn_link_find(have, link->name)) &&
			!xn_link_find(want, link->name) &&
			!xn_link_add(names, link->name))
			return -1;
	for (const struct xn_link *link = want->links; link; link = link->next) {
		const struct xn_link *found = xn_link_find(have, link->name);

		if (found && is_made_anew(link, found) && !xn_link_add(names, link->name))
			return -1;
	}
	return 0;
}

static int compare_steps(const void *a, const void *b)
{
	const struct xn_step *x = a, *y = b;
	int by_rank = rank(x->link) - rank(y->link);

	if (x->op != y->op)
		return (int)x->op - (int)y->op;
	if (by_rank)
		return x->op == XN_OP_DEL ? -by_rank : by_rank;
	return strcmp(x->link->name, y->link->name);
}

static int make(struct planner *p, struct xn_plan **ret, struct xenet_error *err)
{
	struct xn_plan *plan = p->plan;
	int r = plan ? 0 : xn_no_memory(err);

	for (const struct xn_link *link = p->past->links; link && r == 0;
		link = link->next)
		r = plan_unwanted(p, link, err);
	for (struct xn_link *link = p->want->links; link && r == 0; link = link->next)
		r = xn_link_is_lent(link) ? plan_lent(p, link, err)
					  : plan_owned(p, link, err);
	if (r < 0)
		return r;
	if (plan->n_steps)
		qsort(plan->steps, plan->n_steps, sizeof(*plan->steps), compare_steps);
	*ret = plan;
	return 0;
}

static struct xn_plan *new_plan(struct xn_arena *arena)
{
	struct xn_plan *plan = xn_alloc(arena, sizeof(*plan));

	if (plan)
		plan->arena = arena;
	return plan;
}

int xn_plan_make(struct xn_plan **ret, struct xn_arena *arena,
	const struct xn_netstate *past, struct xn_netstate *want,
	const struct xn_netstate *have, struct xenet_error *err)
{
	struct planner p = { new_plan(arena), 0, false, past, want, have };

	return make(&p, ret, err);
}

int xn_plan_make_possible(struct xn_plan **ret, struct xn_arena *arena,
	const struct xn_netstate *past, struct xn_netstate *want,
	const struct xn_netstate *have, struct xenet_error *err)
{
	struct planner p = { new_plan(arena), 0, true, past, want, have };

	return make(&p, ret, err);
}
