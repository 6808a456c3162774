/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "class/look.h"
#include "class/network.h"
#include "class/pif.h"
#include "class/vif.h"
#include "class/vlan.h"
#include "host/netstate.h"

/* What xenet changes on a NIC, and therefore gives back. */
#define LENT (XN_MTU | XN_ADDRGEN | XN_MASTER | XN_UP)

int xn_pif_base(struct xn_model *m, const struct xn_pif *pif, struct xn_pif **ret,
	struct xenet_error *err)
{
	struct xn_vlan *vlan;
	int r;

	if (pif->vlan < 0)
		return xn_get(m, &xn_pif_class, pif->o.uuid, ret, err);
	r = xn_vlan_of_pif(m, pif, &vlan, err);
	return r < 0 ? r : xn_get(m, &xn_pif_class, vlan->tagged_pif, ret, err);
}

int xn_pif_device_address(struct xn_model *m, const struct xn_pif *pif, const char **ret,
	struct xenet_error *err)
{
	struct xn_pif *base;
	int r = xn_pif_base(m, pif, &base, err);

	if (r == 0)
		*ret = base->address;
	return r;
}

static int see_nic(struct xn_model *m, const char *device, unsigned details,
	const struct xn_link **ret, struct xenet_error *err)
{
	int r = xn_look(m, device, details, ret, err);

	if (r == 0 && (!*ret || !xn_link_may_be_lent(*ret)))
		return xn_fail(err, XENET_E_DEVICE_MISSING, device);
	return r;
}

/* A NIC that the host itself uses would lose its addresses' traffic to the bridge. */
static int check_nic(const struct xn_link *nic, struct xenet_error *err)
{
	const char *addresses = nic->addresses ? nic->addresses : "";
	const char *routes = nic->routes ? nic->routes : "";

	if (nic->master && nic->master[0])
		return xn_fail(err, XENET_E_DEVICE_HAS_MASTER, nic->name, nic->master);
	if (addresses[0] || routes[0])
		return xn_fail(err, XENET_E_DEVICE_IN_USE, nic->name, addresses, routes);
	return 0;
}

static int keep_free_state(struct xn_model *m, struct xn_pif *base,
	const struct xn_link *nic, struct xenet_error *err)
{
	struct xn_text text = XN_TEXT(m->arena);

	xn_text_add(&text, nic->name);
	xn_link_write(&text, nic, nic->mask & LENT);
	base->free_state = xn_text_end(&text);
	return base->free_state ? 0 : xn_no_memory(err);
}

/* Takes the NIC of a physical PIF into use, by the PIF itself or by a VLAN on it. */
static int claim(
	struct xn_model *m, struct xn_pif *base, bool by_itself, struct xenet_error *err)
{
	bool lent = base->free_state[0];
	bool joins = !lent || (by_itself && !base->plugged);
	const struct xn_link *nic;
	int r = see_nic(
		m, base->device, joins ? XN_DETAIL_USE : XN_DETAIL_NONE, &nic, err);

	if (r == 0 && joins)
		r = check_nic(nic, err);
	return r < 0 || lent ? r : keep_free_state(m, base, nic, err);
}

/* Gives the NIC back, unless it is plugged or carries a plugged VLAN other than that. */
static int release(struct xn_model *m, struct xn_pif *base, const struct xn_pif *but,
	struct xenet_error *err)
{
	const char *user;
	int r;

	if (base->plugged)
		return 0;
	r = xn_sql_text(m, &user, err,
		"SELECT 1 FROM vlan JOIN pif ON pif.uuid = vlan.untagged_pif"
		" WHERE vlan.tagged_pif = ?1 AND pif.plugged AND pif.uuid <> ?2 LIMIT 1",
		XN_PARAMS(base->o.uuid, but->o.uuid));
	if (r == 0 && !user)
		base->free_state = "";
	return r;
}

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

static int touch_vifs(
	struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_object **vifs;
	int r = xn_find_all(m, &xn_vif_class, "network-uuid", pif->network, &vifs, err);

	for (size_t i = 0; r == 0 && vifs[i]; i++)
		if (((struct xn_vif *)vifs[i])->plugged)
			xn_touch(vifs[i]);
	return r;
}

