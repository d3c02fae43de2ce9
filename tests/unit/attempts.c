/*
 * An attempt is closed once, with a reason, on every road that it can take: the whole gateway and
 * clients in one simulated world, and the object alone.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/objects.h"
#include "tests/support/world.h"

#define MOST 64

static struct attempt closed[MOST];
static size_t n_closed;
static struct attempt_sink gateways; /* where they go without us */

static void note(void *owner, const struct attempt *a)
{
	(void)owner;
	ck_assert_uint_lt(n_closed, MOST);
	closed[n_closed] = *a;
	closed[n_closed++].detail = NULL;
	if (gateways.closed)
		gateways.closed(gateways.owner, a);
}

static struct world *watched(uint64_t seed)
{
	struct world *w = world_create(seed);

	n_closed = 0;
	gateways = w->gw->attempts;
	w->gw->attempts = (struct attempt_sink){.closed = note, .owner = NULL};
	return w;
}

static void expect(size_t n, enum attempt_outcome outcome, enum reason why,
    enum attempt_stage stage)
{
	ck_assert_msg(n_closed > n, "%zu closed", n_closed);
	ck_assert_int_eq(closed[n].outcome, outcome);
	ck_assert_str_eq(reason_text(closed[n].reason)->plain, reason_text(why)->plain);
	ck_assert_int_eq(closed[n].stage, stage);
}

/* What nobody closed by then, the end of the world does. */
static void end(struct world *w, size_t n)
{
	ck_assert_uint_eq(n_closed, n);
	world_destroy(w);
	ck_assert_uint_eq(n_closed, n);
}

/* ---- the object ------------------------------------------------------------------ */

static const struct path here = {.remote = {.port = 500}}, there = {.remote = {.port = 4500}};
static const struct attempt_sink sink = {.closed = note, .owner = NULL};

START_TEST(ends_once)
{
	struct attempt *a = NULL;

	n_closed = 0;
	gateways = (struct attempt_sink){0};
	attempt_succeed(&a); /* there is none */
	attempt_fail(&a, &here, REASON_IKE_TIMEOUT, NULL);
	attempt_abandon(&a, REASON_IKE_TIMEOUT);
	attempt_user(&a, "nobody");
	attempt_chosen(&a, "%s", "nothing");
	ck_assert(!a);
	ck_assert_uint_eq(n_closed, 0);

	ck_assert(attempt_begin(&a, &sink, 7, &here));
	ck_assert(a);
	attempt_chosen(&a, "%s/%u", "aes", 14U);
	ck_assert_int_eq(a->stage, ATTEMPT_NEGOTIATED);
	attempt_user(&a, "test");
	attempt_reached(&a, ATTEMPT_IPSEC); /* behind what it has reached */
	attempt_fail(&a, &there, REASON_IKE_WRONG_PSK, "detail");
	ck_assert(!a);
	attempt_fail(&a, &here, REASON_IKE_TIMEOUT, NULL);
	attempt_succeed(&a);
	attempt_abandon(&a, REASON_IKE_TIMEOUT);
	ck_assert_uint_eq(n_closed, 1);
	expect(0, ATTEMPT_FAILED, REASON_IKE_WRONG_PSK, ATTEMPT_LOGIN);
	ck_assert_uint_eq(closed[0].began, 7);
	ck_assert_uint_eq(closed[0].path.remote.port, 4500); /* where it failed */
	ck_assert_str_eq(closed[0].user, "test");
	ck_assert_str_eq(closed[0].chosen, "aes/14");
	attempt_refused_as(&(struct attempt){.sink = &sink, .began = 9, .path = here},
	    REASON_IKE_NO_MAP, NULL);
	expect(1, ATTEMPT_FAILED, REASON_IKE_NO_MAP, ATTEMPT_BEGUN);
	ck_assert_uint_eq(closed[1].began, 9);
	ck_assert_uint_eq(closed[1].path.remote.port, 500);
}
END_TEST

