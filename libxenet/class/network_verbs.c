/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <string.h>

#include "base/parse.h"
#include "class/network.h"
#include "class/pif.h"
#include "model/reply.h"

/* xapi0, xapi1 ...: the next one that no network has. */
int xn_network_next_bridge(struct xn_model *m, const char **ret, struct xenet_error *err)
{
	const char *taken = "";
	int64_t n;

	while (taken) {
		int r = xn_sql_next(m, "bridge", &n, err);

		if (r < 0)
			return r;
		*ret = xn_printf(m->arena, "xapi%" PRId64, n);
		if (!*ret)
			return xn_no_memory(err);
		r = xn_sql_text(m, &taken, err,
			"SELECT uuid FROM network WHERE bridge = ?1", XN_PARAMS(*ret));
		if (r < 0)
			return r;
	}
	return 0;
}

/* Names that xenet and its kin give themselves cannot be chosen. */
static bool is_reserved(const char *bridge)
{
	static const char *const prefixes[] = { "xen", "xapi", "vif", "tap", "eth" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(bridge, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

static int set_fields(struct xn_model *m, const struct xenet_request *req,
	struct xn_network *network, struct xenet_error *err)
{
	static const char *const names[] = { "name-label", "name-description", "MTU" };
	int r = xn_arg_bool(req, "managed", true, &network->managed, err);

	for (size_t i = 0; i < 3 && r == 0; i++) {
		const char *value = xn_arg(req, names[i]);

		if (value)
			r = xn_value_set(m, &network->o,
				xn_field(&xn_network_class, names[i]), value, err);
	}
	return r;
}

static int create(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_network *network;
	const char *bridge = xn_arg_or_empty(req, "bridge");
	int r = xn_new(m, &xn_network_class, &network, err);

	(void)none;
	if (r == 0)
		r = set_fields(m, req, network, err);
	if (r == 0 && is_reserved(bridge))
		return xn_fail(err, XENET_E_INVALID_VALUE, "bridge", bridge);
	if (r == 0 && !bridge[0])
		r = xn_network_next_bridge(m, &bridge, err);
	if (r < 0)
		return r;
	network->bridge = bridge;
	return xn_reply_add_value(reply, network->o.uuid, err);
}

/* NETWORK_CONTAINS_VIF and its kin name every offender. */
static int refuse_users(struct xn_model *m, const struct xn_network *network,
	const char *sql, enum xenet_error_code code, struct xenet_error *err)
{
	enum {
		SHOWN = 100
	};
	const char *uuids[SHOWN + 1] = { NULL }, *list;
	char *copy;
	size_t n = 0;
	int r = xn_sql_text(m, &list, err, sql, XN_PARAMS(network->o.uuid));

	if (r < 0 || !list)
		return r;
	copy = xn_strdup(m->arena, list);
	for (char *rest = copy, *uuid; n < SHOWN && (uuid = strsep(&rest, ",")); n++)
		uuids[n] = uuid;
	return xenet_error_fill(err, code, uuids);
}

static int destroy(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_network *network = (struct xn_network *)object;
	struct xn_object **vifs;
	const char *is_system;
	int r = refuse_users(m, network,
		"SELECT group_concat(uuid) FROM vif WHERE network_uuid = ?1 AND plugged "
		"= 1",
		XENET_E_NETWORK_CONTAINS_VIF, err);

	(void)req;
	(void)reply;
	if (r == 0)
		r = refuse_users(m, network,
			"SELECT group_concat(uuid) FROM pif WHERE network_uuid = ?1",
			XENET_E_NETWORK_CONTAINS_PIF, err);
	if (r == 0)
		r = xn_map_get(m, network->other_config,
			"is_host_internal_management_network", &is_system, err);
	if (r == 0 && is_system && strcmp(is_system, "true") == 0)
		return xn_fail(
			err, XENET_E_CANNOT_DESTROY_SYSTEM_NETWORK, xn_show(m, object));
	if (r == 0)
		r = xn_find_all(m, xenet_class_find("vif"), "network-uuid", object->uuid,
			&vifs, err);
	for (size_t i = 0; r == 0 && vifs[i]; i++)
		xn_delete(vifs[i]);
	if (r == 0)
		xn_delete(network);
	return r;
}

static const struct xn_param create_params[] = {
	{ "name-label", true, "name of the network" },
	{ "name-description", false, "description" },
	{ "MTU", false, "largest packet in bytes, 68 to 65535; default 1500" },
	{ "bridge", false,
		"name of the bridge, at most 15 bytes, not starting with xen, xapi, vif, "
		"tap or eth; default xapiN" },
	{ "managed", false, "whether xenet makes the bridge; default true" },
	{ NULL },
};

static const struct xn_param uuid_params[] = {
	{ "uuid", true, "the network" },
	{ NULL },
};

static const struct xn_param attach_params[] = {
	{ "uuid", true, "the network" },
	{ "host-uuid", true, "the host" },
	{ NULL },
};

const struct xenet_verb xn_network_verbs[] = {
	{ "create", XN_CHANGES, create_params,
		"Create a network. Its bridge comes into being with the first PIF or "
		"VIF.",
		.run = create },
	{ "destroy", XN_CHANGES, uuid_params,
		"Destroy a network. Its unattached VIFs go with it.", .run = destroy },
	{ "attach", XN_CHANGES, attach_params,
		"Bring a network up, its PIF and bridge, before anyone needs it.",
		XN_UNLISTED, .run = xn_network_attach },
	{ NULL },
};

static const char *bridge_of_device(
	struct xn_model *m, const char *device, const char *uuid)
{
	int64_t n;

	if (strncmp(device, "eth", 3) == 0 && xn_parse_uint(device + 3, 0, INT32_MAX, &n))
		return xn_printf(m->arena, "xenbr%s", device + 3);
	if (strlen(device) <= 13)
		return xn_printf(m->arena, "br%s", device);
	return xn_printf(m->arena, "br%.8s", uuid);
}

static int make_network(
	struct xn_model *m, const char *device, struct xn_network *network)
{
	bool numbered = strncmp(network->bridge, "xenbr", 5) == 0;

	network->name_label = numbered ? xn_printf(m->arena, "Pool-wide network %s",
						 network->bridge + 5)
				       : xn_printf(m->arena,
						 "Pool-wide network associated with %s",
						 device);
	return network->name_label ? 0 : -1;
}

int xn_network_of_device(struct xn_model *m, const char *device, bool managed,
	struct xn_network **ret, struct xenet_error *err)
{
	struct xn_network *network, *known = NULL;
	int r = xn_new(m, &xn_network_class, &network, err);

	if (r < 0)
		return r;
	network->bridge = managed ? bridge_of_device(m, device, network->o.uuid) : "";
	if (!network->bridge || make_network(m, device, network) < 0)
		return xn_no_memory(err);
	network->managed = managed;
	*ret = network;
	if (managed)
		r = xn_find(m, &xn_network_class, "bridge", network->bridge, &known, err);
	if (r == 0 && known && known != network) {
		xn_delete(network);
		*ret = known;
	}
	return r;
}
