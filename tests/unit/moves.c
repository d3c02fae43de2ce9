/*
 * Ports and addresses that move in mid-session: a NAT that was restarted, a phone that has changed
 * its network. What is authentic moves a client, and nothing else does.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/world.h"

#define CLIENTS 20

static struct world *w;
static struct world_client *c[CLIENTS];

/* The newest ESP packet to the server. */
static struct {
	uint8_t b[2048];
	size_t len;
	bool keep;
} esp;

static void to_server(
    void *arg, const struct path *path, bool is_esp, const uint8_t *msg, size_t len)
{
	(void)arg, (void)path;
	if (!is_esp || !esp.keep || len > sizeof esp.b)
		return;
	memcpy(esp.b, msg, len);
	esp.len = len;
}

static void setup(void)
{
	struct ipc_msg g = {.cfg_group_policy = {.op = CFG_SET, .name = "L2TP-VPN",
	    .protocols = PROTO_L2TP_IPSEC, .split_policy = "", .split_list = "", .group_lock = "",
	    .intercept = ATTR_UNSET, .idle_timeout = ATTR_UNSET, .session_timeout = ATTR_UNSET,
	    .logins = CLIENTS}};

	w = world_create(13);
	w->spy.to_server = to_server;
	esp.keep = false;
	world_config(w, MSG_CFG_GROUP_POLICY, g);
	for (int i = 0; i < CLIENTS; i++) {
		c[i] = world_client(w, true);
		c[i]->ike.dpd = true;
		client_connect(c[i]);
		sim_run(&w->sim, 200 * MSEC);
	}
	sim_run(&w->sim, 2 * SEC);
	for (int i = 0; i < CLIENTS; i++)
		ck_assert_int_eq(c[i]->stage, CLIENT_UP);
}

static void teardown(void)
{
	gateway_consistent(w->gw, w->routes);
	world_destroy(w);
}

static bool sends(struct world_client *x)
{
	uint64_t in = w->to_tun;

	client_send(x, 0x0a0a0a0a);
	sim_run(&w->sim, 10 * MSEC);
	return w->to_tun == in + 1;
}

static bool hears(struct world_client *x)
{
	uint64_t before = x->received;

	world_inside_send(w, addr_to_v4(&x->ip.client));
	sim_run(&w->sim, 10 * MSEC);
	return x->received == before + 1;
}

static void all_work(void)
{
	for (int i = 0; i < CLIENTS; i++) {
		ck_assert(sends(c[i]));
		ck_assert(hears(c[i]));
	}
	ck_assert_uint_eq(world_query(w, "session", NULL), CLIENTS);
}

/* Both mappings of all at once; on ports that nobody had, or that another of them had. */
START_TEST(nat_restarted)
{
	struct endpoint first500 = c[0]->outer500, first4500 = c[0]->outer4500;

	for (int i = 0; i < CLIENTS; i++) {
		if (_i == 0) {
			c[i]->outer500.port = (uint16_t)(c[i]->outer500.port + 5000);
			c[i]->outer4500.port = (uint16_t)(c[i]->outer4500.port + 5000);
		} else {
			c[i]->outer500 = i + 1 < CLIENTS ? c[i + 1]->outer500 : first500;
			c[i]->outer4500 = i + 1 < CLIENTS ? c[i + 1]->outer4500 : first4500;
		}
	}
	for (int i = 0; i < CLIENTS; i++)
		ck_assert(sends(c[i]));
	all_work();
	for (int i = 0; i < CLIENTS; i++)
		client_rekey(c[i]);
	sim_run(&w->sim, 2 * SEC);
	all_work();
	sim_run(&w->sim, 600 * SEC); /* they answer from there */
	all_work();
}
END_TEST

/* Another network: the address too. Its IKE alone may tell, for who only receives asks now and
 * then whether we live. */
START_TEST(another_network)
{
	struct initiator_message m;

	c[3]->outer500.addr = c[3]->outer4500.addr = addr_v4(0xac100109);
	if (_i) {
		initiator_dpd(&c[3]->ike, false, 1, &m);
		client_say(c[3], &m);
		sim_run(&w->sim, 10 * MSEC);
	} else {
		ck_assert(sends(c[3]));
	}
	ck_assert(hears(c[3]));
	client_renew(c[3]);
	sim_run(&w->sim, 2 * SEC);
	all_work();
}
END_TEST

/* Replayed, or with a bit changed: from wherever it comes, it moves nobody. */
START_TEST(nobody_else_moves_a_client)
{
	struct path thief = {.local = {addr_v4(0xac100102), 4500},
	    .remote = {addr_v4(0xac100142), 4500}};
	uint64_t in;

	esp.keep = true;
	ck_assert(sends(c[5]));
	esp.keep = false;
	if (_i)
		esp.b[esp.len - 1] ^= 1;
	in = w->to_tun;
	dp_input(w->dp, &thief, true, esp.b, esp.len);
	dp_poll(w->dp);
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(w->to_tun, in);
	for (size_t i = 0; i < w->gw->n_peers; i++)
		ck_assert(!addr_equal(&w->gw->peers[i]->path.remote.addr, &thief.remote.addr));
	ck_assert(hears(c[5]));
}
END_TEST

/* An informational that somebody kept back and sends from elsewhere. */
START_TEST(nor_does_an_old_message)
{
	struct path thief = {.local = {addr_v4(0xac100102), 4500},
	    .remote = {addr_v4(0xac100142), 4500}};
	struct initiator_message m;

	initiator_dpd(&c[5]->ike, false, 7, &m);
	client_say(c[5], &m);
	sim_run(&w->sim, SEC);
	gateway_ike(w->gw, &thief, m.b, m.len);
	sim_run(&w->sim, SEC);
	for (size_t i = 0; i < w->gw->n_peers; i++)
		ck_assert(!addr_equal(&w->gw->peers[i]->path.remote.addr, &thief.remote.addr));
	ck_assert(hears(c[5]));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("moves");
	TCase *tc = tcase_create("moves");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, nat_restarted, 0, 2);
	tcase_add_loop_test(tc, another_network, 0, 2);
	tcase_add_loop_test(tc, nobody_else_moves_a_client, 0, 2);
	tcase_add_test(tc, nor_does_an_old_message);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
