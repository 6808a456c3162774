/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static int fail(struct xenet_error *err, enum xenet_error_code code, const char *value)
{
	*err = (struct xenet_error){ .code = code };
	err->params = calloc(2, sizeof(*err->params));
	if (err->params && (err->params[0] = strdup(value)))
		err->n_params = 1;
	err->message = malloc(strlen(value) + 64);
	if (err->message)
		sprintf(err->message, "%s%s",
			code == XENET_E_SYNTAX ? "Syntax error: " : "Unknown command: ",
			value);
	return -(int)code;
}

/* xe's switches for another host, user and password: accepted, for there is but one. */
static bool is_switch(const char *word)
{
	static const char *const words[] = { "-u", "-pw", "-pwf", "-s", "-h", "-p" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static void take_word(struct cli_line *line, char *word)
{
	struct cli_word *w = &line->words[line->n_words++];
	char *equals = strchr(word, '=');

	if (strncmp(word, "--", 2) == 0) {
		*w = (struct cli_word){ word + 2, "true" };
		return;
	}
	*w = (struct cli_word){ word, "" };
	if (!equals)
		return;
	*equals = '\0';
	w->value = equals + 1;
	/* xe loses one carriage return at the end of a word; so scripts with them work. */
	if (equals[1] && equals[strlen(equals + 1)] == '\r')
		equals[strlen(equals + 1)] = '\0';
}

static bool is_set(const struct cli_line *line, const char *key)
{
	for (size_t i = 0; i < line->n_words; i++)
		if (strcmp(line->words[i].key, key) == 0)
			return strcmp(line->words[i].value, "true") == 0;
	return false;
}

static int take_words(
	struct cli_line *line, int argc, char **argv, struct xenet_error *err)
{
	for (int i = 0; i < argc; i++) {
		bool single = argv[i][0] == '-' && argv[i][1] != '-';

		if (single && (!is_switch(argv[i]) || i + 1 == argc))
			return fail(err, XENET_E_SYNTAX, argv[i]);
		if (single)
			i++;
		else if (strcmp(argv[i], "--nossl") != 0)
			take_word(line, argv[i]);
	}
	return 0;
}

int cli_parse(struct cli_line *line, int argc, char **argv, struct xenet_error *err)
{
	int r, first = 1;

	*line = (struct cli_line){ 0 };
	while (first + 1 < argc && is_switch(argv[first]))
		first += 2;
	if (first >= argc)
		return fail(err, XENET_E_SYNTAX, "a command is missing");
	line->command = argv[first];
	if (strchr(line->command, '='))
		return fail(err, XENET_E_SYNTAX, line->command);
	line->words = calloc((size_t)argc, sizeof(*line->words));
	if (!line->words)
		return fail(err, XENET_E_NO_MEMORY, "");
	r = take_words(line, argc - first - 1, argv + first + 1, err);
	line->minimal = is_set(line, "minimal");
	line->dry_run = is_set(line, "dry-run");
	return r;
}

void cli_line_free(struct cli_line *line)
{
	free(line->words);
	line->words = NULL;
}
