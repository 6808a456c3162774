/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <md5.h>
#include <string.h>
#include <uuid/uuid.h>

#include "class/vif.h"

/* libmd, loaded by the one command that needs it. */
struct digest {
	void *library;
	void (*init)(MD5_CTX *);
	void (*update)(MD5_CTX *, const uint8_t *, size_t);
	void (*final)(uint8_t *, MD5_CTX *);
};

/* POSIX: a function's address survives the trip through void *. */
static void find(void *library, const char *name, void *function)
{
	void *address = dlsym(library, name);

	memcpy(function, &address, sizeof(address));
}

static int load(struct digest *md5, struct xenet_error *err)
{
	md5->library = dlopen("libmd.so.0", RTLD_NOW | RTLD_LOCAL);
	if (!md5->library)
		return xn_fail(err, XENET_E_INTERNAL_ERROR,
			"libmd.so.0, which derives MAC addresses, cannot be loaded: "
			"install libmd0, or give mac=");
	find(md5->library, "MD5Init", &md5->init);
	find(md5->library, "MD5Update", &md5->update);
	find(md5->library, "MD5Final", &md5->final);
	if (md5->init && md5->update && md5->final)
		return 0;
	dlclose(md5->library);
	return xn_fail(err, XENET_E_INTERNAL_ERROR, "libmd.so.0 lacks the MD5 functions");
}

static void hash(const struct digest *md5, uint8_t out[MD5_DIGEST_LENGTH],
	const void *bytes, size_t size)
{
	MD5_CTX context;

	md5->init(&context);
	md5->update(&context, bytes, size);
	md5->final(out, &context);
}

static const char *show(struct xn_model *m, const uint8_t b[6])
{
	/* Bit 1 of the first byte: locally administered; bit 0: a group (IEEE 802, 8.2). */
	return xn_printf(m->arena, "%02x:%02x:%02x:%02x:%02x:%02x", (b[0] | 2) & 0xfe,
		b[1], b[2], b[3], b[4], b[5]);
}

int xn_mac_from_seed(struct xn_model *m, const char *seed, int64_t device,
	const char **ret, struct xenet_error *err)
{
	uint8_t first[MD5_DIGEST_LENGTH], second[MD5_DIGEST_LENGTH];
	struct digest md5 = { 0 };
	int r = load(&md5, err);

	if (r < 0)
		return r;
	hash(&md5, first, seed, strlen(seed));
	for (int64_t i = 0; i < 2 * device; i++)
		hash(&md5, first, first, sizeof(first));
	hash(&md5, second, first, sizeof(first));
	dlclose(md5.library);
	*ret = show(m, (uint8_t[]){ first[0], first[1], first[2], first[3], second[1],
			       second[2] });
	return *ret ? 0 : xn_no_memory(err);
}

const char *xn_mac_random(struct xn_model *m)
{
	uuid_t bytes;

	/* The bytes before and behind the version field of a random UUID. */
	uuid_generate_random(bytes);
	return show(m, bytes);
}
