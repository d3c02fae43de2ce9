/*
 * Owns who is told what of the queue. A lane: the way of a group's records to
 * one server, or to whichever answers; so many are on their way at once. After
 * an error a lane rests, longer each time, and then tries with one. A flight:
 * one record on one lane, from its start to the answer. /
 */
#include "engine/aaa/accounting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/report.h"

#define WINDOW 64
#define REST_FIRST (5 * SEC)
#define REST_MOST (30 * SEC)
#define REFUSED_MOST 5 /* by a server that answers: it will never take that record */

struct lane {
	struct sender *of;
	unsigned bit, flying;
	bool probing, pumping;
	struct timer again;
	uint64_t rest;
};

/* Who sends a group's records; account_group.owner. */
struct sender {
	struct accounting *a;
	struct account_group *group;
	struct lane lane[ACCOUNT_LANES];
	LIST_HEAD(, flight) flights;
};

struct flight {
	LIST_ENTRY(flight) link;
	struct lane *lane;
	struct account_record *record;
	struct ipc_msg m;
	struct conversation c;
};

static void pump(struct sender *);

/* ---- flights ---------------------------------------------------------------------------- */

static void flight_free(struct flight *f)
{
	LIST_REMOVE(f, link);
	f->lane->flying--;
	f->record->busy &= ~(1u << f->lane->bit);
	conversation_cancel(&f->c);
	free(f);
}

/* Do all servers have it that are to have it now? */
static bool all_have(const struct sender *s, const struct account_record *r, unsigned bit)
{
	const struct aaa_group *g = s->a->find(s->a->arg, s->group->name);

	if (!g || !g->config || strcmp(g->config->accounting_mode, "simultaneous") != 0)
		return true;
	for (size_t i = 0; i < g->n; i++) {
		unsigned lane = account_group_lane(s->group, g->server[i]->config->host);

		if (lane != bit && lane < ACCOUNT_LANES && !(r->done & 1u << lane))
			return false;
	}
	return true;
}

static void rest(struct lane *l)
{
	struct env *env = l->of->a->world->env;

	l->probing = true;
	if (timer_armed(&l->again))
		return;
	timer_start(env, &l->again, l->rest);
	l->rest = 2 * l->rest < REST_MOST ? 2 * l->rest : REST_MOST;
}

/* Nobody is there; or somebody is who does not want it. */
static bool never(struct account_record *r, const struct aaa_answer *a)
{
	return a->result == AUTH_REJECT ||
	       (a->reason == REASON_AUTH_SERVER_ERROR && ++r->refused >= REFUSED_MOST);
}

static void answered(struct conversation *c, const struct aaa_answer *answer)
{
	struct flight *f = container_of(c, struct flight, c);
	struct lane *l = f->lane;
	struct sender *s = l->of;
	struct account_record *r = f->record;
	struct account_queue *q = &s->a->queue;

	if (answer->result == AUTH_CHALLENGE) /* nothing can be asked back: it is no answer */
		answer = &(const struct aaa_answer){.result = AUTH_REJECT};
	if ((r->what != ACCOUNT_INTERIM && r->what < ACCOUNT_ON) || answer->result != AUTH_ACCEPT)
		aaa_report(s->a->world->listener, &c->request, c->server, answer);
	flight_free(f);
	if (answer->result == AUTH_ACCEPT) {
		l->probing = false;
		l->rest = REST_FIRST;
		account_queue_done(q, s->group, r, l->bit, all_have(s, r, l->bit));
	} else if (never(r, answer)) {
		account_queue_lose(q, s->group, r);
	} else {
		rest(l);
	}
	pump(s);
}

static void fill(struct aaa_request *r, const struct msg_account *a)
{
	r->kind = AAA_ACCOUNT;
	r->session = a->session;
	r->client = a->client;
	r->local = a->local;
	r->level = a->level;
	r->account = a;
	snprintf(r->user, sizeof r->user, "%s", a->user);
	snprintf(r->sent, sizeof r->sent, "%s", a->user);
	snprintf(r->tunnel_group, sizeof r->tunnel_group, "%s", a->tunnel_group);
	snprintf(r->service, sizeof r->service, "%s", a->service);
	snprintf(r->port, sizeof r->port, "%s", a->port);
	snprintf(r->command, sizeof r->command, "%s", a->command);
}

static bool launch(
    struct lane *l, struct account_record *r, struct aaa_group *g, struct aaa_server *only)
{
	struct flight *f = calloc(1, sizeof *f);
	struct aaa_request request = {0};

	if (!f || !ipc_decode(&f->m, r->packet, r->len)) {
		free(f);
		return false;
	}
	f->lane = l;
	f->record = r;
	LIST_INSERT_HEAD(&l->of->flights, f, link);
	l->flying++;
	r->busy |= 1u << l->bit;
	fill(&request, &f->m.account);
	conversation_start(&f->c, l->of->a->world->env, g, only, NULL, &request, answered);
	return true;
}

/* ---- lanes ------------------------------------------------------------------------------ */

/* The next one whose session has none before it that is not there yet. */
static struct account_record *next_record(const struct lane *l)
{
	const char *before[2 * WINDOW];
	unsigned n = 0, i;
	struct account_record *r;

