/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/near.h"
#include "base/parse.h"

/* One text for all the strict parsers: what is taken is taken again as it is written. */

static void check_numbers(const char *text)
{
	char written[32];
	int64_t n;
	bool b;

	if (xn_parse_int(text, &n)) {
		snprintf(written, sizeof(written), "%lld", (long long)n);
		assert(strcmp(written, text) == 0);
	}
	if (xn_parse_uint(text, 1, 4094, &n))
		assert(n >= 1 && n <= 4094);
	if (xn_parse_bool(text, &b))
		assert(xn_parse_option_bool(text, &b));
}

static void check_mac(const char *text)
{
	char mac[XN_MAC_SIZE], again[XN_MAC_SIZE];

	if (!xn_parse_mac(text, mac))
		return;
	assert(xn_parse_mac(mac, again) && strcmp(mac, again) == 0);
	xn_mac_is_station(mac);
}

static void check_address(const char *text)
{
	struct xn_address address, again;
	char written[XN_ADDRESS_SIZE];
	int length;

	if (xn_netmask_length(text, &length))
		assert(length >= 1 && length <= 32);
	if (!xn_address_read(text, AF_UNSPEC, &address))
		return;
	xn_address_write(&address, written);
	assert(xn_address_read(written, address.family, &again));
	assert(memcmp(address.bytes, again.bytes,
		       (size_t)xn_address_width(address.family)) == 0);
	assert(xn_address_contains(&address, &again));
	xn_address_is_host(&address);
	xn_address_is_network(&address);
}

static void check_utf8(const char *text)
{
	char *clean = xn_utf8_clean(text);

	assert(clean && xn_is_utf8(clean));
	assert(!xn_is_utf8(text) || strcmp(clean, text) == 0);
	free(clean);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size < 512 ? size : 512);

	check_numbers(text);
	check_mac(text);
	check_address(text);
	check_utf8(text);
	if (xn_is_uuid(text))
		assert(strlen(text) == XN_UUID_SIZE - 1);
	assert(strlen(text) > 48 || xn_difference(text, text) == 0);
	xn_difference(text, "network-create");
	free(text);
	return 0;
}
