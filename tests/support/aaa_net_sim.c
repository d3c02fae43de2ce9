#include "tests/support/aaa_net_sim.h"

#include "engine/ipc/message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/env.h"

/* Fuzzers use it, too: no assertion of Check's. */
static void must(bool holds, const char *else_what)
{
	if (holds)
		return;
	fprintf(stderr, "netsim: %s\n", else_what);
	abort();
}

static struct netsim *of(struct aaa_net *net)
{
	return container_of(net, struct netsim, net);
}

/* ---- datagrams ------------------------------------------------------------------------------ */

static struct aaa_udp *new_udp(
    struct netsim *n, const struct aaa_place *to, const struct aaa_udp_events *events, void *arg)
{
	struct aaa_udp *u = &n->udp[n->n_udp % NETSIM_OPEN];

	if (n->no_sockets) {
		errno = EMFILE;
		return NULL;
	}
	must(!u->open, "too many sockets");
	n->n_udp++;
	*u = (struct aaa_udp){.of = n, .open = true, .to = *to, .events = events, .arg = arg};
	return u;
}

static struct aaa_udp *udp_open(
    struct aaa_net *net, const struct aaa_place *to, const struct aaa_udp_events *events, void *arg)
{
	return new_udp(of(net), to, events, arg);
}

static struct aaa_udp *udp_listen(
    struct aaa_net *net, uint16_t port, const struct aaa_udp_events *events, void *arg)
{
	struct aaa_udp *u;

	if (netsim_port(of(net), port)) {
		errno = EADDRINUSE;
		return NULL;
	}
	u = new_udp(of(net), &(struct aaa_place){.port = port}, events, arg);
	if (u)
		u->listens = true;
	return u;
}

static bool udp_send(struct aaa_udp *u, const struct aaa_place *to, const void *bytes, size_t len)
{
	struct netsim *n = u->of;
	struct netsim_datagram *d = &n->sent[n->n_sent % NETSIM_SENT];

	must(u->open, "sent on a socket that is closed");
	must((to != NULL) == u->listens, "sent to nobody, or to another server");
	if (n->no_sending) {
		errno = EAGAIN;
		return false;
	}
	free(d->bytes);
	*d = (struct netsim_datagram){
	    .by = u, .to = to ? *to : u->to, .len = len, .bytes = malloc(len ? len : 1)};
	memcpy(d->bytes, bytes, len);
	n->n_sent++;
	return true;
}

static void udp_close(struct aaa_udp *u)
{
	if (!u)
		return;
	must(u->open, "closed twice");
	u->open = false;
}

const struct netsim_datagram *netsim_datagram(const struct netsim *n, int i)
{
	size_t at = i < 0 ? n->n_sent - 1 : (size_t)i;

	if (at >= n->n_sent || at + NETSIM_SENT < n->n_sent)
		return NULL;
	return &n->sent[at % NETSIM_SENT];
}

void netsim_come(struct aaa_udp *u, const struct aaa_place *from, const void *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1); /* a sanitizer sees who reads behind it */

	must(u->open, "said to a socket that is closed");
	memcpy(copy, bytes, len);
	u->events->received(u->arg, from, copy, len);
	free(copy);
}

void netsim_answer(struct aaa_udp *u, const void *bytes, size_t len)
{
	netsim_come(u, &u->to, bytes, len);
}

void netsim_refuse(struct aaa_udp *u, int error)
{
	must(u->open, "it is not open, or not yet free");
	if (u->events->refused)
		u->events->refused(u->arg, error);
}

struct aaa_udp *netsim_port(struct netsim *n, uint16_t port)
{
	for (size_t i = 0; i < NETSIM_OPEN; i++)
		if (n->udp[i].open && n->udp[i].listens && n->udp[i].to.port == port)
			return &n->udp[i];
	return NULL;
}

/* ---- streams --------------------------------------------------------------------------------- */

static struct aaa_stream *stream_open(struct aaa_net *net, const struct aaa_place *to,
    const struct aaa_tls *tls, const struct aaa_stream_events *events, void *arg)
{
	struct netsim *n = of(net);
	struct aaa_stream *s = &n->stream[n->n_stream % NETSIM_OPEN];

	if (n->no_sockets)
		return NULL;
	must(!s->open, "too many streams");
	n->n_stream++;
	free(s->sent);
	*s = (struct aaa_stream){.of = n,
	    .open = true,
	    .to = *to,
	    .tls = tls != NULL,
	    .trust_len = tls ? tls->trust_len : 0,
	    .events = events,
	    .arg = arg};
	if (tls)
		snprintf(s->name, sizeof s->name, "%s", tls->name);
	return s;
}

static bool stream_send(struct aaa_stream *s, const void *bytes, size_t len)
{
	uint8_t *all;

	must(s->open, "sent on a stream that is closed");
	if (s->of->no_sending)
		return false;
	all = realloc(s->sent, s->sent_len + len + 1);
	must(all, "no memory");
	s->sent = all;
	memcpy(s->sent + s->sent_len, bytes, len);
	s->sent_len += len;
	s->sent[s->sent_len] = 0; /* texts can be looked at as such */
	return true;
}

