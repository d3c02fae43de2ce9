/*
 * The echo that notices a dead client (RFC 1661 5.8): asked when nothing was
 * heard for a while; any frame of his, or his traffic, is a sign of life. While
 * the owner takes his time with an answer, he is asked in any case: nothing else
 * is said to him then.
 */
#include "engine/ppp/echo.h"

#include "engine/ppp/frame.h"
#include "engine/ppp/send.h"

#define AGAIN (5 * SEC) /* once an echo went unanswered */
#define MISSES 5
#define THINKING (10 * SEC)

void echo_heard(struct ppp *p)
{
	p->heard = p->env->now(p->env);
	p->echo_missed = 0;
}

/* 0: nobody wants to know. */
static uint64_t period_of(const struct ppp *p)
{
	return p->auth.state == AUTH_ASKED ? THINKING : p->config.echo_seconds * SEC;
}

static void ask(struct ppp *p)
{
	uint8_t magic[4];
	struct wr w = wr_init(magic, sizeof magic);

	wr_u32(&w, p->magic);
	p->echo_id = (uint8_t)((p->echo_id + 1) % PPP_PROBES);
	ppp_send(p, PROTO_LCP, ECHO_REQUEST, p->echo_id, magic, sizeof magic);
}

bool ppp_ask(struct ppp *p)
{
	if (p->lcp.state != FSM_OPENED)
		return false;
	ask(p);
	return true;
}

/* The timer is not moved for every frame heard; it finds out when it fires. */
static void echo_due(struct timer *t)
{
	struct ppp *p = container_of(t, struct ppp, echo);
	uint64_t period = period_of(p), silent = p->env->now(p->env) - p->heard;

	if (!period)
		return;
	if (silent < period) {
		timer_start(p->env, t, period - silent);
		return;
	}
	if (p->echo_missed == MISSES) {
		ppp_log(p, TRACE_EVENT, "PPP %s: %u echo requests unanswered", p->label, MISSES);
		p->link->end(p, REASON_LOST_SERVICE);
		return;
	}
	p->echo_missed++;
	ask(p);
	timer_start(p->env, t, period < AGAIN ? period : AGAIN);
}

size_t ppp_probe(struct ppp *p, uint8_t *frame, size_t room, size_t len, unsigned number)
{
	struct wr w = wr_init(frame, room);

	if (p->lcp.state != FSM_OPENED || len < 8 || len > p->peer_mru)
		return 0;
	ppp_put_header(&w, PROTO_LCP);
	wr_u8(&w, ECHO_REQUEST);
	wr_u8(&w, PPP_PROBES + number);
	wr_u16(&w, (unsigned)len);
	wr_u32(&w, p->magic);
	wr_zero(&w, len - 8);
	return w.full ? 0 : wr_len(&w);
}

void echo_reply(struct ppp *p, uint8_t id)
{
	if (id >= PPP_PROBES && p->ops->echoed)
		p->ops->echoed(p->owner, id - PPP_PROBES);
}

void echo_init(struct ppp *p)
{
	p->echo.fire = echo_due;
}

void echo_start(struct ppp *p)
{
	uint64_t period = period_of(p);

	echo_heard(p);
	if (!period || p->lcp.state != FSM_OPENED)
		return;
	if (!timer_armed(&p->echo) || timer_left(p->env, &p->echo) > period)
		timer_start(p->env, &p->echo, period);
}

void echo_stop(struct ppp *p)
{
	timer_stop(p->env, &p->echo);
}
