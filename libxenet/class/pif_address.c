/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/address.h"
#include "class/network.h"
#include "class/pif.h"
#include "host/netstate.h"

/* What the host's own IP configuration asks of the bridge of a plugged PIF's network. */

/* A static address, on a link that can have it (RFC 8200, 5). */
static bool has_ipv6(const struct xn_pif *pif)
{
	return xn_ip_is_static(pif->ipv6_mode) && pif->ipv6[0] && pif->mtu >= 1280;
}

/* One default route a family: that of the PIF that other-config:defaultroute names, else of
 * the management interface, else of any (rules.md of xe: PIF 18). */
static int has_default_route(struct xn_model *m, const struct xn_pif *pif,
	const char *gateway, const char *mode, bool *ret, struct xenet_error *err)
{
	const char *first;
	const char *sql = xn_printf(m->arena,
		"SELECT uuid FROM pif WHERE (gateway <> '' OR ipv6_gateway <> '')"
		" AND plugged AND %s <> '' AND %s = 'Static' AND %s ORDER BY"
		" coalesce(json_extract(other_config, '$.defaultroute'), '') <> 'true',"
		" NOT management, device, vlan LIMIT 1",
		gateway, mode, gateway[0] == 'i' ? "ipv6 <> '' AND mtu >= 1280" : "true");
	int r = sql ? xn_sql_text(m, &first, err, sql, XN_PARAMS(NULL))
		    : xn_no_memory(err);

	*ret = r == 0 && first && strcmp(first, pif->o.uuid) == 0;
	return r;
}

static int add_gateway(struct xn_model *m, const struct xn_pif *pif,
	struct xn_text *routes, int family, struct xenet_error *err)
{
	bool v4 = family == AF_INET, ours;
	int r = has_default_route(m, pif, v4 ? "gateway" : "ipv6_gateway",
		v4 ? "ip_configuration_mode" : "ipv6_configuration_mode", &ours, err);

	if (ours)
		xn_text_addf(routes, " %s>%s", v4 ? "0.0.0.0/0" : "::/0",
			v4 ? pif->gateway : pif->ipv6_gateway);
	return r;
}

static int add_routes(struct xn_model *m, const struct xn_pif *pif,
	const struct xn_network *network, struct xn_text *routes, struct xenet_error *err)
{
	int r = 0;

	xn_text_add(routes, network->plugged_routes);
	if (xn_ip_is_static(pif->ip_mode) && pif->gateway[0])
		r = add_gateway(m, pif, routes, AF_INET, err);
	if (r == 0 && has_ipv6(pif) && pif->ipv6_gateway[0])
		r = add_gateway(m, pif, routes, AF_INET6, err);
	return r;
}

/* The kernel would give one only to a link that comes up, so we do: EUI-64 (RFC 4291, app. A),
 * as the kernel does. With it, routers are asked for prefixes. */
static void add_link_local(struct xn_text *text, const char *mac)
{
	struct xn_address own = { AF_INET6, 64, { 0xfe, 0x80, [11] = 0xff, 0xfe } };
	char address[XN_ADDRESS_SIZE];
	unsigned char *b = own.bytes + 8;

	if (sscanf(mac, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", b, b + 1, b + 2, b + 5,
		    b + 6, b + 7) != 6)
		return;
	b[0] ^= 2;
	xn_address_write(&own, address);
	xn_text_addf(text, " %s/64", address);
}

static void add_addresses(
	const struct xn_pif *pif, const struct xn_link *bridge, struct xn_text *text)
{
	int length;

	if (xn_ip_is_static(pif->ip_mode) && xn_netmask_length(pif->netmask, &length))
		xn_text_addf(text, "%s/%d", pif->ip, length);
	if (strcmp(pif->ipv6_mode, "None") == 0 || !(bridge->mask & XN_ADDRGEN))
		return;
	add_link_local(text, bridge->address);
	if (has_ipv6(pif))
		xn_text_addf(text, " %s", pif->ipv6);
}

int xn_pif_desire_ip(struct xn_model *m, const struct xn_pif *pif,
	const struct xn_network *network, struct xn_link *bridge, struct xenet_error *err)
{
	struct xn_text addresses = XN_TEXT(m->arena), routes = XN_TEXT(m->arena);
	int r;

	add_addresses(pif, bridge, &addresses);
	if (!addresses.length)
		return 0;
	r = add_routes(m, pif, network, &routes, err);
	if (r < 0)
		return r;
	if (!xn_text_end(&addresses) || !xn_text_end(&routes))
		return xn_no_memory(err);
	bridge->ip = xn_words_sorted(m->arena, addresses.bytes);
	bridge->via = xn_words_sorted(m->arena, routes.bytes);
	bridge->mask |= XN_LAYER3;
	return bridge->ip && bridge->via ? 0 : xn_no_memory(err);
}

/* "SUBNET/LENGTH/GATEWAY" as a route; NULL: it is not one. */
static const char *read_route(struct xn_model *m, char *item)
{
	char *slash = strrchr(item, '/');
	struct xn_address to, gateway;
	char network[XN_ADDRESS_SIZE], via[XN_ADDRESS_SIZE];

	if (!slash)
		return NULL;
	*slash = '\0';
	if (!strchr(item, '/') || !xn_address_read(item, AF_UNSPEC, &to) ||
		!xn_address_read(slash + 1, to.family, &gateway) ||
		strchr(slash + 1, '/') || !xn_address_is_network(&to))
		return NULL;
	/* As the kernel shows them, to be compared. */
	xn_address_write(&to, network);
	xn_address_write(&gateway, via);
	return xn_printf(m->arena, " %s/%d>%s", network, to.length, via);
}

int xn_pif_settle_routes(
	struct xn_model *m, struct xn_network *network, struct xenet_error *err)
{
	struct xn_text text = XN_TEXT(m->arena);
	const char *list;
	int r = xn_map_get(m, network->other_config, "static-routes", &list, err);

	for (const char *at = r == 0 && list ? list : "", *route; *at;) {
		size_t length = strcspn(at, ",");
		char *item = xn_strndup(m->arena, at, length);

		route = item ? read_route(m, item) : NULL;
		if (!route)
			return xn_fail(err, XENET_E_INVALID_VALUE, "static-routes", list);
		xn_text_add(&text, route);
		at += length + (at[length] == ',');
	}
	network->plugged_routes = xn_text_end(&text);
	return r == 0 && !network->plugged_routes ? xn_no_memory(err) : r;
}
