/*
 * Whose a fresh phase 1 is. It comes from a client's outer address and port and
 * calls itself as he does; quick mode's identities, INITIAL-CONTACT and where the
 * older SAs are heard from decide whether it is his.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/world.h"

static struct world *w;
static struct world_client *c;
static struct ike_initiator other, *speaks = &other;
static struct initiator_qm q;
static uint8_t reply[2048];
static size_t reply_len;

static void from_server(
    void *arg, const struct path *path, bool esp, const uint8_t *msg, size_t len)
{
	(void)arg, (void)path;
	if (esp || len > sizeof reply || memcmp(msg, speaks->cky_i, COOKIE_LEN) != 0)
		return;
	memcpy(reply, msg, len);
	reply_len = len;
}

static void dial(bool nat)
{
	if (w)
		world_destroy(w);
	speaks = &other;
	w = world_create(4);
	w->spy.from_server = from_server;
	c = world_client(w, nat);
	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
}

static void setup(void)
{
	w = NULL;
	dial(true);
}

static void teardown(void)
{
	gateway_consistent(w->gw, w->routes);
	world_destroy(w);
}

static void ask(const struct initiator_message *m)
{
	bool floats = initiator_floats(speaks);
	struct path path = {.local = {addr_v4(0xac100102), floats ? 4500 : 500},
	    .remote = floats ? c->outer4500 : c->outer500};

	reply_len = 0;
	gateway_ike(w->gw, &path, m->b, m->len);
	sim_run(&w->sim, 5 * MSEC);
	gateway_consistent(w->gw, w->routes);
}

static void phase1(bool contact)
{
	struct initiator_message m;

	initiator_init(&other, w->crypto, 77);
	other.path = c->ike.path;
	other.initial_contact = contact;
	initiator_mm1(&other, &m);
	ask(&m);
	ck_assert(initiator_mm2(&other, reply, reply_len));
	initiator_mm3(&other, &m);
	ask(&m);
	ck_assert(initiator_mm4(&other, reply, reply_len));
	initiator_mm5(&other, &m);
	ask(&m);
	ck_assert(initiator_mm6(&other, reply, reply_len));
	ck_assert_uint_eq(w->gw->n_peers, 1); /* so far it looks like his */
	ck_assert_uint_eq(w->gw->peers[0]->n_ike, 2);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
}

static void quick_mode(void)
{
	struct initiator_message m;

	initiator_qm1(&other, &q, &m);
	ask(&m);
	ck_assert(initiator_qm2(&other, &q, reply, reply_len));
	initiator_qm3(&other, &q, &m);
	ask(&m);
	sim_run(&w->sim, 100 * MSEC);
}

static bool passes(void)
{
	uint64_t in = w->to_tun;

	client_send(c, 0x0a0a0a0a);
	sim_run(&w->sim, 10 * MSEC);
	return w->to_tun == in + 1;
}

static void is_another(void)
{
	ck_assert_uint_eq(w->gw->n_peers, 2);
	ck_assert_uint_eq(w->gw->peers[0]->n_ike, 1);
	ck_assert_uint_eq(w->gw->peers[1]->n_ike, 1);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	ck_assert(passes());
}

START_TEST(same_identities_renew)
{
	phase1(false);
	ck_assert(passes());
	quick_mode();
	ck_assert_uint_eq(w->gw->n_peers, 1);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 2);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	ck_assert(passes());
}
END_TEST

/* With and without INITIAL-CONTACT. */
START_TEST(other_identities_are_another_client)
{
	phase1(_i);
	other.path.local.addr = addr_v4(0x0a010163);
	quick_mode();
	is_another();
}
END_TEST

START_TEST(initial_contact_replaces_a_silent_one)
{
	phase1(true);
	quick_mode();
	ck_assert_uint_eq(w->gw->n_peers, 1);
	ck_assert_uint_eq(w->gw->peers[0]->n_ike, 1);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 1);
	sim_run(&w->sim, 30 * SEC); /* PPP says goodbye to nobody */
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Peer Reconnected"));
}
END_TEST

/* A client without a phase 1 says so, and goes on with his SAs: nobody else has his port. */
START_TEST(initial_contact_beside_live_traffic_renews)
{
	phase1(true);
	ck_assert(passes());
	quick_mode();
	ck_assert_uint_eq(w->gw->n_peers, 1);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 2);
	ck_assert(passes());
	sim_run(&w->sim, 30 * SEC);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
}
END_TEST

/* Without ports there may be two: who says that he has nothing is not the one who uses it. */
START_TEST(initial_contact_beside_plain_esp_is_another)
{
	dial(false);
	phase1(true);
	ck_assert(passes());
	quick_mode();
	is_another();
}
END_TEST

/* The old one is heard from another port by now. */
START_TEST(who_is_elsewhere_is_another)
{
	struct endpoint old = c->outer4500;

	phase1(false);
	c->outer4500.port = 30001;
	ck_assert(passes());
	c->outer4500 = old;
	quick_mode();
	is_another();
}
END_TEST

