/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UNIT_WATCH_H
#define UNIT_WATCH_H

#include <stddef.h>

/* SQLite, watched from beside the library: every connection that is opened from now on tells
 * of its statements. */
void watch_start(void);
void watch_stop(void);

/* The steps of SQLite's machine in all statements since the last call. */
long watch_steps(void);

/* What the plan of a statement says of one of its tables. */
typedef void (*watch_look)(const char *sql, const char *detail);
/* Of each statement, once, that has run since the last call. */
void watch_plans(watch_look look);
/* Of each statement that the query answers. */
void watch_plans_of(const char *query, watch_look look);

#endif
