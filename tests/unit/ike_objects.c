/*
 * IKE's objects, each pressed where the dialogues of ike_exchange do not reach: what is a
 * message 1, whose SA a Delete may end, numbers of dead peer detection that are old, which key is
 * tried first, how long SAs live.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/ike.h"
#include "engine/ike/psk.h"
#include "engine/ike/qm.h"
#include "engine/ike/sa_table.h"
#include "tests/support/ike_world.h"

static struct ike_world w;
static struct ike_initiator i;
static struct initiator_message msg;
static struct path path;
static const uint8_t *got;
static size_t got_len;

static void begin(struct ike_initiator *who, uint64_t seed)
{
	initiator_init(who, w.crypto, seed);
	who->path.local = path.remote;
	who->path.remote = path.local;
}

static void setup(void)
{
	ike_world_init(&w, 7);
	path.local.port = path.remote.port = 500;
	addr_parse("172.16.1.2", &path.local.addr);
	addr_parse("10.1.1.2", &path.remote.addr);
	begin(&i, 1);
}

static void teardown(void)
{
	ike_world_fini(&w);
}

static void ask(void)
{
	got = ike_world_ask(&w, &path, &msg, &got_len);
}

static void phase1(struct ike_initiator *who)
{
	initiator_mm1(who, &msg);
	ask();
	ck_assert(initiator_mm2(who, got, got_len));
	initiator_mm3(who, &msg);
	ask();
	ck_assert(initiator_mm4(who, got, got_len));
	initiator_mm5(who, &msg);
	ask();
	ck_assert(initiator_mm6(who, got, got_len));
}

/* ---- message 1 ------------------------------------------------------------------- */

/* One SA payload, and it comes first. */
START_TEST(what_is_a_message_1)
{
	static const uint8_t none[COOKIE_LEN];
	struct out o;

	i.n_p1 = 1;
	i.p1[0].cipher = CIPHER_3DES;
	i.p1[0].hash = HASH_SHA1;
	i.p1[0].group = 2;
	initiator_mm1(&i, &msg); /* for its offer */
	out_begin(&o, i.cky_i, none, XCHG_MAIN, 0, 0);
	if (_i == 1)
		out_payload(&o, PAY_VENDOR, "x", 1);
	out_payload(&o, PAY_SA, i.sai, i.sai_len);
	if (_i == 2)
		out_payload(&o, PAY_SA, i.sai, i.sai_len);
	if (_i == 3)
		wr_u8(&o.w, 0); /* bytes behind the last payload */
	ck_assert(out_end(&o, 1));
	msg.len = wr_len(&o.w);
	memcpy(msg.b, o.buf, msg.len);
	ask();
	ck_assert_int_eq(got_len > 0, _i == 0);
	ck_assert_int_eq(ike_sa_next(w.ike, NULL) != NULL, _i == 0);
	ck_assert_uint_eq(w.failed, _i != 0);
	ck_assert_uint_eq(ike_stats(w.ike)->malformed, _i != 0);
	if (_i != 0)
		ck_assert_int_eq(w.reason, REASON_IKE_MALFORMED);
}
END_TEST

/* ---- deletions ------------------------------------------------------------------ */

/* A client ends its own SAs, and nobody else's: not a stranger's, not one that is being built. */
START_TEST(whose_sa_a_delete_ends)
{
	struct ike_initiator other;
	uint8_t cookies[2 * COOKIE_LEN];

	phase1(&i);
	w.same_peer = _i == 1;
	begin(&other, 2);
	if (_i == 2) {
		initiator_mm1(&other, &msg);
		ask();
		ck_assert(initiator_mm2(&other, got, got_len));
	} else {
		phase1(&other);
	}
	memcpy(cookies, other.cky_i, COOKIE_LEN);
	memcpy(cookies + COOKIE_LEN, other.cky_r, COOKIE_LEN);
	if (_i == 3)
		cookies[0] ^= 0x80; /* of no SA at all */
	initiator_delete_cookies(&i, cookies, &msg);
	ask();
	ck_assert_uint_eq(w.down, _i == 1);
	ck_assert_ptr_nonnull(sa_by_cookies(w.ike, i.cky_i, i.cky_r));
	ck_assert_int_eq(sa_by_cookies(w.ike, other.cky_i, other.cky_r) != NULL, _i != 1);
	ck_assert_uint_eq(ike_stats(w.ike)->phase1_deletes_in, 1);
}
END_TEST

