/* A client that stays; see steady.h. */
#include "tests/support/steady.h"

#include <string.h>

#define TRIES 7         /* a second, two, four ... */
#define EXCHANGE_AT 18  /* RFC 2408 3.1 */
#define MSGID_AT 20
#define TIDY (30 * SEC) /* the old SA pair is deleted that long after the new one */

static struct env *env_of(const struct steady *s)
{
	return &s->c->w->sim.env;
}

/* Is there nothing to be done? Who sleeps does it when he wakes up. */
static bool away(const struct steady *s, struct timer *t)
{
	if (s->c->silent)
		timer_start(env_of(s), t, 2 * SEC);
	return s->c->silent || s->c->stage == CLIENT_GONE;
}

/* ---- what is not answered is said again ------------------------------------------------ */

static void say_again(struct steady *s)
{
	s->resending = true;
	client_say(s->c, &s->said);
	s->resending = false;
}

static void resend(struct timer *t)
{
	struct steady *s = container_of(t, struct steady, resend);

	if (away(s, t))
		return;
	if (++s->tries >= TRIES) {
		s->given_up++;
		client_renew(s->c);
		return;
	}
	say_again(s);
	timer_start(env_of(s), t, SEC << s->tries);
}

/* Message 3 of quick mode has no answer. */
static bool is_last(const struct steady *s, const struct initiator_message *m)
{
	return s->said.len && m->b[EXCHANGE_AT] == XCHG_QUICK &&
	    s->said.b[EXCHANGE_AT] == XCHG_QUICK &&
	    memcmp(m->b, s->said.b, MSGID_AT + 4) == 0;
}

void steady_said(struct steady *s, const struct initiator_message *m)
{
	bool last;

	if (s->resending ||
	    (m->b[EXCHANGE_AT] != XCHG_MAIN && m->b[EXCHANGE_AT] != XCHG_QUICK))
		return;
	last = is_last(s, m);
	s->said = *m;
	s->tries = 0;
	s->answers = s->hearing;
	timer_stop(env_of(s), &s->resend);
	if (!last)
		timer_start(env_of(s), &s->resend, SEC);
}

static uint64_t mark(const uint8_t *msg, size_t len)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < len; i++)
		h = (h ^ msg[i]) * 0x100000001b3;
	return h;
}

bool steady_hears(struct steady *s, const uint8_t *msg, size_t len)
{
	s->hearing = mark(msg, len);
	if (!s->said.len || s->hearing != s->answers)
		return false;
	say_again(s);
	return true;
}

/* ---- renewal ------------------------------------------------------------------------------- */

/* Between two exchanges? */
static bool at_rest(const struct steady *s)
{
	return s->c->expect >= 7 && s->c->has_tunnel && !timer_armed(&s->resend);
}

static void tidy(struct timer *t)
{
	struct steady *s = container_of(t, struct steady, tidy);
	struct initiator_message m;

	if (!s->old_spi || s->old_spi == s->c->tunnel.spi_in || away(s, t))
		return;
	if (!at_rest(s)) {
		timer_start(env_of(s), t, TIDY);
		return;
	}
	initiator_delete_child(&s->c->ike, s->old_spi, &m);
	client_say(s->c, &m);
	s->old_spi = 0;
}

static void leave_old(struct steady *s)
{
	s->old_spi = s->c->tunnel.spi_in;
	timer_start(env_of(s), &s->tidy, TIDY);
	timer_start(env_of(s), &s->phase2, s->phase2_every);
}

static void phase1(struct timer *t)
{
	struct steady *s = container_of(t, struct steady, phase1);

	if (away(s, t))
		return;
	timer_start(env_of(s), t, at_rest(s) ? s->phase1_every : 5 * SEC);
	if (!at_rest(s))
		return;
	s->renewed++;
	leave_old(s);
	client_renew(s->c);
}

static void phase2(struct timer *t)
{
	struct steady *s = container_of(t, struct steady, phase2);

	if (away(s, t))
		return;
	if (!at_rest(s)) {
		timer_start(env_of(s), t, 5 * SEC);
		return;
	}
	s->rekeyed++;
	leave_old(s);
	client_rekey(s->c);
}

void steady_begin(struct steady *s, struct world_client *c)
{
	*s = (struct steady){.c = c,
	    .phase1_every = c->ike.p1_seconds * SEC / 5 * 4,
	    .phase2_every = c->ike.seconds * SEC / 5 * 4,
	    .resend.fire = resend,
	    .phase1.fire = phase1,
	    .phase2.fire = phase2,
	    .tidy.fire = tidy};
	c->steady = s;
	timer_start(env_of(s), &s->phase1, s->phase1_every);
	timer_start(env_of(s), &s->phase2, s->phase2_every);
	client_connect(c);
}

void steady_end(struct steady *s)
{
	timer_stop(env_of(s), &s->resend);
	timer_stop(env_of(s), &s->phase1);
	timer_stop(env_of(s), &s->phase2);
	timer_stop(env_of(s), &s->tidy);
	s->c->steady = NULL;
}
