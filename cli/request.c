/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli.h"

/* From a line to a request, and from a reply to what is printed. */

int cli_make_request(
	struct xenet_request **ret, const struct cli_line *line, struct xenet_error *err)
{
	const struct xenet_class *c;
	const struct xenet_verb *verb;
	int r;

	if (!xenet_command_find(line->command, &c, &verb))
		return xenet_request_new(ret, line->command, "", err);
	r = cli_check_words(line, c, verb, err);
	if (r < 0)
		return r;
	r = xenet_request_new(ret, xenet_class_name(c), xenet_verb_name(verb), err);
	for (size_t i = 0; r == 0 && i < line->n_words; i++)
		r = xenet_request_set(
			*ret, line->words[i].key, line->words[i].value, err);
	return r;
}

void cli_print_notes(const struct xenet_reply *reply, bool json)
{
	const char *note;

	for (size_t i = 0; (note = xenet_reply_note(reply, i)); i++)
		cli_print_note(note, json);
}

void cli_print_reply(const struct xenet_reply *reply, const struct cli_line *line)
{
	cli_print_notes(reply, line->json);
	if (line->json)
		cli_show_json(stdout, xenet_reply_json(reply));
	else if (line->minimal)
		cli_print_minimal(reply);
	else
		cli_print_text(reply);
}
