/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "class/host.h"
#include "class/host_check.h"
#include "class/import.h"
#include "class/network.h"
#include "class/pif.h"
#include "class/pool.h"
#include "class/vlan.h"
#include "model/reply.h"

/* The host, and which PIF is its management interface. */

static const char *what_is_wrong(const char *name)
{
	size_t length = strlen(name);

	if (!length)
		return "it is empty";
	if (length > HOST_NAME_MAX)
		return "it is longer than the kernel's 64 characters";
	if (name[0] == '-' || name[length - 1] == '-')
		return "it starts or ends with a hyphen";
	for (; *name; name++)
		if ((*name & 0x80) ||
			(!isalnum((unsigned char)*name) && !strchr("-.", *name)))
			return "it has characters other than letters, digits, '.' and "
			       "'-'";
	return NULL;
}

static int set_hostname_live(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *selected, struct xenet_reply *reply, struct xenet_error *err)
{
	const char *name = xn_arg(req, "host-name"), *wrong = what_is_wrong(name);
	struct xn_host *host;
	int r = xn_arg_object(m, req, "host-uuid", &xn_host_class, &host, err);

	(void)selected;
	(void)reply;
	if (r < 0)
		return r;
	if (wrong)
		return xn_fail(err, XENET_E_HOST_NAME_INVALID, wrong);
	host->hostname = m->hostname = name;
	return 0;
}

static int enable(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	(void)m;
	(void)reply;
	(void)err;
	((struct xn_host *)object)->enabled = strcmp(req->verb->name, "enable") == 0;
	return 0;
}

static int is_in_emergency_mode(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	(void)m;
	(void)req;
	(void)none;
	reply->answer = XN_ANSWER_TEXT;
	return xn_reply_add_value(reply, "false", err);
}

static int emergency_management_reconfigure(struct xn_model *m,
	const struct xenet_request *req, struct xn_object *none,
	struct xenet_reply *reply, struct xenet_error *err)
{
	(void)m;
	(void)req;
	(void)none;
	(void)reply;
	return xn_fail(err, XENET_E_NOT_IN_EMERGENCY_MODE);
}

static int end_management(struct xn_model *m, struct xenet_error *err)
{
	const char **uuids;
	int r = xn_sql_texts(
		m, &uuids, err, "SELECT uuid FROM pif WHERE management", XN_PARAMS(NULL));

	for (size_t i = 0; r == 0 && uuids[i]; i++) {
		struct xn_pif *pif;

		r = xn_get(m, &xn_pif_class, uuids[i], &pif, err);
		if (r == 0)
			pif->management = false;
	}
	/* The default route is the management interface's, if that has a gateway. */
	return r < 0 ? r : xn_pif_touch_gateways(m, err);
}

int xn_pif_check_configured(const struct xn_pif *pif, struct xenet_error *err)
{
	bool ipv6 = strcmp(pif->primary_address_type, "IPv6") == 0;

	if (pif->managed && pif->bond)
		return xn_fail(err, XENET_E_CANNOT_PLUG_BOND_SLAVE, pif->o.uuid);
	if (strcmp(ipv6 ? pif->ipv6_mode : pif->ip_mode, "None") != 0)
		return 0;
	return xn_fail(err,
		ipv6 ? XENET_E_PIF_HAS_NO_V6_NETWORK_CONFIGURATION
		     : XENET_E_PIF_HAS_NO_NETWORK_CONFIGURATION,
		pif->o.uuid);
}

/* One that already is it stays as it is; an unmanaged one is brought up by others. */
static int begin_management(struct xn_model *m, struct xn_pif *pif,
	struct xenet_reply *reply, struct xenet_error *err)
{
	bool was = ((const struct xn_pif *)pif->o.past)->management;
	int r = xn_pif_check_configured(pif, err);

	if (r < 0)
		return r;
	pif->management = true;
	if (was || !pif->managed)
		return 0;
	r = xn_pif_plug(m, pif, err);
	return r < 0 ? r : xn_pif_note_dhcp(pif, reply, err);
}

static int management_reconfigure(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_pif *pif;
	int r = end_management(m, err);

	(void)none;
	if (r == 0)
		r = xn_arg_object(m, req, "pif-uuid", &xn_pif_class, &pif, err);
	return r < 0 ? r : begin_management(m, pif, reply, err);
}

static int management_disable(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	(void)req;
	(void)none;
	(void)reply;
	return end_management(m, err);
}

