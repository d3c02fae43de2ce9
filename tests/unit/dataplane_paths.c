/* Where a client is: what arrives on port 4500, a NAT that moves him, and what moves nobody. */
#include <check.h>
#include <stdlib.h>

#include "tests/support/dp_client.h"

static struct dp_client f;

START_TEST(port_4500)
{
	dp_client_start(&f, &dp_client_transport_nat);
	dp_input(f.dp, &f.path, true, (const uint8_t *)"\xff", 1);
	dp_input(f.dp, &f.path, true, (const uint8_t *)"\xff\xff", 2);
	dp_input(f.dp, &f.path, true, (const uint8_t *)"", 0);
	dp_input(f.dp, &f.path, true, (const uint8_t *)"\0\0\0\0ISAKMP", 10);
	dp_input(f.dp, &f.path, true, (const uint8_t *)"\1\2\3\4ISAKMP", 10);
	dp_input(f.dp, &f.path, false, (const uint8_t *)"\1\2\3", 3);
	ck_assert_uint_eq(f.n, 0); /* nothing before dp_poll() */
	dp_poll(f.dp);
	ck_assert_uint_eq(f.n, 1);
	ck_assert_int_eq(f.seen[0].what, SEEN_IKE);
	ck_assert_uint_eq(f.seen[0].len, 6);
	ck_assert_mem_eq(f.seen[0].bytes, "ISAKMP", 6);
	ck_assert(path_equal(&f.seen[0].path, &f.path));
	ck_assert_uint_eq(dp_client_stats(&f).nat_keepalives, 1);
	ck_assert_uint_eq(dp_client_stats(&f).short_esp, 3);
	ck_assert_uint_eq(dp_client_stats(&f).unknown_spi, 1);
	dp_poll(f.dp);
	ck_assert_uint_eq(f.refused[DP_REFUSED_SPI], 1);
	dp_client_finish(&f);
}
END_TEST

START_TEST(nat_rebinding)
{
	static const char hi[] = "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi";
	struct path elsewhere;
	PACKET_HERE(p);
	uint8_t ip[2048];
	size_t len = dp_client_make_ip(ip, DP_SERVER, DP_CLIENT, 60);

	dp_client_start(&f, &dp_client_transport_nat);
	elsewhere = f.path;
	elsewhere.remote.port = 50000;
	packet_fill(&p, hi, 12);
	dp_client_submit(&f, &p, 10, ESP_NEXT_UDP, &f.path);
	/* an older number from elsewhere: authentic, but no news of where the client is */
	packet_fill(&p, hi, 12);
	dp_client_submit(&f, &p, 9, ESP_NEXT_UDP, &elsewhere);
	f.n = 0;
	dp_tun(f.dp, ip, len);
	ck_assert(path_equal(&f.seen[0].path, &f.path));
	/* a newer one */
	packet_fill(&p, hi, 12);
	f.n = 0;
	dp_client_submit(&f, &p, 11, ESP_NEXT_UDP, &elsewhere);
	ck_assert_uint_eq(f.n, 2);
	ck_assert_int_eq(f.seen[0].what, SEEN_MOVED);
	ck_assert_uint_eq(f.seen[0].spi, f.child.spi_in);
	ck_assert(path_equal(&f.seen[0].path, &elsewhere));
	f.n = 0;
	dp_tun(f.dp, ip, len);
	ck_assert(path_equal(&f.seen[0].path, &elsewhere));
	/* a new SA pair, ordered before control heard of it, does not put him back */
	dp_client_install(&f, DP_PEER, 64);
	f.n = 0;
	dp_tun(f.dp, ip, len);
	ck_assert(path_equal(&f.seen[0].path, &elsewhere));
	f.n = 0;
	dp_tun(f.dp, ip, len);
	/* control may move him as well */
	ck_assert(dp_peer_move(f.dp, DP_PEER, &f.path));
	dp_tun(f.dp, ip, len);
	ck_assert(path_equal(&f.seen[1].path, &f.path));
	dp_client_finish(&f);
}
END_TEST

/* Without UDP encapsulation the outer address is not followed. */
START_TEST(plain_esp_stays)
{
	struct child child = dp_client_transport_nat;
	struct path elsewhere;
	PACKET_HERE(p);

	child.udp_encap = false;
	dp_client_start(&f, &child);
	elsewhere = f.path;
	elsewhere.remote.addr = addr_v4(0x01020304);
	packet_fill(&p, "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi", 12);
	dp_client_submit(&f, &p, 1, ESP_NEXT_UDP, &elsewhere);
	ck_assert_uint_eq(f.n, 2);
	f.n = 0;
	ck_assert(dp_send_l2tp(f.dp, DP_PEER, 1701, 1701, (const uint8_t *)"\xc8\x02", 2));
	ck_assert_uint_eq(f.n, 1);
	ck_assert(!f.seen[0].udp);
	ck_assert(path_equal(&f.seen[0].path, &f.path));
	dp_client_finish(&f);
}
END_TEST

/* Only ESP in UDP tells of a NAT: the same packet without it, on a pair that has UDP, is taken and
 * moves nobody; nor does one in UDP on a pair that has none. */
START_TEST(followed_in_udp_only)
{
	struct child child = dp_client_transport_nat;
	struct path elsewhere;
	uint8_t iv[16] = {1};
	struct esp_job job;
	PACKET_HERE(p);

	child.udp_encap = _i;
	dp_client_start(&f, &child);
	elsewhere = f.path;
	elsewhere.remote.addr = addr_v4(0x01020304);
	packet_fill(&p, "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi", 12);
	ck_assert(
	    esp_seal(&p, f.send, &(struct esp_header){f.child.spi_in, 1}, iv, ESP_NEXT_UDP, &job));
	crypt_run(f.crypt, &job, 1, true);
	dp_input(f.dp, &elsewhere, !_i, p.data, p.len);
	dp_poll(f.dp);
	ck_assert_uint_eq(f.n, 2);
	ck_assert_int_eq(f.seen[0].what, SEEN_CONFIRMED);
	ck_assert_int_eq(f.seen[1].what, SEEN_L2TP);
	dp_client_finish(&f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_paths");
	TCase *tc = tcase_create("dataplane_paths");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, port_4500);
	tcase_add_test(tc, nat_rebinding);
	tcase_add_test(tc, plain_esp_stays);
	tcase_add_loop_test(tc, followed_in_udp_only, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
