/* What one who knows the pre-shared key can make the gateway hold, and what it leaves to others. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/qm.h"
#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/refusals.h"

#define ATTACKER 0xc0a80909 /* 192.168.9.9 */

static struct world *w;

static void setup(void)
{
	w = world_create(3);
}

static void teardown(void)
{
	gateway_consistent(w->gw, w->routes);
	world_destroy(w);
}

static struct world_client *connected(void)
{
	struct world_client *c = world_client(w, false);

	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	return c;
}

static struct {
	uint8_t b[2048];
	size_t len;
} answer;

static void keep_answer(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	(void)arg, (void)path;
	ck_assert_uint_le(len, sizeof answer.b);
	memcpy(answer.b, msg, len);
	answer.len = len;
}

static void ask(const struct path *path, const struct initiator_message *m)
{
	sim_deliver *deliver = w->sim.deliver;
	uint64_t latency = w->sim.latency;

	answer.len = 0;
	w->sim.deliver = keep_answer;
	w->sim.latency = 0;
	gateway_ike(w->gw, path, m->b, m->len);
	w->sim.deliver = deliver;
	w->sim.latency = latency;
}

static struct ike_initiator i; /* of the last phase 1 */

/* A whole phase 1, and nothing more. */
static void phase1(uint32_t address, uint16_t port)
{
	static uint64_t seed = 77;
	struct initiator_message m;
	struct path path = {
	    .local = {addr_v4(0xac100102), 500}, .remote = {addr_v4(address), port}};

	initiator_init(&i, w->crypto, seed++);
	i.path = (struct path){.local = path.remote, .remote = path.local};
	initiator_mm1(&i, &m);
	ask(&path, &m);
	ck_assert(initiator_mm2(&i, answer.b, answer.len));
	initiator_mm3(&i, &m);
	ask(&path, &m);
	ck_assert(initiator_mm4(&i, answer.b, answer.len));
	initiator_mm5(&i, &m);
	ask(&path, &m);
	ck_assert(initiator_mm6(&i, answer.b, answer.len));
}

/* Quick modes under it, each of them begun and left alone. */
static void quick_modes(uint32_t address, uint16_t port, unsigned n)
{
	struct path path = {
	    .local = {addr_v4(0xac100102), 500}, .remote = {addr_v4(address), port}};
	struct initiator_message m;
	struct initiator_qm q;

	while (n-- > 0) {
		initiator_qm1(&i, &q, &m);
		ask(&path, &m);
		ck_assert(initiator_qm2(&i, &q, answer.b, answer.len));
	}
}

static unsigned lines(const char *text)
{
	unsigned n = 0;

	for (const char *at = w->log; (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

START_TEST(peers_of_one_address)
{
	enum { MORE = 76 };
	struct world_client *c = connected();
	uint32_t other;

	phase1(0x0a010103, 500);
	other = w->gw->last_peer;
	for (unsigned k = 0; k < IDLE_PEERS_ADDRESS + MORE; k++) {
		phase1(ATTACKER, (uint16_t)(1000 + k));
		if (k % 64 == 0)
			sim_run(&w->sim, 10 * MSEC);
	}
	sim_run(&w->sim, 100 * MSEC);
	gateway_consistent(w->gw, w->routes);
	ck_assert_uint_eq(shares_total(w->gw->idle), IDLE_PEERS_ADDRESS + 1);
	ck_assert_uint_eq(w->gw->n_peers, IDLE_PEERS_ADDRESS + 2);
	ck_assert_uint_eq(w->gw->peers[1]->id, other);
	ck_assert_uint_eq(w->gw->failures[REASON_SHARE_USED_UP], MORE);
	ck_assert(refusal_told(w->gw, REASON_SHARE_USED_UP, 789));
	ck_assert_uint_ge(lines("held more than its share"), 1);
	ck_assert_uint_lt(lines("held more than its share"), MORE);
	ck_assert(client_reaches_inside(c));
}
END_TEST

START_TEST(phase1s_of_one_peer)
{
	for (unsigned k = 0; k < 20; k++) {
		phase1(ATTACKER, 500);
		sim_run(&w->sim, 10 * MSEC);
	}
	ck_assert_uint_eq(w->gw->n_peers, 1);
	ck_assert_uint_eq(w->gw->peers[0]->n_ike, PEER_IKE_MAX);
	ck_assert_uint_eq(w->gw->tally[TALLY_IKE].active, PEER_IKE_MAX);
}
END_TEST

START_TEST(sa_pairs_of_one_peer)
{
	struct world_client *c = connected();

	for (unsigned k = 0; k < 40; k++) {
		client_rekey(c);
		sim_run(&w->sim, 200 * MSEC);
		gateway_consistent(w->gw, w->routes);
		ck_assert(client_reaches_inside(c));
	}
	ck_assert_uint_eq(w->gw->pairs.used, PEER_PAIRS_MAX);
	ck_assert_uint_eq(w->gw->failures[REASON_SHARE_USED_UP], 41 - PEER_PAIRS_MAX);
}
END_TEST

/* The SPIs are for all: 65,536 of them, and as many peers as may be without a session. */
START_TEST(spis_are_for_all)
{
	_Static_assert(
	    2 * IDLE_PEERS_MAX * IDLE_PAIRS_MAX <= 65536, "who knows the key takes half at most");
	struct world_client *c;

	for (uint16_t k = 0; k < 8; k++) {
		phase1(ATTACKER, (uint16_t)(1000 + k / 2));
		quick_modes(ATTACKER, (uint16_t)(1000 + k / 2), QUICK_MODES_MAX);
		gateway_consistent(w->gw, w->routes);
		ck_assert_uint_eq(w->gw->pairs.used, (k / 2u + 1) * IDLE_PAIRS_MAX);
	}
	c = connected();
	ck_assert(client_reaches_inside(c));
}
END_TEST

/* A client may dial again on the SAs that it has, but guessing ends. */
START_TEST(logins_that_fail)
{
	struct world_client *c = world_client(w, false);
	unsigned dials = 1;

	c->password = "wrong";
	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	for (; dials < 20 && w->gw->n_peers; dials++) {
		lac_destroy(c->lac);
		c->lac = NULL;
		client_rekey(c);
		sim_run(&w->sim, 2 * SEC);
	}
	ck_assert_uint_eq(dials, PEER_LOGINS_MAX);
	ck_assert_uint_eq(lines("aaa authentication failed"), PEER_LOGINS_MAX);
	ck_assert_uint_eq(lines("5 logins failed in a row"), 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("crowd");
	TCase *tc = tcase_create("crowd");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, peers_of_one_address);
	tcase_add_test(tc, phase1s_of_one_peer);
	tcase_add_test(tc, sa_pairs_of_one_peer);
	tcase_add_test(tc, spis_are_for_all);
	tcase_add_test(tc, logins_that_fail);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
