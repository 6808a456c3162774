/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_CARRY_OUT_H
#define XN_CARRY_OUT_H

#include "host/backend.h"
#include "host/linux/rtnl.h"

/* See steps in host/backend.h. */
size_t xn_carry_out(struct rtnl *sock, const struct xn_step *steps, size_t n,
	struct xenet_error *faults);

#endif
