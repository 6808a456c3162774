/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/pif.h"

#include <string.h>

#include "class/bond.h"
#include "class/counters.h"
#include "class/look.h"
#include "class/network.h"
#include "host/netstate.h"

#define F(member) offsetof(struct xn_pif, member)

/* The link that carries the PIF: its VLAN device, or the NIC itself. */
static const struct xn_link *own_link(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have)
{
	const struct xn_pif *pif = (const struct xn_pif *)object;

	for (const struct xn_link *link = want->links; link && pif->vlan >= 0;
		link = link->next)
		if (link->mask & XN_TAG)
			return xn_link_find(have, link->name);
	return pif->vlan < 0 ? xn_link_find(have, pif->device) : NULL;
}

static const char *live_attached(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have)
{
	const struct xn_pif *pif = (const struct xn_pif *)object;

	return pif->plugged && xn_netstate_holds(have, want) ? "true" : "false";
}

static const char *live_carrier(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have)
{
	const struct xn_link *link = own_link(object, want, have);

	return link && link->carrier ? "true" : "false";
}

static const char *live_bus(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have)
{
	const struct xn_link *link = own_link(object, want, have);

	return link && link->bus ? link->bus : "";
}

XN_COUNTERS(own_link, received, sent)

/* A NIC has the address of its card, a VLAN its base's, a bond most often a member's. */
#define WRITTEN_ADDRESS                                                                  \
	"kind = 'tunnel' OR EXISTS (SELECT 1 FROM bond WHERE master = pif.uuid"          \
	" AND NOT auto_update_mac)"

/* Kinds of PIF and features that a plain host does not have print as XenServer prints
 * their absence. */
