/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_NFT_READ_H
#define XN_NFT_READ_H

#include "host/linux/guard_rules.h"
#include "host/linux/rtnl.h"
#include "host/netstate.h"

/* What nftables has of the table of guarded ports. All return 0 or -errno; what is not there is
 * no error. */

struct nft_table {
	bool is_awake; /* it is there, and in force                  */
	bool is_used;  /* there is more in it than what ports share */
};

int nft_see_table(struct rtnl *sock, struct nft_table *ret);
/* *ret: it is there with these very rules, and hooked in where it is to be. */
int nft_see_chain(struct rtnl *sock, const struct nft_chain *chain, bool *ret);
int nft_see_chain_name(struct rtnl *sock, const char *name, bool *ret);
/* Ports that there are rules for. */
struct nft_owner {
	int ifindex;
	const char *mark; /* of its link when the rules were made */
	struct xn_counters drops;
	struct nft_owner *next;
};

/* Their drops are not asked for. */
int nft_see_owners(struct rtnl *sock, struct xn_arena *arena, struct nft_owner **ret);
/* Nor are their marks. */
int nft_see_counters(struct rtnl *sock, struct xn_arena *arena, struct nft_owner **ret);
/* *ret: frames from that port go to that chain. */
int nft_see_port(struct rtnl *sock, int ifindex, const char *chain, bool *ret);
/* Packets and bytes are set, where it is there. */
int nft_see_counter(struct rtnl *sock, const char *name, struct xn_counters *counters);
/* ---- The bytes of answers; no socket in sight ---- */

/* What an answer is to be, and whether it is. */
struct nft_sight {
	const struct nft_chain *chain;
	const char *name; /* of the chain that a port is to go to */
	struct xn_counters *counters;
	struct nft_table table;
	struct nft_owner *owners;
	struct xn_arena *arena;
	size_t n; /* messages so far */
	bool is_so;
};

/* See rtnl_handler; the context is a sight. */
int nft_take_table(struct nlmsghdr *header, void *context);
int nft_take_chain(struct nlmsghdr *header, void *context);
int nft_take_owner(struct nlmsghdr *header, void *context);
int nft_take_rule(struct nlmsghdr *header, void *context);
int nft_take_port(struct nlmsghdr *header, void *context);
int nft_take_counter(struct nlmsghdr *header, void *context);
int nft_take_counters(struct nlmsghdr *header, void *context);

#endif