	TAILQ_FOREACH (r, &l->of->group->records, link) {
		if (r->done & 1u << l->bit)
			continue;
		for (i = 0; i < n && strcmp(before[i], r->key) != 0; i++)
			;
		if (i == n && r->stored && !(r->busy & 1u << l->bit))
			return r;
		if (i == n && n == sizeof before / sizeof *before)
			return NULL;
		if (i == n)
			before[n++] = r->key;
	}
	return NULL;
}

static void pump_lane(struct lane *l, struct aaa_group *g, struct aaa_server *only)
{
	struct account_record *r;

	if (l->pumping)
		return;
	l->pumping = true;
	while (!timer_armed(&l->again) && l->flying < (l->probing ? 1 : WINDOW) &&
	       (r = next_record(l)))
		if (!launch(l, r, g, only)) {
			rest(l);
			break;
		}
	l->pumping = false;
}

static void on_again(struct timer *t)
{
	pump(container_of(t, struct lane, again)->of);
}

static struct sender *sender_of(struct accounting *a, struct account_group *g)
{
	struct sender *s = g->owner;

	if (s || !(s = calloc(1, sizeof *s)))
		return s;
	s->a = a;
	s->group = g;
	for (unsigned i = 0; i < ACCOUNT_LANES; i++)
		s->lane[i] = (struct lane){
		    .of = s, .bit = i, .rest = REST_FIRST, .again.fire = on_again};
	g->owner = s;
	return s;
}

/* Sends what may go. */
static void pump(struct sender *s)
{
	struct aaa_group *g = s->a->configured ? s->a->find(s->a->arg, s->group->name) : NULL;
	bool each = g && g->config && strcmp(g->config->accounting_mode, "simultaneous") == 0;
	unsigned lane;

	if (!g || !g->n)
		return;
	for (size_t i = 0; i < (each ? g->n : 1); i++) {
		lane = account_group_lane(s->group, each ? g->server[i]->config->host : "");
		if (lane < ACCOUNT_LANES)
			pump_lane(&s->lane[lane], g, each ? g->server[i] : NULL);
	}
}

static void pump_all(struct accounting *a)
{
	struct account_group *g;
	struct sender *s;

	LIST_FOREACH (g, &a->queue.groups, link)
		if ((s = sender_of(a, g)))
			pump(s);
}

/* ---- the queue -------------------------------------------------------------------------- */

static void stored(void *arg, int error)
{
	struct accounting *a = arg;

	if (error && error != a->error)
		log_say(&a->world->listener->log, 199026,
		    "Accounting records cannot be kept on the disk: %s", strerror(error));
	a->error = error;
	pump_all(a);
}

static void lost(void *arg, struct account_group *g)
{
	struct accounting *a = arg;

	log_say(&a->world->listener->log, 199027,
	    "An accounting record for aaa-server group %s was lost (%llu so far)", g->name,
	    (unsigned long long)g->lost);
}

static void taken(void *arg, enum role from, uint32_t id)
{
	struct accounting *a = arg;
	struct aaa_listener *l = a->world->listener;
	struct ipc_msg m = {.type = MSG_ACCOUNT_TAKEN, .fd = -1, .account_taken = {.id = id}};

	l->send(l->arg, from, &m);
}

/* A session of another life of that role says that those of the one before have ended. */
static void new_life(struct accounting *a, enum role from, const struct msg_account *m)
{
	if (m->what != ACCOUNT_START || strlen(m->key) <= ACCOUNT_LIFE || !a->queue.ready ||
	    strncmp(a->life[from], m->key, ACCOUNT_LIFE) == 0)
		return;
	snprintf(a->life[from], sizeof a->life[from], "%.*s", ACCOUNT_LIFE, m->key);
	account_queue_ended(&a->queue, from, m->key, CAUSE_NAS_ERROR, 0);
}

static void tell(struct accounting *a, const char *group, uint8_t what)
{
	struct env *env = a->world->env;
	char key[32];

	snprintf(key, sizeof key, "aaa%08llX%04X", (unsigned long long)env->wall(env),
	    (unsigned)(env->now(env) & 0xffff));
	account_queue_put(&a->queue, ROLE_AAA,
	    &(struct msg_account){.what = what, .server_group = group, .key = key, .service = "",
		.user = "", .tunnel_group = "", .group_policy = "", .method = "", .auth_group = "",
		.port = "", .command = "", .time = (uint64_t)env->wall(env)});
}

/* RADIUS servers hear that we serve before they hear of the first session (RFC 2866 5.1); others
 * have no word for it. */
static void announce(struct accounting *a, const char *name)
{
	const struct aaa_group *of = a->reborn ? a->find(a->arg, name) : NULL;
	struct account_group *g;

	if (!of || !of->config || strcmp(of->config->protocol, "radius") != 0)
		return;
	g = account_queue_find(&a->queue, name);
	if (g && g->told)
		return;
	tell(a, name, ACCOUNT_ON);
	g = account_queue_find(&a->queue, name);
	if (g)
		g->told = true;
}

