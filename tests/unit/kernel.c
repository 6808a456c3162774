/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel.h"

#include <string.h>

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static bool is_vlan_of(const struct xn_link *link, const struct xn_link *parent)
{
	return strcmp(or_empty(link->kind), "vlan") == 0 &&
	       strcmp(or_empty(link->parent), parent->name) == 0;
}

/* RFC 8200, 5. */
static bool lacks_ipv6(const struct xn_link *link)
{
	return link->mtu && link->mtu < 1280;
}

static void complete(struct xn_link *link)
{
	link->mask = ~0U;
	link->kind = link->kind ? link->kind : "nic";
	link->parent = or_empty(link->parent);
	link->mark = or_empty(link->mark);
	link->address = or_empty(link->address);
	link->addrgen = or_empty(link->addrgen);
	if (lacks_ipv6(link))
		link->mask &= ~(unsigned)XN_ADDRGEN;
	link->master = or_empty(link->master);
}

static const char *master_of(const struct xn_link *link)
{
	return or_empty(link->master);
}

static const char *lower_of(const struct xn_link *link)
{
	return or_empty(link->parent);
}

static const char *names_on(const struct xn_netstate *state, const struct xn_link *holder,
	const char *(*holder_of)(const struct xn_link *link))
{
	struct xn_text names = XN_TEXT(state->arena);

	for (const struct xn_link *link = state->links; link; link = link->next)
		if (strcmp(holder_of(link), holder->name) == 0)
			xn_text_addf(&names, "%s%s", names.length ? " " : "", link->name);
	return xn_text_end(&names);
}

static const char *mark_of(const struct xn_netstate *state, const char *name)
{
	const struct xn_link *link = xn_link_find(state, name);

	return link ? link->mark : NULL;
}

struct xn_netstate *kernel_observe(
	struct xn_arena *arena, const struct xn_netstate *state)
{
	struct xn_netstate *seen = xn_netstate_new(arena);
	int ifindex = 0;

	for (const struct xn_link *link = state->links; link; link = link->next) {
		struct xn_link *copy = xn_link_add(seen, link->name);

		xn_link_copy(copy, link, ~0U);
		complete(copy);
		copy->ifindex = ++ifindex;
		copy->ports = names_on(state, link, master_of);
		copy->uppers = names_on(state, link, lower_of);
		copy->master_mark = mark_of(state, copy->master);
		if (xn_link_find(state, copy->master))
			copy->master_kind = xn_link_find(state, copy->master)->kind;
	}
	return seen;
}

static const char *set_mtu(struct xn_netstate *state, struct xn_link *link, int64_t mtu)
{
	for (struct xn_link *other = state->links; other; other = other->next)
		if (is_vlan_of(link, other) && mtu > other->mtu)
			return "a VLAN cannot have a larger MTU than its device";
	if (lacks_ipv6(link) && mtu >= 1280 && link->up && link->mark && link->mark[0])
		return "with IPv6, a link that is up gets an address";
	link->mtu = mtu;
	for (struct xn_link *other = state->links; other; other = other->next)
		if (is_vlan_of(other, link) && other->mtu > mtu)
			other->mtu = mtu;
	return NULL;
}

static const char *set_up(struct xn_netstate *state, struct xn_link *link, bool up)
{
	for (struct xn_link *other = state->links; other && up; other = other->next)
		if (is_vlan_of(link, other) && !other->up)
			return "the VLAN's device is down";
	link->up = up;
	for (struct xn_link *other = state->links; other; other = other->next)
		if (is_vlan_of(other, link))
			other->up = up;
	return NULL;
}

static bool is_bond(const struct xn_netstate *state, const char *name)
{
	const struct xn_link *link = xn_link_find(state, name);

	return link && strcmp(link->kind, "bond") == 0;
}

/* A bond lets its member go down. */
static void leave(const struct xn_netstate *state, struct xn_link *link)
{
	if (is_bond(state, link->master))
		link->up = false;
	link->master = "";
}

static const char *join(
	struct xn_netstate *state, struct xn_link *link, const char *master)
{
	const struct xn_link *bridge = xn_link_find(state, master);

	if (!bridge)
		return "no such master";
	leave(state, link);
	link->up = link->up || is_bond(state, master);
	if (strcmp(bridge->kind, "bridge") != 0 && !is_bond(state, master))
		return "the master is neither bridge nor bond";
	link->master = master;
	return NULL;
}

static const char *set(
	struct xn_netstate *state, struct xn_link *link, const struct xn_step *step)
{
	for (const struct xn_link *other = state->links; other; other = other->next)
		if (step->mask & XN_BOND && strcmp(other->master, link->name) == 0)
			return "a bond with members cannot be set";
	if (step->mask & XN_BOND && link->up)
		return "a bond that is up cannot be set";
	xn_link_copy(link, step->link,
		step->mask & (XN_SETTINGS | XN_TAP) & ~(unsigned)XN_MTU);
	return step->mask & XN_MTU ? set_mtu(state, link, step->link->mtu) : NULL;
}

