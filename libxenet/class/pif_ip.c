/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/address.h"
#include "base/parse.h"
#include "base/text.h"
#include "class/network.h"
#include "class/pif.h"
#include "class/tunnel.h"
#include "model/reply.h"

/* The IP configuration of PIFs: the host's own, or none. */

#define NO_DHCP_CLIENT                                                                   \
	"DHCP is noted, but no DHCP client was started: the interface has no address."
static int refuse_address(const char *parameter, const char *value, const char *reason,
	struct xenet_error *err)
{
	return xn_fail(err, XENET_E_INVALID_IP_ADDRESS_SPECIFIED, parameter, value,
		value[0] ? reason : "it is missing");
}

/* Of an address that is one, but no host's on a link. */
#define NOT_A_HOSTS                                                                      \
	"it is no host's (but a network's, its broadcast, loopback, multicast or such)"
#define NOT_ONE "it is no address of the family, without /LENGTH"

/* What is given must be an address, whatever the mode. */
static int check_syntax(
	const char *text, int family, const char *parameter, struct xenet_error *err)
{
	return !text[0] || xn_is_address(text, family, XN_PREFIX_REFUSED)
		       ? 0
		       : refuse_address(parameter, text, NOT_ONE, err);
}

static int check_gateway(const struct xn_address *own, const char *text, bool link_local,
	struct xenet_error *err)
{
	struct xn_address gateway;

	if (!text[0])
		return 0;
	if (strchr(text, '/') || !xn_address_read(text, own->family, &gateway))
		return refuse_address("gateway", text, NOT_ONE, err);
	if (link_local && gateway.bytes[0] == 0xfe && (gateway.bytes[1] & 0xc0) == 0x80)
		return 0;
	gateway.length = own->length;
	if (!xn_address_contains(own, &gateway))
		return refuse_address(
			"gateway", text, "it is not in the network of the PIF", err);
	if (!xn_address_is_host(&gateway))
		return refuse_address("gateway", text, NOT_A_HOSTS, err);
	if (memcmp(own->bytes, gateway.bytes, sizeof(own->bytes)) == 0)
		return refuse_address("gateway", text, "it is the PIF's own", err);
	return 0;
}

/* The address, the netmask, the gateway, in xe's order (rules.md of xe: PIF 13). */
static int check_ipv4(const struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_address own;
	int r = 0;

	if (xn_ip_is_static(pif->ip_mode)) {
		if (strchr(pif->ip, '/') || !xn_address_read(pif->ip, AF_INET, &own))
			return refuse_address("IP", pif->ip, NOT_ONE, err);
		if (!xn_netmask_length(pif->netmask, &own.length))
			return refuse_address("netmask", pif->netmask,
				"it is no netmask such as 255.255.255.0", err);
		if (!xn_address_is_host(&own))
			return refuse_address("IP", pif->ip, NOT_A_HOSTS, err);
		return check_gateway(&own, pif->gateway, false, err);
	}
	r = check_syntax(pif->ip, AF_INET, "IP", err);
	if (r == 0)
		r = check_syntax(pif->netmask, AF_INET, "netmask", err);
	return r < 0 ? r : check_syntax(pif->gateway, AF_INET, "gateway", err);
}

static int check_ipv6(const struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_address own;
	int r = check_syntax(pif->ipv6_gateway, AF_INET6, "gateway", err);

	if (r < 0 || !pif->ipv6[0])
		return r;
	if (!xn_is_address(pif->ipv6, AF_INET6, XN_PREFIX_REQUIRED))
		return xn_fail(
			err, XENET_E_INVALID_CIDR_ADDRESS_SPECIFIED, "IPv6", pif->ipv6);
	if (!xn_ip_is_static(pif->ipv6_mode) ||
		!xn_address_read(pif->ipv6, AF_INET6, &own))
		return 0;
	if (!xn_address_is_host(&own))
		return refuse_address("IPv6", pif->ipv6, NOT_A_HOSTS, err);
	return check_gateway(&own, pif->ipv6_gateway, true, err);
}

