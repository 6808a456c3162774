/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pair ROUNDS OURS PEER: runs two works in turn, and compares how long they take.
 *
 * A work is a file of commands, one a line, in words by blanks; nothing is quoted, and no
 * shell is between. %r is the number of the round, %o what the line before printed (its
 * last line). A line that begins with @ is not timed. A command that fails ends all. The
 * lines "!netns FILE" and "!db FILE" say in which network they run, and with what XENET_DB.
 *
 * Prints, on one line: the medians of both in ms, the median of the rounds' ratios and its
 * lower and upper quartile, and the largest resident sets of timed commands in KiB.
 */
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_WORDS = 64,
	MAX_LINES = 64,
	MAX_LINE = 4096,
	MAX_OUTPUT = 4096,
};

struct work {
	char *lines[MAX_LINES];
	size_t n_lines;
	int netns;
	char *database; /* NULL: that of the environment */
	double *ms;
	long rss_kib;
};

struct round {
	int number;
	char output[MAX_OUTPUT];
};

static _Noreturn void die(const char *what, const char *which)
{
	fprintf(stderr, "pair: %s: %s\n", what, which);
	exit(2);
}

static int open_netns(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("cannot open", path);
	return fd;
}

static void read_line(struct work *work, const char *line)
{
	if (strncmp(line, "!netns ", 7) == 0)
		work->netns = open_netns(line + 7);
	else if (strncmp(line, "!db ", 4) == 0)
		work->database = strdup(line + 4);
	else if (line[0])
		work->lines[work->n_lines++] = strdup(line);
}

static void read_work(struct work *work, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[MAX_LINE];

	if (!file)
		die("cannot read", path);
	work->netns = open_netns("/proc/self/ns/net");
	while (work->n_lines < MAX_LINES && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		read_line(work, line);
	}
	fclose(file);
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The word with what stands for %r and %o in it. */
static char *expand(const struct round *round, const char *word)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	for (; *word; word++) {
		if (*word != '%' || !word[1])
			fputc(*word, stream);
		else if (*++word == 'r')
			fprintf(stream, "%d", round->number);
		else if (*word == 'o')
			fputs(round->output, stream);
	}
	fclose(stream);
	return text;
}

static void split(const struct round *round, const char *line, char **words)
{
	char copy[MAX_LINE];
	size_t n = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok(copy, " "); word && n + 1 < MAX_WORDS;
		word = strtok(NULL, " "))
		words[n++] = expand(round, word);
	words[n] = NULL;
}

static void free_words(char **words)
{
	for (; *words; words++)
		free(*words);
}

/* What a pipe brings until its end; only the last line is kept. */
static void take_output(int fd, char *output)
{
	char bytes[MAX_OUTPUT];
	size_t kept = 0;
	ssize_t n;

	while ((n = read(fd, bytes + kept, sizeof(bytes) - 1 - kept)) > 0) {
		kept += (size_t)n;
		if (kept > sizeof(bytes) / 2) {
			memmove(bytes, bytes + kept - 64, 64);
			kept = 64;
		}
	}
	bytes[kept] = '\0';
	while (kept && bytes[kept - 1] == '\n')
		bytes[--kept] = '\0';
	strcpy(output, strrchr(bytes, '\n') ? strrchr(bytes, '\n') + 1 : bytes);
}

static void run(struct round *round, char **words, struct rusage *usage)
{
	posix_spawn_file_actions_t actions;
	int ends[2], status;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		die("cannot make", "a pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	if (posix_spawnp(&child, words[0], &actions, NULL, words, environ) != 0)
		die("cannot run", words[0]);
	close(ends[1]);
	take_output(ends[0], round->output);
	close(ends[0]);
	if (wait4(child, &status, 0, usage) < 0 || status != 0)
		die("failed", words[0]);
	posix_spawn_file_actions_destroy(&actions);
}

static double run_line(struct work *work, struct round *round, const char *line)
{
	bool timed = line[0] != '@';
	char *words[MAX_WORDS];
	struct rusage usage;
	double begin;

	split(round, timed ? line : line + 1, words);
	begin = now_ms();
	run(round, words, &usage);
	begin = timed ? now_ms() - begin : 0;
	if (timed && usage.ru_maxrss > work->rss_kib)
		work->rss_kib = usage.ru_maxrss;
	free_words(words);
	return begin;
}

static double run_work(struct work *work, int number)
{
	struct round round = { .number = number };
	double ms = 0;

	if (setns(work->netns, CLONE_NEWNET) < 0)
		die("cannot enter", "the namespace");
	if (work->database)
		setenv("XENET_DB", work->database, 1);
	for (size_t i = 0; i < work->n_lines; i++)
		ms += run_line(work, &round, work->lines[i]);
	return ms;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Sorts them. */
static double quantile(double *values, int n, double part)
{
	qsort(values, (size_t)n, sizeof(*values), compare);
	return values[(int)((n - 1) * part + 0.5)];
}

int main(int argc, char **argv)
{
	int rounds = argc == 4 ? atoi(argv[1]) : 0;
	struct work ours = { 0 }, peer = { 0 };
	double *ratios;

	if (rounds <= 0)
		die("usage", "pair ROUNDS OURS PEER");
	read_work(&ours, argv[2]);
	read_work(&peer, argv[3]);
	ours.ms = calloc((size_t)rounds, sizeof(double));
	peer.ms = calloc((size_t)rounds, sizeof(double));
	ratios = calloc((size_t)rounds, sizeof(double));
	/* The first round is not counted: it fills caches. */
	for (int i = -1; i < rounds; i++) {
		double a = run_work(&ours, i + 1), b = run_work(&peer, i + 1);

		if (i < 0)
			continue;
		ours.ms[i] = a;
		peer.ms[i] = b;
		ratios[i] = a / b;
	}
	printf("%.3f %.3f ", quantile(ours.ms, rounds, 0.5),
		quantile(peer.ms, rounds, 0.5));
	printf("%.3f %.3f %.3f ", quantile(ratios, rounds, 0.5),
		quantile(ratios, rounds, 0.25), quantile(ratios, rounds, 0.75));
	printf("%ld %ld\n", ours.rss_kib, peer.rss_kib);
	return 0;
}
