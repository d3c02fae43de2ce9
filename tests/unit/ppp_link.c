/*
 * The way of a packet through a PPP link: what is dropped in which phase, what is rejected, and
 * the codes of LCP beside negotiation.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_link.h"

static struct one_link l;

static void setup(void)
{
	one_link_setup(&l);
}

static void teardown(void)
{
	one_link_teardown(&l);
}

/* RFC 1661 3.4, 3.5: what is no LCP has to wait for LCP, what is no authentication for the user. */
START_TEST(dropped_before_its_phase)
{
	unsigned n;

	ppp_start(l.p);
	n = l.sent.n;
	one_link_hear(&l, PROTO_PAP, PAP_REQUEST, 1, "\4user\6secret", 12);
	one_link_hear(&l, PROTO_IPCP, CONF_REQUEST, 1, NULL, 0);
	one_link_hear(&l, PROTO_CCP, CONF_REQUEST, 1, NULL, 0);
	one_link_hear(&l, PROTO_EAP, 1, 1, NULL, 0);
	ck_assert_uint_eq(l.sent.n, n);
	ck_assert_uint_eq(l.asked, 0);
	one_link_agree(&l, PROTO_LCP, NULL, 0);
	n = l.sent.n;
	one_link_hear(&l, PROTO_IPCP, CONF_REQUEST, 1, NULL, 0);
	one_link_hear(&l, PROTO_CCP, CONF_REQUEST, 1, NULL, 0);
	one_link_hear(&l, PROTO_IP, 0x45, 0, NULL, 0);
	one_link_hear(&l, 0xbffd, 1, 1, NULL, 0);
	ck_assert_uint_eq(l.sent.n, n);
	ck_assert(!l.p->ncp_heard);
	one_link_hear(
	    &l, 0xc025, 1, 1, NULL, 0); /* a link protocol that we have not: told at once */
	one_link_expect(&l, PROTO_LCP, PROTOCOL_REJECT);
	ck_assert_mem_eq(l.sent.data, "\xc0\x25", 2);
	ck_assert_ptr_null(strstr(l.lines, "malformed"));
}
END_TEST

/* In the network phase a protocol that we have not is rejected (RFC 1661 5.7), IP is no control. */
START_TEST(protocols_rejected)
{
	unsigned n;
	uint8_t id;

	one_link_until_network(&l);
	id = l.p->lcp.id;
	one_link_hear(&l, PROTO_CCP, CONF_REQUEST, 9, "ab", 2);
	one_link_expect(&l, PROTO_LCP, PROTOCOL_REJECT);
	ck_assert_uint_eq(l.sent.id, id + 1);
	ck_assert_uint_eq(l.sent.len, 2 + 6); /* the protocol, and the packet as it came */
	ck_assert_mem_eq(l.sent.data,
	    "\x80\xfd\x01\x09\x00\x06"
	    "ab",
	    8);
	one_link_hear(&l, PROTO_IPV6CP, CONF_REQUEST, 9, NULL, 0);
	ck_assert_uint_eq(l.sent.id, id + 2); /* RFC 1661 5.7: another identifier for each */
	n = l.sent.n;
	one_link_hear(&l, PROTO_IP, 0x45, 0, NULL, 0);
	ck_assert_uint_eq(l.sent.n, n);
	ck_assert_ptr_null(strstr(l.lines, "malformed"));
	ppp_close(l.p, REASON_ADMIN_RESET);
	n = l.sent.n;
	one_link_hear(&l, PROTO_CCP, CONF_REQUEST, 9, "ab", 2);
	ck_assert_uint_eq(l.sent.n, n);
}
END_TEST

/* What is no frame does nothing; an end without an answer would be a way to probe us. */
START_TEST(no_frame)
{
	unsigned n;

	ppp_receive(l.p, (const uint8_t *)"\xff\x03\xc0\x21\x05\x01\x00\x04", 8); /* not started */
	ck_assert_uint_eq(l.sent.n, 0);
	one_link_until_open(&l);
	n = l.sent.n;
	sim_run(&l.sim, SEC);
	ppp_receive(l.p, (const uint8_t *)"", 0);
	ppp_receive(l.p, (const uint8_t *)"\xff\x03", 2);
	ppp_receive(l.p, (const uint8_t *)"\xff\x03\xc0", 3);
	ppp_receive(l.p,
	    (const uint8_t *)"\xff\x03\xc0\x20\x09\x01\x00\x08"
			     "abcd",
	    12); /* even */
	ck_assert_uint_eq(l.sent.n, n);
	ck_assert_uint_lt(l.p->heard, l.sim.now); /* no sign of life either */
	ppp_receive(l.p,
	    (const uint8_t *)"\xc0\x21\x09\x01\x00\x08"
			     "abcd",
	    10);
	ck_assert_uint_eq(l.sent.n, n + 1);
	one_link_expect(&l, PROTO_LCP, ECHO_REPLY);
	ck_assert_uint_eq(l.p->heard, l.sim.now);
}
END_TEST

