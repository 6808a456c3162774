/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transaction.h"

/* How the model looks at the host. */

int xn_host_open(struct xenet *xn, struct xenet_error *err)
{
	if (xn->backend)
		return 0;
	return xn_backend_open(&xn->backend, xn->backend_name, xn->run_directory, err);
}

static int observe(struct xn_model *m, const struct xn_netstate *names, unsigned details,
	struct xn_netstate **ret, struct xenet_error *err)
{
	struct xenet *xn = m->host;
	int r = xn_host_open(xn, err);

	if (r < 0)
		return r;
	*ret = xn_netstate_new(m->arena);
	return *ret ? xn->backend->ops->observe(xn->backend, names, details, *ret, err)
		    : xn_no_memory(err);
}

static int scan(struct xn_model *m, struct xn_netstate **ret, struct xenet_error *err)
{
	struct xenet *xn = m->host;
	int r = xn_host_open(xn, err);

	if (r < 0)
		return r;
	*ret = xn_netstate_new(m->arena);
	return *ret ? xn->backend->ops->scan(xn->backend, *ret, err) : xn_no_memory(err);
}

static int survey(struct xn_model *m, const struct xn_netstate *names,
	struct xn_netstate **ret, struct xenet_error *err)
{
	struct xenet *xn = m->host;
	int r = xn_host_open(xn, err);

	if (r < 0)
		return r;
	*ret = xn_netstate_new(m->arena);
	return *ret ? xn->backend->ops->survey(xn->backend, names, *ret, err)
		    : xn_no_memory(err);
}

static int live(struct xn_model *m, const struct xn_object *object,
	const struct xenet_field *field, const char **ret, struct xenet_error *err)
{
	struct xn_netstate *want = xn_netstate_new(m->arena), *have;
	const struct xenet_class *class = object->class;
	const char *always = class->looks_at ? class->looks_at(object) : NULL;
	int r = want ? 0 : xn_no_memory(err);

	if (r == 0 && class->desire)
		r = class->desire(m, object, want, err);
	if (r == 0 && always && !xn_link_find(want, always) && !xn_link_add(want, always))
		r = xn_no_memory(err);
	/* Not all that is live is a matter of links. */
	have = want;
	if (r == 0 && want->links)
		r = observe(m, want, XN_DETAIL_NONE, &have, err);
	if (r == 0)
		*ret = field->live(object, want, have);
	return r;
}

void xn_tx_give_sight(struct xn_model *m, struct xenet *xn)
{
	m->host = xn;
	m->observe = observe;
	m->scan = scan;
	m->survey = survey;
	m->live = live;
}
