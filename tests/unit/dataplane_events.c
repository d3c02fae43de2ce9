/* How much the control side is told: the ring of events when nobody fetches, and a peer's rate. */
#include <check.h>
#include <stdlib.h>

#include "tests/support/dp_client.h"

static struct dp_client f;

/* How many of these get into the ring, of a thousand. */
static uint64_t ike_fits(const uint8_t *msg, size_t len)
{
	uint64_t before = dp_client_stats(&f).ike_full;

	for (int i = 0; i < 1000; i++)
		dp_input(f.dp, &f.path, true, msg, len);
	return 1000 - (dp_client_stats(&f).ike_full - before);
}

static void fetch_nothing(void)
{
	dp_destroy(f.dp); /* with events that were never fetched */
	crypt_key_destroy(f.send);
	crypt_key_destroy(f.receive);
	crypt_destroy(f.crypt);
	sim_fini(&f.sim);
}

/* IKE that nobody fetches fills half the ring, its first messages a quarter: what peers say, and
 * state, still has room. */
START_TEST(full_ring)
{
	static const uint8_t first[3004];
	static uint8_t more[3004];
	const uint8_t control[] = {0xc8, 2, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0};
	uint64_t begins, others;

	more[4 + 8] = 1; /* our cookie */
	dp_client_start(&f, &dp_client_transport_nat);
	begins = ike_fits(first, sizeof first);
	ck_assert_uint_gt(begins, 70);
	ck_assert_uint_lt(begins, 90);
	others = ike_fits(more, sizeof more);
	ck_assert_uint_gt(others, 70);
	ck_assert_uint_lt(begins + others, 176);
	ck_assert_uint_eq(ike_fits(first, sizeof first), 0);
	ck_assert_uint_eq(ike_fits(more, sizeof more), 0);
	ck_assert_uint_eq(dp_client_stats(&f).ring_full, 0);
	dp_client_udp(&f, 1701, 1701, control, sizeof control);
	ck_assert_uint_eq(dp_client_stats(&f).ring_full, 0);
	dp_poll(f.dp);
	ck_assert_int_eq(f.seen[f.n - 1].what, SEEN_L2TP);
	fetch_nothing();
}
END_TEST

/* One peer says to the control side as much as any L2TP ever does, in any span of time. */
START_TEST(a_peer_has_a_rate)
{
	const uint8_t control[] = {0xc8, 2, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0};

	dp_client_start(&f, &dp_client_transport_nat);
	for (int i = 0; i < 200; i++)
		dp_client_udp(&f, 1701, 1701, control, sizeof control);
	ck_assert_uint_eq(dp_client_stats(&f).too_fast, 200 - 64);
	ck_assert_uint_eq(f.n, 64 + 1); /* confirmed, besides */
	sim_run(&f.sim, 10 * MSEC - 1);
	dp_client_udp(&f, 1701, 1701, control, sizeof control);
	ck_assert_uint_eq(dp_client_stats(&f).too_fast, 200 - 64 + 1);
	sim_run(&f.sim, 1);
	for (int i = 0; i < 65; i++)
		dp_client_udp(&f, 1701, 1701, control, sizeof control);
	ck_assert_uint_eq(dp_client_stats(&f).too_fast, 200 - 64 + 2);
	ck_assert_uint_eq(f.n, 2 * 64 + 1);
	fetch_nothing();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_events");
	TCase *tc = tcase_create("dataplane_events");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, full_ring);
	tcase_add_test(tc, a_peer_has_a_rate);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
