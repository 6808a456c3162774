/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_FAKE_COUNTERS_H
#define XN_FAKE_COUNTERS_H

#include "host/netstate.h"

/* Gives the links the counters of the file, which has a line for each that counted anything: its name,
 * and bytes, packets, errors and drops, received and sent. Without a file nobody has. */
int xn_fake_count(const char *path, struct xn_netstate *have, struct xenet_error *err);

#endif
