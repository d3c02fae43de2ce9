/*
 * Sixty days of clients that stay: they or the gateway renew their SAs, they send now and then,
 * sleep, and move to other ports, over a network that loses, doubles and reorders. Nobody loses a
 * session, nothing grows. GATEHOUSE_SOAK sets the days, GATEHOUSE_SEED the seed of the second run.
 */
#include <check.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/steady.h"

enum { CLIENTS = 7, RENEWING = 5, INSIDE = 0x0a0a0a0a };

static const uint64_t day = 86400ULL * SEC;

static struct world *w;
/* These renew; of the others the gateway renews what they have. */
static struct steady steady[RENEWING];
static const char *const name[CLIENTS] = {
    "anna", "bert", "test", "dora", "emil", "fred", "gina"};

static const char *const family[RENEWING] = {
    "windows-8", "windows-10", "ios", "strongswan", "mikrotik"};

static uint32_t below(uint32_t n)
{
	return sim_below(&w->sim, n);
}

static size_t heap(void)
{
	return mallinfo2().uordblks;
}

/* ---- what they do ---------------------------------------------------------------------- */

static void moves(struct world_client *c)
{
	uint16_t port = (uint16_t)(1024 + 2 * below(20000));

	if (!c->nat)
		return;
	for (size_t n = 0; n < w->n_clients; n++)
		if (w->client[n].nat && (w->client[n].outer500.port | 1) == (port | 1))
			return;
	c->outer500.port = port;
	c->outer4500.port = (uint16_t)(port + 1);
	/* The machine notices its new network and says something. */
	for (size_t n = 0; n < 6; n++) {
		client_send(c, INSIDE);
		sim_run(&w->sim, 3 * SEC);
	}
}

/* Shorter than anybody would call it dead; phones sleep for ten minutes. Who wakes up has something
 * to say, so that two sleeps in a row are not idle for too long. */
static void sleeps(struct world_client *c)
{
	/* Not in the middle of a renewal: whose message 3 was lost thinks that it is done. */
	if (!c->steady || timer_armed(&c->steady->tidy))
		return;
	c->silent = true;
	sim_run(&w->sim, (1 + below(c->like->family == PROFILE_IOS ? 600 : 45)) * SEC);
	c->silent = false;
	for (size_t n = 0; n < 3; n++)
		client_send(c, INSIDE);
}

static void act(struct world_client *c)
{
	uint32_t what = below(200);

	if (what < 120)
		client_send(c, INSIDE);
	else if (what < 195)
		world_inside_send(w, addr_to_v4(&c->ip.client));
	else if (what < 197)
		moves(c);
	else
		sleeps(c);
}

/* ---- what is right at any time ------------------------------------------------------------ */

static void all_is_well(void)
{
	if (w->gw->tally[TALLY_SESSION].active != CLIENTS)
		fputs(w->log, stdout); /* of the last hour */
	w->log_len = 0;
	gateway_consistent(w->gw, w->routes);
	ck_assert_uint_eq(w->gw->tally[TALLY_SESSION].active, CLIENTS);
	ck_assert_uint_eq(w->gw->tally[TALLY_SESSION].cumulative, CLIENTS);
	ck_assert_uint_eq(w->gw->pools.taken.used, CLIENTS);
	ck_assert_uint_eq(w->gw->n_peers, CLIENTS);
	ck_assert_uint_le(w->gw->pairs.used, 4 * CLIENTS);
	ck_assert_uint_le(w->gw->tally[TALLY_IKE].active, PEER_IKE_MAX * CLIENTS);
	for (size_t n = 0; n < CLIENTS; n++)
		ck_assert_int_eq(w->client[n].stage, CLIENT_UP);
}

static void weeks(unsigned days, size_t *peak)
{
	uint64_t end = w->sim.now + days * day, next = w->sim.now;
	unsigned turn = 0;

	*peak = 0;
	while (w->sim.now < end) {
		sim_run(&w->sim, below(100) * SEC + below(1000) * MSEC);
		act(&w->client[turn++ % CLIENTS]); /* often enough for vpn-idle-timeout */
		if (w->sim.now < next)
			continue;
		next = w->sim.now + 3600ULL * SEC;
		all_is_well();
		*peak = heap() > *peak ? heap() : *peak;
	}
}

static void connect_all(void)
{
	for (size_t n = 0; n < CLIENTS; n++) {
		struct world_client *c = world_client(w, n > 0);

		c->user = name[n];
		world_user(w, name[n]);
		if (n < RENEWING) {
			client_like(c, personality_find(family[n]));
			steady_begin(&steady[n], c);
		} else {
			client_lives(c, &(struct client_life){.answer = CLIENT_ANSWERS});
			client_connect(c);
		}
		sim_run(&w->sim, 60 * SEC);
		ck_assert_int_eq(c->stage, CLIENT_UP);
	}
}

static void tell(unsigned days)
{
	uint64_t passed = 0;

	for (size_t n = 0; n < CLIENTS; n++) {
		passed += w->client[n].received;
		if (n >= RENEWING) {
			printf("# %s: the gateway renewed %u phases 1, %u SA pairs in all\n",
			    name[n], w->client[n].renewed_phase1, w->client[n].renewed);
			ck_assert_uint_ge(w->client[n].renewed_phase1, days * 2);
			ck_assert_uint_ge(w->client[n].renewed, days * 20);
			continue;
		}
		printf("# %s: %u phases 1, %u phases 2, %u given up, %llu packets\n", family[n],
		    steady[n].renewed, steady[n].rekeyed, steady[n].given_up,
		    (unsigned long long)w->client[n].received);
		ck_assert_uint_ge(steady[n].renewed, days * day / steady[n].phase1_every * 8 / 10);
		ck_assert_uint_ge(steady[n].renewed + steady[n].rekeyed,
		    days * day / steady[n].phase2_every * 9 / 10);
	}
	ck_assert_uint_gt(passed, 0);
	ck_assert_uint_gt(w->to_tun, 0);
}

static void soak(uint64_t seed)
{
	const char *set = getenv("GATEHOUSE_SOAK");
	unsigned days = set ? (unsigned)atoi(set) : 60;
	size_t early, late;

	printf("# seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	w = world_create(seed);
	world_aes(w);
	connect_all();
	w->sim.loss = 20;
	w->sim.doubled = 20;
	w->sim.jitter = 30 * MSEC;
	weeks(days / 3, &early);
	weeks(days - days / 3, &late);
	printf("# seed %llu: heap at most %zu early, %zu late\n", (unsigned long long)seed, early,
	    late);
	ck_assert_uint_le(late, early + 65536);
	tell(days);
	for (size_t n = 0; n < CLIENTS; n++) {
		client_vanish(&w->client[n]);
		if (n < RENEWING)
			steady_end(&steady[n]);
	}
	sim_run(&w->sim, 2 * day);
	gateway_is_empty(w->gw);
	ck_assert_uint_eq(w->gw->pools.taken.used, 0);
	world_destroy(w);
}

START_TEST(sixty_days)
{
	soak(14);
}
END_TEST

/* `make soak` takes one from the clock. */
START_TEST(sixty_days_of_another_seed)
{
	const char *set = getenv("GATEHOUSE_SEED");

	soak(set ? strtoull(set, NULL, 10) : 3);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("soak");
	TCase *known = tcase_create("known"), *another = tcase_create("another");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(known, 300);
	tcase_add_test(known, sixty_days);
	suite_add_tcase(s, known);
	tcase_set_timeout(another, 300);
	tcase_add_test(another, sixty_days_of_another_seed);
	suite_add_tcase(s, another);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
