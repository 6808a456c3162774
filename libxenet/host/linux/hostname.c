/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/hostname.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

int xn_linux_set_hostname(struct xn_backend *be, const char *name, struct xn_arena *arena,
	const char **past, struct xenet_error *err)
{
	char old[HOST_NAME_MAX + 1] = "";
	const char *step;

	(void)be;
	gethostname(old, sizeof(old) - 1);
	*past = xn_strdup(arena, old);
	if (!*past)
		return xn_no_memory(err);
	step = xn_printf(arena, "hostname %s", name);
	if (sethostname(name, strlen(name)) == 0)
		return 0;
	return errno == EPERM ? xn_fail(err, XENET_E_CAPABILITY_MISSING, step)
			      : xn_fail(err, XENET_E_KERNEL_ERROR, step, strerror(errno));
}
