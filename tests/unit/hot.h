/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UNIT_HOT_H
#define UNIT_HOT_H

/* The commands of tests/hot, on a fake host with NICs eth0 ($pif) and eth1 ($pif1). */

enum {
	HOT_MOST = 100 /* lines */
};

void hot_set_up(void);
void hot_tear_down(void);
/* n more networks, each with a VLAN of eth1's, VMs that run, each with a VIF on one of them. */
void hot_fill(int n);
/* Runs all; after each, done is called with its line, and its number from 0 on. */
void hot_run(void (*done)(const char *line, int number));

#endif
