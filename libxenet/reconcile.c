/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "class/drift.h"
#include "class/pif.h"
#include "transaction.h"

/*
 * Transactions that mend: what all objects want is compared with all links of the host, and
 * what can be done about the difference is done.
 */

enum {
	PASSES = 3
};

/* A TAP that a process has open is somebody's network, whatever we know of it. */
static bool is_to_go(
	const struct xn_tx *tx, const struct xn_link *link, const char *prefix)
{
	return !link->attached &&
	       xn_stray_of(tx->model, link, tx->want, prefix) == XN_STRAY_ORPHAN;
}

/* Whoever put a NIC of ours that no object needs into a link of ours was us. */
static int free_port(struct xn_tx *tx, const char *name, struct xenet_error *err)
{
	const struct xn_link *port = xn_link_find(tx->have, name);
	struct xn_link *want;
	bool is_idle;
	int r;

	if (!port || !xn_link_may_be_lent(port) || xn_link_find(tx->want, name))
		return 0;
	r = xn_pif_is_idle(tx->model, name, &is_idle, err);
	if (r < 0 || !is_idle)
		return r;
	want = xn_link_add(tx->want, name);
	if (!want)
		return xn_no_memory(err);
	want->mask = XN_MASTER;
	want->master = "";
	return 0;
}

static int free_ports(
	struct xn_tx *tx, const struct xn_link *orphan, struct xenet_error *err)
{
	const char *at = orphan->ports ? orphan->ports : "";
	int r = 0;

	for (char *name; r == 0 && (name = xn_word_next(tx->arena, &at));)
		r = free_port(tx, name, err);
	return r == 0 && !at ? xn_no_memory(err) : r;
}

/* What was wanted so far and is not wanted now goes. */
static int want_orphans_gone(struct xn_tx *tx, struct xenet_error *err)
{
	const char *prefix = xn_mark_prefix(tx->model);
	int r = prefix ? 0 : xn_no_memory(err);

	for (const struct xn_link *link = tx->have->links; link && r == 0;
		link = link->next) {
		struct xn_link *past;

		if (!is_to_go(tx, link, prefix))
			continue;
		past = xn_link_add(tx->past, link->name);
		if (!past)
			return xn_no_memory(err);
		xn_link_copy(past, link, XN_KIND | XN_MARK);
		r = free_ports(tx, link, err);
	}
	return r;
}

/* Rules whose port is gone are of no use to anybody. */
static int want_left_gone(struct xn_tx *tx, struct xenet_error *err)
{
	const char *prefix = xn_mark_prefix(tx->model);

	if (!prefix || xn_netstate_claim_rules(tx->past, tx->have, prefix) < 0)
		return xn_no_memory(err);
	return tx->model->mends & XN_MEND_ORPHANS ? want_orphans_gone(tx, err) : 0;
}

int xn_tx_plan_mending(struct xn_tx *tx, struct xenet_error *err)
{
	int r;

	xn_netstate_state_limits(tx->want);
	r = tx->model->survey(
		tx->model, tx->want, XN_DETAIL_RULES | XN_DETAIL_SURE, &tx->have, err);
	if (r == 0 && xn_netstate_match(tx->want, tx->have) < 0)
		r = xn_no_memory(err);
	if (r < 0)
		return r;
	xn_netstate_state_rules(tx->want, tx->have);
	r = want_left_gone(tx, err);
	return r < 0 ? r
		     : xn_plan_make_possible(
			       &tx->plan, tx->arena, tx->past, tx->want, tx->have, err);
}

/* What the kernel refuses is told in the end. */
static int apply_possible(struct xn_tx *tx, struct xenet_error *err)
{
	struct xenet_error fault = { 0 };
	int r = xn_apply_all(tx->xn->backend, tx->plan, &tx->failures, &fault);

	r = r == -XENET_E_NO_MEMORY || r == -XENET_E_CAPABILITY_MISSING
		    ? xn_error_move(err, &fault)
		    : 0;
	xenet_error_clear(&fault);
	return r;
}

