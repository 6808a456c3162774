/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <unistd.h>

#include "class/host.h"
#include "class/pif.h"
#include "class/pool.h"
#include "host/netstate.h"

/* What a new database holds. */

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
