/*
 * Owns the records of sessions that wait to be stored. Identity: the id that the
 * engine gave each. Life: from SESSION_RECORD until the database has it, which is
 * at once, but while a transaction is open or the disk takes nothing; then it is
 * tried again each second, and the engine keeps it as well.
 */
#include "cli/manager/past.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>
#include <uv.h>

#include "cli/manager/manager.h"
#include "engine/base/journal.h"

#define WAITING_MAX 20000 /* as many as the engine keeps */
#define RECORD_MAX 4096
#define AGAIN_MS 1000
#define LAST_WORDS_MS 6000 /* of the engine; the keeper gives every role eight seconds */

struct waiting {
	TAILQ_ENTRY(waiting) link;
	size_t len;
	uint8_t bytes[];
};

struct past {
	struct manager *m;
	TAILQ_HEAD(, waiting) records;
	size_t n;
	char life[32];	/* of the engine that is there, or was last; "" none yet */
	bool lost_open; /* those of other lives have still to be told to have ended */
	int64_t gone;	/* when the last engine went, -1: nobody saw it */
	uv_timer_t again;
	/* While the appliance stops: how those end that last, and who waits for it. */
	enum reason ends;
	void (*stored)(struct manager *);
};

static void try_again(uv_timer_t *);

struct past *past_open(struct manager *m)
{
	struct past *p = calloc(1, sizeof *p);

	if (!p)
		abort();
	p->m = m;
	p->gone = -1;
	TAILQ_INIT(&p->records);
	uv_timer_init(m->loop, &p->again);
	p->again.data = p;
	return p;
}

static void drop(struct past *p, struct waiting *w)
{
	TAILQ_REMOVE(&p->records, w, link);
	p->n--;
	free(w);
}

static void closed(uv_handle_t *h)
{
	free(h->data);
}

void past_close(struct past *p)
{
	if (!p)
		return;
	while (!TAILQ_EMPTY(&p->records))
		drop(p, TAILQ_FIRST(&p->records));
	uv_close((uv_handle_t *)&p->again, closed);
}

/* ---- storing ---------------------------------------------------------------------------- */

static int64_t known(uint64_t n)
{
	return n > INT64_MAX ? -1 : (int64_t)n;
}

static bool store(struct past *p, const struct msg_session_record *r)
{
	char assigned[ADDR_TEXT_MAX], public[ADDR_TEXT_MAX];
	const struct db_past row = {
	    .ended = r->ended,
	    .session = r->index,
	    .login = known(r->login_time),
	    .end = known(r->end_time),
	    .seconds = r->duration,
	    .bytes_out = known(r->bytes_out),
	    .bytes_in = known(r->bytes_in),
	    .key = r->key,
	    .user = r->user,
	    .assigned = addr_text(&r->assigned, assigned),
	    .public = addr_text(&r->public, public),
	    .client = r->client,
	    .protocol = r->protocol,
	    .tunnel_group = r->tunnel_group,
	    .group_policy = r->group_policy,
	    .reason = r->reason,
	    .why = r->why,
	};

	return p->m->running.db && db_past_put(p->m->running.db, &row);
}

static void taken(struct past *p, uint32_t id)
{
	struct ipc_msg m = {.type = MSG_SESSION_TAKEN, .fd = -1, .session_taken = {.id = id}};

	ipc_send(p->m->channel[ROLE_ENGINE], &m);
}

static void later(struct past *p)
{
	if (!uv_is_active((uv_handle_t *)&p->again))
		uv_timer_start(&p->again, try_again, AGAIN_MS, 0);
}

static void keep(struct past *p, const struct ipc_msg *m)
{
	uint8_t bytes[RECORD_MAX];
	size_t len = ipc_encode(m, bytes, sizeof bytes);
	struct waiting *w = len && p->n < WAITING_MAX ? malloc(sizeof *w + len) : NULL;

	if (!w)
		return; /* the next manager hears of it */
	w->len = len;
	memcpy(w->bytes, bytes, len);
	TAILQ_INSERT_TAIL(&p->records, w, link);
	p->n++;
}

/* Ends of sessions that no engine has told, before what the new one tells. */
static bool lost_stored(struct past *p)
{
	const struct reason_text *why = reason_text(REASON_ENGINE_LOST);

	if (!p->lost_open)
		return true;
	if (!p->m->running.db ||
	    !db_past_lost(p->m->running.db, p->life, p->gone, why->device, why->plain))
		return false;
	p->lost_open = false;
	p->gone = -1;
	return true;
}

static bool all_stored(struct past *p)
{
	struct waiting *w;
	struct ipc_msg m;

	while ((w = TAILQ_FIRST(&p->records))) {
		if (ipc_decode(&m, w->bytes, w->len)) {
			if (!store(p, &m.session_record))
				return false;
			taken(p, m.session_record.id);
		}
		drop(p, w);
	}
	return lost_stored(p);
}

static void try_again(uv_timer_t *t)
{
	struct past *p = t->data;

	if (!all_stored(p))
		later(p);
}

/* ---- what is told ------------------------------------------------------------------------- */

void past_life(struct past *p, const char *life)
{
	p->lost_open = true;
	snprintf(p->life, sizeof p->life, "%s", life);
	try_again(&p->again);
}

void past_record(struct past *p, const struct ipc_msg *m)
{
	if (p->n == 0 && store(p, &m->session_record)) {
		taken(p, m->session_record.id);
		return;
	}
	keep(p, m);
	later(p);
}

/* What cannot be stored stays, and the next engine finds it lost. */
static void all_ended(struct past *p)
{
	const struct reason_text *why = reason_text(p->ends);
	void (*stored)(struct manager *) = p->stored;

	uv_timer_stop(&p->again);
	if (!all_stored(p) || !p->m->running.db ||
	    !db_past_lost(p->m->running.db, NULL, time(NULL), why->device, why->plain))
		journal(LOG_WARNING,
		    "the ends of sessions cannot be stored: the next start finds them lost");
	p->stored = NULL;
	stored(p->m);
}

static void had_its_time(uv_timer_t *t)
{
	all_ended(t->data);
}

void past_engine_gone(struct past *p)
{
	if (p->stored)
		all_ended(p);
	else
		p->gone = time(NULL);
}

void past_stop(struct past *p, enum reason why, void (*stored)(struct manager *))
{
	if (!p->m->channel[ROLE_ENGINE]) {
		stored(p->m);
		return;
	}
	p->ends = why;
	p->stored = stored;
	uv_timer_start(&p->again, had_its_time, LAST_WORDS_MS, 0);
}

size_t past_waiting(const struct past *p)
{
	return p->n;
}
