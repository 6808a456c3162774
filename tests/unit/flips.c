/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db_unit.h"
#include "schema.h"
#include "xenet.h"

/*
 * Bytes of the database that change on their own (catalogue 23): whatever comes of it, nobody
 * crashes, reading changes nothing on the host, and a command that fails neither. With
 * XENET_LONG=1 a thousand of them.
 */

enum {
	FLIPS = 25,
	FLIPS_LONG = 1000,
	SEED = 23,
	SECONDS = 600
};

static const char host[] =
	"eth0 kind=nic address=52:54:00:00:00:01 mtu=1500 addrgen=eui64 master= up=no\n";

static struct xenet *open_model(void)
{
	const struct xenet_options options = { .database = unit_path("x.db"),
		.run_directory = unit_path("run"),
		.backend = "fake",
		.timeout_ms = 1000 };
	struct xenet *xn = NULL;

	xenet_error_clear(&unit.err);
	return xenet_open(&xn, &options, &unit.err) < 0 ? NULL : xn;
}

/* A command and its words; true: it went well. */
static bool run(struct xenet *xn, struct xenet_reply **ret, const char *words)
{
	struct xenet_request *request = NULL;
	char *rest = xn_strdup(unit.arena, words), *word = strsep(&rest, " ");
	char *verb = strchr(word, '-');
	struct xenet_reply *reply = NULL;
	int r;

	*verb++ = '\0';
	xenet_error_clear(&unit.err);
	assert_ok(xenet_request_new(&request, word, verb, &unit.err));
	while ((word = strsep(&rest, " "))) {
		char *value = strchr(word, '=');

		*value++ = '\0';
		assert_ok(xenet_request_set(request, word, value, &unit.err));
	}
	r = xenet_run(xn, request, &reply, &unit.err);
	xenet_request_free(request);
	if (ret)
		*ret = reply;
	else
		xenet_reply_free(reply);
	return r == 0;
}

/* The first value that a command answers. */
static const char *answer(struct xenet *xn, const char *words)
{
	struct xenet_reply *reply;
	const char *value;

	ck_assert_msg(run(xn, &reply, words), "%s: %s", words, unit.err.message);
	value = xn_strdup(unit.arena, xenet_reply_value(reply, 0, 0));
	xenet_reply_free(reply);
	return value;
}

struct made {
	const char *pif, *vm, *vlan;
	char *bytes;
	size_t size;
};

static void fill(struct xenet *xn, struct made *made)
{
	const char *network = answer(xn, "network-create name-label=lan");

	made->pif = answer(xn, "pif-list params=uuid");
	made->vlan = answer(xn,
		xn_printf(unit.arena, "vlan-create network-uuid=%s pif-uuid=%s vlan=5",
			network, made->pif));
	made->vm = answer(xn, "vm-create name-label=guest");
	answer(xn, xn_printf(unit.arena, "vif-create vm-uuid=%s network-uuid=%s device=0",
			   made->vm, network));
	ck_assert(run(xn, NULL, xn_printf(unit.arena, "pif-unplug uuid=%s", made->vlan)));
}

static void forget(void)
{
	unlink(unit_path("x.db-wal"));
	unlink(unit_path("x.db-shm"));
	unit_write(unit_path("run/fake.netstate"), host, strlen(host));
}

static void make(struct made *made)
{
	struct xenet *xn;
	struct db *db;

	ck_assert_int_eq(mkdir(unit_path("run"), 0700), 0);
	forget();
	xn = open_model();
	ck_assert_ptr_nonnull(xn);
	fill(xn, made);
	xenet_close(xn);
	db = db_unit_open(unit_path("x.db"), &xn_schema);
	ck_assert_int_eq(db_checkpoint(db), DB_OK);
	db_close(db);
	made->bytes = unit_read(unit_path("x.db"), &made->size);
}

static const char *host_now(void)
{
	size_t size;

	return unit_read(unit_path("run/fake.netstate"), &size);
}

/* What only reads; each may fail. Returns whether the check has found nothing. */
static bool read_all(struct xenet *xn)
{
	static const char *const lists[] = { "host-list params=all",
		"pool-list params=all", "network-list params=all", "pif-list params=all",
		"vlan-list params=all", "bond-list params=all", "tunnel-list params=all",
		"vm-list params=all", "template-list params=all", "vif-list params=all" };
	struct xenet_reply *reply;
	bool sound;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		run(xn, NULL, lists[i]);
	sound = run(xn, &reply, "host-check database=true") &&
		xenet_reply_rows(reply) == 0;
	xenet_reply_free(reply);
	return sound;
}

static bool change(struct xenet *xn, const char *words, const char *uuid)
{
	const char *before = host_now();
	bool done = run(xn, NULL, xn_printf(unit.arena, "%s uuid=%s", words, uuid));

	if (!done)
		ck_assert_str_eq(host_now(), before);
	return done;
}

/* One flipped bit; returns whether it has been noticed. */
static bool flip(const struct made *made, size_t at, unsigned bit)
{
	char *bytes = xn_alloc(unit.arena, made->size);
	struct xenet *xn;
	bool sound;

	ck_assert_ptr_nonnull(bytes);
	memcpy(bytes, made->bytes, made->size);
	bytes[at] = (char)(bytes[at] ^ 1 << bit);
	unit_write(unit_path("x.db"), bytes, made->size);
	forget();
	xn = open_model();
	ck_assert_str_eq(host_now(), host);
	if (!xn)
		return true;
	sound = read_all(xn);
	ck_assert_str_eq(host_now(), host);
	sound = change(xn, "pif-plug", made->vlan) && sound;
	sound = change(xn, "vm-start", made->vm) && sound;
	xenet_close(xn);
	return !sound;
}

/* A place in use: the rest of the pages is zeros, which nobody reads. */
static size_t somewhere(const struct made *made)
{
	size_t at;

	do
		at = (size_t)random() % made->size;
	while (!made->bytes[at]);
	return at;
}

START_TEST(flipped_bits)
{
	const char *wish = getenv("XENET_LONG");
	int n = wish && wish[0] ? FLIPS_LONG : FLIPS, noticed = 0;
	struct xn_arena *whole = unit.arena;
	struct made made;

	make(&made);
	srandom(SEED);
	for (int i = 0; i < n; i++) {
		size_t at = somewhere(&made);
		unsigned bit = (unsigned)random() % 8;

		unit.arena = xn_arena_new();
		noticed += flip(&made, at, bit);
		unit.arena = xn_arena_free(unit.arena);
		unit.arena = whole;
	}
	/* Not all, by chance of a few: texts are anybody's. */
	ck_assert_int_gt(noticed, n / 4);
	if (n == FLIPS_LONG)
		ck_assert_int_lt(noticed, n);
}
END_TEST

/* Every byte of the header decides about all. */
START_TEST(flipped_bits_of_the_header)
{
	struct xn_arena *whole = unit.arena;
	struct made made;

	make(&made);
	for (size_t at = 0; at < 100; at++) {
		unit.arena = xn_arena_new();
		flip(&made, at, (unsigned)at % 8);
		unit.arena = xn_arena_free(unit.arena);
		unit.arena = whole;
	}
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_set_timeout(tests, SECONDS);
	tcase_add_test(tests, flipped_bits);
	tcase_add_test(tests, flipped_bits_of_the_header);
}

int main(void)
{
	return unit_main("flips", add_tests);
}
