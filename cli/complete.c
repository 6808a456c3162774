/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "complete.h"

#include <stdlib.h>
#include <string.h>

/*
 * xenet __complete WORD...: what the last word, unfinished, may become, for the shells'
 * completions. A candidate a line, behind a tab what it is; sorted, each one once. One that
 * ends in '=', ':' or ',' is not finished yet.
 */

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

void cli_offer(struct cli_completion *at, const char *before, const char *text,
	const char *description)
{
	size_t size = strlen(before) + strlen(text) + strlen(description) + 2;
	char *line = malloc(size);

	if (!line)
		return;
	snprintf(line, size, "%s%s\t%s", before, text, description);
	if (strncmp(line, at->word, strlen(at->word)) == 0 && is_printable(before) &&
		is_printable(text))
		cli_list_add(&at->found, line, size - 1);
	free(line);
}

static void offer_parameter(
	struct cli_completion *at, const char *name, const char *description)
{
	char word[80];

	if (cli_other(at, name))
		return;
	snprintf(word, sizeof(word), "%s%s", name,
		name[strlen(name) - 1] == ':' ? "" : "=");
	cli_offer(at, "", word, description);
}

const char *cli_other(const struct cli_completion *at, const char *key)
{
	size_t length = strlen(key);

	for (size_t i = 0; i < at->n_others; i++)
		if (strncmp(at->others[i], key, length) == 0 &&
			at->others[i][length] == '=')
			return at->others[i] + length + 1;
	return NULL;
}

const struct xenet_class *cli_filter_class(const struct cli_completion *at)
{
	static const char *const names[] = {
		[XENET_SELECT_VM] = "vm",
		[XENET_SELECT_HOST] = "host",
	};
	enum xenet_selector selector = xenet_verb_selector(at->verb);

	return selector == XENET_SELECT_NONE ? at->c : xenet_class_find(names[selector]);
}

const struct xenet_field *cli_field(
	const struct xenet_class *c, const char *name, size_t length)
{
	const struct xenet_field *field;

	for (size_t i = 0; (field = xenet_field_at(c, i)); i++)
		if (strlen(xenet_field_name(field)) == length &&
			strncmp(xenet_field_name(field), name, length) == 0)
			return field;
	return NULL;
}

static void offer_commands(struct cli_completion *at)
{
	const struct xenet_class *c;
	const struct xenet_verb *verb;
	char command[XENET_COMMAND_SIZE];

	cli_offer(at, "", "help", "List commands, or describe one.");
	for (size_t i = 0; (c = xenet_class_at(i)); i++)
		for (size_t k = 0; (verb = xenet_verb_at(c, k)); k++)
			if (!xenet_verb_is_hidden(verb))
				cli_offer(at, "", xenet_command_name(c, verb, command),
					xenet_verb_summary(verb));
}

static void offer_selectors(struct cli_completion *at)
{
	const struct xenet_class *c = cli_filter_class(at);
	const struct xenet_field *field;

	if (c == at->c && xenet_verb_selector(at->verb) == XENET_SELECT_NONE)
		return;
	offer_parameter(at, xenet_class_name(c), "uuid or name");
	for (size_t i = 0; (field = xenet_field_at(c, i)); i++)
		offer_parameter(at, xenet_field_name(field), xenet_field_summary(field));
}

static void offer_parameters(struct cli_completion *at)
{
	struct xenet_param param;

	for (size_t i = 0; xenet_param_at(at->c, at->verb, i, &param); i++)
		offer_parameter(at, param.name, param.summary);
	if (xenet_verb_changes(at->verb))
		offer_parameter(
			at, "timeout", "seconds to wait for the lock, 30 if not given");
	offer_selectors(at);
}

static void offer_switches(struct cli_completion *at)
{
	static const char *const switches[][2] = {
		{ "--minimal", "the first field only, separated by commas" },
		{ "--json", "as JSON" },
		{ "--dry-run", "print the steps and do nothing" },
		{ "--all", "with a list: ignore filters" },
		{ "--multiple", "act on all that match" },
		{ "--force", "do it all the same" },
		{ "--help", "print the usage" },
	};

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		cli_offer(at, "", switches[i][0], switches[i][1]);
}

static void offer_words(struct cli_completion *at)
{
	if (!at->command || strcmp(at->command, "help") == 0)
		offer_commands(at);
	else if (!xenet_command_find(at->command, &at->c, &at->verb))
		return;
	else if (at->word[0] == '-')
		offer_switches(at);
	else if (strchr(at->word, '='))
		cli_offer_values(at);
	else if (strchr(at->word, ':'))
		cli_offer_map_keys(at);
	else
		offer_parameters(at);
}

/* The command is the first word that xe's client would not take; -1: -p without its N. */
static int find_command(struct cli_completion *at, char **words, size_t n)
{
	struct cli_line line = { 0 };
	size_t i = 0;

	while (i < n) {
		int taken = cli_client_words(&line, words + i, n - i, NULL);

		if (taken < 0)
			return -1;
		if (taken == 0)
			break;
		i += (size_t)taken;
	}
	if (i < n) {
		at->command = words[i];
		at->others = words + i + 1;
		at->n_others = n - i - 1;
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void print_found(struct cli_list *found)
{
	if (found->n)
		qsort(found->items, found->n, sizeof(*found->items), compare);
	for (size_t i = 0; i < found->n; i++) {
		size_t length = strcspn(found->items[i], "\t");

		if (i && strcmp(found->items[i], found->items[i - 1]) == 0)
			continue;
		fwrite(found->items[i], 1, length + 1, stdout);
		cli_show(stdout, found->items[i] + length + 1, false);
		putchar('\n');
	}
}

void cli_complete(size_t n, char **words)
{
	struct cli_completion at = { .word = n ? words[n - 1] : "" };

	if (find_command(&at, words, n ? n - 1 : 0) == 0)
		offer_words(&at);
	print_found(&at.found);
	cli_list_free(&at.found);
	xenet_close(at.xn);
}
