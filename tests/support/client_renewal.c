/* A client that renews, and is renewed; see client_renewal.h. */
#include "tests/support/client_renewal.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/ike_responder.h"
#include "tests/support/world.h"

#define AGAIN (2 * SEC) /* a message of the client's that nothing answered */
#define TRIES 6
#define OLD 4 /* SA pairs and phase 1s that are remembered */

/* The last message of the server in an exchange, and what was answered. */
struct heard {
	struct initiator_message ask, reply;
};

struct client_renewal {
	struct world_client *c;
	struct client_life life;
	struct ike_initiator sa[OLD]; /* phase 1s before client->ike, the newest first */
	size_t n_sa;
	struct ike_initiator begun; /* a main mode of the server */
	unsigned expect;            /* its message that is waited for, 0 = there is none */
	struct heard main, quick, own_second; /* the last one: messages 2 and 3 of his own */
	struct initiator_qm qm; /* a quick mode of the server */
	bool qm_open;
	struct tunnel early; /* its inbound half, before message 3 */
	bool has_early;
	struct tunnel old[OLD]; /* the newest first */
	size_t n_old;
	uint64_t bytes;
	unsigned n_in, n_out; /* IKE messages */
	bool own; /* a quick mode of the client's is on its way */
	struct initiator_message own_first;
	unsigned own_tries, reply_tries, main_tries;
	struct timer own_again, reply_again, main_again, seconds, phase1, gone;
};

static struct sim *sim_of_client(const struct client_renewal *r)
{
	return &r->c->w->sim;
}

static void start(struct client_renewal *r, struct timer *t, uint64_t wait)
{
	timer_start(&sim_of_client(r)->env, t, wait);
}

static void stop(struct client_renewal *r, struct timer *t)
{
	timer_stop(&sim_of_client(r)->env, t);
}

/* ---- SA pairs ---------------------------------------------------------------------- */

struct tunnel *renewal_tunnel(struct world_client *c, const uint8_t *esp, size_t len)
{
	struct client_renewal *r = c->renewal;
	struct rd rd = rd_init(esp, len);
	uint32_t spi = rd_u32(&rd);

	if (c->has_tunnel && c->tunnel.spi_in == spi)
		return &c->tunnel;
	if (r->has_early && r->early.spi_in == spi)
		return &r->early;
	for (size_t i = 0; i < r->n_old; i++)
		if (r->old[i].spi_in == spi)
			return &r->old[i];
	c->strays++;
	return NULL;
}

static void old_drop(struct client_renewal *r, size_t at)
{
	tunnel_fini(&r->old[at]);
	memmove(&r->old[at], &r->old[at + 1], (r->n_old - at - 1) * sizeof *r->old);
	r->n_old--;
}

void renewal_keep(struct world_client *c)
{
	struct client_renewal *r = c->renewal;

	if (r->n_old == OLD)
		old_drop(r, OLD - 1);
	memmove(&r->old[1], &r->old[0], r->n_old * sizeof *r->old);
	r->old[0] = c->tunnel;
	r->n_old++;
}

/* The client's own quick mode is done: what it replaced goes a little later. */
void renewal_begins(struct world_client *c, const struct initiator_message *third)
{
	struct client_renewal *r = c->renewal;

	r->own_second.reply = *third;
	r->bytes = 0;
	r->own = false;
	stop(r, &r->own_again);
	if (r->life.seconds)
		start(r, &r->seconds, r->life.seconds * SEC);
	if (r->n_old && !r->life.keeps)
		start(r, &r->gone, 5 * SEC);
}

static void gone(struct timer *t)
{
	struct client_renewal *r = container_of(t, struct client_renewal, gone);
	struct initiator_message m;

	if (r->c->silent || r->c->expect != 7)
		return;
	while (r->n_old) {
		initiator_delete_child(&r->c->ike, r->old[0].spi_in, &m);
		client_say(r->c, &m);
		old_drop(r, 0);
	}
}

