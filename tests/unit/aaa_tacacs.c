/*
 * TACACS+ against a server that the test plays: what is asked byte for byte, what answers
 * mean, and that nothing a server says is believed that the key does not prove (RFC 8907).
 */
#include "tests/support/tacacs_sim.h"

/* ---- what is asked
 * ------------------------------------------------------------------------------ */

/* Computed by another program: MD5(session, key, version, seq) ^ body. */
START_TEST(hidden_as_the_rfc_says)
{
	const struct tacacs_header h = {
	    .version = 0xc1, .type = 1, .seq = 1, .session = 0x01020304, .length = 20};
	static const uint8_t want[20] = {0x3a, 0x33, 0x6e, 0x5d, 0xe0, 0x55, 0x2a, 0x59, 0x37, 0x0f,
	    0x48, 0x95, 0x45, 0x7b, 0x7d, 0x6e, 0x9e, 0x83, 0x5f, 0x9a};
	uint8_t b[20];

	for (uint8_t i = 0; i < sizeof b; i++)
		b[i] = i;
	ck_assert(tacacs_hide(tacacs_crypto, "tacacsKey1", &h, b));
	ck_assert_mem_eq(b, want, sizeof want);
}
END_TEST

START_TEST(pap_start)
{
	struct aaa_request r = tacacs_pap();

	tacacs_ask(&r);
	ck_assert_uint_eq(S(0)->to.port, 49);
	ck_assert_str_eq(S(0)->to.device, "eth1");
	ck_assert_uint_eq(addr_to_v4(&S(0)->to.address), 0x0a0a0a16);
	ck_assert_ptr_null(memmem(S(0)->sent, S(0)->sent_len, "Wonder", 6));
	tacacs_hear(0);
	ck_assert_uint_eq(tacacs_head.version, 0xc1);
	ck_assert_uint_eq(tacacs_head.type, TACACS_AUTHEN);
	ck_assert_uint_eq(tacacs_head.seq, 1);
	ck_assert_uint_eq(tacacs_head.flags, 0);
	BODY_IS("\1\1\2\3\5\4\x9\xb"
		"alice"
		"4097"
		"192.0.2.1"
		"Wonderland1");
	tacacs_authen(0, TACACS_PASS, 0, "Welcome");
	ck_assert_uint_eq(tacacs_got.n, 1);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ACCEPT);
	ck_assert_str_eq(tacacs_got.message, "Welcome");
	ck_assert(!S(0)->open);
	ck_assert_uint_eq(tacacs_server.counters.accepts, 1);
}
END_TEST

START_TEST(chap_starts)
{
	struct aaa_request r = tacacs_by(_i ? AAA_MSCHAPV1 : AAA_CHAP, "ppp");

	r.chap_id = 7;
	r.challenge_len = _i ? 8 : 16;
	r.response_len = _i ? 49 : 16;
	memset(r.challenge, 'c', sizeof r.challenge);
	memset(r.response, 'r', sizeof r.response);
	tacacs_ask(&r);
	tacacs_hear(0);
	ck_assert_uint_eq(tacacs_head.version, 0xc1);
	if (_i)
		BODY_IS("\1\1\5\3\5\3\x9\x3a"
			"aliceppp192.0.2.1"
			"\7cccccccc"
			"rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr");
	else
		BODY_IS("\1\1\3\3\5\3\x9\x21"
			"aliceppp192.0.2.1"
			"\7cccccccccccccccc"
			"rrrrrrrrrrrrrrrr");
	tacacs_authen(0, TACACS_FAIL, 0, "");
	ck_assert_uint_eq(tacacs_got.result, AUTH_REJECT);
	ck_assert_int_eq(tacacs_got.reason, REASON_AUTH_REJECTED);
}
END_TEST

/* Its half of MS-CHAPv2 could not come back. */
START_TEST(other_methods)
{
	struct aaa_request r = tacacs_by(_i ? AAA_EAP : AAA_MSCHAPV2, "ppp");

	tacacs_ask(&r);
	ck_assert_uint_eq(tacacs_net.n_stream, 0);
	ck_assert_int_eq(tacacs_got.reason, REASON_AUTH_METHOD);
}
END_TEST

