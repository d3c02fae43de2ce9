/* What strangers, and clients who know the key, can make IKE hold: shared out, and told. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/dh_job.h"
#include "engine/ike/ike.h"
#include "engine/ike/life.h"
#include "engine/ike/qm.h"
#include "tests/support/ike_world.h"

static struct ike_world w;
static struct initiator_message msg;
static struct path server;

struct client {
	struct ike_initiator i;
	struct path path; /* as the server sees it */
};

static void setup(void)
{
	ike_world_init(&w, 11);
	server.local.port = server.remote.port = 500;
	ck_assert(addr_parse("172.16.1.2", &server.local.addr));
}

static void teardown(void)
{
	ike_world_fini(&w);
}

static void client_at(struct client *c, uint32_t address, uint16_t port)
{
	static uint64_t seed = 1;

	initiator_init(&c->i, w.crypto, seed++);
	c->path = server;
	c->path.remote = (struct endpoint){addr_v4(address), port};
	c->i.path.local = c->path.remote;
	c->i.path.remote = c->path.local;
}

static bool says(struct client *c)
{
	w.n_sent = 0;
	ike_receive(w.ike, &c->path, msg.b, msg.len);
	return w.n_sent == 1;
}

static bool got(bool (*read)(struct ike_initiator *, const uint8_t *, size_t), struct client *c)
{
	return read(&c->i, w.sent[0].b, w.sent[0].len);
}

static bool message1(struct client *c)
{
	initiator_mm1(&c->i, &msg);
	return says(c) && got(initiator_mm2, c);
}

static bool message3(struct client *c)
{
	initiator_mm3(&c->i, &msg);
	return says(c) && got(initiator_mm4, c);
}

static bool message5(struct client *c)
{
	initiator_mm5(&c->i, &msg);
	return says(c) && got(initiator_mm6, c);
}

/* One who only ever begins: his messages differ in the cookie alone. */
static void flood(uint32_t address, unsigned times)
{
	struct client c;

	client_at(&c, address, 500);
	initiator_mm1(&c.i, &msg);
	for (unsigned k = 0; k < times; k++) {
		sim_below(&w.sim, 2);
		memcpy(msg.b, &w.sim.seed, COOKIE_LEN);
		says(&c);
	}
}

#define HONEST 0x0a010102    /* 10.1.1.2 */
#define NEIGHBOUR 0x0a0101c8 /* 10.1.1.200, the same network */

START_TEST(one_address_pushes_out_itself)
{
	struct client c, proved;

	client_at(&c, HONEST, 500);
	client_at(&proved, HONEST + 1, 500);
	ck_assert(message1(&c));
	ck_assert(message1(&proved) && message3(&proved));
	flood(_i ? NEIGHBOUR : 0xc0a80101, 100000);
	ck_assert_uint_eq(w.ike->half_open.n, HALF_OPEN_ADDRESS + 1);
	ck_assert_uint_gt(ike_stats(w.ike)->half_open_evicted, 90000);
	ck_assert_int_eq(w.reason, REASON_SHARE_USED_UP);
	ck_assert(message3(&c) && message5(&c));
	ck_assert(message5(&proved));
	ck_assert_uint_eq(w.up, 2);
}
END_TEST

START_TEST(one_network_pushes_out_itself)
{
	struct client c;

	client_at(&c, HONEST, 500);
	ck_assert(message1(&c));
	for (uint32_t k = 0; k < 100000; k++)
		flood(0xc0a80100 + k % 256, 1);
	ck_assert(message3(&c) && message5(&c));
}
END_TEST

/* Addresses that are not theirs hold a place each, like anybody's. Whoever has proved where he is
 * stays, and who asks again gets through. */
START_TEST(forged_addresses)
{
	struct client c, proved;

	client_at(&c, HONEST, 500);
	client_at(&proved, HONEST + 1, 500);
	ck_assert(message1(&proved) && message3(&proved));
	for (uint32_t k = 0; k < 20000; k++)
		flood(0x14000000 + k * 4099, 1);
	ck_assert_uint_eq(w.ike->half_open.n, HALF_OPEN_MAX);
	ck_assert(message1(&c));
	for (uint32_t k = 0; k < 100; k++)
		flood(0x28000000 + k * 4099, 1);
	ck_assert(message3(&c) && message5(&c));
	ck_assert(message5(&proved));
}
END_TEST

