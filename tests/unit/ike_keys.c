/* Which tunnel group a pre-shared key leads to, and what wrong keys cost whom. */
#include <stdio.h>

#include "engine/ike/psk.h"
#include "engine/ike/tries.h"
#include "tests/support/ike_talk.h"

#define GROUPS 70

static struct cfg_tunnel_group row[GROUPS];
static char name[GROUPS][8], key[GROUPS][8];

static void group(unsigned n, const char *called, const char *type, const char *psk)
{
	row[n] = (struct cfg_tunnel_group){.name = (char *)(uintptr_t)called,
	    .type = (char *)(uintptr_t)type, .psk = (char *)(uintptr_t)psk};
	talk_world.config.tunnel_groups = row;
	talk_world.config.n_tunnel_groups = n + 1;
}

/* A client with this key; false: no answer to message 5. */
static bool dials(const char *psk, uint64_t seed)
{
	unsigned up = talk_world.up;

	initiator_init(&talk_client, talk_world.crypto, seed);
	talk_client.path.local = talk_path.remote;
	talk_client.path.remote = talk_path.local;
	talk_client.psk = psk;
	talk_to_mm4();
	initiator_mm5(&talk_client, &talk_msg);
	talk_say();
	return talk_world.up == up + 1 &&
	    initiator_mm6(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len);
}

/* Keys decide, the address first, DefaultRAGroup last. */
START_TEST(landing)
{
	static const struct {
		const char *psk, *lands;
	} want[] = {{"a", "10.1.1.2"}, {"d", "Second"}, {"e", "DefaultRAGroup"}, {"s", "10.1.1.2"},
	    {"t", "Second"}, {"l", NULL}, {"", NULL}, {"dd", NULL}};

	group(0, "DefaultRAGroup", "remote-access", _i == 1 ? "d" : _i == 3 ? "s" : "e");
	group(1, "Site", "ipsec-l2l", "l");
	group(2, "Second", "remote-access", _i == 4 ? "t" : "d");
	group(3, "Third", "remote-access", _i == 4 ? "t" : _i == 3 ? "s" : "d");
	group(4, "10.1.1.2", "remote-access", _i == 3 ? "s" : "a");
	ck_assert_int_eq(dials(want[_i].psk, 1), want[_i].lands != NULL);
	if (want[_i].lands)
		ck_assert_str_eq(talk_world.sa->group_name, want[_i].lands);
}
END_TEST

/* Groups that share a key cost one try: the last of seventy is reached. */
START_TEST(equal_keys_are_one)
{
	for (unsigned k = 0; k < GROUPS; k++) {
		snprintf(name[k], sizeof name[k], "G%u", k);
		group(k, name[k], "remote-access", k < GROUPS - 1 ? "same" : "last");
	}
	ck_assert(dials("last", 1));
	ck_assert_str_eq(talk_world.sa->group_name, "G69");
}
END_TEST

static void many_groups(void)
{
	group(0, "DefaultRAGroup", "remote-access", "default");
	for (unsigned k = 1; k < PSK_CANDIDATES_MAX; k++) {
		snprintf(name[k], sizeof name[k], "G%u", k);
		snprintf(key[k], sizeof key[k], "k%u", k);
		group(k, name[k], "remote-access", key[k]);
	}
}

/* Who guesses too much has only the key of DefaultRAGroup; others have all; time forgives. */
START_TEST(wrong_keys_are_charged)
{
	const struct ike_stats *s = ike_stats(talk_world.ike);
	struct path guesser = talk_path;
	uint64_t seed = 1;

	many_groups();
	while (!s->keys_withheld) {
		ck_assert(!dials("wrong", seed++));
		ck_assert_uint_lt(seed, 12);
	}
	ck_assert_uint_eq(seed - 1, TRIES_MAX / (PSK_CANDIDATES_MAX - 1) + 2);
	ck_assert(!dials("k63", seed++));
	ck_assert(dials("default", seed++));
	talk_world.connected = "G62"; /* somebody behind the same NAT */
	ck_assert(!dials("k63", seed++));
	ck_assert(dials("k62", seed++));
	ck_assert_str_eq(talk_world.sa->group_name, "G62");
	ck_assert(dials("default", seed++));
	talk_world.connected = "DefaultRAGroup";
	ck_assert(!dials("k62", seed++));
	talk_world.connected = NULL;
	addr_parse("10.1.2.3", &talk_path.remote.addr);
	ck_assert(dials("k63", seed++));
	talk_path = guesser;
	sim_run(&talk_world.sim, 20 * SEC);
	ck_assert(dials("k63", seed++));
	ck_assert_str_eq(talk_world.sa->group_name, "G63");
}
END_TEST

/* The same message 5 again is not tried again, and not charged. */
START_TEST(repetitions_cost_nothing)
{
	const struct ike_stats *s = ike_stats(talk_world.ike);

	many_groups();
	ck_assert(!dials("wrong", 1));
	for (unsigned k = 0; k < 100; k++)
		talk_say();
	ck_assert_uint_eq(s->duplicates, 100);
	ck_assert_uint_eq(s->keys_withheld, 0);
	ck_assert(dials("k63", 2));
}
END_TEST

START_TEST(debts)
{
	static struct tries t;
	struct share_key one = {1, 1}, two = {2, 2};

	t = (struct tries){.secret = 0x1234567};
	tries_charge(&t, one, 10 * SEC, TRIES_MAX - 1);
	ck_assert(tries_allowed(&t, one, 10 * SEC));
	tries_charge(&t, one, 10 * SEC, 1);
	ck_assert(!tries_allowed(&t, one, 11 * SEC - 1));
	ck_assert(tries_allowed(&t, two, 10 * SEC));
	ck_assert(tries_allowed(&t, one, 11 * SEC));
	ck_assert(tries_allowed(&t, one, 1000000 * SEC));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_keys");
	TCase *tc = tcase_create("ike_keys");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, talk_setup, talk_teardown);
	tcase_add_loop_test(tc, landing, 0, 8);
	tcase_add_test(tc, equal_keys_are_one);
	tcase_add_test(tc, wrong_keys_are_charged);
	tcase_add_test(tc, repetitions_cost_nothing);
	tcase_add_test(tc, debts);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
