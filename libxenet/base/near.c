/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/near.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "xenet.h"

enum {
	MAX_WORD = 48,
	MIN_BEGINNING = 3
};

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

static bool differ(char a, char b)
{
	return tolower((unsigned char)a) != tolower((unsigned char)b);
}

/* Levenshtein's distance: insertions, deletions and replacements from one to the other. */
static size_t distance(const char *a, const char *b)
{
	size_t row[MAX_WORD + 1], n = strlen(b);

	if (strlen(a) > MAX_WORD || n > MAX_WORD)
		return MAX_WORD;
	for (size_t k = 0; k <= n; k++)
		row[k] = k;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t k = 0; k < n; k++) {
			size_t above = row[k + 1];

			row[k + 1] = min3(
				above + 1, row[k] + 1, diagonal + differ(a[i], b[k]));
			diagonal = above;
		}
	}
	return row[n];
}

static bool is_beginning(const char *word, const char *name)
{
	size_t length = strlen(word);

	return length >= MIN_BEGINNING && length < strlen(name) &&
	       strncasecmp(word, name, length) == 0;
}

size_t xn_difference(const char *word, const char *name)
{
	return is_beginning(word, name) ? 1 : distance(word, name);
}

bool xenet_is_near(const char *word, const char *name)
{
	return xn_difference(word, name) <= 1 + strlen(name) / 4;
}
