/*
 * The worker's tables and commands. It owns every SA, peer and session from
 * the command that brought it to the one that removes it; then the object goes
 * on the list `dead`, from which the control side frees it.
 */
#include "engine/dataplane/worker.h"
#include "engine/l2tp/header.h"
#include "engine/ppp/frame.h"

#include <stdlib.h>
#include <string.h>

#include "engine/crypto/keyed.h"

#define COMMAND_RING (1u << 18)
#define EVENT_RING (1u << 20)
#define SEQUENCE_SOFT 0xf0000000u

struct worker *worker_create(const struct crypto *crypto, enum crypt_way way, const uint8_t seed[16])
{
	struct worker *w = calloc(1, sizeof *w);

	if (!w)
		return NULL;
	w->commands = ring_create(COMMAND_RING);
	w->events = ring_create(EVENT_RING);
	w->crypt = crypt_create(crypto, way);
	w->sas = calloc(SA_TABLE, sizeof(struct dp_sa *));
	w->links = calloc(SESSION_TABLE, sizeof(struct dp_link *));
	w->rx = aligned_alloc(64, BATCH * sizeof *w->rx);
	w->out = aligned_alloc(64, BATCH * sizeof *w->out);
	w->scratch = aligned_alloc(64, sizeof *w->scratch);
	w->iv.stream = stream_key_create(crypto, seed);
	w->iv.used = sizeof w->iv.bytes;
	if (w->commands && w->events && w->crypt && w->sas && w->links && w->rx && w->out &&
	    w->scratch && w->iv.stream)
		return w;
	worker_destroy(w);
	return NULL;
}

