/* From the worker to the control side; see outbox.h. Nothing here locks, waits or allocates. */
#include "engine/dataplane/outbox.h"

#include <string.h>

#define EVENT_RING (1u << 20)

bool outbox_init(struct outbox *b)
{
	b->events = ring_create(EVENT_RING);
	return b->events != NULL;
}

void outbox_fini(struct outbox *b)
{
	ring_destroy(b->events);
}

struct event *outbox_event(struct outbox *b, enum event_type type, size_t len)
{
	/* What each leaves free for those below. */
	static const size_t spare[] = {
	    [EVENT_REFUSED] = EVENT_RING / 4 * 3,
	    [EVENT_DENIED] = EVENT_RING / 4 * 3,
	    [EVENT_IKE_FIRST] = EVENT_RING / 4 * 3,
	    [EVENT_IKE] = EVENT_RING / 2,
	    [EVENT_L2TP] = EVENT_RING / 16,
	    [EVENT_CONFIRMED] = 0,
	    [EVENT_MOVED] = 0,
	    [EVENT_EXHAUSTED] = 0,
	};
	struct event *e = ring_reserve(b->events, sizeof *e + len, spare[type]);

	if (!e) {
		count(type < EVENT_L2TP ? &b->ike_full : &b->ring_full, 1);
		return NULL;
	}
	memset(e, 0, sizeof *e);
	e->type = type;
	return e;
}

void outbox_commit(struct outbox *b)
{
	ring_commit(b->events);
	b->news = true;
}

void outbox_bury(struct outbox *b, struct object *o)
{
	struct object *head = atomic_load_explicit(&b->dead, memory_order_relaxed);

	do {
		o->next = head;
	} while (!atomic_compare_exchange_weak_explicit(&b->dead, &head, o, memory_order_release,
	    memory_order_relaxed));
	b->news = true;
}

struct object *outbox_dead(struct outbox *b)
{
	return atomic_exchange_explicit(&b->dead, NULL, memory_order_acquire);
}
