/* Shares: who has to go, by truth table, and the counts against a model. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/shares.h"
#include "tests/support/env_sim.h"

#define HELD_MAX 4096

static struct sim sim;
static struct shares *shares;
static struct share held[HELD_MAX];
static struct share_key key[HELD_MAX];
static size_t n;

static struct share_key from(const char *text)
{
	struct addr a;

	ck_assert(addr_parse(text, &a));
	return share_key_of(&a);
}

static void start(size_t total, size_t network, size_t address)
{
	sim_init(&sim, 5, NULL, NULL);
	shares = shares_create(&sim.env, &(struct share_limits){total, network, address});
	ck_assert_ptr_nonnull(shares);
	memset(held, 0, sizeof held);
	n = 0;
}

static void stop(void)
{
	shares_destroy(shares);
	sim_fini(&sim);
}

/* As an owner does it: whoever has to go goes first. The index of who went, -1 when nobody did. */
static int take(struct share_key k)
{
	struct share *gone = shares_victim(shares, k);
	size_t at = gone ? (size_t)(gone - held) : n++;

	if (gone)
		shares_give(shares, gone);
	ck_assert_uint_lt(at, HELD_MAX);
	key[at] = k;
	ck_assert(shares_take(shares, &held[at], k));
	return gone ? (int)at : -1;
}

static size_t count(struct share_key k)
{
	return shares_of(shares, k);
}

