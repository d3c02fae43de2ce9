/* RADIUS as a protocol: what is asked, and what the answers come to. */
#include "tests/support/radius_talk.h"

static void has_text(uint32_t vendor, uint8_t type, const char *text)
{
	struct radius_value v;

	ck_assert_msg(bench_find(bench_last(&radius_b), vendor, type, &v), "no attribute %u", type);
	ck_assert_uint_eq(v.len, strlen(text));
	ck_assert_mem_eq(v.p, text, v.len);
}

static void has_number(uint32_t vendor, uint8_t type, uint32_t number)
{
	struct radius_value v;

	ck_assert_msg(bench_find(bench_last(&radius_b), vendor, type, &v), "no attribute %u", type);
	ck_assert_uint_eq(radius_u32(&v), number);
}

static const char *text_of(enum aaa_attribute which)
{
	static char text[300];
	struct bytes list = {
	    .len = (uint16_t)radius_l.last.attributes.len, .p = radius_l.last.attributes.bytes};
	struct aaa_value v;

	text[0] = '\0';
	if (aaa_attribute_find(&list, which, &v))
		strcpy(text, v.text);
	return text;
}

/* ---- what is asked ---------------------------------------------------------------------- */

START_TEST(what_the_server_hears)
{
	const struct bench_sent *s;
	struct radius_packet p;
	struct radius_value v;

	radius_ask(AAA_PAP);
	s = bench_last(&radius_b);
	ck_assert_uint_eq(s->socket->place.port, 1645);
	ck_assert_uint_eq(addr_to_v4(&s->socket->place.address), 0x0a0a0a15);
	ck_assert(radius_read(&p, s->bytes, s->len));
	ck_assert_int_eq(p.code, RADIUS_ACCESS_REQUEST);
	ck_assert_uint_eq(s->bytes[20], RADIUS_MESSAGE_AUTHENTICATOR);
	has_text(0, RADIUS_USER_NAME, "alice");
	has_number(0, RADIUS_NAS_PORT, 4711);
	has_number(0, RADIUS_NAS_PORT_TYPE, 5);
	has_number(0, RADIUS_SERVICE_TYPE, 2);
	has_number(0, RADIUS_FRAMED_PROTOCOL, 1);
	has_text(0, RADIUS_CALLING_STATION, "10.1.1.2");
	has_text(0, RADIUS_CALLED_STATION, "172.16.1.2");
	has_text(0, RADIUS_TUNNEL_CLIENT, "10.1.1.2");
	has_text(3076, 146, "DefaultRAGroup");
	has_number(3076, 150, 5);
	ck_assert(bench_find(s, 0, RADIUS_USER_PASSWORD, &v));
	ck_assert(memmem(s->bytes, s->len, "Wonderland1", 11) == NULL);
	bench_plain(&radius_b, s, RADIUS_ACCESS_ACCEPT);
	ck_assert_uint_eq(radius_l.last.result, AUTH_ACCEPT);
	ck_assert_uint_eq(radius_b.server.counters.accepts, 1);
}
END_TEST

START_TEST(chap)
{
	struct aaa_request r = bench_request(AAA_CHAP);
	struct radius_value v;

	r.chap_id = 9;
	r.response_len = r.challenge_len = 16;
	memset(r.response, 0xaa, 16);
	memset(r.challenge, 0xbb, 16);
	bench_ask(&radius_b, &radius_l, &r);
	ck_assert(bench_find(bench_last(&radius_b), 0, RADIUS_CHAP_PASSWORD, &v));
	ck_assert_uint_eq(v.len, 17);
	ck_assert_uint_eq(v.p[0], 9);
	ck_assert_mem_eq(v.p + 1, r.response, 16);
	ck_assert(bench_find(bench_last(&radius_b), 0, RADIUS_CHAP_CHALLENGE, &v));
	ck_assert_mem_eq(v.p, r.challenge, 16);
	conversation_cancel(&radius_l.c);
}
END_TEST

