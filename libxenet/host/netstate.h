/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_NETSTATE_H
#define XN_NETSTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/*
 * Links as plain data: what objects want of the host, and what the kernel has. A link
 * states the attributes in its mask and only those are compared.
 */

enum xn_attr_bit {
	XN_KIND = 1 << 0,
	XN_PARENT = 1 << 1,
	XN_TAG = 1 << 2,
	XN_MARK = 1 << 3,
	XN_ADDRESS = 1 << 4,
	XN_MTU = 1 << 5,
	XN_STP = 1 << 6,
	XN_DELAY = 1 << 7,
	XN_ADDRGEN = 1 << 8,
	XN_MASTER = 1 << 9,
	XN_UP = 1 << 10,
	XN_IP = 1 << 11,
	XN_VIA = 1 << 12,
	XN_BOND = 1 << 13,
	XN_TUNNEL = 1 << 14,
	XN_TAP = 1 << 15,
	XN_RATE = 1 << 16,
	XN_INGRESS = 1 << 17,
	XN_RULES = 1 << 18,
	XN_NETBACK = 1 << 19,
	XN_LEARN = 1 << 20,
};

/* What a link is: another one in its place is needed when they differ. */
#define XN_IDENTITY (XN_KIND | XN_PARENT | XN_TAG | XN_TUNNEL | XN_TAP | XN_NETBACK)
/* What can be set on a link that exists. */
#define XN_SETTINGS                                                                      \
	(XN_MARK | XN_ADDRESS | XN_MTU | XN_STP | XN_DELAY | XN_LEARN | XN_ADDRGEN |     \
		XN_BOND | XN_RATE)
/* What the IP layers keep of a link. Looked up only for links whose mask asks for it, and
 * only what xenet made: others may have addresses on the same link. */
#define XN_LAYER3 (XN_IP | XN_VIA)
/* What only some links state: where it was stated and is no more, it is to go. */
#define XN_STATED (XN_LAYER3 | XN_RATE | XN_INGRESS | XN_RULES)

/* What an observation may look up beyond the link itself. */
enum xn_detail {
	XN_DETAIL_NONE = 0,
	XN_DETAIL_USE = 1 << 0,	     /* addresses and routes of the host on the link */
	XN_DETAIL_COUNTERS = 1 << 1, /* what went through it so far                  */
	XN_DETAIL_GUARD = 1 << 2,    /* what its rules have dropped so far           */
	XN_DETAIL_RULES = 1 << 3,    /* of all links: rules, though none were wanted */
	/* For who acts on it: that rules may not be looked at is an error. To others they are
	 * as they should be. */
	XN_DETAIL_SURE = 1 << 4,
};

/* Of one direction. */
struct xn_counters {
	uint64_t bytes, packets, errors, drops;
};

struct xn_link {
	const char *name;
	unsigned mask;
	const char *
		kind; /* bridge, vlan, bond, vxlan, gretap, tap, ifb, netback; also nic, veth */
	const char *parent; /* of a VLAN: the device's name                            */
	int64_t tag;	    /* of a VLAN: 1..4094                                      */
	const char *bond; /* of a bond: option=value,... by the kernel's names          */
	const char *tunnel;  /* of a tunnel: local=, remote= and key=                   */
	const char *tap;     /* of a TAP: owner=, group=, multi_queue=1; mostly ""    */
	const char *netback; /* of Xen's netback: its place, such as vif-7-0           */
	const char *mark;    /* alias: "xenet:DATABASE:UUID" on what is ours            */
	const char *address; /* MAC, lower case                                         */
	int64_t mtu;	     /* bytes                                                   */
	bool stp;	     /* of a bridge                                             */
	int64_t delay;	     /* of a bridge: forward delay, seconds                     */
	bool learn;	     /* of a bridge: addresses from what concerns itself alone  */
	const char *addrgen; /* IPv6 address generation: eui64, none, random, stable    */
	const char *master;  /* the device it is a port of; "" for none                 */
	int64_t rate; /* at most sent through it: kilobytes a second; 0: no limit        */
	const char *ingress; /* the device (ifb) that all it receives goes through first,
				with a rate of its own; "" for none; "other" for what is
				none of ours                                     */
	/* What may come in through a port: "mac=MAC,ip=ADDRESS,ip=..."; "": all. */
	const char *rules;
	bool up;
	const char *ip; /* addresses with prefix lengths, sorted, by blanks             */
	const char
		*via; /* routes as DESTINATION>GATEWAY, sorted, by blanks             */

