/*
 * SAs that are renewed while packets pass both ways every 10 ms: by the server, by the client, by
 * both at once; an SA pair for its seconds, its kilobytes, its sequence numbers, a phase 1 for its
 * seconds; with clients that install late, that refuse, that hear nothing, with each message lost.
 * No packet is lost, one pair is left in the end, the session is the same.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/control.h"
#include "engine/dataplane/worker.h"
#include "tests/support/consistent.h"
#include "tests/support/lists.h"
#include "tests/support/world.h"

#define TICK (10 * MSEC)
#define INSIDE 0x0a0a0a0a

enum why { PAIR_SECONDS, PAIR_KILOBYTES, PAIR_SEQUENCE, PHASE1_SECONDS };

struct row {
	const char *name;
	enum why why;
	struct client_life life;
	bool nat;
	uint16_t pfs;
	bool cuts; /* SHA2-256 to 96 bits, as old Android does */
	unsigned by_server, phase1_by_server; /* exchanges of the server that the client has done */
};

static const struct row rows[] = {
	/* The server begins. */
	{"seconds", PAIR_SECONDS, {.answer = CLIENT_ANSWERS}, .by_server = 1},
	{"seconds, NAT", PAIR_SECONDS, {.answer = CLIENT_ANSWERS}, .nat = true, .by_server = 1},
	{"seconds, PFS", PAIR_SECONDS, {.answer = CLIENT_ANSWERS}, .pfs = 14, .by_server = 1},
	{"seconds, late", PAIR_SECONDS, {.answer = CLIENT_ANSWERS, .late = true}, .by_server = 1},
	{"kilobytes", PAIR_KILOBYTES, {.answer = CLIENT_ANSWERS}, .by_server = 1},
	{"kilobytes, late", PAIR_KILOBYTES, {.answer = CLIENT_ANSWERS, .late = true},
	    .by_server = 1},
	{"sequence", PAIR_SEQUENCE, {.answer = CLIENT_ANSWERS, .late = true}, .by_server = 1},
	{"phase 1", PHASE1_SECONDS, {.answer = CLIENT_ANSWERS}, .phase1_by_server = 1},
	{"phase 1, NAT", PHASE1_SECONDS, {.answer = CLIENT_ANSWERS}, .nat = true,
	    .phase1_by_server = 1},
	/* The client does. */
	{"client, seconds", PAIR_SECONDS,
	    {.answer = CLIENT_ANSWERS, .seconds = 150}, .by_server = 0},
	{"client, kilobytes", PAIR_KILOBYTES,
	    {.answer = CLIENT_ANSWERS, .kilobytes = 250}, .by_server = 0},
	{"client, keeps", PAIR_SECONDS,
	    {.answer = CLIENT_ANSWERS, .seconds = 195, .keeps = true}, .nat = true},
	{"client, phase 1", PHASE1_SECONDS,
	    {.answer = CLIENT_ANSWERS, .phase1_seconds = 330}, .by_server = 0},
	{"client, 96 bits", PAIR_SECONDS,
	    {.answer = CLIENT_ANSWERS, .seconds = 150}, .cuts = true},
	{"seconds, 96 bits", PAIR_SECONDS, {.answer = CLIENT_ANSWERS, .late = true}, .nat = true,
	    .cuts = true, .by_server = 1},
	/* Both do. */
	{"cross, seconds", PAIR_SECONDS, {.answer = CLIENT_ANSWERS, .crosses = true},
	    .by_server = 1},
	{"cross, late, NAT", PAIR_SECONDS,
	    {.answer = CLIENT_ANSWERS, .crosses = true, .late = true}, .nat = true, .by_server = 1},
	{"cross, keeps", PAIR_KILOBYTES,
	    {.answer = CLIENT_ANSWERS, .crosses = true, .keeps = true}, .by_server = 1},
	{"cross, phase 1", PHASE1_SECONDS, {.answer = CLIENT_ANSWERS, .crosses = true},
	    .phase1_by_server = 1},
	/* The server tries, in vain, and the client comes in the end. */
	{"ignores", PAIR_SECONDS, {.answer = CLIENT_IGNORES, .seconds = 222}, .by_server = 0},
	{"refuses", PAIR_SECONDS, {.answer = CLIENT_REFUSES, .seconds = 222}, .by_server = 0},
	{"ignores, phase 1", PHASE1_SECONDS,
	    {.answer = CLIENT_IGNORES, .phase1_seconds = 380}, .by_server = 0},
};
#define N_ROWS (sizeof rows / sizeof *rows)

