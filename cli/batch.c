/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * xenet batch: the lines of a file as one transaction. "NAME=command ..." keeps the answer for
 * the lines below; what other lines answer is printed when all is done.
 */

struct output {
	struct xenet_reply *reply;
	bool minimal;
};

struct batch {
	struct xenet *xn;
	const struct cli_line *line; /* the command that runs it */
	struct cli_variables variables;
	struct output *outputs;
	size_t n_outputs;
	enum xenet_status status;
};

static int keep_output(struct batch *batch, struct xenet_reply *reply, bool minimal,
	struct xenet_error *err)
{
	struct output *outputs = realloc(
		batch->outputs, (batch->n_outputs + 1) * sizeof(*outputs));

	if (!outputs) {
		xenet_reply_free(reply);
		return cli_fail(err, XENET_E_NO_MEMORY, NULL);
	}
	batch->outputs = outputs;
	outputs[batch->n_outputs++] = (struct output){ reply, minimal };
	return 0;
}

/* The first column's values, separated by commas, as --minimal has them. */
static bool add_values(struct cli_list *list, const struct xenet_reply *reply)
{
	size_t rows = xenet_reply_columns(reply) ? xenet_reply_rows(reply) : 0, size = 1;
	char *text, *end;
	bool added;

	for (size_t i = 0; i < rows; i++)
		size += strlen(xenet_reply_value(reply, i, 0)) + 1;
	text = end = calloc(size, 1);
	if (!text)
		return false;
	for (size_t i = 0; i < rows; i++) {
		if (i)
			*end++ = ',';
		end = stpcpy(end, xenet_reply_value(reply, i, 0));
	}
	added = cli_list_add(list, text, (size_t)(end - text));
	free(text);
	return added;
}

static int keep_variable(struct batch *batch, const char *name, struct xenet_reply *reply,
	struct xenet_error *err)
{
	struct cli_variables *variables = &batch->variables;
	bool kept = cli_list_add(&variables->names, name, strlen(name)) &&
		    add_values(&variables->values, reply);

	cli_print_notes(reply, batch->line->json);
	xenet_reply_free(reply);
	return kept ? 0 : cli_fail(err, XENET_E_NO_MEMORY, NULL);
}

/* Where people would be asked, a line has to say force=true. */
static int check_forced(const struct cli_line *line, struct xenet_error *err)
{
	const struct xenet_class *c;
	const struct xenet_verb *verb;
	const struct cli_line asked = { .command = line->command,
		.words = line->words,
		.n_words = line->n_words,
		.json = true };
	bool go;

	return xenet_command_find(line->command, &c, &verb)
		       ? cli_confirm(NULL, &asked, &go, err)
		       : 0;
}

/* name: keeps the answer; NULL: it is to be printed. */
static int run(struct batch *batch, const struct cli_line *line, const char *name,
	struct xenet_error *err)
{
	bool json = batch->line->json && !name;
	struct xenet_request *request = NULL;
	struct xenet_reply *reply = NULL;
	int r = check_forced(line, err);

	if (r == 0)
		r = cli_make_request(&request, line, err);
	if (r == 0)
		r = json ? xenet_run_json(batch->xn, request, &reply, err)
			 : xenet_run(batch->xn, request, &reply, err);
	xenet_request_free(request);
	if (r < 0)
		return r;
	if (xenet_reply_status(reply) > batch->status)
		batch->status = xenet_reply_status(reply);
	return name ? keep_variable(batch, name, reply, err)
		    : keep_output(batch, reply, line->minimal, err);
}

/* Splits "NAME=command", in place; NULL: it is a command alone. */
static const char *take_name(char **word)
{
	size_t length = cli_name_length(*word);
	char *name = *word;

	if (!length || name[length] != '=')
		return NULL;
	name[length] = '\0';
	*word = name + length + 1;
	return name;
}

static int run_words(struct batch *batch, struct cli_list *words, struct xenet_error *err)
{
	struct cli_line line = { 0 };
	char **items = words->items, *first = items[0];
	const char *name = take_name(&items[0]);
	int r = cli_parse_words(&line, items, words->n, err);

	if (r == 0 && (line.dry_run || line.json || line.has_timeout))
		r = cli_fail(err, XENET_E_BATCH_SYNTAX,
			"dry-run, json and timeout are for the batch as a whole");
	if (r == 0)
		r = run(batch, &line, name, err);
	items[0] = first; /* what is to be freed */
	cli_line_free(&line);
	return r;
}

static int run_line(struct batch *batch, char *text, struct xenet_error *err)
{
	struct cli_list words = { 0 };
	int r;

	text[strcspn(text, "\r\n")] = '\0';
	r = cli_split(text, &batch->variables, &words, err);
	if (r == 0 && words.n)
		r = run_words(batch, &words, err);
	cli_list_free(&words);
	return r;
}

