/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transaction.h"

#include <unistd.h>

#include "class/boot.h"
#include "class/host.h"
#include "verbs.h"

enum {
	READS = 5,
	READ_LOCK_MS = 1000
};

int xn_tx_start(struct xn_tx *tx, struct xenet *xn, struct xenet_error *err)
{
	*tx = (struct xn_tx){ .xn = xn, .arena = xn_arena_new(), .lock = -1 };
	if (!tx->arena)
		return xn_no_memory(err);
	tx->model = xn_model_new(tx->arena, xn->db);
	tx->past = xn_netstate_new(tx->arena);
	tx->want = xn_netstate_new(tx->arena);
	tx->have = xn_netstate_new(tx->arena);
	if (!tx->model || !tx->past || !tx->want || !tx->have)
		return xn_no_memory(err);
	xn_tx_give_sight(tx->model, xn);
	tx->model->flush = xn_tx_flush;
	tx->model->transaction = tx;
	tx->model->stop = &xn->stop;
	return 0;
}

void xn_tx_end(struct xn_tx *tx)
{
	if (tx->arena)
		db_rollback(tx->xn->db);
	if (tx->failure)
		xn_tx_record_failure(tx);
	xn_arena_free(tx->arena);
	tx->lock = xn_lock_release(tx->lock);
}

static int begin(
	struct xn_tx *tx, enum db_result (*how)(struct db *db), struct xenet_error *err)
{
	int r = xn_db_error(tx->xn->db, how(tx->xn->db), err);

	return r < 0 ? r
		     : xn_sql_text(tx->model, &tx->model->host_uuid, err, XN_HOST_SQL,
			       XN_PARAMS(NULL));
}

int xn_tx_begin_read(struct xn_tx *tx, struct xenet_error *err)
{
	return begin(tx, db_begin_read, err);
}

int xn_tx_name_boot(struct xn_tx *tx, struct xenet_error *err)
{
	struct xn_backend *be = tx->xn->backend;
	const char *boot = be->ops->boot(be, tx->arena);

	if (boot)
		tx->model->boot = xn_printf(tx->arena, "%s %s", boot, be->ops->scope(be));
	return tx->model->boot ? 0 : xn_no_memory(err);
}

int xn_tx_begin_write(struct xn_tx *tx, struct xenet_error *err)
{
	int r = xn_host_open(tx->xn, err);

	if (r == 0)
		r = xn_tx_name_boot(tx, err);
	return r < 0 ? r : begin(tx, db_begin_write, err);
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
		xn->is_new = r == 0;
	}
	xn_tx_end(&tx);
	return r;
}

int xn_tx_version(struct xenet *xn, int64_t *ret, struct xenet_error *err)
{
	struct db_stmt *stmt;
	enum db_result result = db_prepare(xn->db, &stmt, "PRAGMA data_version");

	if (result != DB_OK)
		return xn_db_error(xn->db, result, err);
	result = db_step(stmt);
	if (result == DB_ROW)
		*ret = db_column_int(stmt, 0);
	db_done(stmt);
	return xn_db_error(xn->db, result, err);
}

/* Keeps writers out, if that can be had at once or nearly so. */
static int try_lock(struct xn_tx *tx, struct xenet_error *err)
{
	int r = xn_tx_find_files(tx, err);

	if (r == 0)
		xn_lock_take(&tx->lock, tx->lock_path, READ_LOCK_MS, NULL, NULL);
	return r;
}

/* *ret_outdated: the records are not of the time when the host was looked at. */
static int read_once(struct xenet *xn, const struct xenet_request *req, bool alone,
	struct xenet_reply *reply, bool *ret_outdated, struct xenet_error *err)
{
	int64_t read = 0, now = 0;
	struct xn_tx tx;
	int r = xn_tx_start(&tx, xn, err);

	if (r == 0 && alone)
		r = try_lock(&tx, err);
	if (r == 0)
		r = xn_tx_begin_read(&tx, err);
	if (r == 0)
		r = xn_verb_run(tx.model, req, reply, err);
	if (r == 0 && tx.looked)
		r = xn_tx_version(xn, &read, err);
	xn_tx_end(&tx);
	/* What cannot be read just now is being written. */
	*ret_outdated = r == 0 && tx.looked &&
			(xn_tx_version(xn, &now, NULL) < 0 || read != now);
	return r;
}

/*
 * Nobody is waited for, and yet no half of a change is told: while it is under way the host
 * counts as it was before (tx_look.c); when it has ended meanwhile, all is read again. Only
 * where one follows upon the other without end they are kept out for a moment.
 */
int xn_tx_read(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err)
{
	bool outdated = false;
	int r = read_once(xn, req, false, reply, &outdated, err);

	for (int i = 1; i < READS && outdated; i++) {
		r = xn_reply_clear(reply, err);
		outdated = false;
		if (r == 0)
			r = read_once(xn, req, i + 1 == READS, reply, &outdated, err);
	}
	return r;
}

int xn_tx_find_files(struct xn_tx *tx, struct xenet_error *err)
{
	struct xenet *xn = tx->xn;
	int r = xn_host_open(xn, err);
	const char *scope;

	if (r < 0)
		return r;
	scope = xn->backend->ops->scope(xn->backend);
	tx->lock_path = xn_rundir_path(tx->arena, xn->run_directory, scope, "lock");
	tx->intent_path = xn_rundir_path(tx->arena, xn->run_directory, scope, "intent");
	return tx->lock_path && tx->intent_path ? 0 : xn_no_memory(err);
}