int xn_pif_plug(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_pif *base;
	int r;

	if (!pif->managed)
		return xn_fail(err, XENET_E_PIF_UNMANAGED, pif->o.uuid);
	r = xn_pif_base(m, pif, &base, err);
	if (r == 0)
		r = claim(m, base, base == pif, err);
	if (r == 0)
		r = settle(m, pif, err);
	if (r == 0)
		r = touch_gateways(m, pif, err);
	/* Plugged again: what has come loose is put in order, down to the VIFs. */
	if (r == 0 && pif->plugged)
		r = touch_vifs(m, pif, err);
	if (r < 0)
		return r;
	pif->plugged = true;
	xn_touch(pif);
	xn_touch(base);
	return base == pif ? xn_vlan_touch_all(m, base, err) : 0;
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
	return r;
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
	xn_touch(pif);
	xn_touch(base);
	xn_touch(network);
	r = release(m, base, pif, err);
	if (r == 0)
		r = touch_gateways(m, pif, err);
	return r == 0 && base == pif ? xn_vlan_touch_all(m, base, err) : r;
}

/* The NIC's attributes as they were before xenet used it. */
static int free_link(struct xn_model *m, const struct xn_pif *base, struct xn_link *link,
	struct xenet_error *err)
{
	struct xn_netstate *state = xn_netstate_new(m->arena);
	struct xn_link *was;
	int r = state ? xn_link_read(state, base->free_state, &was, err)
		      : xn_no_memory(err);

	if (r == 0)
		xn_link_copy(link, was, LENT);
	return r;
}

static int join_bridge(struct xn_model *m, const struct xn_pif *pif, struct xn_link *link,
	struct xenet_error *err)
{
	struct xn_network *network;
	int r = xn_get(m, &xn_network_class, pif->network, &network, err);

	if (r < 0)
		return r;
	link->mask |= XN_MASTER | XN_MTU | XN_UP;
	link->master = network->bridge;
	link->up = true;
	/* A NIC is never lowered: its own IPv6 settings, and VLANs that are not ours, would
	 * not come back. The bridge keeps the smaller MTU. */
	if (!xn_link_is_lent(link) || link->mtu < pif->mtu)
		link->mtu = pif->mtu;
	return 0;
}

static int desire_nic(struct xn_model *m, const struct xn_pif *base,
	struct xn_netstate *want, struct xenet_error *err)
{
	const struct xn_pif *past = (const struct xn_pif *)base->o.past;
	bool used = base->free_state[0];
	struct xn_link *link;
	int r;

	/* A NIC that is not ours now and was not before states nothing. */
	if (!used && (!past || !past->free_state[0]))
		return 0;
	link = xn_link_add(want, base->device);
	if (!link)
		return xn_no_memory(err);
	r = free_link(m, used ? base : past, link, err);
	if (r < 0 || !used)
		return r;
	link->up = true;
	if (base->plugged)
		r = join_bridge(m, base, link, err);
	xn_link_hide(link);
	return r;
}

static const char *vlan_name(struct xn_model *m, const struct xn_pif *pif)
{
	const char *name = xn_printf(m->arena, "%s.%d", pif->device, (int)pif->vlan);

	/* Too long for the kernel: a name of its own instead of one cut off. */
	return !name || strlen(name) <= 15 ? name
					   : xn_printf(m->arena, "xv%.8s", pif->o.uuid);
}

static int check_vlan_mtu(struct xn_model *m, const struct xn_pif *pif,
	const struct xn_pif *base, struct xenet_error *err)
{
	struct xn_link nic = { 0 };
	int r = free_link(m, base, &nic, err);

	if (base->plugged && nic.mtu < base->mtu)
		nic.mtu = base->mtu;
	if (r < 0 || pif->mtu <= nic.mtu)
		return r;
	return xn_fail(err, XENET_E_MTU_TOO_LARGE, pif->device,
		xn_printf(m->arena, "%d", (int)pif->mtu),
		xn_printf(m->arena, "at most %d", (int)nic.mtu));
}

static int desire_vlan(struct xn_model *m, const struct xn_pif *pif,
	struct xn_netstate *want, struct xenet_error *err)
{
	struct xn_pif *base;
	struct xn_link *link;
	const char *name = vlan_name(m, pif);
	int r = xn_pif_base(m, pif, &base, err);

	if (r == 0 && !m->in_past)
		r = check_vlan_mtu(m, pif, base, err);
	if (r < 0)
		return r;
	link = name ? xn_link_add(want, name) : NULL;
	if (!link || !(link->mark = xn_mark(m, &pif->o)))
		return xn_no_memory(err);
	link->mask = XN_KIND | XN_PARENT | XN_TAG | XN_MARK;
	link->kind = "vlan";
	link->parent = base->device;
	link->tag = pif->vlan;
	r = join_bridge(m, pif, link, err);
	xn_link_hide(link);
	return r;
}

int xn_pif_desire(struct xn_model *m, const struct xn_object *object,
	struct xn_netstate *want, struct xenet_error *err)
{
	const struct xn_pif *pif = (const struct xn_pif *)object;

	if (pif->vlan < 0)
		return desire_nic(m, pif, want, err);
	return pif->plugged ? desire_vlan(m, pif, want, err) : 0;
}