/* What the owner asks of an SA that has no peer yet leads to nothing. */
START_TEST(half_open_ones_are_left_alone)
{
	struct ike_sa_info info;
	struct ike_sa *sa;

	i.dpd = true;
	initiator_mm1(&i, &msg);
	ask();
	sa = ike_sa_next(w.ike, NULL);
	ck_assert_ptr_nonnull(sa);
	w.n_sent = 0;
	ike_sa_alive(sa);
	ck_assert(!ike_sa_ask(sa));
	ike_child_delete(w.ike, sa, 1000);
	ck_assert_uint_eq(w.n_sent, 0);
	ike_sa_get(w.ike, sa, &info);
	ck_assert_str_eq(info.state, "MM_WAIT_MSG3");
	ck_assert_ptr_null(info.tunnel_group);
	ck_assert_uint_eq(info.remaining, 0);
	ck_assert_uint_eq(info.id_len, 0);
	ike_sa_delete(w.ike, sa, REASON_ADMIN_RESET);
	ck_assert_uint_eq(w.n_sent, 0); /* a stranger is told nothing */
	ck_assert_uint_eq(w.failed, 1);
	ck_assert_ptr_null(ike_sa_next(w.ike, NULL));
}
END_TEST

/* ---- dead peer detection ---------------------------------------------------------- */

START_TEST(numbers_that_are_old)
{
	static const struct {
		uint32_t seq;
		bool answered;
	} want[] = {{5, true}, {6, true}, {4, false}, {6, true}, {0x80000005, true}, {6, false},
	    {0xffffffff, true}, {0, true}, {0xffffffff, false}};

	i.dpd = true;
	phase1(&i);
	for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
		struct initiator_notice n;

		initiator_dpd(&i, false, want[k].seq, &msg);
		ask();
		ck_assert_msg((got_len > 0) == want[k].answered, "%zu", k);
		if (!want[k].answered)
			continue;
		ck_assert(initiator_notice(&i, got, got_len, &n));
		ck_assert_uint_eq(n.type, NOTIFY_R_U_THERE_ACK);
		ck_assert_uint_eq(n.seq, want[k].seq);
	}
	ck_assert_uint_eq(ike_stats(w.ike)->in_drops, 3);
}
END_TEST

/* Days of questions, by the client and by us: what a phase 1 remembers of them does not grow, and
 * none counts twice, also of a client whose numbers leap. */
START_TEST(questions_for_days)
{
	const struct sa_rest *rest;
	struct initiator_message first, ack = {0};
	struct initiator_notice n;

	i.dpd = true;
	phase1(&i);
	rest = w.sa->rest;
	initiator_dpd(&i, false, 7, &first);
	msg = first;
	ask();
	for (uint32_t k = 0; k < 30000; k++) {
		initiator_dpd(&i, false, 8 + k, &msg);
		ask();
		ck_assert(initiator_notice(&i, got, got_len, &n));
		ck_assert_uint_eq(n.seq, 8 + k);
		w.n_sent = 0;
		ck_assert(ike_sa_ask(w.sa));
		ck_assert(initiator_notice(&i, w.sent[0].b, w.sent[0].len, &n));
		initiator_dpd(&i, true, n.seq, &ack);
		msg = ack;
		ask();
		ck_assert_uint_eq(rest->dpd_tries, 0);
		w.n_sent = 0;
	}
	ck_assert_uint_eq(rest->info_ids.size, 0);
	ck_assert_uint_le(rest->dpd_ids.size, 16);
	ck_assert_uint_eq(ike_stats(w.ike)->in_drops, 0);
	ck_assert(ike_sa_ask(w.sa)); /* another number: the answer to the last is stale */
	msg = ack;
	ask();
	msg = first;
	ask();
	ck_assert_uint_eq(ike_stats(w.ike)->in_drops, 2);
	/* all the way around, to just before an older one's number */
	for (unsigned k = 0; k < 4; k++) {
		initiator_dpd(&i, false, (uint32_t[]){0x70000000, 0xd0000000, 5, 6}[k], &msg);
		if (k == 2)
			first = msg;
		ask();
		ck_assert_uint_gt(got_len, 0);
	}
	initiator_dpd(&i, false, 0x70000000, &msg);
	ask();
	initiator_dpd(&i, false, 0xd0000000, &msg);
	ask();
	initiator_dpd(&i, false, 4, &msg);
	ask();
	msg = first; /* its id is remembered, though its number would do */
	ask();
	ck_assert_uint_eq(got_len, 0);
}
END_TEST

