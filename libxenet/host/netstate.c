/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/netstate.h"

#include <stdlib.h>
#include <string.h>

#include "host/attr.h"

const struct xn_attr xn_attrs[] = {
	{ "kind", XN_KIND, XN_ATTR_TEXT, offsetof(struct xn_link, kind) },
	{ "parent", XN_PARENT, XN_ATTR_TEXT, offsetof(struct xn_link, parent) },
	{ "tag", XN_TAG, XN_ATTR_INT, offsetof(struct xn_link, tag) },
	{ "bond", XN_BOND, XN_ATTR_TEXT, offsetof(struct xn_link, bond) },
	{ "tunnel", XN_TUNNEL, XN_ATTR_TEXT, offsetof(struct xn_link, tunnel) },
	{ "tap", XN_TAP, XN_ATTR_TEXT, offsetof(struct xn_link, tap) },
	{ "netback", XN_NETBACK, XN_ATTR_TEXT, offsetof(struct xn_link, netback) },
	{ "mark", XN_MARK, XN_ATTR_TEXT, offsetof(struct xn_link, mark) },
	{ "address", XN_ADDRESS, XN_ATTR_TEXT, offsetof(struct xn_link, address) },
	{ "mtu", XN_MTU, XN_ATTR_INT, offsetof(struct xn_link, mtu) },
	{ "stp", XN_STP, XN_ATTR_BOOL, offsetof(struct xn_link, stp) },
	{ "delay", XN_DELAY, XN_ATTR_INT, offsetof(struct xn_link, delay) },
	{ "linklocal_learn", XN_LEARN, XN_ATTR_BOOL, offsetof(struct xn_link, learn) },
	{ "addrgen", XN_ADDRGEN, XN_ATTR_TEXT, offsetof(struct xn_link, addrgen) },
	{ "rate", XN_RATE, XN_ATTR_INT, offsetof(struct xn_link, rate) },
	{ "ingress", XN_INGRESS, XN_ATTR_TEXT, offsetof(struct xn_link, ingress) },
	{ "rules", XN_RULES, XN_ATTR_TEXT, offsetof(struct xn_link, rules) },
	{ "master", XN_MASTER, XN_ATTR_TEXT, offsetof(struct xn_link, master) },
	{ "up", XN_UP, XN_ATTR_BOOL, offsetof(struct xn_link, up) },
	{ "ip", XN_IP, XN_ATTR_TEXT, offsetof(struct xn_link, ip) },
	{ "via", XN_VIA, XN_ATTR_TEXT, offsetof(struct xn_link, via) },
	{ NULL, 0, XN_ATTR_TEXT, 0 },
};

struct xn_netstate *xn_netstate_new(struct xn_arena *arena)
{
	struct xn_netstate *state = xn_alloc(arena, sizeof(*state));

	if (state)
		state->arena = arena;
	return state;
}

void xn_netstate_clear(struct xn_netstate *state)
{
	*state = (struct xn_netstate){ .arena = state->arena };
}

/* Where the link (NULL: the list itself) keeps the next one on that level; 0: all links. */
static struct xn_link **next_of(
	struct xn_netstate *state, struct xn_link *link, int level)
{
	if (level == 0)
		return link ? &link->next : &state->links;
	return link ? &link->skips[level - 1] : &state->skips[level - 1];
}

/* Where the link of that name is linked in, or would have to be, on each level. */
static struct xn_link *place(struct xn_netstate *state, const char *name,
	struct xn_link **places[XN_NETSTATE_LEVELS + 1])
{
	struct xn_link *link = NULL, **next = NULL;

	for (int level = XN_NETSTATE_LEVELS; level >= 0; level--) {
		next = next_of(state, link, level);
		while (*next && strcmp((*next)->name, name) < 0) {
			link = *next;
			next = next_of(state, link, level);
		}
		places[level] = next;
	}
	return *next && strcmp((*next)->name, name) == 0 ? *next : NULL;
}

struct xn_link *xn_link_find(const struct xn_netstate *state, const char *name)
{
	struct xn_link **places[XN_NETSTATE_LEVELS + 1];

	return place((struct xn_netstate *)(uintptr_t)state, name, places);
}

/* On how many higher levels a link is: as good as drawn by lot, yet always the same. */
static int height_of(const char *name)
{
	uint32_t hash = 2166136261U; /* FNV-1a */
	int height = 0;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619U;
	hash ^= hash >> 15;
	for (; height < XN_NETSTATE_LEVELS && hash % 4 == 0; hash /= 4)
		height++;
	return height;
}

