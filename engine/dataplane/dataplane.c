/*
 * The control side of the packet worker: it allocates what the worker will
 * own, sends it over, remembers it by SPI and by session id to read counters,
 * and frees it when it comes back.
 *
 * An SPI is a slot's index below and 16 random bits above that differ each
 * time; free slots wait in a queue, so that an index comes back as late as
 * possible. Commands that find the ring full wait in a backlog here.
 */
#include "engine/dataplane/dataplane.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/dataplane/worker.h"

#define EVENTS_A_POLL 256 /* then the loop has its turn */
#define SOFT_PERCENT 95

enum slot_state { SLOT_FREE, SLOT_RESERVED, SLOT_INSTALLED, SLOT_REMOVED };

struct slot {
	struct dp_sa *sa; /* while installed */
	uint16_t generation;
	uint8_t state;
	bool outbound;
};

/* A command that waits for room in the ring. */
struct waiting {
	struct waiting *next;
	struct command command;
};

struct dataplane {
	struct env *env;
	struct dp_ops ops;
	void *owner;
	struct worker *worker;
	bool inlined;
	pthread_t thread;
	struct waiting *backlog, **backlog_end;
	struct slot *slots;        /* SA_TABLE */
	uint16_t *free_slots;      /* a queue */
	size_t free_head, free_len;
	struct dp_link **links; /* SESSION_TABLE */
};

static uint32_t slot_spi(const struct dataplane *dp, size_t index)
{
	return (uint32_t)dp->slots[index].generation << 16 | (uint32_t)index;
}

/* The slot of an SPI in use, NULL when it is not. */
static struct slot *slot_of(const struct dataplane *dp, uint32_t spi)
{
	struct slot *s = &dp->slots[spi % SA_TABLE];

	return s->state != SLOT_FREE && slot_spi(dp, spi % SA_TABLE) == spi ? s : NULL;
}

uint32_t dp_spi_reserve(struct dataplane *dp)
{
	uint16_t index, generation;
	struct slot *s;

	if (dp->free_len == 0)
		return 0;
	index = dp->free_slots[dp->free_head++ % SA_TABLE];
	dp->free_len--;
	s = &dp->slots[index];
	do
		dp->env->random(dp->env, &generation, sizeof generation);
	while (generation == 0 || generation == s->generation);
	*s = (struct slot){.generation = generation, .state = SLOT_RESERVED};
	return slot_spi(dp, index);
}

static void slot_free(struct dataplane *dp, struct slot *s)
{
	s->state = SLOT_FREE;
	s->sa = NULL;
	dp->free_slots[(dp->free_head + dp->free_len++) % SA_TABLE] = (uint16_t)(s - dp->slots);
}

void dp_spi_release(struct dataplane *dp, uint32_t spi)
{
	struct slot *s = slot_of(dp, spi);

	if (s && s->state == SLOT_RESERVED)
		slot_free(dp, s);
}

static void sa_free(struct dp_sa *sa)
{
	crypt_key_destroy(sa->in.key);
	crypt_key_destroy(sa->out.key);
	free(sa);
}

static void object_free(struct object *o)
{
	if (o->kind == OBJECT_SA)
		sa_free(container_of(o, struct dp_sa, object));
	else if (o->kind == OBJECT_PEER)
		free(container_of(o, struct dp_peer, object));
	else
		free(container_of(o, struct dp_link, object));
}

static void bury_dead(struct dataplane *dp)
{
	struct object *o = atomic_exchange_explicit(&dp->worker->dead, NULL, memory_order_acquire);

	while (o) {
		struct object *next = o->next;

		if (o->kind == OBJECT_SA)
			slot_free(dp, slot_of(dp, container_of(o, struct dp_sa, object)->in.spi));
		object_free(o);
		o = next;
	}
}

/* The worker looks at the ring: at once, or as soon as it is woken. */
static void kick(struct dataplane *dp)
{
	struct worker *w = dp->worker;

	if (dp->inlined) {
		w->now = dp->env->now(dp->env);
		worker_commands(w);
		return;
	}
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_exchange(&w->sleeping, false))
		io_wake(w->io);
}

