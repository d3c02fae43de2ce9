/*
 * The negotiation automaton: the RFC's table as it is printed in RFC 1661 4.1
 * against what the automaton does, its counters and timer, and the answers to
 * requests.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ppp/fsm.h"

/* RFC 1661 4.1, columns as printed: events by states 0-5 and 6-9. */
static const char rfc_first[] =
    "Up      2          irc,scr/6  -          -             -       -\n"
    "Down    -          -          0          tls/1         0       1\n"
    "Open    tls/1      1          irc,scr/6  3r            5r      5r\n"
    "Close   0          tlf/0      2          2             4       4\n"
    "TO+     -          -          -          -             str/4   str/5\n"
    "TO-     -          -          -          -             tlf/2   tlf/3\n"
    "RCR+    -          -          sta/2      irc,scr,sca/8 4       5\n"
    "RCR-    -          -          sta/2      irc,scr,scn/6 4       5\n"
    "RCA     -          -          sta/2      sta/3         4       5\n"
    "RCN     -          -          sta/2      sta/3         4       5\n"
    "RTR     -          -          sta/2      sta/3         sta/4   sta/5\n"
    "RTA     -          -          2          3             tlf/2   tlf/3\n"
    "RUC     -          -          scj/2      scj/3         scj/4   scj/5\n"
    "RXJ+    -          -          2          3             4       5\n"
    "RXJ-    -          -          tlf/2      tlf/3         tlf/2   tlf/3\n"
    "RXR     -          -          2          3             4       5\n";
static const char rfc_second[] =
    "Up      -          -          -          -\n"
    "Down    1          1          1          tld/1\n"
    "Open    6          7          8          9r\n"
    "Close   irc,str/4  irc,str/4  irc,str/4  tld,irc,str/4\n"
    "TO+     scr/6      scr/6      scr/8      -\n"
    "TO-     tlf/3p     tlf/3p     tlf/3p     -\n"
    "RCR+    sca/8      sca,tlu/9  sca/8      tld,scr,sca/8\n"
    "RCR-    scn/6      scn/7      scn/6      tld,scr,scn/6\n"
    "RCA     irc/7      scr/6x     irc,tlu/9  tld,scr/6x\n"
    "RCN     irc,scr/6  scr/6x     irc,scr/8  tld,scr/6x\n"
    "RTR     sta/6      sta/6      sta/6      tld,zrc,sta/5\n"
    "RTA     6          6          8          tld,scr/6\n"
    "RUC     scj/6      scj/7      scj/8      scj/9\n"
    "RXJ+    6          6          8          9\n"
    "RXJ-    tlf/3      tlf/3      tlf/3      tld,irc,str/5\n"
    "RXR     6          7          8          ser/9\n";

static uint64_t now_us;
static uint64_t now(struct env *e)
{
	(void)e;
	return now_us;
}

static struct env env;
static struct fsm f;
static char said[256]; /* what the automaton did, in the RFC's words */
static uint8_t last_code, last_id, last_data[1600];
static size_t last_len;
static unsigned requests;

static void did(const char *what)
{
	if (*said)
		strcat(said, ",");
	strcat(said, what);
}

static void send_packet(struct fsm *x, uint8_t code, uint8_t id, const void *data, size_t len)
{
	static const char *const word[] = {[CONF_REQUEST] = "scr",
	    [CONF_ACK] = "sca",
	    [CONF_NAK] = "scn",
	    [CONF_REJECT] = "scn",
	    [TERM_REQUEST] = "str",
	    [TERM_ACK] = "sta",
	    [CODE_REJECT] = "scj",
	    [ECHO_REPLY] = "ser"};

	(void)x;
	did(word[code]);
	requests += code == CONF_REQUEST;
	last_code = code;
	last_id = id;
	last_len = len;
	if (len)
		memcpy(last_data, data, len);
}

static void up(struct fsm *x)
{
	(void)x;
	did("tlu");
}

