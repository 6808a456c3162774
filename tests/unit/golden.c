/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"

/*
 * plan-golden [--accept] DIRECTORY: checks the plans of all cases in the directory. A case
 * is a folder of links in netstate notation, a line a link, '#' begins a comment:
 *   past   what the touched objects wanted so far; absent: nothing
 *   want   what they want now; absent: nothing
 *   have   the links of the host
 * and of what is to come out of them, one of:
 *   plan   the steps
 *   error  the code, and a line "label: value" for each of its values; then
 *   possible  the steps that are left when what is refused is left out; absent: none
 * Every plan is carried out too, and left for the past after each of its steps, on a host
 * in memory. --accept writes what came out as what is expected.
 */

struct outcome {
	const char *plan, *error, *possible; /* NULL: no such file */
	const char *fault;		     /* NULL: the plan can be carried out */
};

static const char *read_file(struct xn_arena *arena, const char *folder, const char *name)
{
	struct xn_text text = XN_TEXT(arena);
	FILE *file = fopen(xn_printf(arena, "%s/%s", folder, name), "re");
	char bytes[4096];
	size_t n;

	if (!file)
		return NULL;
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		xn_text_addn(&text, bytes, n);
	fclose(file);
	return xn_text_end(&text);
}

static struct xn_netstate *read_links(
	struct xn_arena *arena, const char *folder, const char *name)
{
	struct xn_netstate *state = xn_netstate_new(arena);
	const char *text = read_file(arena, folder, name);
	char *rest = xn_strdup(arena, text), *line;
	struct xn_link *link;

	while ((line = strsep(&rest, "\n")))
		if (line[0] && line[0] != '#' &&
			xn_link_read(state, line, &link, NULL) < 0)
			return NULL;
	return state;
}

static const char *show_error(struct xn_arena *arena, const struct xenet_error *err)
{
	struct xn_text text = XN_TEXT(arena);

	xn_text_addf(&text, "%s\n", xenet_error_name(err->code));
	for (size_t i = 0; i < err->n_params; i++)
		xn_text_addf(&text, "%s: %s\n", xenet_error_label(err->code, i),
			err->params[i]);
	return xn_text_end(&text);
}

static void refused(struct xn_arena *arena, const struct xn_netstate *past,
	struct xn_netstate *want, const struct xn_netstate *have, struct outcome *outcome)
{
	struct xn_plan *plan;

	if (xn_plan_make_possible(&plan, arena, past, want, have, NULL) < 0) {
		outcome->fault = "even what is possible is refused";
		return;
	}
	if (plan->n_steps)
		outcome->possible = xn_plan_text(arena, plan);
	outcome->fault = kernel_try_possible(arena, past, want, have);
}

static struct outcome run_case(struct xn_arena *arena, const char *folder)
{
	struct xn_netstate *past = read_links(arena, folder, "past");
	struct xn_netstate *want = read_links(arena, folder, "want");
	struct xn_netstate *have = read_links(arena, folder, "have");
	struct xenet_error err = { 0 };
	struct outcome outcome = { 0 };
	struct xn_plan *plan;

	if (!past || !want || !have) {
		outcome.fault = "a line is malformed";
		return outcome;
	}
	have = kernel_observe(arena, have);
	if (xn_plan_make(&plan, arena, past, want, have, &err) < 0) {
		outcome.error = show_error(arena, &err);
		refused(arena, past, want, have, &outcome);
	} else {
		outcome.plan = xn_plan_text(arena, plan);
		outcome.fault = kernel_try(arena, past, want, have);
	}
	xenet_error_clear(&err);
	return outcome;
}

static bool judge(
	struct xn_arena *arena, const char *folder, const char *name, const char *actual)
{
	const char *expected = read_file(arena, folder, name);

	if (expected && actual && strcmp(expected, actual) == 0)
		return true;
	if (expected)
		printf("expected %s:\n%s", name, expected);
	if (actual)
		printf("actual %s:\n%s", name, actual);
	return !expected && !actual;
}

static void accept(
	struct xn_arena *arena, const char *folder, const char *name, const char *actual)
{
	const char *path = xn_printf(arena, "%s/%s", folder, name);
	FILE *file;

	unlink(path);
	file = actual ? fopen(path, "we") : NULL;
	if (actual && (!file || fputs(actual, file) < 0 || fclose(file) != 0))
		printf("%s cannot be written\n", path);
}

static bool check_case(const char *directory, const char *name, bool accepts)
{
	struct xn_arena *arena = xn_arena_new();
	const char *folder = xn_printf(arena, "%s/%s", directory, name);
	struct outcome outcome = run_case(arena, folder);
	const char *const names[] = { "plan", "error", "possible" };
	const char *const texts[] = { outcome.plan, outcome.error, outcome.possible };
	bool ok = !outcome.fault;

	if (outcome.fault)
		printf("carried out: %s\n", outcome.fault);
	for (int i = 0; i < 3; i++) {
		if (accepts)
			accept(arena, folder, names[i], texts[i]);
		ok = judge(arena, folder, names[i], texts[i]) && ok;
	}
	printf("%s - plan/%s\n", ok ? "ok" : "not ok", name);
	xn_arena_free(arena);
	return ok;
}

static int is_case(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	bool accepts = argc == 3 && strcmp(argv[1], "--accept") == 0;
	struct dirent **cases;
	int n, passed = 0;

	if (argc != 2 && !accepts) {
		fputs("usage: plan-golden [--accept] DIRECTORY\n", stderr);
		return 2;
	}
	n = scandir(argv[argc - 1], &cases, is_case, alphasort);
	for (int i = 0; i < n; i++) {
		passed += check_case(argv[argc - 1], cases[i]->d_name, accepts);
		free(cases[i]);
	}
	if (n >= 0)
		free(cases);
	printf("%d passed, %d failed\n", passed, n < 0 ? 1 : n - passed);
	return n > 0 && passed == n ? EXIT_SUCCESS : EXIT_FAILURE;
}
