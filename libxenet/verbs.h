/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_VERBS_H
#define XN_VERBS_H

#include "model/reply.h"
#include "model/request.h"

/* Runs the request's verb on each object that it names, or once without an object. */
int xn_verb_run(struct xn_model *m, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err);

#endif
