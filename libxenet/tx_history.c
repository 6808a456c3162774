/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "class/history.h"
#include "class/vm.h"
#include "transaction.h"

/* What a transaction leaves in the history: with its commit, or when it has failed. */

enum {
	MAX_COMMAND = 4096,
	MAX_OBJECTS = 1000
};

void xn_tx_note_begin(struct xn_tx *tx)
{
	tx->began = xn_now(tx->model);
	tx->began_ms = xn_now_ms();
	tx->commands = XN_TEXT(tx->arena);
}

/* As a shell would take it. */
static void add_value(struct xn_text *text, const char *value)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./:,@%+=";

	if (value[0] && !value[strspn(value, plain)]) {
		xn_text_add(text, value);
		return;
	}
	xn_text_add(text, "'");
	for (size_t length; *value; value += length + (value[length] == '\'')) {
		length = strcspn(value, "'");
		xn_text_addn(text, value, length);
		if (value[length])
			xn_text_add(text, "'\\''");
	}
	xn_text_add(text, "'");
}

void xn_tx_note_request(struct xn_tx *tx, const struct xenet_request *req)
{
	struct xn_text *text = &tx->commands;
	char command[XENET_COMMAND_SIZE];

	if (req->verb->effect == XN_READS || text->length > MAX_COMMAND)
		return;
	xn_text_addf(text, "%s%s", text->length ? "; " : "",
		xenet_command_name(req->class, req->verb, command));
	for (const struct xn_argument *a = req->arguments; a; a = a->next) {
		xn_text_addf(text, " %s=", a->key);
		add_value(text, a->value);
	}
}

static const char *command_text(struct xn_tx *tx)
{
	const char *text = xn_text_end(&tx->commands);

	return text ? xn_text_cut(tx->arena, text, MAX_COMMAND) : NULL;
}

static bool has_changed(const struct xn_object *object)
{
	return object->class != &xn_history_class && xn_is_changed_in_all(object);
}

static int list_objects(struct xn_tx *tx, const char **ret, struct xenet_error *err)
{
	const char **uuids = xn_alloc(tx->arena, MAX_OBJECTS * sizeof(*uuids));
	char *json = NULL;
	size_t n = 0;
	int r;

	if (!uuids)
		return xn_no_memory(err);
	for (struct xn_object *o = tx->model->objects; o && n < MAX_OBJECTS; o = o->next)
		if (has_changed(o))
			uuids[n++] = o->uuid;
	r = xn_json_texts(tx->xn->db, uuids, n, &json, err);
	/* What is destroyed, and made again with its uuid, is one. */
	if (r == 0)
		r = xn_sql_text(tx->model, ret, err,
			"SELECT json_group_array(value) FROM (SELECT value FROM"
			" json_each(?1) GROUP BY value ORDER BY min(key))",
			XN_PARAMS(json));
	free(json);
	return r;
}

static bool did_anything(const struct xn_tx *tx)
{
	if (tx->acted || tx->model->hostname)
		return true;
	for (const struct xn_object *o = tx->model->objects; o; o = o->next)
		if (has_changed(o))
			return true;
	return false;
}

static int add_entry(struct xn_tx *tx, struct xn_model *m, const char *result,
	const char *objects, struct xenet_error *err)
{
	struct xn_history *entry;
	int r = xn_history_new(m, &entry, err);

	if (r < 0)
		return r;
	entry->time = tx->began;
	entry->user = tx->xn->user;
	entry->command = command_text(tx);
	entry->result = result;
	entry->duration = xn_now_ms() - tx->began_ms;
	entry->objects = objects;
	return entry->time && entry->command ? xn_model_save(m, err) : xn_no_memory(err);
}

/* What the program's status tells: not all that is done is well. */
static const char *result_of(enum xenet_status status)
{
	return status == XENET_STATUS_DEGRADED	? "DEGRADED"
	       : status == XENET_STATUS_DIFFERS ? "DIFFERS"
						: "OK";
}

int xn_tx_record(struct xn_tx *tx, struct xenet_error *err)
{
	const char *objects;
	int r = 0;

	if (!did_anything(tx))
		return 0;
	r = list_objects(tx, &objects, err);
	return r < 0 ? r : add_entry(tx, tx->model, result_of(tx->status), objects, err);
}

/* With a transaction of its own; a failure that cannot be recorded is one all the same. */
void xn_tx_record_failure(struct xn_tx *tx)
{
	const char *code = xenet_error_name((enum xenet_error_code) - tx->failure);
	struct xn_model *m = xn_model_new(tx->arena, tx->xn->db);

	if (!m || tx->dry_run || !tx->commands.length ||
		db_begin_note(tx->xn->db) != DB_OK)
		return;
	if (add_entry(tx, m, code, "[]", NULL) == 0)
		db_commit(tx->xn->db);
	db_rollback(tx->xn->db);
}
