/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_RUNDIR_H
#define XN_RUNDIR_H

#include "base/stop.h"
#include "host/netstate.h"
#include "model/model.h"

enum {
	XN_BOOT_ID_SIZE = 40
};

/*
 * What belongs to a network namespace while the machine runs: the writer's lock and the
 * intent, a note that a plan is under way. Both live in the run directory, named after
 * the namespace; like the kernel state they speak of they need no fsync.
 */

/* Distinguishes this run of the machine from an earlier one; "" if the kernel does not tell. */
const char *xn_boot_id(char out[XN_BOOT_ID_SIZE]);

/* Makes the directory, 0700, if absent. */
int xn_rundir_make(const char *directory, struct xenet_error *err);
/* "DIRECTORY/SCOPE.suffix". */
char *xn_rundir_path(struct xn_arena *arena, const char *directory, const char *scope,
	const char *suffix);

/* Milliseconds of a clock that nobody sets. */
int64_t xn_now_ms(void);

/* Takes the lock, waiting at most so long; *ret is its file descriptor. XENET_E_LOCKED:
 * still held by another process; XENET_E_CANCELLED: asked to stop. */
int xn_lock_take(int *ret, const char *path, unsigned timeout_ms, struct xn_stop *stop,
	struct xenet_error *err);
/* Fails with XENET_E_LOCKED, which names the process that holds the lock of the file, and how
 * long that runs; "unknown" where it cannot be seen, as from another PID namespace. */
int xn_lock_report(int fd, const char *path, struct xenet_error *err);
/* Whether another process holds it; who may not know takes it for free. */
bool xn_lock_is_held(const char *path);
/* Takes -1, returns -1. */
int xn_lock_release(int fd);

struct xn_intent {
	const char *database; /* file of the model, absolute */
	const char *obstacle; /* why it could not be settled; NULL: nobody has tried */
	/* What the history is to say of a change that was killed. entry: the uuid of the row that
	 * the change leaves itself if it comes to its end; NULL: of none. */
	const char *entry, *began, *user, *command;
	struct xn_subject *subjects;
	const char *past_hostname, *hostname; /* NULL: the machine keeps its name */
	struct xn_netstate
		*owned;		  /* links, with mark, that the plan makes or removes   */
	struct xn_netstate *lent; /* lent links, as they are when no object uses them   */
};

int xn_intent_write(const char *path, const struct xn_intent *intent,
	struct xn_arena *arena, struct xenet_error *err);
/* The same for one that is on file, which is replaced as a whole. */
int xn_intent_renew(const char *path, const struct xn_intent *intent,
	struct xn_arena *arena, struct xenet_error *err);
/* What is on file; *ret = NULL: there is none, or one that means nothing (yet). Whoever
 * does not hold the lock may see one come and go. */
int xn_intent_look(const char *path, struct xn_intent **ret, struct xn_arena *arena,
	struct xenet_error *err);
/* *ret = NULL: there is none; one of an earlier boot, or not whole, is removed. *ret_cut: of
 * this boot, and not whole. */
int xn_intent_read(const char *path, struct xn_intent **ret, bool *ret_cut,
	struct xn_arena *arena, struct xenet_error *err);
int xn_intent_clear(const char *path, struct xenet_error *err);

#endif
