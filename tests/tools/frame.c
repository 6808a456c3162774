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
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>

enum {
	TEXT_TYPE = 0x88b5, /* free for experiments (IEEE 802) */
	MAX_FRAME = 2048,
	TAG_SIZE = 4,
	CARRIER_TIMEOUT_S = 10,
};

struct frame {
	unsigned char bytes[MAX_FRAME];
	size_t size;
};

struct port {
	int fd;
	ssize_t (*receive)(int fd, struct frame *frame);
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "frame: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void put(struct frame *frame, const void *bytes, size_t size)
{
	if (frame->size + size > sizeof(frame->bytes)) {
		errno = EMSGSIZE;
		die("line");
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
		die(line);
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

static struct ifreq request_for(const char *name)
{
	struct ifreq request = { 0 };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	return request;
}

/* A port of a bridge forwards once the kernel has noticed its carrier. */
static void wait_for_carrier(const char *name)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = request_for(name);

	for (int i = 0; i < CARRIER_TIMEOUT_S * 100; i++) {
		if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
			die(name);
		if (request.ifr_flags & IFF_RUNNING)
			break;
		usleep(10000);
	}
	close(fd);
}

static ssize_t receive_tap(int fd, struct frame *frame)
{
	return read(fd, frame->bytes, sizeof(frame->bytes));
}

static struct port open_tap(const char *name)
{
	struct ifreq request = request_for(name);
	struct port port = { open("/dev/net/tun", O_RDWR | O_CLOEXEC), receive_tap };
	int persistent;

	request.ifr_flags = IFF_TAP | IFF_NO_PI;
	if (port.fd < 0)
		die("/dev/net/tun");
	if (ioctl(port.fd, TUNSETIFF, &request) < 0)
		die(name);
	/* One that this very call has made is nobody's guest. */
	if (ioctl(port.fd, TUNGETIFF, &request) < 0)
		die(name);
	persistent = request.ifr_flags & IFF_PERSIST;
	if (!persistent) {
		errno = ENODEV;
		die(name);
	}
	wait_for_carrier(name);
	return port;
}

/* The kernel takes the outer tag off what it receives and tells it beside the frame. */
static void put_tag_back(struct frame *frame, struct msghdr *message)
{
	const size_t at = 2 * ETH_ALEN;
	struct tpacket_auxdata aux;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		uint16_t tag[2];

		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		if (!(aux.tp_status & TP_STATUS_VLAN_VALID))
			continue;
		tag[0] = htons(aux.tp_status & TP_STATUS_VLAN_TPID_VALID
				       ? aux.tp_vlan_tpid
				       : ETH_P_8021Q);
		tag[1] = htons(aux.tp_vlan_tci);
		memmove(frame->bytes + at + TAG_SIZE, frame->bytes + at,
			frame->size - at);
		memcpy(frame->bytes + at, tag, TAG_SIZE);
		frame->size += TAG_SIZE;
	}
}

static ssize_t receive_nic(int fd, struct frame *frame)
{
	struct sockaddr_ll from = { 0 };
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct iovec room = { frame->bytes, sizeof(frame->bytes) - TAG_SIZE };
	struct msghdr message = { .msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &room,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	ssize_t size = recvmsg(fd, &message, 0);

	if (size < ETH_HLEN || from.sll_pkttype == PACKET_OUTGOING)
		return size < 0 ? -1 : 0;
	frame->size = (size_t)size;
	put_tag_back(frame, &message);
	return (ssize_t)frame->size;
}

static struct port open_nic(const char *name)
{
	struct ifreq request = request_for(name);
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL) };
	struct port port = { socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), receive_nic };
	int on = 1;

	if (port.fd < 0)
		die("packet socket");
	if (ioctl(port.fd, SIOCGIFINDEX, &request) < 0)
		die(name);
	address.sll_ifindex = request.ifr_ifindex;
	if (setsockopt(port.fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) < 0 ||
		bind(port.fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die(name);
	return port;
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
			die("line");
		}
	if (n <= 0)
		return false;
	line[used] = '\0';
	encode(&frame, line);
	if (write(port->fd, frame.bytes, frame.size) != (ssize_t)frame.size)
		die("send");
	return true;
}

static void receive_frame(const struct port *port)
{
	struct frame frame;
	ssize_t size = port->receive(port->fd, &frame);

	if (size < 0 && errno != EAGAIN && errno != EINTR && errno != ENETDOWN)
		die("receive");
	if (size < ETH_HLEN)
		return;
	frame.size = (size_t)size;
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
		port = open_tap(argv[2]);
	else if (argc == 3 && strcmp(argv[1], "nic") == 0)
		port = open_nic(argv[2]);
	else {
		fputs("usage: frame tap|nic NAME\n", stderr);
		return 2;
	}
	talk(&port);
	return 0;
}
