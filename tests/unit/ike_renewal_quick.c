/*
 * A quick mode that the gateway begins: when it may, what it offers of the configuration as it
 * stands, how often it says a message, and what it makes of answers with one thing in them changed.
 */
#include "tests/support/ike_edit.h"
#include "tests/support/ike_initiator_parts.h"
#include "tests/support/ike_responder.h"
#include "tests/support/ike_talk.h"

#define BLOCK 8 /* of 3DES */

static const struct ike_stats *stats;
static struct child old;
static struct initiator_qm q;
static uint8_t iv[CRYPTO_BLOCK_MAX]; /* of message 2 */
static struct edit_seal seal;

static void setup(void)
{
	talk_setup();
	stats = ike_stats(talk_world.ike);
	seal = (struct edit_seal){.iv = iv, .answers = &q};
}

static void connected(uint16_t pfs)
{
	talk_client.pfs = pfs;
	talk_phase1();
	talk_phase2();
	old = talk_world.child;
	talk_world.n_sent = talk_world.inbound = talk_world.child_up = talk_world.reserved = 0;
}

static uint32_t renew(void)
{
	return ike_child_renew(talk_world.ike, talk_world.sa, &old);
}

/* His answer is in talk_msg, and not said yet. */
static void begun(uint16_t pfs)
{
	connected(pfs);
	ck_assert_uint_ne(renew(), 0);
	ck_assert_uint_eq(talk_world.n_sent, 1);
	memcpy(iv, talk_world.sent[0].b + talk_world.sent[0].len - BLOCK, BLOCK);
	ck_assert(responder_qm1(
	    &talk_client, &q, talk_world.sent[0].b, talk_world.sent[0].len, &talk_msg));
}

/* ---- whether it may, and what it offers ------------------------------------------------ */

enum change { NOTHING, OTHER_CIPHER, OTHER_HASH, TUNNEL, NO_SET, SECOND_SET, NO_MAP, MORE_PFS,
	NO_SPI };

static void change(enum change how)
{
	static char none[] = "none";
	const char *set = talk_world.dynamic[0].set.transform_sets.v[0];

	if (how == OTHER_CIPHER)
		talk_world.set[0].cipher = CIPHER_AES128;
	if (how == OTHER_HASH)
		talk_world.set[0].auth = HASH_MD5;
	if (how == TUNNEL)
		talk_world.set[0].transport = false;
	if (how == NO_SET || how == SECOND_SET)
		talk_world.dynamic[0].set.transform_sets.v[0] = none;
	if (how == SECOND_SET) {
		talk_world.dynamic[0].set.transform_sets.v[1] = set;
		talk_world.dynamic[0].set.transform_sets.n = 2;
	}
	if (how == NO_MAP)
		talk_world.config.n_map_bindings = 0;
	if (how == MORE_PFS)
		talk_world.dynamic[0].pfs_group = 14;
	talk_world.refuse_spi = how == NO_SPI;
}

START_TEST(as_the_configuration_stands)
{
	bool may = _i == NOTHING || _i == SECOND_SET;

	connected(0);
	change((enum change)_i);
	ck_assert_int_eq(renew() != 0, may);
	ck_assert_uint_eq(talk_world.n_sent, may);
	ck_assert_uint_eq(talk_world.reserved, may);
	ck_assert_uint_eq(stats->quick_modes_out, may);
	ck_assert_uint_eq(talk_world.down, 0);
}
END_TEST

START_TEST(pfs_of_the_map)
{
	connected(2);
	talk_world.dynamic[0].pfs_group = _i ? 14 : 2;
	ck_assert_int_eq(renew() != 0, !_i);
}
END_TEST

START_TEST(so_many_at_a_time)
{
	connected(0);
	for (unsigned k = 0; k < QUICK_MODES_MAX; k++)
		ck_assert_uint_ne(renew(), 0);
	ck_assert_uint_eq(renew(), 0);
	ck_assert_uint_eq(talk_world.n_sent, QUICK_MODES_MAX);
}
END_TEST

