/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_NEAR_H
#define XN_NEAR_H

#include <stddef.h>

/* How much a word has to change to become the name, letter case aside; a word that only
 * lacks the name's end is one step away. */
size_t xn_difference(const char *word, const char *name);

#endif
