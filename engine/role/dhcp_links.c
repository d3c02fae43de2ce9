/*
 * Clients of DHCP servers at our links. A link's object lives from the first
 * LINK_STATE that says dhcp to the first that does not, or to the end of the
 * engine; it asks the keeper for a socket whenever the link is another one, and
 * for what is leased to be set. An engine that comes back asks for the address
 * that it finds.
 */
#include "engine/role/dhcp_links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/net/arp.h"
#include "engine/role/dhcp_frame.h"
#include "engine/role/link_port.h"

#define ETHERTYPE_IP 0x0800
#define ETHERTYPE_ARP 0x0806
#define DHCP_MAC LINK_MAC

struct dhcp_link {
	LIST_ENTRY(dhcp_link) link;
	struct dhcp_links *of;
	char device[16];
	uint32_t ifindex;
	uint8_t mac[DHCP_MAC];
	bool carrier;
	struct addr address; /* that it has, as the kernel says */
	uint32_t id;	     /* the request for a socket that is out, 0 = none */
	struct link_port *port;
	struct addr probed; /* the address that is ... */
	uint32_t probe_id;  /* ... and the request for the socket that hears of it */
	struct link_port *probe;
	uint8_t next_hop[DHCP_MAC]; /* to the server: where its acknowledgement came from */
	struct dhcp_client client;
};

static const uint8_t EVERYBODY[DHCP_MAC] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/* ---- what the client wants ------------------------------------------------------ */

static struct dhcp_link *link_of(struct dhcp_client *c)
{
	return container_of(c, struct dhcp_link, client);
}

static void send_out(struct dhcp_client *c, const struct addr *to, const uint8_t *msg, size_t len)
{
	struct dhcp_link *l = link_of(c);
	uint8_t packet[DHCP_FRAME_MAX];
	struct wr w = wr_init(packet, sizeof packet);

	dhcp_frame_write(&w, to->family ? &c->lease.address : to, to, msg, len);
	if (l->port && !w.full)
		(void)link_port_send(l->port, l->ifindex, ETHERTYPE_IP,
		    to->family ? l->next_hop : EVERYBODY, packet, wr_len(&w));
}

/* The number of a new request to the keeper, for a socket. */
static uint32_t ask_keeper(struct dhcp_link *l, const struct addr *probed)
{
	uint32_t id = DHCP_LINK_IDS + (++l->of->last_id & 0xffffff);
	struct ipc_msg m = {.type = MSG_KEEP_DHCP,
	    .fd = -1,
	    .keep_dhcp = {.id = id, .device = l->device, .probed = *probed}};

	l->of->keeper(l->of->arg, &m);
	return id;
}

/* ---- is it somebody's already? ------------------------------------------------------- */

static void probe_ends(struct dhcp_link *l)
{
	link_port_close(l->probe);
	l->probe = NULL;
	l->probe_id = 0;
	l->probed = (struct addr){0};
}

static bool probe_out(struct dhcp_link *l)
{
	uint8_t packet[ARP_LEN];
	struct wr w = wr_init(packet, sizeof packet);

	arp_probe(&w, l->mac, addr_to_v4(&l->probed));
	return link_port_send(
	    l->probe, l->ifindex, ETHERTYPE_ARP, EVERYBODY, packet, wr_len(&w));
}

/* The first one waits for its socket, which is asked for again if there is none. */
static bool probe(struct dhcp_client *c, const struct addr *a)
{
	struct dhcp_link *l = link_of(c);

	if (!addr_equal(&l->probed, a)) {
		probe_ends(l);
		l->probed = *a;
		l->probe_id = ask_keeper(l, a);
	}
	return l->probe && probe_out(l);
}

/* What the device of the link is called, or its Linux name. */
static const char *name_of(const struct dhcp_link *l)
{
	const struct config *c = l->of->config;

	for (size_t n = 0; n < c->n_interfaces; n++)
		if (c->interfaces[n].set.nameif && c->interfaces[n].set.device &&
		    strcmp(c->interfaces[n].set.device, l->device) == 0)
			return c->interfaces[n].set.nameif;
	return l->device;
}

