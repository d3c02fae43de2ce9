/* The client of DHCP servers against servers of the test's own, over virtual time. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dhcp/client.h"
#include "tests/support/env_sim.h"

static struct sim sim;
static struct dhcp_client c;
static struct dhcp_message said; /* the last */
static struct addr said_to;
static unsigned n_said, n_bound, n_lost;
static bool changed;
static enum dhcp_loss loss;

/* The server: what it does with each message. */
static bool silent, refuses;
static uint32_t lease_seconds;
static struct addr leases, server;

static struct addr a(const char *text)
{
	struct addr r = {0};

	if (*text)
		ck_assert(addr_parse(text, &r));
	return r;
}

static void answer(enum dhcp_type type)
{
	struct dhcp_head h = said.head;
	static struct dhcp_message m;
	uint8_t buf[1024];
	struct wr w = wr_init(buf, sizeof buf);
	struct addr mask = a("255.255.255.0"), router = a("172.16.1.1");

	h.op = DHCP_REPLY_OP;
	h.yiaddr = type == DHCPNAK ? (struct addr){0} : leases;
	dhcp_begin(&w, &h, type);
	dhcp_put_addr(&w, DHCP_SERVER, &server);
	if (type != DHCPNAK) {
		dhcp_put_number(&w, DHCP_LEASE, lease_seconds);
		dhcp_put_addr(&w, DHCP_MASK, &mask);
		dhcp_put_addr(&w, DHCP_ROUTER, &router);
		dhcp_put(&w, DHCP_DOMAIN, "example.com", 11);
	}
	dhcp_end(&w, 0);
	ck_assert(dhcp_read(buf, wr_len(&w), &m));
	dhcp_client_receive(&c, &server, &m);
}

/* Answers come when the message has been said. */
static struct timer later;

static void serve(struct timer *t)
{
	(void)t;
	if (dhcp_type(&said) == DHCPDISCOVER)
		answer(DHCPOFFER);
	else if (dhcp_type(&said) == DHCPREQUEST)
		answer(refuses ? DHCPNAK : DHCPACK);
}

static void send_out(struct dhcp_client *k, const struct addr *to, const uint8_t *msg, size_t len)
{
	ck_assert_ptr_eq(k, &c);
	ck_assert(dhcp_read(msg, len, &said));
	ck_assert_uint_ge(len, DHCP_MESSAGE_MIN);
	said_to = *to;
	n_said++;
	if (!silent)
		timer_start(&sim.env, &later, MSEC);
}

static void bound(struct dhcp_client *k, bool is_changed)
{
	n_bound++;
	changed = is_changed;
	ck_assert(k->lease.address.family);
}

static void lost(struct dhcp_client *k, enum dhcp_loss why)
{
	(void)k;
	n_lost++;
	loss = why;
}

static unsigned probes, unsent;

/* The first `unsent` of them do not go out. */
static bool probe(struct dhcp_client *k, const struct addr *a)
{
	ck_assert_int_eq(k->state, DHCP_PROBING);
	ck_assert(addr_equal(a, &leases));
	probes += !unsent;
	return unsent ? !unsent-- : true;
}

static const struct dhcp_client_ops probing = {
    .send = send_out, .probe = probe, .bound = bound, .lost = lost};
static const struct dhcp_client_ops ops = {.send = send_out, .bound = bound, .lost = lost};

static void setup(void)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};

	sim_init(&sim, 7, NULL, NULL);
	later.fire = serve;
	n_said = n_bound = n_lost = probes = unsent = 0;
	silent = refuses = false;
	lease_seconds = 3600;
	leases = a("172.16.1.50");
	server = a("172.16.1.1");
	dhcp_client_init(&c, &sim.env, &ops);
	c.self.htype = 1;
	c.self.hlen = sizeof mac;
	memcpy(c.self.chaddr, mac, sizeof mac);
	strcpy(c.self.hostname, "gate");
}

static void teardown(void)
{
	dhcp_client_stop(&c, false);
	timer_stop(&sim.env, &later);
	sim_fini(&sim);
}

