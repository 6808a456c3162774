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

/* Takes the first n steps back, all of them even when one fails; NULL, or the steps that
 * remain done. */
static const char *undo(struct xn_backend *be, const struct xn_plan *plan, size_t n)
{
	struct xn_text remaining = XN_TEXT(plan->arena);

	while (n-- > 0) {
		struct xn_step back;
		char *text;

		if (!xn_step_reverse(plan->arena, &plan->steps[n], &back) ||
			be->ops->step(be, &back, NULL) == 0)
			continue;
		text = xn_step_text(plan->arena, &plan->steps[n]);
		xn_text_addf(&remaining, "%s%s", remaining.length ? "; " : "",
			text ? text : "");
	}
	return remaining.length ? xn_text_end(&remaining) : NULL;
}

static const char *param(const struct xenet_error *err, size_t i)
{
	return err && i < err->n_params ? err->params[i] : "";
}

int xn_apply(struct xn_backend *be, const struct xn_plan *plan, struct xenet_error *err)
{
	size_t done = 0;
	int r = 0;
	const char *remaining, *text;

	while (done < plan->n_steps && r == 0) {
		r = be->ops->step(be, &plan->steps[done], err);
		done += r == 0;
	}
	if (r == 0)
		return 0;
	remaining = undo(be, plan, done);
	if (!remaining)
		return r;
	text = xn_step_text(plan->arena, &plan->steps[done]);
	return xn_fail(
		err, XENET_E_UNDO_FAILED, text ? text : "", param(err, 1), remaining);
}

int xn_apply_undo(
	struct xn_backend *be, const struct xn_plan *plan, struct xenet_error *err)
{
	const char *remaining = undo(be, plan, plan->n_steps);

	return remaining ? xn_fail(err, XENET_E_UNDO_FAILED, "", "", remaining) : 0;
}
