/*
 * A whole connection is recorded: both main modes, quick modes, keepalives and
 * deletes of IKE, and all ESP. At each moment of its life, everything recorded so
 * far is sent again: from where it came, from another port, from another address,
 * to either of our ports. Nothing moves, nothing ends, nobody else is answered.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/ike.h"
#include "engine/ike/qm.h"
#include "engine/session/objects.h"
#include "tests/support/world.h"

#define RECORDED 512

static struct world *w;
static struct world_client *c;
static struct recorded {
	struct path path;
	bool esp;
	size_t len;
	uint8_t b[1600];
} record[RECORDED];
static size_t n_record, replays;

/* What must not change by a replay. */
struct picture {
	size_t peers, active, negotiating, pairs, up, n_ike, routes;
	struct path path[8], ike_path[8];
	const void *session[8];
	enum ike_state state[8];
};

/* Member by member: what lies between them is nobody's, and would be compared. */
static void draw_path(struct path *to, const struct path *from)
{
	to->local.addr = from->local.addr;
	to->local.port = from->local.port;
	to->remote.addr = from->remote.addr;
	to->remote.port = from->remote.port;
}

static void draw(struct picture *p)
{
	struct ike_sa *sa = NULL;
	size_t n = 0;

	memset(p, 0, sizeof *p);
	p->peers = w->gw->n_peers;
	p->active = w->gw->ike->active.n;
	p->negotiating = w->gw->ike->negotiating.n;
	p->routes = w->routes;
	for (size_t i = 0; i < p->peers; i++) {
		const struct peer *peer = w->gw->peers[i];
		struct sa_pair *s;

		p->n_ike += peer->n_ike;
		draw_path(&p->path[i], &peer->path);
		p->session[i] = peer->ending ? NULL : peer->session;
		LIST_FOREACH(s, &peer->pairs, link) {
			p->pairs++;
			p->up += s->up;
		}
	}
	for (; (sa = ike_sa_next(w->gw->ike, sa)) && sa->list != &w->gw->ike->half_open; n++) {
		draw_path(&p->ike_path[n], &sa->path);
		p->state[n] = sa->state;
	}
}

static void send_again_from(const struct recorded *m, const struct path *path)
{
	replays++;
	if (m->esp) {
		dp_input(w->dp, path, c->tunnel.udp_encap, m->b, m->len);
		dp_poll(w->dp);
	} else {
		gateway_ike(w->gw, path, m->b, m->len);
	}
}

static void replay(const struct recorded *m)
{
	struct path there = m->path;

	send_again_from(m, &there);
	there.remote.port ^= 0x1111; /* another port of the same NAT */
	send_again_from(m, &there);
	there = m->path;
	there.remote.addr = addr_v4(0x0a090909);
	send_again_from(m, &there);
	there.local.port = there.remote.port = 4500;
	send_again_from(m, &there);
	there.local.port = there.remote.port = 500;
	send_again_from(m, &there);
}

static void replay_all(void)
{
	struct picture before, after;

	draw(&before);
	for (size_t i = 0; i < n_record; i++)
		replay(&record[i]);
	draw(&after);
	ck_assert_mem_eq(&before, &after, sizeof before);
}

static void to_server(void *arg, const struct path *path, bool esp, const uint8_t *msg, size_t len)
{
	struct recorded *m = &record[n_record];

	(void)arg;
	ck_assert_uint_lt(n_record, RECORDED);
	ck_assert_uint_le(len, sizeof m->b);
	m->path = *path;
	m->esp = esp;
	m->len = len;
	memcpy(m->b, msg, len);
	n_record++;
	if (!esp || n_record % 8 == 0)
		replay_all();
}

static bool clients_own(const struct endpoint *e)
{
	return endpoint_equal(e, &c->outer500) || endpoint_equal(e, &c->outer4500);
}

/* Somebody else gets message 2 for a message 1, and nothing that belongs to the connection. */
static void from_server(
    void *arg, const struct path *path, bool esp, const uint8_t *msg, size_t len)
{
	struct rd r = rd_init(msg, len);
	struct isakmp_header h;

	(void)arg;
	if (esp && !c->tunnel.udp_encap) {
		ck_assert(addr_equal(&path->remote.addr, &c->outer500.addr));
		return;
	}
	if (clients_own(&path->remote))
		return;
	ck_assert(!esp);
	ck_assert(isakmp_header_read(&r, &h));
	ck_assert_uint_eq(h.exchange, XCHG_MAIN);
	/* Until message 5 he has proved nothing, and is answered where he seems to be. */
	ck_assert(h.next == PAY_SA || h.next == PAY_KE);
}

static void setup(void)
{
	w = world_create(3);
	n_record = replays = 0;
}

static void teardown(void)
{
	world_destroy(w);
}

/* Packets pass both ways, and the replays change nothing about it. */
static void passes(void)
{
	uint64_t in = w->to_tun, out = c->received;

	replay_all();
	world_inside_send(w, addr_to_v4(&c->ip.client));
	sim_run(&w->sim, 10 * MSEC);
	ck_assert_uint_eq(c->received, out + 1);
	ck_assert(client_send(c, 0x0a0a0a0a));
	sim_run(&w->sim, 10 * MSEC);
	ck_assert_uint_eq(w->to_tun, in + 1);
	replay_all();
	ck_assert_uint_eq(w->to_tun, in + 1);
}

