/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/network.h"
#include "class/pif.h"
#include "class/tunnel.h"
#include "class/vlan.h"

/* MTU and routes are settled now: until the next plug the network's may say what they like. */
static int settle(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_network *network;
	int r = xn_get(m, &xn_network_class, pif->network, &network, err);

	if (r == 0)
		r = xn_effective_mtu(m, pif->other_config, network->mtu, &pif->mtu, err);
	if (r == 0)
		network->plugged_mtu = pif->mtu;
	if (r == 0)
		r = xn_pif_settle_routes(m, network, err);
	if (r == 0)
		xn_touch(network);
	return r;
}

static int touch_gateways(
	struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err)
{
	return pif->gateway[0] || pif->ipv6_gateway[0] ? xn_pif_touch_gateways(m, err)
						       : 0;
}

static int settle_vifs(
	struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_network *network;
	int r = xn_get(m, &xn_network_class, pif->network, &network, err);

	return r < 0 ? r : xn_network_settle_vifs(m, network, err);
}

/* What only a plug asks, by the kind (rules.md of xe: PIF 6). */
static int check_plug(
	struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err)
{
	if (pif->bond)
		return xn_fail(err, XENET_E_CANNOT_PLUG_BOND_SLAVE, pif->o.uuid);
	return xn_pif_is(pif, "tunnel") ? xn_tunnel_settle(m, pif, err) : 0;
}

int xn_pif_plug(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_pif *base;
	int r;

	if (!pif->managed)
		return xn_fail(err, XENET_E_PIF_UNMANAGED, pif->o.uuid);
	r = xn_pif_base(m, pif, &base, err);
	if (r == 0)
		r = check_plug(m, pif, err);
	if (r == 0)
		r = xn_pif_claim(m, base, base == pif, err);
	if (r == 0)
		r = settle(m, pif, err);
	if (r == 0)
		r = touch_gateways(m, pif, err);
	/* Plugged again: what has come loose is put in order, down to the VIFs. */
	if (r == 0 && pif->plugged)
		r = settle_vifs(m, pif, err);
	if (r < 0)
		return r;
	pif->plugged = true;
	xn_touch(pif);
	xn_touch(base);
	return base == pif ? xn_vlan_touch_all(m, base, err) : 0;
}

int xn_pif_hold(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_pif *base;
	int r = xn_pif_base(m, pif, &base, err);

	if (r == 0)
		r = xn_pif_claim(m, base, false, err);
	if (r < 0)
		return r;
	xn_touch(pif);
	xn_touch(base);
	return 0;
}

int xn_pif_check_unplug(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_network *network;
	int r;

	if (!pif->managed)
		return xn_fail(err, XENET_E_PIF_UNMANAGED, pif->o.uuid);
	if (pif->management)
		return xn_fail(err, XENET_E_PIF_IS_MANAGEMENT_INTERFACE, pif->o.uuid);
	r = xn_get(m, &xn_network_class, pif->network, &network, err);
	if (r == 0)
		r = xn_network_check_idle(m, network, err);
	if (r == 0 && pif->disallow_unplug)
		return xn_fail(err, XENET_E_PIF_DOES_NOT_ALLOW_UNPLUG, pif->o.uuid);
	return r == 0 ? xn_tunnel_for_each(m, pif, xn_pif_check_unplug, err) : r;
}

int xn_pif_unplug(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_network *network;
	struct xn_pif *base;
	int r = xn_pif_base(m, pif, &base, err);

	if (r == 0)
		r = xn_get(m, &xn_network_class, pif->network, &network, err);
	if (r < 0)
		return r;
	pif->plugged = false;
	network->attached = false;
	xn_touch(pif);
	xn_touch(base);
	xn_touch(network);
	r = xn_pif_release(m, base, pif, err);
	if (r == 0)
		r = xn_tunnel_for_each(m, pif, xn_pif_unplug, err);
	if (r == 0)
		r = touch_gateways(m, pif, err);
	return r == 0 && base == pif ? xn_vlan_touch_all(m, base, err) : r;
}
