/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/address.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/parse.h"

int xn_address_width(int family)
{
	return family == AF_INET ? 4 : 16;
}

bool xn_address_read(const char *text, int family, struct xn_address *out)
{
	size_t length = strcspn(text, "/");
	char address[XN_ADDRESS_SIZE] = "";

	if (family == AF_UNSPEC)
		family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (!xn_is_address(text, family, XN_PREFIX_ALLOWED))
		return false;
	memcpy(address, text, length);
	*out = (struct xn_address){ .family = family };
	out->length = text[length] ? atoi(text + length + 1)
				   : 8 * xn_address_width(family);
	return inet_pton(family, address, out->bytes) == 1;
}

void xn_address_write(const struct xn_address *address, char out[XN_ADDRESS_SIZE])
{
	if (!inet_ntop(address->family, address->bytes, out, XN_ADDRESS_SIZE))
		out[0] = '\0';
}

/* Whether the bits from first on are all equal to that one. */
static bool host_part_is(const struct xn_address *address, bool one)
{
	int bits = 8 * xn_address_width(address->family);

	for (int i = address->length; i < bits; i++)
		if ((address->bytes[i / 8] >> (7 - i % 8) & 1) != one)
			return false;
	return true;
}

/* Networks without hosts of their own (RFC 6890). */
static bool is_special(const struct xn_address *address)
{
	static const char *const networks[] = { "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3",
		"::/128", "::1/128", "::ffff:0:0/96", "fe80::/10", "ff00::/8" };
	struct xn_address network;

	for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++)
		if (xn_address_read(networks[i], AF_UNSPEC, &network) &&
			xn_address_contains(&network, address))
			return true;
	return false;
}

bool xn_address_is_host(const struct xn_address *address)
{
	int bits = 8 * xn_address_width(address->family);

	if (address->length < 1 || is_special(address))
		return false;
	/* Point-to-point networks use all their addresses (RFC 3021, RFC 6164). */
	if (address->length >= bits - 1)
		return true;
	return !host_part_is(address, false) &&
	       !(address->family == AF_INET && host_part_is(address, true));
}

bool xn_address_contains(const struct xn_address *network, const struct xn_address *other)
{
	int whole = network->length / 8, rest = network->length % 8;
	unsigned mask = 0xff00U >> rest & 0xffU;

	if (network->family != other->family ||
		memcmp(network->bytes, other->bytes, (size_t)whole) != 0)
		return false;
	return !rest || !((network->bytes[whole] ^ other->bytes[whole]) & mask);
}

bool xn_netmask_length(const char *netmask, int *out)
{
	struct xn_address mask;
	int length = 0;

	if (strchr(netmask, '/') || !xn_address_read(netmask, AF_INET, &mask))
		return false;
	while (length < 32 && mask.bytes[length / 8] >> (7 - length % 8) & 1)
		length++;
	mask.length = length;
	if (!length || !host_part_is(&mask, false))
		return false;
	*out = length;
	return true;
}

bool xn_address_is_network(const struct xn_address *address)
{
	return host_part_is(address, false);
}
