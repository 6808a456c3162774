/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "class/import.h"

/*
 * The bytes of a document. They are read before anything is locked, for what comes through a
 * pipe, or from somebody's hands, may take its time; whoever waits for them can stop it.
 */

enum {
	MAX_MIB = 64, /* of a document of desired state */
	CHUNK = 64 << 10,
	STEP_MS = 100 /* a signal ends poll, unless it comes just before it */
};

struct source {
	const char *name;
	int fd;
	bool is_input; /* the standard input; with that closed, a file may have its number */
	size_t max_mib;
};

static int refuse(const char *name, const char *reason, struct xenet_error *err)
{
	return xn_fail(err, XENET_E_DOCUMENT_UNREADABLE, name, reason);
}

/* There are bytes, or the end. */
static int wait_for_bytes(
	struct xn_model *m, int fd, const char *name, struct xenet_error *err)
{
	struct pollfd at = { .fd = fd, .events = POLLIN };
	int n = 0;

	while (n == 0) {
		int r = xn_stop_check(m->stop, err);

		if (r < 0)
			return r;
		n = poll(&at, 1, STEP_MS);
		if (n < 0 && errno == EINTR)
			n = 0;
	}
	return n < 0 ? refuse(name, strerror(errno), err) : 0;
}

static int read_chunk(
	int fd, const char *name, char *chunk, ssize_t *n, struct xenet_error *err)
{
	*n = read(fd, chunk, CHUNK);
	if (*n >= 0)
		return 0;
	*n = 1; /* it is not the end */
	return errno == EINTR || errno == EAGAIN ? 0 : refuse(name, strerror(errno), err);
}

static int refuse_size(struct xn_model *m, size_t max_mib, struct xenet_error *err)
{
	const char *allowed = xn_printf(m->arena, "%zu MiB", max_mib);
	const char *size = xn_printf(m->arena, "over %zu MiB", max_mib);

	return allowed && size ? xn_fail(err, XENET_E_TOO_LARGE, "file", size, allowed)
			       : xn_no_memory(err);
}

static int read_all(struct xn_model *m, const struct source *from, struct xn_text *text,
	struct xenet_error *err)
{
	char *chunk = xn_alloc(text->arena, CHUNK);
	ssize_t n = 1;
	int r = chunk ? 0 : xn_no_memory(err);

	while (n != 0 && r == 0) {
		r = wait_for_bytes(m, from->fd, from->name, err);
		if (r == 0)
			r = read_chunk(from->fd, from->name, chunk, &n, err);
		if (r == 0 && n > 0)
			xn_text_addn(text, chunk, (size_t)n);
		if (text->length > from->max_mib << 20)
			return refuse_size(m, from->max_mib, err);
	}
	return r;
}

/* Where others wait for the lock, what may never come is not waited for. */
static int check_regular(
	const struct xn_model *m, const struct source *from, struct xenet_error *err)
{
	struct stat about;

	if (!m->locked)
		return 0;
	if (from->is_input)
		return refuse(from->name,
			"in a batch the standard input is not read: give a file", err);
	return fstat(from->fd, &about) == 0 && S_ISREG(about.st_mode)
		       ? 0
		       : refuse(from->name, "in a batch only regular files are read",
				 err);
}

static int read_input(struct xn_model *m, const struct source *from,
	struct xn_input *input, struct xenet_error *err)
{
	struct xn_text text = XN_TEXT(m->arena);
	int r = check_regular(m, from, err);

	if (r == 0)
		r = read_all(m, from, &text, err);
	if (r < 0)
		return r;
	input->bytes = xn_text_end(&text);
	input->size = text.length;
	return input->bytes ? 0 : xn_no_memory(err);
}

int xn_input_read(struct xn_model *m, const char *name, size_t max_mib,
	struct xn_input **ret, struct xenet_error *err)
{
	struct xn_input *input = xn_alloc(m->arena, sizeof(*input));
	struct source from = { name, STDIN_FILENO, strcmp(name, "-") == 0, max_mib };
	int r;

	if (!input)
		return xn_no_memory(err);
	input->name = name;
	/* The open of a FIFO without a writer would wait, too. */
	if (!from.is_input)
		from.fd = open(from.name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (from.fd < 0)
		return refuse(from.name, strerror(errno), err);
	r = read_input(m, &from, input, err);
	if (!from.is_input)
		close(from.fd);
	*ret = input;
	return r;
}

int xn_host_fetch(
	struct xn_model *m, const struct xenet_request *req, struct xenet_error *err)
{
	struct xn_input *input;
	int r = xn_input_read(m, xn_arg(req, "file"), MAX_MIB, &input, err);

	if (r == 0)
		m->input = input;
	return r;
}
