/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_PARSE_H
#define XN_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * One strict parser for each notation. All take the whole text: no blanks around, no
 * trailing rest. The output is written only on success.
 */

/* Plain decimal without sign or leading zeros ("0" itself is fine), min <= n <= max. */
bool xn_parse_uint(const char *text, int64_t min, int64_t max, int64_t *out);
/* As xn_parse_uint, with an optional leading minus. */
bool xn_parse_int(const char *text, int64_t *out);
/* Command options, as xe takes them: true t yes y 1 / false f no n 0, any case. */
bool xn_parse_option_bool(const char *text, bool *out);
/* Fields, as xe takes them: the words true and false only. */
bool xn_parse_bool(const char *text, bool *out);

enum {
	XN_MAC_SIZE = 18,
	XN_UUID_SIZE = 37
};

/* Six groups of two hex digits with colons; written in lower case. */
bool xn_parse_mac(const char *text, char out[XN_MAC_SIZE]);
/* A MAC a station may have: neither zero nor a group address. */
bool xn_mac_is_station(const char *mac);

enum xn_prefix {
	XN_PREFIX_REFUSED,
	XN_PREFIX_ALLOWED,
	XN_PREFIX_REQUIRED,
};

/* An address of the family (AF_INET, AF_INET6), with or without "/LENGTH". */
bool xn_is_address(const char *text, int family, enum xn_prefix prefix);

bool xn_is_uuid(const char *text);
/* In lower case; NULL: no memory. */
char *xn_uuid_lower(struct xn_arena *arena, const char *text);
enum {
	XN_RANDOM_SIZE = 16
};

/* So many random bytes. */
void xn_random(unsigned char bytes[XN_RANDOM_SIZE]);
/* A fresh random UUID in lower case. */
void xn_uuid_new(char out[XN_UUID_SIZE]);

bool xn_is_utf8(const char *text);
/* A copy with U+FFFD for each byte that is no UTF-8; free() it. NULL: no memory. */
char *xn_utf8_clean(const char *text);

#endif
