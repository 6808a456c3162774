/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "xenet.h"

/* A command line, taken apart. */
struct cli_line {
	const char *command;
	struct cli_word {
		const char *key;
		const char *value;
	} * words;
	size_t n_words;
	bool minimal;
	bool dry_run;
};

/* Keys are cut out of argv in place. XENET_E_SYNTAX: a word that xe's grammar does not
 * know. Release: cli_line_free. */
int cli_parse(struct cli_line *line, int argc, char **argv, struct xenet_error *err);
void cli_line_free(struct cli_line *line);
/* Fills err as a fault of the line; returns -code. */
int cli_fail(struct xenet_error *err, enum xenet_error_code code, const char *value);

/* Warns of words that the command does not know. Returns one that seems to ask for a dry
 * run, which must not be ignored; NULL: none. */
const char *cli_check_words(const struct cli_line *line, const struct xenet_class *c,
	const struct xenet_verb *verb);

/* Before a command that destroys: shows what, and asks unless forced. *ret: go on. */
int cli_confirm(struct xenet *xn, const struct cli_line *line, bool *ret,
	struct xenet_error *err);
/* After it. */
void cli_confirmed(const struct cli_line *line);

/* One failure, in xe's shape, on stderr. */
void cli_print_error(const struct xenet_error *err);

/* A reply in xe's layouts (output.md of the reference: sections 3 and 5). */
void cli_print_text(const struct xenet_reply *reply);
void cli_print_minimal(const struct xenet_reply *reply);

/* Text that cannot harm a terminal or break a line: control characters are shown as \n,
 * \x1b, \u202e. With minimal also ',' and '\', as xe does. */
void cli_show(FILE *out, const char *text, bool minimal);

void cli_usage(FILE *out);
void cli_help(const struct cli_line *line);

#endif