/* The server's quick mode is done: the new pair carries what the client sends. */
static void theirs_up(struct client_renewal *r)
{
	struct world_client *c = r->c;

	r->qm_open = false;
	stop(r, &r->reply_again);
	if (c->has_tunnel)
		renewal_keep(c);
	if (r->has_early)
		c->tunnel = r->early;
	else
		ck_assert(tunnel_init(&c->tunnel, c->w->crypt, &r->qm.child));
	r->has_early = false;
	c->has_tunnel = true;
	c->renewed++;
	r->bytes = 0;
	if (r->life.seconds)
		start(r, &r->seconds, r->life.seconds * SEC);
}

/* ---- the client begins ------------------------------------------------------------- */

static void begin_quick(struct client_renewal *r)
{
	struct world_client *c = r->c;

	if (c->silent || r->own || c->expect != 7)
		return;
	r->own = true;
	r->own_tries = 0;
	initiator_qm1(&c->ike, &c->qm, &r->own_first);
	client_say(c, &r->own_first);
	start(r, &r->own_again, AGAIN);
}

static void own_again(struct timer *t)
{
	struct client_renewal *r = container_of(t, struct client_renewal, own_again);

	r->own = r->own && r->own_tries++ < TRIES;
	if (r->c->silent || !r->own)
		return;
	client_say(r->c, &r->own_first);
	start(r, t, AGAIN);
}

static void seconds(struct timer *t)
{
	struct client_renewal *r = container_of(t, struct client_renewal, seconds);

	begin_quick(r);
	start(r, t, 20 * SEC); /* unless it came to something */
}

void renewal_sent(struct world_client *c, size_t len)
{
	struct client_renewal *r = c->renewal;

	r->bytes += len;
	if (r->life.kilobytes && r->bytes >= r->life.kilobytes * 1024ULL)
		begin_quick(r);
}

static void sa_push(struct client_renewal *r, const struct ike_initiator *sa)
{
	size_t n = r->n_sa < OLD - 1 ? r->n_sa : OLD - 1;

	memmove(&r->sa[1], &r->sa[0], n * sizeof *r->sa);
	r->sa[0] = *sa;
	r->n_sa = n + 1;
}

static void begin_main(struct client_renewal *r)
{
	if (r->c->silent || r->c->expect != 7)
		return;
	sa_push(r, &r->c->ike);
	r->main_tries = 0;
	client_renew(r->c);
	start(r, &r->main_again, 4 * AGAIN);
}

static void phase1(struct timer *t)
{
	struct client_renewal *r = container_of(t, struct client_renewal, phase1);

	begin_main(r);
	start(r, t, r->life.phase1_seconds * SEC);
}

static void main_again(struct timer *t)
{
	struct client_renewal *r = container_of(t, struct client_renewal, main_again);

	if (r->c->silent || r->c->expect == 7 || r->main_tries++ == TRIES)
		return;
	client_renew(r->c);
	start(r, t, 4 * AGAIN);
}

/* ---- the server begins -------------------------------------------------------------- */

static bool repeated(const struct heard *h, const uint8_t *msg, size_t len)
{
	return h->ask.len == len && memcmp(h->ask.b, msg, len) == 0;
}

static void answer(struct client_renewal *r, struct heard *h, const uint8_t *msg, size_t len)
{
	memcpy(h->ask.b, msg, len);
	h->ask.len = len;
	client_say(r->c, &h->reply);
}

/* What a fresh main mode of the server's knows of the client. */
static void prepare(struct client_renewal *r)
{
	const struct ike_initiator *live = &r->c->ike;
	struct ike_initiator *i = &r->begun;

	initiator_like(i, live, live->seed ^ sim_of_client(r)->now);
	if (initiator_floats(live))
		i->path.local.port = i->path.remote.port = 4500;
}

/* The SA of the server's main mode is the client's newest, but for one that he is making. */
static void main_mode_done(struct client_renewal *r)
{
	r->expect = 0;
	r->c->renewed_phase1++;
	if (r->c->expect != 7 && r->c->expect != 0) { /* a main mode of its own is on its way */
		sa_push(r, &r->begun);
		return;
	}
	if (r->c->expect == 7)
		sa_push(r, &r->c->ike);
	r->begun.path = r->c->ike.path;
	r->begun.nat_me = r->c->ike.nat_me;
	r->begun.nat_server = r->c->ike.nat_server;
	r->c->ike = r->begun;
	r->c->expect = 7;
}