static void down(struct fsm *x)
{
	(void)x;
	did("tld");
}

static bool last_timed_out;
static void finished(struct fsm *x, bool timed_out)
{
	(void)x;
	last_timed_out = timed_out;
	did("tlf");
}

static void fresh(struct fsm *x)
{
	(void)x;
}

static bool ask_first = true;

static enum verdict check_first(struct fsm *x, struct rd *value, struct wr *nak)
{
	(void)x;
	if (rd_u16(value) == 7)
		return OPTION_ACK;
	wr_u16(nak, 7);
	return OPTION_NAK;
}

static bool ask(struct fsm *x, struct wr *value)
{
	(void)x;
	wr_u16(value, 0x1234);
	return ask_first;
}

static void naked(struct fsm *x, struct rd *value)
{
	(void)x, (void)value;
}

static void rejected(struct fsm *x)
{
	(void)x;
	ask_first = false;
}

static const struct fsm_option options[] = {
    {1, 4, check_first, ask, naked, rejected},
    {0, 0, NULL, NULL, NULL, NULL},
};
static const struct fsm_ops ops = {.name = "TEST",
    .protocol = 0x8021,
    .options = options,
    .send = send_packet,
    .fresh = fresh,
    .up = up,
    .down = down,
    .finished = finished};

static void setup(void)
{
	now_us = 1000;
	ask_first = true;
	memset(&env, 0, sizeof env);
	env.now = now;
	fsm_init(&f, &ops, &env);
	said[0] = '\0';
	requests = 0;
}

static void teardown(void)
{
	fsm_halt(&f, FSM_INITIAL);
	timer_fini(&env);
}

/* Cell of the printed table for event and state. */
static void printed(enum fsm_event event, enum fsm_state state, char cell[32])
{
	const char *p = state <= FSM_STOPPING ? rfc_first : rfc_second;
	int column = state <= FSM_STOPPING ? (int)state : (int)state - FSM_REQ_SENT, used = 0;
	char name[16];

	for (int i = 0; i < (int)event; i++)
		p = strchr(p, '\n') + 1;
	ck_assert_int_eq(sscanf(p, "%15s%n", name, &used), 1);
	ck_assert_str_eq(name, fsm_event_name[event]);
	for (int i = 0; i <= column; i++) {
		p += used;
		ck_assert_int_eq(sscanf(p, "%31s%n", cell, &used), 1);
	}
}

START_TEST(truth_table)
{
	for (int e = 0; e < FSM_EVENTS; e++)
		for (int s = 0; s < FSM_STATES; s++) {
			char cell[32], want[32] = "", *slash;
			int next;

			printed((enum fsm_event)e, (enum fsm_state)s, cell);
			ck_assert_str_eq(fsm_table[e][s], cell);
			teardown();
			setup();
			f.state = (enum fsm_state)s;
			f.count = 3;
			if (e == FSM_RXR) {
				fsm_echo(&f, 9, "abcd", 4);
			} else if (e == FSM_RCR_PLUS) {
				fsm_receive(&f, rd_init("\x01\x05\x00\x08\x01\x04\x00\x07", 8));
			} else if (e == FSM_RCR_MINUS) {
				fsm_receive(&f, rd_init("\x01\x05\x00\x08\x01\x04\x00\x08", 8));
			} else if (e == FSM_RTR) {
				fsm_receive(&f, rd_init("\x05\x05\x00\x04", 4));
			} else if (e == FSM_RUC) {
				fsm_receive(&f, rd_init("\x63\x05\x00\x04", 4));
			} else {
				fsm_event(&f, (enum fsm_event)e);
			}
			next = s;
			slash = strchr(cell, '/');
			if (cell[0] != '-')
				next = (slash ? slash[1] : cell[0]) - '0';
			ck_assert_msg((int)f.state == next, "%s in %s: went to %s",
			    fsm_event_name[e], fsm_state_name[s], fsm_state_name[f.state]);
			if (slash) { /* irc, zrc and tls leave no trace of their own here */
				*slash = '\0';
				for (char *w = strtok(cell, ","); w; w = strtok(NULL, ","))
					if (strcmp(w, "irc") != 0 && strcmp(w, "zrc") != 0 &&
					    strcmp(w, "tls") != 0) {
						if (*want)
							strcat(want, ",");
						strcat(want, w);
					}
			}
			ck_assert_msg(strcmp(said, want) == 0, "%s in %s: did '%s', not '%s'",
			    fsm_event_name[e], fsm_state_name[s], said, want);
			/* The restart timer runs in 4 to 8 and nowhere else (RFC 1661 4.2). */
			if (f.state < FSM_CLOSING || f.state == FSM_OPENED)
				ck_assert(!timer_armed(&f.restart));
		}
}
END_TEST

