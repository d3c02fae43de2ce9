/* Attacks and how they are judged; see attacks.h. */
#include "tests/support/hostile/attacks.h"

#include <check.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/steady.h"

enum { OTHERS = 3, ROUNDS = 600, LOOK = 60, BOUND = 4 << 20 };

struct world_client *attacker;
struct tap attack_tap;
static const struct attack *attacks;
static struct world *w;
static struct world_client *other[OTHERS];
static struct steady steady[OTHERS];

uint32_t attack_below(uint32_t n)
{
	return sim_below(&w->sim, n);
}

uint8_t attack_any(void)
{
	return (uint8_t)sim_below(&w->sim, 256);
}

struct world_client *attacked(unsigned n)
{
	return other[n % OTHERS];
}

/* ---- what is counted ---------------------------------------------------------------------- */

static uint64_t all_of(const void *stats, size_t size)
{
	uint64_t sum = 0, n;

	for (size_t at = 0; at < size; at += sizeof n) {
		memcpy(&n, (const char *)stats + at, sizeof n);
		sum += n;
	}
	return sum;
}

static uint64_t refused_by(const struct dp_sa_counters *c)
{
	return c->errors + c->replay_failed + c->auth_failed + c->malformed + c->policy_failed;
}

static uint64_t refusals(void)
{
	struct ike_stats i = *ike_stats(w->gw->ike);
	struct l2tp_stats l = *l2tp_stats(w->gw->l2tp);
	struct dp_session_counters c = {0};
	struct dp_sa_counters sa = {0};
	struct dp_stats d;
	uint64_t sum = 0;

	dp_get_stats(w->dp, &d);
	d.rx_packets = d.tx_packets = d.tx_df = 0;
	i.in_packets = i.in_octets = i.out_packets = i.out_octets = 0;
	i.quick_modes = i.deletes_in = i.deletes_out = i.notifies_in = i.notifies_out = 0;
	i.quick_modes_out = i.phase1_deletes_in = i.phase1_deletes_out = i.initiator_tunnels = 0;
	i.phase1_ups = i.phase1_rekeys = i.phase1_ends = i.negotiating_most = 0;
	i.work = (struct ike_work){0};
	dp_session_counters(w->dp, lac_server_session(attacker->lac), &c);
	dp_sa_counters(w->dp, attacker->tunnel.spi_out, &sa, NULL);
	for (size_t n = 0; n < OTHERS; n++) {
		struct dp_sa_counters of = {0};

		dp_sa_counters(w->dp, other[n]->tunnel.spi_out, &of, NULL);
		sum += refused_by(&of);
	}
	return sum + all_of(&d, sizeof d) + all_of(&i, sizeof i) + all_of(&l, sizeof l) +
	       c.drop_in + refused_by(&sa) + all_of(w->gw->failures, sizeof w->gw->failures);
}

/* ---- the others ------------------------------------------------------------------------------ */

static void look(void)
{
	gateway_consistent(w->gw, w->routes);
	for (size_t n = 0; n < OTHERS; n++) {
		sim_run(&w->sim, 20 * MSEC); /* what the other one sent has arrived */
		ck_assert_int_eq(other[n]->stage, CLIENT_UP);
		ck_assert(client_passes(other[n]));
	}
}

static void setup(void)
{
	static const char *const name[] = {"a", "b", "c"};

	w = world_create(77);
	tap_begin(&attack_tap, w);
	for (size_t n = 0; n < OTHERS; n++) {
		other[n] = world_user_client(w, n > 0, name[n]);
		steady_begin(&steady[n], other[n]);
	}
	attacker = world_user_client(w, true, "x");
	attacker->ike.dpd = true;
	client_connect(attacker);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_int_eq(attacker->stage, CLIENT_UP);
}

static void teardown(void)
{
	world_destroy(w);
}

START_TEST(nobody_notices)
{
	const struct attack *a = &attacks[_i];
	uint64_t counted = refusals();
	size_t held;

	look();
	held = mallinfo2().uordblks;
	for (unsigned n = 0; n < ROUNDS; n++) {
		a->act(n);
		sim_run(&w->sim, MSEC);
		if (n % LOOK == 0)
			look();
	}
	look();
	ck_assert_uint_le(mallinfo2().uordblks, held + BOUND);
	counted = refusals() - counted;
	printf("# %s: %llu refused\n", a->what, (unsigned long long)counted);
	ck_assert_uint_ge(counted, ROUNDS * a->refused / 100);
	client_vanish(attacker);
	for (unsigned n = 0; n < 60; n++) {
		sim_run(&w->sim, 60 * SEC);
		look();
	}
	ck_assert_uint_eq(w->gw->tally[TALLY_SESSION].active, OTHERS);
	ck_assert_uint_eq(w->gw->n_peers, OTHERS);
	ck_assert_uint_le(mallinfo2().uordblks, held + 65536);
}
END_TEST

int attacks_run(const char *name, const struct attack *attack, size_t n)
{
	Suite *s = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *r = srunner_create(s);
	int failed;

	attacks = attack;
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, nobody_notices, 0, (int)n);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
