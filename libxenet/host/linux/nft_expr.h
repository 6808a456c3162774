/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_NFT_EXPR_H
#define XN_NFT_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

/*
 * Rules of nftables as plain data: a rule is a row of expressions, each of which looks at the
 * frame, and ends the rule unless that is as it should be. How an expression is told to the
 * kernel, and known again in what the kernel tells, is one table (nft_expr.c).
 */

enum nft_kind {
	NFT_NONE,    /* behind the last one of a rule                       */
	NFT_PAYLOAD, /* loads bytes of the frame: base, offset, length      */
	NFT_META,    /* loads what the kernel knows of it: which            */
	NFT_EXTHDR,  /* loads of an IPv6 header: type, offset, length, flags */
	NFT_CMP,     /* what is loaded is so to the bytes: how              */
	NFT_BITWISE, /* keeps of what is loaded the bits of the bytes       */
	NFT_LOOKUP,  /* goes where the map of that name says                */
	NFT_COUNT,   /* adds the frame to the counter of that name          */
	NFT_VERDICT, /* ends: how, and with a jump, to which chain          */
};

enum {
	NFT_EXPRS = 16, /* of a rule, the end included */
	NFT_BYTES = 16,
};

struct nft_expr {
	enum nft_kind kind;
	uint32_t numbers[4];
	const char *name;
	unsigned char bytes[NFT_BYTES];
	size_t size; /* of the bytes */
};

struct nft_rule {
	struct nft_expr exprs[NFT_EXPRS];
};

/* NFTA_RULE_EXPRESSIONS; not 0: it did not fit. */
int nft_put_rule(struct nl_msg *message, const struct nft_rule *rule);
/* NFTA_DATA_VERDICT, within an attribute of that type. */
int nft_put_verdict(struct nl_msg *message, int type, int32_t code, const char *chain);
/* NFTA_DATA_VALUE, likewise. */
int nft_put_value(struct nl_msg *message, int type, const void *bytes, size_t size);
/* Whether the attributes from the kernel say the same. */
bool nft_is_rule(struct nlattr *expressions, const struct nft_rule *rule);
bool nft_is_verdict(struct nlattr *data, int32_t code, const char *chain);

#endif
