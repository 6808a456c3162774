/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/plan.h"

#include <stdlib.h>
#include <string.h>

struct planner {
	struct xn_plan *plan;
	size_t room;
	const struct xn_netstate *past;
	struct xn_netstate *want;
	const struct xn_netstate *have;
};

static int add_step(struct planner *p, struct xn_step step, struct xenet_error *err)
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

static int refuse_foreign(const struct xn_link *have, struct xenet_error *err)
{
	return xn_fail(err, XENET_E_DEVICE_EXISTS, have->name, have->kind,
		have->master ? have->master : "");
}

static bool is_port_of(const struct xn_link *link, const char *master)
{
	return link && link->mask & XN_MASTER && strcmp(link->master, master) == 0;
}

/* The ports that this plan neither takes off the bridge nor removes; NULL: no memory. */
static const char *foreign_ports(struct planner *p, const struct xn_link *bridge)
{
	struct xn_text foreign = XN_TEXT(p->plan->arena);
	const char *port = bridge->ports ? bridge->ports : "";

	for (; *port; port += strspn(port, " ")) {
		size_t length = strcspn(port, " ");
		char *name = xn_strndup(p->plan->arena, port, length);
		const struct xn_link *wanted = name ? xn_link_find(p->want, name) : NULL;

		port += length;
		if (!name)
			return NULL;
		if (wanted ? is_port_of(wanted, bridge->name)
			   : !xn_link_find(p->past, name))
			xn_text_addf(&foreign, "%s%s", foreign.length ? " " : "", name);
	}
	return xn_text_end(&foreign);
}

static int check_ports(
	struct planner *p, const struct xn_link *bridge, struct xenet_error *err)
{
	const char *ports = foreign_ports(p, bridge);

	if (!ports)
		return xn_no_memory(err);
	return ports[0] ? xn_fail(err, XENET_E_BRIDGE_IN_USE, bridge->name, ports) : 0;
}

static int plan_del(
	struct planner *p, const struct xn_link *have, struct xenet_error *err)
{
	struct xn_link *gone = xn_alloc(p->plan->arena, sizeof(*gone));
	int r = gone ? check_ports(p, have, err) : xn_no_memory(err);

	if (r < 0)
		return r;
	*gone = *have;
	return add_step(p, (struct xn_step){ XN_OP_DEL, gone, have, 0, NULL }, err);
}

static const struct xn_link *master_of(struct planner *p, const struct xn_link *link)
{
	const struct xn_link *master = xn_link_find(p->want, link->master);

	return master ? master : xn_link_find(p->have, link->master);
}

static int plan_master(struct planner *p, struct xn_link *link,
	const struct xn_link *have, struct xenet_error *err)
{
	struct xn_step step = { XN_OP_JOIN, link, have, XN_MASTER, NULL };

	if (!link->master[0]) {
		step.op = XN_OP_LEAVE;
		return have ? add_step(p, step, err) : 0;
	}
	step.master = master_of(p, link);
	if (!step.master)
		return xn_fail(err, XENET_E_DEVICE_MISSING, link->master);
	return add_step(p, step, err);
}

static int plan_up(struct planner *p, struct xn_link *link, const struct xn_link *have,
	struct xenet_error *err)
{
	enum xn_op op = link->up ? XN_OP_UP : XN_OP_DOWN;

	if (!have && !link->up)
		return 0;
	return add_step(p, (struct xn_step){ op, link, have, XN_UP, NULL }, err);
}

/* What differs (all, when the link is new) beyond the settings of the link itself. */
static int plan_use(struct planner *p, struct xn_link *link, const struct xn_link *have,
	unsigned differs, struct xenet_error *err)
{
	int r = differs & XN_MASTER ? plan_master(p, link, have, err) : 0;

	return r == 0 && differs & XN_UP ? plan_up(p, link, have, err) : r;
}

static int plan_add(struct planner *p, struct xn_link *link, struct xenet_error *err)
{
	unsigned mask = link->mask & (XN_IDENTITY | XN_SETTINGS);
	int r = add_step(p, (struct xn_step){ XN_OP_ADD, link, NULL, mask, NULL }, err);

	return r < 0 ? r : plan_use(p, link, NULL, link->mask, err);
}

static int plan_change(struct planner *p, struct xn_link *link,
	const struct xn_link *have, struct xenet_error *err)
{
	unsigned differs = xn_link_differs(link, have);
	int r = 0;

	link->ifindex = have->ifindex;
	if (differs & XN_SETTINGS)
		r = add_step(p,
			(struct xn_step){
				XN_OP_SET, link, have, differs & XN_SETTINGS, NULL },
			err);
	return r < 0 ? r : plan_use(p, link, have, differs, err);
}

static bool is_ours(const struct xn_link *have, const char *mark)
{
	return mark && have->mark && strcmp(have->mark, mark) == 0;
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
	return xn_fail(err, XENET_E_DEVICE_MISSING, link->name);
}

static int plan_wanted(struct planner *p, struct xn_link *link, struct xenet_error *err)
{
	const struct xn_link *have = xn_link_find(p->have, link->name);
	int r;

	if (!have && xn_link_is_lent(link))
		return plan_missing(p, link, err);
	if (!have)
		return plan_add(p, link, err);
	if (!xn_link_is_lent(link) && !is_ours(have, link->mark))
		return refuse_foreign(have, err);
	if (!(xn_link_differs(link, have) & XN_IDENTITY))
		return plan_change(p, link, have, err);
	r = plan_del(p, have, err);
	return r < 0 ? r : plan_add(p, link, err);
}

static int plan_unwanted(
	struct planner *p, const struct xn_link *past, struct xenet_error *err)
{
	const struct xn_link *have = xn_link_find(p->have, past->name);

	const char *ports;

	if (!have || xn_link_find(p->want, past->name) || !is_ours(have, past->mark))
		return 0;
	if (past->stays_for_ports) {
		ports = foreign_ports(p, have);
		if (!ports || ports[0])
			return ports ? 0 : xn_no_memory(err);
	}
	return plan_del(p, have, err);
}

/* Foundations first, so lent links before all (a VLAN comes up on a device that is up);
 * removal goes the other way round. */
static int rank(const struct xn_link *link)
{
	static const char *const kinds[] = { "bridge", "vlan", "tap" };
	const int n = sizeof(kinds) / sizeof(kinds[0]);

	for (int i = 0; i < n && !xn_link_is_lent(link); i++)
		if (strcmp(kinds[i], link->kind) == 0)
			return i + 1;
	return xn_link_is_lent(link) ? 0 : n + 1;
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

int xn_plan_make(struct xn_plan **ret, struct xn_arena *arena,
	const struct xn_netstate *past, struct xn_netstate *want,
	const struct xn_netstate *have, struct xenet_error *err)
{
	struct xn_plan *plan = xn_alloc(arena, sizeof(*plan));
	struct planner p = { plan, 0, past, want, have };
	int r = 0;

	if (!plan)
		return xn_no_memory(err);
	plan->arena = arena;
	for (const struct xn_link *link = past->links; link && r == 0; link = link->next)
		r = plan_unwanted(&p, link, err);
	for (struct xn_link *link = want->links; link && r == 0; link = link->next)
		r = plan_wanted(&p, link, err);
	if (r < 0)
		return r;
	if (plan->n_steps)
		qsort(plan->steps, plan->n_steps, sizeof(*plan->steps), compare_steps);
	*ret = plan;
	return 0;
}