/* The server's words are all there is of a reason. */
START_TEST(refusals)
{
	static const struct {
		const char *text;
		enum reason reason;
	} row[] = {{"Account disabled", REASON_AUTH_DISABLED},
	    {"Password has expired", REASON_AUTH_EXPIRED},
	    {"Your ACCOUNT has expired", REASON_AUTH_ACCOUNT_EXPIRED},
	    {"account locked out", REASON_AUTH_LOCKED}, {"no", REASON_AUTH_REJECTED},
	    {"", REASON_AUTH_REJECTED}};
	struct aaa_request r = tacacs_pap();

	tacacs_ask(&r);
	tacacs_hear(0);
	tacacs_authen(0, TACACS_FAIL, 0, row[_i].text);
	ck_assert_uint_eq(tacacs_got.result, AUTH_REJECT);
	ck_assert_int_eq(tacacs_got.reason, row[_i].reason);
	ck_assert_str_eq(tacacs_got.message, row[_i].text);
}
END_TEST

/* ---- questions
 * ----------------------------------------------------------------------------------- */

static void say(const char *text)
{
	tacacs_got.n = 0;
	conversation_next(&tacacs_talk, &(struct aaa_next){.text = text});
}

/* What came with the request answers the first questions; then the person is asked. */
START_TEST(ascii)
{
	struct aaa_request r = tacacs_by(AAA_ASCII, "ssh");

	tacacs_ask(&r);
	tacacs_hear(0);
	ck_assert_uint_eq(tacacs_head.version, 0xc0);
	BODY_IS("\1\1\1\1\5\3\x9\0"
		"alicessh192.0.2.1");
	tacacs_authen(0, TACACS_GETUSER, 0, "Username: ");
	ck_assert_uint_eq(tacacs_got.n, 0);
	tacacs_hear(0);
	ck_assert_uint_eq(tacacs_head.seq, 3);
	BODY_IS("\0\5\0\0\0alice");
	tacacs_authen(0, TACACS_GETPASS, 1, "Password: ");
	tacacs_hear(0);
	BODY_IS("\0\xb\0\0\0Wonderland1");
	tacacs_authen(0, TACACS_GETDATA, 0, "Code\033[2J\r\nplease: ");
	ck_assert_uint_eq(tacacs_got.result, AUTH_CHALLENGE);
	ck_assert_str_eq(tacacs_got.message, "Code[2J\nplease: ");
	ck_assert(tacacs_got.echo);
	say("1");
	tacacs_hear(0);
	tacacs_authen(0, TACACS_GETDATA, 1, "PIN: ");
	ck_assert(!tacacs_got.echo);
	say("246810");
	tacacs_hear(0);
	ck_assert_uint_eq(tacacs_head.seq, 9);
	BODY_IS("\0\6\0\0\0"
		"246810");
	tacacs_authen(0, TACACS_GETPASS, 1, "");
	ck_assert_str_eq(tacacs_got.message, "Password: ");
	ck_assert(!tacacs_got.echo);
	say("");
	tacacs_hear(0);
	BODY_IS("\0\0\0\0\0");
	tacacs_authen(0, TACACS_PASS, 0, "");
	ck_assert_uint_eq(tacacs_got.n, 1);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ACCEPT);
	ck_assert_str_eq(tacacs_got.user, "");
}
END_TEST

/* Nobody has said who he is: the server asks, and the answer has the name. */
START_TEST(a_name_that_is_asked_for)
{
	struct aaa_request r = tacacs_by(AAA_ASCII, "serial");

	r.user[0] = r.password[0] = '\0';
	r.client = (struct addr){0};
	tacacs_ask(&r);
	tacacs_hear(0);
	BODY_IS("\1\1\1\1\0\6\5\0"
		"serialasync");
	tacacs_authen(0, TACACS_GETUSER, 0, "");
	ck_assert_str_eq(tacacs_got.message, "Username: ");
	ck_assert(tacacs_got.echo);
	say("erin");
	tacacs_hear(0);
	tacacs_authen(0, TACACS_GETPASS, 1, "Password: ");
	say("Attributes5");
	tacacs_hear(0);
	BODY_IS("\0\xb\0\0\0"
		"Attributes5");
	tacacs_authen(0, TACACS_PASS, 0, "");
	ck_assert_str_eq(tacacs_got.user, "erin");
}
END_TEST

/* 5.4.2.6: the server asks for that password in any case. */
START_TEST(enable)
{
	struct aaa_request r = tacacs_by(_i ? AAA_ASCII : AAA_PAP, "enable");

	r.level = 15;
	tacacs_ask(&r);
	tacacs_hear(0);
	ck_assert_uint_eq(tacacs_head.version, 0xc0);
	BODY_IS("\1\xf\1\2\5\6\x9\0"
		"aliceenable192.0.2.1");
	tacacs_authen(0, TACACS_GETPASS, 1, "Password: ");
	tacacs_hear(0);
	BODY_IS("\0\xb\0\0\0Wonderland1");
	tacacs_authen(0, TACACS_PASS, 0, "");
	ck_assert_uint_eq(tacacs_got.result, AUTH_ACCEPT);
}
END_TEST

