/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/nft_expr.h"

#include <errno.h>
#include <string.h>

#include <arpa/inet.h>
#include <linux/netfilter/nf_tables.h>

#include "host/linux/rtnl.h"

/* What an attribute of an expression says. */
enum form {
	FIXED,	 /* always this number: all loads go through the first register */
	NUMBER,	 /* the number at that place                                    */
	BYTE,	 /* the same in one byte                                        */
	NAME,	 /* the name                                                    */
	VALUE,	 /* the bytes                                                   */
	ZEROS,	 /* as many zeros                                               */
	VERDICT, /* the first number, and the name                              */
};

struct attr {
	int type; /* 0: no more */
	enum form form;
	uint32_t number; /* itself, or its place */
};

enum {
	MAX_ATTRS = 6,
	MAX_TYPE = 16
};

static const struct kind {
	const char *name;
	struct attr attrs[MAX_ATTRS + 1];
} kinds[] = {
	[NFT_PAYLOAD] = { "payload", { { NFTA_PAYLOAD_DREG, FIXED, NFT_REG_1 },
					     { NFTA_PAYLOAD_BASE, NUMBER, 0 },
					     { NFTA_PAYLOAD_OFFSET, NUMBER, 1 },
					     { NFTA_PAYLOAD_LEN, NUMBER, 2 } } },
	[NFT_META] = { "meta",
		{ { NFTA_META_DREG, FIXED, NFT_REG_1 }, { NFTA_META_KEY, NUMBER, 0 } } },
	[NFT_EXTHDR] = { "exthdr",
		{ { NFTA_EXTHDR_DREG, FIXED, NFT_REG_1 }, { NFTA_EXTHDR_TYPE, BYTE, 0 },
			{ NFTA_EXTHDR_OFFSET, NUMBER, 1 }, { NFTA_EXTHDR_LEN, NUMBER, 2 },
			{ NFTA_EXTHDR_FLAGS, NUMBER, 3 },
			{ NFTA_EXTHDR_OP, FIXED, NFT_EXTHDR_OP_IPV6 } } },
	[NFT_CMP] = { "cmp",
		{ { NFTA_CMP_SREG, FIXED, NFT_REG_1 }, { NFTA_CMP_OP, NUMBER, 0 },
			{ NFTA_CMP_DATA, VALUE, 0 } } },
	[NFT_BITWISE] = { "bitwise", { { NFTA_BITWISE_SREG, FIXED, NFT_REG_1 },
					     { NFTA_BITWISE_DREG, FIXED, NFT_REG_1 },
					     { NFTA_BITWISE_LEN, NUMBER, 0 },
					     { NFTA_BITWISE_OP, FIXED, NFT_BITWISE_BOOL },
					     { NFTA_BITWISE_MASK, VALUE, 0 },
					     { NFTA_BITWISE_XOR, ZEROS, 0 } } },
	[NFT_LOOKUP] = { "lookup",
		{ { NFTA_LOOKUP_SET, NAME, 0 }, { NFTA_LOOKUP_SREG, FIXED, NFT_REG_1 },
			{ NFTA_LOOKUP_DREG, FIXED, NFT_REG_VERDICT },
			{ NFTA_LOOKUP_FLAGS, FIXED, 0 } } },
	[NFT_COUNT] = { "objref", { { NFTA_OBJREF_IMM_TYPE, FIXED, NFT_OBJECT_COUNTER },
					  { NFTA_OBJREF_IMM_NAME, NAME, 0 } } },
	[NFT_VERDICT] = { "immediate", { { NFTA_IMMEDIATE_DREG, FIXED, NFT_REG_VERDICT },
					       { NFTA_IMMEDIATE_DATA, VERDICT, 0 } } },
};

static const unsigned char zeros[NFT_BYTES];

int nft_put_value(struct nl_msg *message, int type, const void *bytes, size_t size)
{
	struct nlattr *data = nla_nest_start(message, type);
	int r;

	if (!data)
		return -1;
	r = nla_put(message, NFTA_DATA_VALUE, (int)size, bytes);
	nla_nest_end(message, data);
	return r;
}

int nft_put_verdict(struct nl_msg *message, int type, int32_t code, const char *chain)
{
	struct nlattr *data = nla_nest_start(message, type), *verdict;
	int r;

	if (!data)
		return -1;
	verdict = nla_nest_start(message, NFTA_DATA_VERDICT);
	if (!verdict)
		return -1;
	r = nla_put_u32(message, NFTA_VERDICT_CODE, htonl((uint32_t)code));
	if (chain)
		r |= nla_put_string(message, NFTA_VERDICT_CHAIN, chain);
	nla_nest_end(message, verdict);
	nla_nest_end(message, data);
	return r;
}

