/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shortage.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* The linker lets calls of malloc and its like come here (see CMakeLists.txt). */

struct shortage memory = { .left = -1 };

static bool is_short(void)
{
	if (memory.left < 0)
		return false;
	if (memory.left > 0) {
		memory.left--;
		return false;
	}
	memory.hit = true;
	if (!memory.for_good)
		memory.left = -1;
	return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *bytes, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *bytes, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);
int __wrap_asprintf(char **ret, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void *__wrap_malloc(size_t size)
{
	return is_short() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return is_short() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *bytes, size_t size)
{
	return is_short() ? NULL : __real_realloc(bytes, size);
}

char *__wrap_strdup(const char *text)
{
	return is_short() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t length)
{
	return is_short() ? NULL : __real_strndup(text, length);
}

int __wrap_asprintf(char **ret, const char *format, ...)
{
	va_list args;
	int n;

	if (is_short())
		return -1;
	va_start(args, format);
	n = vasprintf(ret, format, args);
	va_end(args);
	return n;
}

static sqlite3_mem_methods methods;

static void *sqlite_malloc(int size)
{
	return is_short() ? NULL : methods.xMalloc(size);
}

static void *sqlite_realloc(void *bytes, int size)
{
	return is_short() ? NULL : methods.xRealloc(bytes, size);
}

int shortage_tell_sqlite(void)
{
	static sqlite3_mem_methods mine;

	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &methods) != SQLITE_OK)
		return -1;
	mine = methods;
	mine.xMalloc = sqlite_malloc;
	mine.xRealloc = sqlite_realloc;
	return sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) == SQLITE_OK ? 0 : -1;
}
