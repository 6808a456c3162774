/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_STOP_H
#define XN_STOP_H

#include <stdatomic.h>

#include "xenet.h"

/* A wish that the change under way stops: comes from a signal handler or another thread. */
struct xn_stop {
	atomic_bool wanted;
};

/* Async-signal-safe. */
void xn_stop_ask(struct xn_stop *stop);
/* XENET_E_CANCELLED: it is asked for; that grants the wish. NULL: nobody can ask. */
int xn_stop_check(struct xn_stop *stop, struct xenet_error *err);

/* What it was about has ended. */
void xn_stop_forget(struct xn_stop *stop);

#endif
