/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "xenet.h"

/*
 * libvirt's hook for QEMU: before a domain's devices are opened its VM is started, and so its
 * VIFs are plugged; when all of the domain is gone they are unplugged. libvirt gives it the name
 * of the domain, the operation, which part of that, and one more word, and the domain's XML on
 * the standard input. A status other than 0 keeps the domain from being started.
 */

static const struct {
	const char *operation, *part;
	const char *verb; /* of the class vm */
} deeds[] = {
	{ "prepare", "begin", "start-libvirt" },
	/* libvirt has opened the TAPs by now, and put them out of order. */
	{ "start", "begin", "start-libvirt" },
	{ "release", "end", "shutdown-libvirt" },
};

enum {
	ARG_OPERATION = 2,
	ARG_PART = 3,
	/* More than xenet reads of a domain, so that it is xenet who refuses ours for it. */
	MAX_SIZE = 2 << 20,
	UUID_LENGTH = 36
};

/* What libvirt gives: its beginning, when it is very large. */
struct xml {
	char *bytes; /* the byte behind the last one is NUL */
	size_t size;
};

/* NULL: there is nothing to do, such as when it has been started, or is moved about. */
static const char *find_verb(const char *operation, const char *part)
{
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (strcmp(deeds[i].operation, operation) == 0 &&
			strcmp(deeds[i].part, part) == 0)
			return deeds[i].verb;
	return NULL;
}

/* libvirt shows it to whoever wanted to start the domain. */
static void print_error(const struct xenet_error *err)
{
	fprintf(stderr, "xenet: %s\n", err->message ? err->message : "memory is short");
	for (size_t i = 0; i < err->n_params; i++) {
		const char *label = xenet_error_label(err->code, i);

		fprintf(stderr, "%s%s%s\n", label ? label : "", label ? ": " : "",
			err->params[i]);
	}
}

/* ---- The XML ---- */

/* To its end: libvirt is to be able to write all of it. */
static bool read_input(struct xml *xml)
{
	static char bytes[MAX_SIZE + 1], rest[4096];
	ssize_t n;

	xml->bytes = bytes;
	do {
		bool more = xml->size < MAX_SIZE;

		n = read(STDIN_FILENO, more ? bytes + xml->size : rest,
			more ? MAX_SIZE - xml->size : sizeof(rest));
		xml->size += n > 0 && more ? (size_t)n : 0;
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n == 0;
}

/* As the standard input once more. */
static bool hand_on(const struct xml *xml)
{
	int fd = memfd_create("domain", MFD_CLOEXEC);
	size_t done = 0;
	ssize_t n = 1;

	for (; fd >= 0 && done < xml->size && n > 0; done += n > 0 ? (size_t)n : 0)
		n = write(fd, xml->bytes + done, xml->size - done);
	if (fd < 0 || n < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return false;
	return fd == STDIN_FILENO || dup2(fd, STDIN_FILENO) == STDIN_FILENO;
}

/* The domain's, which libvirt writes before any other one and anything that is somebody's own;
 * a '<' in the name before it is none there. NULL: it has none. */
static char *find_uuid(const struct xml *xml)
{
	static const char tag[] = "<uuid>";
	char *at = memmem(xml->bytes, xml->size, tag, strlen(tag)), *end;

	if (!at)
		return NULL;
	at += strlen(tag);
	end = at + strcspn(at, "<");
	if (end - at != UUID_LENGTH)
		return NULL;
	return strndup(at, UUID_LENGTH);
}

/* ---- What is done ---- */

static int run(struct xenet *xn, const char *verb, struct xenet_error *err)
{
	struct xenet_request *request = NULL;
	struct xenet_reply *reply = NULL;
	int r = xenet_request_new(&request, "vm", verb, err);

	if (r == 0)
		r = xenet_request_set(request, "file", "-", err);
	if (r == 0)
		r = xenet_run(xn, request, &reply, err);
	for (size_t i = 0; r == 0 && xenet_reply_note(reply, i); i++)
		fprintf(stderr, "xenet: note: %s\n", xenet_reply_note(reply, i));
	xenet_reply_free(reply);
	xenet_request_free(request);
	return r;
}

/* Reads only, and so waits for nobody; *ret: there is such a VM. */
static int find_vm(struct xenet *xn, const char *uuid, bool *ret, struct xenet_error *err)
{
	struct xenet_request *request = NULL;
	struct xenet_reply *reply = NULL;
	int r = xenet_request_new(&request, "vm", "list", err);

	if (r == 0)
		r = xenet_request_set(request, "uuid", uuid, err);
	if (r == 0)
		r = xenet_request_set(request, "params", "uuid", err);
	if (r == 0)
		r = xenet_run(xn, request, &reply, err);
	*ret = r == 0 && xenet_reply_rows(reply);
	xenet_reply_free(reply);
	xenet_request_free(request);
	return r;
}

/* Whatever else the XML of a domain of others' says, and whether it can be read, is nobody's
 * business here: it is not even looked at. */
static int run_on(const struct xenet_options *options, const char *uuid, const char *verb)
{
	struct xenet_error err = { 0 };
	struct xenet *xn = NULL;
	bool ours = false;
	int r = xenet_open(&xn, options, &err);

	if (r == 0)
		r = find_vm(xn, uuid, &ours, &err);
	if (r == 0 && ours)
		r = run(xn, verb, &err);
	if (r < 0)
		print_error(&err);
	xenet_close(xn);
	xenet_error_clear(&err);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int act(const struct xenet_options *options, const char *verb)
{
	struct xml xml = { 0 };
	char *uuid;
	int status;

	if (!read_input(&xml) || !hand_on(&xml)) {
		fprintf(stderr, "xenet: the domain's XML cannot be read: %s\n",
			strerror(errno));
		return EXIT_FAILURE;
	}
	uuid = find_uuid(&xml);
	status = uuid ? run_on(options, uuid, verb) : EXIT_SUCCESS;
	free(uuid);
	return status;
}

int main(int argc, char **argv)
{
	struct xenet_options options = xenet_options_default();
	const char *verb;

	if (argc <= ARG_PART) {
		fprintf(stderr, "xenet: libvirt gives its hook a domain, an operation "
				"and which part of it\n");
		return EXIT_FAILURE;
	}
	verb = find_verb(argv[ARG_OPERATION], argv[ARG_PART]);
	/* Where nothing has ever been made, no domain is ours. */
	if (!verb || access(options.database, F_OK) < 0)
		return EXIT_SUCCESS;
	options.one_thread = options.reads = true;
	if (!options.user)
		options.user = "libvirt";
	return act(&options, verb);
}
