/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/backend.h"
#include "host/fake_counters.h"
#include "host/fake_rules.h"

/*
 * A host made of text: RUN_DIRECTORY/fake.netstate holds the links, in the notation of
 * xn_link_write, and every step rewrites it. Keeps the kernel's rules that plans rely on.
 */
struct fake {
	struct xn_backend base;
	struct xn_arena *arena;
	struct xn_netstate *state;
	const char *path;
	const char *counters_path; /* RUN_DIRECTORY/fake.counters */
	const char *hostname_path; /* RUN_DIRECTORY/fake.hostname */
	const char *boot_path; /* RUN_DIRECTORY/fake.boot: another text, another boot */
	int last_ifindex;
	bool loaded; /* with the first look: by then a change holds the lock */
};

static int fail_file(const struct fake *fake, struct xenet_error *err)
{
	return xn_fail(err, XENET_E_RUN_DIRECTORY, fake->path, strerror(errno));
}

static int read_links(struct fake *fake, FILE *file, struct xenet_error *err)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	struct xn_link *link;
	int r = 0;

	while (r == 0 && (length = getline(&line, &room, file)) > 0) {
		line[length - (line[length - 1] == '\n')] = '\0';
		if (!line[0] || line[0] == '#')
			continue;
		r = xn_link_read(fake->state, line, &link, err);
		if (r == 0)
			link->ifindex = ++fake->last_ifindex;
	}
	free(line);
	return r;
}

static int load(struct fake *fake, struct xenet_error *err)
{
	FILE *file = fake->loaded ? NULL : fopen(fake->path, "re");
	int r;

	if (fake->loaded)
		return 0;
	if (!file && errno != ENOENT)
		return fail_file(fake, err);
	r = file ? read_links(fake, file, err) : 0;
	if (file)
		fclose(file);
	fake->loaded = r == 0;
	return r;
}

static char *text_of(struct fake *fake)
{
	struct xn_text text = XN_TEXT(fake->arena);

	for (struct xn_link *link = fake->state->links; link; link = link->next) {
		xn_text_escape(&text, link->name);
		xn_link_write(&text, link, link->mask);
		xn_text_add(&text, "\n");
	}
	return xn_text_end(&text);
}

static int store(struct fake *fake, struct xenet_error *err)
{
	const char *text = text_of(fake);
	FILE *file = text ? fopen(fake->path, "we") : NULL;
	bool failed;

	if (!text)
		return xn_no_memory(err);
	if (!file)
		return fail_file(fake, err);
	failed = fputs(text, file) < 0;
	return fclose(file) != 0 || failed ? fail_file(fake, err) : 0;
}

static void fake_close(struct xn_backend *be)
{
	struct fake *fake = (struct fake *)be;

	xn_arena_free(fake->arena);
	free(fake);
}

static int fake_open(struct xn_backend **ret, const char *config, struct xenet_error *err)
{
	struct fake *fake = calloc(1, sizeof(*fake));

	if (!fake)
		return xn_no_memory(err);
	fake->base.ops = &xn_fake_backend;
	fake->arena = xn_arena_new();
	if (fake->arena) {
		fake->state = xn_netstate_new(fake->arena);
		fake->path = xn_printf(fake->arena, "%s/fake.netstate", config);
		fake->counters_path = xn_printf(fake->arena, "%s/fake.counters", config);
		fake->hostname_path = xn_printf(fake->arena, "%s/fake.hostname", config);
		fake->boot_path = xn_printf(fake->arena, "%s/fake.boot", config);
	}
	if (!fake->arena || !fake->state || !fake->path || !fake->counters_path ||
		!fake->hostname_path || !fake->boot_path) {
		fake_close(&fake->base);
		return xn_no_memory(err);
	}
	*ret = &fake->base;
	return 0;
}

static int show(struct fake *fake, const struct xn_link *link, struct xn_netstate *have,
	struct xenet_error *err)
{
	struct xn_link *seen = xn_link_add(have, link->name);
	const struct xn_link *master;

	if (!seen)
		return xn_no_memory(err);
	xn_link_copy(seen, link, ~0U);
	seen->mask = xn_fake_lacks_ipv6(link) ? ~(unsigned)XN_ADDRGEN : ~0U;
	seen->ifindex = link->ifindex;
	seen->carrier = link->up;
	seen->kind = link->kind ? link->kind : "nic";
	seen->master = link->master ? link->master : "";
	seen->lower = link->parent;
	seen->grouped = link->mask & XN_MARK;
	seen->unmarked = seen->grouped && !(link->mark && link->mark[0]);
	master = xn_link_find(fake->state, seen->master);
	if (master) {
		seen->master_mark = master->mark;
		seen->master_kind = master->kind;
	}
	return 0;
}

