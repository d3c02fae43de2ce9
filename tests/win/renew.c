/* Renewal on real sockets; see renew.h. RFC 2409 5.4 and 5.5 from the client's side, both roles. */
#include "tests/win/renew.h"

#include <string.h>

#include "engine/wire/wire.h"
#include "tests/support/ike_responder.h"
#include "tests/win/client.h"
#include "tests/win/keys.h"

#define AGAIN (1 * SEC) /* doubled each time */
#define TRIES 6
#define GONE (5 * SEC) /* after that what the client has replaced is deleted */

static void transmit(struct client *c, const struct initiator_message *m)
{
	c->net.env.send(&c->net.env, &c->path, m->b, m->len);
}

static void start(struct renew *r, struct timer *t, uint64_t wait)
{
	timer_start(&r->c->net.env, t, wait);
}

/* ---- what was replaced ---------------------------------------------------------------- */

static void add(struct tunnel_count *to, const struct tunnel_count *n)
{
	to->sent += n->sent;
	to->sent_bytes += n->sent_bytes;
	to->got += n->got;
	to->got_bytes += n->got_bytes;
}

struct tunnel_count renew_carried(const struct client *c)
{
	struct tunnel_count sum = c->tunnel.carried;

	add(&sum, &c->renew.carried);
	for (size_t i = 0; i < c->renew.n_old; i++)
		add(&sum, &c->renew.old[i].carried);
	return sum;
}

static void old_drop(struct renew *r, size_t at)
{
	add(&r->carried, &r->old[at].carried);
	tunnel_fini(&r->old[at]);
	memmove(&r->old[at], &r->old[at + 1], (--r->n_old - at) * sizeof *r->old);
}

struct tunnel *renew_tunnel(struct client *c, const uint8_t *esp, size_t len)
{
	struct rd rd = rd_init(esp, len);
	uint32_t spi = rd_u32(&rd);

	for (size_t i = 0; i < c->renew.n_old; i++)
		if (c->renew.old[i].spi_in == spi)
			return &c->renew.old[i];
	return &c->tunnel;
}

static void use(struct renew *r, const struct child *child)
{
	struct tunnel fresh = {0};

	if (r->c->o->keys)
		keys_esp(r->c->o->keys, child);
	if (!tunnel_init(&fresh, r->c->w->crypt, child))
		return;
	if (r->n_old == RENEW_OLD)
		old_drop(r, RENEW_OLD - 1);
	memmove(&r->old[1], &r->old[0], r->n_old++ * sizeof *r->old);
	r->old[0] = r->c->tunnel;
	r->c->tunnel = fresh;
}

static void adopt(struct renew *r)
{
	if (r->n_before == RENEW_OLD)
		r->n_before--;
	memmove(&r->before[1], &r->before[0], r->n_before++ * sizeof *r->before);
	r->before[0] = r->c->ike;
	r->c->ike = r->ike;
	if (r->c->o->keys)
		keys_ike(r->c->o->keys, &r->ike);
	r->expect = 0;
}

static void gone(struct timer *t)
{
	struct renew *r = container_of(t, struct renew, gone);
	struct initiator_message m;

	while (r->n_old) {
		initiator_delete_child(&r->c->ike, r->old[0].spi_in, &m);
		transmit(r->c, &m);
		old_drop(r, 0);
	}
	while (r->n_before) {
		initiator_delete_sa(&r->before[--r->n_before], &m);
		transmit(r->c, &m);
	}
}

/* ---- the client begins ---------------------------------------------------------------- */

static bool own_main_open(const struct renew *r)
{
	return r->expect && r->expect % 2 == 0;
}

static void again(struct timer *t)
{
	struct renew *r = container_of(t, struct renew, again);

	if (r->tries++ >= TRIES) {
		r->ours_open = false;
		r->expect = own_main_open(r) ? 0 : r->expect;
		return;
	}
	if (r->ours_open)
		transmit(r->c, &r->quick_said);
	if (own_main_open(r))
		transmit(r->c, &r->main_said);
	start(r, t, AGAIN << r->tries);
}

static void say(struct renew *r, const struct initiator_message *m)
{
	r->tries = 0;
	transmit(r->c, m);
	start(r, &r->again, AGAIN);
}

