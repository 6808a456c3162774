/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
	ARG_PART = 3
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

static int run_on(const struct xenet_options *options, const char *verb)
{
	struct xenet_error err = { 0 };
	struct xenet *xn = NULL;
	int r = xenet_open(&xn, options, &err);

	if (r == 0)
		r = run(xn, verb, &err);
	if (r < 0)
		print_error(&err);
	xenet_close(xn);
	xenet_error_clear(&err);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
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
	options.one_thread = true;
	if (!options.user)
		options.user = "libvirt";
	return run_on(&options, verb);
}