static struct aaa_request mschap(enum aaa_method method)
{
	struct aaa_request r = bench_request(method);

	r.chap_id = 3;
	r.response_len = 49;
	r.challenge_len = method == AAA_MSCHAPV1 ? 8 : 16;
	for (size_t i = 0; i < 48; i++)
		r.response[i] = (uint8_t)(0x80 + i);
	r.response[48] = 1;
	return r;
}

/* PPP's flags are at the end, RADIUS' at the beginning; those of version 2 are zero. */
START_TEST(ms_chap)
{
	enum aaa_method method = _i ? AAA_MSCHAPV2 : AAA_MSCHAPV1;
	struct aaa_request r = mschap(method);
	struct radius_value v;

	bench_ask(&radius_b, &radius_l, &r);
	ck_assert(bench_find(bench_last(&radius_b), 311, _i ? 25 : 1, &v));
	ck_assert_uint_eq(v.len, 50);
	ck_assert_uint_eq(v.p[0], 3);
	ck_assert_uint_eq(v.p[1], _i ? 0 : 1);
	ck_assert_mem_eq(v.p + 2, r.response, 48);
	ck_assert(bench_find(bench_last(&radius_b), 311, 11, &v));
	ck_assert_uint_eq(v.len, r.challenge_len);
	conversation_cancel(&radius_l.c);
}
END_TEST

static void accept_mschapv2(bool with_success)
{
	const struct bench_sent *s = bench_last(&radius_b);
	struct wr w = bench_begin(s, RADIUS_ACCESS_ACCEPT, radius_buffer);
	static const char success[] = "\3S=407A5589115FD0D6209F510FE9C04566932CDA56 M=hello";

	if (with_success)
		radius_put_vendor(&w, 311, 26, success, sizeof success - 1);
	bench_answer(&radius_b, s, &w, NULL, true);
}

/* Without the proof that the server knows the password the client would go away. */
START_TEST(ms_chap_v2_accepted)
{
	struct aaa_request r = mschap(AAA_MSCHAPV2);

	bench_ask(&radius_b, &radius_l, &r);
	accept_mschapv2(true);
	ck_assert_uint_eq(radius_l.last.result, AUTH_ACCEPT);
	ck_assert_str_eq(
	    radius_l.last.mschap_success, "S=407A5589115FD0D6209F510FE9C04566932CDA56");
	bench_ask(&radius_b, &radius_l, &r);
	accept_mschapv2(false);
	ck_assert_uint_eq(radius_l.last.result, AUTH_REJECT);
	ck_assert_int_eq(radius_l.last.reason, REASON_AUTH_SERVER_ERROR);
}
END_TEST

static void reject_mschap(const char *error)
{
	const struct bench_sent *s = bench_last(&radius_b);
	struct wr w = bench_begin(s, RADIUS_ACCESS_REJECT, radius_buffer);
	char value[128] = "\3";

	strcat(value, error);
	radius_put_vendor(&w, 311, 2, value, strlen(value));
	bench_answer(&radius_b, s, &w, NULL, true);
}

START_TEST(ms_chap_errors)
{
	static const struct {
		const char *text;
		enum reason reason;
		uint16_t error;
	} row[] = {{"E=691 R=1", REASON_AUTH_REJECTED, 691},
	    {"E=646 R=0 V=3", REASON_AUTH_HOURS, 646}, {"E=647 R=0", REASON_AUTH_DISABLED, 647},
	    {"E=649 R=0", REASON_AUTH_NO_DIALIN, 649}, {"nonsense", REASON_AUTH_REJECTED, 0},
	    {"", REASON_AUTH_REJECTED, 0}};
	struct aaa_request r = mschap(AAA_MSCHAPV2);

	bench_ask(&radius_b, &radius_l, &r);
	reject_mschap(row[_i].text);
	ck_assert_uint_eq(radius_l.last.result, AUTH_REJECT);
	ck_assert_int_eq(radius_l.last.reason, row[_i].reason);
	ck_assert_uint_eq(radius_l.last.mschap_error, row[_i].error);
}
END_TEST