static void begin_quick(struct timer *t)
{
	struct renew *r = container_of(t, struct renew, quick);

	start(r, t, r->c->o->renew);
	if (r->ours_open) /* the server is busy */
		return;
	memset(&r->ours, 0, sizeof r->ours);
	initiator_qm1(&r->c->ike, &r->ours, &r->quick_said);
	r->ours_open = true;
	say(r, &r->quick_said);
}

/* What a fresh main mode knows of the client. */
static void prepare(struct renew *r)
{
	uint64_t seed;

	r->c->net.env.random(&r->c->net.env, &seed, sizeof seed);
	initiator_like(&r->ike, &r->c->ike, seed);
	r->ike.path.local = r->c->path.local;
	r->ike.path.remote = r->c->path.remote;
}

static void begin_main(struct timer *t)
{
	struct renew *r = container_of(t, struct renew, main);

	start(r, t, r->c->o->renew_main);
	if (own_main_open(r))
		return;
	prepare(r);
	initiator_mm1(&r->ike, &r->main_said);
	r->expect = 2;
	say(r, &r->main_said);
}

static void own_main(struct renew *r, const uint8_t *msg, size_t len)
{
	if (r->expect == 2 && initiator_mm2(&r->ike, msg, len)) {
		initiator_mm3(&r->ike, &r->main_said);
	} else if (r->expect == 4 && initiator_mm4(&r->ike, msg, len)) {
		initiator_mm5(&r->ike, &r->main_said);
	} else if (r->expect == 6 && initiator_mm6(&r->ike, msg, len)) {
		if (!r->ours_open)
			timer_stop(&r->c->net.env, &r->again);
		adopt(r);
		r->main_ours++;
		start(r, &r->gone, GONE);
		return;
	} else {
		return;
	}
	r->expect += 2;
	say(r, &r->main_said);
}

/* ---- the server begins ---------------------------------------------------------------- */

static bool repeated(const struct initiator_message *asked, const uint8_t *msg, size_t len)
{
	return asked->len == len && memcmp(asked->b, msg, len) == 0;
}

static void answer(struct renew *r, struct initiator_message *asked,
    const struct initiator_message *reply, const uint8_t *msg, size_t len)
{
	memcpy(asked->b, msg, len);
	asked->len = len;
	transmit(r->c, reply);
}

static void their_main(struct renew *r, bool first, const uint8_t *msg, size_t len)
{
	if (repeated(&r->main_asked, msg, len)) {
		transmit(r->c, &r->main_reply);
		return;
	}
	if (first) {
		prepare(r);
		r->expect = responder_mm1(&r->ike, msg, len, &r->main_reply) ? 3 : 0;
	} else if (r->expect == 3 && responder_mm3(&r->ike, msg, len, &r->main_reply)) {
		r->expect = 5;
	} else if (r->expect == 5 && responder_mm5(&r->ike, msg, len, &r->main_reply)) {
		r->expect = 7;
	} else {
		return;
	}
	if (r->expect)
		answer(r, &r->main_asked, &r->main_reply, msg, len);
	if (r->expect == 7) {
		adopt(r);
		r->main_theirs++;
	}
}

static void quick_mode(struct renew *r, struct ike_initiator *sa, uint32_t msgid,
    const uint8_t *msg, size_t len)
{
	if (r->ours_open && msgid == r->ours.msgid) {
		if (!initiator_qm2(sa, &r->ours, msg, len))
			return;
		initiator_qm3(sa, &r->ours, &r->quick_said);
		transmit(r->c, &r->quick_said);
		r->ours_open = false;
		r->quick_ours++;
		use(r, &r->ours.child);
		start(r, &r->gone, GONE);
	} else if (!r->ours_open && msgid == r->ours.msgid) {
		transmit(r->c, &r->quick_said); /* message 3 was lost */
	} else if (repeated(&r->quick_asked, msg, len)) {
		transmit(r->c, &r->quick_reply);
	} else if (r->theirs_open && msgid == r->theirs.msgid) {
		if (!responder_qm3(sa, &r->theirs, msg, len))
			return;
		r->theirs_open = false;
		r->quick_theirs++;
		use(r, &r->theirs.child);
	} else if (responder_qm1(sa, &r->theirs, msg, len, &r->quick_reply)) {
		r->theirs_open = true;
		answer(r, &r->quick_asked, &r->quick_reply, msg, len);
	}
}

