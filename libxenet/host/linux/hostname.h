/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_LINUX_HOSTNAME_H
#define XN_LINUX_HOSTNAME_H

#include "host/backend.h"

/* The name of the UTS namespace: see struct xn_backend_ops. */
int xn_linux_set_hostname(struct xn_backend *be, const char *name, struct xn_arena *arena,
	const char **past, struct xenet_error *err);

#endif
