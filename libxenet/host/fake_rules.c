/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/fake_rules.h"

#include <string.h>

#include "base/address.h"

enum {
	LEAST_IPV6_MTU = 1280 /* RFC 8200, 5 */
};

/* "DESTINATION>GATEWAY"; false: it is neither. */
static bool read_route(struct xn_arena *arena, const char *route, struct xn_address *to,
	struct xn_address *gateway)
{
	const char *behind = strchr(route, '>');
	const char *first = behind ? xn_strndup(arena, route, (size_t)(behind - route))
				   : NULL;

	return first && xn_address_read(first, AF_UNSPEC, to) &&
	       xn_address_read(behind + 1, to->family, gateway);
}

/* An address of the link is of the gateway's network. */
static bool reaches(const struct xn_link *link, const struct xn_address *gateway,
	struct xn_arena *arena)
{
	const char *at = link->ip ? link->ip : "";
	struct xn_address own;

	for (char *item; (item = xn_word_next(arena, &at));)
		if (xn_address_read(item, gateway->family, &own) &&
			xn_address_contains(&own, gateway))
			return true;
	return false;
}

static bool same_network(const struct xn_address *a, const struct xn_address *b)
{
	return a->length == b->length && xn_address_contains(a, b);
}

/* IPv4 has one table for routes and for the networks of addresses; IPv6's differ in their
 * metric. */
static bool is_connected(
	const struct xn_link *link, const struct xn_address *to, struct xn_arena *arena)
{
	const char *at = link->ip ? link->ip : "";
	struct xn_address own;

	for (char *item; (item = xn_word_next(arena, &at));)
		if (xn_address_read(item, AF_INET, &own) && same_network(&own, to))
			return true;
	return false;
}

static bool has_route(
	const struct xn_link *link, const struct xn_address *to, struct xn_arena *arena)
{
	const char *at = link->via ? link->via : "";
	struct xn_address other, gateway;

	for (char *item; (item = xn_word_next(arena, &at));)
		if (read_route(arena, item, &other, &gateway) && same_network(&other, to))
			return true;
	return false;
}

static bool is_taken(const struct xn_netstate *state, const struct xn_link *but,
	const struct xn_address *to, struct xn_arena *arena)
{
	for (const struct xn_link *link = state->links; link; link = link->next)
		if (is_connected(link, to, arena) ||
			(link != but && has_route(link, to, arena)))
			return true;
	return false;
}

static int refuse(const struct xn_step *step, const char *reason, struct xn_arena *arena,
	struct xenet_error *err)
{
	const char *text = xn_step_text(arena, step);

	return text ? xn_fail(err, XENET_E_KERNEL_ERROR, text, reason)
		    : xn_no_memory(err);
}

int xn_fake_check(const struct xn_netstate *state, const struct xn_step *step,
	struct xn_arena *arena, struct xenet_error *err)
{
	const struct xn_link *link = xn_link_find(state, step->link->name);
	const char *at = step->op == XN_OP_ROUTE ? step->link->via : "";
	struct xn_address to, gateway;

	for (char *item; link && (item = xn_word_next(arena, &at));) {
		if (!read_route(arena, item, &to, &gateway))
			return refuse(step, "Invalid argument", arena, err);
		if (!reaches(link, &gateway, arena))
			return refuse(step, "Network is unreachable", arena, err);
		if (is_taken(state, link, &to, arena))
			return xn_fail(
				err, XENET_E_ROUTE_EXISTS, link->name, step->link->via);
	}
	return at ? 0 : xn_no_memory(err);
}

/* VXLANs differ by key and port, which stand last, GRE tunnels by their ends as well. */
static const char *identity_of(const struct xn_link *tunnel)
{
	const char *key = strcmp(tunnel->kind, "vxlan") == 0
				  ? strstr(tunnel->tunnel, "key=")
				  : NULL;

	return key ? key : tunnel->tunnel;
}

bool xn_fake_has_tunnel(const struct xn_netstate *state, const struct xn_link *tunnel)
{
	if (!tunnel->tunnel)
		return false;
	for (const struct xn_link *link = state->links; link; link = link->next)
		if (link->tunnel && strcmp(link->kind, tunnel->kind) == 0 &&
			strcmp(identity_of(link), identity_of(tunnel)) == 0)
			return true;
	return false;
}

static char *without_ipv6(const char *addresses, struct xn_arena *arena)
{
	struct xn_text text = XN_TEXT(arena);

	for (char *item; (item = xn_word_next(arena, &addresses));)
		if (!strchr(item, ':'))
			xn_text_addf(&text, "%s%s", text.length ? " " : "", item);
	return addresses ? xn_text_end(&text) : NULL;
}

bool xn_fake_lacks_ipv6(const struct xn_link *link)
{
	return link->mask & XN_MTU && link->mtu < LEAST_IPV6_MTU;
}

/* IPv6 leaves a link whose MTU is too small for it, and comes back as new. */
int xn_fake_settle(struct xn_link *link, int64_t mtu_before, struct xn_arena *arena,
	struct xenet_error *err)
{
	if (xn_fake_lacks_ipv6(link)) {
		link->mask &= ~(unsigned)XN_ADDRGEN;
		link->addrgen = NULL;
		link->ip = without_ipv6(link->ip ? link->ip : "", arena);
		link->via = without_ipv6(link->via ? link->via : "", arena);
		if (!link->ip || !link->via)
			return xn_no_memory(err);
	} else if (mtu_before && mtu_before < LEAST_IPV6_MTU && !link->addrgen) {
		link->mask |= XN_ADDRGEN;
		link->addrgen = "eui64";
	}
	return 0;
}

int xn_fake_withdraw(struct xn_link *link, const struct xn_step *step,
	struct xn_arena *arena, struct xenet_error *err)
{
	struct xn_text stays = XN_TEXT(arena);
	const char *at = link->ip ? link->ip : "";

	for (char *item; (item = xn_word_next(arena, &at));)
		if (xn_words_have(step->link->ip, item))
			xn_text_addf(&stays, "%s%s", stays.length ? " " : "", item);
	if (!at || !xn_text_end(&stays))
		return xn_no_memory(err);
	if (step->mask & XN_IP)
		link->ip = stays.bytes;
	if (step->mask & XN_VIA)
		link->via = "";
	return 0;
}
