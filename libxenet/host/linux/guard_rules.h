/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_GUARD_RULES_H
#define XN_GUARD_RULES_H

#include "base/arena.h"
#include "host/linux/nft_expr.h"

/*
 * What a guarded port may send, as chains of rules: a frame that no rule accepts is dropped, so
 * that whatever nobody has thought of does not pass. Pure, no socket in sight.
 */

#define GUARD_TABLE "xenet"
/* From a port's number to the chain of its rules. */
#define GUARD_MAP "ports"

struct nft_chain {
	const char *name;
	int hook;	   /* of the bridge; -1: none, rules go there   */
	const char *owner; /* the mark of whose it is; NULL: that of nobody */
	const struct nft_rule *rules;
	size_t n_rules;
};

enum {
	GUARD_COMMON = 5,
	GUARD_PRIORITY =
		-400 /* before all others; a frame is what the guest has made it */
};

/* Those that all ports share. */
extern const struct nft_chain guard_common[GUARD_COMMON];

/* Those of one port: of which neighbours it may speak, and where its frames go first, which is
 * also the name of the counter of those that are dropped. */
enum {
	GUARD_NEAR,
	GUARD_PORT,
	GUARD_OWN
};

/* Their names, without rules. -1: no memory. */
int guard_names(struct xn_arena *arena, int ifindex, struct nft_chain own[GUARD_OWN]);
/* By the text "mac=MAC,ip=ADDRESS,ip=...", ADDRESS as xn_address_read takes it, of either family.
 * -1: no memory, or the text is malformed. */
int guard_rules(struct xn_arena *arena, int ifindex, const char *text,
	struct nft_chain own[GUARD_OWN]);

#endif