/* RFC 2548 2.3.4, 2.1.6: the Change-Password packet becomes one attribute and three. */
START_TEST(a_new_password)
{
	struct aaa_request r = mschap(AAA_MSCHAPV2);
	uint8_t packet[582], challenge[16] = {1, 2, 3}, got[516];
	struct radius_packet p;
	struct radius_cursor c;
	struct radius_value v;
	size_t n = 0, parts = 0;

	for (size_t i = 0; i < sizeof packet; i++)
		packet[i] = (uint8_t)(i * 7);
	bench_ask(&radius_b, &radius_l, &r);
	reject_mschap("E=648 R=1 C=000102030405060708090a0b0c0d0e0f V=3 M=Expired");
	ck_assert_uint_eq(radius_l.last.result, AUTH_CHALLENGE);
	ck_assert_uint_eq(radius_l.last.wanted, CHALLENGE_NEW_PASSWORD);
	ck_assert_int_eq(radius_l.last.reason, REASON_AUTH_EXPIRED);
	conversation_next(&radius_l.c, &(struct aaa_next){.response = {sizeof packet, packet},
					   .challenge = {sizeof challenge, challenge}});
	ck_assert(radius_read(&p, bench_last(&radius_b)->bytes, bench_last(&radius_b)->len));
	c = radius_cursor(&p);
	while (radius_next(&c, &v)) {
		if (v.vendor != 311 || v.type != 6)
			continue;
		ck_assert_uint_eq(v.p[0], 6);
		ck_assert_uint_eq(v.p[3], ++parts);
		memcpy(got + n, v.p + 4, v.len - 4);
		n += v.len - 4;
	}
	ck_assert_uint_eq(n, 516);
	ck_assert_mem_eq(got, packet, 516);
	ck_assert(bench_find(bench_last(&radius_b), 311, 27, &v));
	ck_assert_uint_eq(v.len, 68);
	ck_assert_uint_eq(v.p[0], 7);
	ck_assert_mem_eq(v.p + 2, packet + 516, 66);
	ck_assert(bench_find(bench_last(&radius_b), 311, 11, &v));
	ck_assert_mem_eq(v.p, challenge, 16);
	accept_mschapv2(true);
	ck_assert_uint_eq(radius_l.last.result, AUTH_ACCEPT);
}
END_TEST

START_TEST(a_server_without_ms_chap_v2)
{
	struct aaa_request r = mschap(AAA_MSCHAPV2);

	radius_b.host.mschapv2_capable = 0;
	bench_ask(&radius_b, &radius_l, &r);
	ck_assert_uint_eq(radius_b.n, 0);
	ck_assert_int_eq(radius_l.last.reason, REASON_AUTH_METHOD);
}
END_TEST

/* ---- challenges ------------------------------------------------------------------------- */

START_TEST(a_question)
{
	const struct bench_sent *s;
	struct wr w;

	radius_ask(AAA_PAP);
	s = bench_last(&radius_b);
	w = bench_begin(s, RADIUS_ACCESS_CHALLENGE, radius_buffer);
	radius_put(&w, RADIUS_STATE, "otto-1", 6);
	radius_put_text(&w, RADIUS_REPLY_MESSAGE, "Enter the code");
	radius_put_u32(&w, RADIUS_PROMPT, 1);
	bench_answer(&radius_b, s, &w, NULL, true);
	ck_assert_uint_eq(radius_l.last.result, AUTH_CHALLENGE);
	ck_assert_uint_eq(radius_l.last.wanted, CHALLENGE_TEXT);
	ck_assert(radius_l.last.echo);
	ck_assert_str_eq(radius_l.message, "Enter the code");
	sim_run(&radius_b.sim, 120 * SEC); /* the person has time */
	conversation_next(&radius_l.c, &(struct aaa_next){.text = "246810"});
	has_text(0, RADIUS_STATE, "otto-1");
	has_text(0, RADIUS_USER_NAME, "alice");
	bench_plain(&radius_b, bench_last(&radius_b), RADIUS_ACCESS_ACCEPT);
	ck_assert_uint_eq(radius_l.last.result, AUTH_ACCEPT);
	ck_assert_uint_eq(radius_l.answers, 2);
}
END_TEST

