/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"

struct unit unit;

static void set_up(void)
{
	const char *base = getenv("TMPDIR");

	unit.arena = xn_arena_new();
	ck_assert_ptr_nonnull(unit.arena);
	unit.dir = xn_printf(unit.arena, "%s/xenet-unit.XXXXXX", base ? base : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(unit.dir));
}

static void tear_down(void)
{
	remove_directory(unit.dir);
	xenet_error_clear(&unit.err);
	unit.arena = xn_arena_free(unit.arena);
}

static void (*add_own)(TCase *tests);

static void add_all(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	add_own(tests);
}

int unit_main(const char *name, void (*add_tests)(TCase *tests))
{
	umask(0);
	add_own = add_tests;
	return run_suite(name, add_all);
}

const char *unit_path(const char *name)
{
	return xn_printf(unit.arena, "%s/%s", unit.dir, name);
}

void unit_write(const char *path, const void *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, size), (ssize_t)size);
	ck_assert_int_eq(close(fd), 0);
}

char *unit_read(const char *path, size_t *size)
{
	struct stat st;
	char *bytes;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	ck_assert_msg(fd >= 0, "no file %s", path);
	ck_assert_int_eq(fstat(fd, &st), 0);
	bytes = xn_alloc(unit.arena, (size_t)st.st_size + 1);
	ck_assert_ptr_nonnull(bytes);
	ck_assert_int_eq(read(fd, bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	*size = (size_t)st.st_size;
	return bytes;
}

static int is_visible(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

const char *unit_files(const char *directory)
{
	struct dirent **entries;
	struct xn_text names = XN_TEXT(unit.arena);
	int n = scandir(directory, &entries, is_visible, alphasort);

	ck_assert_int_ge(n, 0);
	for (int i = 0; i < n; i++) {
		xn_text_addf(&names, "%s ", entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return xn_text_end(&names);
}

static const char *show_values(const struct xenet_error *err)
{
	struct xn_text text = XN_TEXT(unit.arena);

	for (size_t i = 0; i < err->n_params; i++)
		xn_text_addf(&text, " [%s]", err->params[i]);
	return xn_text_end(&text);
}

void unit_check_error(
	const char *file, int line, int r, int code, const char *const *values)
{
	size_t n = 0, same = 0;

	for (; values[n]; n++)
		same += n < unit.err.n_params &&
			strcmp(values[n], unit.err.params[n]) == 0;
	ck_assert_msg(r == -code && (int)unit.err.code == code &&
			      unit.err.n_params == n && same == n,
		"%s:%d: %s expected, not %d %s%s", file, line,
		xenet_error_name((enum xenet_error_code)code), r,
		xenet_error_name(unit.err.code), show_values(&unit.err));
	ck_assert_ptr_nonnull(unit.err.message);
	xenet_error_clear(&unit.err);
}

void unit_check_ok(const char *file, int line, int r)
{
	ck_assert_msg(r == 0, "%s:%d: %d %s%s", file, line, r,
		xenet_error_name(unit.err.code), show_values(&unit.err));
}

struct xn_netstate *unit_state(const char *lines)
{
	struct xn_netstate *state = xn_netstate_new(unit.arena);
	char *rest = xn_strdup(unit.arena, lines), *line;
	struct xn_link *link;

	ck_assert_ptr_nonnull(state);
	while ((line = strsep(&rest, "\n")))
		if (line[0] && line[0] != '#')
			assert_ok(xn_link_read(state, line, &link, &unit.err));
	return state;
}
