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

static void show(const struct xenet_reply *items)
{
	puts("The following items are about to be destroyed:");
	for (size_t i = 0; i < xenet_reply_rows(items); i++) {
		cli_show(stdout, xenet_reply_value(items, i, 0), false);
		putchar('\n');
	}
}

static bool same(const struct xenet_reply *a, const struct xenet_reply *b)
{
	if (xenet_reply_rows(a) != xenet_reply_rows(b))
		return false;
	for (size_t i = 0; i < xenet_reply_rows(a); i++)
		if (strcmp(xenet_reply_value(a, i, 0), xenet_reply_value(b, i, 0)) != 0)
			return false;
	return true;
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

/* People take their time: what was selected when they were asked must still be it. */
static int check_again(struct xenet *xn, const struct xenet_request *request,
	const struct xenet_reply *items, struct xenet_error *err)
{
	struct xenet_reply *now = NULL;
	int r = xenet_run(xn, request, &now, err);

	if (r == 0 && !same(items, now)) {
		r = -XENET_E_SELECTION_CHANGED;
		err->code = XENET_E_SELECTION_CHANGED;
		err->message = strdup(xenet_error_sentence(err->code));
	}
	xenet_reply_free(now);
	return r;
}

static int ask(struct xenet *xn, const struct cli_line *line,
	const struct xenet_request *request, bool *ret, struct xenet_error *err)
{
	struct xenet_reply *items = NULL;
	int r = xenet_run(xn, request, &items, err);

	if (r == 0) {
		show(items);
		*ret = is_forced(line) || says_yes();
		if (*ret && !is_forced(line))
			r = check_again(xn, request, items, err);
	}
	xenet_reply_free(items);
	return r;
}

int cli_confirm(
	struct xenet *xn, const struct cli_line *line, bool *ret, struct xenet_error *err)
{
	struct xenet_request *request = NULL;
	const struct xenet_class *c;
	const struct xenet_verb *verb;
	int r;

	*ret = true;
	if (!xenet_command_find(line->command, &c, &verb) || !xenet_verb_asks(verb))
		return 0;
	/* What reads JSON cannot answer. */
	if (line->json)
		return is_forced(line)
			       ? 0
			       : xenet_error_fill(err, XENET_E_FORCE_REQUIRED,
					 (const char *const[]){ line->command, NULL });
	r = xenet_request_new(&request, xenet_class_name(c), xenet_verb_asks(verb), err);
	for (size_t i = 0; r == 0 && i < line->n_words; i++)
		r = xenet_request_set(
			request, line->words[i].key, line->words[i].value, err);
	if (r == 0)
		r = ask(xn, line, request, ret, err);
	xenet_request_free(request);
	return r;
}

void cli_confirmed(const struct cli_line *line)
{
	const struct xenet_class *c;
	const struct xenet_verb *verb;

	if (!line->json && xenet_command_find(line->command, &c, &verb) &&
		xenet_verb_asks(verb))
		puts("All objects destroyed");
}