static int put_attr(
	struct nl_msg *message, const struct nft_expr *expr, const struct attr *attr)
{
	switch (attr->form) {
	case FIXED:
		return nla_put_u32(message, attr->type, htonl(attr->number));
	case NUMBER:
		return nla_put_u32(
			message, attr->type, htonl(expr->numbers[attr->number]));
	case BYTE:
		return nla_put_u8(
			message, attr->type, (uint8_t)expr->numbers[attr->number]);
	case NAME:
		return nla_put_string(message, attr->type, expr->name);
	case VERDICT:
		return nft_put_verdict(
			message, attr->type, (int32_t)expr->numbers[0], expr->name);
	default:
		return nft_put_value(message, attr->type,
			attr->form == VALUE ? expr->bytes : zeros, expr->size);
	}
}

static int put_expr(struct nl_msg *message, const struct nft_expr *expr)
{
	const struct kind *kind = &kinds[expr->kind];
	struct nlattr *element = nla_nest_start(message, NFTA_LIST_ELEM), *data;
	int r;

	if (!element)
		return -1;
	r = nla_put_string(message, NFTA_EXPR_NAME, kind->name);
	data = nla_nest_start(message, NFTA_EXPR_DATA);
	if (!data)
		return -1;
	for (const struct attr *attr = kind->attrs; attr->type; attr++)
		r |= put_attr(message, expr, attr);
	nla_nest_end(message, data);
	nla_nest_end(message, element);
	return r;
}

int nft_put_rule(struct nl_msg *message, const struct nft_rule *rule)
{
	struct nlattr *list = nla_nest_start(message, NFTA_RULE_EXPRESSIONS);
	int r = list ? 0 : -1;

	for (const struct nft_expr *expr = rule->exprs; expr->kind && r == 0; expr++)
		r = put_expr(message, expr);
	if (list)
		nla_nest_end(message, list);
	return r;
}

/* ---- The way back ---- */

static bool has(struct nlattr *attr, const void *bytes, size_t size)
{
	return attr && nla_len(attr) == (int)size &&
	       memcmp(nla_data(attr), bytes, size) == 0;
}

static bool has_number(struct nlattr *attr, uint32_t number)
{
	const uint32_t bytes = htonl(number);

	return has(attr, &bytes, sizeof(bytes));
}

static bool has_name(struct nlattr *attr, const char *name)
{
	return name ? has(attr, name, strlen(name) + 1) : !attr;
}

static bool has_value(struct nlattr *attr, const void *bytes, size_t size)
{
	struct nlattr *tb[NFTA_DATA_MAX + 1];

	return attr && rtnl_nested(attr, tb, NFTA_DATA_MAX, NULL) == 0 &&
	       has(tb[NFTA_DATA_VALUE], bytes, size);
}

bool nft_is_verdict(struct nlattr *data, int32_t code, const char *chain)
{
	struct nlattr *tb[NFTA_DATA_MAX + 1], *verdict[NFTA_VERDICT_MAX + 1];

	return data && rtnl_nested(data, tb, NFTA_DATA_MAX, NULL) == 0 &&
	       tb[NFTA_DATA_VERDICT] &&
	       rtnl_nested(tb[NFTA_DATA_VERDICT], verdict, NFTA_VERDICT_MAX, NULL) == 0 &&
	       has_number(verdict[NFTA_VERDICT_CODE], (uint32_t)code) &&
	       has_name(verdict[NFTA_VERDICT_CHAIN], chain);
}

static bool is_attr(
	struct nlattr *found, const struct nft_expr *expr, const struct attr *attr)
{
	const uint8_t byte = (uint8_t)expr->numbers[attr->number % 4];

	switch (attr->form) {
	case FIXED:
		return has_number(found, attr->number);
	case NUMBER:
		return has_number(found, expr->numbers[attr->number]);
	case BYTE:
		return has(found, &byte, 1);
	case NAME:
		return has_name(found, expr->name);
	case VERDICT:
		return nft_is_verdict(found, (int32_t)expr->numbers[0], expr->name);
	default:
		return has_value(
			found, attr->form == VALUE ? expr->bytes : zeros, expr->size);
	}
}

static bool is_expr(struct nlattr *element, const struct nft_expr *expr)
{
	const struct kind *kind = &kinds[expr->kind];
	struct nlattr *tb[NFTA_EXPR_MAX + 1], *data[MAX_TYPE + 1];

	if (!kind->name || rtnl_nested(element, tb, NFTA_EXPR_MAX, NULL) < 0 ||
		!has_name(tb[NFTA_EXPR_NAME], kind->name) || !tb[NFTA_EXPR_DATA] ||
		rtnl_nested(tb[NFTA_EXPR_DATA], data, MAX_TYPE, NULL) < 0)
		return false;
	for (const struct attr *attr = kind->attrs; attr->type; attr++)
		if (!is_attr(data[attr->type], expr, attr))
			return false;
	return true;
}

bool nft_is_rule(struct nlattr *expressions, const struct nft_rule *rule)
{
	const struct nft_expr *expr = rule->exprs;
	struct nlattr *element;
	int left;

	nla_for_each_nested(
		element, expressions, left) if (!is_expr(element, expr++)) return false;
	return expr->kind == NFT_NONE;
}