/* What is malformed changes nothing, and is told; what answers another request is no fault. */
START_TEST(malformed_packets)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool good, ours; /* ours: with the identifier of our request */
	} table[] = {
	    {"\x01\x05\x00", 3, false, false},
	    {"\x01\x05\x00\x03", 4, false, false},
	    {"\x01\x05\x00\x05", 4, false, false},
	    {"\x01\x05\x00\x06\x01\x01", 6, false, false},         /* an option of one byte */
	    {"\x01\x05\x00\x06\x01\x03", 6, false, false},         /* longer than the packet */
	    {"\x02\x00\x00\x08\x63\x04\x00\x07", 8, false, true},  /* an Ack of other options */
	    {"\x02\x00\x00\x04", 4, false, true},                  /* of none */
	    {"\x03\x00\x00\x06\x01\x01", 6, false, true},
	    {"\x04\x00\x00\x06\x01\x03", 6, false, true},
	    {"\x03\x99\x00\x06\x01\x01", 6, true, false},          /* not looked into */
	    {"\x07\x05\x00\x04", 4, false, false},                 /* a Code-Reject of nothing */
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		uint8_t packet[16];

		teardown();
		setup();
		fsm_event(&f, FSM_OPEN);
		fsm_event(&f, FSM_UP);
		memcpy(packet, table[i].bytes, table[i].len);
		if (table[i].ours)
			packet[1] = f.id;
		ck_assert_msg(
		    fsm_receive(&f, rd_init(packet, table[i].len)) == table[i].good, "row %zu", i);
		ck_assert_int_eq(f.state, FSM_REQ_SENT);
		ck_assert(!f.answered);
	}
}
END_TEST

START_TEST(gives_up_after_ten_requests)
{
	uint8_t first;

	fsm_event(&f, FSM_OPEN);
	fsm_event(&f, FSM_UP);
	first = last_id;
	while (timer_next(&env) != UINT64_MAX) {
		now_us = timer_next(&env);
		timer_run(&env);
	}
	ck_assert_uint_eq(requests, FSM_MAX_CONFIGURE);
	ck_assert_uint_eq(last_id, first); /* unchanged, so is its identifier */
	ck_assert_int_eq(f.state, FSM_STOPPED);
	ck_assert(last_timed_out);
	ck_assert_uint_ge(now_us, 20 * SEC);
	ck_assert_uint_le(now_us, 30 * SEC);
}
END_TEST

START_TEST(answers_must_fit_the_request)
{
	uint8_t ack[] = {2, 0, 0, 8, 1, 4, 0x12, 0x34};

	fsm_event(&f, FSM_OPEN);
	fsm_event(&f, FSM_UP);
	ack[1] = (uint8_t)(last_id + 1);
	ck_assert(fsm_receive(&f, rd_init(ack, sizeof ack)));
	ck_assert_int_eq(f.state, FSM_REQ_SENT);
	ack[1] = last_id;
	ack[7] = 0x35;
	ck_assert(!fsm_receive(&f, rd_init(ack, sizeof ack)));
	ck_assert_int_eq(f.state, FSM_REQ_SENT);
	ack[7] = 0x34;
	ck_assert(fsm_receive(&f, rd_init(ack, sizeof ack)));
	ck_assert_int_eq(f.state, FSM_ACK_RCVD);
	ck_assert(fsm_receive(&f, rd_init("\x01\x09\x00\x04", 4)));
	ck_assert_int_eq(f.state, FSM_OPENED);
	/* The same Ack once more, from a network that doubles: nothing new. */
	ck_assert(fsm_receive(&f, rd_init(ack, sizeof ack)));
	ck_assert_int_eq(f.state, FSM_OPENED);
}
END_TEST

