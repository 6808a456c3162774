/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/host_check.h"

#include <string.h>

#include "class/boot.h"
#include "class/drift.h"
#include "class/host_database.h"
#include "class/pif.h"

/* host-check and host-recover: the host against what all objects want of it. */

static int tell_unsettled(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xn_unsettled *unsettled = m->unsettled;
	const char *found = unsettled->obstacle ? unsettled->obstacle : "cut short";
	int r = 0;

	if (unsettled->under_way)
		return xn_reply_add_note(reply,
			"A change is under way; what it is about was not compared.", err);
	for (const struct xn_subject *s = unsettled->subjects; s && r == 0; s = s->next) {
		const char *name = xn_printf(m->arena, "%s %s", s->class_name, s->uuid);

		r = name ? xn_finding_add(reply, name, "change", "settled", found, err)
			 : xn_no_memory(err);
	}
	if (r < 0)
		return r;
	return xn_reply_add_note(reply,
		unsettled->obstacle ? XN_UNSETTLED_NOTE
				    : "A change was cut short: host-recover, or the next "
				      "command that changes anything, settles it.",
		err);
}

static int add_differences(struct xn_model *m, const struct xn_wish *wish,
	const struct xn_netstate *have, struct xenet_reply *reply,
	struct xenet_error *err)
{
	const char *name = xn_wish_name(m, wish->object, wish->link->name);
	struct xn_difference *differences;
	int r = 0;

	if (!name || xn_link_compare(m->arena, wish->link, have, &differences) < 0)
		return xn_no_memory(err);
	for (; differences && r == 0; differences = differences->next)
		r = xn_finding_add(reply, name, differences->attribute,
			differences->wanted, differences->found, err);
	return r;
}

static int add_stray(struct xn_model *m, const struct xn_link *link, enum xn_stray stray,
	struct xenet_reply *reply, struct xenet_error *err)
{
	const char *name = xn_stray_name(m, link);

	if (!name)
		return xn_no_memory(err);
	if (stray == XN_STRAY_FOREIGN)
		return xn_finding_add(reply, name, "mark", "none", link->mark, err);
	return xn_finding_add(reply, name, "link", "none",
		link->attached ? "tap that a process has open" : link->kind, err);
}

static int add_strays(struct xn_model *m, const struct xn_netstate *want,
	const struct xn_netstate *have, struct xenet_reply *reply,
	struct xenet_error *err)
{
	const char *prefix = xn_mark_prefix(m);
	int r = prefix ? 0 : xn_no_memory(err);

	for (const struct xn_link *link = have->links; link && r == 0;
		link = link->next) {
		enum xn_stray stray = xn_stray_of(m, link, want, prefix);

		if (stray != XN_STRAY_NONE)
			r = add_stray(m, link, stray, reply, err);
	}
	return r;
}

/* Of these nothing can be compared. */
static int add_held(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xn_held *held;
	int r = xn_held_all(m, &held, err);

	for (; held && r == 0; held = held->next)
		r = xn_finding_add(
			reply, held->name, "object", "consistent", held->reason, err);
	return r;
}

/* Where nothing of a database is, all of it differs. */
static int note_place(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	const char *text = NULL;
	enum xn_place place;
	int r = xn_boot_place(m, &place, err);

	if (place == XN_PLACE_NAMESPACE)
		text = "What is plugged was plugged in another network namespace: work "
		       "there, or rebuild it here with host-restore.";
	else if (place == XN_PLACE_BOOT)
		text = "What is plugged was plugged before the machine booted: "
		       "host-restore rebuilds it.";
	return r == 0 && text ? xn_reply_add_note(reply, text, err) : r;
}

static int compare(struct xn_model *m, const struct xn_wish *wishes,
	const struct xn_netstate *want, const struct xn_netstate *have,
	struct xenet_reply *reply, struct xenet_error *err)
{
	int r = m->unsettled ? tell_unsettled(m, reply, err) : 0;

	for (const struct xn_wish *wish = wishes; wish && r == 0; wish = wish->next)
		if (!xn_is_in_work(m, wish->object->uuid))
			r = add_differences(m, wish, have, reply, err);
	if (r == 0)
		r = add_held(m, reply, err);
	if (r == 0)
		r = add_strays(m, want, have, reply, err);
	if (r < 0 || !reply->n_rows)
		return r;
	r = note_place(m, reply, err);
	return r < 0 ? r : xn_drift_explain(m, wishes, want, have, reply, err);
}

static int check_links(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_netstate *want = xn_netstate_new(m->arena), *have = NULL;
	struct xn_wish *wishes = NULL;
	int r = want ? xn_findings_start(reply, err) : xn_no_memory(err);

	/* Nothing is changed: the database finds all. */
	m->all_saved = true;
	if (r == 0)
		r = xn_touch_all(m, err);
	if (r == 0)
		r = xn_wish_all(m, want, &wishes, err);
	if (r == 0)
		r = m->survey(m, want, XN_DETAIL_RULES, &have, err);
	if (r == 0 && xn_netstate_match(want, have) < 0)
		return xn_no_memory(err);
	if (r < 0)
		return r;
	xn_netstate_state_rules(want, have);
	return compare(m, wishes, want, have, reply, err);
}

int xn_host_check(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	bool database;
	int r = xn_arg_bool(req, "database", false, &database, err);

	(void)none;
	if (r < 0)
		return r;
	return database ? xn_host_check_database(m, reply, err)
			: check_links(m, reply, err);
}

/* Those that are back, under whatever names. */
static int follow_nics(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	int r = xn_pif_follow(m, reply, err);

	return r < 0 ? r : xn_pif_look_again(m, false, err);
}

int xn_host_restore(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	int r = follow_nics(m, reply, err);

	(void)req;
	(void)none;
	m->mends = XN_MEND_ALL;
	if (r == 0)
		r = xn_pif_hold_busy(m, err);
	return r < 0 ? r : xn_touch_all(m, err);
}

int xn_host_recover(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	bool orphans;
	int r = xn_arg_bool(req, "orphans", false, &orphans, err);

	(void)none;
	if (r == 0)
		r = follow_nics(m, reply, err);
	m->mends = XN_MEND_ALL | (orphans ? XN_MEND_ORPHANS : 0U);
	return r < 0 ? r : xn_touch_all(m, err);
}
