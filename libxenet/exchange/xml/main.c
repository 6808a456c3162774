/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <libxml/parser.h>

enum {
	MAX_SECONDS = 5,
	MAX_MEMORY = 256 << 20
};

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

#ifdef IS_SANITIZED
/* Under strace, without an environment to tell it, it would refuse to look for leaks, which
 * tests/fuzz/xml.c does. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#else
#define IS_SANITIZED 0
#endif

static bool limit(int resource, rlim_t most)
{
	const struct rlimit limits = { most, most + 1 };

	return setrlimit(resource, &limits) == 0;
}

/* From here on it computes, and nothing else: no file or socket can be opened any more. */
static bool limit_all(void)
{
	if (!limit(RLIMIT_CPU, MAX_SECONDS) || !limit(RLIMIT_CORE, 0))
		return false;
	/* The sanitizers need more than that, and files of their own. */
	return IS_SANITIZED ||
	       (limit(RLIMIT_AS, MAX_MEMORY) && limit(RLIMIT_NOFILE, STDERR_FILENO));
}

/* One byte more than is allowed tells that there is too much; *size < 0: it cannot be read. */
static void read_input(char *bytes, ssize_t *size)
{
	ssize_t n;

	*size = 0;
	do {
		n = read(STDIN_FILENO, bytes + *size, (size_t)(XML_MAX_SIZE + 1 - *size));
		*size += n > 0 ? n : 0;
	} while ((n > 0 && *size <= XML_MAX_SIZE) || (n < 0 && errno == EINTR));
	if (n < 0)
		*size = -1;
}

int main(void)
{
	static char bytes[XML_MAX_SIZE + 2];
	struct xml x = { .bytes = bytes };
	ssize_t size;

	if (!limit_all())
		return EXIT_FAILURE;
	read_input(bytes, &size);
	if (size < 0)
		return EXIT_FAILURE;
	x.size = (size_t)size;
	if (x.size > XML_MAX_SIZE)
		xml_fault(&x.faults, 0, "it is larger than 1 MiB");
	else
		xml_parse(&x);
	if (!x.faults.n)
		xml_validate(&x);
	xml_emit(&x, stdout);
	xml_free(&x);
	xmlCleanupParser();
	return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_SUCCESS : EXIT_FAILURE;
}
