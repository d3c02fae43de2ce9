/*
 * User data through the packet path in the caller's thread, against a client made of the ESP codec
 * alone: headers that it may have, its sizes, and what the control side takes out of it.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/control.h"
#include "engine/dataplane/ip.h"
#include "engine/dataplane/outbound.h"
#include "tests/support/dp_client.h"

static struct dp_client f;

START_TEST(user_traffic_both_ways)
{
	struct dp_session_counters c;
	struct dp_sa_counters in, out;
	PACKET_HERE(p);
	uint8_t ip[2048];
	size_t len = dp_client_make_ip(ip, DP_SERVER, DP_CLIENT, 333);

	dp_client_start(&f, &dp_client_transport_nat);
	dp_client_ip(&f, DP_TUNNEL, DP_SESSION, DP_CLIENT);
	ck_assert_uint_eq(f.n, 2);
	ck_assert_int_eq(f.seen[0].what, SEEN_TUN);
	ck_assert_uint_eq(f.seen[0].len, 100);
	ck_assert_int_eq(f.seen[1].what, SEEN_CONFIRMED);
	ck_assert_uint_eq(f.seen[1].spi, f.child.spi_in);
	dp_client_ip(&f, DP_TUNNEL, DP_SESSION, DP_CLIENT);
	ck_assert_uint_eq(f.n, 3); /* confirmed once only */

	f.n = 0;
	ip[1] = 0xb8; /* DSCP EF, ECN 0 */
	dp_tun(f.dp, ip, len);
	ck_assert_uint_eq(f.n, 1);
	ck_assert(f.seen[0].udp);
	ck_assert(path_equal(&f.seen[0].path, &f.path));
	dp_client_open(&f, &f.seen[0], &p, 1);
	ck_assert_uint_eq(p.len, 8 + 8 + 4 + len);
	ck_assert_mem_eq(p.data, "\x06\xa5\x06\xa5\x01\x61\x00\x00", 8);
	ck_assert_mem_eq(p.data + 8, "\x40\x02\x01\x59\x00\x01\x00\x02", 8);
	ck_assert_mem_eq(p.data + 16, "\xff\x03\x00\x21", 4);
	ck_assert_mem_eq(p.data + 20, ip, len);

	ck_assert(dp_session_counters(f.dp, DP_SESSION, &c));
	ck_assert_uint_eq(c.packets_in, 2);
	ck_assert_uint_eq(c.bytes_in, 200);
	ck_assert_uint_eq(c.packets_out, 1);
	ck_assert_uint_eq(c.bytes_out, 333);
	ck_assert_uint_eq(c.last_out, f.sim.now);
	ck_assert(dp_sa_counters(f.dp, f.child.spi_in, &in, &out));
	ck_assert_uint_eq(in.packets, 2);
	ck_assert_uint_eq(in.bytes, 2 * (8 + 6 + 4 + 100));
	ck_assert_uint_eq(in.bitmap, 3);
	ck_assert_uint_eq(in.sequence, 2);
	ck_assert_uint_eq(in.errors, 0);
	ck_assert_uint_eq(out.packets, 1);
	ck_assert_uint_eq(out.bytes, 353);
	ck_assert_uint_eq(out.bitmap, 1);
	ck_assert_uint_eq(dp_client_stats(&f).rx_packets, 2);
	ck_assert_uint_eq(dp_client_stats(&f).tx_packets, 1);
	dp_client_finish(&f);
}
END_TEST

