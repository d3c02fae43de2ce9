/*
 * Records of counters, one row each: what was refused and by whom, then the
 * failures by their reasons.
 */
#include "engine/session/records.h"

struct row {
	const char *name;
	size_t field; /* an uint64_t of the counters' struct */
};

#define ROW(holder, field, name) {name, offsetof(struct holder, field)}

static const struct row ike_rows[] = {
	ROW(ike_stats, in_octets, "In Octets"),
	ROW(ike_stats, in_packets, "In Packets"),
	ROW(ike_stats, in_drops, "In Drop Packets"),
	ROW(ike_stats, notifies_in, "In Notifys"),
	ROW(ike_stats, quick_modes, "In P2 Exchanges"),
	ROW(ike_stats, quick_mode_rejects, "In P2 Exchange Rejects"),
	ROW(ike_stats, deletes_in, "In P2 Sa Delete Requests"),
	ROW(ike_stats, out_octets, "Out Octets"),
	ROW(ike_stats, out_packets, "Out Packets"),
	ROW(ike_stats, notifies_out, "Out Notifys"),
	ROW(ike_stats, deletes_out, "Out P2 Sa Delete Requests"),
	ROW(ike_stats, auth_fails, "Auth Fails"),
	ROW(ike_stats, decrypt_fails, "Decrypt Fails"),
	ROW(ike_stats, hash_fails, "Hash Valid Fails"),
	ROW(ike_stats, no_sa_fails, "No Sa Fails"),
	ROW(ike_stats, malformed, "Malformed Packets"),
	ROW(ike_stats, unknown_cookie, "Unknown Cookies"),
	ROW(ike_stats, not_enabled, "Not Enabled"),
	ROW(ike_stats, aggressive, "Aggressive Mode Refused"),
	ROW(ike_stats, version2, "IKEv2 Refused"),
	ROW(ike_stats, half_open_evicted, "Half-open Evicted"),
	ROW(ike_stats, negotiating_evicted, "Negotiations Evicted"),
	ROW(ike_stats, message5_ended, "Ended By Wrong Messages 5"),
	ROW(ike_stats, keys_withheld, "Messages 5 Tried With Few Keys"),
	ROW(ike_stats, aggressive_late, "Aggressive Modes Over Their Rate"),
	ROW(ike_stats, dh_put_off, "Key Exchanges Put Off"),
	ROW(ike_stats, fragments_evicted, "Fragmented Messages Evicted"),
	ROW(ike_stats, duplicates, "Duplicates"),
};

static const struct row l2tp_rows[] = {
	ROW(l2tp_stats, malformed, "L2TP Malformed"),
	ROW(l2tp_stats, unknown_tunnel, "L2TP Unknown Tunnel"),
	ROW(l2tp_stats, foreign_peer, "L2TP Foreign Peer"),
	ROW(l2tp_stats, out_of_window, "L2TP Out Of Window"),
	ROW(l2tp_stats, duplicates, "L2TP Duplicates"),
	ROW(l2tp_stats, retransmits, "L2TP Retransmits"),
	ROW(l2tp_stats, too_many, "L2TP Too Many Tunnels"),
	ROW(l2tp_stats, calls, "L2TP Calls Refused"),
};

static const struct row dp_rows[] = {
	ROW(dp_stats, unknown_spi, "ESP Unknown SPI"),
	ROW(dp_stats, short_esp, "ESP Short Packets"),
	ROW(dp_stats, clear_l2tp, "L2TP In The Clear"),
	ROW(dp_stats, nat_keepalives, "NAT Keepalives"),
	ROW(dp_stats, not_for_session, "L2TP Not For Session"),
	ROW(dp_stats, bad_source, "Bad Inner Source"),
	ROW(dp_stats, no_client, "No Client For Address"),
	ROW(dp_stats, filtered, "Denied By Access List"),
	ROW(dp_stats, ring_full, "Ring Full"),
	ROW(dp_stats, ike_full, "Ring Full For IKE"),
	ROW(dp_stats, too_fast, "L2TP Control Too Fast"),
	ROW(dp_stats, short_icv, "SAs With SHA2-256 Cut To 96 Bits"),
	ROW(dp_stats, short_icv_refused, "SHA2-256 Cut To 96 Bits Refused"),
};

static void emit_counter(struct query *q, const char *name, uint64_t value)
{
	struct ipc_msg m = {.type = MSG_REC_COUNTER};

	m.rec_counter = (struct msg_rec_counter){q->q->id, name, value};
	query_emit(q, &m);
}

static void emit_rows(struct query *q, const struct row *rows, size_t n, const void *counters)
{
	for (size_t i = 0; i < n; i++)
		emit_counter(
		    q, rows[i].name, *(const uint64_t *)((const char *)counters + rows[i].field));
}

#define EMIT(q, rows, counters) emit_rows(q, rows, sizeof(rows) / sizeof *(rows), counters)

void query_stats(struct query *q)
{
	const struct tally *ike = &q->gw->tally[TALLY_IKE];
	struct dp_stats d;

	dp_get_stats(q->gw->dp, &d);
	emit_counter(q, "Active Tunnels", ike->active);
	emit_counter(q, "Previous Tunnels", ike->cumulative - ike->active);
	EMIT(q, ike_rows, ike_stats(q->gw->ike));
	EMIT(q, l2tp_rows, l2tp_stats(q->gw->l2tp));
	EMIT(q, dp_rows, &d);
	for (int n = 1; n < REASON_COUNT; n++)
		if (q->gw->failures[n])
			emit_counter(q, reason_text((enum reason)n)->plain, q->gw->failures[n]);
	query_end(q, 0);
}

/* Has it its sockets, or does it wait for them? */
void query_serving(struct query *q)
{
	emit_counter(q, "serving", q->gw->dp != NULL);
	query_end(q, 0);
}
