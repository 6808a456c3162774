/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "unit.h"

static bool is_filled(const unsigned char *bytes, unsigned char with, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i] != with)
			return false;
	return true;
}

START_TEST(arena_memory_is_zero_and_aligned)
{
	static const size_t sizes[] = { 0, 1, 7, 16, 17, 4095, 8191, 8192, 8193, 65536,
		10 << 20 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		unsigned char *bytes = xn_alloc(unit.arena, sizes[i]);

		ck_assert_ptr_nonnull(bytes);
		ck_assert_uint_eq((uintptr_t)bytes % alignof(max_align_t), 0);
		ck_assert(is_filled(bytes, 0, sizes[i]));
		memset(bytes, 0xff, sizes[i]);
	}
}
END_TEST

START_TEST(arena_pieces_do_not_overlap)
{
	enum {
		PIECES = 3000
	};
	static unsigned char *pieces[PIECES];

	for (int i = 0; i < PIECES; i++) {
		pieces[i] = xn_alloc(unit.arena, (size_t)(i % 50) + 1);
		ck_assert_ptr_nonnull(pieces[i]);
		memset(pieces[i], i & 0xff, (size_t)(i % 50) + 1);
	}
	for (int i = 0; i < PIECES; i++)
		ck_assert(is_filled(pieces[i], i & 0xff, (size_t)(i % 50) + 1));
}
END_TEST

START_TEST(arena_refuses_impossible_sizes)
{
	ck_assert_ptr_null(xn_alloc(unit.arena, SIZE_MAX));
	ck_assert_ptr_null(xn_alloc(unit.arena, SIZE_MAX - 8));
	ck_assert_ptr_null(xn_alloc(unit.arena, SIZE_MAX / 2 + 2));
	ck_assert_ptr_nonnull(xn_alloc(unit.arena, 1));
}
END_TEST

START_TEST(arena_texts)
{
	ck_assert_ptr_null(xn_arena_free(NULL));
	ck_assert_ptr_null(xn_strdup(unit.arena, NULL));
	ck_assert_str_eq(xn_strdup(unit.arena, ""), "");
	ck_assert_str_eq(xn_strndup(unit.arena, "abcdef", 3), "abc");
	ck_assert_str_eq(xn_strndup(unit.arena, "abc", 0), "");
	ck_assert_str_eq(xn_printf(unit.arena, "%s-%d", "x", 7), "x-7");
	ck_assert_uint_eq(strlen(xn_printf(unit.arena, "%100000s", "")), 100000);
}
END_TEST

START_TEST(text_of_nothing)
{
	struct xn_text text = XN_TEXT(unit.arena);

	ck_assert_str_eq(xn_text_end(&text), "");
	xn_text_add(&text, "");
	xn_text_addn(&text, "ignored", 0);
	ck_assert_str_eq(xn_text_end(&text), "");
}
END_TEST

START_TEST(text_grows)
{
	enum {
		ROUNDS = 20000
	};
	struct xn_text text = XN_TEXT(unit.arena);
	const char *end;

	for (int i = 0; i < ROUNDS; i++) {
		xn_text_addf(&text, "%05d", i);
		xn_text_addn(&text, ",x", 1);
	}
	end = xn_text_end(&text);
	ck_assert_uint_eq(text.length, 6 * ROUNDS);
	ck_assert_uint_eq(strlen(end), 6 * ROUNDS);
	ck_assert_int_eq(strncmp(end, "00000,00001,", 12), 0);
	ck_assert_str_eq(end + 6 * (ROUNDS - 1), "19999,");
}
END_TEST

START_TEST(text_takes_a_large_piece)
{
	struct xn_text text = XN_TEXT(unit.arena);
	char *piece = xn_alloc(unit.arena, (5 << 20) + 1);

	memset(piece, 'a', 5 << 20);
	xn_text_add(&text, "<");
	xn_text_add(&text, piece);
	xn_text_add(&text, ">");
	ck_assert_uint_eq(strlen(xn_text_end(&text)), (5 << 20) + 2);
}
END_TEST

/* Every length around the sizes at which the room doubles. */
START_TEST(text_ends_with_a_nul)
{
	for (size_t length = 1; length < 300; length++) {
		struct xn_text text = XN_TEXT(unit.arena);
		char *piece = xn_alloc(unit.arena, length + 1);

		memset(piece, 'b', length);
		xn_text_add(&text, piece);
		ck_assert_str_eq(xn_text_end(&text), piece);
		xn_text_add(&text, "c");
		ck_assert_uint_eq(strlen(xn_text_end(&text)), length + 1);
	}
}
END_TEST

START_TEST(text_remembers_a_failure)
{
	struct xn_text text = XN_TEXT(unit.arena);

	xn_text_add(&text, "begun");
	text.failed = true;
	xn_text_add(&text, "more");
	xn_text_addf(&text, "%d", 1);
	ck_assert_ptr_null(xn_text_end(&text));
}
END_TEST

/* Every day of four hundred years, after which the calendar starts anew. */
START_TEST(times_are_those_of_the_c_library)
{
	for (int64_t day = 0; day < 146097; day++) {
		time_t seconds = day * 86400 + day * 7919 % 86400;
		char text[32];
		struct tm utc;

		gmtime_r(&seconds, &utc);
		strftime(text, sizeof(text), "%Y%m%dT%H:%M:%SZ", &utc);
		ck_assert_str_eq(xn_text_utc(unit.arena, seconds), text);
	}
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, times_are_those_of_the_c_library);
	tcase_add_test(tests, arena_memory_is_zero_and_aligned);
	tcase_add_test(tests, arena_pieces_do_not_overlap);
	tcase_add_test(tests, arena_refuses_impossible_sizes);
	tcase_add_test(tests, arena_texts);
	tcase_add_test(tests, text_of_nothing);
	tcase_add_test(tests, text_grows);
	tcase_add_test(tests, text_takes_a_large_piece);
	tcase_add_test(tests, text_ends_with_a_nul);
	tcase_add_test(tests, text_remembers_a_failure);
}

int main(void)
{
	return unit_main("text", add_tests);
}
