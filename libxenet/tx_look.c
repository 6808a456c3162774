/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "class/look.h"
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

static int survey(struct xn_model *m, const struct xn_netstate *names, unsigned details,
	struct xn_netstate **ret, struct xenet_error *err)
{
	struct xenet *xn = m->host;
	int r = xn_host_open(xn, err);

	if (r < 0)
		return r;
	*ret = xn_netstate_new(m->arena);
	return *ret ? xn->backend->ops->survey(xn->backend, names, details, *ret, err)
		    : xn_no_memory(err);
}

/* The links that a live field of the object is about. */
static int name_links(struct xn_model *m, const struct xn_object *object,
	struct xn_netstate *want, struct xenet_error *err)
{
	const struct xenet_class *class = object->class;
	int r = class->desire ? class->desire(m, object, want, err) : 0;

	return r == 0 && class->look ? class->look(m, object, want, err) : r;
}

static bool is_about(const struct xn_intent *intent, const struct xn_object *object)
{
	const struct xn_subject *s = intent->subjects;

	while (s && strcmp(s->uuid, object->uuid) != 0)
		s = s->next;
	return s;
}

/* The intent that stands, if it is about the object; who may not read it knows of none. */
static int intent_about(struct xn_model *m, const struct xn_object *object,
	struct xn_intent **ret, struct xenet_error *err)
{
	struct xn_tx *tx = m->transaction;
	int r = tx->intent_path ? 0 : xn_tx_find_files(tx, err);

	*ret = NULL;
	if (r < 0)
		return r;
	xn_intent_look(tx->intent_path, ret, m->arena, NULL);
	if (*ret && !is_about(*ret, object))
		*ret = NULL;
	return 0;
}

/* The host as the object wants it, but for what nobody can want. */
static const struct xn_netstate *see_as_wanted(
	struct xn_netstate *want, const struct xn_netstate *have)
{
	for (struct xn_link *link = want->links; link; link = link->next) {
		const struct xn_link *seen = xn_link_find(have, link->name);

		link->carrier = seen && seen->carrier;
		link->bus = seen ? seen->bus : NULL;
		link->received = seen ? seen->received : NULL;
		link->sent = seen ? seen->sent : NULL;
		link->guarded = seen ? seen->guarded : NULL;
		if (!link->kind)
			link->kind = seen ? seen->kind : "";
	}
	return want;
}

/* Changed by this transaction, which does nothing on the host before its end. */
static bool is_changed_here(const struct xn_tx *tx, const struct xn_object *object)
{
	return tx->lock >= 0 && object->touched;
}

/* While another process changes the object, its record and so its wish are of before. The look
 * comes before the question, so that no change begins between them. */
static int observe_whole(struct xn_model *m, const struct xn_object *object,
	unsigned details, struct xn_netstate *want, const struct xn_netstate **ret,
	struct xenet_error *err)
{
	struct xn_tx *tx = m->transaction;
	struct xn_intent *intent = NULL;
	struct xn_netstate *have;
	int r = observe(m, want, details, &have, err);

	tx->looked = true;
	if (r == 0 && tx->lock < 0)
		r = intent_about(m, object, &intent, err);
	if (r < 0)
		return r;
	*ret = is_changed_here(tx, object) || (intent && xn_lock_is_held(tx->lock_path))
		       ? see_as_wanted(want, have)
		       : have;
	return 0;
}

/* A change of the object that could not be taken back comes before what that left. */
static int add_obstacle(struct xn_model *m, const struct xn_object *object,
	const char **text, struct xenet_error *err)
{
	struct xn_intent *intent;
	int r = intent_about(m, object, &intent, err);

	if (r < 0 || !intent || !intent->obstacle)
		return r;
	*text = xn_printf(m->arena, "not settled: %s%s%s", intent->obstacle,
		*text && (*text)[0] ? "; " : "", *text ? *text : "");
	return *text ? 0 : xn_no_memory(err);
}

static int live(struct xn_model *m, const struct xn_object *object,
	const struct xenet_field *field, const char **ret, struct xenet_error *err)
{
	struct xn_netstate *want = xn_netstate_new(m->arena);
	const struct xn_netstate *have = m->sight ? m->sight : want;
	int r = want ? xn_refuse_damaged(m, object, name_links(m, object, want, err), err)
		     : xn_no_memory(err);

	/* Not all that is live is a matter of links. */
	if (r == 0 && want->links && !m->sight)
		r = observe_whole(m, object, field->details, want, &have, err);
	if (r < 0)
		return r;
	*ret = field->live(object, want, have);
	return field->live == xn_live_degraded ? add_obstacle(m, object, ret, err) : 0;
}

void xn_tx_give_sight(struct xn_model *m, struct xenet *xn)
{
	m->host = xn;
	m->observe = observe;
	m->scan = scan;
	m->survey = survey;
	m->live = live;
}
