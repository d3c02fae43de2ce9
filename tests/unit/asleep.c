/*
 * Clients that fall asleep in the middle of a renewal, whoever began it, and go on with it when
 * they wake, ten minutes later: their session is the same. What they leave unfinished is bounded.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/profile.h"
#include "engine/ike/context.h"
#include "engine/ike/limits.h"
#include "engine/session/gateway.h"
#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/world.h"

#define INSIDE 0x0a0a0a0a
#define SLEEP (600 * SEC)
#define DAY 86400

static struct world *w;
static struct world_client *c;
static uint32_t old;              /* his SPI of the pair that is renewed */
static struct initiator_message first, second;
static uint32_t index_before;

static void setup(void)
{
	w = world_create(12);
}

static void teardown(void)
{
	gateway_consistent(w->gw, w->routes);
	world_destroy(w);
}

static struct peer *peer(void)
{
	ck_assert_uint_eq(w->gw->n_peers, 1);
	return w->gw->peers[0];
}

/* A phone, with pairs of so many seconds. */
static void connected(uint32_t seconds)
{
	c = world_client(w, true);
	c->ike.dpd = true;
	c->ike.seconds = seconds;
	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	peer()->session->client = PROFILE_IOS;
	index_before = peer()->index;
	old = c->tunnel.spi_in;
}

static void both_ways(void)
{
	uint64_t in = w->to_tun, out = c->received;

	ck_assert(client_send(c, INSIDE));
	sim_run(&w->sim, 10 * MSEC);
	world_inside_send(w, addr_to_v4(&c->ip.client));
	sim_run(&w->sim, 10 * MSEC);
	ck_assert_uint_eq(w->to_tun, in + 1);
	ck_assert_uint_eq(c->received, out + 1);
}

/* He begins, his message 1 arrives, and he hears no answer. */
static void begins_and_sleeps(void)
{
	initiator_qm1(&c->ike, &c->qm, &first);
	client_say(c, &first);
	sim_run(&w->sim, w->sim.latency + w->sim.latency / 2);
	c->silent = true;
}

/* With another mapping of his NAT, which his first packet tells. */
static void wakes(bool moved)
{
	c->silent = false;
	if (!moved)
		return;
	c->outer500.port += 1000;
	c->outer4500.port += 1000;
	ck_assert(client_send(c, INSIDE));
	sim_run(&w->sim, 10 * MSEC);
}

/* The session has gone on; the old pair goes as ever, and the new one serves. */
static void is_back(void)
{
	struct initiator_message m;

	ck_assert_uint_ne(c->tunnel.spi_in, old);
	both_ways();
	initiator_delete_child(&c->ike, old, &m);
	client_say(c, &m);
	sim_run(&w->sim, SEC);
	both_ways();
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 1);
	ck_assert_uint_eq(peer()->index, index_before);
	sim_run(&w->sim, 300 * SEC);
	ck_assert_uint_eq(w->gw->ike->children.used, 0);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
}

START_TEST(message_1_again)
{
	connected(DAY);
	begins_and_sleeps();
	sim_run(&w->sim, SLEEP);
	wakes(_i);
	client_say(c, &first);
	sim_run(&w->sim, SEC);
	is_back();
}
END_TEST

/* Message 2 waited for him: what he says to it comes ten minutes late. */
START_TEST(message_3_late)
{
	uint64_t latency = w->sim.latency;

	connected(DAY);
	initiator_qm1(&c->ike, &c->qm, &first);
	client_say(c, &first);
	w->sim.latency = SLEEP;
	sim_run(&w->sim, 2 * latency);
	w->sim.latency = latency;
	c->silent = true;
	sim_run(&w->sim, SLEEP - SEC);
	wakes(false);
	sim_run(&w->sim, 2 * SEC);
	is_back();
}
END_TEST

static void keep_second(void *arg, const struct path *path, bool esp, const uint8_t *msg,
    size_t len)
{
	(void)arg, (void)path;
	if (esp || second.len)
		return;
	memcpy(second.b, msg, len);
	second.len = len;
}

/* He has message 2, and his message 3 is lost: the new pair tells, or his Delete of the old one. */
START_TEST(message_3_never)
{
	bool deletes = _i;
	struct initiator_message m;

	connected(DAY);
	second.len = 0;
	w->spy.from_server = keep_second;
	begins_and_sleeps();
	sim_run(&w->sim, SLEEP);
	wakes(false);
	ck_assert(initiator_qm2(&c->ike, &c->qm, second.b, second.len));
	tunnel_fini(&c->tunnel);
	ck_assert(tunnel_init(&c->tunnel, w->crypt, &c->qm.child));
	if (deletes) {
		initiator_delete_child(&c->ike, old, &m);
		client_say(c, &m);
		sim_run(&w->sim, 30 * SEC);
	}
	client_send(c, INSIDE);
	sim_run(&w->sim, 10 * MSEC);
	is_back();
}
END_TEST

