/* Where clients' addresses come from: login server, DHCP servers, pools; and that each comes back.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dhcp/message.h"
#include "engine/session/lease.h"
#include "tests/support/world.h"

static struct world *w;

/* ---- a DHCP server ------------------------------------------------------------------ */

#define LEASES 16

static struct {
	uint8_t chaddr[16];
	uint32_t address; /* 0 = free */
} lease[LEASES];
static uint32_t first, lease_seconds; /* what it leases from */
static bool silent, refuses, elsewhere, with_servers;
static unsigned discovers, requests, releases;
static struct addr asked[4], last_giaddr;
static size_t n_asked;

struct answer {
	struct timer timer;
	struct dhcp_message m;
	struct addr server;
};

static unsigned leased(void)
{
	unsigned n = 0;

	for (int i = 0; i < LEASES; i++)
		n += lease[i].address != 0;
	return n;
}

static int lease_of(const uint8_t chaddr[16])
{
	int free_one = -1;

	for (int i = 0; i < LEASES; i++)
		if (lease[i].address && !memcmp(lease[i].chaddr, chaddr, 16))
			return i;
		else if (!lease[i].address && free_one < 0)
			free_one = i;
	if (free_one >= 0) {
		memcpy(lease[free_one].chaddr, chaddr, 16);
		lease[free_one].address = first + (uint32_t)free_one;
	}
	return free_one;
}

static void say(const struct answer *a, enum dhcp_type type, int n)
{
	struct dhcp_head h = a->m.head;
	static struct dhcp_message m;
	uint8_t buf[1024];
	struct wr wr = wr_init(buf, sizeof buf);

	h.op = DHCP_REPLY_OP;
	h.yiaddr = type == DHCPNAK ? (struct addr){0}
				   : addr_v4(lease[n].address + (elsewhere ? 100 : 0));
	dhcp_begin(&wr, &h, type);
	dhcp_put_addr(&wr, DHCP_SERVER, &a->server);
	dhcp_put_number(&wr, DHCP_LEASE, lease_seconds);
	if (with_servers) {
		struct addr dns = addr_v4(0x0a0a0a35), wins = addr_v4(0x0a0a0a36);

		dhcp_put_addr(&wr, DHCP_DNS, &dns);
		dhcp_put_addr(&wr, DHCP_WINS, &wins);
		dhcp_put(&wr, DHCP_DOMAIN, "lease.example", 13);
	}
	dhcp_end(&wr, 0);
	ck_assert(dhcp_read(buf, wr_len(&wr), &m));
	gateway_dhcp(w->gw, &a->server, &m);
}

static void serve(struct timer *t)
{
	struct answer *a = container_of(t, struct answer, timer);
	uint8_t type = dhcp_type(&a->m);
	int n;

	if (type == DHCPDISCOVER || type == DHCPREQUEST) {
		n = lease_of(a->m.head.chaddr);
		if (n < 0)
			; /* it has none left, and says nothing */
		else if (refuses)
			say(a, DHCPNAK, n);
		else
			say(a, type == DHCPDISCOVER ? DHCPOFFER : DHCPACK, n);
	}
	free(a);
}

static void hear(struct world *of, const struct addr *server, const uint8_t *msg, size_t len)
{
	struct answer *a = calloc(1, sizeof *a);

	ck_assert_ptr_eq(of, w);
	ck_assert(dhcp_read(msg, len, &a->m));
	ck_assert(a->m.present[DHCP_CLIENT_ID]);
	last_giaddr = a->m.head.giaddr;
	discovers += dhcp_type(&a->m) == DHCPDISCOVER;
	requests += dhcp_type(&a->m) == DHCPREQUEST;
	if (n_asked < 4 && (!n_asked || !addr_equal(&asked[n_asked - 1], server)))
		asked[n_asked++] = *server;
	if (dhcp_type(&a->m) == DHCPRELEASE) { /* heard, whatever happens to us */
		releases++;
		for (int i = 0; i < LEASES; i++)
			if (lease[i].address && !memcmp(lease[i].chaddr, a->m.head.chaddr, 16))
				lease[i].address = 0;
	}
	a->server = *server;
	a->timer.fire = serve;
	if (silent || dhcp_type(&a->m) == DHCPRELEASE)
		free(a);
	else
		timer_start(&w->sim.env, &a->timer, 20 * MSEC);
}

/* ---- helpers -------------------------------------------------------------------------- */

