/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static void print_line(const char *label, const char *value)
{
	fprintf(stderr, "%s: ", label);
	cli_show(stderr, value, false);
	fputc('\n', stderr);
}

static void print_sentence(const char *before, const struct xenet_error *err)
{
	fputs(before, stderr);
	cli_show(
		stderr, err->message ? err->message : xenet_error_name(err->code), false);
	fputc('\n', stderr);
}

/* The sentence has it: {1} and so on. */
static bool is_told(const struct xenet_error *err, size_t i)
{
	char place[24];

	snprintf(place, sizeof(place), "{%zu}", i);
	return strstr(xenet_error_sentence(err->code), place);
}

static size_t print_labels(const struct xenet_error *err)
{
	const char *label;
	size_t i = 0;

	print_sentence("", err);
	for (; (label = xenet_error_label(err->code, i)); i++)
		print_line(label, i < err->n_params ? err->params[i] : "<unknown>");
	return i;
}

static void print_labelled(const struct xenet_error *err)
{
	for (size_t i = print_labels(err); i < err->n_params; i++)
		if (!is_told(err, i))
			print_line("<extra>", err->params[i]);
}

static void print_listed(const struct xenet_error *err)
{
	for (size_t i = print_labels(err); i < err->n_params; i++) {
		cli_show(stderr, err->params[i], false);
		fputc('\n', stderr);
	}
}

static void print_text(const struct xenet_error *err)
{
	switch (xenet_error_shape(err->code)) {
	case XENET_SHAPE_LABELLED:
		print_labelled(err);
		break;
	case XENET_SHAPE_LISTED:
		print_listed(err);
		break;
	case XENET_SHAPE_PLAIN:
		print_sentence("Error: ", err);
		break;
	case XENET_SHAPE_USAGE:
		print_sentence("", err);
		fputs("For usage run: 'xe help'\n", stderr);
		break;
	case XENET_SHAPE_CODE:
		print_sentence("Error code: ", err);
		print_line("Error parameters", err->n_params ? err->params[0] : "");
		break;
	}
}

static bool print_json(const struct xenet_error *err)
{
	char *json = NULL;

	if (xenet_error_json(err, &json) < 0)
		return false;
	cli_show_json(stderr, json);
	free(json);
	return true;
}

/* For scripts that read the text: xe does not show the codes of its errors. */
static void print_code(const struct xenet_error *err)
{
	const char *wanted = getenv("XENET_ERROR_CODES");

	if (wanted && strcmp(wanted, "1") == 0)
		print_line("code", xenet_error_name(err->code));
}

void cli_print_error(const struct xenet_error *err, bool json)
{
	if (json && print_json(err))
		return;
	print_text(err);
	print_code(err);
}

void cli_print_warning(const struct xenet_error *err, bool json)
{
	if (!json || !print_json(err))
		print_sentence("Warning: ", err);
}

void cli_print_note(const char *text, bool json)
{
	struct xenet_error note = { 0 };

	cli_fail(&note, XENET_E_NOTE, text);
	if (!json || !print_json(&note))
		print_sentence("Note: ", &note);
	xenet_error_clear(&note);
}

void cli_name_line(struct xenet_error *err, size_t number)
{
	char *message = NULL;

	if (!number ||
		asprintf(&message, "line %zu: %s", number,
			err->message ? err->message : xenet_error_name(err->code)) < 0)
		return;
	free(err->message);
	err->message = message;
}
