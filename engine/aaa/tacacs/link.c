/*
 * Owns `struct tacacs_link`, a connection. Identity: its pool, and its stream. Life: from the first
 * session that needs it until its last one ends; the one that the pool shares stays until the
 * server closes it, answers nothing any more, or the configuration changes. Whether a server
 * lets sessions share is known from its first packet (RFC 8907 4.3), so each carries one until
 * then. A server that works on one session after the other must not hold the rest: a
 * shared connection that has been silent for a second is left alone meanwhile.
 */
#include "engine/aaa/tacacs/link.h"

#include <stdlib.h>
#include <string.h>

#include "engine/aaa/report.h"

#define LINKS_MAX 256
#define SILENT SEC
#define SEQ_LAST 253 /* ours are odd, and one of theirs has to follow */

struct tacacs_link {
	LIST_ENTRY(tacacs_link) in_pool;
	struct tacacs_pool *pool;
	struct aaa_stream *stream;
	LIST_HEAD(, tacacs_session) sessions;
	bool shares; /* the server has agreed */
	bool reading, dead;
	unsigned owed;	     /* answers */
	uint64_t busy_since; /* of `owed`, or of the last answer; monotonic */
	uint8_t head[TACACS_HEADER];
	size_t have; /* of the head, or of the body behind it */
	struct tacacs_header in;
	uint8_t *body; /* NULL: the head is being read */
};

static uint64_t now(const struct tacacs_pool *p)
{
	return p->world->env->now(p->world->env);
}

static void trace_packet(
    const struct tacacs_pool *p, const char *what, const struct tacacs_header *h)
{
	aaa_debug(p->world->listener, TRACE_TACACS, TRACE_DEBUG, NULL,
	    "TACACS: %s version 0x%x, type %u, seq_no %u, flags 0x%x, session_id %u, length %u",
	    what, h->version, h->type, h->seq, h->flags, h->session, h->length);
}

/* ---- connections ---------------------------------------------------------------------------- */

static void body_free(struct tacacs_link *l)
{
	if (l->body)
		crypto_wipe(l->body, l->in.length);
	free(l->body);
	l->body = NULL;
	l->have = 0;
}

static void link_free(struct tacacs_link *l)
{
	body_free(l);
	free(l);
}

/* No session will be on it any more; those that are stay in its list. */
static void unlist(struct tacacs_link *l)
{
	if (l->dead)
		return;
	l->dead = true;
	LIST_REMOVE(l, in_pool);
	l->pool->n--;
	if (l->pool->shared == l)
		l->pool->shared = NULL;
}

/* Every session on it hears of it; those for which the server has never said a word on a
 * connection that others have used begin anew, once. */
static void bereave(struct tacacs_link *l, enum reason reason, const char *why, bool anew)
{
	struct tacacs_session *s;

	while ((s = LIST_FIRST(&l->sessions))) {
		LIST_REMOVE(s, on_link);
		s->link = NULL;
		if (anew && l->shares && !s->heard && !s->again) {
			s->again = true;
			s->pool->server->counters.retransmissions++;
			tacacs_session_open(s, s->pool, s->type, s->version);
		} else {
			s->pool->events->lost(s, reason, why);
		}
	}
}

static void serve_line(struct tacacs_pool *);

static void drop(struct tacacs_link *l, enum reason reason, const char *why)
{
	struct tacacs_pool *p = l->pool;

	if (l->dead)
		return;
	unlist(l);
	p->world->net->stream_close(l->stream);
	bereave(l, reason, why, false);
	if (!l->reading)
		link_free(l);
	serve_line(p);
}

/* ---- what a server says --------------------------------------------------------------------- */

static struct tacacs_session *session_find(struct tacacs_link *l, uint32_t id)
{
	struct tacacs_session *s;

	LIST_FOREACH (s, &l->sessions, on_link)
		if (s->id == id)
			break;
	return s;
}

static void answered(struct tacacs_link *l, struct tacacs_session *s)
{
	s->owed = false;
	s->heard = true;
	l->owed--;
	l->busy_since = now(l->pool);
	if (l->in.flags & TACACS_SINGLE_CONNECT && l->pool->server->config->single_connection) {
		l->shares = true;
		if (!l->pool->shared)
			l->pool->shared = l;
	}
}

