/*
 * A main mode that the gateway begins with a client that is there: when it may, how often it says
 * a message, and what it makes of answers with one thing in them changed.
 */
#include "tests/support/ike_edit.h"
#include "tests/support/ike_initiator_parts.h"
#include "tests/support/ike_responder.h"
#include "tests/support/ike_talk.h"

#define BLOCK 8 /* of 3DES */

static const struct ike_stats *stats;
static struct ike_sa_info info;
static struct ike_terms terms;
static struct ike_initiator him; /* of the new phase 1 */

static void setup(void)
{
	talk_setup();
	stats = ike_stats(talk_world.ike);
}

static void connected(bool nat)
{
	if (nat) {
		addr_parse("192.168.77.5", &talk_client.path.local.addr);
		talk_path.remote.port = 1025;
	}
	talk_phase1();
	talk_phase2();
	ike_sa_get(talk_world.ike, talk_world.sa, &info);
	ike_sa_terms(talk_world.sa, &terms);
	initiator_like(&him, &talk_client, 2);
	talk_world.n_sent = 0;
}

static struct ike_sa *renew(void)
{
	return ike_sa_renew(
	    talk_world.ike, info.peer, &info.path, info.tunnel_group, &terms);
}

/* His answer number `message` is in talk_msg, and not said yet. */
static void up_to(unsigned message)
{
	const uint8_t *got = talk_world.sent[0].b;

	ck_assert(responder_mm1(&him, got, talk_world.sent[0].len, &talk_msg));
	if (message == 2)
		return;
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert(responder_mm3(&him, got, talk_world.sent[0].len, &talk_msg));
	if (message == 4)
		return;
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert(responder_mm5(&him, got, talk_world.sent[0].len, &talk_msg));
}

/* ---- whether it may -------------------------------------------------------------------- */

enum change { NOTHING, NO_KEY, NO_GROUP, NOT_ENABLED, OTHER_POLICY, NO_INTERFACE, BARE_4500,
	NATT_4500, HIS_ALONE };

static void change(enum change how)
{
	static char nobody[] = "Nobody";

	if (how == NO_KEY)
		talk_world.group[0].psk = NULL;
	if (how == NO_GROUP)
		info.tunnel_group = nobody;
	if (how == NOT_ENABLED)
		talk_world.config.n_ike_interfaces = 0;
	if (how == OTHER_POLICY)
		talk_world.policy[0].cipher = CIPHER_AES256;
	if (how == NO_INTERFACE)
		talk_world.config.n_interfaces = 0;
	if (how == BARE_4500)
		terms.natt = 0;
	if (how == BARE_4500 || how == NATT_4500)
		info.path.local.port = 4500;
	if (how == HIS_ALONE)
		terms.his_alone = true;
}

START_TEST(as_the_configuration_stands)
{
	bool may = _i == NOTHING || _i == NATT_4500;

	connected(false);
	change((enum change)_i);
	ck_assert_int_eq(renew() != NULL, may);
	ck_assert_uint_eq(talk_world.n_sent, may);
	ck_assert_uint_eq(talk_world.down, 0);
}
END_TEST

/* ---- how often ------------------------------------------------------------------------- */

/* The same after 2, 4 and 8 seconds; 16 later it has come to nothing. */
static void said_again(unsigned before)
{
	static const unsigned pause[] = {2, 4, 8};
	size_t len = talk_world.sent[0].len;

	for (unsigned k = 0; k < 3; k++) {
		sim_run(&talk_world.sim, pause[k] * SEC - MSEC);
		ck_assert_uint_eq(talk_world.n_sent, k + 1);
		sim_run(&talk_world.sim, MSEC);
		ck_assert_uint_eq(talk_world.n_sent, k + 2);
		ck_assert_uint_eq(talk_world.sent[k + 1].len, len);
		ck_assert_mem_eq(talk_world.sent[k + 1].b, talk_world.sent[0].b, len);
	}
	ck_assert_uint_eq(talk_world.down, before);
	sim_run(&talk_world.sim, 16 * SEC);
	ck_assert_uint_eq(talk_world.n_sent, 4);
	ck_assert_uint_eq(talk_world.down, before + 1);
	ck_assert_int_eq(talk_world.reason, REASON_IKE_TIMEOUT);
}

