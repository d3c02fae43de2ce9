/*
 * Owns the ports at which servers are heard, and their orders (RFC 5176). Identity of a port: its
 * number; life: as long as a server is heard there. Identity of an order: its authenticator. Life:
 * from its arrival, answered once the engine has acted, then remembered: what comes again is
 * answered as it was and not done again (RFC 5176 2.3, 6.3).
 */
#include "engine/aaa/radius/change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "engine/aaa/change.h"
#include "engine/aaa/net.h"
#include "engine/aaa/radius/debug.h"
#include "engine/aaa/radius/packet.h"
#include "engine/aaa/radius/reply.h"
#include "engine/aaa/radius/request.h"

#define ORDERS_MAX 1024 /* remembered at a port */
#define WINDOW 300	/* seconds that an Event-Timestamp may be off */
#define ANSWER_MAX 1024

/* Error-Cause, RFC 5176 3.5 */
enum cause {
	NO_CAUSE = 0,
	UNSUPPORTED_ATTRIBUTE = 401,
	MISSING_ATTRIBUTE = 402,
	OTHER_NAS = 403,
	INVALID_REQUEST = 404,
	UNSUPPORTED_SERVICE = 405,
	NO_SESSION = 503
};

struct order {
	TAILQ_ENTRY(order) link;
	struct port *port;	  /* NULL: nobody is to be answered any more */
	struct radius_ears *ears; /* NULL: that server is gone */
	struct aaa_place from;
	enum radius_code code;
	uint8_t id, authenticator[RADIUS_AUTHENTICATOR];
	uint8_t proxy_state[ANSWER_MAX / 2]; /* attributes as they came */
	size_t proxy_state_len;
	bool asked;	 /* the engine owes us how many it were */
	uint8_t *answer; /* owned; NULL: not yet */
	size_t answer_len;
};

struct radius_ears {
	LIST_ENTRY(radius_ears) link;
	const struct aaa_world *world;
	struct aaa_server *server;
	struct port *port;
};

struct port {
	LIST_ENTRY(port) link;
	const struct aaa_world *world;
	uint16_t number;
	struct aaa_udp *udp;
	LIST_HEAD(, radius_ears) ears;
	TAILQ_HEAD(orders, order) orders; /* oldest first */
	size_t n;
};

static LIST_HEAD(, port) ports = LIST_HEAD_INITIALIZER(ports);

static struct radius_key key_of(const struct radius_ears *e)
{
	const char *key = e->server->config->secret_key;

	return (struct radius_key){e->world->crypto, key ? key : ""};
}

/* ---- answers ----------------------------------------------------------------------------- */

static void send_answer(const struct order *o)
{
	const struct port *p = o->port;

	radius_debug_packet(
	    p->world, o->ears->server, true, o->from.port, o->answer, o->answer_len);
	p->world->net->udp_send(p->udp, &o->from, o->answer, o->answer_len);
}

static void answer(struct order *o, enum cause cause)
{
	uint8_t buffer[ANSWER_MAX];
	struct wr w = wr_init(buffer, sizeof buffer);
	struct radius_key key = key_of(o->ears);

	/* ACK and NAK stand behind their request */
	radius_begin(&w, (enum radius_code)(o->code + (cause ? 2 : 1)), o->id, NULL);
	if (cause)
		radius_put_u32(&w, RADIUS_ERROR_CAUSE, cause);
	wr_bytes(&w, o->proxy_state, o->proxy_state_len);
	if (!radius_finish_answer(&w, &key, o->authenticator))
		return;
	o->answer = malloc(wr_len(&w));
	if (!o->answer)
		return;
	memcpy(o->answer, buffer, wr_len(&w));
	o->answer_len = wr_len(&w);
	send_answer(o);
}

static void order_free(struct order *o)
{
	free(o->answer);
	free(o);
}

/* The engine has done it. */
static void done(void *arg, uint32_t sessions)
{
	struct order *o = arg;

	o->asked = false;
	if (!o->port) {
		order_free(o);
	} else if (o->ears) {
		radius_debug(o->port->world, o->ears->server, "%s: %u sessions",
		    o->code == RADIUS_COA_REQUEST ? "CoA-Request" : "Disconnect-Request", sessions);
		answer(o, sessions ? NO_CAUSE : NO_SESSION);
	}
}

/* ---- orders ------------------------------------------------------------------------------ */

/* Which session; false: an attribute is not of the form that names one. */
static bool take_identity(
    struct aaa_change *c, const struct radius_value *v, char text[RADIUS_VALUE_MAX + 1])
{
	memcpy(text, v->p, v->len);
	text[v->len] = '\0';
	switch (v->type) {
	case RADIUS_ACCT_SESSION_ID:
		c->key = text;
		return v->len != 0;
	case RADIUS_USER_NAME:
		c->user = text;
		return v->len != 0;
	case RADIUS_NAS_PORT:
		c->session = radius_u32(v);
		return c->session != 0;
	case RADIUS_FRAMED_IP:
		c->assigned = addr_v4(radius_u32(v));
		return v->len == 4;
	default:
		return addr_parse(text, &c->client);
	}
}

