/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/batch.h"

#include "model/model.h"

/* Commands as one transaction: described here, carried out by whoever reads them. */

static const struct xenet_field fields[] = {
	{ "uuid", XN_UUID, XN_RO, 0, "there is none here", XN_LISTED, .sql = "NULL" },
	{ NULL },
};

static int run(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	(void)m;
	(void)req;
	(void)none;
	(void)reply;
	return xn_fail(err, XENET_E_BATCH_OF_PROGRAM);
}

static const struct xn_param params[] = {
	{ "file", false, "the commands; '-', as without it, is the standard input" },
	{ NULL },
};

static const struct xenet_verb verbs[] = {
	{ "", XN_CHANGES, params,
		"Carry out commands, one a line, as one transaction: all of them, or "
		"nothing.",
		.run = run },
	{ NULL },
};

const struct xenet_class xn_batch_class = {
	.name = "batch",
	.type_name = "batch",
	.summary = "several commands that are done together or not at all",
	.size = sizeof(struct xn_object),
	.fields = fields,
	.verbs = verbs,
	.none = true,
	.bare = true,
};