START_TEST(reject_before_nak)
{
	/* unknown 9, wrong value of 1, 1 with a wrong length, unknown 200 */
	static const uint8_t request[] = {1, 77, 0, 18, 9, 3, 6, 1, 4, 0, 8, 1, 3, 5, 200, 4, 1, 2};

	fsm_event(&f, FSM_OPEN);
	fsm_event(&f, FSM_UP);
	ck_assert(fsm_receive(&f, rd_init(request, sizeof request)));
	ck_assert_uint_eq(last_code, CONF_REJECT);
	ck_assert_uint_eq(last_id, 77);
	ck_assert_uint_eq(last_len, 10);
	ck_assert_mem_eq(last_data, "\x09\x03\x06\x01\x03\x05\xc8\x04\x01\x02", 10);
	ck_assert(fsm_receive(&f, rd_init("\x01\x4e\x00\x08\x01\x04\x00\x08", 8)));
	ck_assert_uint_eq(last_code, CONF_NAK);
	ck_assert_mem_eq(last_data, "\x01\x04\x00\x07", 4);
}
END_TEST

START_TEST(naks_become_rejects)
{
	fsm_event(&f, FSM_OPEN);
	fsm_event(&f, FSM_UP);
	for (int i = 0; i < FSM_MAX_FAILURE; i++) {
		ck_assert(fsm_receive(&f, rd_init("\x01\x01\x00\x08\x01\x04\x00\x08", 8)));
		ck_assert_uint_eq(last_code, CONF_NAK);
	}
	ck_assert(fsm_receive(&f, rd_init("\x01\x01\x00\x08\x01\x04\x00\x08", 8)));
	ck_assert_uint_eq(last_code, CONF_REJECT);
	ck_assert_mem_eq(last_data, "\x01\x04\x00\x08", 4);
}
END_TEST

START_TEST(endless_naks_end)
{
	uint8_t nak[] = {3, 0, 0, 8, 1, 4, 0, 1};
	int n = 0;

	fsm_event(&f, FSM_OPEN);
	fsm_event(&f, FSM_UP);
	while (f.state >= FSM_REQ_SENT && n < 100) {
		nak[1] = f.id;
		fsm_receive(&f, rd_init(nak, sizeof nak));
		n++;
	}
	ck_assert_int_eq(f.state, FSM_STOPPED);
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
	    {"\x01\x01\x00\x03", 4},             /* length below the header */
	    {"\x01\x01\x00\x08", 4},             /* length beyond the packet */
	    {"\x01\x01\x00\x06\x01\x01", 6},     /* option length 1 */
	    {"\x01\x01\x00\x06\x01\x00", 6},     /* option length 0: no endless loop */
	    {"\x01\x01\x00\x06\x01\x04", 6},     /* option beyond the packet */
	    {"\x01\x01\x00\x05\x01", 5},         /* half an option header */
	    {"\x07\x01\x00\x04", 4},             /* Code-Reject of nothing */
	};

	fsm_event(&f, FSM_OPEN);
	fsm_event(&f, FSM_UP);
	said[0] = '\0';
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_msg(!fsm_receive(&f, rd_init(row[i].bytes, row[i].len)), "row %zu", i);
	ck_assert_str_eq(said, "");
	ck_assert_int_eq(f.state, FSM_REQ_SENT);
}
END_TEST

