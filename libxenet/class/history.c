/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/history.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "model/query.h"
#include "model/request.h"

/* What was done, by whom, and what came of it. */

enum {
	MAX_ROWS = 10000,
	DROP_EVERY = 100
};

#define F(member) offsetof(struct xn_history, member)

static const struct xenet_field fields[] = {
	{ "uuid", XN_UUID, XN_RO, F(o.uuid), "unique identifier of the entry", XN_QUIET },
	{ "number", XN_INT, XN_HIDDEN, F(number), "order of the entries" },
	{ "time", XN_TEXT, XN_RO, F(time), "when the command began, UTC", XN_LISTED },
	{ "user", XN_TEXT, XN_RO, F(user), "who ran it", XN_LISTED },
	{ "command", XN_TEXT, XN_RO, F(command), "the command line", XN_LISTED },
	{ "result", XN_TEXT, XN_RO, F(result),
		"OK, DEGRADED (done, with status 2), KILLED, or an error's code",
		XN_LISTED },
	{ "duration", XN_INT, XN_RO, F(duration), "how long it took, milliseconds",
		XN_LISTED },
	{ "objects", XN_SET, XN_RO, F(objects), "the objects that it changed",
		XN_LISTED },
	{ NULL },
};

/* After the last one there is. */
static int next_number(struct xn_model *m, int64_t *ret, struct xenet_error *err)
{
	const char *text;
	int r = xn_sql_text(m, &text, err,
		"SELECT coalesce(max(number), 0) + 1 FROM history WHERE number < 1e15",
		XN_PARAMS(NULL));

	if (r == 0)
		*ret = strtoll(text, NULL, 10);
	return r;
}

/* Not every time: it takes a page at the other end of the table. */
static int drop_oldest(struct xn_model *m, int64_t number, struct xenet_error *err)
{
	const char *ignored;

	if (number % DROP_EVERY)
		return 0;
	return xn_sql_text(m, &ignored, err, "DELETE FROM history WHERE number <= ?1",
		XN_PARAMS(xn_printf(m->arena, "%" PRId64, number - MAX_ROWS)));
}

int xn_history_new(struct xn_model *m, const char *uuid, struct xn_history **ret,
	struct xenet_error *err)
{
	struct xn_history *entry = NULL;
	int r = xn_blank(m, &xn_history_class, uuid, &entry, err);

	if (r == 0)
		xn_enter(m, entry);
	if (r == 0)
		r = next_number(m, &entry->number, err);
	if (r < 0)
		return r;
	entry->o.touched = false; /* asks nothing of the host */
	*ret = entry;
	return drop_oldest(m, entry->number, err);
}

/* Of those that lists show; a name that says nothing would be overlooked in an empty answer. */
static bool is_field(const char *name, size_t length)
{
	for (const struct xenet_field *f = fields; f->name; f++)
		if (xn_is_shown(f) && strlen(f->name) == length &&
			strncmp(f->name, name, length) == 0)
			return true;
	return length == 3 && strncmp(name, "all", length) == 0;
}

static int refuse_name(
	struct xn_model *m, const char *name, size_t length, struct xenet_error *err)
{
	struct xn_text known = XN_TEXT(m->arena);

	for (const struct xenet_field *f = fields; f->name; f++)
		if (xn_is_shown(f))
			xn_text_addf(&known, "%s, ", f->name);
	xn_text_add(&known, "all");
	return xn_text_end(&known)
		       ? xn_fail(err, XENET_E_ENUM_INVALID, "params",
				 xn_printf(m->arena, "%.*s", (int)length, name),
				 known.bytes)
		       : xn_no_memory(err);
}

static int check_names(struct xn_model *m, const char *names, struct xenet_error *err)
{
	size_t length;

	for (const char *at = names; at; at = at[length] ? at + length + 1 : NULL) {
		length = strcspn(at, ",");
		if (!is_field(at, length))
			return refuse_name(m, at, length, err);
	}
	return 0;
}

/* What is gone still has a history, so that only its form can be judged. */
static int check_uuid(struct xn_model *m, const char **uuid, struct xenet_error *err)
{
	if (!*uuid)
		return 0;
	if (!xn_is_uuid(*uuid))
		return xn_fail(err, XENET_E_INVALID_VALUE, "uuid", *uuid);
	*uuid = xn_uuid_lower(m->arena, *uuid);
	return *uuid ? 0 : xn_no_memory(err);
}

/* The fields that filter as in lists: by the whole value. */
static int add_filters(struct xn_model *m, struct xn_query *query,
	const struct xenet_request *req, struct xenet_error *err)
{
	static const char *const names[] = { "user", "command", "result" };
	int r = 0;

	for (const struct xn_argument *a = req->arguments; a && r == 0; a = a->next)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && r == 0; i++)
			if (strcmp(a->key, names[i]) == 0)
				r = xn_query_filter(m, query, a->key, a->value, err);
	return r;
}

static int show(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	const char *uuid = xn_arg(req, "uuid");
	struct xn_query query;
	int r = xn_query_start(m, &query, &xn_history_class, err);

	(void)none;
	if (r == 0)
		r = check_uuid(m, &uuid, err);
	if (r == 0)
		r = check_names(m, xn_arg(req, "params"), err);
	if (r == 0)
		r = xn_query_columns(m, &query, xn_arg(req, "params"), err);
	if (r == 0 && uuid)
		r = xn_query_filter(m, &query, "objects:contains", uuid, err);
	if (r == 0)
		r = add_filters(m, &query, req, err);
	return r < 0 ? r : xn_query_run(m, &query, reply, err);
}

static const struct xn_param params[] = {
	{ "uuid", false, "an object: only what changed it" },
	{ "user", false, "only what that user has run" },
	{ "command", false, "only that command line, as it is shown" },
	{ "result", false,
		"only what ended so: OK, DEGRADED, KILLED, or an error's code" },
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
