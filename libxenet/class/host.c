/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/host.h"

#include <limits.h>
#include <unistd.h>

#include "class/pif.h"
#include "class/pool.h"
#include "host/netstate.h"

#define F(member) offsetof(struct xn_host, member)

static const struct xenet_field fields[] = {
	{ "uuid", XN_UUID, XN_RO, F(o.uuid), "unique identifier", XN_LISTED },
	{ "name-label", XN_TEXT, XN_RW, F(name_label), "name", XN_LISTED },
	{ "name-description", XN_TEXT, XN_RW, F(name_description), "description",
		XN_LISTED },
	{ "allowed-operations", XN_SET, XN_RO, 0, "what can be done to it now",
		.sql = "'[\"VM.start\",\"VM.resume\"]'" },
	{ "current-operations", XN_SET, XN_RO, 0, "what is being done to it",
		.sql = "'[]'" },
	{ "enabled", XN_BOOL, XN_RO, 0, "always true here", .sql = "1" },
	{ "API-version-major", XN_INT, XN_RO, 0, "of the model: XenServer's 2.x",
		.sql = "2" },
	{ "API-version-minor", XN_INT, XN_RO, 0, "of the model: XenServer's 2.x",
		.sql = "21" },
	{ "logging", XN_MAP, XN_RW, F(logging), "kept for scripts" },
	{ "software-version", XN_MAP, XN_RO, 0, "network_backend: bridge",
		.sql = "json_object('product_brand', 'xenet', 'network_backend', "
		       "'bridge')" },
	{ "capabilities", XN_SET, XN_RO, 0, "of a hypervisor; none here", .sql = "'[]'" },
	{ "other-config", XN_MAP, XN_RW, F(other_config), "free-form settings" },
	{ "hostname", XN_TEXT, XN_RO, F(hostname), "when the database was made" },
	{ "address", XN_TEXT, XN_RO, 0, "of the management interface",
		.sql = "coalesce((SELECT ip FROM pif WHERE management), '')" },
	{ "host-metrics-live", XN_BOOL, XN_RO, 0, "always true here", .sql = "1" },
	{ "tags", XN_SET, XN_RW, F(tags), "labels of the user's own", XN_COMMAS },
	{ "control-domain-uuid", XN_REF, XN_RO, 0, "none here", .sql = "NULL" },
	{ "resident-vms", XN_SET, XN_RO, 0, "VMs that run on it",
		.sql = "(SELECT json_group_array(uuid) FROM vm"
		       " WHERE resident_on = host.uuid)" },
	{ "iscsi_iqn", XN_TEXT, XN_RW, F(iscsi_iqn), "kept for scripts" },
	{ "timezone", XN_TEXT, XN_RW, F(timezone), "kept for scripts" },
	{ NULL },
};

static const struct xenet_verb verbs[] = { { NULL } };

const struct xenet_class xn_host_class = {
	.name = "host",
	.type_name = "host",
	.summary = "this machine, or the network namespace that xenet drives",
	.size = sizeof(struct xn_host),
	.fields = fields,
	.verbs = verbs,
};

static int make_host(struct xn_model *m, struct xn_host **ret, struct xenet_error *err)
{
	char name[HOST_NAME_MAX + 1] = "";
	struct xn_host *host;
	int r = xn_new(m, &xn_host_class, &host, err);

	if (r < 0)
		return r;
	gethostname(name, sizeof(name) - 1);
	host->name_label = host->hostname = xn_strdup(m->arena, name);
	*ret = host;
	return host->hostname ? 0 : xn_no_memory(err);
}

int xn_host_populate(struct xn_model *m, struct xenet_error *err)
{
	struct xn_netstate *nics;
	struct xn_host *host;
	struct xn_pool *pool;
	struct xn_pif *pif;
	int r = make_host(m, &host, err);

	if (r == 0)
		r = xn_new(m, &xn_pool_class, &pool, err);
	if (r < 0)
		return r;
	pool->master = m->host_uuid = host->o.uuid;
	r = m->scan(m, &nics, err);
	for (struct xn_link *nic = r < 0 ? NULL : nics->links; nic && r == 0;
		nic = nic->next)
		r = xn_pif_introduce(m, nic->name, nic->address, nic->mtu, true,
			host->o.uuid, &pif, err);
	return r;
}