static struct addr a(const char *text)
{
	struct addr r;

	ck_assert(addr_parse(text, &r));
	return r;
}

static struct world_client *dial_for(uint64_t time)
{
	struct world_client *c = world_client(w, true);

	client_connect(c);
	sim_run(&w->sim, time);
	return c;
}

static struct world_client *dial(void)
{
	return dial_for(5 * SEC);
}

/* Why the last one has none, and what mends it. */
static void denied(enum reason why, const char *cure)
{
	const struct failure *f = failures_before(&w->gw->failed, UINT32_MAX);

	ck_assert_ptr_nonnull(f);
	ck_assert_str_eq(reason_text(f->reason)->plain, reason_text(why)->plain);
	ck_assert_ptr_nonnull(strstr(f->cure, cure));
}

static void servers(struct strlist list)
{
	struct ipc_msg g = world_tunnel_group();

	g.cfg_tunnel_group.dhcp = list;
	world_config(w, MSG_CFG_TUNNEL_GROUP, g);
}

/* The servers stay. */
static void no_pools(void)
{
	struct ipc_msg g = world_tunnel_group();

	g.cfg_tunnel_group.dhcp = (struct strlist){1, {"10.10.10.53"}};
	g.cfg_tunnel_group.pools.n = 0;
	world_config(w, MSG_CFG_TUNNEL_GROUP, g);
}

static void assign(bool aaa, bool dhcp, bool local, uint32_t reuse)
{
	world_config(w, MSG_CFG_ADDR_ASSIGN,
	    (struct ipc_msg){.cfg_addr_assign = {
				 .aaa = aaa, .dhcp = dhcp, .local = local, .reuse_delay = reuse}});
}

static void setup(void)
{
	w = world_create(5);
	w->dhcp = hear;
	memset(lease, 0, sizeof lease);
	first = 0x0a090064; /* 10.9.0.100 */
	lease_seconds = 3600;
	silent = refuses = elsewhere = with_servers = false;
	discovers = requests = releases = 0;
	n_asked = 0;
	servers((struct strlist){1, {"10.10.10.53"}});
	world_config(w, MSG_CFG_USER_POLICY,
	    (struct ipc_msg){.cfg_user_policy = {.op = CFG_SET,
				 .name = "test",
				 .logins = 100,
				 .idle_timeout = ATTR_NONE,
				 .session_timeout = ATTR_NONE,
				 .group_policy = "",
				 .group_lock = "",
				 .filter = ""}});
}

static void teardown(void)
{
	world_destroy(w);
	ck_assert(silent || refuses || elsewhere || leased() == 0);
}

/* ---- tests ------------------------------------------------------------------------------ */

START_TEST(a_lease_lives_with_its_session)
{
	struct world_client *c = dial();

	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(addr_to_v4(&c->ip.client), first);
	ck_assert(addr_equal(&last_giaddr, &(struct addr){AF_INET, {.v4 = htonl(0x0a0a0a01)}}));
	ck_assert_uint_eq(discovers, 1);
	ck_assert_uint_eq(requests, 1);
	lac_renegotiate(c->lac); /* the same login once more has the address that it has */
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(addr_to_v4(&c->ip.client), first);
	ck_assert_uint_eq(discovers, 1);
	ck_assert_uint_eq(releases, 0);
	sim_run(&w->sim, 1800 * SEC);
	ck_assert_uint_eq(requests, 2);
	ck_assert_uint_eq(w->relays, 1);
	client_leave(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(leased(), 0);
	ck_assert_uint_eq(releases, 1);
	ck_assert_uint_eq(w->relays, 0);
	ck_assert_ptr_nonnull(strstr(w->log, "DHCP configured, request succeeded"));
	ck_assert_ptr_nonnull(strstr(w->log, "Freeing DHCP address 10.9.0.100"));
}
END_TEST

static void policy_with(struct cfg_group_policy p)
{
	p.op = CFG_SET;
	p.name = "L2TP-VPN";
	p.domain = p.split_policy = p.split_list = p.group_lock = "";
	p.intercept = p.idle_timeout = p.session_timeout = ATTR_UNSET;
	p.logins = 5;
	world_config(w, MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = p});
}

START_TEST(the_scope_is_the_relay)
{
	struct addr scope = a("10.9.0.0");

	policy_with((struct cfg_group_policy){
	    .scope = {1, {"10.9.0.0"}}, .scope_state = STATE_VALUE});
	ck_assert_int_eq(dial()->stage, CLIENT_UP);
	ck_assert(addr_equal(&last_giaddr, &scope));
}
END_TEST

