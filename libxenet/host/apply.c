/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "host/backend.h"

static const struct xn_backend_ops *const backends[] = { &xn_linux_backend,
	&xn_fake_backend, NULL };

static const struct xn_backend_ops *find(const char *name)
{
	for (const struct xn_backend_ops *const *ops = backends; *ops; ops++)
		if (strcmp((*ops)->name, name) == 0)
			return *ops;
	return NULL;
}

int xn_backend_check(const char *name, struct xenet_error *err)
{
	return find(name) ? 0 : xn_fail(err, XENET_E_BACKEND_UNKNOWN, name);
}

int xn_backend_open(struct xn_backend **ret, const char *name, const char *config,
	struct xenet_error *err)
{
	const struct xn_backend_ops *ops = find(name);

	return ops ? ops->open(ret, config, err) : xn_backend_check(name, err);
}

struct xn_backend *xn_backend_close(struct xn_backend *be)
{
	if (be)
		be->ops->close(be);
	return NULL;
}

int xn_apply(struct xn_backend *be, const struct xn_plan *plan, struct xn_stop *stop,
	struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; i < plan->n_steps && r == 0; i++) {
		r = xn_stop_check(stop, err);
		if (r == 0)
			r = be->ops->step(be, &plan->steps[i], err);
	}
	return r;
}
