/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pair ROUNDS OURS PEER: runs two works in turn, and compares how long they take.
 *
 * A work is a file of commands, one a line, in words by blanks; nothing is quoted, and no
 * shell is between. %r is the number of the round, %o what the line before printed (its
 * last line; what no line asks for goes to /dev/null). A line that begins with @ is not
 * timed. A command that fails ends all. The lines "!netns FILE" and "!db FILE" say in which
 * network they run, and with what XENET_DB.
 *
 * Which work comes first changes from round to round. Where there are many rounds, one more
 * goes before them and is not counted: it fills caches.
 *
 * Prints, on one line: the medians of both in ms, the median of the rounds' ratios and its
 * lower and upper quartile, and the largest resident sets of timed commands in KiB (pair's
 * own is less than any of theirs, which begin with it).
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
	MANY_ROUNDS = 10,
	MAX_WORDS = 1024,
	MAX_LINES = 128,
	MAX_LINE = 16384,
	MAX_OUTPUT = 4096,
	MAX_LAST = 256, /* of the last line, which is all that is kept of an output */
};

struct work {
	char *lines[MAX_LINES];
	size_t n_lines;
	int netns;
	const char *database; /* NULL: none is named */
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

static int open_or_die(const char *path, int how)
{
	int fd = open(path, how | O_CLOEXEC);

	if (fd < 0)
		die("cannot open", path);
	return fd;
}

static void read_line(struct work *work, const char *line)
{
	if (strncmp(line, "!netns ", 7) == 0)
		work->netns = open_or_die(line + 7, O_RDONLY);
	else if (strncmp(line, "!db ", 4) == 0)
		work->database = strdup(line + 4);
	else if (line[0] && work->n_lines == MAX_LINES)
		die("too many lines", line);
	else if (line[0])
		work->lines[work->n_lines++] = strdup(line);
}

static void read_work(struct work *work, const char *path, int rounds)
{
	FILE *file = fopen(path, "re");
	char line[MAX_LINE];

	if (!file)
		die("cannot read", path);
	work->netns = open_or_die("/proc/self/ns/net", O_RDONLY);
	work->database = getenv("XENET_DB");
	work->ms = calloc((size_t)rounds, sizeof(*work->ms));
	while (fgets(line, sizeof(line), file)) {
		if (!strchr(line, '\n'))
			die("too long a line", line);
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
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
		if (n + 1 == MAX_WORDS)
			die("too many words", line);
		words[n++] = expand(round, word);
	}
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
		if (kept > MAX_LAST) {
			memmove(bytes, bytes + kept - MAX_LAST, MAX_LAST);
			kept = MAX_LAST;
		}
	}
	bytes[kept] = '\0';
	while (kept && bytes[kept - 1] == '\n')
		bytes[--kept] = '\0';
	strcpy(output, strrchr(bytes, '\n') ? strrchr(bytes, '\n') + 1 : bytes);
}

static pid_t start(char **words, int output)
{
	posix_spawn_file_actions_t actions;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (posix_spawnp(&child, words[0], &actions, NULL, words, environ) != 0)
		die("cannot run", words[0]);
	posix_spawn_file_actions_destroy(&actions);
	return child;
}

static void finish(pid_t child, char **words, struct rusage *usage)
{
	int status;

	if (wait4(child, &status, 0, usage) < 0 || status != 0)
		die("failed", words[0]);
}

static void run_quietly(char **words, struct rusage *usage)
{
	static int null = -1;

	if (null < 0)
		null = open_or_die("/dev/null", O_WRONLY);
	finish(start(words, null), words, usage);
}

static void run_for_output(char **words, struct rusage *usage, char *output)
{
	pid_t child;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		die("cannot make", "a pipe");
	child = start(words, ends[1]);
	close(ends[1]);
	take_output(ends[0], output);
	close(ends[0]);
	finish(child, words, usage);
}

/* Of the i-th line; 0 if it is not timed. */
static double run_line(struct work *work, struct round *round, size_t i)
{
	bool timed = work->lines[i][0] != '@';
	bool asked = i + 1 < work->n_lines && strstr(work->lines[i + 1], "%o");
	char *words[MAX_WORDS];
	struct rusage usage;
	double begin, ms;

	split(round, work->lines[i] + !timed, words);
	begin = now_ms();
	if (asked)
		run_for_output(words, &usage, round->output);
	else
		run_quietly(words, &usage);
	ms = now_ms() - begin;
	if (timed && usage.ru_maxrss > work->rss_kib)
		work->rss_kib = usage.ru_maxrss;
	free_words(words);
	return timed ? ms : 0;
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
		ms += run_line(work, &round, i);
	return ms;
}

/* A round before the first has a negative number. */
static void run_round(struct work *ours, struct work *peer, double *ratios, int i)
{
	bool first = i % 2 == 0;
	double a = first ? run_work(ours, i + 1) : 0;
	double b = run_work(peer, i + 1);

	if (!first)
		a = run_work(ours, i + 1);
	if (i < 0)
		return;
	ours->ms[i] = a;
	peer->ms[i] = b;
	ratios[i] = a / b;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Sorts them; what lies between two of them is theirs in proportion. */
static double quantile(double *values, int n, double part)
{
	double place = (n - 1) * part;
	int below = (int)place;

	qsort(values, (size_t)n, sizeof(*values), compare);
	if (below + 1 >= n)
		return values[n - 1];
	return values[below] + (place - below) * (values[below + 1] - values[below]);
}

int main(int argc, char **argv)
{
	int rounds = argc == 4 ? atoi(argv[1]) : 0;
	struct work ours = { 0 }, peer = { 0 };
	double *ratios;

	if (rounds <= 0)
		die("usage", "pair ROUNDS OURS PEER");
	read_work(&ours, argv[2], rounds);
	read_work(&peer, argv[3], rounds);
	ratios = calloc((size_t)rounds, sizeof(*ratios));
	for (int i = rounds >= MANY_ROUNDS ? -1 : 0; i < rounds; i++)
		run_round(&ours, &peer, ratios, i);
	printf("%.3f %.3f ", quantile(ours.ms, rounds, 0.5),
		quantile(peer.ms, rounds, 0.5));
	printf("%.3f %.3f %.3f ", quantile(ratios, rounds, 0.5),
		quantile(ratios, rounds, 0.25), quantile(ratios, rounds, 0.75));
	printf("%ld %ld\n", ours.rss_kib, peer.rss_kib);
	return 0;
}