static const struct xenet_field fields[] = {
	{ "uuid", XN_UUID, XN_RO, F(o.uuid), "unique identifier", XN_LISTED },
	{ "device", XN_TEXT, XN_CREATE, F(device), "kernel name; of a VLAN: its base's",
		XN_LISTED },
	{ "MAC", XN_MAC, XN_CREATE, F(address),
		"hardware address; of a VLAN always fe:ff:ff:ff:ff:ff, as in XenServer",
		XN_LISTED, .written_if = WRITTEN_ADDRESS },
	{ "physical", XN_BOOL, XN_RO, F(physical), "a NIC of the host", XN_PASSING },
	{ "managed", XN_BOOL, XN_CREATE, F(managed), "whether xenet may plug it",
		.initial = "true" },
	{ "currently-attached", XN_BOOL, XN_LIVE, 0, "plugged, and so in the kernel",
		XN_LISTED, .live = live_attached },
	{ "MTU", XN_INT, XN_RO, F(mtu), "bytes, settled at each plug", XN_PASSING },
	{ "VLAN", XN_INT, XN_RO, F(vlan), "802.1Q tag, or -1", XN_LISTED | XN_NOT_ZERO,
		.initial = "-1", .min = -1, .max = 4094 },
	{ "vlan-master-of", XN_REF, XN_RO, 0, "the VLAN that it provides", .ref = "vlan",
		.sql = "(SELECT uuid FROM vlan WHERE untagged_pif = pif.uuid)" },
	{ "vlan-slave-of", XN_TEXT, XN_RO, 0, "the VLANs that it carries",
		.sql = "(SELECT coalesce(group_concat(uuid, '; '), '') FROM vlan"
		       " WHERE tagged_pif = pif.uuid)" },
	{ "bond-master-of", XN_TEXT, XN_RO, 0, "the bond that it provides",
		.sql = "coalesce((SELECT uuid FROM bond WHERE master = pif.uuid), '')" },
	{ "bond-slave-of", XN_REF, XN_RO, F(bond), "the bond that it is part of",
		XN_OPTIONAL, .ref = "bond" },
	{ "sriov-physical-PIF-of", XN_TEXT, XN_RO, 0, "none here", .sql = "''" },
	{ "sriov-logical-PIF-of", XN_TEXT, XN_RO, 0, "none here", .sql = "''" },
	{ "tunnel-access-PIF-of", XN_TEXT, XN_RO, 0, "the tunnel it provides",
		.sql = "coalesce((SELECT uuid FROM tunnel WHERE access_pif = pif.uuid), "
		       "'')" },
	{ "tunnel-transport-PIF-of", XN_TEXT, XN_RO, 0, "the tunnels it carries",
		.sql = "(SELECT coalesce(group_concat(uuid, '; '), '') FROM tunnel"
		       " WHERE transport_pif = pif.uuid)" },
	{ "management", XN_BOOL, XN_RO, F(management),
		"the host's management interface" },
	{ "network-uuid", XN_REF, XN_RO, F(network), "its network", XN_LISTED,
		.ref = "network", .in_use = XENET_E_NETWORK_CONTAINS_PIF },
	{ "network-name-label", XN_TEXT, XN_RO, 0, "its network's name",
		.sql = "(SELECT name_label FROM network WHERE uuid = pif.network_uuid)",
		.name_of = "network-uuid" },
	{ "host-uuid", XN_REF, XN_RO, F(host), "its host", XN_LISTED | XN_PASSING,
		.ref = "host" },
	{ "host-name-label", XN_TEXT, XN_RO, 0, "its host's name",
		.sql = "(SELECT name_label FROM host WHERE uuid = pif.host_uuid)" },
	{ "IP-configuration-mode", XN_ENUM, XN_RO, F(ip_mode), "how it gets IPv4",
		.initial = "None", .choices = "None|DHCP|Static" },
	{ "IP", XN_TEXT, XN_RO, F(ip), "IPv4 address" },
	{ "netmask", XN_TEXT, XN_RO, F(netmask), "IPv4 netmask" },
	{ "gateway", XN_TEXT, XN_RO, F(gateway), "IPv4 gateway" },
	{ "IPv6-configuration-mode", XN_ENUM, XN_RO, F(ipv6_mode), "how it gets IPv6",
		.initial = "None", .choices = "None|DHCP|Static|Autoconf" },
	{ "IPv6", XN_TEXT, XN_RO, F(ipv6), "IPv6 addresses" },
	{ "IPv6-gateway", XN_TEXT, XN_RO, F(ipv6_gateway), "IPv6 gateway" },
	{ "primary-address-type", XN_ENUM, XN_RO, F(primary_address_type),
		"main address family", .initial = "IPv4", .choices = "IPv4|IPv6" },
	{ "DNS", XN_TEXT, XN_RO, F(dns), "name servers, comma-separated" },
	{ "properties", XN_MAP, XN_RO, F(properties), "settings of the device",
		XN_SETTABLE },
	{ "capabilities", XN_SET, XN_RO, F(capabilities), "what the device can do",
		XN_PASSING },
	{ "io_read_kbs", XN_TEXT, XN_RO, 0, "rate in", XN_EXPENSIVE,
		.sql = "'<unknown>'" },
	{ "io_write_kbs", XN_TEXT, XN_RO, 0, "rate out", XN_EXPENSIVE,
		.sql = "'<unknown>'" },
	{ "carrier", XN_BOOL, XN_LIVE, 0, "whether there is a link",
		.live = live_carrier },
	{ "vendor-id", XN_TEXT, XN_RO, F(vendor_id), "of the device", XN_PASSING },
	{ "vendor-name", XN_TEXT, XN_RO, F(vendor_name), "of the device", XN_PASSING },
	{ "device-id", XN_TEXT, XN_RO, F(device_id), "of the device", XN_PASSING },
	{ "device-name", XN_TEXT, XN_RO, F(device_name), "of the device", XN_PASSING },
	{ "speed", XN_TEXT, XN_RO, 0, "not read yet", .sql = "'0 Mbit/s'" },
	{ "duplex", XN_TEXT, XN_RO, 0, "not read yet", .sql = "'unknown'" },
	{ "disallow-unplug", XN_BOOL, XN_RW, F(disallow_unplug), "keep it plugged",
		.initial = "false" },
	{ "pci-bus-path", XN_TEXT, XN_LIVE, 0, "place of the device", .live = live_bus },
	{ "other-config", XN_MAP, XN_RW, F(other_config),
		"settings: mtu, and free ones" },
	{ "igmp-snooping-status", XN_TEXT, XN_RO, 0, "unknown here", .sql = "'unknown'" },
	XN_COUNTER_FIELDS("its device"),
	{ "degraded", XN_TEXT, XN_LIVE, 0, "what in the kernel is not as it should be",
		XN_QUIET, .live = xn_live_degraded },
	{ "NIC-address", XN_MAC, XN_HIDDEN, F(nic_address), "by which it is known" },
	{ "kind", XN_ENUM, XN_HIDDEN, F(kind), "what it is", XN_WANTED, .initial = "nic",
		.choices = "nic|vlan|bond|tunnel" },
	{ "plugged", XN_BOOL, XN_HIDDEN, F(plugged), "wanted in the kernel", XN_WANTED },
	{ "used", XN_BOOL, XN_HIDDEN, F(used), "its device is needed" },
	{ "free-state", XN_TEXT, XN_HIDDEN, F(free_state), "the NIC when not in use" },
	{ NULL },
};

