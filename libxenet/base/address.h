/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_BASE_ADDRESS_H
#define XN_BASE_ADDRESS_H

#include <arpa/inet.h>
#include <stdbool.h>

/* IP addresses of both families, with the length of their network's prefix. */
struct xn_address {
	int family; /* AF_INET or AF_INET6 */
	int length;
	unsigned char bytes[sizeof(struct in6_addr)];
};

enum {
	XN_ADDRESS_SIZE = INET6_ADDRSTRLEN + 4
};

/* The bytes of an address of the family: 4 or 16. */
int xn_address_width(int family);
/* "ADDRESS" or "ADDRESS/LENGTH", without a length the whole address; family AF_UNSPEC takes
 * both. As strict as xn_is_address. */
bool xn_address_read(const char *text, int family, struct xn_address *out);
/* "ADDRESS" in its canonical spelling (RFC 5952). */
void xn_address_write(const struct xn_address *address, char out[XN_ADDRESS_SIZE]);
/*
 * Whether a host may have the address on a link: no loopback, multicast or unspecified one,
 * none of a network as such or its broadcast, no link-local or IPv4-mapped IPv6 one.
 */
bool xn_address_is_host(const struct xn_address *address);
/* Whether it is that of a network: no bit behind the prefix is set. */
bool xn_address_is_network(const struct xn_address *address);
/* Whether the other address lies in the network of the first. */
bool xn_address_contains(
	const struct xn_address *network, const struct xn_address *other);
/* Of a dotted netmask: one run of ones, then zeros, 1 to 32 ones. */
bool xn_netmask_length(const char *netmask, int *out);

#endif