static bool is_us(const struct radius_ears *e, const struct radius_value *v)
{
	struct radius_nas nas = radius_nas_of(e->world, e->server);

	if (v->type == RADIUS_NAS_IP_ADDRESS)
		return !nas.address.family || addr_to_v4(&nas.address) == radius_u32(v);
	return !nas.name[0] || (strlen(nas.name) == v->len && memcmp(nas.name, v->p, v->len) == 0);
}

static enum cause take_attribute(const struct order *o, struct aaa_change *c,
    const struct radius_value *v, char text[RADIUS_VALUE_MAX + 1])
{
	if (v->vendor)
		return c->end || radius_reply_knows(v) ? NO_CAUSE : UNSUPPORTED_ATTRIBUTE;
	switch (v->type) {
	case RADIUS_ACCT_SESSION_ID:
	case RADIUS_USER_NAME:
	case RADIUS_NAS_PORT:
	case RADIUS_FRAMED_IP:
	case RADIUS_CALLING_STATION:
		return take_identity(c, v, text) ? NO_CAUSE : INVALID_REQUEST;
	case RADIUS_NAS_IP_ADDRESS:
	case RADIUS_NAS_IDENTIFIER:
		return is_us(o->ears, v) ? NO_CAUSE : OTHER_NAS;
	case RADIUS_SERVICE_TYPE:
		return UNSUPPORTED_SERVICE; /* Authorize Only: RFC 5176 3.2 */
	case RADIUS_EVENT_TIMESTAMP:
	case RADIUS_MESSAGE_AUTHENTICATOR:
	case RADIUS_PROXY_STATE:
	case RADIUS_STATE:
	case RADIUS_NAS_PORT_ID:
	case RADIUS_NAS_PORT_TYPE:
	case RADIUS_ACCT_TERMINATE_CAUSE:
	case RADIUS_REPLY_MESSAGE:
		return NO_CAUSE;
	default:
		return !c->end && radius_reply_knows(v) ? NO_CAUSE : UNSUPPORTED_ATTRIBUTE;
	}
}

/* What it orders; `text` keeps its texts, one for each type. */
static enum cause understand(const struct order *o, const struct radius_packet *p,
    struct aaa_change *c, char text[][RADIUS_VALUE_MAX + 1])
{
	struct radius_cursor cursor = radius_cursor(p);
	struct radius_said *said = calloc(1, sizeof *said);
	struct radius_value v;
	enum cause cause = NO_CAUSE;

	if (!said)
		return INVALID_REQUEST;
	while (!cause && radius_next(&cursor, &v))
		cause = take_attribute(o, c, &v,
		    text[v.type == RADIUS_USER_NAME	    ? 0
			 : v.type == RADIUS_ACCT_SESSION_ID ? 1
							    : 2]);
	radius_reply_take(said, p, o->ears->server->config->acl_netmask_convert);
	radius_reply_finish(said);
	c->attributes = said->answer.attributes;
	if (!cause && said->bad)
		cause = INVALID_REQUEST;
	free(said);
	if (!cause && !c->key && !c->user && !c->session && !c->assigned.family &&
	    !c->client.family)
		cause = MISSING_ATTRIBUTE;
	if (!cause && !c->end && !c->attributes.len)
		cause = MISSING_ATTRIBUTE;
	return cause;
}

static void obey(struct order *o, const struct radius_packet *p)
{
	char text[3][RADIUS_VALUE_MAX + 1];
	struct aaa_change c = {.end = o->code == RADIUS_DISCONNECT_REQUEST, .done = done, .arg = o};
	enum cause cause = understand(o, p, &c, text);

	if (cause) {
		radius_debug(
		    o->port->world, o->ears->server, "order refused: Error-Cause %u", cause);
		answer(o, cause);
		return;
	}
	c.key = c.key ? c.key : "";
	c.user = c.user ? c.user : "";
	o->asked = true;
	o->ears->world->change(o->ears->world, o->ears->server, &c);
}

/* ---- what arrives ------------------------------------------------------------------------ */

static bool in_time(const struct radius_ears *e, const struct radius_packet *p)
{
	struct radius_value v;
	int64_t off;

	if (!radius_find(p, RADIUS_EVENT_TIMESTAMP, &v))
		return true;
	off = e->world->env->wall(e->world->env) - (int64_t)radius_u32(&v);
	return off <= WINDOW && off >= -WINDOW;
}

static struct order *order_find(const struct port *port, const struct radius_packet *p)
{
	struct order *o;

	TAILQ_FOREACH(o, &port->orders, link)
	if (memcmp(o->authenticator, p->bytes + 4, sizeof o->authenticator) == 0)
		break;
	return o;
}

