/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_FAKE_RULES_H
#define XN_FAKE_RULES_H

#include "host/plan.h"

/* Rules of the kernel that plans rely on, for the host that is made of text. */

/* What the kernel refuses about the addresses and routes of a step: ROUTE_EXISTS, or
 * KERNEL_ERROR. */
int xn_fake_check(const struct xn_netstate *state, const struct xn_step *step,
	struct xn_arena *arena, struct xenet_error *err);
/* The kernel tells that tunnel from another one by nothing. */
bool xn_fake_has_tunnel(const struct xn_netstate *state, const struct xn_link *tunnel);
/* Its MTU is too small for IPv6. */
bool xn_fake_lacks_ipv6(const struct xn_link *link);
/* What follows from a link's MTU, which was another one before; 0: the link is new. */
int xn_fake_settle(struct xn_link *link, int64_t mtu_before, struct xn_arena *arena,
	struct xenet_error *err);
/* Takes away the addresses and routes of a step that withdraws them. */
int xn_fake_withdraw(struct xn_link *link, const struct xn_step *step,
	struct xn_arena *arena, struct xenet_error *err);

#endif
