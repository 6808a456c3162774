/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * frame tap NAME     speaks for the guest behind a persistent TAP device
 * frame nic NAME     speaks for whoever is at the other end of a network card
 *
 * Lines are frames, in and out alike: "TAG TEXT", with "-" for no 802.1Q tag and "10.20" for
 * a tag within a tag. Those from standard input are sent as broadcasts, those received are
 * printed; the first line printed is "ready". Ends with the input.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>

#include "port.h"

enum {
	TEXT_TYPE = 0x88b5, /* free for experiments (IEEE 802) */
	TAG_SIZE = 4,
};

static void put(struct frame *frame, const void *bytes, size_t size)
{
	if (frame->size + size > sizeof(frame->bytes)) {
		errno = EMSGSIZE;
		port_die("line");
	}
	memcpy(frame->bytes + frame->size, bytes, size);
	frame->size += size;
}

static void put_u16(struct frame *frame, unsigned value)
{
	const uint16_t wire = htons((uint16_t)value);

	put(frame, &wire, sizeof(wire));
}

static unsigned u16_at(const struct frame *frame, size_t offset)
{
	uint16_t wire;

	memcpy(&wire, frame->bytes + offset, sizeof(wire));
	return ntohs(wire);
}

/* The frame of a line such as "10.20 some text". */
static void encode(struct frame *frame, char *line)
{
	static const unsigned char addresses[2 * ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01 };
	char *text = strchr(line, ' ');

	if (!text) {
		errno = EINVAL;
		port_die(line);
	}
	*text++ = '\0';
	frame->size = 0;
	put(frame, addresses, sizeof(addresses));
	while (line && strcmp(line, "-") != 0) {
		put_u16(frame, ETH_P_8021Q);
		put_u16(frame, (unsigned)strtoul(strsep(&line, "."), NULL, 10));
	}
	put_u16(frame, TEXT_TYPE);
	put(frame, text, strlen(text) + 1);
	while (frame->size < ETH_ZLEN)
		put(frame, "", 1);
}

/* Frames that are none of ours, such as the kernel's own, are passed over. */
static void print(const struct frame *frame)
{
	size_t type = offsetof(struct ethhdr, h_proto);
	char tags[64] = "";

	for (; u16_at(frame, type) == ETH_P_8021Q && type + TAG_SIZE < frame->size;
		type += TAG_SIZE) {
		size_t used = strlen(tags);

		snprintf(tags + used, sizeof(tags) - used, "%s%u", used ? "." : "",
			u16_at(frame, type + 2) & 0x0fff);
	}
	if (u16_at(frame, type) != TEXT_TYPE)
		return;
	type += sizeof(uint16_t);
	printf("%s %.*s\n", tags[0] ? tags : "-", (int)(frame->size - type),
		(const char *)frame->bytes + type);
	fflush(stdout);
}

/* false: the input is at its end. Unbuffered, since poll does not see what stdio has read. */
static bool send_line(const struct port *port)
{
	struct frame frame;
	char line[MAX_FRAME];
	size_t used = 0;
	ssize_t n;

	while ((n = read(STDIN_FILENO, line + used, 1)) == 1 && line[used] != '\n')
		if (++used == sizeof(line)) {
			errno = EMSGSIZE;
			port_die("line");
		}
	if (n <= 0)
		return false;
	line[used] = '\0';
	encode(&frame, line);
	if (write(port->fd, frame.bytes, frame.size) != (ssize_t)frame.size)
		port_die("send");
	return true;
}

static void receive_frame(const struct port *port)
{
	struct frame frame;

	if (port_receive(port, &frame, ETH_HLEN))
		print(&frame);
}

static void talk(const struct port *port)
{
	struct pollfd polls[] = { { .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = port->fd, .events = POLLIN } };
	bool more = true;

	puts("ready");
	fflush(stdout);
	while (more && poll(polls, 2, -1) >= 0) {
		if (polls[1].revents)
			receive_frame(port);
		if (polls[0].revents)
			more = send_line(port);
	}
}

int main(int argc, char **argv)
{
	struct port port;

	if (argc == 3 && strcmp(argv[1], "tap") == 0)
		port = port_open_tap(argv[2]);
	else if (argc == 3 && strcmp(argv[1], "nic") == 0)
		port = port_open_nic(argv[2]);
	else {
		fputs("usage: frame tap|nic NAME\n", stderr);
		return 2;
	}
	talk(&port);
	return 0;
}
