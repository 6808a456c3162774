/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transaction.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "class/host.h"
#include "verbs.h"

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

int xn_tx_start(struct xn_tx *tx, struct xenet *xn, struct xenet_error *err)
{
	*tx = (struct xn_tx){ .xn = xn, .arena = xn_arena_new() };
	if (!tx->arena)
		return xn_no_memory(err);
	tx->model = xn_model_new(tx->arena, xn->db);
	tx->past = xn_netstate_new(tx->arena);
	tx->want = xn_netstate_new(tx->arena);
	tx->have = xn_netstate_new(tx->arena);
	if (!tx->model || !tx->past || !tx->want || !tx->have)
		return xn_no_memory(err);
	tx->model->host = xn;
	tx->model->observe = observe;
	tx->model->scan = scan;
	tx->model->live = live;
	tx->model->flush = xn_tx_flush;
	tx->model->transaction = tx;
	return 0;
}

void xn_tx_end(struct xn_tx *tx)
{
	if (tx->arena)
		db_rollback(tx->xn->db);
	xn_arena_free(tx->arena);
}

static int begin(
	struct xn_tx *tx, enum db_result (*how)(struct db *db), struct xenet_error *err)
{
	int r = xn_db_error(tx->xn->db, how(tx->xn->db), err);

	return r < 0 ? r
		     : xn_sql_text(tx->model, &tx->model->host_uuid, err,
			       "SELECT uuid FROM host LIMIT 1", XN_PARAMS(NULL));
}

int xn_tx_begin_read(struct xn_tx *tx, struct xenet_error *err)
{
	return begin(tx, db_begin_read, err);
}

int xn_tx_begin_write(struct xn_tx *tx, struct xenet_error *err)
{
	return begin(tx, db_begin_write, err);
}

int xn_tx_populate(struct xenet *xn, struct xenet_error *err)
{
	struct xn_tx tx;
	int r = xn_tx_start(&tx, xn, err);

	if (r == 0)
		r = xn_tx_begin_write(&tx, err);
	/* Another process may have been quicker. */
	if (r == 0 && !tx.model->host_uuid) {
		r = xn_host_populate(tx.model, err);
		if (r == 0)
			r = xn_model_save(tx.model, err);
		if (r == 0)
			r = xn_db_error(xn->db, db_commit(xn->db), err);
	}
	xn_tx_end(&tx);
	return r;
}

int xn_tx_read(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_tx tx;
	int r = xn_tx_start(&tx, xn, err);

	if (r == 0)
		r = xn_tx_begin_read(&tx, err);
	if (r == 0)
		r = xn_verb_run(tx.model, req, reply, err);
	xn_tx_end(&tx);
	return r;
}

/* From the request to the plan: nothing outside the open transaction is touched. */
static int prepare(struct xn_tx *tx, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err)
{
	int r = xn_tx_begin_write(tx, err);

	if (r == 0)
		r = xn_verb_run(tx->model, req, reply, err);
	if (r == 0)
		r = xn_model_check(tx->model, err);
	if (r == 0)
		r = xn_tx_look_back(tx, err);
	if (r == 0)
		r = xn_model_save(tx->model, err);
	if (r == 0)
		r = xn_tx_desire(tx, err);
	return r < 0 ? r : xn_tx_plan(tx, err);
}

static int set_hostname(
	struct xn_tx *tx, const char *name, const char **past, struct xenet_error *err)
{
	struct xn_backend *be = tx->xn->backend;

	return be->ops->set_hostname(be, name, tx->arena, past, err);
}

/* The machine's name goes with the commit; nothing that fails comes after it but that. */
static int commit(struct xn_tx *tx, struct xenet_error *err)
{
	const char *name = tx->model->hostname, *past = NULL, *ignored;
	int r = name ? set_hostname(tx, name, &past, err) : 0;

	if (r < 0)
		return r;
	r = xn_db_error(tx->xn->db, db_commit(tx->xn->db), err);
	if (r < 0 && name)
		set_hostname(tx, past, &ignored, NULL);
	return r;
}

/*
 * While the intent is on file, whoever comes next settles what it speaks of: that is how a
 * failure is taken back, too. A commit that fails may yet be on disk, and a step that fails
 * may be half done, so nothing is assumed: the host is compared with what the database says.
 */