static bool push(struct dataplane *dp, const struct command *c)
{
	struct command *to = ring_reserve(dp->worker->commands, sizeof *c, 0);

	if (!to)
		return false;
	memcpy(to, c, sizeof *c);
	ring_commit(dp->worker->commands);
	return true;
}

static void backlog_push(struct dataplane *dp)
{
	struct waiting *first;

	while ((first = dp->backlog) != NULL && push(dp, &first->command)) {
		dp->backlog = first->next;
		free(first);
	}
	if (!dp->backlog)
		dp->backlog_end = &dp->backlog;
}

/* Order is kept: nothing overtakes the backlog. False when out of memory. */
static bool command(struct dataplane *dp, const struct command *c)
{
	struct waiting *last;

	backlog_push(dp);
	if (dp->backlog || !push(dp, c)) {
		last = calloc(1, sizeof *last);
		if (!last)
			return false;
		last->command = *c;
		*dp->backlog_end = last;
		dp->backlog_end = &last->next;
	}
	kick(dp);
	return true;
}

static uint64_t lifetime_bytes(const struct child *c, unsigned percent)
{
	return c->kilobytes ? (uint64_t)c->kilobytes * 1024 * percent / 100 : UINT64_MAX;
}

bool dp_sa_inbound(struct dataplane *dp, uint32_t peer, const struct path *path,
    const struct child *child, uint32_t replay_window)
{
	struct slot *slot = slot_of(dp, child->spi_in);
	struct dp_sa *sa;
	struct dp_peer *spare;

	if (!slot || slot->state != SLOT_RESERVED || !esp_suite_ok(child->cipher, child->auth))
		return false;
	sa = calloc(1, sizeof *sa);
	spare = calloc(1, sizeof *spare);
	if (!sa || !spare)
		goto fail;
	sa->object.kind = OBJECT_SA;
	spare->object.kind = OBJECT_PEER;
	sa->peer_id = peer;
	sa->transport = child->transport;
	sa->udp_encap = child->udp_encap;
	sa->local = child->local;
	sa->remote = child->remote;
	sa->soft_bytes = lifetime_bytes(child, SOFT_PERCENT);
	sa->hard_bytes = lifetime_bytes(child, 100);
	sa->in.spi = child->spi_in;
	replay_init(&sa->replay, replay_window);
	sa->in.key = crypt_key_create(dp->worker->crypt, child->cipher, child->auth, child->enc_in,
	    child->auth_in, false);
	if (!sa->in.key ||
	    !command(dp, &(struct command){.type = COMMAND_SA_IN, .path = *path, .sa = sa,
	                     .spare = spare}))
		goto fail;
	slot->state = SLOT_INSTALLED;
	slot->sa = sa;
	return true;
fail:
	if (sa)
		sa_free(sa);
	free(spare);
	return false;
}

static struct slot *installed(const struct dataplane *dp, uint32_t spi)
{
	struct slot *s = slot_of(dp, spi);

	return s && s->state == SLOT_INSTALLED ? s : NULL;
}

bool dp_sa_outbound(struct dataplane *dp, uint32_t peer, const struct child *child)
{
	struct slot *slot = installed(dp, child->spi_in);
	struct crypt_key *key;

	if (!slot || slot->sa->peer_id != peer || slot->outbound)
		return false;
	key = crypt_key_create(dp->worker->crypt, child->cipher, child->auth, child->enc_out,
	    child->auth_out, true);
	if (!key)
		return false;
	if (!command(dp, &(struct command){.type = COMMAND_SA_OUT, .spi = child->spi_in,
	                     .spi_out = child->spi_out, .key = key})) {
		crypt_key_destroy(key);
		return false;
	}
	slot->outbound = true;
	return true;
}

bool dp_sa_remove(struct dataplane *dp, uint32_t spi_in)
{
	struct slot *slot = installed(dp, spi_in);

	if (!slot || !command(dp, &(struct command){.type = COMMAND_SA_REMOVE, .spi = spi_in}))
		return false;
	slot->state = SLOT_REMOVED; /* its number is free once the worker has let go */
	return true;
}