static void tell_keeper(struct dhcp_link *l, uint8_t op)
{
	const struct dhcp_lease *lease = &l->client.lease;
	struct ipc_msg m = {.type = MSG_KEEP_LEASE,
	    .fd = -1,
	    .keep_lease = {.op = op,
		.device = l->device,
		.address = lease->address,
		.mask = lease->mask,
		.gateway = lease->gateway}};

	l->of->keeper(l->of->arg, &m);
}

static void bound(struct dhcp_client *c, bool changed)
{
	struct dhcp_link *l = link_of(c);
	char ip[ADDR_TEXT_MAX], mask[ADDR_TEXT_MAX], gw[ADDR_TEXT_MAX];

	probe_ends(l);
	if (!changed)
		return;
	tell_keeper(l, CFG_SET);
	log_say(l->of->log, 604101,
	    "DHCP client interface %s: Allocated ip = %s, mask = %s, gw = %s", name_of(l),
	    addr_text(&c->lease.address, ip), addr_text(&c->lease.mask, mask),
	    addr_text(&c->lease.gateway, gw));
}

static void say_released(struct dhcp_link *l)
{
	log_say(l->of->log, 604102, "DHCP client interface %s: address released", name_of(l));
}

static void lost(struct dhcp_client *c, enum dhcp_loss why)
{
	struct dhcp_link *l = link_of(c);

	(void)why;
	if (l->address.family)
		say_released(l);
	tell_keeper(l, CFG_DELETE);
}

static const struct dhcp_client_ops client_ops = {
    .send = send_out, .probe = probe, .bound = bound, .lost = lost};

/* ---- beginning -------------------------------------------------------------------- */

static void heard(void *arg, const uint8_t mac[DHCP_MAC], const uint8_t *packet, size_t len)
{
	static struct dhcp_message m; /* the last that came */
	struct dhcp_link *l = arg;
	struct addr from;

	if (!dhcp_frame_read(packet, len, &from, &m))
		return;
	if (m.head.xid == l->client.xid && dhcp_type(&m) == DHCPACK)
		memcpy(l->next_hop, mac, DHCP_MAC);
	dhcp_client_receive(&l->client, &from, &m);
}