/* Name servers of the lease are for those whose policy has none, each kind for itself. */
START_TEST(name_servers_of_the_lease)
{
	struct world_client *c;

	with_servers = true;
	c = dial();
	ck_assert_uint_eq(addr_to_v4(&c->ip.dns[0]), 0x08080808);
	ck_assert_uint_eq(addr_to_v4(&c->ip.wins[0]), 0x0a0a0a36);
	policy_with((struct cfg_group_policy){0});
	c = dial();
	ck_assert_uint_eq(addr_to_v4(&c->ip.dns[0]), 0x0a0a0a35);
	ck_assert_uint_eq(addr_to_v4(&c->ip.dns[1]), 0);
	ck_assert_str_eq(
	    session_name_servers(LIST_FIRST(&w->gw->sessions)).domain, "lease.example");
	with_servers = false;
	c = dial();
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert(!c->ip.dns[0].family && !c->ip.wins[0].family);
}
END_TEST

START_TEST(a_silent_server_then_the_pool)
{
	struct world_client *c;

	servers((struct strlist){2, {"10.10.10.53", "10.10.10.54"}});
	silent = true;
	c = dial();
	ck_assert_int_ne(c->stage, CLIENT_UP);
	sim_run(&w->sim, 15 * SEC); /* the client is kept waiting, and gets one of the pool */
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(n_asked, 2);
	ck_assert_uint_eq(addr_to_v4(&c->ip.client) >> 8, 0xc0a801);
	ck_assert_ptr_nonnull(strstr(w->log, "DHCP configured, request failed"));
	ck_assert_uint_eq(w->relays, 0);
	client_leave(c);
	sim_run(&w->sim, 5 * SEC);
	w->dhcp = NULL; /* no way to them */
	c = dial();
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_ptr_nonnull(strstr(w->log, "no viable servers"));
}
END_TEST

START_TEST(methods_that_are_off)
{
	assign(true, false, true, 0);
	ck_assert_uint_eq(addr_to_v4(&dial()->ip.client) >> 8, 0xc0a801);
	ck_assert_uint_eq(discovers, 0);
	assign(true, true, false, 0);
	ck_assert_uint_eq(addr_to_v4(&dial()->ip.client), first);
	assign(true, false, false, 0);
	ck_assert_int_ne(dial()->stage, CLIENT_UP);
	denied(REASON_ADDRESS_ASSIGN_OFF, "vpn-addr-assign local");
	no_pools();
	ck_assert_int_ne(dial()->stage, CLIENT_UP);
	denied(REASON_ADDRESS_ASSIGN_OFF, "vpn-addr-assign dhcp");
	assign(true, true, false, 0);
	silent = true;
	ck_assert_int_ne(dial_for(60 * SEC)->stage, CLIENT_UP);
	denied(REASON_NO_LEASE, "! see dhcp-server of tunnel-group DefaultRAGroup");
}
END_TEST

START_TEST(a_users_own_address_comes_first)
{
	struct ipc_msg u = {.cfg_user_policy = {.op = CFG_SET,
				.name = "test",
				.logins = 100,
				.idle_timeout = ATTR_NONE,
				.session_timeout = ATTR_NONE,
				.group_policy = "",
				.group_lock = "",
				.filter = "",
				.framed_ip = a("10.77.0.5")}};
	struct world_client *c;

	world_config(w, MSG_CFG_USER_POLICY, u);
	c = dial();
	ck_assert_uint_eq(addr_to_v4(&c->ip.client), 0x0a4d0005);
	ck_assert_uint_eq(discovers, 0);
	ck_assert_int_ne(dial()->stage, CLIENT_UP); /* it is his who has it */
	denied(REASON_ADDRESS_TAKEN, "! show vpn-sessiondb says who has it");
	ck_assert_ptr_nonnull(strstr(w->log, "AAA assigned address 10.77.0.5, request failed"));
	client_leave(c);
	sim_run(&w->sim, 5 * SEC);
	assign(false, true, true, 0);
	ck_assert_uint_eq(addr_to_v4(&dial()->ip.client), first);
}
END_TEST

