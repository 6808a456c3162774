/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "cli.h"

/* Two- and three-byte characters that steer terminals (C1) or turn the direction of the
 * text that follows (bidirectional embeddings, overrides and isolates). */
static unsigned steering(const unsigned char *c)
{
	unsigned code;

	if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
		return c[1];
	if (c[0] != 0xe2 || !c[1] || !c[2])
		return 0;
	code = 0x2000U | (c[1] & 0x3fU) << 6 | (c[2] & 0x3fU);
	return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
		       ? code
		       : 0;
}

static void show_control(FILE *out, unsigned char c)
{
	static const char names[] = "abtnvfr"; /* 7 to 13 */

	if (c >= 7 && c <= 13)
		fprintf(out, "\\%c", names[c - 7]);
	else
		fprintf(out, "\\x%02x", c);
}

/* The bytes of the character at c; 0: it is no UTF-8, and might steer a terminal. */
static unsigned char_length(const unsigned char *c)
{
	unsigned length = c[0] < 0x80 ? 1 : c[0] >= 0xf0 ? 4 : c[0] >= 0xe0 ? 3 : 2;

	/* Neither overlong forms, nor surrogates, nor numbers beyond Unicode (RFC 3629, 4). */
	unsigned char low = c[0] == 0xe0 ? 0xa0 : c[0] == 0xf0 ? 0x90 : 0x80;
	unsigned char high = c[0] == 0xed ? 0x9f : c[0] == 0xf4 ? 0x8f : 0xbf;

	if (c[0] >= 0x80 && (c[0] < 0xc2 || c[0] > 0xf4 || c[1] < low || c[1] > high))
		return 0;
	for (unsigned i = 2; i < length; i++)
		if ((c[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

void cli_show(FILE *out, const char *text, bool minimal)
{
	const unsigned char *c = (const unsigned char *)text;

	while (*c) {
		unsigned code = steering(c), length = char_length(c);

		if (code)
			fprintf(out, "\\u%04x", code);
		else if (!length || *c < ' ' || *c == 0x7f)
			show_control(out, *c);
		else if (minimal && (*c == ',' || *c == '\\'))
			fprintf(out, "\\%c", *c);
		else
			fwrite(c, 1, length, out);
		c += length ? length : 1;
	}
}

/* In JSON these characters stand in texts only, where \u007f means the same. */
void cli_show_json(FILE *out, const char *json)
{
	const char *c = json;

	while (*c) {
		size_t plain = strcspn(c, "\x7f\xc2\xe2");
		const unsigned char *at = (const unsigned char *)c + plain;
		unsigned length = *at ? char_length(at) : 0;
		unsigned code = *at == 0x7f ? *at : steering(at);

		fwrite(c, 1, plain, out);
		if (code)
			fprintf(out, "\\u%04x", code);
		else
			fwrite(at, 1, length, out);
		c += plain + length;
	}
	fputc('\n', out);
}
