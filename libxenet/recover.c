/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "class/boot.h"
#include "transaction.h"

static int add_hostname(
	struct xn_tx *tx, struct xn_intent *intent, struct xenet_error *err)
{
	struct xn_backend *be = tx->xn->backend;

	intent->hostname = tx->model->hostname;
	if (intent->hostname)
		intent->past_hostname = be->ops->hostname(be, tx->arena);
	return !intent->hostname || intent->past_hostname ? 0 : xn_no_memory(err);
}

static int add_subjects(
	struct xn_tx *tx, struct xn_intent *intent, struct xenet_error *err)
{
	for (struct xn_object *o = tx->model->objects; o; o = o->next) {
		struct xn_subject *subject;

		if (!o->touched)
			continue;
		subject = xn_alloc(tx->arena, sizeof(*subject));
		if (!subject)
			return xn_no_memory(err);
		*subject = (struct xn_subject){ o->class->name, o->uuid,
			intent->subjects };
		intent->subjects = subject;
	}
	return 0;
}

/* A link of ours goes by its mark; a lent one by how it is when nobody uses it: as it is
 * found if nobody did so far, else as it is given back. */
static int add_link(struct xn_tx *tx, struct xn_intent *intent,
	const struct xn_link *link, struct xenet_error *err)
{
	bool lent = xn_link_is_lent(link);
	const struct xn_link *from = link;
	struct xn_link *kept = xn_link_add(
		lent ? intent->lent : intent->owned, link->name);

	if (!kept)
		return xn_no_memory(err);
	if (lent && !xn_link_find(tx->past, link->name))
		from = xn_link_find(tx->have, link->name);
	if (from)
		xn_link_copy(kept, from, lent ? link->mask : XN_MARK | XN_STATED);
	return 0;
}

int xn_tx_intent(struct xn_tx *tx, struct xn_intent **ret, struct xenet_error *err)
{
	struct xn_intent *intent = xn_alloc(tx->arena, sizeof(*intent));
	int r;

	if (!intent || !(intent->owned = xn_netstate_new(tx->arena)) ||
		!(intent->lent = xn_netstate_new(tx->arena)))
		return xn_no_memory(err);
	intent->database = db_path(tx->xn->db);
	r = xn_tx_describe(tx, intent, err);
	if (r == 0)
		r = add_hostname(tx, intent, err);
	if (r == 0)
		r = add_subjects(tx, intent, err);
	for (struct xn_link *l = tx->past->links; l && r == 0; l = l->next)
		if (!xn_link_is_lent(l))
			r = add_link(tx, intent, l, err);
	for (struct xn_link *l = tx->want->links; l && r == 0; l = l->next)
		r = add_link(tx, intent, l, err);
	*ret = intent;
	return r;
}

/* The subjects that the database has, as it has them: that is what is wanted. */
static int touch_subjects(
	struct xn_tx *tx, const struct xn_intent *intent, struct xenet_error *err)
{
	for (const struct xn_subject *s = intent->subjects; s; s = s->next) {
		const struct xenet_class *class = xenet_class_find(s->class_name);
		struct xn_object *object;
		int r = class ? xn_get(tx->model, class, s->uuid, &object, NULL) : 0;

		if (r == 0 && class)
			xn_touch(object);
		else if (r < 0 && r != -XENET_E_UUID_INVALID)
			return xn_fail(err, (enum xenet_error_code) - r);
	}
	return xn_tx_desire(tx, err);
}

static int return_lent(
	struct xn_tx *tx, const struct xn_intent *intent, struct xenet_error *err)
{
	for (const struct xn_link *lent = intent->lent->links; lent; lent = lent->next) {
		struct xn_link *link;

		if (xn_link_find(tx->want, lent->name))
			continue;
		link = xn_link_add(tx->want, lent->name);
		if (!link)
			return xn_no_memory(err);
		xn_link_copy(link, lent, lent->mask);
	}
	return 0;
}

/* A link that was made but not yet marked is known by its group and its expected name. */
static void adopt_unmarked(struct xn_tx *tx, const struct xn_intent *intent)
{
	for (struct xn_link *link = tx->have->links; link; link = link->next)
		link->adopted = link->unmarked && xn_link_find(intent->owned, link->name);
}

/* The first change of a boot was killed: what the records tell of is over. */
static int is_of_other_boot(struct xn_tx *tx, bool *ret, struct xenet_error *err)
{
	int r = xn_tx_name_boot(tx, err);

	return r < 0 ? r : xn_boot_compare(tx->model, ret, err);
}

static bool is_in_the_way(enum xenet_error_code code)
{
	return code == XENET_E_VLAN_IN_USE || code == XENET_E_TUNNEL_EXISTS ||
	       code == XENET_E_DEVICE_EXISTS;
}

/* Nothing failed but what somebody's device keeps from being made, with what needs it. */
static bool only_in_the_way(const struct xn_failure *failures)
{
	for (const struct xn_failure *f = failures; f; f = f->next) {
		const struct xn_failure *cause = failures;

		while (cause && !(is_in_the_way(cause->code) &&
					strcmp(cause->link, f->link) == 0))
			cause = cause->next;
		if (!cause)
			return false;
	}
	return failures;
}

/*
 * Does what is possible: a NIC that is gone, a foreign device in the way or a port that
 * keeps a bridge are left alone, and their objects show as detached. What then fails is the
 * kernel's refusal.
 */
