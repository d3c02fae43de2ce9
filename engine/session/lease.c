/*
 * A lease for a session. Identity: its session; to the servers a number that it
 * chooses, which stands in chaddr and in the client identifier. Life: from the
 * acceptance of the login until its address is given back. All servers of the
 * tunnel group are made reachable first, then asked one after another; the
 * lease is renewed while the session lives. A session whose lease is lost ends.
 */
#include "engine/session/lease.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dhcp/client.h"
#include "engine/session/peer.h"
#include "engine/session/session.h"

#define NUMBER_AT 2 /* of chaddr: 02:00 and the number */
#define MAC 6

/* One of the servers, on its way to being asked. */
struct server {
	struct dhcp_server s;
	bool waits; /* for its relay */
};

struct lease {
	LIST_ENTRY(lease) link;
	struct session *session;
	struct dhcp_client client;
	uint32_t number;
	struct server server[DHCP_SERVERS_MAX];
	size_t n_servers, waiting;
	struct timer tell;		 /* calls ... */
	void (*ready)(struct session *); /* ... this; NULL: it was called */
};

/* ---- the words of the log ----------------------------------------------------------- */

static struct log *log_of(const struct lease *l)
{
	return &l->session->gw->trace->log;
}

static unsigned number_of(const struct lease *l)
{
	return l->session->peer->index * 4096;
}

static const char *group_of(const struct lease *l)
{
	return l->session->peer->tunnel_group;
}

/* ---- the end of the question ---------------------------------------------------------- */

static void tell(struct timer *t)
{
	struct lease *l = container_of(t, struct lease, tell);
	void (*ready)(struct session *) = l->ready;
	struct session *s = l->session;

	l->ready = NULL;
	if (!s->address)
		lease_end(s);
	if (ready)
		ready(s);
}

/* In a moment, since somebody may stand on it. */
static void done(struct lease *l)
{
	timer_start(l->session->gw->env, &l->tell, 0);
}

void lease_hurry(struct session *s)
{
	if (!s->lease || !s->lease->ready)
		return;
	dhcp_client_stop(&s->lease->client, true);
	done(s->lease);
}

/* ---- what the client does ---------------------------------------------------------------- */

static struct lease *lease_of(struct dhcp_client *c)
{
	return container_of(c, struct lease, client);
}

static const struct addr *speaks_from(const struct lease *l, const struct dhcp_server *s)
{
	static const struct addr any;

	return s->selection == DHCP_BY_RELAY ? &l->client.self.scope : &any;
}

static void send_out(struct dhcp_client *c, const struct addr *to, const uint8_t *msg, size_t len)
{
	struct lease *l = lease_of(c);
	struct gateway *gw = l->session->gw;

	for (size_t n = 0; n < c->self.n_servers; n++)
		if (addr_equal(&c->self.server[n].addr, to)) {
			gw->ops->relay_send(
			    gw->owner, to, speaks_from(l, &c->self.server[n]), msg, len);
			return;
		}
}

static void first_bound(struct lease *l)
{
	struct session *s = l->session;
	uint32_t address = addr_to_v4(&l->client.lease.address);
	char text[ADDR_TEXT_MAX];

	if (!pool_take_fixed(&s->gw->pools, s, address)) {
		log_say(log_of(l), 737033,
		    "IPAA: Session=0x%08X, Unable to assign DHCP provided IP address %s to client. "
		    "This IP address has already been assigned",
		    number_of(l), addr_text(&l->client.lease.address, text));
		dhcp_client_stop(&l->client, true);
	} else {
		s->address = address;
		s->origin = ADDRESS_DHCP;
		log_say(log_of(l), 737005,
		    "IPAA: Session=0x%08X, DHCP configured, request succeeded for tunnel-group "
		    "'%s'",
		    number_of(l), group_of(l));
	}
	done(l);
}

static void bound(struct dhcp_client *c, bool changed)
{
	struct lease *l = lease_of(c);

	if (l->ready)
		first_bound(l);
	else if (changed && addr_to_v4(&c->lease.address) != l->session->address)
		session_end(l->session, REASON_LEASE_LOST);
}

static void failed(struct lease *l)
{
	log_say(log_of(l), 737004,
	    "IPAA: Session=0x%08X, DHCP configured, request failed for tunnel-group '%s'",
	    number_of(l), group_of(l));
	done(l);
}

static void lost(struct dhcp_client *c, enum dhcp_loss why)
{
	struct lease *l = lease_of(c);

	(void)why;
	if (l->ready)
		failed(l);
	else
		session_end(l->session, REASON_LEASE_LOST);
}

static const struct dhcp_client_ops client_ops = {.send = send_out, .bound = bound, .lost = lost};

/* ---- beginning ------------------------------------------------------------------------------ */

/* The relays are there, or not to be had. */
static void begin(struct lease *l)
{
	struct dhcp_identity *self = &l->client.self;

	for (size_t n = 0; n < l->n_servers; n++)
		if (l->server[n].s.relay.family)
			self->server[self->n_servers++] = l->server[n].s;
	if (self->n_servers) {
		dhcp_client_start(&l->client, NULL);
		return;
	}
	log_say(log_of(l), 737003,
	    "IPAA: Session=0x%08X, DHCP configured, no viable servers found for tunnel-group '%s'",
	    number_of(l), group_of(l));
	done(l);
}

