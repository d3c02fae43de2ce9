/*
 * The exchange table as a seam: which row takes a message is a matter of exchange, state, role,
 * authentication method and encryption, and the dispatcher takes whatever table it is given. Rows
 * of an initiator and of signatures stand here, which production has not yet.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/exchange_table.h"
#include "engine/ike/ike.h"
#include "engine/ike/protection.h"
#include "engine/ike/sa_table.h"
#include "tests/support/ike_world.h"

static struct ike_world w;
static struct ike_initiator i;
static struct initiator_message msg;
static struct path path;
static const char *taken, *opened;
static enum outcome answer;

static void setup(void)
{
	ike_world_init(&w, 7);
	initiator_init(&i, w.crypto, 1);
	path.local.port = path.remote.port = 500;
	addr_parse("172.16.1.2", &path.local.addr);
	addr_parse("10.1.1.2", &path.remote.addr);
	i.path.local = path.remote;
	i.path.remote = path.local;
	taken = opened = "";
	answer = GO_NEXT;
}

static void teardown(void)
{
	ike_world_fini(&w);
}

/* The answer to `msg`, in `got` bytes; none: 0. */
static const uint8_t *got;
static size_t got_len;

static void ask(void)
{
	got = ike_world_ask(&w, &path, &msg, &got_len);
}

#define STEP(name) \
	static enum outcome name(struct ike_sa *sa, struct qm *q, struct incoming *in) \
	{ \
		(void)sa, (void)q, (void)in; \
		taken = #name; \
		return answer; \
	}
STEP(psk)
STEP(rsa)
STEP(again)
STEP(initiator)
STEP(either)
STEP(quick)
#undef STEP

/* The key finder of a test: the message is in clear, whatever its flag says. */
static enum outcome open_rsa(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	(void)sa, (void)q;
	opened = "rsa";
	return isakmp_payloads_read(&in->m, in->body, in->body_len, true) ? GO_NEXT : GO_STAY;
}

static enum outcome open_never(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	(void)sa, (void)q, (void)in;
	opened = "never";
	return GO_STAY;
}

static const struct exchange_row rows[] = {
	{XCHG_MAIN, MM_WAIT_MSG3, ROLE_RESPONDER, AUTH_PSK, "", HAS_KE, HAS_NONCE, 0,
	    open_clear, psk, MM_WAIT_MSG5},
	{XCHG_MAIN, MM_WAIT_MSG3, ROLE_RESPONDER, AUTH_RSA_SIG, "", HAS_KE, HAS_NONCE, ENCRYPTED,
	    open_rsa, rsa, MM_BLD_MSG4},
	{XCHG_MAIN, MM_WAIT_MSG3, ROLE_RESPONDER, AUTH_RSA_SIG, "", HAS_KE, HAS_NONCE, 0,
	    open_clear, again, MM_WAIT_MSG3},
	{XCHG_MAIN, MM_WAIT_MSG3, ROLE_INITIATOR, AUTH_ANY, "", HAS_NONCE, HAS_KE, 0,
	    open_clear, initiator, MM_START},
	{XCHG_MAIN, MM_WAIT_MSG5, EITHER_ROLE, AUTH_PSK, "", HAS_KE, HAS_NONCE, 0,
	    open_never, either, MM_ACTIVE},
	{XCHG_QUICK, QM_START, ROLE_RESPONDER, AUTH_RSA_SIG, "", HAS_HASH, ~0U, ENCRYPTED,
	    open_first, quick, QM_WAIT_MSG3},
};
static const struct exchange_table table = {rows, sizeof rows / sizeof *rows};