START_TEST(malformed_is_told)
{
	one_link_until_open(&l);
	ck_assert_ptr_null(l.p->auth.request); /* with it all that he proved himself by */
	ck_assert_ptr_null(strstr(l.lines, "malformed"));
	one_link_hear(&l, PROTO_LCP, CONF_REQUEST, 1, "\x01\x01", 2);
	ck_assert_ptr_nonnull(
	    strstr(l.lines, "PPP test: malformed packet of protocol c021 dropped\n"));
	one_link_hear(&l, PROTO_IPCP, CODE_REJECT, 1, NULL, 0);
	ck_assert_ptr_nonnull(
	    strstr(l.lines, "PPP test: malformed packet of protocol 8021 dropped\n"));
	ck_assert_ptr_null(strstr(l.lines, "c023 dropped"));
	one_link_hear(
	    &l, PROTO_PAP, PAP_REQUEST, 4, "\4user", 5); /* accepted already: not looked into */
	ck_assert_ptr_null(strstr(l.lines, "c023 dropped"));
	one_link_expect(&l, PROTO_PAP, PAP_ACK);
}
END_TEST

/* The client will not have a protocol (RFC 1661 5.7): what that means depends on which and when. */
START_TEST(protocol_rejected_by_client)
{
	static const struct {
		const char *protocol;
		size_t len;
		enum phase in;
		enum reason why; /* NONE: it goes on */
		enum phase then;
	} table[] = {
	    {"\xc0\x23", 2, PHASE_AUTHENTICATE, REASON_PPP_NO_AUTH_PROTOCOL, PHASE_TERMINATE},
	    {"\xc2\x23", 2, PHASE_AUTHENTICATE, REASON_NONE, PHASE_AUTHENTICATE},
	    {"\x80\xfd", 2, PHASE_AUTHENTICATE, REASON_NONE, PHASE_AUTHENTICATE},
	    {"\xc0\x23", 2, PHASE_NETWORK, REASON_NONE, PHASE_NETWORK},
	    {"\x80\x21", 2, PHASE_NETWORK, REASON_PPP_NO_IPCP, PHASE_TERMINATE},
	    {"\x80\x21", 1, PHASE_NETWORK, REASON_NONE, PHASE_NETWORK},
	    {"\xc0\x21", 2, PHASE_NETWORK, REASON_NONE, PHASE_ESTABLISH},
	    {"\xc0\x23", 2, PHASE_ESTABLISH, REASON_NONE, PHASE_ESTABLISH},
	    {"\xc0\x21", 2, PHASE_ESTABLISH, REASON_NONE, PHASE_ESTABLISH}, /* LCP is not open */
	};

	if (table[_i].in == PHASE_ESTABLISH)
		ppp_start(l.p);
	else if (table[_i].in == PHASE_AUTHENTICATE)
		one_link_until_authenticate(&l);
	else
		one_link_until_network(&l);
	one_link_hear(&l, PROTO_LCP, PROTOCOL_REJECT, 1, table[_i].protocol, table[_i].len);
	ck_assert_int_eq(l.p->phase, table[_i].then);
	if (table[_i].why != REASON_NONE)
		ck_assert_int_eq(l.p->reason, table[_i].why);
}
END_TEST

