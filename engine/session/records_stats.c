/*
 * Counters of IKE as the device lists them; then ours: what was refused and by whom, and the
 * failures by their reasons. docs/statistics.md says what each counts.
 */
#include "engine/session/records.h"

static const struct view_row in_rows[] = {
	VIEW_ROW(ike_stats, in_octets, "In Octets"),
	VIEW_ROW(ike_stats, in_packets, "In Packets"),
	VIEW_ROW(ike_stats, in_drops, "In Drop Packets"),
	VIEW_ROW(ike_stats, notifies_in, "In Notifys"),
	VIEW_ROW(ike_stats, quick_modes, "In P2 Exchanges"),
	VIEW_ROW(ike_stats, quick_mode_invalids, "In P2 Exchange Invalids"),
	VIEW_ROW(ike_stats, quick_mode_rejects, "In P2 Exchange Rejects"),
	VIEW_ROW(ike_stats, deletes_in, "In P2 Sa Delete Requests"),
	VIEW_ROW(ike_stats, out_octets, "Out Octets"),
	VIEW_ROW(ike_stats, out_packets, "Out Packets"),
	VIEW_ROW(ike_stats, out_drops, "Out Drop Packets"),
	VIEW_ROW(ike_stats, notifies_out, "Out Notifys"),
	VIEW_ROW(ike_stats, quick_modes_out, "Out P2 Exchanges"),
	VIEW_ROW(ike_stats, quick_mode_invalids_out, "Out P2 Exchange Invalids"),
	VIEW_ROW(ike_stats, quick_mode_rejects_out, "Out P2 Exchange Rejects"),
	VIEW_ROW(ike_stats, deletes_out, "Out P2 Sa Delete Requests"),
	VIEW_ROW(ike_stats, initiator_tunnels, "Initiator Tunnels"),
	VIEW_ROW(ike_stats, initiator_fails, "Initiator Fails"),
	VIEW_ROW(ike_stats, responder_fails, "Responder Fails"),
	VIEW_ROW(ike_stats, capacity_fails, "System Capacity Fails"),
	VIEW_ROW(ike_stats, auth_fails, "Auth Fails"),
	VIEW_ROW(ike_stats, decrypt_fails, "Decrypt Fails"),
	VIEW_ROW(ike_stats, hash_fails, "Hash Valid Fails"),
	VIEW_ROW(ike_stats, unknown_cookie, "No Sa Fails"),
};

static const struct view_row our_rows[] = {
	VIEW_ROW(ike_stats, malformed, "Malformed Packets"),
	VIEW_ROW(ike_stats, not_enabled, "Not Enabled"),
	VIEW_ROW(ike_stats, no_map, "No Crypto Map"),
	VIEW_ROW(ike_stats, no_proposal, "No Proposal Chosen"),
	VIEW_ROW(ike_stats, aggressive, "Aggressive Mode Refused"),
	VIEW_ROW(ike_stats, version2, "IKEv2 Refused"),
	VIEW_ROW(ike_stats, half_open_evicted, "Half-open Evicted"),
	VIEW_ROW(ike_stats, negotiating_evicted, "Negotiations Evicted"),
	VIEW_ROW(ike_stats, message5_ended, "Ended By Wrong Messages 5"),
	VIEW_ROW(ike_stats, keys_withheld, "Messages 5 Tried With Few Keys"),
	VIEW_ROW(ike_stats, aggressive_late, "Aggressive Modes Over Their Rate"),
	VIEW_ROW(ike_stats, dh_put_off, "Key Exchanges Put Off"),
	VIEW_ROW(ike_stats, fragments_evicted, "Fragmented Messages Evicted"),
	VIEW_ROW(ike_stats, duplicates, "Duplicates"),
	VIEW_ROW(ike_stats, phase1_deletes_in, "In P1 Sa Delete Requests"),
	VIEW_ROW(ike_stats, phase1_deletes_out, "Out P1 Sa Delete Requests"),
};