/* INITIAL-CONTACT under a phase 1 says nothing about what was made under that very one. */
START_TEST(initial_contact_spares_its_own)
{
	struct initiator_message m;

	initiator_contact(&c->ike, &m);
	client_say(c, &m);
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 1);
	ck_assert(passes());
}
END_TEST

/* Under a phase 1 that is known to be his own it holds at once. */
START_TEST(initial_contact_under_a_renewed_phase_1)
{
	struct initiator_message m;

	phase1(false);
	quick_mode();
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 2);
	initiator_contact(&other, &m);
	ask(&m);
	ck_assert_uint_eq(w->gw->n_peers, 1);
	ck_assert_uint_eq(w->gw->peers[0]->n_ike, 1);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 1);
	sim_run(&w->sim, 30 * SEC);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Peer Reconnected"));
	ck_assert_ptr_nonnull(
	    strstr(w->log, "Deleting static route for client address: 192.168.1.1"));
}
END_TEST

/*
 * A phase 1 that nothing told from the client's is another one's after all: the client goes on with
 * his own, at another port. That is learned from the very message 3 of a quick mode of his.
 */
START_TEST(who_moves_in_quick_mode)
{
	struct initiator_qm his;
	struct initiator_message m;

	phase1(false);
	quick_mode();
	sim_run(&w->sim, 2 * SEC);
	c->silent = true; /* what comes for him is read here */
	speaks = &c->ike;
	initiator_qm1(speaks, &his, &m);
	ask(&m);
	ck_assert(initiator_qm2(speaks, &his, reply, reply_len));
	initiator_qm3(speaks, &his, &m);
	c->outer4500.port = 30001;
	ask(&m);
	c->silent = false;
	ck_assert_uint_eq(w->gw->n_peers, 2); /* the other one is a peer of its own */
	ck_assert_uint_eq(w->gw->peers[1]->n_ike, 1);
	ck_assert_ptr_null(w->gw->peers[1]->session);
	ck_assert_uint_eq(w->gw->peers[0]->n_ike, 1);
	ck_assert_uint_eq(w->gw->peers[0]->path.remote.port, 30001);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	ck_assert(passes());
}
END_TEST

/* We renew under a phase 1 that looked like his, and turns out to be another's: nothing is left of
 * that, and it is tried again. */
START_TEST(renewed_under_the_phase_1_of_another)
{
	struct initiator_message m;
	const struct sa_pair *p;

	c->ike.seconds = 1200; /* due 60 to 40 seconds before */
	client_rekey(c);
	sim_run(&w->sim, 1100 * SEC);
	p = w->gw->peers[0]->use;
	phase1(false);
	initiator_delete_sa(&c->ike, &m);
	client_say(c, &m);
	for (unsigned s = 0; s < 80 && !p->heir; s++)
		sim_run(&w->sim, SEC);
	ck_assert_uint_eq(w->gw->pairs.used, 2);
	other.path.local.addr = addr_v4(0x0a010163);
	quick_mode();
	ck_assert_uint_eq(w->gw->n_peers, 2);
	ck_assert_uint_eq(w->gw->pairs.used, 3);
	for (unsigned s = 0; s < 35 && p->heir; s++)
		sim_run(&w->sim, SEC);
	ck_assert_uint_eq(p->heir, 0);
	ck_assert(timer_armed(&p->renew));
	ck_assert_uint_eq(w->gw->pairs.used, 2);
}
END_TEST

/* DPD that is not answered costs a client that sends data no more than its phase 1. */
START_TEST(data_is_a_sign_of_life)
{
	w->config.system.hello = 0;
	c = world_client(w, true);
	c->ike.dpd = true;
	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	c->ike.dpd = false; /* from now on he does not answer */
	c->notices = 0;
	for (unsigned s = 0; c->notices == 0 && s < 900; s++)
		sim_run(&w->sim, SEC);
	ck_assert_uint_gt(c->notices, 0);
	ck_assert(passes());
	sim_run(&w->sim, 20 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert(passes());
}
END_TEST

int main(void)
{
	Suite *s = suite_create("peer_join");
	TCase *tc = tcase_create("join");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, same_identities_renew);
	tcase_add_loop_test(tc, other_identities_are_another_client, 0, 2);
	tcase_add_test(tc, initial_contact_replaces_a_silent_one);
	tcase_add_test(tc, initial_contact_beside_live_traffic_renews);
	tcase_add_test(tc, initial_contact_beside_plain_esp_is_another);
	tcase_add_test(tc, who_is_elsewhere_is_another);
	tcase_add_test(tc, initial_contact_spares_its_own);
	tcase_add_test(tc, initial_contact_under_a_renewed_phase_1);
	tcase_add_test(tc, who_moves_in_quick_mode);
	tcase_add_test(tc, renewed_under_the_phase_1_of_another);
	tcase_add_test(tc, data_is_a_sign_of_life);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
