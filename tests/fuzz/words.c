/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* A line for XE_EXTRA_ARGS, then a word of the command line on each. */

enum {
	MAX_WORDS = 64
};

static void use(const struct cli_line *line)
{
	const struct xenet_class *class;
	const struct xenet_verb *verb;
	struct xenet_request *request = NULL;

	if (!line->command || !xenet_command_find(line->command, &class, &verb))
		return;
	assert(xenet_request_new(&request, xenet_class_name(class), xenet_verb_name(verb),
		       NULL) == 0);
	for (size_t i = 0; i < line->n_words; i++) {
		assert(line->words[i].key && line->words[i].value);
		xenet_request_set(
			request, line->words[i].key, line->words[i].value, NULL);
	}
	xenet_request_check(request, NULL);
	xenet_request_free(request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *words[MAX_WORDS + 1] = { NULL }, *extra = fuzz_line(&data, &size);
	char *argv[MAX_WORDS + 2] = { NULL };
	struct xenet_error err = { 0 };
	struct cli_line line;
	int n = 0;

	setenv("HOME", "/nowhere", 1);
	setenv("XE_EXTRA_ARGS", extra, 1);
	argv[0] = extra;
	for (; n < MAX_WORDS && size; n++)
		argv[n + 1] = words[n] = fuzz_line(&data, &size);
	if (cli_parse(&line, n + 1, argv, &err) == 0)
		use(&line);
	else
		assert(err.code && err.message);
	cli_line_free(&line);
	xenet_error_clear(&err);
	for (int i = 0; i < n; i++)
		free(words[i]);
	free(extra);
	return 0;
}
