/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "port.h"

#include <errno.h>
#include <fcntl.h>
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
	TAG_SIZE = 4,
	CARRIER_TIMEOUT_S = 10,
};

_Noreturn void port_die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(2);
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
			port_die(name);
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

struct port port_open_tap(const char *name)
{
	struct ifreq request = request_for(name);
	struct port port = { open("/dev/net/tun", O_RDWR | O_CLOEXEC), receive_tap };
	int persistent;

	request.ifr_flags = IFF_TAP | IFF_NO_PI;
	if (port.fd < 0)
		port_die("/dev/net/tun");
	if (ioctl(port.fd, TUNSETIFF, &request) < 0)
		port_die(name);
	/* One that this very call has made is nobody's guest. */
	if (ioctl(port.fd, TUNGETIFF, &request) < 0)
		port_die(name);
	persistent = request.ifr_flags & IFF_PERSIST;
	if (!persistent) {
		errno = ENODEV;
		port_die(name);
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

struct port port_open_nic(const char *name)
{
	struct ifreq request = request_for(name);
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL) };
	struct port port = { socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), receive_nic };
	int on = 1;

	if (port.fd < 0)
		port_die("packet socket");
	if (ioctl(port.fd, SIOCGIFINDEX, &request) < 0)
		port_die(name);
	address.sll_ifindex = request.ifr_ifindex;
	if (setsockopt(port.fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) < 0 ||
		bind(port.fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		port_die(name);
	return port;
}

bool port_receive(const struct port *port, struct frame *frame, size_t least)
{
	ssize_t size = port->receive(port->fd, frame);

	if (size < 0 && errno != EAGAIN && errno != EINTR && errno != ENETDOWN)
		port_die("receive");
	if (size < 0 || (size_t)size < least)
		return false;
	frame->size = (size_t)size;
	return true;
}
