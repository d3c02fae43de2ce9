/*
 * Whom the packet path lets in: replays, forgeries, what the selectors do not allow, addresses and
 * sessions of others, and where each is counted.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "engine/dataplane/ip.h"
#include "tests/support/dp_client.h"

static struct dp_client f;

START_TEST(replays_and_forgeries)
{
	PACKET_HERE(p);
	PACKET_HERE(copy);
	uint8_t msg[] = "\xc8\x02 a control message";
	size_t len;

	dp_client_start(&f, &dp_client_transport_nat);
	dp_client_udp(&f, 1701, 1701, msg, sizeof msg);
	ck_assert_uint_eq(f.n, 2);
	f.n = 0;
	/* the same number again, in another packet */
	packet_fill(&p, "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi", 12);
	packet_fill(&copy, p.data, p.len);
	dp_client_submit(&f, &copy, 1, ESP_NEXT_UDP, &f.path);
	ck_assert_uint_eq(dp_client_counters(&f).replay_failed, 1);
	/* a forged one with a new number must not move the window */
	{
		uint8_t iv[16] = {0};
		struct esp_header h = {f.child.spi_in, 5000};
		struct esp_job job;

		ck_assert(esp_seal(&p, f.send, &h, iv, ESP_NEXT_UDP, &job));
		crypt_run(f.crypt, &job, 1, true);
		p.data[p.len - 1] ^= 1;
		dp_input(f.dp, &f.path, true, p.data, p.len);
		ck_assert_uint_eq(dp_client_counters(&f).auth_failed, 1);
		p.data[p.len - 1] ^= 1;
		p.data[6] ^= 1; /* sequence number */
		dp_input(f.dp, &f.path, true, p.data, p.len);
		ck_assert_uint_eq(dp_client_counters(&f).auth_failed, 2);
		p.data[6] ^= 1;
		len = p.len;
		for (size_t cut = 1; cut < len; cut++)
			dp_input(f.dp, &f.path, true, p.data, cut);
	}
	ck_assert_uint_eq(dp_client_counters(&f).sequence, 1);
	ck_assert_uint_eq(dp_client_counters(&f).packets, 1);
	dp_poll(f.dp);
	ck_assert_uint_eq(f.n, 0);
	ck_assert_uint_eq(f.refused[DP_REFUSED_REPLAY], 1);
	ck_assert_uint_eq(f.refused[DP_REFUSED_AUTH], 3);
	for (int i = 0; i < 100; i++) /* ten are told in a second */
		dp_input(f.dp, &f.path, false, (const uint8_t *)"\1\2\3\4\0\0\0\1", 8);
	dp_poll(f.dp);
	ck_assert_uint_eq(f.refused[DP_REFUSED_SPI], 10 - 4);
	ck_assert_uint_eq(
	    dp_client_counters(&f).policy_failed, 0); /* nothing of them was looked into */
	dp_client_udp(&f, 1701, 1701, msg, sizeof msg);
	ck_assert_uint_eq(f.n, 1);
	ck_assert_uint_eq(dp_client_counters(&f).errors, dp_client_counters(&f).replay_failed +
							     dp_client_counters(&f).auth_failed +
							     dp_client_counters(&f).malformed);
	dp_client_finish(&f);
}
END_TEST

