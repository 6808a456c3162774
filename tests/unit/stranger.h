/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UNIT_STRANGER_H
#define UNIT_STRANGER_H

#include "xenet.h"

/*
 * The shared library as a stranger sees it: through its header alone, on a fake host with one
 * NIC, eth0.
 */

extern char dir[], database[];
extern struct xenet *xn;
extern struct xenet_error err;

void set_up(void);
void tear_down(void);
void open_model(void);

/* "vlan-create", then key, value, key, value ..., NULL. */
struct xenet_request *request(const char *command, const char *const *words);
#define WORDS(...) ((const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })
int run(const char *command, const char *const *words, struct xenet_reply **reply);
/* Whatever it answers. */
int change(const char *command, const char *const *words);
/* The first value of the answer; free() it. */
char *answer(const char *command, const char *const *words);
/* r and err tell of a failure with this code; err is empty again. */
void assert_code(int r, enum xenet_error_code code);

#endif