static const char *place_vlan(struct xn_netstate *state, struct xn_link *vlan)
{
	const struct xn_link *parent = xn_link_find(state, vlan->parent);

	if (!parent)
		return "no such device for the VLAN";
	for (const struct xn_link *other = state->links; other; other = other->next)
		if (other != vlan && is_vlan_of(other, parent) && other->tag == vlan->tag)
			return "the device has a VLAN of this tag";
	vlan->mtu = parent->mtu;
	return NULL;
}

static const char *add(struct xn_netstate *state, const struct xn_step *step)
{
	const char *fault = NULL;
	struct xn_link *link;

	if (xn_link_find(state, step->link->name))
		return "the name is taken";
	link = xn_link_add(state, step->link->name);
	link->mtu = 1500;
	xn_link_copy(link, step->link, step->mask & XN_IDENTITY);
	complete(link);
	if (strcmp(link->kind, "vlan") == 0)
		fault = place_vlan(state, link);
	if (!fault)
		fault = set(state, link, step);
	if (!fault && step->mask & XN_MASTER && step->link->master[0])
		fault = join(state, link, step->link->master);
	if (!fault && step->mask & XN_UP && step->link->up)
		fault = set_up(state, link, true);
	return fault;
}

static const char *del(struct xn_netstate *state, const struct xn_link *link)
{
	for (struct xn_link *other = state->links; other; other = other->next) {
		if (strcmp(lower_of(other), link->name) == 0)
			return "another device would go with it";
		if (other->ingress && strcmp(other->ingress, link->name) == 0)
			return "what goes to an ifb that is gone is lost";
		if (strcmp(other->master, link->name) == 0)
			leave(state, other);
	}
	xn_link_remove(state, link->name);
	return NULL;
}

/* Nothing goes but what is no longer wanted, routes before the addresses they need. */
static const char *withdraw(struct xn_link *link, const struct xn_step *step)
{
	if (step->mask & XN_VIA)
		link->via = "";
	if (step->mask & XN_IP && !xn_words_have(step->link->ip, link->ip))
		link->ip = "";
	return NULL;
}

static const char *route(struct xn_link *link, const struct xn_step *step)
{
	if (!link->up)
		return "a route needs a link that is up";
	if (!link->ip || !link->ip[0])
		return "a gateway needs an address to reach it";
	link->via = step->link->via;
	return NULL;
}

static const char *redirect(
	struct xn_netstate *state, struct xn_link *link, const char *to)
{
	const struct xn_link *detour = xn_link_find(state, to);

	if (!detour || strcmp(detour->kind, "ifb") != 0)
		return "a detour needs an ifb";
	if (!detour->up)
		return "what goes to an ifb that is down is lost";
	if (link->ingress && link->ingress[0])
		return "a device has one detour at most";
	link->ingress = to;
	return NULL;
}

static bool is_open(const struct xn_link *link, const struct xn_link *wanted)
{
	bool is_to_have = wanted->rules && wanted->rules[0];

	return is_to_have && !(link->rules && link->rules[0]);
}

static const char *unguard(struct xn_netstate *state, struct xn_link *link)
{
	link->rules = "";
	if (strcmp(link->kind, XN_KIND_RULES) == 0)
		xn_link_remove(state, link->name);
	return NULL;
}

const char *kernel_step(struct xn_netstate *state, const struct xn_step *step)
{
	struct xn_link *link = xn_link_find(state, step->link->name);

	if (step->op == XN_OP_ADD)
		return add(state, step);
	if (!link)
		return "no such link";
	switch (step->op) {
	case XN_OP_DEL:
		return del(state, link);
	case XN_OP_SET:
		return set(state, link, step);
	case XN_OP_JOIN:
		return is_open(link, step->link) ? "a port joins without its rules"
						 : join(state, link, step->link->master);
	case XN_OP_WITHDRAW:
		return withdraw(link, step);
	case XN_OP_ASSIGN:
		link->ip = step->link->ip;
		return NULL;
	case XN_OP_ROUTE:
		return route(link, step);
	case XN_OP_LEAVE:
		leave(state, link);
		return NULL;
	case XN_OP_UNREDIRECT:
		link->ingress = "";
		return NULL;
	case XN_OP_GUARD:
		link->rules = step->link->rules;
		return NULL;
	case XN_OP_UNGUARD:
		return unguard(state, link);
	case XN_OP_REDIRECT:
		return redirect(state, link, step->link->ingress);
	default:
		return set_up(state, link, step->op == XN_OP_UP);
	}
}

static void compare(struct xn_text *text, const struct xn_netstate *a,
	const struct xn_netstate *b, const char *word)
{
	for (const struct xn_link *link = a->links; link; link = link->next) {
		const struct xn_link *other = xn_link_find(b, link->name);
		unsigned mask = other ? xn_link_differs(link, other) : ~0U;

		if (!mask)
			continue;
		xn_text_addf(text, "%s %s", word, link->name);
		xn_link_write(text, link, mask);
		xn_text_add(text, "\n");
	}
}

const char *kernel_differs(const struct xn_netstate *a, const struct xn_netstate *b)
{
	struct xn_text text = XN_TEXT(a->arena);

	compare(&text, a, b, "-");
	compare(&text, b, a, "+");
	return xn_text_end(&text);
}
