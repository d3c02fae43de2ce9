/*
 * Owns the records that wait and the sessions that are open. Life of a record: put; on the disk; at its
 * servers, or lost. Life of an open session: its start to its stop; each record between takes the place
 * of the one before.
 */
#include "engine/aaa/account_queue.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/reason.h"

#define LIFE_LEN 11 /* of a key: whose life it is of */

/* ---- records ------------------------------------------------------------------------------------ */

static void record_fini(struct account_record *r)
{
	free(r->packet);
	r->packet = NULL;
}

/* From a packet, which is copied. False: no memory, or it is none. */
static bool record_init(
    struct account_record *r, uint64_t seq, enum role from, const uint8_t *packet, size_t len)
{
	struct ipc_msg m;

	*r = (struct account_record){
	    .seq = seq, .from = from, .packet = malloc(len ? len : 1), .len = len};
	if (!r->packet)
		return false;
	memcpy(r->packet, packet, len);
	if (!ipc_decode(&m, r->packet, len) || m.type != MSG_ACCOUNT ||
	    m.account.what < ACCOUNT_START || m.account.what > ACCOUNT_COMMAND) {
		record_fini(r);
		return false;
	}
	r->what = m.account.what;
	r->time = m.account.time;
	r->id = m.account.id;
	r->key = m.account.key;
	r->group = m.account.server_group;
	return true;
}

static void frame(
    struct account_queue *q, enum account_frame_type type, const struct account_record *r)
{
	uint8_t payload[ACCOUNT_PAYLOAD_MAX];

	payload[0] = (uint8_t)r->from;
	memcpy(payload + 1, r->packet, r->len);
	account_store_put(
	    &q->store, &(struct account_frame){type, r->seq, {(uint16_t)(r->len + 1), payload}});
}

static void frame_done(struct account_queue *q, uint64_t seq, const char *server)
{
	account_store_put(&q->store, &(struct account_frame){FRAME_DONE, seq,
					 {(uint16_t)strlen(server), (const uint8_t *)server}});
}

/* ---- groups --------------------------------------------------------------------------------------- */

struct account_group *account_queue_find(const struct account_queue *q, const char *name)
{
	struct account_group *g;

	LIST_FOREACH (g, &q->groups, link)
		if (strcmp(g->name, name) == 0)
			break;
	return g;
}

static struct account_group *group_of(struct account_queue *q, const char *name)
{
	struct account_group *g = account_queue_find(q, name);

	if (g || !(g = calloc(1, sizeof *g + strlen(name) + 1)))
		return g;
	strcpy(g->name, name);
	TAILQ_INIT(&g->records);
	LIST_INSERT_HEAD(&q->groups, g, link);
	return g;
}

unsigned account_group_lane(struct account_group *g, const char *server)
{
	unsigned i;

	for (i = 0; i < ACCOUNT_LANES && g->lane[i]; i++)
		if (strcmp(g->lane[i], server) == 0)
			return i;
	if (i < ACCOUNT_LANES && !(g->lane[i] = strdup(server)))
		return ACCOUNT_LANES;
	return i;
}

static void take(struct account_queue *q, struct account_record *r)
{
	if (r->id)
		q->taken(q->arg, r->from, r->id);
	r->id = 0;
}

static void take_out(struct account_queue *q, struct account_group *g, struct account_record *r)
{
	take(q, r);
	TAILQ_REMOVE(&g->records, r, link);
	g->n--;
	q->n--;
	q->bytes -= r->len;
	record_fini(r);
	free(r);
}

static void insert(struct account_queue *q, struct account_group *g, struct account_record *r)
{
	TAILQ_INSERT_TAIL(&g->records, r, link);
	g->n++;
	q->n++;
	q->bytes += r->len;
}

/* ---- open sessions ---------------------------------------------------------------------------------- */

static unsigned bucket_of(const char *key)
{
	uint32_t h = 2166136261u;

	while (*key)
		h = (h ^ (uint8_t)*key++) * 16777619u;
	return h % ACCOUNT_BUCKETS;
}