/* L2TP and PPP headers that a data message may have, and where each goes. */
START_TEST(data_headers)
{
	static const struct {
		const char *name, *head;
		size_t len;
		int what; /* -1: dropped */
	} row[] = {
	    {"plain", "\x00\x02\x00\x64\x00\xc8\xff\x03\x00\x21", 10, SEEN_TUN},
	    {"length", "\x40\x02\x00\x70\x00\x64\x00\xc8\xff\x03\x00\x21", 12, SEEN_TUN},
	    {"sequence", "\x08\x02\x00\x64\x00\xc8\x00\x01\x00\x02\xff\x03\x00\x21", 14, SEEN_TUN},
	    {"offset", "\x02\x02\x00\x64\x00\xc8\x00\x03xyz\xff\x03\x00\x21", 15, SEEN_TUN},
	    {"priority", "\x01\x02\x00\x64\x00\xc8\xff\x03\x00\x21", 10, SEEN_TUN},
	    {"no address field", "\x00\x02\x00\x64\x00\xc8\x00\x21", 8, SEEN_TUN},
	    {"one byte protocol", "\x00\x02\x00\x64\x00\xc8\xff\x03\x21", 9, SEEN_TUN},
	    {"both compressed", "\x00\x02\x00\x64\x00\xc8\x21", 7, SEEN_TUN},
	    {"LCP", "\x00\x02\x00\x64\x00\xc8\xff\x03\xc0\x21", 10, SEEN_L2TP},
	    {"IPCP, no address field", "\x00\x02\x00\x64\x00\xc8\x80\x21", 8, SEEN_L2TP},
	    {"control message", "\xc8\x02\x00\x70\x00\x64\x00\xc8\x00\x00\x00\x00", 12, SEEN_L2TP},
	    {"LCP of a session that is not yet known", "\x00\x02\x00\x64\x01\x00\xff\x03\xc0\x21",
		10, SEEN_L2TP},
	    {"IP of a session that is not known", "\x00\x02\x00\x64\x01\x00\xff\x03\x00\x21", 10,
		-1},
	    /* The first of an SA is told: it may be another client's (session/join.h). */
	    {"another tunnel's id", "\x00\x02\x00\x65\x00\xc8\xff\x03\x00\x21", 10,
		SEEN_L2TP},
	    {"another tunnel's id again", "\x00\x02\x00\x65\x00\xc8\xff\x03\x00\x21", 10,
		-1},
	    {"length too long", "\x40\x02\x01\x00\x00\x64\x00\xc8\xff\x03\x00\x21", 12, SEEN_L2TP},
	    {"length cuts the packet", "\x40\x02\x00\x20\x00\x64\x00\xc8\xff\x03\x00\x21", 12, -1},
	    {"offset leads outside", "\x02\x02\x00\x64\x00\xc8\x7f\x03\xff\x03\x00\x21", 12,
		SEEN_L2TP},
	    {"L2TPv3", "\x00\x03\x00\x64\x00\xc8\xff\x03\x00\x21", 10, SEEN_L2TP},
	};
	uint8_t msg[256], ip[128];
	size_t len = dp_client_make_ip(ip, DP_CLIENT, DP_SERVER, 100);

	dp_client_start(&f, &dp_client_transport_nat);
	dp_client_ip(&f, DP_TUNNEL, DP_SESSION, DP_CLIENT);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		memcpy(msg, row[i].head, row[i].len);
		memcpy(msg + row[i].len, ip, len);
		f.n = 0;
		dp_client_udp(&f, 1701, 1701, msg, row[i].len + len);
		ck_assert_msg(f.n == (row[i].what >= 0), "%s: %zu things", row[i].name, f.n);
		if (row[i].what < 0)
			continue;
		ck_assert_msg((int)f.seen[0].what == row[i].what, "%s", row[i].name);
		if (row[i].what == SEEN_TUN) {
			ck_assert_mem_eq(f.seen[0].bytes, ip, len);
			ck_assert_uint_eq(f.seen[0].len, len);
		} else {
			ck_assert_mem_eq(f.seen[0].bytes, msg, row[i].len + len);
			ck_assert_uint_eq(f.seen[0].len, row[i].len + len);
			ck_assert_uint_eq(f.seen[0].spi, f.child.spi_in);
			ck_assert_uint_eq(f.seen[0].local_port, 1701);
			ck_assert_uint_eq(f.seen[0].remote_port, 1701);
		}
	}
	/* every truncation of a good message */
	for (size_t cut = 0; cut < 10 + len; cut++) {
		memcpy(msg, row[0].head, 10);
		memcpy(msg + 10, ip, len);
		f.n = 0;
		dp_client_udp(&f, 1701, 1701, msg, cut);
		ck_assert(f.n == 0 || f.seen[0].what == SEEN_L2TP);
	}
	dp_client_finish(&f);
}
END_TEST

