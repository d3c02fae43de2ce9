/*
 * A client whose NAT gave it another port while it slept, and that renews its phase 1 before it
 * says anything else from there: the session is his who proves that it is his, and nobody else's.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/l2tp/header.h"
#include "engine/ppp/frame.h"
#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/lac_inside.h"
#include "tests/support/world.h"

enum { CLIENTS = 3, INSIDE = 0x0a0a0a0a };

static struct world *w;
static struct world_client *c[CLIENTS];

static void connect_all(unsigned methods)
{
	static const char *const user[CLIENTS] = {"test", "second", "third"};

	for (int i = 0; i < CLIENTS; i++) {
		world_user(w, user[i]);
		c[i] = world_client(w, true);
		c[i]->ike.dpd = true;
		c[i]->user = user[i];
		if (methods)
			c[i]->methods = methods;
		client_lives(c[i], &(struct client_life){.answer = CLIENT_ANSWERS});
		client_connect(c[i]);
		sim_run(&w->sim, SEC);
		ck_assert_int_eq(c[i]->stage, CLIENT_UP);
	}
}

static void setup(void)
{
	w = world_create(31);
	connect_all(0);
}

/* Who comes back from elsewhere finds the packet worker that has his session, whichever it is. */
static void setup_workers(void)
{
	w = world_create_workers(31, 3);
	connect_all(0);
}

static void teardown(void)
{
	gateway_consistent(w->gw, w->routes);
	world_destroy(w);
}

static void moves(struct world_client *x, struct endpoint to500, struct endpoint to4500)
{
	x->outer500 = to500;
	x->outer4500 = to4500;
}

static void moves_to_port(struct world_client *x, uint16_t port)
{
	moves(x, (struct endpoint){x->outer500.addr, port},
	    (struct endpoint){x->outer4500.addr, (uint16_t)(port + 1)});
}

static bool sends(struct world_client *x)
{
	uint64_t in = w->to_tun;

	client_send(x, INSIDE);
	sim_run(&w->sim, 10 * MSEC);
	return w->to_tun == in + 1;
}

static bool hears(struct world_client *x)
{
	uint64_t before = x->received;

	world_inside_send(w, addr_to_v4(&x->ip.client));
	sim_run(&w->sim, 10 * MSEC);
	return x->received == before + 1;
}

static bool works(struct world_client *x)
{
	return sends(x) && hears(x);
}

static struct session *session_of(const struct world_client *x)
{
	struct session *s;

	LIST_FOREACH (s, &w->gw->sessions, link)
		if (strcmp(s->user, x->user) == 0)
			return s;
	return NULL;
}

/* It speaks, and has the time for its proof. */
static void speaks(struct world_client *x)
{
	client_send(x, INSIDE);
	sim_run(&w->sim, 8 * SEC);
}

/* ---- he who it is -------------------------------------------------------------------------- */

/* The same session: index, counters, address; one peer, and in the end one SA pair. */
START_TEST(renewed_elsewhere)
{
	static const unsigned method[] = {0, 1u << PPP_AUTH_MSCHAPV2, 1u << PPP_AUTH_MSCHAPV1};
	struct ipc_msg g = world_tunnel_group();
	struct session *s;
	uint32_t index, id;
	size_t pairs = 0;
	struct sa_pair *p;

	if (_i) {
		teardown();
		w = world_create(31);
		g.cfg_tunnel_group.mschapv1 = true;
		world_config(w, MSG_CFG_TUNNEL_GROUP, g);
		connect_all(method[_i]);
	}
	s = session_of(c[0]);
	index = s->peer->index;
	id = s->peer->id;
	ck_assert(works(c[0]));
	moves_to_port(c[0], 40000);
	client_renew(c[0]);
	sim_run(&w->sim, 3 * SEC);
	ck_assert_uint_eq(w->gw->n_peers, CLIENTS + 1);
	ck_assert(!sends(c[0])); /* whose is it? */
	speaks(c[0]);
	ck_assert(works(c[0]));
	ck_assert_ptr_eq(session_of(c[0]), s);
	ck_assert_uint_eq(s->peer->index, index);
	ck_assert_uint_eq(s->peer->id, id);
	ck_assert_uint_eq(s->peer->path.remote.port, 40001);
	ck_assert_uint_eq(w->gw->elsewhere.moved, 1);
	ck_assert_uint_eq(w->gw->elsewhere.unproved, 0);
	ck_assert_uint_eq(w->gw->n_peers, CLIENTS);
	sim_run(&w->sim, 120 * SEC);
	LIST_FOREACH (p, &s->peer->pairs, link)
		pairs++;
	ck_assert_uint_eq(pairs, 1);
	for (int i = 0; i < CLIENTS; i++)
		ck_assert(works(c[i]));
	client_rekey(c[0]); /* under its new phase 1 */
	sim_run(&w->sim, 600 * SEC);
	ck_assert(works(c[0]));
	ck_assert_uint_eq(w->gw->tally[TALLY_SESSION].cumulative, CLIENTS);
}
END_TEST