bool dp_peer_use(struct dataplane *dp, uint32_t peer, uint32_t spi_in)
{
	struct slot *slot = installed(dp, spi_in);

	return slot && slot->outbound && slot->sa->peer_id == peer &&
	    command(dp, &(struct command){.type = COMMAND_PEER_USE, .peer = peer, .spi = spi_in});
}

bool dp_peer_move(struct dataplane *dp, uint32_t peer, const struct path *path)
{
	return command(dp, &(struct command){.type = COMMAND_PEER_MOVE, .peer = peer, .path = *path});
}

bool dp_peer_mtu(struct dataplane *dp, uint32_t peer, uint32_t mtu)
{
	return command(dp, &(struct command){.type = COMMAND_PEER_MTU, .peer = peer, .mtu = mtu});
}

/* The same with an MTU that the packet buffers can hold. */
static struct dp_session within_room(const struct dp_session *s)
{
	struct dp_session r = *s;

	if (r.mtu > PACKET_ROOM)
		r.mtu = PACKET_ROOM;
	return r;
}

bool dp_session_add(struct dataplane *dp, const struct dp_session *s)
{
	struct dp_link *l;

	if (dp->links[s->session] && !dp_session_remove(dp, s->session))
		return false;
	l = calloc(1, sizeof *l);
	if (!l)
		return false;
	l->object.kind = OBJECT_SESSION;
	if (!command(dp, &(struct command){.type = COMMAND_SESSION_ADD, .link = l,
	                     .change = within_room(s)})) {
		free(l);
		return false;
	}
	dp->links[s->session] = l;
	return true;
}

bool dp_session_change(struct dataplane *dp, const struct dp_session *s)
{
	return dp->links[s->session] &&
	    command(dp, &(struct command){.type = COMMAND_SESSION_CHANGE, .change = within_room(s)});
}

bool dp_session_remove(struct dataplane *dp, uint16_t session)
{
	if (!dp->links[session] ||
	    !command(dp, &(struct command){.type = COMMAND_SESSION_REMOVE, .session = session}))
		return false;
	dp->links[session] = NULL;
	return true;
}

/* A command with bytes behind it. It may be lost: its sender says it again. */
static bool send_bytes(struct dataplane *dp, const struct command *what, const uint8_t *bytes,
    size_t len)
{
	struct command *c;

	backlog_push(dp);
	if (len > PACKET_ROOM || dp->backlog ||
	    !(c = ring_reserve(dp->worker->commands, sizeof *c + len, 0)))
		return false;
	memcpy(c, what, sizeof *c);
	memcpy(c->bytes, bytes, len);
	ring_commit(dp->worker->commands);
	kick(dp);
	return true;
}

bool dp_send_l2tp(struct dataplane *dp, uint32_t peer, uint16_t local_port, uint16_t remote_port,
    const uint8_t *msg, size_t len)
{
	return send_bytes(dp, &(struct command){.type = COMMAND_SEND, .peer = peer,
	                          .local_port = local_port, .remote_port = remote_port}, msg, len);
}

bool dp_send_ppp(struct dataplane *dp, uint16_t session, const uint8_t *frame, size_t len)
{
	return dp->links[session] &&
	    send_bytes(dp, &(struct command){.type = COMMAND_SEND_PPP, .session = session}, frame, len);
}

bool dp_send_ip(struct dataplane *dp, uint16_t session, const uint8_t *ip, size_t len)
{
	return dp->links[session] &&
	    send_bytes(dp, &(struct command){.type = COMMAND_SEND_IP, .session = session}, ip, len);
}

static void half_counters(const struct half *h, struct dp_sa_counters *to)
{
	if (!to)
		return;
	*to = (struct dp_sa_counters){.packets = get(&h->packets), .bytes = get(&h->bytes),
	    .errors = get(&h->errors), .replay_failed = get(&h->replay_failed),
	    .auth_failed = get(&h->auth_failed), .malformed = get(&h->malformed),
	    .policy_failed = get(&h->policy_failed), .bitmap = get(&h->bitmap),
	    .sequence = (uint32_t)get(&h->newest), .last_used = get(&h->last_used)};
}

