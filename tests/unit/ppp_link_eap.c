/* EAP on a PPP link: relayed byte by byte, each Response once, and what is repeated by whom. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_link.h"

static struct one_link l;

static void setup(void)
{
	one_link_setup(&l);
	l.config.pap = false;
	l.config.eap = true;
	one_link_create_again(&l);
	one_link_until_authenticate(&l);
}

static void teardown(void)
{
	one_link_teardown(&l);
}

static void respond(uint8_t id, const char *data, size_t len)
{
	one_link_hear(&l, PROTO_EAP, EAP_RESPONSE, id, data, len);
}

/* A Request of the server with `len` bytes in all. */
static bool request(uint8_t id, size_t len)
{
	uint8_t packet[1600];
	struct wr w = wr_init(packet, sizeof packet);

	memset(packet, 0x5a, sizeof packet);
	wr_u8(&w, EAP_REQUEST);
	wr_u8(&w, id);
	wr_u16(&w, (unsigned)len);
	wr_u8(&w, 13);
	return ppp_auth_eap(l.p, packet, len);
}

static void until_asked(void)
{
	one_link_expect(&l, PROTO_EAP, EAP_REQUEST);
	ck_assert_uint_eq(l.sent.len, 1);
	ck_assert_uint_eq(l.sent.data[0], EAP_TYPE_IDENTITY);
	respond(l.sent.id, "\1user", 5);
	ck_assert_uint_eq(l.asked, 1);
}

static void succeed(void)
{
	one_link_accept_user(&l);
	ck_assert_int_eq(l.p->phase, PHASE_NETWORK);
}

START_TEST(identity)
{
	uint8_t id = l.sent.id;

	ck_assert_mem_eq(l.p->lcp.sent + 4, "\x03\x04\xc2\x27", 4);
	respond((uint8_t)(id + 1), "\1user", 5);
	one_link_hear(&l, PROTO_EAP, EAP_REQUEST, id, "\1user", 5);
	one_link_hear(&l, PROTO_EAP, EAP_SUCCESS, id, "", 0);
	ck_assert_uint_eq(l.asked, 0);
	ck_assert_ptr_null(strstr(l.lines, "malformed"));
	respond(id, "\3\4", 2); /* a Nak is no name */
	respond(id, "\1us\0er", 6);
	respond(id, "\1us\ner", 6);
	respond(id, "", 0);
	ck_assert_uint_eq(l.asked, 0);
	ck_assert_ptr_nonnull(strstr(l.lines, "malformed packet of protocol c227 dropped\n"));
	respond(id, "\1user", 5);
	ck_assert_uint_eq(l.asked, 1);
	ck_assert_int_eq(l.request.method, PPP_AUTH_EAP);
	ck_assert_str_eq(l.request.user, "user");
	ck_assert_uint_eq(l.request.eap_len, 9);
	ck_assert_uint_eq(l.next[0], EAP_RESPONSE);
	ck_assert_uint_eq(l.next[1], id);
	ck_assert_mem_eq(l.next + 2, "\0\11\1user", 7);
	respond(id, "\1user", 5);
	ck_assert_uint_eq(l.asked, 1);
	succeed();
}
END_TEST

/* RFC 3748 4.3: 3, 6, 12, 20 seconds ..., the same packet; then it is over. */
START_TEST(repeated)
{
	static const unsigned waits[] = {3, 6, 12, 20, 20, 20, 20, 20, 20, 20};
	uint8_t id = l.sent.id;
	unsigned n;

	if (_i) {
		until_asked();
		ck_assert(request(77, 900));
		id = 77;
	}
	n = l.sent.n;
	for (size_t i = 0; i < (_i ? 9 : 4); i++) {
		sim_run(&l.sim, waits[i] * SEC - 1);
		ck_assert_uint_eq(l.sent.n, n + i);
		sim_run(&l.sim, 1);
		ck_assert_uint_eq(l.sent.n, n + i + 1);
		one_link_expect(&l, PROTO_EAP, EAP_REQUEST);
		ck_assert_uint_eq(l.sent.id, id);
		ck_assert_uint_eq(l.sent.len, _i ? 896 : 1);
	}
	sim_run(&l.sim, 40 * SEC);
	ck_assert_int_eq(l.why, REASON_PPP_TIMEOUT);
	ck_assert_uint_eq(l.cancelled, (unsigned)_i);
}
END_TEST

/* Every length up to the longest goes through as it is, both ways, and each Response once. */
START_TEST(relayed)
{
	static const size_t lens[] = {5, 6, 900, 1024, 1396, 1400, 1496, 1500};
	char packet[1600];

	until_asked();
	memset(packet, 0x17, sizeof packet);
	for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
		uint8_t id = (uint8_t)(250 + i);

		ck_assert(request(id, lens[i]));
		one_link_expect(&l, PROTO_EAP, EAP_REQUEST);
		ck_assert_uint_eq(l.sent.id, id);
		ck_assert_uint_eq(l.sent.len, lens[i] - 4);
		ck_assert_uint_eq(l.sent.data[0], 13);
		ck_assert_uint_eq(l.sent.data[lens[i] - 5], lens[i] == 5 ? 13 : 0x5a);
		respond((uint8_t)(id - 1), packet, lens[i] - 4); /* of the one before */
		ck_assert_uint_eq(l.nexts, i);
		respond(id, packet, lens[i] - 4);
		respond(id, packet, lens[i] - 4);
		ck_assert_uint_eq(l.nexts, i + 1);
		ck_assert_uint_eq(l.next_len, lens[i]);
		ck_assert_uint_eq(l.next[1], id);
		ck_assert_mem_eq(l.next + 4, packet, lens[i] - 4);
		sim_run(&l.sim, 8 * SEC); /* nothing is repeated while the server thinks */
		one_link_expect(&l, PROTO_EAP, EAP_REQUEST);
		ck_assert_uint_eq(l.sent.id, id);
	}
	ck_assert_uint_eq(l.asked, 1);
	succeed();
	ck_assert_ptr_null(l.p->auth.eap);
	respond(1, packet, 5); /* RFC 3748 4.2: a lost Success may be said again */
	one_link_expect(&l, PROTO_EAP, EAP_SUCCESS);
	ck_assert_uint_eq(l.sent.id, 1);
	ck_assert_uint_eq(l.sent.len, 0);
}
END_TEST

