/* The pairs of SAs of a peer: the renewal of keys, lifetimes, and numbers for SPIs. */
#include <check.h>
#include <stdlib.h>

#include "engine/dataplane/owner.h"
#include "engine/dataplane/pair.h"
#include "tests/support/dp_client.h"

static struct dp_client f;

/* Two pairs of one peer: accept on both, send on the one in use; removal falls back. */
START_TEST(rekey)
{
	PACKET_HERE(p);
	uint8_t ip[128];
	size_t len = dp_client_make_ip(ip, DP_SERVER, DP_CLIENT, 60);
	struct child first, second;
	uint32_t old;

	dp_client_start(&f, &dp_client_transport_nat);
	first = f.child;
	f.child.spi_in = dp_spi_reserve(f.dp, DP_PEER);
	f.child.spi_out = 0x99999999;
	f.child.enc_in[0] ^= 0x10;
	f.child.cipher = CIPHER_AES128;
	ck_assert(!dp_sa_outbound(f.dp, DP_PEER, &f.child)); /* inbound comes first */
	ck_assert(dp_sa_inbound(f.dp, DP_PEER, &f.path, &f.child, 64));
	ck_assert(!dp_sa_inbound(f.dp, DP_PEER, &f.path, &f.child, 64));
	ck_assert(!dp_peer_use(f.dp, DP_PEER, f.child.spi_in)); /* it cannot send yet */
	ck_assert(dp_sa_outbound(f.dp, DP_PEER, &f.child));
	ck_assert(!dp_sa_outbound(f.dp, DP_PEER, &f.child));
	ck_assert(!dp_peer_use(f.dp, DP_PEER + 1, f.child.spi_in)); /* not his */
	old = first.spi_in;
	f.n = 0;
	dp_tun(f.dp, ip, len);
	second = f.child;
	f.child = first;
	dp_client_keys(&f);
	dp_client_open(&f, &f.seen[0], &p, 1);
	dp_client_ip(&f, DP_TUNNEL, DP_SESSION, DP_CLIENT);
	ck_assert_int_eq(f.seen[1].what, SEEN_TUN);
	f.child = second;
	ck_assert(dp_peer_use(f.dp, DP_PEER, f.child.spi_in));
	dp_client_keys(&f);
	f.n = 0;
	dp_tun(f.dp, ip, len);
	dp_client_open(&f, &f.seen[0], &p, 1);
	ck_assert(dp_sa_remove(f.dp, old));
	ck_assert(!dp_sa_remove(f.dp, old));
	ck_assert(!dp_sa_counters(f.dp, old, NULL, NULL));
	f.n = 0;
	dp_client_ip(&f, DP_TUNNEL, DP_SESSION, DP_CLIENT);
	ck_assert_int_eq(f.seen[0].what, SEEN_TUN);
	/* the last one: nothing can be sent, the session knows it */
	ck_assert(dp_sa_remove(f.dp, f.child.spi_in));
	f.n = 0;
	dp_tun(f.dp, ip, len);
	ck_assert(dp_send_l2tp(f.dp, DP_PEER, 1701, 1701, (const uint8_t *)"\xc8\x02", 2));
	dp_poll(f.dp);
	ck_assert_uint_eq(f.n, 0);
	/* a new pair of the same peer revives the session */
	dp_client_install(&f, DP_PEER, 64);
	dp_client_keys(&f);
	dp_tun(f.dp, ip, len);
	dp_client_open(&f, &f.seen[0], &p, 1);
	dp_client_finish(&f);
}
END_TEST

