/*
 * Our messages in pieces: who gets them so, and that what is lost, doubled or out of order is made
 * good by the next time. And his: more than sixteen of them, some that do not fit.
 */
#include "engine/ike/piece.h"
#include "tests/support/ike_talk.h"

static struct initiator_message whole;
static uint8_t have[4][PIECE_LEN];
static size_t have_len[4];

static void setup(void)
{
	talk_setup();
	memset(have_len, 0, sizeof have_len);
	talk_world.policy[0].set.dh = 16; /* whose message 4 is longer than 576 bytes */
	talk_client.n_p1 = 1;
	talk_client.p1[0].cipher = CIPHER_3DES;
	talk_client.p1[0].hash = HASH_SHA1;
	talk_client.p1[0].group = 16;
	talk_client.pfs = 16;
	talk_world.dynamic[0].set.pfs = "group16";
	talk_world.dynamic[0].pfs_group = 16;
}

static void to_message_3(void)
{
	initiator_mm1(&talk_client, &talk_msg);
	talk_say();
	ck_assert(initiator_mm2(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_mm3(&talk_client, &talk_msg);
	talk_say();
}

/* A datagram of the server as the client hears it; true: `whole` is a message now. */
static bool hears(size_t n)
{
	const uint8_t *b = talk_world.sent[n].b;
	size_t len = talk_world.sent[n].len;
	struct piece p;
	unsigned last = 0;

	ck_assert_uint_le(len, PIECE_LEN);
	ck_assert_uint_eq(b[16], PAY_FRAGMENT);
	ck_assert(piece_read(&p, b + ISAKMP_HEADER_LEN, len - ISAKMP_HEADER_LEN));
	ck_assert_uint_le(p.number, 3);
	memcpy(have[p.number], p.data.p, p.data.len);
	have_len[p.number] = p.data.len;
	if (p.last)
		last = p.number;
	for (unsigned k = 1; k < 4 && !last; k++)
		last = have_len[k] && have_len[k] < PIECE_DATA ? k : 0;
	whole.len = 0;
	for (unsigned k = 1; k <= last; k++) {
		if (!have_len[k])
			return false;
		memcpy(whole.b + whole.len, have[k], have_len[k]);
		whole.len += have_len[k];
	}
	return last > 0;
}

/* The first time a message leaves whole; repeated, in pieces of which a lost one comes again. */
START_TEST(repeated_in_pieces)
{
	struct initiator_message first;

	to_message_3();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	first.len = talk_world.sent[0].len;
	ck_assert_uint_gt(first.len, PIECE_LEN);
	memcpy(first.b, talk_world.sent[0].b, first.len);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 2);
	ck_assert(!hears((size_t)_i)); /* the other one is lost */
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 2);
	ck_assert(hears(1 - (size_t)_i));
	ck_assert(hears(1)); /* twice is once */
	ck_assert_uint_eq(whole.len, first.len);
	ck_assert_mem_eq(whole.b, first.b, first.len);
	ck_assert(initiator_mm4(&talk_client, whole.b, whole.len));
}
END_TEST

