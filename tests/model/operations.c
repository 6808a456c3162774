/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

/*
 * What may be asked. %CLASS stands for an object, %WORD for one of the values below; weight
 * is how often the row comes beside others. No row makes more than limit objects of its
 * class; those that only the lab's kernel can carry out say so.
 */
struct operation {
	int weight;
	const char *makes;
	size_t limit;
	bool lab;
	const char *line;
};

static const struct operation operations[] = {
	{ 6, "network", 12, false, "network-create name-label=n MTU=%mtu" },
	{ 2, "network", 12, false, "network-create name-label=n bridge=%bridge" },
	{ 1, "network", 12, false,
		"network-create name-label=n bridge=%bridge managed=false" },
	{ 4, NULL, 0, false, "network-destroy uuid=%network" },
	{ 4, NULL, 0, false, "network-param-set uuid=%network MTU=%mtu" },
	{ 2, NULL, 0, false, "network-param-set uuid=%network other-config:k=%number" },
	{ 1, NULL, 0, false, "network-param-set uuid=%network other-config:mtu=%mtu" },
	{ 1, NULL, 0, false,
		"network-param-set uuid=%network other-config:static-routes=%routes" },
	{ 1, NULL, 0, false,
		"network-param-clear uuid=%network param-name=other-config" },
	{ 1, NULL, 0, false,
		"network-param-add uuid=%network param-name=tags param-key=%number" },
	{ 1, NULL, 0, false,
		"network-param-set uuid=%network default-locking-mode=%locking" },
	{ 1, NULL, 0, false, "network-attach uuid=%network host-uuid=%host" },

	{ 6, NULL, 0, false, "pif-introduce host-uuid=%host device=%nic" },
	{ 1, NULL, 0, false, "pif-introduce host-uuid=%host device=%nic managed=false" },
	{ 2, NULL, 0, false, "pif-forget uuid=%pif" },
	{ 8, NULL, 0, false, "pif-plug uuid=%pif" },
	{ 6, NULL, 0, false, "pif-unplug uuid=%pif" },
	{ 1, NULL, 0, false, "pif-param-set uuid=%pif disallow-unplug=%boolean" },
	{ 2, NULL, 0, false, "pif-param-set uuid=%pif other-config:mtu=%mtu" },
	{ 1, NULL, 0, false, "pif-param-set uuid=%pif other-config:defaultroute=true" },
	{ 1, NULL, 0, false, "pif-param-clear uuid=%pif param-name=other-config" },
	{ 4, NULL, 0, false,
		"pif-reconfigure-ip uuid=%pif mode=static IP=%ip netmask=255.255.255.0" },
	{ 2, NULL, 0, false,
		"pif-reconfigure-ip uuid=%pif mode=static IP=192.0.2.%number "
		"netmask=255.255.255.0 gateway=192.0.2.254" },
	{ 2, NULL, 0, false, "pif-reconfigure-ip uuid=%pif mode=none" },
	{ 2, NULL, 0, false, "pif-reconfigure-ipv6 uuid=%pif mode=static IPv6=%ipv6" },
	{ 1, NULL, 0, false,
		"pif-reconfigure-ipv6 uuid=%pif mode=static IPv6=2001:db8::%number/64 "
		"gateway=2001:db8::fe" },
	{ 2, NULL, 0, false, "pif-reconfigure-ipv6 uuid=%pif mode=none" },
	{ 1, NULL, 0, false, "host-management-reconfigure pif-uuid=%pif" },
	{ 1, NULL, 0, false, "host-management-disable" },

	{ 10, "vlan", 10, true,
		"vlan-create pif-uuid=%pif network-uuid=%network vlan=%tag" },
	{ 6, NULL, 0, true, "vlan-destroy uuid=%vlan" },
	{ 6, "bond", 2, true,
		"bond-create network-uuid=%network pif-uuids=%pif,%pif mode=%bond" },
	{ 3, NULL, 0, true, "bond-destroy uuid=%bond" },
	{ 3, NULL, 0, true, "bond-set-mode uuid=%bond mode=%bond-mode" },
	{ 4, "tunnel", 4, true,
		"tunnel-create pif-uuid=%pif network-uuid=%network protocol=%protocol" },
	{ 3, NULL, 0, true,
		"tunnel-param-set uuid=%tunnel other-config:remote=198.51.100.7 "
		"other-config:key=%number" },
	{ 2, NULL, 0, true, "tunnel-destroy uuid=%tunnel" },

	{ 5, "vm", 6, false, "vm-create name-label=vm" },
	{ 1, "vm", 6, false, "vm-clone uuid=%vm new-name-label=clone" },
	{ 2, NULL, 0, false, "vm-destroy uuid=%vm" },
	{ 1, NULL, 0, false, "vm-uninstall uuid=%vm force=true" },
	{ 9, NULL, 0, false, "vm-start uuid=%vm" },
	{ 2, NULL, 0, false, "vm-start uuid=%vm paused=true" },
	{ 5, NULL, 0, false, "vm-shutdown uuid=%vm" },
	{ 2, NULL, 0, false, "vm-shutdown uuid=%vm force=true" },
	{ 2, NULL, 0, false, "vm-reboot uuid=%vm" },
	{ 2, NULL, 0, false, "vm-pause uuid=%vm" },
	{ 2, NULL, 0, false, "vm-unpause uuid=%vm" },
	{ 2, NULL, 0, false, "vm-suspend uuid=%vm" },
	{ 2, NULL, 0, false, "vm-resume uuid=%vm" },
	{ 1, NULL, 0, false, "vm-reset-powerstate uuid=%vm force=true" },

	{ 9, "vif", 16, false,
		"vif-create vm-uuid=%vm network-uuid=%network device=%device" },
	{ 4, "vif", 16, false,
		"vif-create vm-uuid=%vm network-uuid=%network device=%device mac=%mac" },
	{ 4, NULL, 0, false, "vif-destroy uuid=%vif" },
	{ 6, NULL, 0, false, "vif-plug uuid=%vif" },
	{ 5, NULL, 0, false, "vif-unplug uuid=%vif" },
	{ 6, NULL, 0, false, "vif-move uuid=%vif network-uuid=%network" },
	{ 1, NULL, 0, false, "vif-param-set uuid=%vif other-config:mtu=%mtu" },
	{ 1, NULL, 0, false, "vif-param-set uuid=%vif locking-mode=%locking" },
};

