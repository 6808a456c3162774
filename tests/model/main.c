/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model.h"

/*
 * model namespace|lab SEED OPERATIONS EVERY FROM DIRECTORY COMPARE: does random OPERATIONS
 * on both sides until so many have succeeded. After EVERY operations, from the FROM-th on,
 * COMPARE DIRECTORY is run, which tells whether the states are the same. The first operation
 * after which the sides differ ends it, with status 1 and "differ after N".
 */
extern char **environ;

struct counts {
	unsigned long tried, succeeded, compared;
};

static bool compare(struct pair *p, char *program)
{
	char *argv[] = { program, (char *)(uintptr_t)p->directory, NULL };
	int status;
	pid_t pid;

	pair_write(p);
	fflush(stdout);
	if (posix_spawn(&pid, program, NULL, NULL, argv, environ) != 0 ||
		waitpid(pid, &status, 0) != pid)
		give_up(program, NULL);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static unsigned long number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (!*text || *end)
		give_up(text, NULL);
	return n;
}

/* Every operation goes to the log, so that the last ones can be shown. */
static bool operate(struct pair *p, struct counts *counts, FILE *log)
{
	char line[LINE];
	bool ok, same;

	operation_make(p, line);
	same = pair_run(p, line, &ok);
	counts->tried++;
	counts->succeeded += ok;
	fprintf(log, "%lu %s: %s\n", counts->tried, line, ok ? "ok" : "refused");
	return same;
}

static bool drive(struct pair *p, struct counts *counts, char **argv, FILE *log)
{
	unsigned long operations = number(argv[3]), every = number(argv[4]),
		      from = number(argv[5]);

	while (counts->succeeded < operations) {
		if (!operate(p, counts, log))
			return false;
		if ((counts->tried % every && counts->succeeded < operations) ||
			counts->tried < from)
			continue;
		counts->compared++;
		if (!compare(p, argv[7]))
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct pair p = { 0 };
	struct counts counts = { 0 };
	char path[LINE];
	FILE *log;
	bool same;

	if (argc != 8)
		give_up("namespace|lab SEED OPERATIONS EVERY FROM DIRECTORY COMPARE",
			NULL);
	p.lab = strcmp(argv[1], "lab") == 0;
	/* xorshift stays at zero. */
	p.random = number(argv[2]) * 0x9e3779b97f4a7c15ULL + 1;
	p.directory = argv[6];
	snprintf(path, sizeof(path), "%s/operations", p.directory);
	log = fopen(path, "we");
	if (!log)
		give_up(path, NULL);
	pair_open(&p);
	same = things_refresh(&p) && drive(&p, &counts, argv, log);
	fclose(log);
	pair_close(&p);
	printf("%s after %lu: %lu succeeded, compared %lu times\n",
		same ? "equal" : "differ", counts.tried, counts.succeeded,
		counts.compared);
	return same ? 0 : 1;
}
