/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/names.h"

#include <string.h>

static const char *const addrgen[] = { "eui64", "none", "stable_secret", "random" };

enum {
	N_ADDRGEN = sizeof(addrgen) / sizeof(addrgen[0])
};

int xn_addrgen_number(const char *name)
{
	for (int i = 0; i < N_ADDRGEN; i++)
		if (strcmp(addrgen[i], name) == 0)
			return i;
	return 0;
}

const char *xn_addrgen_name(int number)
{
	return number >= 0 && number < N_ADDRGEN ? addrgen[number] : addrgen[0];
}