/* By now: the database may not know it yet. */
static bool has_address(const struct xn_pif *pif, const char *address, bool v6)
{
	const char *own = v6 ? pif->ipv6 : pif->ip;
	size_t length = strlen(address);

	return xn_ip_is_static(v6 ? pif->ipv6_mode : pif->ip_mode) &&
	       strncmp(own, address, length) == 0 &&
	       (own[length] == '\0' || own[length] == '/');
}

/* An address is one PIF's, whatever the length of its network. */
static int check_free(struct xn_model *m, const struct xn_pif *pif, const char *cidr,
	bool v6, struct xenet_error *err)
{
	const char *address = xn_strndup(m->arena, cidr, strcspn(cidr, "/"));
	const char *sql =
		v6 ? "SELECT uuid FROM pif WHERE ipv6 >= ?1 || '/' AND ipv6 < ?1 "
		     "|| '0'"
		   : "SELECT uuid FROM pif WHERE ip = ?1";
	const char **uuids = NULL;
	int r = address ? xn_sql_texts(m, &uuids, err, sql, XN_PARAMS(address))
			: xn_no_memory(err);

	for (size_t i = 0; r == 0 && uuids[i]; i++) {
		struct xn_pif *other;

		/* One that this command deletes has it no more. */
		if (xn_get(m, &xn_pif_class, uuids[i], &other, NULL) < 0)
			continue;
		if (other != pif && has_address(other, address, v6))
			return xn_fail(err, XENET_E_ADDRESS_IN_USE, address,
				xn_printf(m->arena, "PIF %s", other->o.uuid));
	}
	return r;
}

/* DESTINATION>GATEWAY leads to the very network of the address. */
static bool leads_to(const char *route, const struct xn_address *own)
{
	char destination[XN_ADDRESS_SIZE + sizeof("/128")];
	struct xn_address to;

	snprintf(destination, sizeof(destination), "%.*s", (int)strcspn(route, ">"),
		route);
	return xn_address_read(destination, AF_INET, &to) && to.length == own->length &&
	       xn_address_contains(own, &to);
}

/* "NETWORK_UUID ROUTE ROUTE ..." */
static int refuse_route(struct xn_model *m, const struct xn_address *own, char *routes,
	struct xenet_error *err)
{
	const char *uuid = strsep(&routes, " ");

	for (char *route; (route = strsep(&routes, " "));)
		if (leads_to(route, own))
			return xn_fail(err, XENET_E_ADDRESS_IN_USE,
				xn_printf(m->arena, "%.*s", (int)strcspn(route, ">"),
					route),
				xn_printf(m->arena, "static-routes of network %s", uuid));
	return 0;
}

/*
 * A static route of another PIF to the network of the address could not be made again, once
 * it is taken away: the kernel has one of its own there by then.
 */
static int check_routes(
	struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err)
{
	const char **texts;
	struct xn_address own;
	int r = xn_sql_texts(m, &texts, err,
		"SELECT uuid || plugged_routes FROM network WHERE plugged_routes <> ''"
		" AND uuid <> ?1 AND EXISTS (SELECT 1 FROM pif WHERE plugged AND"
		" network_uuid = network.uuid AND ip_configuration_mode = 'Static')",
		XN_PARAMS(pif->network));

	if (r < 0 || !xn_address_read(pif->ip, AF_INET, &own) ||
		!xn_netmask_length(pif->netmask, &own.length))
		return r;
	for (; r == 0 && *texts; texts++) {
		char *routes = xn_strdup(m->arena, *texts);

		r = routes ? refuse_route(m, &own, routes, err) : xn_no_memory(err);
	}
	return r;
}

