/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/stop.h"

#include "base/error.h"

_Static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "a signal handler must not wait for a lock");

void xn_stop_ask(struct xn_stop *stop)
{
	atomic_store(&stop->wanted, true);
}

int xn_stop_check(struct xn_stop *stop, struct xenet_error *err)
{
	return stop && atomic_exchange(&stop->wanted, false)
		       ? xn_fail(err, XENET_E_CANCELLED)
		       : 0;
}

void xn_stop_forget(struct xn_stop *stop)
{
	atomic_store(&stop->wanted, false);
}
