/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"

enum {
	MAX_DEPTH = 32,
	MAX_TEXT = 4 << 20 /* as of arguments of requests */
};

struct reader {
	struct xn_arena *arena;
	struct xn_faults *faults;
	const char *start, *at, *end; /* the byte at end is NUL */
	unsigned line;
	unsigned depth;
	bool no_memory;
};

static struct xn_json *read_value(struct reader *r);

/* In characters, from 1 on. */
static size_t column(const struct reader *r)
{
	size_t n = 1;

	for (const char *c = r->at; c > r->start && c[-1] != '\n'; c--)
		n += ((unsigned char)c[-1] & 0xc0) != 0x80;
	return n;
}

/* The first fault of syntax is the last that makes sense. */
static struct xn_json *refuse(struct reader *r, const char *reason)
{
	if (xn_fault_add(r->faults, r->line, "", "this is no JSON: %s (column %zu)",
		    reason, column(r)) < 0)
		r->no_memory = true;
	return NULL;
}

static struct xn_json *out_of_memory(struct reader *r)
{
	r->no_memory = true;
	return NULL;
}

static void skip_blanks(struct reader *r)
{
	for (; *r->at && strchr(" \t\r\n", *r->at); r->at++)
		r->line += *r->at == '\n';
}

static struct xn_json *make(struct reader *r, enum xn_json_type type, const char *text)
{
	struct xn_json *json = xn_alloc(r->arena, sizeof(*json));

	if (!json || !text)
		return out_of_memory(r);
	json->type = type;
	json->line = r->line;
	json->text = text;
	return json;
}

static struct xn_json *read_word(struct reader *r)
{
	static const struct {
		const char *word;
		enum xn_json_type type;
	} words[] = { { "null", XN_JSON_NULL }, { "true", XN_JSON_BOOL },
		{ "false", XN_JSON_BOOL } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t length = strlen(words[i].word);

		if (strncmp(r->at, words[i].word, length) != 0)
			continue;
		r->at += length;
		return make(r, words[i].type, words[i].word);
	}
	return refuse(r, *r->at ? "a value was expected" : "it ends too early");
}

static const char *digits(const char *at)
{
	return at + strspn(at, "0123456789");
}

static struct xn_json *read_number(struct reader *r)
{
	const char *start = r->at, *at = start + (*start == '-'), *from = at;

	at = *at == '0' ? at + 1 : digits(at);
	if (at == from)
		return refuse(r, "a number needs digits");
	if (*at == '.') {
		from = ++at;
		at = digits(at);
	}
	if (at != from && (*at == 'e' || *at == 'E')) {
		at++;
		from = at += *at == '+' || *at == '-';
		at = digits(at);
	}
	if (at == from)
		return refuse(r, "a number needs digits");
	r->at = at;
	return make(r, XN_JSON_NUMBER, xn_strndup(r->arena, start, (size_t)(at - start)));
}

/* Four hex digits; -1: they are none. */
static long read_hex(struct reader *r)
{
	char digits4[5] = "";

	if (strspn(r->at, "0123456789abcdefABCDEF") < 4)
		return -1;
	memcpy(digits4, r->at, 4);
	r->at += 4;
	return strtol(digits4, NULL, 16);
}

static void add_utf8(struct xn_text *text, unsigned long code)
{
	const unsigned char lead[] = { 0, 0xc0, 0xe0, 0xf0 };
	unsigned char bytes[4];
	int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;

	for (int i = more; i > 0; i--, code >>= 6)
		bytes[i] = (unsigned char)(0x80 | (code & 0x3f));
	bytes[0] = (unsigned char)(lead[more] | code);
	xn_text_addn(text, (char *)bytes, (size_t)more + 1);
}

/* Behind "\u": a character, or two halves of one; its name for what is wrong with it. */
static const char *read_code(struct reader *r, struct xn_text *text)
{
	long code = read_hex(r), low;

	if (code < 0)
		return "\\u needs four hex digits";
	if (code == 0)
		return "texts without \\u0000 only";
	if (code >= 0xd800 && code < 0xe000) {
		low = -1;
		if (code < 0xdc00 && r->at[0] == '\\' && r->at[1] == 'u') {
			r->at += 2;
			low = read_hex(r);
		}
		if (low < 0xdc00 || low >= 0xe000)
			return "half a character (surrogate)";
		code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
	}
	add_utf8(text, (unsigned long)code);
	return NULL;
}

static const char *read_escape(struct reader *r, struct xn_text *text)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	const char *name = *++r->at ? strchr(names, *r->at) : NULL;

	if (*r->at == 'u') {
		r->at++;
		return read_code(r, text);
	}
	if (!name)
		return "an unknown escape";
	xn_text_addn(text, bytes + (name - names), 1);
	r->at++;
	return NULL;
}

