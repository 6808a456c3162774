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

/* The step at place i and those that go with it. */
struct turn {
	const struct xn_step *steps;
	struct xenet_error faults[XN_TOGETHER];
	size_t n;
};

static void carry_out(
	struct turn *turn, struct xn_backend *be, const struct xn_plan *plan, size_t i)
{
	*turn = (struct turn){ .steps = &plan->steps[i] };
	turn->n = be->ops->steps(be, turn->steps, plan->n_steps - i, turn->faults);
}

/* The first fault goes to err. */
static int end(struct turn *turn, struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; i < turn->n; i++) {
		if (r == 0 && turn->faults[i].code)
			r = xn_error_move(err, &turn->faults[i]);
		xenet_error_clear(&turn->faults[i]);
	}
	return r;
}

int xn_apply(struct xn_backend *be, const struct xn_plan *plan, struct xn_stop *stop,
	struct xenet_error *err)
{
	struct turn turn;
	int r = 0;

	for (size_t i = 0; i < plan->n_steps && r == 0; i += turn.n) {
		r = xn_stop_check(stop, err);
		if (r < 0)
			return r;
		carry_out(&turn, be, plan, i);
		r = end(&turn, err);
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

/* What fails for want of these fails all that follows. */
static bool is_of_no_use(enum xenet_error_code code)
{
	return code == XENET_E_NO_MEMORY || code == XENET_E_CAPABILITY_MISSING;
}

static int take_fault(struct xn_failure **failures, struct xn_arena *arena,
	const struct xn_step *step, struct xenet_error *fault)
{
	if (fault->code && !is_of_no_use(fault->code) &&
		note(failures, arena, step, fault) < 0) {
		xenet_error_clear(fault);
		xn_no_memory(fault);
	}
	return -(int)fault->code;
}

int xn_apply_all(struct xn_backend *be, const struct xn_plan *plan,
	struct xn_failure **failures, struct xenet_error *err)
{
	struct turn turn;
	int first = 0;

	for (size_t i = 0; i < plan->n_steps && !is_of_no_use(-first); i += turn.n) {
		carry_out(&turn, be, plan, i);
		for (size_t k = 0; k < turn.n; k++) {
			struct xenet_error *fault = &turn.faults[k];
			int r = take_fault(failures, plan->arena, &turn.steps[k], fault);

			if (r < 0 && (first == 0 || is_of_no_use(-r)))
				first = xn_error_move(err, fault);
			xenet_error_clear(fault);
		}
	}
	return first;
}