/* The lesser of what the pair had and what the configuration says now. */
START_TEST(lives)
{
	static const struct {
		uint32_t entry, all; /* seconds */
		int32_t entry_kb;
		uint32_t all_kb, seconds, kilobytes;
	} row[] = {
		{0, 28800, -1, 4608000, 3600, 250000},
		{1200, 600, -1, 4608000, 1200, 250000},
		{0, 600, -1, 4608000, 600, 250000},
		{7200, 600, -1, 4608000, 3600, 250000},
		{0, 28800, 1000, 500, 3600, 1000},
		{0, 28800, -1, 500, 3600, 500},
		{0, 28800, 300000, 500, 3600, 250000},
		{0, 28800, 0, 500, 3600, 250000}, /* unlimited */
	};

	connected(0);
	ck_assert_uint_eq(old.seconds, 3600);
	ck_assert_uint_eq(old.kilobytes, 250000);
	talk_world.dynamic[0].set.seconds = row[_i].entry;
	talk_world.dynamic[0].set.kilobytes = row[_i].entry_kb;
	talk_world.config.ipsec.seconds = row[_i].all;
	talk_world.config.ipsec.kilobytes = row[_i].all_kb;
	ck_assert_uint_ne(renew(), 0);
	ck_assert(responder_qm1(
	    &talk_client, &q, talk_world.sent[0].b, talk_world.sent[0].len, &talk_msg));
	talk_say();
	ck_assert_uint_eq(talk_world.inbound, 1);
	ck_assert_uint_eq(talk_world.child.seconds, row[_i].seconds);
	ck_assert_uint_eq(talk_world.child.kilobytes, row[_i].kilobytes);
}
END_TEST

/* ---- how often ------------------------------------------------------------------------- */

static void said_again(unsigned first_pause)
{
	for (unsigned k = 0; k < 3; k++) {
		sim_run(&talk_world.sim, (first_pause << k) * SEC - MSEC);
		ck_assert_uint_eq(talk_world.n_sent, k + 1);
		sim_run(&talk_world.sim, MSEC);
		ck_assert_uint_eq(talk_world.n_sent, k + 2);
		ck_assert_uint_eq(talk_world.sent[k + 1].len, talk_world.sent[0].len);
		ck_assert_mem_eq(
		    talk_world.sent[k + 1].b, talk_world.sent[0].b, talk_world.sent[0].len);
	}
}

START_TEST(message_1_again)
{
	begun(0);
	said_again(2);
	ck_assert_uint_eq(talk_world.aborted, 0);
	sim_run(&talk_world.sim, 16 * SEC);
	ck_assert_uint_eq(talk_world.n_sent, 4);
	ck_assert_uint_eq(talk_world.aborted, 1);
	ck_assert_int_eq(talk_world.reason, REASON_QM_TIMEOUT);
}
END_TEST

/* Nothing answers message 3: it is said until his ESP comes, and then the pair is taken anyway. */
START_TEST(message_3_again)
{
	begun(0);
	sim_run(&talk_world.sim, 3 * SEC); /* message 1 was late: 3 is not */
	talk_say();
	said_again(1);
	ck_assert_uint_eq(talk_world.child_up, 0);
	sim_run(&talk_world.sim, 8 * SEC);
	ck_assert_uint_eq(talk_world.n_sent, 4);
	ck_assert_uint_eq(talk_world.child_up, 1);
	ck_assert_uint_eq(talk_world.aborted, 0);
}
END_TEST

START_TEST(message_3_confirmed)
{
	begun(0);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ike_child_confirmed(talk_world.ike, talk_world.child.spi_in);
	sim_run(&talk_world.sim, SEC);
	ck_assert_uint_eq(talk_world.child_up, 1);
	sim_run(&talk_world.sim, 60 * SEC);
	ck_assert_uint_eq(talk_world.n_sent, 1);
}
END_TEST

/* ---- his answers ----------------------------------------------------------------------- */

enum worth { TAKEN, REFUSED, DROPPED };

static const struct {
	struct edit edit;
	enum worth worth;
	uint16_t pfs;
} second[] = {
	{{AS_IT_IS, 0, 0, 0}, TAKEN, 0},
	{{TWICE, PAY_SA, 0, 0}, REFUSED, 0},
	{{TWICE, PAY_NONCE, 0, 0}, REFUSED, 0},
	{{TWICE, PAY_ID, 1, 0}, REFUSED, 0},
	{{DROP, PAY_ID, 1, 0}, REFUSED, 0},
	{{DROP_ALL, PAY_ID, 0, 0}, REFUSED, 0},
	{{BYTE, PAY_ID, ID_FQDN, 0}, REFUSED, 0},
	{{RESIZE, PAY_ID, 0, 7}, REFUSED, 0},
	{{RESIZE, PAY_ID, 1, 9}, REFUSED, 0},
	{{DROP, PAY_SA, 0, 0}, DROPPED, 0},
	{{DROP, PAY_NONCE, 0, 0}, DROPPED, 0},
	{{RESIZE, PAY_SA, 0, 8}, REFUSED, 0},
	{{RESIZE, PAY_NONCE, 0, NONCE_MIN - 1}, REFUSED, 0},
	{{RESIZE, PAY_NONCE, 0, NONCE_MIN}, TAKEN, 0},
	{{RESIZE, PAY_NONCE, 0, NONCE_MAX}, TAKEN, 0},
	{{RESIZE, PAY_NONCE, 0, NONCE_MAX + 1}, REFUSED, 0},
	{{ADD, PAY_NOTIFY, 0, 8}, TAKEN, 0},
	{{ADD, PAY_DELETE, 0, 8}, DROPPED, 0},
	{{ADD_FIRST, PAY_VENDOR, 0, 20}, DROPPED, 0},
	{{ADD, PAY_KE, 0, 128}, REFUSED, 0}, /* of a group that nobody asked for */
	{{AS_IT_IS, 0, 0, 0}, TAKEN, 2},
	{{DROP, PAY_KE, 0, 0}, REFUSED, 2},
	{{TWICE, PAY_KE, 0, 0}, REFUSED, 2},
	{{RESIZE, PAY_KE, 0, 127}, REFUSED, 2},
	{{RESIZE, PAY_KE, 0, 129}, REFUSED, 2},
	{{ZERO, PAY_KE, 0, 0}, REFUSED, 2},
};

