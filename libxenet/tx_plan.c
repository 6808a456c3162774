/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/drift.h"
#include "transaction.h"

/* Where a transaction mends, what one object cannot have does not keep the others from it, and
 * of what cannot be told as a whole nothing counts. */
static int tolerate(struct xn_tx *tx, struct xn_object *object,
	const struct xn_object *seen, struct xenet_error *err)
{
	struct xn_netstate *trial = xn_netstate_new(tx->arena);

	return trial ? xn_hold_failed(tx->model, object,
			       object->class->desire(tx->model, seen, trial, err), err)
		     : xn_no_memory(err);
}

/* seen: the object as it is now, or was. */
static int desire(struct xn_tx *tx, struct xn_object *object,
	const struct xn_object *seen, struct xn_netstate *want, struct xenet_error *err)
{
	int r = 0;

	if (!object->class->desire)
		return 0;
	if (tx->model->mends && !object->obstacle)
		r = tolerate(tx, object, seen, err);
	return r == 0 && !object->obstacle
		       ? object->class->desire(tx->model, seen, want, err)
		       : r;
}

int xn_tx_look_back(struct xn_tx *tx, struct xenet_error *err)
{
	int r = 0;

	if (tx->model->is_new_boot)
		return 0;
	tx->model->in_past = true;
	for (struct xn_object *o = tx->model->asked; o && r == 0; o = o->again)
		if (o->touched && o->origin && !o->looked_back) {
			r = desire(tx, o, o->origin, tx->past, err);
			o->looked_back = true;
		}
	tx->model->in_past = false;
	return r;
}

int xn_tx_flush(struct xn_model *m, struct xenet_error *err)
{
	int r = xn_tx_look_back(m->transaction, err);

	if (r == 0)
		r = xn_model_save(m, err);
	return r < 0 ? r : xn_model_saved(m, err);
}

int xn_tx_desire(struct xn_tx *tx, struct xenet_error *err)
{
	int r = 0;

	tx->model->all_saved = true;
	for (struct xn_object *o = tx->model->objects; o && r == 0; o = o->next)
		if (o->touched)
			r = desire(tx, o, o, tx->want, err);
	return r;
}

/* Names a link of which some of the attributes that are stated are to be looked at. Rules are not
 * read, but known again. */
static bool name_link(
	struct xn_netstate *names, const struct xn_link *stated, unsigned mask)
{
	struct xn_link *link = xn_link_add(names, stated->name);

	mask &= stated->mask;
	if (link)
		link->mask |= mask;
	if (link && mask & XN_RULES)
		link->rules = stated->rules;
	return link;
}

/* The wanted links, their parents, and the masters among which a foreign bridge may be. */
static int name_wanted(const struct xn_netstate *want, struct xn_netstate *names)
{
	for (const struct xn_link *link = want->links; link; link = link->next) {
		bool has_master = link->mask & XN_MASTER && link->master[0];

		if (!name_link(names, link, ~0U) ||
			(link->mask & XN_PARENT && !xn_link_add(names, link->parent)) ||
			(has_master && !xn_link_add(names, link->master)))
			return -1;
	}
	return 0;
}

/* The links that may be to go, with what has to go before them. */
static int name_unwanted(const struct xn_tx *tx, struct xn_netstate *names)
{
	for (const struct xn_link *link = tx->past->links; link; link = link->next)
		if (!xn_link_find(tx->want, link->name) &&
			!name_link(names, link, XN_RULES))
			return -1;
	return 0;
}

static int observe(
	struct xn_tx *tx, const struct xn_netstate *names, struct xenet_error *err)
{
	struct xn_backend *be = tx->xn->backend;

	return names->links ? be->ops->observe(be, names, XN_DETAIL_SURE, tx->have, err)
			    : 0;
}

/* What hangs on a link matters where that may go, and costs a look at many links. */
static int observe_dependants(struct xn_tx *tx, struct xenet_error *err)
{
	struct xn_backend *be = tx->xn->backend;
	struct xn_netstate *names = xn_netstate_new(tx->arena);

	if (!names || xn_plan_name_going(tx->past, tx->want, tx->have, names) < 0)
		return xn_no_memory(err);
	return names->links ? be->ops->dependants(be, names, tx->have, err) : 0;
}

/* What a link had of the IP layers, or of limits, before and is not to have now, it has to lose. */
static void empty_stated(struct xn_tx *tx)
{
	for (struct xn_link *link = tx->want->links; link; link = link->next) {
		const struct xn_link *past = xn_link_find(tx->past, link->name);

		if (past)
			link->mask |= past->mask & XN_STATED;
	}
}

/* A device of ours was wanted so far, and none has its name. */
static bool misses_device(const struct xn_tx *tx)
{
	const struct xn_link *link = tx->past->links;

	while (link && (link->unsure || xn_link_is_lent(link) ||
			       xn_link_find(tx->have, link->name)))
		link = link->next;
	return link;
}

/* Rules whose port is gone are of no use to anybody. */
static int claim_rules(struct xn_tx *tx, struct xenet_error *err)
{
	const char *prefix = xn_mark_prefix(tx->model);

	return prefix && xn_netstate_claim_rules(tx->past, tx->have, prefix) == 0
		       ? 0
		       : xn_no_memory(err);
}

/* Somebody may have renamed it: then it is known by its mark, among all links. */
static int look_everywhere(
	struct xn_tx *tx, const struct xn_netstate *names, struct xenet_error *err)
{
	int r = tx->model->survey(tx->model, names, XN_DETAIL_SURE, &tx->have, err);

	if (r == 0 && (xn_netstate_match(tx->past, tx->have) < 0 ||
			      xn_netstate_match(tx->want, tx->have) < 0))
		return xn_no_memory(err);
	return r < 0 ? r : claim_rules(tx, err);
}

int xn_tx_observe(struct xn_tx *tx, struct xenet_error *err)
{
	struct xn_netstate *names = xn_netstate_new(tx->arena);
	int r;

	empty_stated(tx);
	if (!names || name_wanted(tx->want, names) < 0 || name_unwanted(tx, names) < 0)
		return xn_no_memory(err);
	r = observe(tx, names, err);
	if (r == 0)
		r = misses_device(tx) ? look_everywhere(tx, names, err)
				      : observe_dependants(tx, err);
	xn_netstate_adopt(tx->past, tx->have);
	xn_netstate_adopt(tx->want, tx->have);
	return r;
}

int xn_tx_plan(struct xn_tx *tx, struct xenet_error *err)
{
	int r;

	if (tx->model->mends)
		return xn_tx_plan_mending(tx, err);
	r = xn_tx_observe(tx, err);
	return r < 0 ? r
		     : xn_plan_make(
			       &tx->plan, tx->arena, tx->past, tx->want, tx->have, err);
}
