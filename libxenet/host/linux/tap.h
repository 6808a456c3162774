/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_TAP_H
#define XN_TAP_H

/*
 * TAP devices, which only the TUN ioctls make. A device lives as long as the descriptor
 * that made it until it is told to stay: so it can be marked first, and a killed creation
 * leaves nothing unmarked.
 */

/* The MTU that a new one has, in bytes. */
enum {
	XN_TAP_MTU = 1500
};

/* A new TAP's descriptor, or -errno (EEXIST: the name is taken; EINVAL: there is no such owner
 * or group here). The options are those of struct xn_link. */
int xn_tap_make(const char *name, const char *options);
/* Sets owner and group of one that is there, and that nobody has open (EBUSY). 0 or -errno. */
int xn_tap_admit(const char *name, const char *options);
/* Lets the device outlive the descriptor. 0 or -errno. */
int xn_tap_keep(int fd);

#endif
