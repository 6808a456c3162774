/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/guard_rules.h"

#include <errno.h>

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "bytes.h"
#include "host/linux/nft_read.h"
#include "unit.h"

/* Rules of guarded ports, and how they are known again in what the kernel tells, also as it would
 * never tell it (catalogue 56, 74). */

#define MAC "mac=02:16:3e:00:00:05"

static struct nft_chain own[GUARD_OWN];

static int make(const char *text)
{
	return guard_rules(unit.arena, IFINDEX, text, own);
}

static size_t rules_of(const char *text)
{
	ck_assert_int_eq(make(text), 0);
	return own[GUARD_PORT].n_rules;
}

/* The last rule of a chain is one that counts and drops, whatever the frame is. */
static void assert_closed(const struct nft_chain *chain)
{
	const struct nft_expr *last = chain->rules[chain->n_rules - 1].exprs;

	ck_assert_int_eq(last[0].kind, NFT_COUNT);
	ck_assert_int_eq(last[1].kind, NFT_VERDICT);
	ck_assert_uint_eq(last[1].numbers[0], NF_DROP);
	ck_assert_int_eq(last[2].kind, NFT_NONE);
}

START_TEST(rules_for_each_address)
{
	size_t none = rules_of(MAC);
	size_t one = rules_of(MAC ",ip=192.0.2.5");
	size_t both = rules_of(MAC ",ip=192.0.2.5,ip=2001:db8::5");

	ck_assert_uint_eq(none, 3);
	ck_assert_uint_eq(one, none + 4);
	ck_assert_uint_eq(rules_of(MAC ",ip=192.0.2.5,ip=198.51.100.0/24"), one + 3);
	ck_assert_uint_eq(rules_of(MAC ",ip=2001:db8::5,ip=192.0.2.5"), both);
	ck_assert_uint_eq(rules_of(MAC ",ip=192.0.2.5,ip=2001:db8::/64"), both);
	ck_assert_uint_eq(own[GUARD_NEAR].n_rules, 2);
	ck_assert_str_eq(own[GUARD_PORT].name, "port7");
	assert_closed(&own[GUARD_PORT]);
	rules_of(MAC);
	assert_closed(&own[GUARD_PORT]);
	ck_assert_uint_eq(own[GUARD_NEAR].n_rules, 0);
}
END_TEST

/* The comparison of the first rule for IPv4 that looks at the source. */
static const struct nft_expr *source_of(const char *text)
{
	ck_assert_int_eq(make(text), 0);
	return own[GUARD_PORT].rules[2].exprs + 3;
}

START_TEST(prefixes)
{
	const struct nft_expr *expr = source_of(MAC ",ip=198.51.100.77/20");

	ck_assert_int_eq(expr[0].kind, NFT_BITWISE);
	ck_assert_mem_eq(expr[0].bytes, "\xff\xff\xf0\x00", 4);
	ck_assert_int_eq(expr[1].kind, NFT_CMP);
	ck_assert_mem_eq(expr[1].bytes, "\xc6\x33\x60\x00", 4);
	expr = source_of(MAC ",ip=198.51.100.77");
	ck_assert_int_eq(expr[0].kind, NFT_CMP);
	ck_assert_mem_eq(expr[0].bytes, "\xc6\x33\x64\x4d", 4);
	expr = source_of(MAC ",ip=0.0.0.0/0");
	ck_assert_mem_eq(expr[0].bytes, "\0\0\0\0", 4);
	ck_assert_mem_eq(expr[1].bytes, "\0\0\0\0", 4);
}
END_TEST

