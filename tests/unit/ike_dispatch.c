/*
 * Who gets a datagram, and what an informational does: by its header, by what is inside, each row
 * with the counters that tell of it.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/ike.h"
#include "engine/ike/sa_table.h"
#include "tests/support/ike_initiator_parts.h"
#include "tests/support/ike_world.h"

static struct ike_world w;
static struct ike_initiator i;
static struct initiator_message msg;
static struct path path;
static const struct ike_stats *stats;

static void setup(void)
{
	ike_world_init(&w, 7);
	w.trace.level[TRACE_IKE] = TRACE_DEBUG;
	stats = ike_stats(w.ike);
	initiator_init(&i, w.crypto, 1);
	path.local.port = path.remote.port = 500;
	addr_parse("172.16.1.2", &path.local.addr);
	addr_parse("10.1.1.2", &path.remote.addr);
	i.path.local = path.remote;
	i.path.remote = path.local;
}

static void teardown(void)
{
	ike_world_fini(&w);
}

static void say(void)
{
	w.n_sent = 0;
	ike_receive(w.ike, &path, msg.b, msg.len);
}

static void message_1(void)
{
	initiator_mm1(&i, &msg);
	say();
	ck_assert(initiator_mm2(&i, w.sent[0].b, w.sent[0].len));
}

static void phase1(void)
{
	message_1();
	initiator_mm3(&i, &msg);
	say();
	ck_assert(initiator_mm4(&i, w.sent[0].b, w.sent[0].len));
	initiator_mm5(&i, &msg);
	say();
	ck_assert(initiator_mm6(&i, w.sent[0].b, w.sent[0].len));
}

/* ---- headers ------------------------------------------------------------------------- */

/* A header and one payload of four bytes, behind it. */
static void header(const uint8_t *cky_r, uint8_t exchange, uint8_t flags, uint32_t msgid)
{
	static const uint8_t zero[COOKIE_LEN];
	struct out o;

	out_begin(&o, i.cky_i, cky_r ? cky_r : zero, exchange, flags, msgid);
	out_payload(&o, PAY_HASH, zero, 4);
	ck_assert(out_end(&o, 8));
	msg.len = wr_len(&o.w);
	memcpy(msg.b, o.buf, msg.len);
	say();
}

/* What fits no exchange of an SA is malformed, whatever is inside. */
START_TEST(headers_of_an_sa)
{
	static const struct {
		bool active;
		uint8_t exchange, flags;
		uint32_t msgid;
		bool malformed, decrypt_fails;
	} row[] = {
		{false, XCHG_MAIN, 0, 5, true, false},
		{false, XCHG_MAIN, 0, 0, true, false}, /* no KE, no nonce */
		{false, XCHG_MAIN, FLAG_ENCRYPTED, 0, true, false},
		{false, XCHG_QUICK, FLAG_ENCRYPTED, 5, true, false},
		{false, XCHG_QUICK, FLAG_ENCRYPTED, 0, true, false},
		{false, XCHG_INFORMATIONAL, FLAG_ENCRYPTED, 5, true, false},
		{false, XCHG_AGGRESSIVE, 0, 0, true, false},
		{true, XCHG_MAIN, 0, 0, true, false},
		{true, XCHG_MAIN, FLAG_ENCRYPTED, 0, true, false},
		{true, XCHG_QUICK, FLAG_ENCRYPTED, 0, true, false},
		{true, XCHG_QUICK, FLAG_ENCRYPTED, 5, false, true},
		{true, XCHG_QUICK, 0, 5, true, false},
		{true, XCHG_INFORMATIONAL, FLAG_ENCRYPTED, 0, true, false},
		{true, XCHG_INFORMATIONAL, FLAG_ENCRYPTED, 5, false, true},
		{true, XCHG_AGGRESSIVE, FLAG_ENCRYPTED, 5, true, false},
		{true, 33, FLAG_ENCRYPTED, 5, true, false},
		{true, 6, FLAG_ENCRYPTED, 5, true, false},
	};

	if (row[_i].active)
		phase1();
	else
		message_1();
	header(i.cky_r, row[_i].exchange, row[_i].flags, row[_i].msgid);
	ck_assert_uint_eq(stats->malformed, row[_i].malformed);
	ck_assert_uint_eq(stats->decrypt_fails, row[_i].decrypt_fails);
	ck_assert_uint_eq(stats->in_drops, 1);
	ck_assert_uint_eq(w.n_sent, 0);
	ck_assert_ptr_nonnull(sa_by_cookies(w.ike, i.cky_i, i.cky_r));
	ck_assert_uint_eq(w.failed + w.down, 0);
}
END_TEST

