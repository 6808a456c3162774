/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_GUARD_H
#define XN_GUARD_H

#include "host/linux/rtnl.h"
#include "host/netstate.h"

/*
 * Guarded ports: what may come in through them is a matter of nftables, in a table of our own of
 * the family bridge. All return 0 or -errno.
 */

/* Puts the links' rules in the place of those that they had, all in one transaction. */
int xn_guard_set(struct rtnl *sock, struct xn_link *const *links, size_t n,
	struct rtnl_fault *fault);
/* Takes the links' rules away, and with the last ones all that was made for them. */
int xn_guard_drop(struct rtnl *sock, struct xn_link *const *links, size_t n,
	struct rtnl_fault *fault);
/* What of the rules asked for the link has: these, others, or none; and, where the details ask
 * for that, what they have dropped. */
int xn_see_rules(struct rtnl *sock, const struct xn_link *asked, unsigned details,
	struct xn_link *link, struct xn_arena *arena);
/* Among all links that there are, fills in what their rules have dropped. */
int xn_see_all_drops(struct rtnl *sock, struct xn_netstate *have);
/* Among all links that there are, fills in the rules of those that go by another name than theirs
 * among the names, and adds what is left of rules whose port is gone, as links of the kind
 * XN_KIND_RULES. */
int xn_see_other_rules(struct rtnl *sock, const struct xn_netstate *names,
	unsigned details, struct xn_netstate *have);

#endif