/* With our cookie anybody gets as far as message 4: there too the greediest makes room. */
START_TEST(negotiations_are_shared_out)
{
	struct client c, greedy;
	struct ike_initiator one;

	client_at(&c, HONEST, 500);
	ck_assert(message1(&c) && message3(&c));
	client_at(&greedy, 0xc0a80101, 500);
	ck_assert(message1(&greedy) && message3(&greedy));
	one = greedy.i; /* the same Diffie-Hellman value will do */
	for (unsigned k = 0; k < NEGOTIATING_ADDRESS + 50; k++) {
		client_at(&greedy, 0xc0a80101, 500);
		initiator_mm1(&greedy.i, &msg);
		ck_assert(says(&greedy));
		memcpy(one.cky_i, greedy.i.cky_i, COOKIE_LEN);
		memcpy(one.cky_r, w.sent[0].b + COOKIE_LEN, COOKIE_LEN);
		initiator_mm3(&one, &msg);
		ck_assert(says(&greedy));
	}
	ck_assert_uint_eq(w.ike->negotiating.n, NEGOTIATING_ADDRESS + 1);
	ck_assert_uint_eq(ike_stats(w.ike)->negotiating_evicted, 51);
	ck_assert(message5(&c));
}
END_TEST

/* Three different wrong messages 5 end the exchange; the same one again is no try. */
START_TEST(message5_is_tried_three_times)
{
	struct client c;
	struct initiator_message good;

	client_at(&c, HONEST, 500);
	ck_assert(message1(&c) && message3(&c));
	initiator_mm5(&c.i, &msg);
	good = msg;
	for (unsigned k = 1; k <= MM5_TRIES; k++) {
		msg = good;
		msg.b[60] ^= (uint8_t)k;
		for (unsigned again = 0; again < 5; again++)
			ck_assert(!says(&c));
		ck_assert_uint_eq(ike_stats(w.ike)->auth_fails, k);
		ck_assert_uint_eq(w.ike->negotiating.n, k < MM5_TRIES);
	}
	ck_assert_uint_eq(ike_stats(w.ike)->message5_ended, 1);
	ck_assert_uint_eq(w.failed, 1);
	ck_assert_int_eq(w.reason, REASON_IKE_WRONG_PSK);
	msg = good;
	ck_assert(!says(&c));
	ck_assert_uint_eq(w.up, 0);
}
END_TEST

static size_t waiting(void)
{
	size_t n = 0;

	for (unsigned k = 0; k < DH_LINES; k++)
		n += shares_total(w.ike->dh->line[k].shares);
	return n;
}

static size_t running(void)
{
	size_t n = 0;

	for (unsigned k = 0; k < DH_RUNNING; k++)
		n += w.ike->dh->running[k] != NULL;
	return n;
}

/* Jobs go with their SAs, but for those that the threads have in hand. */
START_TEST(jobs_go_with_their_owner)
{
	struct client c;

	w.sim.slow_jobs = true;
	for (unsigned k = 0; k < 200; k++) {
		client_at(&c, HONEST + k, 500);
		ck_assert(message1(&c));
		initiator_mm3(&c.i, &msg);
		says(&c);
	}
	ck_assert_uint_eq(running(), DH_RUNNING);
	ck_assert_uint_eq(waiting(), 200 - DH_RUNNING);
	while (w.ike->negotiating.head)
		sa_end(w.ike->negotiating.head, REASON_IKE_TIMEOUT);
	ck_assert_uint_eq(waiting(), 0);
	ck_assert_uint_eq(running(), DH_RUNNING);
	sim_run(&w.sim, SEC);
	ck_assert_uint_eq(running(), 0);
}
END_TEST

/* The last words of threads find nobody there, and touch nobody. */
START_TEST(jobs_outlive_everything)
{
	const struct ike_ops *ops = w.ike->ops;
	struct client c;

	w.sim.slow_jobs = true;
	client_at(&c, HONEST, 500);
	ck_assert(message1(&c));
	initiator_mm3(&c.i, &msg);
	says(&c);
	ike_destroy(w.ike);
	sim_run(&w.sim, SEC);
	w.ike = ike_create(&w.sim.env, &w.config, &w.trace, w.crypto, ops, &w);
	ck_assert_ptr_nonnull(w.ike);
}
END_TEST

