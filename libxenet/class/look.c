/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/look.h"

enum {
	IPV6_MIN_MTU = 1280
};

int xn_look(struct xn_model *m, const char *name, unsigned details,
	const struct xn_link **ret, struct xenet_error *err)
{
	struct xn_netstate *names = xn_netstate_new(m->arena), *have;
	int r = names && xn_link_add(names, name) ? 0 : xn_no_memory(err);

	if (r == 0)
		r = m->observe(m, names, details, &have, err);
	if (r == 0)
		*ret = xn_link_find(have, name);
	return r;
}

void xn_link_hide(struct xn_link *link)
{
	link->mask &= ~(unsigned)XN_ADDRGEN;
	if (link->mtu < IPV6_MIN_MTU)
		return;
	link->mask |= XN_ADDRGEN;
	link->addrgen = "none";
}

const char *xn_live_degraded(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have)
{
	(void)object;
	return xn_netstate_reason(have->arena, want, have);
}
