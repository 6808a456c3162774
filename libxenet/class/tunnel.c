/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/tunnel.h"

#include <string.h>
#include <sys/socket.h>

#include "base/address.h"
#include "base/parse.h"
#include "class/look.h"
#include "class/network.h"
#include "class/pif.h"
#include "class/vif.h"
#include "model/reply.h"

#define F(member) offsetof(struct xn_tunnel, member)

static const char *live_status(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have)
{
	(void)object;
	return want->links && xn_netstate_holds(have, want) ? "active: true"
							    : "active: false";
}

static const struct xenet_field fields[] = {
	{ "uuid", XN_UUID, XN_RO, F(o.uuid), "unique identifier", XN_LISTED },
	{ "access-PIF", XN_REF, XN_RO, F(access_pif), "PIF that the tunnel provides",
		XN_LISTED, .ref = "pif" },
	{ "transport-PIF", XN_REF, XN_CREATE, F(transport_pif),
		"PIF whose address the tunnel starts from", XN_LISTED, .ref = "pif",
		.in_use = XENET_E_PIF_TUNNEL_STILL_EXISTS },
	{ "status", XN_TEXT, XN_LIVE, 0, "whether it has a peer, and so a device",
		XN_LISTED, .live = live_status },
	{ "other-config", XN_MAP, XN_RW, F(other_config),
		"remote: the peer's address, and key, at the next plug" },
	{ "protocol", XN_ENUM, XN_CREATE, F(protocol), "what the frames travel in",
		.initial = "gre", .choices = "gre|vxlan" },
	{ "endpoints", XN_TEXT, XN_HIDDEN, F(endpoints), "settled at each plug" },
	{ NULL },
};

static const struct xn_key keys[] = {
	{ { "access-PIF" }, true, false },
	{ { NULL } },
};

int xn_tunnel_of_pif(struct xn_model *m, const struct xn_pif *pif, struct xn_tunnel **ret,
	struct xenet_error *err)
{
	int r = xn_find(m, &xn_tunnel_class, "access-PIF", pif->o.uuid, ret, err);

	return r == 0 && !*ret ? xn_fail(err, XENET_E_UUID_INVALID, "tunnel", pif->o.uuid)
			       : r;
}

const char *xn_tunnel_kind(const struct xn_tunnel *tunnel)
{
	return strcmp(tunnel->protocol, "vxlan") == 0 ? "vxlan" : "gretap";
}

/* A VXLAN needs its number, of 24 bits (RFC 7348); GRE may have a key, of 32 (RFC 2890). */
static int check_key(
	const struct xn_tunnel *tunnel, const char *key, struct xenet_error *err)
{
	bool vxlan = strcmp(tunnel->protocol, "vxlan") == 0;
	int64_t n;

	if ((!key && !vxlan) ||
		(key && xn_parse_uint(key, 0, vxlan ? 0xffffff : UINT32_MAX, &n)))
		return 0;
	return xn_fail(err, XENET_E_TUNNEL_KEY_INVALID, tunnel->protocol, key ? key : "",
		vxlan ? "0 to 16777215" : "0 to 4294967295, or none");
}

static int refuse_remote(const char *remote, const char *reason, struct xenet_error *err)
{
	return xn_fail(
		err, XENET_E_INVALID_IP_ADDRESS_SPECIFIED, "remote", remote, reason);
}

static int check_remote(const char *remote, struct xenet_error *err)
{
	struct xn_address peer;

	if (strchr(remote, '/') || !xn_address_read(remote, AF_INET, &peer))
		return refuse_remote(remote, "it is no IPv4 address", err);
	return xn_address_is_host(&peer) ? 0
					 : refuse_remote(remote, "it is no host's", err);
}

/* Both are asked for at the plug; what is there already must be sound. */
static int tunnel_check(
	struct xn_model *m, struct xn_object *object, struct xenet_error *err)
{
	const struct xn_tunnel *tunnel = (const struct xn_tunnel *)object;
	const char *remote, *key;
	int r = xn_map_get(m, tunnel->other_config, "remote", &remote, err);

