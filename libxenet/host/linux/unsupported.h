/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_UNSUPPORTED_H
#define XN_UNSUPPORTED_H

#include "host/plan.h"

/* Says what a kernel has to be built with, or load, for a step's kind of link;
 * -KERNEL_UNSUPPORTED. text: the step's. */
int xn_report_unsupported(
	const struct xn_step *step, const char *text, struct xenet_error *err);

#endif