/* Most are valid. */
static const struct {
	const char *word;
	const char *values[12];
} choices[] = {
	{ "mtu", { "1500", "1500", "1500", "1400", "1280", "1279", "68", "2000", "67" } },
	{ "bridge", { "br0", "br1", "br2", "br3", "lan;", "xapi7", "a/b" } },
	{ "number", { "1", "2", "3", "4", "5", "6", "7", "8", "9" } },
	{ "locking", { "unlocked", "unlocked", "disabled", "other" } },
	{ "routes", { "10.1.0.0/16/192.0.2.254", "10.2.0.0/16/192.0.2.253",
			    "203.0.113.1/24/192.0.2.254" } },
	{ "nic", { "eth1", "eth2", "eth3", "eth4", "eth5", "eth6", "eth9" } },
	{ "boolean", { "true", "false", "false" } },
	{ "ip", { "192.0.2.1", "192.0.2.2", "192.0.2.3", "203.0.113.9", "256.0.0.1" } },
	{ "ipv6", { "2001:db8::1/64", "2001:db8::2/64", "2001:db8:1::1/64", "fe80::1" } },
	{ "tag", { "1", "2", "3", "4", "5", "4094", "0", "4095" } },
	{ "bond-mode", { "balance-slb", "active-backup", "lacp", "none" } },
	{ "protocol", { "vxlan", "gre", "vxlan", "other" } },
	{ "device", { "0", "1", "2", "3", "4", "5", "6", "255" } },
	{ "mac", { "02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03",
			 "02:00:00:00:00:04", "01:00:00:00:00:05" } },
	{ NULL, { NULL } },
};

uint64_t random_below(uint64_t *state, uint64_t limit)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (*state * 2685821657736338717ULL >> 32) % limit;
}

static const char *choose(struct pair *p, const char *const *values)
{
	uint64_t n = 0;

	while (values[n])
		n++;
	return values[random_below(&p->random, n)];
}

/* One of the class; now and then anything else that there is, or was. */
static bool choose_thing(struct pair *p, const char *class_name, char *out)
{
	size_t n = things_count(p, class_name);

	if (random_below(&p->random, 50) == 0)
		sprintf(out, "#%zu", (size_t)random_below(&p->random, p->n_things));
	else if (n)
		sprintf(out, "#%ld",
			things_at(p, class_name, random_below(&p->random, n)));
	return n;
}

/* False: there is no such object. */
static bool expand(struct pair *p, const char *word, char *out)
{
	for (size_t i = 0; choices[i].word; i++)
		if (strcmp(choices[i].word, word) == 0) {
			strcpy(out, choose(p, choices[i].values));
			return true;
		}
	return choose_thing(p, word, out);
}

static bool expand_line(struct pair *p, const char *from, char line[LINE])
{
	char word[32];
	size_t length;

	while (*from) {
		if (*from != '%') {
			*line++ = *from++;
			continue;
		}
		length = strspn(++from, "abcdefghijklmnopqrstuvwxyz0123456789-");
		snprintf(word, sizeof(word), "%.*s", (int)length, from);
		from += length;
		*line = '\0';
		if (!expand(p, word, line))
			return false;
		line += strlen(line);
	}
	*line = '\0';
	return true;
}

static const struct operation *choose_operation(struct pair *p)
{
	const size_t n = sizeof(operations) / sizeof(operations[0]);
	uint64_t total = 0, chosen;
	size_t i = 0;

	for (size_t j = 0; j < n; j++)
		total += (uint64_t)operations[j].weight;
	chosen = random_below(&p->random, total);
	while (chosen >= (uint64_t)operations[i].weight)
		chosen -= (uint64_t)operations[i++].weight;
	return &operations[i];
}

void operation_make(struct pair *p, char line[LINE])
{
	const struct operation *op;

	do
		op = choose_operation(p);
	while ((op->lab && !p->lab) ||
		(op->makes && things_count(p, op->makes) >= op->limit) ||
		!expand_line(p, op->line, line));
}
