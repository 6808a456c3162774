/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/nft.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "host/linux/encode.h"

enum {
	MAP_ID = 1,	     /* within a transaction; the kernel asks for one */
	TYPE_INTERFACE = 20, /* by which nft tells what the map's keys are  */
};

static struct nl_msg *start(int type, int flags, int family, int resource)
{
	struct nfgenmsg head = { .nfgen_family = (unsigned char)family,
		.version = NFNETLINK_V0,
		.res_id = htons((uint16_t)resource) };
	struct nl_msg *message = nlmsg_alloc_simple(type, flags);

	return message ? xn_encode_finish(message, nlmsg_append(message, &head,
							   sizeof(head), NLMSG_ALIGNTO))
		       : NULL;
}

/* All but tables name theirs by the first attribute, whatever they are themselves. */
static struct nl_msg *start_in_table(int type, int flags)
{
	struct nl_msg *message = start(
		NFNL_SUBSYS_NFTABLES << 8 | type, flags, NFPROTO_BRIDGE, 0);

	return message ? xn_encode_finish(message,
				 nla_put_string(message, NFTA_TABLE_NAME, GUARD_TABLE))
		       : NULL;
}

static struct nl_msg *put_name(struct nl_msg *message, int type, const char *name)
{
	return message ? xn_encode_finish(message, nla_put_string(message, type, name))
		       : NULL;
}

static struct nl_msg *put_number(struct nl_msg *message, int type, uint32_t number)
{
	return message ? xn_encode_finish(
				 message, nla_put_u32(message, type, htonl(number)))
		       : NULL;
}

/* ---- Transactions ---- */

static bool make_room(struct nft_batch *batch, size_t length)
{
	size_t room = batch->room ? batch->room : 4096;
	unsigned char *bytes;

	while (room < batch->length + length)
		room *= 2;
	bytes = room > batch->room ? realloc(batch->bytes, room) : batch->bytes;
	if (!bytes)
		return false;
	batch->bytes = bytes;
	batch->room = room;
	return true;
}

/* Frees the message. */
static void add(struct nft_batch *batch, struct nl_msg *message)
{
	const struct nlmsghdr *header = message ? nlmsg_hdr(message) : NULL;
	size_t length = header ? NLMSG_ALIGN(header->nlmsg_len) : 0;

	if (!header || !make_room(batch, length))
		batch->result = -ENOMEM;
	if (batch->result == 0) {
		memset(batch->bytes + batch->length, 0, length);
		memcpy(batch->bytes + batch->length, header, header->nlmsg_len);
		batch->length += length;
	}
	nlmsg_free(message);
}

void nft_begin(struct nft_batch *batch)
{
	*batch = (struct nft_batch){ 0 };
	add(batch, start(NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES));
}

int nft_commit(struct nft_batch *batch, struct rtnl *sock, struct rtnl_fault *fault)
{
	struct rtnl *filter;
	int r;

	add(batch, start(NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES));
	r = batch->result < 0 ? batch->result : rtnl_filter(sock, &filter);
	if (r == 0)
		r = rtnl_transact(filter, batch->bytes, batch->length, fault);
	free(batch->bytes);
	*batch = (struct nft_batch){ 0 };
	return r;
}

static void add_table(struct nft_batch *batch)
{
	add(batch, put_number(start_in_table(NFT_MSG_NEWTABLE, NLM_F_CREATE),
			   NFTA_TABLE_FLAGS, 0));
}

/* By which nft shows them by their names. */
static void add_map(struct nft_batch *batch)
{
	static const unsigned char host_order[] = { 0, 4, 1, 0, 0, 0 };
	struct nl_msg *message = start_in_table(NFT_MSG_NEWSET, NLM_F_CREATE);

	message = put_name(message, NFTA_SET_NAME, GUARD_MAP);
	message = put_number(message, NFTA_SET_ID, MAP_ID);
	message = put_number(message, NFTA_SET_FLAGS, NFT_SET_MAP);
	message = put_number(message, NFTA_SET_KEY_TYPE, TYPE_INTERFACE);
	message = put_number(message, NFTA_SET_KEY_LEN, sizeof(uint32_t));
	message = put_number(message, NFTA_SET_DATA_TYPE, NFT_DATA_VERDICT);
	if (message)
		message = xn_encode_finish(
			message, nla_put(message, NFTA_SET_USERDATA, sizeof(host_order),
					 host_order));
	add(batch, message);
}

static int put_hook(struct nl_msg *message, int hook)
{
	struct nlattr *attr = nla_nest_start(message, NFTA_CHAIN_HOOK);
	int r;

	if (!attr)
		return -1;
	r = nla_put_u32(message, NFTA_HOOK_HOOKNUM, htonl((uint32_t)hook));
	r |= nla_put_u32(message, NFTA_HOOK_PRIORITY, htonl((uint32_t)GUARD_PRIORITY));
	nla_nest_end(message, attr);
	r |= nla_put_u32(message, NFTA_CHAIN_POLICY, htonl(NF_ACCEPT));
	return r | nla_put_string(message, NFTA_CHAIN_TYPE, "filter");
}

