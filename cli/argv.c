/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

int cli_fail(struct xenet_error *err, enum xenet_error_code code, const char *value)
{
	return xenet_error_fill(err, code, (const char *const[]){ value, NULL });
}

/*
 * What xe's client takes for itself, wherever it stands: the other host, user and password,
 * and diagnostics. Accepted, and without effect, for there is but one host and no login.
 */
static bool is_client_switch(const char *word)
{
	static const char *const words[] = { "-u", "-pw", "-pwf", "-s", "-h", "-p",
		"--traceparent" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static bool is_client_word(const char *word)
{
	static const char *const names[] = { "server", "port", "username", "password",
		"passwordfile", "nossl", "debug", "debugonfail", "traceparent" };
	static const char *const flags[] = { "--nossl", "--debug", "--debug-on-fail" };
	size_t length = strcspn(word, "=");

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strcmp(flags[i], word) == 0)
			return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && word[length]; i++)
		if (strlen(names[i]) == length && strncmp(names[i], word, length) == 0)
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

/* minimal=, json= and dry-run=, the first of each: true or false. */
static int take_flag(
	const struct cli_line *line, const char *key, bool *ret, struct xenet_error *err)
{
	for (size_t i = 0; i < line->n_words; i++) {
		const struct cli_word *word = &line->words[i];

		if (strcmp(word->key, key) != 0)
			continue;
		*ret = strcmp(word->value, "true") == 0;
		if (!*ret && strcmp(word->value, "false") != 0)
			return cli_fail(err, XENET_E_SYNTAX, word->key);
		return 0;
	}
	return 0;
}

static int take_words(
	struct cli_line *line, int argc, char **argv, struct xenet_error *err)
{
	for (int i = 0; i < argc; i++) {
		if (is_client_switch(argv[i]) && i + 1 < argc) {
			i++;
		} else if (is_client_word(argv[i])) {
			continue;
		} else if (!line->command) {
			line->command = argv[i];
			if (strchr(argv[i], '='))
				return cli_fail(err, XENET_E_SYNTAX, argv[i]);
		} else if (argv[i][0] == '-' && argv[i][1] != '-') {
			return cli_fail(err, XENET_E_SYNTAX, argv[i]);
		} else {
			take_word(line, argv[i]);
		}
	}
	return line->command ? 0 : cli_fail(err, XENET_E_SYNTAX, "a command is missing");
}

static int take_flags(struct cli_line *line, struct xenet_error *err)
{
	int r = take_flag(line, "json", &line->json, err);

	if (r == 0)
		r = take_flag(line, "minimal", &line->minimal, err);
	if (r == 0)
		r = take_flag(line, "dry-run", &line->dry_run, err);
	if (r == 0 && line->json && line->minimal)
		return cli_fail(
			err, XENET_E_SYNTAX, "--json and --minimal exclude each other");
	return r;
}

/* Faults of the line itself are told in the way that it asks for, too. */
static bool asks_for_json(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--json") == 0 || strcmp(argv[i], "json=true") == 0)
			return true;
	return false;
}

int cli_parse(struct cli_line *line, int argc, char **argv, struct xenet_error *err)
{
	int r;

	*line = (struct cli_line){ .json = asks_for_json(argc, argv) };
	line->words = calloc((size_t)argc, sizeof(*line->words));
	if (!line->words)
		return cli_fail(err, XENET_E_NO_MEMORY, NULL);
	r = take_words(line, argc - 1, argv + 1, err);
	return r < 0 ? r : take_flags(line, err);
}

void cli_line_free(struct cli_line *line)
{
	free(line->words);
	line->words = NULL;
}
