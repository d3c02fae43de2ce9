/*
 * The control side's life with its workers; see dataplane.h. It frees what they
 * have buried, and tells its owner what they report.
 */
#include "engine/dataplane/dataplane.h"

#include <signal.h>
#include <stdlib.h>

#include "engine/crypto/crypto.h"
#include "engine/dataplane/control.h"
#include "engine/dataplane/loop.h"
#include "engine/dataplane/steer.h"
#include "engine/net/ipv4.h"

#define EVENTS_A_POLL 256 /* then the loop has its turn */

static void filter_free(struct dp_filter *f)
{
	acl_let_go(f->acl);
	free(f);
}

static void object_free(struct object *o)
{
	if (o->kind == OBJECT_SA)
		pair_free(container_of(o, struct dp_sa, object));
	else if (o->kind == OBJECT_PEER)
		free(container_of(o, struct dp_peer, object));
	else if (o->kind == OBJECT_FILTER)
		filter_free(container_of(o, struct dp_filter, object));
	else
		free(container_of(o, struct dp_link, object));
}

/* ---- what comes back --------------------------------------------------------- */

static void free_dead(struct dataplane *dp, struct worker *w)
{
	struct object *o = outbox_dead(&w->outbox);

	while (o) {
		struct object *next = o->next;

		if (o->kind == OBJECT_SA) {
			struct dp_sa *sa = container_of(o, struct dp_sa, object);

			pair_count(dp, sa);
			spi_free(dp->spis, spi_slot(dp->spis, sa->in.spi));
		}
		object_free(o);
		o = next;
	}
}

