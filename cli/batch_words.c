/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"

/*
 * The words of a line, as a shell would take them: blanks part them, quotes and backslashes
 * keep them together, $NAME and ${NAME} stand for what an earlier line answered, and # begins
 * a comment. What would run, or redirect, other things in a shell is refused.
 */

struct reader {
	const char *at;
	const struct cli_variables *variables;
	char *word;
	size_t length;
	bool failed; /* no memory */
};

static void put(struct reader *in, const char *text, size_t length)
{
	char *word = realloc(in->word, in->length + length + 1);

	if (!word) {
		in->failed = true;
		return;
	}
	memcpy(word + in->length, text, length);
	in->word = word;
	in->length += length;
	word[in->length] = '\0';
}

size_t cli_name_length(const char *text)
{
	size_t length = 0;

	while (isalnum((unsigned char)text[length]) || text[length] == '_')
		length++;
	return isdigit((unsigned char)text[0]) ? 0 : length;
}

static const char *value_of(
	const struct cli_variables *variables, const char *name, size_t length)
{
	/* The last line that has set it counts. */
	for (size_t i = variables->names.n; i-- > 0;)
		if (strlen(variables->names.items[i]) == length &&
			strncmp(variables->names.items[i], name, length) == 0)
			return variables->values.items[i];
	return NULL;
}

/* Behind the '$'. */
static int take_variable(struct reader *in, struct xenet_error *err)
{
	bool braced = *in->at == '{';
	const char *name = in->at + braced, *value;
	size_t length = cli_name_length(name);
	char shown[64];

	if (!length || (braced && name[length] != '}'))
		return cli_fail(err, XENET_E_BATCH_SYNTAX,
			"behind '$' there has to be a name, or \\$ for the sign itself");
	value = value_of(in->variables, name, length);
	if (!value) {
		snprintf(shown, sizeof(shown), "no earlier line has set $%.*s",
			length > 30 ? 30 : (int)length, name);
		return cli_fail(err, XENET_E_BATCH_SYNTAX, shown);
	}
	put(in, value, strlen(value));
	in->at = name + length + braced;
	return 0;
}

static int take_single(struct reader *in, struct xenet_error *err)
{
	size_t length = strcspn(in->at, "'");

	if (!in->at[length])
		return cli_fail(err, XENET_E_BATCH_SYNTAX, "a quote is not closed");
	put(in, in->at, length);
	in->at += length + 1;
	return 0;
}

/* A backslash keeps only what would mean something here. */
static void take_escape(struct reader *in, bool quoted)
{
	if (quoted && !strchr("\"\\$`", *in->at))
		put(in, "\\", 1);
	put(in, in->at++, 1);
}

static int refuse_mark(char mark, struct xenet_error *err)
{
	char text[80];

	snprintf(text, sizeof(text),
		"'%c' is for shells, which this is none: put it in %squotes, or \\ "
		"before "
		"it",
		mark, mark == '`' ? "single " : "");
	return cli_fail(err, XENET_E_BATCH_SYNTAX, text);
}

static int take_piece(struct reader *in, bool quoted, struct xenet_error *err)
{
	char c = *in->at++;

	if (strchr(quoted ? "`" : "|&;()<>`", c))
		return refuse_mark(c, err);
	if (c == '\r' && !quoted)
		return cli_fail(err, XENET_E_BATCH_SYNTAX,
			"a carriage return that does not end the line");
	if (c == '\\' && !*in->at)
		return cli_fail(err, XENET_E_BATCH_SYNTAX,
			"a backslash ends the line: a command has one line");
	if (c == '\\')
		take_escape(in, quoted);
	else if (c == '$')
		return take_variable(in, err);
	else
		put(in, &c, 1);
	return 0;
}

static int take_double(struct reader *in, struct xenet_error *err)
{
	int r = 0;

	while (r == 0 && *in->at && *in->at != '"')
		r = take_piece(in, true, err);
	if (r < 0)
		return r;
	if (!*in->at)
		return cli_fail(err, XENET_E_BATCH_SYNTAX, "a quote is not closed");
	in->at++;
	return 0;
}

static int take_word(struct reader *in, struct xenet_error *err)
{
	int r = 0;

	put(in, "", 0);
	while (r == 0 && *in->at && !strchr(" \t", *in->at)) {
		char c = *in->at;

		in->at += c == '\'' || c == '"';
		r = c == '\''  ? take_single(in, err)
		    : c == '"' ? take_double(in, err)
			       : take_piece(in, false, err);
	}
	return r;
}

int cli_split(const char *line, const struct cli_variables *variables,
	struct cli_list *words, struct xenet_error *err)
{
	struct reader in = { .at = line, .variables = variables };
	int r = 0;

	for (;;) {
		in.at += strspn(in.at, " \t");
		if (r < 0 || !*in.at || *in.at == '#')
			break;
		in.length = 0;
		r = take_word(&in, err);
		if (r == 0 && (in.failed || !cli_list_add(words, in.word, in.length)))
			r = cli_fail(err, XENET_E_NO_MEMORY, NULL);
	}
	free(in.word);
	return r;
}