/* Why a connection goes. */
struct fault {
	enum reason reason;
	const char *why;
};

/* A whole packet. False: nothing on this connection can be trusted. */
static bool packet(struct tacacs_link *l, struct fault *f)
{
	struct tacacs_pool *p = l->pool;
	struct aaa_counters *n = &p->server->counters;
	struct tacacs_session *s = session_find(l, l->in.session);

	trace_packet(p, "received", &l->in);
	if (!s) { /* it was cancelled; or it never was */
		n->unrecognized++;
		return true;
	}
	if (!s->owed || l->in.type != s->type || l->in.seq != s->seq + 1 ||
	    l->in.flags & TACACS_UNENCRYPTED ||
	    !tacacs_hide(p->world->crypto, p->server->config->secret_key, &l->in, l->body)) {
		n->malformed++;
		return false;
	}
	s->seq = l->in.seq;
	answered(l, s);
	if (p->events->heard(s, rd_init(l->body, l->in.length)))
		return true;
	n->bad_authenticators++;
	*f = (struct fault){
	    REASON_AUTH_BAD_SECRET, "the server's answer does not fit the shared key"};
	return false;
}

/* The next part of head or body. False: it is no packet. */
static bool take(struct tacacs_link *l, struct rd *r)
{
	size_t whole = l->body ? l->in.length : TACACS_HEADER;
	size_t n = whole - l->have < rd_left(r) ? whole - l->have : rd_left(r);
	struct rd head;

	rd_copy(r, (l->body ? l->body : l->head) + l->have, n);
	l->have += n;
	if (l->body || l->have < TACACS_HEADER)
		return true;
	head = rd_init(l->head, TACACS_HEADER);
	if (!tacacs_header_read(&head, &l->in))
		return false;
	l->have = 0;
	l->body = malloc(l->in.length ? l->in.length : 1);
	return l->body != NULL;
}

static void received(void *arg, const uint8_t *bytes, size_t len)
{
	struct tacacs_link *l = arg;
	struct fault f = {REASON_AUTH_SERVER_ERROR, "the server's answer is malformed"};
	struct rd r = rd_init(bytes, len);
	bool ok = true;

	l->reading = true;
	while (ok && !l->dead && (rd_left(&r) || (l->body && l->have == l->in.length))) {
		if (l->body && l->have == l->in.length) {
			ok = packet(l, &f);
			body_free(l);
		} else if (!(ok = take(l, &r))) {
			l->pool->server->counters.malformed++;
		}
	}
	if (!ok)
		drop(l, f.reason, f.why);
	l->reading = false;
	if (l->dead)
		link_free(l);
}

static void opened(void *arg)
{
	(void)arg;
}

static void closed(void *arg, const char *why, bool certificate)
{
	struct tacacs_link *l = arg;
	struct tacacs_pool *p = l->pool;

	unlist(l);
	bereave(l, certificate ? REASON_AUTH_CERTIFICATE : REASON_AUTH_NO_SERVER, why, true);
	link_free(l);
	serve_line(p);
}

static struct tacacs_link *link_open(struct tacacs_pool *p)
{
	static const struct aaa_stream_events events = {opened, received, closed};
	const struct cfg_aaa_host *h = p->server->config;
	struct aaa_place to = {
	    .address = p->server->address, .port = h->port ? h->port : TACACS_PORT};
	struct tacacs_link *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	memcpy(to.device, p->server->device, sizeof to.device);
	l->pool = p;
	l->stream = p->world->net->stream_open(p->world->net, &to, NULL, &events, l);
	if (!l->stream) {
		free(l);
		return NULL;
	}
	LIST_INSERT_HEAD(&p->links, l, in_pool);
	p->n++;
	return l;
}

/* ---- sessions ------------------------------------------------------------------------------- */

static void attach(struct tacacs_session *s, struct tacacs_link *l)
{
	s->link = l;
	s->waits = false;
	s->seq = 0;
	do
		s->pool->world->env->random(s->pool->world->env, &s->id, sizeof s->id);
	while (session_find(l, s->id));
	LIST_INSERT_HEAD(&l->sessions, s, on_link);
	s->pool->events->begin(s);
}

/* The shared connection, unless the server sits over something. */
static struct tacacs_link *link_shared(struct tacacs_pool *p)
{
	struct tacacs_link *l = p->shared;

