/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/history.h"

#include "model/query.h"
#include "model/request.h"

/* What was done, by whom, and what came of it. */

enum {
	MAX_ROWS = 10000
};

#define F(member) offsetof(struct xn_history, member)

static const struct xenet_field fields[] = {
	{ "uuid", XN_UUID, XN_RO, F(o.uuid), "unique identifier of the entry", XN_QUIET },
	{ "number", XN_INT, XN_HIDDEN, F(number), "order of the entries" },
	{ "time", XN_TEXT, XN_RO, F(time), "when the command began, UTC", XN_LISTED },
	{ "user", XN_TEXT, XN_RO, F(user), "who ran it", XN_LISTED },
	{ "command", XN_TEXT, XN_RO, F(command), "the command line", XN_LISTED },
	{ "result", XN_TEXT, XN_RO, F(result),
		"OK, DEGRADED (done, with status 2), or the code of the error",
		XN_LISTED },
	{ "duration", XN_INT, XN_RO, F(duration), "how long it took, milliseconds",
		XN_LISTED },
	{ "objects", XN_SET, XN_RO, F(objects), "the objects that it changed",
		XN_LISTED },
	{ NULL },
};

int xn_history_new(struct xn_model *m, struct xn_history **ret, struct xenet_error *err)
{
	struct xn_history *entry = NULL;
	const char *ignored;
	int r = xn_new(m, &xn_history_class, &entry, err);

	if (r == 0)
		r = xn_sql_next(m, "history", &entry->number, err);
	if (r < 0)
		return r;
	entry->o.touched = false; /* asks nothing of the host */
	*ret = entry;
	return xn_sql_text(m, &ignored, err, "DELETE FROM history WHERE number <= ?1",
		XN_PARAMS(xn_printf(
			m->arena, "%lld", (long long)(entry->number - MAX_ROWS))));
}

static int show(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	const char *uuid = xn_arg(req, "uuid");
	struct xn_query query;
	int r = xn_query_start(m, &query, &xn_history_class, err);

	(void)none;
	if (r == 0)
		r = xn_query_columns(m, &query, xn_arg(req, "params"), err);
	if (r == 0 && uuid)
		r = xn_query_filter(m, &query, "objects:contains", uuid, err);
	return r < 0 ? r : xn_query_run(m, &query, reply, err);
}

static const struct xn_param params[] = {
	{ "uuid", false, "an object: only what changed it" },
	{ "params", false, "the fields to be shown, separated by commas; all of them" },
	{ NULL },
};

static const struct xenet_verb verbs[] = {
	{ "", XN_READS, params,
		"List the commands that changed something, or failed to, the newest "
		"last.",
		XN_OWN_LOOKUP, .run = show },
	{ NULL },
};

const struct xenet_class xn_history_class = {
	.name = "history",
	.type_name = "history",
	.summary = "what was done, by whom and with what result",
	.size = sizeof(struct xn_history),
	.fields = fields,
	.verbs = verbs,
	.order = "number",
	.bare = true,
};
