/* What a lease is read of: options wherever they stand, times that make no sense, masks that are
 * missing; and what a client says of it. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dhcp/client.h"
#include "engine/dhcp/say.h"
#include "tests/support/env_sim.h"

static struct dhcp_message m;
static uint8_t buf[DHCP_MESSAGE_MAX + 16];
static struct wr w;

static struct addr a(const char *text)
{
	struct addr r;

	ck_assert(addr_parse(text, &r));
	return r;
}

static void begin(const char *yiaddr)
{
	struct dhcp_head h = {.op = DHCP_REPLY_OP, .yiaddr = a(yiaddr)};

	w = wr_init(buf, sizeof buf);
	dhcp_begin(&w, &h, DHCPACK);
}

static void read_it(void)
{
	dhcp_end(&w, 0);
	ck_assert(!w.full);
	ck_assert(dhcp_read(buf, wr_len(&w), &m));
}

/* A lease with these times, 0: it says nothing of them. */
static struct dhcp_lease lease(uint32_t seconds, uint32_t renew, uint32_t rebind, bool is)
{
	struct addr from = a("10.1.1.1");
	struct dhcp_lease l;

	begin("10.1.1.50");
	dhcp_put_number(&w, DHCP_LEASE, seconds);
	if (renew)
		dhcp_put_number(&w, DHCP_RENEW, renew);
	if (rebind)
		dhcp_put_number(&w, DHCP_REBIND, rebind);
	read_it();
	ck_assert_int_eq(dhcp_lease_read(&m, &from, &l), is);
	return l;
}

START_TEST(times)
{
	static const struct {
		uint32_t seconds, renew, rebind, is_renew, is_rebind;
	} row[] = {
	    {3600, 0, 0, 1800, 3150},
	    {3600, 100, 3000, 100, 3000},
	    {3600, 3000, 3000, 1800, 3000}, /* not before it is too late */
	    {3600, 3001, 3000, 1800, 3000},
	    {3600, 2999, 3000, 2999, 3000},
	    {3600, 1800, 3600, 1800, 3150},
	    {3600, 1800, 3599, 1800, 3599},
	    {3600, 1800, 9999, 1800, 3150},
	    {3600, 29, 3000, 30, 3000}, /* not more often than that, */
	    {3600, 30, 3000, 30, 3000},
	    {40, 10, 0, 20, 35}, /* but for a lease that is shorter */
	    {40, 25, 0, 25, 35},
	    {100, 10, 20, 20, 20},
	    {4, 0, 0, 2, 3},
	    {UINT32_MAX, 0, 0, UINT32_MAX / 2, 3758096383},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct dhcp_lease l = lease(row[i].seconds, row[i].renew, row[i].rebind, true);

		ck_assert_msg(l.renew == row[i].is_renew && l.rebind == row[i].is_rebind,
		    "%zu: %u %u", i, l.renew, l.rebind);
	}
	(void)lease(3, 1, 2, false);
}
END_TEST

/* Without a mask that of its class; without its name a server is who sends. */
START_TEST(what_is_missing)
{
	static const char *const row[][2] = {{"10.1.1.50", "255.0.0.0"},
	    {"127.255.255.254", ""}, {"128.0.0.1", "255.255.0.0"}, {"172.16.1.1", "255.255.0.0"},
	    {"191.255.0.1", "255.255.0.0"}, {"192.0.0.1", "255.255.255.0"},
	    {"223.0.0.1", "255.255.255.0"}, {"224.0.0.1", ""}, {"0.0.0.1", ""}};
	struct addr from = a("10.1.1.1"), other = a("10.1.1.2"), gateway = a("224.0.0.1");
	struct addr mask = a("255.255.255.252");
	struct dhcp_lease l;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct addr expect = *row[i][1] ? a(row[i][1]) : from;

		begin(row[i][0]);
		dhcp_put_number(&w, DHCP_LEASE, 600);
		dhcp_put_addr(&w, DHCP_ROUTER, &gateway); /* which is none */
		read_it();
		ck_assert_msg(dhcp_lease_read(&m, &from, &l) == (*row[i][1] != 0), "%zu", i);
		if (*row[i][1])
			ck_assert_msg(addr_equal(&l.mask, &expect), "%zu", i);
		ck_assert(addr_equal(&l.server, &from));
		ck_assert_uint_eq(l.gateway.family, 0);
	}
	begin("10.1.1.50");
	dhcp_put_number(&w, DHCP_LEASE, 600);
	dhcp_put_addr(&w, DHCP_SERVER, &other);
	dhcp_put_addr(&w, DHCP_MASK, &mask);
	dhcp_put_addr(&w, DHCP_ROUTER, &other);
	read_it();
	ck_assert(dhcp_lease_read(&m, &from, &l));
	ck_assert(addr_equal(&l.server, &other));
	ck_assert(addr_equal(&l.mask, &mask));
	ck_assert(addr_equal(&l.gateway, &other));
}
END_TEST

