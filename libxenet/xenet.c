/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xenet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "transaction.h"

/* Locks and the database's connection do not survive a fork: closing them in the child would
 * take them from the parent. */
static bool is_inherited(const struct xenet *xn)
{
	return xn->owner != getpid();
}

static int refuse_inherited(const struct xenet *xn, struct xenet_error *err)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", (int)xn->owner);
	return xn_fail(err, XENET_E_HANDLE_INHERITED, pid);
}

struct xenet *xenet_close(struct xenet *xn)
{
	if (!xn || is_inherited(xn))
		return NULL;
	xenet_rollback(xn);
	xn_backend_close(xn->backend);
	db_close(xn->db);
	free(xn->backend_name);
	free(xn->run_directory);
	free(xn->user);
	free(xn);
	return NULL;
}

void xenet_cancel(struct xenet *xn)
{
	xn_stop_ask(&xn->stop);
}

static int run_alone(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, char **ret_plan, struct xenet_error *err)
{
	if (req->verb->flags & XN_WAITS)
		return xn_tx_wait(xn, req, reply, err);
	if (req->verb->flags & XN_STEADY)
		return xn_tx_read_steady(xn, req, reply, err);
	return req->verb->effect == XN_READS
		       ? xn_tx_read(xn, req, reply, err)
		       : xn_tx_change(xn, req, reply, ret_plan, err);
}

/* As a part of the transaction that has been begun, whose objects outlive the request. */
static int run_within(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err)
{
	char command[XENET_COMMAND_SIZE];

	xenet_command_name(req->class, req->verb, command);
	if (req->verb->flags & XN_WAITS)
		return xn_fail(err, XENET_E_TRANSACTION_WAITS, command);
	if (req->verb->flags & XN_ALONE)
		return xn_fail(err, XENET_E_TRANSACTION_ALONE, command);
	req = xn_request_copy(xn->tx->arena, req);
	return req ? xn_tx_request(xn->tx, req, reply, err) : xn_no_memory(err);
}

static int run(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, char **ret_plan, struct xenet_error *err)
{
	int r = is_inherited(xn) ? refuse_inherited(xn, err)
				 : xenet_request_check(req, err);

	if (r < 0)
		return r;
	if (!xn->tx) {
		r = run_alone(xn, req, reply, ret_plan, err);
		xn_stop_forget(&xn->stop);
		return r;
	}
	return ret_plan ? xn_fail(err, XENET_E_TRANSACTION_OPEN)
			: run_within(xn, req, reply, err);
}

/* Once: what was opened has a log again. */
static int note_missing_log(
	struct xenet *xn, struct xenet_reply *reply, struct xenet_error *err)
{
	if (!xn->misses_log)
		return 0;
	xn->misses_log = false;
	return xn_reply_add_note(reply,
		"The database's -wal was gone. If no other program has closed the "
		"database properly since, the latest changes are lost: host-check "
		"compares it with the host.",
		err);
}

/* What it was about, nobody knows any more. */
static int note_lost_intent(
	struct xenet *xn, struct xenet_reply *reply, struct xenet_error *err)
{
	if (!xn->lost_intent)
		return 0;
	xn->lost_intent = false;
	return xn_reply_add_note(reply,
		"What a change that was cut short had noted in the run directory was "
		"damaged, so that change was not settled: host-check shows what it may "
		"have left, host-recover and host-recover --orphans put that in order.",
		err);
}

static int run_as(struct xenet *xn, const struct xenet_request *req, bool as_json,
	struct xenet_reply **ret, struct xenet_error *err)
{
	struct xenet_reply *reply = xn_reply_new();
	int r;

	if (!reply)
		return xn_no_memory(err);
	reply->as_json = as_json;
	r = run(xn, req, reply, NULL, err);
	if (r == 0)
		r = note_missing_log(xn, reply, err);
	if (r == 0)
		r = note_lost_intent(xn, reply, err);
	if (r < 0) {
		xenet_reply_free(reply);
		return r;
	}
	*ret = reply;
	return 0;
}

