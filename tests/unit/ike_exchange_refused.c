/* What a responder refuses: keys, proposals, strangers, floods; fragments and damaged messages. */
#include "tests/support/ike_talk.h"

START_TEST(wrong_key)
{
	talk_client.psk = "another";
	talk_to_mm4();
	initiator_mm5(&talk_client, &talk_msg);
	talk_say();
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 0);
	ck_assert_uint_eq(talk_world.failed, 1);
	ck_assert_int_eq(talk_world.reason, REASON_IKE_WRONG_PSK);
	ck_assert_uint_eq(talk_world.up, 0);
	sim_run(&talk_world.sim, 31 * SEC);
	ck_assert_ptr_null(ike_sa_next(talk_world.ike, NULL));
	ck_assert_uint_eq(talk_world.failed, 1);
}
END_TEST

START_TEST(second_group_has_the_key)
{
	struct ike_sa_info info;

	talk_world.group[1] = (struct cfg_tunnel_group){
	    .name = "Other", .type = "remote-access", .psk = "second"};
	talk_world.config.n_tunnel_groups = 2;
	talk_client.psk = "second";
	talk_phase1();
	ike_sa_get(talk_world.ike, talk_world.sa, &info);
	ck_assert_str_eq(info.tunnel_group, "Other");
	talk_phase2();
	ck_assert_uint_eq(talk_world.child_up, 1);
}
END_TEST

START_TEST(no_proposal)
{
	talk_world.policy[0].cipher = CIPHER_AES192;
	initiator_mm1(&talk_client, &talk_msg);
	talk_say();
	ck_assert_int_eq(talk_world.reason, REASON_IKE_NO_PROPOSAL);
	ck_assert_uint_eq(talk_world.failed, 1);
	ck_assert_ptr_null(ike_sa_next(talk_world.ike, NULL));
	ck_assert_uint_eq(talk_world.sent[0].len, 40);
	ck_assert_uint_eq(talk_world.sent[0].b[18], XCHG_INFORMATIONAL);
	ck_assert_uint_eq(ike_stats(talk_world.ike)->no_proposal, 1);
}
END_TEST

START_TEST(no_proposal_in_phase_2)
{
	struct initiator_notice n;

	if (_i == 0)
		talk_world.set[0].cipher = CIPHER_AES192;
	else if (_i == 1)
		talk_world.set[0].transport = false;
	else if (_i == 2)
		talk_world.dynamic[0].pfs_group = 2;
	else
		talk_world.set[0].auth = HASH_NONE;
	talk_phase1();
	initiator_qm1(&talk_client, &talk_quick, &talk_msg);
	talk_say();
	ck_assert_uint_eq(
	    talk_world.n_sent, 2); /* the notification, and the Delete of the useless SA */
	ck_assert(initiator_notice(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len, &n));
	ck_assert_uint_eq(n.type, NOTIFY_NO_PROPOSAL_CHOSEN);
	ck_assert(initiator_notice(&talk_client, talk_world.sent[1].b, talk_world.sent[1].len, &n));
	ck_assert(n.delete);
	ck_assert_uint_eq(talk_world.down, 1);
	ck_assert_int_eq(talk_world.reason,
	    _i == 1 ? REASON_IPSEC_TUNNEL_MODE : REASON_IPSEC_NO_PROPOSAL);
	ck_assert_uint_eq(talk_world.reserved, 0);
	ck_assert_uint_eq(ike_stats(talk_world.ike)->no_proposal, 1);
}
END_TEST

