/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "cli.h"

/* What lines have answered, by the names that they gave it; the last one of a name counts. */
struct cli_variables {
	struct cli_list names, values;
};

/* The length of the name at the text's beginning: letters, digits and '_', no digit first. */
size_t cli_name_length(const char *text);
/* Adds the words of a line. XENET_E_BATCH_SYNTAX. */
int cli_split(const char *line, const struct cli_variables *variables,
	struct cli_list *words, struct xenet_error *err);

#endif
