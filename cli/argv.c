/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum {
	TIMEOUT_DIGITS = 6
};

int cli_fail(struct xenet_error *err, enum xenet_error_code code, const char *value)
{
	return xenet_error_fill(err, code, (const char *const[]){ value, NULL });
}

static void take_word(struct cli_line *line, char *word)
{
	struct cli_word *w = &line->words[line->n_words++];
	char *equals = strchr(word, '=');

	if (strncmp(word, "--", 2) == 0) {
		*w = (struct cli_word){ word + 2, "true", false };
		return;
	}
	*w = (struct cli_word){ word, equals ? equals + 1 : "", !equals };
	if (equals)
		*equals = '\0';
}

/* The value of the first word of that name; NULL: there is none. */
static const char *value_of(const struct cli_line *line, const char *key)
{
	for (size_t i = 0; i < line->n_words; i++)
		if (strcmp(line->words[i].key, key) == 0)
			return line->words[i].value;
	return NULL;
}

/* minimal=, json= and dry-run=, the first of each: true or false. */
static int take_flag(
	const struct cli_line *line, const char *key, bool *ret, struct xenet_error *err)
{
	const char *text = value_of(line, key);

	if (!text)
		return 0;
	*ret = strcmp(text, "true") == 0;
	return *ret || strcmp(text, "false") == 0 ? 0
						  : cli_fail(err, XENET_E_SYNTAX, key);
}

/* timeout=, the first of them: whole seconds. */
static int take_timeout(struct cli_line *line, struct xenet_error *err)
{
	const char *text = value_of(line, "timeout");
	size_t length = text ? strspn(text, "0123456789") : 0;

	line->has_timeout = text;
	if (!text)
		return 0;
	if (!length || text[length] || length > TIMEOUT_DIGITS)
		return xenet_error_fill(err, XENET_E_INTEGER_INVALID,
			(const char *const[]){ "timeout", text,
				"whole seconds, from 0 to 999999", NULL });
	line->timeout_s = (unsigned)strtoul(text, NULL, 10);
	return 0;
}

/* xe loses one carriage return at the end of a word; so scripts with them work. */
static void chomp(char *word)
{
	size_t length = strlen(word);

	if (length && word[length - 1] == '\r')
		word[length - 1] = '\0';
}

/* Faults of the line itself are told in the way that it asks for, too. */
static bool asks_for_json(char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], "--json") == 0 || strcmp(words[i], "json=true") == 0)
			return true;
	return false;
}

static int take_own_word(struct cli_line *line, char *word, struct xenet_error *err)
{
	if (!line->command) {
		line->command = word;
		return strchr(word, '=') ? cli_fail(err, XENET_E_SYNTAX, word) : 0;
	}
	if (word[0] == '-' && word[1] != '-')
		return cli_fail(err, XENET_E_SYNTAX, word);
	take_word(line, word);
	return 0;
}

/* The words of one source. */
static int take_words(
	struct cli_line *line, char **words, size_t n, struct xenet_error *err)
{
	line->json = line->json || asks_for_json(words, n);
	for (size_t i = 0; i < n; i++)
		chomp(words[i]);
	for (size_t i = 0; i < n;) {
		int taken = cli_client_words(line, words + i, n - i, err);

		if (taken == 0) {
			taken = take_own_word(line, words[i], err);
			taken = taken < 0 ? taken : 1;
		}
		if (taken < 0)
			return taken;
		i += (size_t)taken;
	}
	return 0;
}

static int take_flags(struct cli_line *line, struct xenet_error *err)
{
	int r = take_flag(line, "json", &line->json, err);

	if (r == 0)
		r = take_flag(line, "minimal", &line->minimal, err);
	if (r == 0)
		r = take_flag(line, "dry-run", &line->dry_run, err);
	if (r == 0)
		r = take_timeout(line, err);
	if (r == 0 && line->json && line->minimal)
		return cli_fail(
			err, XENET_E_SYNTAX, "--json and --minimal exclude each other");
	return r;
}

/* In the order of precedence: of an option that is given twice, the first counts. */
static int take_sources(
	struct cli_line *line, char **words, size_t n, struct xenet_error *err)
{
	int r = take_words(line, words, n, err);

	if (r == 0)
		r = take_words(line, line->extra.items, line->extra.n, err);
	if (r == 0)
		r = take_words(line, line->defaults.items, line->defaults.n, err);
	line->usage = line->usage || !line->command;
	return r < 0 ? r : take_flags(line, err);
}

int cli_parse(struct cli_line *line, int argc, char **argv, struct xenet_error *err)
{
	size_t n = argc > 0 ? (size_t)argc - 1 : 0;
	struct xenet_error note = { 0 };
	int r;

	*line = (struct cli_line){ 0 };
	r = cli_extra_args(&line->extra, err);
	if (r < 0)
		return r;
	cli_defaults(&line->defaults, &note);
	line->words = calloc(
		n + line->extra.n + line->defaults.n + 1, sizeof(*line->words));
	r = line->words ? take_sources(line, argv + 1, n, err)
			: cli_fail(err, XENET_E_NO_MEMORY, NULL);
	if (note.code)
		cli_print_warning(&note, line->json);
	xenet_error_clear(&note);
	return r;
}

int cli_parse_words(
	struct cli_line *line, char **words, size_t n, struct xenet_error *err)
{
	*line = (struct cli_line){ .words = calloc(n + 1, sizeof(*line->words)) };
	return line->words ? take_sources(line, words, n, err)
			   : cli_fail(err, XENET_E_NO_MEMORY, NULL);
}

void cli_line_free(struct cli_line *line)
{
	free(line->words);
	line->words = NULL;
	cli_list_free(&line->extra);
	cli_list_free(&line->defaults);
}