static void judged(enum worth worth)
{
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, worth == TAKEN); /* message 3 */
	ck_assert_uint_eq(talk_world.inbound, worth == TAKEN);
	ck_assert_uint_eq(talk_world.aborted, worth == REFUSED);
	ck_assert_uint_eq(stats->quick_mode_invalids_out, worth == REFUSED);
	ck_assert_uint_eq(stats->malformed, worth == DROPPED);
	ck_assert_uint_eq(talk_world.down, 0);
	if (worth == REFUSED)
		ck_assert_int_eq(talk_world.reason, REASON_IPSEC_NO_PROPOSAL);
}

START_TEST(messages_2)
{
	enum worth worth = second[_i].worth;
	struct initiator_message good;

	begun(second[_i].pfs);
	good = talk_msg;
	edit(&talk_client, &talk_msg, &second[_i].edit, &seal);
	judged(worth);
	if (worth == TAKEN && second[_i].edit.how == AS_IT_IS) {
		ck_assert(responder_qm3(
		    &talk_client, &q, talk_world.sent[0].b, talk_world.sent[0].len));
		talk_quick = q;
		talk_keys_agree();
	} else if (worth == DROPPED) { /* the right one still works */
		talk_msg = good;
		talk_say();
		ck_assert_uint_eq(talk_world.inbound, 1);
	}
}
END_TEST

/* It says yes to what was offered, and to nothing else. */
START_TEST(another_transform)
{
	enum { PROTOCOL = 8 + 5, SPI = 8 + 8, TRANSFORM = SPI + 4 + 5, ATTRIBUTES = TRANSFORM + 3 };
	static const struct {
		size_t at;     /* in the body of SA; ATTRIBUTES: in that one of */
		uint8_t class; /* this class */
		uint8_t value;
		enum worth worth;
	} as[] = {{TRANSFORM, 0, 3, TAKEN}, {TRANSFORM, 0, 2, REFUSED}, {PROTOCOL, 0, 2, REFUSED},
	    {SPI, 0, 0, REFUSED}, {ATTRIBUTES, IPS_AUTH, 1, REFUSED},
	    {ATTRIBUTES, IPS_ENCAPSULATION, ENCAP_TUNNEL, REFUSED}};
	uint8_t body[INITIATOR_MSG], sa[256], begins[CRYPTO_BLOCK_MAX], used[CRYPTO_BLOCK_MAX];
	const struct payload *p;
	struct message m;
	size_t at = as[_i].at;

	begun(0);
	memcpy(begins, iv, sizeof begins);
	memcpy(used, iv, sizeof used);
	ck_assert(initiator_read(&talk_client, talk_msg.b, talk_msg.len, &m, body, used));
	p = message_get(&m, HAS_SA, 0);
	memcpy(sa, p->body.p, p->body.len);
	if (at == SPI)
		memset(sa + SPI, 0, 3); /* one of those that nobody may have (RFC 4303 2.1) */
	if (at == ATTRIBUTES) {
		while (sa[at] != 0x80 || sa[at + 1] != as[_i].class)
			ck_assert_uint_lt(at += 4, p->body.len);
		at += 3;
	}
	sa[at] = as[_i].value;
	edit(&talk_client, &talk_msg, &(struct edit){DROP, PAY_SA, 0, 0}, &seal);
	memcpy(iv, begins, sizeof begins);
	seal.added = sa;
	edit(&talk_client, &talk_msg, &(struct edit){ADD, PAY_SA, 0, p->body.len}, &seal);
	judged(as[_i].worth);
}
END_TEST