/* Without our cookie only a beginning counts; with a wrong one nothing. */
START_TEST(headers_of_no_sa)
{
	static const struct {
		uint8_t exchange, flags;
		uint32_t msgid;
		unsigned malformed, failed;
	} row[] = {
		{XCHG_MAIN, FLAG_ENCRYPTED, 0, 0, 0},
		{XCHG_MAIN, 0, 1, 0, 0},
		{XCHG_MAIN, 0, 0, 1, 1}, /* a beginning, of which the SA payload is missing */
		{XCHG_QUICK, 0, 0, 0, 0},
		{XCHG_QUICK, FLAG_ENCRYPTED, 7, 0, 0},
		{33, 0, 0, 0, 0},
	};
	uint8_t other[COOKIE_LEN];

	header(NULL, row[_i].exchange, row[_i].flags, row[_i].msgid);
	ck_assert_uint_eq(stats->in_drops, 1);
	ck_assert_uint_eq(stats->malformed, row[_i].malformed);
	ck_assert_uint_eq(w.failed, row[_i].failed);
	message_1();
	memcpy(other, i.cky_r, COOKIE_LEN);
	other[7] ^= 1;
	header(other, row[_i].exchange, row[_i].flags, row[_i].msgid);
	ck_assert_uint_eq(stats->unknown_cookie, 1);
	ck_assert_uint_eq(stats->in_drops, 2);
	i.cky_i[7] ^= 1;
	header(i.cky_r, row[_i].exchange, row[_i].flags, row[_i].msgid);
	ck_assert_uint_eq(stats->unknown_cookie, 2);
	ck_assert_uint_eq(w.n_sent, 0);
}
END_TEST

/* RFC 2408 3.1: version and length; what is not ISAKMP is counted as such. */
START_TEST(not_isakmp)
{
	static const struct {
		size_t at;
		uint8_t value;
	} row[] = {{17, 0x11}, {17, 0x00}, {17, 0x30}, {27, 1}, {26, 9}, {19, 4}, {19, 0x80}};

	initiator_mm1(&i, &msg);
	msg.b[row[_i].at] = row[_i].value;
	say();
	ck_assert_uint_eq(stats->malformed, 1);
	ck_assert_uint_eq(stats->in_drops, 1);
	ck_assert_uint_eq(stats->in_packets, 1);
	ck_assert_uint_eq(stats->in_octets, msg.len);
	ck_assert_uint_eq(w.n_sent, 0);
	ck_assert_ptr_nonnull(strstr(w.text, "that is not ISAKMP, dropping"));
}
END_TEST

