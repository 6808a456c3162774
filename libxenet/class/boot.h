/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_BOOT_H
#define XN_BOOT_H

#include "model/reply.h"

/* Whether the run state on file is of another boot or namespace than this one. */
int xn_boot_compare(struct xn_model *m, bool *ret_other, struct xenet_error *err);
enum xn_place {
	XN_PLACE_HERE,
	XN_PLACE_NAMESPACE, /* another one of this boot */
	XN_PLACE_BOOT,	    /* another boot            */
};

/* Where the run state on file is of. */
int xn_boot_place(struct xn_model *m, enum xn_place *ret, struct xenet_error *err);
/*
 * Before anything else of a change: run state of an earlier boot is discarded, in the same
 * transaction. VMs that ran are halted, the rest is put right or forgotten. What another
 * namespace of this boot has may be in use there; moves: it is given up all the same, else
 * XENET_E_OTHER_NAMESPACE. The reply gets notes.
 */
int xn_boot_settle(struct xn_model *m, bool moves, struct xenet_reply *reply,
	struct xenet_error *err);
/* The machine's name now; NULL: no memory. */
const char *xn_host_name(struct xn_model *m);

#endif
