/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static int print_plan(struct xenet *xn, const struct xenet_request *request,
	const struct cli_line *line, enum xenet_status *status, struct xenet_error *err)
{
	struct xenet_reply *notes = NULL;
	char *plan = NULL, *array = NULL;
	int r = xenet_plan_notes(xn, request, &plan, &notes, err);

	if (r == 0 && line->json)
		r = xenet_lines_json(xn, plan, &array, err);
	if (r == 0 && array)
		cli_show_json(stdout, array);
	else if (r == 0)
		fputs(plan, stdout);
	if (r == 0) {
		cli_print_notes(notes, line->json);
		*status = xenet_reply_status(notes);
	}
	xenet_reply_free(notes);
	free(array);
	free(plan);
	return r;
}

static int answer(struct xenet *xn, const struct xenet_request *request,
	const struct cli_line *line, struct xenet_reply **reply, struct xenet_error *err)
{
	const struct xenet_class *c;
	const struct xenet_verb *verb;
	int r;

	if (xenet_command_find(line->command, &c, &verb) && xenet_verb_changes(verb))
		cli_signals_catch(xn);
	r = line->json ? xenet_run_json(xn, request, reply, err)
		       : xenet_run(xn, request, reply, err);
	cli_signals_release();
	return r;
}

static int run(struct xenet *xn, const struct xenet_request *request,
	const struct cli_line *line, enum xenet_status *status, struct xenet_error *err)
{
	struct xenet_reply *reply = NULL;
	bool go;
	int r;

	if (line->dry_run)
		return print_plan(xn, request, line, status, err);
	r = cli_confirm(xn, line, &go, err);
	if (r < 0 || !go)
		return r;
	r = answer(xn, request, line, &reply, err);
	if (r == 0) {
		cli_confirmed(line);
		cli_print_reply(reply, line);
		*status = xenet_reply_status(reply);
	}
	xenet_reply_free(reply);
	return r;
}

/* Of a database that is misspelt, and so made, lists would show nothing, as if all were gone. */
static void note_new(const struct xenet *xn, const struct cli_line *line)
{
	const char *path = getenv("XENET_DB");
	const struct xenet_class *c;
	const struct xenet_verb *verb;
	char *text;

	if (!path || !path[0] || !xenet_is_new(xn) ||
		!xenet_command_find(line->command, &c, &verb) || xenet_verb_changes(verb))
		return;
	if (asprintf(&text, "XENET_DB named no database, so one was made: %s", path) < 0)
		return;
	cli_print_note(text, line->json);
	free(text);
}

/* Closed by the end of the process: to do it before that would be a good part of what a short
 * command costs. */
static struct xenet *left_open;

static int execute(
	const struct cli_line *line, enum xenet_status *status, struct xenet_error *err)
{
	struct xenet_options options = xenet_options_default();
	struct xenet_request *request = NULL;
	struct xenet *xn = NULL;
	int r = cli_make_request(&request, line, err);

	options.one_thread = true;
	if (line->has_timeout)
		options.timeout_ms = line->timeout_s * 1000;
	/* What is missing from the line is said before a database is made for it. */
	if (r == 0)
		r = xenet_request_check(request, err);
	options.reads = r == 0 && xenet_request_reads(request);
	if (r == 0)
		r = xenet_open(&xn, &options, err);
	if (r == 0)
		note_new(xn, line);
	if (r == 0)
		r = cli_is_batch(line) ? cli_batch(xn, line, status, err)
				       : run(xn, request, line, status, err);
	left_open = xn;
	xenet_request_free(request);
	return r;
}

static bool has_word(int argc, char **argv, const char *word)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], word) == 0)
			return true;
	return false;
}

/* Switches that win wherever they stand. */
static bool answer_switches(int argc, char **argv)
{
	if (has_word(argc, argv, "-version")) {
		/* What xe's client prints, for scripts that look for it; then what we are. */
		puts("ThinCLI protocol: 0.2");
		printf("xenet %s\n", xenet_version());
		return true;
	}
	if (argc > 1 && !has_word(argc, argv, "--help") && !has_word(argc, argv, "-help"))
		return false;
	cli_usage(stderr);
	return true;
}

/* A reader that has seen enough (head -1) is no failure; a full disk is one. */
static int finish_output(int status)
{
	errno = 0;
	if (fflush(stdout) == 0 || errno == EPIPE)
		return status;
	perror("xenet: standard output");
	return EXIT_FAILURE;
}

/* Before anything else: what is completed may be any word, and no source but the line counts. */
static bool complete(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "__complete") != 0)
		return false;
	cli_complete((size_t)argc - 2, argv + 2);
	return true;
}

int main(int argc, char **argv)
{
	struct xenet_error err = { 0 };
	struct cli_line line = { 0 };
	enum xenet_status status = XENET_STATUS_DONE;
	int r, failure = 0;

	/* Nothing that listens to us may end us half-way. */
	signal(SIGPIPE, SIG_IGN);
	/* What is told there goes out line by line, rather than byte by byte. */
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	if (complete(argc, argv) || answer_switches(argc, argv))
		return finish_output(XENET_STATUS_DONE);
	r = cli_parse(&line, argc, argv, &err);
	if (r == 0 && line.usage)
		cli_usage(stderr);
	else if (r == 0 && strcmp(line.command, "help") == 0)
		cli_help(&line);
	else if (r == 0)
		r = execute(&line, &status, &err);
	if (r < 0) {
		cli_print_error(&err, line.json);
		failure = cli_failure_status(&err);
	}
	xenet_error_clear(&err);
	cli_line_free(&line);
	return finish_output(failure ? failure : (int)status);
}