/* EAP: packets of both sides in pieces of 253 bytes, State relayed, Success made up if missing. */
START_TEST(eap)
{
	struct aaa_request r = bench_request(AAA_EAP);
	uint8_t packet[1400];
	const struct bench_sent *s;
	struct wr w;

	r.eap_len = 10;
	memcpy(r.eap, "\2\1\0\12\1alice", 10);
	bench_ask(&radius_b, &radius_l, &r);
	s = bench_last(&radius_b);
	w = bench_begin(s, RADIUS_ACCESS_CHALLENGE, radius_buffer);
	for (size_t i = 0; i < sizeof packet; i++)
		packet[i] = (uint8_t)i;
	radius_put_long(&w, RADIUS_EAP_MESSAGE, packet, sizeof packet);
	radius_put(&w, RADIUS_STATE, "s1", 2);
	bench_answer(&radius_b, s, &w, NULL, true);
	ck_assert_uint_eq(radius_l.last.wanted, CHALLENGE_EAP);
	ck_assert_uint_eq(radius_l.last.challenge.len, sizeof packet);
	ck_assert_mem_eq(radius_l.challenge, packet, sizeof packet);
	packet[1] = 77;
	conversation_next(&radius_l.c, &(struct aaa_next){.response = {sizeof packet, packet}});
	has_text(0, RADIUS_STATE, "s1");
	ck_assert_uint_gt(bench_last(&radius_b)->len, 1400);
	bench_plain(&radius_b, bench_last(&radius_b), RADIUS_ACCESS_ACCEPT);
	ck_assert_uint_eq(radius_l.last.result, AUTH_ACCEPT);
	ck_assert_uint_eq(radius_l.last.challenge.len, 4);
	ck_assert_mem_eq(radius_l.challenge, "\3\115\0\4", 4);
}
END_TEST

/* Accept around a Failure: whatever that is, it is no acceptance. An unsigned one is not taken. */
START_TEST(eap_contradiction)
{
	struct aaa_request r = bench_request(AAA_EAP);
	const struct bench_sent *s;
	struct wr w;

	radius_b.host.message_authenticator = 0;
	r.eap_len = 5;
	memcpy(r.eap, "\2\1\0\5\1", 5);
	bench_ask(&radius_b, &radius_l, &r);
	s = bench_last(&radius_b);
	w = bench_begin(s, RADIUS_ACCESS_ACCEPT, radius_buffer);
	radius_put(&w, RADIUS_EAP_MESSAGE, "\3\1\0\4", 4);
	bench_answer(&radius_b, s, &w, NULL, false);
	ck_assert_uint_eq(radius_l.answers, 0);
	w = bench_begin(s, RADIUS_ACCESS_ACCEPT, radius_buffer);
	radius_put(&w, RADIUS_EAP_MESSAGE, "\4\1\0\4", 4);
	bench_answer(&radius_b, s, &w, NULL, true);
	ck_assert_uint_eq(radius_l.last.result, AUTH_REJECT);
}
END_TEST

/* ---- access lists ----------------------------------------------------------------------- */

static void put_pair(struct wr *w, const char *text)
{
	radius_put_vendor(w, 9, 1, text, strlen(text));
}

static void acl_part(enum radius_code code, const char *one, const char *two)
{
	const struct bench_sent *s = bench_last(&radius_b);
	struct wr w = bench_begin(s, code, radius_buffer);

	put_pair(&w, one);
	if (two)
		put_pair(&w, two);
	if (code == RADIUS_ACCESS_CHALLENGE)
		radius_put(&w, RADIUS_STATE, "more", 4);
	bench_answer(&radius_b, s, &w, NULL, true);
}

