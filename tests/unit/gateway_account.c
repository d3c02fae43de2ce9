/*
 * Accounting: each login that comes up is told of once, while it is there as often as asked, and
 * when it goes with the counters that are shown; always under a key of its own.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"
#include "engine/session/gateway.h"
#include "engine/session/objects.h"
#include "tests/support/world.h"

#define INSIDE 0x0a0a0a0au

static struct world *w;

static void tunnel_group(const char *accounting)
{
	world_config(w, MSG_CFG_TUNNEL_GROUP, (struct ipc_msg){.cfg_tunnel_group = {.op = CFG_SET,
	    .name = "DefaultRAGroup", .type = "remote-access", .pools = {1, {"Address-pool"}},
	    .group_policy = "L2TP-VPN", .auth_group = "LOCAL", .accounting_group = accounting,
	    .psk = "C!sc0@123", .threshold = 300, .retry = 2, .mschapv1 = 1, .mschapv2 = 1}});
}

static void group(bool interim, uint32_t periodic)
{
	world_config(w, MSG_CFG_ACCOUNT_GROUP, (struct ipc_msg){.cfg_account_group = {
	    .op = CFG_SET, .name = "RAD", .interim = interim, .interim_periodic = periodic}});
}

static void setup(void)
{
	w = world_create(1);
	tunnel_group("RAD");
	group(false, 0);
}

static void teardown(void)
{
	world_destroy(w);
}

static const struct msg_account *told(size_t n)
{
	ck_assert_uint_lt(n, w->n_told);
	return &w->told[n].account;
}

static struct world_client *connected(bool nat)
{
	struct world_client *c = world_client(w, nat);

	client_connect(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	return c;
}

static void traffic(struct world_client *c, unsigned in, unsigned out)
{
	while (in--)
		ck_assert(client_send(c, INSIDE));
	while (out--)
		world_inside_send(w, addr_to_v4(&c->ip.client));
	sim_run(&w->sim, SEC);
}

START_TEST(from_start_to_stop)
{
	struct world_client *c = connected(false);
	const struct msg_account *a = told(0);
	struct ipc_msg m = {0};
	char key[32];

	ck_assert_uint_eq(w->n_told, 1);
	ck_assert_uint_eq(a->what, ACCOUNT_START);
	ck_assert_str_eq(a->server_group, "RAD");
	ck_assert_str_eq(a->service, "ppp");
	ck_assert_str_eq(a->user, "test");
	ck_assert_str_eq(a->tunnel_group, "DefaultRAGroup");
	ck_assert_str_eq(a->group_policy, "L2TP-VPN");
	ck_assert_str_eq(a->method, "ms-chap-v2");
	ck_assert_uint_eq(addr_to_v4(&a->client), 0x0a010102);
	ck_assert_uint_eq(addr_to_v4(&a->local), 0xac100102);
	ck_assert_uint_eq(addr_to_v4(&a->assigned), 0xc0a80101);
	ck_assert_uint_eq(a->bytes_in + a->bytes_out + a->duration + a->cause, 0);
	ck_assert_uint_eq(world_query(w, "session", &m), 1);
	ck_assert_uint_eq(a->session, m.rec_session.index);
	ck_assert_uint_eq(a->since, m.rec_session.login_time);
	snprintf(key, sizeof key, "%s", a->key);
	ck_assert_uint_gt(strlen(key), 12);
	traffic(c, 3, 5);
	sim_run(&w->sim, 60 * SEC);
	ck_assert_uint_eq(world_query(w, "session", &m), 1);
	client_leave(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(w->n_told, 2);
	a = told(1);
	ck_assert_uint_eq(a->what, ACCOUNT_STOP);
	ck_assert_str_eq(a->key, key);
	ck_assert_uint_eq(a->pkts_in, 3);
	ck_assert_uint_eq(a->pkts_out, 5);
	ck_assert_uint_eq(a->bytes_in, m.rec_session.ppp_bytes_in);
	ck_assert_uint_eq(a->bytes_out, m.rec_session.ppp_bytes_out);
	ck_assert_uint_eq(a->bytes_in, 3 * 28);
	ck_assert_uint_eq(a->cause, CAUSE_USER_REQUEST);
	ck_assert_uint_ge(a->duration, 60);
	ck_assert_uint_ge(a->time - a->since, a->duration);
	ck_assert_uint_eq(addr_to_v4(&a->assigned), 0xc0a80101); /* it still was his */
	ck_assert_ptr_nonnull(strstr(w->log, "Bytes xmt: 140, Bytes rcv: 84, Reason: User"));
}
END_TEST

