/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli.h"

/* Commands that destroy ask first; what they list and ask is shown with --minimal, too. */

static bool is_forced(const struct cli_line *line)
{
	for (size_t i = 0; i < line->n_words; i++)
		if (strcmp(line->words[i].key, "force") == 0)
			return strcmp(line->words[i].value, "true") == 0;
	return false;
}

static int list(
	struct xenet *xn, const struct xenet_request *items, struct xenet_error *err)
{
	struct xenet_reply *reply = NULL;
	int r = xenet_run(xn, items, &reply, err);

	if (r == 0)
		puts("The following items are about to be destroyed:");
	for (size_t i = 0; r == 0 && i < xenet_reply_rows(reply); i++) {
		cli_show(stdout, xenet_reply_value(reply, i, 0), false);
		putchar('\n');
	}
	xenet_reply_free(reply);
	return r;
}

static bool says_yes(void)
{
	char *answer = NULL;
	size_t room = 0;
	bool yes;

	puts("Type 'yes' to continue");
	fflush(stdout);
	yes = getline(&answer, &room, stdin) > 0;
	if (yes) {
		answer[strcspn(answer, "\r\n")] = '\0';
		yes = strcasecmp(answer, "yes") == 0;
	}
	free(answer);
	if (!yes)
		puts("Nothing was destroyed");
	return yes;
}

int cli_confirm(
	struct xenet *xn, const struct cli_line *line, bool *ret, struct xenet_error *err)
{
	struct xenet_request *items = NULL;
	const struct xenet_class *c;
	const struct xenet_verb *verb;
	int r;

	*ret = true;
	if (!xenet_command_find(line->command, &c, &verb) || !xenet_verb_asks(verb))
		return 0;
	r = xenet_request_new(&items, xenet_class_name(c), xenet_verb_asks(verb), err);
	for (size_t i = 0; r == 0 && i < line->n_words; i++)
		r = xenet_request_set(
			items, line->words[i].key, line->words[i].value, err);
	if (r == 0)
		r = list(xn, items, err);
	xenet_request_free(items);
	*ret = r == 0 && (is_forced(line) || says_yes());
	return r;
}

void cli_confirmed(const struct cli_line *line)
{
	const struct xenet_class *c;
	const struct xenet_verb *verb;

	if (xenet_command_find(line->command, &c, &verb) && xenet_verb_asks(verb))
		puts("All objects destroyed");
}