static struct account_open *open_find(const struct account_queue *q, const char *key)
{
	struct account_open *o;

	LIST_FOREACH (o, &q->open[bucket_of(key)], link)
		if (strcmp(o->last.key, key) == 0)
			break;
	return o;
}

static void open_free(struct account_open *o)
{
	LIST_REMOVE(o, link);
	record_fini(&o->last);
	free(o);
}

/* What the record says of its session. */
static void follow(struct account_queue *q, const struct account_record *r)
{
	struct account_open *o;

	if (r->what == ACCOUNT_COMMAND)
		return;
	o = open_find(q, r->key);
	if (o)
		open_free(o);
	if (r->what == ACCOUNT_STOP || !(o = calloc(1, sizeof *o)))
		return;
	if (!record_init(&o->last, r->seq, r->from, r->packet, r->len)) {
		free(o);
		return;
	}
	LIST_INSERT_HEAD(&q->open[bucket_of(o->last.key)], o, link);
}

static bool ends(const struct account_record *r, enum role from, const char *life)
{
	return (from == ROLE_COUNT || r->from == from) &&
	       (!life || strncmp(r->key, life, LIFE_LEN) != 0);
}

static void end_session(struct account_queue *q, struct account_open *o, uint8_t cause, int64_t now)
{
	struct account_record was = o->last;
	struct ipc_msg m;

	LIST_REMOVE(o, link);
	free(o);
	if (ipc_decode(&m, was.packet, was.len)) {
		struct msg_account *a = &m.account;

		a->what = ACCOUNT_STOP;
		a->cause = cause;
		if (now > (int64_t)a->time) {
			a->duration += (uint32_t)((uint64_t)now - a->time);
			a->time = (uint64_t)now;
		}
		account_queue_put(q, was.from, a);
	}
	record_fini(&was);
}

void account_queue_ended(
    struct account_queue *q, enum role from, const char *life, uint8_t cause, int64_t now)
{
	struct account_open *o, *after;

	for (unsigned i = 0; i < ACCOUNT_BUCKETS; i++)
		for (o = LIST_FIRST(&q->open[i]); o; o = after) {
			after = LIST_NEXT(o, link);
			if (ends(&o->last, from, life))
				end_session(q, o, cause, now);
		}
}

/* ---- bounds ------------------------------------------------------------------------------------------- */

void account_queue_drop(struct account_queue *q, struct account_group *g, struct account_record *r)
{
	frame_done(q, r->seq, "");
	take_out(q, g, r);
}

void account_queue_lose(struct account_queue *q, struct account_group *g, struct account_record *r)
{
	g->lost++;
	account_queue_drop(q, g, r);
	q->lost(q->arg, g);
}

/* The oldest one of the kind (0: of any) that is not on its way. */
static struct account_record *oldest(
    const struct account_queue *q, uint8_t what, struct account_group **of)
{
	struct account_record *found = NULL, *r;
	struct account_group *g;

	LIST_FOREACH (g, &q->groups, link)
		TAILQ_FOREACH (r, &g->records, link) {
			if (r->busy || (what && r->what != what) || (found && r->seq > found->seq))
				continue;
			found = r;
			*of = g;
			break;
		}
	return found;
}

/* What tells least goes first. */
static void make_room(struct account_queue *q)
{
	static const uint8_t order[] = {ACCOUNT_INTERIM, ACCOUNT_START, 0};
	struct account_record *r = NULL;
	struct account_group *g = NULL;

	while (q->n > ACCOUNT_RECORDS_MAX || q->bytes > ACCOUNT_BYTES_MAX) {
		for (size_t i = 0; i < sizeof order; i++)
			if ((r = oldest(q, order[i], &g)))
				break;
		if (!r)
			return;
		account_queue_lose(q, g, r);
		r = NULL;
	}
}

/* ---- in and out ----------------------------------------------------------------------------------------- */