START_TEST(repeated)
{
	connected(false);
	ck_assert_ptr_nonnull(renew());
	if (_i > 0) {
		sim_run(&talk_world.sim, 3 * SEC); /* message 1 was late: 3 is not */
		up_to((unsigned)_i * 2);
		talk_say();
	}
	said_again(0);
}
END_TEST

/* ---- his answers ----------------------------------------------------------------------- */

static const struct {
	unsigned message;
	struct edit edit;
	enum { GOOD, BAD, WRONG_HASH, ENDS } worth;
} row[] = {
	{2, {AS_IT_IS, 0, 0, 0}, GOOD},
	{2, {TWICE, PAY_SA, 0, 0}, BAD},
	{2, {DROP, PAY_SA, 0, 0}, BAD},
	{2, {ADD_FIRST, PAY_VENDOR, 0, 20}, BAD},
	{2, {RESIZE, PAY_SA, 0, 8}, BAD},
	{2, {BYTE, PAY_SA, 1, 0}, BAD}, /* of another domain of interpretation */
	{2, {ADD, PAY_KE, 0, 128}, BAD},
	{2, {ADD, PAY_VENDOR, 0, 3}, GOOD},
	{4, {AS_IT_IS, 0, 0, 0}, GOOD},
	{4, {TWICE, PAY_KE, 0, 0}, BAD},
	{4, {TWICE, PAY_NONCE, 0, 0}, BAD},
	{4, {DROP, PAY_KE, 0, 0}, BAD},
	{4, {DROP, PAY_NONCE, 0, 0}, BAD},
	{4, {RESIZE, PAY_KE, 0, 127}, BAD},
	{4, {RESIZE, PAY_KE, 0, 129}, BAD},
	{4, {ZERO, PAY_KE, 0, 0}, ENDS}, /* of that length, and none of the group's */
	{4, {RESIZE, PAY_NONCE, 0, NONCE_MIN - 1}, BAD},
	{4, {RESIZE, PAY_NONCE, 0, NONCE_MIN}, GOOD},
	{4, {RESIZE, PAY_NONCE, 0, NONCE_MAX}, GOOD},
	{4, {RESIZE, PAY_NONCE, 0, NONCE_MAX + 1}, BAD},
	{4, {ADD, PAY_HASH, 0, 20}, BAD},
	{6, {AS_IT_IS, 0, 0, 0}, GOOD},
	{6, {RESIZE, PAY_HASH, 0, 19}, WRONG_HASH},
	{6, {RESIZE, PAY_HASH, 0, 21}, WRONG_HASH},
	{6, {ZERO, PAY_HASH, 0, 0}, WRONG_HASH},
	{6, {BYTE, PAY_ID, ID_FQDN, 0}, WRONG_HASH}, /* which covers it */
	{6, {DROP, PAY_HASH, 0, 0}, BAD},
	{6, {DROP, PAY_ID, 0, 0}, BAD},
	{6, {ADD, PAY_KE, 0, 128}, BAD},
};

static bool taken(unsigned message)
{
	talk_say();
	return message == 6 ? talk_world.up == 2 : talk_world.n_sent == 1;
}