static struct world *w;
static struct world_client *c;
static uint64_t sent;

static void cutting(void)
{
	world_config(w, MSG_CFG_TRANSFORM_SET, (struct ipc_msg){.cfg_transform_set = {CFG_SET,
	    "TRANS-ESP-3DES-SHA", "esp-aes-256", "esp-sha256-hmac", "transport"}});
	client_like(c, personality_find("android"));
	c->ike.short_icv = true;
	c->ike.p2[0].cipher = CIPHER_AES256;
	c->ike.p2[0].auth = HASH_SHA256;
	c->ike.n_p2 = 1;
}

static void dial(const struct row *row)
{
	w = world_create(7);
	c = world_client(w, row->nat);
	if (row->cuts)
		cutting();
	c->ike.pfs = row->pfs;
	c->ike.n_p1 = 1;
	c->ike.p1[0].cipher = CIPHER_3DES;
	c->ike.p1[0].hash = HASH_SHA1;
	c->ike.p1[0].group = 2;
	c->ike.p1_seconds = row->why == PHASE1_SECONDS ? 400 : 28800;
	if (row->why == PAIR_SECONDS)
		c->ike.seconds = 240;
	if (row->why == PAIR_KILOBYTES)
		c->ike.kilobytes = 400;
	sent = 0;
	client_connect(c);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	client_lives(c, &row->life);
}

/* Packets both ways, for so long. */
static void talk(uint64_t duration)
{
	for (uint64_t t = 0; t < duration; t += TICK, sent++) {
		ck_assert(client_send(c, INSIDE));
		world_inside_send(w, addr_to_v4(&c->ip.client));
		sim_run(&w->sim, TICK);
	}
}

static struct dp_sa *pair_of_server(void)
{
	return tables_sa(&w->dp->worker[0]->tables, c->tunnel.spi_out);
}

/* To shortly before the reason comes, over it, and until all is quiet. */
static void live(const struct row *row)
{
	static const unsigned before[] = {[PAIR_SECONDS] = 140, [PAIR_KILOBYTES] = 0,
	    [PAIR_SEQUENCE] = 0, [PHASE1_SECONDS] = 310};
	static const unsigned over[] = {[PAIR_SECONDS] = 110, [PAIR_KILOBYTES] = 110,
	    [PAIR_SEQUENCE] = 10, [PHASE1_SECONDS] = 100};

	if (before[row->why])
		sim_run(&w->sim, before[row->why] * SEC);
	if (row->why == PAIR_SEQUENCE)
		pair_of_server()->out.sequence = 0xf0000000u - 100;
	talk(over[row->why] * SEC);
	sim_run(&w->sim, 75 * SEC);
}

static void nothing_left(void)
{
	struct ipc_msg pool;

	client_lives(c, &(struct client_life){.answer = CLIENT_IGNORES});
	client_leave(c);
	sim_run(&w->sim, 10 * SEC);
	gateway_is_empty(w->gw);
	ck_assert_uint_eq(w->routes, 0);
	world_query(w, "pool", &pool);
	ck_assert_uint_eq(pool.rec_pool_addr.state, POOL_ADDRESS_FREE);
}

static struct msg_rec_session session_now(void)
{
	struct ipc_msg m;

	ck_assert_uint_eq(world_query(w, "session", &m), 1);
	return m.rec_session;
}