START_TEST(too_long_or_empty)
{
	char packet[1600] = "";

	until_asked();
	ck_assert(request(9, 100));
	respond(9, packet, 1497);
	respond(9, packet, 0);
	ck_assert_uint_eq(l.nexts, 0);
	ck_assert_ptr_nonnull(strstr(l.lines, "malformed packet of protocol c227 dropped\n"));
	respond(9, packet, 1496);
	ck_assert_uint_eq(l.nexts, 1);
	/* what is no Request goes nowhere, and the question stays open */
	ck_assert(!request(9, 1501));
	ck_assert(!request(9, 4));
	ck_assert(!ppp_auth_eap(l.p, (const uint8_t *)"\3\1\0\4", 4));
	ck_assert(!ppp_auth_eap(l.p, (const uint8_t *)"\1\1\0\6\1", 5));
	ck_assert(!ppp_auth_eap(l.p, (const uint8_t *)"\1", 1));
	ck_assert(!ppp_auth_eap(l.p, NULL, 0));
	ck_assert(ppp_auth_expected(l.p));
	succeed();
}
END_TEST

/* A refusal, while the server thinks or while the client does. */
START_TEST(refused)
{
	until_asked();
	if (_i)
		ck_assert(request(200, 50));
	l.trace.level[TRACE_PPP] = 0;
	ppp_auth_done(l.p, &(struct ppp_auth_reply){.reason = REASON_AUTH_REJECTED});
	one_link_expect(&l, PROTO_LCP, TERM_REQUEST);
	ck_assert_int_eq(l.p->reason, REASON_AUTH_REJECTED);
	ck_assert_int_eq(l.p->auth.state, AUTH_IDLE);
	ck_assert_uint_eq(l.cancelled, 0);
}
END_TEST

/* A server that never comes to an end. */
START_TEST(rounds)
{
	unsigned n;

	until_asked();
	for (n = 0; n < 100; n++) {
		ck_assert(request((uint8_t)n, 50));
		respond((uint8_t)n, "\15", 1);
	}
	ck_assert_uint_eq(l.nexts, 100);
	ck_assert(request(7, 50));
	respond(7, "\15", 1);
	ck_assert_uint_eq(l.nexts, 100);
	ck_assert_uint_eq(l.cancelled, 1);
	ck_assert_int_eq(l.p->phase, PHASE_TERMINATE);
}
END_TEST

/* LCP anew in the midst of it: the conversation is taken back, the next one waits for its end. */
START_TEST(negotiated_anew)
{
	until_asked();
	ck_assert(request(33, 50));
	one_link_hear(&l, PROTO_LCP, CONF_REQUEST, 60, NULL, 0);
	ck_assert_uint_eq(l.cancelled, 1);
	ck_assert(!ppp_auth_expected(l.p));
	ck_assert(!request(34, 50));
	sim_run(&l.sim, SEC);
	one_link_hear(&l, PROTO_LCP, CONF_ACK, l.p->lcp.id, l.p->lcp.sent, l.p->lcp.sent_len);
	ck_assert_int_eq(l.p->phase, PHASE_AUTHENTICATE);
	respond(l.sent.id, "\1other", 6);
	ck_assert_uint_eq(l.asked, 1);
	ppp_auth_done(l.p, &(struct ppp_auth_reply){.accepted = true}); /* decides nothing */
	ck_assert_int_eq(l.p->phase, PHASE_AUTHENTICATE);
	respond(l.p->auth.id, "\1other", 6);
	ck_assert_uint_eq(l.asked, 2);
	ck_assert_str_eq(l.request.user, "other");
	succeed();
}
END_TEST

/* The client has no EAP: the next strongest. */
START_TEST(offered_first)
{
	l.config.mschapv2 = l.config.mschapv1 = l.config.chap = l.config.pap = true;
	one_link_create_again(&l);
	ppp_start(l.p);
	ck_assert_mem_eq(l.sent.data + 4, "\x03\x04\xc2\x27", 4);
	one_link_hear(&l, PROTO_LCP, CONF_NAK, l.sent.id, "\x03\x05\xc2\x23\x80", 5);
	ck_assert_mem_eq(l.sent.data + 4, "\x03\x05\xc2\x23\x80", 5);
	one_link_hear(&l, PROTO_LCP, CONF_NAK, l.sent.id, "\x03\x04\xc2\x27", 4);
	ck_assert_mem_eq(l.sent.data + 4, "\x03\x05\xc2\x23\x81", 5);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ppp_link_eap");
	TCase *tc = tcase_create("ppp_link_eap");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, identity);
	tcase_add_loop_test(tc, repeated, 0, 2);
	tcase_add_test(tc, relayed);
	tcase_add_test(tc, too_long_or_empty);
	tcase_add_loop_test(tc, refused, 0, 2);
	tcase_add_test(tc, rounds);
	tcase_add_test(tc, negotiated_anew);
	tcase_add_test(tc, offered_first);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