START_TEST(rows_are_found)
{
	const struct exchange_table shorter = {rows, sizeof rows / sizeof *rows - 1};
	static const struct {
		uint8_t exchange, state, role;
		uint16_t auth;
		bool encrypted;
		int row; /* -1 = none */
	} want[] = {
		{XCHG_MAIN, MM_WAIT_MSG3, ROLE_RESPONDER, AUTH_PSK, false, 0},
		{XCHG_MAIN, MM_WAIT_MSG3, ROLE_RESPONDER, AUTH_PSK, true, 0}, /* to be refused */
		{XCHG_MAIN, MM_WAIT_MSG3, ROLE_RESPONDER, AUTH_RSA_SIG, true, 1},
		{XCHG_MAIN, MM_WAIT_MSG3, ROLE_RESPONDER, AUTH_RSA_SIG, false, 2},
		{XCHG_MAIN, MM_WAIT_MSG3, ROLE_INITIATOR, AUTH_PSK, false, 3},
		{XCHG_MAIN, MM_WAIT_MSG3, ROLE_INITIATOR, AUTH_RSA_SIG, false, 3},
		{XCHG_MAIN, MM_WAIT_MSG5, ROLE_RESPONDER, AUTH_PSK, false, 4},
		{XCHG_MAIN, MM_WAIT_MSG5, ROLE_INITIATOR, AUTH_PSK, false, 4},
		{XCHG_MAIN, MM_WAIT_MSG5, ROLE_INITIATOR, AUTH_RSA_SIG, false, -1},
		{XCHG_MAIN, MM_BLD_MSG4, ROLE_RESPONDER, AUTH_PSK, false, -1},
		{XCHG_INFORMATIONAL, MM_WAIT_MSG3, ROLE_RESPONDER, AUTH_PSK, false, -1},
		{XCHG_QUICK, QM_START, ROLE_RESPONDER, AUTH_RSA_SIG, true, 5},
		{XCHG_QUICK, QM_START, ROLE_RESPONDER, AUTH_PSK, true, -1},
	};

	for (size_t k = 0; k < sizeof want / sizeof *want; k++)
		ck_assert_msg(exchange_row(&table, want[k].exchange, want[k].state, want[k].role,
		                  want[k].auth, want[k].encrypted) ==
		        (want[k].row < 0 ? NULL : &rows[want[k].row]),
		    "%zu", k);
	ck_assert_ptr_null(exchange_row(&shorter, XCHG_QUICK, QM_START, ROLE_RESPONDER,
	    AUTH_RSA_SIG, true));
}
END_TEST

/* Message 3 of the client, for an SA of this role and method, through the table above. */
static struct ike_sa *message_3(enum ike_role role, uint16_t auth, bool encrypted)
{
	struct incoming in = {.path = &path};
	struct ike_sa *sa;
	ask();
	ck_assert(initiator_mm2(&i, got, got_len));
	initiator_mm3(&i, &msg);
	if (encrypted)
		msg.b[19] = FLAG_ENCRYPTED;
	ck_assert(incoming_read(&in, msg.b, msg.len));
	sa = sa_by_cookies(w.ike, i.cky_i, i.cky_r);
	ck_assert_ptr_nonnull(sa);
	ck_assert_uint_eq(sa->auth, AUTH_PSK);
	ck_assert_uint_eq(sa->role, ROLE_RESPONDER);
	sa->role = role;
	sa->auth = auth;
	exchange_receive(&table, sa, &in);
	return sa;
}

