/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "class/host.h"
#include "host/netstate.h"

/* What the kernel tells of the machine, read when somebody asks for it. */

static const char *in_bytes(
	const struct xn_netstate *want, unsigned long n, unsigned unit)
{
	return xn_printf(want->arena, "%" PRIu64, (uint64_t)n * unit);
}

const char *xn_host_memory_total(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have)
{
	struct sysinfo info = { 0 };

	(void)object;
	(void)have;
	sysinfo(&info);
	return in_bytes(want, info.totalram, info.mem_unit);
}

const char *xn_host_memory_free(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have)
{
	struct sysinfo info = { 0 };

	(void)object;
	(void)have;
	sysinfo(&info);
	return in_bytes(want, info.freeram, info.mem_unit);
}

/* The lines of /proc/cpuinfo that XenServer has a key for. */
static const char *key_of(const char *line, size_t length)
{
	static const struct {
		const char *line, *key;
	} names[] = {
		{ "vendor_id", "vendor" },
		{ "model name", "modelname" },
		{ "cpu MHz", "speed" },
		{ "cpu family", "family" },
		{ "model", "model" },
		{ "stepping", "stepping" },
		{ "flags", "flags" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].line) == length &&
			strncmp(names[i].line, line, length) == 0)
			return names[i].key;
	return NULL;
}

/* ', "key":"value"', for a value of printable ASCII. */
static void add_entry(struct xn_text *json, const char *key, const char *value)
{
	xn_text_addf(json, ",\"%s\":\"", key);
	for (; *value; value++)
		if (*value == '"' || *value == '\\')
			xn_text_addf(json, "\\%c", *value);
		else if (*value >= ' ' && *value < 0x7f)
			xn_text_addf(json, "%c", *value);
	xn_text_add(json, "\"");
}

static void add_line(struct xn_text *json, const char *line)
{
	const char *colon = strchr(line, ':');
	size_t length = strcspn(line, "\t:");
	const char *key = key_of(line, length);

	if (colon && key)
		add_entry(json, key, colon + 1 + strspn(colon + 1, " "));
}

/* Of the first processor: up to the first empty line. */
static void add_processor(struct xn_text *json)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char *line = NULL;
	size_t room = 0;

	while (file && getline(&line, &room, file) > 1)
		add_line(json, line);
	free(line);
	if (file)
		fclose(file);
}

const char *xn_host_cpu_info(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have)
{
	struct xn_text json = XN_TEXT(want->arena);

	(void)object;
	(void)have;
	xn_text_addf(&json, "{\"cpu_count\":\"%ld\"", sysconf(_SC_NPROCESSORS_ONLN));
	add_processor(&json);
	xn_text_add(&json, "}");
	return xn_text_end(&json);
}
