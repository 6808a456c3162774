/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "suite.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static int remove_one(
	const char *path, const struct stat *st, int type, struct FTW *position)
{
	(void)st;
	(void)type;
	(void)position;
	return remove(path);
}

void remove_directory(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int run_suite(const char *name, void (*add_tests)(TCase *tests))
{
	Suite *suite = suite_create(name);
	TCase *tests = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	add_tests(tests);
	suite_add_tcase(suite, tests);
	/* In one process, so that its end shows every leak. */
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
