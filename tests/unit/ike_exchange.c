/* Main mode and quick mode against a scripted Windows client: what is offered and chosen. */
#include "tests/support/ike_talk.h"

START_TEST(lengths_of_the_guide)
{
	initiator_mm1(&talk_client, &talk_msg);
	ck_assert_uint_eq(talk_msg.len, 408);
	talk_say();
	ck_assert_uint_eq(talk_world.sent[0].len, 124);
	ck_assert(initiator_mm2(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	ck_assert_uint_eq(talk_client.transform, 5);
	initiator_mm3(&talk_client, &talk_msg);
	ck_assert_uint_eq(talk_msg.len, 260);
	talk_say();
	ck_assert_uint_eq(talk_world.sent[0].len, 304);
	ck_assert(initiator_mm4(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	ck_assert(!initiator_floats(&talk_client));
	initiator_mm5(&talk_client, &talk_msg);
	ck_assert_uint_eq(talk_msg.plain, 64);
	talk_say();
	ck_assert_uint_eq(talk_world.sent[0].len, 84);
	ck_assert(initiator_mm6(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	ck_assert_uint_eq(talk_client.plain, 84);
	ck_assert(talk_client.peer_dpd);
	initiator_qm1(&talk_client, &talk_quick, &talk_msg);
	ck_assert_uint_eq(talk_msg.plain, 300);
	talk_say();
	ck_assert(
	    initiator_qm2(&talk_client, &talk_quick, talk_world.sent[0].b, talk_world.sent[0].len));
	ck_assert_uint_eq(talk_quick.plain, 160);
	ck_assert_uint_eq(talk_quick.proposal, 2);
	ck_assert_uint_eq(talk_world.inbound, 1);
	ck_assert_uint_eq(talk_world.child_up, 0);
	initiator_qm3(&talk_client, &talk_quick, &talk_msg);
	ck_assert_uint_eq(talk_msg.plain, 52);
	talk_say();
	ck_assert_uint_eq(talk_world.child_up, 1);
	talk_keys_agree();
	ck_assert(talk_world.child.transport && !talk_world.child.udp_encap);
	ck_assert_uint_eq(talk_world.child.seconds, 3600);
	ck_assert_uint_eq(talk_world.child.kilobytes, 250000);
	ck_assert_uint_eq(talk_world.child.local.port, 1701);
}
END_TEST

START_TEST(any_group_cipher_and_hash)
{
	static const struct {
		enum cipher c;
		enum hash h;
		uint16_t group;
	} row[] = {
	    {CIPHER_DES, HASH_MD5, 1},
	    {CIPHER_3DES, HASH_MD5, 2},
	    {CIPHER_3DES, HASH_SHA1, 5},
	    {CIPHER_AES128, HASH_SHA1, 14},
	    {CIPHER_AES192, HASH_SHA256, 15},
	    {CIPHER_AES256, HASH_SHA384, 16},
	    {CIPHER_AES256, HASH_SHA512, 19},
	    {CIPHER_AES256, HASH_SHA1, 20},
	    {CIPHER_AES256, HASH_MD5, 21},
	};

	talk_world.policy[0] = (struct ike_policy){
	    .set = {.priority = 1, .dh = row[_i].group, .lifetime = 3600},
	    .preshared = true,
	    .cipher = row[_i].c,
	    .hash = row[_i].h};
	talk_client.n_p1 = 2;
	talk_client.p1[0].cipher = CIPHER_AES256;
	talk_client.p1[0].hash = HASH_SHA1;
	talk_client.p1[0].group = 1;
	talk_client.p1[1].cipher = row[_i].c;
	talk_client.p1[1].hash = row[_i].h;
	talk_client.p1[1].group = row[_i].group;
	talk_client.pfs = row[_i].group;
	talk_phase1();
	ck_assert_uint_eq(talk_client.transform, 2);
	talk_phase2();
	talk_keys_agree();
	ck_assert_uint_eq(talk_world.child.pfs_group, row[_i].group);
}
END_TEST

START_TEST(esp_algorithms)
{
	static const struct {
		enum cipher c;
		enum hash h;
	} row[] = {
	    {CIPHER_DES, HASH_MD5},
	    {CIPHER_3DES, HASH_SHA256},
	    {CIPHER_AES128, HASH_SHA1},
	    {CIPHER_AES192, HASH_SHA384},
	    {CIPHER_AES256, HASH_SHA512},
	    {CIPHER_NULL, HASH_SHA1},
	};

	talk_world.set[0].cipher = row[_i].c;
	talk_world.set[0].auth = row[_i].h;
	talk_client.n_p2 = 1;
	talk_client.p2[0].cipher = row[_i].c;
	talk_client.p2[0].auth = row[_i].h;
	talk_phase1();
	talk_phase2();
	talk_keys_agree();
}
END_TEST

/* Without a NAT the client stays where message 3 came from, but may change to port 4500. */
START_TEST(message_5_from_elsewhere)
{
	struct path home;

	talk_to_mm4();
	home = talk_path;
	if (_i == 0)
		talk_path.remote.addr = addr_v4(0x0a090909);
	else
		talk_path.local.port = talk_path.remote.port = 4500;
	initiator_mm5(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.up, 1);
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert(path_equal(&talk_world.sent[0].path, _i == 0 ? &home : &talk_path));
}
END_TEST

/* What was chosen comes back in its order and its encoding; a life of four bytes stays four bytes.
 */
START_TEST(attributes_come_back_as_they_were)
{
	static const uint8_t lives[] = {
	    0x80, OAK_LIFE_TYPE, 0, LIFE_SECONDS, 0, OAK_LIFE_DURATION, 0, 4, 0, 0, 0x70, 0x80};

	talk_client.not_windows = true;
	talk_client.n_p1 = 1;
	talk_client.p1[0].cipher = CIPHER_3DES;
	talk_client.p1[0].hash = HASH_SHA1;
	talk_client.p1[0].group = 2;
	initiator_mm1(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert_ptr_nonnull(
	    memmem(talk_world.sent[0].b, talk_world.sent[0].len, lives, sizeof lives));
	/* One transform was offered: the whole payload is the same. */
	ck_assert_ptr_nonnull(memmem(
	    talk_world.sent[0].b, talk_world.sent[0].len, talk_client.sai, talk_client.sai_len));
	ck_assert(initiator_mm2(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_mm3(&talk_client, &talk_msg);
	talk_say();
	ck_assert(initiator_mm4(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_mm5(&talk_client, &talk_msg);
	talk_say();
	ck_assert(initiator_mm6(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	talk_phase2();
	/* 160 of the guide, where the life in seconds is shortened */
	ck_assert_uint_eq(talk_quick.plain, 164);
}
END_TEST

/* Long offers are taken, too long ones are told of. */
START_TEST(offers_of_any_length)
{
	static const size_t transforms[] = {20, 21, 64, 100, 128};

	talk_client.n_p1 = transforms[_i];
	for (size_t k = 0; k < talk_client.n_p1; k++) {
		talk_client.p1[k].cipher = k + 1 < talk_client.n_p1 ? CIPHER_AES256 : CIPHER_3DES;
		talk_client.p1[k].hash = HASH_SHA1;
		talk_client.p1[k].group = 2;
	}
	initiator_mm1(&talk_client, &talk_msg);
	talk_say();
	if (_i == 4) { /* 5 KB: refused, and said so */
		ck_assert_uint_eq(talk_world.n_sent, 0);
		ck_assert_uint_eq(talk_world.failed, 1);
		ck_assert_int_eq(talk_world.reason, REASON_IKE_MALFORMED);
		return;
	}
	talk_world.n_sent = 0;
	talk_phase1();
	ck_assert_uint_eq(talk_client.transform, transforms[_i]);
	talk_phase2();
	ck_assert_uint_eq(talk_world.child_up, 1);
}
END_TEST

/* Of too many unfinished quick modes the oldest goes, and the newest works. */
START_TEST(the_oldest_quick_mode_gives_way)
{
	struct initiator_qm first;

	talk_phase1();
	initiator_qm1(&talk_client, &first, &talk_msg);
	talk_say();
	ck_assert(
	    initiator_qm2(&talk_client, &first, talk_world.sent[0].b, talk_world.sent[0].len));
	for (unsigned n = 1; n < QUICK_MODES_MAX; n++) {
		initiator_qm1(&talk_client, &talk_quick, &talk_msg);
		talk_say();
		ck_assert_uint_eq(talk_world.n_sent, 1);
	}
	ck_assert_uint_eq(talk_world.aborted, 0);
	/* What is not authentic pushes nobody out. */
	initiator_qm1(&talk_client, &talk_quick, &talk_msg);
	talk_msg.b[talk_msg.len - 1] ^= 1;
	talk_msg.b[ISAKMP_HEADER_LEN + 9] ^= 1;
	talk_say();
	ck_assert_uint_eq(talk_world.aborted, 0);
	talk_phase2();
	ck_assert_uint_eq(talk_world.child_up, 1);
	ck_assert_uint_eq(talk_world.aborted, 1);
	initiator_qm3(&talk_client, &first, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.child_up, 1);
}
END_TEST

/* Message ids are remembered; when there is no room for more, phase 1 ends in good order. */
START_TEST(message_ids_are_remembered)
{
	struct initiator_message first;
	struct initiator_notice n;

	talk_phase1();
	initiator_contact(&talk_client, &first);
	talk_msg = first;
	talk_say();
	ck_assert_uint_eq(talk_world.contact, 1);
	for (unsigned k = 1; k < MSGIDS_MAX - 1; k++) {
		initiator_contact(&talk_client, &talk_msg);
		talk_say();
	}
	ck_assert_uint_eq(talk_world.contact, MSGIDS_MAX - 1);
	talk_msg = first;
	talk_say();
	ck_assert_uint_eq(talk_world.contact, MSGIDS_MAX - 1);
	ck_assert_uint_eq(talk_world.down, 0);
	initiator_contact(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.contact, MSGIDS_MAX);
	ck_assert_uint_eq(talk_world.down, 1);
	ck_assert(initiator_notice(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len, &n));
	ck_assert(n.delete &&n.protocol == PROTO_ISAKMP);
}
END_TEST

START_TEST(lifetime_is_shortened)
{
	talk_world.dynamic[0].set.seconds = 1200;
	talk_phase1();
	talk_phase2();
	ck_assert_uint_eq(talk_quick.responder_seconds, 1200);
	ck_assert_uint_eq(talk_world.child.seconds, 1200);
}
END_TEST

START_TEST(quick_mode_without_end)
{
	talk_phase1();
	initiator_qm1(&talk_client, &talk_quick, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.reserved, 1);
	talk_world.n_sent = 0;
	sim_run(&talk_world.sim, 100 * SEC);
	ck_assert_uint_eq(talk_world.n_sent, QM_RESENDS);
	ck_assert(
	    initiator_qm2(&talk_client, &talk_quick, talk_world.sent[0].b, talk_world.sent[0].len));
	ck_assert_uint_eq(talk_world.aborted, 0);
	sim_run(&talk_world.sim, 141 * SEC);
	ck_assert_uint_eq(talk_world.aborted, 1);
	ck_assert_int_eq(talk_world.reason, REASON_QM_TIMEOUT);
}
END_TEST

START_TEST(rekeys)
{
	struct ike_sa_info info;
	struct ike_initiator again;

	talk_phase1();
	talk_phase2();
	talk_phase2();
	ck_assert_uint_eq(talk_world.child_up, 2);
	ck_assert_uint_eq(talk_world.aborted, 0);
	/* A fresh main mode of the same client. */
	talk_world.same_peer = true;
	again = talk_client;
	initiator_init(&talk_client, talk_world.crypto, 2);
	talk_client.path = again.path;
	talk_to_mm4();
	initiator_mm5(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.up, 2);
	ike_sa_get(talk_world.ike, ike_sa_next(talk_world.ike, NULL), &info);
	ck_assert(info.rekey);
	initiator_delete_sa(&again, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.down, 1);
	ike_sa_get(talk_world.ike, ike_sa_next(talk_world.ike, NULL), &info);
	ck_assert(!info.rekey);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_exchange");
	TCase *tc = tcase_create("exchange");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, talk_setup, talk_teardown);
	tcase_add_test(tc, lengths_of_the_guide);
	tcase_add_loop_test(tc, any_group_cipher_and_hash, 0, 9);
	tcase_add_loop_test(tc, esp_algorithms, 0, 6);
	tcase_add_loop_test(tc, message_5_from_elsewhere, 0, 2);
	tcase_add_test(tc, attributes_come_back_as_they_were);
	tcase_add_loop_test(tc, offers_of_any_length, 0, 5);
	tcase_add_test(tc, the_oldest_quick_mode_gives_way);
	tcase_add_test(tc, message_ids_are_remembered);
	tcase_add_test(tc, lifetime_is_shortened);
	tcase_add_test(tc, quick_mode_without_end);
	tcase_add_test(tc, rekeys);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