static const struct view_row l2tp_rows[] = {
	VIEW_ROW(l2tp_stats, malformed, "L2TP Malformed"),
	VIEW_ROW(l2tp_stats, unknown_tunnel, "L2TP Unknown Tunnel"),
	VIEW_ROW(l2tp_stats, foreign_peer, "L2TP Foreign Peer"),
	VIEW_ROW(l2tp_stats, out_of_window, "L2TP Out Of Window"),
	VIEW_ROW(l2tp_stats, duplicates, "L2TP Duplicates"),
	VIEW_ROW(l2tp_stats, retransmits, "L2TP Retransmits"),
	VIEW_ROW(l2tp_stats, too_many, "L2TP Too Many Tunnels"),
	VIEW_ROW(l2tp_stats, calls, "L2TP Calls Refused"),
};

static const struct view_row elsewhere_rows[] = {
	VIEW_ROW(elsewhere, moved, "Sessions Moved By Proof"),
	VIEW_ROW(elsewhere, unproved, "Sessions Claimed Without Proof"),
	VIEW_ROW(elsewhere, guesses, "Session Numbers Guessed"),
};

static const struct view_row dp_rows[] = {
	VIEW_ROW(dp_stats, unknown_spi, "ESP Unknown SPI"),
	VIEW_ROW(dp_stats, short_esp, "ESP Short Packets"),
	VIEW_ROW(dp_stats, clear_l2tp, "L2TP In The Clear"),
	VIEW_ROW(dp_stats, nat_keepalives, "NAT Keepalives"),
	VIEW_ROW(dp_stats, not_for_session, "L2TP Not For Session"),
	VIEW_ROW(dp_stats, bad_source, "Bad Inner Source"),
	VIEW_ROW(dp_stats, no_client, "No Client For Address"),
	VIEW_ROW(dp_stats, filtered, "Denied By Access List"),
	VIEW_ROW(dp_stats, ring_full, "Ring Full"),
	VIEW_ROW(dp_stats, ike_full, "Ring Full For IKE"),
	VIEW_ROW(dp_stats, too_fast, "L2TP Control Too Fast"),
	VIEW_ROW(dp_stats, short_icv, "SAs With SHA2-256 Cut To 96 Bits"),
	VIEW_ROW(dp_stats, short_icv_refused, "SHA2-256 Cut To 96 Bits Refused"),
};

static void admission(struct view *v)
{
	const struct ike_stats *s = ike_stats(v->gw->ike);
	struct ike_admission a = ike_admission(v->gw->ike);

	v->section = "IKEV1 Call Admission Statistics";
	if (!v->q)
		ike_admission_clear(v->gw->ike);
	view_gauge(v, "Max In-Negotiation SAs", a.limit);
	view_gauge(v, "In-Negotiation SAs", a.now);
	view_gauge(v, "In-Negotiation SAs Highwater", s->negotiating_most);
	view_counter(v, "In-Negotiation SAs Rejected",
	    s->half_open_evicted + s->negotiating_evicted);
}

static void failures(struct view *v)
{
	for (int n = 1; n < REASON_COUNT; n++) {
		uint64_t since = view_since(v, v->gw->failures[n]);

		if (since)
			view_gauge(v, reason_text((enum reason)n)->plain, since);
	}
}

void view_ike(struct view *v)
{
	const struct tally *ike = &v->gw->tally[TALLY_IKE];
	struct dp_stats d;

	v->section = "Global IKEv1 Statistics";
	dp_get_stats(v->gw->dp, &d);
	view_gauge(v, "Active Tunnels", ike->active);
	view_counter(v, "Previous Tunnels", ike->cumulative - ike->active);
	VIEW_COUNTERS(v, in_rows, ike_stats(v->gw->ike));
	admission(v);
	v->section = "";
	VIEW_COUNTERS(v, our_rows, ike_stats(v->gw->ike));
	VIEW_COUNTERS(v, l2tp_rows, l2tp_stats(v->gw->l2tp));
	VIEW_COUNTERS(v, elsewhere_rows, &v->gw->elsewhere);
	VIEW_COUNTERS(v, dp_rows, &d);
	failures(v);
}

/* Has it its sockets, or does it wait for them? */
void query_serving(struct query *q)
{
	struct ipc_msg m = {.type = MSG_REC_COUNTER};

	m.rec_counter = (struct msg_rec_counter){q->q->id, "serving", q->gw->dp != NULL, ""};
	query_emit(q, &m);
	query_end(q, 0);
}
