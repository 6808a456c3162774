/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* xe's help, in its layout (output.md of the reference, section 9). */

enum {
	LINE_LENGTH = 74
};

void cli_usage(FILE *out)
{
	fputs("Usage: xenet COMMAND [PARAMETER=VALUE ...] [--minimal|--json] "
	      "[--dry-run]\n"
	      "                                             [timeout=SECONDS]\n"
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
	static const char *const selectors[] = {
		[XENET_SELECT_VM] = "<vm-selectors>",
		[XENET_SELECT_HOST] = "<host-selectors>",
	};
	struct xenet_param param;
	const char *separator = "";

	for (size_t i = 0; xenet_param_at(c, verb, i, &param); i++) {
		if (param.required != required)
			continue;
		printf("%s%s", separator, param.name);
		separator = ", ";
	}
	if (!required && selectors[xenet_verb_selector(verb)])
		printf("%s%s", separator, selectors[xenet_verb_selector(verb)]);
	putchar('\n');
}

static void describe(const char *command, bool minimal)
{
	const struct xenet_class *c;
	const struct xenet_verb *verb;

	if (!xenet_command_find(command, &c, &verb)) {
		printf("Unknown command '%s'\n", command);
		return;
	}
	if (minimal) {
		puts(command);
		return;
	}
	printf("command name            : %s\n", command);
	fputs("        reqd params     : ", stdout);
	print_params(c, verb, true);
	fputs("        optional params : ", stdout);
	print_params(c, verb, false);
	printf("        description     : %s\n\n\n", xenet_verb_summary(verb));
}

/* The names of commands, sorted by byte. */
struct names {
	char **names;
	size_t n;
};

static void add_name(
	struct names *list, const struct xenet_class *c, const struct xenet_verb *verb)
{
	char **names = realloc(list->names, (list->n + 1) * sizeof(*names));
	char command[XENET_COMMAND_SIZE];

	if (!names)
		return;
	list->names = names;
	names[list->n] = strdup(xenet_command_name(c, verb, command));
	if (names[list->n])
		list->n++;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct names collect(bool all)
{
	struct names list = { 0 };
	const struct xenet_class *c;
	const struct xenet_verb *verb;

	for (size_t i = 0; (c = xenet_class_at(i)); i++)
		for (size_t k = 0; (verb = xenet_verb_at(c, k)); k++)
			if (!xenet_verb_is_hidden(verb) &&
				(all || xenet_verb_is_common(c, verb)))
				add_name(&list, c, verb);
	if (list.n)
		qsort(list.names, list.n, sizeof(*list.names), compare);
	return list;
}

static void free_names(struct names *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->names[i]);
	free(list->names);
}

/* 0: host-*, 1: vm-*, 2: the rest. */
static int group_of(const char *name)
{
	return strncmp(name, "host-", 5) == 0 ? 0 : strncmp(name, "vm-", 3) == 0 ? 1 : 2;
}

/* Lines start with four blanks and are broken before a name that would pass the limit; the
 * separators do not count. group -1: all of them. */
static void print_names(const struct names *list, int group)
{
	size_t length = 0;

	fputs("    ", stdout);
	for (size_t i = 0; i < list->n; i++) {
		size_t size = strlen(list->names[i]);

		if (group >= 0 && group_of(list->names[i]) != group)
			continue;
		if (length && length + size > LINE_LENGTH) {
			fputs("\n    ", stdout);
			length = 0;
		}
		printf("%s%s", length ? ", " : "", list->names[i]);
		length += size + (length ? 2 : 0);
	}
	putchar('\n');
}

static void print_heading(const char *text)
{
	printf("\n%s\n", text);
	for (; *text; text++)
		putchar('-');
	fputs("\n\n", stdout);
}

static void list_commands(bool all)
{
	struct names list = collect(all);

	cli_usage(stdout);
	if (all) {
		print_heading("Full command list");
		print_names(&list, 0);
		fputs("    \n", stdout);
		print_names(&list, 1);
		fputs("    \n", stdout);
		print_names(&list, 2);
	} else {
		fputs("    xenet help --all     lists all of them\n", stdout);
		print_heading("Common command list");
		print_names(&list, -1);
	}
	free_names(&list);
}

static void list_minimal(bool all)
{
	struct names list = collect(all);

	for (size_t i = 0; i < list.n; i++)
		printf("%s%s", i ? "," : "", list.names[i]);
	putchar('\n');
	free_names(&list);
}

static bool is_switch(const char *key)
{
	static const char *const keys[] = { "server", "username", "password", "port",
		"minimal", "all" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

void cli_help(const struct cli_line *line)
{
	bool all = false, named = false;

	for (size_t i = 0; i < line->n_words; i++) {
		const char *key = line->words[i].key;

		all = all || strcmp(key, "all") == 0;
		if (is_switch(key))
			continue;
		named = true;
		describe(key, line->minimal);
	}
	if (named)
		return;
	if (line->minimal)
		list_minimal(all);
	else
		list_commands(all);
}