int xn_tx_mend(struct xn_tx *tx, struct xenet_error *err)
{
	int r = 0;

	for (int i = 0; i < PASSES && r == 0 && tx->plan->n_steps; i++) {
		tx->failures = NULL;
		r = xn_stop_check(&tx->xn->stop, err);
		if (r == 0)
			r = apply_possible(tx, err);
		if (r == 0)
			r = xn_tx_plan_mending(tx, err);
	}
	return r;
}

static const struct xenet_field unmended_fields[] = {
	{ "object", XN_TEXT, XN_RO, 0, "the object, or the device", XN_LISTED },
	{ "reason", XN_TEXT, XN_RO, 0, "what is not as it should be", XN_LISTED },
	{ NULL },
};

static int add_unmended(struct xenet_reply *reply, const char *object, const char *reason,
	struct xenet_error *err)
{
	const char *const values[] = { object, reason };

	return xn_reply_add_row(reply, values, err);
}

/* The kernel's words on the first step that failed with the link; "": none did. */
static const char *refusal(const struct xn_tx *tx, const char *link)
{
	const struct xn_failure *first = NULL;

	for (const struct xn_failure *f = tx->failures; f; f = f->next)
		if (strcmp(f->link, link) == 0)
			first = f;
	return first ? xn_printf(tx->arena, " (%s)", first->message) : "";
}

/* The object of one wish, with the wishes of it that follow. */
static int tell_object(struct xn_tx *tx, const struct xn_wish **at,
	struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xn_object *object = (*at)->object;
	const char *name = xn_wish_name(tx->model, object, (*at)->link->name);
	struct xn_text text = XN_TEXT(tx->arena);

	for (; *at && (*at)->object == object; *at = (*at)->next) {
		const struct xn_link *link = (*at)->link;
		const char *reason = xn_link_reason(tx->arena, link, tx->have);
		const char *words = refusal(tx, link->name);

		if (!reason || !words || !name)
			return xn_no_memory(err);
		if (reason[0])
			xn_text_addf(
				&text, "%s%s%s", text.length ? "; " : "", reason, words);
	}
	if (!xn_text_end(&text))
		return xn_no_memory(err);
	if (!text.length)
		return 0;
	reply->status = XENET_STATUS_DEGRADED;
	return add_unmended(reply, name, text.bytes, err);
}

/* "pif UUID eth0": what is left as it is because something is in the way. */
static int tell_held(struct xn_tx *tx, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xn_held *held;
	int r = xn_held_all(tx->model, &held, err);

	for (; held && r == 0; held = held->next) {
		reply->status = XENET_STATUS_DEGRADED;
		r = add_unmended(reply, held->name, held->reason, err);
	}
	return r;
}

#define UNWANTED "no object wants it"

/* Why it is still there. */
static const char *stray_reason(
	const struct xn_tx *tx, const struct xn_link *link, enum xn_stray stray)
{
	bool was_to_go = tx->model->mends & XN_MEND_ORPHANS;

	if (stray == XN_STRAY_FOREIGN)
		return "it bears a mark of this database, which makes no such device";
	if (link->attached)
		return UNWANTED ", but a process has it open";
	if (!was_to_go)
		return UNWANTED;
	if (link->ports && link->ports[0])
		return xn_printf(tx->arena,
			UNWANTED ", but has ports that are not taken off: %s (\"ip link "
				 "set dev PORT nomaster\" does)",
			link->ports);
	if (link->uppers && link->uppers[0])
		return xn_printf(tx->arena, UNWANTED ", but other devices are on it: %s",
			link->uppers);
	return xn_printf(tx->arena, UNWANTED "%s", refusal(tx, link->name));
}

static int tell_strays(struct xn_tx *tx, const struct xn_netstate *want,
	struct xenet_reply *reply, struct xenet_error *err)
{
	const char *prefix = xn_mark_prefix(tx->model);
	int r = prefix ? 0 : xn_no_memory(err);

	for (const struct xn_link *link = tx->have->links; link && r == 0;
		link = link->next) {
		enum xn_stray stray = xn_stray_of(tx->model, link, want, prefix);
		const char *name = stray ? xn_stray_name(tx->model, link) : NULL;
		const char *reason = stray ? stray_reason(tx, link, stray) : NULL;

		if (!stray)
			continue;
		/* Unless they were to go, nothing that anybody wants is amiss. */
		if (tx->model->mends & XN_MEND_ORPHANS && stray == XN_STRAY_ORPHAN)
			reply->status = XENET_STATUS_DEGRADED;
		r = name && reason ? add_unmended(reply, name, reason, err)
				   : xn_no_memory(err);
	}
	return r;
}