static int count(struct fake *fake, unsigned details, struct xn_netstate *have,
	struct xenet_error *err)
{
	return details & XN_DETAIL_COUNTERS
		       ? xn_fake_count(fake->counters_path, have, err)
		       : 0;
}

static int fake_observe(struct xn_backend *be, const struct xn_netstate *names,
	unsigned details, struct xn_netstate *have, struct xenet_error *err)
{
	struct fake *fake = (struct fake *)be;
	int r = load(fake, err);

	for (const struct xn_link *name = names->links; name && r == 0;
		name = name->next) {
		const struct xn_link *link = xn_link_find(fake->state, name->name);

		if (link)
			r = show(fake, link, have, err);
	}
	return r < 0 ? r : count(fake, details, have, err);
}

static int fake_dependants(struct xn_backend *be, const struct xn_netstate *names,
	struct xn_netstate *have, struct xenet_error *err)
{
	struct xn_netstate *all = ((struct fake *)be)->state;

	for (struct xn_link *link = all->links; link; link = link->next) {
		link->lower = link->parent;
		link->ports = link->uppers = NULL;
	}
	if (xn_netstate_tie(all) < 0)
		return xn_no_memory(err);
	for (const struct xn_link *name = names->links; name; name = name->next) {
		const struct xn_link *found = xn_link_find(all, name->name);
		struct xn_link *link = xn_link_find(have, name->name);

		link->ports = found ? found->ports : NULL;
		link->uppers = found ? found->uppers : NULL;
	}
	return 0;
}

static int fake_survey(struct xn_backend *be, const struct xn_netstate *names,
	unsigned details, struct xn_netstate *have, struct xenet_error *err)
{
	struct fake *fake = (struct fake *)be;
	int r = load(fake, err);

	(void)names;
	for (struct xn_link *link = fake->state->links; link && r == 0; link = link->next)
		r = show(fake, link, have, err);
	if (r == 0 && xn_netstate_tie(have) < 0)
		return xn_no_memory(err);
	return r < 0 ? r : count(fake, details, have, err);
}

static int fake_scan(
	struct xn_backend *be, struct xn_netstate *have, struct xenet_error *err)
{
	struct fake *fake = (struct fake *)be;
	int r = load(fake, err);

	for (struct xn_link *link = fake->state->links; link && r == 0; link = link->next)
		if (link->kind && strcmp(link->kind, "nic") == 0)
			r = show(fake, link, have, err);
	return r;
}

static int refuse(const struct xn_step *step, int number, struct xn_arena *arena,
	struct xenet_error *err)
{
	const char *text = xn_step_text(arena, step);

	return xn_fail(err, XENET_E_KERNEL_ERROR, text ? text : "", strerror(number));
}

static bool same_vlan(const struct xn_link *a, const struct xn_link *b)
{
	return a->parent && b->parent && strcmp(a->parent, b->parent) == 0 &&
	       a->tag == b->tag;
}

static bool has_master(const struct fake *fake, const struct xn_step *step)
{
	return !step->master || xn_link_find(fake->state, step->master->name);
}

static int fake_add(
	struct fake *fake, const struct xn_step *step, struct xenet_error *err)
{
	const struct xn_link *link = step->link;
	char *name = xn_strdup(fake->arena, link->name);
	struct xn_text text = XN_TEXT(fake->arena);
	struct xn_link *made;

	if (!name || xn_link_find(fake->state, name))
		return refuse(step, name ? EEXIST : ENOMEM, fake->arena, err);
	for (struct xn_link *other = fake->state->links; other; other = other->next)
		if (same_vlan(link, other))
			return xn_fail(err, XENET_E_VLAN_IN_USE, link->parent,
				xn_printf(fake->arena, "%d", (int)link->tag),
				other->name);
	if (xn_fake_has_tunnel(fake->state, link))
		return xn_fail(err, XENET_E_TUNNEL_EXISTS, link->kind, link->tunnel);
	if ((link->parent && !xn_link_find(fake->state, link->parent)) ||
		!has_master(fake, step))
		return refuse(step, ENODEV, fake->arena, err);
	xn_text_add(&text, name);
	xn_link_write(&text, link, step->mask);
	if (!xn_text_end(&text) || xn_link_read(fake->state, text.bytes, &made, err) < 0)
		return xn_no_memory(err);
	made->ifindex = ++fake->last_ifindex;
	step->link->ifindex = made->ifindex;
	return xn_fake_settle(made, 0, fake->arena, err);
}

