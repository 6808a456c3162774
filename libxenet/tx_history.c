/* SPDX-License-Identifier: LGPL-2.1-or-later */
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
	xn_uuid_new(tx->entry);
	tx->began = xn_now(tx->model);
	tx->began_ms = xn_now_ms();
	tx->commands = XN_TEXT(tx->arena);
}

/* As a shell would take it. */
static void add_word(struct xn_text *text, const char *value)
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

void xn_tx_note_text(struct xn_tx *tx, const char *command)
{
	struct xn_text *text = &tx->commands;

	tx->last = xn_text_cut(tx->arena, command, MAX_COMMAND);
	tx->left_out = tx->left_out || text->length + strlen(command) > MAX_COMMAND;
	if (text->length > MAX_COMMAND)
		return;
	xn_text_add(text, text->length ? "; " : "");
	xn_text_add(text, command);
}

void xn_tx_note_request(struct xn_tx *tx, const struct xenet_request *req)
{
	struct xn_text text = XN_TEXT(tx->arena);
	char command[XENET_COMMAND_SIZE];

	if (req->verb->effect == XN_READS)
		return;
	xn_text_add(&text, xenet_command_name(req->class, req->verb, command));
	for (const struct xn_argument *a = req->arguments; a; a = a->next) {
		xn_text_add(&text, " ");
		add_word(&text, a->key);
		xn_text_add(&text, "=");
		add_word(&text, a->value);
	}
	if (xn_text_end(&text))
		xn_tx_note_text(tx, text.bytes);
	else
		tx->commands.failed = true;
}

/* Of many commands the first ones; where one has failed, that one too. */
static const char *command_text(struct xn_tx *tx)
{
	const char *text = xn_text_end(&tx->commands), *last;

	if (!text || !tx->failure || !tx->left_out)
		return text ? xn_text_cut(tx->arena, text, MAX_COMMAND) : NULL;
	last = tx->last ? xn_text_cut(tx->arena, tx->last, MAX_COMMAND / 2) : NULL;
	text = xn_text_cut(tx->arena, text, MAX_COMMAND / 2);
	return text && last ? xn_printf(tx->arena, "%s; %s", text, last) : NULL;
}

static bool has_changed(const struct xn_object *object)
{
	return object->class != &xn_history_class && xn_is_changed_in_all(object);
}

/* What is destroyed, and made again with its uuid, is one. */
static bool is_outlived(struct xn_model *m, const struct xn_object *object)
{
	const struct xn_object *newest = xn_known(m, object->uuid);

	return newest != object && has_changed(newest);
}

static bool is_among(const char *const *uuids, size_t n, const char *uuid)
{
	while (n > 0 && strcmp(uuids[n - 1], uuid) != 0)
		n--;
	return n > 0;
}

static size_t list_uuids(struct xn_model *m, const char **uuids)
{
	size_t n = 0;

	for (struct xn_object *o = m->objects; o && n < MAX_OBJECTS; o = o->next)
		if (has_changed(o) && !is_outlived(m, o))
			uuids[n++] = o->uuid;
	for (const struct xn_subject *s = m->put_right; s && n < MAX_OBJECTS; s = s->next)
		if (!is_among(uuids, n, s->uuid))
			uuids[n++] = s->uuid;
	return n;
}

/* As JSON, to which uuids are plain texts. */
static int list_objects(struct xn_tx *tx, const char **ret, struct xenet_error *err)
{
	const char **uuids = xn_alloc(tx->arena, MAX_OBJECTS * sizeof(*uuids));
	size_t n = uuids ? list_uuids(tx->model, uuids) : 0;
	struct xn_text json = XN_TEXT(tx->arena);

	for (size_t i = 0; i < n; i++) {
		xn_text_add(&json, i ? "\",\"" : "[\"");
		xn_text_add(&json, uuids[i]);
	}
	xn_text_add(&json, n ? "\"]" : "[]");
	*ret = xn_text_end(&json);
	return uuids && *ret ? 0 : xn_no_memory(err);
}

static bool did_anything(const struct xn_tx *tx)
{
	if (tx->acted || tx->model->hostname || tx->model->put_right)
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
	int r = xn_history_new(m, tx->entry, &entry, err);

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

int xn_tx_describe(struct xn_tx *tx, struct xn_intent *intent, struct xenet_error *err)
{
	intent->entry = tx->entry;
	intent->began = tx->began;
	intent->user = tx->xn->user;
	intent->command = command_text(tx);
	return intent->began && intent->command ? 0 : xn_no_memory(err);
}

static bool has_row(struct xn_model *m, const char *uuid)
{
	struct xn_object *row;

	return xn_get(m, &xn_history_class, uuid, &row, NULL) != -XENET_E_UUID_INVALID;
}

static int add_killed(struct xn_model *m, const struct xn_intent *intent)
{
	struct xn_history *entry;
	int r = xn_history_new(m, intent->entry, &entry, NULL);

	if (r < 0)
		return r;
	entry->time = intent->began;
	entry->user = intent->user ? intent->user : "";
	entry->command = intent->command;
	entry->result = "KILLED";
	entry->objects = "[]";
	return xn_model_save(m, NULL);
}

/* What cannot be recorded has been settled all the same. */
void xn_tx_record_killed(struct xenet *xn, const struct xn_intent *intent)
{
	struct xn_arena *arena = xn_arena_new();
	struct xn_model *m = arena ? xn_model_new(arena, xn->db) : NULL;

	if (m && intent->entry && intent->began && intent->command &&
		db_begin_note(xn->db) == DB_OK) {
		if (!has_row(m, intent->entry) && add_killed(m, intent) == 0)
			db_commit(xn->db);
		db_rollback(xn->db);
	}
	xn_arena_free(arena);
}