static struct xn_link *new_link(struct xn_arena *arena, const char *name, int height)
{
	struct xn_link *link = xn_alloc(arena, sizeof(*link));
	size_t size = ((size_t)height + 1) * sizeof(*link->skips);

	if (!link || !(link->name = xn_strdup(arena, name)) ||
		!(link->skips = xn_alloc(arena, size)))
		return NULL;
	return link;
}

struct xn_link *xn_link_add(struct xn_netstate *state, const char *name)
{
	struct xn_link **places[XN_NETSTATE_LEVELS + 1];
	struct xn_link *link = place(state, name, places);
	int height = height_of(name);

	if (link)
		return link;
	link = new_link(state->arena, name, height);
	for (int level = 0; link && level <= height; level++) {
		*next_of(state, link, level) = *places[level];
		*places[level] = link;
	}
	return link;
}

void xn_link_remove(struct xn_netstate *state, const char *name)
{
	struct xn_link **places[XN_NETSTATE_LEVELS + 1];
	struct xn_link *link = place(state, name, places);

	for (int level = 0; link && level <= height_of(name); level++)
		*places[level] = *next_of(state, link, level);
}

static void refer(const char **to, const char *past, const char *name)
{
	if (*to && strcmp(*to, past) == 0)
		*to = name;
}

/* The same in a list of names; false: no memory. */
static bool refer_in(
	struct xn_arena *arena, const char **names, const char *past, const char *name)
{
	struct xn_text text = XN_TEXT(arena);
	const char *at = *names;

	if (!at || !xn_words_have(at, past))
		return true;
	for (char *word; (word = xn_word_next(arena, &at));)
		xn_text_addf(&text, "%s%s", text.length ? " " : "",
			strcmp(word, past) == 0 ? name : word);
	*names = at ? xn_text_end(&text) : NULL;
	return *names;
}

struct xn_link *xn_link_rename(
	struct xn_netstate *state, struct xn_link *link, const char *name)
{
	struct xn_link *to = xn_link_add(state, name), entered;
	const char *past = link->name;

	if (!to)
		return NULL;
	entered = *to;
	*to = *link;
	to->name = entered.name;
	to->next = entered.next;
	to->skips = entered.skips;
	xn_link_remove(state, past);
	for (struct xn_link *other = state->links; other; other = other->next) {
		refer(&other->master, past, to->name);
		refer(&other->parent, past, to->name);
		refer(&other->lower, past, to->name);
		refer(&other->ingress, past, to->name);
		if (!refer_in(state->arena, &other->ports, past, to->name) ||
			!refer_in(state->arena, &other->uppers, past, to->name))
			return NULL;
	}
	return to;
}

static void *member(const struct xn_link *link, const struct xn_attr *attr)
{
	return (char *)(uintptr_t)link + attr->offset;
}

static bool equal(
	const struct xn_link *a, const struct xn_link *b, const struct xn_attr *attr)
{
	const char *x, *y;

	switch (attr->type) {
	case XN_ATTR_INT:
		return *(int64_t *)member(a, attr) == *(int64_t *)member(b, attr);
	case XN_ATTR_BOOL:
		return *(bool *)member(a, attr) == *(bool *)member(b, attr);
	default:
		x = *(const char **)member(a, attr);
		y = *(const char **)member(b, attr);
		return strcmp(x ? x : "", y ? y : "") == 0;
	}
}

/* A link without IPv6 generates no IPv6 addresses; of no options nothing is told. */
static bool is_vacuous(const struct xn_link *a, const struct xn_attr *attr)
{
	if (attr->bit == XN_TAP)
		return !a->tap || !a->tap[0];
	return attr->bit == XN_ADDRGEN && a->addrgen && strcmp(a->addrgen, "none") == 0;
}

static bool attr_differs(
	const struct xn_link *a, const struct xn_link *b, const struct xn_attr *attr)
{
	if (!(a->mask & attr->bit))
		return false;
	return b->mask & attr->bit ? !equal(a, b, attr) : !is_vacuous(a, attr);
}

unsigned xn_link_differs(const struct xn_link *a, const struct xn_link *b)
{
	unsigned mask = 0;

	for (const struct xn_attr *attr = xn_attrs; attr->name; attr++)
		if (attr_differs(a, b, attr))
			mask |= attr->bit;
	return mask;
}