/* No answer is longer than what asked for it; what only looks like version 2 gets none. */
START_TEST(foreigners_at_their_limits)
{
	static const struct {
		uint8_t version, exchange, flags;
		uint8_t len, says; /* its length, and the one in its header */
		uint8_t cky_i, cky_r;
		bool told, answered;
	} row[] = {
		{0x10, XCHG_AGGRESSIVE, 0, 40, 40, 1, 0, true, true},
		{0x10, XCHG_AGGRESSIVE, 0, 39, 39, 1, 0, true, false},
		{0x20, 34, 8, 36, 36, 1, 0, true, true},
		{0x2f, 34, 8, 36, 36, 1, 0, true, true},
		{0x20, 34, 8, 35, 35, 1, 0, true, false},
		{0x20, 34, 8, 28, 28, 1, 0, true, false},
		{0x20, 34, 8, 27, 27, 1, 0, false, false},
		{0x20, 34, 8, 36, 37, 1, 0, false, false},
		{0x30, 34, 8, 36, 36, 1, 0, false, false},
		{0x20, 35, 8, 36, 36, 1, 0, false, false},
		{0x20, 34, 0x20, 36, 36, 1, 0, false, false},
		{0x20, 34, 8, 36, 36, 0, 0, false, false},
		{0x20, 34, 8, 36, 36, 1, 1, false, false},
	};

	memset(msg.b, 0, sizeof msg.b);
	msg.b[7] = row[_i].cky_i;
	msg.b[15] = row[_i].cky_r;
	msg.b[17] = row[_i].version;
	msg.b[18] = row[_i].exchange;
	msg.b[19] = row[_i].flags;
	msg.b[27] = row[_i].says;
	msg.len = row[_i].len;
	say();
	ck_assert_uint_eq(w.n_sent, row[_i].answered);
	ck_assert_uint_eq(stats->notifies_out, row[_i].answered);
	ck_assert_uint_eq(stats->version2 + stats->aggressive, row[_i].told);
	ck_assert_uint_eq(w.failed, row[_i].told);
	ck_assert_uint_eq(stats->malformed, !row[_i].told);
	ck_assert_uint_eq(stats->in_drops, 1);
}
END_TEST

/* In the clear nobody is believed: counted, told of, dropped. */
START_TEST(informationals_in_the_clear)
{
	static const struct {
		uint8_t bytes[20];
		size_t len;
		unsigned malformed;
		const char *said;
	} row[] = {
		{{0, 0, 0, 12, 0, 0, 0, 1, 1, 0, 0, 14}, 12, 0, "NO_PROPOSAL_CHOSEN"},
		{{0, 0, 0, 11, 0, 0, 0, 1, 1, 0, 0}, 11, 0, NULL}, /* half a notify */
		{{0, 0, 0, 12, 0, 0, 0, 1, 1, 0, 0, 14, 0}, 13, 1, NULL},
		{{0, 1, 0, 12, 0, 0, 0, 1, 1, 0, 0, 14}, 12, 1, NULL},
	};
	struct out o;

	message_1();
	out_begin(&o, i.cky_i, i.cky_r, XCHG_INFORMATIONAL, 0, 0);
	wr_patch8(&o.w, 16, PAY_NOTIFY);
	wr_bytes(&o.w, row[_i].bytes, row[_i].len);
	ck_assert(out_end(&o, 1));
	msg.len = wr_len(&o.w);
	memcpy(msg.b, o.buf, msg.len);
	say();
	ck_assert_uint_eq(stats->in_drops, 1);
	ck_assert_uint_eq(stats->malformed, row[_i].malformed);
	ck_assert_uint_eq(stats->notifies_in, 0);
	ck_assert_int_eq(strstr(w.text, "un-encrypted") != NULL, row[_i].said != NULL);
	if (row[_i].said)
		ck_assert_ptr_nonnull(strstr(w.text, row[_i].said));
	ck_assert_int_eq(strstr(w.text, "Information Exchange processing failed") != NULL,
	    row[_i].malformed == 0);
}
END_TEST

/* ---- protected informationals ---------------------------------------------------------- */

enum { OWN = 0xee, OTHERS = 0xdd }; /* stand for a pair of cookies */

struct part {
	uint8_t type, len, bytes[12];
	uint8_t sa[2]; /* OWN or OTHERS, behind the bytes */
};

static void informational(const struct part *p, size_t n)
{
	uint8_t hash[CRYPTO_HASH_MAX] = {0}, iv[CRYPTO_BLOCK_MAX];
	size_t size = hash_info[i.keys.hash].size;
	uint32_t msgid = i.next_msgid++;
	struct initiator_cookies own = initiator_cookies(&i), others = own;
	struct out o;

	others.b[15] ^= 1;
	out_begin(&o, i.cky_i, i.cky_r, XCHG_INFORMATIONAL, FLAG_ENCRYPTED, msgid);
	out_payload(&o, PAY_HASH, hash, size);
	for (size_t k = 0; k < n && p[k].type; k++) {
		out_open(&o, p[k].type);
		wr_bytes(&o.w, p[k].bytes, p[k].len);
		for (size_t c = 0; c < 2 && p[k].sa[c]; c++)
			wr_bytes(&o.w, p[k].sa[c] == OWN ? own.b : others.b, sizeof own.b);
		out_close(&o);
	}
	keymat_hash1(w.crypto, &i.keys, msgid, out_rest(&o), hash);
	out_patch_hash(&o, hash, size);
	keymat_iv_phase2(w.crypto, &i.keys, msgid, iv);
	initiator_finish_encrypted(&i, &o, iv, &msg);
	say();
}

