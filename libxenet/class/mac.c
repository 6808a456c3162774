/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <md5.h>
#include <string.h>

#include "base/parse.h"
#include "class/vif.h"
#include "class/vm.h"

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

static void advance(struct xn_mac_chain *chain, const char *seed, int64_t device)
{
	if (!chain->seed || strcmp(chain->seed, seed) != 0 || chain->device > device) {
		hash(chain->hash, seed, strlen(seed));
		chain->seed = seed;
		chain->device = 0;
	}
	for (; chain->device < device; chain->device++) {
		hash(chain->hash, chain->hash, sizeof(chain->hash));
		hash(chain->hash, chain->hash, sizeof(chain->hash));
	}
}

const char *xn_mac_from_seed(
	struct xn_model *m, struct xn_mac_chain *chain, const char *seed, int64_t device)
{
	const uint8_t *first = chain->hash;
	uint8_t second[MD5_DIGEST_LENGTH];

	advance(chain, seed, device);
	hash(second, first, sizeof(chain->hash));
	return show(m, (uint8_t[]){ first[0], first[1], first[2], first[3], second[1],
			       second[2] });
}

const char *xn_mac_random(struct xn_model *m)
{
	unsigned char bytes[XN_RANDOM_SIZE];

	xn_random(bytes);
	return show(m, bytes);
}