/* The line is bounded by address; who is put off is served when he repeats message 3. */
START_TEST(a_full_line_puts_off)
{
	enum { MANY = DH_STRANGERS_ADDRESS + DH_RUNNING + 20 };
	static struct client c[MANY];
	static struct initiator_message third[MANY];
	struct client honest;
	unsigned served = 0;

	w.sim.slow_jobs = true;
	for (unsigned k = 0; k < MANY; k++) {
		client_at(&c[k], 0xc0a80101, (uint16_t)(1000 + k));
		ck_assert(message1(&c[k]));
		initiator_mm3(&c[k].i, &third[k]);
		msg = third[k];
		ck_assert(!says(&c[k]));
	}
	ck_assert_uint_eq(waiting(), DH_STRANGERS_ADDRESS);
	ck_assert_uint_eq(ike_stats(w.ike)->dh_put_off, 20);
	client_at(&honest, HONEST, 500);
	ck_assert(message1(&honest));
	initiator_mm3(&honest.i, &msg);
	says(&honest);
	ck_assert_uint_eq(waiting(), DH_STRANGERS_ADDRESS + 1);
	w.n_sent = 0;
	sim_run(&w.sim, SEC);
	ck_assert_uint_eq(waiting(), 0);
	ck_assert_uint_eq(w.n_sent, MANY - 20 + 1);
	for (unsigned k = 0; k < MANY; k++) { /* all repeat themselves */
		msg = third[k];
		w.n_sent = 0;
		ike_receive(w.ike, &c[k].path, msg.b, msg.len);
		sim_run(&w.sim, SEC / 100);
		served += w.n_sent == 1;
	}
	ck_assert_uint_eq(served, MANY);
}
END_TEST

/* Strangers and peers take turns, however many strangers wait. */
START_TEST(peers_do_not_wait_for_strangers)
{
	struct client peer, c;
	struct initiator_qm q;
	size_t before, turn = 0;

	client_at(&peer, HONEST, 500);
	peer.i.pfs = 2;
	w.dynamic[0].pfs_group = 2;
	ck_assert(message1(&peer) && message3(&peer) && message5(&peer));
	w.sim.slow_jobs = true;
	for (unsigned k = 0; k < 100; k++) {
		client_at(&c, 0xc0a80101 + 256 * k, 500);
		ck_assert(message1(&c));
		initiator_mm3(&c.i, &msg);
		says(&c);
	}
	before = waiting();
	initiator_qm1(&peer.i, &q, &msg);
	ck_assert(!says(&peer));
	ck_assert_uint_eq(waiting(), before + 1);
	ck_assert_ptr_nonnull(w.ike->dh->line[DH_PEERS].head);
	w.n_sent = 0;
	sim_run(&w.sim, SEC); /* threads end in the order in which they began */
	ck_assert_uint_eq(w.n_sent, 101);
	while (addr_to_v4(&w.sent[turn].path.remote.addr) != HONEST)
		ck_assert_uint_lt(++turn, WORLD_SENT);
	ck_assert_uint_le(turn, DH_RUNNING + 1);
}
END_TEST

/* Half-received messages are shared out as well. */
START_TEST(fragments_are_shared_out)
{
	struct client c;
	struct out o;

	for (unsigned k = 0; k < FRAGMENTED_ADDRESS + 30; k++) {
		client_at(&c, HONEST, 500);
		ck_assert(message1(&c) && message3(&c));
		out_begin(&o, c.i.cky_i, c.i.cky_r, XCHG_MAIN, 0, 0);
		out_open(&o, PAY_FRAGMENT);
		wr_u16(&o.w, 7);
		wr_u8(&o.w, 1);
		wr_u8(&o.w, 0);
		wr_zero(&o.w, 500);
		out_close(&o);
		ck_assert(out_end(&o, 1));
		msg.len = wr_len(&o.w);
		memcpy(msg.b, o.buf, msg.len);
		says(&c);
	}
	ck_assert_uint_eq(shares_total(w.ike->fragmented), FRAGMENTED_ADDRESS);
	ck_assert_uint_eq(ike_stats(w.ike)->fragments_evicted, 30);
	ck_assert(message5(&c));
	sim_run(&w.sim, 40 * SEC);
	ck_assert_uint_eq(shares_total(w.ike->fragmented), 1); /* of the one that is up */
}
END_TEST

int main(void)
{
	Suite *s = suite_create("strangers");
	TCase *tc = tcase_create("strangers");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, one_address_pushes_out_itself, 0, 2);
	tcase_add_test(tc, one_network_pushes_out_itself);
	tcase_add_test(tc, forged_addresses);
	tcase_add_test(tc, negotiations_are_shared_out);
	tcase_add_test(tc, message5_is_tried_three_times);
	tcase_add_test(tc, jobs_go_with_their_owner);
	tcase_add_test(tc, jobs_outlive_everything);
	tcase_add_test(tc, a_full_line_puts_off);
	tcase_add_test(tc, peers_do_not_wait_for_strangers);
	tcase_add_test(tc, fragments_are_shared_out);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