static void accept_with_acl(void)
{
	const struct bench_sent *s = bench_last(&radius_b);
	struct wr w = bench_begin(s, RADIUS_ACCESS_ACCEPT, radius_buffer);

	radius_put_text(&w, RADIUS_CLASS, "OU=SALES;");
	put_pair(&w, "ACS:CiscoSecure-Defined-ACL=#ACSACL#-IP-web-5f3a");
	bench_answer(&radius_b, s, &w, NULL, true);
}

/* Asked for with its name, without a password, in as many answers as it takes. */
START_TEST(an_access_list)
{
	struct bytes list;
	struct aaa_value v;
	struct rd r;
	unsigned n = 0;
	static const char *const line[] = {
	    "permit tcp any host 10.1.1.1 eq 80", "permit udp any any eq 53", "deny ip any any"};

	radius_ask(AAA_PAP);
	accept_with_acl();
	ck_assert_uint_eq(radius_l.answers, 0);
	has_text(0, RADIUS_USER_NAME, "#ACSACL#-IP-web-5f3a");
	has_text(9, 1, "aaa:service=ip_admission");
	acl_part(RADIUS_ACCESS_CHALLENGE, "ip:inacl#3=deny ip any any",
	    "ip:inacl#1=permit tcp any host 10.1.1.1 eq 80");
	ck_assert_uint_eq(radius_l.answers, 0);
	has_text(0, RADIUS_STATE, "more");
	acl_part(RADIUS_ACCESS_ACCEPT, "ip:inacl#2=permit udp any any eq 53", NULL);
	ck_assert_uint_eq(radius_l.last.result, AUTH_ACCEPT);
	ck_assert_str_eq(text_of(AAA_GROUP_POLICY), "SALES");
	ck_assert_mem_eq(radius_l.cookie, "\11OU=SALES;", 10);
	list = (struct bytes){
	    .len = (uint16_t)radius_l.last.attributes.len, .p = radius_l.last.attributes.bytes};
	r = rd_init(list.p, list.len);
	while (aaa_attribute_next(&r, &v))
		if (v.which == AAA_FILTER_LINE)
			ck_assert_str_eq(v.text, line[n++]);
	ck_assert_uint_eq(n, 3);
}
END_TEST

/* No list, no entry. */
START_TEST(an_access_list_that_is_not_there)
{
	radius_ask(AAA_PAP);
	accept_with_acl();
	bench_plain(
	    &radius_b, bench_last(&radius_b), _i ? RADIUS_ACCESS_REJECT : RADIUS_ACCESS_ACCEPT);
	ck_assert_uint_eq(radius_l.last.result, AUTH_REJECT);
	ck_assert_int_eq(radius_l.last.reason, REASON_AUTH_NO_ACCESS_LIST);
}
END_TEST

/* ---- authorization and accounting -------------------------------------------------------- */

START_TEST(authorization)
{
	struct aaa_request r = bench_request(AAA_MSCHAPV2);
	struct radius_value v;

	r.kind = AAA_AUTHORIZE;
	radius_b.host.common_pw = "Common1";
	bench_ask(&radius_b, &radius_l, &r);
	ck_assert(bench_find(bench_last(&radius_b), 0, RADIUS_USER_PASSWORD, &v));
	has_number(0, RADIUS_SERVICE_TYPE, 2);
	bench_plain(&radius_b, bench_last(&radius_b), RADIUS_ACCESS_ACCEPT);
	ck_assert_uint_eq(radius_l.last.result, AUTH_ACCEPT);
	ck_assert_uint_eq(radius_b.server.counters.authorizations, 1);
	radius_b.cfg.authorize_only = 1;
	bench_ask(&radius_b, &radius_l, &r);
	has_number(0, RADIUS_SERVICE_TYPE, 17);
	conversation_cancel(&radius_l.c);
}
END_TEST

