/* Commands on their way to a worker; see handoff.h. */
#include "engine/dataplane/handoff.h"

#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/commands.h"

/* A command that waits for room in the ring. */
struct waiting {
	struct waiting *next;
	struct command command;
};

void handoff_init(struct handoff *h, struct worker *w, struct env *inlined)
{
	*h = (struct handoff){.worker = w, .inlined = inlined, .backlog_end = &h->backlog};
}

/* The worker looks at the ring: at once, or as soon as it is woken. */
static void kick(struct handoff *h)
{
	if (!h->inlined) {
		worker_call(h->worker);
		return;
	}
	h->worker->now = h->inlined->now(h->inlined);
	commands_run(h->worker);
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
	}
	kick(h);
	return true;
}

bool handoff_send(struct handoff *h, const struct command *c, const uint8_t *bytes, size_t len)
{
	push_backlog(h);
	if (len > PACKET_ROOM || h->backlog || !push(h, c, bytes, len))
		return false;
	kick(h);
	return true;
}

void handoff_flush(struct handoff *h)
{
	if (!h->backlog)
		return;
	push_backlog(h);
	kick(h);
}

void handoff_finish(struct handoff *h)
{
	do {
		commands_run(h->worker);
		push_backlog(h);
	} while (!ring_empty(h->worker->commands));
}
