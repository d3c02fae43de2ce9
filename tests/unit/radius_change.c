/* CoA and Disconnect: whose orders are obeyed, once; what is answered. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_crypto.h"
#include "tests/support/radius_bench.h"

static struct radius_bench b;
static uint8_t buffer[RADIUS_PACKET_MAX], copy[RADIUS_PACKET_MAX];
static size_t len;
static struct aaa_place from;

static void setup(void)
{
	bench_setup(&b);
	b.cfg.dynamic = 3799;
	radius_protocol.changed(&b.server);
	from = (struct aaa_place){.address = addr_v4(0x0a0a0a15), .port = 40000};
}

static void teardown(void)
{
	bench_teardown(&b);
}

/* The port that hears them. */
static struct bench_socket *ears(void)
{
	for (size_t i = 0; i < b.sockets; i++)
		if (b.socket[i].open && b.socket[i].place.port == b.cfg.dynamic)
			return &b.socket[i];
	ck_abort_msg("nobody hears");
}

static struct wr order(enum radius_code code)
{
	static uint8_t id;
	struct wr w = wr_init(buffer, sizeof buffer);

	radius_begin(&w, code, ++id, NULL);
	return w;
}

static void arrive(const uint8_t *p, size_t n)
{
	const struct bench_socket *s = ears();

	s->udp->received(s->arg, &from, p, n);
}

static void send_order(struct wr *w, const char *secret)
{
	struct radius_key key = {one_crypto(), secret ? secret : "xyzzy5461"};

	ck_assert(radius_finish(w, &key));
	len = wr_len(w);
	memcpy(copy, buffer, len);
	arrive(copy, len);
}

/* The answer: its code, and it verifies; 0: there is none. */
static int answer_code(uint32_t *cause)
{
	const struct bench_sent *s;
	struct radius_packet p;
	struct radius_key key = {one_crypto(), "xyzzy5461"};
	struct radius_value v;

	if (!b.n)
		return 0;
	s = bench_last(&b);
	ck_assert_uint_eq(s->to.port, from.port);
	ck_assert(radius_read(&p, s->bytes, s->len));
	ck_assert_int_eq(radius_answer_verify(&p, &key, copy + 4, true), RADIUS_GENUINE);
	ck_assert_uint_eq(p.id, copy[1]);
	*cause = radius_find(&p, RADIUS_ERROR_CAUSE, &v) ? radius_u32(&v) : 0;
	return p.code;
}

static void answered(int code, uint32_t cause)
{
	uint32_t got = 0;

	ck_assert_int_eq(answer_code(&got), code);
	ck_assert_uint_eq(got, cause);
}

START_TEST(disconnect)
{
	struct wr w = order(RADIUS_DISCONNECT_REQUEST);
	struct radius_value v;

	radius_put_text(&w, RADIUS_USER_NAME, "erin");
	radius_put_text(&w, RADIUS_ACCT_SESSION_ID, "5F01");
	radius_put_u32(&w, RADIUS_NAS_PORT, 17);
	radius_put_u32(&w, RADIUS_FRAMED_IP, 0xc0a8014d);
	radius_put_text(&w, RADIUS_CALLING_STATION, "10.1.1.2");
	radius_put(&w, RADIUS_PROXY_STATE, "ps1", 3);
	send_order(&w, NULL);
	ck_assert_uint_eq(b.changes, 1);
	ck_assert(b.change.end);
	ck_assert_str_eq(b.change_user, "erin");
	ck_assert_str_eq(b.change_key, "5F01");
	ck_assert_uint_eq(b.change.session, 17);
	ck_assert_uint_eq(addr_to_v4(&b.change.assigned), 0xc0a8014d);
	ck_assert_uint_eq(addr_to_v4(&b.change.client), 0x0a010102);
	answered(RADIUS_DISCONNECT_ACK, 0);
	ck_assert(bench_find(bench_last(&b), 0, RADIUS_PROXY_STATE, &v));
	ck_assert_mem_eq(v.p, "ps1", 3);
}
END_TEST

START_TEST(change_of_authorization)
{
	struct wr w = order(RADIUS_COA_REQUEST);
	struct bytes list;
	struct aaa_value v;

	radius_put_text(&w, RADIUS_USER_NAME, "erin");
	radius_put_u32(&w, RADIUS_SESSION_TIMEOUT, 60);
	radius_put_u32(&w, RADIUS_EVENT_TIMESTAMP, (uint32_t)b.sim.env.wall(&b.sim.env));
	send_order(&w, NULL);
	ck_assert(!b.change.end);
	list = (struct bytes){(uint16_t)b.change.attributes.len, b.change.attributes.bytes};
	ck_assert(aaa_attribute_find(&list, AAA_SESSION_TIMEOUT, &v));
	ck_assert_uint_eq(v.number, 60);
	answered(RADIUS_COA_ACK, 0);
}
END_TEST

