/*
 * A client of the simulated world, struct world_client: dials as its options say, negotiates IKE
 * and L2TP with the gateway, renews, leaves, crashes.
 */
#include <check.h>
#include <string.h>

#include "tests/support/steady.h"
#include "tests/support/world_parts.h"

#define AM2 12 /* message 2 of aggressive mode is waited for */

/* One datagram more; a client that is to fall silent does so in time. */
static bool may_speak(struct world_client *c)
{
	if (c->mute_after && c->said >= c->mute_after)
		client_vanish(c);
	c->said += !c->silent;
	return !c->silent;
}

void client_say(struct world_client *c, const struct initiator_message *m)
{
	if (c->steady)
		steady_said(c->steady, m);
	if (may_speak(c) && !(c->renewal && renewal_loses(c)))
		world_put_ike(c, c->expect >= 6 && initiator_floats(&c->ike), m->b, m->len);
}

static void lac_out(void *owner, const uint8_t *msg, size_t len)
{
	struct world_client *c = owner;
	PACKET_HERE(p);

	if (!c->has_tunnel || !may_speak(c) ||
	    !tunnel_seal(&c->tunnel, &c->w->sim.env, &p, msg, len))
		return;
	if (c->renewal)
		renewal_sent(c, len);
	world_put_esp(c, p.data, p.len);
}

static void lac_is_up(void *owner, const struct ppp_ip *ip)
{
	struct world_client *c = owner;

	c->ip = *ip;
	c->stage = CLIENT_UP;
}

static void lac_ip(void *owner, const uint8_t *packet, size_t len)
{
	struct world_client *c = owner;

	c->received++;
	c->last_len = len;
	memcpy(c->last, packet, len < sizeof c->last ? len : sizeof c->last);
}

static void lac_is_down(void *owner, enum lac_stage failed_at)
{
	(void)failed_at;
	((struct world_client *)owner)->stage = CLIENT_GONE;
}

static void start_l2tp(struct world_client *c)
{
	static const struct lac_ops ops = {
	    .send = lac_out, .up = lac_is_up, .ip = lac_ip, .down = lac_is_down};
	const struct personality *like = c->like;
	struct lac_config lc = {.kind = like && !like->lac.identifies ? LAC_PPPD : LAC_WINDOWS,
	    .manners = like ? &like->lac : NULL,
	    .host = c->host,
	    .methods = c->methods,
	    .new_password = c->new_password,
	    .change = c->change,
	    .change_len = c->change_len,
	    .user = c->user,
	    .password = c->password,
	    .bare = c->bare,
	    .sequencing = c->sequencing,
	    .tunnel_id = c->tunnel_id};

	c->lac = lac_create(&c->w->sim.env, c->w->crypto, &lc, &ops, c);
	ck_assert_ptr_nonnull(c->lac);
	lac_start(c->lac);
}

static void quick_mode(struct world_client *c)
{
	struct initiator_message m;

	c->stage = c->lac ? c->stage : CLIENT_PHASE2;
	initiator_qm1(&c->ike, &c->qm, &m);
	client_say(c, &m);
}

static void quick_mode_done(struct world_client *c)
{
	struct initiator_message m;

	initiator_qm3(&c->ike, &c->qm, &m);
	client_say(c, &m);
	if (c->has_tunnel && c->renewal)
		renewal_keep(c);
	else if (c->has_tunnel)
		tunnel_fini(&c->tunnel);
	ck_assert(tunnel_init(&c->tunnel, c->w->crypt, &c->qm.child));
	c->has_tunnel = true;
	if (c->renewal)
		renewal_begins(c, &m);
	if (c->lac)
		return;
	c->stage = CLIENT_L2TP;
	start_l2tp(c);
}

void client_hears_ike(struct world_client *c, const uint8_t *msg, size_t len)
{
	struct initiator_message m;

	if (c->silent || (c->renewal && renewal_heard(c, msg, len)) ||
	    (c->steady && steady_hears(c->steady, msg, len)))
		return;
	if (c->expect == AM2 && initiator_am2(&c->ike, msg, len)) {
		c->expect = 6; /* message 3 goes to where message 5 would */
		initiator_am3(&c->ike, true, &m);
		client_say(c, &m);
		c->expect = 7;
		quick_mode(c);
		return;
	}
	if (c->expect == 2 && initiator_mm2(&c->ike, msg, len)) {
		c->expect = 4;
		initiator_mm3(&c->ike, &m);
	} else if (c->expect == 4 && initiator_mm4(&c->ike, msg, len)) {
		c->expect = 6;
		if (c->shy && c->ike.nat_server) {
			c->stage = CLIENT_GONE;
			return;
		}
		initiator_mm5(&c->ike, &m);
	} else if (c->expect == 6 && initiator_mm6(&c->ike, msg, len)) {
		c->expect = 7;
		if (c->like && !c->lac && c->like->ike.contact == CONTACT_AFTERWARDS) {
			initiator_contact(&c->ike, &m);
			client_say(c, &m);
		}
		quick_mode(c);
		return;
	} else if (c->expect == 7 && initiator_qm2(&c->ike, &c->qm, msg, len)) {
		quick_mode_done(c);
		return;
	} else {
		struct initiator_notice n;

		c->notices++;
		if (!c->ike.dpd || !initiator_notice(&c->ike, msg, len, &n) ||
		    n.type != NOTIFY_R_U_THERE)
			return;
		initiator_dpd(&c->ike, true, n.seq, &m);
	}
	client_say(c, &m);
}

