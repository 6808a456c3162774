/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_LINUX_HOSTNAME_H
#define XN_LINUX_HOSTNAME_H

#include "host/backend.h"

/* The name of the UTS namespace: see struct xn_backend_ops. */
const char *xn_linux_hostname(struct xn_backend *be, struct xn_arena *arena);
int xn_linux_set_hostname(struct xn_backend *be, const char *name, struct xn_arena *arena,
	struct xenet_error *err);

#endif
