/*
 * The front of the IKE room: datagrams are told apart by their cookies (RFC 2408
 * 2.5.3, 3.1) and handed to the exchange they belong to. What belongs to nothing
 * is counted and leaves nothing behind.
 */
#include "engine/ike/ike.h"

#include "engine/ike/aggressive.h"
#include "engine/ike/dump.h"
#include "engine/ike/exchange_table.h"
#include "engine/ike/foreign.h"
#include "engine/ike/fragment.h"
#include "engine/ike/informational.h"
#include "engine/ike/life.h"
#include "engine/ike/main_mode.h"
#include "engine/ike/sa_table.h"

/* A datagram without a responder's cookie can only begin something. */
static void receive_first(struct ike *ike, struct incoming *in)
{
	struct ike_sa *sa;

	if (in->m.h.exchange == XCHG_INFORMATIONAL) {
		informational_clear(ike, NULL, in);
		return;
	}
	if (in->m.h.exchange == XCHG_AGGRESSIVE) {
		if (ike->config->isakmp.am_disable)
			aggressive_refuse(ike, in);
		else if (incoming_digest(in, ike->crypto))
			aggressive_start(ike, in);
		else
			ike->stats.in_drops++;
		return;
	}
	if (in->m.h.exchange != XCHG_MAIN || in->m.h.flags & FLAG_ENCRYPTED ||
	    in->m.h.msgid != 0) {
		ike->stats.in_drops++;
		return;
	}
	sa = sa_by_initiator(ike, &in->path->remote, in->m.h.cky_i);
	if (sa) {
		ike->stats.duplicates++;
		main_mode_repeat(sa, in->path);
		return;
	}
	main_mode_start(ike, in);
}

/* A piece with our cookie proves as much as message 3, which may come in pieces, too. */
static bool fragment_completes(struct ike_sa *sa, struct incoming *in)
{
	return (sa->rest || sa_grow(sa)) && fragment_receive(sa, in);
}

static void receive_whole(struct ike_sa *sa, struct incoming *in)
{
	if (incoming_digest(in, sa->ike->crypto))
		exchange_receive(&exchange_table, sa, in);
	else
		sa_refuse(sa, &sa->ike->stats.capacity_fails);
}

static void receive_more(struct ike *ike, struct incoming *in)
{
	struct ike_sa *sa = sa_by_cookies(ike, in->m.h.cky_i, in->m.h.cky_r);

	if (!sa && in->m.h.exchange == XCHG_MAIN)
		sa = sa_begun(ike, in->m.h.cky_i);
	if (!sa) {
		ike->stats.unknown_cookie++;
		ike->stats.in_drops++;
		return;
	}
	sa_hold(sa);
	if (in->m.h.next != PAY_FRAGMENT || fragment_completes(sa, in))
		receive_whole(sa, in);
	sa_release(sa);
}

void ike_receive(struct ike *ike, const struct path *path, const uint8_t *msg, size_t len)
{
	struct incoming in;
	char local[ADDR_TEXT_MAX], remote[ADDR_TEXT_MAX];

	ike->stats.in_packets++;
	ike->stats.in_octets += len;
	dump_packet(ike, path, DUMP_RECEIVED, msg, len);
	in.path = path;
	if (!incoming_read(&in, msg, len)) {
		if (version2_receive(ike, path, msg, len))
			return;
		trace_ike(ike->trace, 713903, &(struct trace_ctx){.ip = &path->remote.addr},
		    "Received a packet of %zu bytes that is not ISAKMP, dropping", len);
		ike->stats.malformed++;
		ike->stats.in_drops++;
		return;
	}
	trace_ike(ike->trace, 713906, &(struct trace_ctx){.ip = &path->remote.addr, .unsaid = true},
	    "IKE Receiver: Packet received on %s:%u from %s:%u",
	    addr_text(&path->local.addr, local), path->local.port,
	    addr_text(&path->remote.addr, remote), path->remote.port);
	if (cookie_is_zero(in.m.h.cky_r))
		receive_first(ike, &in);
	else
		receive_more(ike, &in);
	crypto_wipe(in.body, in.body_len);
}

void ike_shed(struct ike *ike, size_t n)
{
	ike->stats.in_packets += n;
	ike->stats.in_drops += n;
	ike->stats.capacity_fails += n;
}
