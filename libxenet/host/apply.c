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

/* The kernel's own words, or the sentence with its values. */
static const char *words(struct xn_arena *arena, const struct xenet_error *fault)
{
	struct xn_text text = XN_TEXT(arena);
	const char *label;

	if (fault->code == XENET_E_KERNEL_ERROR && fault->n_params > 1)
		return xn_strdup(arena, fault->params[1]);
	xn_text_add(&text, fault->message ? fault->message : "");
	for (size_t i = 0; i < fault->n_params; i++) {
		label = xenet_error_label(fault->code, i);
		if (fault->params[i][0])
			xn_text_addf(
				&text, " %s: %s", label ? label : "by", fault->params[i]);
	}
	return xn_text_end(&text);
}

static int note(struct xn_failure **failures, struct xn_arena *arena,
	const struct xn_step *step, const struct xenet_error *fault)
{
	struct xn_failure *failure = xn_alloc(arena, sizeof(*failure));

	if (!failure)
		return -XENET_E_NO_MEMORY;
	*failure = (struct xn_failure){ step->link->name, words(arena, fault),
		fault->code, *failures };
	*failures = failure;
	return failure->message ? 0 : -XENET_E_NO_MEMORY;
}

static bool is_of_no_use(int r)
{
	return r == -XENET_E_NO_MEMORY || r == -XENET_E_CAPABILITY_MISSING;
}

int xn_apply_all(struct xn_backend *be, const struct xn_plan *plan,
	struct xn_failure **failures, struct xenet_error *err)
{
	int first = 0;

	for (size_t i = 0; i < plan->n_steps && !is_of_no_use(first); i++) {
		struct xenet_error fault = { 0 };
		int r = be->ops->step(be, &plan->steps[i], &fault);

		if (r < 0 && !is_of_no_use(r) &&
			note(failures, plan->arena, &plan->steps[i], &fault) < 0)
			r = xn_no_memory(&fault);
		if (r < 0 && (first == 0 || is_of_no_use(r)))
			first = xn_error_move(err, &fault);
		xenet_error_clear(&fault);
	}
	return first;
}