START_TEST(answers)
{
	unsigned message = row[_i].message, worth = row[_i].worth;
	struct initiator_message good;
	uint8_t iv[CRYPTO_BLOCK_MAX];
	struct edit_seal seal = {.iv = iv};

	connected(false);
	ck_assert_ptr_nonnull(renew());
	up_to(message);
	good = talk_msg;
	memcpy(iv, talk_world.sent[0].b + talk_world.sent[0].len - BLOCK, BLOCK);
	edit(&him, &talk_msg, &row[_i].edit, &seal);
	ck_assert_int_eq(taken(message), worth == GOOD);
	ck_assert_uint_eq(stats->malformed, worth == BAD);
	ck_assert_uint_eq(stats->hash_fails, worth == WRONG_HASH);
	ck_assert_uint_eq(talk_world.down, worth == ENDS);
	if (worth == ENDS)
		ck_assert_int_eq(talk_world.reason, REASON_IKE_MALFORMED);
	if (worth == BAD || worth == WRONG_HASH) { /* the right one still works */
		talk_msg = good;
		ck_assert(taken(message));
	}
}
END_TEST

/* Message 2 says yes to what was offered, and to nothing else. */
START_TEST(another_transform)
{
	static const struct {
		uint8_t class, value;
		bool good;
	} as[] = {{1, 5, true}, {1, 1, false}, {2, 1, false}, {3, 3, false}, {4, 5, false}};
	size_t at = ISAKMP_HEADER_LEN;

	connected(false);
	ck_assert_ptr_nonnull(renew());
	up_to(2);
	while (talk_msg.b[at] != 0x80 || talk_msg.b[at + 1] != as[_i].class)
		ck_assert_uint_lt(++at, talk_msg.len - 4);
	talk_msg.b[at + 3] = as[_i].value;
	ck_assert_int_eq(taken(2), as[_i].good);
	ck_assert_uint_eq(stats->malformed, !as[_i].good);
}
END_TEST

/* RFC 2408 5.4: SA comes first; what comes before it is none, whatever it bears. */
START_TEST(another_payload_first)
{
	uint8_t body[INITIATOR_MSG];
	struct edit_seal seal = {.iv = NULL};
	struct message m;

	connected(false);
	ck_assert_ptr_nonnull(renew());
	up_to(2);
	ck_assert(initiator_read(&him, talk_msg.b, talk_msg.len, &m, body, NULL));
	seal.added = m.pay[0].body.p;
	edit(&him, &talk_msg, &(struct edit){ADD_FIRST, PAY_VENDOR, 0, m.pay[0].body.len}, &seal);
	ck_assert(!taken(2));
	ck_assert_uint_eq(stats->malformed, 1);
}
END_TEST

/* Behind a NAT only NAT traversal goes on; without one he may do without. */
START_TEST(nat_traversal)
{
	static const struct {
		bool nat, says, good;
	} as[] = {{false, false, true}, {true, false, false}, {true, true, true}};

	connected(as[_i].nat);
	ck_assert_uint_eq(info.path.local.port, as[_i].nat ? 4500 : 500);
	ck_assert_ptr_nonnull(renew());
	up_to(2);
	if (!as[_i].says)
		edit(&him, &talk_msg, &(struct edit){DROP_ALL, PAY_VENDOR, 0, 0}, NULL);
	ck_assert_int_eq(taken(2), as[_i].good);
	ck_assert_uint_eq(stats->malformed, !as[_i].good);
}
END_TEST

/* The key goes while the exchange is on its way. */
START_TEST(no_key_any_more)
{
	connected(false);
	ck_assert_ptr_nonnull(renew());
	up_to(4);
	talk_world.group[0].psk = NULL;
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 0);
	ck_assert_uint_eq(talk_world.down, 1);
	ck_assert_int_eq(talk_world.reason, REASON_IKE_NO_PSK);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_renewal_main");
	TCase *tc = tcase_create("renewal");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, talk_teardown);
	tcase_add_loop_test(tc, as_the_configuration_stands, NOTHING, HIS_ALONE + 1);
	tcase_add_loop_test(tc, repeated, 0, 3);
	tcase_add_loop_test(tc, answers, 0, sizeof row / sizeof *row);
	tcase_add_loop_test(tc, another_transform, 0, 5);
	tcase_add_test(tc, another_payload_first);
	tcase_add_loop_test(tc, nat_traversal, 0, 3);
	tcase_add_test(tc, no_key_any_more);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
