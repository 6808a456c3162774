/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <unistd.h>

#include "cli.h"

enum {
	KEY_SIZE = 96
};

/* "name-label ( RW)", "tags (SRW)": plain kinds of marker get a blank in front. */
static const char *key_of(const struct xenet_field *field, char out[KEY_SIZE])
{
	const char *marker = xenet_field_marker(field);

	snprintf(out, KEY_SIZE, "%s (%s%s)%s", xenet_field_name(field),
		strlen(marker) == 2 ? " " : "", marker,
		xenet_field_is_deprecated(field) ? " [DEPRECATED]" : "");
	return out;
}

static int key_width(const struct xenet_reply *reply)
{
	char key[KEY_SIZE];
	int width = 0;

	for (size_t i = 0; i < xenet_reply_columns(reply); i++) {
		int length = (int)strlen(key_of(xenet_reply_field(reply, i), key));

		width = length > width ? length : width;
	}
	return width + 4;
}

static void print_record(const struct xenet_reply *reply, size_t row, int width)
{
	char key[KEY_SIZE];

	for (size_t i = 0; i < xenet_reply_columns(reply); i++) {
		printf("%*s: ", i ? width : -width,
			key_of(xenet_reply_field(reply, i), key));
		cli_show(stdout, xenet_reply_value(reply, row, i), false);
		putchar('\n');
	}
	/* A record without any field still ends its last line. */
	fputs(xenet_reply_columns(reply) ? "\n\n" : "\n\n\n", stdout);
}

/* A bare value goes out as it is, but for terminals. */
static void print_value(const char *value)
{
	if (isatty(STDOUT_FILENO))
		cli_show(stdout, value, false);
	else
		fputs(value, stdout);
	putchar('\n');
}

void cli_print_text(const struct xenet_reply *reply)
{
	bool bare = xenet_reply_columns(reply) && !xenet_reply_field(reply, 0);
	int width = bare ? 0 : key_width(reply);

	for (size_t row = 0; row < xenet_reply_rows(reply); row++) {
		if (bare)
			print_value(xenet_reply_value(reply, row, 0));
		else
			print_record(reply, row, width);
	}
}
