/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_REPORT_H
#define XN_REPORT_H

#include "host/linux/rtnl.h"
#include "host/plan.h"

/* Fills err for the step that failed with -errno, with the kernel's own words; returns -code. */
int xn_report_step(const struct xn_step *step, int number, struct rtnl *sock,
	const struct rtnl_fault *fault, struct xn_arena *arena, struct xenet_error *err);

#endif
