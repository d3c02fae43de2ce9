/*
 * What is counted of what the gateway begins: its quick modes and main modes, as the client has
 * done them and as they were on the wire.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/support/counted.h"

static struct world *w;
static struct world_client *c;
static struct counted_wire wire;

static void setup(void)
{
	w = world_create(1);
	counted_listen(&wire, w);
	c = world_client(w, true);
}

static void teardown(void)
{
	world_destroy(w);
}

static uint64_t ikev1(const char *name)
{
	return counted_ikev1(w, name);
}

static void pass(unsigned seconds)
{
	sim_run(&w->sim, seconds * SEC);
}

static void dial(void)
{
	c->ike.n_p1 = 1;
	c->ike.p1[0].cipher = CIPHER_3DES;
	c->ike.p1[0].hash = HASH_SHA1;
	c->ike.p1[0].group = 2;
	c->ike.p1_seconds = 400;
	client_connect(c);
	pass(10);
	ck_assert_int_eq(c->stage, CLIENT_UP);
}

/* A client that lives so, with SAs that the gateway has to renew soon. */
static void dial_short(const struct client_life *life)
{
	c->ike.seconds = 240;
	dial();
	client_lives(c, life);
}

START_TEST(renewals_of_the_gateway)
{
	const char *const of_ike = "IKEv1 statistics";

	dial_short(&(struct client_life){.answer = CLIENT_ANSWERS});
	for (unsigned i = 0; i < 1000 && (c->renewed < 2 || c->renewed_phase1 < 2); i++)
		pass(1);
	pass(2);
	ck_assert_uint_ge(c->renewed, 2);
	ck_assert_uint_ge(c->renewed_phase1, 2);
	counted_as_on_the_wire(&wire, w);
	ck_assert_uint_eq(ikev1("Out P2 Exchanges"), c->renewed);
	ck_assert_uint_eq(ikev1("Out P2 Exchange Invalids"), 0);
	ck_assert_uint_eq(ikev1("Out P2 Exchange Rejects"), 0);
	ck_assert_uint_eq(ikev1("Initiator Tunnels"), c->renewed_phase1);
	ck_assert_uint_eq(ikev1("Initiator Fails"), 0);
	ck_assert_uint_eq(ikev1("Responder Fails"), 0);
	ck_assert_uint_eq(ikev1("In P2 Exchanges"), 1);
	ck_assert_uint_eq(ikev1("In Drop Packets"), 0);
	ck_assert_uint_eq(counted(w, "protocol ikev1", of_ike, "SA creation requests"),
	    1 + c->renewed_phase1);
	ck_assert_uint_eq(counted(w, "protocol ikev1", of_ike, "SA rekey requests"),
	    c->renewed_phase1);
	ck_assert_uint_eq(counted(w, "protocol ipsec", "IPsec statistics", "SA creation requests"),
	    2 * (1 + c->renewed));
	ck_assert_uint_eq(counted(w, "protocol ipsec", "IPsec statistics", "SA rekey requests"),
	    2 * c->renewed);
	/* What was replaced is deleted, by the one or the other. */
	pass(100);
	counted_as_on_the_wire(&wire, w);
	ck_assert_uint_gt(
	    ikev1("Out P2 Sa Delete Requests") + ikev1("In P2 Sa Delete Requests"), 0);
}
END_TEST

START_TEST(renewals_that_the_client_refuses)
{
	dial_short(&(struct client_life){.answer = CLIENT_REFUSES, .seconds = 235});
	for (unsigned i = 0; i < 235 && !ikev1("Out P2 Exchanges"); i++)
		pass(1);
	pass(2);
	counted_as_on_the_wire(&wire, w);
	ck_assert_uint_gt(ikev1("Out P2 Exchanges"), 0);
	ck_assert_uint_eq(ikev1("Out P2 Exchange Rejects"), ikev1("Out P2 Exchanges"));
	ck_assert_uint_eq(ikev1("Out P2 Exchange Invalids"), 0);
	ck_assert_uint_eq(ikev1("In Notifys"), ikev1("Out P2 Exchange Rejects"));
}
END_TEST

START_TEST(renewals_that_the_client_ignores)
{
	dial();
	client_lives(c, &(struct client_life){.answer = CLIENT_IGNORES});
	pass(600);
	counted_as_on_the_wire(&wire, w);
	ck_assert_uint_eq(ikev1("Initiator Tunnels"), 0);
	ck_assert_uint_ge(ikev1("Initiator Fails"), 1);
	ck_assert_uint_eq(ikev1("Responder Fails"), 0);
	ck_assert_uint_eq(ikev1("Out P2 Exchanges"), 0);
	ck_assert_uint_eq(ikev1("Active Tunnels"), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("statistics_begun");
	TCase *tc = tcase_create("statistics_begun");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, renewals_of_the_gateway);
	tcase_add_test(tc, renewals_that_the_client_refuses);
	tcase_add_test(tc, renewals_that_the_client_ignores);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
