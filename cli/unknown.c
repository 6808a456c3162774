/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli.h"

/*
 * Words that a command does not know: xe ignores them, and so do we, but not in silence. A
 * misspelt dry run is refused, since ignoring it would do what was only to be looked at; and so
 * is any misspelt word of a command that xe does not have, since no script counts on less. There, a
 * word without '=' is meant for a parameter, and what would be done without it is not what is meant.
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

static bool is_own_command(const char *command)
{
	static const char *const commands[] = { "batch", "history", "host-check",
		"host-export", "host-import", "host-recover", "host-restore", "vif-adopt",
		"vif-metrics", "vif-release", "vm-export-libvirt", "vm-import-libvirt",
		"vm-qemu-args", "vm-shutdown-libvirt", "vm-start-libvirt" };

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i], command) == 0)
			return true;
	return false;
}

static int warn(const struct cli_line *line, const char *key, const char *nearest)
{
	const char *const values[] = { key, line->command, nearest, NULL };
	struct xenet_error warning = { 0 };

	xenet_error_fill(&warning,
		nearest ? XENET_E_PARAMETER_MISSPELT : XENET_E_PARAMETER_IGNORED, values);
	cli_name_line(&warning, line->number);
	cli_print_warning(&warning, line->json);
	xenet_error_clear(&warning);
	return 0;
}

/* What a word alone is most likely for; NULL: nobody can tell. */
static const char *meant_for(const struct xenet_class *c, const struct xenet_verb *verb)
{
	struct xenet_param param;

	for (size_t i = 0; xenet_param_at(c, verb, i, &param); i++)
		if (strcmp(param.name, "file") == 0)
			return "file";
		else if (strcmp(param.name, "uuid") == 0)
			return "uuid";
	return NULL;
}

static int refuse(const struct cli_line *line, const char *key, const char *meant,
	struct xenet_error *err)
{
	return xenet_error_fill(err,
		meant ? XENET_E_PARAMETER_REFUSED : XENET_E_WORD_REFUSED,
		(const char *const[]){ key, line->command, meant, NULL });
}

/* name: what it is the value of. */
static int refuse_value(const struct cli_line *line, const char *word, const char *name,
	struct xenet_error *err)
{
	char *meant;
	int r;

	if (asprintf(&meant, "%s=%s", name, word) < 0)
		return cli_fail(err, XENET_E_NO_MEMORY, NULL);
	r = refuse(line, word, meant, err);
	free(meant);
	return r;
}

static int check_word(const struct cli_line *line, const struct xenet_class *c,
	const struct xenet_verb *verb, const struct cli_word *word,
	struct xenet_error *err)
{
	struct xenet_param param, near = { .name = "" };
	const char *nearest, *name = word->is_bare ? meant_for(c, verb) : NULL;

	for (size_t i = 0; xenet_param_at(c, verb, i, &param); i++) {
		if (fits(word->key, &param))
			return 0;
		if (xenet_is_near(word->key, param.name) && !near.name[0])
			near = param;
	}
	nearest = near.name[0] ? near.name : NULL;
	if (!is_own_command(line->command) || (!nearest && !word->is_bare))
		return warn(line, word->key, nearest);
	return name ? refuse_value(line, word->key, name, err)
		    : refuse(line, word->key, nearest, err);
}

int cli_check_words(const struct cli_line *line, const struct xenet_class *c,
	const struct xenet_verb *verb, struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; i < line->n_words; i++)
		if (means_dry_run(line->words[i].key))
			return cli_fail(err, XENET_E_SYNTAX, line->words[i].key);
	/* Where every field may come as a word, the library judges them. */
	for (size_t i = 0; r == 0 && i < line->n_words && !xenet_verb_takes_fields(verb);
		i++)
		if (!is_switch(line->words[i].key))
			r = check_word(line, c, verb, &line->words[i], err);
	return r;
}