static int settle(struct xn_tx *tx, const struct xn_intent *intent, bool has_model,
	struct xenet_error *err)
{
	bool is_other = false;
	int r = has_model ? is_of_other_boot(tx, &is_other, err) : 0;

	if (r == 0 && has_model && !is_other)
		r = touch_subjects(tx, intent, err);

	tx->past = intent->owned;
	if (r == 0)
		r = return_lent(tx, intent, err);
	if (r == 0)
		r = xn_tx_observe(tx, err);
	if (r < 0)
		return r;
	adopt_unmarked(tx, intent);
	r = xn_plan_make_possible(
		&tx->plan, tx->arena, tx->past, tx->want, tx->have, err);
	if (r == 0)
		r = xn_apply_all(tx->xn->backend, tx->plan, &tx->failures, err);
	return r < 0 && only_in_the_way(tx->failures) ? 0 : r;
}

static const char *other_of(const struct xn_intent *intent, const char *name)
{
	return strcmp(name, intent->hostname) == 0 ? intent->past_hostname
						   : intent->hostname;
}

/* The machine is called as its record says, unless somebody else has named it meanwhile. */
static int settle_hostname(struct xn_tx *tx, const struct xn_intent *intent,
	bool has_model, struct xenet_error *err)
{
	struct xn_backend *be = tx->xn->backend;
	const char *record = NULL, *now = be->ops->hostname(be, tx->arena), *wanted;
	int r = now ? 0 : xn_no_memory(err);

	if (r == 0 && has_model)
		r = xn_sql_text(tx->model, &record, err, "SELECT hostname FROM host",
			XN_PARAMS(NULL));
	if (r < 0)
		return r;
	wanted = record && strcmp(record, intent->hostname) == 0 ? intent->hostname
								 : intent->past_hostname;
	return strcmp(now, other_of(intent, wanted)) == 0 && strcmp(now, wanted) != 0
		       ? be->ops->set_hostname(be, wanted, tx->arena, err)
		       : 0;
}

/* With its own transaction, so that the command's own starts from a settled host. */
static int settle_with(struct xenet *xn, const struct xn_intent *intent, bool has_model,
	bool killed, struct xenet_error *err)
{
	struct xn_tx tx;
	int r = xn_tx_start(&tx, xn, err);

	if (r == 0)
		r = xn_tx_begin_read(&tx, err);
	if (r == 0)
		r = settle(&tx, intent, has_model, err);
	if (r == 0 && intent->hostname)
		r = settle_hostname(&tx, intent, has_model, err);
	xn_tx_end(&tx);
	if (r == 0 && has_model && killed)
		xn_tx_record_killed(xn, intent);
	return r;
}

/* The intent is the namespace's, its database perhaps another one than ours. */
static int settle_other(struct xenet *xn, const struct xn_intent *intent, bool killed,
	struct xenet_error *err)
{
	const struct xenet_options options = { intent->database, xn->run_directory,
		xn->backend_name, xn->timeout_ms, xn->user };
	struct xenet *other;
	int r;

	if (access(intent->database, F_OK) < 0)
		return errno == ENOENT ? settle_with(xn, intent, false, killed, err)
				       : xn_fail(err, XENET_E_DB_CANNOT_OPEN,
						 intent->database, strerror(errno));
	r = xenet_open(&other, &options, err);
	if (r < 0)
		return r;
	r = xn_host_open(other, err);
	if (r == 0)
		r = settle_with(other, intent, true, killed, err);
	xenet_close(other);
	return r;
}

/* For those who look later; what cannot be noted does not matter more for that. */
static void note_obstacle(struct xn_intent *intent, struct xn_arena *arena,
	const struct xenet_error *obstacle)
{
	intent->obstacle = obstacle->code == XENET_E_KERNEL_ERROR &&
					   obstacle->n_params > 1
				   ? xn_printf(arena, "%s: %s", obstacle->params[0],
					     obstacle->params[1])
				   : xn_printf(arena, "%s", obstacle->message);
}

static int settle_intent(struct xenet *xn, struct xn_intent *intent,
	struct xn_arena *arena, bool killed, struct xenet_error *err)
{
	struct xenet_error obstacle = { 0 };
	int r = strcmp(intent->database, db_path(xn->db)) == 0
			? settle_with(xn, intent, true, killed, &obstacle)
			: settle_other(xn, intent, killed, &obstacle);

	/* It is an earlier command's trouble, and should not pass for this one's. */
	if (r < 0 && obstacle.message)
		note_obstacle(intent, arena, &obstacle);
	if (r < 0)
		r = xn_fail(err, XENET_E_UNSETTLED,
			obstacle.n_params ? obstacle.params[0] : "",
			obstacle.n_params > 1 ? obstacle.params[1] : obstacle.message);
	xenet_error_clear(&obstacle);
	return r;
}

int xn_recover(
	struct xenet *xn, const char *intent_path, bool killed, struct xenet_error *err)
{
	struct xn_arena *arena = xn_arena_new();
	struct xn_intent *intent = NULL;
	bool cut = false;
	int r = arena ? xn_intent_read(intent_path, &intent, &cut, arena, err)
		      : xn_no_memory(err);

	xn->lost_intent = xn->lost_intent || cut;

	if (r == 0 && intent)
		r = settle_intent(xn, intent, arena, killed, err);
	if (r == 0 && intent)
		r = xn_intent_clear(intent_path, err);
	else if (r < 0 && intent && intent->obstacle)
		xn_intent_renew(intent_path, intent, arena, NULL);
	xn_arena_free(arena);
	return r;
}
