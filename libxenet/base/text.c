/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"

#include <stdarg.h>
#include <string.h>

static bool reserve(struct xn_text *text, size_t more)
{
	size_t room = text->room ? text->room : 64;
	char *bytes;

	if (text->failed)
		return false;
	if (text->length + more < text->room)
		return true;
	while (room <= text->length + more)
		room *= 2;
	bytes = xn_alloc(text->arena, room);
	if (!bytes) {
		text->failed = true;
		return false;
	}
	if (text->length)
		memcpy(bytes, text->bytes, text->length);
	text->bytes = bytes;
	text->room = room;
	return true;
}

void xn_text_addn(struct xn_text *text, const char *piece, size_t length)
{
	if (!reserve(text, length))
		return;
	memcpy(text->bytes + text->length, piece, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void xn_text_add(struct xn_text *text, const char *piece)
{
	xn_text_addn(text, piece, strlen(piece));
}

void xn_text_addf(struct xn_text *text, const char *format, ...)
{
	va_list args;
	char *piece;

	va_start(args, format);
	piece = xn_vprintf(text->arena, format, args);
	va_end(args);
	if (piece)
		xn_text_add(text, piece);
	else
		text->failed = true;
}

char *xn_text_end(struct xn_text *text)
{
	if (!text->bytes)
		xn_text_addn(text, "", 0);
	return text->failed ? NULL : text->bytes;
}

const char *xn_text_cut(struct xn_arena *arena, const char *text, size_t limit)
{
	size_t length = limit;

	if (strnlen(text, limit + 1) <= limit)
		return text;
	while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return xn_printf(arena, "%.*s ...", (int)length, text);
}

bool xn_option(const char *options, const char *name, char *out, size_t size)
{
	size_t length = strlen(name);

	for (const char *at = options; at && *at;) {
		size_t whole = strcspn(at, ",");

		if (whole > length && strncmp(at, name, length) == 0 &&
			at[length] == '=' && whole - length - 1 < size) {
			memcpy(out, at + length + 1, whole - length - 1);
			out[whole - length - 1] = '\0';
			return true;
		}
		at += whole + (at[whole] == ',');
	}
	return false;
}

static int days_of_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365;
}

static int days_of_month(int year, int month)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month] + (month == 1 && days_of_year(year) == 366);
}

const char *xn_text_utc(struct xn_arena *arena, int64_t seconds)
{
	int days = (int)(seconds / 86400), rest = (int)(seconds % 86400);
	int year = 1970, month = 0;

	for (; days >= days_of_year(year); year++)
		days -= days_of_year(year);
	for (; days >= days_of_month(year, month); month++)
		days -= days_of_month(year, month);
	return xn_printf(arena, "%04d%02d%02dT%02d:%02d:%02dZ", year, month + 1, days + 1,
		rest / 3600, rest / 60 % 60, rest % 60);
}