static const char *mac_text(const uint8_t m[DHCP_MAC], char to[16])
{
	snprintf(to, 16, "%02x%02x.%02x%02x.%02x%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
	return to;
}

static void heard_arp(void *arg, const uint8_t mac[DHCP_MAC], const uint8_t *packet, size_t len)
{
	struct dhcp_link *l = arg;
	const struct addr probed = l->probed;
	char ip[ADDR_TEXT_MAX], theirs[16], ours[16];
	struct arp a;

	(void)mac;
	if (!arp_parse(packet, len, &a) || !arp_conflicts(&a, l->mac, addr_to_v4(&probed)))
		return;
	addr_text(&probed, ip);
	log_say(l->of->log, 405001,
	    "Received ARP %s collision from %s/%s on interface %s with existing ARP entry %s/%s",
	    a.reply ? "response" : "request", ip, mac_text(a.sender, theirs), name_of(l), ip,
	    mac_text(l->mac, ours));
	probe_ends(l);
	if (dhcp_client_conflict(&l->client) && addr_equal(&l->address, &probed))
		lost(&l->client, DHCP_REFUSED); /* one that it had been found with */
}

/* Probes that nobody can hear say nothing: it begins anew with the carrier. */
static void carrier_lost(struct dhcp_link *l)
{
	if (l->client.state != DHCP_PROBING)
		return;
	dhcp_client_stop(&l->client, false);
	probe_ends(l);
}

/* What a server knows us by. */
static void identify(struct dhcp_link *l)
{
	struct dhcp_identity *self = &l->client.self;
	const char *name = l->of->config->system.hostname;

	self->htype = 1; /* Ethernet */
	self->hlen = DHCP_MAC;
	memcpy(self->chaddr, l->mac, DHCP_MAC);
	self->id[0] = self->htype;
	memcpy(self->id + 1, l->mac, DHCP_MAC);
	self->id_len = 1 + DHCP_MAC;
	snprintf(self->hostname, sizeof self->hostname, "%s", name ? name : "");
}

static void begin(struct dhcp_link *l)
{
	struct addr before = l->client.lease.address.family ? l->client.lease.address : l->address;

	probe_ends(l);
	if (!l->port || !l->carrier)
		return;
	identify(l);
	dhcp_client_start(&l->client, &before);
}

static void ask_for_port(struct dhcp_link *l)
{
	static const struct addr none;

	probe_ends(l);
	link_port_close(l->port);
	l->port = NULL;
	l->id = ask_keeper(l, &none);
}

static void port_came(struct dhcp_link *l, int fd)
{
	l->id = 0;
	if (fd < 0) {
		l->ifindex = 0; /* tried again when there is news of the link */
		return;
	}
	l->port = link_port_open(l->of->loop, fd, heard, l);
	begin(l);
}

static void probe_came(struct dhcp_link *l, int fd)
{
	l->probe_id = 0;
	if (fd >= 0)
		l->probe = link_port_open(l->of->loop, fd, heard_arp, l);
	if (l->probe)
		dhcp_client_probes(&l->client);
	else
		probe_ends(l);
}

bool dhcp_links_reply(struct dhcp_links *d, struct ipc_msg *m)
{
	struct dhcp_link *l;

	if (m->keep_reply.id < DHCP_LINK_IDS)
		return false;
	LIST_FOREACH (l, &d->links, link)
		if (l->id == m->keep_reply.id || l->probe_id == m->keep_reply.id)
			break;
	if (!l)
		return true;
	if (l->id == m->keep_reply.id)
		port_came(l, m->fd);
	else
		probe_came(l, m->fd);
	m->fd = -1;
	return true;
}

/* ---- links ---------------------------------------------------------------------------- */

static struct dhcp_link *find(const struct dhcp_links *d, const char *device)
{
	struct dhcp_link *l;

	LIST_FOREACH (l, &d->links, link)
		if (strcmp(l->device, device) == 0)
			return l;
	return NULL;
}

static void end(struct dhcp_link *l, bool release)
{
	if (release && l->client.lease.address.family)
		say_released(l);
	dhcp_client_stop(&l->client, release);
	probe_ends(l);
	link_port_close(l->port);
	LIST_REMOVE(l, link);
	free(l);
}

/* False: it has none of Ethernet's. */
static bool mac_of(const char *text, uint8_t mac[DHCP_MAC])
{
	unsigned b[DHCP_MAC];

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]) !=
	    DHCP_MAC)
		return false;
	for (int i = 0; i < DHCP_MAC; i++)
		mac[i] = (uint8_t)b[i];
	return true;
}

static struct dhcp_link *found_or_new(struct dhcp_links *d, const char *device)
{
	struct dhcp_link *l = find(d, device);

	if (l || strlen(device) >= sizeof l->device || !(l = calloc(1, sizeof *l)))
		return l;
	l->of = d;
	snprintf(l->device, sizeof l->device, "%s", device);
	memcpy(l->next_hop, EVERYBODY, DHCP_MAC);
	dhcp_client_init(&l->client, d->env, &client_ops);
	LIST_INSERT_HEAD(&d->links, l, link);
	return l;
}

void dhcp_links_state(struct dhcp_links *d, const struct msg_link_state *m)
{
	struct dhcp_link *l = find(d, m->device);
	uint8_t mac[DHCP_MAC];
	bool carrier = m->up && m->carrier, back;

	if (!m->dhcp || !m->ifindex || !mac_of(m->mac, mac)) {
		if (l)
			end(l, m->ifindex != 0);
		return;
	}
	if (!(l = found_or_new(d, m->device)))
		return;
	back = carrier && !l->carrier;
	l->carrier = carrier;
	l->address = m->address;
	if (!carrier)
		carrier_lost(l);
	if (l->ifindex == m->ifindex && memcmp(l->mac, mac, DHCP_MAC) == 0) {
		if (back)
			begin(l);
		return;
	}
	l->ifindex = m->ifindex;
	memcpy(l->mac, mac, DHCP_MAC);
	ask_for_port(l); /* and begins once it is here */
}