START_TEST(the_dispatcher_takes_a_table)
{
	static const struct {
		enum ike_role role;
		uint16_t auth;
		bool encrypted;
		const char *taken, *opened;
		enum ike_state next;
	} want[] = {
		{ROLE_RESPONDER, AUTH_PSK, false, "psk", "", MM_WAIT_MSG5},
		{ROLE_RESPONDER, AUTH_RSA_SIG, true, "rsa", "rsa", MM_BLD_MSG4},
		{ROLE_RESPONDER, AUTH_RSA_SIG, false, "again", "", MM_WAIT_MSG3},
		{ROLE_INITIATOR, AUTH_RSA_SIG, false, "initiator", "", MM_START},
		/* Encrypted where it must not be. */
		{ROLE_RESPONDER, AUTH_PSK, true, "", "", MM_WAIT_MSG3},
		{ROLE_INITIATOR, AUTH_PSK, true, "", "", MM_WAIT_MSG3},
	};
	struct ike_sa *sa;

	i.natt = false; /* then message 3 is KE and nonce */
	initiator_mm1(&i, &msg);
	sa = message_3(want[_i].role, want[_i].auth, want[_i].encrypted);
	ck_assert_str_eq(taken, want[_i].taken);
	ck_assert_str_eq(opened, want[_i].opened);
	ck_assert_int_eq(sa->state, want[_i].next);
	ck_assert_uint_eq(ike_stats(w.ike)->malformed, *want[_i].taken ? 0 : 1);
	ck_assert_uint_eq(ike_stats(w.ike)->in_drops, *want[_i].taken ? 0 : 1);
	sa->role = ROLE_RESPONDER;
}
END_TEST

/* NAT-D is in no column of these rows. */
START_TEST(columns_are_enforced)
{
	struct ike_sa *sa;

	initiator_mm1(&i, &msg);
	sa = message_3(ROLE_RESPONDER, _i == 0 ? AUTH_PSK : AUTH_RSA_SIG, _i != 0);
	ck_assert_str_eq(taken, "");
	ck_assert_str_eq(opened, _i == 0 ? "" : "rsa");
	ck_assert_int_eq(sa->state, MM_WAIT_MSG3);
	ck_assert_uint_eq(ike_stats(w.ike)->malformed, 1);
}
END_TEST

/* What a handler makes of a message decides whether the state changes. */
START_TEST(only_next_steps)
{
	static const enum outcome stays[] = {GO_STAY, GO_WAIT, GO_END};
	struct ike_sa *sa;

	answer = stays[_i];
	i.natt = false;
	initiator_mm1(&i, &msg);
	sa = message_3(ROLE_RESPONDER, AUTH_PSK, false);
	ck_assert_str_eq(taken, "psk");
	ck_assert_int_eq(sa->state, MM_WAIT_MSG3);
}
END_TEST

static void up_to_mm4(void)
{
	initiator_mm1(&i, &msg);
	ask();
	ck_assert(initiator_mm2(&i, got, got_len));
	initiator_mm3(&i, &msg);
	ask();
	ck_assert(initiator_mm4(&i, got, got_len));
}

/* Message 5 as the client means it, and one payload more behind it. */
static void message_5_with(uint8_t type)
{
	uint8_t *body = msg.b + ISAKMP_HEADER_LEN, iv[CRYPTO_BLOCK_MAX], first[CRYPTO_BLOCK_MAX];
	size_t at, block = cipher_info[i.keys.cipher].block;

	memcpy(first, i.keys.iv, sizeof first);
	initiator_mm5(&i, &msg);
	memcpy(iv, first, sizeof iv);
	ck_assert(keymat_crypt(w.crypto, &i.keys, false, iv, body, msg.len - ISAKMP_HEADER_LEN));
	at = msg.plain - ISAKMP_HEADER_LEN;
	body[12] = type; /* next payload of HASH_I, behind an ID payload of 12 bytes */
	memcpy(body + at, (uint8_t[]){PAY_NONE, 0, 0, 8, 1, 2, 3, 4}, 8);
	msg.plain += 8;
	msg.len = ISAKMP_HEADER_LEN + (msg.plain - ISAKMP_HEADER_LEN + block - 1) / block * block;
	memset(msg.b + msg.plain, 0, msg.len - msg.plain);
	msg.b[26] = (uint8_t)(msg.len >> 8);
	msg.b[27] = (uint8_t)msg.len;
	memcpy(iv, first, sizeof iv);
	ck_assert(keymat_crypt(w.crypto, &i.keys, true, iv, body, msg.len - ISAKMP_HEADER_LEN));
	memcpy(i.keys.iv, first, sizeof first);
}

/* Message 5 is a row like the others: what its columns do not name is refused, who sends it or
 * not. */