int xenet_run(struct xenet *xn, const struct xenet_request *req, struct xenet_reply **ret,
	struct xenet_error *err)
{
	return run_as(xn, req, false, ret, err);
}

int xenet_run_json(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply **ret, struct xenet_error *err)
{
	return run_as(xn, req, true, ret, err);
}

int xenet_plan_notes(struct xenet *xn, const struct xenet_request *req, char **ret,
	struct xenet_reply **ret_notes, struct xenet_error *err)
{
	struct xenet_reply *reply = xn_reply_new();
	char *plan = NULL;
	int r = reply ? run(xn, req, reply, &plan, err) : xn_no_memory(err);

	if (r == 0 && !plan)
		plan = strdup(""); /* reading takes no steps */
	if (r == 0 && !plan)
		r = xn_no_memory(err);
	if (r == 0)
		r = note_missing_log(xn, reply, err);
	if (r == 0)
		*ret = plan;
	else
		free(plan);
	if (r == 0 && ret_notes)
		*ret_notes = reply;
	else
		xenet_reply_free(reply);
	return r;
}

int xenet_plan(struct xenet *xn, const struct xenet_request *req, char **ret,
	struct xenet_error *err)
{
	return xenet_plan_notes(xn, req, ret, NULL, err);
}

/* Cuts the text into its lines; returns their number. */
static size_t split(char *text, const char **lines)
{
	size_t n = 0;

	for (char *at = text, *end; (end = strchr(at, '\n')); at = end + 1) {
		*end = '\0';
		lines[n++] = at;
	}
	return n;
}

int xenet_lines_json(
	struct xenet *xn, const char *text, char **ret, struct xenet_error *err)
{
	char *copy = strdup(text);
	const char **lines = calloc(strlen(text) + 1, sizeof(*lines));
	int r = copy && lines ? xn_json_texts(xn->db, lines, split(copy, lines), ret, err)
			      : xn_no_memory(err);

	free(lines);
	free(copy);
	return r;
}

int xenet_plan_json(struct xenet *xn, const struct xenet_request *req, char **ret,
	struct xenet_error *err)
{
	char *plan = NULL;
	int r = xenet_plan(xn, req, &plan, err);

	if (r == 0)
		r = xenet_lines_json(xn, plan, ret, err);
	free(plan);
	return r;
}

int xenet_begin(struct xenet *xn, bool dry_run, struct xenet_error *err)
{
	int r;

	if (is_inherited(xn))
		return refuse_inherited(xn, err);
	if (xn->tx)
		return xn_fail(err, XENET_E_TRANSACTION_OPEN);
	xn->tx = calloc(1, sizeof(*xn->tx));
	r = xn->tx ? xn_tx_start(xn->tx, xn, err) : xn_no_memory(err);
	if (r == 0)
		r = xn_tx_begin_change(xn->tx, dry_run, err);
	if (r < 0)
		xenet_rollback(xn);
	return r;
}

int xenet_commit(struct xenet *xn, char **ret_plan, struct xenet_error *err)
{
	char *plan = NULL;
	int r;

	if (is_inherited(xn))
		return refuse_inherited(xn, err);
	r = xn->tx ? xn_tx_finish(xn->tx, &plan, err)
		   : xn_fail(err, XENET_E_TRANSACTION_NONE);
	xenet_rollback(xn);
	if (r == 0 && ret_plan)
		*ret_plan = plan;
	else
		free(plan);
	return r;
}

void xenet_rollback(struct xenet *xn)
{
	if (is_inherited(xn))
		return;
	if (!xn->tx)
		return;
	xn_tx_end(xn->tx);
	free(xn->tx);
	xn->tx = NULL;
	xn_stop_forget(&xn->stop);
}

void xenet_abandon(struct xenet *xn, const char *command, const struct xenet_error *why)
{
	if (!is_inherited(xn) && xn->tx && !xn->tx->failure) {
		xn->tx->failure = -(int)why->code;
		if (command && xn_is_utf8(command))
			xn_tx_note_text(xn->tx, command);
	}
	xenet_rollback(xn);
}