/* ---- operators ------------------------------------------------------------------------- */

static void list_servers(struct strlist *to, const struct addr v[2], char text[2][ADDR_TEXT_MAX])
{
	for (int i = 0; i < 2; i++)
		if (v[i].family)
			to->v[to->n++] = addr_text(&v[i], text[i]);
}

/* What is left of a time of the lease. */
static uint32_t left(const struct dhcp_client *c, uint32_t seconds)
{
	uint64_t passed = (c->env->now(c->env) - c->lease.since) / SEC;

	return !c->lease.address.family || passed >= seconds ? 0 : seconds - (uint32_t)passed;
}

static void hex(const uint8_t *from, size_t len, char *to, size_t size)
{
	for (size_t i = 0; i < len && 2 * i + 2 < size; i++)
		snprintf(to + 2 * i, size - 2 * i, "%02x", from[i]);
}

static void emit_link(const struct dhcp_link *l, uint32_t id,
    void (*emit)(void *arg, const struct ipc_msg *), void *arg)
{
	struct dhcp_client c = l->client;
	char dns[2][ADDR_TEXT_MAX], wins[2][ADDR_TEXT_MAX], who[2 * DHCP_CLIENT_ID_MAX + 1] = "";
	struct ipc_msg m = {.type = MSG_REC_DHCP,
	    .fd = -1,
	    .rec_dhcp = {.id = id,
		.device = l->device,
		.state = dhcp_state_word(c.state),
		.address = c.lease.address,
		.mask = c.lease.mask,
		.gateway = c.lease.gateway,
		.server = c.lease.server,
		.lease = c.lease.seconds,
		.renew = c.lease.renew,
		.rebind = c.lease.rebind,
		.left = left(&c, c.lease.seconds),
		.next = dhcp_client_next(&c),
		.tries = c.tries,
		.xid = c.xid,
		.client_id = who,
		.hostname = c.self.hostname,
		.domain = c.lease.domain,
		.offers = c.counts.offers,
		.requests = c.counts.requests,
		.acks = c.counts.acks,
		.naks = c.counts.naks,
		.declines = c.counts.declines,
		.releases = c.counts.releases,
		.bad = c.counts.bad}};

	hex(c.self.id, c.self.id_len, who, sizeof who);
	list_servers(&m.rec_dhcp.dns, c.lease.dns, dns);
	list_servers(&m.rec_dhcp.wins, c.lease.wins, wins);
	emit(arg, &m);
}

void dhcp_links_query(struct dhcp_links *d, const struct msg_query *q,
    void (*emit)(void *arg, const struct ipc_msg *), void *arg)
{
	struct ipc_msg m = {.type = MSG_QUERY_END, .fd = -1, .query_end = {.id = q->id}};
	struct dhcp_link *l;

	LIST_FOREACH (l, &d->links, link)
		if (!*q->filter || strcmp(q->value, l->device) == 0) {
			emit_link(l, q->id, emit, arg);
			m.query_end.records++;
		}
	emit(arg, &m);
}

/* ---- life ---------------------------------------------------------------------------------- */

void dhcp_links_init(struct dhcp_links *d, uv_loop_t *loop, struct env *env,
    const struct config *config, struct log *log, void (*keeper)(void *arg, struct ipc_msg *),
    void *arg)
{
	*d = (struct dhcp_links){
	    .loop = loop, .env = env, .config = config, .log = log, .keeper = keeper, .arg = arg};
	LIST_INIT(&d->links);
}

void dhcp_links_close(struct dhcp_links *d)
{
	while (!LIST_EMPTY(&d->links))
		end(LIST_FIRST(&d->links), false);
}