START_TEST(code_reject)
{
	fsm_event(&f, FSM_OPEN);
	fsm_event(&f, FSM_UP);
	ck_assert(fsm_receive(&f, rd_init("\x63\x05\x00\x06\xaa\xbb", 6)));
	ck_assert_uint_eq(last_code, CODE_REJECT);
	ck_assert_uint_eq(last_len, 6);
	ck_assert_mem_eq(last_data, "\x63\x05\x00\x06\xaa\xbb", 6);
	/* of an extra: fine */
	ck_assert(fsm_receive(&f, rd_init("\x07\x05\x00\x08\x0c\x01\x00\x04", 8)));
	ck_assert_int_eq(f.state, FSM_REQ_SENT);
	/* of a basic code */
	ck_assert(fsm_receive(&f, rd_init("\x07\x05\x00\x08\x01\x01\x00\x04", 8)));
	ck_assert_int_eq(f.state, FSM_STOPPED);
}
END_TEST

/* Before the lower layer is up nobody is answered; that is no fault of the packet. */
START_TEST(silent_before_up)
{
	for (int open = 0; open < 2; open++) {
		if (open)
			fsm_event(&f, FSM_OPEN);
		said[0] = '\0';
		ck_assert(fsm_receive(&f, rd_init("\x01\x05\x00\x08\x01\x04\x00\x07", 8)));
		ck_assert(fsm_receive(&f, rd_init("\x05\x05\x00\x04", 4)));
		ck_assert_str_eq(said, "");
		ck_assert_int_eq(f.state, open ? FSM_STARTING : FSM_INITIAL);
	}
}
END_TEST

/* The Terminate-Request is repeated as often as Max-Terminate says, a request as Max-Configure
 * (RFC 1661 4.6). */
START_TEST(farewells_are_few)
{
	unsigned farewells = 0;

	fsm_event(&f, FSM_OPEN);
	fsm_event(&f, FSM_UP);
	said[0] = '\0';
	fsm_event(&f, FSM_CLOSE);
	while (timer_next(&env) != UINT64_MAX) {
		now_us = timer_next(&env);
		timer_run(&env);
	}
	for (const char *p = said; (p = strstr(p, "str")); p++)
		farewells++;
	ck_assert_uint_eq(farewells, FSM_MAX_TERMINATE);
	ck_assert_int_eq(f.state, FSM_CLOSED);
	ck_assert(last_timed_out);
}
END_TEST

/* Naks that we send in a row are counted from the last agreement on. */
START_TEST(naks_are_counted_anew)
{
	static const char wrong[] = "\x01\x01\x00\x08\x01\x04\x00\x08";
	static const char right[] = "\x01\x01\x00\x08\x01\x04\x00\x07";

	fsm_event(&f, FSM_OPEN);
	fsm_event(&f, FSM_UP);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < FSM_MAX_FAILURE; i++) {
			ck_assert(fsm_receive(&f, rd_init(wrong, 8)));
			ck_assert_uint_eq(last_code, CONF_NAK);
		}
		if (round == 0)
			ck_assert(fsm_receive(&f, rd_init(right, 8)));
	}
	ck_assert(fsm_receive(&f, rd_init(wrong, 8)));
	ck_assert_uint_eq(last_code, CONF_REJECT);
}
END_TEST

/* Between two requests the period grows, up to three seconds, and begins anew with the next
 * attempt. */
START_TEST(periods_grow)
{
	static const uint64_t periods[] = {500, 1000, 2000, 3000, 3000, 3000};

	fsm_event(&f, FSM_OPEN);
	for (int round = 0; round < 2; round++) {
		fsm_event(&f, FSM_UP);
		for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
			ck_assert_uint_eq(timer_left(&env, &f.restart), periods[i] * MSEC);
			now_us = timer_next(&env);
			timer_run(&env);
		}
		fsm_event(&f, FSM_DOWN);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ppp_fsm");
	TCase *tc = tcase_create("fsm");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, truth_table);
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
