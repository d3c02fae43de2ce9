/* One Windows-like client; see client.h. RFC 2409, 3193, 2661, 1661 from the client's side. */
#include "tests/win/client.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/ike/isakmp.h"
#include "tests/win/eap.h"
#include "tests/win/keys.h"

#define WINDOWS_MTU 1400
#define PING_GAP (200 * MSEC)
#define STAY_GAP (100 * MSEC) /* between two looks whether it shall leave */
#define PING_TRIES 15 /* for each answer; the first may come before the server is ready */
#define PING_ID 0x4757
#define FLOW_ID 0x4758
#define FAREWELL (300 * MSEC)	 /* for its last answers, and then until ... */
#define FAREWELL_MOST (10 * SEC) /* ... the server has heard all of it, or has gone */

/* Lengths without the padding of encryption, as the device's trace counts them. */
static void say(const struct client *c, const char *what, size_t len)
{
	if (c->o->verbose)
		printf("%-16s %zu\n", what, len);
}

static void delete_sas(struct client *c);

/* Windows takes its SAs down when L2TP or PPP fail. */
static void fail(struct client *c, const char *why)
{
	if (c->state == CLIENT_GONE)
		return;
	c->failure = why;
	c->state = CLIENT_GONE;
	renew_stop(c);
	c->ok = false;
	timer_stop(&c->net.env, &c->timer);
	timer_stop(&c->net.env, &c->resend);
	if (c->lac && !c->o->vanish)
		delete_sas(c);
}

/* ---- ESP ------------------------------------------------------------- */

static void send_l2tp(void *owner, const uint8_t *msg, size_t len)
{
	struct client *c = owner;
	PACKET_HERE(p);

	if (tunnel_seal(&c->tunnel, &c->net.env, &p, msg, len))
		net_send_esp(&c->net, c->tunnel.udp_encap, p.data, p.len);
}

static void recv_esp(void *owner, const uint8_t *msg, size_t len)
{
	struct client *c = owner;
	PACKET_HERE(p);

	if (c->lac && tunnel_open(renew_tunnel(c, msg, len), &p, msg, len))
		lac_receive(c->lac, p.data, p.len);
}

/* ---- traffic ----------------------------------------------------------- */

static void send_ip(struct client *c, const uint8_t *packet, size_t len)
{
	if (!lac_send_ip(c->lac, packet, len))
		return;
	c->user.sent++;
	c->user.sent_bytes += len;
}

static void ping(struct client *c, struct flow *f, uint16_t id)
{
	uint8_t packet[FLOW_PACKET];

	flow_request(f, id, &c->ip.client, &c->o->ping, packet);
	send_ip(c, packet, sizeof packet);
}

static void recv_ip(void *owner, const uint8_t *packet, size_t len)
{
	struct client *c = owner;
	uint64_t now = c->net.env.now(&c->net.env);

	c->user.got++;
	c->user.got_bytes += len;
	if (c->o->tun)
		net_send_tun(&c->net, packet, len);
	if (!flow_answer(&c->pings, PING_ID, &c->o->ping, packet, len, now))
		flow_answer(&c->flow, FLOW_ID, &c->o->ping, packet, len, now);
}

/* ---- L2TP and PPP --------------------------------------------------------- */

static void recv_tun(void *owner, const uint8_t *packet, size_t len)
{
	struct client *c = owner;

	if (c->state == CLIENT_UP)
		send_ip(c, packet, len);
}

/* Windows holds itself to 1400 bytes, or to what the server takes. */
static bool open_tun(struct client *c)
{
	unsigned mru = lac_seen(c->lac)->mru, mtu = mru && mru < WINDOWS_MTU ? mru : WINDOWS_MTU;

	printf("MTU %u\n", mtu);
	return net_tun(&c->net, c->w->epoll, c->o->tun, &c->ip.client, mtu);
}

