/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_COUNTERS_H
#define XN_COUNTERS_H

#include "host/netstate.h"
#include "model/class.h"

/*
 * Live fields for what went through the link of an object. A class gives XN_COUNTER_FIELDS what
 * receives and sends, for the summaries, below an XN_COUNTERS that names the function which finds
 * the link, and which of the host's counters are the object's rx and tx ones.
 */

/* The number at that offset of counters; nobody knows it where they are NULL. */
const char *xn_counter_text(
	struct xn_arena *arena, const struct xn_counters *counters, size_t offset);

#define XN_COUNTER(name, find, way, member)                                              \
	static const char *live_##name(const struct xn_object *object,                   \
		const struct xn_netstate *want, const struct xn_netstate *have)          \
	{                                                                                \
		const struct xn_link *link = find(object, want, have);                   \
                                                                                         \
		return xn_counter_text(want->arena, link ? link->way : NULL,             \
			offsetof(struct xn_counters, member));                           \
	}

#define XN_COUNTERS(find, rx, tx)                                                        \
	XN_COUNTER(rx_bytes, find, rx, bytes)                                            \
	XN_COUNTER(rx_packets, find, rx, packets)                                        \
	XN_COUNTER(rx_errors, find, rx, errors)                                          \
	XN_COUNTER(rx_drops, find, rx, drops)                                            \
	XN_COUNTER(tx_bytes, find, tx, bytes)                                            \
	XN_COUNTER(tx_packets, find, tx, packets)                                        \
	XN_COUNTER(tx_errors, find, tx, errors)                                          \
	XN_COUNTER(tx_drops, find, tx, drops)

#define XN_COUNTER_FIELD(name, summary, function)                                        \
	{                                                                                \
		name, XN_INT, XN_LIVE, 0, summary, XN_QUIET,                             \
			.live = function, .details = XN_DETAIL_COUNTERS                  \
	}

#define XN_COUNTER_FIELDS(who)                                                           \
	XN_COUNTER_FIELD("rx-bytes", "bytes that " who " received", live_rx_bytes),      \
		XN_COUNTER_FIELD(                                                        \
			"rx-packets", "frames that " who " received", live_rx_packets),  \
		XN_COUNTER_FIELD(                                                        \
			"rx-errors", "broken frames towards " who, live_rx_errors),      \
		XN_COUNTER_FIELD(                                                        \
			"rx-drops", "frames lost on the way to " who, live_rx_drops),    \
		XN_COUNTER_FIELD("tx-bytes", "bytes that " who " sent", live_tx_bytes),  \
		XN_COUNTER_FIELD(                                                        \
			"tx-packets", "frames that " who " sent", live_tx_packets),      \
		XN_COUNTER_FIELD(                                                        \
			"tx-errors", "broken frames from " who, live_tx_errors),         \
		XN_COUNTER_FIELD(                                                        \
			"tx-drops", "frames from " who " that were lost", live_tx_drops)

#endif