static int refuse_absent(
	struct xn_model *m, const struct xn_network *network, struct xenet_error *err)
{
	struct xn_host *host;
	int r = xn_get(m, &xn_host_class, m->host_uuid, &host, err);

	return r < 0 ? r
		     : xn_fail(err, XENET_E_PIF_NOT_PRESENT, xn_show(m, &host->o),
			       xn_show(m, &network->o));
}

static int pool_management_reconfigure(struct xn_model *m,
	const struct xenet_request *req, struct xn_object *none,
	struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_network *network;
	struct xn_pif *pif;
	int r = end_management(m, err);

	(void)none;
	if (r == 0)
		r = xn_arg_object(
			m, req, "network-uuid", &xn_network_class, &network, err);
	if (r == 0)
		r = xn_network_pif(m, network, &pif, err);
	if (r == 0 && !pif)
		return refuse_absent(m, network, err);
	return r < 0 ? r : begin_management(m, pif, reply, err);
}

static const struct xn_param hostname_params[] = {
	{ "host-uuid", true, "the host" },
	{ "host-name", true, "its new name" },
	{ NULL },
};

static const struct xn_param interface_params[] = {
	{ "interface", true, "a bridge; has no effect here" },
	{ NULL },
};

static const struct xn_param pif_params[] = {
	{ "pif-uuid", true, "the PIF" },
	{ NULL },
};

static const struct xn_param network_params[] = {
	{ "network-uuid", true, "the network" },
	{ NULL },
};

static const struct xn_param import_params[] = {
	{ "file", true, "the document; '-' is the standard input" },
	{ "mode", false, "replace (the default), or merge: what it does not name stays" },
	{ NULL },
};

static const struct xn_param check_params[] = {
	{ "database", false,
		"the database instead: its file, and the rules of all objects" },
	{ NULL },
};

static const struct xn_param no_params[] = { { NULL } };

static const struct xn_param recover_params[] = {
	{ "orphans", false,
		"true: remove the devices that bear this database's mark and that no "
		"object wants" },
	{ NULL },
};

const struct xenet_verb xn_host_verbs[] = {
	{ "set-hostname-live", XN_CHANGES, hostname_params,
		"Give the machine another name, until it boots again.", XN_BY_HOST,
		.run = set_hostname_live },
	{ "enable", XN_CHANGES, no_params, "Let VMs be started on the host again.",
		XN_BY_HOST, .run = enable },
	{ "disable", XN_CHANGES, no_params,
		"Let no VM be started or resumed on the host.", XN_BY_HOST,
		.run = enable },
	{ "management-reconfigure", XN_CHANGES, pif_params,
		"Make a PIF the management interface. It is plugged.",
		.run = management_reconfigure },
	{ "management-disable", XN_CHANGES, no_params,
		"Have no management interface. The PIF stays as it is.",
		.run = management_disable },
	{ "check", XN_READS, check_params,
		"Compare the host with what all objects want of it. Each attribute that "
		"differs is listed.",
		XN_STEADY | XN_ALONE, .run = xn_host_check },
	{ "recover", XN_CHANGES, recover_params,
		"Bring back what differs on the host. What cannot be brought back is "
		"listed.",
		XN_ALONE | XN_MENDS, .run = xn_host_recover },
	{ "restore", XN_CHANGES, no_params,
		"At boot: rebuild what was plugged, and note that the VMs of the last "
		"boot are halted. What cannot be rebuilt is listed.",
		XN_MOVES | XN_ALONE | XN_MENDS, .run = xn_host_restore },
	{ "is-in-emergency-mode", XN_READS, no_params, "Always false here.",
		.run = is_in_emergency_mode },
	{ "emergency-management-reconfigure", XN_CHANGES, interface_params,
		"Refused, as there is no emergency mode here.",
		.run = emergency_management_reconfigure },
	{ "export", XN_READS, no_params,
		"Print the model as a document of desired state, in JSON.",
		.run = xn_host_export },
	{ "import", XN_CHANGES, import_params,
		"Make the model, and the host, what a document of desired state says.",
		XN_IDEMPOTENT, .run = xn_host_import, .fetch = xn_host_fetch },
	{ NULL },
};

const struct xenet_verb xn_pool_verbs[] = {
	{ "management-reconfigure", XN_CHANGES, network_params,
		"Make the PIF of a network the management interface. It is plugged.",
		.run = pool_management_reconfigure },
	{ "vlan-create", XN_CHANGES, xn_vlan_create_params,
		"Create a VLAN on every host of the pool. The new PIFs' uuids are "
		"printed.",
		.run = xn_vlan_create },
	{ NULL },
};
