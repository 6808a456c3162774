/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/hostname.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

const char *xn_linux_hostname(struct xn_backend *be, struct xn_arena *arena)
{
	char name[HOST_NAME_MAX + 1] = "";

	(void)be;
	gethostname(name, sizeof(name) - 1);
	return xn_strdup(arena, name);
}

int xn_linux_set_hostname(struct xn_backend *be, const char *name, struct xn_arena *arena,
	struct xenet_error *err)
{
	const char *step = xn_printf(arena, "hostname %s", name);

	(void)be;
	if (!step)
		return xn_no_memory(err);
	if (sethostname(name, strlen(name)) == 0)
		return 0;
	return errno == EPERM ? xn_fail(err, XENET_E_CAPABILITY_MISSING, step)
			      : xn_fail(err, XENET_E_KERNEL_ERROR, step, strerror(errno));
}