static void connected(bool nat)
{
	c = world_client(w, nat);
	c->ike.dpd = c->ike.initial_contact = true;
	w->spy = (struct world_spy){to_server, from_server, NULL};
	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	passes();
}

static void say(void (*build)(struct ike_initiator *, struct initiator_message *))
{
	struct initiator_message m;

	build(&c->ike, &m);
	client_say(c, &m);
	sim_run(&w->sim, 100 * MSEC);
	passes();
}

static uint32_t dpd_number;

static void are_you_there(struct ike_initiator *i, struct initiator_message *m)
{
	initiator_dpd(i, false, ++dpd_number, m);
}

static uint32_t old_child;

static void delete_old_child(struct ike_initiator *i, struct initiator_message *m)
{
	initiator_delete_child(i, old_child, m);
}

START_TEST(a_whole_connection)
{
	struct ike_initiator old;
	struct initiator_message m;

	connected(_i);
	dpd_number = 100;
	say(are_you_there);
	say(are_you_there);
	/* quick modes: the old pair goes after the new one is there */
	for (int n = 0; n < 2; n++) {
		old_child = c->tunnel.spi_in;
		client_rekey(c);
		sim_run(&w->sim, 2 * SEC);
		ck_assert_uint_eq(world_query(w, "ipsec", NULL), 2);
		passes();
		say(delete_old_child);
		ck_assert_uint_eq(world_query(w, "ipsec", NULL), 1);
	}
	old = c->ike; /* a new phase 1, then the old one's end */
	client_renew(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_uint_eq(w->gw->n_peers, 1);
	ck_assert_uint_eq(w->gw->peers[0]->n_ike, 1); /* INITIAL-CONTACT ended the old one */
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
	initiator_delete_sa(&old, &m);
	client_say(c, &m);
	sim_run(&w->sim, 6 * SEC);
	replay_all();
	ck_assert_uint_gt(replays, 1000);
}
END_TEST

/* The same without INITIAL-CONTACT: the session outlives its first phase 1. */
START_TEST(a_renewed_phase_1)
{
	struct initiator_message m;
	struct ike_initiator old;

	connected(_i);
	c->ike.initial_contact = false;
	old = c->ike;
	old_child = c->tunnel.spi_in;
	client_renew(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_uint_eq(w->gw->n_peers, 1);
	ck_assert_uint_eq(w->gw->peers[0]->n_ike, 2);
	passes();
	initiator_delete_sa(&old, &m);
	client_say(c, &m);
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(w->gw->peers[0]->n_ike, 1);
	passes();
	sim_run(&w->sim, 20 * 60 * SEC); /* our own questions are answered meanwhile */
	passes();
	say(delete_old_child);
	client_leave(c);
	sim_run(&w->sim, 2 * SEC);
	replay_all();
	ck_assert_uint_eq(w->gw->n_peers, 0);
}
END_TEST

/* Somebody keeps a fresh message back and sends it himself: the client's next one mends it. */
START_TEST(a_message_kept_back)
{
	struct initiator_message m;
	struct path stranger = {
	    .local = {addr_v4(0xac100102), 4500}, .remote = {addr_v4(0x0a090909), 4500}};
	struct path home;

	connected(_i);
	w->spy.from_server = NULL; /* whoever sends what is fresh is answered */
	home = w->gw->peers[0]->path;
	initiator_dpd(&c->ike, false, 50, &m);
	gateway_ike(w->gw, &stranger, m.b, m.len);
	/* without NAT-T it never moves */
	ck_assert_int_eq(!path_equal(&w->gw->peers[0]->path, &home), _i);
	ck_assert(client_send(c, 0x0a0a0a0a));
	sim_run(&w->sim, 10 * MSEC);
	ck_assert(path_equal(&w->gw->peers[0]->path, &home));
	ck_assert(path_equal(&w->gw->ike->active.head->path, &home)); /* where we ask from now on */
	passes();
	/* An older question, never seen before, is no sign of life any more. */
	initiator_dpd(&c->ike, false, 60, &m);
	client_say(c, &m);
	sim_run(&w->sim, 10 * MSEC);
	initiator_dpd(&c->ike, false, 55, &m);
	gateway_ike(w->gw, &stranger, m.b, m.len);
	ck_assert(path_equal(&w->gw->peers[0]->path, &home));
	/* Nor is an answer to what nobody has asked. */
	initiator_dpd(&c->ike, true, 60, &m);
	gateway_ike(w->gw, &stranger, m.b, m.len);
	ck_assert(path_equal(&w->gw->peers[0]->path, &home));
	passes();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_replay");
	TCase *tc = tcase_create("replay");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, a_whole_connection, 0, 2);
	tcase_add_loop_test(tc, a_renewed_phase_1, 0, 2);
	tcase_add_loop_test(tc, a_message_kept_back, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
