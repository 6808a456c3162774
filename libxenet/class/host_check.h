/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_HOST_CHECK_H
#define XN_HOST_CHECK_H

#include "model/reply.h"
#include "model/request.h"

/* The run of host-check: a finding for each attribute of the host that differs from what the
 * objects want, and for each link that bears a mark of the database for nothing. */
int xn_host_check(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err);
/* The run of host-recover: the transaction mends, and tells what it could not. */
int xn_host_recover(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err);
/* The run of host-restore: the same, of whatever boot or namespace the run state is; NICs
 * that the host uses meanwhile are left to it. */
int xn_host_restore(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err);

#endif