#define ESP_1 {PAY_DELETE, 12, {0, 0, 0, 1, 3, 4, 0, 1, 0, 0, 1, 1}, {0}}
#define ESP_2 {PAY_DELETE, 12, {0, 0, 0, 1, 3, 4, 0, 1, 0, 0, 1, 2}, {0}}
#define SA_OWN {PAY_DELETE, 8, {0, 0, 0, 1, 1, 16, 0, 1}, {OWN}}
#define CONTACT {PAY_NOTIFY, 8, {0, 0, 0, 1, 1, 0, 0x60, 2}, {0}}
#define CUT {PAY_NOTIFY, 7, {0, 0, 0, 1, 1, 0, 0x60}, {0}}

/* RFC 2408 3.14, 3.15: each payload by itself, in their order, until the SA is gone. */
static const struct {
	struct part part[3];
	unsigned deleted, down, contact, malformed, deletes_in, notifies_in;
} inside[] = {
	{{ESP_1}, 1, 0, 0, 0, 1, 0},
	{{ESP_1, ESP_2}, 2, 0, 0, 0, 2, 0},
	{{{PAY_DELETE, 8, {0, 0, 0, 1, 3, 4, 0, 0}, {0}}}, 0, 0, 0, 0, 0, 0}, /* of none */
	{{{PAY_DELETE, 8, {0, 0, 0, 1, 3, 16, 0, 1}, {OWN}}}, 0, 0, 0, 0, 0, 0},
	{{{PAY_DELETE, 12, {0, 0, 0, 1, 1, 4, 0, 1, 0, 0, 1, 1}, {0}}}, 0, 0, 0, 0, 0, 0},
	{{{PAY_DELETE, 12, {0, 0, 0, 1, 2, 4, 0, 1, 0, 0, 1, 1}, {0}}}, 0, 0, 0, 0, 0, 0},
	{{{PAY_DELETE, 8, {0, 0, 0, 1, 2, 16, 0, 1}, {OWN}}}, 0, 0, 0, 0, 0, 0},
	{{SA_OWN}, 0, 1, 0, 0, 1, 0},
	{{{PAY_DELETE, 8, {0, 0, 0, 1, 1, 16, 0, 1}, {OTHERS}}}, 0, 0, 0, 0, 1, 0},
	{{{PAY_DELETE, 8, {0, 0, 0, 1, 1, 16, 0, 2}, {OTHERS, OWN}}}, 0, 1, 0, 0, 2, 0},
	{{{PAY_DELETE, 8, {0, 0, 0, 1, 1, 16, 0, 2}, {OWN}}}, 0, 0, 0, 1, 0, 0}, /* too short */
	{{{PAY_DELETE, 8, {0, 0, 0, 1, 1, 16, 0, 1}, {OWN, OWN}}}, 0, 0, 0, 1, 0, 0},
	{{{PAY_DELETE, 7, {0, 0, 0, 1, 3, 4, 0}, {0}}, ESP_1}, 1, 0, 0, 1, 1, 0},
	{{SA_OWN, ESP_1}, 0, 1, 0, 0, 1, 0}, /* there is nobody left to delete for */
	{{ESP_1, SA_OWN}, 1, 1, 0, 0, 2, 0},
	{{CONTACT}, 0, 0, 1, 0, 0, 1},
	{{CONTACT, CONTACT}, 0, 0, 2, 0, 0, 2},
	{{CUT}, 0, 0, 0, 1, 0, 0},
	{{CUT, CONTACT}, 0, 0, 1, 1, 0, 1},
	{{SA_OWN, CONTACT}, 0, 1, 1, 0, 1, 1}, /* notifications first */
	{{{PAY_NOTIFY, 8, {0, 0, 0, 1, 1, 0, 0, 14}, {0}}}, 0, 0, 0, 0, 0, 1},
};