START_TEST(message_5_keeps_to_its_columns)
{
	static const struct {
		uint8_t type;
		bool good;
	} want[] = {{PAY_KE, false}, {PAY_DELETE, false}, {PAY_NAT_OA, false}, {PAY_VENDOR, true},
	    {PAY_CERTREQ, true}, {200, true}};
	up_to_mm4();
	message_5_with(want[_i].type);
	ask();
	ck_assert_uint_eq(w.up, want[_i].good);
	ck_assert_uint_eq(ike_stats(w.ike)->malformed, !want[_i].good);
	ck_assert_uint_eq(ike_stats(w.ike)->auth_fails, 0);
	if (want[_i].good)
		return;
	ck_assert_uint_eq(got_len, 0);
	ask(); /* the same again is not looked at */
	ck_assert_uint_eq(ike_stats(w.ike)->duplicates, 1);
	ck_assert_uint_eq(ike_stats(w.ike)->malformed, 1);
	initiator_mm5(&i, &msg);
	ask();
	ck_assert(initiator_mm6(&i, got, got_len));
	ck_assert_uint_eq(w.up, 1);
}
END_TEST

/* Who sends many of them, and has the key, is not listened to for ever. */
START_TEST(wrong_messages_5_are_counted)
{
	up_to_mm4();
	for (unsigned k = 0; k < MM5_TRIES; k++) {
		message_5_with((uint8_t[]){PAY_KE, PAY_NAT_OA, PAY_DELETE}[k]);
		ask();
		ck_assert_uint_eq(ike_stats(w.ike)->malformed, k + 1);
		ck_assert_ptr_nonnull(sa_by_cookies(w.ike, i.cky_i, i.cky_r));
	}
	message_5_with(PAY_SA);
	ask();
	ck_assert_uint_eq(ike_stats(w.ike)->message5_ended, 1);
	ck_assert_int_eq(w.reason, REASON_IKE_MALFORMED);
	ck_assert_ptr_null(sa_by_cookies(w.ike, i.cky_i, i.cky_r));
}
END_TEST

/* The table in use, as the RFC has it. */
START_TEST(rows_in_use)
{
	const struct exchange_table *t = &exchange_table;
	const struct exchange_row *row;
	enum ike_role role;

	for (size_t k = 0; k < t->n; k++) {
		row = &t->row[k];
		ck_assert_uint_ne(row->required, 0);
		ck_assert_uint_eq(row->required & row->optional, 0);
		role = row->role & ROLE_RESPONDER ? ROLE_RESPONDER : ROLE_INITIATOR;
		ck_assert_ptr_eq(exchange_row(t, row->exchange, row->state, role, AUTH_PSK,
				     row->flags & ENCRYPTED),
		    row);
		/* Nothing but the client's proof depends on how phase 1 authenticates. */
		if (role == ROLE_RESPONDER)
			ck_assert_int_eq(row->auth == AUTH_PSK, row->next == MM_ACTIVE &&
			        (row->exchange == XCHG_MAIN || row->exchange == XCHG_AGGRESSIVE));
	}
	ck_assert_ptr_null(
	    exchange_row(t, XCHG_MAIN, MM_WAIT_MSG3, ROLE_INITIATOR, AUTH_PSK, false));
	ck_assert(
	    !(exchange_row(t, XCHG_MAIN, MM_WAIT_MSG5, ROLE_RESPONDER, AUTH_RSA_SIG, true)->flags &
		ENCRYPTED));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_table");
	TCase *tc = tcase_create("table");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, rows_are_found);
	tcase_add_loop_test(tc, the_dispatcher_takes_a_table, 0, 6);
	tcase_add_loop_test(tc, columns_are_enforced, 0, 2);
	tcase_add_loop_test(tc, only_next_steps, 0, 3);
	tcase_add_loop_test(tc, message_5_keeps_to_its_columns, 0, 6);
	tcase_add_test(tc, wrong_messages_5_are_counted);
	tcase_add_test(tc, rows_in_use);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
