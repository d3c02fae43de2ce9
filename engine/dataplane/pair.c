/* An SA pair in the packet path: birth, lifetime, what it carries; see pair.h. RFC 4301 4.4.2.1. */
#include "engine/dataplane/pair.h"

#include <stdlib.h>

#include "engine/ipsec/mtu.h"

#define SOFT_PERCENT 95
#define SEQUENCE_SOFT 0xf0000000u

static uint64_t lifetime_bytes(const struct child *c, unsigned percent)
{
	return c->kilobytes ? (uint64_t)c->kilobytes * 1024 * percent / 100 : UINT64_MAX;
}

struct dp_sa *pair_create(const struct crypt *crypt, uint32_t peer, const struct child *child,
    uint32_t replay_window)
{
	struct dp_sa *sa = calloc(1, sizeof *sa);

	if (!sa)
		return NULL;
	sa->object.kind = OBJECT_SA;
	sa->peer_id = peer;
	sa->transport = child->transport;
	sa->udp_encap = child->udp_encap;
	sa->may_short_icv = child->short_icv;
	sa->local = child->local;
	sa->remote = child->remote;
	sa->soft_bytes = lifetime_bytes(child, SOFT_PERCENT);
	sa->hard_bytes = lifetime_bytes(child, 100);
	sa->in.spi = child->spi_in;
	replay_init(&sa->replay, replay_window);
	sa->in.key = crypt_key_create(crypt, child->cipher, child->auth, child->enc_in,
	    child->auth_in, false);
	if (sa->in.key)
		return sa;
	pair_free(sa);
	return NULL;
}

void pair_free(struct dp_sa *sa)
{
	if (!sa)
		return;
	crypt_key_destroy(sa->in.key);
	crypt_key_destroy(sa->out.key);
	free(sa->told);
	free(sa);
}

void pair_fit(struct dp_sa *sa)
{
	sa->message = mtu_message(crypt_key_cipher(sa->in.key), crypt_key_hash(sa->in.key),
	    sa->transport, sa->udp_encap, sa->peer->fit.mtu);
}

void pair_lifetime(struct dp_sa *sa, struct half *h, struct outbox *outbox)
{
	uint64_t bytes = get(&h->bytes);
	bool hard = bytes >= sa->hard_bytes || h->sequence == UINT32_MAX;
	bool soft = hard || bytes >= sa->soft_bytes || h->sequence >= SEQUENCE_SOFT;
	struct event *e;

	if (!(soft && !h->said_soft) && !(hard && !h->said_hard))
		return;
	e = outbox_event(outbox, EVENT_EXHAUSTED, 0);
	if (!e)
		return; /* the next packet tries again */
	e->spi = sa->in.spi;
	e->hard = hard;
	h->said_soft = true;
	h->said_hard = hard;
	outbox_commit(outbox);
}

void half_counters(const struct half *h, struct dp_sa_counters *to)
{
	*to = (struct dp_sa_counters){.packets = get(&h->packets), .bytes = get(&h->bytes),
	    .errors = get(&h->errors), .replay_failed = get(&h->replay_failed),
	    .auth_failed = get(&h->auth_failed), .malformed = get(&h->malformed),
	    .policy_failed = get(&h->policy_failed), .bitmap = get(&h->bitmap),
	    .cut = get(&h->cut), .pieces = get(&h->pieces), .too_big = get(&h->too_big),
	    .authentic = get(&h->authentic), .bad_pad = get(&h->bad_pad),
	    .bad_next = get(&h->bad_next), .bad_inner = get(&h->bad_inner),
	    .rollover = get(&h->rollover),
	    .sequence = (uint32_t)get(&h->newest), .last_used = get(&h->last_used)};
}

struct dp_totals pair_totals(const struct dp_sa *sa)
{
	struct dp_totals t = {.cut_after = 0};

	half_counters(&sa->in, &t.in);
	half_counters(&sa->out, &t.out);
	if (sa->transport)
		t.cut_after = t.out.cut;
	return t;
}

/* What of struct dp_sa_counters can be added up. */
#define SUMS(X) \
	X(packets) X(bytes) X(errors) X(replay_failed) X(auth_failed) X(malformed) \
	X(policy_failed) X(authentic) X(bad_pad) X(bad_next) X(bad_inner) X(rollover) X(cut) \
	X(pieces) X(too_big)

void totals_add(struct dp_totals *to, const struct dp_totals *more)
{
#define ADD(name) \
	to->in.name += more->in.name; \
	to->out.name += more->out.name;
	SUMS(ADD)
#undef ADD
	to->cut_after += more->cut_after;
}

void totals_subtract(struct dp_totals *to, const struct dp_totals *less)
{
#define SUBTRACT(name) \
	to->in.name -= less->in.name; \
	to->out.name -= less->out.name;
	SUMS(SUBTRACT)
#undef SUBTRACT
	to->cut_after -= less->cut_after;
}