START_TEST(what_is_inside)
{
	phase1();
	informational(inside[_i].part, 3);
	ck_assert_uint_eq(w.deleted, inside[_i].deleted);
	ck_assert_uint_eq(w.down, inside[_i].down);
	ck_assert_uint_eq(w.contact, inside[_i].contact);
	ck_assert_uint_eq(stats->malformed, inside[_i].malformed);
	ck_assert_uint_eq(stats->deletes_in + stats->phase1_deletes_in,
	    inside[_i].deletes_in);
	ck_assert_uint_eq(stats->notifies_in, inside[_i].notifies_in);
	ck_assert_uint_eq(stats->in_drops, 0);
	ck_assert_uint_eq(w.n_sent, 0);
	ck_assert_int_eq(sa_by_cookies(w.ike, i.cky_i, i.cky_r) != NULL, !inside[_i].down);
}
END_TEST

START_TEST(several_spis_in_one)
{
	struct part p = {PAY_DELETE, 12, {0, 0, 0, 1, 3, 4, 0, 5, 0, 0, 1, 1}, {OWN}};
	struct rd last;

	phase1();
	last = rd_init(i.cky_r + 4, 4);
	informational(&p, 1);
	ck_assert_uint_eq(w.deleted, 5);
	ck_assert_uint_eq(w.deleted_spi, rd_u32(&last));
}
END_TEST

/* Dead peer detection asks and answers with a number of four bytes (RFC 3706 6.2). */
START_TEST(keep_alives)
{
#define ASK(len, last) {PAY_NOTIFY, 8 + (len), {0, 0, 0, 1, 1, 0, 0x8d, 0x28, 0, 0, 0, last}, {0}}
#define ACK(last) {PAY_NOTIFY, 12, {0, 0, 0, 1, 1, 0, 0x8d, 0x29, 0, 0, 0, last}, {0}}
	static const struct {
		struct part part[2];
		unsigned answers, drops;
	} row[] = {
		{{ASK(4, 5)}, 1, 0},
		{{ASK(3, 0)}, 0, 0},
		{{ASK(4, 4)}, 1, 0}, /* the first number is any */
		{{ACK(5)}, 0, 1},    /* of nothing that was asked */
		{{ASK(3, 0), ACK(5)}, 0, 1},
		{{CONTACT, ACK(5)}, 0, 1},
		{{ASK(4, 7), ASK(4, 6)}, 2, 0},
	};

	phase1();
	informational(row[_i].part, 2);
	ck_assert_uint_eq(w.n_sent, row[_i].answers);
	ck_assert_uint_eq(stats->in_drops, row[_i].drops);
	ck_assert_int_eq(strstr(w.text, "unexpected sequence number") != NULL, row[_i].drops);
	ck_assert_int_eq(strstr(w.text, "Sending keep-alive of type DPD R-U-THERE-ACK") != NULL,
	    row[_i].answers != 0);
	ck_assert_int_eq(strstr(w.text, "Received keep-alive of type DPD R-U-THERE (seq") != NULL,
	    row[_i].answers != 0);
	w.n_sent = 0;
	w.text[w.text_len = 0] = '\0';
	w.sa->dpd = true;
	ck_assert(ike_sa_ask(w.sa));
	ck_assert_ptr_nonnull(strstr(w.text, "Sending keep-alive of type DPD R-U-THERE (seq"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_dispatch");
	TCase *tc = tcase_create("dispatch");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, headers_of_an_sa, 0, 17);
	tcase_add_loop_test(tc, headers_of_no_sa, 0, 6);
	tcase_add_loop_test(tc, not_isakmp, 0, 7);
	tcase_add_loop_test(tc, foreigners_at_their_limits, 0, 13);
	tcase_add_loop_test(tc, informationals_in_the_clear, 0, 4);
	tcase_add_loop_test(tc, what_is_inside, 0, sizeof inside / sizeof *inside);
	tcase_add_test(tc, several_spis_in_one);
	tcase_add_loop_test(tc, keep_alives, 0, 7);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
