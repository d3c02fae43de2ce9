/*
 * Reliable delivery of one tunnel's control messages (RFC 2661 section 5.8);
 * see channel.h. One timer serves the oldest unacknowledged message; when it
 * fires, everything in flight is sent again with the Nr of now.
 */
#include "engine/l2tp/channel.h"

#include <stdlib.h>
#include <string.h>

#include "engine/l2tp/header.h"

struct channel_message {
	struct channel_message *next;
	uint16_t ns;
	size_t len;
	uint8_t bytes[];
};

/* a < b in the circle of 16 bits (RFC 2661 5.8). */
static bool before(uint16_t a, uint16_t b)
{
	return (int16_t)(uint16_t)(a - b) < 0;
}

static void period_start(struct channel *c)
{
	uint64_t period = CHANNEL_PERIOD << c->tries; /* CHANNEL_TRIES at most */

	timer_start(c->env, &c->timer, period < CHANNEL_PERIOD_MAX ? period : CHANNEL_PERIOD_MAX);
}

static void put_on_wire(struct channel *c, struct channel_message *m)
{
	l2tp_stamp(m->bytes, m->len, m->ns, c->nr);
	c->ack_due = false;
	c->transmit(c, m->bytes, m->len);
}

/* Sends what the window allows and was not sent yet. */
static void push(struct channel *c)
{
	for (struct channel_message *m = c->head; m; m = m->next) {
		if (before(m->ns, c->next))
			continue;
		if (!before(m->ns, (uint16_t)(c->una + c->window)))
			break;
		c->next = (uint16_t)(m->ns + 1);
		put_on_wire(c, m);
	}
	if (c->head && !timer_armed(&c->timer))
		period_start(c);
}

void channel_resend(struct channel *c)
{
	for (struct channel_message *m = c->head; m && before(m->ns, c->next); m = m->next) {
		if (c->retransmits)
			++*c->retransmits;
		put_on_wire(c, m);
	}
}

void channel_anew(struct channel *c)
{
	c->tries = 0;
	channel_resend(c);
	period_start(c);
}

static void again(struct timer *t)
{
	struct channel *c = container_of(t, struct channel, timer);

	if (c->tries == CHANNEL_TRIES) {
		c->failed(c);
		return;
	}
	c->tries++;
	channel_resend(c);
	period_start(c);
}

void channel_init(struct channel *c, struct env *env, uint16_t window)
{
	c->env = env;
	c->window = window ? window : 1;
	c->timer.fire = again;
}

void channel_fini(struct channel *c)
{
	timer_stop(c->env, &c->timer);
	while (c->head) {
		struct channel_message *m = c->head;

		c->head = m->next;
		free(m);
	}
	c->tail = NULL;
}

bool channel_send(struct channel *c, const uint8_t *msg, size_t len)
{
	struct channel_message *m;

	if ((uint16_t)(c->ns - c->una) >= CHANNEL_QUEUE_MAX)
		return false;
	m = malloc(sizeof *m + len);
	if (!m)
		return false;
	*m = (struct channel_message){.next = NULL, .ns = c->ns++, .len = len};
	memcpy(m->bytes, msg, len);
	if (c->tail)
		c->tail->next = m;
	else
		c->head = m;
	c->tail = m;
	push(c);
	return true;
}

/* Nr acknowledges everything before it; numbers that we never sent acknowledge nothing. */
static void acknowledge(struct channel *c, uint16_t nr)
{
	if (!before(c->una, nr) || before(c->next, nr))
		return;
	while (c->head && before(c->head->ns, nr)) {
		struct channel_message *m = c->head;

		c->head = m->next;
		free(m);
	}
	if (!c->head)
		c->tail = NULL;
	c->una = nr;
	c->tries = 0;
	timer_stop(c->env, &c->timer);
	push(c);
	if (!c->head && c->drained)
		c->drained(c);
}

enum arrival channel_receive(struct channel *c, uint16_t ns, uint16_t nr, bool zlb)
{
	enum arrival kind = ARRIVAL_ACK;

	if (!zlb) {
		kind = before(ns, c->nr) ? ARRIVAL_DUPLICATE : ARRIVAL_OUTSIDE;
		if (ns == c->nr)
			kind = ARRIVAL_NEW;
		if (kind == ARRIVAL_NEW)
			c->nr++;
		if (kind != ARRIVAL_OUTSIDE)
			c->ack_due = true;
	}
	acknowledge(c, nr);
	return kind;
}

bool channel_take_ack(struct channel *c)
{
	bool due = c->ack_due;

	c->ack_due = false;
	return due;
}