	/* Of a bridge that is wanted no more: foreign ports, or devices on top, keep it, where
	 * else they are an error. */
	bool stays_for_ports;
	bool unsure; /* of the past: perhaps it was not there */

	/* Filled by observation only. */
	int ifindex;
	const char *master_mark, *master_kind; /* of its master; NULL: none */
	bool carrier;
	bool shaped;	     /* something limits its rate                              */
	bool grouped;	     /* in xenet's link group                                  */
	bool unmarked;	     /* made by xenet (link group), killed before it was marked */
	bool adopted;	     /* ours all the same: an intent expects it under this name */
	bool attached;	     /* of a TAP: a process has it open, such as a guest's */
	const char *renamed; /* its name, though it is entered under the one we gave it */
	bool is_altname;     /* the name asked for is but another name of this link */
	const char *
		permanent; /* address that it came with; NULL: its driver does not know */
	const char *bus;   /* of a physical device: its place, such as a PCI address  */
	const char
		*addresses; /* of the host, but link-local IPv6; asked for by details  */
	const char *routes; /* of the host through it; asked for by details            */
	/* Counted by the host, of a TAP the other way round than the guest would; NULL unless
	 * asked for by details. */
	const struct xn_counters *received, *sent;
	const struct xn_counters *guarded; /* dropped by its rules; see details */
	bool exposed;	   /* its rules could not be set: it must not become a port */
	const char *lower; /* the device it stands on, and goes with; NULL: none      */
	/* What hangs on it, where that is known, by blanks: the ports of a bridge or bond, and
	 * the devices on top, which the kernel deletes with it. */
	const char *ports, *uppers;

	struct xn_link *next;
	struct xn_link **skips; /* the next one on each higher level that it is on */
};

enum {
	XN_NETSTATE_LEVELS = 10
};

/* A skip list: each level has about a quarter of the links of the one below. */
struct xn_netstate {
	struct xn_arena *arena;
	struct xn_link *links; /* ordered by name, each name once */
	struct xn_link *skips[XN_NETSTATE_LEVELS];
};

struct xn_netstate *xn_netstate_new(struct xn_arena *arena);
void xn_netstate_clear(struct xn_netstate *state);
/* NULL: no link of that name. */
struct xn_link *xn_link_find(const struct xn_netstate *state, const char *name);
/* The link of that name, added if absent; NULL: no memory. */
struct xn_link *xn_link_add(struct xn_netstate *state, const char *name);
void xn_link_remove(struct xn_netstate *state, const char *name);
/* Enters a link under another name, by which all others then refer to it; NULL: no memory. */
struct xn_link *xn_link_rename(
	struct xn_netstate *state, struct xn_link *link, const char *name);

/* Fills in what hangs on each link, when the state has all of them. -1: no memory. */
int xn_netstate_tie(struct xn_netstate *have);

/* The stated attributes of a that differ in b. */
unsigned xn_link_differs(const struct xn_link *a, const struct xn_link *b);
/* The words of a text in their canonical order, by single blanks; NULL: no memory. */
char *xn_words_sorted(struct xn_arena *arena, const char *words);
/* The next word at or behind *at, which moves behind it; NULL: none is left or, if *at has
 * become NULL, no memory. */
char *xn_word_next(struct xn_arena *arena, const char **at);
bool xn_words_have(const char *words, const char *word);
/* Copies the attributes of the mask. */
void xn_link_copy(struct xn_link *to, const struct xn_link *from, unsigned mask);
/* Has the devices of VIFs among the wanted links state their limits, though there be none: what somebody
 * else limits is to be found. */