START_TEST(no_packet_is_lost)
{
	const struct row *row = &rows[_i];
	struct msg_rec_session before, after;
	uint32_t old;

	dial(row);
	before = session_now();
	old = c->tunnel.spi_in;
	live(row);
	ck_assert_msg(c->received == sent, "%s: %llu of %llu to the client", row->name,
	    (unsigned long long)c->received, (unsigned long long)sent);
	ck_assert_msg(w->to_tun == sent, "%s: %llu of %llu from the client", row->name,
	    (unsigned long long)w->to_tun, (unsigned long long)sent);
	ck_assert_msg(c->tunnel.spi_in != old || row->why == PHASE1_SECONDS, "%s", row->name);
	ck_assert_msg(c->renewed == row->by_server, "%s: %u", row->name, c->renewed);
	ck_assert_msg(c->renewed_phase1 == row->phase1_by_server, "%s: %u", row->name,
	    c->renewed_phase1);
	ck_assert_msg(world_query(w, "ipsec", NULL) == 1, "%s: %u pairs", row->name,
	    world_query(w, "ipsec", NULL));
	after = session_now();
	ck_assert_uint_eq(after.login_time, before.login_time);
	ck_assert_uint_eq(after.index, before.index);
	ck_assert(addr_equal(&after.assigned, &before.assigned));
	gateway_consistent(w->gw, w->routes);
	nothing_left();
	world_destroy(w);
}
END_TEST

/* Each of the messages of an exchange that the server begins, lost. */
START_TEST(a_lost_message_is_repeated)
{
	static const struct row quick = {"quick", PAIR_SECONDS,
	    {.answer = CLIENT_ANSWERS}, .by_server = 0};
	static const struct row late = {
	    "late", PAIR_SECONDS, {.answer = CLIENT_ANSWERS, .late = true}, .by_server = 0};
	static const struct row main = {"main", PHASE1_SECONDS,
	    {.answer = CLIENT_ANSWERS}, .by_server = 0};
	static const struct {
		const struct row *row;
		uint32_t in, out;
	} lost[] = {{&quick, 1, 0}, {&quick, 2, 0}, {&quick, 0, 1}, {&late, 1, 1}, {&late, 2, 0},
	    {&late, 6, 0}, {&main, 1, 0}, {&main, 2, 0}, {&main, 4, 0}, {&main, 0, 1},
	    {&main, 0, 2}, {&main, 0, 4}, {&main, 7, 0}};
	struct row row = *lost[_i].row;

	row.life.lost_in = lost[_i].in;
	row.life.lost_out = lost[_i].out;
	dial(&row);
	live(&row);
	ck_assert_uint_eq(c->received, sent);
	ck_assert_uint_eq(w->to_tun, sent);
	ck_assert_uint_eq(c->renewed + c->renewed_phase1, 1);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 1);
	nothing_left();
	world_destroy(w);
}
END_TEST

/* An answer that is not to what was offered gets no message 3; the client's own renewal counts. */
START_TEST(a_wrong_answer_is_none)
{
	static const struct row row = {"wrong", PAIR_SECONDS,
	    {.answer = CLIENT_ANSWERS, .seconds = 222}, .by_server = 0};

	dial(&row);
	c->ike.no_ids = true;
	live(&row);
	ck_assert_uint_eq(c->renewed, 0);
	ck_assert_uint_eq(c->received, sent);
	ck_assert_uint_eq(w->to_tun, sent);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 1);
	nothing_left();
	world_destroy(w);
}
END_TEST

/* Weeks of it on a bad line, both sides at it: the same session, no pile of SAs. */
START_TEST(weeks_on_a_bad_line)
{
	static const struct client_life lives[] = {
	    {.answer = CLIENT_ANSWERS},
	    {.answer = CLIENT_ANSWERS, .late = true, .crosses = true},
	    {.answer = CLIENT_ANSWERS, .seconds = 3000, .phase1_seconds = 20000},
	    {.answer = CLIENT_IGNORES, .seconds = 3000, .phase1_seconds = 20000, .keeps = true}};
	struct row row = {"weeks", PAIR_KILOBYTES, lives[_i], .nat = true, .by_server = 0};
	struct msg_rec_session before, after;

	dial(&row);
	before = session_now();
	w->sim.loss = 20;
	w->sim.doubled = 20;
	for (unsigned day = 0; day < 14; day++) {
		for (unsigned i = 0; i < 24 * 4; i++) { /* he idles for a quarter of an hour */
			sim_run(&w->sim, 900 * SEC);
			client_send(c, INSIDE);
			world_inside_send(w, addr_to_v4(&c->ip.client));
		}
		ck_assert_uint_le(world_query(w, "ipsec", NULL), 5);
		ck_assert_uint_le(world_query(w, "ike", NULL), 4);
		gateway_consistent(w->gw, w->routes);
	}
	after = session_now();
	ck_assert_uint_eq(after.login_time, before.login_time);
	w->sim.loss = w->sim.doubled = 0;
	sim_run(&w->sim, 100 * SEC);
	c->received = w->to_tun = 0;
	talk(SEC);
	ck_assert_uint_eq(c->received, sent);
	ck_assert_uint_eq(w->to_tun, sent);
	client_lives(c, &(struct client_life){.answer = CLIENT_IGNORES});
	client_leave(c);
	sim_run(&w->sim, 100 * SEC); /* a phase 1 whose message 6 never came lives on */
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 0);
	gateway_consistent(w->gw, w->routes);
	world_destroy(w);
}
END_TEST