void nft_add_chain(struct nft_batch *batch, const struct nft_chain *chain)
{
	struct nl_msg *message = put_name(start_in_table(NFT_MSG_NEWCHAIN, NLM_F_CREATE),
		NFTA_CHAIN_NAME, chain->name);

	if (message && chain->hook >= 0)
		message = xn_encode_finish(message, put_hook(message, chain->hook));
	if (message && chain->owner)
		message = xn_encode_finish(
			message, nla_put(message, NFTA_CHAIN_USERDATA,
					 (int)strlen(chain->owner), chain->owner));
	add(batch, message);
}

static void empty_chain(struct nft_batch *batch, const char *name)
{
	add(batch, put_name(start_in_table(NFT_MSG_DELRULE, 0), NFTA_RULE_CHAIN, name));
}

void nft_fill_chain(struct nft_batch *batch, const struct nft_chain *chain)
{
	empty_chain(batch, chain->name);
	for (size_t i = 0; i < chain->n_rules; i++) {
		struct nl_msg *message = put_name(
			start_in_table(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND),
			NFTA_RULE_CHAIN, chain->name);

		if (message)
			message = xn_encode_finish(
				message, nft_put_rule(message, &chain->rules[i]));
		add(batch, message);
	}
}

void nft_del_chain(struct nft_batch *batch, const char *name)
{
	empty_chain(batch, name);
	add(batch, put_name(start_in_table(NFT_MSG_DELCHAIN, 0), NFTA_CHAIN_NAME, name));
}

static struct nl_msg *name_counter(int type, int flags, const char *name)
{
	return put_number(put_name(start_in_table(type, flags), NFTA_OBJ_NAME, name),
		NFTA_OBJ_TYPE, NFT_OBJECT_COUNTER);
}

void nft_add_counter(struct nft_batch *batch, const char *name)
{
	struct nl_msg *message = name_counter(NFT_MSG_NEWOBJ, NLM_F_CREATE, name);
	struct nlattr *data = message ? nla_nest_start(message, NFTA_OBJ_DATA) : NULL;

	if (data)
		nla_nest_end_keep_empty(message, data);
	add(batch, message ? xn_encode_finish(message, data ? 0 : -1) : NULL);
}

void nft_del_counter(struct nft_batch *batch, const char *name)
{
	add(batch, name_counter(NFT_MSG_DELOBJ, 0, name));
}

static int put_element(struct nl_msg *message, int ifindex, const char *chain)
{
	struct nlattr *list = nla_nest_start(message, NFTA_SET_ELEM_LIST_ELEMENTS);
	struct nlattr *element = list ? nla_nest_start(message, NFTA_LIST_ELEM) : NULL;
	int r;

	if (!element)
		return -1;
	/* A number of the kernel's own, in its own order of bytes. */
	r = nft_put_value(message, NFTA_SET_ELEM_KEY, &ifindex, sizeof(ifindex));
	if (chain)
		r |= nft_put_verdict(message, NFTA_SET_ELEM_DATA, NFT_GOTO, chain);
	nla_nest_end(message, element);
	nla_nest_end(message, list);
	return r;
}

static struct nl_msg *name_port(int type, int flags, int ifindex, const char *chain)
{
	struct nl_msg *message = put_name(
		start_in_table(type, flags), NFTA_SET_ELEM_LIST_SET, GUARD_MAP);

	return message ? xn_encode_finish(message, put_element(message, ifindex, chain))
		       : NULL;
}

void nft_add_port(struct nft_batch *batch, int ifindex, const char *chain)
{
	add(batch, name_port(NFT_MSG_NEWSETELEM, NLM_F_CREATE, ifindex, chain));
}

void nft_del_port(struct nft_batch *batch, int ifindex)
{
	add(batch, name_port(NFT_MSG_DELSETELEM, 0, ifindex, NULL));
}

void nft_add_common(struct nft_batch *batch)
{
	add_table(batch);
	add_map(batch);
	for (size_t i = 0; i < GUARD_COMMON; i++)
		nft_add_chain(batch, &guard_common[i]);
	for (size_t i = 0; i < GUARD_COMMON; i++)
		nft_fill_chain(batch, &guard_common[i]);
}

void nft_del_table(struct nft_batch *batch)
{
	add(batch, start_in_table(NFT_MSG_DELTABLE, 0));
}

/* ---- Questions ---- */

struct nl_msg *nft_ask_table(void)
{
	return start_in_table(NFT_MSG_GETTABLE, 0);
}

struct nl_msg *nft_ask_chain(const char *name)
{
	return put_name(start_in_table(NFT_MSG_GETCHAIN, 0), NFTA_CHAIN_NAME, name);
}

struct nl_msg *nft_ask_chains(void)
{
	return start_in_table(NFT_MSG_GETCHAIN, NLM_F_DUMP);
}

struct nl_msg *nft_ask_rules(const char *chain)
{
	return put_name(
		start_in_table(NFT_MSG_GETRULE, NLM_F_DUMP), NFTA_RULE_CHAIN, chain);
}

struct nl_msg *nft_ask_port(int ifindex)
{
	return name_port(NFT_MSG_GETSETELEM, 0, ifindex, NULL);
}

struct nl_msg *nft_ask_counter(const char *name)
{
	return name_counter(NFT_MSG_GETOBJ, 0, name);
}

struct nl_msg *nft_ask_counters(void)
{
	return put_number(start_in_table(NFT_MSG_GETOBJ, NLM_F_DUMP), NFTA_OBJ_TYPE,
		NFT_OBJECT_COUNTER);
}
