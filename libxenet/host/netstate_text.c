/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "host/attr.h"

/* Bytes that would break a word of the line, as %XX (RFC 3986, 2.1). */
void xn_text_escape(struct xn_text *text, const char *value)
{
	for (const unsigned char *c = (const unsigned char *)value; *c; c++) {
		if (*c <= ' ' || *c == '%' || *c == 0x7f)
			xn_text_addf(text, "%%%02x", *c);
		else
			xn_text_addn(text, (const char *)c, 1);
	}
}

char *xn_text_unescape(struct xn_arena *arena, const char *value, size_t length)
{
	char *out = xn_strndup(arena, value, length), *to = out;
	char hex[3] = { 0 };

	for (const char *from = out; out && *from; from++) {
		if (*from != '%') {
			*to++ = *from;
			continue;
		}
		if (!isxdigit((unsigned char)from[1]) ||
			!isxdigit((unsigned char)from[2]) ||
			(from[1] == '0' && from[2] == '0'))
			return NULL;
		memcpy(hex, from + 1, 2);
		*to++ = (char)strtoul(hex, NULL, 16);
		from += 2;
	}
	if (out)
		*to = '\0';
	return out;
}

static void write_value(
	struct xn_text *text, const struct xn_link *link, const struct xn_attr *attr)
{
	const char *member = (const char *)link + attr->offset;

	switch (attr->type) {
	case XN_ATTR_INT:
		xn_text_addf(text, "%" PRId64, *(const int64_t *)member);
		break;
	case XN_ATTR_BOOL:
		xn_text_add(text, *(const bool *)member ? "yes" : "no");
		break;
	case XN_ATTR_TEXT:
		if (*(const char *const *)member)
			xn_text_escape(text, *(const char *const *)member);
		break;
	}
}

/* Most TAPs have no options, and other links never do; few are netback's. A bridge that is as we
 * make them is told as such by its kind. */
static bool is_untold(
	const struct xn_link *link, const struct xn_attr *attr, unsigned mask)
{
	const char *const *member = (const void *)((const char *)link + attr->offset);

	if (attr->bit == XN_LEARN)
		return mask & XN_KIND && !link->learn;
	return attr->bit & (XN_TAP | XN_NETBACK) && (!*member || !(*member)[0]);
}

void xn_link_write(struct xn_text *text, const struct xn_link *link, unsigned mask)
{
	for (const struct xn_attr *attr = xn_attrs; attr->name; attr++) {
		if (!(mask & attr->bit) || is_untold(link, attr, mask))
			continue;
		xn_text_addf(text, " %s=", attr->name);
		write_value(text, link, attr);
	}
}

static bool read_value(struct xn_link *link, const struct xn_attr *attr, char *value)
{
	char *member = (char *)link + attr->offset;

	if (!value)
		return false;
	link->mask |= attr->bit;
	switch (attr->type) {
	case XN_ATTR_INT:
		return xn_parse_int(value, (int64_t *)member);
	case XN_ATTR_BOOL:
		*(bool *)member = strcmp(value, "yes") == 0;
		return *(bool *)member || strcmp(value, "no") == 0;
	default:
		*(const char **)member = value;
		return true;
	}
}

static bool read_word(
	struct xn_netstate *state, struct xn_link *link, const char *word, size_t length)
{
	for (const struct xn_attr *attr = xn_attrs; attr->name; attr++) {
		size_t name = strlen(attr->name);

		if (length > name && word[name] == '=' &&
			memcmp(word, attr->name, name) == 0)
			return read_value(link, attr,
				xn_text_unescape(state->arena, word + name + 1,
					length - name - 1));
	}
	return false;
}

int xn_link_read(struct xn_netstate *state, const char *line, struct xn_link **ret,
	struct xenet_error *err)
{
	size_t length = strcspn(line, " ");
	char *name = xn_text_unescape(state->arena, line, length);
	struct xn_link *link;

	if (!name || !name[0])
		return xn_fail(err, XENET_E_INVALID_VALUE, "link", line);
	link = xn_link_add(state, name);
	if (!link)
		return xn_no_memory(err);
	for (const char *word = line + length; *word; word += length) {
		word += strspn(word, " ");
		length = strcspn(word, " ");
		if (length && !read_word(state, link, word, length))
			return xn_fail(err, XENET_E_INVALID_VALUE, "link", line);
	}
	*ret = link;
	return 0;
}
