/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_REPORT_H
#define XN_REPORT_H

#include "host/linux/rtnl.h"
#include "host/plan.h"

/* Fills err for a step that failed with -errno; fault may have the kernel's words. */
int xn_report_step(struct nl_sock *sock, const struct rtnl_fault *fault,
	const struct xn_step *step, int number, struct xn_arena *arena,
	struct xenet_error *err);

#endif
