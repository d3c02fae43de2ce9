/*
 * The negotiation automaton beside its table: counters and timer, what is malformed, and the
 * answers to requests.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_fsm.h"

static struct one_fsm o;

static void setup(void)
{
	one_fsm_setup(&o);
}

static void teardown(void)
{
	one_fsm_teardown(&o);
}

/* What is malformed changes nothing, and is told; what answers another request is no fault. */
START_TEST(malformed_packets)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool good, ours; /* ours: with the identifier of our request */
	} table[] = {
	    {"\x01\x05\x00", 3, false, false}, {"\x01\x05\x00\x03", 4, false, false},
	    {"\x01\x05\x00\x05", 4, false, false},
	    {"\x01\x05\x00\x06\x01\x01", 6, false, false},	  /* an option of one byte */
	    {"\x01\x05\x00\x06\x01\x03", 6, false, false},	  /* longer than the packet */
	    {"\x02\x00\x00\x08\x63\x04\x00\x07", 8, false, true}, /* an Ack of other options */
	    {"\x02\x00\x00\x04", 4, false, true},		  /* of none */
	    {"\x03\x00\x00\x06\x01\x01", 6, false, true},
	    {"\x04\x00\x00\x06\x01\x03", 6, false, true},
	    {"\x03\x99\x00\x06\x01\x01", 6, true, false}, /* not looked into */
	    {"\x07\x05\x00\x04", 4, false, false},	  /* a Code-Reject of nothing */
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		uint8_t packet[16];

		teardown();
		setup();
		fsm_event(&o.f, FSM_OPEN);
		fsm_event(&o.f, FSM_UP);
		memcpy(packet, table[i].bytes, table[i].len);
		if (table[i].ours)
			packet[1] = o.f.id;
		ck_assert_msg(fsm_receive(&o.f, rd_init(packet, table[i].len)) == table[i].good,
		    "row %zu", i);
		ck_assert_int_eq(o.f.state, FSM_REQ_SENT);
		ck_assert(!o.f.answered);
	}
}
END_TEST

START_TEST(gives_up_after_ten_requests)
{
	uint8_t first;

	fsm_event(&o.f, FSM_OPEN);
	fsm_event(&o.f, FSM_UP);
	first = o.last_id;
	while (timer_next(&o.env) != UINT64_MAX) {
		o.now_us = timer_next(&o.env);
		timer_run(&o.env);
	}
	ck_assert_uint_eq(o.requests, FSM_MAX_CONFIGURE);
	ck_assert_uint_eq(o.last_id, first); /* unchanged, so is its identifier */
	ck_assert_int_eq(o.f.state, FSM_STOPPED);
	ck_assert(o.last_timed_out);
	ck_assert_uint_ge(o.now_us, 20 * SEC);
	ck_assert_uint_le(o.now_us, 30 * SEC);
}
END_TEST

START_TEST(answers_must_fit_the_request)
{
	uint8_t ack[] = {2, 0, 0, 8, 1, 4, 0x12, 0x34};

	fsm_event(&o.f, FSM_OPEN);
	fsm_event(&o.f, FSM_UP);
	ack[1] = (uint8_t)(o.last_id + 1);
	ck_assert(fsm_receive(&o.f, rd_init(ack, sizeof ack)));
	ck_assert_int_eq(o.f.state, FSM_REQ_SENT);
	ack[1] = o.last_id;
	ack[7] = 0x35;
	ck_assert(!fsm_receive(&o.f, rd_init(ack, sizeof ack)));
	ck_assert_int_eq(o.f.state, FSM_REQ_SENT);
	ack[7] = 0x34;
	ck_assert(fsm_receive(&o.f, rd_init(ack, sizeof ack)));
	ck_assert_int_eq(o.f.state, FSM_ACK_RCVD);
	ck_assert(fsm_receive(&o.f, rd_init("\x01\x09\x00\x04", 4)));
	ck_assert_int_eq(o.f.state, FSM_OPENED);
	/* The same Ack once more, from a network that doubles: nothing new. */
	ck_assert(fsm_receive(&o.f, rd_init(ack, sizeof ack)));
	ck_assert_int_eq(o.f.state, FSM_OPENED);
}
END_TEST