/* The error says in which line. */
static void name_line(struct xenet_error *err, size_t number)
{
	char *message = NULL;

	if (asprintf(&message, "line %zu: %s", number,
		    err->message ? err->message : xenet_error_name(err->code)) < 0)
		return;
	free(err->message);
	err->message = message;
}

static int run_lines(
	struct batch *batch, const struct cli_list *lines, struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; i < lines->n && r == 0; i++) {
		r = run_line(batch, lines->items[i], err);
		if (r < 0)
			name_line(err, i + 1);
	}
	return r;
}

static void print_plan(const char *text, bool json)
{
	if (json)
		cli_show_json(stdout, text);
	else
		fputs(text, stdout);
}

static void print_outputs(const struct batch *batch)
{
	bool json = batch->line->json;

	if (json)
		putchar('[');
	for (size_t i = 0; i < batch->n_outputs; i++) {
		const struct xenet_reply *reply = batch->outputs[i].reply;
		const struct cli_line line = { .minimal = batch->line->minimal ||
							  batch->outputs[i].minimal };

		if (!json) {
			cli_print_reply(reply, &line);
			continue;
		}
		cli_print_notes(reply, true);
		fputs(i ? "," : "", stdout);
		cli_show_json(stdout, xenet_reply_json(reply));
	}
	if (json)
		puts("]");
}

static int finish(struct batch *batch, struct xenet_error *err)
{
	char *plan = NULL, *array = NULL;
	int r = xenet_commit(batch->xn, &plan, err);

	if (r == 0 && plan && batch->line->json)
		r = xenet_lines_json(batch->xn, plan, &array, err);
	if (r == 0 && plan)
		print_plan(array ? array : plan, batch->line->json);
	else if (r == 0)
		print_outputs(batch);
	free(array);
	free(plan);
	return r;
}

static const char *file_name(const struct cli_line *line)
{
	for (size_t i = 0; i < line->n_words; i++)
		if (strcmp(line->words[i].key, "file") == 0)
			return line->words[i].value;
	return "-";
}

static int fail_to_read(const char *path, struct xenet_error *err)
{
	return xenet_error_fill(err, XENET_E_BATCH_FILE,
		(const char *const[]){ path, strerror(errno), NULL });
}

static int read_from(
	FILE *file, const char *path, struct cli_list *lines, struct xenet_error *err)
{
	char *text = NULL;
	size_t room = 0;
	ssize_t length;
	int r = 0;

	errno = 0;
	while (r == 0 && (length = getline(&text, &room, file)) >= 0) {
		if (strlen(text) != (size_t)length)
			r = cli_fail(err, XENET_E_BATCH_SYNTAX, "a byte is zero");
		else if (!cli_list_add(lines, text, (size_t)length))
			r = cli_fail(err, XENET_E_NO_MEMORY, NULL);
	}
	if (r == 0 && ferror(file))
		r = fail_to_read(path, err);
	free(text);
	return r;
}

/* All of it before anybody has to wait for us. */
static int read_lines(
	const struct cli_line *line, struct cli_list *lines, struct xenet_error *err)
{
	const char *path = file_name(line);
	bool is_input = strcmp(path, "-") == 0;
	FILE *file = is_input ? stdin : fopen(path, "re");
	int r = file ? read_from(file, path, lines, err) : fail_to_read(path, err);

	if (file && !is_input)
		fclose(file);
	return r;
}

static void free_batch(struct batch *batch)
{
	for (size_t i = 0; i < batch->n_outputs; i++)
		xenet_reply_free(batch->outputs[i].reply);
	free(batch->outputs);
	cli_list_free(&batch->variables.names);
	cli_list_free(&batch->variables.values);
}

bool cli_is_batch(const struct cli_line *line)
{
	return strcmp(line->command, "batch") == 0;
}

int cli_batch(struct xenet *xn, const struct cli_line *line, enum xenet_status *status,
	struct xenet_error *err)
{
	struct batch batch = { .xn = xn, .line = line };
	struct cli_list lines = { 0 };
	int r = read_lines(line, &lines, err);

	if (r == 0) {
		cli_signals_catch(xn);
		r = xenet_begin(xn, line->dry_run, err);
	}
	if (r == 0)
		r = run_lines(&batch, &lines, err);
	if (r == 0)
		r = finish(&batch, err);
	xenet_rollback(xn);
	cli_signals_release();
	*status = batch.status;
	free_batch(&batch);
	cli_list_free(&lines);
	return r;
}
