/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * spoof tap NAME        speaks for the guest behind a persistent TAP device
 * spoof nic NAME        speaks for whoever is at the other end of a network card
 * spoof storm NAME [US] sends all lines of its input through the TAP device of that name, as soon
 *                       as there is one and it lets it, over and over, until it is killed;
 *                       with so many microseconds between the rounds
 *
 * Lines of the input are frames in hexadecimal digits; of what is received the text behind
 * "heard:" is printed, up to the next blank, where a frame has one. The first line printed is
 * "ready"; the last one of a storm tells how many frames it could send.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/if_tun.h>

#include "port.h"

#define MARK "heard:"

enum {
	MAX_FRAMES = 256,
	LEAST_SIZE = 14
};

static volatile sig_atomic_t is_over;

static bool read_hex(const char *line, struct frame *frame)
{
	frame->size = 0;
	for (; isxdigit((unsigned char)line[0]) && isxdigit((unsigned char)line[1]);
		line += 2) {
		const char digits[] = { line[0], line[1], '\0' };

		if (frame->size == sizeof(frame->bytes))
			return false;
		frame->bytes[frame->size++] = (unsigned char)strtoul(digits, NULL, 16);
	}
	return (*line == '\0' || *line == '\n') && frame->size >= LEAST_SIZE;
}

static void print_mark(const struct frame *frame)
{
	const char *at = memmem(frame->bytes, frame->size, MARK, strlen(MARK));
	const char *end = (const char *)frame->bytes + frame->size;

	if (!at)
		return;
	for (at += strlen(MARK); at < end && isgraph((unsigned char)*at); at++)
		putchar(*at);
	putchar('\n');
	fflush(stdout);
}

static void receive_frame(const struct port *port)
{
	struct frame frame;

	if (port_receive(port, &frame, LEAST_SIZE))
		print_mark(&frame);
}

/* false: the input is at its end. Unbuffered, since poll does not see what stdio has read. */
static bool send_line(const struct port *port)
{
	char line[2 * MAX_FRAME + 1];
	struct frame frame;
	size_t used = 0;
	ssize_t n;

	while ((n = read(STDIN_FILENO, line + used, 1)) == 1 && line[used] != '\n')
		if (++used == sizeof(line))
			port_die("line");
	if (n <= 0)
		return false;
	line[used] = '\0';
	errno = EINVAL;
	if (!read_hex(line, &frame) ||
		write(port->fd, frame.bytes, frame.size) != (ssize_t)frame.size)
		port_die("send");
	return true;
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

/* ---- The storm ---- */

static void end(int signal)
{
	(void)signal;
	is_over = true;
}

/* -1: there is none, or it is taken. One that this very call would make is none. */
static int try_tap(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = if_nametoindex(name) ? open("/dev/net/tun", O_RDWR | O_CLOEXEC) : -1;

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (fd < 0)
		return -1;
	if (ioctl(fd, TUNSETIFF, &request) == 0 && ioctl(fd, TUNGETIFF, &request) == 0 &&
		request.ifr_flags & IFF_PERSIST)
		return fd;
	close(fd);
	return -1;
}

/* While it is down nothing goes through it; when it is gone, there may be another one. */
static unsigned long send_all(int *fd, const struct frame *frames, size_t n)
{
	unsigned long sent = 0;

	for (size_t i = 0; i < n && !is_over; i++) {
		ssize_t r = write(*fd, frames[i].bytes, frames[i].size);

		sent += r == (ssize_t)frames[i].size;
		if (r < 0 && errno == EBADFD) {
			close(*fd);
			*fd = -1;
			break;
		}
	}
	return sent;
}

static void storm(const char *name, useconds_t pause)
{
	static struct frame frames[MAX_FRAMES];
	char line[2 * MAX_FRAME + 2];
	unsigned long sent = 0;
	size_t n = 0;
	int fd = -1;

	while (n < MAX_FRAMES && fgets(line, sizeof(line), stdin))
		if (!read_hex(line, &frames[n++]))
			port_die(line);
	signal(SIGTERM, end);
	puts("ready");
	fflush(stdout);
	while (!is_over) {
		if (fd < 0)
			fd = try_tap(name);
		if (fd >= 0)
			sent += send_all(&fd, frames, n);
		if (pause)
			usleep(pause);
	}
	printf("%lu\n", sent);
}

int main(int argc, char **argv)
{
	struct port port;

	if (argc > 2 && strcmp(argv[1], "storm") == 0) {
		storm(argv[2], argc > 3 ? (useconds_t)atoi(argv[3]) : 0);
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "tap") == 0)
		port = port_open_tap(argv[2]);
	else if (argc == 3 && strcmp(argv[1], "nic") == 0)
		port = port_open_nic(argv[2]);
	else {
		fputs("usage: spoof tap|nic|storm NAME\n", stderr);
		return 2;
	}
	talk(&port);
	return 0;
}
