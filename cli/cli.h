/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "xenet.h"

struct cli_list {
	char **items;
	size_t n;
};

/* A command line, taken apart. */
struct cli_line {
	const char *command;
	struct cli_word {
		const char *key;
		const char *value;
		bool is_bare; /* it has no '=' */
	} * words;
	size_t n_words;
	bool minimal;
	bool json;
	bool dry_run;
	bool has_timeout;
	unsigned timeout_s; /* if it has one: how long to wait for the lock */
	size_t number;	    /* of the line in a batch; 0: it is in none            */
	bool usage;	    /* the line asks for no more than the usage */
	struct cli_list extra, defaults; /* what keys and values may point into    */
};

/* Words come from argv, XE_EXTRA_ARGS and $HOME/.xe. Keys are cut out of argv in place.
 * XENET_E_SYNTAX: a word that xe's grammar does not
 * know. Release: cli_line_free. */
int cli_parse(struct cli_line *line, int argc, char **argv, struct xenet_error *err);
/* The words alone, which stay the caller's. Release: cli_line_free. */
int cli_parse_words(
	struct cli_line *line, char **words, size_t n, struct xenet_error *err);
void cli_line_free(struct cli_line *line);
/* The number of words at the front, 0 to 2, that xe's client would take; or -code. */
int cli_client_words(
	struct cli_line *line, char *const *words, size_t n, struct xenet_error *err);
/* Words of XE_EXTRA_ARGS. */
int cli_extra_args(struct cli_list *list, struct xenet_error *err);
/* Words of $HOME/.xe; none, and a note, if a line of it is not as it should be. */
void cli_defaults(struct cli_list *list, struct xenet_error *note);
/* Adds a copy; false: no memory. */
bool cli_list_add(struct cli_list *list, const char *text, size_t length);
void cli_list_free(struct cli_list *list);
/* Fills err with a code of one value; returns -code. */
int cli_fail(struct xenet_error *err, enum xenet_error_code code, const char *value);

/* Warns of words that the command does not know. Refuses one that seems to ask for a dry run, and
 * of commands that xe does not have misspelt ones and those without '=': they must not be ignored. */
int cli_check_words(const struct cli_line *line, const struct xenet_class *c,
	const struct xenet_verb *verb, struct xenet_error *err);

int cli_make_request(
	struct xenet_request **ret, const struct cli_line *line, struct xenet_error *err);

/* The command that runs others, line by line. */
bool cli_is_batch(const struct cli_line *line);
/* XENET_E_BATCH_FILE, XENET_E_BATCH_SYNTAX, and what its lines fail with. */
int cli_batch(struct xenet *xn, const struct cli_line *line, enum xenet_status *status,
	struct xenet_error *err);

/* Before a command that destroys: shows what, and asks unless forced. *ret: go on. */
int cli_confirm(struct xenet *xn, const struct cli_line *line, bool *ret,
	struct xenet_error *err);
/* After it. */
void cli_confirmed(const struct cli_line *line);

/* One failure on stderr: in xe's shape, or as a JSON object. */
void cli_print_error(const struct xenet_error *err, bool json);
/* An error that stops nothing. */
void cli_print_warning(const struct xenet_error *err, bool json);
void cli_print_note(const char *text, bool json);
/* The error says in which line of a batch; 0: in none. */
void cli_name_line(struct xenet_error *err, size_t number);

/* In the way that the line asks for, with its notes. */
void cli_print_reply(const struct xenet_reply *reply, const struct cli_line *line);
void cli_print_notes(const struct xenet_reply *reply, bool json);
/* A reply in xe's layouts (output.md of the reference: sections 3 and 5). */
void cli_print_text(const struct xenet_reply *reply);
void cli_print_minimal(const struct xenet_reply *reply);

/* Text that cannot harm a terminal or break a line: control characters are shown as \n,
 * \x1b, \u202e. With minimal also ',' and '\', as xe does. */
void cli_show(FILE *out, const char *text, bool minimal);
/* A line of JSON; it stays the same value. */
void cli_show_json(FILE *out, const char *json);

/* While a change runs on xn, SIGHUP, SIGINT and SIGTERM ask it to stop (xenet_cancel). */
void cli_signals_catch(struct xenet *xn);
/* Back to what they did before, if that was. */
void cli_signals_release(void);
/* The exit status of a failure: 128 and the signal's number when it stopped for one. */
int cli_failure_status(const struct xenet_error *err);

void cli_usage(FILE *out);
void cli_help(const struct cli_line *line);
/* What the last of the words, without the program's name, may become. */
void cli_complete(size_t n, char **words);

#endif
