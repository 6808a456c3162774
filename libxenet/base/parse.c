/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/parse.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <uuid/uuid.h>

bool xn_parse_uint(const char *text, int64_t min, int64_t max, int64_t *out)
{
	int64_t n = 0;

	if (!text[0] || (text[0] == '0' && text[1]))
		return false;
	for (const char *c = text; *c; c++) {
		if (*c < '0' || *c > '9')
			return false;
		if (n > (INT64_MAX - (*c - '0')) / 10)
			return false;
		n = n * 10 + (*c - '0');
	}
	if (n < min || n > max)
		return false;
	*out = n;
	return true;
}

bool xn_parse_int(const char *text, int64_t *out)
{
	int64_t n;

	if (text[0] != '-')
		return xn_parse_uint(text, 0, INT64_MAX, out);
	if (!xn_parse_uint(text + 1, 1, INT64_MAX, &n))
		return false;
	*out = -n;
	return true;
}

bool xn_parse_option_bool(const char *text, bool *out)
{
	static const char *const words[] = { "true", "t", "yes", "y", "1", "false", "f",
		"no", "n", "0" };

	for (unsigned i = 0; i < 10; i++) {
		if (strcasecmp(text, words[i]) == 0) {
			*out = i < 5;
			return true;
		}
	}
	return false;
}

bool xn_parse_bool(const char *text, bool *out)
{
	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return false;
	*out = text[0] == 't';
	return true;
}

bool xn_parse_mac(const char *text, char out[XN_MAC_SIZE])
{
	char mac[XN_MAC_SIZE] = { 0 };

	if (strlen(text) != XN_MAC_SIZE - 1)
		return false;
	for (unsigned i = 0; i < XN_MAC_SIZE - 1; i++) {
		unsigned char c = (unsigned char)text[i];

		if (i % 3 == 2 ? c != ':' : !isxdigit(c))
			return false;
		mac[i] = (char)tolower(c);
	}
	memcpy(out, mac, XN_MAC_SIZE);
	return true;
}

bool xn_mac_is_station(const char *mac)
{
	/* The lowest bit of the first byte marks a group address (IEEE 802, 8.2). */
	bool group = !mac[0] || strchr("13579bdf", mac[1]) != NULL;

	return !group && strcmp(mac, "00:00:00:00:00:00") != 0;
}

bool xn_is_address(const char *text, int family, enum xn_prefix prefix)
{
	char address[INET6_ADDRSTRLEN] = "";
	unsigned char bytes[sizeof(struct in6_addr)];
	size_t length = strcspn(text, "/");
	int64_t n;

	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	if (inet_pton(family, address, bytes) != 1)
		return false;
	if (!text[length])
		return prefix != XN_PREFIX_REQUIRED;
	return prefix != XN_PREFIX_REFUSED &&
	       xn_parse_uint(text + length + 1, 0, family == AF_INET ? 32 : 128, &n);
}

bool xn_is_uuid(const char *text)
{
	uuid_t bytes;

	return uuid_parse(text, bytes) == 0;
}

char *xn_uuid_lower(struct xn_arena *arena, const char *text)
{
	char *lower = xn_strdup(arena, text);

	for (char *c = lower; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return lower;
}

/* libuuid, which asks for eight things more each time, is for who may not ask the kernel. */
void xn_random(unsigned char bytes[XN_RANDOM_SIZE])
{
	if (getrandom(bytes, XN_RANDOM_SIZE, 0) != XN_RANDOM_SIZE)
		uuid_generate_random(bytes);
}

void xn_uuid_new(char out[XN_UUID_SIZE])
{
	uuid_t bytes;

	xn_random(bytes);
	/* Version 4, and the variant that has versions (RFC 4122, 4.4). */
	bytes[6] = (bytes[6] & 0x0f) | 0x40;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	uuid_unparse_lower(bytes, out);
}

/* The length of the UTF-8 character at c, 0 when there is none (RFC 3629, section 4). */
static unsigned utf8_length(const unsigned char *c)
{
	static const struct {
		unsigned char lead_min, lead_max, next_min, next_max, length;
	} forms[] = {
		{ 0x01, 0x7f, 0x00, 0xff, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (unsigned i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (c[0] < forms[i].lead_min || c[0] > forms[i].lead_max)
			continue;
		if (forms[i].length > 1 &&
			(c[1] < forms[i].next_min || c[1] > forms[i].next_max))
			return 0;
		for (unsigned k = 2; k < forms[i].length; k++)
			if ((c[k] & 0xc0) != 0x80)
				return 0;
		return forms[i].length;
	}
	return 0;
}

bool xn_is_utf8(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	unsigned length;

	for (; *c; c += length) {
		length = utf8_length(c);
		if (!length)
			return false;
	}
	return true;
}

static char *replace_bytes(const char *text)
{
	static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */
	char *clean = malloc(3 * strlen(text) + 1), *out = clean;
	const unsigned char *c = (const unsigned char *)text;

	while (clean && *c) {
		unsigned length = utf8_length(c), size = length ? length : 3;

		memcpy(out, length ? (const char *)c : replacement, size);
		out += size;
		c += length ? length : 1;
	}
	if (clean)
		*out = '\0';
	return clean;
}

char *xn_utf8_clean(const char *text)
{
	return xn_is_utf8(text) ? strdup(text) : replace_bytes(text);
}
