/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/boot.h"
#include "class/host.h"
#include "class/pif.h"
#include "class/pool.h"
#include "class/vm.h"
#include "host/netstate.h"

/* What a new database holds. */

static int make_host(struct xn_model *m, struct xn_host **ret, struct xenet_error *err)
{
	struct xn_host *host;
	int r = xn_new(m, &xn_host_class, &host, err);

	if (r < 0)
		return r;
	host->name_label = host->hostname = xn_host_name(m);
	host->boot = m->boot;
	*ret = host;
	return host->hostname ? 0 : xn_no_memory(err);
}

/* Templates under the names that scripts give: any guest may be made from any of them. */
static const struct {
	const char *name, *label;
	int64_t mebibytes;
} templates[] = {
	{ "AlmaLinux 9", "almalinux-9", 2048 },
	{ "CentOS 7", "centos-7-64bit", 2048 },
	{ "Debian Bullseye 11", "debian-11", 1024 },
	{ "Debian Bookworm 12", "debian-12", 1024 },
	{ "Oracle Linux 9", "ol-9", 2048 },
	{ "Red Hat Enterprise Linux 9", "rhel-9", 2048 },
	{ "Rocky Linux 9", "rocky-9", 2048 },
	{ "SUSE Linux Enterprise 15 (64-bit)", "sle-15-64bit", 1024 },
	{ "Ubuntu Focal Fossa 20.04", "ubuntu-20.04", 2048 },
	{ "Ubuntu Jammy Jellyfish 22.04", "ubuntu-22.04", 2048 },
	{ "Ubuntu Noble Numbat 24.04", "ubuntu-24.04", 2048 },
	{ "Windows 10 (64-bit)", "windows-10-64bit", 2048 },
	{ "Windows 11", "windows-11", 4096 },
	{ "Windows Server 2019 (64-bit)", "windows-server-2019-64bit", 2048 },
	{ "Windows Server 2022 (64-bit)", "windows-server-2022-64bit", 2048 },
	{ "Other install media", "other-install-media", 256 },
};

static int make_template(struct xn_model *m, size_t i, struct xenet_error *err)
{
	struct xn_vm *vm;
	int r = xn_vm_make(m, &vm, err);

	if (r < 0)
		return r;
	vm->name_label = templates[i].name;
	vm->reference_label = templates[i].label;
	vm->is_a_template = vm->is_default_template = true;
	vm->memory_static_max = vm->memory_dynamic_max = templates[i].mebibytes << 20;
	vm->memory_dynamic_min = vm->memory_static_max;
	vm->domain_type = "hvm";
	vm->hvm_boot_policy = "BIOS order";
	vm->hvm_boot_params = "{\"order\":\"cdn\"}";
	return xn_map_set(m, &vm->other_config, "default_template", "true", err);
}

int xn_host_populate(struct xn_model *m, struct xenet_error *err)
{
	struct xn_netstate *nics;
	struct xn_host *host;
	struct xn_pool *pool;
	struct xn_pif *pif;
	int r = make_host(m, &host, err);

	if (r == 0)
		r = xn_new(m, &xn_pool_class, &pool, err);
	if (r < 0)
		return r;
	pool->master = m->host_uuid = host->o.uuid;
	r = m->scan(m, &nics, err);
	for (struct xn_link *nic = r < 0 ? NULL : nics->links; nic && r == 0;
		nic = nic->next)
		r = xn_pif_introduce(m, nic, true, host->o.uuid, &pif, err);
	for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]) && r == 0; i++)
		r = make_template(m, i, err);
	return r;
}
