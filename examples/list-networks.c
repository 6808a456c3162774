/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <xenet.h>

/*
 * list-networks [NAME]: makes a network of that name, if there is one, and lists all.
 * Compile with: cc list-networks.c $(pkg-config --cflags --libs xenet)
 */

/* Runs one command, with one parameter; the reply is the caller's. */
static int run(struct xenet *xn, const char *verb, const char *key, const char *value,
	struct xenet_reply **reply, struct xenet_error *err)
{
	struct xenet_request *request = NULL;
	int r = xenet_request_new(&request, "network", verb, err);

	if (r == 0)
		r = xenet_request_set(request, key, value, err);
	if (r == 0)
		r = xenet_run(xn, request, reply, err);
	xenet_request_free(request);
	return r;
}

static int create(struct xenet *xn, const char *name, struct xenet_error *err)
{
	struct xenet_reply *reply = NULL;
	int r = run(xn, "create", "name-label", name, &reply, err);

	if (r == 0)
		printf("made %s\n", xenet_reply_value(reply, 0, 0));
	xenet_reply_free(reply);
	return r;
}

static int list(struct xenet *xn, struct xenet_error *err)
{
	struct xenet_reply *reply = NULL;
	int r = run(xn, "list", "params", "name-label,bridge", &reply, err);

	for (size_t row = 0; r == 0 && row < xenet_reply_rows(reply); row++)
		for (size_t i = 0; i < xenet_reply_columns(reply); i++)
			printf("%s: %s\n", xenet_field_name(xenet_reply_field(reply, i)),
				xenet_reply_value(reply, row, i));
	xenet_reply_free(reply);
	return r;
}

int main(int argc, char **argv)
{
	const struct xenet_options options = xenet_options_default();
	struct xenet_error err = { 0 };
	struct xenet *xn = NULL;
	int r = xenet_open(&xn, &options, &err);

	if (r == 0 && argc > 1)
		r = create(xn, argv[1], &err);
	if (r == 0)
		r = list(xn, &err);
	if (r < 0)
		fprintf(stderr, "%s (%s)\n", err.message, xenet_error_name(err.code));
	xenet_error_clear(&err);
	xenet_close(xn);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
