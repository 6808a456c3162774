/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <string.h>

#include "class/look.h"
#include "class/vif.h"
#include "class/vm.h"
#include "model/reply.h"

/* A VM's plugged VIFs, as the command line of QEMU opens their TAPs. None of the names and
 * numbers here has blanks or commas, so the lines need no quoting. */

enum {
	ETHERNET_MTU = 1500, /* what a guest takes a card for that tells nothing */
	/* A virtio card's interrupts: for each queue both ways, for its settings and for its
	 * control queue (virtio 1.2, 5.1.2). */
	OTHER_VECTORS = 2
};

static void add_netdev(struct xn_text *text, const struct xn_vif *vif, const char *tap)
{
	xn_text_addf(text,
		"-netdev tap,id=vif%" PRId64 ",ifname=%s,script=no,downscript=no",
		vif->device, tap);
	if (vif->plugged_queues > 1)
		xn_text_addf(text, ",queues=%" PRId64, vif->plugged_queues);
}

static void add_device(struct xn_text *text, const struct xn_vif *vif)
{
	xn_text_addf(text, "-device virtio-net-pci,netdev=vif%" PRId64 ",mac=%s",
		vif->device, vif->address);
	if (vif->plugged_queues > 1)
		xn_text_addf(text, ",mq=on,vectors=%" PRId64,
			2 * vif->plugged_queues + OTHER_VECTORS);
	if (vif->plugged_mtu != ETHERNET_MTU)
		xn_text_addf(text, ",host_mtu=%" PRId64, vif->plugged_mtu);
}

static bool has_queues(const struct xn_link *link, const struct xn_vif *vif)
{
	char word[2];

	return xn_option(link->tap, "multi_queue", word, sizeof(word)) ==
	       (vif->plugged_queues > 1);
}

static const char *hindrance(struct xn_model *m, const struct xn_vif *vif,
	const char *tap, const struct xn_link *link)
{
	if (!link)
		return xn_printf(m->arena, "There is no %s: host-recover makes it.", tap);
	if (strcmp(link->kind, "tap") != 0)
		return xn_printf(m->arena, "%s is no TAP: QEMU cannot open it.", tap);
	if (link->attached)
		return xn_printf(m->arena,
			"A process has %s open already: QEMU cannot open it.", tap);
	if (!has_queues(link, vif))
		return xn_printf(m->arena,
			"%s has other queues than QEMU asks for, and so cannot be "
			"opened: host-recover makes it anew.",
			tap);
	return NULL;
}

/* QEMU itself would say no more than that the device is busy, or the argument wrong. */
static int note_hindrance(struct xn_model *m, const struct xn_vif *vif, const char *tap,
	struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xn_link *link;
	const char *note;
	int r = xn_look(m, tap, XN_DETAIL_NONE, &link, err);

	note = r == 0 ? hindrance(m, vif, tap, link) : NULL;
	return note ? xn_reply_add_note(reply, note, err) : r;
}

static int add_vif(struct xn_model *m, const struct xn_vm *vm, const struct xn_vif *vif,
	struct xn_text *text, struct xenet_reply *reply, struct xenet_error *err)
{
	const char *tap = xn_vif_device_name(m, vm, vif);

	if (!tap)
		return xn_no_memory(err);
	xn_text_add(text, text->length ? "\n" : "");
	add_netdev(text, vif, tap);
	xn_text_add(text, "\n");
	add_device(text, vif);
	return note_hindrance(m, vif, tap, reply, err);
}

static bool has_tap(const struct xn_vif *vif)
{
	return vif->plugged && !vif->plugged_netback[0];
}

int xn_vm_qemu_args(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xn_vm *vm = (struct xn_vm *)object;
	struct xn_text text = XN_TEXT(m->arena);
	struct xn_object **vifs;
	const char *lines;
	int r = xn_vm_check_state(m, vm, "running, paused", err);

	(void)req;
	if (r == 0)
		r = xn_vm_find_vifs(m, vm, &vifs, err);
	for (size_t i = 0; r == 0 && vifs[i]; i++)
		if (has_tap((struct xn_vif *)vifs[i]))
			r = add_vif(m, vm, (struct xn_vif *)vifs[i], &text, reply, err);
	if (r < 0)
		return r;
	reply->answer = XN_ANSWER_TEXT;
	lines = xn_text_end(&text);
	return lines ? xn_reply_add_value(reply, lines, err) : xn_no_memory(err);
}