/* His pair runs out while he sleeps: he goes on with the quick mode, or begins another one. */
START_TEST(the_old_pair_runs_out)
{
	connected(1200);
	sim_run(&w->sim, 900 * SEC);
	begins_and_sleeps();
	sim_run(&w->sim, SLEEP);
	ck_assert_ptr_null(peer()->use);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	wakes(false);
	if (_i)
		client_rekey(c);
	else
		client_say(c, &first);
	sim_run(&w->sim, SEC);
	ck_assert_uint_ne(c->tunnel.spi_in, old);
	both_ways();
	sim_run(&w->sim, 300 * SEC);
	both_ways();
	ck_assert_uint_eq(peer()->index, index_before);
}
END_TEST

/* He has begun nothing; phase 1 is all that is left, and enough. */
START_TEST(all_pairs_run_out)
{
	connected(1200);
	sim_run(&w->sim, 900 * SEC);
	c->silent = true;
	sim_run(&w->sim, SLEEP);
	ck_assert(LIST_EMPTY(&peer()->pairs));
	wakes(false);
	client_rekey(c);
	sim_run(&w->sim, SEC);
	both_ways();
	ck_assert_uint_eq(peer()->index, index_before);
}
END_TEST

/* It is vpn-idle-timeout that ends his sleep all the same, and his address is free then. */
START_TEST(not_for_ever)
{
	connected(1200);
	sim_run(&w->sim, 900 * SEC);
	begins_and_sleeps();
	sim_run(&w->sim, 2000 * SEC);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
	ck_assert_uint_eq(w->gw->n_peers, 0);
	ck_assert_uint_eq(w->gw->pairs.used, 0);
	ck_assert_uint_eq(w->gw->ike->children.used, 0);
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Idle Timeout"));
}
END_TEST

/* Who is awake and lets his pairs run out ends soon, phone or not. */
START_TEST(awake_without_pairs)
{
	connected(1200);
	for (unsigned k = 0; k < 13; k++) {
		struct initiator_message m;

		sim_run(&w->sim, 100 * SEC);
		initiator_dpd(&c->ike, false, 100 + k, &m);
		client_say(c, &m);
	}
	for (unsigned k = 0; k < 20; k++) {
		struct initiator_message m;

		sim_run(&w->sim, 10 * SEC);
		initiator_dpd(&c->ike, false, 200 + k, &m);
		client_say(c, &m);
	}
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: IPSec SA Max Time Exceeded"));
}
END_TEST

static void sleeps_at_message_2(void *arg, const struct path *path, bool esp, const uint8_t *msg,
    size_t len)
{
	(void)arg, (void)path;
	if (!esp && len > 18 && msg[18] == XCHG_QUICK)
		c->silent = true;
}

/* The server begins, and its message 3 finds him asleep: with his old pair alive, or run out. */
START_TEST(the_server_began)
{
	bool runs_out = _i & 1, moved = _i & 2;
	uint64_t step = runs_out ? SEC : 10 * SEC;

	connected(runs_out ? 1200 : 28800);
	client_lives(c, &(struct client_life){.answer = CLIENT_ANSWERS, .late = true});
	w->spy.to_server = sleeps_at_message_2;
	for (unsigned k = 0; !c->silent && k < 2880; k++) {
		if (k % 100 == 0)
			client_send(c, INSIDE); /* he is not idle */
		sim_run(&w->sim, step);
	}
	ck_assert(c->silent);
	w->spy.to_server = NULL;
	sim_run(&w->sim, SLEEP);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	wakes(moved);
	renewal_wakes(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(c->renewed, 1);
	is_back();
}
END_TEST

/* Whoever begins and never finishes has a few of them, of each phase 1, and ends with them. */
START_TEST(few_are_kept)
{
	connected(DAY);
	for (unsigned k = 0; k < 200; k++) {
		struct initiator_qm q;
		struct initiator_message m;

		initiator_qm1(&c->ike, &q, &m);
		client_say(c, &m);
		sim_run(&w->sim, 5 * SEC);
		ck_assert_uint_le(w->gw->pairs.used, 1 + QUICK_MODES_MAX + 1);
	}
	both_ways();
	sim_run(&w->sim, 500 * SEC);
	both_ways();
	ck_assert_uint_eq(w->gw->pairs.used, 1 + QUICK_MODES_LATE);
	ck_assert_uint_eq(w->gw->ike->children.used, QUICK_MODES_LATE);
	client_leave(c);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_uint_eq(w->gw->pairs.used, 0);
	ck_assert_uint_eq(w->gw->n_peers, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("asleep");
	TCase *tc = tcase_create("asleep");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, message_1_again, 0, 2);
	tcase_add_test(tc, message_3_late);
	tcase_add_loop_test(tc, message_3_never, 0, 2);
	tcase_add_loop_test(tc, the_old_pair_runs_out, 0, 2);
	tcase_add_test(tc, all_pairs_run_out);
	tcase_add_test(tc, not_for_ever);
	tcase_add_test(tc, awake_without_pairs);
	tcase_add_loop_test(tc, the_server_began, 0, 3);
	tcase_add_test(tc, few_are_kept);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