START_TEST(reject_before_nak)
{
	/* unknown 9, wrong value of 1, 1 with a wrong length, unknown 200 */
	static const uint8_t request[] = {1, 77, 0, 18, 9, 3, 6, 1, 4, 0, 8, 1, 3, 5, 200, 4, 1, 2};

	fsm_event(&o.f, FSM_OPEN);
	fsm_event(&o.f, FSM_UP);
	ck_assert(fsm_receive(&o.f, rd_init(request, sizeof request)));
	ck_assert_uint_eq(o.last_code, CONF_REJECT);
	ck_assert_uint_eq(o.last_id, 77);
	ck_assert_uint_eq(o.last_len, 10);
	ck_assert_mem_eq(o.last_data, "\x09\x03\x06\x01\x03\x05\xc8\x04\x01\x02", 10);
	ck_assert(fsm_receive(&o.f, rd_init("\x01\x4e\x00\x08\x01\x04\x00\x08", 8)));
	ck_assert_uint_eq(o.last_code, CONF_NAK);
	ck_assert_mem_eq(o.last_data, "\x01\x04\x00\x07", 4);
}
END_TEST

START_TEST(naks_become_rejects)
{
	fsm_event(&o.f, FSM_OPEN);
	fsm_event(&o.f, FSM_UP);
	for (int i = 0; i < FSM_MAX_FAILURE; i++) {
		ck_assert(fsm_receive(&o.f, rd_init("\x01\x01\x00\x08\x01\x04\x00\x08", 8)));
		ck_assert_uint_eq(o.last_code, CONF_NAK);
	}
	ck_assert(fsm_receive(&o.f, rd_init("\x01\x01\x00\x08\x01\x04\x00\x08", 8)));
	ck_assert_uint_eq(o.last_code, CONF_REJECT);
	ck_assert_mem_eq(o.last_data, "\x01\x04\x00\x08", 4);
}
END_TEST

START_TEST(endless_naks_end)
{
	uint8_t nak[] = {3, 0, 0, 8, 1, 4, 0, 1};
	int n = 0;

	fsm_event(&o.f, FSM_OPEN);
	fsm_event(&o.f, FSM_UP);
	while (o.f.state >= FSM_REQ_SENT && n < 100) {
		nak[1] = o.f.id;
		fsm_receive(&o.f, rd_init(nak, sizeof nak));
		n++;
	}
	ck_assert_int_eq(o.f.state, FSM_STOPPED);
	ck_assert_int_eq(n, FSM_MAX_REFUSED + 1);
}
END_TEST

START_TEST(malformed)
{
	static const struct {
		const char *bytes;
		size_t len;
	} row[] = {
	    {"", 0}, {"\x01", 1}, {"\x01\x01\x00", 3},
	    {"\x01\x01\x00\x03", 4},	     /* length below the header */
	    {"\x01\x01\x00\x08", 4},	     /* length beyond the packet */
	    {"\x01\x01\x00\x06\x01\x01", 6}, /* option length 1 */
	    {"\x01\x01\x00\x06\x01\x00", 6}, /* option length 0: no endless loop */
	    {"\x01\x01\x00\x06\x01\x04", 6}, /* option beyond the packet */
	    {"\x01\x01\x00\x05\x01", 5},     /* half an option header */
	    {"\x07\x01\x00\x04", 4},	     /* Code-Reject of nothing */
	};

	fsm_event(&o.f, FSM_OPEN);
	fsm_event(&o.f, FSM_UP);
	o.said[0] = '\0';
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_msg(!fsm_receive(&o.f, rd_init(row[i].bytes, row[i].len)), "row %zu", i);
	ck_assert_str_eq(o.said, "");
	ck_assert_int_eq(o.f.state, FSM_REQ_SENT);
}
END_TEST

START_TEST(code_reject)
{
	fsm_event(&o.f, FSM_OPEN);
	fsm_event(&o.f, FSM_UP);
	ck_assert(fsm_receive(&o.f, rd_init("\x63\x05\x00\x06\xaa\xbb", 6)));
	ck_assert_uint_eq(o.last_code, CODE_REJECT);
	ck_assert_uint_eq(o.last_len, 6);
	ck_assert_mem_eq(o.last_data, "\x63\x05\x00\x06\xaa\xbb", 6);
	/* of an extra: fine */
	ck_assert(fsm_receive(&o.f, rd_init("\x07\x05\x00\x08\x0c\x01\x00\x04", 8)));
	ck_assert_int_eq(o.f.state, FSM_REQ_SENT);
	/* of a basic code */
	ck_assert(fsm_receive(&o.f, rd_init("\x07\x05\x00\x08\x01\x01\x00\x04", 8)));
	ck_assert_int_eq(o.f.state, FSM_STOPPED);
}
END_TEST