void xn_link_copy(struct xn_link *to, const struct xn_link *from, unsigned mask)
{
	for (const struct xn_attr *attr = xn_attrs; attr->name; attr++) {
		if (!(mask & attr->bit))
			continue;
		if (attr->type == XN_ATTR_INT)
			*(int64_t *)member(to, attr) = *(int64_t *)member(from, attr);
		else if (attr->type == XN_ATTR_BOOL)
			*(bool *)member(to, attr) = *(bool *)member(from, attr);
		else
			*(const char **)member(to, attr) = *(const char **)member(
				from, attr);
	}
	to->mask |= mask & from->mask;
}

static bool is_of_vif(const struct xn_link *wanted)
{
	return !xn_link_is_lent(wanted) &&
	       (strcmp(wanted->kind, "tap") == 0 || xn_link_is_netback(wanted));
}

void xn_netstate_state_limits(struct xn_netstate *want)
{
	for (struct xn_link *link = want->links; link; link = link->next)
		if (is_of_vif(link))
			link->mask |= XN_RATE | XN_INGRESS;
}

void xn_netstate_state_rules(struct xn_netstate *want, const struct xn_netstate *have)
{
	for (struct xn_link *link = want->links; link; link = link->next) {
		const struct xn_link *found = is_of_vif(link)
						      ? xn_link_find(have, link->name)
						      : NULL;

		if (found && found->rules && found->rules[0])
			link->mask |= XN_RULES;
	}
}

static bool has_option(const struct xn_link *tap, const char *name)
{
	char value[sizeof("4294967295")];

	return tap->tap && xn_option(tap->tap, name, value, sizeof(value));
}

bool xn_tap_can_become(const struct xn_link *have, const struct xn_link *want)
{
	static const char *const settable[] = { "owner", "group" };

	for (size_t i = 0; i < sizeof(settable) / sizeof(settable[0]); i++)
		if (has_option(have, settable[i]) && !has_option(want, settable[i]))
			return false;
	return has_option(have, "multi_queue") == has_option(want, "multi_queue");
}

bool xn_link_is_lent(const struct xn_link *link)
{
	return !(link->mask & XN_KIND);
}

bool xn_link_is_netback(const struct xn_link *link)
{
	return link->kind && strcmp(link->kind, "netback") == 0;
}

bool xn_link_may_be_lent(const struct xn_link *observed)
{
	static const char *const others[] = { "bridge", "vlan", "vlan-802.1ad", "tap",
		"tun", "netback", "openvswitch" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i], observed->kind) == 0)
			return false;
	return !observed->is_altname &&
	       strncmp(observed->mark ? observed->mark : "", "xenet:", 6) != 0;
}

const char *xn_link_own_address(const struct xn_link *observed)
{
	return observed->permanent ? observed->permanent : observed->address;
}

bool xn_netstate_holds(const struct xn_netstate *have, const struct xn_netstate *want)
{
	for (const struct xn_link *link = want->links; link; link = link->next) {
		const struct xn_link *found = xn_link_find(have, link->name);

		if (!found || xn_link_differs(link, found))
			return false;
	}
	return true;
}

char *xn_word_next(struct xn_arena *arena, const char **at)
{
	size_t length;
	char *word;

	*at += strspn(*at, " ");
	length = strcspn(*at, " ");
	word = length ? xn_strndup(arena, *at, length) : NULL;
	*at = word || !length ? *at + length : NULL;
	return word;
}

bool xn_words_have(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; at && *at; at += strcspn(at, " ")) {
		at += strspn(at, " ");
		if (strcspn(at, " ") == length && strncmp(at, word, length) == 0)
			return true;
	}
	return false;
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *xn_words_sorted(struct xn_arena *arena, const char *words)
{
	char **list = xn_alloc(arena, (strlen(words) / 2 + 1) * sizeof(*list));
	struct xn_text text = XN_TEXT(arena);
	size_t n = 0;

	if (!list)
		return NULL;
	while ((list[n] = xn_word_next(arena, &words)))
		n++;
	if (!words)
		return NULL;
	qsort(list, n, sizeof(*list), compare_words);
	for (size_t i = 0; i < n; i++)
		xn_text_addf(&text, "%s%s", i ? " " : "", list[i]);
	return xn_text_end(&text);
}