static void lac_is_up(void *owner, const struct ppp_ip *ip)
{
	struct client *c = owner;
	struct env *e = &c->net.env;

	c->ip = *ip;
	if (c->o->tun && c->state == CLIENT_CONNECTING && !open_tun(c)) {
		fail(c, "no device");
		return;
	}
	c->state = CLIENT_UP;
	c->took = e->now(e) - c->started;
	c->leave_at = e->now(e) + c->o->hold;
	renew_start(c);
	timer_start(e, &c->timer, 0);
}

static void lac_is_down(void *owner, enum lac_stage at)
{
	struct client *c = owner;

	if (c->state == CLIENT_UP)
		fail(c, "the server ended the session");
	else if (c->state == CLIENT_CONNECTING)
		fail(c, at == LAC_AUTH ? "authentication failed" : "L2TP or PPP failed");
}

static size_t lac_eap(
    void *owner, const uint8_t *request, size_t len, uint8_t *response, size_t size)
{
	return eap_ask(((const struct client *)owner)->eap, request, len, response, size);
}

static const struct lac_ops LAC_OPS = {
    .send = send_l2tp, .up = lac_is_up, .ip = recv_ip, .down = lac_is_down};
static const struct lac_ops LAC_EAP_OPS = {
    .send = send_l2tp, .up = lac_is_up, .ip = recv_ip, .down = lac_is_down, .eap = lac_eap};

/* ---- IKE ----------------------------------------------------------------- */

static void transmit(struct client *c, const struct initiator_message *m)
{
	c->net.env.send(&c->net.env, &c->path, m->b, m->len);
}

/* Sends a request and repeats it after 1, 2, 4 ... times its patience. */
static void request(struct client *c, enum ike_wait wait, const char *what)
{
	c->wait = wait;
	c->resends = 0;
	say(c, what, c->last.plain);
	transmit(c, &c->last);
	timer_start(&c->net.env, &c->resend, c->o->patience);
}

static void on_resend(struct timer *t)
{
	struct client *c = container_of(t, struct client, resend);

	if (c->third.len && c->wait == WAIT_QM2)
		transmit(c, &c->third);
	transmit(c, &c->last);
	timer_start(&c->net.env, t, c->o->patience << ++c->resends);
}

static void move_to_4500(struct client *c)
{
	if (initiator_floats(&c->ike))
		c->path.local.port = c->path.remote.port = 4500;
}

static void send_am3(struct client *c)
{
	move_to_4500(c);
	initiator_am3(&c->ike, true, &c->third);
	say(c, "AM3 sent", c->third.plain);
	transmit(c, &c->third);
	initiator_qm1(&c->ike, &c->qm, &c->last);
	request(c, WAIT_QM2, "QM1 sent");
}

/* Apple's and Android's, in a message of its own. */
static void say_contact(struct client *c)
{
	struct initiator_message m;

	if (!c->o->like || c->o->like->ike.contact != CONTACT_AFTERWARDS)
		return;
	initiator_contact(&c->ike, &m);
	transmit(c, &m);
}

static void send_mm5(struct client *c)
{
	if (c->ike.nat_server && !c->o->any_server) { /* Windows does not go there */
		fail(c, "809: the server is behind a NAT");
		return;
	}
	move_to_4500(c);
	initiator_mm5(&c->ike, &c->last);
	request(c, WAIT_MM6, "MM5 sent");
}

/* Quick mode is agreed on: message 3 leaves, and L2TP starts behind it. */
static void secured(struct client *c)
{
	const struct personality *like = c->o->like;
	struct lac_config config = {.kind = like && !like->lac.identifies ? LAC_PPPD : LAC_WINDOWS,
	    .manners = like ? &like->lac : NULL,
	    .host = *c->computer ? c->computer : NULL,
	    .methods = c->o->methods,
	    .user = c->o->user,
	    .password = c->o->password};

	initiator_qm3(&c->ike, &c->qm, &c->last);
	say(c, "QM3 sent", c->last.plain);
	transmit(c, &c->last);
	c->wait = WAIT_NOTHING;
	timer_stop(&c->net.env, &c->resend);
	if (c->o->keys && !keys_esp(c->o->keys, &c->qm.child)) {
		fail(c, "its keys cannot be written");
		return;
	}
	if (!tunnel_init(&c->tunnel, c->w->crypt, &c->qm.child) ||
	    !(c->lac = lac_create(
		  &c->net.env, c->w->crypto, &config, c->o->eap ? &LAC_EAP_OPS : &LAC_OPS, c))) {
		fail(c, "out of memory");
		return;
	}
	lac_start(c->lac);
}