/* DHCP goes to the control side only of an open session that wants it, whole, and to that port. */
START_TEST(dhcp_intercepted)
{
	static const struct {
		bool open, intercept;
		uint8_t protocol, fragment;
		uint16_t port;
		int what; /* -1: dropped */
	} row[] = {
	    {true, true, IPPROTO_UDP, 0, 67, SEEN_L2TP},
	    {true, false, IPPROTO_UDP, 0, 67, SEEN_TUN},
	    {false, true, IPPROTO_UDP, 0, 67, -1},
	    {true, true, IPPROTO_TCP, 0, 67, SEEN_TUN},
	    {true, true, IPPROTO_UDP, 1, 67, SEEN_TUN},
	    {true, true, IPPROTO_UDP, 0, 68, SEEN_TUN},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct dp_session s = dp_client_session();
		uint8_t ip[128], msg[256];
		struct wr w = wr_init(ip, sizeof ip);
		struct dp_session_counters c;
		size_t len;

		dp_client_start(&f, &dp_client_transport_nat);
		s.open = row[i].open;
		s.intercept_dhcp = row[i].intercept;
		ck_assert(dp_session_change(f.dp, &s));
		ipv4_header(&w, row[i].protocol, DP_CLIENT, DP_SERVER, 0, 1, 12);
		wr_u16(&w, 68);
		wr_u16(&w, row[i].port);
		wr_u32(&w, 0);
		wr_u32(&w, 0);
		ip[7] = row[i].fragment;
		len = dp_client_make_data(
		    msg, sizeof msg, DP_TUNNEL, DP_SESSION, "\xff\x03\x00\x21", 4, ip, wr_len(&w));
		dp_client_udp(&f, 1701, 1701, msg, len);
		ck_assert_uint_eq(f.n, row[i].what < 0 ? 1 : 2); /* confirmed, besides */
		ck_assert(dp_session_counters(f.dp, DP_SESSION, &c));
		ck_assert_uint_eq(c.drop_in, row[i].what < 0);
		ck_assert_uint_eq(c.packets_in, row[i].what == SEEN_TUN);
		if (row[i].what < 0)
			ck_assert_uint_eq(dp_client_stats(&f).not_for_session, 1);
		else
			ck_assert((int)f.seen[0].what == row[i].what ||
				  (int)f.seen[1].what == row[i].what);
		dp_client_finish(&f);
	}
}
END_TEST

