/*
 * Owns the records of sessions that wait to be stored. Identity: the id that the
 * engine gave each. Life: from SESSION_RECORD until the database has it, together
 * with what comes in the next moment, since a transaction costs many times what a
 * row of it does. Who asks for the history, or stops, waits for no such moment. While a
 * change of the configuration is open or the disk takes nothing it is tried again each
 * second. The engine keeps a record until it is stored, and tells it the next manager.
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
#include "engine/base/stop.h"

#define WAITING_MAX 20000 /* as many as the engine keeps */
#define RECORD_MAX 8192   /* as long as the engine keeps */
#define TOGETHER_MAX 500  /* records of a transaction: a full disk may have room for some of many */
#define GATHER_MS 20
#define AGAIN_MS 1000

struct waiting {
	TAILQ_ENTRY(waiting) link;
	bool orphan; /* its engine has gone: nobody waits to hear that it is taken */
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
	bool told; /* that the database takes nothing */
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
	struct waiting *next;

	if (!p)
		return;
	for (struct waiting *w = TAILQ_FIRST(&p->records); w; w = next) {
		next = TAILQ_NEXT(w, link);
		drop(p, w);
	}
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

/* Once in that time; of two times the first. */
static void later(struct past *p, uint64_t ms)
{
	if (!uv_is_active((uv_handle_t *)&p->again))
		uv_timer_start(&p->again, try_again, ms, 0);
}

static void keep(struct past *p, const struct ipc_msg *m)
{
	uint8_t bytes[RECORD_MAX];
	size_t len = ipc_encode(m, bytes, sizeof bytes);
	struct waiting *w = len && p->n < WAITING_MAX ? malloc(sizeof *w + len) : NULL;

	if (!w)
		return; /* the next manager hears of it */
	w->orphan = false;
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

static bool each_stored(void *past)
{
	struct past *p = past;
	struct waiting *w;
	struct ipc_msg m;
	size_t n = 0;

	TAILQ_FOREACH (w, &p->records, link) {
		if (n++ == TOGETHER_MAX)
			break;
		if (ipc_decode(&m, w->bytes, w->len) && !store(p, &m.session_record))
			return false;
	}
	return true;
}

/* Those that each_stored() has stored; the engine is told once the disk has them. */
static void first_taken(struct past *p)
{
	struct waiting *next;
	struct ipc_msg m;
	size_t n = 0;

	for (struct waiting *w = TAILQ_FIRST(&p->records); w && n < TOGETHER_MAX; w = next, n++) {
		next = TAILQ_NEXT(w, link);
		if (!w->orphan && ipc_decode(&m, w->bytes, w->len))
			taken(p, m.session_record.id);
		drop(p, w);
	}
}

static bool records_stored(struct past *p)
{
	while (p->n) {
		if (!p->m->running.db || !db_past_together(p->m->running.db, each_stored, p))
			return false;
		first_taken(p);
	}
	return true;
}

static bool all_stored(struct past *p)
{
	return records_stored(p) && lost_stored(p);
}

/* Once, until it is over. That a change of the configuration is open is no fault. */
static void tell_fault(struct past *p)
{
	const struct db *db = p->m->running.db;
	const char *why = db ? db_fault(db) : "there is no database";

	if (!why || p->told)
		return;
	p->told = true;
	audit_add(&p->m->audit, 3, 199028,
	    "The history of sessions cannot be stored: %s; it is tried again each second", why);
}

static void try_again(uv_timer_t *t)
{
	struct past *p = t->data;

	if (all_stored(p)) {
		p->told = false;
		return;
	}
	tell_fault(p);
	later(p, AGAIN_MS);
}

size_t past_settle(struct past *p)
{
	records_stored(p);
	return p->n;
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
	keep(p, m);
	if (p->stored)
		records_stored(p);
	else
		later(p, GATHER_MS);
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

/* It cannot tell again what waits; the next one's records have numbers of their own. */
void past_engine_gone(struct past *p)
{
	struct waiting *w;

	records_stored(p);
	TAILQ_FOREACH (w, &p->records, link)
		w->orphan = true;
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
	records_stored(p);
	p->ends = why;
	p->stored = stored;
	uv_timer_start(&p->again, had_its_time, STOP_WORDS_MS, 0);
}