/* A Delete of what was replaced is no loss. */
static bool deleted(struct renew *r, struct ike_initiator *sa, const uint8_t *msg, size_t len)
{
	struct ike_initiator copy = *sa;
	struct initiator_notice n;

	if (!initiator_notice(&copy, msg, len, &n) || !n.delete)
		return false;
	if (n.protocol != PROTO_ESP)
		return true;
	for (size_t i = 0; i < r->n_old; i++)
		if (r->old[i].spi_out == n.spi) {
			old_drop(r, i);
			return true;
		}
	return n.spi != r->c->tunnel.spi_out;
}

/* ---- demux ---------------------------------------------------------------------------- */

static struct ike_initiator *sa_of(struct renew *r, const uint8_t *msg)
{
	struct ike_initiator *all[] = {&r->c->ike, &r->before[0], &r->before[1]};

	for (size_t i = 0; i < 1 + r->n_before; i++)
		if (memcmp(all[i]->cky_i, msg, COOKIE_LEN) == 0 &&
		    memcmp(all[i]->cky_r, msg + COOKIE_LEN, COOKIE_LEN) == 0)
			return all[i];
	return NULL;
}

/* The quick mode of the dial: its message 3 is repeated by whoever said it. */
static bool is_first(const struct renew *r, const struct ike_initiator *sa, uint32_t msgid)
{
	return msgid == r->c->qm.msgid && memcmp(sa->cky_i, r->dialled, COOKIE_LEN) == 0;
}

bool renew_heard(struct client *c, const uint8_t *msg, size_t len)
{
	struct renew *r = &c->renew;
	struct ike_initiator *sa;
	struct isakmp_header h;

	struct rd rd = rd_init(msg, len);

	if (!r->c || len > INITIATOR_MSG || !isakmp_header_read(&rd, &h))
		return false;
	sa = sa_of(r, msg);
	if (h.exchange == XCHG_MAIN && !sa) {
		if (cookie_is_zero(h.cky_r) || r->expect % 2 == 1)
			their_main(r, cookie_is_zero(h.cky_r), msg, len);
		else
			own_main(r, msg, len);
		return true;
	}
	if (h.exchange == XCHG_MAIN) { /* the answer to message 5 or 6 was lost */
		if (repeated(&r->main_asked, msg, len))
			transmit(c, &r->main_reply);
		return true;
	}
	if (h.exchange == XCHG_QUICK && sa && !is_first(r, sa, h.msgid)) {
		quick_mode(r, sa, h.msgid, msg, len);
		return true;
	}
	return h.exchange == XCHG_INFORMATIONAL && sa && deleted(r, sa, msg, len);
}

void renew_start(struct client *c)
{
	struct renew *r = &c->renew;

	if (r->c)
		return;
	r->c = c;
	memcpy(r->dialled, c->ike.cky_i, COOKIE_LEN);
	r->quick.fire = begin_quick;
	r->main.fire = begin_main;
	r->again.fire = again;
	r->gone.fire = gone;
	if (c->o->renew)
		start(r, &r->quick, c->o->renew);
	if (c->o->renew_main)
		start(r, &r->main, c->o->renew_main);
}

void renew_no_more(struct client *c)
{
	struct renew *r = &c->renew;

	if (!r->c)
		return;
	timer_stop(&c->net.env, &r->quick);
	timer_stop(&c->net.env, &r->main);
}

bool renew_is_open(const struct client *c)
{
	const struct renew *r = &c->renew;

	return r->c && (r->ours_open || r->theirs_open || own_main_open(r));
}

void renew_stop(struct client *c)
{
	struct renew *r = &c->renew;
	struct timer *all[] = {&r->quick, &r->main, &r->again, &r->gone};

	for (size_t i = 0; r->c && i < sizeof all / sizeof *all; i++)
		timer_stop(&c->net.env, all[i]);
	while (r->n_old)
		old_drop(r, 0);
	r->c = NULL;
}
