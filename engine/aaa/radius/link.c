/*
 * Owns the sockets towards one port of a server, and who of its requests has which identifier
 * (RFC 2865 3; RFC 5080 2.2.1: a request is repeated as it was). Identity of a request: socket and
 * identifier. Life: begin, sent and sent again by the host's retry-interval, to its answer, or to
 * its owner's end. Over TLS (RFC 6614 2) nothing is repeated, and the secret is "radsec".
 *
 * An answer that does not verify leaves the request waiting for the right one; when that does not
 * come in time the secrets differ. ICMP's word that nobody is there counts when it comes twice.
 */
#include "engine/aaa/radius/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/directory.h"
#include "engine/aaa/net.h"
#include "engine/aaa/radius/debug.h"

#define IDS 256
#define SOCKETS_MAX 64
#define TIDY (60 * SEC)
#define REFUSED_AGAIN (1 * SEC)
#define VERDICT (5 * MSEC) /* before the owner gives up */
#define DEFAULT_TIMEOUT 10
#define TRIES 3
#define RADSEC_PORT 2083
#define AUTH_PORT 1645
#define ACCT_PORT 1646

struct radius_socket {
	struct radius_socket *next;
	struct radius_link *link;
	struct aaa_udp *udp;
	struct aaa_stream *stream;
	struct radius_exchange *by_id[IDS];
	unsigned used;
	uint8_t last; /* identifiers go round: that of one who gave up is not soon another's */
	uint8_t in[RADIUS_PACKET_MAX]; /* of the stream */
	size_t in_len;
};

static uint64_t now(const struct radius_link *l)
{
	return l->world->env->now(l->world->env);
}

static uint16_t port_of(const struct radius_link *l)
{
	const struct cfg_aaa_host *h = l->server->config;

	if (h->tls)
		return h->port ? h->port : RADSEC_PORT;
	if (l->accounting)
		return h->acct_port ? h->acct_port : ACCT_PORT;
	return h->auth_port ? h->auth_port : AUTH_PORT;
}

struct radius_key radius_link_key(const struct radius_link *l)
{
	const struct cfg_aaa_host *h = l->server->config;

	return (struct radius_key){l->world->crypto, h->tls	     ? "radsec"
						     : h->secret_key ? h->secret_key
								     : ""};
}

/* ---- exchanges ------------------------------------------------------------------------- */

void radius_exchange_end(struct radius_exchange *x)
{
	if (!x->socket)
		return;
	timer_stop(x->link->world->env, &x->again);
	x->socket->by_id[x->id] = NULL;
	x->socket->used--;
	x->socket = NULL;
	if (x->packet)
		crypto_wipe(x->packet, x->len);
	free(x->packet);
	x->packet = NULL;
}

static void fail(struct radius_exchange *x, enum reason reason, const char *why)
{
	radius_exchange_end(x);
	x->failed(x, reason, why);
}

