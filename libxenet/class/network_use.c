/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/host.h"
#include "class/look.h"
#include "class/network.h"
#include "class/pif.h"
#include "class/vif.h"
#include "model/reply.h"

/* A network's bridge for those who need it. */

/* An unmanaged network's bridge is somebody else's: it has to be there. */
static int check_bridge(
	struct xn_model *m, const struct xn_network *network, struct xenet_error *err)
{
	const struct xn_link *bridge;
	int r = xn_look(m, network->bridge, XN_DETAIL_NONE, &bridge, err);

	if (r == 0 && !bridge)
		return xn_fail(err, XENET_E_BRIDGE_NOT_AVAILABLE, network->bridge);
	return r;
}

static int refuse_member(struct xn_model *m, const struct xn_pif *pif,
	const struct xn_network *network, struct xenet_error *err)
{
	struct xn_object *host;
	int r = xn_get(m, &xn_host_class, pif->host, &host, err);

	return r < 0 ? r
		     : xn_fail(err, XENET_E_HOST_CANNOT_ATTACH_NETWORK, xn_show(m, host),
			       xn_show(m, &network->o));
}

/* Its bridge alone: the MTU is settled when it comes into being. */
static int bring_up_internal(
	struct xn_model *m, struct xn_network *network, struct xenet_error *err)
{
	const char *user;
	int r = xn_sql_text(m, &user, err,
		"SELECT 1 FROM vif WHERE network_uuid = ?1 AND plugged = 1 LIMIT 1",
		XN_PARAMS(network->o.uuid));

	if (r == 0 && !user && !network->attached)
		network->plugged_mtu = network->mtu;
	return r;
}

int xn_network_bring_up(
	struct xn_model *m, struct xn_network *network, struct xenet_error *err)
{
	struct xn_pif *pif;
	int r;

	if (!network->managed)
		return check_bridge(m, network, err);
	r = xn_network_pif(m, network, &pif, err);
	if (r < 0)
		return r;
	if (!pif)
		return bring_up_internal(m, network, err);
	if (pif->bond)
		return refuse_member(m, pif, network, err);
	return pif->plugged ? xn_pif_hold(m, pif, err) : xn_pif_plug(m, pif, err);
}

int xn_network_settle_vifs(
	struct xn_model *m, const struct xn_network *network, struct xenet_error *err)
{
	struct xn_object **vifs;
	int r = xn_find_all(
		m, &xn_vif_class, "network-uuid", network->o.uuid, &vifs, err);

	for (size_t i = 0; r == 0 && vifs[i]; i++) {
		struct xn_vif *vif = (struct xn_vif *)vifs[i];

		if (!vif->plugged)
			continue;
		r = xn_vif_settle_mtu(m, vif, network, err);
		xn_touch(vif);
	}
	return r;
}

/* Asked for by itself, it has its MTU anew, and so have those on it. */
static int attach_internal(
	struct xn_model *m, struct xn_network *network, struct xenet_error *err)
{
	int r = xn_network_bring_up(m, network, err);

	network->plugged_mtu = network->mtu;
	network->attached = network->managed;
	xn_touch(network);
	return r == 0 && network->managed ? xn_network_settle_vifs(m, network, err) : r;
}

int xn_network_attach(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_network *network = (struct xn_network *)object;
	struct xn_host *host;
	struct xn_pif *pif;
	int r = xn_arg_object(m, req, "host-uuid", &xn_host_class, &host, err);

	(void)reply;
	if (r == 0)
		r = xn_network_pif(m, network, &pif, err);
	if (r < 0)
		return r;
	if (network->managed && pif)
		return xn_pif_plug(m, pif, err);
	return attach_internal(m, network, err);
}