START_TEST(refuses_what_is_malformed)
{
	static const char *const texts[] = { "", "ip=192.0.2.5", "mac=", "mac=02:16:3e",
		MAC ",ip=", MAC ",ip=192.0.2.256", MAC ",ip=192.0.2.0/33",
		MAC ",ip=2001:db8::5/129",
		MAC ",ip=no address at all, but a long text, "
		    "longer than any address could be" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_msg(make(texts[i]) < 0, "%s", texts[i]);
}
END_TEST

/* ---- Known again ---- */

static void begin_nft(int type)
{
	struct nfgenmsg head = { .nfgen_family = NFPROTO_BRIDGE };

	begin(NFNL_SUBSYS_NFTABLES << 8 | type, &head, sizeof(head));
	nla_put_string(message, NFTA_TABLE_NAME, GUARD_TABLE);
}

static void begin_rule(const char *chain, const struct nft_rule *rule)
{
	begin_nft(NFT_MSG_NEWRULE);
	nla_put_string(message, NFTA_RULE_CHAIN, chain);
	ck_assert_int_eq(nft_put_rule(message, rule), 0);
}

/* Whether a chain of that one rule is what the message tells of. */
static bool is_told(const struct nft_rule *rule)
{
	const struct nft_chain chain = { "some", -1, NULL, rule, 1 };
	struct nft_sight sight = { .chain = &chain };

	return take(nft_take_rule, &sight) == 0 && sight.is_so && sight.n == 1;
}

/* Another one by the least difference in that expression. */
static void alter(struct nft_expr *expr)
{
	if (expr->size)
		expr->bytes[expr->size - 1] ^= 1;
	else if (expr->kind == NFT_LOOKUP || expr->kind == NFT_COUNT)
		expr->name = "another";
	else
		expr->numbers[0] ^= 1;
}

static void check_rule(const struct nft_rule *rule)
{
	struct nft_rule other;
	size_t n = 0;

	for (; rule->exprs[n].kind; n++) {
		other = *rule;
		alter(&other.exprs[n]);
		begin_rule("some", &other);
		ck_assert(!is_told(rule));
		begin_rule("some", rule);
		ck_assert(!is_told(&other));
	}
	other = *rule;
	other.exprs[n - 1].kind = NFT_NONE;
	begin_rule("some", &other);
	ck_assert(!is_told(rule));
	begin_rule("some", rule);
	ck_assert(!is_told(&other));
	begin_rule("some", rule);
	ck_assert(is_told(rule));
}

static void check_chain(const struct nft_chain *chain)
{
	for (size_t i = 0; i < chain->n_rules; i++)
		check_rule(&chain->rules[i]);
}

START_TEST(knows_its_rules_and_no_others)
{
	ck_assert_int_eq(
		make(MAC ",ip=192.0.2.5,ip=198.51.100.0/24,ip=2001:db8::5,ip=fd00::/8"),
		0);
	for (size_t i = 0; i < GUARD_OWN; i++)
		check_chain(&own[i]);
	for (size_t i = 0; i < GUARD_COMMON; i++)
		check_chain(&guard_common[i]);
}
END_TEST

START_TEST(knows_chains_by_all_their_rules)
{
	const struct nft_chain *chain = &guard_common[0];
	struct nft_sight sight = { .chain = chain };

	for (size_t i = 0; i < chain->n_rules; i++) {
		begin_rule("another", &chain->rules[0]);
		ck_assert_int_eq(take(nft_take_rule, &sight), 0);
		begin_rule(chain->name, &chain->rules[i]);
		ck_assert_int_eq(take(nft_take_rule, &sight), 0);
		ck_assert(sight.is_so && sight.n == i + 1);
	}
	begin_rule(chain->name, &chain->rules[0]);
	ck_assert_int_eq(take(nft_take_rule, &sight), 0);
	ck_assert(!sight.is_so);
	begin_rule(chain->name, &chain->rules[1]);
	ck_assert_int_eq(take(nft_take_rule, &sight), 0);
	ck_assert(!sight.is_so);
}
END_TEST

/* ---- Other answers ---- */

static void put_number(int type, uint32_t number)
{
	nla_put_u32(message, type, htonl(number));
}

static void begin_base(int hook, int priority, uint32_t policy)
{
	struct nlattr *attr;

	begin_nft(NFT_MSG_NEWCHAIN);
	nla_put_string(message, NFTA_CHAIN_NAME, "prerouting");
	attr = nla_nest_start(message, NFTA_CHAIN_HOOK);
	put_number(NFTA_HOOK_HOOKNUM, (uint32_t)hook);
	put_number(NFTA_HOOK_PRIORITY, (uint32_t)priority);
	nla_nest_end(message, attr);
	put_number(NFTA_CHAIN_POLICY, policy);
}

static bool is_hooked_in(void)
{
	struct nft_sight sight = { .chain = &guard_common[3] };

	return take(nft_take_chain, &sight) == 0 && sight.is_so;
}

START_TEST(knows_where_it_is_hooked_in)
{
	begin_base(0, GUARD_PRIORITY, NF_ACCEPT);
	ck_assert(is_hooked_in());
	begin_base(1, GUARD_PRIORITY, NF_ACCEPT);
	ck_assert(!is_hooked_in());
	begin_base(0, GUARD_PRIORITY + 1, NF_ACCEPT);
	ck_assert(!is_hooked_in());
	begin_base(0, GUARD_PRIORITY, NF_DROP);
	ck_assert(!is_hooked_in());
	begin_nft(NFT_MSG_NEWCHAIN);
	ck_assert(!is_hooked_in());
}
END_TEST

static void begin_table(uint32_t flags, uint32_t use)
{
	begin_nft(NFT_MSG_NEWTABLE);
	put_number(NFTA_TABLE_FLAGS, flags);
	put_number(NFTA_TABLE_USE, use);
}

START_TEST(knows_when_it_sleeps_and_is_of_no_use)
{
	struct nft_sight sight = { 0 };

	begin_table(0, GUARD_COMMON + 2);
	ck_assert_int_eq(take(nft_take_table, &sight), 0);
	ck_assert(sight.table.is_awake && sight.table.is_used);
	begin_table(NFT_TABLE_F_DORMANT, GUARD_COMMON + 1);
	ck_assert_int_eq(take(nft_take_table, &sight), 0);
	ck_assert(!sight.table.is_awake && !sight.table.is_used);
}
END_TEST

static void begin_port(int32_t code, const char *chain)
{
	struct nlattr *list, *element;
	const int ifindex = IFINDEX;

	begin_nft(NFT_MSG_NEWSETELEM);
	list = nla_nest_start(message, NFTA_SET_ELEM_LIST_ELEMENTS);
	element = nla_nest_start(message, NFTA_LIST_ELEM);
	nft_put_value(message, NFTA_SET_ELEM_KEY, &ifindex, sizeof(ifindex));
	nft_put_verdict(message, NFTA_SET_ELEM_DATA, code, chain);
	nla_nest_end(message, element);
	nla_nest_end(message, list);
}

static bool goes_there(void)
{
	struct nft_sight sight = { .name = "port7" };

	return take(nft_take_port, &sight) == 0 && sight.is_so;
}

START_TEST(knows_where_frames_go)
{
	begin_port(NFT_GOTO, "port7");
	ck_assert(goes_there());
	begin_port(NFT_JUMP, "port7");
	ck_assert(!goes_there());
	begin_port(NFT_GOTO, "port70");
	ck_assert(!goes_there());
	begin_port(NF_ACCEPT, NULL);
	ck_assert(!goes_there());
	begin_nft(NFT_MSG_NEWSETELEM);
	ck_assert(!goes_there());
}
END_TEST

static void begin_chain(const char *name, const char *mark)
{
	begin_nft(NFT_MSG_NEWCHAIN);
	nla_put_string(message, NFTA_CHAIN_NAME, name);
	nla_put(message, NFTA_CHAIN_USERDATA, (int)strlen(mark), mark);
}

START_TEST(knows_whose_rules_are)
{
	static const char *const others[] = { "port", "port7-near", "port-7", "port07",
		"port99999999999", "from-ipv4", "" };
	struct nft_sight sight = { .arena = unit.arena };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		begin_chain(others[i], "xenet:a:b");
		ck_assert_int_eq(take(nft_take_owner, &sight), 0);
		ck_assert_ptr_null(sight.owners);
	}
	begin_chain("port7", "xenet:a:b");
	ck_assert_int_eq(take(nft_take_owner, &sight), 0);
	ck_assert_int_eq(sight.owners->ifindex, 7);
	ck_assert_str_eq(sight.owners->mark, "xenet:a:b");
}
END_TEST