static int fake_rename(
	struct fake *fake, const struct xn_step *step, struct xenet_error *err)
{
	struct xn_link *link = xn_link_find(fake->state, step->have->renamed);

	if (!link || xn_link_find(fake->state, step->link->name))
		return refuse(step, link ? EEXIST : ENODEV, fake->arena, err);
	return xn_link_rename(fake->state, link, step->link->name) ? 0
								   : xn_no_memory(err);
}

/* As the kernel does: ports of a bridge are set free, what stands on a device goes with it. */
static void fake_del(struct fake *fake, const char *name)
{
	xn_link_remove(fake->state, name);
	for (struct xn_link *link = fake->state->links; link; link = link->next) {
		if (link->master && strcmp(link->master, name) == 0)
			link->master = "";
		if (link->parent && strcmp(link->parent, name) == 0)
			xn_link_remove(fake->state, link->name);
	}
}

static int fake_set(
	struct fake *fake, const struct xn_step *step, struct xenet_error *err)
{
	struct xn_link *link = xn_link_find(fake->state, step->link->name);
	struct xn_text text = XN_TEXT(fake->arena);
	int64_t mtu = link ? link->mtu : 0;
	int r;

	if (!link || !has_master(fake, step))
		return refuse(step, ENODEV, fake->arena, err);
	if (step->op == XN_OP_WITHDRAW)
		return xn_fake_withdraw(link, step, fake->arena, err);
	xn_text_add(&text, link->name);
	xn_link_write(&text, step->link, step->mask);
	if (!xn_text_end(&text))
		return xn_no_memory(err);
	r = xn_fake_check(fake->state, step, fake->arena, err);
	if (r == 0)
		r = xn_link_read(fake->state, text.bytes, &link, err);
	/* Its group goes with its mark. */
	if (r == 0 && link->mark && !link->mark[0])
		link->mask &= ~(unsigned)XN_MARK;
	return r < 0 ? r : xn_fake_settle(link, mtu, fake->arena, err);
}

static int fake_step(
	struct xn_backend *be, const struct xn_step *step, struct xenet_error *err)
{
	struct fake *fake = (struct fake *)be;
	int r = load(fake, err);

	if (r < 0)
		return r;
	if (step->op == XN_OP_ADD)
		r = fake_add(fake, step, err);
	else if (step->op == XN_OP_RENAME)
		r = fake_rename(fake, step, err);
	else if (step->op == XN_OP_DEL)
		fake_del(fake, step->link->name);
	else
		r = fake_set(fake, step, err);
	return r < 0 ? r : store(fake, err);
}

static size_t fake_steps(struct xn_backend *be, const struct xn_step *steps, size_t n,
	struct xenet_error *faults)
{
	(void)n;
	fake_step(be, steps, faults);
	return 1;
}

static const char *read_line(const char *path, struct xn_arena *arena)
{
	FILE *file = fopen(path, "re");
	char line[256] = "";

	if (file && fgets(line, sizeof(line), file))
		line[strcspn(line, "\n")] = '\0';
	if (file)
		fclose(file);
	return xn_strdup(arena, line);
}

static const char *fake_hostname(struct xn_backend *be, struct xn_arena *arena)
{
	return read_line(((struct fake *)be)->hostname_path, arena);
}

static int fake_set_hostname(struct xn_backend *be, const char *name,
	struct xn_arena *arena, struct xenet_error *err)
{
	FILE *file = fopen(((struct fake *)be)->hostname_path, "we");

	if (file && fprintf(file, "%s\n", name) > 0 && fclose(file) == 0)
		return 0;
	return xn_fail(err, XENET_E_KERNEL_ERROR, xn_printf(arena, "hostname %s", name),
		strerror(errno));
}

static const char *fake_boot(struct xn_backend *be, struct xn_arena *arena)
{
	return read_line(((struct fake *)be)->boot_path, arena);
}

static const char *fake_scope(struct xn_backend *be)
{
	(void)be;
	return "fake";
}

const struct xn_backend_ops xn_fake_backend = {
	.name = "fake",
	.open = fake_open,
	.observe = fake_observe,
	.dependants = fake_dependants,
	.survey = fake_survey,
	.scan = fake_scan,
	.steps = fake_steps,
	.hostname = fake_hostname,
	.set_hostname = fake_set_hostname,
	.boot = fake_boot,
	.scope = fake_scope,
	.close = fake_close,
};