/* The oldest that is done with makes room. */
static void forget_one(struct port *port)
{
	struct order *o;

	TAILQ_FOREACH(o, &port->orders, link)
	if (!o->asked)
		break;
	if (!o)
		return;
	TAILQ_REMOVE(&port->orders, o, link);
	port->n--;
	order_free(o);
}

static struct order *order_new(
    struct radius_ears *e, const struct aaa_place *from, const struct radius_packet *p)
{
	struct port *port = e->port;
	struct radius_cursor c = radius_cursor(p);
	struct radius_value v;
	struct order *o;
	struct wr w;

	if (port->n == ORDERS_MAX)
		forget_one(port);
	o = port->n < ORDERS_MAX ? calloc(1, sizeof *o) : NULL;
	if (!o)
		return NULL;
	*o = (struct order){.port = port, .ears = e, .from = *from, .code = p->code, .id = p->id};
	memcpy(o->authenticator, p->bytes + 4, sizeof o->authenticator);
	w = wr_init(o->proxy_state, sizeof o->proxy_state);
	while (radius_next(&c, &v))
		if (!v.vendor && v.type == RADIUS_PROXY_STATE)
			radius_put(&w, RADIUS_PROXY_STATE, v.p, v.len);
	o->proxy_state_len = w.full ? 0 : wr_len(&w);
	TAILQ_INSERT_TAIL(&port->orders, o, link);
	port->n++;
	return o;
}

static void take(struct radius_ears *e, const struct aaa_place *from, const struct radius_packet *p)
{
	struct order *o = order_find(e->port, p);

	radius_debug_packet(e->world, e->server, false, from->port, p->bytes, p->len);
	if (o && o->answer && o->ears) {
		radius_debug(e->world, e->server, "order %u again: answered as before", p->id);
		o->from = *from;
		send_answer(o);
	} else if (!o && !in_time(e, p)) {
		radius_debug(
		    e->world, e->server, "order %u: Event-Timestamp is not of now: dropped", p->id);
	} else if (!o && (o = order_new(e, from, p))) {
		obey(o, p);
	}
}

static void received(void *arg, const struct aaa_place *from, const uint8_t *bytes, size_t len)
{
	struct port *port = arg;
	struct radius_ears *e, *known = NULL;
	struct radius_packet p;

	if (!radius_read(&p, bytes, len) ||
	    (p.code != RADIUS_COA_REQUEST && p.code != RADIUS_DISCONNECT_REQUEST))
		return;
	LIST_FOREACH(e, &port->ears, link)
	{
		struct radius_key key = key_of(e);

		if (!addr_equal(&e->server->address, &from->address) || !key.secret[0])
			continue;
		known = e;
		if (radius_request_verifies(&p, &key)) {
			take(e, from, &p);
			return;
		}
	}
	if (known) {
		known->server->counters.bad_authenticators++;
		radius_debug(known->world, known->server, "order %u: not verified: dropped", p.id);
	}
}

/* ---- ports ------------------------------------------------------------------------------- */

static struct port *port_open(const struct aaa_world *w, uint16_t number)
{
	static const struct aaa_udp_events events = {received, NULL};
	struct port *p;

	LIST_FOREACH(p, &ports, link)
	if (p->number == number && p->world->net == w->net)
		return p;
	p = calloc(1, sizeof *p);
	if (!p)
		return NULL;
	p->world = w;
	p->number = number;
	TAILQ_INIT(&p->orders);
	p->udp = w->net->udp_listen(w->net, number, &events, p);
	if (!p->udp) {
		free(p);
		return NULL;
	}
	LIST_INSERT_HEAD(&ports, p, link);
	return p;
}

static void port_close(struct port *p)
{
	struct order *o;

	while ((o = TAILQ_FIRST(&p->orders))) {
		TAILQ_REMOVE(&p->orders, o, link);
		o->port = NULL;
		if (!o->asked)
			order_free(o);
	}
	p->world->net->udp_close(p->udp);
	LIST_REMOVE(p, link);
	free(p);
}

struct radius_ears *radius_ears_open(const struct aaa_world *w, struct aaa_server *s)
{
	uint16_t number = s->group->config ? s->group->config->dynamic : 0;
	struct port *p = number ? port_open(w, number) : NULL;
	struct radius_ears *e = p ? calloc(1, sizeof *e) : NULL;

	if (number && !p)
		radius_debug(w, s, "port %u cannot be heard: %s", number, strerror(errno));
	if (!e) {
		if (p && LIST_EMPTY(&p->ears))
			port_close(p);
		return NULL;
	}
	*e = (struct radius_ears){.world = w, .server = s, .port = p};
	LIST_INSERT_HEAD(&p->ears, e, link);
	return e;
}

void radius_ears_close(struct radius_ears *e)
{
	struct order *o;

	if (!e)
		return;
	TAILQ_FOREACH(o, &e->port->orders, link)
	if (o->ears == e)
		o->ears = NULL;
	LIST_REMOVE(e, link);
	if (LIST_EMPTY(&e->port->ears))
		port_close(e->port);
	free(e);
}
