/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/planner.h"

#include <string.h>

/* The steps of one link that stays, and what comes after the making of a new one. */

/* By its mark: an intent does not tell of kinds. */
static bool is_our_master(const struct xn_netstate *state, const struct xn_link *have)
{
	const struct xn_link *master = xn_link_find(state, have->master);

	return master && master->mark && have->master_mark &&
	       strcmp(master->mark, have->master_mark) == 0;
}

static bool is_of_database(const struct xn_netstate *state, const char *mark)
{
	for (const struct xn_link *link = state->links; link; link = link->next) {
		const char *end = link->mark ? strrchr(link->mark, ':') : NULL;

		if (end && strncmp(link->mark, mark, (size_t)(end - link->mark) + 1) == 0)
			return true;
	}
	return false;
}

/* A mark of the database whose links this plan is about. */
static bool is_of_ours(const struct planner *p, const char *mark)
{
	return mark && (is_of_database(p->past, mark) || is_of_database(p->want, mark));
}

/* A lent link stays where its host has put it meanwhile. */
static bool is_taken_away(
	struct planner *p, const struct xn_link *link, const struct xn_link *have)
{
	const struct xn_link *past = xn_link_find(p->past, link->name);
	bool is_renamed_bridge = !link->master[0] && is_of_ours(p, have->master_mark);

	return xn_link_is_lent(link) && have->master[0] && !is_renamed_bridge &&
	       !xn_plan_is_port(past, have->master) && !is_our_master(p->past, have) &&
	       !is_our_master(p->want, have);
}

static bool is_detoured(const struct xn_link *link)
{
	return link->mask & XN_INGRESS && link->ingress && link->ingress[0];
}

/* What waits in a detour was sent before: down, it forgets that, and lets nothing pass. */
static int plan_purge(
	struct planner *p, const struct xn_link *link, struct xenet_error *err)
{
	struct xn_link *detour = is_detoured(link) ? xn_link_find(p->want, link->ingress)
						   : NULL;
	const struct xn_link *have = detour ? xn_link_find(p->have, link->ingress) : NULL;
	int r;

	if (!have || !have->up || !xn_plan_is_ours(have, detour))
		return 0;
	r = xn_plan_step(p, (struct xn_step){ XN_OP_DOWN, detour, have, XN_UP }, err);
	return r == 0 ? xn_plan_step(
				p, (struct xn_step){ XN_OP_UP, detour, have, XN_UP }, err)
		      : r;
}

static int plan_ingress(struct planner *p, struct xn_link *link,
	const struct xn_link *have, struct xenet_error *err)
{
	struct xn_step step = { XN_OP_REDIRECT, link, have, XN_INGRESS };
	int r = 0;

	if (have && is_detoured(have))
		r = xn_plan_step(p,
			(struct xn_step){ XN_OP_UNREDIRECT, link, have, XN_INGRESS },
			err);
	if (r < 0 || !is_detoured(link))
		return r;
	step.parent = xn_plan_other(p, link->ingress);
	return step.parent ? xn_plan_step(p, step, err)
			   : REFUSE(p, err, XENET_E_DEVICE_MISSING, link->ingress);
}

static int plan_master(struct planner *p, struct xn_link *link,
	const struct xn_link *have, struct xenet_error *err)
{
	struct xn_step step = { XN_OP_JOIN, link, have, XN_MASTER };
	bool leaves = !link->master[0];

	if (have && is_taken_away(p, link, have))
		return leaves ? 0
			      : REFUSE(p, err, XENET_E_DEVICE_HAS_MASTER, link->name,
					have->master);
	if (leaves) {
		step.op = XN_OP_LEAVE;
		return have ? xn_plan_step(p, step, err) : 0;
	}
	step.master = xn_plan_other(p, link->master);
	if (!step.master)
		return REFUSE(p, err, XENET_E_DEVICE_MISSING, link->master);
	return xn_plan_step(p, step, err);
}

static int plan_up(struct planner *p, struct xn_link *link, const struct xn_link *have,
	struct xenet_error *err)
{
	enum xn_op op = link->up ? XN_OP_UP : XN_OP_DOWN;

	if (!have && !link->up)
		return 0;
	return xn_plan_step(p, (struct xn_step){ op, link, have, XN_UP }, err);
}

static bool has_layer3(const struct xn_link *link, unsigned mask)
{
	return (mask & XN_IP && link->ip && link->ip[0]) ||
	       (mask & XN_VIA && link->via && link->via[0]);
}

static int plan_layer3(struct planner *p, struct xn_link *link,
	const struct xn_link *have, unsigned differs, struct xenet_error *err)
{
	int r = 0;

	/* Routes go with the address that they need. */
	if (differs & XN_IP)
		differs |= link->mask & XN_VIA;
	if (have && has_layer3(have, differs))
		r = xn_plan_step(p,
			(struct xn_step){
				XN_OP_WITHDRAW, link, have, differs & XN_LAYER3 },
			err);
	if (r == 0 && has_layer3(link, differs & XN_IP))
		r = xn_plan_step(
			p, (struct xn_step){ XN_OP_ASSIGN, link, have, XN_IP }, err);
	if (r == 0 && has_layer3(link, differs & XN_VIA))
		r = xn_plan_step(
			p, (struct xn_step){ XN_OP_ROUTE, link, have, XN_VIA }, err);
	return r;
}

int xn_plan_unguard(struct planner *p, struct xn_link *link, const struct xn_link *have,
	struct xenet_error *err)
{
	if (!have || !have->rules || !have->rules[0])
		return 0;
	return xn_plan_step(
		p, (struct xn_step){ XN_OP_UNGUARD, link, have, XN_RULES }, err);
}

