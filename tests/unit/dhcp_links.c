/* Clients of DHCP servers at our links, over ports and a keeper of the test's own: what is probed
 * for, and when. */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dhcp/message.h"
#include "engine/net/arp.h"
#include "engine/net/ipv4.h"
#include "engine/role/dhcp_links.h"
#include "engine/role/link_port.h"
#include "tests/support/env_sim.h"

#define MINE 0xac100132 /* 172.16.1.50 */
#define SERVER 0xac100101
#define FD_DHCP 1000 /* no descriptors: the ports are these */
#define FD_ARP 1001

static struct sim sim;
static struct config config;
static struct log l;
static struct dhcp_links links;
static uint32_t asked_dhcp, asked_arp; /* the last requests for sockets */
static unsigned n_arp_asked, n_set, n_deleted;
static struct msg_link_state state;

/* ---- ports ----------------------------------------------------------------------- */

struct link_port {
	link_port_cb *receive;
	void *arg;
};

static struct link_port ports[2];

static struct dhcp_message said; /* the last */
static unsigned probes;
static bool deaf; /* the link takes nothing */

struct link_port *link_port_open(uv_loop_t *loop, int fd, link_port_cb *receive, void *arg)
{
	struct link_port *p = &ports[fd - FD_DHCP];

	(void)loop;
	ck_assert_ptr_null(p->receive);
	*p = (struct link_port){receive, arg};
	return p;
}

void link_port_close(struct link_port *p)
{
	if (p)
		p->receive = NULL;
}

bool link_port_send(struct link_port *p, uint32_t ifindex, uint16_t type,
    const uint8_t mac[LINK_MAC], const uint8_t *packet, size_t len)
{
	(void)mac;
	ck_assert_ptr_nonnull(p->receive);
	ck_assert_uint_eq(ifindex, 7);
	ck_assert_uint_eq(type, p == ports ? 0x0800 : 0x0806);
	if (deaf)
		return false;
	if (p == ports)
		ck_assert(dhcp_read(packet + 28, len - 28, &said));
	else
		probes++;
	return true;
}

/* ---- keeper, server and neighbour ------------------------------------------------- */

static void keeper(void *arg, struct ipc_msg *m)
{
	(void)arg;
	if (m->type == MSG_KEEP_LEASE) {
		n_set += m->keep_lease.op == CFG_SET;
		n_deleted += m->keep_lease.op == CFG_DELETE;
		return;
	}
	ck_assert_int_eq(m->type, MSG_KEEP_DHCP);
	if (!m->keep_dhcp.probed.family) {
		asked_dhcp = m->keep_dhcp.id;
		return;
	}
	ck_assert_uint_eq(addr_to_v4(&m->keep_dhcp.probed), MINE);
	asked_arp = m->keep_dhcp.id;
	n_arp_asked++;
}

static void reply(uint32_t id, int fd)
{
	struct ipc_msg m = {.type = MSG_KEEP_REPLY, .fd = fd, .keep_reply = {.id = id, .text = ""}};

	ck_assert(dhcp_links_reply(&links, &m));
	ck_assert_int_eq(m.fd, -1);
}

static void answer(enum dhcp_type type)
{
	static const uint8_t from[LINK_MAC] = {2, 0, 0, 0, 0, 9};
	const struct addr server = addr_v4(SERVER), mask = addr_v4(0xffffff00);
	struct dhcp_head h = said.head;
	uint8_t message[1024], packet[1100];
	struct wr m = wr_init(message, sizeof message), p = wr_init(packet, sizeof packet);

	h.op = DHCP_REPLY_OP;
	h.yiaddr = addr_v4(MINE);
	dhcp_begin(&m, &h, type);
	dhcp_put_addr(&m, DHCP_SERVER, &server);
	dhcp_put_number(&m, DHCP_LEASE, 3600);
	dhcp_put_addr(&m, DHCP_MASK, &mask);
	dhcp_end(&m, 0);
	ipv4_header(&p, IPPROTO_UDP, SERVER, UINT32_MAX, 0, 0, UDP_HEADER + wr_len(&m));
	udp_header(&p, DHCP_SERVER_PORT, DHCP_CLIENT_PORT, wr_len(&m));
	wr_bytes(&p, message, wr_len(&m));
	ports[0].receive(ports[0].arg, from, packet, wr_len(&p));
}

/* A neighbour probes for that address as well. */
static void neighbour(void)
{
	static const uint8_t mac[LINK_MAC] = {2, 0, 0, 0, 0, 8};
	uint8_t packet[ARP_LEN];
	struct wr w = wr_init(packet, sizeof packet);

	arp_probe(&w, mac, MINE);
	ports[1].receive(ports[1].arg, mac, packet, wr_len(&w));
}

static char state_word[20];

static void on_record(void *arg, const struct ipc_msg *m)
{
	(void)arg;
	if (m->type == MSG_REC_DHCP)
		strcpy(state_word, m->rec_dhcp.state);
}

static const char *state_now(void)
{
	static const struct msg_query q = {.id = 1, .what = "dhcp", .filter = "", .value = ""};

	dhcp_links_query(&links, &q, on_record, NULL);
	return state_word;
}

static void carrier(bool there)
{
	state.carrier = there;
	dhcp_links_state(&links, &state);
}

