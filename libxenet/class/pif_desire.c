/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "class/bond.h"
#include "class/look.h"
#include "class/network.h"
#include "class/pif.h"
#include "class/tunnel.h"
#include "host/netstate.h"

/* What a PIF asks of the host, by its kind. */

/* The NIC's attributes as they were before xenet used it. */
static int free_link(struct xn_model *m, const struct xn_pif *base, struct xn_link *link,
	struct xenet_error *err)
{
	struct xn_netstate *state = xn_netstate_new(m->arena);
	struct xn_link *was;
	int r;

	if (!base->free_state[0])
		return 0;
	r = state ? xn_link_read(state, base->free_state, &was, err) : xn_no_memory(err);

	if (r == 0)
		xn_link_copy(link, was, XN_PIF_LENT);
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

/* The kernel gives members the bond's MTU, and their own back when they leave. */
static int join_bond(struct xn_model *m, const struct xn_pif *pif, struct xn_link *link,
	struct xenet_error *err)
{
	struct xn_pif *master;
	int r = xn_bond_master(m, pif, &master, err);

	if (r < 0)
		return r;
	link->mask |= XN_MASTER | XN_UP;
	link->mask &= ~(unsigned)XN_MTU;
	link->master = master->device;
	link->mtu = master->mtu;
	return 0;
}

static int desire_nic(struct xn_model *m, const struct xn_pif *pif,
	struct xn_netstate *want, struct xenet_error *err)
{
	const struct xn_pif *past = (const struct xn_pif *)pif->o.origin;
	struct xn_link *link;
	int r;

	/* A NIC that is not ours now and was not before states nothing. */
	if (!pif->used && (!past || !past->used))
		return 0;
	link = xn_link_add(want, pif->device);
	if (!link)
		return xn_no_memory(err);
	r = free_link(m, pif->used ? pif : past, link, err);
	if (r < 0 || !pif->used)
		return r;
	link->up = true;
	if (pif->bond)
		r = join_bond(m, pif, link, err);
	else if (pif->plugged)
		r = join_bridge(m, pif, link, err);
	xn_link_hide(link);
	return r;
}

/* A new link of ours, which stands for the PIF; NULL: no memory. */
static struct xn_link *own_link(struct xn_model *m, const struct xn_pif *pif,
	struct xn_netstate *want, const char *name, const char *kind)
{
	struct xn_link *link = name ? xn_link_add(want, name) : NULL;

	if (!link || !(link->mark = xn_mark(m, &pif->o)))
		return NULL;
	link->mask = XN_KIND | XN_MARK | XN_MASTER | XN_MTU | XN_UP;
	link->kind = kind;
	link->mtu = pif->mtu;
	link->master = "";
	link->up = true;
	return link;
}

static int desire_bond(struct xn_model *m, const struct xn_pif *pif,
	struct xn_netstate *want, struct xenet_error *err)
{
	struct xn_link *link = NULL;
	int r = 0;

	if (!pif->used)
		return 0;
	link = own_link(m, pif, want, pif->device, "bond");
	if (!link)
		return xn_no_memory(err);
	link->mask |= XN_ADDRESS | XN_BOND;
	link->address = pif->address;
	r = xn_bond_options(m, pif, &link->bond, err);
	if (r == 0 && pif->plugged)
		r = join_bridge(m, pif, link, err);
	xn_link_hide(link);
	return r;
}

static const char *vlan_name(struct xn_model *m, const struct xn_pif *pif)
{
	const char *name = xn_printf(m->arena, "%s.%d", pif->device, (int)pif->vlan);

	/* Too long for the kernel: a name of its own instead of one cut off. */
	return !name || strlen(name) <= 15
		       ? name
		       : xn_printf(m->arena, "xv%.8s%.4s%c", pif->o.uuid, pif->o.uuid + 9,
				 pif->o.uuid[15]);
}

/* The largest frame that the base's device takes. */
static int base_mtu(struct xn_model *m, const struct xn_pif *base, int64_t *ret,
	struct xenet_error *err)
{
	struct xn_link nic = { 0 };
	int r = xn_pif_is(base, "nic") ? free_link(m, base, &nic, err) : 0;
	bool settled = base->plugged || !xn_pif_is(base, "nic");

	/* Of one that is missing since the boot, none is known. */
	if (xn_pif_is(base, "nic") && !base->free_state[0])
		nic.mtu = INT64_MAX;
	*ret = settled && nic.mtu < base->mtu ? base->mtu : nic.mtu;
	return r;
}

static int check_vlan_mtu(struct xn_model *m, const struct xn_pif *pif,
	const struct xn_pif *base, struct xenet_error *err)
{
	int64_t limit;
	int r = base_mtu(m, base, &limit, err);

	if (r < 0 || pif->mtu <= limit)
		return r;
	return xn_fail(err, XENET_E_MTU_TOO_LARGE, vlan_name(m, pif),
		xn_printf(m->arena, "%d", (int)pif->mtu),
		xn_printf(m->arena, "at most %d", (int)limit));
}

static int desire_vlan(struct xn_model *m, const struct xn_pif *pif,
	struct xn_netstate *want, struct xenet_error *err)
{
	struct xn_pif *base;
	struct xn_link *link;
	int r = pif->plugged ? xn_pif_base(m, pif, &base, err) : 0;

	if (r == 0 && pif->plugged && !m->in_past)
		r = check_vlan_mtu(m, pif, base, err);
	if (r < 0 || !pif->plugged)
		return r;
	link = own_link(m, pif, want, vlan_name(m, pif), "vlan");
	if (!link)
		return xn_no_memory(err);
	link->mask |= XN_PARENT | XN_TAG;
	link->parent = base->device;
	link->tag = pif->vlan;
	r = join_bridge(m, pif, link, err);
	xn_link_hide(link);
	return r;
}

/* Without a peer a tunnel has no device. */
static int desire_tunnel(struct xn_model *m, const struct xn_pif *pif,
	struct xn_netstate *want, struct xenet_error *err)
{
	struct xn_tunnel *tunnel;
	struct xn_link *link;
	int r = pif->plugged ? xn_tunnel_of_pif(m, pif, &tunnel, err) : 0;

	if (r < 0 || !pif->plugged || !tunnel->endpoints[0])
		return r;
	link = own_link(m, pif, want, pif->device, xn_tunnel_kind(tunnel));
	if (!link)
		return xn_no_memory(err);
	link->mask |= XN_ADDRESS | XN_TUNNEL;
	link->address = pif->address;
	link->tunnel = tunnel->endpoints;
	r = join_bridge(m, pif, link, err);
	xn_link_hide(link);
	return r;
}

int xn_pif_desire(struct xn_model *m, const struct xn_object *object,
	struct xn_netstate *want, struct xenet_error *err)
{
	static const struct {
		const char *kind;
		int (*desire)(struct xn_model *m, const struct xn_pif *pif,
			struct xn_netstate *want, struct xenet_error *err);
	} kinds[] = { { "nic", desire_nic }, { "vlan", desire_vlan },
		{ "bond", desire_bond }, { "tunnel", desire_tunnel } };
	const struct xn_pif *pif = (const struct xn_pif *)object;
	size_t i = 0;

	if (object->obstacle)
		return 0;
	while (!xn_pif_is(pif, kinds[i].kind))
		i++;
	return kinds[i].desire(m, pif, want, err);
}