/* Before the lower layer is up nobody is answered; that is no fault of the packet. */
START_TEST(silent_before_up)
{
	for (int open = 0; open < 2; open++) {
		if (open)
			fsm_event(&o.f, FSM_OPEN);
		o.said[0] = '\0';
		ck_assert(fsm_receive(&o.f, rd_init("\x01\x05\x00\x08\x01\x04\x00\x07", 8)));
		ck_assert(fsm_receive(&o.f, rd_init("\x05\x05\x00\x04", 4)));
		ck_assert_str_eq(o.said, "");
		ck_assert_int_eq(o.f.state, open ? FSM_STARTING : FSM_INITIAL);
	}
}
END_TEST

/* The Terminate-Request is repeated as often as Max-Terminate says, a request as Max-Configure
 * (RFC 1661 4.6). */
START_TEST(farewells_are_few)
{
	unsigned farewells = 0;

	fsm_event(&o.f, FSM_OPEN);
	fsm_event(&o.f, FSM_UP);
	o.said[0] = '\0';
	fsm_event(&o.f, FSM_CLOSE);
	while (timer_next(&o.env) != UINT64_MAX) {
		o.now_us = timer_next(&o.env);
		timer_run(&o.env);
	}
	for (const char *p = o.said; (p = strstr(p, "str")); p++)
		farewells++;
	ck_assert_uint_eq(farewells, FSM_MAX_TERMINATE);
	ck_assert_int_eq(o.f.state, FSM_CLOSED);
	ck_assert(o.last_timed_out);
}
END_TEST

/* Naks that we send in a row are counted from the last agreement on. */
START_TEST(naks_are_counted_anew)
{
	static const char wrong[] = "\x01\x01\x00\x08\x01\x04\x00\x08";
	static const char right[] = "\x01\x01\x00\x08\x01\x04\x00\x07";

	fsm_event(&o.f, FSM_OPEN);
	fsm_event(&o.f, FSM_UP);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < FSM_MAX_FAILURE; i++) {
			ck_assert(fsm_receive(&o.f, rd_init(wrong, 8)));
			ck_assert_uint_eq(o.last_code, CONF_NAK);
		}
		if (round == 0)
			ck_assert(fsm_receive(&o.f, rd_init(right, 8)));
	}
	ck_assert(fsm_receive(&o.f, rd_init(wrong, 8)));
	ck_assert_uint_eq(o.last_code, CONF_REJECT);
}
END_TEST

/* Between two requests the period grows, up to three seconds, and begins anew with the next
 * attempt. */
START_TEST(periods_grow)
{
	static const uint64_t periods[] = {500, 1000, 2000, 3000, 3000, 3000};

	fsm_event(&o.f, FSM_OPEN);
	for (int round = 0; round < 2; round++) {
		fsm_event(&o.f, FSM_UP);
		for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
			ck_assert_uint_eq(timer_left(&o.env, &o.f.restart), periods[i] * MSEC);
			o.now_us = timer_next(&o.env);
			timer_run(&o.env);
		}
		fsm_event(&o.f, FSM_DOWN);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ppp_fsm");
	TCase *tc = tcase_create("ppp_fsm");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, malformed_packets);
	tcase_add_test(tc, gives_up_after_ten_requests);
	tcase_add_test(tc, answers_must_fit_the_request);
	tcase_add_test(tc, reject_before_nak);
	tcase_add_test(tc, naks_become_rejects);
	tcase_add_test(tc, endless_naks_end);
	tcase_add_test(tc, malformed);
	tcase_add_test(tc, code_reject);
	tcase_add_test(tc, silent_before_up);
	tcase_add_test(tc, farewells_are_few);
	tcase_add_test(tc, naks_are_counted_anew);
	tcase_add_test(tc, periods_grow);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