/* It has said something on its old SAs in between: then they are at the same place already. */
START_TEST(renewed_elsewhere_and_heard)
{
	moves_to_port(c[0], 40000);
	client_lives(c[0],
	    &(struct client_life){.answer = CLIENT_ANSWERS, .lost_out = 1u << 3}); /* quick mode */
	client_renew(c[0]);
	sim_run(&w->sim, 3 * SEC);
	ck_assert(works(c[0]));
	client_rekey(c[0]);
	sim_run(&w->sim, 3 * SEC);
	ck_assert(!sends(c[0]));
	sim_run(&w->sim, SEC);
	ck_assert(works(c[0]));
	ck_assert_uint_eq(w->gw->elsewhere.moved, 1);
	ck_assert_uint_eq(w->gw->n_peers, CLIENTS);
}
END_TEST

/* The NAT has exchanged their ports, and both renew at once, or the first alone. */
START_TEST(neighbours_exchanged)
{
	struct endpoint a500 = c[0]->outer500, a4500 = c[0]->outer4500;

	moves(c[0], c[1]->outer500, c[1]->outer4500);
	moves(c[1], a500, a4500);
	client_renew(c[0]);
	if (_i)
		client_renew(c[1]);
	sim_run(&w->sim, 3 * SEC);
	for (int n = 0; n < 2; n++)
		speaks(c[n]);
	for (int i = 0; i < CLIENTS; i++)
		ck_assert(works(c[i]));
	sim_run(&w->sim, 600 * SEC);
	for (int i = 0; i < CLIENTS; i++)
		ck_assert(works(c[i]));
	ck_assert_uint_eq(w->gw->n_peers, CLIENTS);
	ck_assert_uint_eq(w->gw->tally[TALLY_SESSION].cumulative, CLIENTS);
}
END_TEST

/* However many pairs were made elsewhere, the session's peer has no more of them than any other. */
START_TEST(what_is_given_is_bounded)
{
	struct session *s = session_of(c[0]);
	struct sa_pair *p;
	size_t up;

	for (int n = 0; n < 12; n++) {
		moves_to_port(c[0], (uint16_t)(40000 + 10 * n));
		client_renew(c[0]);
		sim_run(&w->sim, 3 * SEC);
		for (int k = 0; k < 6; k++) {
			c[0]->ike.my_port = (uint16_t)(2000 + 10 * n + k);
			client_rekey(c[0]);
			sim_run(&w->sim, 100 * MSEC);
		}
		c[0]->ike.my_port = L2TP_PORT;
		client_rekey(c[0]);
		sim_run(&w->sim, 100 * MSEC);
		speaks(c[0]);
		ck_assert(works(c[0]));
		up = 0;
		LIST_FOREACH (p, &s->peer->pairs, link)
			up += p->up;
		ck_assert_uint_le(up, PEER_PAIRS_MAX);
	}
	ck_assert_uint_eq(w->gw->elsewhere.moved, 12);
}
END_TEST

/* Its whole NAT has come to other addresses, and so to any worker: the session stays with its own,
 * for which the pairs are made anew. */