static int plan_rules(struct planner *p, struct xn_link *link, const struct xn_link *have,
	struct xenet_error *err)
{
	if (!link->rules || !link->rules[0])
		return xn_plan_unguard(p, link, have, err);
	return xn_plan_step(
		p, (struct xn_step){ XN_OP_GUARD, link, have, XN_RULES }, err);
}

/* Where it had rules it is not to be without them, on its way to where it needs none. */
static bool sheds_rules(const struct xn_link *link, const struct xn_link *have)
{
	return have && have->rules && have->rules[0] &&
	       !(link->rules && link->rules[0]) && have->master && have->master[0] &&
	       link->master[0];
}

/* Given back, and in somebody else's hands already, who has it up. */
static bool is_used_elsewhere(
	struct planner *p, const struct xn_link *link, const struct xn_link *have)
{
	return have && link->mask & XN_MASTER && !link->master[0] &&
	       is_taken_away(p, link, have);
}

int xn_plan_use(struct planner *p, struct xn_link *link, const struct xn_link *have,
	unsigned differs, struct xenet_error *err)
{
	int r = differs & XN_INGRESS ? plan_ingress(p, link, have, err) : 0;

	if (r == 0 && differs & XN_MASTER && sheds_rules(link, have))
		r = xn_plan_step(
			p, (struct xn_step){ XN_OP_LEAVE, link, have, XN_MASTER }, err);
	if (r == 0 && differs & XN_RULES)
		r = plan_rules(p, link, have, err);
	if (r == 0 && differs & XN_MASTER)
		r = plan_master(p, link, have, err);
	/* Where nothing has been led yet, nothing waits. */
	if (r == 0 && differs & XN_MASTER && have && !(differs & XN_INGRESS))
		r = plan_purge(p, link, err);
	if (r == 0 && differs & XN_UP && !is_used_elsewhere(p, link, have))
		r = plan_up(p, link, have, err);
	return r == 0 ? plan_layer3(p, link, have, differs, err) : r;
}

static bool is_port_of_bond(const struct xn_link *have)
{
	return have->master && have->master[0] && have->master_kind &&
	       strcmp(have->master_kind, "bond") == 0;
}

/* Down while it is set; its routes go with that. */
static int rest(struct planner *p, struct xn_link *link, const struct xn_link *have,
	unsigned *differs, struct xenet_error *err)
{
	*differs |= link->mask & (XN_UP | XN_VIA);
	return have->up ? xn_plan_step(p,
				  (struct xn_step){ XN_OP_DOWN, link, have, XN_UP }, err)
			: 0;
}

/* The link stays a member of a bond whose options this plan changes. */
static bool joins_anew(struct planner *p, const struct xn_link *link)
{
	const char *master = link->mask & XN_MASTER ? link->master : "";
	const struct xn_link *want = xn_link_find(p->want, master);
	const struct xn_link *have = want ? xn_link_find(p->have, master) : NULL;

	return have && xn_plan_is_ours(have, want) &&
	       xn_link_differs(want, have) & XN_BOND;
}

static int leave_and_join(struct planner *p, struct xn_link *link,
	const struct xn_link *have, unsigned *differs, struct xenet_error *err)
{
	if (*differs & XN_MASTER)
		return 0;
	*differs |= XN_MASTER;
	return xn_plan_step(
		p, (struct xn_step){ XN_OP_LEAVE, link, have, XN_MASTER }, err);
}

/* With a larger MTU, IPv6 comes to a link whose MTU was too small for it, and would give one
 * that is up an address at once. Lent links are not taken down: others may use them. */
static int prepare_ipv6(struct planner *p, struct xn_link *link,
	const struct xn_link *have, unsigned *differs, struct xenet_error *err)
{
	*differs |= XN_ADDRGEN;
	if (xn_link_is_lent(link) || *differs & XN_BOND)
		return 0;
	return rest(p, link, have, differs, err);
}

int xn_plan_change(struct planner *p, struct xn_link *link, const struct xn_link *have,
	struct xenet_error *err)
{
	unsigned differs = xn_link_differs(link, have);
	int r = 0;

	/* What is taken may be up, and have addresses: they go with that. */
	if (xn_plan_is_to_take(have, link))
		r = rest(p, link, have, &differs, err);
	/* A bond is set while it is down and without members, who thus leave and join. */
	if (r == 0 && differs & XN_BOND)
		r = rest(p, link, have, &differs, err);
	if (r == 0 && joins_anew(p, link))
		r = leave_and_join(p, link, have, &differs, err);
	/* Who leaves a bond is down, and has the MTU with which it joined. */
	if (differs & XN_MASTER && is_port_of_bond(have))
		differs |= link->mask & (XN_UP | XN_MTU);
	if (r == 0 && differs & XN_MTU && link->mask & XN_ADDRGEN &&
		!(have->mask & XN_ADDRGEN))
		r = prepare_ipv6(p, link, have, &differs, err);
	/* What a bucket holds follows from the largest frame. */
	if (differs & XN_MTU && link->rate)
		differs |= link->mask & XN_RATE;
	/* What the kernel refuses while somebody has it open is left for later. */
	if (have->attached)
		differs &= ~(unsigned)XN_TAP;
	link->ifindex = have->ifindex;
	if (r == 0 && differs & (XN_SETTINGS | XN_TAP))
		r = xn_plan_step(p,
			(struct xn_step){
				XN_OP_SET, link, have, differs & (XN_SETTINGS | XN_TAP) },
			err);
	return r < 0 ? r : xn_plan_use(p, link, have, differs, err);
}
