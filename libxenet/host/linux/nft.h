/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_NFT_H
#define XN_NFT_H

#include "host/linux/guard_rules.h"
#include "host/linux/rtnl.h"

/*
 * Messages to nftables about the table of guarded ports. A transaction is a row of them; they are
 * made so that it does not matter what of it is there already.
 */
struct nft_batch {
	unsigned char *bytes;
	size_t length, room;
	int result; /* -errno: it cannot be sent */
};

void nft_begin(struct nft_batch *batch);
/* Sends what there is, and frees it; 0 or -errno: what went wrong, there or here. */
int nft_commit(struct nft_batch *batch, struct rtnl *sock, struct rtnl_fault *fault);

/* The table, its map, and the chains that go with all ports. */
void nft_add_common(struct nft_batch *batch);
/* A chain as it is to be, its rules in the place of those that it had. */
void nft_add_chain(struct nft_batch *batch, const struct nft_chain *chain);
void nft_fill_chain(struct nft_batch *batch, const struct nft_chain *chain);
void nft_del_chain(struct nft_batch *batch, const char *name);
void nft_add_counter(struct nft_batch *batch, const char *name);
void nft_del_counter(struct nft_batch *batch, const char *name);
/* Frames from that port go to that chain. */
void nft_add_port(struct nft_batch *batch, int ifindex, const char *chain);
void nft_del_port(struct nft_batch *batch, int ifindex);
void nft_del_table(struct nft_batch *batch);

/* ---- Questions; NULL: no memory ---- */

struct nl_msg *nft_ask_table(void);
struct nl_msg *nft_ask_chain(const char *name);
struct nl_msg *nft_ask_chains(void);
struct nl_msg *nft_ask_rules(const char *chain);
struct nl_msg *nft_ask_port(int ifindex);
struct nl_msg *nft_ask_counter(const char *name);
struct nl_msg *nft_ask_counters(void);

#endif