START_TEST(renewed_behind_another_address)
{
	struct session *s = session_of(c[0]);
	uint32_t id = s->peer->id;

	for (uint32_t n = 0; n < 12; n++) {
		const struct addr at = addr_v4(0x0b000001 + n);

		moves(c[0], (struct endpoint){at, 500}, (struct endpoint){at, 4500});
		client_renew(c[0]);
		sim_run(&w->sim, 3 * SEC);
		speaks(c[0]);
		ck_assert_uint_eq(w->gw->elsewhere.moved, n + 1);
		ck_assert(works(c[0]));
		ck_assert_ptr_eq(session_of(c[0]), s);
		ck_assert_uint_eq(s->peer->id, id);
		sim_run(&w->sim, 120 * SEC);
		ck_assert(works(c[0]));
		ck_assert_uint_eq(w->gw->n_peers, CLIENTS);
	}
	ck_assert_uint_eq(w->gw->tally[TALLY_SESSION].cumulative, CLIENTS);
}
END_TEST

/* ---- he who it is not ---------------------------------------------------------------------- */

/* Another user of the group hangs up, keeps his SAs, and names sessions on them. */
static void thief(struct world_client *x)
{
	lac_hangup(x->lac);
	sim_run(&w->sim, SEC);
	ck_assert_ptr_null(session_of(x));
}

static void names(struct world_client *x, uint16_t tunnel, uint16_t session)
{
	const struct path path = {.local = {addr_v4(0xac100102), 4500}, .remote = x->outer4500};
	uint8_t msg[64];
	struct wr m = wr_init(msg, sizeof msg);
	PACKET_HERE(p);

	l2tp_put_data_header(&m, L2TP_DATA_HEADER + 12, tunnel, session, false, 0);
	ppp_put_header(&m, PROTO_LCP);
	wr_u32(&m, 0x09010008); /* Echo-Request */
	wr_u32(&m, 0);
	ck_assert(tunnel_seal(&x->tunnel, &w->sim.env, &p, msg, wr_len(&m)));
	dp_input(w->dp, &path, true, p.data, p.len);
	dp_poll(w->dp);
	sim_run(&w->sim, 10 * MSEC);
}

static void names_session_of(struct world_client *x, const struct world_client *whose)
{
	names(x, lac_server_tunnel(whose->lac), lac_server_session(whose->lac));
}

/* He has the numbers, and not the password: he is asked a few times, and learns nothing. */
START_TEST(numbers_are_no_proof)
{
	struct session *s = session_of(c[0]);
	struct peer *p = s->peer;

	thief(c[1]);
	for (int n = 0; n < 10; n++) {
		names_session_of(c[1], c[0]);
		if (_i)
			ck_assert(works(c[0]));
		sim_run(&w->sim, 20 * SEC);
	}
	ck_assert_uint_eq(w->gw->elsewhere.moved, 0);
	ck_assert_uint_eq(w->gw->elsewhere.unproved, 4);
	ck_assert_ptr_eq(session_of(c[0]), s);
	ck_assert_ptr_eq(s->peer, p);
	ck_assert(works(c[0]));
	ck_assert(works(c[2]));
}
END_TEST

START_TEST(numbers_are_not_guessed)
{
	thief(c[1]);
	for (int n = 0; n < 100; n++)
		names(c[1], lac_server_tunnel(c[0]->lac),
		    (uint16_t)(lac_server_session(c[0]->lac) + 1 + n));
	ck_assert_uint_eq(w->gw->elsewhere.guesses, 16);
	names_session_of(c[1], c[0]); /* too late */
	ck_assert_ptr_null(session_of(c[0])->proof);
	ck_assert(works(c[0]));
}
END_TEST

/* The right numbers, another one's password; or a wrong one. */
START_TEST(nor_is_another_user)
{
	struct session *s = session_of(c[0]);

	if (_i)
		lac_like(c[0]->lac, &(struct lac_like){.user = "second", .password = "test"});
	else
		lac_like(c[0]->lac, &(struct lac_like){.password = "wrong"});
	moves_to_port(c[0], 40000);
	client_renew(c[0]);
	sim_run(&w->sim, 3 * SEC);
	for (int n = 0; n < 3; n++)
		speaks(c[0]);
	ck_assert_uint_eq(w->gw->elsewhere.moved, 0);
	ck_assert_uint_ge(w->gw->elsewhere.unproved, 1);
	ck_assert_ptr_eq(session_of(c[0]), s);
	ck_assert_uint_ne(s->peer->path.remote.port, 40001);
}
END_TEST

