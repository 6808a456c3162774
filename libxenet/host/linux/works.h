/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_WORKS_H
#define XN_WORKS_H

#include "host/backend.h"
#include "host/linux/rtnl.h"

/* Steps that are carried out together. */

struct work {
	const struct xn_step *step;
	int tap;	  /* what holds a new TAP; -1: there is none     */
	unsigned left;	  /* settings that are to be made                */
	unsigned current; /* those among them that are being made        */
	int result;
	struct rtnl_fault fault;
};

struct run {
	struct rtnl *sock;
	struct work works[XN_TOGETHER];
	size_t n;
	/* What is to be sent, and for which of them. */
	struct rtnl_order orders[RTNL_TOGETHER];
	struct work *askers[RTNL_TOGETHER];
	size_t n_orders;
};

typedef void (*xn_move)(struct run *run, struct work *work);

/* A word to the kernel, sent when all have made the move. */
void xn_tell(struct run *run, struct work *work, struct nl_msg *message);
/* All with which nothing has gone wrong so far make the move, if they have one to make; how many
 * words that took. Of what goes wrong with one the first counts. */
size_t xn_turn(struct run *run, xn_move make);

/* ---- carry_alone.c ---- */

void xn_carry_name(struct run *run);
void xn_carry_layer3(struct run *run);
void xn_carry_guard(struct run *run);
void xn_carry_unguard(struct run *run);

#endif
