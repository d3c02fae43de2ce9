/*
 * Owns the records that wait. Life of one: put; on the disk; at its servers, or lost.
 */
#include "engine/aaa/account_queue.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/reason.h"

/* ---- frames ----------------------------------------------------------------------------- */

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

/* ---- groups ----------------------------------------------------------------------------- */

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
	account_record_fini(r);
	free(r);
}

static void insert(struct account_queue *q, struct account_group *g, struct account_record *r)
{
	TAILQ_INSERT_TAIL(&g->records, r, link);
	g->n++;
	q->n++;
	q->bytes += r->len;
}

/* ---- bounds ----------------------------------------------------------------------------- */

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

/* ---- in and out ------------------------------------------------------------------------- */

/* A copy of the packet as a record of its group. */
static struct account_record *add(
    struct account_queue *q, uint64_t seq, enum role from, const uint8_t *packet, size_t len)
{
	struct account_record *r = calloc(1, sizeof *r);
	struct account_group *g;

	if (!r || !account_record_init(r, seq, from, packet, len)) {
		free(r);
		return NULL;
	}
	g = group_of(q, r->group);
	if (!g) {
		account_record_fini(r);
		free(r);
		return NULL;
	}
	insert(q, g, r);
	return r;
}

/* The process before this one had it, and could not say so any more. */
static bool is_known(const struct account_queue *q, const struct account_record *r)
{
	const struct account_group *g = account_queue_find(q, r->group);
	const struct account_record *last = account_sessions_find(&q->sessions, r->key);
	const struct account_record *i;

	if ((int64_t)r->time > q->opened || !r->id)
		return false;
	if (last && account_record_same(last, r))
		return true;
	if (!g)
		return false;
	TAILQ_FOREACH (i, &g->records, link)
		if (account_record_same(i, r))
			return true;
	return false;
}

static bool came_before(struct account_queue *q, enum role from, const uint8_t *packet, size_t len)
{
	struct account_record r;
	bool yes = account_record_init(&r, 0, from, packet, len) && is_known(q, &r);

	if (yes)
		take(q, &r);
	account_record_fini(&r);
	return yes;
}

static void put_packet(struct account_queue *q, enum role from, const uint8_t *packet, size_t len)
{
	struct account_record *r;

	if (came_before(q, from, packet, len) || !(r = add(q, ++q->last, from, packet, len)))
		return;
	account_sessions_follow(&q->sessions, r);
	frame(q, FRAME_RECORD, r);
	make_room(q);
	account_store_flush(&q->store);
}

/* Until it is known what the files have. */
static void put_early(struct account_queue *q, enum role from, const uint8_t *packet, size_t len)
{
	struct account_record *r = q->n < ACCOUNT_RECORDS_MAX ? calloc(1, sizeof *r) : NULL;

	if (r && account_record_init(r, 0, from, packet, len)) {
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

static void put_stop(void *arg, enum role from, const struct msg_account *stop)
{
	account_queue_put(arg, from, stop);
}

void account_queue_ended(
    struct account_queue *q, enum role from, const char *life, uint8_t cause, int64_t now)
{
	account_sessions_end(&q->sessions, from, life, cause, now, put_stop, q);
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

/* ---- the store -------------------------------------------------------------------------- */

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
	lane = *server ? account_group_lane(g, server) : ACCOUNT_LANES;
	if (lane < ACCOUNT_LANES)
		r->done |= 1u << lane;
}

static void found_open(struct account_queue *q, enum role from, const struct account_frame *f)
{
	struct account_record r;

	if (!account_record_init(&r, f->seq, from, f->payload.p + 1, f->payload.len - 1u))
		return;
	account_sessions_follow(&q->sessions, &r);
	account_record_fini(&r);
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
		account_sessions_follow(&q->sessions, r);
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

static void frame_open(void *arg, const struct account_record *last)
{
	frame(arg, FRAME_OPEN, last);
}

/* The sessions behind the records, so that what was last of one is read last. */
static void live(void *arg)
{
	struct account_queue *q = arg;
	struct account_group *g;
	struct account_record *r;

	LIST_FOREACH (g, &q->groups, link)
		TAILQ_FOREACH (r, &g->records, link) {
			frame(q, FRAME_RECORD, r);
			for (unsigned i = 0; i < ACCOUNT_LANES; i++)
				if (r->done & 1u << i)
					frame_done(q, r->seq, g->lane[i]);
		}
	account_sessions_each(&q->sessions, frame_open, q);
}

/* ---- life ------------------------------------------------------------------------------- */

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
		account_record_fini(r);
		free(r);
	}
	account_store_flush(&q->store);
}

static void group_free(struct account_queue *q, struct account_group *g)
{
	struct account_record *r;

	while ((r = TAILQ_FIRST(&g->records)))
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it is out */
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
		account_record_fini(r);
		free(r);
	}
	while (LIST_FIRST(&q->groups))
		group_free(q, LIST_FIRST(&q->groups));
	account_sessions_fini(&q->sessions);
}