static void recv_notice(struct client *c, const uint8_t *msg, size_t len)
{
	struct initiator_notice n;
	struct initiator_message m;

	if (!initiator_notice(&c->ike, msg, len, &n))
		return;
	if (n.delete &&c->state < CLIENT_LEAVING) {
		fail(c, "the server deleted the SA");
	} else if (n.type == NOTIFY_R_U_THERE) {
		initiator_dpd(&c->ike, true, n.seq, &m);
		transmit(c, &m);
	} else if (n.type == NOTIFY_NO_PROPOSAL_CHOSEN && c->state == CLIENT_CONNECTING) {
		fail(c, "no proposal chosen");
	}
}

static unsigned exchange(const uint8_t *msg, size_t len)
{
	struct rd r = rd_init(msg, len);

	rd_skip(&r, 18);
	return rd_u8(&r);
}

static void recv_ike(void *owner, const struct path *path, const uint8_t *msg, size_t len)
{
	struct client *c = owner;
	struct ike_initiator *i = &c->ike;

	(void)path;
	if (renew_heard(c, msg, len))
		return;
	if (c->wait == WAIT_AM2 && initiator_am2(i, msg, len)) {
		say(c, "AM2 received", len);
		send_am3(c);
	} else if (c->wait == WAIT_MM2 && initiator_mm2(i, msg, len)) {
		say(c, "MM2 received", len);
		initiator_mm3(i, &c->last);
		request(c, WAIT_MM4, "MM3 sent");
	} else if (c->wait == WAIT_MM4 && initiator_mm4(i, msg, len)) {
		say(c, "MM4 received", len);
		if (c->o->keys && !keys_ike(c->o->keys, i))
			fail(c, "its keys cannot be written");
		else
			send_mm5(c);
	} else if (c->wait == WAIT_MM6 && initiator_mm6(i, msg, len)) {
		say(c, "MM6 received", i->plain);
		say_contact(c);
		initiator_qm1(i, &c->qm, &c->last);
		request(c, WAIT_QM2, "QM1 sent");
	} else if (c->wait == WAIT_QM2 && initiator_qm2(i, &c->qm, msg, len)) {
		say(c, "QM2 received", c->qm.plain);
		secured(c);
	} else if (c->wait == WAIT_NOTHING && exchange(msg, len) == XCHG_QUICK) {
		transmit(c, &c->last); /* message 3 was lost */
	} else if (c->wait >= WAIT_QM2) {
		recv_notice(c, msg, len);
	}
}

static void delete_sas(struct client *c)
{
	struct initiator_message m;

	initiator_delete_child(&c->ike, c->tunnel.spi_in, &m);
	transmit(c, &m);
	initiator_delete_sa(&c->ike, &m);
	transmit(c, &m);
}

/* ---- life --------------------------------------------------------------- */

static void leave(struct client *c)
{
	c->state = CLIENT_LEAVING;
	c->ok = c->pings.answered >= (c->o->ping.family ? c->o->pings : 0);
	if (!c->ok)
		c->failure = "pings were not answered";
	renew_no_more(c);
	if (!c->o->vanish)
		lac_hangup(c->lac);
	c->leave_at = c->net.env.now(&c->net.env) + FAREWELL_MOST;
	timer_start(&c->net.env, &c->timer, c->o->vanish ? 0 : FAREWELL);
}

/* The good-bye is over: its SAs go. Before, the server would answer to nobody. */
static void left(struct client *c)
{
	if (!c->o->vanish && (!lac_acknowledged(c->lac) || renew_is_open(c)) &&
	    c->net.env.now(&c->net.env) < c->leave_at) {
		timer_start(&c->net.env, &c->timer, STAY_GAP);
		return;
	}
	if (!c->o->vanish)
		delete_sas(c);
	renew_stop(c);
	c->state = CLIENT_GONE;
}

