/*
 * Reliable delivery of control messages (RFC 2661 section 5.8): sequence
 * numbers, the peer's window, retransmission, duplicates. Knows nothing of
 * what the messages say.
 */
#ifndef GATEHOUSE_L2TP_CHANNEL_H
#define GATEHOUSE_L2TP_CHANNEL_H

#include "engine/base/env.h"

#define CHANNEL_TRIES 5         /* retransmissions after the first sending */
#define CHANNEL_PERIOD (1 * SEC) /* then 2, 4, 8, 8 */
#define CHANNEL_PERIOD_MAX (8 * SEC)
#define CHANNEL_QUEUE_MAX 16

enum arrival {
	ARRIVAL_NEW,       /* in order: process it */
	ARRIVAL_ACK,       /* a ZLB: nothing to process */
	ARRIVAL_DUPLICATE, /* acknowledged again, not processed */
	ARRIVAL_OUTSIDE    /* a gap in front of it: dropped, comes again */
};

struct channel_message;

struct channel {
	struct env *env;
	uint16_t ns;   /* of the next message to be queued */
	uint16_t nr;   /* the next we expect */
	uint16_t una;  /* the oldest not acknowledged */
	uint16_t next; /* the oldest not yet transmitted */
	uint16_t window;
	bool ack_due;
	unsigned tries;
	struct timer timer;
	struct channel_message *head, *tail;
	uint64_t *retransmits; /* counted there when not NULL */
	/* To the wire; the sequence numbers are in place. */
	void (*transmit)(struct channel *, const uint8_t *msg, size_t len);
	/* A message was repeated as often as allowed, in vain. */
	void (*failed)(struct channel *);
	/* Everything sent is acknowledged; may be NULL. */
	void (*drained)(struct channel *);
};

void channel_init(struct channel *, struct env *, uint16_t window);
/* Stops the timer and frees what is queued. */
void channel_fini(struct channel *);
/* Queues a built message (copied) and sends it when the window allows. False when the queue is full
 * or memory is short. */
bool channel_send(struct channel *, const uint8_t *msg, size_t len);
/* The sequence numbers of an arrived message. */
enum arrival channel_receive(struct channel *, uint16_t ns, uint16_t nr, bool zlb);
/* What was sent and not acknowledged goes out again at once; the timer goes on as it was. */
void channel_resend(struct channel *);
/* The same once it was repeated in vain: it is repeated again as often. */
void channel_anew(struct channel *);
/* True once when an acknowledgement is owed that no message carried: send a ZLB. */
bool channel_take_ack(struct channel *);
/* It repeats by itself what is not acknowledged. */
static inline bool channel_repeats(const struct channel *c)
{
	return timer_armed(&c->timer);
}

static inline bool channel_idle(const struct channel *c)
{
	return c->head == NULL;
}

#endif