void xn_netstate_state_limits(struct xn_netstate *want);
/* Has those state that they have no rules that are there and not wanted. */
void xn_netstate_state_rules(struct xn_netstate *want, const struct xn_netstate *have);
/* Its owner and group can be set on it as it is: neither goes, nor do its queues change. */
bool xn_tap_can_become(const struct xn_link *have, const struct xn_link *want);
/* A link of the host's own that xenet is lent, such as a NIC: it states no kind. */
bool xn_link_is_lent(const struct xn_link *link);
/* A device that Xen's netback made for a guest, and will remove: xenet only takes it for a while. */
bool xn_link_is_netback(const struct xn_link *link);
/* A device of the host's own that could be lent: no bridge, VLAN or TAP, and really named
 * so. */
bool xn_link_may_be_lent(const struct xn_link *observed);
/* The address that tells a NIC from others: the one it came with, if that is known. */
const char *xn_link_own_address(const struct xn_link *observed);
/* Every stated attribute of every link is so in the other state. */
bool xn_netstate_holds(const struct xn_netstate *have, const struct xn_netstate *want);

/* ---- What is not as it is wanted (host/drift.c) ---- */

/* What is left of a port that is gone: rules, observed as if they were a link. */
#define XN_KIND_RULES "rules"

/* Enters rules that a database left, as past links of its: those with its marks, which start with
 * prefix. -1: no memory. */
int xn_netstate_claim_rules(
	struct xn_netstate *past, const struct xn_netstate *have, const char *prefix);

/* An attribute of a link that is not so; or "link", when there is no such link at all. */
struct xn_difference {
	const char *attribute, *wanted, *found;
	struct xn_difference *next;
};

/* How the host differs from what a link states; *ret = NULL: it does not. -1: no memory. */
int xn_link_compare(struct xn_arena *arena, const struct xn_link *want,
	const struct xn_netstate *have, struct xn_difference **ret);
/* The same in words: "" when nothing differs; NULL: no memory. */
const char *xn_link_reason(struct xn_arena *arena, const struct xn_link *want,
	const struct xn_netstate *have);
/* The same of all links: "" when nothing differs; NULL: no memory. */
const char *xn_netstate_reason(struct xn_arena *arena, const struct xn_netstate *want,
	const struct xn_netstate *have);

/*
 * Among all links of the host, finds by their marks those of ours that were renamed, and
 * enters them under the names that they should have; and knows again those that lost their
 * mark, by all else. -1: no memory.
 */
int xn_netstate_match(const struct xn_netstate *want, struct xn_netstate *have);

/* The latter alone, of links that we want or wanted. */
void xn_netstate_adopt(const struct xn_netstate *ours, struct xn_netstate *have);

enum xn_stray {
	XN_STRAY_NONE,	  /* wanted, or not of that database                     */
	XN_STRAY_ORPHAN,  /* of that database, which does not want it            */
	XN_STRAY_FOREIGN, /* of a kind, or in a way, that xenet makes no devices */
};

/* What a link of the host is to a database, whose marks start with prefix. */
enum xn_stray xn_link_stray(
	const struct xn_link *link, const struct xn_netstate *want, const char *prefix);

/* Whose device a mark says it is: "xenet:DATABASE:OBJECT", by the uuids of the database's host and
 * of the object; anybody may have written it. false: it says nothing, or no memory. */
bool xn_mark_read(struct xn_arena *arena, const char *mark, const char **ret_database,
	const char **ret_object);

/* ---- Text: "NAME attribute=value ...", one line a link ---- */

/* " attribute=value" for each attribute of the mask; values are escaped as in URLs. */
void xn_link_write(struct xn_text *text, const struct xn_link *link, unsigned mask);
/* Adds the link of a line; XENET_E_INVALID_VALUE: the line is malformed. */
int xn_link_read(struct xn_netstate *state, const char *line, struct xn_link **ret,
	struct xenet_error *err);

/* The escaping alone, for other texts of lines and words. */
void xn_text_escape(struct xn_text *text, const char *value);
/* NULL: an escape that is none, or no memory. */
char *xn_text_unescape(struct xn_arena *arena, const char *value, size_t length);

#endif
