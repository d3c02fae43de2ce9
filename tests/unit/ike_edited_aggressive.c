/*
 * A good client's messages of aggressive mode with one thing in them changed, and what each is
 * worth: nobody has proved anything yet, and all of message 1 is kept.
 */
#include "tests/support/ike_edit.h"
#include "tests/support/ike_talk.h"

static const struct ike_stats *stats;

static void setup(void)
{
	talk_setup();
	talk_world.config.isakmp.am_disable = false;
	talk_client.n_p1 = 1;
	talk_client.p1[0].cipher = CIPHER_3DES;
	talk_client.p1[0].hash = HASH_SHA1;
	talk_client.p1[0].group = 2;
	stats = ike_stats(talk_world.ike);
}

static bool answered(void)
{
	talk_say();
	return talk_world.n_sent == 1 &&
	    initiator_am2(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len);
}

static bool nobody(void)
{
	return ike_sa_next(talk_world.ike, NULL) == NULL;
}

/* ---- message 1 ------------------------------------------------------------------------ */

/* RFC 2409 5.4: SA first, then one value of the group's length, one nonce of 8 to 256 bytes, one
 * identity. */
static const struct {
	struct edit edit;
	enum { TAKEN, MALFORMED, REFUSED } worth;
} first[] = {
	{{AS_IT_IS, 0, 0, 0}, TAKEN},
	{{TWICE, PAY_SA, 0, 0}, MALFORMED},
	{{TWICE, PAY_KE, 0, 0}, MALFORMED},
	{{TWICE, PAY_NONCE, 0, 0}, MALFORMED},
	{{TWICE, PAY_ID, 0, 0}, MALFORMED},
	{{DROP, PAY_SA, 0, 0}, MALFORMED},
	{{DROP, PAY_KE, 0, 0}, MALFORMED},
	{{DROP, PAY_NONCE, 0, 0}, MALFORMED},
	{{DROP, PAY_ID, 0, 0}, MALFORMED},
	{{ADD_FIRST, PAY_VENDOR, 0, 20}, MALFORMED},
	{{RESIZE, PAY_SA, 0, 8}, MALFORMED},
	{{RESIZE, PAY_KE, 0, 127}, REFUSED}, /* of another group than the one that we take */
	{{RESIZE, PAY_KE, 0, 129}, REFUSED},
	{{ZERO, PAY_KE, 0, 0}, MALFORMED}, /* of that length, and none of the group's */
	{{RESIZE, PAY_NONCE, 0, NONCE_MIN - 1}, MALFORMED},
	{{RESIZE, PAY_NONCE, 0, NONCE_MAX}, TAKEN},
	{{RESIZE, PAY_NONCE, 0, NONCE_MAX + 1}, MALFORMED},
	{{RESIZE, PAY_ID, 0, 3}, MALFORMED},
	{{RESIZE, PAY_ID, 0, PHASE1_ID_MAX}, TAKEN},
	{{RESIZE, PAY_ID, 0, PHASE1_ID_MAX + 1}, MALFORMED},
	{{ADD, PAY_VENDOR, 0, 3}, TAKEN},
	{{ADD, 200, 0, 3}, TAKEN},
};

START_TEST(messages_1)
{
	bool taken = first[_i].worth == TAKEN, malformed = first[_i].worth == MALFORMED;

	talk_client.name = "somebody";
	talk_client.name_type = ID_KEY_ID;
	initiator_am1(&talk_client, &talk_msg);
	edit(&talk_client, &talk_msg, &first[_i].edit, NULL);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, !malformed); /* message 2, or the notification */
	ck_assert_uint_eq(stats->malformed, malformed);
	ck_assert_uint_eq(stats->no_proposal, first[_i].worth == REFUSED);
	ck_assert_uint_eq(talk_world.failed, !taken);
	ck_assert_int_eq(nobody(), !taken);
	if (malformed)
		ck_assert_int_eq(talk_world.reason, REASON_IKE_MALFORMED);
	if (!taken)
		ck_assert_uint_eq(stats->duplicates, 0);
}
END_TEST

/* Message 1 is clear and of no exchange of phase 2. */
START_TEST(headers)
{
	static const struct {
		size_t at;
		uint8_t set;
	} row[] = {{19, FLAG_ENCRYPTED}, {20, 1}, {23, 1}};

	initiator_am1(&talk_client, &talk_msg);
	talk_msg.b[row[_i].at] |= row[_i].set;
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 0);
	ck_assert_uint_eq(stats->malformed, 1);
	ck_assert_int_eq(talk_world.reason, REASON_IKE_MALFORMED);
	ck_assert(nobody());
	talk_msg.b[row[_i].at] &= (uint8_t)~row[_i].set;
	ck_assert(answered());
}
END_TEST

