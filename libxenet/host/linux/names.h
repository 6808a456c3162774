/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_NAMES_H
#define XN_NAMES_H

/* The kernel counts a bridge's times in hundredths of a second (USER_HZ). */
enum {
	XN_USER_HZ = 100
};

/* IPv6 address generation modes (enum in6_addr_gen_mode) by the names that ip-link uses. */
int xn_addrgen_number(const char *name);
const char *xn_addrgen_name(int number);

#endif
