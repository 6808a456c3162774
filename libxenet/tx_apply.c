/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "transaction.h"

/* From the plan to the host, and the way back. */

/* The machine's name goes with the commit; nothing that fails comes after it but that. */
static int commit(struct xn_tx *tx, struct xenet_error *err)
{
	struct xn_backend *be = tx->xn->backend;
	const char *name = tx->model->hostname;
	int r = tx->model->mends ? xn_tx_tell_unmended(tx, tx->reply, err) : 0;

	if (r == 0)
		r = xn_tx_record(tx, err);
	if (r == 0 && name)
		r = be->ops->set_hostname(be, name, tx->arena, err);
	return r < 0 ? r : xn_db_error(tx->xn->db, db_commit(tx->xn->db), err);
}

static int write_intent(struct xn_tx *tx, struct xenet_error *err)
{
	struct xn_intent *intent;
	int r = xn_tx_intent(tx, &intent, err);

	return r < 0 ? r : xn_intent_write(tx->intent_path, intent, tx->arena, err);
}

/*
 * While the intent is on file, whoever comes next settles what it speaks of: that is how a
 * failure is taken back, too. A commit that fails may yet be on disk, and a step that fails
 * may be half done, so nothing is assumed: the host is compared with what the database says.
 * An earlier intent that could not be settled stays: who mends may be killed any time, as all
 * that is wanted of it is on file already.
 */
static int carry_out(struct xn_tx *tx, struct xenet_error *err)
{
	int r = tx->unsettled ? 0 : write_intent(tx, err);

	tx->acted = tx->plan->n_steps > 0;
	if (r == 0)
		r = tx->model->mends
			    ? xn_tx_mend(tx, err)
			    : xn_apply(tx->xn->backend, tx->plan, &tx->xn->stop, err);
	if (r == 0)
		r = commit(tx, err);
	if (r == 0 && !tx->unsettled)
		xn_intent_clear(tx->intent_path, NULL);
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

static const char *param(const struct xenet_error *err, size_t i)
{
	return err && i < err->n_params ? err->params[i] : "";
}

/* After a failure: the failed command's own error, or why it could not be taken back. */
static int take_back(struct xn_tx *tx, int failed, struct xenet_error *err)
{
	struct xenet_error obstacle = { 0 };
	int r;

	db_rollback(tx->xn->db);
	r = xn_recover(tx->xn, tx->intent_path, false, &obstacle);

	if (r < 0)
		failed = xn_fail(err, XENET_E_UNDO_FAILED, param(err, 0), param(err, 1),
			param(&obstacle, 0));
	xenet_error_clear(&obstacle);
	return failed;
}

static int settle(struct xn_tx *tx, struct xenet_error *err)
{
	int r;

	if (!tx->plan->n_steps && !tx->model->hostname)
		return commit(tx, err);
	r = carry_out(tx, err);
	return r < 0 ? take_back(tx, r, err) : 0;
}

int xn_tx_finish(struct xn_tx *tx, char **ret_plan, struct xenet_error *err)
{
	int r = tx->failure ? xn_fail(err, XENET_E_TRANSACTION_FAILED)
			    : xn_tx_desire(tx, err);

	if (r == 0)
		r = xn_tx_plan(tx, err);
	if (r == 0)
		r = xn_stop_check(&tx->xn->stop, err);
	if (r == 0)
		r = tx->dry_run ? hand_out(tx, ret_plan, err) : settle(tx, err);
	if (r == 0 && tx->model->mends)
		r = tx->dry_run ? xn_tx_foretell(tx, err) : xn_tx_retry_past(tx, err);
	if (!tx->failure)
		tx->failure = r;
	return r;
}