START_TEST(what_somebody_has_is_given_to_nobody)
{
	struct world_client *one, *two;

	first = 0xc0a80101; /* the server leases what the pool has */
	assign(true, false, true, 0);
	one = dial();
	ck_assert_uint_eq(addr_to_v4(&one->ip.client), first);
	assign(true, true, true, 0);
	two = dial();
	ck_assert_int_eq(two->stage, CLIENT_UP);
	ck_assert(!addr_equal(&one->ip.client, &two->ip.client));
	ck_assert_ptr_nonnull(strstr(w->log, "already been assigned"));
}
END_TEST

START_TEST(a_lost_lease_ends_the_session)
{
	struct world_client *c;

	lease_seconds = 1200;
	c = dial();
	ck_assert_int_eq(c->stage, CLIENT_UP);
	if (_i == 0)
		refuses = true;
	else if (_i == 1)
		silent = true;
	else
		elsewhere = true;
	sim_run(&w->sim, 1250 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_GONE);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
	ck_assert_uint_eq(w->relays, 0);
}
END_TEST

START_TEST(one_who_goes_while_he_waits)
{
	struct world_client *c;

	silent = true;
	c = dial();
	ck_assert_uint_eq(w->relays, 1);
	if (_i)
		lac_renegotiate(c->lac);
	else
		client_leave(c);
	sim_run(&w->sim, 30 * SEC);
	ck_assert_uint_eq(w->relays, 0);
	ck_assert_uint_eq(w->gw->lease_numbers.used, 0);
}
END_TEST

START_TEST(addresses_rest)
{
	struct world_client *c;
	struct addr had;

	assign(true, false, true, 10);
	c = dial();
	had = c->ip.client;
	client_leave(c);
	sim_run(&w->sim, 5 * SEC);
	c = dial();
	ck_assert(!addr_equal(&had, &c->ip.client));
	client_leave(c);
	sim_run(&w->sim, 700 * SEC);
	ck_assert(addr_equal(&had, &dial()->ip.client));
}
END_TEST

/* Random logins, ends, silences and changes: no address twice, and nothing is left over. */
START_TEST(none_twice_none_lost)
{
	struct world_client *c[12] = {0};

	first = 0xc0a80105; /* in the midst of the pool */
	for (int i = 0; i < 300; i++) {
		uint32_t n = sim_below(&w->sim, 12), what = sim_below(&w->sim, 20);
		const struct session *s, *o;

		if (what == 0)
			silent = !silent;
		if (what == 1)
			assign(true, sim_below(&w->sim, 2), true, sim_below(&w->sim, 2));
		if (c[n]) {
			if (sim_below(&w->sim, 4))
				client_leave(c[n]);
			else
				client_vanish(c[n]);
			c[n] = NULL;
		} else {
			c[n] = world_client(w, true);
			client_connect(c[n]);
		}
		sim_run(&w->sim, sim_below(&w->sim, 8000) * MSEC);
		LIST_FOREACH (s, &w->gw->sessions, link) {
			if (!s->address)
				continue;
			ck_assert_ptr_eq(pool_holder(&w->gw->pools, s->address), s);
			LIST_FOREACH (o, &w->gw->sessions, link)
				ck_assert(o == s || o->address != s->address);
		}
	}
	silent = false;
	for (int n = 0; n < 12; n++)
		if (c[n])
			client_vanish(c[n]);
	sim_run(&w->sim, 3600 * SEC);
	ck_assert_ptr_null(LIST_FIRST(&w->gw->sessions));
	ck_assert_uint_eq(w->gw->pools.taken.used, 0);
	ck_assert_uint_eq(w->gw->lease_numbers.used, 0);
	ck_assert_uint_eq(w->relays, 0);
	memset(lease, 0, sizeof lease); /* those that were released while it was deaf */
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gateway_address");
	TCase *tc = tcase_create("address");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_lease_lives_with_its_session);
	tcase_add_test(tc, the_scope_is_the_relay);
	tcase_add_test(tc, name_servers_of_the_lease);
	tcase_add_test(tc, a_silent_server_then_the_pool);
	tcase_add_test(tc, methods_that_are_off);
	tcase_add_test(tc, a_users_own_address_comes_first);
	tcase_add_test(tc, what_somebody_has_is_given_to_nobody);
	tcase_add_loop_test(tc, a_lost_lease_ends_the_session, 0, 3);
	tcase_add_loop_test(tc, one_who_goes_while_he_waits, 0, 2);
	tcase_add_test(tc, addresses_rest);
	tcase_add_test(tc, none_twice_none_lost);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