int xn_pif_check_ip(struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err)
{
	int r = check_ipv4(pif, err);

	if (r == 0)
		r = check_ipv6(pif, err);
	if (r == 0 && xn_ip_is_static(pif->ip_mode))
		r = check_free(m, pif, pif->ip, false, err);
	if (r == 0 && xn_ip_is_static(pif->ip_mode))
		r = check_routes(m, pif, err);
	if (r == 0 && xn_ip_is_static(pif->ipv6_mode) && pif->ipv6[0])
		r = check_free(m, pif, pif->ipv6, true, err);
	return r;
}

/* As the kernel and others spell it, so that it can be compared; nonsense stays. */
static const char *canonical(struct xn_model *m, const char *text)
{
	char address[XN_ADDRESS_SIZE];
	struct xn_address own;

	if (!xn_address_read(text, AF_UNSPEC, &own))
		return text;
	xn_address_write(&own, address);
	return strchr(text, '/') ? xn_printf(m->arena, "%s/%d", address, own.length)
				 : xn_strdup(m->arena, address);
}

/* The new name servers of one family, then those of the other that were there. */
static int set_dns(struct xn_model *m, struct xn_pif *pif, const char *given, int family,
	struct xenet_error *err)
{
	struct xn_text text = XN_TEXT(m->arena);
	const char *lists[] = { given, pif->dns };

	for (int i = 0; i < 2; i++) {
		const char *at = lists[i];

		for (size_t length; *at; at += length + (at[length] == ',')) {
			char *one = xn_strndup(m->arena, at, length = strcspn(at, ","));
			bool fits = one && xn_is_address(one, family, XN_PREFIX_REFUSED);

			if (i == 0 && !fits)
				return refuse_address(
					"DNS", one ? one : "", NOT_ONE, err);
			if (i == 0 || !fits)
				xn_text_addf(&text, "%s%s", text.length ? "," : "", one);
		}
	}
	pif->dns = xn_text_end(&text);
	return pif->dns ? 0 : xn_no_memory(err);
}

int xn_pif_touch_gateways(struct xn_model *m, struct xenet_error *err)
{
	const char **uuids;
	int r = xn_sql_texts(m, &uuids, err,
		"SELECT network_uuid FROM pif"
		" WHERE (gateway <> '' OR ipv6_gateway <> '') AND plugged",
		XN_PARAMS(NULL));

	for (size_t i = 0; r == 0 && uuids[i]; i++) {
		struct xn_network *network;

		r = xn_get(m, &xn_network_class, uuids[i], &network, err);
		if (r == 0)
			xn_touch(network);
	}
	return r;
}

/* What was configured takes effect at once where the PIF is plugged. */
int xn_pif_apply_ip(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_network *network;
	int r = pif->plugged ? xn_get(m, &xn_network_class, pif->network, &network, err)
			     : 0;

	if (r < 0 || !pif->plugged)
		return r;
	xn_touch(network);
	xn_touch(pif);
	r = xn_pif_touch_gateways(m, err);
	/* Tunnels start from the address. */
	return r < 0 ? r : xn_tunnel_for_each(m, pif, xn_pif_plug, err);
}

static int apply(struct xn_model *m, struct xn_pif *pif, const char *mode,
	struct xenet_reply *reply, struct xenet_error *err)
{
	int r = xn_pif_apply_ip(m, pif, err);

	return r == 0 && pif->plugged && strcmp(mode, "DHCP") == 0
		       ? xn_reply_add_note(reply, NO_DHCP_CLIENT, err)
		       : r;
}

static int refuse_none(const struct xn_pif *pif, const char *mode, const char *family,
	struct xenet_error *err)
{
	if (!pif->management || strcmp(mode, "None") != 0 ||
		strcmp(pif->primary_address_type, family) != 0)
		return 0;
	return xn_fail(err, XENET_E_PIF_IS_MANAGEMENT_INTERFACE, pif->o.uuid);
}

int xn_pif_check_reconfigured(const struct xn_pif *pif, struct xenet_error *err)
{
	int r = pif->managed ? refuse_none(pif, pif->ip_mode, "IPv4", err)
			     : xn_fail(err, XENET_E_PIF_UNMANAGED, pif->o.uuid);

	return r < 0 ? r : refuse_none(pif, pif->ipv6_mode, "IPv6", err);
}