START_TEST(policy)
{
	static const struct {
		uint16_t client, server; /* selectors' ports, 0 = any */
		uint16_t from, to;
		bool passes;
	} row[] = {
	    {1701, 1701, 1701, 1701, true},
	    {1701, 1701, 1702, 1701, false},
	    {1701, 1701, 1701, 1702, false},
	    {0, 1701, 61000, 1701, true},
	    {0, 0, 61000, 1701, true},
	    {0, 0, 1701, 53, false},
	    {61000, 0, 61000, 1701, true},
	    {61000, 0, 61001, 1701, false},
	};
	uint64_t failed = 0;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct child child = dp_client_transport_nat;

		child.remote.port = row[i].client;
		child.local.port = row[i].server;
		dp_client_start(&f, &child);
		dp_client_udp(&f, row[i].from, row[i].to, "\xc8\x02hello", 7);
		ck_assert_int_eq(f.n > 0 && f.seen[f.n - 1].what == SEEN_L2TP, row[i].passes);
		ck_assert_uint_eq(dp_client_counters(&f).policy_failed, !row[i].passes);
		if (row[i].passes) {
			ck_assert_uint_eq(f.seen[f.n - 1].remote_port, row[i].from);
			ck_assert_uint_eq(f.seen[f.n - 1].local_port, row[i].to);
		}
		dp_client_finish(&f);
	}
	/* what is not UDP, and UDP lengths that lie */
	dp_client_start(&f, &dp_client_transport_nat);
	for (int i = 0; i < 4; i++) {
		static const uint8_t next[] = {6, 4, 17, 17};
		static const char *const udp[] = {"\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi",
		    "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi",
		    "\x06\xa5\x06\xa5\x00\x0d\x00\x00\xc8\x02hi",
		    "\x06\xa5\x06\xa5\x00\x07\x00\x00\xc8\x02hi"};
		PACKET_HERE(p);

		packet_fill(&p, udp[i], 12);
		dp_client_submit(&f, &p, ++f.sequence, next[i], &f.path);
		ck_assert_uint_eq(dp_client_counters(&f).policy_failed, ++failed);
	}
	/* dummy packets are no offence (RFC 4303 2.6) */
	{
		PACKET_HERE(p);

		packet_fill(&p, "nothing", 7);
		dp_client_submit(&f, &p, ++f.sequence, ESP_NEXT_NONE, &f.path);
	}
	ck_assert_uint_eq(dp_client_counters(&f).policy_failed, failed);
	ck_assert_uint_eq(f.n, 1); /* confirmed */
	dp_client_finish(&f);
}
END_TEST

/* What tunnel mode carries is held to the selectors, part by part (RFC 4301 5.2). */
START_TEST(tunnel_policy)
{
	static const struct {
		uint32_t src, dst;
		uint8_t protocol;
		uint16_t fragment;
		bool passes;
	} row[] = {
	    {0xc0a86405, 0xac100102, IPPROTO_UDP, 0, true},
	    {0xc0a864ff, 0xac100102, IPPROTO_UDP, 0, true}, /* the client's is a network */
	    {0xc0a86505, 0xac100102, IPPROTO_UDP, 0, false},
	    {0xc0a86405, 0xac100103, IPPROTO_UDP, 0, false},
	    {0xc0a86405, 0xac100102, IPPROTO_TCP, 0, false},
	    {0xc0a86405, 0xac100102, IPPROTO_UDP, 0x2000, false},
	    {0xc0a86405, 0xac100102, IPPROTO_UDP, 1, false},
	    {0xc0a86405, 0xac100102, IPPROTO_UDP, 0x4000, true}, /* don't fragment */
	};
	struct child child = dp_client_transport_nat;
	uint64_t failed = 0;

	child.transport = false;
	child.local.addr = addr_v4(0xac100102);
	child.remote.addr = addr_v4(0xc0a86400);
	child.local.mask = addr_v4(0xffffffff);
	child.remote.mask = addr_v4(0xffffff00);
	dp_client_start(&f, &child);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		PACKET_HERE(p);
		struct wr w;

		packet_fill(&p, "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi", 12);
		w = packet_push_wr(&p, IP_HEADER);
		ipv4_header(&w, row[i].protocol, row[i].src, row[i].dst, 0, 1, 12);
		p.data[6] = (uint8_t)(row[i].fragment >> 8);
		p.data[7] = (uint8_t)row[i].fragment;
		dp_client_submit(&f, &p, ++f.sequence, ESP_NEXT_IPV4, &f.path);
		failed += !row[i].passes;
		ck_assert_msg(dp_client_counters(&f).policy_failed == failed, "row %zu", i);
	}
	dp_client_finish(&f);
}
END_TEST