static bool main_mode(struct client_renewal *r, const struct isakmp_header *h, const uint8_t *msg,
    size_t len)
{
	bool first = cookie_is_zero(h->cky_r);

	if (repeated(&r->main, msg, len)) {
		client_say(r->c, &r->main.reply);
		return true;
	}
	if (!first && (!r->expect || memcmp(h->cky_i, r->begun.cky_i, COOKIE_LEN) != 0))
		return false;
	if (r->life.answer != CLIENT_ANSWERS)
		return true;
	if (first) {
		prepare(r);
		r->expect = responder_mm1(&r->begun, msg, len, &r->main.reply) ? 3 : 0;
	} else if (r->expect == 3 && responder_mm3(&r->begun, msg, len, &r->main.reply)) {
		r->expect = 5;
	} else if (r->expect == 5 && responder_mm5(&r->begun, msg, len, &r->main.reply)) {
		r->expect = 7;
	} else {
		return true;
	}
	if (r->expect)
		answer(r, &r->main, msg, len);
	if (first && r->life.crosses)
		begin_main(r);
	if (r->expect == 7)
		main_mode_done(r);
	return true;
}

static bool is_sa(const struct ike_initiator *i, const struct isakmp_header *h)
{
	return memcmp(i->cky_i, h->cky_i, COOKIE_LEN) == 0 &&
	    memcmp(i->cky_r, h->cky_r, COOKIE_LEN) == 0;
}

static struct ike_initiator *sa_find(struct client_renewal *r, const struct isakmp_header *h)
{
	if (r->c->expect == 7 && is_sa(&r->c->ike, h))
		return &r->c->ike;
	for (size_t i = 0; i < r->n_sa; i++)
		if (is_sa(&r->sa[i], h))
			return &r->sa[i];
	return NULL;
}

static void quick_mode(struct client_renewal *r, struct ike_initiator *sa,
    const struct isakmp_header *h, const uint8_t *msg, size_t len)
{
	struct initiator_message no;

	if (repeated(&r->quick, msg, len)) {
		client_say(r->c, &r->quick.reply);
	} else if (r->qm_open && h->msgid == r->qm.msgid) {
		if (responder_qm3(sa, &r->qm, msg, len))
			theirs_up(r);
	} else if (r->life.answer == CLIENT_REFUSES) {
		responder_refuse(sa, &no);
		client_say(r->c, &no);
	} else if (r->life.answer == CLIENT_ANSWERS &&
	    responder_qm1(sa, &r->qm, msg, len, &r->quick.reply)) {
		r->qm_open = true;
		r->reply_tries = 0;
		if (r->life.crosses)
			begin_quick(r);
		if (r->has_early)
			tunnel_fini(&r->early);
		r->has_early = !r->life.late;
		if (r->has_early)
			ck_assert(tunnel_init(&r->early, r->c->w->crypt, &r->qm.child));
		answer(r, &r->quick, msg, len);
		start(r, &r->reply_again, AGAIN);
	}
}

static void reply_again(struct timer *t)
{
	struct client_renewal *r = container_of(t, struct client_renewal, reply_again);

	if (r->c->silent || !r->qm_open || r->reply_tries++ == TRIES)
		return;
	client_say(r->c, &r->quick.reply);
	start(r, t, AGAIN);
}

/* The SPI that is deleted is the server's inbound one. */
static void deleted(struct client_renewal *r, uint32_t spi)
{
	struct world_client *c = r->c;

	for (size_t i = 0; i < r->n_old; i++)
		if (r->old[i].spi_out == spi) {
			old_drop(r, i);
			return;
		}
	if (!c->has_tunnel || c->tunnel.spi_out != spi)
		return;
	tunnel_fini(&c->tunnel);
	c->has_tunnel = r->n_old > 0;
	if (!c->has_tunnel)
		return;
	c->tunnel = r->old[0];
	memmove(&r->old[0], &r->old[1], --r->n_old * sizeof *r->old);
}

