/*
 * Fifty clients behind one NAT, all of them 10.1.1.2 and port 1701 by themselves: they talk at
 * once, renew their SAs twice each way, and live on when the NAT restarts and gives everybody
 * another port, or somebody else's.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/context.h"
#include "engine/l2tp/avp.h"
#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/steady.h"

enum { CLIENTS = 50, INSIDE = 0x0a0a0a0a };

static struct world *w;
static struct world_client *client[CLIENTS];
static struct steady steady[CLIENTS];

static const char *user(size_t n)
{
	static char name[CLIENTS][8];

	snprintf(name[n], sizeof name[n], "n%02zu", n);
	return name[n];
}

static const struct personality *family(size_t n)
{
	size_t all = 0;

	while (personality_at(all))
		all++;
	return personality_at(n % all);
}

/* Of all families, in turn; they renew by themselves, or the gateway does. */
static void all_dial(bool renewing)
{
	w = world_create(50);
	world_aes(w);
	for (size_t n = 0; n < CLIENTS; n++) {
		struct world_client *c = client[n] = world_client(w, true);

		world_user(w, user(n));
		c->user = user(n);
		c->sequencing = n & 16;
		if (renewing)
			client_like(c, family(n));
		c->tunnel_id = (uint16_t)(n % 3);
		if (renewing) {
			steady_begin(&steady[n], c);
			continue;
		}
		client_lives(c, &(struct client_life){.answer = CLIENT_ANSWERS});
		c->ike.p1_seconds = 4 * 3600;
		client_connect(c);
	}
	sim_run(&w->sim, 20 * SEC);
}

static void setup(void)
{
	all_dial(true);
}

static void teardown(void)
{
	gateway_consistent(w->gw, w->routes);
	world_destroy(w);
}

/* All of them in the same moment, both ways; nobody gets what is somebody else's. */
static void all_talk(void)
{
	uint64_t before = w->to_tun, got[CLIENTS];

	for (size_t n = 0; n < CLIENTS; n++) {
		got[n] = client[n]->received;
		ck_assert_int_eq(client[n]->stage, CLIENT_UP);
		ck_assert(client_send(client[n], INSIDE));
	}
	sim_run(&w->sim, 20 * MSEC);
	ck_assert_uint_eq(w->to_tun, before + CLIENTS);
	for (size_t n = 0; n < CLIENTS; n++)
		world_inside_send(w, addr_to_v4(&client[n]->ip.client));
	sim_run(&w->sim, 20 * MSEC);
	for (size_t n = 0; n < CLIENTS; n++)
		ck_assert_uint_eq(client[n]->received, got[n] + 1);
	gateway_consistent(w->gw, w->routes);
	ck_assert_uint_eq(w->gw->tally[TALLY_SESSION].active, CLIENTS);
	ck_assert_uint_eq(w->gw->tally[TALLY_SESSION].cumulative, CLIENTS);
	ck_assert_uint_eq(w->gw->n_peers, CLIENTS);
}

static void all_renew(void (*how)(struct world_client *))
{
	uint32_t spi[CLIENTS];

	for (size_t n = 0; n < CLIENTS; n++) {
		spi[n] = client[n]->tunnel.spi_in;
		how(client[n]);
	}
	sim_run(&w->sim, 3 * SEC);
	for (size_t n = 0; n < CLIENTS; n++)
		ck_assert_uint_ne(client[n]->tunnel.spi_in, spi[n]);
	all_talk();
}

/* Their ports are those of whoever is `by` places further on, or new ones. */
static void nat_restarts(size_t by, uint16_t first)
{
	uint16_t was[CLIENTS];

	for (size_t n = 0; n < CLIENTS; n++)
		was[n] = client[n]->outer500.port;
	for (size_t n = 0; n < CLIENTS; n++) {
		uint16_t port = first ? (uint16_t)(first + 2 * n) : was[(n + by) % CLIENTS];

		client[n]->outer500.port = port;
		client[n]->outer4500.port = (uint16_t)(port + 1);
	}
}

START_TEST(renewed_by_each_of_them)
{
	all_talk();
	for (unsigned n = 0; n < 2; n++) {
		all_renew(client_rekey);
		all_renew(client_renew);
	}
}
END_TEST

