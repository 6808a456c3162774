/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PORT_H
#define PORT_H

#include <stdbool.h>
#include <sys/types.h>

/* Where frames go in and out, for those who speak for guests and for the wire. */

enum {
	MAX_FRAME = 2048
};

struct frame {
	unsigned char bytes[MAX_FRAME];
	size_t size;
};

struct port {
	int fd;
	ssize_t (*receive)(int fd, struct frame *frame);
};

/* The guest's end of a persistent TAP, once that has a carrier. These end the program when they
 * fail. */
struct port port_open_tap(const char *name);
/* All that goes through a network card; an 802.1Q tag is where it was on the wire. */
struct port port_open_nic(const char *name);
/* false: there is none of that size, at least. */
bool port_receive(const struct port *port, struct frame *frame, size_t least);
_Noreturn void port_die(const char *what);

#endif
