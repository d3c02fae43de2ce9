/*
 * From the wire to what ESP carried: a batch of datagrams is sorted, decrypted
 * as a whole, held to its windows, and delivered (deliver.h).
 *
 *     UDP 4500 | non-ESP marker or ESP (RFC 3948)
 *
 * Nothing is looked up by an outer address: the SA gives the peer.
 */
#include "engine/dataplane/inbound.h"

#include <stddef.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/env.h"
#include "engine/dataplane/deliver.h"
#include "engine/dataplane/records.h"
#include "engine/dataplane/short_icv.h"
#include "engine/dataplane/stranger.h"

#define NAT_KEEPALIVE 0xff
#define IKE_COOKIE 8
#define REFUSALS_TOLD 10 /* a second */
#define CACHE_LINE 64

static void to_ike(struct worker *w, const struct packet *p)
{
	struct rd r = packet_rd(p), cookies;
	struct event *e;
	size_t len;
	bool first;

	rd_skip(&r, 4);
	len = rd_left(&r);
	cookies = r;
	rd_skip(&cookies, IKE_COOKIE); /* the client's; ours is zero in what only begins */
	first = rd_u64(&cookies) == 0;
	e = outbox_event(&w->outbox, first ? EVENT_IKE_FIRST : EVENT_IKE, len);
	if (!e)
		return;
	e->path = p->path;
	rd_copy(&r, e->bytes, len);
	outbox_commit(&w->outbox);
}

/* What stands in some lines of the cache will be needed in a while. */
static void fetch(uintptr_t from, size_t len)
{
	for (size_t at = 0; at < len; at += CACHE_LINE)
		__builtin_prefetch((const void *)(from + at));
}

/* Of many users hardly anything is in the cache when their packets come: it is asked for while
 * others' are worked on. First the pair ... */
static void fetch_pair(const struct dp_sa *sa)
{
	if (!sa)
		return;
	fetch((uintptr_t)&sa->replay, CACHE_LINE);
	fetch((uintptr_t)&sa->in, offsetof(struct half, errors));
	fetch((uintptr_t)&sa->peer, CACHE_LINE);
}

/* ... and once it is here, what it leads to: as far as it can be known before decryption. */
static void fetch_user(const struct dp_sa *sa)
{
	fetch((uintptr_t)&sa->peer->path, sizeof sa->peer->path);
	if (sa->link)
		fetch(sa->link, sizeof(struct dp_link));
}

/* Mine, or another worker's? */
static void sort(struct worker *w, struct packet *p, uint32_t spi)
{
	unsigned owner = owner_of_spi(w->tables.owners, spi);

	if (owner == w->number) {
		p->sa = tables_sa(&w->tables, spi);
		fetch_pair(p->sa);
		w->in[w->ins++] = p;
	} else {
		stranger_give(w, owner, STRANGER_WIRE, p);
	}
}

void inbound_udp(struct worker *w, struct packet *p)
{
	struct rd r = packet_rd(p);
	uint32_t first = rd_u32(&r);

	if (p->len == 1 && p->data[0] == NAT_KEEPALIVE)
		count(&w->stats.nat_keepalives, 1);
	else if (r.bad)
		count(&w->stats.short_esp, 1);
	else if (first == 0)
		to_ike(w, p);
	else
		sort(w, p, first);
}

void inbound_esp(struct worker *w, struct packet *p)
{
	struct rd r = packet_rd(p);

	sort(w, p, rd_u32(&r));
}

/* Tells of a packet that is dropped, of some of them each second. */
static void tell_refused(struct worker *w, enum dp_refusal why, const struct packet *p,
    const struct esp_header *h)
{
	struct event *e;

	if (w->now - w->refused_since >= SEC) {
		w->refused_since = w->now;
		w->refused = 0;
	}
	if (w->refused == REFUSALS_TOLD || !(e = outbox_event(&w->outbox, EVENT_REFUSED, 0)))
		return;
	w->refused++;
	e->refusal = (uint8_t)why;
	e->spi = h->spi;
	e->sequence = h->sequence;
	e->path = p->path;
	outbox_commit(&w->outbox);
}

/* Its length is none of the SA's suite; of a client that cuts his ICVs it may be. */
static bool of_another_length(struct worker *w, struct dp_sa *sa, const struct packet *p,
    const struct esp_header *h, struct esp_job *job)
{
	switch (short_icv_look(w, sa, p)) {
	case SHORT_ICV_TAKEN:
		return esp_open(p, sa->in.key, job);
	case SHORT_ICV_REFUSED:
		tell_refused(w, DP_REFUSED_SHORT_ICV, p, h);
		break;
	case SHORT_ICV_NO:
		break;
	}
	return false;
}

/* Before decryption: has it an SA, can its length be right, is its number new? */
static bool admit(struct worker *w, struct packet *p, struct esp_job *job)
{
	struct esp_header h;
	struct dp_sa *sa = p->sa;

	if (!esp_peek(p, &h)) {
		count(&w->stats.short_esp, 1);
		return false;
	}
	if (!sa) {
		count(&w->stats.unknown_spi, 1);
		tell_refused(w, DP_REFUSED_SPI, p, &h);
		return false;
	}
	fetch_user(sa);
	if (!esp_open(p, sa->in.key, job) && !of_another_length(w, sa, p, &h, job)) {
		count(&sa->in.malformed, 1);
		count(&sa->in.errors, 1);
		return false;
	}
	if (!replay_check(&sa->replay, h.sequence)) {
		count(&sa->in.replay_failed, 1);
		count(&sa->in.errors, 1);
		tell_refused(w, DP_REFUSED_REPLAY, p, &h);
		return false;
	}
	return true;
}