/* Who neither comes nor answers is told by a Delete; the session ends, nothing is left. */
START_TEST(who_neither_answers_nor_comes_ends)
{
	static const struct row row = {"never", PAIR_SECONDS,
	    {.answer = CLIENT_IGNORES}, .by_server = 0};

	dial(&row);
	w->trace.level[TRACE_IKE] = TRACE_EVENT;
	sim_run(&w->sim, 300 * SEC);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 0);
	ck_assert_ptr_nonnull(strstr(w->text,
	    "Session is being torn down. Reason: IPSec SA Max Time Exceeded"));
	gateway_consistent(w->gw, w->routes);
	world_destroy(w);
}
END_TEST

/* He is out of reach when his pair is due, and for a good while then: there is time left. */
START_TEST(who_comes_back_late_is_renewed)
{
	static const struct row row = {"late", PAIR_SECONDS,
	    {.answer = CLIENT_IGNORES}, .by_server = 0};

	dial(&row);
	client_lives(c, &(struct client_life){.answer = CLIENT_ANSWERS});
	c->ike.seconds = 14400; /* due 720 to 480 seconds before */
	client_rekey(c);
	sim_run(&w->sim, SEC);
	client_lives(c, &row.life);
	for (unsigned n = 0; n < 16; n++) { /* to 240 seconds before */
		sim_run(&w->sim, 885 * SEC);
		client_send(c, INSIDE); /* he is not idle */
	}
	ck_assert_uint_eq(c->renewed, 0);
	client_lives(c, &(struct client_life){.answer = CLIENT_ANSWERS});
	sim_run(&w->sim, 120 * SEC);
	ck_assert_uint_eq(c->renewed, 1);
	sim_run(&w->sim, 600 * SEC);
	w->to_tun = 0;
	talk(SEC);
	ck_assert_uint_eq(c->received, sent);
	ck_assert_uint_eq(w->to_tun, sent);
	nothing_left();
	world_destroy(w);
}
END_TEST

/* A phase 1 that was deleted while the pair lives: a new one comes for the new pair. */
START_TEST(a_pair_without_phase1_gets_one)
{
	static const struct row row = {"alone", PAIR_SECONDS,
	    {.answer = CLIENT_ANSWERS}, .by_server = 0};
	struct initiator_message m;

	dial(&row);
	initiator_delete_sa(&c->ike, &m);
	client_say(c, &m);
	c->expect = 0;
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(world_query(w, "ike", NULL), 0);
	c->expect = 7; /* what he says goes where it went */
	live(&row);
	ck_assert_uint_eq(c->renewed_phase1, 1);
	ck_assert_uint_eq(c->renewed, 1);
	ck_assert_uint_eq(c->received, sent);
	ck_assert_uint_eq(w->to_tun, sent);
	nothing_left();
	world_destroy(w);
}
END_TEST

