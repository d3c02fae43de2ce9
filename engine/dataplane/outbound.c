/*
 * From the TUN to the wire: each packet finds its session by its destination,
 * gets its headers in front, waits in the batch, and the batch is encrypted
 * and sent as a whole. See outbound.h.
 */
#include "engine/dataplane/outbound.h"

#include <string.h>

#include "engine/base/clock.h"
#include "engine/dataplane/held.h"
#include "engine/dataplane/ip.h"
#include "engine/dataplane/stranger.h"
#include "engine/l2tp/header.h"
#include "engine/ppp/frame.h"

#define DSCP 0xfc
#define OUT_PIECES 96 /* of one packet, on the narrowest of paths, and more */

/* Those of whom few packets leave come first; how many these are, 0: it stays as it is. Whoever has
 * packets in flight does not pass them. Each packet keeps the room that it was written in. */
static size_t put_in_order(struct worker *w)
{
	size_t flying = w->flying, n = w->outs - w->out_at, first, at = 0;
	struct packet *out = w->out + w->out_at, as_came[OUT_AHEAD];
	struct esp_job *out_job = w->out_job + w->out_at, job[OUT_AHEAD];
	const void *whose[OUT_PLACES];
	uint16_t order[OUT_PLACES];

	for (size_t i = 0; i < flying + n; i++)
		whose[i] = w->out[i < flying ? w->fly_at + i : w->out_at + i - flying].sa;
	first = fair_order(&w->fair, whose, flying + n, order, w->now);
	for (size_t i = 0; i < first; i++)
		if (order[i] < flying)
			return 0;
	if (first == 0)
		return 0;
	memcpy(as_came, out, n * sizeof *as_came);
	memcpy(job, out_job, n * sizeof *job);
	for (size_t i = 0; i < flying + n; i++) {
		if (order[i] < flying)
			continue;
		out[at] = as_came[order[i] - flying];
		out_job[at++] = job[order[i] - flying];
	}
	return first;
}

/* The first n of those that are still to leave do. */
static void leave(struct worker *w, size_t n, unsigned pieces)
{
	size_t at = w->out_at;
	struct crypt_pauses pauses = {pieces, w->pause, w};

	w->out_at += n;
	if (pieces > 1) {
		w->fly_at = at;
		w->flying = n;
		crypt_encrypt_pausing(w->crypt, w->out_job + at, n, &pauses);
		w->flying = 0;
	} else {
		crypt_run(w->crypt, w->out_job + at, n, true);
	}
	io_send(w->io, w->out + at, n);
}

bool outbound_few(struct worker *w)
{
	size_t first = put_in_order(w);

	if (first)
		leave(w, first, 1);
	return first > 0;
}

/* Of DES a long batch costs little more than a short one: it is paused instead. */
static bool pauses(const struct worker *w)
{
	enum cipher c = crypt_key_cipher(w->out_job[w->out_at].key);

	return w->pause && (c == CIPHER_DES || c == CIPHER_3DES);
}

/* Those that are still to leave move to the front, and each takes its room along. */
static void move_up(struct worker *w)
{
	size_t n = w->outs - w->out_at;

	for (size_t i = 0; i < n; i++) {
		struct packet gone = w->out[i];

		w->out[i] = w->out[w->out_at + i];
		w->out[w->out_at + i] = gone;
		w->out_job[i] = w->out_job[w->out_at + i];
	}
	w->outs = n;
	w->out_at = 0;
}

/* Those first of whom few wait, and of the others a step. False: nobody is left. */
static bool step(struct worker *w, bool may_pause)
{
	size_t n;
	uint64_t from;

	if (w->out_at == w->outs)
		return false;
	outbound_few(w);
	n = w->outs - w->out_at;
	if (n) {
		bool pausing = may_pause && pauses(w);

		n = pausing ? (n < BATCH ? n : BATCH) : fair_step(&w->fair, n, w->now);
		from = clock_monotonic();
		leave(w, n, pausing ? fair_pieces(&w->fair, n, w->now) : 1);
		fair_took(&w->fair, n, clock_monotonic() - from);
	}
	if (w->out_at == w->outs)
		w->outs = w->out_at = 0;
	else if (w->out_at >= BATCH)
		move_up(w);
	return w->outs > 0;
}

bool outbound_step(struct worker *w)
{
	return step(w, true);
}

bool outbound_run(struct worker *w)
{
	bool more;

	do
		more = outbound_step(w);
	while (more && !fair_waits(&w->fair, w->now));
	return more;
}

void outbound_flush(struct worker *w)
{
	while (outbound_step(w))
		continue;
}