/* 5.4.3, 5.4.2.2: what a PAP login has no use for. */
START_TEST(strange_statuses)
{
	static const struct {
		uint8_t status, result;
		enum reason reason;
	} row[] = {{TACACS_GETPASS, AUTH_REJECT, REASON_AUTH_NEEDS_PROMPT},
	    {TACACS_RESTART, AUTH_REJECT, REASON_AUTH_METHOD},
	    {TACACS_FOLLOW, AUTH_REJECT, REASON_AUTH_REJECTED},
	    {TACACS_ERROR, AUTH_ERROR, REASON_AUTH_SERVER_ERROR}};
	struct aaa_request r = tacacs_pap();

	tacacs_ask(&r);
	tacacs_hear(0);
	tacacs_authen(0, row[_i].status, 0, "");
	ck_assert_uint_eq(tacacs_got.n, 1);
	ck_assert_uint_eq(tacacs_got.result, row[_i].result);
	if (row[_i].result == AUTH_REJECT)
		ck_assert_int_eq(tacacs_got.reason, row[_i].reason);
}
END_TEST

/* Whoever hangs up at the question: the server is told. */
START_TEST(cancelled)
{
	struct aaa_request r = tacacs_by(AAA_ASCII, "ssh");

	tacacs_ask(&r);
	tacacs_hear(0);
	if (_i) {
		r.password[0] = '\0';
		conversation_cancel(&tacacs_talk);
		ck_assert_uint_eq(S(0)->sent_len, 0);
	} else {
		tacacs_authen(0, TACACS_GETDATA, 0, "?");
		conversation_cancel(&tacacs_talk);
		tacacs_hear(0);
		BODY_IS("\0\0\0\0\1");
	}
	ck_assert(!S(0)->open);
}
END_TEST

/* The server goes while the person thinks: the next word ends as an error. */
START_TEST(gone_meanwhile)
{
	struct aaa_request r = tacacs_by(AAA_ASCII, "ssh");

	tacacs_ask(&r);
	tacacs_hear(0);
	tacacs_authen(0, TACACS_GETDATA, 0, "?");
	tacacs_got.n = 0;
	netsim_hang_up(S(0), "Connection reset by peer", false);
	ck_assert_uint_eq(tacacs_got.n, 0);
	say("here");
	ck_assert_uint_eq(tacacs_got.n, 1);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ERROR);
}
END_TEST

/* ---- what is not believed
 * --------------------------------------------------------------------------- */

START_TEST(another_key)
{
	struct aaa_request r = tacacs_pap();
	uint8_t b[64];
	struct wr w = wr_init(b, sizeof b);

	tacacs_ask(&r);
	tacacs_hear(0);
	tacacs_authen_body(&w, TACACS_PASS, 0, "Hello");
	tacacs_build("otherKey", b, wr_len(&w));
	tacacs_deliver(0);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ERROR);
	ck_assert_str_eq(tacacs_got.why, "the server's answer does not fit the shared key");
	ck_assert_uint_eq(tacacs_server.counters.bad_authenticators, 1);
	ck_assert_uint_eq(tacacs_server.counters.accepts, 0);
	ck_assert(!S(0)->open);
}
END_TEST

enum { AT_VERSION, AT_TYPE, AT_SEQ, AT_FLAGS, AT_LENGTH = 8 };

/* A header that is not of the answer: it ends the connection. */
START_TEST(forged_headers)
{
	static const struct {
		unsigned at;
		uint8_t value;
	} row[] = {{AT_VERSION, 0xb1}, {AT_TYPE, 2}, {AT_TYPE, 9}, {AT_SEQ, 1}, {AT_SEQ, 3},
	    {AT_SEQ, 4}, {AT_FLAGS, TACACS_UNENCRYPTED}, {AT_LENGTH, 1}};
	struct aaa_request r = tacacs_pap();

	tacacs_ask(&r);
	tacacs_hear(0);
	tacacs_build(tacacs_host.secret_key, "\1\0\0\0\0", 6);
	tacacs_answer[row[_i].at] = row[_i].value;
	tacacs_deliver(0);
	ck_assert_uint_eq(tacacs_got.n, 1);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ERROR);
	ck_assert_uint_eq(tacacs_server.counters.malformed, 1);
	ck_assert(!S(0)->open);
}
END_TEST

