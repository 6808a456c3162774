/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/linux/ingress.h"
#include "host/linux/nft_read.h"
#include "host/linux/read.h"
#include "host/linux/shape.h"

/* A byte that says what was asked for, then the datagram that answers (catalogue 56). */

static struct xn_view view;
static struct xn_listing listing;
static struct xn_holder holder;
static struct xn_ties ties = { &holder, 1 };
static int64_t rate;
static struct xn_detour detour;
static struct xn_ingresses ingresses;
static struct xn_counters counters;
static struct nft_sight sight;

static const struct question {
	rtnl_handler take;
	void *context;
} questions[] = {
	{ xn_take_link, &view },
	{ xn_take_nic, &view },
	{ xn_take_tie, &ties },
	{ xn_take_address, &listing },
	{ xn_take_own_address, &listing },
	{ xn_take_route, &listing },
	{ xn_take_own_route, &listing },
	{ NULL, NULL },
	{ xn_take_rate, &rate },
	{ xn_take_filter, &detour },
	{ xn_take_ingress, &ingresses },
	{ nft_take_table, &sight },
	{ nft_take_chain, &sight },
	{ nft_take_owner, &sight },
	{ nft_take_rule, &sight },
	{ nft_take_port, &sight },
	{ nft_take_counter, &sight },
	{ nft_take_counters, &sight },
};

enum {
	N_QUESTIONS = sizeof(questions) / sizeof(questions[0])
};

/* The answer is to whatever its first message says. */
static void address(struct rtnl_answer *answer, const void *bytes, size_t size)
{
	struct nlmsghdr first = { 0 };

	memcpy(&first, bytes, size < sizeof(first) ? size : sizeof(first));
	answer->port = first.nlmsg_pid;
	answer->sequence = first.nlmsg_seq;
}

static void check(const struct xn_netstate *have)
{
	for (const struct xn_link *link = have->links; link; link = link->next) {
		assert(link->name[0] && strlen(link->name) < 16);
		assert(link->kind && link->mark && link->address && link->bus);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct question *question = &questions[size ? data[0] % N_QUESTIONS : 0];
	struct xn_arena *arena = xn_arena_new();
	struct rtnl_fault fault = { "" };
	struct rtnl_answer answer = {
		.handler = question->take, .context = question->context, .fault = &fault
	};
	/* As aligned as what was received. */
	void *bytes = malloc(size ? size : 1);
	int r;

	assert(arena && bytes);
	view = (struct xn_view){ .have = xn_netstate_new(arena),
		.name = size && data[0] & 8 ? "eth0" : NULL };
	holder = (struct xn_holder){ 3, XN_TEXT(arena), XN_TEXT(arena), 0 };
	listing = (struct xn_listing){ XN_TEXT(arena), 7 };
	detour = (struct xn_detour){ 0 };
	ingresses = (struct xn_ingresses){ .arena = arena };
	sight = (struct nft_sight){ .chain = &guard_common[0],
		.name = "port7",
		.counters = &counters,
		.arena = arena };
	if (size)
		memcpy(bytes, data + 1, size - 1);
	address(&answer, bytes, size ? size - 1 : 0);
	r = rtnl_take(&answer, bytes, size ? size - 1 : 0);
	assert(r <= 0 && r >= -4095 && strlen(fault.text) < sizeof(fault.text));
	if (r == 0)
		check(view.have);
	free(bytes);
	xn_arena_free(arena);
	return 0;
}