void accounting_off(struct accounting *a)
{
	struct account_group *g;

	LIST_FOREACH(g, &a->queue.groups, link)
		if (g->told) {
			g->told = false;
			tell(a, g->name, ACCOUNT_OFF);
		}
}

void accounting_put(struct accounting *a, enum role from, const struct msg_account *m)
{
	new_life(a, from, m);
	announce(a, m->server_group);
	account_queue_put(&a->queue, from, m);
}

void accounting_role_gone(struct accounting *a, enum role role)
{
	account_queue_ended(&a->queue, role, NULL, a->ending ? CAUSE_NAS_REBOOT : CAUSE_NAS_ERROR,
	    a->world->env->wall(a->world->env));
}

/* ---- the configuration ------------------------------------------------------------------ */

/* A server that was to have them may be none any more. */
static void settle_group(struct accounting *a, struct account_group *g)
{
	bool known = a->find(a->arg, g->name) != NULL;
	struct sender *s = sender_of(a, g);
	struct account_record *r, *after;

	for (r = TAILQ_FIRST(&g->records); r; r = after) {
		after = TAILQ_NEXT(r, link);
		if (!known && !r->busy)
			account_queue_lose(&a->queue, g, r);
		else if (s && known && !r->busy && r->done && all_have(s, r, ACCOUNT_LANES))
			account_queue_drop(&a->queue, g, r);
	}
}

void accounting_configured(struct accounting *a)
{
	struct account_group *g;

	a->configured = true;
	LIST_FOREACH (g, &a->queue.groups, link)
		settle_group(a, g);
	pump_all(a);
}

void accounting_server_goes(struct accounting *a, struct aaa_server *server)
{
	struct flight *f, *after;
	struct account_group *g = account_queue_find(&a->queue, server->group->name);
	struct sender *s = g ? g->owner : NULL;

	for (f = s ? LIST_FIRST(&s->flights) : NULL; f; f = after) {
		after = LIST_NEXT(f, link);
		if (f->c.server == server)
			flight_free(f);
	}
}

void accounting_group_goes(struct accounting *a, struct aaa_group *group)
{
	struct account_group *g = account_queue_find(&a->queue, group->name);
	struct sender *s = g ? g->owner : NULL;

	while (s && LIST_FIRST(&s->flights))
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it is out */
		flight_free(LIST_FIRST(&s->flights));
}

/* ---- what is shown ---------------------------------------------------------------------- */

void accounting_count(
    const struct accounting *a, const struct aaa_server *s, uint64_t *queued, uint64_t *lost_ones)
{
	struct account_group *g = account_queue_find(&a->queue, s->group->name);
	const struct aaa_group *of = s->group;
	struct account_record *r;
	unsigned lane = ACCOUNT_LANES;

	*queued = g ? g->n : 0;
	*lost_ones = g ? g->lost : 0;
	if (!g || !of->config || strcmp(of->config->accounting_mode, "simultaneous") != 0)
		return;
	lane = account_group_lane(g, s->config->host);
	*queued = 0;
	TAILQ_FOREACH (r, &g->records, link)
		*queued += lane >= ACCOUNT_LANES || !(r->done & 1u << lane);
}

void accounting_clear(struct accounting *a, const struct aaa_server *s)
{
	struct account_group *g = account_queue_find(&a->queue, s->group->name);

	if (g)
		g->lost = 0;
}

bool accounting_busy(const struct accounting *a)
{
	return account_store_busy(&a->queue.store);
}

bool accounting_flies(const struct accounting *a)
{
	const struct account_group *g;

	LIST_FOREACH(g, &a->queue.groups, link)
		if (g->owner && LIST_FIRST(&((const struct sender *)g->owner)->flights))
			return true;
	return false;
}

/* ---- life ------------------------------------------------------------------------------- */

void accounting_init(struct accounting *a, const struct aaa_world *world,
    struct aaa_group *(*find)(void *arg, const char *name), void *arg)
{
	*a = (struct accounting){.world = world,
	    .find = find,
	    .arg = arg,
	    .queue = {.stored = stored, .lost = lost, .taken = taken, .arg = a}};
	account_queue_init(&a->queue);
}

void accounting_open(struct accounting *a, const int fd[2], bool reborn)
{
	if (a->queue.ready)
		return;
	a->reborn = reborn;
	account_queue_open(&a->queue, a->world->env, fd, reborn);
	if (a->queue.store.damaged)
		log_say(&a->world->listener->log, 199026,
		    "Accounting records cannot be kept on the disk: "
		    "%u places of the file were damaged",
		    a->queue.store.damaged);
	if (a->configured)
		accounting_configured(a);
}

void accounting_fini(struct accounting *a)
{
	struct account_group *g;
	struct sender *s;

	LIST_FOREACH (g, &a->queue.groups, link) {
		s = g->owner;
		while (s && LIST_FIRST(&s->flights))
			/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it is out */
			flight_free(LIST_FIRST(&s->flights));
		for (unsigned i = 0; s && i < ACCOUNT_LANES; i++)
			timer_stop(a->world->env, &s->lane[i].again);
		free(s);
	}
	account_queue_close(&a->queue);
}