/* The NAT restarts in the middle of it. */
START_TEST(renewed_by_the_gateway)
{
	teardown();
	all_dial(false);
	for (unsigned n = 0; n < 80; n++) {
		all_talk();
		if (n == 30)
			nat_restarts(0, 40000);
		if (n == 50)
			nat_restarts(1, 0);
		if (n != 30 && n != 50)
			sim_run(&w->sim, 600 * SEC);
	}
	for (size_t n = 0; n < CLIENTS; n++) {
		ck_assert_uint_ge(client[n]->renewed, 2);
		ck_assert_uint_ge(client[n]->renewed_phase1, 1);
	}
}
END_TEST

START_TEST(the_nat_gives_other_ports)
{
	all_talk();
	nat_restarts(0, 40000);
	all_talk();
	all_renew(client_rekey);
	nat_restarts(0, 30000);
	all_talk();
	all_renew(client_renew);
	ck_assert_uint_eq(w->gw->pools.taken.used, CLIENTS);
}
END_TEST

/* Each has the port now that was another's. */
START_TEST(the_nat_gives_ports_of_others)
{
	static const size_t by[] = {1, CLIENTS - 1, 7, CLIENTS / 2};

	for (size_t n = 0; n < sizeof by / sizeof *by; n++) {
		all_talk();
		nat_restarts(by[n], 0);
		all_talk();
		all_renew(n % 2 ? client_rekey : client_renew);
	}
}
END_TEST

/* It restarts while all of them are in the middle of a quick mode. */
START_TEST(the_nat_restarts_in_quick_mode)
{
	for (unsigned n = 0; n < 6; n++) {
		for (size_t k = 0; k < CLIENTS; k++)
			client_rekey(client[k]);
		sim_run(&w->sim, (1 + n) * MSEC);
		nat_restarts(n + 1, n % 3 ? 0 : (uint16_t)(41000 + 200 * n));
		sim_run(&w->sim, 10 * SEC);
		all_talk();
	}
}
END_TEST

/* Every other one renews its phase 1 at once, at the port that its neighbour had, and the gateway
 * cannot tell them apart: the neighbour loses nothing when it comes back from its new port. */
START_TEST(renewed_at_the_port_of_another)
{
	all_talk();
	nat_restarts(1, 0);
	for (size_t n = 0; n < CLIENTS; n += 2)
		client_renew(client[n]);
	sim_run(&w->sim, 3 * SEC);
	for (unsigned k = 0; k < 5; k++) {
		for (size_t n = 1; n < CLIENTS; n += 2) {
			uint64_t before = w->to_tun, got = client[n]->received;

			ck_assert(client_send(client[n], INSIDE));
			sim_run(&w->sim, 5 * MSEC);
			ck_assert_uint_eq(w->to_tun, before + 1);
			world_inside_send(w, addr_to_v4(&client[n]->ip.client));
			sim_run(&w->sim, 5 * MSEC);
			ck_assert_uint_eq(client[n]->received, got + 1);
		}
		gateway_consistent(w->gw, w->routes);
		sim_run(&w->sim, 120 * SEC);
		ck_assert_uint_ge(w->gw->tally[TALLY_SESSION].active, CLIENTS / 2);
	}
}
END_TEST

static struct peer *peer_of(size_t n)
{
	struct session *s;

	LIST_FOREACH (s, &w->gw->sessions, link)
		if (strcmp(s->user, user(n)) == 0)
			return s->peer;
	return NULL;
}

/* What the gateway sends to the one, whose is it to read? */
static bool sealed_for(size_t n, size_t reader)
{
	return peer_of(n)->use->child.spi_out == client[reader]->tunnel.spi_in;
}

/* The same, and what leaves for the neighbour is sealed for himself, although the other's SAs are
 * newer. Then the one who renewed goes on with his own session there. */
START_TEST(a_session_of_another_tells)
{
	size_t mixed = 0;

	all_talk();
	nat_restarts(1, 0);
	for (size_t n = 0; n < CLIENTS; n += 2)
		client_renew(client[n]);
	sim_run(&w->sim, 3 * SEC);
	for (size_t n = 0; n < CLIENTS; n += 2) {
		mixed += sealed_for(n + 1, n);
		ck_assert(sealed_for(n + 1, n + 1));
		if (_i)
			lac_hangup(client[n]->lac);
		else
			ck_assert(client_send(client[n], INSIDE));
	}
	ck_assert_uint_eq(mixed, 0);
	sim_run(&w->sim, SEC);
	for (size_t n = 1; n < CLIENTS; n += 2)
		ck_assert(sealed_for(n, n));
	gateway_consistent(w->gw, w->routes);
}
END_TEST