/* what they hold, who comes, who must go (NULL: nobody) */
START_TEST(who_has_to_go)
{
	static const struct {
		size_t total, network, address;
		const char *holder[8];
		const char *comes, *goes;
	} row[] = {
	    /* room */
	    {4, 0, 0, {"10.0.0.1", "10.0.0.1", "10.0.0.1"}, "10.0.0.1", NULL},
	    {4, 3, 2, {"10.0.0.1", "10.0.0.2"}, "10.0.0.1", NULL},
	    {1, 0, 0, {NULL}, "10.0.0.1", NULL},
	    /* full: the greediest address, whoever comes */
	    {4, 0, 0, {"10.0.0.1", "10.0.0.1", "10.0.0.1", "10.9.0.1"}, "10.0.0.1", "10.0.0.1"},
	    {4, 0, 0, {"10.0.0.1", "10.0.0.1", "10.0.0.1", "10.9.0.1"}, "10.9.0.1", "10.0.0.1"},
	    {4, 0, 0, {"10.0.0.1", "10.0.0.1", "10.0.0.1", "10.9.0.1"}, "10.7.0.1", "10.0.0.1"},
	    /* a network of many addresses is as greedy as one of one */
	    {4, 0, 0, {"10.0.0.1", "10.0.0.1", "10.0.0.2", "10.9.0.1"}, "10.9.0.1", "10.0.0.1"},
	    {5, 0, 0, {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.9.0.1", "10.9.0.1"}, "10.9.0.1",
		"10.0.0"},
	    /* within it the greediest address */
	    {5, 0, 0, {"10.0.0.1", "10.0.0.7", "10.0.0.7", "10.9.0.1", "10.9.0.1"}, "10.9.0.1",
		"10.0.0.7"},
	    /* an address at its limit pushes itself out, though others hold as many */
	    {8, 0, 2, {"10.0.0.1", "10.0.0.1", "10.9.0.1", "10.9.0.1"}, "10.0.0.1", "10.0.0.1"},
	    {8, 0, 2, {"10.0.0.1", "10.0.0.1", "10.9.0.1", "10.9.0.1"}, "10.0.0.2", NULL},
	    /* and a network: the greediest of its own */
	    {8, 3, 0, {"10.0.0.1", "10.0.0.2", "10.0.0.2", "10.9.0.1"}, "10.0.0.3", "10.0.0.2"},
	    {8, 3, 0, {"10.0.0.1", "10.0.0.2", "10.0.0.2", "10.9.0.1"}, "10.9.0.1", NULL},
	    /* IPv6: a /64 is one address, a /48 one network */
	    {4, 0, 0, {"2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:2::1", "10.9.0.1"},
		"10.9.0.1", "2001:db8:1:1:"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct share *gone;
		const char *who;

		start(row[i].total, row[i].network, row[i].address);
		for (size_t k = 0; k < 8 && row[i].holder[k]; k++)
			ck_assert_int_eq(take(from(row[i].holder[k])), -1);
		gone = shares_victim(shares, from(row[i].comes));
		who = gone ? row[i].holder[gone - held] : NULL;
		if (row[i].goes)
			ck_assert_msg(who && strncmp(who, row[i].goes, strlen(row[i].goes)) == 0,
			    "row %zu: %s goes", i, who ? who : "nobody");
		else
			ck_assert_msg(!who, "row %zu: %s goes", i, who);
		ck_assert_int_eq(shares_take(shares, &held[n], from(row[i].comes)), !gone);
		stop();
	}
}
END_TEST

/* Every one of the greediest is drawn sooner or later, and nobody else. */
START_TEST(drawn_at_random)
{
	unsigned times[6] = {0};

	start(6, 0, 0);
	for (int k = 0; k < 4; k++)
		take(from("10.0.0.1"));
	take(from("10.9.0.1"));
	take(from("10.9.0.2"));
	for (int k = 0; k < 400; k++)
		times[shares_victim(shares, from("10.7.0.1")) - held]++;
	for (int k = 0; k < 4; k++)
		ck_assert_uint_gt(times[k], 50);
	ck_assert_uint_eq(times[4] + times[5], 0);
	stop();
}
END_TEST

START_TEST(a_flood_pushes_itself_out)
{
	struct share_key honest = from("10.7.0.1"), neighbour = from("10.0.0.77"),
			 one = from("10.0.0.1");

	start(1000, 0, 0);
	take(honest);
	take(neighbour);
	for (int k = 0; k < 100000; k++)
		take(one);
	ck_assert_uint_eq(count(honest), 1);
	ck_assert_uint_eq(count(neighbour), 1);
	ck_assert_uint_eq(count(one), 998);
	for (unsigned k = 0; k < 100000; k++)
		take((struct share_key){from("10.3.3.0").network, 0x0a030300 + k % 256});
	ck_assert_uint_eq(count(honest), 1);
	ck_assert_uint_eq(shares_total(shares), 1000);
	stop();
}
END_TEST

START_TEST(counts_agree_with_a_model)
{
	enum { KEYS = 40, STEPS = 60000, ROOM = 128 };
	size_t model[KEYS] = {0}, all = 0;
	bool in[HELD_MAX] = {false};

	start(ROOM, 0, 0);
	for (int i = 0; i < STEPS; i++) {
		size_t at = sim_below(&sim, 2 * ROOM), k = sim_below(&sim, KEYS);

		if (in[at]) {
			shares_give(shares, &held[at]);
			shares_give(shares, &held[at]); /* harmless */
			model[key[at].address]--;
			in[at] = false;
			all--;
		} else {
			key[at] = (struct share_key){k / 8, k};
			in[at] = shares_take(shares, &held[at], key[at]);
			ck_assert_int_eq(in[at], all < ROOM);
			model[k] += in[at];
			all += in[at];
		}
		ck_assert_uint_eq(shares_total(shares), all);
		ck_assert_uint_eq(count((struct share_key){k / 8, k}), model[k]);
		if (all == ROOM) { /* nobody in a network holds more than who goes */
			struct share *gone = shares_victim(shares, key[at]);
			struct share_key g = key[gone - held];
			size_t most = 0, net[KEYS] = {0};

			for (size_t j = 0; j < KEYS; j++)
				net[j / 8] += model[j];
			for (size_t j = 0; j < KEYS / 8; j++)
				most = net[j] > most ? net[j] : most;
			ck_assert_uint_eq(net[g.network], most);
			for (size_t j = g.network * 8; j < g.network * 8 + 8; j++)
				ck_assert_uint_le(model[j], model[g.address]);
		}
	}
	stop();
}
END_TEST

/* Among addresses that hold the same any may have to go, not always the last or the first: nobody
 * can arrange to stay. Whoever holds more goes before them all. */
START_TEST(addresses_are_drawn)
{
	static const char *const who[] = {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"};
	unsigned drawn[5] = {0};

	start(100, 4, 0);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(take(from(who[i])), -1);
	for (int i = 0; i < 400; i++)
		drawn[shares_victim(shares, from("10.0.0.5")) - held]++;
	for (int i = 0; i < 4; i++)
		ck_assert_uint_gt(drawn[i], 50);
	stop();
	start(100, 5, 0);
	for (int i = 0; i < 4; i++)
		take(from(who[i]));
	take(from(who[1]));
	for (int i = 0; i < 50; i++) {
		size_t at = (size_t)(shares_victim(shares, from("10.0.0.5")) - held);

		ck_assert(at == 1 || at == 4); /* both are 10.0.0.2's */
	}
	stop();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("shares");
	TCase *tc = tcase_create("shares");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, who_has_to_go);
	tcase_add_test(tc, drawn_at_random);
	tcase_add_test(tc, a_flood_pushes_itself_out);
	tcase_add_test(tc, counts_agree_with_a_model);
	tcase_add_test(tc, addresses_are_drawn);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
