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

void cli_show(FILE *out, const char *text, bool minimal)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		unsigned code = steering(c);

		if (code) {
			fprintf(out, "\\u%04x", code);
			c += code > 0xff ? 2 : 1;
		} else if (*c < ' ' || *c == 0x7f) {
			show_control(out, *c);
		} else {
			if (minimal && (*c == ',' || *c == '\\'))
				fputc('\\', out);
			fputc(*c, out);
		}
	}
}
