/* A worker's life and its randomness; see worker.h. */
#include "engine/dataplane/worker.h"

#include <stdlib.h>

#include "engine/base/give_back.h"
#include "engine/crypto/keyed.h"

#define COMMAND_RING (1u << 18)
#define FEW 16 /* packets each way whose rooms are kept when it is quiet */

static bool rings_init(struct worker *w, struct owners owners)
{
	w->commands = ring_create(COMMAND_RING);
	for (unsigned i = 0; i < owners_count(owners); i++)
		if (i != w->number && !(w->strangers[i] = ring_create(STRANGER_RING)))
			return false;
	return w->commands != NULL;
}

/* The first packets have the first rooms. */
static void rooms_deal(struct worker *w)
{
	for (size_t i = 0; i < BATCH; i++)
		w->rx[i] = packet_in(&w->rooms[i]);
	for (size_t i = 0; i < OUT_PLACES; i++)
		w->out[i] = packet_in(&w->rooms[BATCH + i]);
	w->scratch = packet_in(&w->rooms[BATCH + OUT_PLACES]);
}

static bool rooms_init(struct worker *w)
{
	w->rooms = aligned_alloc(64, (BATCH + OUT_PLACES + 1) * sizeof *w->rooms);
	if (w->rooms)
		rooms_deal(w);
	return w->rooms != NULL;
}

struct worker *worker_create(const struct worker_start *s)
{
	struct worker *w = calloc(1, sizeof *w);
	bool ok;

	if (!w)
		return NULL;
	pthread_mutex_init(&w->turn, NULL);
	w->number = s->number;
	w->all = s->all;
	w->whose = s->whose;
	ok = rings_init(w, s->owners);
	ok = outbox_init(&w->outbox) && ok;
	ok = tables_init(&w->tables, s->owners, &w->outbox) && ok;
	w->crypt = s->measured ? crypt_create_like(s->crypto, s->measured)
			       : crypt_create(s->crypto, s->way);
	ok = rooms_init(w) && ok;
	w->iv.stream = stream_key_create(s->crypto, s->seed);
	w->iv.used = sizeof w->iv.bytes;
	if (ok && w->crypt && w->iv.stream)
		return w;
	worker_destroy(w);
	return NULL;
}

void worker_destroy(struct worker *w)
{
	if (!w)
		return;
	io_destroy(w->io);
	stream_key_destroy(w->iv.stream);
	crypto_wipe(&w->iv, sizeof w->iv);
	free(w->rooms);
	crypt_destroy(w->crypt);
	tables_fini(&w->tables);
	outbox_fini(&w->outbox);
	for (unsigned i = 0; i < WORKERS_MAX; i++)
		ring_destroy(w->strangers[i]);
	ring_destroy(w->commands);
	pthread_mutex_destroy(&w->turn);
	free(w);
}

void worker_call(struct worker *w)
{
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load(&w->sleeping) && atomic_exchange(&w->sleeping, false))
		io_wake(w->io);
}

void worker_tell(struct worker *w)
{
	if (w->outbox.news && !atomic_exchange(&w->signalled, true))
		io_tell_control(w->io);
	w->outbox.news = false;
}

void worker_rest(struct worker *w)
{
	rooms_deal(w);
	give_back(&w->rooms[FEW], (BATCH - FEW) * sizeof *w->rooms);
	give_back(&w->rooms[BATCH + FEW], (OUT_PLACES - FEW) * sizeof *w->rooms);
	ring_rest(w->outbox.events);
	io_rest(w->io);
}

const uint8_t *worker_iv(struct worker *w)
{
	struct iv_pool *v = &w->iv;

	if (v->used + CRYPT_IV_MAX > sizeof v->bytes) {
		stream_key_run(v->stream, v->bytes, sizeof v->bytes);
		v->used = 0;
	}
	v->used += CRYPT_IV_MAX;
	return &v->bytes[v->used - CRYPT_IV_MAX];
}
