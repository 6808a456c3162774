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
	bool kept; /* for the lines below: only its notes are told */
};

struct batch {
	struct xenet *xn;
	const struct cli_line *line; /* the command that runs it */
	struct cli_variables variables;
	struct output *outputs;
	size_t n_outputs;
	enum xenet_status status;
};

static int keep_output(
	struct batch *batch, const struct output output, struct xenet_error *err)
{
	struct output *outputs = realloc(
		batch->outputs, (batch->n_outputs + 1) * sizeof(*outputs));

	if (!outputs) {
		xenet_reply_free(output.reply);
		return cli_fail(err, XENET_E_NO_MEMORY, NULL);
	}
	batch->outputs = outputs;
	outputs[batch->n_outputs++] = output;
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

static int keep_variable(struct batch *batch, const char *name,
	const struct xenet_reply *reply, struct xenet_error *err)
{
	struct cli_variables *variables = &batch->variables;

	return cli_list_add(&variables->names, name, strlen(name)) &&
			       add_values(&variables->values, reply)
		       ? 0
		       : cli_fail(err, XENET_E_NO_MEMORY, NULL);
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
	r = name ? keep_variable(batch, name, reply, err) : 0;
	if (r == 0)
		return keep_output(
			batch, (struct output){ reply, line->minimal, name }, err);
	xenet_reply_free(reply);
	return r;
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

/* What a shell's line would have, and what a transaction cannot. */
static int check_command(const char *command, const char *name, struct xenet_error *err)
{
	static const struct {
		const char *word, *reason;
	} rows[] = {
		{ "", "behind NAME= there has to be a command" },
		{ "xe", "lines begin with the command: leave 'xe' out" },
		{ "xenet", "lines begin with the command: leave 'xenet' out" },
		{ "batch", "there are no batches in a batch" },
	};

	for (size_t i = name ? 0 : 1; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(command, rows[i].word) == 0)
			return cli_fail(err, XENET_E_BATCH_SYNTAX, rows[i].reason);
	return 0;
}

static int run_words(struct batch *batch, struct cli_list *words, size_t number,
	struct xenet_error *err)
{
	struct cli_line line = { 0 };
	char **items = words->items, *first = items[0];
	const char *name = take_name(&items[0]);
	int r = check_command(items[0], name, err);

	if (r == 0)
		r = cli_parse_words(&line, items, words->n, err);
	if (r == 0 && (line.dry_run || line.json || line.has_timeout))
		r = cli_fail(err, XENET_E_BATCH_SYNTAX,
			"dry-run, json and timeout are for the batch as a whole");
	line.number = number;
	line.json = batch->line->json;
	if (r == 0)
		r = run(batch, &line, name, err);
	items[0] = first; /* what is to be freed */
	cli_line_free(&line);
	return r;
}

/* Files of other systems have a carriage return before the line's end. */
static void chomp(char *text)
{
	size_t length = strlen(text);

	if (length && text[length - 1] == '\n')
		text[--length] = '\0';
	if (length && text[length - 1] == '\r')
		text[length - 1] = '\0';
}

static int run_line(
	struct batch *batch, char *text, size_t number, struct xenet_error *err)
{
	struct cli_list words = { 0 };
	int r;

	chomp(text);
	r = cli_split(text, &batch->variables, &words, err);
	if (r == 0 && words.n)
		r = run_words(batch, &words, number, err);
	cli_list_free(&words);
	return r;
}

static int run_lines(
	struct batch *batch, const struct cli_list *lines, struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; i < lines->n && r == 0; i++) {
		r = run_line(batch, lines->items[i], i + 1, err);
		if (r < 0)
			cli_name_line(err, i + 1);
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

static void print_output(
	const struct batch *batch, const struct output *output, const char *before)
{
	const struct cli_line line = { .minimal = batch->line->minimal ||
						  output->minimal };

	if (output->kept || batch->line->json)
		cli_print_notes(output->reply, batch->line->json);
	if (output->kept)
		return;
	if (!batch->line->json) {
		cli_print_reply(output->reply, &line);
		return;
	}
	fputs(before, stdout);
	cli_show_json(stdout, xenet_reply_json(output->reply));
}

static void print_outputs(const struct batch *batch)
{
	const char *before = "";

	if (batch->line->json)
		putchar('[');
	for (size_t i = 0; i < batch->n_outputs; i++) {
		print_output(batch, &batch->outputs[i], before);
		if (!batch->outputs[i].kept)
			before = ",";
	}
	if (batch->line->json)
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

/* Some editors put one there. */
static void skip_byte_order_mark(char *text)
{
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		memmove(text, text + 3, strlen(text + 3) + 1);
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
		if (strlen(text) != (size_t)length) {
			r = cli_fail(err, XENET_E_BATCH_SYNTAX, "a byte is zero");
			cli_name_line(err, lines->n + 1);
		} else if (!cli_list_add(lines, text, (size_t)length))
			r = cli_fail(err, XENET_E_NO_MEMORY, NULL);
	}
	if (r == 0 && ferror(file))
		r = fail_to_read(path, err);
	if (lines->n)
		skip_byte_order_mark(lines->items[0]);
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
	else
		xenet_abandon(xn, err);
	cli_signals_release();
	*status = batch.status;
	free_batch(&batch);
	cli_list_free(&lines);
	return r;
}