size_t outbound_ahead(const struct worker *w)
{
	size_t more = OUT_AHEAD - (w->outs - w->out_at), places = OUT_PLACES - w->outs;

	if (w->flying && more > places)
		more = places;
	return more > OUT_PIECES ? more - OUT_PIECES : 0;
}

/* out[outs] is in the batch. The packet that it is a piece of is still in `scratch`: no pause. */
static void taken(struct worker *w)
{
	w->outs++;
	while (w->outs - w->out_at >= (fair_waits(&w->fair, w->now) ? OUT_AHEAD : BATCH))
		step(w, false);
	if (w->outs == OUT_PLACES)
		move_up(w);
}

static void ppp_header(struct packet *p, const struct dp_session *s)
{
	struct wr w = packet_push_wr(p, ppp_ip_header(s->acfc, s->pfc));

	ppp_put_ip_header(&w, s->acfc, s->pfc);
}

static void l2tp_header(struct packet *p, struct dp_link *l)
{
	const struct dp_session *s = &l->is;
	struct wr w = packet_push_wr(p, l2tp_data_header(s->sequencing));

	l2tp_put_data_header(&w, p->len, s->remote_tunnel, s->remote_session, s->sequencing, l->ns);
	if (s->sequencing)
		l->ns++;
}

/* Tunnel mode: from our selector's host to the client's. */
static void tunnel_header(struct worker *w, struct packet *p, const struct dp_sa *sa)
{
	size_t payload = p->len;
	struct wr to = packet_push_wr(p, IP_HEADER);

	ipv4_header(&to, IPPROTO_UDP, addr_to_v4(&sa->local.addr),
	    addr_to_v4(&sa->remote.addr), p->tos, w->ip_id++, payload);
}

/* Takes out[outs], a UDP payload, into the batch. False: nothing there to send it with. */
static bool enqueue(struct worker *w, struct dp_peer *peer, uint16_t local, uint16_t remote)
{
	struct packet *p = &w->out[w->outs];
	struct dp_sa *sa = peer ? peer->current : NULL;
	struct esp_header h;
	size_t payload = p->len;
	struct wr front;

	if (!sa)
		return false;
	if (sa->out.sequence == UINT32_MAX) {
		count(&sa->out.rollover, 1);
		count(&sa->out.errors, 1);
		return false;
	}
	front = packet_push_wr(p, UDP_HEADER);
	udp_header(&front, local, remote, payload); /* the ICV is a better sum (RFC 3948 3.1.2) */
	if (!sa->transport)
		tunnel_header(w, p, sa);
	payload = p->len;
	h = (struct esp_header){sa->out.spi, sa->out.sequence + 1};
	if (!esp_seal(p, sa->out.key, &h, worker_iv(w),
		sa->transport ? ESP_NEXT_UDP : ESP_NEXT_IPV4, &w->out_job[w->outs])) {
		count(&sa->out.errors, 1);
		return false;
	}
	p->path = peer->path;
	p->udp = sa->udp_encap;
	p->sa = peer;
	sa->out.sequence++;
	count(&sa->out.packets, 1);
	count(&sa->out.bytes, payload);
	set(&sa->out.newest, sa->out.sequence);
	set(&sa->out.bitmap, 1);
	set(&sa->out.last_used, w->now);
	pair_lifetime(sa, &sa->out, &w->outbox);
	taken(w);
	return true;
}

/* out[outs] holds an IP packet that the client takes; with DF it fits the path, too. */
static void send_ip(struct worker *w, struct dp_link *l, uint8_t tos, bool df)
{
	struct packet *p = &w->out[w->outs];
	size_t len = p->len;

	p->tos = tos & DSCP;
	p->df = df;
	ppp_header(p, &l->is);
	l2tp_header(p, l);
	if (!enqueue(w, l->peer, l->is.local_port, l->is.remote_port)) {
		count(&l->drop_out, 1);
		return;
	}
	count(&l->packets_out, 1);
	count(&l->bytes_out, len);
	set(&l->last_out, w->now);
}

/* One more was cut, or one more piece of it leaves. */
static void note_cut(struct dp_link *l, unsigned pieces)
{
	struct dp_sa *sa = l->peer ? l->peer->current : NULL;

	if (sa)
		count(pieces ? &sa->out.pieces : &sa->out.cut, 1);
}

/* Once it is encrypted the kernel cuts it (RFC 4301 8.2). */
static void send_whole(struct worker *w, struct dp_link *l, const struct ipv4 *ip)
{
	note_cut(l, 0);
	send_ip(w, l, ip->tos, false);
}

