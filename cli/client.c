/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/*
 * What xe's client takes for itself, wherever it stands and in either form: the other host,
 * user and password, and diagnostics. Checked as xe does, and without effect, for there is
 * but one host and no login.
 */

/* A port that is none makes xe's client print its usage, and no more. */
static int check_port(struct cli_line *line, const char *value, struct xenet_error *err)
{
	char *end;
	long port = strtol(value, &end, 10);

	(void)err;
	if (!value[0] || *end || port < 0 || port > 65535)
		line->usage = true;
	return 0;
}

/* Line 1 is a user, line 2 a password. */
static int check_password_file(
	struct cli_line *line, const char *value, struct xenet_error *err)
{
	FILE *file = fopen(value, "re");
	char *text = NULL;
	size_t size = 0;
	int lines = 0;

	(void)line;
	errno = 0;
	while (file && lines < 2 && getline(&text, &size, file) >= 0)
		lines++;
	if (file)
		fclose(file);
	free(text);
	return lines == 2 ? 0 : cli_fail(err, XENET_E_PASSWORD_FILE, value);
}

static const struct client_word {
	const char *name;
	const char *key;
	bool is_flag;
	int (*check)(struct cli_line *line, const char *value, struct xenet_error *err);
} client_words[] = {
	{ "-s", "server" },
	{ "-h", "server" },
	{ "-p", "port", .check = check_port },
	{ "-u", "username" },
	{ "-pw", "password" },
	{ "-pwf", "passwordfile", .check = check_password_file },
	{ "--nossl", "nossl", .is_flag = true },
	{ "--debug", "debug", .is_flag = true },
	{ "--debug-on-fail", "debugonfail", .is_flag = true },
	{ "--traceparent", "traceparent" },
};

/* The words that a row takes from the front, with its value; 0: none. */
static int match(
	const struct client_word *row, char *const *words, size_t n, const char **value)
{
	size_t length = strlen(row->key);

	*value = "";
	if (strcmp(words[0], row->name) == 0 && row->is_flag)
		return 1;
	if (strcmp(words[0], row->name) == 0 && n > 1) {
		*value = words[1];
		return 2;
	}
	if (strncmp(words[0], row->key, length) != 0 || words[0][length] != '=')
		return 0;
	*value = words[0] + length + 1;
	return 1;
}

int cli_client_words(
	struct cli_line *line, char *const *words, size_t n, struct xenet_error *err)
{
	const size_t n_rows = sizeof(client_words) / sizeof(client_words[0]);

	for (size_t i = 0; i < n_rows; i++) {
		const struct client_word *row = &client_words[i];
		const char *value;
		int taken = match(row, words, n, &value);
		int r = taken && row->check ? row->check(line, value, err) : 0;

		if (r < 0 || taken)
			return r < 0 ? r : taken;
	}
	return 0;
}