/* An answer counts when we have asked: with this number, by the probe that runs. */
START_TEST(answers_to_what_we_asked)
{
	struct initiator_notice n;

	i.dpd = true;
	phase1(&i);
	w.n_sent = 0;
	ck_assert(ike_sa_ask(w.sa));
	ck_assert(initiator_notice(&i, w.sent[0].b, w.sent[0].len, &n));
	initiator_dpd(&i, true, n.seq + 1, &msg);
	ask();
	initiator_dpd(&i, true, n.seq - 1, &msg);
	ask();
	ck_assert_uint_eq(ike_stats(w.ike)->in_drops, 2);
	ck_assert_uint_eq(w.sa->rest->dpd_tries, 1);
	initiator_dpd(&i, true, n.seq, &msg);
	ask();
	ck_assert_uint_eq(w.sa->rest->dpd_tries, 0);
	initiator_dpd(&i, true, n.seq, &msg);
	ask();
	ck_assert_uint_eq(ike_stats(w.ike)->in_drops, 3);
	/* A client that does not speak it is not asked. */
	w.sa->dpd = false;
	w.n_sent = 0;
	ck_assert(!ike_sa_ask(w.sa));
	ck_assert_uint_eq(w.n_sent, 0);
}
END_TEST

/* ---- which key --------------------------------------------------------------------- */

START_TEST(the_order_of_keys)
{
	static const struct {
		const char *name, *type, *psk;
	} group[] = {
		{"Alone", "remote-access", "c"},
		{"Site", "ipsec-l2l", "d"},
		{"DefaultRAGroup", "remote-access", "b"},
		{"10.1.1.2", "ipsec-l2l", "a"},
		{"Empty", "remote-access", NULL},
	};
	static const char *const psk[] = {"a", "b", "c", "d"};
	static const char *const lands[] = {"10.1.1.2", "DefaultRAGroup", "Alone"};
	struct cfg_tunnel_group row[5];

	for (size_t k = 0; k < 5; k++)
		row[k] = (struct cfg_tunnel_group){.name = (char *)(uintptr_t)group[k].name,
		    .type = (char *)(uintptr_t)group[k].type,
		    .psk = (char *)(uintptr_t)group[k].psk};
	w.config.tunnel_groups = row;
	w.config.n_tunnel_groups = 5;
	ck_assert_str_eq(psk_first(w.ike, &path)->name, "10.1.1.2");
	i.psk = psk[_i];
	initiator_mm1(&i, &msg);
	ask();
	ck_assert(initiator_mm2(&i, got, got_len));
	initiator_mm3(&i, &msg);
	ask();
	ck_assert(initiator_mm4(&i, got, got_len));
	initiator_mm5(&i, &msg);
	ask();
	ck_assert_uint_eq(w.up, _i < 3); /* a site's key is no client's */
	if (_i < 3)
		ck_assert_str_eq(w.sa->group_name, lands[_i]);
	row[3].psk = NULL;
	ck_assert_str_eq(psk_first(w.ike, &path)->name, "DefaultRAGroup");
	row[2].psk = NULL;
	ck_assert_str_eq(psk_first(w.ike, &path)->name, "Alone");
	row[0].psk = NULL;
	ck_assert_ptr_null(psk_first(w.ike, &path));
}
END_TEST

/* So many groups are tried with a message 5 that is not understood, and no more. */
START_TEST(keys_that_are_tried)
{
	static char name[PSK_CANDIDATES_MAX + 1][4], psk[PSK_CANDIDATES_MAX + 1][4];
	static struct cfg_tunnel_group row[PSK_CANDIDATES_MAX + 1];

	for (int k = 0; k <= PSK_CANDIDATES_MAX; k++) {
		snprintf(name[k], sizeof name[k], "G%d", k);
		snprintf(psk[k], sizeof psk[k], "k%d", k);
		row[k] = (struct cfg_tunnel_group){.name = name[k], .psk = psk[k],
		    .type = (char *)(uintptr_t)"remote-access"};
	}
	w.config.tunnel_groups = row;
	w.config.n_tunnel_groups = PSK_CANDIDATES_MAX + 1;
	i.psk = psk[PSK_CANDIDATES_MAX - 1 + _i];
	initiator_mm1(&i, &msg);
	ask();
	ck_assert(initiator_mm2(&i, got, got_len));
	initiator_mm3(&i, &msg);
	ask();
	ck_assert(initiator_mm4(&i, got, got_len));
	initiator_mm5(&i, &msg);
	ask();
	ck_assert_uint_eq(w.up, _i == 0);
	ck_assert_uint_eq(ike_stats(w.ike)->auth_fails, _i != 0);
}
END_TEST