/* False: the stream takes no more. A datagram that is not sent is one that was lost. */
static bool transmit(struct radius_exchange *x)
{
	struct radius_link *l = x->link;

	radius_debug_packet(l->world, l->server, true, port_of(l), x->packet, x->len);
	if (x->socket->stream)
		return l->world->net->stream_send(x->socket->stream, x->packet, x->len);
	l->world->net->udp_send(x->socket->udp, NULL, x->packet, x->len);
	return true;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* When something has to be done about it next. */
static void arm(struct radius_exchange *x, uint64_t delay)
{
	uint64_t t = now(x->link), verdict = x->until - VERDICT;

	if (x->doubt)
		delay = earlier(delay, verdict > t ? verdict - t : 0);
	timer_start(x->link->world->env, &x->again, delay);
}

/* retry-interval; where it leaves no time for a second try (as its default does) three of them. */
static uint64_t retry(const struct radius_exchange *x)
{
	const struct cfg_aaa_host *h = x->link->server->config;
	uint64_t timeout = h->timeout ? h->timeout : DEFAULT_TIMEOUT;

	return h->retry && h->retry < timeout ? h->retry * SEC : timeout * SEC / TRIES + MSEC;
}

static void again(struct timer *t)
{
	struct radius_exchange *x = container_of(t, struct radius_exchange, again);
	struct aaa_server *s = x->link->server;

	if (x->doubt && now(x->link) + VERDICT >= x->until) {
		fail(x, x->doubt, NULL);
		return;
	}
	s->counters.retransmissions++;
	x->repeated = true;
	radius_debug(x->link->world, s, "retransmit id %u", x->id);
	transmit(x);
	arm(x, retry(x));
}

bool radius_exchange_send(struct radius_exchange *x, struct wr *w)
{
	struct radius_key key = radius_link_key(x->link);
	bool ok = radius_finish(w, &key);

	x->len = wr_len(w);
	x->packet = ok ? malloc(x->len) : NULL;
	if (x->packet) {
		memcpy(x->packet, w->base, x->len);
		memcpy(x->authenticator, x->packet + 4, RADIUS_AUTHENTICATOR);
	}
	crypto_wipe(w->base, wr_len(w));
	if (!x->packet || !transmit(x)) {
		radius_exchange_end(x);
		return false;
	}
	if (!x->socket->stream)
		arm(x, retry(x));
	return true;
}

/* ---- what arrives ---------------------------------------------------------------------- */

static bool is_answer(const struct radius_link *l, enum radius_code code)
{
	if (l->accounting)
		return code == RADIUS_ACCOUNTING_RESPONSE;
	return code == RADIUS_ACCESS_ACCEPT || code == RADIUS_ACCESS_REJECT ||
	       code == RADIUS_ACCESS_CHALLENGE;
}

/* It waits on for the right one. */
static void doubt(struct radius_exchange *x, enum radius_verdict verdict)
{
	struct radius_link *l = x->link;
	bool forged = verdict == RADIUS_FORGED;

	l->server->counters.bad_authenticators++;
	radius_debug(l->world, l->server, "rad_vrfy() : response message not %s: id %u dropped",
	    forged ? "verified" : "signed (Message-Authenticator)", x->id);
	if (!x->doubt || forged)
		x->doubt = forged ? REASON_AUTH_BAD_SECRET : REASON_AUTH_UNSIGNED;
	arm(x, x->socket->stream ? x->until - now(l) : timer_left(l->world->env, &x->again));
}

static void take(struct radius_socket *s, const uint8_t *bytes, size_t len)
{
	struct radius_link *l = s->link;
	struct aaa_counters *n = &l->server->counters;
	struct radius_key key = radius_link_key(l);
	enum radius_verdict verdict;
	struct radius_exchange *x;
	struct radius_packet p;

	radius_debug_packet(l->world, l->server, false, port_of(l), bytes, len);
	if (!radius_read(&p, bytes, len)) {
		n->malformed++;
		radius_debug(l->world, l->server, "malformed packet dropped");
		return;
	}
	x = s->by_id[p.id];
	if (!x || !is_answer(l, p.code)) {
		n->unrecognized++;
		radius_debug(l->world, l->server, "id %u: nobody waits for that: dropped", p.id);
		return;
	}
	verdict = radius_answer_verify(
	    &p, &key, x->authenticator, !l->accounting && l->server->config->message_authenticator);
	if (verdict != RADIUS_GENUINE) {
		doubt(x, verdict);
		return;
	}
	radius_debug(l->world, l->server, "rad_vrfy() : response message verified");
	radius_exchange_end(x);
	x->answered(x, &p);
}

static void on_datagram(void *arg, const struct aaa_place *from, const uint8_t *p, size_t len)
{
	(void)from; /* the socket hears nobody but the server */
	take(arg, p, len);
}

/* Nobody is there: whoever was not told so yet asks once more, soon. */
static void on_refused(void *arg, int error)
{
	struct radius_socket *s = arg;
	struct radius_exchange *x;

	for (size_t i = 0; i < IDS; i++) {
		x = s->by_id[i];
		if (x && x->refused && x->repeated) {
			fail(x, REASON_AUTH_NO_SERVER, strerror(error));
		} else if (x && !x->refused) {
			x->refused = true;
			x->repeated = false;
			arm(x, REFUSED_AGAIN);
		}
	}
}

/* Packets of a stream one by one (RFC 6614 2.1); false: what comes is none. */
static bool take_stream(struct radius_socket *s)
{
	struct radius_link *l = s->link;

	while (s->in_len >= 4) {
		struct rd r = rd_init(s->in + 2, 2);
		size_t len = rd_u16(&r);

		if (len < RADIUS_HEADER || len > sizeof s->in) {
			l->server->counters.malformed++;
			return false;
		}
		if (s->in_len < len)
			break;
		take(s, s->in, len);
		s->in_len -= len;
		memmove(s->in, s->in + len, s->in_len);
	}
	return true;
}

static void socket_fail(struct radius_socket *s, enum reason reason, const char *why);

static void on_bytes(void *arg, const uint8_t *p, size_t len)
{
	struct radius_socket *s = arg;
	bool ok = true;

	while (len && ok) {
		size_t part = sizeof s->in - s->in_len;

		part = part < len ? part : len;
		memcpy(s->in + s->in_len, p, part);
		s->in_len += part;
		p += part;
		len -= part;
		ok = take_stream(s);
	}
	if (!ok) {
		s->link->world->net->stream_close(s->stream);
		s->stream = NULL;
		socket_fail(s, REASON_AUTH_SERVER_ERROR, "what it sends is not RADIUS");
	}
}

static void on_opened(void *arg)
{
	const struct radius_socket *s = arg;

	radius_debug(s->link->world, s->link->server, "TLS connection is open");
}

static void on_closed(void *arg, const char *why, bool certificate)
{
	struct radius_socket *s = arg;

	radius_debug(s->link->world, s->link->server, "TLS connection: %s", why);
	s->stream = NULL;
	socket_fail(s, certificate ? REASON_AUTH_CERTIFICATE : REASON_AUTH_NO_SERVER, why);
}

/* ---- sockets --------------------------------------------------------------------------- */

static void socket_close(struct radius_socket *s)
{
	const struct aaa_net *net = s->link->world->net;

	net->udp_close(s->udp);
	net->stream_close(s->stream);
	crypto_wipe(s->in, sizeof s->in);
	free(s);
}

static void socket_unlink(struct radius_socket *s)
{
	struct radius_socket **at = &s->link->sockets;

	while (*at && *at != s)
		at = &(*at)->next;
	if (*at)
		*at = s->next;
}

/* It goes, and who waits at it fails. */
static void socket_fail(struct radius_socket *s, enum reason reason, const char *why)
{
	socket_unlink(s);
	for (size_t i = 0; i < IDS; i++)
		if (s->by_id[i])
			fail(s->by_id[i], reason, why);
	socket_close(s);
}

static void tidy(struct timer *t)
{
	struct radius_link *l = container_of(t, struct radius_link, tidy);
	struct radius_socket *s, *next;

	for (s = l->sockets ? l->sockets->next : NULL; s; s = next) {
		next = s->next;
		if (s->used)
			continue;
		socket_unlink(s);
		socket_close(s);
	}
	if (l->sockets && l->sockets->next)
		timer_start(l->world->env, &l->tidy, TIDY);
}

static struct aaa_stream *connect_tls(struct radius_socket *s, const struct aaa_place *place)
{
	static const struct aaa_stream_events events = {on_opened, on_bytes, on_closed};
	const struct aaa_world *w = s->link->world;
	const struct cfg_aaa_host *h = s->link->server->config;
	size_t len;
	uint8_t *trust = aaa_directory_trust(
	    w->directory, h->trustpoint ? h->trustpoint : "", &len);
	struct aaa_tls tls = {.name = h->host, .trust = trust, .trust_len = len};
	struct aaa_stream *stream = w->net->stream_open(w->net, place, &tls, &events, s);

	free(trust);
	return stream;
}

static struct radius_socket *socket_open(struct radius_link *l)
{
	static const struct aaa_udp_events events = {on_datagram, on_refused};
	struct radius_socket *s = calloc(1, sizeof *s);
	struct aaa_place place = {.address = l->server->address, .port = port_of(l)};

	if (!s)
		return NULL;
	memcpy(place.device, l->server->device, sizeof place.device);
	s->link = l;
	l->world->env->random(l->world->env, &s->last, 1);
	if (l->server->config->tls)
		s->stream = connect_tls(s, &place);
	else
		s->udp = l->world->net->udp_open(l->world->net, &place, &events, s);
	if (!s->udp && !s->stream) {
		free(s);
		return NULL;
	}
	s->next = l->sockets;
	l->sockets = s;
	if (s->next && !timer_armed(&l->tidy))
		timer_start(l->world->env, &l->tidy, TIDY);
	return s;
}

static struct radius_socket *socket_with_room(struct radius_link *l)
{
	struct radius_socket *s;
	size_t n = 0;

	for (s = l->sockets; s; s = s->next, n++)
		if (s->used < IDS)
			return s;
	return n < SOCKETS_MAX ? socket_open(l) : NULL;
}

const char *radius_exchange_begin(struct radius_exchange *x, struct radius_link *l,
    enum radius_code code, struct wr *w, uint8_t *buffer)
{
	struct radius_socket *s;

	if (l->closed)
		return "its configuration has changed";
	if (!l->server->address.family)
		return "its name is not known to the name servers";
	s = socket_with_room(l);
	if (!s)
		return "no socket to be had";
	do
		s->last++;
	while (s->by_id[s->last]);
	s->used++;
	s->by_id[s->last] = x;
	x->link = l;
	x->socket = s;
	x->id = s->last;
	x->doubt = REASON_NONE;
	x->refused = x->repeated = false;
	x->packet = NULL;
	x->again = (struct timer){.fire = again};
	l->world->env->random(l->world->env, x->authenticator, sizeof x->authenticator);
	*w = wr_init(buffer, RADIUS_PACKET_MAX);
	radius_begin(w, code, x->id, code == RADIUS_ACCESS_REQUEST ? x->authenticator : NULL);
	return NULL;
}

void radius_link_init(
    struct radius_link *l, const struct aaa_world *w, struct aaa_server *s, bool accounting)
{
	*l = (struct radius_link){
	    .world = w, .server = s, .accounting = accounting, .tidy.fire = tidy};
}

void radius_link_fini(struct radius_link *l, enum reason reason, const char *why)
{
	l->closed = true;
	while (l->sockets)
		socket_fail(l->sockets, reason, why);
	timer_stop(l->world->env, &l->tidy);
}
