/*
 * The MTU of the path to a client: what routers say is believed of packets that were sent, of no
 * others; it grows old; and paths that swallow what is too big are found out.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/checksum.h"
#include "engine/net/ipv4.h"
#include "engine/session/objects.h"
#include "tests/support/world.h"

enum { ROUTER = 0x0a090001 };

static struct world *w;
static struct world_client *c;

static void setup(void)
{
	w = world_create(1);
	c = world_client(w, false);
}

static void teardown(void)
{
	world_destroy(w);
}

static struct msg_rec_ipsec_sa shown(void)
{
	struct ipc_msg m = {0};

	ck_assert_uint_eq(world_query(w, "ipsec", &m), 1);
	return m.rec_ipsec_sa;
}

/* A router says that the packet of that SPI and number was too big for its link. */
static void said(uint32_t spi, uint32_t number, uint16_t mtu)
{
	const struct path *path = &w->gw->peers[0]->path;
	uint32_t us = addr_to_v4(&path->local.addr);
	uint8_t ip[100];
	struct wr r = wr_init(ip, sizeof ip);
	size_t len = 8 + IP_HEADER + 8, at;

	ipv4_header(&r, IPPROTO_ICMP, ROUTER, us, 0, 1, len);
	wr_u16(&r, 0x0304);
	wr_u32(&r, 0);
	wr_u16(&r, mtu);
	at = wr_len(&r);
	ipv4_header(&r, IPPROTO_ESP, us, addr_to_v4(&path->remote.addr), 0, 1, 1400);
	wr_patch16(&r, at + 6, IP_DF);
	wr_u32(&r, spi);
	wr_u32(&r, number);
	wr_patch16(&r, IP_HEADER + 2, ip_checksum(ip + IP_HEADER, len));
	gateway_icmp(w->gw, ip, wr_len(&r));
}

static void connected(void)
{
	client_connect(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(shown().mtu, 1500);
	ck_assert_str_eq(shown().df, "copy-df");
}

START_TEST(what_routers_say)
{
	struct msg_rec_ipsec_sa s;

	connected();
	s = shown();
	said(s.spi_out ^ 1, 1, 700); /* not one of ours */
	said(s.spi_out, (uint32_t)s.encaps + 1, 700); /* not yet sent */
	ck_assert_uint_eq(shown().mtu, 1500);
	ck_assert_uint_eq(shown().icmp_refused, 2);
	ck_assert_uint_eq(shown().icmp_heard, 0);
	said(s.spi_out, (uint32_t)s.encaps, 1400);
	ck_assert_uint_eq(shown().mtu, 1400);
	ck_assert_uint_eq(shown().media_mtu, 1500);
	said(s.spi_out, (uint32_t)s.encaps, 1450); /* it does not grow */
	ck_assert_uint_eq(shown().mtu, 1400);
	said(s.spi_out, (uint32_t)s.encaps, 0); /* an old router */
	ck_assert_uint_eq(shown().mtu, 1400 - 256);
	said(s.spi_out, (uint32_t)s.encaps, 68);
	ck_assert_uint_eq(shown().mtu, 256);
	ck_assert_uint_eq(shown().icmp_heard, 4);
	ck_assert_uint_eq(shown().mtu_left, 0);
}
END_TEST

/* Inside hosts are told what fits then, and packets without DF are cut to it. */
START_TEST(users_follow)
{
	struct msg_rec_ipsec_sa s;
	uint32_t client;

	connected();
	s = shown();
	client = addr_to_v4(&c->ip.client);
	said(s.spi_out, (uint32_t)s.encaps, 576);
	world_inside_long(w, client, 1000, true);
	sim_run(&w->sim, SEC);
	ck_assert_uint_lt(w->told_mtu, 576);
	ck_assert_uint_gt(w->told_mtu, 450);
	c->longest = 0;
	world_inside_long(w, client, 1000, false);
	sim_run(&w->sim, SEC);
	ck_assert_uint_le(c->longest, 576);
	ck_assert_uint_gt(c->longest, 500);
	ck_assert_uint_eq(shown().cut, 1);
	ck_assert_uint_eq(shown().pieces, 3);
	ck_assert_uint_eq(shown().too_big, 1);
}
END_TEST

START_TEST(it_grows_old)
{
	struct ipc_msg m = {.type = MSG_CFG_IPSEC};
	struct msg_rec_ipsec_sa s;

	m.cfg_ipsec.seconds = w->config.ipsec.seconds;
	m.cfg_ipsec.kilobytes = w->config.ipsec.kilobytes;
	m.cfg_ipsec.window = w->config.ipsec.window;
	m.cfg_ipsec.aging = 10;
	world_config(w, MSG_CFG_IPSEC, m);
	connected();
	s = shown();
	said(s.spi_out, (uint32_t)s.encaps, 1300);
	ck_assert_uint_eq(shown().mtu, 1300);
	ck_assert_uint_eq(shown().mtu_left, 600);
	sim_run(&w->sim, 599 * SEC);
	ck_assert_uint_eq(shown().mtu, 1300);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_uint_eq(shown().mtu, 1500);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gateway_path");
	TCase *tc = tcase_create("path");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_routers_say);
	tcase_add_test(tc, users_follow);
	tcase_add_test(tc, it_grows_old);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