	if (r == 0 && remote && remote[0])
		r = xn_go_on(m, check_remote(remote, err), err);
	if (r == 0)
		r = xn_map_get(m, tunnel->other_config, "key", &key, err);
	return r == 0 && key ? check_key(tunnel, key, err) : r;
}

static int set_endpoints(struct xn_model *m, struct xn_tunnel *tunnel, const char *local,
	struct xenet_error *err)
{
	const char *remote, *key;
	int r = xn_map_get(m, tunnel->other_config, "remote", &remote, err);

	if (r == 0)
		r = xn_map_get(m, tunnel->other_config, "key", &key, err);
	tunnel->endpoints = "";
	if (r < 0 || !remote || !remote[0])
		return r;
	r = check_key(tunnel, key, err);
	if (r == 0 && strcmp(remote, local) == 0)
		return refuse_remote(remote, "it is the transport's own", err);
	if (r < 0)
		return r;
	tunnel->endpoints = xn_printf(m->arena, "local=%s,remote=%s%s%s",
		local[0] ? local : "0.0.0.0", remote, key ? ",key=" : "", key ? key : "");
	return tunnel->endpoints ? 0 : xn_no_memory(err);
}

int xn_tunnel_settle(
	struct xn_model *m, const struct xn_pif *access, struct xenet_error *err)
{
	struct xn_pif *transport;
	struct xn_tunnel *tunnel;
	int r = xn_tunnel_of_pif(m, access, &tunnel, err);

	if (r == 0)
		r = xn_get(m, &xn_pif_class, tunnel->transport_pif, &transport, err);
	if (r < 0)
		return r;
	if (strcmp(transport->ip_mode, "None") == 0)
		return xn_fail(
			err, XENET_E_TRANSPORT_PIF_NOT_CONFIGURED, transport->o.uuid);
	r = set_endpoints(m, tunnel, transport->ip, err);
	return r < 0 || transport->plugged ? r : xn_pif_plug(m, transport, err);
}

int xn_tunnel_note_peer(struct xn_model *m, const struct xn_pif *pif,
	struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_tunnel *tunnel;
	int r = xn_pif_is(pif, "tunnel") ? xn_tunnel_of_pif(m, pif, &tunnel, err) : 0;

	if (r < 0 || !xn_pif_is(pif, "tunnel") || tunnel->endpoints[0])
		return r;
	return xn_reply_add_note(reply,
		"The tunnel has no peer, and so no device: set its other-config:remote, "
		"and plug the PIF again.",
		err);
}

int xn_tunnel_for_each(struct xn_model *m, const struct xn_pif *transport,
	int (*act)(struct xn_model *m, struct xn_pif *access, struct xenet_error *err),
	struct xenet_error *err)
{
	struct xn_object **tunnels;
	struct xn_pif *access;
	int r = xn_find_all(
		m, &xn_tunnel_class, "transport-PIF", transport->o.uuid, &tunnels, err);

	for (size_t i = 0; r == 0 && tunnels[i]; i++) {
		r = xn_get(m, &xn_pif_class, ((struct xn_tunnel *)tunnels[i])->access_pif,
			&access, err);
		if (r == 0 && access->plugged)
			r = act(m, access, err);
	}
	return r;
}

int xn_tunnel_check_transport(const struct xn_pif *transport, struct xenet_error *err)
{
	if (!transport->managed)
		return xn_fail(err, XENET_E_PIF_UNMANAGED, transport->o.uuid);
	if (transport->bond)
		return xn_fail(
			err, XENET_E_CANNOT_ADD_TUNNEL_TO_BOND_SLAVE, transport->o.uuid);
	return xn_pif_is(transport, "tunnel")
		       ? xn_fail(err, XENET_E_IS_TUNNEL_ACCESS_PIF, transport->o.uuid)
		       : 0;
}

/* In the order of xe's checks (rules.md of xe: Tunnel 1). */
static int check_request(struct xn_model *m, const struct xn_network *network,
	const struct xn_pif *transport, struct xenet_error *err)
{
	int r = xn_network_accepts_pif(m, network, "", err);

	return r < 0 ? r : xn_tunnel_check_transport(transport, err);
}