/* A copy of the packet as a record of its group. */
static struct account_record *add(
    struct account_queue *q, uint64_t seq, enum role from, const uint8_t *packet, size_t len)
{
	struct account_record *r = calloc(1, sizeof *r);
	struct account_group *g;

	if (!r || !record_init(r, seq, from, packet, len)) {
		free(r);
		return NULL;
	}
	g = group_of(q, r->group);
	if (!g) {
		record_fini(r);
		free(r);
		return NULL;
	}
	insert(q, g, r);
	return r;
}

static bool same(const struct account_record *a, const struct account_record *b)
{
	return a->what == b->what && a->time == b->time && strcmp(a->key, b->key) == 0;
}

/* The process before this one had it, and could not say so any more. */
static bool is_known(const struct account_queue *q, const struct account_record *r)
{
	const struct account_group *g = account_queue_find(q, r->group);
	const struct account_open *o = open_find(q, r->key);
	const struct account_record *i;

	if ((int64_t)r->time > q->opened || !r->id)
		return false;
	if (o && same(&o->last, r))
		return true;
	if (!g)
		return false;
	TAILQ_FOREACH (i, &g->records, link)
		if (same(i, r))
			return true;
	return false;
}

static bool came_before(struct account_queue *q, enum role from, const uint8_t *packet, size_t len)
{
	struct account_record r;
	bool yes = record_init(&r, 0, from, packet, len) && is_known(q, &r);

	if (yes)
		take(q, &r);
	record_fini(&r);
	return yes;
}

static void put_packet(struct account_queue *q, enum role from, const uint8_t *packet, size_t len)
{
	struct account_record *r;

	if (came_before(q, from, packet, len) || !(r = add(q, ++q->last, from, packet, len)))
		return;
	follow(q, r);
	frame(q, FRAME_RECORD, r);
	make_room(q);
	account_store_flush(&q->store);
}

/* Until it is known what the files have. */
static void put_early(struct account_queue *q, enum role from, const uint8_t *packet, size_t len)
{
	struct account_record *r = q->n < ACCOUNT_RECORDS_MAX ? calloc(1, sizeof *r) : NULL;

	if (r && record_init(r, 0, from, packet, len)) {
		TAILQ_INSERT_TAIL(&q->early, r, link);
		q->n++;
	} else {
		free(r);
	}
}

void account_queue_put(struct account_queue *q, enum role from, const struct msg_account *a)
{
	uint8_t packet[ACCOUNT_PAYLOAD_MAX - 1];
	struct ipc_msg m = {.type = MSG_ACCOUNT, .fd = -1, .account = *a};
	size_t len = ipc_encode(&m, packet, sizeof packet);

	if (len && q->ready)
		put_packet(q, from, packet, len);
	else if (len)
		put_early(q, from, packet, len);
}

void account_queue_done(struct account_queue *q, struct account_group *g, struct account_record *r,
    unsigned lane, bool all)
{
	r->busy &= ~(1u << lane);
	r->done |= 1u << lane;
	frame_done(q, r->seq, all ? "" : g->lane[lane]);
	if (all)
		take_out(q, g, r);
	account_store_flush(&q->store);
}

/* ---- the store --------------------------------------------------------------------------------------------- */

static struct account_record *by_seq(
    const struct account_queue *q, uint64_t seq, struct account_group **of)
{
	struct account_record *r;

	LIST_FOREACH (*of, &q->groups, link)
		TAILQ_FOREACH (r, &(*of)->records, link)
			if (r->seq == seq)
				return r;
	return NULL;
}

static void found_done(struct account_queue *q, const struct account_frame *f)
{
	char server[256] = "";
	struct account_group *g;
	struct account_record *r = by_seq(q, f->seq, &g);
	unsigned lane;

	if (!r)
		return;
	if (!f->payload.len) {
		take_out(q, g, r);
		return;
	}
	memcpy(server, f->payload.p,
	    f->payload.len < sizeof server ? f->payload.len : sizeof server - 1);
	lane = account_group_lane(g, server);
	if (lane < ACCOUNT_LANES)
		r->done |= 1u << lane;
}