#define SNAME_AT 44
#define FILE_AT 108
static const uint8_t ROUTER_7[] = {DHCP_ROUTER, 4, 10, 0, 0, 7, DHCP_END};
static const uint8_t ROUTER_8[] = {DHCP_ROUTER, 4, 10, 0, 0, 8, DHCP_END};

/* Options in the fields of names count where an option says so, and that one counts before the
 * end (RFC 2132 9.3). */
START_TEST(in_the_fields_of_names)
{
	struct addr at[4];

	for (uint8_t over = 0; over < 4; over++) {
		begin("10.1.1.50");
		memcpy(buf + FILE_AT, ROUTER_7, sizeof ROUTER_7);
		memcpy(buf + SNAME_AT, ROUTER_8, sizeof ROUTER_8);
		wr_u8(&w, DHCP_PAD);
		if (over)
			dhcp_put(&w, DHCP_OVERLOAD, &over, 1);
		read_it();
		ck_assert_uint_eq(dhcp_addrs(&m, DHCP_ROUTER, at, 4), (over & 1) + (over >> 1));
		if (over)
			ck_assert_uint_eq(addr_to_v4(&at[0]) & 255, over & 1 ? 7 : 8);
		if (over == 3)
			ck_assert_uint_eq(addr_to_v4(&at[1]) & 255, 8);
	}
	begin("10.1.1.50");
	memcpy(buf + FILE_AT, ROUTER_7, sizeof ROUTER_7);
	wr_u8(&w, DHCP_END);
	dhcp_put(&w, DHCP_OVERLOAD, &(uint8_t){1}, 1);
	read_it();
	ck_assert_uint_eq(dhcp_addrs(&m, DHCP_ROUTER, at, 4), 0);
}
END_TEST

START_TEST(sizes)
{
	char text[8];
	struct addr at[2];

	begin("10.1.1.50");
	dhcp_put(&w, DHCP_DOMAIN, "ex\x1f\x7f~ mple", 10);
	dhcp_put(&w, DHCP_HOSTNAME, "ab\0cd", 5);
	dhcp_put(&w, DHCP_DNS, "\12\0\0\1\12\0\0\2\12\0\0\3", 12);
	dhcp_put(&w, DHCP_WINS, "\12\0\0\1\12\0\0", 7);
	dhcp_put(&w, DHCP_LEASE, "\0\0\1", 3);
	read_it();
	memset(text, '#', sizeof text);
	ck_assert_str_eq(dhcp_text(&m, DHCP_DOMAIN, text, 7), "ex..~ ");
	ck_assert_int_eq(text[7], '#');
	ck_assert_str_eq(dhcp_text(&m, DHCP_DOMAIN, text, 1), "");
	ck_assert_str_eq(dhcp_text(&m, DHCP_HOSTNAME, text, 8), "ab");
	ck_assert_uint_eq(dhcp_addrs(&m, DHCP_DNS, at, 2), 2);
	ck_assert_uint_eq(dhcp_addrs(&m, DHCP_WINS, at, 2), 1);
	ck_assert_uint_eq(dhcp_number(&m, DHCP_LEASE), 0);
	for (size_t i = 236; i < 240; i++) { /* what tells it from BOOTP */
		buf[i]++;
		ck_assert(!dhcp_read(buf, wr_len(&w), &m));
		buf[i]--;
	}
	buf[2] = 17; /* a hardware address longer than its field */
	ck_assert(!dhcp_read(buf, wr_len(&w), &m));
	buf[2] = 16;
	ck_assert(dhcp_read(buf, wr_len(&w), &m));
	wr_zero(&w, DHCP_MESSAGE_MAX - wr_len(&w));
	ck_assert(dhcp_read(buf, DHCP_MESSAGE_MAX, &m));
	ck_assert(!dhcp_read(buf, DHCP_MESSAGE_MAX + 1, &m));
}
END_TEST

/* ---- what is said ------------------------------------------------------------------------- */

static struct sim sim;
static struct dhcp_client c;

