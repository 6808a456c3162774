/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <md5.h>
#include <string.h>
#include <uuid/uuid.h>

#include "class/vif.h"

static void hash(uint8_t out[MD5_DIGEST_LENGTH], const void *bytes, size_t size)
{
	MD5_CTX context;

	MD5Init(&context);
	MD5Update(&context, bytes, size);
	MD5Final(out, &context);
}

static const char *show(struct xn_model *m, const uint8_t b[6])
{
	/* Bit 1 of the first byte: locally administered; bit 0: a group (IEEE 802, 8.2). */
	return xn_printf(m->arena, "%02x:%02x:%02x:%02x:%02x:%02x", (b[0] | 2) & 0xfe,
		b[1], b[2], b[3], b[4], b[5]);
}

const char *xn_mac_from_seed(struct xn_model *m, const char *seed, int64_t device)
{
	uint8_t first[MD5_DIGEST_LENGTH], second[MD5_DIGEST_LENGTH];

	hash(first, seed, strlen(seed));
	for (int64_t i = 0; i < 2 * device; i++)
		hash(first, first, sizeof(first));
	hash(second, first, sizeof(first));
	return show(m, (uint8_t[]){ first[0], first[1], first[2], first[3], second[1],
			       second[2] });
}

const char *xn_mac_random(struct xn_model *m)
{
	uuid_t bytes;

	/* The bytes before and behind the version field of a random UUID. */
	uuid_generate_random(bytes);
	return show(m, bytes);
}
