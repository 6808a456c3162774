/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMPLETE_H
#define COMPLETE_H

#include "cli.h"

/* A command line with its last word unfinished, and what that may become. */
struct cli_completion {
	const char *word;    /* the unfinished one                      */
	char *const *others; /* the words between the command and it    */
	size_t n_others;
	const char *command;
	const struct xenet_class *c;
	const struct xenet_verb *verb;
	struct xenet *xn; /* opened when a value is asked for        */
	struct cli_list found;
};

/* A word made of two pieces, if the unfinished one can become it. */
void cli_offer(struct cli_completion *at, const char *before, const char *text,
	const char *description);
/* The value of another word on the line, key=value; NULL: there is none. */
const char *cli_other(const struct cli_completion *at, const char *key);
/* Objects of that class are what filters and selectors speak of. */
const struct xenet_class *cli_filter_class(const struct cli_completion *at);
const struct xenet_field *cli_field(
	const struct xenet_class *c, const char *name, size_t length);

/* Values for the key at the beginning of the unfinished word. */
void cli_offer_values(struct cli_completion *at);
/* MAP:KEY=, for the keys that the map has in objects. */
void cli_offer_map_keys(struct cli_completion *at);

#endif