static int make_access(struct xn_model *m, const struct xn_pif *transport,
	const struct xn_network *network, struct xn_pif **ret, struct xenet_error *err)
{
	struct xn_pif *pif;
	int r = xn_new(m, &xn_pif_class, &pif, err);

	if (r == 0)
		r = xn_pif_free_device(m, "tunnel", &pif->device, err);
	if (r < 0)
		return r;
	pif->kind = "tunnel";
	pif->address = xn_mac_random(m);
	pif->mtu = -1;
	pif->network = network->o.uuid;
	pif->host = transport->host;
	pif->primary_address_type = transport->primary_address_type;
	*ret = pif;
	return pif->address ? 0 : xn_no_memory(err);
}

static int create(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	const char *protocol = xn_arg(req, "protocol");
	struct xn_network *network;
	struct xn_pif *transport, *access = NULL;
	struct xn_tunnel *tunnel;
	int r = xn_arg_object(m, req, "network-uuid", &xn_network_class, &network, err);

	(void)none;
	if (r == 0)
		r = xn_arg_object(m, req, "pif-uuid", &xn_pif_class, &transport, err);
	if (r == 0)
		r = xn_new(m, &xn_tunnel_class, &tunnel, err);
	if (r == 0 && protocol)
		r = xn_value_set(m, &tunnel->o, xn_field(&xn_tunnel_class, "protocol"),
			protocol, err);
	if (r == 0)
		r = check_request(m, network, transport, err);
	if (r == 0)
		r = make_access(m, transport, network, &access, err);
	if (r < 0)
		return r;
	tunnel->transport_pif = transport->o.uuid;
	tunnel->access_pif = access->o.uuid;
	r = xn_pif_plug(m, access, err);
	return r < 0 ? r : xn_reply_add_value(reply, access->o.uuid, err);
}

static int destroy(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xn_tunnel *tunnel = (struct xn_tunnel *)object;
	struct xn_pif *access;
	int r = xn_get(m, &xn_pif_class, tunnel->access_pif, &access, err);

	(void)req;
	(void)reply;
	if (r == 0)
		r = xn_pif_check_unplug(m, access, err);
	if (r == 0)
		r = xn_pif_unplug(m, access, err);
	if (r < 0)
		return r;
	xn_delete(object);
	xn_delete(access);
	return 0;
}

/* A tunnel is what its access PIF is: for live fields. */
static int tunnel_desire(struct xn_model *m, const struct xn_object *object,
	struct xn_netstate *want, struct xenet_error *err)
{
	struct xn_pif *access;
	int r;

	if (object->deleted)
		return 0;
	r = xn_get(m, &xn_pif_class, ((const struct xn_tunnel *)object)->access_pif,
		&access, err);
	return r < 0 ? r : xn_pif_desire(m, &access->o, want, err);
}

static const struct xn_param create_params[] = {
	{ "pif-uuid", true, "the PIF whose address the tunnel starts from" },
	{ "network-uuid", true, "the network whose frames travel in it" },
	{ "protocol", false, "gre (the default) or vxlan" },
	{ NULL },
};

static const struct xn_param destroy_params[] = {
	{ "uuid", true, "the tunnel" },
	{ NULL },
};

static const struct xenet_verb verbs[] = {
	{ "create", XN_CHANGES, create_params,
		"Create a tunnel from a PIF. Its access PIF's uuid is printed; peer and "
		"key come from other-config:remote and other-config:key.",
		.run = create },
	{ "destroy", XN_CHANGES, destroy_params,
		"Destroy a tunnel and its access PIF. The network stays.",
		.run = destroy },
	{ NULL },
};

const struct xenet_class xn_tunnel_class = {
	.name = "tunnel",
	.type_name = "tunnel",
	.summary = "a network that reaches another host through IP",
	.size = sizeof(struct xn_tunnel),
	.fields = fields,
	.verbs = verbs,
	.keys = keys,
	.check = tunnel_check,
	.desire = tunnel_desire,
};