/* A message to tunnel 0 names no session: it tells nothing, unless somebody dials. He needs an
 * answer on the pair; whose it is shows when the neighbour comes back. */
START_TEST(tunnel_0_is_nobodys)
{
	uint8_t msg[64];
	struct wr m = wr_init(msg, sizeof msg);
	size_t dialled = 0;

	if (_i) {
		l2tp_put_control_header(&m, 0, 0);
		wr_u16(&m, 0x8008); /* Message Type, M, and no more */
		wr_u32(&m, 0);
		wr_u16(&m, L2TP_SCCRQ);
		wr_patch16(&m, L2TP_LENGTH_AT, (unsigned)wr_len(&m));
	} else {
		l2tp_put_data_header(&m, L2TP_DATA_HEADER + 4, 0, 0, false, 0);
		wr_u32(&m, 0);
	}
	all_talk();
	nat_restarts(1, 0);
	for (size_t n = 0; n < CLIENTS; n += 2)
		client_renew(client[n]);
	sim_run(&w->sim, 3 * SEC);
	for (size_t n = 0; n < CLIENTS; n += 2) {
		client_l2tp(client[n], msg, wr_len(&m));
		sim_run(&w->sim, 10 * MSEC);
		dialled += sealed_for(n + 1, n);
	}
	ck_assert(_i ? dialled > CLIENTS / 5 : dialled == 0);
	for (size_t n = 1; n < CLIENTS; n += 2) {
		ck_assert(client_send(client[n], INSIDE));
		sim_run(&w->sim, 10 * MSEC);
		ck_assert(sealed_for(n, n));
	}
	gateway_consistent(w->gw, w->routes);
}
END_TEST

START_TEST(one_leaves_one_comes)
{
	client_leave(client[7]);
	sim_run(&w->sim, SEC);
	steady_end(&steady[7]);
	ck_assert_uint_eq(w->gw->tally[TALLY_SESSION].active, CLIENTS - 1);
	client_again(client[7]);
	client[7]->user = user(7);
	steady_begin(&steady[7], client[7]);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(w->gw->tally[TALLY_SESSION].active, CLIENTS);
	ck_assert_int_eq(client[7]->stage, CLIENT_UP);
}
END_TEST

/* Somebody there has guessed so many keys that the address owes for them: who has the key of a
 * group by which another one there is connected comes in all the same. */
START_TEST(a_guesser_among_them)
{
	struct ipc_msg partners = world_tunnel_group();

	w = world_create(7);
	partners.cfg_tunnel_group.name = "PARTNERS";
	partners.cfg_tunnel_group.psk = "p";
	world_config(w, MSG_CFG_TUNNEL_GROUP, partners);
	for (size_t n = 0; n < 2; n++) {
		client[n] = world_client(w, true);
		world_user(w, user(n));
		client[n]->user = user(n);
		client[n]->ike.psk = "p";
	}
	if (_i) {
		client_connect(client[0]);
		sim_run(&w->sim, 5 * SEC);
		ck_assert_int_eq(client[0]->stage, CLIENT_UP);
	}
	tries_charge(&w->gw->ike->tries, share_key_of(&client[1]->outer500.addr),
	    w->sim.env.now(&w->sim.env), 100 * TRIES_MAX);
	client_connect(client[1]);
	sim_run(&w->sim, 20 * SEC);
	ck_assert_int_eq(client[1]->stage == CLIENT_UP, _i);
	world_destroy(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("one_nat");
	TCase *tc = tcase_create("one_nat");
	TCase *keys = tcase_create("keys");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, renewed_by_each_of_them);
	tcase_add_test(tc, renewed_by_the_gateway);
	tcase_add_test(tc, the_nat_gives_other_ports);
	tcase_add_test(tc, the_nat_gives_ports_of_others);
	tcase_add_test(tc, the_nat_restarts_in_quick_mode);
	tcase_add_test(tc, renewed_at_the_port_of_another);
	tcase_add_loop_test(tc, a_session_of_another_tells, 0, 2);
	tcase_add_loop_test(tc, tunnel_0_is_nobodys, 0, 2);
	tcase_add_test(tc, one_leaves_one_comes);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(keys, a_guesser_among_them, 0, 2);
	suite_add_tcase(s, keys);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