/* What we do not speak gets a reason, a counter and an answer; noise of that kind does not. */
START_TEST(foreign_exchanges)
{
	bool v2 = _i == 1;

	talk_world.trace.level[TRACE_IKE] = 127;
	initiator_mm1(&talk_client, &talk_msg);
	talk_msg.b[17] = v2 ? 0x20 : 0x10;
	talk_msg.b[18] = v2 ? 34 : XCHG_AGGRESSIVE;
	talk_msg.b[19] = v2 ? 0x08 : 0;
	talk_say();
	ck_assert_uint_eq(talk_world.failed, 1);
	ck_assert_int_eq(talk_world.reason, v2 ? REASON_IKE_VERSION_2 : REASON_IKE_AGGRESSIVE);
	ck_assert_uint_eq(
	    v2 ? ike_stats(talk_world.ike)->version2 : ike_stats(talk_world.ike)->aggressive, 1);
	ck_assert_ptr_nonnull(strstr(talk_world.text, v2 ? "IKEv2" : "Aggressive Mode"));
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert_mem_eq(talk_world.sent[0].b, talk_client.cky_i, COOKIE_LEN);
	if (v2) {
		static const uint8_t answer[] = {0, 0, 0, 0, 0, 0, 0, 0, 41, 0x10, 34, 0x20, 0, 0,
		    0, 0, 0, 0, 0, 36, 0, 0, 0, 8, 0, 0, 0, 5};

		ck_assert_uint_eq(talk_world.sent[0].len, 36);
		ck_assert_mem_eq(talk_world.sent[0].b + COOKIE_LEN, answer, sizeof answer);
		talk_msg.b[19] = 0x28; /* a response is not answered */
		talk_say();
		talk_msg.b[19] = 0x08;
		talk_msg.b[8] = 1; /* nor what is no beginning */
		talk_say();
	} else {
		ck_assert_uint_eq(talk_world.sent[0].b[18], XCHG_INFORMATIONAL);
		ck_assert_uint_eq(talk_world.sent[0].b[39], NOTIFY_INVALID_EXCHANGE_TYPE);
		talk_msg.b[8] = 1;
		talk_say();
	}
	ck_assert_uint_eq(talk_world.n_sent, 0);
	ck_assert_uint_eq(talk_world.failed, 1);
	ck_assert_ptr_null(ike_sa_next(talk_world.ike, NULL));
}
END_TEST

START_TEST(not_enabled)
{
	talk_world.config.n_ike_interfaces = 0;
	initiator_mm1(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 0);
	ck_assert_int_eq(talk_world.reason, REASON_IKE_NOT_ENABLED);
	ck_assert_uint_eq(ike_stats(talk_world.ike)->not_enabled, 1);
}
END_TEST

START_TEST(l2tp_refused_by_policy)
{
	talk_world.refuse_l2tp = true;
	talk_phase1();
	initiator_qm1(&talk_client, &talk_quick, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.down, 1);
	ck_assert_int_eq(talk_world.reason, REASON_IPSEC_PROTOCOL_OFF);
}
END_TEST

START_TEST(refused_peer)
{
	talk_world.refuse_peer = true;
	talk_to_mm4();
	initiator_mm5(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 0);
	ck_assert_uint_eq(talk_world.down, 0);
	ck_assert_ptr_null(ike_sa_next(talk_world.ike, NULL));
}
END_TEST

START_TEST(half_open_is_bounded)
{
	struct ike_initiator flood;
	size_t n = 0;

	for (unsigned k = 0; k < HALF_OPEN_ADDRESS + 100; k++) {
		initiator_init(&flood, talk_world.crypto, 1000 + k);
		initiator_mm1(&flood, &talk_msg);
		talk_say();
	}
	for (struct ike_sa *sa = NULL; (sa = ike_sa_next(talk_world.ike, sa)) != NULL;)
		n++;
	ck_assert_uint_eq(n, HALF_OPEN_ADDRESS);
	ck_assert_uint_eq(ike_stats(talk_world.ike)->half_open_evicted, 100);
	talk_phase1();
	sim_run(&talk_world.sim, 40 * SEC);
	ck_assert_ptr_eq(ike_sa_next(talk_world.ike, NULL), talk_world.sa);
	ck_assert_ptr_null(ike_sa_next(talk_world.ike, talk_world.sa));
}
END_TEST

/* Fragments in any order; the first fragment of another message is forgotten. */
/* Piece `at` of three of a message, under a fragment id. */
static void fragment(const struct initiator_message *whole, size_t at, uint16_t id)
{
	size_t len = at == 2 ? whole->len - 48 : 24;
	struct wr wr = wr_init(talk_msg.b, sizeof talk_msg.b);

	wr_bytes(&wr, whole->b, ISAKMP_HEADER_LEN);
	wr_patch8(&wr, 16, PAY_FRAGMENT);
	wr_patch32(&wr, 24, (uint32_t)(ISAKMP_HEADER_LEN + 8 + len));
	wr_u16(&wr, 0);
	wr_u16(&wr, (unsigned)(8 + len));
	wr_u16(&wr, id);
	wr_u8(&wr, (unsigned)at + 1);
	wr_u8(&wr, at == 2);
	wr_bytes(&wr, whole->b + at * 24, len);
	talk_msg.len = wr_len(&wr);
	talk_say();
}

