/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "cli.h"

void cli_usage(FILE *out)
{
	fputs("Usage: xenet COMMAND [PARAMETER=VALUE ...] [--minimal] [--dry-run]\n"
	      "\n"
	      "Commands and their parameters are those of XenServer's xe.\n"
	      "    xenet help           lists the commands\n"
	      "    xenet help COMMAND   describes one\n"
	      "    man xenet            tells the rest\n",
		out);
}

static void print_params(
	const struct xenet_class *c, const struct xenet_verb *verb, bool required)
{
	struct xenet_param param;
	const char *separator = "";

	for (size_t i = 0; xenet_param_at(c, verb, i, &param); i++) {
		if (param.required != required)
			continue;
		printf("%s%s", separator, param.name);
		separator = ", ";
	}
	if (!required && xenet_verb_selector(verb) == XENET_SELECT_VM)
		printf("%s<vm-selectors>", separator);
	putchar('\n');
}

static void describe(const char *command)
{
	const struct xenet_class *c;
	const struct xenet_verb *verb;

	if (!xenet_command_find(command, &c, &verb)) {
		printf("Unknown command '%s'\n", command);
		return;
	}
	printf("command name            : %s\n", command);
	fputs("        reqd params     : ", stdout);
	print_params(c, verb, true);
	fputs("        optional params : ", stdout);
	print_params(c, verb, false);
	printf("        description     : %s\n\n\n", xenet_verb_summary(verb));
}

static void list_commands(void)
{
	const struct xenet_class *c;
	const struct xenet_verb *verb;

	for (size_t i = 0; (c = xenet_class_at(i)); i++)
		for (size_t k = 0; (verb = xenet_verb_at(c, k)); k++)
			if (!xenet_verb_is_hidden(verb))
				printf("    %s-%s\n", xenet_class_name(c),
					xenet_verb_name(verb));
}

void cli_help(const struct cli_line *line)
{
	bool any = false;

	for (size_t i = 0; i < line->n_words; i++) {
		const char *word = line->words[i].key;

		if (strcmp(word, "all") == 0 || strcmp(word, "minimal") == 0)
			continue;
		describe(word);
		any = true;
	}
	if (any)
		return;
	cli_usage(stdout);
	fputs("\nCommands:\n", stdout);
	list_commands();
}