/* What comes again is answered again, and not done again; also after a change of the host. */
START_TEST(replayed)
{
	struct wr w = order(RADIUS_DISCONNECT_REQUEST);

	radius_put_text(&w, RADIUS_USER_NAME, "erin");
	send_order(&w, NULL);
	arrive(copy, len);
	ck_assert_uint_eq(b.changes, 1);
	ck_assert_uint_eq(b.n, 2);
	answered(RADIUS_DISCONNECT_ACK, 0);
	radius_protocol.changed(&b.server);
	arrive(copy, len);
	ck_assert_uint_eq(b.changes, 1);
}
END_TEST

/* Of another time, of another host, by another secret, from nobody. */
START_TEST(not_obeyed)
{
	struct wr w = order(RADIUS_DISCONNECT_REQUEST);

	radius_put_text(&w, RADIUS_USER_NAME, "erin");
	radius_put_u32(
	    &w, RADIUS_EVENT_TIMESTAMP, (uint32_t)b.sim.env.wall(&b.sim.env) - (_i == 0 ? 301 : 0));
	if (_i == 2)
		from.address = addr_v4(0x0a0a0a16);
	send_order(&w, _i == 1 ? "wrong" : NULL);
	ck_assert_uint_eq(b.changes, 0);
	ck_assert_uint_eq(b.n, 0);
	ck_assert_uint_eq(b.server.counters.bad_authenticators, _i == 1);
}
END_TEST

START_TEST(refused)
{
	static const struct {
		enum radius_code code;
		uint8_t type;
		const char *text;
		uint32_t number, cause;
		uint32_t sessions;
	} row[] = {
	    {RADIUS_DISCONNECT_REQUEST, 0, NULL, 0, 503, 0},
	    {RADIUS_COA_REQUEST, 0, NULL, 0, 402, 1},
	    {RADIUS_COA_REQUEST, RADIUS_SERVICE_TYPE, NULL, 17, 405, 1},
	    {RADIUS_COA_REQUEST, 13, NULL, 1, 401, 1},
	    {RADIUS_COA_REQUEST, RADIUS_SESSION_TIMEOUT, "x", 0, 404, 1},
	    {RADIUS_DISCONNECT_REQUEST, RADIUS_CALLING_STATION, "nobody", 0, 404, 1},
	    {RADIUS_COA_REQUEST, RADIUS_SESSION_TIMEOUT, NULL, 60, 503, 0},
	};
	struct wr w = order(row[_i].code);

	b.sessions = row[_i].sessions;
	radius_put_text(&w, RADIUS_USER_NAME, "erin");
	if (row[_i].text)
		radius_put_text(&w, row[_i].type, row[_i].text);
	else if (row[_i].type)
		radius_put_u32(&w, row[_i].type, row[_i].number);
	send_order(&w, NULL);
	answered((int)row[_i].code + 2, row[_i].cause);
	ck_assert_uint_eq(b.changes, row[_i].cause == 503);
}
END_TEST

START_TEST(whose)
{
	struct wr w = order(RADIUS_DISCONNECT_REQUEST);

	send_order(&w, NULL);
	answered(RADIUS_DISCONNECT_NAK, 402);
}
END_TEST

/* The engine answers later; meanwhile the server, or its port, goes. */
START_TEST(later)
{
	struct wr w = order(RADIUS_DISCONNECT_REQUEST);

	b.sessions = UINT32_MAX;
	radius_put_text(&w, RADIUS_USER_NAME, "erin");
	send_order(&w, NULL);
	ck_assert_uint_eq(b.n, 0);
	arrive(copy, len); /* the server repeats itself */
	ck_assert_uint_eq(b.changes, 1);
	if (_i == 1)
		radius_protocol.changed(&b.server);
	if (_i == 2)
		radius_protocol.close(&b.server);
	b.change.done(b.change.arg, 1);
	ck_assert_uint_eq(b.n, _i == 0);
}
END_TEST

/* More than are remembered: none is refused for that. */
START_TEST(many)
{
	for (uint32_t i = 0; i < 3000; i++) {
		struct wr w = order(RADIUS_COA_REQUEST);

		radius_put_text(&w, RADIUS_USER_NAME, "erin");
		radius_put_u32(&w, RADIUS_SESSION_TIMEOUT, i + 1);
		send_order(&w, NULL);
	}
	ck_assert_uint_eq(b.changes, 3000);
	answered(RADIUS_COA_ACK, 0);
}
END_TEST

START_TEST(nobody_hears)
{
	b.cfg.dynamic = 0;
	radius_protocol.changed(&b.server);
	for (size_t i = 0; i < b.sockets; i++)
		ck_assert(!b.socket[i].open);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("radius_change");
	TCase *tc = tcase_create("radius_change");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, disconnect);
	tcase_add_test(tc, change_of_authorization);
	tcase_add_test(tc, replayed);
	tcase_add_loop_test(tc, not_obeyed, 0, 3);
	tcase_add_loop_test(tc, refused, 0, 7);
	tcase_add_test(tc, whose);
	tcase_add_loop_test(tc, later, 0, 3);
	tcase_add_test(tc, many);
	tcase_add_test(tc, nobody_hears);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
