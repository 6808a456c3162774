/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "exchange/domain.h"

/*
 * xenet-xml as a process of its own: by its path, without an environment or any descriptor but
 * its input, in memory, and its output, a pipe whose end tells its own. It bounds itself; here
 * it is bounded in time and in what it may say, and ends with the wish of the user.
 */

enum {
	MAX_ANSWER = 16 << 20,
	CHUNK = 64 << 10,
	MAX_MS = 20 * 1000,
	STEP_MS = 50
};

struct child {
	struct xn_arena *arena;
	const char *path;
	pid_t pid;
	int output;
};

static int refuse(const struct child *child, const char *reason, struct xenet_error *err)
{
	return xn_fail(err, XENET_E_XML_READER_FAILED, child->path, reason);
}

/* ---- Where it is ---- */

/* Beside the programs of an installation or a build, or where this was to be installed. */
static int find_program(struct child *child, struct xenet_error *err)
{
	static const char *const places[] = { "/../libexec/xenet/xenet-xml",
		"/xenet-xml" };
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[length > 0 ? length : 0] = '\0';
	length = strrchr(self, '/') ? strrchr(self, '/') - self : -1;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && length > 0; i++) {
		child->path = xn_printf(
			child->arena, "%.*s%s", (int)length, self, places[i]);
		if (!child->path)
			return xn_no_memory(err);
		if (access(child->path, X_OK) == 0)
			return 0;
	}
	child->path = XENET_XML;
	return access(child->path, X_OK) == 0 ? 0 : refuse(child, strerror(errno), err);
}

/* ---- Its start ---- */

/* All of it, from the beginning. */
static bool put(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno != EINTR)
			return false;
		bytes += n > 0 ? n : 0;
		size -= n > 0 ? (size_t)n : 0;
	}
	return lseek(fd, 0, SEEK_SET) == 0;
}

/* As if nobody had ever changed anything about signals; those of the terminal are for us. */
static void set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setpgroup(attributes, 0);
	posix_spawnattr_setflags(attributes,
		POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

/* Returns an errno. */
static int spawn(struct child *child, int input, int output)
{
	char name[] = "xenet-xml", *argv[] = { name, NULL }, *environment[] = { NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int r = posix_spawn_file_actions_init(&actions);

	if (r)
		return r;
	r = posix_spawnattr_init(&attributes);
	if (r == 0) {
		set_attributes(&attributes);
		r = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
		if (r == 0)
			r = posix_spawn_file_actions_adddup2(
				&actions, output, STDOUT_FILENO);
		if (r == 0)
			r = posix_spawn_file_actions_addclosefrom_np(
				&actions, STDERR_FILENO);
		if (r == 0)
			r = posix_spawn(&child->pid, child->path, &actions, &attributes,
				argv, environment);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

static int start(
	struct child *child, const char *xml, size_t size, struct xenet_error *err)
{
	int ends[2], input = memfd_create("xenet-xml", MFD_CLOEXEC), failure = 0;

	if (input < 0)
		return refuse(child, strerror(errno), err);
	if (!put(input, xml, size) || pipe2(ends, O_CLOEXEC) < 0) {
		failure = errno;
	} else {
		failure = spawn(child, input, ends[1]);
		close(ends[1]);
		child->output = ends[0];
		if (failure)
			close(ends[0]);
	}
	close(input);
	return failure ? refuse(child, strerror(failure), err) : 0;
}

/* ---- Its answer ---- */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int read_chunk(struct child *child, char *chunk, struct xn_text *answer,
	bool *more, struct xenet_error *err)
{
	ssize_t n = read(child->output, chunk, CHUNK);

	*more = n != 0;
	if (n < 0 && errno != EINTR)
		return refuse(child, strerror(errno), err);
	if (n > 0)
		xn_text_addn(answer, chunk, (size_t)n);
	return answer->length > MAX_ANSWER ? refuse(child, "its answer has no end", err)
					   : 0;
}

static int read_answer(struct child *child, struct xn_stop *stop, struct xn_text *answer,
	struct xenet_error *err)
{
	struct pollfd at = { .fd = child->output, .events = POLLIN };
	char *chunk = xn_alloc(child->arena, CHUNK);
	int64_t end = now_ms() + MAX_MS;
	bool more = true;
	int r = chunk ? 0 : xn_no_memory(err);

	while (more && r == 0) {
		r = xn_stop_check(stop, err);
		if (r == 0 && now_ms() > end)
			r = refuse(child, "it takes too long", err);
		if (r == 0 && poll(&at, 1, STEP_MS) > 0)
			r = read_chunk(child, chunk, answer, &more, err);
	}
	return r;
}

/* ---- Its end ---- */

/* Its parent may have been told not to look at its children, or look at all itself: then
 * nobody knows more than that it is over. */
static int finish(struct child *child, bool end_it, struct xenet_error *err)
{
	int status = 0;
	pid_t pid;

	close(child->output);
	if (end_it)
		kill(child->pid, SIGKILL);
	do
		pid = waitpid(child->pid, &status, 0);
	while (pid < 0 && errno == EINTR);
	if (end_it || pid < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return 0;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		return refuse(child,
			"what it was to read took it more than 5 seconds, its limit",
			err);
	return refuse(child,
		WIFEXITED(status) ? "it failed: what it was to read may have taken more "
				    "memory than its limit"
				  : "a signal has ended it",
		err);
}

int xn_xml_to_json(struct xn_arena *arena, const char *xml, size_t xml_size,
	struct xn_stop *stop, const char **ret, size_t *size, struct xenet_error *err)
{
	struct child child = { .arena = arena };
	struct xn_text answer = XN_TEXT(arena);
	int r = find_program(&child, err), ended;

	if (r == 0)
		r = start(&child, xml, xml_size, err);
	if (r < 0)
		return r;
	r = read_answer(&child, stop, &answer, err);
	ended = finish(&child, r < 0, r < 0 ? NULL : err);
	if (r < 0 || ended < 0)
		return r < 0 ? r : ended;
	*ret = xn_text_end(&answer);
	*size = answer.length;
	return *ret ? 0 : xn_no_memory(err);
}
