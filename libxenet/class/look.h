/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_LOOK_H
#define XN_LOOK_H

#include "host/netstate.h"
#include "model/model.h"

/* What classes share in dealing with links. */

/* The link of that name as the host shows it; *ret = NULL: there is none. */
int xn_look(struct xn_model *m, const char *name, unsigned details,
	const struct xn_link **ret, struct xenet_error *err);
/* Keeps the host from having IPv6 addresses on a link, whose MTU is set: guests reach it.
 * IPv6 needs 1280 bytes (RFC 8200, 5); below, a link has no IPv6 settings at all. */
void xn_link_hide(struct xn_link *link);

/* The live field "degraded": "", or in words what is not as the object wants it. */
const char *xn_live_degraded(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have);

#endif
