/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stranger.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

char dir[] = "/tmp/xenet-api.XXXXXX";
char database[sizeof(dir) + 16];
struct xenet *xn;
struct xenet_error err;

void set_up(void)
{
	char path[sizeof(dir) + 16];
	FILE *file;

	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(database, sizeof(database), "%s/xenet.db", dir);
	snprintf(path, sizeof(path), "%s/fake.netstate", dir);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs("eth0 kind=nic address=52:54:00:00:00:01 mtu=1500 addrgen=eui64 master= "
	      "up=no\n",
		file);
	fclose(file);
	ck_assert_int_eq(setenv("XENET_DB", database, 1), 0);
	ck_assert_int_eq(setenv("XENET_RUN", dir, 1), 0);
	ck_assert_int_eq(setenv("XENET_BACKEND", "fake", 1), 0);
}

void tear_down(void)
{
	xn = xenet_close(xn);
	xenet_error_clear(&err);
	remove_directory(dir);
}

void open_model(void)
{
	struct xenet_options options = xenet_options_default();

	ck_assert_str_eq(options.database, database);
	ck_assert_str_eq(options.run_directory, dir);
	ck_assert_str_eq(options.backend, "fake");
	ck_assert_uint_eq(options.timeout_ms, 30000);
	ck_assert_msg(xenet_open(&xn, &options, &err) == 0, "%s", err.message);
}

struct xenet_request *request(const char *command, const char *const *words)
{
	const struct xenet_class *c;
	const struct xenet_verb *verb;
	struct xenet_request *made = NULL;

	ck_assert_msg(xenet_command_find(command, &c, &verb), "%s", command);
	ck_assert_int_eq(xenet_request_new(
				 &made, xenet_class_name(c), xenet_verb_name(verb), &err),
		0);
	for (; words[0]; words += 2)
		ck_assert_int_eq(xenet_request_set(made, words[0], words[1], &err), 0);
	return made;
}

int run(const char *command, const char *const *words, struct xenet_reply **reply)
{
	struct xenet_request *made = request(command, words);
	int r = xenet_run(xn, made, reply, &err);

	ck_assert_ptr_null(xenet_request_free(made));
	return r;
}

char *answer(const char *command, const char *const *words)
{
	struct xenet_reply *reply = NULL;
	char *copy = NULL;
	int r = run(command, words, &reply);

	ck_assert_msg(r == 0, "%s: %s", command, err.message ? err.message : "");
	if (xenet_reply_rows(reply))
		copy = strdup(xenet_reply_value(reply, 0, 0));
	ck_assert_ptr_null(xenet_reply_free(reply));
	return copy;
}

void assert_code(int r, enum xenet_error_code code)
{
	ck_assert_int_eq(r, -(int)code);
	ck_assert_int_eq(err.code, code);
	ck_assert_ptr_nonnull(err.message);
	xenet_error_clear(&err);
	ck_assert_ptr_null(err.message);
}

int change(const char *command, const char *const *words)
{
	struct xenet_reply *reply = NULL;
	int r = run(command, words, &reply);

	xenet_reply_free(reply);
	return r;
}