/* The answer to an echo is no longer than the client's MRU and our path allow. */
START_TEST(echo_length)
{
	static const struct {
		uint16_t client, ours;
		size_t data, answer, reject;
	} table[] = {
	    {1500, 1400, 4, 4, 10},
	    {1500, 1400, 1396, 1396, 1396},
	    {1500, 1400, 1397, 1396, 1396},
	    {200, 1400, 600, 196, 196},
	    {1500, 128, 600, 124, 124},
	    {1500, 127, 600, 600, 606}, /* no MRU of a path: RFC 1661 has none below 128 */
	    {1800, 1700, 1700, 1596, 1596},
	};
	uint8_t data[1800] = "\1\2\3\4"
			     "data";

	one_link_until_open(&l);
	l.p->peer_mru = table[_i].client;
	ppp_set_mru(l.p, table[_i].ours);
	one_link_hear(&l, PROTO_LCP, ECHO_REQUEST, 77, data, table[_i].data);
	one_link_expect(&l, PROTO_LCP, ECHO_REPLY);
	ck_assert_uint_eq(l.sent.id, 77);
	ck_assert_uint_eq(l.sent.len, table[_i].answer);
	ck_assert_uint_eq(l.sent.data[0], l.p->magic >> 24);
	if (table[_i].data > 4)
		ck_assert_mem_eq(l.sent.data + 4, "data", 4);
	one_link_hear(&l, PROTO_IPV6CP, 1, 1, data, table[_i].data);
	one_link_expect(
	    &l, PROTO_LCP, PROTOCOL_REJECT); /* with the protocol and the packet's own header */
	ck_assert_uint_eq(l.sent.len, table[_i].reject);
}
END_TEST

/* Too short for a magic number: not answered. Replies and the like are heard in silence. */
START_TEST(silent_codes)
{
	static const uint8_t codes[] = {
	    ECHO_REPLY, DISCARD_REQUEST, TIME_REMAINING, IDENTIFICATION};
	unsigned n;

	one_link_until_open(&l);
	n = l.sent.n;
	one_link_hear(&l, PROTO_LCP, ECHO_REQUEST, 1, "abc", 3);
	for (size_t i = 0; i < sizeof codes; i++)
		one_link_hear(&l, PROTO_LCP, codes[i], 1, "abcd", 4);
	ck_assert_uint_eq(l.sent.n, n);
	one_link_hear(&l, PROTO_LCP, TIME_REMAINING + 1, 1, NULL, 0);
	one_link_expect(&l, PROTO_LCP, CODE_REJECT);
}
END_TEST

/* RFC 1570 2.1: text of the client's choice goes into our debug line only as printable text. */
START_TEST(identification)
{
	char data[4 + 200], want[256];

	l.trace.level[TRACE_PPP] = l.trace.level[TRACE_PPP_PACKET] = TRACE_DEBUG;
	one_link_until_open(&l);
	one_link_hear(&l, PROTO_LCP, IDENTIFICATION, 1, "\1\2\3\4MS\x1f\x7f \x7e", 10);
	ck_assert_ptr_nonnull(strstr(l.lines, "client identifies itself: MS.. ~\n"));
	memset(data, 'x', sizeof data);
	for (size_t len = 126; len <= 128; len++) {
		l.lines[0] = '\0';
		one_link_hear(&l, PROTO_LCP, IDENTIFICATION, 1, data, 4 + len);
		snprintf(want, sizeof want, "itself: %.*s\n", (int)(len > 127 ? 127 : len), data);
		ck_assert_ptr_nonnull(strstr(l.lines, want));
	}
}
END_TEST

START_TEST(told)
{
	struct ppp_info info;

	one_link_until_network(&l);
	ppp_get(l.p, &info);
	ck_assert(!info.open);
	ck_assert_str_eq(info.phase, "Network");
	one_link_agree(&l, PROTO_IPCP, "\x03\x06\x0a\x00\x01\x01", 6);
	ppp_get(l.p, &info);
	ck_assert(info.open);
	ck_assert_str_eq(info.user, "user");
	ck_assert_int_eq(info.method, PPP_AUTH_PAP);
	ck_assert_uint_eq(info.mru, 1500);
	ck_assert_ptr_nonnull(strstr(l.lines, "PPP test: phase Network\nPPP test: IPCP is up"));
	ck_assert_ptr_nonnull(strstr(l.lines, "client has 10.0.1.1\n"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ppp_link");
	TCase *tc = tcase_create("ppp_link");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, dropped_before_its_phase);
	tcase_add_test(tc, protocols_rejected);
	tcase_add_test(tc, no_frame);
	tcase_add_test(tc, malformed_is_told);
	tcase_add_loop_test(tc, protocol_rejected_by_client, 0, 9);
	tcase_add_loop_test(tc, echo_length, 0, 7);
	tcase_add_test(tc, silent_codes);
	tcase_add_test(tc, identification);
	tcase_add_test(tc, told);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
