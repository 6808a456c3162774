/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/rundir.h"
#include "unit.h"

#define OTHER_BOOT "00000000-0000-0000-0000-000000000000"

static bool was_cut; /* what was read last */

static struct xn_intent *read_intent(const char *path)
{
	static struct xn_intent untouched;
	struct xn_intent *intent = &untouched;

	assert_ok(xn_intent_read(path, &intent, &was_cut, unit.arena, &unit.err));
	ck_assert_ptr_ne(intent, &untouched);
	return intent;
}

static struct xn_intent sample(void)
{
	static struct xn_subject vif = { "vif", "22222222-2222-2222-2222-222222222222",
		NULL };
	static struct xn_subject network = { "network",
		"11111111-1111-1111-1111-111111111111", &vif };

	return (struct xn_intent){
		.database = "/var/lib/xenet/xenet.db",
		.subjects = &network,
		.owned = unit_state("xapi0 kind=bridge mark=xenet:h:n mtu=1500\n"
				    "vif1.0 kind=tap mark=xenet:h:v%20x"),
		.lent = unit_state("eth0 mtu=1500 addrgen=eui64 master= up=no"),
	};
}

static const char *written(void)
{
	const struct xn_intent intent = sample();
	const char *path = unit_path("ns.intent");

	assert_ok(xn_intent_write(path, &intent, unit.arena, &unit.err));
	return path;
}

/* Of the given boot, with those lines among its own. */
static const char *by_hand(const char *boot, const char *lines)
{
	const char *path = unit_path("ns.intent");
	const char *text = xn_printf(
		unit.arena, "boot %s\ndatabase /db\n%send of intent\n", boot, lines);

	unit_write(path, text, strlen(text));
	return path;
}

/* As a freshly written intent names it. */
static const char *this_boot(void)
{
	size_t size;
	const char *text = unit_read(written(), &size);

	ck_assert_int_eq(strncmp(text, "boot ", 5), 0);
	return xn_strndup(unit.arena, text + 5, strcspn(text + 5, "\n"));
}

static bool has_subject(
	const struct xn_intent *intent, const char *class_name, const char *uuid)
{
	for (const struct xn_subject *s = intent->subjects; s; s = s->next)
		if (strcmp(s->class_name, class_name) == 0 && strcmp(s->uuid, uuid) == 0)
			return true;
	return false;
}

START_TEST(comes_back_as_it_was)
{
	struct xn_intent *intent = read_intent(written());
	const struct xn_intent was = sample();

	ck_assert_ptr_nonnull(intent);
	ck_assert_str_eq(intent->database, was.database);
	ck_assert(has_subject(intent, "vif", "22222222-2222-2222-2222-222222222222"));
	ck_assert(has_subject(intent, "network", "11111111-1111-1111-1111-111111111111"));
	ck_assert_ptr_null(intent->subjects->next->next);
	ck_assert(xn_netstate_holds(intent->lent, was.lent));
	/* Of its own links the mark is all that counts. */
	ck_assert_str_eq(xn_link_find(intent->owned, "vif1.0")->mark, "xenet:h:v x");
	ck_assert_uint_eq(xn_link_find(intent->owned, "xapi0")->mask, XN_MARK);
	ck_assert_ptr_null(xn_link_find(intent->owned, "xapi0")->next);
}
END_TEST

START_TEST(is_private_and_replaces)
{
	const char *path = written();
	struct stat st;

	written();
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_str_eq(unit_files(unit.dir), "ns.intent ");
}
END_TEST

START_TEST(none_is_no_error)
{
	ck_assert_ptr_null(read_intent(unit_path("ns.intent")));
	assert_ok(xn_intent_clear(unit_path("ns.intent"), &unit.err));
}
END_TEST

START_TEST(is_cleared)
{
	const char *path = written();

	assert_ok(xn_intent_clear(path, &unit.err));
	ck_assert_ptr_null(read_intent(path));
	ck_assert_str_eq(unit_files(unit.dir), "");
}
END_TEST

START_TEST(of_another_boot_is_ignored)
{
	ck_assert_ptr_null(read_intent(by_hand(OTHER_BOOT, "")));
	ck_assert(!was_cut);
	ck_assert_ptr_nonnull(read_intent(by_hand(this_boot(), "")));
}
END_TEST

/* Whatever such a file says, in whatever version's notation: it means nothing any more. */
START_TEST(of_another_boot_is_not_even_understood)
{
	ck_assert_ptr_null(
		read_intent(by_hand(OTHER_BOOT, "owned br0 colour=red\nsubject x\n")));
}
END_TEST

