/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <time.h>

#include "transaction.h"
#include "verbs.h"

/*
 * A verb that compares database and host must not take a change under way for a difference.
 * With the namespace's lock nobody changes anything; who cannot have it looks twice, leaves
 * out what the change is about, and believes what both looks show.
 */
enum {
	LOCK_MS = 1000, /* a reader does not wait longer for a writer */
	PAUSE_MS = 200
};

/* The lock, if it can be had: another's change, or want of rights, is no failure. */
static int open_host(struct xn_tx *tx, bool try_lock, struct xenet_error *err)
{
	struct xenet *xn = tx->xn;
	unsigned limit = xn->timeout_ms < LOCK_MS ? xn->timeout_ms : LOCK_MS;
	int r = xn_tx_find_files(tx, err);

	if (r == 0 && try_lock)
		xn_lock_take(&tx->lock, tx->lock_path, limit, NULL, NULL);
	return r;
}

/* Who may not read the intent knows of none. */
static int look_for_intent(struct xn_tx *tx, struct xenet_error *err)
{
	struct xn_intent *intent = NULL;
	struct xn_unsettled *unsettled;

	xn_intent_look(tx->intent_path, &intent, tx->arena, NULL);
	if (!intent)
		return 0;
	unsettled = xn_alloc(tx->arena, sizeof(*unsettled));
	if (!unsettled)
		return xn_no_memory(err);
	*unsettled = (struct xn_unsettled){ intent->database, intent->subjects,
		intent->obstacle, tx->lock < 0 };
	tx->model->unsettled = unsettled;
	return 0;
}

static bool same_row(const struct xenet_reply *reply, const char **a, const char **b)
{
	for (size_t i = 0; i < reply->columns; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

static bool has_row(const struct xenet_reply *reply, const char **row)
{
	for (size_t i = 0; i < reply->n_rows; i++)
		if (same_row(reply, reply->rows[i], row))
			return true;
	return false;
}

static void keep_common(struct xenet_reply *reply, const struct xenet_reply *earlier)
{
	size_t n = 0;

	for (size_t i = 0; i < reply->n_rows; i++)
		if (has_row(earlier, reply->rows[i]))
			reply->rows[n++] = reply->rows[i];
	reply->n_rows = n;
	if (n == 0)
		reply->status = XENET_STATUS_DONE;
}

/* In JSON the rows that are left: the verb itself has given all as plain texts. */
static int run(struct xn_tx *tx, const struct xenet_request *req,
	const struct xenet_reply *earlier, struct xenet_reply *reply,
	struct xenet_error *err)
{
	bool as_json = reply->as_json;
	int r = xn_tx_begin_read(tx, err);

	if (r == 0)
		r = xn_tx_name_boot(tx, err);
	if (r == 0)
		r = look_for_intent(tx, err);
	reply->as_json = false;
	if (r == 0)
		r = xn_verb_run(tx->model, req, reply, err);
	reply->as_json = as_json;
	if (r == 0 && earlier)
		keep_common(reply, earlier);
	return r == 0 && as_json ? xn_reply_make_json(tx->model, reply, err) : r;
}

/* *ret_alone: nobody can have changed anything meanwhile. */
static int look(struct xenet *xn, const struct xenet_request *req,
	const struct xenet_reply *earlier, struct xenet_reply *reply, bool *ret_alone,
	struct xenet_error *err)
{
	struct xn_tx tx;
	int r = xn_tx_start(&tx, xn, err);

	if (r == 0)
		r = open_host(&tx, !earlier, err);
	*ret_alone = tx.lock >= 0;
	if (r == 0)
		r = run(&tx, req, earlier, reply, err);
	xn_tx_end(&tx);
	return r;
}

/* Once more, into a reply of its own; the first one's rows tell what to believe. */
static int look_again(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000000L };
	struct xenet_reply *earlier = xn_reply_new(), fresh;
	bool alone;
	int r;

	if (!earlier)
		return xn_no_memory(err);
	fresh = *earlier;
	fresh.as_json = reply->as_json;
	*earlier = *reply;
	*reply = fresh;
	nanosleep(&pause, NULL);
	r = look(xn, req, earlier, reply, &alone, err);
	xenet_reply_free(earlier);
	return r;
}

int xn_tx_read_steady(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err)
{
	bool alone;
	int r = look(xn, req, NULL, reply, &alone, err);

	return r < 0 || alone ? r : look_again(xn, req, reply, err);
}