void worker_destroy(struct worker *w)
{
	stream_key_destroy(w->iv.stream);
	crypto_wipe(&w->iv, sizeof w->iv);
	free(w->scratch);
	free(w->out);
	free(w->rx);
	free(w->links);
	free(w->sas);
	crypt_destroy(w->crypt);
	ring_destroy(w->events);
	ring_destroy(w->commands);
	free(w);
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

struct event *worker_event(struct worker *w, enum event_type type, size_t len)
{
	/* What each leaves free for those below. */
	static const size_t spare[] = {
	    [EVENT_IKE_FIRST] = EVENT_RING / 4 * 3,
	    [EVENT_IKE] = EVENT_RING / 2,
	    [EVENT_L2TP] = EVENT_RING / 16,
	    [EVENT_CONFIRMED] = 0,
	    [EVENT_MOVED] = 0,
	    [EVENT_EXHAUSTED] = 0,
	};
	struct event *e = ring_reserve(w->events, sizeof *e + len, spare[type]);

	if (!e) {
		count(type < EVENT_L2TP ? &w->stats.ike_full : &w->stats.ring_full, 1);
		return NULL;
	}
	memset(e, 0, sizeof *e);
	e->type = type;
	return e;
}

void worker_commit(struct worker *w)
{
	ring_commit(w->events);
	w->pushed = true;
}

static void bury(struct worker *w, struct object *o)
{
	struct object *head = atomic_load_explicit(&w->dead, memory_order_relaxed);

	do {
		o->next = head;
	} while (!atomic_compare_exchange_weak_explicit(&w->dead, &head, o, memory_order_release,
	    memory_order_relaxed));
	w->pushed = true;
}

static struct dp_peer **peer_place(struct worker *w, uint32_t id)
{
	struct dp_peer **p = &w->peers[(id * 2654435761u >> 16) % PEER_BUCKETS];

	while (*p && (*p)->id != id)
		p = &(*p)->next;
	return p;
}

static void peer_drop(struct worker *w, struct dp_peer *peer)
{
	struct dp_peer **place;

	if (--peer->refs > 0)
		return;
	place = peer_place(w, peer->id);
	*place = peer->next;
	bury(w, &peer->object);
}

static struct dp_link **client_place(struct worker *w, uint32_t address)
{
	return &w->clients[(address * 2654435761u >> 16) % CLIENT_BUCKETS];
}

struct dp_link *worker_client(const struct worker *w, uint32_t address)
{
	struct dp_link *l = w->clients[(address * 2654435761u >> 16) % CLIENT_BUCKETS];

	while (l && l->client != address)
		l = l->next;
	return l;
}

struct dp_sa *worker_sa(const struct worker *w, uint32_t spi)
{
	struct dp_sa *sa = w->sas[spi % SA_TABLE];

	return sa && sa->in.spi == spi ? sa : NULL;
}

/* What the SA can carry over its peer's interface. */
static void fit(struct dp_sa *sa)
{
	sa->message = mtu_message(crypt_key_cipher(sa->in.key), crypt_key_hash(sa->in.key), sa->transport,
	    sa->udp_encap, sa->peer->mtu);
}

static void sa_in(struct worker *w, const struct command *c)
{
	struct dp_sa *sa = c->sa;
	struct dp_peer **place = peer_place(w, sa->peer_id);

	if (*place) { /* where he is, this side knows better than whoever sent the command */
		bury(w, &c->spare->object);
	} else {
		c->spare->id = sa->peer_id;
		c->spare->path = c->path;
		c->spare->mtu = MTU_DEFAULT;
		*place = c->spare;
	}
	sa->peer = *place;
	fit(sa);
	sa->peer->refs++;
	sa->next = sa->peer->sas;
	sa->peer->sas = sa;
	w->sas[sa->in.spi % SA_TABLE] = sa;
}

static void sa_out(struct worker *w, const struct command *c)
{
	struct dp_sa *sa = worker_sa(w, c->spi);

	if (!sa || sa->out.key)
		return; /* the control side keeps both from happening */
	sa->out.key = c->key;
	sa->out.spi = c->spi_out;
}

static void sa_remove(struct worker *w, const struct command *c)
{
	struct dp_sa *sa = worker_sa(w, c->spi), **place;
	struct dp_peer *peer;

	if (!sa)
		return;
	peer = sa->peer;
	for (place = &peer->sas; *place != sa;)
		place = &(*place)->next;
	*place = sa->next;
	w->sas[c->spi % SA_TABLE] = NULL;
	if (peer->current == sa) {
		/* Until control says otherwise, the newest that can send. */
		peer->current = peer->sas;
		while (peer->current && !peer->current->out.key)
			peer->current = peer->current->next;
	}
	bury(w, &sa->object);
	peer_drop(w, peer);
}

/* Only an open session is found by its client's address. */
static void client_add(struct worker *w, struct dp_link *l)
{
	struct dp_link **place = client_place(w, l->client);

	if (!l->is.open)
		return;
	l->next = *place;
	*place = l;
}

static void client_remove(struct worker *w, struct dp_link *l)
{
	struct dp_link **place = client_place(w, l->client);

	if (!l->is.open)
		return;
	while (*place != l)
		place = &(*place)->next;
	*place = l->next;
}

/* Takes over what the session is now. */
static void session_set(struct worker *w, struct dp_link *l, const struct dp_session *is)
{
	l->is = *is;
	l->client = addr_to_v4(&is->client);
	l->header = (uint16_t)(l2tp_data_header(is->sequencing) + ppp_ip_header(is->acfc, is->pfc));
	client_add(w, l);
}

uint16_t worker_mtu(const struct dp_link *l)
{
	const struct dp_sa *sa = l->peer ? l->peer->current : NULL;
	uint16_t fits = sa ? mtu_inner(sa->message, l->header) : MTU_DEFAULT;

	return l->is.mtu < fits ? l->is.mtu : fits;
}

static void session_unlink(struct worker *w, struct dp_link *l)
{
	client_remove(w, l);
	w->links[l->is.session] = NULL;
	bury(w, &l->object);
	if (l->peer)
		peer_drop(w, l->peer);
}

static void session_add(struct worker *w, const struct command *c)
{
	struct dp_link *l = c->link;

	l->peer = *peer_place(w, c->change.peer);
	if (l->peer)
		l->peer->refs++;
	w->links[c->change.session] = l;
	session_set(w, l, &c->change);
}

static void session_change(struct worker *w, const struct command *c)
{
	struct dp_link *l = w->links[c->change.session];

	if (!l)
		return;
	client_remove(w, l);
	session_set(w, l, &c->change);
}

static void session_remove(struct worker *w, const struct command *c)
{
	if (w->links[c->session])
		session_unlink(w, w->links[c->session]);
}

static void peer_use(struct worker *w, const struct command *c)
{
	struct dp_peer *peer = *peer_place(w, c->peer);
	struct dp_sa *sa = worker_sa(w, c->spi);

	if (peer && sa && sa->peer == peer && sa->out.key)
		peer->current = sa;
}

static void peer_move(struct worker *w, const struct command *c)
{
	struct dp_peer *peer = *peer_place(w, c->peer);

	if (peer)
		peer->path = c->path;
}

static void peer_mtu(struct worker *w, const struct command *c)
{
	struct dp_peer *peer = *peer_place(w, c->peer);

	if (!peer)
		return;
	peer->mtu = c->mtu;
	for (struct dp_sa *sa = peer->sas; sa; sa = sa->next)
		fit(sa);
}

static void send_l2tp(struct worker *w, const struct command *c, size_t len)
{
	struct dp_peer *peer = *peer_place(w, c->peer);

	if (peer)
		outbound_l2tp(w, peer, c->local_port, c->remote_port, c->bytes, len);
}

void worker_commands(struct worker *w)
{
	const struct command *c;
	size_t len;

	while ((c = ring_peek(w->commands, &len)) != NULL) {
		switch (c->type) {
		case COMMAND_SA_IN:
			sa_in(w, c);
			break;
		case COMMAND_SA_OUT:
			sa_out(w, c);
			break;
		case COMMAND_SA_REMOVE:
			outbound_flush(w); /* its jobs may wait with its key */
			sa_remove(w, c);
			break;
		case COMMAND_PEER_USE:
			peer_use(w, c);
			break;
		case COMMAND_PEER_MOVE:
			peer_move(w, c);
			break;
		case COMMAND_PEER_MTU:
			peer_mtu(w, c);
			break;
		case COMMAND_SESSION_ADD:
			session_add(w, c);
			break;
		case COMMAND_SESSION_CHANGE:
			session_change(w, c);
			break;
		case COMMAND_SESSION_REMOVE:
			session_remove(w, c);
			break;
		case COMMAND_SEND:
			send_l2tp(w, c, len - sizeof *c);
			break;
		case COMMAND_SEND_PPP:
			if (w->links[c->session])
				outbound_ppp(w, w->links[c->session], c->bytes, len - sizeof *c);
			break;
		case COMMAND_SEND_IP:
			if (w->links[c->session])
				outbound_ip(w, w->links[c->session], c->bytes, len - sizeof *c);
			break;
		}
		ring_release(w->commands);
	}
	outbound_flush(w);
}

void worker_lifetime(struct worker *w, struct dp_sa *sa, struct half *h)
{
	uint64_t bytes = get(&h->bytes);
	bool hard = bytes >= sa->hard_bytes || h->sequence == UINT32_MAX;
	bool soft = hard || bytes >= sa->soft_bytes || h->sequence >= SEQUENCE_SOFT;
	struct event *e;

	if (!(soft && !h->said_soft) && !(hard && !h->said_hard))
		return;
	e = worker_event(w, EVENT_EXHAUSTED, 0);
	if (!e)
		return; /* the next packet tries again */
	e->spi = sa->in.spi;
	e->hard = hard;
	h->said_soft = true;
	h->said_hard = hard;
	worker_commit(w);
}

static bool peer_consistent(const struct worker *w, const struct dp_peer *p, size_t bucket,
    size_t *of_peers)
{
	size_t refs = 0;
	bool current = p->current == NULL;

	for (const struct dp_sa *sa = p->sas; sa; sa = sa->next, refs++) {
		current |= sa == p->current;
		if (sa->peer != p || w->sas[sa->in.spi % SA_TABLE] != sa)
			return false;
	}
	*of_peers += refs;
	for (size_t i = 0; i < SESSION_TABLE; i++)
		refs += w->links[i] && w->links[i]->peer == p;
	return current && refs == p->refs && (p->id * 2654435761u >> 16) % PEER_BUCKETS == bucket;
}

bool worker_consistent(const struct worker *w, size_t *sas, size_t *sessions, size_t *peers,
    size_t *of_peers)
{
	bool ok = true;

	*sas = *sessions = *peers = *of_peers = 0;
	for (size_t i = 0; i < SA_TABLE; i++) {
		*sas += w->sas[i] != NULL;
		ok = ok && (!w->sas[i] || w->sas[i]->in.spi % SA_TABLE == i);
	}
	for (size_t i = 0; i < SESSION_TABLE; i++) {
		const struct dp_link *l = w->links[i];

		*sessions += l != NULL;
		ok = ok && (!l || (l->is.session == i &&
		    (!l->is.open || worker_client(w, l->client) == l)));
	}
	for (size_t i = 0; i < PEER_BUCKETS; i++)
		for (const struct dp_peer *p = w->peers[i]; p; p = p->next, ++*peers)
			ok = ok && peer_consistent(w, p, i, of_peers);
	return ok;
}
