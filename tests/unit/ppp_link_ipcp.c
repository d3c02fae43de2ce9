/* IPCP of a PPP link: addresses, name servers, and how it fails. */
#include <check.h>
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

/* Ack of what is right, Nak with what we give, Reject of what we have not (RFC 1332, 1877). */
START_TEST(addresses)
{
	static const uint8_t types[] = {3, 129, 130, 131, 132};
	struct addr *const ours[] = {
	    &l.given.client, &l.given.dns[0], &l.given.wins[0], &l.given.dns[1], &l.given.wins[1]};
	uint8_t wish[12] = "\x03\x06\x0a\x00\x01\x01"; /* the address, so that nothing is missing */
	struct wr w = wr_init(wish + (_i ? 6 : 0), 6);
	size_t len = _i ? 12 : 6;

	one_link_until_network(&l);
	wr_u8(&w, types[_i]);
	wr_u8(&w, 6);
	wr_u32(&w, addr_to_v4(ours[_i]));
	one_link_hear(&l, PROTO_IPCP, CONF_REQUEST, 1, wish, len);
	one_link_expect(&l, PROTO_IPCP, CONF_ACK);
	ck_assert_uint_eq(l.sent.len, len);
	wish[len - 1]++;
	one_link_hear(&l, PROTO_IPCP, CONF_REQUEST, 2, wish, len);
	one_link_expect(&l, PROTO_IPCP, CONF_NAK);
	wish[len - 1]--;
	ck_assert_uint_eq(l.sent.len, 6);
	ck_assert_mem_eq(l.sent.data, wish + len - 6, 6);
	if (_i == 0)
		return;
	ppp_destroy(l.p);
	memset(ours[_i], 0, sizeof *ours[_i]);
	l.asked = 0;
	l.p = ppp_create(&l.sim.env, &l.trace, &l.config, &one_link_ops, &l, "test");
	one_link_until_network(&l);
	one_link_hear(&l, PROTO_IPCP, CONF_REQUEST, 3, wish, len);
	one_link_expect(&l, PROTO_IPCP, CONF_REJECT);
	ck_assert_uint_eq(l.sent.len, 6);
	ck_assert_mem_eq(l.sent.data, wish + 6, 6);
}
END_TEST

/* Who asks for no address is told of the one it has (RFC 1661 5.3). */
START_TEST(address_not_asked_for)
{
	one_link_until_network(&l);
	one_link_hear(&l, PROTO_IPCP, CONF_REQUEST, 1, "\x81\x06\x0a\x00\x00\x35", 6);
	one_link_expect(&l, PROTO_IPCP, CONF_NAK);
	ck_assert_uint_eq(l.sent.len, 6);
	ck_assert_mem_eq(l.sent.data, "\x03\x06\x0a\x00\x01\x01", 6);
	for (int i = 0; i < FSM_MAX_FAILURE; i++) /* he will not hear: without it, then */
		one_link_hear(&l, PROTO_IPCP, CONF_REQUEST, 1, "\x81\x06\x0a\x00\x00\x35", 6);
	one_link_expect(&l, PROTO_IPCP, CONF_ACK);
}
END_TEST

/* Our own address: asked for unless it is rejected, and not the client's to choose. */
START_TEST(our_address)
{
	one_link_until_network(&l);
	one_link_expect(&l, PROTO_IPCP, CONF_REQUEST);
	ck_assert_uint_eq(l.sent.len, 6);
	ck_assert_mem_eq(l.sent.data, "\x03\x06\x0a\x00\x00\x01", 6);
	one_link_hear(&l, PROTO_IPCP, CONF_NAK, l.sent.id, "\x03\x06\x0a\x00\x00\x02", 6);
	ck_assert_mem_eq(l.sent.data, "\x03\x06\x0a\x00\x00\x01", 6);
	one_link_hear(&l, PROTO_IPCP, CONF_REJECT, l.sent.id, "\x03\x06\x0a\x00\x00\x01", 6);
	one_link_expect(&l, PROTO_IPCP, CONF_REQUEST);
	ck_assert_uint_eq(l.sent.len, 0);
}
END_TEST

/* Our Success may be lost: while the client's network phase has not begun, it goes with each
 * repetition of our request; afterwards it does not. */
START_TEST(success_repeated)
{
	unsigned n;

	one_link_until_network(&l);
	n = l.sent.n;
	sim_run(&l.sim, 500 * MSEC);
	ck_assert_uint_eq(l.sent.n, n + 2);
	one_link_hear(&l, PROTO_CCP, CONF_REQUEST, 1, NULL, 0);
	ck_assert_uint_eq(l.sent.n, n + 3);
	sim_run(&l.sim, SEC);
	ck_assert_uint_eq(l.sent.n, n + 4);
	one_link_expect(&l, PROTO_IPCP, CONF_REQUEST);
}
END_TEST

/* IPCP ends: of a link that was open the user hung up; before, IP could not be agreed on. */
START_TEST(ipcp_fails)
{
	static const enum reason reasons[] = {
	    REASON_PPP_NO_IPCP, REASON_USER_REQUESTED, REASON_PPP_TIMEOUT};

	if (_i == 1)
		one_link_until_open(&l);
	else
		one_link_until_network(&l);
	if (_i == 2) {
		sim_run(&l.sim, 30 * SEC); /* ten requests unanswered */
	} else {
		one_link_hear(&l, PROTO_IPCP, CODE_REJECT, 1, "\1", 1);
		sim_run(&l.sim, 10 * SEC);
	}
	ck_assert_int_eq(l.p->reason, reasons[_i]);
	ck_assert_uint_eq(l.closed, _i == 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ppp_link_ipcp");
	TCase *tc = tcase_create("ppp_link_ipcp");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, addresses, 0, 5);
	tcase_add_test(tc, address_not_asked_for);
	tcase_add_test(tc, our_address);
	tcase_add_test(tc, success_repeated);
	tcase_add_loop_test(tc, ipcp_fails, 0, 3);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