START_TEST(tunnel_mode)
{
	struct child child = dp_client_transport_nat;
	PACKET_HERE(p);
	struct wr w;
	struct ipv4 ip;

	child.transport = false;
	child.cipher = CIPHER_AES256;
	child.auth = HASH_SHA256;
	child.local.addr = addr_v4(0xac100102);
	child.remote.addr = addr_v4(0xc0a86405);
	child.local.mask = child.remote.mask = addr_v4(0xffffffff);
	dp_client_start(&f, &child);
	for (uint32_t off = 0; off < 2; off++) {
		packet_fill(&p, "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi", 12);
		w = packet_push_wr(&p, IP_HEADER);
		ipv4_header(&w, IPPROTO_UDP, 0xc0a86405 + off, 0xac100102, 0, 1, 12);
		dp_client_submit(&f, &p, ++f.sequence, ESP_NEXT_IPV4, &f.path);
	}
	ck_assert_uint_eq(dp_client_counters(&f).policy_failed, 1); /* the second one's source */
	ck_assert_uint_eq(f.n, 2);
	ck_assert_mem_eq(f.seen[1].bytes, "\xc8\x02hi", 4);
	f.n = 0;
	ck_assert(dp_send_l2tp(f.dp, DP_PEER, 1701, 1701, (const uint8_t *)"\xc8\x02yo", 4));
	dp_client_open(&f, &f.seen[0], &p, 1);
	ck_assert(ipv4_parse(p.data, p.len, &ip));
	ck_assert_uint_eq(ip.src, 0xac100102);
	ck_assert_uint_eq(ip.dst, 0xc0a86405);
	ck_assert_uint_eq(ip.total, 32);
	ck_assert_mem_eq(p.data + 28, "\xc8\x02yo", 4);
	dp_client_finish(&f);
}
END_TEST

START_TEST(spoofed_source)
{
	struct dp_session_counters c;

	dp_client_start(&f, &dp_client_transport_nat);
	dp_client_ip(&f, DP_TUNNEL, DP_SESSION, DP_CLIENT + 1);
	dp_client_ip(&f, DP_TUNNEL, DP_SESSION, DP_SERVER);
	ck_assert_uint_eq(f.n, 1);
	ck_assert_int_eq(f.seen[0].what, SEEN_CONFIRMED);
	ck_assert_uint_eq(dp_client_stats(&f).bad_source, 2);
	ck_assert(dp_session_counters(f.dp, DP_SESSION, &c));
	ck_assert_uint_eq(c.drop_in, 2);
	ck_assert_uint_eq(c.packets_in, 0);
	dp_client_finish(&f);
}
END_TEST

/* A second peer with an SA of its own may not speak in the first one's session; the control side
 * hears of his users' packets once a second, and of all else. */
START_TEST(foreign_session)
{
	dp_client_start(&f, &dp_client_transport_nat);
	dp_client_install(&f, DP_PEER + 1, 64);
	dp_client_keys(&f);
	dp_client_ip(&f, DP_TUNNEL, DP_SESSION, DP_CLIENT);
	dp_client_ip(&f, DP_TUNNEL, DP_SESSION, DP_CLIENT);
	ck_assert_uint_eq(dp_client_stats(&f).not_for_session, 2);
	ck_assert_uint_eq(f.n, 2);
	ck_assert_int_eq(f.seen[0].what, SEEN_CONFIRMED);
	ck_assert_int_eq(f.seen[1].what, SEEN_L2TP);
	/* LCP in it */
	dp_client_udp(&f, 1701, 1701, "\x00\x02\x00\x64\x00\xc8\xff\x03\xc0\x21zz", 12);
	ck_assert_uint_eq(dp_client_stats(&f).not_for_session, 3);
	ck_assert_uint_eq(f.n, 3);
	ck_assert_int_eq(f.seen[2].what, SEEN_L2TP);
	dp_client_finish(&f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_policy");
	TCase *tc = tcase_create("dataplane_policy");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, replays_and_forgeries);
	tcase_add_test(tc, policy);
	tcase_add_test(tc, tunnel_policy);
	tcase_add_test(tc, tunnel_mode);
	tcase_add_test(tc, spoofed_source);
	tcase_add_test(tc, foreign_session);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
