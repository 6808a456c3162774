/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xenet.h"

/* Copies a manual page; its lines @COMMANDS@, @FIELDS@ and @ERRORS@ become mdoc lists. */

enum {
	LINE_LENGTH = 78
};

/* A word of a macro line: nothing in it may be taken for a macro, or broken at a dash. */
static void put_word(FILE *out, const char *text)
{
	fputs("\\&", out);
	for (; *text; text++)
		fputs(*text == '\\'    ? "\\e"
			: *text == '-' ? "\\-"
				       : (char[]){ *text, 0 },
			out);
	fputs("\\&", out); /* nor its last character for punctuation */
}

/* How much of the text fits on an input line: a sentence, or what stands before a blank. */
static size_t line_length(const char *text)
{
	const char *end = strstr(text, ". ");
	size_t length = end ? (size_t)(end - text) + 1 : strlen(text);

	if (length <= LINE_LENGTH)
		return length;
	for (length = LINE_LENGTH; length > 0 && text[length] != ' '; length--)
		continue;
	return length ? length : strlen(text);
}

/* Each sentence starts a line of its own, as mdoc wants it. */
static void put_text(FILE *out, const char *text)
{
	while (*text) {
		size_t length = line_length(text);

		if (*text == '.' || *text == '\'')
			fputs("\\&", out);
		fprintf(out, "%.*s\n", (int)length, text);
		text += length;
		text += strspn(text, " ");
	}
}

static void put_param(FILE *out, const struct xenet_param *param)
{
	fputs(param->required ? " Ar " : " Oo Ar ", out);
	put_word(out, param->name);
	fputs(param->required ? " Ns = Ns Ar value" : " Ns = Ns Ar value Oc", out);
}

static void put_command(
	FILE *out, const struct xenet_class *c, const struct xenet_verb *verb)
{
	char command[XENET_COMMAND_SIZE];
	struct xenet_param param;
	bool takes_fields = false;

	fputs(".It Cm ", out);
	put_word(out, xenet_command_name(c, verb, command));
	for (size_t i = 0; xenet_param_at(c, verb, i, &param); i++) {
		if (param.is_field)
			takes_fields = true;
		else
			put_param(out, &param);
	}
	if (xenet_verb_selector(verb) == XENET_SELECT_VM)
		fputs(" Op Ar vm-selectors", out);
	if (xenet_verb_selector(verb) == XENET_SELECT_HOST)
		fputs(" Op Ar host-selectors", out);
	fputs(takes_fields ? " Op Ar field Ns = Ns Ar value ...\n" : "\n", out);
	put_text(out, xenet_verb_summary(verb));
}

static void put_commands(FILE *out)
{
	const struct xenet_class *c;
	const struct xenet_verb *verb;

	for (size_t i = 0; (c = xenet_class_at(i)); i++) {
		fprintf(out, ".Ss Commands of class %s\n", xenet_class_name(c));
		fprintf(out, "A %s is %s.\n", xenet_class_name(c),
			xenet_class_summary(c));
		fputs(".Bl -tag -width Ds\n", out);
		for (size_t k = 0; (verb = xenet_verb_at(c, k)); k++)
			put_command(out, c, verb);
		fputs(".El\n", out);
	}
}

/* An earlier class with the same fields; NULL: none. */
static const struct xenet_class *same_fields(const struct xenet_class *c)
{
	const struct xenet_class *other;

	for (size_t i = 0; (other = xenet_class_at(i)) != c; i++)
		if (xenet_field_at(other, 0) == xenet_field_at(c, 0))
			return other;
	return NULL;
}

static void put_field_list(FILE *out, const struct xenet_class *c)
{
	const struct xenet_field *field;

	fputs(".Bl -tag -width Ds -compact\n", out);
	for (size_t k = 0; (field = xenet_field_at(c, k)); k++) {
		fputs(".It Va ", out);
		put_word(out, xenet_field_name(field));
		fprintf(out, " Pq %s\n", xenet_field_marker(field));
		put_text(out, xenet_field_summary(field));
	}
	fputs(".El\n", out);
}

static void put_fields(FILE *out)
{
	const struct xenet_class *c, *other;

	for (size_t i = 0; (c = xenet_class_at(i)); i++) {
		fprintf(out, ".Ss Fields of class %s\n", xenet_class_name(c));
		other = same_fields(c);
		if (other)
			fprintf(out, "Those of class %s.\n", xenet_class_name(other));
		else
			put_field_list(out, c);
	}
}

static void put_errors(FILE *out)
{
	fputs(".Bl -tag -width Ds\n", out);
	for (int i = 1; i <= (int)xenet_error_last(); i++) {
		enum xenet_error_code code = (enum xenet_error_code)i;
		const char *label;

		fputs(".It Er ", out);
		put_word(out, xenet_error_name(code));
		fputc('\n', out);
		put_text(out, xenet_error_sentence(code));
		for (size_t k = 0; (label = xenet_error_label(code, k)); k++)
			fprintf(out, "%s%s", k ? ", " : ".br\nValues: ", label);
		fputs(xenet_error_label(code, 0) ? ".\n" : "", out);
	}
	fputs(".El\n", out);
}

static void put_line(FILE *out, const char *line)
{
	static const struct {
		const char *line;
		void (*put)(FILE *out);
	} lists[] = {
		{ "@COMMANDS@\n", put_commands },
		{ "@FIELDS@\n", put_fields },
		{ "@ERRORS@\n", put_errors },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (strcmp(lists[i].line, line) == 0) {
			lists[i].put(out);
			return;
		}
	}
	fputs(line, out);
}

int main(int argc, char **argv)
{
	FILE *in = argc == 3 ? fopen(argv[1], "re") : NULL;
	FILE *out = in ? fopen(argv[2], "we") : NULL;
	char *line = NULL;
	size_t room = 0;

	if (!out) {
		fputs("usage: xenet-manual TEMPLATE PAGE\n", stderr);
		return EXIT_FAILURE;
	}
	while (getline(&line, &room, in) > 0)
		put_line(out, line);
	free(line);
	fclose(in);
	return fclose(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