START_TEST(sizes)
{
	struct dp_session_counters c;
	PACKET_HERE(p);
	uint8_t ip[2048];
	struct ipv4 h;
	size_t payload = 0;

	dp_client_start(&f, &dp_client_transport_nat);
	dp_tun(f.dp, ip, dp_client_make_ip(ip, DP_SERVER, DP_CLIENT, 1400));
	ck_assert_uint_eq(f.n, 1);
	/* one byte more, DF: told so */
	f.n = 0;
	dp_client_make_ip(ip, DP_SERVER, DP_CLIENT, 1401);
	ip[6] = 0x40;
	dp_tun(f.dp, ip, 1401);
	ck_assert_uint_eq(f.n, 1);
	ck_assert_int_eq(f.seen[0].what, SEEN_TUN);
	ck_assert(ipv4_parse(f.seen[0].bytes, f.seen[0].len, &h));
	ck_assert_uint_eq(h.dst, DP_SERVER);
	ck_assert_uint_eq(h.protocol, IPPROTO_ICMP);
	ck_assert(dp_session_counters(f.dp, DP_SESSION, &c));
	ck_assert_uint_eq(c.drop_out, 1);
	/* of those that came as one only the first */
	f.n = 0;
	packet_fill(outbound_place(f.dp->worker[0]), ip, 1401);
	outbound_place(f.dp->worker[0])->follows = true;
	outbound_tun(f.dp->worker[0]);
	ck_assert_uint_eq(f.n, 0);
	ck_assert(dp_session_counters(f.dp, DP_SESSION, &c));
	ck_assert_uint_eq(c.drop_out, 2);
	/* without DF: in pieces */
	f.n = 0;
	dp_tun(f.dp, ip, dp_client_make_ip(ip, DP_SERVER, DP_CLIENT, 2000));
	ck_assert_uint_eq(f.n, 2);
	for (uint32_t i = 0; i < 2; i++) {
		dp_client_open(&f, &f.seen[i], &p, 2 + i);
		ck_assert(packet_pull(&p, 8 + 8 + 4));
		ck_assert(ipv4_parse(p.data, p.len, &h));
		ck_assert_uint_le(h.total, 1400);
		ck_assert_mem_eq(p.data + 20, ip + 20 + payload, h.total - 20u);
		payload += h.total - 20u;
	}
	ck_assert_uint_eq(payload, 1980);
	/* no client, no IPv4 */
	f.n = 0;
	dp_tun(f.dp, ip, dp_client_make_ip(ip, DP_SERVER, DP_CLIENT + 9, 100));
	dp_tun(f.dp, (const uint8_t *)"\x60 IPv6 is not spoken here", 24);
	ck_assert_uint_eq(f.n, 0);
	ck_assert_uint_eq(dp_client_stats(&f).no_client, 2);
	dp_client_finish(&f);
}
END_TEST

START_TEST(compressed_ppp_and_mss)
{
	static const uint8_t syn[24] = {
	    [12] = 0x60, [13] = 2, [20] = 2, [21] = 4, [22] = 5, [23] = 0xb4};
	struct dp_session s = dp_client_session();
	PACKET_HERE(p);
	uint8_t ip[128], msg[256];
	struct wr w = wr_init(ip, sizeof ip);
	size_t len;

	dp_client_start(&f, &dp_client_transport_nat);
	s.pfc = s.acfc = true;
	ck_assert(dp_session_add(f.dp, &s)); /* replaces the first one */
	ipv4_header(&w, IPPROTO_TCP, DP_SERVER, DP_CLIENT, 0, 1, sizeof syn);
	wr_bytes(&w, syn, sizeof syn);
	dp_tun(f.dp, ip, wr_len(&w));
	dp_client_open(&f, &f.seen[0], &p, 1);
	ck_assert_uint_eq(p.len, 8 + 8 + 1 + wr_len(&w));
	ck_assert_uint_eq(p.data[16], 0x21);
	ck_assert_mem_eq(p.data + 17 + 20 + 20, "\x02\x04\x05\x50", 4); /* 1360 */
	/* and on its way in */
	w = wr_init(ip, sizeof ip);
	ipv4_header(&w, IPPROTO_TCP, DP_CLIENT, DP_SERVER, 0, 1, sizeof syn);
	wr_bytes(&w, syn, sizeof syn);
	len = dp_client_make_data(
	    msg, sizeof msg, DP_TUNNEL, DP_SESSION, "\x21", 1, ip, wr_len(&w));
	f.n = 0;
	dp_client_udp(&f, 1701, 1701, msg, len);
	ck_assert_int_eq(f.seen[0].what, SEEN_TUN);
	ck_assert_mem_eq(f.seen[0].bytes + 40, "\x02\x04\x05\x50", 4);
	dp_client_finish(&f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_inline");
	TCase *tc = tcase_create("dataplane_inline");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, user_traffic_both_ways);
	tcase_add_test(tc, data_headers);
	tcase_add_test(tc, dhcp_intercepted);
	tcase_add_test(tc, sizes);
	tcase_add_test(tc, compressed_ppp_and_mss);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
