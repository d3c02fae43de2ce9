/*
 * NT domains: who is asked, as whom, how many at once, and what the controller's words mean. The
 * child that asks is the double's; the real one is a lab's.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/nt/nt.h"
#include "engine/aaa/report.h"
#include "engine/child/nt.h"
#include "tests/support/aaa_net_sim.h"
#include "tests/support/env_sim.h"

#define LOGINS 12

static struct sim sim;
static struct netsim net;
static struct aaa_listener listener;
static struct aaa_world world;
static struct cfg_aaa_host config;
static struct aaa_server server, *servers[1] = {&server};
static struct aaa_group group;
static struct conversation talk[LOGINS];
static char debug[4096];

static struct {
	unsigned n;
	uint8_t result;
	enum reason reason;
	char why[128];
} got;

static void hear(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg, (void)to;
	if (m->type == MSG_TRACE_LINE)
		strncat(debug, m->trace_line.text, sizeof debug - strlen(debug) - 1);
}

static void done(struct conversation *c, const struct aaa_answer *a)
{
	(void)c;
	got.n++;
	got.result = a->result;
	got.reason = a->reason;
}

static void failed(
    struct conversation *c, struct aaa_server *s, const struct aaa_answer *a, bool dead)
{
	(void)c, (void)s, (void)dead;
	snprintf(got.why, sizeof got.why, "%s", a->why ? a->why : "");
}

static void setup(void)
{
	sim_init(&sim, 1, NULL, NULL);
	netsim_init(&net);
	listener = (struct aaa_listener){.send = hear, .debug = {[TRACE_NT] = 255}};
	world = (struct aaa_world){.env = &sim.env, .net = &net.net, .listener = &listener};
	config = (struct cfg_aaa_host){
	    .host = "10.10.10.25", .domain_controller = "NTDC", .timeout = 10};
	server = (struct aaa_server){.protocol = &nt_protocol, .config = &config, .group = &group,
	    .address = addr_v4(0x0a0a0a19)};
	group = (struct aaa_group){.name = "NTD", .server = servers, .n = 1, .max_failed = 3};
	memset(talk, 0, sizeof talk);
	memset(&got, 0, sizeof got);
	debug[0] = 0;
	ck_assert(nt_protocol.open(&world, &server));
}

static void teardown(void)
{
	for (size_t i = 0; i < LOGINS; i++)
		conversation_cancel(&talk[i]);
	if (server.server)
		nt_protocol.close(&server);
	netsim_fini(&net);
	ck_assert_uint_eq(timer_next(&sim.env), UINT64_MAX);
	sim_fini(&sim);
}

static void login(size_t i, const char *user, const char *password)
{
	struct aaa_request r = {.kind = AAA_AUTHENTICATE, .method = AAA_PAP, .service = "ppp"};

	snprintf(r.user, sizeof r.user, "%s", user);
	snprintf(r.password, sizeof r.password, "%s", password);
	got.n = 0;
	talk[i].failed = failed;
	conversation_start(&talk[i], &sim.env, &group, NULL, NULL, &r, done);
}

/* ---- one login ---------------------------------------------------------------------------- */

START_TEST(what_is_asked)
{
	static const struct {
		const char *typed, *user, *domain;
	} row[] = {{"alice", "alice", ""}, {"EXAMPLE\\alice", "alice", "EXAMPLE"},
	    {"alice@example.com", "alice@example.com", ""}};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct aaa_child *c = &net.child[i];

		login(0, row[i].typed, "secret");
		ck_assert_str_eq(c->user, row[i].user);
		ck_assert_str_eq(c->domain, row[i].domain);
		ck_assert_str_eq(c->password, "secret");
		ck_assert_str_eq(c->name, "NTDC");
		ck_assert_uint_eq(c->port, 445);
		ck_assert(addr_equal(&c->controller, &server.address));
		ck_assert(netsim_nt(&net, row[i].user, NT_ACCEPTED, NULL));
		ck_assert_uint_eq(got.result, AUTH_ACCEPT);
	}
	config.port = 139;
	login(0, "alice", "secret");
	ck_assert_uint_eq(net.child[3].port, 139);
	ck_assert_ptr_null(strstr(debug, "secret"));
}
END_TEST

static const struct {
	uint32_t status;
	uint8_t result;
	enum reason reason;
} words[] = {
    {0, AUTH_ACCEPT, REASON_NONE},
    {0xc0000064, AUTH_REJECT, REASON_AUTH_UNKNOWN_USER},
    {0xc000006a, AUTH_REJECT, REASON_AUTH_REJECTED},
    {0xc000006d, AUTH_REJECT, REASON_AUTH_REJECTED},
    {0xc000006e, AUTH_REJECT, REASON_AUTH_NO_DIALIN},
    {0xc000006f, AUTH_REJECT, REASON_AUTH_HOURS},
    {0xc0000070, AUTH_REJECT, REASON_AUTH_NO_DIALIN},
    {0xc0000071, AUTH_REJECT, REASON_AUTH_EXPIRED},
    {0xc0000072, AUTH_REJECT, REASON_AUTH_DISABLED},
    {0xc000015b, AUTH_REJECT, REASON_AUTH_NO_DIALIN},
    {0xc0000193, AUTH_REJECT, REASON_AUTH_ACCOUNT_EXPIRED},
    {0xc0000224, AUTH_REJECT, REASON_AUTH_EXPIRED},
    {0xc0000234, AUTH_REJECT, REASON_AUTH_LOCKED},
};

