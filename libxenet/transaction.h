/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_TRANSACTION_H
#define XN_TRANSACTION_H

#include <sys/types.h>

#include "host/backend.h"
#include "base/parse.h"
#include "base/text.h"
#include "host/rundir.h"
#include "model/reply.h"
#include "model/request.h"

struct xenet {
	struct db *db;
	struct xn_backend *backend; /* opened by the first command that needs it */
	char *backend_name;
	char *run_directory;
	char *user;
	unsigned timeout_ms;
	bool is_new;	  /* the database was filled when it was opened */
	bool misses_log;  /* the database had none, and nobody has been told */
	bool lost_intent; /* there was one that was not whole, and nobody has been told */
	pid_t owner;	  /* whose fork's children may not use it: they share its locks */
	struct xn_tx *tx; /* begun by xenet_begin; NULL: none */
	struct xn_stop stop;
};

/* Requests under way: their memory, their view of the objects, and of the host. */
struct xn_tx {
	struct xenet *xn;
	struct xn_arena *arena;
	struct xn_model *model;
	struct xn_netstate *past; /* links that the touched objects wanted so far */
	struct xn_netstate *want; /* links that they want now                     */
	struct xn_netstate *have; /* what the host shows of both                  */
	struct xn_plan *plan;
	struct xn_failure *failures; /* of a transaction that mends */
	int lock;		     /* on the namespace; -1: reading needs none */
	const char *lock_path, *intent_path; /* see xn_tx_find_files */
	bool looked;			     /* at the host, for a live field */
	bool mends;	/* goes on whatever a killed command has left      */
	bool unsettled; /* ... and could not be settled: its intent stays  */
	bool dry_run;	/* ends with the plan, and nothing is done         */
	bool acted;	/* on the host: it was given steps to take */
	int failure;	/* -code: there is nothing to be carried out any more */
	struct xenet_reply
		*reply; /* of one that mends: what it could not mend is told there */
	enum xenet_status status; /* the worst of its requests */
	char entry[XN_UUID_SIZE]; /* of the history */
	const char *began;
	int64_t began_ms;
	struct xn_text commands; /* as far as they are kept */
	const char *last;	 /* the one under way */
	bool left_out;		 /* ... and some before it are not among those kept */
};

/* The one host; a database that is just being made has none yet. */
#define XN_HOST_SQL "SELECT uuid FROM host LIMIT 1"

/* Release: xn_tx_end, which takes a failed start too. */
int xn_tx_start(struct xn_tx *tx, struct xenet *xn, struct xenet_error *err);
void xn_tx_end(struct xn_tx *tx);
int xn_tx_begin_read(struct xn_tx *tx, struct xenet_error *err);
/* The files of the namespace: opens the backend. */
int xn_tx_find_files(struct xn_tx *tx, struct xenet_error *err);
/* Fills in model->boot; the backend is open. */
int xn_tx_name_boot(struct xn_tx *tx, struct xenet_error *err);
int xn_tx_begin_write(struct xn_tx *tx, struct xenet_error *err);

/* Fills an empty database. */
int xn_tx_populate(struct xenet *xn, struct xenet_error *err);
int xn_tx_read(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err);
/* A number that changes with each commit of others. */
int xn_tx_version(struct xenet *xn, int64_t *ret, struct xenet_error *err);
/* The same for a verb with XN_STEADY (steady.c). */
int xn_tx_read_steady(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err);
/* Runs a verb that reads until it finds something (wait.c). */
int xn_tx_wait(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err);
/* With ret_plan a dry run, whose plan is handed out (free() it) and nothing is done. */
int xn_tx_change(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, char **ret_plan, struct xenet_error *err);

/* The same in parts. With the namespace to itself, and settled: */
int xn_tx_begin_change(struct xn_tx *tx, bool dry_run, struct xenet_error *err);
/* ... edits the model, as often as wanted; after a failure the transaction can only end */
int xn_tx_request(struct xn_tx *tx, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err);
/* ... and carries out what all that asks of the host (tx_apply.c). */
int xn_tx_finish(struct xn_tx *tx, char **ret_plan, struct xenet_error *err);

/* ---- tx_history.c ---- */

void xn_tx_note_begin(struct xn_tx *tx);
void xn_tx_note_request(struct xn_tx *tx, const struct xenet_request *req);
/* What has failed before there was a request of it. */
void xn_tx_note_text(struct xn_tx *tx, const char *command);
/* Before the commit. Whoever changed nothing leaves nothing. */
int xn_tx_record(struct xn_tx *tx, struct xenet_error *err);
/* After the rollback of one that has failed. */
void xn_tx_record_failure(struct xn_tx *tx);
/* For the intent of a transaction that has its plan. */
int xn_tx_describe(struct xn_tx *tx, struct xn_intent *intent, struct xenet_error *err);
/* After an intent has been settled: if its command has left no row, since it was killed. */
void xn_tx_record_killed(struct xenet *xn, const struct xn_intent *intent);

/* ---- tx_look.c ---- */

int xn_host_open(struct xenet *xn, struct xenet_error *err);
void xn_tx_give_sight(struct xn_model *m, struct xenet *xn);

/* ---- tx_plan.c ---- */

/* What the touched objects wanted as they were loaded; before they are saved. */
int xn_tx_look_back(struct xn_tx *tx, struct xenet_error *err);
/* Saves what is changed so far, in the middle of a verb. */
int xn_tx_flush(struct xn_model *m, struct xenet_error *err);
/* What they want now; after they are saved. */
int xn_tx_desire(struct xn_tx *tx, struct xenet_error *err);
/* What the host has of both. */
int xn_tx_observe(struct xn_tx *tx, struct xenet_error *err);
/* Observes, and compares. */
int xn_tx_plan(struct xn_tx *tx, struct xenet_error *err);

/* ---- reconcile.c: transactions that mend ---- */

/* Looks at all links; the plan is what is possible. */
int xn_tx_plan_mending(struct xn_tx *tx, struct xenet_error *err);
/* Carries out what is possible; where somebody has meddled meanwhile, again, a few times. */
int xn_tx_mend(struct xn_tx *tx, struct xenet_error *err);
/* Adds a row for each object that is not as it should be even so. */
int xn_tx_tell_unmended(
	struct xn_tx *tx, struct xenet_reply *reply, struct xenet_error *err);
/* Of a dry run, whose plan has been handed out: has its reply say in notes what the run would add
 * rows for, and end with the same status, as far as nothing goes wrong. */
int xn_tx_foretell(struct xn_tx *tx, struct xenet_error *err);
/* After the commit, as it takes a transaction of its own: what was mended may have been in
 * the way of settling an earlier change; if not, a row for each of its objects. */
int xn_tx_retry_past(struct xn_tx *tx, struct xenet_error *err);

/* ---- recover.c ---- */

/* Finishes or takes back what a command left, if there is an intent of one. killed: it is another
 * one's, of which the history tells. */
int xn_recover(
	struct xenet *xn, const char *intent_path, bool killed, struct xenet_error *err);
/* The intent of a transaction that has its plan. */
int xn_tx_intent(struct xn_tx *tx, struct xn_intent **ret, struct xenet_error *err);

#endif