START_TEST(fragments)
{
	struct initiator_message whole;

	talk_to_mm4();
	initiator_mm5(&talk_client, &whole);
	fragment(&whole, 2, 9);
	fragment(&whole, 0, 9);
	ck_assert_uint_eq(talk_world.up, 0);
	fragment(&whole, 1, 9);
	ck_assert_uint_eq(talk_world.up, 1);
	ck_assert(initiator_mm6(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
}
END_TEST

/* Recorded pieces that come from elsewhere meanwhile disturb nothing: neither others' nor his own.
 */
START_TEST(fragments_from_elsewhere)
{
	struct initiator_message whole;
	struct path home, elsewhere;

	talk_to_mm4();
	home = elsewhere = talk_path;
	elsewhere.remote.port = 4242;
	initiator_mm5(&talk_client, &whole);
	fragment(&whole, 2, 9);
	talk_path = elsewhere;
	fragment(&whole, 0, 7);
	fragment(&whole, 0, 9);
	fragment(&whole, 1, 9);
	talk_path = home;
	ck_assert_uint_eq(talk_world.up, 0);
	fragment(&whole, 0, 9);
	fragment(&whole, 1, 9);
	ck_assert_uint_eq(talk_world.up, 1);
	ck_assert(initiator_mm6(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
}
END_TEST

/* Every message cut at every length and with every bit flipped: nothing happens that cannot be
 * put right by the message itself. */
static void abuse(void)
{
	struct initiator_message good = talk_msg;

	for (size_t n = 0; n < good.len; n++) {
		talk_msg.len = n;
		talk_say();
	}
	for (size_t bit = 0; bit < good.len * 8; bit += 3) {
		talk_msg = good;
		talk_msg.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		talk_say();
	}
	talk_msg = good;
}

START_TEST(damage)
{
	initiator_mm1(&talk_client, &talk_msg);
	if (_i == 0)
		abuse();
	talk_say();
	ck_assert(initiator_mm2(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_mm3(&talk_client, &talk_msg);
	if (_i == 1) { /* one damaged message 3 is forgiven, and all cut ones */
		struct initiator_message good = talk_msg;

		for (size_t n = 0; n < good.len; n++) {
			talk_msg.len = n;
			talk_say();
		}
		talk_msg = good;
		talk_msg.b[60] ^= 4;
		talk_say();
		talk_msg = good;
	}
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert(initiator_mm4(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_mm5(&talk_client, &talk_msg);
	if (_i == 2) { /* all cut ones, and damaged ones but for the last that is allowed */
		struct initiator_message good = talk_msg;

		for (size_t n = 0; n < good.len; n++) {
			talk_msg.len = n;
			talk_say();
		}
		for (unsigned n = 1; n < MM5_TRIES; n++) {
			talk_msg = good;
			talk_msg.b[60] ^= (uint8_t)n;
			talk_say();
		}
		talk_msg = good;
	}
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert(initiator_mm6(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_qm1(&talk_client, &talk_quick, &talk_msg);
	if (_i == 3)
		abuse();
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert(
	    initiator_qm2(&talk_client, &talk_quick, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_qm3(&talk_client, &talk_quick, &talk_msg);
	if (_i == 4)
		abuse();
	talk_say();
	ck_assert_uint_eq(talk_world.child_up, 1);
	initiator_delete_sa(&talk_client, &talk_msg);
	if (_i == 5)
		abuse();
	talk_say();
	ck_assert_uint_eq(talk_world.down, 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_exchange_refused");
	TCase *tc = tcase_create("exchange");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, talk_setup, talk_teardown);
	tcase_add_test(tc, wrong_key);
	tcase_add_test(tc, second_group_has_the_key);
	tcase_add_test(tc, no_proposal);
	tcase_add_loop_test(tc, no_proposal_in_phase_2, 0, 4);
	tcase_add_loop_test(tc, foreign_exchanges, 0, 2);
	tcase_add_test(tc, not_enabled);
	tcase_add_test(tc, l2tp_refused_by_policy);
	tcase_add_test(tc, refused_peer);
	tcase_add_test(tc, half_open_is_bounded);
	tcase_add_test(tc, fragments);
	tcase_add_test(tc, fragments_from_elsewhere);
	tcase_add_loop_test(tc, damage, 0, 6);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