bool dp_sa_counters(struct dataplane *dp, uint32_t spi_in, struct dp_sa_counters *in,
    struct dp_sa_counters *out)
{
	struct slot *slot = installed(dp, spi_in);

	if (!slot)
		return false;
	half_counters(&slot->sa->in, in);
	half_counters(&slot->sa->out, out);
	return true;
}

bool dp_session_counters(struct dataplane *dp, uint16_t session, struct dp_session_counters *to)
{
	const struct dp_link *l = dp->links[session];

	if (!l)
		return false;
	*to = (struct dp_session_counters){.packets_in = get(&l->packets_in),
	    .bytes_in = get(&l->bytes_in), .packets_out = get(&l->packets_out),
	    .bytes_out = get(&l->bytes_out), .drop_in = get(&l->drop_in),
	    .drop_out = get(&l->drop_out), .last_in = get(&l->last_in), .last_out = get(&l->last_out)};
	return true;
}

void dp_get_stats(struct dataplane *dp, struct dp_stats *to)
{
	memset(to, 0, sizeof *to);
#define STAT(name) to->name = get(&dp->worker->stats.name);
	WORKER_STATS(STAT)
#undef STAT
}

const char *dp_backends(struct dataplane *dp)
{
	return crypt_describe(dp->worker->crypt);
}

bool dp_consistent(const struct dataplane *dp, struct dp_census *n)
{
	const struct worker *w = dp->worker;
	size_t of_peers = 0, spis = 0;
	bool ok;

	*n = (struct dp_census){.spis = SA_TABLE - dp->free_len};
	ok = worker_consistent(w, &n->sas, &n->sessions, &n->peers, &of_peers);
	for (size_t i = 0; i < SA_TABLE; i++) {
		const struct slot *s = &dp->slots[i];

		spis += s->state != SLOT_FREE;
		ok = ok && (w->sas[i] != NULL) == (s->state == SLOT_INSTALLED) &&
		    (s->state != SLOT_INSTALLED || s->sa == w->sas[i]);
	}
	for (size_t i = 0; i < SESSION_TABLE; i++)
		ok = ok && dp->links[i] == w->links[i];
	return ok && spis == n->spis && of_peers == n->sas;
}

int dp_event_fd(const struct dataplane *dp)
{
	return dp->inlined ? -1 : io_event_fd(dp->worker->io);
}

static void dispatch(struct dataplane *dp, const struct event *e, size_t len)
{
	switch (e->type) {
	case EVENT_IKE_FIRST:
	case EVENT_IKE:
		dp->ops.ike(dp->owner, &e->path, e->bytes, len);
		break;
	case EVENT_L2TP:
		dp->ops.l2tp(dp->owner, e->spi, e->local_port, e->remote_port, e->bytes, len);
		break;
	case EVENT_CONFIRMED:
		dp->ops.confirmed(dp->owner, e->spi);
		break;
	case EVENT_MOVED:
		dp->ops.moved(dp->owner, e->spi, &e->path);
		break;
	case EVENT_EXHAUSTED:
		dp->ops.exhausted(dp->owner, e->spi, e->hard);
		break;
	}
}

void dp_poll(struct dataplane *dp)
{
	struct worker *w = dp->worker;
	const struct event *e;
	uint64_t told;
	size_t len;

	if (!dp->inlined) {
		while (read(io_event_fd(w->io), &told, sizeof told) > 0)
			continue;
		atomic_store(&w->signalled, false);
	}
	for (int i = 0; (e = ring_peek(w->events, &len)) != NULL; i++) {
		dispatch(dp, e, len - sizeof *e);
		ring_release(w->events);
		if (!dp->inlined && i == EVENTS_A_POLL) {
			io_tell_control(w->io);
			break;
		}
	}
	bury_dead(dp);
	if (dp->backlog) {
		backlog_push(dp);
		kick(dp);
	}
}

