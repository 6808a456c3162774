/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/parse.h"
#include "class/pif.h"
#include "host/netstate.h"
#include "model/reply.h"

/*
 * NICs that are back under other names. The address that a NIC came with tells which one it
 * is; a driver that does not know that has only the address of now. A record follows its
 * NIC when just one fits. When none does, the one that has the name is taken for it: a card
 * may be replaced, and virtual ones get another address at each boot.
 */

struct record {
	const char *uuid, *address, *device;
	const char *now; /* name of its NIC by now; NULL: its address finds none */
	bool is_unsure;	 /* several fit */
};

struct search {
	struct xn_model *m;
	struct record *records;
	size_t n;
	const struct xn_netstate *have;
};

static int read_records(struct search *s, struct xenet_error *err)
{
	const char **texts;
	int r = xn_sql_texts(s->m, &texts, err,
		"SELECT uuid || ' ' || coalesce(nic_address, '') || ' ' ||"
		" coalesce(device, '') FROM pif"
		" WHERE physical ORDER BY device",
		XN_PARAMS(NULL));

	if (r < 0)
		return r;
	while (texts[s->n])
		s->n++;
	s->records = xn_alloc(s->m->arena, (s->n + 1) * sizeof(*s->records));
	for (size_t i = 0; s->records && i < s->n; i++) {
		char *rest = xn_strdup(s->m->arena, texts[i]);

		if (!rest)
			return xn_no_memory(err);
		s->records[i].uuid = strsep(&rest, " ");
		s->records[i].address = strsep(&rest, " ");
		s->records[i].device = rest;
	}
	return s->records ? 0 : xn_no_memory(err);
}

/* Members of a bond without addresses of their own have the bond's. */
static bool tells_itself(const struct xn_link *link)
{
	bool in_bond = link->master_kind && strcmp(link->master_kind, "bond") == 0;

	return link->permanent || !in_bond;
}

static bool is_nic(const struct xn_link *link, const char *address)
{
	return link && address[0] && xn_link_may_be_lent(link) && tells_itself(link) &&
	       strcmp(xn_link_own_address(link), address) == 0;
}

static bool is_found(const struct search *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->records[i].now && strcmp(s->records[i].now, name) == 0)
			return true;
	return false;
}

/* Those whose driver knows their address go before those who just have it now. */
static size_t count_fits(const struct search *s, const char *address, bool permanent,
	const char **ret_name)
{
	size_t n = 0;

	for (const struct xn_link *l = s->have->links; l; l = l->next) {
		if (!l->permanent == permanent || !is_nic(l, address) ||
			is_found(s, l->name))
			continue;
		*ret_name = l->name;
		n++;
	}
	return n;
}

static size_t count_rivals(const struct search *s, const char *address)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += !s->records[i].now && strcmp(s->records[i].address, address) == 0;
	return n;
}

static void look_for(const struct search *s, struct record *record)
{
	const char *name = NULL;
	size_t fits = count_fits(s, record->address, true, &name);

	if (!fits)
		fits = count_fits(s, record->address, false, &name);
	record->is_unsure = fits > 1 ||
			    (fits == 1 && count_rivals(s, record->address) > 1);
	if (fits == 1 && !record->is_unsure)
		record->now = name;
}

/* Its name is that of another record's NIC by now. */
static bool is_displaced(const struct search *s, const struct record *record)
{
	return !record->now && is_found(s, record->device);
}

/* A name that some NIC gave up and no record has: of a card that is gone or is new. */
static const char *free_name(const struct search *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->records[i].now && !is_found(s, s->records[i].device))
			return s->records[i].device;
	return NULL;
}

static void find_all(const struct search *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct record *r = &s->records[i];

		if (is_nic(xn_link_find(s->have, r->device), r->address))
			r->now = r->device;
	}
	for (size_t i = 0; i < s->n; i++)
		if (!s->records[i].now)
			look_for(s, &s->records[i]);
	for (size_t i = 0; i < s->n; i++)
		if (is_displaced(s, &s->records[i]))
			s->records[i].now = free_name(s);
}

static bool has_moved(const struct record *record)
{
	return record->now && strcmp(record->now, record->device) != 0;
}

/* The VLANs on it are called after it, too. */
static int rename_record(struct search *s, const struct record *record, const char *name,
	struct xenet_error *err)
{
	const char *ignored;

	return xn_sql_text(s->m, &ignored, err,
		"UPDATE pif SET device = ?1 WHERE uuid = ?2 OR uuid IN"
		" (SELECT untagged_pif FROM vlan WHERE tagged_pif = ?2)",
		XN_PARAMS(name, record->uuid));
}

/* By way of names that nobody has: no two may have the same at any time. */
static int rename_all(struct search *s, struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; i < s->n && r == 0; i++)
		if (has_moved(&s->records[i]))
			r = rename_record(s, &s->records[i], s->records[i].uuid, err);
	for (size_t i = 0; i < s->n && r == 0; i++)
		if (has_moved(&s->records[i]))
			r = rename_record(s, &s->records[i], s->records[i].now, err);
	return r;
}

/* For the history: no object has been loaded that could tell. */
static int note_renamed(
	struct search *s, const struct record *record, struct xenet_error *err)
{
	const char **uuids;
	int r = xn_sql_texts(s->m, &uuids, err,
		"SELECT uuid FROM pif WHERE uuid = ?1 OR uuid IN"
		" (SELECT untagged_pif FROM vlan WHERE tagged_pif = ?1) ORDER BY uuid",
		XN_PARAMS(record->uuid));

	for (; r == 0 && *uuids; uuids++) {
		struct xn_subject *subject = xn_alloc(s->m->arena, sizeof(*subject));

		if (!subject)
			return xn_no_memory(err);
		*subject = (struct xn_subject){ xn_pif_class.name, *uuids,
			s->m->put_right };
		s->m->put_right = subject;
	}
	return r;
}

static int tell(struct search *s, const struct record *record, struct xenet_reply *reply,
	struct xenet_error *err)
{
	const char *text = xn_printf(s->m->arena,
		"The NIC of PIF %s was called %s, and now is %s.", record->uuid,
		record->device, record->now);

	return text ? xn_reply_add_note(reply, text, err) : xn_no_memory(err);
}

static int hold_unsure(
	struct search *s, const struct record *record, struct xenet_error *err)
{
	struct xn_pif *pif;
	int r = xn_get_sound(s->m, &xn_pif_class, record->uuid, &pif, err);
	const char *reason = xn_printf(s->m->arena,
		"several NICs have the address %s, or several PIFs: which is whose "
		"cannot be told",
		record->address);

	if (r < 0 || !pif)
		return r;
	return reason ? xn_pif_hold_back(s->m, pif, reason, err) : xn_no_memory(err);
}

int xn_pif_follow(struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	struct search s = { .m = m };
	struct xn_netstate *names = xn_netstate_new(m->arena), *have;
	int r = names ? m->survey(m, names, XN_DETAIL_NONE, &have, err)
		      : xn_no_memory(err);

	if (r == 0)
		r = read_records(&s, err);
	if (r < 0)
		return r;
	s.have = have;
	find_all(&s);
	r = rename_all(&s, err);
	for (size_t i = 0; i < s.n && r == 0; i++)
		if (has_moved(&s.records[i]))
			r = note_renamed(&s, &s.records[i], err);
	for (size_t i = 0; i < s.n && r == 0; i++) {
		if (has_moved(&s.records[i]) && reply)
			r = tell(&s, &s.records[i], reply, err);
		else if (s.records[i].is_unsure)
			r = hold_unsure(&s, &s.records[i], err);
	}
	return r;
}