static void sa_deleted(struct client_renewal *r, struct ike_initiator *sa)
{
	if (sa != &r->c->ike) {
		size_t at = (size_t)(sa - r->sa);

		memmove(sa, sa + 1, (r->n_sa - at - 1) * sizeof *sa);
		r->n_sa--;
	} else if (r->n_sa) {
		*sa = r->sa[0];
		memmove(&r->sa[0], &r->sa[1], --r->n_sa * sizeof *sa);
	} else {
		r->c->expect = 0;
	}
}

static void informational(struct client_renewal *r, struct ike_initiator *sa, const uint8_t *msg,
    size_t len)
{
	struct initiator_notice n;
	struct initiator_message m;

	r->c->notices++;
	if (!initiator_notice(sa, msg, len, &n))
		return;
	if (n.delete && n.protocol == PROTO_ESP) {
		deleted(r, n.spi);
	} else if (n.delete) {
		sa_deleted(r, sa);
	} else if (n.type == NOTIFY_R_U_THERE) {
		initiator_dpd(sa, true, n.seq, &m);
		client_say(r->c, &m);
	}
}

bool renewal_loses(struct world_client *c)
{
	struct client_renewal *r = c->renewal;

	return r->n_out < 32 && r->life.lost_out >> r->n_out++ & 1;
}

bool renewal_heard(struct world_client *c, const uint8_t *msg, size_t len)
{
	struct client_renewal *r = c->renewal;
	struct rd rd = rd_init(msg, len);
	struct ike_initiator *sa;
	struct isakmp_header h;

	if (!isakmp_header_read(&rd, &h) || len > INITIATOR_MSG)
		return false;
	if (r->n_in < 32 && r->life.lost_in >> r->n_in++ & 1)
		return true;
	if (h.exchange == XCHG_MAIN)
		return main_mode(r, &h, msg, len);
	if (repeated(&r->own_second, msg, len)) { /* message 3 was lost */
		client_say(c, &r->own_second.reply);
		return true;
	}
	sa = sa_find(r, &h);
	if (!sa)
		return false;
	if (h.exchange == XCHG_QUICK && sa == &c->ike && h.msgid == c->qm.msgid) {
		memcpy(r->own_second.ask.b, msg, len);
		r->own_second.ask.len = len;
		return false;
	}
	if (h.exchange == XCHG_QUICK)
		quick_mode(r, sa, &h, msg, len);
	else
		informational(r, sa, msg, len);
	return true;
}

/* ---- life ---------------------------------------------------------------------------- */

void client_lives(struct world_client *c, const struct client_life *life)
{
	struct client_renewal *r = c->renewal;

	if (!r) {
		r = c->renewal = calloc(1, sizeof *r);
		ck_assert_ptr_nonnull(r);
		r->c = c;
		r->own_again.fire = own_again;
		r->reply_again.fire = reply_again;
		r->main_again.fire = main_again;
		r->seconds.fire = seconds;
		r->phase1.fire = phase1;
		r->gone.fire = gone;
	}
	r->life = *life;
	r->n_in = r->n_out = 0;
	stop(r, &r->seconds);
	stop(r, &r->phase1);
	if (life->seconds)
		start(r, &r->seconds, life->seconds * SEC);
	if (life->phase1_seconds)
		start(r, &r->phase1, life->phase1_seconds * SEC);
}

void renewal_wakes(struct world_client *c)
{
	struct client_renewal *r = c->renewal;

	if (r->qm_open)
		start(r, &r->reply_again, AGAIN);
	if (r->own)
		start(r, &r->own_again, AGAIN);
}

void renewal_leaves(struct world_client *c)
{
	struct client_renewal *r = c->renewal;
	struct initiator_message m;

	for (size_t i = 0; i < r->n_sa; i++) {
		initiator_delete_sa(&r->sa[i], &m);
		client_say(c, &m);
	}
}

void renewal_free(struct world_client *c)
{
	struct client_renewal *r = c->renewal;
	struct timer *t[] = {&r->own_again, &r->reply_again, &r->main_again, &r->seconds,
	    &r->phase1, &r->gone};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		stop(r, t[i]);
	while (r->n_old)
		old_drop(r, 0);
	if (r->has_early)
		tunnel_fini(&r->early);
	free(r);
	c->renewal = NULL;
}