START_TEST(handed_on)
{
	struct attempt *a = NULL, *b = NULL, *c = NULL;

	n_closed = 0;
	gateways = (struct attempt_sink){0};
	ck_assert(attempt_begin(&a, &sink, 1, &here));
	attempt_hand(&b, &a);
	ck_assert(!a && b);
	attempt_hand(&b, &a); /* none takes no place */
	ck_assert(b);
	ck_assert(attempt_begin(&c, &sink, 2, &here));
	attempt_hand(&b, &c); /* a newer one does */
	expect(0, ATTEMPT_ABANDONED, REASON_PEER_RECONNECTED, ATTEMPT_BEGUN);
	ck_assert_uint_eq(closed[0].began, 1);
	ck_assert_uint_eq(b->began, 2);
	attempt_succeed(&b);
	expect(1, ATTEMPT_SUCCEEDED, REASON_NONE, ATTEMPT_UP);
	ck_assert_uint_eq(n_closed, 2);
}
END_TEST

/* ---- the roads -------------------------------------------------------------------- */

START_TEST(success)
{
	struct world *w = watched(1);
	struct world_client *c = world_client(w, _i);

	client_connect(c);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(n_closed, 1);
	expect(0, ATTEMPT_SUCCEEDED, REASON_NONE, ATTEMPT_UP);
	ck_assert_str_eq(closed[0].user, "test");
	ck_assert_ptr_nonnull(strstr(closed[0].chosen, "/group "));
	client_leave(c);
	sim_run(&w->sim, 60 * SEC);
	end(w, 1);
}
END_TEST

/* A phase 1 renewed and a quick mode renewed: each main mode is an attempt, and ends well. */
START_TEST(renewed)
{
	struct world *w = watched(2);
	struct world_client *c = world_client(w, _i);

	client_connect(c);
	sim_run(&w->sim, 10 * SEC);
	client_rekey(c);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_uint_eq(n_closed, 1);
	client_renew(c);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_uint_eq(n_closed, 2);
	expect(1, ATTEMPT_SUCCEEDED, REASON_NONE, ATTEMPT_UP);
	ck_assert_str_eq(closed[1].user, "");
	end(w, 2);
}
END_TEST

START_TEST(no_proposal)
{
	struct world *w = watched(3);
	struct world_client *c = world_client(w, false);

	c->ike.n_p1 = 1;
	c->ike.p1[0].cipher = CIPHER_DES;
	c->ike.p1[0].hash = HASH_MD5;
	c->ike.p1[0].group = 1;
	client_connect(c);
	sim_run(&w->sim, 500 * MSEC);
	ck_assert_uint_ge(n_closed, 1);
	expect(0, ATTEMPT_FAILED, REASON_IKE_NO_PROPOSAL, ATTEMPT_BEGUN);
	ck_assert_uint_eq(w->gw->failures[REASON_IKE_NO_PROPOSAL], n_closed);
	end(w, n_closed);
}
END_TEST