/* RFC 2407 4.6.3.1: he says that he keeps the pair for less than was offered. */
START_TEST(his_lives)
{
#define NOTE(type) 0, 0, 0, 1, PROTO_ESP, 4, (type) >> 8, (type) & 0xff, 1, 2, 3, 4
#define SAYS NOTE(NOTIFY_RESPONDER_LIFETIME)
	static const struct {
		uint8_t body[40];
		size_t len;
		uint32_t seconds, kilobytes;
	} row[] = {
		{{SAYS, 0x80, 1, 0, 1, 0x80, 2, 2, 88}, 20, 600, 250000},
		{{SAYS, 0x80, 1, 0, 1, 0, 2, 0, 4, 0, 0, 2, 88}, 24, 600, 250000},
		{{SAYS, 0x80, 1, 0, 1, 0x80, 2, 14, 17}, 20, 3600, 250000}, /* more */
		{{SAYS, 0x80, 1, 0, 1, 0x80, 2, 0, 0}, 20, 3600, 250000},
		{{SAYS, 0x80, 1, 0, 2, 0, 2, 0, 4, 0, 0, 3, 232}, 24, 3600, 1000},
		{{SAYS, 0x80, 1, 0, 2, 0, 2, 0, 4, 0, 16, 0, 0}, 24, 3600, 250000},
		{{SAYS, 0x80, 1, 0, 1, 0x80, 2, 2, 88, 0x80, 1, 0, 2, 0x80, 2, 3, 232}, 28, 600,
		    1000},
		{{SAYS, 0x80, 2, 2, 88, 0x80, 1, 0, 1}, 20, 3600, 250000}, /* of no type */
		{{SAYS, 0x80, 1, 0, 1, 0, 2, 0, 8, 0, 0, 2, 88}, 24, 3600, 250000}, /* cut short */
		{{NOTE(NOTIFY_INITIAL_CONTACT), 0x80, 1, 0, 1, 0x80, 2, 2, 88}, 20, 3600, 250000},
	};

	begun(0);
	seal.added = row[_i].body;
	edit(&talk_client, &talk_msg, &(struct edit){ADD, PAY_NOTIFY, 0, row[_i].len}, &seal);
	judged(TAKEN);
	ck_assert_uint_eq(talk_world.child.seconds, row[_i].seconds);
	ck_assert_uint_eq(talk_world.child.kilobytes, row[_i].kilobytes);
}
END_TEST

/* A pair that no kilobytes end ends by his. */
START_TEST(his_kilobytes_alone)
{
	static const uint8_t body[] = {SAYS, 0x80, 1, 0, 2, 0, 2, 0, 4, 0, 16, 0, 0};

	talk_client.kilobytes = 0;
	talk_world.config.ipsec.kilobytes = 0;
	begun(0);
	seal.added = body;
	edit(&talk_client, &talk_msg, &(struct edit){ADD, PAY_NOTIFY, 0, sizeof body}, &seal);
	judged(TAKEN);
	ck_assert_uint_eq(old.kilobytes, 0);
	ck_assert_uint_eq(talk_world.child.kilobytes, 16 << 16);
}
END_TEST

/* He says no: that ends what waits for his message 2, and not what has it. */
START_TEST(he_says_no)
{
	begun(0);
	if (_i)
		talk_say();
	responder_refuse(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.aborted, !_i);
	ck_assert_uint_eq(stats->quick_mode_rejects_out, !_i);
	ck_assert_uint_eq(stats->quick_mode_invalids_out, 0);
}
END_TEST

/* The owner has no room for the pair. */
START_TEST(no_room)
{
	begun(_i ? 2 : 0);
	talk_world.refuse_inbound = true;
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 0);
	ck_assert_uint_eq(talk_world.aborted, 1);
	ck_assert_uint_eq(stats->quick_mode_invalids_out, 1);
	ck_assert_uint_eq(talk_world.down, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_renewal_quick");
	TCase *tc = tcase_create("renewal");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, talk_teardown);
	tcase_add_loop_test(tc, as_the_configuration_stands, NOTHING, NO_SPI + 1);
	tcase_add_loop_test(tc, pfs_of_the_map, 0, 2);
	tcase_add_test(tc, so_many_at_a_time);
	tcase_add_loop_test(tc, lives, 0, 8);
	tcase_add_test(tc, message_1_again);
	tcase_add_test(tc, message_3_again);
	tcase_add_test(tc, message_3_confirmed);
	tcase_add_loop_test(tc, messages_2, 0, sizeof second / sizeof *second);
	tcase_add_loop_test(tc, another_transform, 0, 6);
	tcase_add_loop_test(tc, his_lives, 0, 10);
	tcase_add_test(tc, his_kilobytes_alone);
	tcase_add_loop_test(tc, he_says_no, 0, 2);
	tcase_add_loop_test(tc, no_room, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
