/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_TRANSACTION_H
#define XN_TRANSACTION_H

#include "host/backend.h"
#include "host/rundir.h"
#include "model/reply.h"
#include "model/request.h"

struct xenet {
	struct db *db;
	struct xn_backend *backend; /* opened by the first command that needs it */
	char *backend_name;
	char *run_directory;
	unsigned timeout_ms;
};

/* A request under way: its memory, its view of the objects, and of the host. */
struct xn_tx {
	struct xenet *xn;
	struct xn_arena *arena;
	struct xn_model *model;
	struct xn_netstate *past; /* links that the touched objects wanted so far */
	struct xn_netstate *want; /* links that they want now                     */
	struct xn_netstate *have; /* what the host shows of both                  */
	struct xn_plan *plan;
};

/* Release: xn_tx_end, which takes a failed start too. */
int xn_tx_start(struct xn_tx *tx, struct xenet *xn, struct xenet_error *err);
void xn_tx_end(struct xn_tx *tx);
int xn_tx_begin_read(struct xn_tx *tx, struct xenet_error *err);
int xn_tx_begin_write(struct xn_tx *tx, struct xenet_error *err);

int xn_host_open(struct xenet *xn, struct xenet_error *err);

/* Fills an empty database. */
int xn_tx_populate(struct xenet *xn, struct xenet_error *err);
int xn_tx_read(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err);
/* Runs a verb that reads until it finds something (wait.c). */
int xn_tx_wait(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err);
/* *ret_plan set: a dry run, whose plan is handed out (free() it) and nothing is done. */
int xn_tx_change(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, char **ret_plan, struct xenet_error *err);

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

/* ---- recover.c ---- */

/* Finishes or takes back what a killed command left, if there is an intent of one. */
int xn_recover(struct xenet *xn, const char *intent_path, struct xenet_error *err);
/* The intent of a transaction that has its plan. */
int xn_tx_intent(struct xn_tx *tx, struct xn_intent **ret, struct xenet_error *err);

#endif