/* Told when it is seen, and not again when the client has given up. */
START_TEST(wrong_key)
{
	struct world *w = watched(4);
	struct world_client *c = world_client(w, _i);

	c->ike.psk = "another";
	client_connect(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(n_closed, 1);
	expect(0, ATTEMPT_FAILED, REASON_IKE_WRONG_PSK, ATTEMPT_NEGOTIATED);
	sim_run(&w->sim, 600 * SEC);
	ck_assert_uint_eq(w->gw->failures[REASON_IKE_WRONG_PSK], 1);
	ck_assert_uint_eq(w->gw->failures[REASON_IKE_TIMEOUT], 0);
	end(w, 1);
}
END_TEST

START_TEST(wrong_password)
{
	struct world *w = watched(5);
	struct world_client *c = world_client(w, _i);

	c->password = "wrong";
	client_connect(c);
	sim_run(&w->sim, 60 * SEC);
	ck_assert_int_ne(c->stage, CLIENT_UP);
	ck_assert_uint_eq(n_closed, 1);
	expect(0, ATTEMPT_FAILED, REASON_AUTH_REJECTED, ATTEMPT_LOGIN);
	ck_assert_str_eq(closed[0].user, "test");
	end(w, 1);
}
END_TEST

/* He dials again while his old peer is still there, which he joins: an attempt of its own. */
START_TEST(dialled_again)
{
	struct world *w = watched(9);
	struct world_client *c = world_client(w, false);

	c->password = "wrong";
	client_connect(c);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_uint_eq(n_closed, 1);
	expect(0, ATTEMPT_FAILED, REASON_AUTH_REJECTED, ATTEMPT_LOGIN);
	client_forget(c); /* the next one has his address and port */
	c->nat = true;
	c->outer500.port = c->outer4500.port = 1;
	c = world_client(w, false);
	c->ike.initial_contact = _i;
	client_connect(c);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(n_closed, 2);
	expect(1, ATTEMPT_SUCCEEDED, REASON_NONE, ATTEMPT_UP);
	end(w, 2);
}
END_TEST

/* The client falls silent after any number of datagrams. */
START_TEST(vanished)
{
	struct world *w = watched(6);
	struct world_client *c = world_client(w, _i & 1);
	bool up;

	c->mute_after = (unsigned)_i / 2 + 1;
	client_connect(c);
	sim_run(&w->sim, 10 * SEC);
	up = n_closed == 1 && closed[0].outcome == ATTEMPT_SUCCEEDED;
	sim_run(&w->sim, 3600 * SEC);
	ck_assert_uint_eq(n_closed, 1);
	if (up)
		expect(0, ATTEMPT_SUCCEEDED, REASON_NONE, ATTEMPT_UP);
	else
		ck_assert_int_ne(closed[0].outcome, ATTEMPT_SUCCEEDED);
	if (closed[0].stage < ATTEMPT_AUTHENTICATED)
		expect(0, ATTEMPT_FAILED, REASON_IKE_TIMEOUT, ATTEMPT_NEGOTIATED);
	end(w, 1);
}
END_TEST

/* The gateway ends at any moment of a dial. */
START_TEST(torn_down)
{
	struct world *w = watched(7);

	client_connect(world_client(w, true));
	sim_run(&w->sim, (uint64_t)_i * 20 * MSEC);
	world_destroy(w);
	ck_assert_uint_eq(n_closed, 1);
	if (closed[0].outcome != ATTEMPT_SUCCEEDED)
		ck_assert_int_eq(closed[0].reason, REASON_ADMIN_SHUTDOWN);
}
END_TEST

/* An operator clears everything at any moment. */
START_TEST(cleared)
{
	struct world *w = watched(8);
	struct world_client *c = world_client(w, false);

	client_connect(c);
	sim_run(&w->sim, (uint64_t)_i * 20 * MSEC);
	client_vanish(c);
	gateway_clear_ike(w->gw, &(struct addr){0});
	sim_run(&w->sim, 3600 * SEC);
	ck_assert_uint_eq(n_closed, 1);
	end(w, 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("attempts");
	TCase *tc = tcase_create("attempts");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, ends_once);
	tcase_add_test(tc, handed_on);
	tcase_add_loop_test(tc, success, 0, 2);
	tcase_add_loop_test(tc, renewed, 0, 2);
	tcase_add_test(tc, no_proposal);
	tcase_add_loop_test(tc, wrong_key, 0, 2);
	tcase_add_loop_test(tc, wrong_password, 0, 2);
	tcase_add_loop_test(tc, dialled_again, 0, 2);
	tcase_add_loop_test(tc, vanished, 0, 48);
	tcase_add_loop_test(tc, torn_down, 1, 40);
	tcase_add_loop_test(tc, cleared, 1, 40);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