/* The peer is where his newest authentic packet came from (RFC 3948 appendix A, RFC 3947 6). */
static void follow(struct worker *w, struct dp_sa *sa, const struct packet *p, bool newest)
{
	struct event *e;

	if (!newest || !p->udp || !sa->udp_encap || path_equal(&p->path, &sa->peer->path))
		return;
	e = outbox_event(&w->outbox, EVENT_MOVED, 0);
	if (!e)
		return; /* the next packet tries again */
	e->spi = sa->in.spi;
	e->path = p->path;
	sa->peer->path = p->path;
	outbox_commit(&w->outbox);
}

static void confirm(struct worker *w, struct dp_sa *sa)
{
	struct event *e;

	if (sa->confirmed || !(e = outbox_event(&w->outbox, EVENT_CONFIRMED, 0)))
		return;
	e->spi = sa->in.spi;
	sa->confirmed = true;
	count(&w->stats.short_icv, sa->short_icv);
	outbox_commit(&w->outbox);
}

/* After decryption: window, padding, counters. False: dropped and counted. */
static bool accept_packet(struct worker *w, struct packet *p, bool authentic, uint8_t *next)
{
	struct dp_sa *sa = p->sa;
	struct half *in = &sa->in;
	struct esp_header h;
	bool newest;

	esp_peek(p, &h);
	newest = h.sequence > sa->replay.top;
	if (!authentic) {
		count(&in->auth_failed, 1);
		count(&in->errors, 1);
		tell_refused(w, DP_REFUSED_AUTH, p, &h);
		return false;
	}
	count(&in->authentic, 1);
	if (!replay_update(&sa->replay, h.sequence)) {
		count(&in->replay_failed, 1);
		count(&in->errors, 1);
		tell_refused(w, DP_REFUSED_REPLAY, p, &h);
		return false;
	}
	if (!esp_strip(p, in->key, next)) {
		count(&in->bad_pad, 1);
		count(&in->malformed, 1);
		count(&in->errors, 1);
		return false;
	}
	count(&in->packets, 1);
	count(&in->bytes, p->len);
	follow(w, sa, p, newest);
	confirm(w, sa);
	pair_lifetime(sa, in, &w->outbox);
	return true;
}

/* What is told of the pair's window, once for packets of his that follow each other. */
static void note(const struct worker *w, struct dp_sa *sa)
{
	struct half *in = &sa->in;

	in->sequence = sa->replay.top;
	set(&in->newest, sa->replay.top);
	set(&in->bitmap, replay_bitmap(&sa->replay));
	set(&in->last_used, w->now);
}

static void work_off(struct worker *w, struct packet *const in[], size_t ins)
{
	struct packet *admitted[BATCH];
	struct dp_sa *used = NULL;
	size_t n = 0;
	uint8_t next;

	count(&w->stats.rx_packets, ins);
	for (size_t i = 0; i < ins; i++)
		if (admit(w, in[i], &w->in_job[n]))
			admitted[n++] = in[i];
	if (n == 0)
		return;
	crypt_run(w->crypt, w->in_job, n, false);
	for (size_t i = 0; i < n; i++) {
		if (!accept_packet(w, admitted[i], w->in_job[i].ok, &next))
			continue;
		if (used && used != admitted[i]->sa)
			note(w, used);
		used = admitted[i]->sa;
		deliver(w, admitted[i], next);
	}
	if (used)
		note(w, used);
	io_tun_flush(w->io);
}

/* Those of whom few packets wait come first; how many these are, 0: it stays as it is. */
static size_t put_in_order(struct worker *w)
{
	const void *whose[BATCH];
	struct packet *as_came[BATCH];
	uint16_t order[BATCH];
	size_t first;

	for (size_t i = 0; i < w->ins; i++) {
		const struct dp_sa *sa = w->in[i]->sa;

		whose[i] = sa ? sa->peer : NULL;
	}
	first = fair_order(&w->fair, whose, w->ins, order, w->now);
	if (first == 0)
		return 0;
	memcpy(as_came, w->in, w->ins * sizeof *as_came);
	for (size_t i = 0; i < w->ins; i++)
		w->in[i] = as_came[order[i]];
	return first;
}

bool inbound_step(struct worker *w)
{
	size_t at = w->in_at, n = at ? 0 : put_in_order(w);
	uint64_t from;

	if (n == 0)
		n = fair_step(&w->fair, w->ins - at, w->now);
	from = clock_monotonic();
	work_off(w, w->in + at, n);
	fair_took(&w->fair, n, clock_monotonic() - from);
	w->in_at += n;
	if (w->in_at < w->ins)
		return true;
	w->ins = w->in_at = 0;
	return false;
}

void inbound_run(struct worker *w)
{
	while (inbound_step(w))
		continue;
}
