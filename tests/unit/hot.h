/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UNIT_HOT_H
#define UNIT_HOT_H

/* The commands of tests/hot, on a fake host with free NICs, $pif and $pif1, and a network,
 * $crowd, of all VMs but theirs. */

enum {
	HOT_MOST = 100 /* lines */
};

void hot_set_up(void);
void hot_tear_down(void);
/* So many more networks, each with a VLAN, and as many VMs, which run, each with a VIF on its own
 * network and one on $crowd. */
void hot_fill(int n);
/* Runs all; after each, done is called with its text and its number from 0 on. */
void hot_run(void (*done)(const char *line, int number));

#endif