void dp_input(struct dataplane *dp, const struct path *path, bool udp, const uint8_t *msg,
    size_t len)
{
	struct worker *w = dp->worker;
	struct packet *p = &w->rx[0];

	if (!packet_fill(p, msg, len))
		return;
	p->path = *path;
	p->udp = udp;
	w->now = dp->env->now(dp->env);
	if (udp)
		inbound_udp(w, p);
	else
		inbound_esp(w, p);
	inbound_run(w);
	outbound_flush(w);
}

void dp_tun(struct dataplane *dp, const uint8_t *ip, size_t len)
{
	struct worker *w = dp->worker;

	if (!packet_fill(&w->out[w->outs], ip, len))
		return;
	w->now = dp->env->now(dp->env);
	outbound_tun(w);
	outbound_flush(w);
}

static struct dataplane *create(struct env *env, const struct crypto *crypto, enum crypt_way way,
    const struct dp_ops *ops, void *owner)
{
	struct dataplane *dp = calloc(1, sizeof *dp);
	uint8_t seed[16];

	if (!dp)
		return NULL;
	dp->env = env;
	dp->ops = *ops;
	dp->owner = owner;
	dp->backlog_end = &dp->backlog;
	dp->slots = calloc(SA_TABLE, sizeof *dp->slots);
	dp->free_slots = calloc(SA_TABLE, sizeof *dp->free_slots);
	dp->links = calloc(SESSION_TABLE, sizeof(struct dp_link *));
	env->random(env, seed, sizeof seed);
	dp->worker = worker_create(crypto, way, seed);
	crypto_wipe(seed, sizeof seed);
	if (!dp->slots || !dp->free_slots || !dp->links || !dp->worker) {
		dp->inlined = true; /* no thread to stop */
		dp_destroy(dp);
		return NULL;
	}
	for (size_t i = 0; i < SA_TABLE; i++)
		dp->free_slots[i] = (uint16_t)i;
	dp->free_len = SA_TABLE;
	return dp;
}

struct dataplane *dp_create(struct env *env, const struct crypto *crypto,
    const struct dp_sockets *sockets, const struct dp_ops *ops, void *owner)
{
	struct dataplane *dp = create(env, crypto, CRYPT_MEASURED, ops, owner);
	sigset_t all, before;
	int failed;

	if (!dp)
		return NULL;
	dp->worker->io = io_create(sockets);
	if (!dp->worker->io)
		goto fail;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the control thread's */
	failed = pthread_create(&dp->thread, NULL, io_loop, dp->worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!failed)
		return dp;
	io_abandon(dp->worker->io);
	dp->worker->io = NULL;
fail:
	dp->inlined = true;
	dp_destroy(dp);
	return NULL;
}

struct dataplane *dp_create_inline(struct env *env, const struct crypto *crypto,
    const struct dp_output *output, const struct dp_ops *ops, void *owner)
{
	struct dataplane *dp = create(env, crypto, CRYPT_OPENSSL, ops, owner);

	if (!dp)
		return NULL;
	dp->inlined = true;
	dp->worker->output = *output;
	return dp;
}

/* Everything that is in the worker's tables, in the ring or in the backlog. */
static void free_all(struct dataplane *dp)
{
	struct worker *w = dp->worker;

	do {
		worker_commands(w);
		backlog_push(dp);
	} while (!ring_empty(w->commands));
	for (size_t i = 0; i < SESSION_TABLE; i++)
		free(w->links[i]);
	for (size_t i = 0; i < SA_TABLE; i++)
		if (w->sas[i])
			sa_free(w->sas[i]);
	for (size_t i = 0; i < PEER_BUCKETS; i++)
		while (w->peers[i]) {
			struct dp_peer *peer = w->peers[i];

			w->peers[i] = peer->next;
			free(peer);
		}
	bury_dead(dp);
}

void dp_destroy(struct dataplane *dp)
{
	struct worker *w = dp->worker;

	if (!dp->inlined) {
		atomic_store(&w->stop, true);
		io_wake(w->io);
		pthread_join(dp->thread, NULL);
	}
	if (w) {
		free_all(dp);
		if (w->io)
			io_destroy(w->io);
		worker_destroy(w);
	}
	free(dp->links);
	free(dp->free_slots);
	free(dp->slots);
	free(dp);
}