START_TEST(what_the_controller_says)
{
	login(0, "alice", "secret");
	ck_assert(netsim_nt(&net, "alice", words[_i].status, NULL));
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, words[_i].result);
	ck_assert_uint_eq(got.reason, words[_i].reason);
	ck_assert_uint_eq(server.failed, 0);
}
END_TEST

/* Whatever is no decision about the user is a failure of the server. */
START_TEST(what_is_no_answer)
{
	login(0, "alice", "secret");
	ck_assert(netsim_nt(&net, "alice", 0xc000005e, NULL)); /* no logon servers */
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_str_eq(got.why, "NT status 0xc000005e");
	login(0, "alice", "secret");
	ck_assert(netsim_nt(&net, "alice", 0, "Connection refused"));
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_str_eq(got.why, "Connection refused");
	net.no_sockets = true;
	login(0, "alice", "secret");
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_uint_gt(server.dead_until, 0); /* three in a row */
}
END_TEST

/* A controller lets nobody in, as nobody. */
START_TEST(nobody)
{
	static const struct {
		const char *user, *password;
	} row[] = {{"", ""}, {"", "secret"}, {"alice", ""}, {"EXAMPLE\\", "secret"}};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		login(0, row[i].user, row[i].password);
		ck_assert_uint_eq(got.n, 1);
		ck_assert_uint_eq(got.result, AUTH_REJECT);
		ck_assert_uint_eq(got.reason, REASON_AUTH_REJECTED);
	}
	ck_assert_uint_eq(net.n_child, 0);
}
END_TEST

START_TEST(other_methods_are_not_asked)
{
	struct aaa_request r = {.kind = AAA_AUTHENTICATE, .method = AAA_MSCHAPV2, .user = "alice"};

	conversation_start(&talk[0], &sim.env, &group, NULL, NULL, &r, done);
	ck_assert_uint_eq(got.result, AUTH_REJECT);
	ck_assert_uint_eq(got.reason, REASON_AUTH_METHOD);
}
END_TEST

/* ---- several ------------------------------------------------------------------------------- */

static void crowd(void)
{
	char user[16];

	for (size_t i = 0; i < LOGINS; i++) {
		snprintf(user, sizeof user, "u%zu", i);
		login(i, user, "secret");
	}
	ck_assert_uint_eq(net.n_child, NT_AT_ONCE);
}

START_TEST(each_waits_for_its_turn)
{
	crowd();
	ck_assert(!netsim_nt(&net, "u8", NT_ACCEPTED, NULL));
	got.n = 0;
	ck_assert(netsim_nt(&net, "u3", NT_ACCEPTED, NULL));
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(net.n_child, NT_AT_ONCE + 1);
	ck_assert(netsim_nt(&net, "u8", NT_ACCEPTED, NULL));
	conversation_cancel(&talk[10]); /* it waits yet */
	conversation_cancel(&talk[0]);  /* it is asked: its child goes, and u11 is next */
	ck_assert(!netsim_nt(&net, "u0", NT_ACCEPTED, NULL));
	ck_assert(!netsim_nt(&net, "u10", NT_ACCEPTED, NULL));
	ck_assert(netsim_nt(&net, "u11", NT_ACCEPTED, NULL));
}
END_TEST

/* The time of an answer runs while one waits, too. */
START_TEST(a_controller_that_hangs)
{
	crowd();
	got.n = 0;
	sim_run(&sim, 10 * SEC);
	ck_assert_uint_eq(got.n, LOGINS);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_uint_eq(got.reason, REASON_AUTH_TIMEOUT);
	ck_assert_uint_eq(server.counters.timeouts, LOGINS);
}
END_TEST

START_TEST(a_server_that_goes)
{
	crowd();
	got.n = 0;
	nt_protocol.close(&server);
	server.server = NULL;
	ck_assert_uint_eq(got.n, LOGINS);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_nt");
	TCase *tc = tcase_create("aaa_nt");
	SRunner *r = srunner_create(s);
	int bad;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_asked);
	tcase_add_loop_test(tc, what_the_controller_says, 0, sizeof words / sizeof *words);
	tcase_add_test(tc, what_is_no_answer);
	tcase_add_test(tc, nobody);
	tcase_add_test(tc, other_methods_are_not_asked);
	tcase_add_test(tc, each_waits_for_its_turn);
	tcase_add_test(tc, a_controller_that_hangs);
	tcase_add_test(tc, a_server_that_goes);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	bad = srunner_ntests_failed(r);
	srunner_free(r);
	return bad != 0;
}