static void heard(struct dhcp_client *k, const struct addr *to, const uint8_t *msg, size_t len)
{
	(void)k;
	(void)to;
	ck_assert(dhcp_read(msg, len, &m));
}

static const struct dhcp_client_ops ops = {.send = heard};

static uint32_t option(enum dhcp_option code)
{
	return m.present[code] ? dhcp_number(&m, code) : 0;
}

START_TEST(messages)
{
	sim_init(&sim, 7, NULL, NULL);
	dhcp_client_init(&c, &sim.env, &ops);
	c.self.hlen = 6;
	strcpy(c.self.hostname, "gate");
	c.lease.address = a("10.0.0.1");
	c.lease.server = a("10.0.0.2");
	c.offer.address = a("10.0.0.3");
	c.offer.server = a("10.0.0.4");
	c.state = DHCP_REQUESTING; /* what is offered, of who offers it */
	dhcp_say(&c, DHCPREQUEST, &c.offer.server);
	ck_assert_uint_eq(option(DHCP_REQUESTED), 0x0a000003);
	ck_assert_uint_eq(option(DHCP_SERVER), 0x0a000004);
	ck_assert_uint_eq(m.head.ciaddr.family, 0);
	ck_assert(m.present[DHCP_HOSTNAME] && m.present[DHCP_WISHES] && m.present[DHCP_MAX_SIZE]);
	c.state = DHCP_REBOOTING; /* what was had, of whoever knows */
	dhcp_say(&c, DHCPREQUEST, &c.offer.server);
	ck_assert_uint_eq(option(DHCP_REQUESTED), 0x0a000003);
	ck_assert(!m.present[DHCP_SERVER]);
	c.state = DHCP_RENEWING;
	dhcp_say(&c, DHCPREQUEST, &c.lease.server);
	ck_assert(!m.present[DHCP_REQUESTED] && !m.present[DHCP_SERVER]);
	ck_assert_uint_eq(addr_to_v4(&m.head.ciaddr), 0x0a000001);
	ck_assert(m.present[DHCP_HOSTNAME]);
	c.state = DHCP_BOUND;
	dhcp_say(&c, DHCPRELEASE, &c.lease.server);
	ck_assert_uint_eq(option(DHCP_SERVER), 0x0a000002);
	ck_assert_uint_eq(addr_to_v4(&m.head.ciaddr), 0x0a000001);
	ck_assert(!m.present[DHCP_REQUESTED] && !m.present[DHCP_HOSTNAME]);
	ck_assert(!m.present[DHCP_WISHES] && !m.present[DHCP_MAX_SIZE]);
	ck_assert_uint_eq(m.head.hops, 0);
	sim_fini(&sim);
}
END_TEST

/* The network, to a server that a relay asks: in one way, if there is one to name. */
START_TEST(which_network)
{
	static const struct {
		enum dhcp_selection selection;
		bool scope, link, subnet, by_relay;
	} row[] = {{DHCP_BY_RELAY, false, false, false, false},
	    {DHCP_BY_RELAY, true, false, false, true}, {DHCP_BY_LINK, false, false, false, false},
	    {DHCP_BY_LINK, true, true, false, false}, {DHCP_BY_SUBNET, false, false, false, false},
	    {DHCP_BY_SUBNET, true, false, true, false}};

	sim_init(&sim, 7, NULL, NULL);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		dhcp_client_init(&c, &sim.env, &ops);
		c.self.n_servers = 1;
		c.self.server[0] = (struct dhcp_server){
		    .addr = a("10.1.1.1"), .relay = a("10.1.1.254"), .selection = row[i].selection};
		if (row[i].scope)
			c.self.scope = a("10.9.0.0");
		c.state = DHCP_SELECTING;
		dhcp_say(&c, DHCPDISCOVER, &c.self.server[0].addr);
		ck_assert_int_eq(m.present[DHCP_RELAY], row[i].link);
		ck_assert_int_eq(m.present[DHCP_SUBNET], row[i].subnet);
		ck_assert_uint_eq(
		    addr_to_v4(&m.head.giaddr), row[i].by_relay ? 0x0a090000 : 0x0a0101fe);
		ck_assert_uint_eq(m.head.hops, 1);
	}
	sim_fini(&sim);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dhcp_lease");
	TCase *tc = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, times);
	tcase_add_test(tc, what_is_missing);
	tcase_add_test(tc, in_the_fields_of_names);
	tcase_add_test(tc, sizes);
	tcase_add_test(tc, messages);
	tcase_add_test(tc, which_network);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
