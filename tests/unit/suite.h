/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UNIT_SUITE_H
#define UNIT_SUITE_H

#include <check.h>

/* What all unit tests share, whether or not they see more of xenet than its header. */

/* All of a program's tests; what its main returns. */
int run_suite(const char *name, void (*add_tests)(TCase *tests));
/* With all that is in it. */
void remove_directory(const char *path);

#endif