static void found_open(struct account_queue *q, enum role from, const struct account_frame *f)
{
	struct account_record r;

	if (!record_init(&r, f->seq, from, f->payload.p + 1, f->payload.len - 1u))
		return;
	follow(q, &r);
	record_fini(&r);
}

static void found(void *arg, const struct account_frame *f)
{
	struct account_queue *q = arg;
	enum role from = f->payload.len ? (enum role)f->payload.p[0] : ROLE_COUNT;
	struct account_record *r;

	if (f->seq > q->last)
		q->last = f->seq;
	if (f->type == FRAME_DONE) {
		found_done(q, f);
	} else if (from >= ROLE_COUNT) {
		return;
	} else if (f->type == FRAME_OPEN) {
		found_open(q, from, f);
	} else if ((r = add(q, f->seq, from, f->payload.p + 1, f->payload.len - 1u))) {
		r->stored = true;
		r->id = 0;
		follow(q, r);
	}
}

static void written(void *arg, uint64_t seq, int error)
{
	struct account_queue *q = arg;
	struct account_group *g;
	struct account_record *r;

	LIST_FOREACH (g, &q->groups, link)
		TAILQ_FOREACH (r, &g->records, link) {
			r->stored |= r->seq <= seq || error;
			if (r->seq <= seq && !error)
				take(q, r);
		}
	q->stored(q->arg, error);
}

/* Behind its record, so that what was last of a session is read last. */
static void live(void *arg)
{
	struct account_queue *q = arg;
	struct account_group *g;
	struct account_record *r;
	struct account_open *o;

	LIST_FOREACH (g, &q->groups, link)
		TAILQ_FOREACH (r, &g->records, link) {
			frame(q, FRAME_RECORD, r);
			for (unsigned i = 0; i < ACCOUNT_LANES; i++)
				if (r->done & 1u << i)
					frame_done(q, r->seq, g->lane[i]);
		}
	for (unsigned i = 0; i < ACCOUNT_BUCKETS; i++)
		LIST_FOREACH (o, &q->open[i], link)
			frame(q, FRAME_OPEN, &o->last);
}

/* ---- life ---------------------------------------------------------------------------------------------------- */

void account_queue_init(struct account_queue *q)
{
	TAILQ_INIT(&q->early);
	q->store.fd[0] = q->store.fd[1] = -1;
}

void account_queue_open(struct account_queue *q, struct env *env, const int fd[2], bool reborn)
{
	static const struct account_store_ops ops = {found, written, live};
	struct account_record *r;

	q->n = 0;
	account_store_open(&q->store, env, fd, &ops, q);
	q->ready = true;
	q->opened = env->wall(env);
	if (reborn)
		account_queue_ended(q, ROLE_COUNT, NULL, CAUSE_NAS_REBOOT, 0);
	while ((r = TAILQ_FIRST(&q->early))) {
		TAILQ_REMOVE(&q->early, r, link);
		put_packet(q, r->from, r->packet, r->len);
		record_fini(r);
		free(r);
	}
	account_store_flush(&q->store);
}

static void group_free(struct account_queue *q, struct account_group *g)
{
	struct account_record *r;

	while ((r = TAILQ_FIRST(&g->records)))
		take_out(q, g, r);
	for (unsigned i = 0; i < ACCOUNT_LANES; i++)
		free(g->lane[i]);
	LIST_REMOVE(g, link);
	free(g);
}

void account_queue_close(struct account_queue *q)
{
	struct account_record *r;

	account_store_close(&q->store);
	while ((r = TAILQ_FIRST(&q->early))) {
		TAILQ_REMOVE(&q->early, r, link);
		record_fini(r);
		free(r);
	}
	while (LIST_FIRST(&q->groups))
		group_free(q, LIST_FIRST(&q->groups));
	for (unsigned i = 0; i < ACCOUNT_BUCKETS; i++)
		while (LIST_FIRST(&q->open[i]))
			open_free(LIST_FIRST(&q->open[i]));
}