static int carry_out(struct xn_tx *tx, const char *intent_path, struct xenet_error *err)
{
	struct xn_intent *intent;
	int r = xn_tx_intent(tx, &intent, err);

	if (r == 0)
		r = xn_intent_write(intent_path, intent, tx->arena, err);
	if (r == 0)
		r = xn_apply(tx->xn->backend, tx->plan, err);
	if (r == 0)
		r = commit(tx, err);
	if (r == 0)
		xn_intent_clear(intent_path, NULL);
	return r;
}

static int hand_out(const struct xn_tx *tx, char **ret, struct xenet_error *err)
{
	const char *text = xn_plan_text(tx->arena, tx->plan);
	const char *name = tx->model->hostname;
	char *copy;

	if (text && name)
		text = xn_printf(tx->arena, "%shostname %s\n", text, name);
	copy = text ? strdup(text) : NULL;

	if (!copy)
		return xn_no_memory(err);
	*ret = copy;
	return 0;
}

static int plan_only(struct xn_tx *tx, const struct xenet_request *req,
	struct xenet_reply *reply, const char *intent_path, char **ret_plan,
	struct xenet_error *err)
{
	int r = access(intent_path, F_OK) == 0
			? xn_fail(err, XENET_E_UNSETTLED_PLAN, intent_path)
			: prepare(tx, req, reply, err);

	return r < 0 ? r : hand_out(tx, ret_plan, err);
}

static int change(struct xn_tx *tx, const struct xenet_request *req,
	struct xenet_reply *reply, const char *intent_path, struct xenet_error *err)
{
	int r = prepare(tx, req, reply, err);

	if (r < 0)
		return r;
	if (tx->plan->n_steps)
		return carry_out(tx, intent_path, err);
	return commit(tx, err);
}

static const char *param(const struct xenet_error *err, size_t i)
{
	return err && i < err->n_params ? err->params[i] : "";
}

/* After a failure: the failed command's own error, or why it could not be taken back. */
static int take_back(
	struct xenet *xn, const char *intent_path, int failed, struct xenet_error *err)
{
	struct xenet_error obstacle = { 0 };
	int r = xn_recover(xn, intent_path, &obstacle);

	if (r < 0)
		failed = xn_fail(err, XENET_E_UNDO_FAILED, param(err, 0), param(err, 1),
			param(&obstacle, 0));
	xenet_error_clear(&obstacle);
	return failed;
}

/* With the namespace's lock held. */
static int run_locked(struct xn_tx *tx, const struct xenet_request *req,
	struct xenet_reply *reply, const char *intent_path, char **ret_plan,
	struct xenet_error *err)
{
	struct xenet *xn = tx->xn;
	int r;

	if (ret_plan)
		return plan_only(tx, req, reply, intent_path, ret_plan, err);
	r = xn_recover(xn, intent_path, err);
	if (r < 0)
		return r;
	r = change(tx, req, reply, intent_path, err);
	if (r == 0)
		return 0;
	db_rollback(xn->db);
	return take_back(xn, intent_path, r, err);
}

int xn_tx_change(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, char **ret_plan, struct xenet_error *err)
{
	struct xn_tx tx;
	char *lock, *intent;
	const char *scope;
	int fd = -1, r = xn_tx_start(&tx, xn, err);

	if (r == 0 && req->verb->fetch)
		r = req->verb->fetch(tx.model, req, err);
	if (r == 0)
		r = xn_rundir_make(xn->run_directory, err);
	if (r == 0)
		r = xn_host_open(xn, err);
	if (r == 0) {
		scope = xn->backend->ops->scope(xn->backend);
		lock = xn_rundir_path(tx.arena, xn->run_directory, scope, "lock");
		intent = xn_rundir_path(tx.arena, xn->run_directory, scope, "intent");
		r = lock && intent ? xn_lock_take(&fd, lock, xn->timeout_ms, err)
				   : xn_no_memory(err);
	}
	if (r == 0)
		r = run_locked(&tx, req, reply, intent, ret_plan, err);
	xn_tx_end(&tx);
	xn_lock_release(fd);
	return r;
}
