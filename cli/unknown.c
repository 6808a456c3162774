/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <strings.h>

#include "cli.h"

/*
 * Words that a command does not know: xe ignores them, and so do we, but not in silence. A
 * misspelt dry run is refused, since ignoring it would do what was only to be looked at.
 */

enum {
	MAX_WORD = 48
};

/* Spelt with underscores, without the dash, or as --dry-run=VALUE. */
static bool means_dry_run(const char *key)
{
	char word[MAX_WORD] = "";

	if (strcmp(key, "dry-run") == 0)
		return false;
	strncat(word, key,
		strcspn(key, "=") < MAX_WORD ? strcspn(key, "=") : MAX_WORD - 1);
	return xenet_is_near(word, "dry-run");
}

static bool is_switch(const char *key)
{
	static const char *const keys[] = { "minimal", "force", "multiple", "all", "live",
		"internal", "trace", "progress", "message-priority", "dry-run", "json",
		"timeout" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

/* name, or for one that ends in a colon name:... and, as of old, name-... */
static bool fits(const char *key, const struct xenet_param *param)
{
	const char *name = param->name;
	size_t length = strlen(name) - 1;

	if (param->any_case)
		return strcasecmp(key, name) == 0;
	if (name[length] != ':')
		return strcmp(key, name) == 0;
	return strncmp(key, name, length) == 0 && strchr(":-", key[length]) &&
	       key[length];
}

static void warn(const struct cli_line *line, const struct xenet_class *c,
	const struct xenet_verb *verb, const char *key)
{
	struct xenet_param param, nearest = { .name = "" };
	struct xenet_error err = { 0 };

	for (size_t i = 0; xenet_param_at(c, verb, i, &param); i++) {
		if (fits(key, &param))
			return;
		if (xenet_is_near(key, param.name) && !nearest.name[0])
			nearest = param;
	}
	if (nearest.name[0])
		xenet_error_fill(&err, XENET_E_PARAMETER_MISSPELT,
			(const char *const[]){ key, line->command, nearest.name, NULL });
	else
		xenet_error_fill(&err, XENET_E_PARAMETER_IGNORED,
			(const char *const[]){ key, line->command, NULL });
	cli_name_line(&err, line->number);
	cli_print_warning(&err, line->json);
	xenet_error_clear(&err);
}

const char *cli_check_words(const struct cli_line *line, const struct xenet_class *c,
	const struct xenet_verb *verb)
{
	for (size_t i = 0; i < line->n_words; i++)
		if (means_dry_run(line->words[i].key))
			return line->words[i].key;
	/* Where every field may come as a word, the library judges them. */
	for (size_t i = 0; i < line->n_words && !xenet_verb_takes_fields(verb); i++)
		if (!is_switch(line->words[i].key))
			warn(line, c, verb, line->words[i].key);
	return NULL;
}