static void line(void *arg, unsigned severity, unsigned number, const char *text)
{
	(void)arg;
	(void)severity;
	(void)number;
	(void)text;
}

static void setup(void)
{
	state = (struct msg_link_state){.device = "eth0",
	    .ifindex = 7,
	    .up = 1,
	    .carrier = 1,
	    .dhcp = 1,
	    .mac = "02:00:00:00:00:01",
	    .hardware = "",
	    .last = ""};
	n_arp_asked = n_set = n_deleted = probes = 0;
	deaf = false;
	memset(ports, 0, sizeof ports);
	sim_init(&sim, 1, NULL, NULL);
	config_init(&config);
	log_init(&l, line, NULL);
	dhcp_links_init(&links, NULL, &sim.env, &config, &l, keeper, NULL);
}

static void teardown(void)
{
	dhcp_links_close(&links);
	config_fini(&config);
	sim_fini(&sim);
}

/* The address is leased, and is to be probed for. */
static void leased(void)
{
	carrier(true);
	reply(asked_dhcp, FD_DHCP);
	ck_assert_uint_eq(dhcp_type(&said), DHCPDISCOVER);
	answer(DHCPOFFER);
	ck_assert_uint_eq(dhcp_type(&said), DHCPREQUEST);
	answer(DHCPACK);
	ck_assert_str_eq(state_now(), "Probing");
	ck_assert_uint_eq(n_arp_asked, 1);
}

/* ---- tests ------------------------------------------------------------------------ */

/* However late the socket comes: three probes go out before the address is taken. */
START_TEST(a_socket_that_comes_late)
{
	leased();
	sim_run(&sim, 4 * SEC);
	ck_assert_str_eq(state_now(), "Probing");
	reply(asked_arp, FD_ARP);
	ck_assert_uint_eq(probes, 1);
	sim_run(&sim, 3 * SEC);
	ck_assert_str_eq(state_now(), "Bound");
	ck_assert_uint_eq(probes, 3);
	ck_assert_uint_eq(n_set, 1);
	ck_assert_uint_eq(n_arp_asked, 1);
	ck_assert_ptr_null(ports[1].receive);
}
END_TEST

/* One that does not come is asked for again; a link that takes nothing hears no probe. */
START_TEST(a_socket_that_does_not_come)
{
	leased();
	reply(asked_arp, -1);
	sim_run(&sim, SEC);
	ck_assert_uint_eq(n_arp_asked, 2);
	deaf = true;
	reply(asked_arp, FD_ARP);
	sim_run(&sim, 3 * SEC);
	ck_assert_str_eq(state_now(), "Probing");
	deaf = false;
	sim_run(&sim, 4 * SEC);
	ck_assert_str_eq(state_now(), "Bound");
	ck_assert_uint_eq(probes, 3);
}
END_TEST

/* Nobody can answer: the address is not taken, and all begins anew with the carrier. */
START_TEST(the_carrier_goes)
{
	leased();
	reply(asked_arp, FD_ARP);
	carrier(false);
	ck_assert_str_eq(state_now(), "Off");
	ck_assert_ptr_null(ports[1].receive);
	sim_run(&sim, 60 * SEC);
	ck_assert_uint_eq(n_set, 0);
	carrier(true);
	ck_assert_uint_eq(dhcp_type(&said), DHCPDISCOVER);
	answer(DHCPOFFER);
	answer(DHCPACK);
	reply(asked_arp, FD_ARP);
	sim_run(&sim, 4 * SEC);
	ck_assert_str_eq(state_now(), "Bound");
	carrier(false); /* a lease that is held outlives that */
	ck_assert_str_eq(state_now(), "Bound");
}
END_TEST

/* An engine that comes back finds an address that is somebody's by now: it goes. */
START_TEST(an_address_that_was_found)
{
	state.address = addr_v4(MINE);
	carrier(true);
	reply(asked_dhcp, FD_DHCP);
	ck_assert_uint_eq(dhcp_type(&said), DHCPREQUEST);
	answer(DHCPACK);
	ck_assert_str_eq(state_now(), "Probing");
	reply(asked_arp, FD_ARP);
	neighbour();
	ck_assert_uint_eq(dhcp_type(&said), DHCPDECLINE);
	ck_assert_uint_eq(n_deleted, 1);
	ck_assert_uint_eq(n_set, 0);
	ck_assert_str_eq(state_now(), "Selecting");
	ck_assert_ptr_null(ports[1].receive);
}
END_TEST

/* One that was not had yet is declined, and nothing is there to be removed. */
START_TEST(an_address_that_is_new)
{
	leased();
	reply(asked_arp, FD_ARP);
	neighbour();
	ck_assert_uint_eq(dhcp_type(&said), DHCPDECLINE);
	ck_assert_uint_eq(n_deleted, 0);
	ck_assert_str_eq(state_now(), "Selecting");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dhcp_links");
	TCase *tc = tcase_create("probes");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_socket_that_comes_late);
	tcase_add_test(tc, a_socket_that_does_not_come);
	tcase_add_test(tc, the_carrier_goes);
	tcase_add_test(tc, an_address_that_was_found);
	tcase_add_test(tc, an_address_that_is_new);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
