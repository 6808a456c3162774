/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <net/if.h>
#include <string.h>

#include "base/parse.h"
#include "class/host.h"
#include "class/look.h"
#include "class/network.h"
#include "class/pif.h"
#include "class/tunnel.h"
#include "model/reply.h"

int xn_pif_introduce(struct xn_model *m, const struct xn_link *nic, bool managed,
	const char *host_uuid, struct xn_pif **ret, struct xenet_error *err)
{
	struct xn_network *network;
	struct xn_pif *pif;
	int r = xn_network_of_device(m, nic->name, managed, &network, err);

	if (r == 0)
		r = xn_new(m, &xn_pif_class, &pif, err);
	if (r < 0)
		return r;
	pif->device = nic->name;
	pif->address = nic->address;
	pif->nic_address = xn_link_own_address(nic);
	pif->mtu = nic->mtu;
	pif->managed = managed;
	pif->physical = true;
	pif->network = network->o.uuid;
	pif->host = host_uuid;
	pif->properties = "{\"gro\":\"on\"}";
	*ret = pif;
	return 0;
}

static int physical_pif(
	struct xn_model *m, const char *device, const char **ret, struct xenet_error *err)
{
	return xn_sql_text(m, ret, err,
		"SELECT uuid FROM pif WHERE device = ?1 AND physical", XN_PARAMS(device));
}

int xn_pif_find_nic(struct xn_model *m, const char *device, const char *address,
	const struct xn_link **ret, struct xenet_error *err)
{
	const struct xn_link *link = NULL;
	/* The kernel refuses to look for longer names. */
	int r = strlen(device) < IFNAMSIZ ? xn_look(m, device, XN_DETAIL_NONE, &link, err)
					  : 0;

	if (r < 0)
		return r;
	if (!link || !xn_link_may_be_lent(link) || !xn_mac_is_station(link->address) ||
		(address[0] && strcmp(address, link->address) != 0))
		return xn_fail(err,
			XENET_E_COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS,
			device, address);
	*ret = link;
	return 0;
}

static int introduce(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	const char *device = xn_arg(req, "device"), *mac = xn_arg_or_empty(req, "mac");
	const char *known = NULL;
	char address[XN_MAC_SIZE] = "";
	const struct xn_link *link = NULL;
	struct xn_host *host;
	struct xn_pif *pif;
	bool managed;
	int r = xn_arg_object(m, req, "host-uuid", &xn_host_class, &host, err);

	(void)none;
	if (r == 0)
		r = xn_arg_bool(req, "managed", true, &managed, err);
	if (r == 0 && mac[0] && !xn_parse_mac(mac, address))
		return xn_fail(err, XENET_E_MAC_INVALID, mac);
	if (r == 0)
		r = physical_pif(m, device, &known, err);
	if (r == 0 && known)
		return xn_fail(err, XENET_E_DUPLICATE_PIF_DEVICE_NAME, device);
	if (r == 0)
		r = xn_pif_find_nic(m, device, address, &link, err);
	if (r == 0)
		r = xn_pif_introduce(m, link, managed, host->o.uuid, &pif, err);
	return r < 0 ? r : xn_reply_add_value(reply, pif->o.uuid, err);
}

/* Another card in its place, perhaps; a bond gives its members one address. */
static int note_replaced(struct xn_model *m, const struct xn_pif *pif,
	const struct xn_link *nic, struct xenet_reply *reply, struct xenet_error *err)
{
	const char *own = xn_link_own_address(nic), *note;

	if (pif->bond || !own || !pif->nic_address[0] ||
		strcmp(own, pif->nic_address) == 0)
		return 0;
	note = xn_printf(m->arena,
		"%s has the address %s, and had %s when it was plugged: until it is "
		"unplugged and plugged its network keeps %s.",
		nic->name, own, pif->nic_address, pif->address);
	return note ? xn_reply_add_note(reply, note, err) : xn_no_memory(err);
}

/* A NIC that nobody uses shows what it has of its own. */
static int refresh(struct xn_model *m, const char *uuid, const struct xn_link *nic,
	struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_pif *pif;
	int r = xn_get(m, &xn_pif_class, uuid, &pif, err);

	if (r < 0)
		return r;
	if (pif->used)
		return note_replaced(m, pif, nic, reply, err);
	pif->mtu = nic->mtu;
	if (xn_mac_is_station(nic->address))
		pif->address = nic->address;
	pif->nic_address = xn_link_own_address(nic);
	return 0;
}

static int scan(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_netstate *nics;
	struct xn_host *host;
	struct xn_pif *pif;
	int r = xn_arg_object(m, req, "host-uuid", &xn_host_class, &host, err);

	(void)none;
	if (r == 0)
		r = m->scan(m, &nics, err);
	for (struct xn_link *nic = r < 0 ? NULL : nics->links; nic && r == 0;
		nic = nic->next) {
		const char *known;

		r = physical_pif(m, nic->name, &known, err);
		if (r == 0 && known)
			r = refresh(m, known, nic, reply, err);
		else if (r == 0)
			r = xn_pif_introduce(m, nic, true, host->o.uuid, &pif, err);
	}
	return r;
}

static int plug(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_pif *pif = (struct xn_pif *)object;
	int r = xn_pif_plug(m, pif, err);

	(void)req;
	if (r == 0)
		r = xn_tunnel_note_peer(m, pif, reply, err);
	return r < 0 ? r : xn_pif_note_dhcp(pif, reply, err);
}

