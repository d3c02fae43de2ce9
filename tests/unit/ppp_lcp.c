/* LCP's options one by one: what the client asks for, and what becomes of our wishes. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ppp/frame.h"
#include "engine/ppp/lcp_options.h"
#include "engine/ppp/options.h"

static struct ppp p;
static enum reason ended;

static void random_bytes(struct env *env, void *to, size_t len)
{
	(void)env;
	memset(to, 0x5a, len);
}

static void close_link(struct ppp *of, enum reason why)
{
	ck_assert_ptr_eq(of, &p);
	ended = why;
}

static struct env env = {.random = random_bytes};
static struct trace trace;
static const struct link_events events = {.close = close_link};

static void setup(void)
{
	memset(&p, 0, sizeof p);
	p.env = &env;
	p.trace = &trace;
	p.link = &events;
	p.config = (struct ppp_config){
	    .pap = true, .chap = true, .mschapv1 = true, .mschapv2 = true, .mru = 1386};
	ended = REASON_NONE;
	lcp_fresh(&p.lcp);
	lcp_reset(&p);
}

static const struct fsm_option *row(uint8_t type)
{
	for (const struct fsm_option *o = lcp_options; o->type; o++)
		if (o->type == type)
			return o;
	return NULL;
}

static void nak(uint8_t type, const char *value, size_t len)
{
	struct rd r = rd_init(value, len);

	row(type)->naked(&p.lcp, &r);
}

/* The client's wish if it is allowed, else the strongest that is left. */
START_TEST(method_wished)
{
	static const struct {
		const char *wish;
		size_t len;
		enum ppp_auth method;
	} table[] = {
	    {"\xc0\x23", 2, PPP_AUTH_PAP},
	    {"\xc2\x23\x05", 3, PPP_AUTH_CHAP},
	    {"\xc2\x23\x80", 3, PPP_AUTH_MSCHAPV1},
	    {"\xc2\x23\x81", 3, PPP_AUTH_MSCHAPV1}, /* the one that he will not have */
	    {"\xc2\x27", 2, PPP_AUTH_MSCHAPV1},     /* EAP: not ours */
	    {"\xc2\x23", 2, PPP_AUTH_MSCHAPV1},     /* CHAP of no kind */
	    {"\xc0", 1, PPP_AUTH_MSCHAPV1},
	};

	ck_assert_int_eq(p.method, PPP_AUTH_MSCHAPV2);
	ck_assert(!p.auth_naked);
	nak(LCP_OPTION_AUTH, table[_i].wish, table[_i].len);
	ck_assert(p.auth_naked);
	ck_assert_int_eq(p.method, table[_i].method);
	ck_assert_int_eq(ended, REASON_NONE);
}
END_TEST

/* From the strongest to the weakest, and then it is over. */
START_TEST(methods_run_out)
{
	static const enum ppp_auth order[] = {PPP_AUTH_MSCHAPV2, PPP_AUTH_MSCHAPV1, PPP_AUTH_CHAP,
	    PPP_AUTH_PAP};

	for (size_t i = 0; i < 4; i++) {
		ck_assert_int_eq(p.method, order[i]);
		ck_assert_int_eq(ended, REASON_NONE);
		nak(LCP_OPTION_AUTH, "\xc2\x27", 2);
	}
	ck_assert_int_eq(ended, REASON_PPP_NO_AUTH_PROTOCOL);
}
END_TEST

START_TEST(method_not_allowed)
{
	p.config.pap = false;
	lcp_reset(&p);
	nak(LCP_OPTION_AUTH, "\xc0\x23", 2);
	ck_assert_int_eq(p.method, PPP_AUTH_MSCHAPV1);
	row(LCP_OPTION_AUTH)->rejected(&p.lcp);
	ck_assert_int_eq(ended, REASON_PPP_NO_AUTH_PROTOCOL);
}
END_TEST

static enum verdict check(uint8_t type, const char *value, size_t len, struct wr *w)
{
	struct rd r = rd_init(value, len);

	return row(type)->check(&p.lcp, &r, w);
}