static void stream_close(struct aaa_stream *s)
{
	if (!s)
		return;
	must(s->open, "closed twice");
	s->open = false;
}

struct aaa_stream *netsim_stream(struct netsim *n)
{
	for (size_t i = n->n_stream; i-- > 0 && i + NETSIM_OPEN > n->n_stream;)
		if (n->stream[i % NETSIM_OPEN].open)
			return &n->stream[i % NETSIM_OPEN];
	return NULL;
}

void netsim_accept(struct aaa_stream *s)
{
	must(s->open && !s->up, "it is not open, or not yet free");
	s->up = true;
	if (s->events->opened)
		s->events->opened(s->arg);
}

void netsim_say(struct aaa_stream *s, const void *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	must(s->open, "said on a stream that is closed");
	memcpy(copy, bytes, len);
	s->events->received(s->arg, copy, len);
	free(copy);
}

void netsim_hang_up(struct aaa_stream *s, const char *why, bool certificate)
{
	must(s->open, "it is not open, or not yet free");
	s->open = false;
	s->events->closed(s->arg, why, certificate);
}

void netsim_take(struct aaa_stream *s, size_t len)
{
	must(len <= s->sent_len, "not so much was sent");
	s->sent_len -= len;
	memmove(s->sent, s->sent + len, s->sent_len + 1);
}

/* ---- names ------------------------------------------------------------------------------------
 */

static struct aaa_lookup *lookup(
    struct aaa_net *net, const char *name, void (*done)(void *arg, const struct addr *), void *arg)
{
	struct netsim *n = of(net);
	struct aaa_lookup *l = &n->lookup[n->n_lookup++ % NETSIM_OPEN];

	must(!l->open, "it is not open, or not yet free");
	*l = (struct aaa_lookup){.of = n, .open = true, .done = done, .arg = arg};
	snprintf(l->name, sizeof l->name, "%s", name);
	return l;
}

static void lookup_cancel(struct aaa_lookup *l)
{
	if (!l)
		return;
	must(l->open, "it is not open, or not yet free");
	l->open = false;
}

bool netsim_name(struct netsim *n, const char *name, const struct addr *a)
{
	for (size_t i = n->n_lookup; i-- > 0 && i + NETSIM_OPEN > n->n_lookup;) {
		struct aaa_lookup *l = &n->lookup[i % NETSIM_OPEN];

		if (!l->open || strcmp(l->name, name) != 0)
			continue;
		l->open = false;
		l->done(l->arg, a);
		return true;
	}
	return false;
}

/* ---- domain controllers ---------------------------------------------------------------------- */

static struct aaa_child *nt_ask(struct aaa_net *net, struct ipc_msg *m,
    void (*done)(void *arg, uint32_t status, const char *why), void *arg)
{
	struct netsim *n = of(net);
	struct aaa_child *c = &n->child[n->n_child % NETSIM_OPEN];

	if (n->no_sockets)
		return NULL;
	must(!c->open, "it is not open, or not yet free");
	n->n_child++;
	*c = (struct aaa_child){.of = n,
	    .open = true,
	    .controller = m->keep_nt.controller,
	    .port = m->keep_nt.port,
	    .done = done,
	    .arg = arg};
	snprintf(c->user, sizeof c->user, "%s", m->keep_nt.user);
	snprintf(c->domain, sizeof c->domain, "%s", m->keep_nt.domain);
	snprintf(c->name, sizeof c->name, "%s", m->keep_nt.name);
	snprintf(c->password, sizeof c->password, "%s", m->keep_nt.password);
	return c;
}

static void nt_end(struct aaa_child *c)
{
	must(c->open, "it is not open, or not yet free");
	c->open = false;
}

bool netsim_nt(struct netsim *n, const char *user, uint32_t status, const char *why)
{
	for (size_t i = 0; i < NETSIM_OPEN; i++) {
		struct aaa_child *c = &n->child[i];

		if (!c->open || strcmp(c->user, user) != 0)
			continue;
		c->open = false;
		c->done(c->arg, status, why);
		return true;
	}
	return false;
}

/* ---- life
 * --------------------------------------------------------------------------------------- */

void netsim_init(struct netsim *n)
{
	memset(n, 0, sizeof *n);
	n->net = (struct aaa_net){.udp_open = udp_open,
	    .udp_listen = udp_listen,
	    .udp_send = udp_send,
	    .udp_close = udp_close,
	    .stream_open = stream_open,
	    .stream_send = stream_send,
	    .stream_close = stream_close,
	    .lookup = lookup,
	    .lookup_cancel = lookup_cancel,
	    .nt_ask = nt_ask,
	    .nt_end = nt_end};
}

void netsim_fini(struct netsim *n)
{
	for (size_t i = 0; i < NETSIM_OPEN; i++) {
		must(!n->udp[i].open, "a socket was left open");
		must(!n->stream[i].open, "a stream was left open");
		must(!n->lookup[i].open, "a lookup was left open");
		must(!n->child[i].open, "a question to a controller was left open");
		free(n->stream[i].sent);
	}
	for (size_t i = 0; i < NETSIM_SENT; i++)
		free(n->sent[i].bytes);
}