/* A user's password was changed: the login server hears of one failure, wherever he is. */
START_TEST(a_refusal_is_final)
{
	uint32_t asked = w->gw->last_auth;

	lac_like(c[0]->lac, &(struct lac_like){.password = "wrong"});
	for (int n = 0; n < 3; n++) {
		moves_to_port(c[0], (uint16_t)(40000 + 10 * n));
		client_renew(c[0]);
		sim_run(&w->sim, 3 * SEC);
		for (int k = 0; k < 4; k++)
			speaks(c[0]);
	}
	ck_assert_uint_eq(w->gw->last_auth, asked + 1);
	ck_assert_uint_eq(w->gw->elsewhere.unproved, 1);
}
END_TEST

/* Who is heard where he was stays there, whatever is proved elsewhere. */
START_TEST(who_is_there_is_not_elsewhere)
{
	struct ike_initiator before = c[0]->ike;
	const struct path path = {.local = {addr_v4(0xac100102), 4500}, .remote = c[0]->outer4500};
	struct initiator_message m;
	struct session *s = session_of(c[0]);

	moves_to_port(c[0], 40000);
	client_renew(c[0]);
	sim_run(&w->sim, 3 * SEC);
	client_send(c[0], INSIDE);
	sim_run(&w->sim, SEC);
	initiator_dpd(&before, false, 7, &m);
	gateway_ike(w->gw, &path, m.b, m.len);
	sim_run(&w->sim, 8 * SEC);
	ck_assert_uint_eq(w->gw->elsewhere.moved, 0);
	ck_assert_uint_eq(w->gw->elsewhere.unproved, 1);
	ck_assert_uint_eq(s->peer->path.remote.port, path.remote.port);
}
END_TEST

/* The login server has not answered when everything goes. */
START_TEST(it_ends_in_between)
{
	moves_to_port(c[0], 40000);
	client_renew(c[0]);
	sim_run(&w->sim, 3 * SEC);
	w->hold_auth = true;
	client_send(c[0], INSIDE);
	sim_run(&w->sim, 3 * SEC);
	ck_assert_ptr_nonnull(session_of(c[0])->proof);
	switch (_i) {
	case 0:
		gateway_logoff(w->gw, "name", "test");
		break;
	case 1:
		gateway_auth_lost(w->gw);
		break;
	case 2:
		client_vanish(c[0]);
		break;
	}
	w->hold_auth = false;
	world_answer(w);
	sim_run(&w->sim, 60 * SEC);
	ck_assert(_i == 0 ? !session_of(c[0]) : !session_of(c[0])->proof);
	if (_i < 2)
		ck_assert_uint_eq(w->gw->elsewhere.moved, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("roams");
	TCase *tc = tcase_create("roams");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, renewed_elsewhere, 0, 3);
	tcase_add_test(tc, renewed_elsewhere_and_heard);
	tcase_add_loop_test(tc, neighbours_exchanged, 0, 2);
	tcase_add_test(tc, what_is_given_is_bounded);
	tcase_add_test(tc, renewed_behind_another_address);
	tcase_add_loop_test(tc, numbers_are_no_proof, 0, 2);
	tcase_add_test(tc, numbers_are_not_guessed);
	tcase_add_loop_test(tc, nor_is_another_user, 0, 2);
	tcase_add_test(tc, a_refusal_is_final);
	tcase_add_test(tc, who_is_there_is_not_elsewhere);
	tcase_add_loop_test(tc, it_ends_in_between, 0, 3);
	suite_add_tcase(s, tc);
	tc = tcase_create("several workers");
	tcase_add_checked_fixture(tc, setup_workers, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, renewed_elsewhere, 0, 3);
	tcase_add_loop_test(tc, neighbours_exchanged, 0, 2);
	tcase_add_test(tc, what_is_given_is_bounded);
	tcase_add_test(tc, renewed_behind_another_address);
	tcase_add_test(tc, numbers_are_not_guessed);
	tcase_add_loop_test(tc, numbers_are_no_proof, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