START_TEST(malformed_lines)
{
	const char *boot = this_boot();
	struct xn_intent *intent = NULL;

	assert_error(xn_intent_read(by_hand(boot, "owned br0 colour=red\n"), &intent,
			     &was_cut, unit.arena, &unit.err),
		XENET_E_INVALID_VALUE, "link", "br0 colour=red");
	assert_error(xn_intent_read(by_hand(boot, "lent br0 mtu=x\n"), &intent, &was_cut,
			     unit.arena, &unit.err),
		XENET_E_INVALID_VALUE, "link", "br0 mtu=x");
	assert_error(xn_intent_read(by_hand(boot, "subject vif\n"), &intent, &was_cut,
			     unit.arena, &unit.err),
		XENET_E_INVALID_VALUE, "subject", "vif");
	ck_assert_ptr_null(intent);
}
END_TEST

/* A full disk, or a kill, may leave any part of it: nothing was done yet by then. So may whoever
 * damages it later, which is not to be kept quiet; an empty one is the former's. */
START_TEST(a_part_of_it_is_none)
{
	const char *path = written();
	size_t size;
	const char *text = unit_read(path, &size);

	ck_assert_ptr_nonnull(read_intent(path));
	ck_assert(!was_cut);
	for (size_t part = 0; part < size - 1; part++) {
		unit_write(path, text, part);
		ck_assert_ptr_null(read_intent(path));
		ck_assert_int_eq(was_cut, part > 0);
	}
}
END_TEST

/* The file's notation is by lines, the path is the user's. */
START_TEST(database_path_of_any_characters)
{
	struct xn_intent intent = sample();
	const char *path = unit_path("ns.intent");

	intent.database = "/tmp/a b%20c\nowned eth0 mark=x/xenet.db";
	assert_ok(xn_intent_write(path, &intent, unit.arena, &unit.err));
	ck_assert_str_eq(read_intent(path)->database, intent.database);
	ck_assert_ptr_null(xn_link_find(read_intent(path)->owned, "eth0"));
}
END_TEST

START_TEST(what_cannot_be_written)
{
	const struct xn_intent intent = sample();
	const char *path = unit_path("absent/ns.intent");

	assert_error(xn_intent_write(path, &intent, unit.arena, &unit.err),
		XENET_E_RUN_DIRECTORY, path, strerror(ENOENT));
	path = unit_path("ns.intent");
	ck_assert_int_eq(symlink("/dev/full", path), 0);
	assert_error(xn_intent_write(path, &intent, unit.arena, &unit.err),
		XENET_E_RUN_DIRECTORY, path, strerror(ELOOP));
}
END_TEST

START_TEST(keeps_why_it_could_not_be_settled)
{
	const char *path = written();
	struct xn_intent *intent = read_intent(path);

	ck_assert_ptr_null(intent->obstacle);
	intent->obstacle = "set eth0: No such device\nat all";
	assert_ok(xn_intent_renew(path, intent, unit.arena, &unit.err));
	ck_assert_str_eq(read_intent(path)->obstacle, intent->obstacle);
	ck_assert_str_eq(read_intent(path)->database, intent->database);
	ck_assert_str_eq(unit_files(unit.dir), "ns.intent ");
}
END_TEST

/* Another process may be writing it just now. */
START_TEST(looking_removes_none)
{
	struct xn_intent *intent = NULL;
	const char *path = by_hand(OTHER_BOOT, "");

	assert_ok(xn_intent_look(path, &intent, unit.arena, &unit.err));
	ck_assert_ptr_null(intent);
	ck_assert_str_eq(unit_files(unit.dir), "ns.intent ");
	assert_ok(xn_intent_look(written(), &intent, unit.arena, &unit.err));
	ck_assert_str_eq(intent->subjects->class_name, "vif");
	assert_ok(xn_intent_look(unit_path("none"), &intent, unit.arena, &unit.err));
	ck_assert_ptr_null(intent);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, keeps_why_it_could_not_be_settled);
	tcase_add_test(tests, looking_removes_none);
	tcase_add_test(tests, comes_back_as_it_was);
	tcase_add_test(tests, is_private_and_replaces);
	tcase_add_test(tests, none_is_no_error);
	tcase_add_test(tests, is_cleared);
	tcase_add_test(tests, of_another_boot_is_ignored);
	tcase_add_test(tests, of_another_boot_is_not_even_understood);
	tcase_add_test(tests, malformed_lines);
	tcase_add_test(tests, a_part_of_it_is_none);
	tcase_add_test(tests, database_path_of_any_characters);
	tcase_add_test(tests, what_cannot_be_written);
}

int main(void)
{
	return unit_main("intent", add_tests);
}