static struct msg_account record = {.what = ACCOUNT_STOP,
    .key = "5F0000010001",
    .session = 4711,
    .service = "ppp",
    .user = "alice",
    .tunnel_group = "DefaultRAGroup",
    .group_policy = "",
    .method = "pap",
    .auth_group = "RAD",
    .port = "",
    .command = "",
    .duration = 90,
    .bytes_in = 0x500000007ULL,
    .bytes_out = 0x100000002ULL,
    .pkts_in = 11,
    .pkts_out = 12,
    .cause = 1,
    .cookie = {10, (const uint8_t *)"\4OU=A\4\0\377\0\1"}};

START_TEST(accounting)
{
	struct aaa_request r = {.kind = AAA_ACCOUNT, .account = &record};
	struct radius_packet p;
	struct radius_key key = {radius_b.world.crypto, "xyzzy5461"};
	struct radius_cursor c;
	struct radius_value v;
	unsigned classes = 0;

	record.time = (uint64_t)radius_b.sim.env.wall(&radius_b.sim.env) - 61;
	bench_ask(&radius_b, &radius_l, &r);
	ck_assert_uint_eq(bench_last(&radius_b)->socket->place.port, 1646);
	ck_assert(radius_read(&p, bench_last(&radius_b)->bytes, bench_last(&radius_b)->len));
	ck_assert_int_eq(p.code, RADIUS_ACCOUNTING_REQUEST);
	ck_assert(radius_request_verifies(&p, &key));
	has_number(0, RADIUS_ACCT_STATUS_TYPE, 2);
	has_text(0, RADIUS_ACCT_SESSION_ID, "5F0000010001");
	has_number(0, RADIUS_ACCT_INPUT_OCTETS, 7);
	has_number(0, RADIUS_ACCT_INPUT_GIGAWORDS, 5);
	has_number(0, RADIUS_ACCT_OUTPUT_OCTETS, 2);
	has_number(0, RADIUS_ACCT_OUTPUT_GIGAWORDS, 1);
	has_number(0, RADIUS_ACCT_SESSION_TIME, 90);
	has_number(0, RADIUS_ACCT_TERMINATE_CAUSE, 1);
	has_number(0, RADIUS_ACCT_DELAY_TIME, 61);
	has_number(0, RADIUS_EVENT_TIMESTAMP, (uint32_t)record.time);
	has_number(0, RADIUS_ACCT_AUTHENTIC, 1);
	c = radius_cursor(&p);
	while (radius_next(&c, &v))
		if (!v.vendor && v.type == RADIUS_CLASS)
			ck_assert_mem_eq(v.p, classes++ ? "\0\377\0\1" : "OU=A", 4);
	ck_assert_uint_eq(classes, 2);
	bench_plain(&radius_b, bench_last(&radius_b), RADIUS_ACCOUNTING_RESPONSE);
	ck_assert_uint_eq(radius_l.last.result, AUTH_ACCEPT);
	ck_assert_uint_eq(radius_b.server.counters.accountings, 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("radius");
	TCase *tc = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, radius_setup, radius_teardown);
	tcase_add_test(tc, what_the_server_hears);
	tcase_add_test(tc, chap);
	tcase_add_loop_test(tc, ms_chap, 0, 2);
	tcase_add_test(tc, ms_chap_v2_accepted);
	tcase_add_loop_test(tc, ms_chap_errors, 0, 6);
	tcase_add_test(tc, a_new_password);
	tcase_add_test(tc, a_server_without_ms_chap_v2);
	tcase_add_test(tc, a_question);
	tcase_add_test(tc, eap);
	tcase_add_test(tc, eap_contradiction);
	tcase_add_test(tc, an_access_list);
	tcase_add_loop_test(tc, an_access_list_that_is_not_there, 0, 2);
	tcase_add_test(tc, authorization);
	tcase_add_test(tc, accounting);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