/* Lengths that do not fit, statuses that are none. */
START_TEST(malformed_bodies)
{
	static const struct {
		const char *bytes;
		size_t len;
	} row[] = {{"", 0}, {"\1", 1}, {"\1\0\0\0\0", 5}, {"\1\0\0\1\0\0", 6}, {"\1\0\0\0\0\1", 6},
	    {"\1\0\0\0\0\0x", 7}, {"\0\0\0\0\0\0", 6}, {"\x8\0\0\0\0\0", 6}};
	struct aaa_request r = tacacs_pap();

	tacacs_ask(&r);
	tacacs_hear(0);
	tacacs_build(tacacs_host.secret_key, row[_i].bytes, row[_i].len);
	tacacs_deliver(0);
	ck_assert_uint_eq(tacacs_got.n, 1);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ERROR);
}
END_TEST

/* A session that is none of ours is left alone; ours is answered behind it, in one read. */
START_TEST(an_unknown_session)
{
	struct aaa_request r = tacacs_pap();
	uint8_t both[256];

	tacacs_ask(&r);
	tacacs_hear(0);
	tacacs_head.session ^= 1;
	tacacs_build(tacacs_host.secret_key, "\1\0\0\0\0\0", 6);
	memcpy(both, tacacs_answer, tacacs_answer_len);
	tacacs_head.session ^= 1;
	tacacs_build(tacacs_host.secret_key, "\2\0\0\0\0\0", 6);
	memmove(tacacs_answer + tacacs_answer_len, tacacs_answer, tacacs_answer_len);
	memcpy(tacacs_answer, both, tacacs_answer_len);
	tacacs_answer_len *= 2;
	tacacs_deliver(0);
	ck_assert_uint_eq(tacacs_server.counters.unrecognized, 1);
	ck_assert_uint_eq(tacacs_got.n, 1);
	ck_assert_uint_eq(tacacs_got.result, AUTH_REJECT);
}
END_TEST

START_TEST(byte_by_byte)
{
	struct aaa_request r = tacacs_pap();
	size_t len;

	tacacs_ask(&r);
	tacacs_hear(0);
	tacacs_build(tacacs_host.secret_key, "\1\0\0\2\0\1ok!", 9);
	len = tacacs_answer_len;
	tacacs_answer_len = 1;
	for (size_t i = 0; i < len; i++) {
		ck_assert_uint_eq(tacacs_got.n, 0);
		netsim_say(S(0), tacacs_answer + i, 1);
	}
	ck_assert_uint_eq(tacacs_got.result, AUTH_ACCEPT);
	ck_assert_str_eq(tacacs_got.message, "ok");
}
END_TEST

/* Never in the clear. */
START_TEST(without_a_key)
{
	struct aaa_request r = tacacs_pap();

	tacacs_host.secret_key = "";
	tacacs_ask(&r);
	ck_assert_uint_eq(tacacs_net.n_stream, 0);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ERROR);
	ck_assert_str_eq(tacacs_got.why, "no key is configured");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_tacacs");
	TCase *tc = tcase_create("aaa_tacacs");
	SRunner *r = srunner_create(s);
	int failures;

	tcase_add_checked_fixture(tc, tacacs_setup, tacacs_teardown);
	tcase_add_test(tc, hidden_as_the_rfc_says);
	tcase_add_test(tc, pap_start);
	tcase_add_loop_test(tc, chap_starts, 0, 2);
	tcase_add_loop_test(tc, other_methods, 0, 2);
	tcase_add_loop_test(tc, refusals, 0, 6);
	tcase_add_test(tc, ascii);
	tcase_add_test(tc, a_name_that_is_asked_for);
	tcase_add_loop_test(tc, enable, 0, 2);
	tcase_add_loop_test(tc, strange_statuses, 0, 4);
	tcase_add_loop_test(tc, cancelled, 0, 2);
	tcase_add_test(tc, gone_meanwhile);
	tcase_add_test(tc, another_key);
	tcase_add_loop_test(tc, forged_headers, 0, 8);
	tcase_add_loop_test(tc, malformed_bodies, 0, 8);
	tcase_add_test(tc, an_unknown_session);
	tcase_add_test(tc, byte_by_byte);
	tcase_add_test(tc, without_a_key);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failures = srunner_ntests_failed(r);
	srunner_free(r);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