/* Quick mode's answer too: it is encrypted, its pieces are not. */
START_TEST(quick_mode_in_pieces)
{
	to_message_3();
	ck_assert(initiator_mm4(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_mm5(&talk_client, &talk_msg);
	talk_say();
	ck_assert(initiator_mm6(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_qm1(&talk_client, &talk_quick, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	talk_world.n_sent = 0;
	sim_run(&talk_world.sim, 5 * SEC); /* message 3 does not come */
	ck_assert_uint_eq(talk_world.n_sent, 2);
	ck_assert_uint_eq(talk_world.sent[0].b[19], 0);
	ck_assert(!hears(1));
	ck_assert(hears(0));
	ck_assert(initiator_qm2(&talk_client, &talk_quick, whole.b, whole.len));
}
END_TEST

/* Who has not announced that he takes pieces gets none. */
START_TEST(not_for_everybody)
{
	talk_client.no_fragments = true;
	to_message_3();
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert_uint_gt(talk_world.sent[0].len, PIECE_LEN);
	ck_assert(initiator_mm4(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
}
END_TEST

/* Lengths around the limits. */
START_TEST(cuts)
{
	static uint8_t msg[1600], out[4][PIECE_LEN];
	static const struct {
		size_t len;
		unsigned n;
	} row[] = {{PIECE_DATA, 1}, {PIECE_DATA + 1, 2}, {2 * PIECE_DATA, 2},
	    {2 * PIECE_DATA + 1, 3}};
	size_t len = row[_i].len, at = 0;
	struct piece p;

	for (size_t k = 0; k < len; k++)
		msg[k] = (uint8_t)(k * 7);
	msg[17] = ISAKMP_VERSION;
	ck_assert_uint_eq(pieces_of(len), row[_i].n);
	for (unsigned k = 1; k <= row[_i].n; k++) {
		size_t size = piece_write(out[k], msg, len, 0x1234, k);
		struct rd r = rd_init(out[k], size);
		struct isakmp_header h;

		ck_assert(isakmp_header_read(&r, &h));
		ck_assert_uint_eq(h.length, size);
		ck_assert(piece_read(&p, out[k] + ISAKMP_HEADER_LEN, size - ISAKMP_HEADER_LEN));
		ck_assert_uint_eq(p.id, 0x1234);
		ck_assert_uint_eq(p.number, k);
		ck_assert_int_eq(p.last, k == row[_i].n);
		ck_assert_mem_eq(p.data.p, msg + at, p.data.len);
		at += p.data.len;
	}
	ck_assert_uint_eq(at, len);
}
END_TEST

/* ---- his ------------------------------------------------------------------------------- */

/* A piece of `whole`: its own header, the fragment header, then `len` bytes from `at`. */
static void piece(size_t at, size_t len, unsigned number, bool last, uint8_t reserved)
{
	struct wr o = wr_init(talk_msg.b, sizeof talk_msg.b);

	wr_bytes(&o, whole.b, ISAKMP_HEADER_LEN);
	wr_patch8(&o, 16, PAY_FRAGMENT);
	wr_patch32(&o, 24, (uint32_t)(ISAKMP_HEADER_LEN + 8 + len));
	wr_u8(&o, 0);
	wr_u8(&o, reserved);
	wr_u16(&o, (unsigned)(8 + len));
	wr_u16(&o, 77);
	wr_u8(&o, number);
	wr_u8(&o, last);
	wr_bytes(&o, whole.b + at, len);
	talk_msg.len = wr_len(&o);
	talk_say();
}

/* His message 3 and 5 in as many pieces as can be numbered, the last one first. */
START_TEST(many_of_his)
{
	unsigned n;

	initiator_mm1(&talk_client, &talk_msg);
	talk_say();
	ck_assert(initiator_mm2(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_mm3(&talk_client, &whole);
	n = _i ? PIECES_MAX : 40;
	for (unsigned k = n; k > 0; k--) {
		size_t step = whole.len / n, at = (k - 1) * step;
		size_t part = k == n ? whole.len - at : step;

		piece(at, part, k, k == n, 0);
		ck_assert_uint_eq(talk_world.n_sent, k == 1);
	}
	ck_assert(initiator_mm4(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
}
END_TEST

/* Pieces that are impossible are dropped, and the message still comes together. */
START_TEST(pieces_that_do_not_fit)
{
	const struct ike_stats *s = ike_stats(talk_world.ike);

	initiator_mm1(&talk_client, &talk_msg);
	talk_say();
	ck_assert(initiator_mm2(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_mm3(&talk_client, &talk_msg);
	whole = talk_msg;
	piece(100, whole.len - 100, 2, true, 0); /* message 3 may come so, too */
	piece(0, 100, 1, false, 0);
	ck_assert(initiator_mm4(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_mm5(&talk_client, &whole);
	piece(0, 40, 1, false, 1); /* reserved */
	ck_assert_uint_eq(s->malformed, 1);
	piece(0, 40, 0, false, 0);
	piece(0, 0, 1, false, 0);
	ck_assert_uint_eq(s->malformed, 3);
	piece(40, whole.len - 40, 2, true, 0);
	piece(40, whole.len - 40, 2, true, 0);
	piece(0, 8, 3, false, 0); /* behind the last */
	ck_assert_uint_eq(s->in_drops, 5);
	ck_assert_uint_eq(talk_world.up, 0);
	piece(0, 40, 1, false, 0);
	ck_assert_uint_eq(talk_world.up, 1);
	ck_assert(initiator_mm6(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
}
END_TEST

/* Sixteen pieces make a message, and eight kilobytes. */
START_TEST(pieces_are_bounded)
{
	const struct ike_stats *s = ike_stats(talk_world.ike);

	initiator_mm1(&talk_client, &talk_msg);
	talk_say();
	ck_assert(initiator_mm2(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_mm3(&talk_client, &talk_msg);
	talk_say();
	ck_assert(initiator_mm4(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_mm5(&talk_client, &whole);
	if (_i == 0) {
		for (unsigned k = 0; k < 15; k++)
			piece(k, 1, k + 1, false, 0);
		piece(15, whole.len - 15, 16, true, 0);
		ck_assert_uint_eq(talk_world.up, 1);
		return;
	}
	for (unsigned k = 0; k < 2; k++)
		piece(0, 4096, k + 1, false, 0);
	ck_assert_uint_eq(s->in_drops, 0);
	piece(0, 1, 3, false, 0);
	ck_assert_uint_eq(s->in_drops, 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_pieces");
	TCase *tc = tcase_create("long"), *his = tcase_create("his");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, talk_teardown);
	tcase_add_loop_test(tc, repeated_in_pieces, 0, 2);
	tcase_add_test(tc, quick_mode_in_pieces);
	tcase_add_test(tc, not_for_everybody);
	tcase_add_loop_test(tc, cuts, 0, 4);
	tcase_add_loop_test(tc, many_of_his, 0, 2);
	tcase_add_checked_fixture(his, talk_setup, talk_teardown);
	tcase_add_test(his, pieces_that_do_not_fit);
	tcase_add_loop_test(his, pieces_are_bounded, 0, 2);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, his);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