/* NULL: refused. */
static const char *read_text(struct reader *r)
{
	struct xn_text text = XN_TEXT(r->arena);
	const char *reason = NULL, *all;

	for (r->at++; *r->at != '"' && !reason;) {
		const char *plain = r->at;

		while (*r->at != '"' && *r->at != '\\' && (unsigned char)*r->at >= ' ')
			r->at++;
		xn_text_addn(&text, plain, (size_t)(r->at - plain));
		if (*r->at == '\\')
			reason = read_escape(r, &text);
		else if (*r->at != '"')
			reason = "a control character, or no end, in a text";
	}
	if (!reason && text.length > MAX_TEXT)
		reason = "a text of over 4 MiB";
	if (reason) {
		refuse(r, reason);
		return NULL;
	}
	r->at++;
	all = xn_text_end(&text);
	r->no_memory |= !all;
	return all;
}

/* What is wrong behind a member: no comma, and no end; NULL: nothing. */
static const char *go_on(struct reader *r, char end)
{
	skip_blanks(r);
	if (*r->at == end)
		return NULL;
	if (*r->at != ',')
		return *r->at ? "a comma or an end was expected" : "it ends too early";
	r->at++;
	skip_blanks(r);
	return *r->at == end ? "a value was expected behind the comma" : NULL;
}

static struct xn_json *read_member(struct reader *r, bool named)
{
	const char *name = NULL;
	unsigned line = r->line;
	struct xn_json *json;

	if (named) {
		if (*r->at != '"')
			return refuse(r, "a key in quotes was expected");
		name = read_text(r);
		skip_blanks(r);
		if (!name)
			return NULL;
		if (*r->at++ != ':')
			return refuse(r, "a colon was expected");
		skip_blanks(r);
	}
	json = read_value(r);
	if (!json)
		return NULL;
	json->name = name;
	json->line = line;
	return json;
}

static struct xn_json *read_members(struct reader *r, bool named)
{
	struct xn_json *json = make(r, named ? XN_JSON_OBJECT : XN_JSON_ARRAY, "");
	struct xn_json **end = json ? &json->first : NULL;
	const char closing = named ? '}' : ']', *reason = NULL;
	size_t n = 0;

	if (!json)
		return NULL;
	if (++r->depth > MAX_DEPTH)
		return refuse(r, "it is nested too deeply");
	r->at++;
	skip_blanks(r);
	while (*r->at != closing) {
		*end = read_member(r, named);
		if (!*end)
			return NULL;
		(*end)->parent = json;
		(*end)->index = n++;
		end = &(*end)->next;
		reason = go_on(r, closing);
		if (reason)
			return refuse(r, reason);
	}
	r->at++;
	r->depth--;
	return json;
}

static struct xn_json *read_value(struct reader *r)
{
	const char *text;

	if (*r->at == '{' || *r->at == '[')
		return read_members(r, *r->at == '{');
	if (*r->at == '-' || (*r->at >= '0' && *r->at <= '9'))
		return read_number(r);
	if (*r->at != '"')
		return read_word(r);
	text = read_text(r);
	return text ? make(r, XN_JSON_TEXT, text) : NULL;
}

/* Some editors put one there (RFC 8259, 8.1). */
static void skip_byte_order_mark(struct reader *r)
{
	if (strncmp(r->at, "\xef\xbb\xbf", 3) == 0)
		r->start = r->at += 3;
}

static struct xn_json *read_all(struct reader *r)
{
	struct xn_json *json;

	skip_byte_order_mark(r);
	skip_blanks(r);
	json = read_value(r);
	skip_blanks(r);
	if (json && r->at != r->end)
		return refuse(r, "something follows its end");
	return json;
}

static struct xn_json *refuse_bytes(struct reader *r, const char *reason)
{
	for (; r->at < r->end && *r->at; r->at++)
		r->line += *r->at == '\n';
	return refuse(r, reason);
}

/* Up to the line where it stops being what it should be. */
static struct xn_json *refuse_encoding(struct reader *r)
{
	const char *end = r->at;

	while (*end) {
		size_t length = strcspn(end, "\n") + 1;
		const char *line = xn_strndup(r->arena, end, length - 1);

		if (!line)
			return out_of_memory(r);
		if (!xn_is_utf8(line))
			break;
		end += length;
		r->line++;
	}
	return refuse(r, "it is not in UTF-8");
}

int xn_json_read(struct xn_arena *arena, const char *bytes, size_t size,
	struct xn_json **ret, struct xn_faults *faults, struct xenet_error *err)
{
	struct reader r = { arena, faults, bytes, bytes, bytes + size, 1, 0, false };

	if (strlen(bytes) != size)
		*ret = refuse_bytes(&r, "a NUL byte");
	else if (!xn_is_utf8(bytes))
		*ret = refuse_encoding(&r);
	else
		*ret = read_all(&r);
	if (!r.no_memory && *ret && xn_json_check_names(arena, *ret, faults) < 0)
		r.no_memory = true;
	return r.no_memory ? xn_no_memory(err) : 0;
}