/* What had DF had no identification that means something (RFC 6864 4.1). */
static void give_id(struct worker *w, struct packet *p, const struct ipv4 *ip)
{
	struct wr header = wr_init(p->data, IP_HEADER);

	wr_room(&header, IP_HEADER);
	if (ip->fragment & IP_DF)
		wr_patch16(&header, 4, w->ip_id++);
}

static void send_fragments(struct worker *w, struct dp_link *l, const struct ipv4 *ip, uint16_t mtu)
{
	struct packet *whole = &w->scratch;
	bool df = l->peer && l->peer->fit.df == DP_DF_SET;
	size_t at = 0, len;

	packet_fill(whole, w->out[w->outs].data, ip->total);
	give_id(w, whole, ip);
	note_cut(l, 0);
	for (;;) {
		struct packet *p = &w->out[w->outs];

		packet_reset(p);
		len = ip_fragment(p->data, whole->data, ip, mtu, &at);
		if (len == 0)
			return;
		p->len = len;
		note_cut(l, 1);
		send_ip(w, l, ip->tos, df);
	}
}

/* The packet was too big for the pair in use. Of those that came as one it is told once. */
static void refuse(struct worker *w, struct dp_link *l, const struct packet *p,
    const struct ipv4 *ip, uint16_t mtu)
{
	uint8_t icmp[IP_ICMP_MAX];
	size_t len;

	count(&l->drop_out, 1);
	if (p->follows || (len = ip_too_big(icmp, p->data, ip, mtu)) == 0)
		return;
	io_tun_now(w->io, icmp, len);
	if (l->peer && l->peer->current)
		count(&l->peer->current->out.too_big, 1);
}

/* out[outs] holds an IP packet for this open session's client. */
static void to_client(struct worker *w, struct dp_link *l, const struct ipv4 *ip)
{
	static const struct dp_fit nobody;
	struct packet *p = &w->out[w->outs];
	const struct dp_fit *fit = l->peer ? &l->peer->fit : &nobody;
	bool df = fit->df != DP_DF_CLEAR && (ip->fragment & IP_DF);
	uint16_t mtu = link_mtu(l);

	packet_trim(p, ip->total);
	tcp_clamp_mss(p->data, ip, link_mss(l, mtu));
	if (ip->total <= mtu)
		send_ip(w, l, ip->tos,
		    fit->df == DP_DF_SET || (df && fit->df != DP_DF_NEVER));
	else if (df)
		refuse(w, l, p, ip, mtu);
	else if (fit->after && fit->df != DP_DF_SET && ip->total <= l->is.mtu)
		send_whole(w, l, ip);
	else
		send_fragments(w, l, ip, mtu);
}

/* Of no client of mine: of another worker's? */
static void astray(struct worker *w, const struct packet *p, uint32_t client)
{
	unsigned owner;

	if (w->whose && whose_find(w->whose, client, &owner) && owner != w->number)
		stranger_give(w, owner, STRANGER_TUN, p);
	else
		count(&w->stats.no_client, 1);
}

void outbound_tun(struct worker *w)
{
	struct packet *p = &w->out[w->outs];
	struct ipv4 ip;
	struct dp_link *l;

	if (!ipv4_parse(p->data, p->len, &ip))
		count(&w->stats.no_client, 1);
	else if (!(l = tables_client(&w->tables, ip.dst)))
		astray(w, p, ip.dst);
	else if (!l->is.filtered || held_passes(w, l, p->data, &ip, false))
		to_client(w, l, &ip);
}

void outbound_ip(struct worker *w, struct dp_link *l, const uint8_t *bytes, size_t len)
{
	struct packet *p = &w->out[w->outs];
	struct ipv4 ip;

	if (l->is.open && packet_fill(p, bytes, len) && ipv4_parse(p->data, p->len, &ip))
		to_client(w, l, &ip);
}

void outbound_l2tp(struct worker *w, struct dp_peer *peer, uint16_t local_port,
    uint16_t remote_port, const uint8_t *msg, size_t len)
{
	if (packet_fill(&w->out[w->outs], msg, len))
		enqueue(w, peer, local_port, remote_port);
}

void outbound_ppp(
    struct worker *w, struct dp_link *l, const uint8_t *frame, size_t len, bool df)
{
	if (!packet_fill(&w->out[w->outs], frame, len))
		return;
	w->out[w->outs].df = df;
	l2tp_header(&w->out[w->outs], l);
	enqueue(w, l->peer, l->is.local_port, l->is.remote_port);
}