static const struct xn_key keys[] = {
	{ { "device", "VLAN" }, true, true },
	{ { "network-uuid" }, true, false },
	{ { NULL } },
};

/* properties: gro=on or gro=off, on NICs and bonds (rules.md of xe: PIF 20). */
static int check_properties(
	struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err)
{
	const char *bad;
	int r;

	if (!pif->physical && !xn_pif_is(pif, "bond"))
		return xn_fail(err, XENET_E_CANNOT_CHANGE_PIF_PROPERTIES, pif->o.uuid);
	r = xn_sql_text(m, &bad, err,
		"SELECT key || ' = ' || value FROM json_each(?1)"
		" WHERE key <> 'gro' OR value NOT IN ('on', 'off')",
		XN_PARAMS(pif->properties));
	return r == 0 && bad ? xn_fail(err, XENET_E_INVALID_VALUE, "properties", bad) : r;
}

/* The members of a bond have what it has (rules.md of xe: PIF 20). */
static int copy_properties(
	struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_object **members;
	int r = xn_bond_members(m, pif, &members, err);

	for (size_t i = 0; r == 0 && members[i]; i++)
		((struct xn_pif *)members[i])->properties = pif->properties;
	return r;
}

static int settle_properties(
	struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_pif *master;
	int r;

	if (!pif->bond) {
		r = check_properties(m, pif, err);
		return r < 0 ? r : copy_properties(m, pif, err);
	}
	r = xn_bond_master(m, pif, &master, err);
	if (r < 0 || strcmp(pif->properties, master->properties) == 0)
		return r;
	return xn_fail(err, XENET_E_CANNOT_CHANGE_PIF_PROPERTIES, pif->o.uuid);
}

static bool changes_ip(const struct xn_pif *pif)
{
	static const char *const names[] = { "IP-configuration-mode", "IP", "netmask",
		"gateway", "IPv6-configuration-mode", "IPv6", "IPv6-gateway" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (xn_changed(pif, names[i]))
			return true;
	return false;
}

static int pif_check(
	struct xn_model *m, struct xn_object *object, struct xenet_error *err)
{
	struct xn_pif *pif = (struct xn_pif *)object;
	struct xn_network *network;
	int r = 0;

	if (xn_changed(pif, "properties") &&
		(object->past || strcmp(pif->properties, "{}") != 0))
		r = xn_go_on(m, settle_properties(m, pif, err), err);
	/* It may say whose the default route is. */
	if (r == 0 && object->past && pif->plugged && xn_changed(pif, "other-config"))
		r = xn_pif_touch_gateways(m, err);
	if (r == 0 && changes_ip(pif))
		r = xn_go_on(m, xn_pif_check_ip(m, pif, err), err);
	if (r < 0 || !xn_changed(pif, "network-uuid"))
		return r;
	r = xn_get(m, &xn_network_class, pif->network, &network, err);
	if (r < 0 || !pif->managed)
		return r;
	return xn_network_accepts_pif(m, network, pif->o.uuid, err);
}

/* A plugged PIF has a bridge, even if no device of its own hangs on it. */
static int look_at_bridge(struct xn_model *m, const struct xn_pif *pif,
	struct xn_netstate *want, struct xenet_error *err)
{
	struct xn_network *network;
	struct xn_link *link;
	int r = xn_get(m, &xn_network_class, pif->network, &network, err);

	if (r < 0)
		return r;
	link = xn_link_add(want, network->bridge);
	if (!link || !(link->mark = xn_mark(m, &network->o)))
		return xn_no_memory(err);
	link->mask = XN_KIND | XN_MARK;
	link->kind = "bridge";
	return 0;
}

/* A NIC has a carrier and a place whether it is plugged or not. */
static int pif_look(struct xn_model *m, const struct xn_object *object,
	struct xn_netstate *want, struct xenet_error *err)
{
	const struct xn_pif *pif = (const struct xn_pif *)object;

	if (xn_pif_is(pif, "nic") && !xn_link_add(want, pif->device))
		return xn_no_memory(err);
	return pif->plugged ? look_at_bridge(m, pif, want, err) : 0;
}

const struct xenet_class xn_pif_class = {
	.name = "pif",
	.type_name = "PIF",
	.summary = "a physical network interface, or a VLAN, bond or tunnel",
	.size = sizeof(struct xn_pif),
	.fields = fields,
	.verbs = xn_pif_verbs,
	.keys = keys,
	.check = pif_check,
	.desire = xn_pif_desire,
	.look = pif_look,
};
