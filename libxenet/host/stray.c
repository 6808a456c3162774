/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "host/netstate.h"

/* Links of ours that are not where they should be, known by their marks. */

struct marks {
	struct xn_link **links; /* that state a mark, ordered by it and their kind */
	size_t n;
};

static int compare_marks(const void *a, const void *b)
{
	const struct xn_link *x = *(struct xn_link *const *)a;
	const struct xn_link *y = *(struct xn_link *const *)b;

	int r = strcmp(x->mark, y->mark);

	return r ? r : strcmp(x->kind, y->kind);
}

static bool has_mark(const struct xn_link *link)
{
	return link->mask & XN_MARK && link->mark && link->mark[0];
}

static int sort_by_mark(const struct xn_netstate *state, struct marks *marks)
{
	size_t n = 0;

	for (const struct xn_link *link = state->links; link; link = link->next)
		n += has_mark(link);
	marks->links = xn_alloc(state->arena, (n + 1) * sizeof(struct xn_link *));
	if (!marks->links)
		return -1;
	for (struct xn_link *link = state->links; link; link = link->next)
		if (has_mark(link))
			marks->links[marks->n++] = link;
	qsort(marks->links, marks->n, sizeof(struct xn_link *), compare_marks);
	return 0;
}

/* Of its mark and kind: an object may have several devices. */
static const struct xn_link *find_alike(
	const struct marks *marks, const struct xn_link *link)
{
	struct xn_link **found = marks->n ? bsearch(&link, marks->links, marks->n,
						    sizeof(link), compare_marks)
					  : NULL;

	return found ? *found : NULL;
}

/* The link that this one would be if it had not been renamed. */
static const struct xn_link *renamed_from(const struct marks *wanted,
	const struct xn_netstate *have, const struct xn_link *link)
{
	const struct xn_link *want = has_mark(link) ? find_alike(wanted, link) : NULL;

	return want && !xn_link_find(have, want->name) ? want : NULL;
}

/* What is left of ours without a mark: its name, what it is, its group and its address. */
static bool lost_its_mark(const struct xn_link *want, const struct xn_link *found)
{
	return found && found->unmarked && !xn_link_is_lent(want) &&
	       !(xn_link_differs(want, found) & (XN_IDENTITY | XN_ADDRESS));
}

void xn_netstate_adopt(const struct xn_netstate *ours, struct xn_netstate *have)
{
	for (const struct xn_link *link = ours->links; link; link = link->next) {
		struct xn_link *found = xn_link_find(have, link->name);

		if (lost_its_mark(link, found))
			found->adopted = true;
	}
}

int xn_netstate_match(const struct xn_netstate *want, struct xn_netstate *have)
{
	struct marks wanted = { 0 };

	if (sort_by_mark(want, &wanted) < 0)
		return -1;
	for (struct xn_link *link = have->links, *next; link; link = next) {
		const struct xn_link *own = renamed_from(&wanted, have, link);
		const char *name = link->name;

		next = link->next;
		if (!own)
			continue;
		link = xn_link_rename(have, link, own->name);
		if (!link)
			return -1;
		link->renamed = name;
	}
	xn_netstate_adopt(want, have);
	return 0;
}

static bool is_of_our_making(const struct xn_link *link)
{
	static const char *const kinds[] = { "bridge", "vlan", "bond", "vxlan", "gretap",
		"ifb", "tap", "netback", XN_KIND_RULES };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i], link->kind) == 0)
			return link->grouped;
	return false;
}

enum xn_stray xn_link_stray(
	const struct xn_link *link, const struct xn_netstate *want, const char *prefix)
{
	const struct xn_link *own = xn_link_find(want, link->name);

	if (!has_mark(link) || strncmp(link->mark, prefix, strlen(prefix)) != 0)
		return XN_STRAY_NONE;
	if (own && own->mark && strcmp(own->mark, link->mark) == 0)
		return XN_STRAY_NONE;
	return is_of_our_making(link) ? XN_STRAY_ORPHAN : XN_STRAY_FOREIGN;
}

int xn_netstate_claim_rules(
	struct xn_netstate *past, const struct xn_netstate *have, const char *prefix)
{
	for (const struct xn_link *link = have->links; link; link = link->next) {
		struct xn_link *claimed;

		if (strcmp(link->kind, XN_KIND_RULES) != 0 ||
			strncmp(link->mark, prefix, strlen(prefix)) != 0)
			continue;
		claimed = xn_link_add(past, link->name);
		if (!claimed)
			return -1;
		xn_link_copy(claimed, link, XN_KIND | XN_MARK);
	}
	return 0;
}

bool xn_mark_read(struct xn_arena *arena, const char *mark, const char **ret_database,
	const char **ret_object)
{
	static const char first[] = "xenet:";
	const char *database = mark + strlen(first), *end;

	if (strncmp(mark, first, strlen(first)) != 0)
		return false;
	end = strchr(database, ':');
	*ret_database = end ? xn_strndup(arena, database, (size_t)(end - database)) : "";
	*ret_object = end ? end + 1 : "";
	return end && *ret_database;
}