/* What an earlier change left and is in the way of being settled. */
static int tell_unsettled(
	struct xn_tx *tx, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_intent *intent = NULL;
	int r = 0;

	xn_intent_look(tx->intent_path, &intent, tx->arena, NULL);
	reply->status = XENET_STATUS_DEGRADED;
	for (const struct xn_subject *s = intent ? intent->subjects : NULL; s && r == 0;
		s = s->next) {
		const char *name = xn_printf(tx->arena, "%s %s", s->class_name, s->uuid);
		const char *reason = xn_printf(tx->arena, "not settled: %s",
			intent->obstacle ? intent->obstacle : "");

		r = name && reason ? add_unmended(reply, name, reason, err)
				   : xn_no_memory(err);
	}
	return r < 0 ? r : xn_reply_add_note(reply, XN_UNSETTLED_NOTE, err);
}

/* The verb has made its JSON from no rows. */
static int make_json(struct xn_tx *tx, struct xenet_reply *reply, struct xenet_error *err)
{
	if (!reply->as_json)
		return 0;
	free(reply->json);
	reply->json = NULL;
	return xn_reply_make_json(tx->model, reply, err);
}

int xn_tx_tell_unmended(
	struct xn_tx *tx, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xenet_field *const columns[] = { &unmended_fields[0],
		&unmended_fields[1] };
	struct xn_netstate *want = xn_netstate_new(tx->arena);
	struct xn_wish *wishes = NULL;
	const struct xn_wish *at;
	int r = want ? xn_reply_set_fields(reply, columns, 2, err) : xn_no_memory(err);

	reply->answer = XN_ANSWER_TABLE;
	if (r == 0)
		r = xn_wish_all(tx->model, want, &wishes, err);
	for (at = wishes; at && r == 0;)
		r = tell_object(tx, &at, reply, err);
	if (r == 0)
		r = tell_held(tx, reply, err);
	if (r == 0)
		r = tell_strays(tx, want, reply, err);
	if (r == 0)
		r = xn_drift_explain(tx->model, wishes, want, tx->have, reply, err);
	tx->status = tx->unsettled ? XENET_STATUS_DEGRADED : reply->status;
	return r;
}

static int note_row(struct xenet_reply *reply, struct xn_arena *arena, const char **row,
	struct xenet_error *err)
{
	const char *text = xn_printf(arena, "%s would stay as it is: %s", row[0], row[1]);

	return text ? xn_reply_add_note(reply, text, err) : xn_no_memory(err);
}

static int note_all(
	struct xn_tx *tx, const struct xenet_reply *unmended, struct xenet_error *err)
{
	const char *text;
	int r = 0;

	tx->reply->status = unmended->status;
	for (size_t i = 0; i < unmended->n_rows && r == 0; i++)
		r = note_row(tx->reply, tx->arena, unmended->rows[i], err);
	for (size_t i = 0; r == 0 && (text = xenet_reply_note(unmended, i)); i++)
		r = xn_reply_add_note(tx->reply, text, err);
	return r;
}

int xn_tx_foretell(struct xn_tx *tx, struct xenet_error *err)
{
	struct xenet_reply *unmended = xn_reply_new();
	int r = unmended && xn_plan_foresee(tx->plan, tx->have) == 0 ? 0
								     : xn_no_memory(err);

	if (r == 0)
		r = xn_tx_tell_unmended(tx, unmended, err);
	if (r == 0)
		r = note_all(tx, unmended, err);
	xenet_reply_free(unmended);
	return r;
}

int xn_tx_retry_past(struct xn_tx *tx, struct xenet_error *err)
{
	int r = 0;

	if (tx->unsettled && xn_recover(tx->xn, tx->intent_path, true, NULL) < 0)
		r = tell_unsettled(tx, tx->reply, err);
	return r < 0 ? r : make_json(tx, tx->reply, err);
}