START_TEST(client_asks)
{
	uint8_t buf[16];
	struct wr w = wr_init(buf, sizeof buf);

	ck_assert_uint_eq(p.peer_mru, 1500);
	ck_assert_int_eq(check(LCP_OPTION_MRU, "\x00\x80", 2, &w), OPTION_ACK);
	ck_assert_uint_eq(p.peer_mru, 128);
	ck_assert_int_eq(check(LCP_OPTION_MRU, "\x00\x7f", 2, &w), OPTION_NAK);
	ck_assert_mem_eq(buf, "\x00\x80", 2);
	ck_assert_uint_eq(p.peer_mru, 128);
	ck_assert_int_eq(check(LCP_OPTION_ACCM, "\x00\x00\x00\x00", 4, &w), OPTION_ACK);
	ck_assert(!p.pfc && !p.acfc);
	ck_assert_int_eq(check(LCP_OPTION_PFC, "", 0, &w), OPTION_ACK);
	ck_assert(p.pfc && !p.acfc);
	ck_assert_int_eq(check(LCP_OPTION_ACFC, "", 0, &w), OPTION_ACK);
	ck_assert(p.pfc && p.acfc);
	ck_assert_ptr_null(row(LCP_OPTION_AUTH)->check); /* we prove nothing */
	lcp_fresh(&p.lcp);
	ck_assert(!p.pfc && !p.acfc);
	ck_assert_uint_eq(p.peer_mru, 1500);
}
END_TEST

/* Our own number comes back: a loop, as long as we have one (RFC 1661 6.4). */
START_TEST(magic)
{
	uint8_t buf[16];
	struct wr w = wr_init(buf, sizeof buf);

	ck_assert_uint_eq(p.magic, 0x5a5a5a5a);
	ck_assert_int_eq(check(LCP_OPTION_MAGIC, "\x5a\x5a\x5a\x5a", 4, &w), OPTION_NAK);
	ck_assert_int_eq(check(LCP_OPTION_MAGIC, "\x00\x00\x00\x00", 4, &w), OPTION_NAK);
	ck_assert_int_eq(check(LCP_OPTION_MAGIC, "\x5a\x5a\x5a\x5b", 4, &w), OPTION_ACK);
	row(LCP_OPTION_MAGIC)->rejected(&p.lcp);
	ck_assert_uint_eq(p.magic, 0);
	ck_assert_int_eq(check(LCP_OPTION_MAGIC, "\x5a\x5a\x5a\x5a", 4, &w), OPTION_ACK);
	ck_assert(!row(LCP_OPTION_MAGIC)->ask(&p.lcp, &w));
}
END_TEST

/* A smaller MRU is taken over, a larger or absurd one is not. */
START_TEST(mru)
{
	uint8_t buf[16];
	struct wr w = wr_init(buf, sizeof buf);

	nak(LCP_OPTION_MRU, "\x05\xdc", 2);
	ck_assert_uint_eq(p.mru, 1386);
	nak(LCP_OPTION_MRU, "\x00\x7f", 2);
	ck_assert_uint_eq(p.mru, 1386);
	nak(LCP_OPTION_MRU, "\x00\x80", 2);
	ck_assert_uint_eq(p.mru, 128);
	ck_assert(row(LCP_OPTION_MRU)->ask(&p.lcp, &w));
	ck_assert_mem_eq(buf, "\x00\x80", 2);
	row(LCP_OPTION_MRU)->rejected(&p.lcp);
	ck_assert(!row(LCP_OPTION_MRU)->ask(&p.lcp, &w));
	lcp_reset(&p);
	ck_assert_uint_eq(p.mru, 1386);
	p.config.mru = 0;
	lcp_reset(&p);
	ck_assert_uint_eq(p.mru, 1500);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ppp_lcp");
	TCase *tc = tcase_create("options");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_loop_test(tc, method_wished, 0, 7);
	tcase_add_test(tc, methods_run_out);
	tcase_add_test(tc, method_not_allowed);
	tcase_add_test(tc, client_asks);
	tcase_add_test(tc, magic);
	tcase_add_test(tc, mru);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