/* Cut off anywhere, each is malformed or as if it had less in it. */
START_TEST(survives_what_breaks_off)
{
	struct xn_counters counters;
	struct nft_sight sight = { .chain = &guard_common[0],
		.name = "port7",
		.arena = unit.arena,
		.counters = &counters };
	static const rtnl_handler takers[] = { nft_take_rule, nft_take_port,
		nft_take_chain, nft_take_owner, nft_take_table, nft_take_counter };

	for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++)
		for (size_t length = 0; length < 160; length++) {
			begin_rule(guard_common[0].name, &guard_common[0].rules[0]);
			take_first(takers[i], &sight, length);
			begin_port(NFT_GOTO, "port7");
			take_first(takers[i], &sight, length);
		}
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, NULL, bytes_forget);
	tcase_add_test(tests, rules_for_each_address);
	tcase_add_test(tests, prefixes);
	tcase_add_test(tests, refuses_what_is_malformed);
	tcase_add_test(tests, knows_its_rules_and_no_others);
	tcase_add_test(tests, knows_chains_by_all_their_rules);
	tcase_add_test(tests, knows_where_it_is_hooked_in);
	tcase_add_test(tests, knows_when_it_sleeps_and_is_of_no_use);
	tcase_add_test(tests, knows_where_frames_go);
	tcase_add_test(tests, knows_whose_rules_are);
	tcase_add_test(tests, survives_what_breaks_off);
}

int main(void)
{
	return unit_main("guard", add_tests);
}