static void dispatch(struct dataplane *dp, const struct event *e, size_t len)
{
	switch (e->type) {
	case EVENT_REFUSED:
		if (dp->ops.refused)
			dp->ops.refused(dp->owner, (enum dp_refusal)e->refusal, e->spi, e->sequence,
			    &e->path);
		break;
	case EVENT_DENIED:
		if (dp->ops.denied)
			dp->ops.denied(dp->owner, &e->denied);
		break;
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

static void poll_worker(struct dataplane *dp, struct worker *w)
{
	const struct event *e;
	size_t len;

	if (!dp->inlined)
		atomic_store(&w->signalled, false);
	for (int i = 0; (e = ring_peek(w->outbox.events, &len)) != NULL; i++) {
		dispatch(dp, e, len - sizeof *e);
		ring_release(w->outbox.events);
		if (!dp->inlined && i == EVENTS_A_POLL) {
			io_tell_control(w->io);
			break;
		}
	}
	free_dead(dp, w);
}

/* They have one bell. */
void dp_poll(struct dataplane *dp)
{
	if (!dp->inlined)
		io_heard(dp->worker[0]->io);
	for (unsigned i = 0; i < owners_count(dp->owners); i++) {
		poll_worker(dp, dp->worker[i]);
		handoff_flush(&dp->to[i]);
	}
}

void dp_flush(struct dataplane *dp)
{
	for (unsigned i = 0; i < owners_count(dp->owners); i++)
		handoff_flush(&dp->to[i]);
}

int dp_event_fd(const struct dataplane *dp)
{
	return io_event_fd(dp->worker[0]->io);
}

/* ---- the inline form --------------------------------------------------------- */

static void at_this_time(struct dataplane *dp)
{
	for (unsigned i = 0; i < owners_count(dp->owners); i++)
		dp->worker[i]->now = dp->env->now(dp->env);
}

/* Whichever worker takes it off the wire hands it to whose it is. */
void dp_input(struct dataplane *dp, const struct path *path, bool udp, const uint8_t *msg,
    size_t len)
{
	at_this_time(dp);
	loop_datagram(dp->worker[0], path, udp, msg, len);
	for (unsigned i = 1; i < owners_count(dp->owners); i++)
		loop_strangers(dp->worker[i]);
}

/* The client's inside address leads to his worker; nobody's is the first one's to count. */
void dp_tun(struct dataplane *dp, const uint8_t *ip, size_t len)
{
	struct ipv4 h;
	unsigned i = owners_count(dp->owners) - 1;

	at_this_time(dp);
	while (i > 0 && !(ipv4_parse(ip, len, &h) && tables_client(&dp->worker[i]->tables, h.dst)))
		i--;
	loop_packet(dp->worker[i], ip, len);
}

/* ---- life -------------------------------------------------------------------- */

static bool create_workers(struct dataplane *dp, const struct crypto *crypto, enum crypt_way way)
{
	uint8_t seed[16];
	struct worker_start start = {.crypto = crypto, .way = way, .seed = seed,
	    .owners = dp->owners, .all = dp->worker, .whose = dp->whose};
	bool ok = true;

	for (unsigned i = 0; ok && i < owners_count(dp->owners); i++) {
		dp->env->random(dp->env, seed, sizeof seed);
		start.number = i;
		dp->worker[i] = worker_create(&start);
		ok = dp->worker[i] != NULL;
		if (!ok)
			break;
		handoff_init(&dp->to[i], dp->worker[i], dp->inlined ? dp->env : NULL);
		start.measured = dp->worker[0]->crypt;
	}
	crypto_wipe(seed, sizeof seed);
	return ok;
}

static void destroy(struct dataplane *dp)
{
	dp->ops.carried = NULL; /* its owner may be gone */
	for (unsigned i = 0; i < owners_count(dp->owners); i++) {
		if (dp->worker[i]) {
			handoff_finish(&dp->to[i]);
			tables_clear(&dp->worker[i]->tables);
			free_dead(dp, dp->worker[i]);
		}
		worker_destroy(dp->worker[i]);
	}
	table_fini(&dp->links);
	whose_destroy(dp->whose);
	spis_destroy(dp->spis);
	free(dp);
}

static struct dataplane *create(struct env *env, const struct crypto *crypto, enum crypt_way way,
    int table, const struct dataplane *is)
{
	struct dataplane *dp = calloc(1, sizeof *dp);

	if (!dp)
		return NULL;
	*dp = *is;
	dp->env = env;
	dp->spis = spis_create(dp->owners);
	dp->whose = dp->owners.others ? whose_create(SESSIONS_MAX, table) : NULL;
	if (dp->spis && (dp->whose || !dp->owners.others) && create_workers(dp, crypto, way))
		return dp;
	destroy(dp);
	return NULL;
}

static bool start_threads(struct dataplane *dp)
{
	sigset_t all, before;
	bool ok = true;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the control thread's */
	for (unsigned i = 0; ok && i < owners_count(dp->owners); i++) {
		ok = pthread_create(&dp->thread[i], NULL, loop_run, dp->worker[i]) == 0;
		dp->threads += ok;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ok;
}

static void stop_threads(struct dataplane *dp)
{
	for (unsigned i = 0; i < dp->threads; i++) {
		atomic_store(&dp->worker[i]->stop, true);
		io_wake(dp->worker[i]->io);
	}
	while (dp->threads > 0)
		pthread_join(dp->thread[--dp->threads], NULL);
}

/* Each its own sockets, what comes in by them steered, and one bell for all. */
static bool open_all(struct dataplane *dp, const struct dp_sockets *sockets)
{
	for (unsigned i = 0; i < owners_count(dp->owners); i++) {
		struct io *io = io_create(&sockets[i]);

		dp->worker[i]->io = io;
		if (!io || (i > 0 && !io_share_bell(io, dp->worker[0]->io)))
			return false;
		if (sockets[i].esp >= 0 && !steer_esp(sockets[i].esp, dp->owners, i))
			return false;
	}
	return sockets->udp4500 < 0 || steer_udp(sockets->udp4500, dp->owners);
}

/* The sockets stay the caller's. */
static void abandon(struct dataplane *dp)
{
	stop_threads(dp);
	for (unsigned i = 0; i < owners_count(dp->owners); i++) {
		if (dp->worker[i]->io)
			io_abandon(dp->worker[i]->io);
		dp->worker[i]->io = NULL;
	}
	destroy(dp);
}

struct dataplane *dp_create(struct env *env, const struct crypto *crypto,
    const struct dp_sockets *sockets, unsigned workers, int table, const struct dp_ops *ops,
    void *owner)
{
	struct dataplane *dp = create(env, crypto, CRYPT_MEASURED, table,
	    &(struct dataplane){.ops = *ops, .owner = owner, .owners = {workers - 1}});

	if (!dp || (open_all(dp, sockets) && start_threads(dp)))
		return dp;
	abandon(dp);
	return NULL;
}

struct dataplane *dp_create_inline_workers(struct env *env, const struct crypto *crypto,
    const struct dp_output *output, const struct dp_ops *ops, void *owner, unsigned workers)
{
	struct dataplane *dp = create(env, crypto, CRYPT_OPENSSL, -1,
	    &(struct dataplane){.ops = *ops, .owner = owner, .inlined = true,
	        .owners = {workers - 1}});

	for (unsigned i = 0; dp && i < owners_count(dp->owners); i++) {
		dp->worker[i]->io = io_create_inline(output);
		if (!dp->worker[i]->io) {
			destroy(dp);
			return NULL;
		}
	}
	return dp;
}

struct dataplane *dp_create_inline(struct env *env, const struct crypto *crypto,
    const struct dp_output *output, const struct dp_ops *ops, void *owner)
{
	return dp_create_inline_workers(env, crypto, output, ops, owner, 1);
}

void dp_destroy(struct dataplane *dp)
{
	stop_threads(dp);
	destroy(dp);
}