	return l && (!l->owed || now(p) - l->busy_since < SILENT) ? l : NULL;
}

void tacacs_session_open(
    struct tacacs_session *s, struct tacacs_pool *p, uint8_t type, uint8_t version)
{
	struct tacacs_link *l = link_shared(p);

	s->pool = p;
	s->link = NULL;
	s->type = type;
	s->version = version;
	s->owed = s->heard = false;
	if (p->dropped) {
		p->events->lost(s, REASON_AUTH_NO_SERVER, "the server's configuration changes");
	} else if (!l && p->n >= LINKS_MAX) {
		s->waits = true;
		TAILQ_INSERT_TAIL(&p->line, s, in_line);
	} else if (l || (l = link_open(p))) {
		attach(s, l);
	} else {
		p->events->lost(s, REASON_AUTH_NO_SERVER, "no connection could be made");
	}
}

/* Who waits gets what has become free. */
static void serve_line(struct tacacs_pool *p)
{
	struct tacacs_session *s;

	while ((s = TAILQ_FIRST(&p->line)) && (link_shared(p) || p->n < LINKS_MAX)) {
		TAILQ_REMOVE(&p->line, s, in_line);
		s->waits = false;
		tacacs_session_open(s, p, s->type, s->version);
	}
}

void tacacs_session_send(struct tacacs_session *s, const struct wr *body)
{
	struct tacacs_link *l = s->link;
	uint8_t bytes[TACACS_HEADER + TACACS_SEND_MAX];
	struct wr w = wr_init(bytes, sizeof bytes);
	struct tacacs_header h = {.version = s->version,
	    .type = s->type,
	    .seq = (uint8_t)(s->seq + 1),
	    .session = s->id,
	    .length = (uint32_t)wr_len(body)};

	if (!l)
		return;
	if (s->pool->server->config->single_connection)
		h.flags |= TACACS_SINGLE_CONNECT;
	tacacs_header_write(&w, &h);
	wr_bytes(&w, body->base, wr_len(body));
	if (body->full || w.full || s->seq >= SEQ_LAST ||
	    !tacacs_hide(s->pool->world->crypto, s->pool->server->config->secret_key, &h,
		bytes + TACACS_HEADER) ||
	    !s->pool->world->net->stream_send(l->stream, bytes, wr_len(&w))) {
		crypto_wipe(bytes, sizeof bytes);
		drop(l, REASON_AUTH_NO_SERVER, "the request could not be sent");
		return;
	}
	trace_packet(s->pool, "sent", &h);
	s->seq = h.seq;
	s->owed = true;
	if (!l->owed++)
		l->busy_since = now(s->pool);
}

void tacacs_session_close(struct tacacs_session *s)
{
	struct tacacs_link *l = s->link;
	struct tacacs_pool *p = s->pool;

	if (s->waits)
		TAILQ_REMOVE(&p->line, s, in_line);
	s->waits = false;
	s->link = NULL;
	if (!l)
		return;
	LIST_REMOVE(s, on_link);
	l->owed -= s->owed;
	/* A shared one that owes an answer for long may be dead without a word. */
	if (s->owed && p->shared == l && now(p) - l->busy_since >= SILENT)
		p->shared = NULL;
	if (l != p->shared && LIST_EMPTY(&l->sessions))
		drop(l, REASON_NONE, "");
}

/* ---- the pool ---------------------------------------------------------------------------------
 */

void tacacs_pool_init(struct tacacs_pool *p, const struct aaa_world *world,
    struct aaa_server *server, const struct tacacs_events *events)
{
	*p = (struct tacacs_pool){.world = world, .server = server, .events = events};
	LIST_INIT(&p->links);
	TAILQ_INIT(&p->line);
}

void tacacs_pool_drop(struct tacacs_pool *p, enum reason reason, const char *why)
{
	struct tacacs_session *s;

	p->dropped = true;
	while ((s = TAILQ_FIRST(&p->line))) {
		TAILQ_REMOVE(&p->line, s, in_line);
		s->waits = false;
		p->events->lost(s, reason, why);
	}
	while (!LIST_EMPTY(&p->links))
		drop(LIST_FIRST(&p->links), reason, why);
	p->dropped = false;
}