START_TEST(lifetimes)
{
	struct child child = dp_client_transport_nat;
	uint8_t msg[1000] = "\xc8\x02";
	unsigned soft = 0, hard = 0;

	child.kilobytes = 10;
	dp_client_start(&f, &child);
	for (int i = 0; i < 12; i++) {
		f.n = 0;
		dp_client_udp(&f, 1701, 1701, msg, sizeof msg);
		for (size_t s = 0; s < f.n; s++)
			if (f.seen[s].what == SEEN_EXHAUSTED) {
				ck_assert_uint_eq(f.seen[s].spi, f.child.spi_in);
				/* 9728 and 10240 bytes */
				ck_assert_int_eq(i, f.seen[s].hard ? 10 : 9);
				*(f.seen[s].hard ? &hard : &soft) += 1;
			}
	}
	ck_assert_uint_eq(soft, 1);
	ck_assert_uint_eq(hard, 1);
	dp_client_finish(&f);
}
END_TEST

START_TEST(spi_numbers)
{
	enum { N = 3000 };
	static uint32_t spi[N];
	static bool taken[SA_TABLE];
	struct child child = dp_client_transport_nat;
	uint32_t first, again = 0;

	dp_client_start(&f, &child);
	for (int i = 0; i < N; i++) {
		spi[i] = dp_spi_reserve(f.dp, DP_PEER);
		ck_assert_uint_gt(spi[i], SA_TABLE - 1);
		ck_assert(!taken[spi[i] % SA_TABLE]);
		taken[spi[i] % SA_TABLE] = true;
	}
	for (int i = 0; i < N; i++)
		dp_spi_release(f.dp, spi[i]);
	dp_spi_release(f.dp, spi[0]); /* twice does nothing */
	first = dp_spi_reserve(f.dp, DP_PEER);
	ck_assert(!taken[first % SA_TABLE]); /* reused late */
	for (int i = 0; i < (int)SA_TABLE - 3; i++)
		again |= dp_spi_reserve(f.dp, DP_PEER) == 0;
	ck_assert_uint_eq(again, 0);
	ck_assert_uint_ne(again = dp_spi_reserve(f.dp, DP_PEER), 0);
	ck_assert_uint_eq(dp_spi_reserve(f.dp, DP_PEER), 0); /* full */
	dp_spi_release(f.dp, first);
	again = dp_spi_reserve(f.dp, DP_PEER);
	ck_assert_uint_eq(again % SA_TABLE, first % SA_TABLE);
	ck_assert_uint_ne(again, first);
	/* unreserved, and without authentication */
	child.spi_in = first;
	ck_assert(!dp_sa_inbound(f.dp, DP_PEER, &f.path, &child, 64));
	child.spi_in = again;
	child.auth = HASH_NONE;
	ck_assert(!dp_sa_inbound(f.dp, DP_PEER, &f.path, &child, 64));
	dp_spi_release(f.dp, f.child.spi_in); /* installed: stays */
	ck_assert(dp_sa_counters(f.dp, f.child.spi_in, NULL, NULL));
	dp_client_finish(&f);
}
END_TEST

/* What was cut in transport mode was so behind ESP, in tunnel mode before; all of it adds up. */
START_TEST(what_adds_up)
{
	struct dp_sa sa = {.transport = _i};
	struct dp_totals one, sum = {.cut_after = 0}, none = sum;

	count(&sa.in.packets, 3);
	count(&sa.out.cut, 5);
	one = pair_totals(&sa);
	ck_assert_uint_eq(one.in.packets, 3);
	ck_assert_uint_eq(one.out.cut, 5);
	ck_assert_uint_eq(one.cut_after, _i ? 5 : 0);
	totals_add(&sum, &one);
	totals_add(&sum, &one);
	ck_assert_uint_eq(sum.in.packets, 6);
	ck_assert_uint_eq(sum.out.cut, 10);
	ck_assert_uint_eq(sum.cut_after, _i ? 10 : 0);
	totals_subtract(&sum, &one);
	ck_assert_mem_eq(&sum, &one, sizeof sum);
	totals_subtract(&sum, &one);
	ck_assert_mem_eq(&sum, &none, sizeof sum);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_pairs");
	TCase *tc = tcase_create("dataplane_pairs");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, rekey);
	tcase_add_test(tc, lifetimes);
	tcase_add_test(tc, spi_numbers);
	tcase_add_loop_test(tc, what_adds_up, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