void client_hears_esp(struct world_client *c, const uint8_t *msg, size_t len)
{
	size_t outer = 20 + (c->nat ? 8u : 0) + len;
	struct tunnel *t = c->has_tunnel ? &c->tunnel : NULL;
	PACKET_HERE(p);

	if (outer > c->longest)
		c->longest = outer;
	if (c->renewal && !c->silent)
		t = renewal_tunnel(c, msg, len);
	if (!c->silent && !c->deaf && t && c->lac && tunnel_open(t, &p, msg, len))
		lac_receive(c->lac, p.data, p.len);
}

void client_connect(struct world_client *c)
{
	struct initiator_message m;

	c->stage = c->lac ? c->stage : CLIENT_PHASE1;
	c->expect = c->aggressive ? AM2 : 2;
	if (c->aggressive)
		initiator_am1(&c->ike, &m);
	else
		initiator_mm1(&c->ike, &m);
	client_say(c, &m);
}

void client_like(struct world_client *c, const struct personality *p)
{
	c->like = p;
	personality_ike(p, &c->ike);
}

void client_rekey(struct world_client *c)
{
	quick_mode(c);
}

void client_renew(struct world_client *c)
{
	struct ike_initiator old = c->ike;

	initiator_init(&c->ike, c->w->crypto, old.seed);
	c->ike.psk = old.psk;
	c->ike.path = old.path;
	c->ike.natt = old.natt;
	c->ike.dpd = old.dpd;
	c->ike.initial_contact = old.initial_contact;
	if (c->like) {
		personality_ike(c->like, &c->ike);
		c->ike.initial_contact = false; /* at the first contact only */
	}
	client_connect(c);
}

void client_leave(struct world_client *c)
{
	struct initiator_message m;

	lac_hangup(c->lac);
	sim_run(&c->w->sim, 100 * MSEC);
	initiator_delete_child(&c->ike, c->tunnel.spi_in, &m);
	client_say(c, &m);
	initiator_delete_sa(&c->ike, &m);
	client_say(c, &m);
	if (c->renewal)
		renewal_leaves(c);
	c->stage = CLIENT_GONE;
}

void client_vanish(struct world_client *c)
{
	c->silent = true;
	if (c->lac)
		lac_vanish(c->lac);
}

void client_forget(struct world_client *c)
{
	c->silent = true;
	if (c->renewal)
		renewal_free(c);
	if (c->lac)
		lac_destroy(c->lac);
	if (c->has_tunnel)
		tunnel_fini(&c->tunnel);
	c->lac = NULL;
	c->has_tunnel = false;
}

static void client_init(struct world_client *c, uint64_t seed)
{
	c->user = c->password = "test";
	c->methods = 1u << PPP_AUTH_MSCHAPV2;
	initiator_init(&c->ike, c->w->crypto, seed);
	c->ike.psk = "C!sc0@123";
	c->ike.path = (struct path){.local = at(CLIENT, 500), .remote = at(WORLD_SERVER, 500)};
	c->ike.natt = true;
}

struct world_client *world_client(struct world *w, bool nat)
{
	struct world_client *c = &w->client[w->n_clients++];
	size_t before = w->n_clients - 1;
	uint16_t port = (uint16_t)(20002 + 2 * (before % NAT_CLIENTS));
	uint32_t address = NAT + 256 * (uint32_t)(before / NAT_CLIENTS);

	ck_assert_uint_le(w->n_clients, WORLD_CLIENTS);
	c->w = w;
	c->nat = nat;
	c->outer500 = nat ? at(address, port) : at(CLIENT, 500);
	c->outer4500 = nat ? at(address, (uint16_t)(port + 1)) : at(CLIENT, 4500);
	client_init(c, 1000 + w->n_clients);
	return c;
}

struct world_client *world_user_client(struct world *w, bool nat, const char *user)
{
	struct world_client *c = world_client(w, nat);

	world_user(w, user);
	c->user = user;
	return c;
}

void client_again(struct world_client *c)
{
	struct world_client new = {
	    .w = c->w, .nat = c->nat, .outer500 = c->outer500, .outer4500 = c->outer4500};

	client_forget(c);
	*c = new;
	client_init(c, 1000000 + c->w->crashes++);
	c->ike.path.local.addr = c->nat ? c->ike.path.local.addr : c->outer500.addr;
}
