/*
 * Clients that come and go, a hundred thousand times: with a good-bye, without a word, refused, and
 * again with the same ids seconds after a crash. Whenever all have gone there is as much left as
 * after the first of them: nothing. GATEHOUSE_CHURN sets how many; `make soak` all of them.
 */
#include <check.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/world.h"

enum { MACHINES = 24, USERS = 40, DIALS = 8000, ROUNDS = 8 };

static struct world *w;
static struct {
	unsigned up, wrong_password, wrong_key, left, vanished, again;
} did;

static uint32_t below(uint32_t n)
{
	return sim_below(&w->sim, n);
}

static bool one_in(uint32_t n)
{
	return below(n) == 0;
}

static const char *user(unsigned n)
{
	static char name[USERS][8];

	n %= USERS;
	snprintf(name[n], sizeof name[n], "u%02u", n);
	return name[n];
}

/* Room for those who went without a word: they are found out later. */
static void room_for_all(void)
{
	struct ipc_msg policy = world_group_policy();

	world_config(w, MSG_CFG_POOL,
	    (struct ipc_msg){.cfg_pool = {CFG_SET, "Address-pool", {0xc0a80001, 0xc0a8fffe},
				 addr_v4(0xffff0000)}});
	policy.cfg_group_policy.logins = 100000;
	world_config(w, MSG_CFG_GROUP_POLICY, policy);
	for (unsigned n = 0; n < USERS; n++)
		world_user(w, user(n));
}

static void connects(struct world_client *c)
{
	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	if (c->stage != CLIENT_UP) /* what looks like its old session is asked first */
		sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	if (one_in(8))
		ck_assert(client_passes(c));
	did.up++;
}

static void machine(struct world_client *c)
{
	client_again(c);
	c->user = user(below(USERS));
	c->ike.dpd = one_in(2);
	c->ike.initial_contact = one_in(2);
	c->bare = one_in(4);
	c->tunnel_id = (uint16_t)(one_in(2) ? 1 : 1 + below(65535));
}

static void refused(struct world_client *c, enum reason why)
{
	uint64_t before = w->gw->failures[why];

	client_connect(c);
	sim_run(&w->sim, 90 * SEC);
	ck_assert_int_ne(c->stage, CLIENT_UP);
	ck_assert_uint_eq(w->gw->failures[why], before + 1);
	client_vanish(c);
}

static void crashes_and_dials(struct world_client *c)
{
	uint16_t id = c->tunnel_id;
	const char *name = c->user;

	client_vanish(c);
	sim_run(&w->sim, below(10) * SEC);
	client_again(c);
	c->user = name;
	c->tunnel_id = id;
	c->ike.initial_contact = one_in(2);
	connects(c);
	did.again++;
}

static void one(struct world_client *c)
{
	uint32_t what = below(16);

	machine(c);
	if (what == 0) {
		c->password = "wrong";
		refused(c, REASON_AUTH_REJECTED);
		did.wrong_password++;
		return;
	}
	if (what == 1) {
		c->ike.psk = "wrong";
		refused(c, REASON_IKE_WRONG_PSK);
		did.wrong_key++;
		return;
	}
	connects(c);
	if (what < 4)
		crashes_and_dials(c);
	if (what < 8) {
		client_vanish(c);
		did.vanished++;
	} else {
		client_leave(c);
		sim_run(&w->sim, 50 * MSEC);
		did.left++;
	}
}

/* What is held once they have all been found out; the log is what the test itself keeps. */
static size_t settled(void)
{
	for (size_t n = 0; n < w->n_clients; n++)
		client_forget(&w->client[n]);
	sim_run(&w->sim, 86400ULL * SEC);
	gateway_is_empty(w->gw);
	ck_assert_uint_eq(w->routes, 0);
	ck_assert_uint_eq(w->gw->pools.taken.used, 0);
	ck_assert_uint_eq(w->gw->auths.used, 0);
	for (size_t n = 0; n < TALLY_ROWS; n++)
		ck_assert_uint_eq(w->gw->tally[n].active, 0);
	w->log_len = 0;
	/* The list of failures stays, and is bounded; without it there is nothing left. */
	ck_assert_uint_le(failures_clear(&w->gw->failed), 2 * FAILURES_PART);
	return mallinfo2().uordblks;
}

static void machines(void)
{
	for (unsigned n = 0; n < MACHINES; n++) {
		struct world_client *c = world_client(w, n % 2);

		if (!c->nat)
			c->outer500.addr = c->outer4500.addr = addr_v4(0x0a020000 + n);
	}
}

START_TEST(a_hundred_thousand)
{
	const char *set = getenv("GATEHOUSE_CHURN");
	unsigned dials = set ? (unsigned)atoi(set) : DIALS;
	size_t first = 0, last;

	w = world_create(31);
	room_for_all();
	machines();
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned n = 0; n < dials / ROUNDS; n++)
			one(&w->client[below(MACHINES)]);
		gateway_consistent(w->gw, w->routes);
		last = settled();
		if (round == 1)
			first = last;
		else if (round > 1)
			ck_assert_uint_le(last, first + 4096);
	}
	printf("# %u connects, %u again after a crash, %u good-byes, %u vanished, %u + %u "
	       "refused\n", did.up, did.again, did.left, did.vanished, did.wrong_password,
	    did.wrong_key);
	ck_assert_uint_eq(w->gw->tally[TALLY_SESSION].cumulative, did.up);
	ck_assert_uint_eq(w->gw->failures[REASON_AUTH_REJECTED], did.wrong_password);
	ck_assert_uint_eq(w->gw->failures[REASON_IKE_WRONG_PSK], did.wrong_key);
	world_destroy(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("churn");
	TCase *tc = tcase_create("churn");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, a_hundred_thousand);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