/* The old pair is deleted by the client as soon as he has our message 3: nothing waits. */
START_TEST(a_delete_that_crosses_moves_at_once)
{
	static const struct row row = {"delete", PAIR_SECONDS,
	    {.answer = CLIENT_ANSWERS}, .by_server = 0};
	struct initiator_message m;
	struct ipc_msg one;
	uint32_t old;

	dial(&row);
	old = c->tunnel.spi_in;
	for (unsigned i = 0; i < 240 && c->renewed == 0; i++)
		sim_run(&w->sim, SEC);
	ck_assert_uint_eq(c->renewed, 1);
	initiator_delete_child(&c->ike, old, &m);
	client_say(c, &m);
	sim_run(&w->sim, 100 * MSEC);
	ck_assert_uint_eq(world_query(w, "ipsec", &one), 1);
	ck_assert_uint_eq(one.rec_ipsec_sa.spi_out, c->tunnel.spi_in);
	talk(SEC);
	ck_assert_uint_eq(c->received, sent);
	nothing_left();
	world_destroy(w);
}
END_TEST

/* What operators see of a phase 1 that the server renews. */
START_TEST(the_role_is_shown)
{
	static const struct row row = {"shown", PHASE1_SECONDS,
	    {.answer = CLIENT_ANSWERS}, .by_server = 0};
	struct ipc_msg one;

	dial(&row);
	w->trace.level[TRACE_IKE] = TRACE_EVENT;
	world_query(w, "ike", &one);
	ck_assert(!one.rec_ike_sa.initiator);
	for (unsigned i = 0; i < 400 && c->renewed_phase1 == 0; i++)
		sim_run(&w->sim, SEC);
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(world_query(w, "ike", NULL), 2);
	ck_assert_ptr_nonnull(strstr(w->text,
	    "IKE Initiator: Rekeying Phase 1, Intf outside, IKE Peer 10.1.1.2 local Proxy Address "
	    "N/A, remote Proxy Address N/A, Crypto map (N/A)"));
	sim_run(&w->sim, 100 * SEC);
	ck_assert_uint_eq(world_query(w, "ike", &one), 1);
	ck_assert(one.rec_ike_sa.initiator);
	ck_assert(!one.rec_ike_sa.rekey);
	nothing_left();
	world_destroy(w);
}
END_TEST

/* Of a NAT before us he was told the truth, and is again: masquerade came only in between. */
START_TEST(masquerade_is_not_for_our_own)
{
	struct ipc_msg one;

	w = world_create(5);
	w->config.isakmp.nat_masquerade = false;
	c = world_client(w, true);
	c->ike.not_windows = true;
	c->ike.n_p1 = 1;
	c->ike.p1[0].cipher = CIPHER_3DES;
	c->ike.p1[0].hash = HASH_SHA1;
	c->ike.p1[0].group = 2;
	c->ike.p1_seconds = 400;
	ck_assert(addr_parse("203.0.113.7", &c->ike.path.remote.addr));
	client_connect(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	client_lives(c, &(struct client_life){.answer = CLIENT_ANSWERS});
	w->config.isakmp.nat_masquerade = true;
	for (unsigned i = 0; i < 400 && c->renewed_phase1 == 0; i++)
		sim_run(&w->sim, SEC);
	ck_assert_uint_eq(c->renewed_phase1, 1);
	sim_run(&w->sim, 100 * SEC);
	ck_assert_uint_eq(world_query(w, "ike", &one), 1);
	ck_assert(one.rec_ike_sa.initiator);
	ck_assert(!one.rec_ike_sa.masquerade);
	nothing_left();
	world_destroy(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("renewal");
	TCase *tc = tcase_create("renewal");
	SRunner *r;
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, no_packet_is_lost, 0, N_ROWS);
	tcase_add_loop_test(tc, a_lost_message_is_repeated, 0, 13);
	tcase_add_test(tc, a_wrong_answer_is_none);
	tcase_add_loop_test(tc, weeks_on_a_bad_line, 0, 4);
	tcase_add_test(tc, who_neither_answers_nor_comes_ends);
	tcase_add_test(tc, who_comes_back_late_is_renewed);
	tcase_add_test(tc, a_pair_without_phase1_gets_one);
	tcase_add_test(tc, a_delete_that_crosses_moves_at_once);
	tcase_add_test(tc, the_role_is_shown);
	tcase_add_test(tc, masquerade_is_not_for_our_own);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
