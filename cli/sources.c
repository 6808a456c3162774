/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* Where words come from beside the command line: XE_EXTRA_ARGS and the file $HOME/.xe. */

bool cli_list_add(struct cli_list *list, const char *text, size_t length)
{
	char **items = realloc(list->items, (list->n + 1) * sizeof(*items));

	if (!items)
		return false;
	list->items = items;
	items[list->n] = strndup(text, length);
	return items[list->n] && ++list->n;
}

void cli_list_free(struct cli_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct cli_list){ 0 };
}

/* Takes the backslash off "\,", in place. */
static void unescape(char *word)
{
	char *out = word;

	for (const char *c = word; *c; c++) {
		if (c[0] == '\\' && c[1] == ',')
			c++;
		*out++ = *c;
	}
	*out = '\0';
}

static size_t word_length(const char *text)
{
	size_t length = 0;

	while (text[length] && text[length] != ',')
		length += text[length] == '\\' && text[length + 1] == ',' ? 2 : 1;
	return length;
}

int cli_extra_args(struct cli_list *list, struct xenet_error *err)
{
	const char *at = getenv("XE_EXTRA_ARGS");

	while (at && *at) {
		size_t length = word_length(at);

		if (length && !cli_list_add(list, at, length))
			return cli_fail(err, XENET_E_NO_MEMORY, NULL);
		if (length)
			unescape(list->items[list->n - 1]);
		at += length + (at[length] == ',');
	}
	return 0;
}

/* key=value lines. Returns the number of the line that is none, and discards all; 0: fine. */
static int read_lines(FILE *file, struct cli_list *list)
{
	char *text = NULL;
	size_t size = 0;
	int number = 0, bad = 0;

	while (!bad && getline(&text, &size, file) >= 0) {
		size_t length = strcspn(text, "\r\n");

		number++;
		if (!text[strspn(text, " \t\r\n")])
			continue;
		if (!memchr(text, '=', length) || !cli_list_add(list, text, length))
			bad = number;
	}
	free(text);
	if (bad)
		cli_list_free(list);
	return bad;
}

static int read_file(const char *path, struct cli_list *list)
{
	FILE *file = fopen(path, "re");
	int bad = 0;

	if (file) {
		bad = read_lines(file, list);
		fclose(file);
	}
	return bad;
}

void cli_defaults(struct cli_list *list, struct xenet_error *note)
{
	const char *home = getenv("HOME");
	char path[4096], line[16];
	int bad;

	if (!home || !home[0] ||
		snprintf(path, sizeof(path), "%s/.xe", home) >= (int)sizeof(path))
		return;
	bad = read_file(path, list);
	if (!bad)
		return;
	snprintf(line, sizeof(line), "%d", bad);
	xenet_error_fill(note, XENET_E_DEFAULTS_IGNORED,
		(const char *const[]){ path, line, NULL });
}