/* ---- lives ------------------------------------------------------------------------------ */

/* The lesser of both; the client is told of what was cut, and only then. */
START_TEST(lives_of_phase_2)
{
	static const struct {
		uint32_t seconds;
		int64_t kilobytes;
		uint32_t want_seconds, want_kilobytes;
		size_t told; /* bytes that message 2 of the guide has not */
	} row[] = {
		{0, -1, 3600, 250000, 0},
		{3600, 250000, 3600, 250000, 0},
		{3601, 250001, 3600, 250000, 0},
		{3599, 250001, 3599, 250000, 16 + 8},
		{3600, 249999, 3600, 249999, 16 + 12},
		{3599, 249999, 3599, 249999, 16 + 8 + 12},
		{0, 0, 3600, 250000, 0}, /* unlimited */
	};
	struct initiator_qm q;

	w.dynamic[0].set.seconds = row[_i].seconds;
	w.dynamic[0].set.kilobytes = (int32_t)row[_i].kilobytes;
	phase1(&i);
	initiator_qm1(&i, &q, &msg);
	ask();
	ck_assert(initiator_qm2(&i, &q, got, got_len));
	ck_assert_uint_eq(w.child.seconds, row[_i].want_seconds);
	ck_assert_uint_eq(w.child.kilobytes, row[_i].want_kilobytes);
	ck_assert_uint_eq(q.plain, 160 + row[_i].told);
	if (row[_i].told == 0)
		ck_assert_uint_eq(q.responder_seconds, 0);
	else /* the first that is told */
		ck_assert_uint_eq(q.responder_seconds,
		    row[_i].seconds == 3599 ? row[_i].want_seconds : row[_i].want_kilobytes);
}
END_TEST

START_TEST(lives_of_phase_1)
{
	static const struct {
		uint32_t policy, offered, want;
	} row[] = {{86400, 28800, 28800}, {3600, 28800, 3600}, {0, 28800, 28800}, {0, 0, 86400},
	    {7200, 0, 7200}};
	struct ike_sa_info info;

	w.policy[0].set.lifetime = row[_i].policy;
	i.n_p1 = 1;
	i.p1[0].cipher = CIPHER_3DES;
	i.p1[0].hash = HASH_SHA1;
	i.p1[0].group = 2;
	i.p1_seconds = row[_i].offered;
	phase1(&i);
	ike_sa_get(w.ike, w.sa, &info);
	ck_assert_uint_eq(info.lifetime, row[_i].want);
	ck_assert_uint_eq(info.remaining, row[_i].want);
	w.trace.level[TRACE_IKE] = TRACE_DEBUG;
	sim_run(&w.sim, row[_i].want * SEC / 4 * 3 - SEC);
	ck_assert_ptr_null(strstr(w.text, "P1 rekey timer expired"));
	sim_run(&w.sim, 2 * SEC);
	ck_assert_ptr_nonnull(strstr(w.text, "P1 rekey timer expired"));
	ck_assert_uint_eq(w.down, 0);
	sim_run(&w.sim, row[_i].want * SEC / 4);
	ck_assert_uint_eq(w.down, 1);
	ck_assert_int_eq(w.reason, REASON_PHASE1_LIFETIME);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_objects");
	TCase *tc = tcase_create("objects");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, what_is_a_message_1, 0, 4);
	tcase_add_loop_test(tc, whose_sa_a_delete_ends, 0, 4);
	tcase_add_test(tc, half_open_ones_are_left_alone);
	tcase_add_test(tc, numbers_that_are_old);
	tcase_add_test(tc, questions_for_days);
	tcase_add_test(tc, answers_to_what_we_asked);
	tcase_add_loop_test(tc, the_order_of_keys, 0, 4);
	tcase_add_loop_test(tc, keys_that_are_tried, 0, 2);
	tcase_add_loop_test(tc, lives_of_phase_2, 0, 7);
	tcase_add_loop_test(tc, lives_of_phase_1, 0, 5);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