int xn_pif_canonical_ip(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err)
{
	pif->ipv6 = canonical(m, pif->ipv6);
	pif->ipv6_gateway = canonical(m, pif->ipv6_gateway);
	return pif->ipv6 && pif->ipv6_gateway ? 0 : xn_no_memory(err);
}

int xn_pif_check_dns(
	struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err)
{
	for (const char *at = pif->dns; *at; at += *at == ',') {
		size_t length = strcspn(at, ",");
		const char *one = xn_strndup(m->arena, at, length);

		if (!one)
			return xn_no_memory(err);
		if (!xn_is_address(one, AF_INET, XN_PREFIX_REFUSED) &&
			!xn_is_address(one, AF_INET6, XN_PREFIX_REFUSED))
			return refuse_address(
				"DNS", one, "it is no address, without /LENGTH", err);
		at += length;
	}
	return 0;
}

static int set_mode(struct xn_model *m, const struct xenet_request *req,
	struct xn_pif *pif, const char *field, struct xenet_error *err)
{
	int r = xn_value_set(
		m, &pif->o, xn_field(&xn_pif_class, field), xn_arg(req, "mode"), err);

	return r == 0 && !pif->managed ? xn_fail(err, XENET_E_PIF_UNMANAGED, pif->o.uuid)
				       : r;
}

/* A whole replacement: what is left out becomes empty (rules.md of xe: PIF 14). */
int xn_pif_reconfigure_ip(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_pif *pif = (struct xn_pif *)object;
	int r = set_mode(m, req, pif, "IP-configuration-mode", err);

	pif->ip = xn_arg_or_empty(req, "IP");
	pif->netmask = xn_arg_or_empty(req, "netmask");
	pif->gateway = xn_arg_or_empty(req, "gateway");
	if (r == 0)
		r = check_ipv4(pif, err);
	if (r == 0)
		r = refuse_none(pif, pif->ip_mode, "IPv4", err);
	if (r == 0)
		r = set_dns(m, pif, xn_arg_or_empty(req, "DNS"), AF_INET, err);
	return r < 0 ? r : apply(m, pif, pif->ip_mode, reply, err);
}

int xn_pif_reconfigure_ipv6(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_pif *pif = (struct xn_pif *)object;
	int r = set_mode(m, req, pif, "IPv6-configuration-mode", err);

	pif->ipv6 = canonical(m, xn_arg_or_empty(req, "IPv6"));
	pif->ipv6_gateway = canonical(m, xn_arg_or_empty(req, "gateway"));
	if (!pif->ipv6 || !pif->ipv6_gateway)
		return xn_no_memory(err);
	if (r == 0)
		r = check_ipv6(pif, err);
	if (r == 0)
		r = refuse_none(pif, pif->ipv6_mode, "IPv6", err);
	if (r == 0)
		r = set_dns(m, pif, xn_arg_or_empty(req, "DNS"), AF_INET6, err);
	return r < 0 ? r : apply(m, pif, pif->ipv6_mode, reply, err);
}

int xn_pif_set_primary(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xn_pif *pif = (struct xn_pif *)object;

	(void)reply;
	if (pif->management)
		return xn_fail(err, XENET_E_PIF_IS_MANAGEMENT_INTERFACE, object->uuid);
	return xn_value_set(m, object, xn_field(&xn_pif_class, "primary-address-type"),
		xn_arg(req, "primary_address_type"), err);
}

int xn_pif_note_dhcp(
	const struct xn_pif *pif, struct xenet_reply *reply, struct xenet_error *err)
{
	bool wanted = strcmp(pif->ip_mode, "DHCP") == 0 ||
		      strcmp(pif->ipv6_mode, "DHCP") == 0;

	return wanted ? xn_reply_add_note(reply, NO_DHCP_CLIENT, err) : 0;
}