START_TEST(an_address_is_got_renewed_and_given_back)
{
	struct addr none = {0};

	dhcp_client_start(&c, NULL);
	ck_assert_uint_eq(dhcp_type(&said), DHCPDISCOVER);
	ck_assert(addr_equal(&said_to, &none));
	sim_run(&sim, SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
	ck_assert_uint_eq(n_bound, 1);
	ck_assert(changed);
	ck_assert(addr_equal(&c.lease.address, &leases));
	ck_assert_str_eq(c.lease.domain, "example.com");
	ck_assert_uint_eq(c.lease.renew, 1800);
	ck_assert_uint_eq(c.lease.rebind, 3150);
	ck_assert_uint_eq(n_said, 2);
	sim_run(&sim, 1800 * SEC);
	ck_assert_uint_eq(n_bound, 2);
	ck_assert(!changed);
	ck_assert_uint_eq(dhcp_type(&said), DHCPREQUEST);
	ck_assert(addr_equal(&said_to, &server));
	ck_assert(addr_equal(&said.head.ciaddr, &leases));
	ck_assert(!said.present[DHCP_REQUESTED] && !said.present[DHCP_SERVER]);
	sim_run(&sim, 30 * 86400 * SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
	ck_assert_uint_eq(n_lost, 0);
	dhcp_client_stop(&c, true);
	ck_assert_uint_eq(dhcp_type(&said), DHCPRELEASE);
	ck_assert(addr_equal(&said.head.ciaddr, &leases));
	ck_assert(said.present[DHCP_SERVER]);
	sim_run(&sim, 86400 * SEC);
	ck_assert_int_eq(c.state, DHCP_OFF);
}
END_TEST

START_TEST(a_server_that_falls_silent_takes_the_lease_with_it)
{
	struct addr none = {0};
	unsigned before;

	dhcp_client_start(&c, NULL);
	sim_run(&sim, SEC);
	silent = true;
	before = n_said;
	sim_run(&sim, 3000 * SEC);
	ck_assert_int_eq(c.state, DHCP_RENEWING);
	ck_assert_uint_ge(n_said, before + 2);
	ck_assert_uint_le(n_said, before + 20);
	sim_run(&sim, 200 * SEC);
	ck_assert_int_eq(c.state, DHCP_REBINDING);
	ck_assert(addr_equal(&said_to, &none));
	ck_assert_uint_eq(n_lost, 0);
	sim_run(&sim, 500 * SEC);
	ck_assert_uint_ge(n_lost, 1);
	ck_assert_int_eq(c.state, DHCP_SELECTING);
	ck_assert_uint_eq(c.lease.address.family, 0);
	silent = false; /* and it is asked until somebody answers */
	sim_run(&sim, 70 * SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
}
END_TEST

START_TEST(another_server_gives_more_time)
{
	dhcp_client_start(&c, NULL);
	sim_run(&sim, SEC);
	silent = true;
	sim_run(&sim, 3100 * SEC);
	silent = false;
	server = a("172.16.1.9");
	sim_run(&sim, 300 * SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
	ck_assert_uint_eq(n_lost, 0);
	ck_assert(addr_equal(&c.lease.server, &server));
}
END_TEST

START_TEST(a_refusal_takes_the_address)
{
	dhcp_client_start(&c, NULL);
	sim_run(&sim, SEC);
	refuses = true;
	sim_run(&sim, 1800 * SEC);
	ck_assert_uint_eq(n_lost, 1);
	ck_assert_int_eq(loss, DHCP_REFUSED);
	ck_assert_uint_eq(c.lease.address.family, 0);
	sim_run(&sim, 60 * SEC);
	ck_assert_uint_le(n_said, 20); /* not in a circle */
	refuses = false;
	leases = a("172.16.1.51");
	sim_run(&sim, 30 * SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
	ck_assert(changed);
}
END_TEST

START_TEST(an_address_of_before)
{
	dhcp_client_start(&c, &leases);
	ck_assert_uint_eq(dhcp_type(&said), DHCPREQUEST);
	ck_assert(said.present[DHCP_REQUESTED] && !said.present[DHCP_SERVER]);
	ck_assert_uint_eq(said.head.ciaddr.family, 0);
	sim_run(&sim, SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
	/* the cable was out: the lease lasts while nobody says otherwise */
	silent = true;
	dhcp_client_start(&c, &leases);
	ck_assert_int_eq(c.state, DHCP_REBOOTING);
	sim_run(&sim, 120 * SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
	ck_assert_uint_eq(n_lost, 0);
	silent = false;
	refuses = true; /* another network */
	dhcp_client_start(&c, &leases);
	sim_run(&sim, SEC);
	ck_assert_uint_eq(n_lost, 1);
	refuses = false;
	sim_run(&sim, 60 * SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
}
END_TEST

START_TEST(one_that_nobody_confirms)
{
	silent = true;
	dhcp_client_start(&c, &leases); /* an engine that comes back knows no lease */
	sim_run(&sim, 120 * SEC);
	ck_assert_uint_eq(n_lost, 1);
	ck_assert_int_eq(c.state, DHCP_SELECTING);
}
END_TEST

START_TEST(waits_grow)
{
	silent = true;
	dhcp_client_start(&c, NULL);
	sim_run(&sim, 86400 * SEC);
	ck_assert_uint_gt(n_said, 1300);
	ck_assert_uint_lt(n_said, 1400);
	ck_assert_uint_eq(n_lost, 1); /* told once */
}
END_TEST

static void by_relay(void)
{
	c.self.scope = a("10.9.0.0");
	c.self.n_servers = 2;
	c.self.server[0] = (struct dhcp_server){.addr = a("10.1.1.1"), .relay = a("10.1.1.254")};
	c.self.server[1] = (struct dhcp_server){.addr = a("10.1.2.1"), .relay = a("10.1.2.254")};
}

START_TEST(servers_one_after_another)
{
	struct addr second = a("10.1.2.1");

	by_relay();
	silent = true;
	dhcp_client_start(&c, NULL);
	ck_assert(addr_equal(&said_to, &c.self.server[0].addr));
	ck_assert(addr_equal(&said.head.giaddr, &c.self.scope));
	ck_assert_uint_eq(said.head.hops, 1);
	sim_run(&sim, 7 * SEC);
	ck_assert(addr_equal(&said_to, &second));
	silent = false;
	sim_run(&sim, 5 * SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
	sim_run(&sim, 1801 * SEC); /* asked again where it is from, through us */
	ck_assert(addr_equal(&said_to, &second));
	ck_assert(addr_equal(&said.head.giaddr, &c.self.scope));
	ck_assert_uint_eq(n_bound, 2);
	refuses = true;
	sim_run(&sim, 1801 * SEC);
	ck_assert_int_eq(c.state, DHCP_OFF);
	ck_assert_int_eq(loss, DHCP_REFUSED);
}
END_TEST

START_TEST(none_of_the_servers)
{
	by_relay();
	silent = true;
	dhcp_client_start(&c, NULL);
	sim_run(&sim, 60 * SEC);
	ck_assert_int_eq(c.state, DHCP_OFF);
	ck_assert_uint_eq(n_said, 4);
	ck_assert_uint_eq(n_lost, 1);
	ck_assert_int_eq(loss, DHCP_NOBODY);
	silent = false;
	refuses = true;
	dhcp_client_start(&c, NULL);
	sim_run(&sim, 60 * SEC);
	ck_assert_int_eq(c.state, DHCP_OFF);
	ck_assert_uint_eq(n_lost, 2);
}
END_TEST

START_TEST(ways_to_name_the_network)
{
	struct rd v;

	by_relay();
	c.self.server[0].selection = DHCP_BY_LINK;
	dhcp_client_start(&c, NULL);
	ck_assert(addr_equal(&said.head.giaddr, &c.self.server[0].relay));
	v = dhcp_value(&said, DHCP_RELAY);
	ck_assert_uint_eq(rd_left(&v), 6);
	ck_assert_uint_eq(rd_u16(&v), 0x0504);
	ck_assert_uint_eq(rd_u32(&v), 0x0a090000);
	dhcp_client_stop(&c, false);
	c.self.server[0].selection = DHCP_BY_SUBNET;
	dhcp_client_start(&c, NULL);
	ck_assert(addr_equal(&said.head.giaddr, &c.self.server[0].relay));
	ck_assert_uint_eq(dhcp_number(&said, DHCP_SUBNET), 0x0a090000);
}
END_TEST

START_TEST(what_is_not_for_it)
{
	struct dhcp_message m;

	silent = true;
	dhcp_client_start(&c, NULL);
	said.head.xid++;
	answer(DHCPOFFER);
	said.head.xid--;
	said.head.chaddr[5]++;
	answer(DHCPOFFER);
	said.head.chaddr[5]--;
	answer(DHCPACK);
	answer(DHCPNAK);
	ck_assert_int_eq(c.state, DHCP_SELECTING);
	leases = a("127.0.0.1");
	answer(DHCPOFFER);
	leases = a("224.0.0.9");
	answer(DHCPOFFER);
	leases = a("");
	answer(DHCPOFFER);
	leases = a("172.16.1.50");
	lease_seconds = 0;
	answer(DHCPOFFER);
	ck_assert_int_eq(c.state, DHCP_SELECTING);
	ck_assert_uint_eq(c.counts.bad, 4);
	lease_seconds = 600;
	answer(DHCPOFFER);
	ck_assert_int_eq(c.state, DHCP_REQUESTING);
	server = a("172.16.1.66"); /* somebody else's acknowledgement, or refusal */
	answer(DHCPACK);
	answer(DHCPNAK);
	ck_assert_int_eq(c.state, DHCP_REQUESTING);
	m = said;
	m.head.op = DHCP_REQUEST_OP;
	dhcp_client_receive(&c, &server, &m);
	ck_assert_int_eq(c.state, DHCP_REQUESTING);
}
END_TEST

START_TEST(for_ever_is_for_ever)
{
	lease_seconds = UINT32_MAX;
	dhcp_client_start(&c, NULL);
	sim_run(&sim, SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
	ck_assert_uint_eq(dhcp_client_next(&c), 0);
	sim_run(&sim, 400 * 86400 * SEC);
	ck_assert_uint_eq(n_said, 2);
}
END_TEST

/* ---- somebody may have it already ------------------------------------------------------ */

START_TEST(an_address_that_nobody_has)
{
	uint64_t began = sim.env.now(&sim.env);

	c.ops = &probing;
	dhcp_client_start(&c, NULL);
	sim_run(&sim, 100 * MSEC);
	ck_assert_int_eq(c.state, DHCP_PROBING);
	ck_assert_str_eq(dhcp_state_word(c.state), "Probing");
	ck_assert_uint_eq(probes, 1);
	answer(DHCPACK); /* once more, too late: that changes nothing, nor does a refusal */
	answer(DHCPNAK);
	ck_assert_uint_eq(probes, 1);
	sim_run(&sim, 3 * SEC);
	ck_assert_uint_eq(probes, 3);
	ck_assert_uint_eq(n_bound, 1);
	ck_assert(changed);
	ck_assert_uint_lt(c.lease.since, began + 100 * MSEC); /* it runs since it was asked for */
	ck_assert(!dhcp_client_conflict(&c));
	sim_run(&sim, 1800 * SEC); /* it is renewed, and not probed again */
	ck_assert_uint_eq(n_bound, 2);
	ck_assert_uint_eq(probes, 3);
	dhcp_client_stop(&c, false);
	leases = a("172.16.1.51");
	dhcp_client_start(&c, &leases); /* one that it was found with is */
	sim_run(&sim, 4 * SEC);
	ck_assert_uint_eq(n_bound, 3);
	ck_assert_uint_eq(probes, 6);
	dhcp_client_start(&c, &leases); /* but not one whose lease it holds */
	sim_run(&sim, SEC);
	ck_assert_uint_eq(n_bound, 4);
	ck_assert_uint_eq(probes, 6);
}
END_TEST

/* One that did not go out is none: three do, however long that takes; up to a bound. */
START_TEST(probes_that_do_not_go_out)
{
	c.ops = &probing;
	unsent = 6;
	dhcp_client_start(&c, NULL);
	sim_run(&sim, 3 * SEC + 10 * MSEC);
	ck_assert_int_eq(c.state, DHCP_PROBING);
	ck_assert_uint_eq(probes, 0);
	sim_run(&sim, 9 * SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
	ck_assert_uint_eq(probes, 3);
	dhcp_client_stop(&c, false);
	dhcp_client_start(&c, NULL);
	unsent = 1;
	probes = 0;
	sim_run(&sim, 100 * MSEC);
	ck_assert_uint_eq(probes, 0);
	dhcp_client_probes(&c); /* now it can, and does */
	ck_assert_uint_eq(probes, 1);
	sim_run(&sim, 3 * SEC + 10 * MSEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
	ck_assert_uint_eq(probes, 3);
	dhcp_client_probes(&c);
	ck_assert_uint_eq(probes, 3);
	dhcp_client_stop(&c, false);
	dhcp_client_start(&c, NULL);
	unsent = UINT32_MAX;
	sim_run(&sim, 6 * SEC);
	ck_assert_int_eq(c.state, DHCP_PROBING);
	sim_run(&sim, 8 * SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
}
END_TEST

/* Ten in a row: from then on a minute between them, until an address is had. */
START_TEST(addresses_that_somebody_has)
{
	c.ops = &probing;
	dhcp_client_start(&c, NULL);
	for (unsigned n = 1; n <= 11; n++) {
		sim_run(&sim, 500 * MSEC);
		ck_assert_int_eq(c.state, DHCP_PROBING);
		ck_assert(dhcp_client_conflict(&c));
		n_said = 0;
		sim_run(&sim, 9 * SEC);
		ck_assert_uint_eq(n_said, 0);
		sim_run(&sim, 1 * SEC + (n < 10 ? 0 : 49 * SEC));
		ck_assert_uint_eq(n_said, n < 10);
		sim_run(&sim, n < 10 ? 0 : SEC);
		ck_assert_uint_ge(n_said, 1);
	}
	sim_run(&sim, 5 * SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
	ck_assert_uint_eq(c.conflicts, 0);
}
END_TEST

START_TEST(an_address_that_somebody_has)
{
	uint32_t xid;

	c.ops = &probing;
	dhcp_client_start(&c, NULL);
	sim_run(&sim, 700 * MSEC);
	ck_assert_int_eq(c.state, DHCP_PROBING);
	xid = c.xid;
	silent = true;
	ck_assert(dhcp_client_conflict(&c));
	ck_assert_uint_eq(dhcp_type(&said), DHCPDECLINE);
	ck_assert(!said_to.family && !said.head.ciaddr.family);
	ck_assert_uint_eq(dhcp_number(&said, DHCP_REQUESTED), addr_to_v4(&leases));
	ck_assert_uint_eq(dhcp_number(&said, DHCP_SERVER), addr_to_v4(&server));
	ck_assert(!said.present[DHCP_HOSTNAME] && !said.present[DHCP_WISHES]);
	ck_assert(!dhcp_client_conflict(&c));
	ck_assert_uint_eq(c.counts.declines, 1);
	n_said = 0;
	silent = false;
	leases = a("172.16.1.51");
	sim_run(&sim, 9 * SEC);
	ck_assert_uint_eq(n_said, 0);
	sim_run(&sim, 5 * SEC);
	ck_assert_int_eq(c.state, DHCP_BOUND);
	ck_assert(addr_equal(&c.lease.address, &leases));
	ck_assert_uint_ne(c.xid, xid);
	ck_assert_uint_eq(n_lost, 0);
	ck_assert_uint_eq(n_bound, 1);
}
END_TEST

/* One who ends meanwhile gives it back as well. */
START_TEST(an_end_while_it_is_probed)
{
	c.ops = &probing;
	dhcp_client_start(&c, NULL);
	sim_run(&sim, 100 * MSEC);
	dhcp_client_stop(&c, true);
	ck_assert_uint_eq(dhcp_type(&said), DHCPRELEASE);
	ck_assert(addr_equal(&said.head.ciaddr, &leases));
	ck_assert_uint_eq(dhcp_number(&said, DHCP_SERVER), addr_to_v4(&server));
	sim_run(&sim, 60 * SEC);
	ck_assert_uint_eq(n_bound, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dhcp_client");
	TCase *tc = tcase_create("machine");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_address_is_got_renewed_and_given_back);
	tcase_add_test(tc, a_server_that_falls_silent_takes_the_lease_with_it);
	tcase_add_test(tc, another_server_gives_more_time);
	tcase_add_test(tc, a_refusal_takes_the_address);
	tcase_add_test(tc, an_address_of_before);
	tcase_add_test(tc, one_that_nobody_confirms);
	tcase_add_test(tc, waits_grow);
	tcase_add_test(tc, servers_one_after_another);
	tcase_add_test(tc, none_of_the_servers);
	tcase_add_test(tc, ways_to_name_the_network);
	tcase_add_test(tc, what_is_not_for_it);
	tcase_add_test(tc, for_ever_is_for_ever);
	tcase_add_test(tc, an_address_that_nobody_has);
	tcase_add_test(tc, an_address_that_somebody_has);
	tcase_add_test(tc, probes_that_do_not_go_out);
	tcase_add_test(tc, addresses_that_somebody_has);
	tcase_add_test(tc, an_end_while_it_is_probed);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
