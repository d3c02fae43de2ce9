/* Commands on their way to a worker; see handoff.h. */
#include "engine/dataplane/handoff.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/dataplane/commands.h"
#include "engine/dataplane/outbound.h"

/* Commands after which they are done though the control side goes on to add some. */
#define AT_ONCE 16

/* A command that waits for room in the ring. */
struct waiting {
	struct waiting *next;
	struct command command;
};

void handoff_init(struct handoff *h, struct worker *w, struct env *inlined)
{
	*h = (struct handoff){.worker = w, .inlined = inlined, .backlog_end = &h->backlog};
}

/* The worker looks at the ring. One whose thread sleeps is worked for here and now, which for a
 * few messages costs less than to wake it; one that is awake, or about to be, finds them. */
static void kick(struct handoff *h)
{
	struct worker *w = h->worker;
	bool borrowed = !h->inlined && pthread_mutex_trylock(&w->turn) == 0;

	h->owed = 0;
	if (!h->inlined && !borrowed) {
		worker_call(w);
		return;
	}
	w->now = h->inlined ? h->inlined->now(h->inlined) : clock_monotonic();
	commands_run(w);
	outbound_flush(w);
	if (borrowed) {
		worker_tell(w);
		pthread_mutex_unlock(&w->turn);
	}
}

/* There is something in the ring. */
static void owe(struct handoff *h)
{
	if (h->inlined || ++h->owed >= AT_ONCE)
		kick(h);
}

static bool push(struct handoff *h, const struct command *c, const uint8_t *bytes, size_t len)
{
	struct command *to = ring_reserve(h->worker->commands, sizeof *c + len, 0);

	if (!to)
		return false;
	memcpy(to, c, sizeof *c);
	if (len)
		memcpy(to->bytes, bytes, len);
	ring_commit(h->worker->commands);
	return true;
}

static void push_backlog(struct handoff *h)
{
	struct waiting *first;

	while ((first = h->backlog) != NULL && push(h, &first->command, NULL, 0)) {
		h->backlog = first->next;
		free(first);
	}
	if (!h->backlog)
		h->backlog_end = &h->backlog;
}

bool handoff_command(struct handoff *h, const struct command *c)
{
	struct waiting *last;

	push_backlog(h);
	if (h->backlog || !push(h, c, NULL, 0)) {
		last = calloc(1, sizeof *last);
		if (!last)
			return false;
		last->command = *c;
		*h->backlog_end = last;
		h->backlog_end = &last->next;
		kick(h);
		return true;
	}
	owe(h);
	return true;
}

bool handoff_send(struct handoff *h, const struct command *c, const uint8_t *bytes, size_t len)
{
	push_backlog(h);
	if (len > PACKET_ROOM || h->backlog || !push(h, c, bytes, len))
		return false;
	owe(h);
	return true;
}

/* Commands are left over, and the control side may sleep next: the worker tells it of room. That
 * there was none is looked at again after that was said, lest it be made in between. */
static void want_room(struct handoff *h)
{
	atomic_store(&h->worker->wanted, true);
	atomic_thread_fence(memory_order_seq_cst);
	push_backlog(h);
}

void handoff_flush(struct handoff *h)
{
	if (!h->backlog && !h->owed)
		return;
	push_backlog(h);
	if (h->backlog)
		want_room(h);
	kick(h);
}

void handoff_finish(struct handoff *h)
{
	do {
		commands_run(h->worker);
		push_backlog(h);
	} while (!ring_empty(h->worker->commands));
	outbound_flush(h->worker);
}