static bool stays(struct client *c)
{
	return c->net.env.now(&c->net.env) < c->leave_at &&
	       (!c->o->stay || access(c->o->stay, F_OK) == 0);
}

/* It stays: when there is something to do next. */
static uint64_t stay(struct client *c)
{
	struct env *e = &c->net.env;
	uint64_t left = c->leave_at - e->now(e);

	if (c->o->every) {
		ping(c, &c->flow, FLOW_ID);
		return left < c->o->every ? left : c->o->every;
	}
	return c->o->stay && left > STAY_GAP ? STAY_GAP : left;
}

/* Pings that have to be answered, the stay, the same pings once more behind a flow, good-bye. */
static void on_up(struct client *c)
{
	struct env *e = &c->net.env;

	if (c->o->ping.family && c->pings.answered < c->o->pings &&
	    c->pings.sent < PING_TRIES * c->o->pings) {
		ping(c, &c->pings, PING_ID);
		timer_start(e, &c->timer, PING_GAP);
	} else if (stays(c)) {
		timer_start(e, &c->timer, stay(c));
	} else if (c->o->every && !c->flowed) {
		c->flowed = true;
		c->pings.sent = c->pings.answered = 0;
		timer_start(e, &c->timer, 0);
	} else {
		leave(c);
	}
}

static void on_timer(struct timer *t)
{
	struct client *c = container_of(t, struct client, timer);

	switch (c->state) {
	case CLIENT_CONNECTING:
		fail(
		    c, c->lac ? "L2TP or PPP did not come up in time" : "no answer to IKE in time");
		break;
	case CLIENT_UP:
		on_up(c);
		break;
	case CLIENT_LEAVING:
		left(c);
		break;
	case CLIENT_GONE:
		break;
	}
}

static const struct net_ops NET_OPS = {recv_ike, recv_esp, recv_tun};

static struct addr nth_address(const struct addr *first, unsigned n)
{
	return first->family ? addr_v4(addr_to_v4(first) + n) : *first;
}

bool client_start(
    struct client *c, const struct client_world *w, const struct client_options *o, unsigned number)
{
	struct addr source = o->nat ? o->source : nth_address(&o->source, number);
	uint64_t seed;

	memset(c, 0, sizeof *c);
	c->w = w;
	c->o = o;
	c->number = number;
	if (o->computers)
		snprintf(c->computer, sizeof c->computer, "DESKTOP-%u", number);
	c->eap = o->eap ? eap_open(o->eap) : -1;
	if (o->eap && c->eap < 0)
		return false;
	if (!net_open(&c->net, w->epoll, &source, &o->server, o->nat, &NET_OPS, c))
		return false;
	c->net.env.random(&c->net.env, &seed, sizeof seed);
	c->path.local = (struct endpoint){c->net.local, 500};
	c->path.remote = (struct endpoint){o->server, 500};
	initiator_init(&c->ike, w->crypto, seed);
	c->ike.psk = o->psk;
	c->ike.path = c->path;
	if (o->like)
		personality_ike(o->like, &c->ike);
	c->timer.fire = on_timer;
	c->resend.fire = on_resend;
	c->started = c->net.env.now(&c->net.env);
	timer_start(&c->net.env, &c->timer, o->limit);
	if (o->aggressive) {
		c->ike.name = o->group;
		c->ike.name_type = ID_KEY_ID;
		initiator_am1(&c->ike, &c->last);
		request(c, WAIT_AM2, "AM1 sent");
	} else {
		initiator_mm1(&c->ike, &c->last);
		request(c, WAIT_MM2, "MM1 sent");
	}
	return true;
}

void client_end(struct client *c)
{
	timer_stop(&c->net.env, &c->timer);
	timer_stop(&c->net.env, &c->resend);
	renew_stop(c);
	if (c->lac)
		lac_destroy(c->lac);
	tunnel_fini(&c->tunnel);
	if (c->eap >= 0)
		close(c->eap);
	net_close(&c->net);
}