/* A group's name has 64 characters at most, and no byte of none. */
START_TEST(names)
{
	static char longest[] = "a23456789-b23456789-c23456789-d23456789-e23456789-f23456789-g234",
		    longer[] = "a23456789-b23456789-c23456789-d23456789-e23456789-f23456789-g2345";
	static const struct {
		const char *name;
		size_t resized; /* body of the identity, 0 = as it is */
		const char *psk;
	} row[] = {
		{longest, 0, "p"},
		{longer, 0, "C!sc0@123"},
		{"Partners", 0, "p"},
		{"Partners", 4 + sizeof "Partners", "C!sc0@123"},
	};

	talk_world.group[1] = (struct cfg_tunnel_group){
	    .name = row[_i].name, .type = "remote-access", .psk = "p"};
	talk_world.config.n_tunnel_groups = 2;
	talk_client.name = row[_i].name;
	talk_client.name_type = ID_KEY_ID;
	talk_client.psk = row[_i].psk;
	initiator_am1(&talk_client, &talk_msg);
	if (row[_i].resized)
		edit(&talk_client, &talk_msg, &(struct edit){RESIZE, PAY_ID, 0, row[_i].resized},
		    NULL);
	ck_assert(answered());
}
END_TEST

/* Somebody else's message 1 with the cookie of one that waits for message 3 gets nothing, nor does
 * his own when he is there. */
START_TEST(another_message_1)
{
	struct initiator_message own;

	initiator_am1(&talk_client, &talk_msg);
	own = talk_msg;
	ck_assert(answered());
	edit(&talk_client, &talk_msg, &(struct edit){ADD, PAY_VENDOR, 0, 3}, NULL);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 0);
	ck_assert_uint_eq(stats->duplicates, 1);
	initiator_am3(&talk_client, true, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.up, 1);
	talk_msg = own;
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 0);
	ck_assert_uint_eq(talk_world.up, 1);
	ck_assert_uint_eq(talk_world.down, 0);
}
END_TEST

/* ---- message 3 ------------------------------------------------------------------------ */

static const struct {
	struct edit edit;
	bool good, proof; /* whether it came so far as to be compared */
} third[] = {
	{{AS_IT_IS, 0, 0, 0}, true, true},
	{{RESIZE, PAY_HASH, 0, 19}, false, true},
	{{RESIZE, PAY_HASH, 0, 21}, false, true},
	{{RESIZE, PAY_HASH, 0, 0}, false, true},
	{{ZERO, PAY_HASH, 0, 0}, false, true},
	{{DROP, PAY_HASH, 0, 0}, false, false},
	{{ADD, PAY_KE, 0, 128}, false, false},
	{{ADD, PAY_ID, 0, 8}, false, false},
	{{ADD, PAY_CERTREQ, 0, 1}, true, true},
	{{ADD, PAY_VENDOR, 0, 3}, true, true},
};

START_TEST(messages_3)
{
	bool encrypted = (size_t)_i >= sizeof third / sizeof *third;
	size_t k = (size_t)_i % (sizeof third / sizeof *third);
	uint8_t iv[CRYPTO_BLOCK_MAX];
	struct edit_seal seal = {.iv = iv};

	initiator_am1(&talk_client, &talk_msg);
	ck_assert(answered());
	memcpy(iv, talk_client.keys.iv, sizeof iv);
	initiator_am3(&talk_client, encrypted, &talk_msg);
	edit(&talk_client, &talk_msg, &third[k].edit, &seal);
	for (unsigned again = 0; again < 2; again++)
		talk_say();
	ck_assert_uint_eq(talk_world.up, third[k].good);
	ck_assert_uint_eq(stats->hash_fails, !third[k].good && third[k].proof);
	ck_assert_uint_eq(stats->auth_fails, !third[k].good && third[k].proof);
	ck_assert_uint_eq(stats->malformed, third[k].proof ? 0 : 2);
	ck_assert_uint_eq(stats->duplicates, third[k].proof);
	if (!third[k].good && third[k].proof)
		ck_assert_int_eq(talk_world.reason, REASON_IKE_WRONG_PSK);
	if (third[k].good && encrypted) {
		memcpy(talk_client.keys.iv, iv, sizeof iv);
		talk_phase2();
		talk_keys_agree();
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_edited_aggressive");
	TCase *tc = tcase_create("edited");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, talk_teardown);
	tcase_add_loop_test(tc, messages_1, 0, sizeof first / sizeof *first);
	tcase_add_loop_test(tc, headers, 0, 3);
	tcase_add_loop_test(tc, names, 0, 4);
	tcase_add_test(tc, another_message_1);
	tcase_add_loop_test(tc, messages_3, 0, 2 * sizeof third / sizeof *third);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