/* Also where nobody accounts: a login that comes up is one record, and its end another. */
START_TEST(the_history_is_told)
{
	struct world_client *c;
	const struct msg_session_record *r;
	char key[32];

	tunnel_group("");
	c = connected(true);
	ck_assert_uint_eq(w->n_past, 1);
	r = &w->past[0].session_record;
	ck_assert(!r->ended);
	ck_assert_str_eq(r->user, "test");
	ck_assert_str_eq(r->reason, "");
	snprintf(key, sizeof key, "%s", r->key);
	ck_assert_int_eq(strncmp(key, gateway_life(w->gw), strlen(gateway_life(w->gw))), 0);
	ck_assert_uint_gt(strlen(key), strlen(gateway_life(w->gw)));
	traffic(c, 3, 5);
	sim_run(&w->sim, 60 * SEC);
	client_leave(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(w->n_past, 2);
	r = &w->past[1].session_record;
	ck_assert(r->ended);
	ck_assert_str_eq(r->key, key);
	ck_assert_str_eq(r->user, "test");
	ck_assert_str_eq(r->protocol, "L2TPOverIPsecOverNatT");
	ck_assert_str_eq(r->tunnel_group, "DefaultRAGroup");
	ck_assert_str_eq(r->group_policy, "L2TP-VPN");
	ck_assert_uint_eq(addr_to_v4(&r->assigned), 0xc0a80101);
	ck_assert_uint_eq(r->bytes_in, 3 * 28);
	ck_assert_uint_eq(r->bytes_out, 5 * 28);
	ck_assert_uint_ge(r->duration, 60);
	ck_assert_uint_ge(r->end_time, r->login_time + 60);
	ck_assert_str_eq(r->reason, "User Requested");
	ck_assert(*r->why);
	ck_assert_str_eq(r->client, "Windows 8");
	/* Who never came up is no session that has ended. */
	w->no_answers = true;
	c = world_client(w, false);
	client_connect(c);
	sim_run(&w->sim, 200 * SEC);
	ck_assert_uint_eq(w->n_past, 2);
}
END_TEST

START_TEST(nobody_accounts)
{
	tunnel_group("");
	client_leave(connected(false));
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(w->n_told, 0);
}
END_TEST

/* A configuration that changes meanwhile: whoever heard of the start hears of the end. */
START_TEST(the_group_of_the_start)
{
	struct world_client *c = connected(false);

	tunnel_group("");
	client_leave(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(w->n_told, 2);
	ck_assert_str_eq(told(1)->server_group, "RAD");
}
END_TEST

/* No key is ever that of another session, of this life of the engine or of another. */
START_TEST(keys)
{
	char first[32];

	connected(true);
	connected(true);
	ck_assert_uint_eq(w->n_told, 2);
	ck_assert_str_ne(told(0)->key, told(1)->key);
	snprintf(first, sizeof first, "%s", told(0)->key);
	world_destroy(w);
	setup();
	sim_run(&w->sim, 1);
	connected(true);
	ck_assert_str_eq(told(0)->key, first); /* the world began at the same moment */
	gateway_shutdown(w->gw, REASON_ADMIN_SHUTDOWN);
	gateway_destroy(w->gw);
	ck_assert_uint_eq(told(1)->cause, CAUSE_ADMIN_REBOOT);
	w->gw = NULL;
}
END_TEST

static void interim_of(uint32_t seconds)
{
	struct session *s = LIST_FIRST(&w->gw->sessions);

	ck_assert_uint_eq(s->policy->interim, seconds);
}

/* What the server asks for, not too often; what is configured here goes over it. */
START_TEST(again_and_again)
{
	static const struct {
		uint32_t asked;
		bool interim;
		uint32_t hours;
		uint64_t every; /* seconds */
	} row[] = {
	    {300, false, 0, 300},
	    {1, false, 0, 60},
	    {300, true, 0, 300},
	    {300, true, 1, 3600},
	    {0, true, 2, 7200},
	    {0, false, 2, 0},
	    {0, true, 0, 0},
	};
	struct aaa_attributes l = {.len = 0};
	struct msg_auth_reply r = {.result = AUTH_ACCEPT,
	    .message = "",
	    .user = "",
	    .by = "10.1.1.21",
	    .group = "RAD",
	    .cookie = {5, (const uint8_t *)"cl\0ss"}};
	struct world_client *c = world_client(w, false);

	if (row[_i].asked)
		aaa_attribute_add(
		    &l, &(struct aaa_value){.which = AAA_INTERIM, .number = row[_i].asked});
	group(row[_i].interim, row[_i].hours);
	w->hold_auth = true;
	c->methods = 1u << PPP_AUTH_MSCHAPV1;
	client_connect(c);
	sim_run(&w->sim, SEC);
	r.id = w->held.id;
	r.attributes = (struct bytes){(uint16_t)l.len, l.bytes};
	gateway_auth_done(w->gw, &r);
	sim_run(&w->sim, SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	interim_of(row[_i].asked);
	traffic(c, 2, 0);
	for (uint64_t n = 1; n < 4; n++) {
		size_t before = w->n_told;

		for (uint64_t t = 0; t < row[_i].every; t += 30) {
			client_send(c, INSIDE); /* it is not idle */
			if (t % 1800 == 0)
				client_rekey(c);
			sim_run(&w->sim, 30 * SEC);
		}
		ck_assert_uint_eq(w->n_told - before, row[_i].every ? 1 : 0);
	}
	if (w->n_told == 1)
		return;
	ck_assert_uint_eq(told(3)->what, ACCOUNT_INTERIM);
	ck_assert_uint_gt(told(3)->bytes_in, 2 * 28);
	ck_assert_uint_eq(told(3)->cause, 0);
	ck_assert_str_eq(told(3)->auth_group, "RAD");
	ck_assert_uint_eq(told(3)->cookie.len, 5);
	ck_assert_mem_eq(told(3)->cookie.p, "cl\0ss", 5);
}
END_TEST

/* Another address outside is told at once, if that is wanted; another port is nothing. */
START_TEST(he_moves)
{
	struct world_client *c;

	group(_i, 0);
	c = connected(true);
	c->outer4500.port = 40001;
	traffic(c, 1, 0);
	ck_assert_uint_eq(w->n_told, 1);
	c->outer500.addr = c->outer4500.addr = addr_v4(0xac100177);
	traffic(c, 1, 0);
	ck_assert_uint_eq(w->n_told, _i ? 2 : 1);
	if (!_i)
		return;
	ck_assert_uint_eq(told(1)->what, ACCOUNT_INTERIM);
	ck_assert_uint_eq(addr_to_v4(&told(1)->client), 0xac100177);
	ck_assert_uint_eq(told(1)->pkts_in, 2);
}
END_TEST

/* Who proves himself again goes on with the same record; somebody else begins another. */
START_TEST(proved_again)
{
	struct world_client *c = connected(false);

	lac_renegotiate(c->lac);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(w->n_told, 1);
	world_user(w, "other");
	lac_like(c->lac, &(struct lac_like){.user = "other"});
	lac_renegotiate(c->lac);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(w->n_told, 3);
	ck_assert_uint_eq(told(1)->what, ACCOUNT_STOP);
	ck_assert_uint_eq(told(2)->what, ACCOUNT_START);
	ck_assert_str_eq(told(2)->user, "other");
	ck_assert_str_ne(told(2)->key, told(1)->key);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gateway_account");
	TCase *tc = tcase_create("account");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, from_start_to_stop);
	tcase_add_test(tc, the_history_is_told);
	tcase_add_test(tc, nobody_accounts);
	tcase_add_test(tc, the_group_of_the_start);
	tcase_add_test(tc, keys);
	tcase_add_loop_test(tc, again_and_again, 0, 7);
	tcase_add_loop_test(tc, he_moves, 0, 2);
	tcase_add_test(tc, proved_again);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