static int unplug(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_pif *pif = (struct xn_pif *)object;
	int r;

	(void)req;
	(void)reply;
	/* As in xe: the member of a bond is not plugged, whatever the bond is. */
	if (pif->managed && pif->bond)
		return 0;
	r = xn_pif_check_unplug(m, pif, err);
	return r < 0 ? r : xn_pif_unplug(m, pif, err);
}

/* What VLANs, bonds and tunnels are made of goes with them only. */
static int check_forget(const struct xn_pif *pif, struct xenet_error *err)
{
	const struct xn_pif_rule rules[] = {
		{ pif->management, XENET_E_PIF_IS_MANAGEMENT_INTERFACE },
		{ pif->bond || xn_pif_is(pif, "bond"), XENET_E_PIF_ALREADY_BONDED },
		{ xn_pif_is(pif, "vlan"), XENET_E_PIF_VLAN_STILL_EXISTS },
		{ xn_pif_is(pif, "tunnel"), XENET_E_PIF_TUNNEL_STILL_EXISTS },
		{ false, XENET_OK },
	};

	return xn_pif_refuse(pif, rules, err);
}

static int forget(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_pif *pif = (struct xn_pif *)object;
	struct xn_network *network;
	int r;

	(void)req;
	(void)reply;
	r = check_forget(pif, err);
	if (r == 0)
		r = xn_get(m, &xn_network_class, pif->network, &network, err);
	/* xe does not ask this and leaves the VIFs without a network. */
	if (r == 0 && pif->plugged)
		r = xn_network_check_idle(m, network, err);
	if (r == 0)
		r = xn_pif_unplug(m, pif, err);
	if (r == 0)
		xn_delete(pif);
	return r;
}

/* xe asks nothing here, and so leaves the kernel with what no record tells of. */
static int db_forget(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xn_pif *pif = (struct xn_pif *)object;
	int r = check_forget(pif, err);

	(void)m;
	(void)req;
	(void)reply;
	if (r == 0 && pif->used)
		return xn_fail(err, XENET_E_OPERATION_NOT_ALLOWED,
			"the PIF is in use: free it with pif-unplug");
	if (r == 0)
		xn_delete(object);
	return r;
}

static const struct xn_param introduce_params[] = {
	{ "host-uuid", true, "the host" },
	{ "device", true, "kernel name of the interface" },
	{ "mac", false, "its MAC address, to be sure" },
	{ "managed", false, "whether xenet may plug it; default true" },
	{ NULL },
};

static const struct xn_param scan_params[] = {
	{ "host-uuid", true, "the host" },
	{ NULL },
};

static const struct xn_param uuid_params[] = {
	{ "uuid", true, "the PIF" },
	{ NULL },
};

static const struct xn_param ip_params[] = {
	{ "uuid", true, "the PIF" },
	{ "mode", true, "dhcp, static or none" },
	{ "IP", false, "address, such as 192.0.2.10", .any_case = true },
	{ "netmask", false, "such as 255.255.255.0" },
	{ "gateway", false, "of the default route, in the same network" },
	{ "DNS", false, "name servers, comma-separated", .any_case = true },
	{ NULL },
};

static const struct xn_param ipv6_params[] = {
	{ "uuid", true, "the PIF" },
	{ "mode", true, "dhcp, static, autoconf or none" },
	{ "IPv6", false, "address, such as 2001:db8::10/64", .any_case = true },
	{ "gateway", false, "of the default route, in the same network or link-local" },
	{ "DNS", false, "name servers, comma-separated", .any_case = true },
	{ NULL },
};

static const struct xn_param primary_params[] = {
	{ "uuid", true, "the PIF" },
	{ "primary_address_type", true, "ipv4 or ipv6" },
	{ NULL },
};

const struct xenet_verb xn_pif_verbs[] = {
	{ "introduce", XN_CHANGES, introduce_params,
		"Make a PIF for a network interface. It is not plugged.",
		.run = introduce },
	{ "scan", XN_CHANGES, scan_params,
		"Make PIFs for all physical interfaces without one. None is plugged.",
		.run = scan },
	{ "plug", XN_CHANGES, uuid_params,
		"Bring a PIF and its bridge up. A plugged one is set up again.",
		.run = plug },
	{ "unplug", XN_CHANGES, uuid_params,
		"Take a PIF and its bridge down. The interface gets its old settings "
		"back.",
		.run = unplug },
	{ "forget", XN_CHANGES, uuid_params,
		"Delete the record of a physical PIF. It is unplugged first.",
		.run = forget },
	{ "db-forget", XN_CHANGES, uuid_params,
		"Delete the record of a PIF that is not in use.", XN_UNLISTED,
		.run = db_forget },
	{ "reconfigure-ip", XN_CHANGES, ip_params,
		"Replace the IPv4 configuration of a PIF. A plugged one takes it at "
		"once.",
		.run = xn_pif_reconfigure_ip },
	{ "reconfigure-ipv6", XN_CHANGES, ipv6_params,
		"Replace the IPv6 configuration of a PIF. A plugged one takes it at "
		"once.",
		.run = xn_pif_reconfigure_ipv6 },
	{ "set-primary-address-type", XN_CHANGES, primary_params,
		"Choose the main address family of a PIF.", .run = xn_pif_set_primary },
	{ NULL },
};