void gateway_relay(
    struct gateway *gw, const struct addr *server, const struct addr *scope, const struct addr *own)
{
	struct lease *l;

	LIST_FOREACH (l, &gw->leases, link) {
		if (!l->waiting)
			continue;
		for (size_t n = 0; n < l->n_servers; n++) {
			struct server *v = &l->server[n];

			if (!v->waits || !addr_equal(&v->s.addr, server) ||
			    !addr_equal(speaks_from(l, &v->s), scope))
				continue;
			v->waits = false;
			v->s.relay = *own;
			l->waiting--;
		}
		if (!l->waiting)
			begin(l);
	}
}

static void add_servers(struct lease *l, const struct strlist *list, enum dhcp_selection selection)
{
	for (size_t i = 0; i < list->n && l->n_servers < DHCP_SERVERS_MAX; i++) {
		struct server *v = &l->server[l->n_servers];

		*v = (struct server){.s.selection = selection, .waits = true};
		l->n_servers += addr_parse(list->v[i], &v->s.addr);
	}
}

/* No other lease has that number. */
static bool choose_number(struct lease *l)
{
	struct gateway *gw = l->session->gw;

	do
		gw->env->random(gw->env, &l->number, sizeof l->number);
	while (!l->number || table_get(&gw->lease_numbers, l->number));
	return table_add(&gw->lease_numbers, l->number, l);
}

/* What the servers know the client by: theirs to list, and no other login's ever. */
static void identify(struct lease *l)
{
	struct dhcp_identity *self = &l->client.self;
	struct wr w = wr_init(self->chaddr, sizeof self->chaddr);
	const char *name = l->session->gw->config->system.hostname;
	int n;

	wr_u16(&w, 0x0200); /* a number of our own making */
	wr_u32(&w, l->number);
	self->htype = 1;
	self->hlen = MAC;
	n = snprintf((char *)self->id + 1, sizeof self->id - 1, "%s-%08x-%s", name ? name : "",
	    l->number, l->session->user);
	self->id[0] = 0; /* a text */
	self->id_len = 1 + ((size_t)n < sizeof self->id - 1 ? (size_t)n : sizeof self->id - 2);
	snprintf(self->hostname, sizeof self->hostname, "%.*s",
	    (int)strcspn(l->session->user, "@\\ "), l->session->user);
}

static struct lease *lease_create(struct session *s, const struct cfg_tunnel_group *g)
{
	struct lease *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->session = s;
	l->tell.fire = tell;
	dhcp_client_init(&l->client, s->gw->env, &client_ops);
	l->client.self.scope = s->policy->scope;
	add_servers(l, &g->dhcp, DHCP_BY_RELAY);
	add_servers(l, &g->dhcp_by_link, DHCP_BY_LINK);
	add_servers(l, &g->dhcp_by_subnet, DHCP_BY_SUBNET);
	if (l->n_servers && choose_number(l))
		return l;
	free(l);
	return NULL;
}

bool lease_begin(struct session *s, void (*ready)(struct session *))
{
	const struct cfg_tunnel_group *g = peer_group(s->peer);
	struct gateway *gw = s->gw;
	struct lease *l = g ? lease_create(s, g) : NULL;

	if (!l)
		return false;
	identify(l);
	l->ready = ready;
	l->waiting = l->n_servers;
	s->lease = l;
	LIST_INSERT_HEAD(&gw->leases, l, link);
	for (size_t n = 0; n < l->n_servers; n++)
		gw->ops->relay_open(
		    gw->owner, &l->server[n].s.addr, speaks_from(l, &l->server[n].s));
	return true;
}

void gateway_dhcp(struct gateway *gw, const struct addr *from, const struct dhcp_message *m)
{
	struct rd r = rd_init(m->head.chaddr + NUMBER_AT, sizeof m->head.chaddr - NUMBER_AT);
	struct lease *l = table_get(&gw->lease_numbers, rd_u32(&r));

	if (l)
		dhcp_client_receive(&l->client, from, m);
}

struct name_servers session_name_servers(const struct session *s)
{
	static const struct dhcp_lease none;
	const struct dhcp_lease *l = s->lease ? &s->lease->client.lease : &none;
	bool dns = s->policy->dns[0].family || s->policy->dns[1].family;
	bool wins = s->policy->wins[0].family || s->policy->wins[1].family;
	struct name_servers n = {.domain = *s->policy->domain ? s->policy->domain : l->domain};

	memcpy(n.dns, dns ? s->policy->dns : l->dns, sizeof n.dns);
	memcpy(n.wins, wins ? s->policy->wins : l->wins, sizeof n.wins);
	return n;
}

void lease_end(struct session *s)
{
	struct lease *l = s->lease;
	struct gateway *gw = s->gw;

	if (!l)
		return;
	s->lease = NULL;
	dhcp_client_stop(&l->client, true);
	for (size_t n = 0; n < l->n_servers; n++)
		gw->ops->relay_end(
		    gw->owner, &l->server[n].s.addr, speaks_from(l, &l->server[n].s));
	timer_stop(gw->env, &l->tell);
	table_remove(&gw->lease_numbers, l->number);
	LIST_REMOVE(l, link);
	free(l);
}
