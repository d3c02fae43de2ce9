/*
 * A worker's loop over its descriptors; see loop.h. Each has its turn for a few
 * full batches; the control side is told once a round.
 */
#include "engine/dataplane/loop.h"

#include "engine/base/clock.h"
#include "engine/dataplane/commands.h"
#include "engine/dataplane/inbound.h"
#include "engine/dataplane/outbound.h"
#include "engine/dataplane/stranger.h"

#define QUIET 2000 /* milliseconds without a packet: what many at once have touched is given back */
#define ROUNDS 4 /* full batches from one descriptor before the others have their turn */

static void take(struct worker *w, struct packet *p)
{
	if (p->len == 0)
		count(&w->stats.short_esp, 1);
	else if (p->udp)
		inbound_udp(w, p);
	else
		inbound_esp(w, p);
}

/* Of full batches from one descriptor: while somebody waits for a few packets each has one. */
static size_t rounds(const struct worker *w)
{
	return fair_waits(&w->fair, w->now) ? 1 : ROUNDS;
}

/* While somebody sends little the TUN is read as far ahead as there is room, since his packets wait
 * there behind others'. */
static void receive_tun(struct worker *w)
{
	size_t most = fair_waits(&w->fair, w->now) ? OUT_AHEAD : ROUNDS * BATCH;

	for (size_t i = 0; i < most && outbound_ahead(w); i++) {
		if (!io_read_tun(w->io, outbound_place(w)))
			return;
		outbound_tun(w);
	}
}

/* The answer to what went first may be here. */
static void between(struct worker *w)
{
	receive_tun(w);
	outbound_run(w);
}

static void receive(struct worker *w, unsigned from)
{
	for (size_t round = 0; round < rounds(w); round++) {
		size_t n = io_receive(w->io, from, w->rx);

		for (size_t i = 0; i < n; i++)
			take(w, &w->rx[i]);
		while (inbound_step(w))
			between(w);
		if (n < BATCH)
			return;
	}
}

_Static_assert(FAIR_STEP_MOST == BATCH, "a step is a batch at most");

void loop_strangers(struct worker *w)
{
	enum stranger_from from;
	size_t wire = 0;

	for (int i = 0; i < BATCH && (from = stranger_next(w)) != STRANGER_NOBODY; i++) {
		if (from == STRANGER_TUN) {
			stranger_take(w, outbound_place(w));
			outbound_tun(w);
			continue;
		}
		w->rx[wire] = packet_in(&w->rooms[wire]); /* it was a window on what came last */
		stranger_take(w, &w->rx[wire]);
		take(w, &w->rx[wire++]);
	}
	inbound_run(w);
}

static bool idle(struct worker *w)
{
	return ring_empty(w->commands) && stranger_next(w) == STRANGER_NOBODY;
}

/* While others' packets are being encrypted. What came in may not be worked on twice at once. */
static void pause_for_few(void *arg)
{
	struct worker *w = arg;

	if (w->ins == 0) {
		size_t n = io_receive(w->io, IO_UDP, w->rx);

		for (size_t i = 0; i < n; i++)
			take(w, &w->rx[i]);
		inbound_run(w);
	}
	receive_tun(w);
	outbound_few(w);
}

/* How long it may sleep: until it is woken, once it has rested since it last did something. */
static int patience(struct worker *w, bool rested)
{
	if (!idle(w))
		return 0;
	return rested ? -1 : QUIET;
}

void *loop_run(void *arg)
{
	struct worker *w = arg;
	bool rested = true;

	pthread_mutex_lock(&w->turn);
	w->pause = pause_for_few;
	while (!atomic_load(&w->stop)) {
		bool all_left = w->outs == 0;
		unsigned ready;
		int ms;

		/* Whoever puts something in a ring after this finds `sleeping` set and wakes us. */
		atomic_store(&w->sleeping, true);
		atomic_thread_fence(memory_order_seq_cst);
		pthread_mutex_unlock(&w->turn);
		ms = all_left ? patience(w, rested) : 0;
		ready = io_wait(w->io, ms);
		pthread_mutex_lock(&w->turn);
		atomic_store(&w->sleeping, false);
		rested = ms == QUIET && ready == 0;
		if (rested)
			worker_rest(w);
		w->now = clock_monotonic();
		commands_run(w);
		loop_strangers(w);
		if (ready & IO_UDP)
			receive(w, IO_UDP);
		if (ready & IO_ESP)
			receive(w, IO_ESP);
		if (ready & IO_TUN)
			receive_tun(w);
		outbound_run(w);
		stranger_call(w);
		worker_tell(w);
	}
	pthread_mutex_unlock(&w->turn);
	return NULL;
}

void loop_datagram(struct worker *w, const struct path *path, bool udp, const uint8_t *msg,
    size_t len)
{
	struct packet *p = &w->rx[0];

	if (!packet_fill(p, msg, len))
		return;
	p->path = *path;
	p->udp = udp;
	take(w, p);
	inbound_run(w);
	outbound_flush(w);
}

void loop_packet(struct worker *w, const uint8_t *ip, size_t len)
{
	if (!packet_fill(outbound_place(w), ip, len))
		return;
	outbound_tun(w);
	outbound_flush(w);
}