static int recover(struct xn_tx *tx, struct xenet_error *err)
{
	int r = xn_recover(tx->xn, tx->intent_path, true, err);

	tx->unsettled = r == -XENET_E_UNSETTLED && tx->mends;
	if (!tx->unsettled)
		return r;
	if (err)
		xenet_error_clear(err);
	return 0;
}

/* What a killed command left is settled first; a dry run settles nothing. */
static int settle_past(struct xn_tx *tx, struct xenet_error *err)
{
	if (!tx->dry_run)
		return recover(tx, err);
	return access(tx->intent_path, F_OK) == 0
		       ? xn_fail(err, XENET_E_UNSETTLED_PLAN, tx->intent_path)
		       : 0;
}

int xn_tx_begin_change(struct xn_tx *tx, bool dry_run, struct xenet_error *err)
{
	int r = xn_rundir_make(tx->xn->run_directory, err);

	tx->dry_run = dry_run;
	xn_tx_note_begin(tx);
	if (r == 0)
		r = xn_tx_find_files(tx, err);
	if (r == 0)
		r = xn_lock_take(
			&tx->lock, tx->lock_path, tx->xn->timeout_ms, &tx->xn->stop, err);
	tx->model->locked = r == 0;
	if (r == 0)
		r = settle_past(tx, err);
	return r < 0 ? r : xn_tx_begin_write(tx, err);
}

/* What a request that stands alone needs is read before anything is locked. */
static int fetch(
	struct xn_tx *tx, const struct xenet_request *req, struct xenet_error *err)
{
	return req->verb->fetch && !tx->model->input
		       ? req->verb->fetch(tx->model, req, err)
		       : 0;
}

/* Nothing outside the open transaction is touched. */
static int edit(struct xn_tx *tx, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err)
{
	bool reads = req->verb->effect == XN_READS;
	int r = fetch(tx, req, err);

	tx->model->tolerates = req->verb->flags & XN_MENDS;
	/* First of all: it may give PIFs other names. */
	if (r == 0)
		r = xn_boot_settle(tx->model, req->verb->flags & XN_MOVES, reply, err);
	if (r == 0)
		r = xn_verb_run(tx->model, req, reply, err);
	if (r < 0 || reads)
		return r;
	r = xn_model_check(tx->model, err);
	if (r == 0)
		r = xn_tx_look_back(tx, err);
	if (r == 0)
		r = xn_model_save(tx->model, err);
	return r < 0 ? r : xn_model_next(tx->model, err);
}

int xn_tx_request(struct xn_tx *tx, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err)
{
	int r;

	if (tx->failure)
		return xn_fail(err, XENET_E_TRANSACTION_FAILED);
	xn_tx_note_request(tx, req);
	r = edit(tx, req, reply, err);
	tx->model->all_saved = false;
	tx->model->input = NULL;
	tx->failure = r;
	if (reply->status > tx->status)
		tx->status = reply->status;
	return r;
}

static bool is_untouched(const struct xn_model *m)
{
	const struct xn_object *object = m->objects;

	while (object && !object->touched)
		object = object->next;
	return !object;
}

/* Without the lock, and where nothing can be written: then there was nothing to write. */
static int try_idly(struct xn_tx *tx, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err)
{
	int r = xn_tx_find_files(tx, err);

	if (r == 0 && access(tx->intent_path, F_OK) == 0)
		r = xn_fail(err, XENET_E_UNSETTLED_PLAN, tx->intent_path);
	if (r == 0)
		r = xn_tx_name_boot(tx, err);
	if (r == 0)
		r = begin(tx, db_begin_look, err);
	return r < 0 ? r : edit(tx, req, reply, err);
}

/*
 * A verb that says how all should be is mostly asked for what is so already, which waits for
 * nobody and writes nothing. Whatever is in the way, it is the change itself that tells of it.
 */
static bool is_so_already(
	struct xenet *xn, const struct xenet_request *req, const void *input)
{
	struct xenet_reply *reply = xn_reply_new();
	struct xn_tx tx = { .lock = -1 };
	bool is_so = reply && xn_tx_start(&tx, xn, NULL) == 0;

	if (is_so) {
		tx.model->input = input;
		/* What is to be told is not told twice. */
		is_so = try_idly(&tx, req, reply, NULL) == 0 && is_untouched(tx.model) &&
			!xenet_reply_rows(reply);
	}
	xn_tx_end(&tx);
	xenet_reply_free(reply);
	return is_so;
}

int xn_tx_change(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, char **ret_plan, struct xenet_error *err)
{
	struct xn_tx tx;
	int r = xn_tx_start(&tx, xn, err);

	tx.mends = req->verb->flags & XN_MENDS;
	if (r == 0)
		r = fetch(&tx, req, err);
	if (r == 0 && req->verb->flags & XN_IDEMPOTENT &&
		is_so_already(xn, req, tx.model->input)) {
		xn_tx_end(&tx);
		return 0;
	}
	if (r == 0)
		r = xn_tx_begin_change(&tx, ret_plan != NULL, err);
	tx.reply = reply;
	if (r == 0)
		r = xn_tx_request(&tx, req, reply, err);
	if (r == 0)
		r = xn_tx_finish(&tx, ret_plan, err);
	xn_tx_end(&tx);
	return r;
}
