/*
 * One PPP link against a client that is written out, packet by packet: phases, what is dropped in
 * which, reasons of the end, the authenticator, the echo and IPCP's answers.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ppp/auth_packet.h"
#include "engine/ppp/frame.h"
#include "engine/ppp/objects.h"
#include "tests/support/env_sim.h"

static struct sim sim;
static struct trace trace;
static struct ppp *p;
static struct ppp_config config;
static struct ppp_ip given;
static bool have_address;
static char lines[16384]; /* of the trace, each with a newline */

static unsigned asked, cancelled, ups, closed, downs;
static enum reason why;
static struct ppp_auth_request request;

static struct {
	unsigned n; /* frames since setup() */
	uint16_t protocol;
	uint8_t code, id, data[1700];
	size_t len;
} sent;

static void send_frame(void *owner, const uint8_t *frame, size_t len)
{
	struct rd r = rd_init(frame, len);

	ck_assert_ptr_eq(owner, &p);
	ck_assert_uint_eq(rd_u16(&r), PPP_ADDRESS_CONTROL); /* RFC 1661 6.5: never compressed */
	sent.protocol = rd_u16(&r);
	sent.code = rd_u8(&r);
	sent.id = rd_u8(&r);
	sent.len = rd_u16(&r) - 4U;
	ck_assert_uint_eq(rd_left(&r), sent.len);
	rd_copy(&r, sent.data, sent.len);
	sent.n++;
}

static void authenticate(void *owner, const struct ppp_auth_request *q)
{
	(void)owner;
	asked++;
	request = *q;
}

static void cancel(void *owner)
{
	(void)owner;
	cancelled++;
}

static bool address(void *owner, struct ppp_ip *to)
{
	(void)owner;
	*to = given;
	return have_address;
}

static void up(void *owner)
{
	(void)owner;
	ups++;
}

static void is_closed(void *owner)
{
	(void)owner;
	closed++;
}

static void down(void *owner, enum reason reason)
{
	(void)owner;
	downs++;
	why = reason;
}

static const struct ppp_ops ops = {.send = send_frame,
    .authenticate = authenticate,
    .cancel = cancel,
    .address = address,
    .up = up,
    .closed = is_closed,
    .down = down};

static void sink(void *arg, enum trace_class cls, unsigned level, const char *text)
{
	size_t len = strlen(lines);

	(void)arg, (void)level;
	ck_assert_int_eq(cls, TRACE_PPP);
	snprintf(lines + len, sizeof lines - len, "%s\n", text);
}

static void setup(void)
{
	sim_init(&sim, 7, NULL, NULL);
	trace = (struct trace){.sink = sink, .level = {[TRACE_PPP] = TRACE_EVENT}};
	config = (struct ppp_config){
	    .pap = true, .mru = 1400, .local = addr_v4(0x0a000001), .name = "asa"};
	given = (struct ppp_ip){.client = addr_v4(0x0a000101),
	    .dns = {addr_v4(0x0a000035), addr_v4(0x0a000036)},
	    .wins = {addr_v4(0x0a000089), addr_v4(0x0a00008a)}};
	have_address = true;
	asked = cancelled = ups = closed = downs = 0;
	why = REASON_NONE;
	lines[0] = '\0';
	memset(&sent, 0, sizeof sent);
	p = ppp_create(&sim.env, &trace, &config, &ops, &p, "test");
}

static void teardown(void)
{
	ppp_destroy(p);
	p = NULL;
	sim_fini(&sim);
}

static void create_again(void)
{
	ppp_destroy(p);
	p = ppp_create(&sim.env, &trace, &config, &ops, &p, "test");
}

static void hear(uint16_t protocol, uint8_t code, uint8_t id, const void *data, size_t len)
{
	uint8_t frame[2048];
	struct wr w = wr_init(frame, sizeof frame);

	ppp_put_header(&w, protocol);
	wr_u8(&w, code);
	wr_u8(&w, id);
	wr_u16(&w, (unsigned)len + 4);
	wr_bytes(&w, data, len);
	ppp_receive(p, frame, wr_len(&w));
}

static void expect(uint16_t protocol, uint8_t code)
{
	ck_assert_uint_eq(sent.protocol, protocol);
	ck_assert_uint_eq(sent.code, code);
}

/* Our Configure-Request is acknowledged, and the client asks for nothing. */
static void agree(uint16_t protocol, const void *wish, size_t len)
{
	expect(protocol, CONF_REQUEST);
	hear(protocol, CONF_ACK, sent.id, sent.data, sent.len);
	hear(protocol, CONF_REQUEST, 50, wish, len);
}

static void until_authenticate(void)
{
	ppp_start(p);
	agree(PROTO_LCP, NULL, 0);
	ck_assert_int_eq(p->phase, PHASE_AUTHENTICATE);
}

static void prove(uint8_t id)
{
	hear(PROTO_PAP, PAP_REQUEST, id, "\4user\6secret", 12);
}

static void accept_user(void)
{
	ppp_auth_done(p, &(struct ppp_auth_reply){.accepted = true});
}

static void until_network(void)
{
	until_authenticate();
	prove(3);
	ck_assert_uint_eq(asked, 1);
	accept_user();
	ck_assert_int_eq(p->phase, PHASE_NETWORK);
}

static void until_open(void)
{
	until_network();
	agree(PROTO_IPCP, "\x03\x06\x0a\x00\x01\x01", 6);
	ck_assert_uint_eq(ups, 1);
}

static void ended_with(enum reason reason)
{
	ck_assert_uint_eq(downs, 0); /* from a timer of its own, never inside our call */
	sim_run(&sim, 0);
	ck_assert_uint_eq(downs, 1);
	ck_assert_int_eq(why, reason);
	ck_assert_int_eq(p->phase, PHASE_DEAD);
}

/* ---- the way of a packet ----------------------------------------------- */

/* RFC 1661 3.4, 3.5: what is no LCP has to wait for LCP, what is no authentication for the user. */
START_TEST(dropped_before_its_phase)
{
	unsigned n;

	ppp_start(p);
	n = sent.n;
	hear(PROTO_PAP, PAP_REQUEST, 1, "\4user\6secret", 12);
	hear(PROTO_IPCP, CONF_REQUEST, 1, NULL, 0);
	hear(PROTO_CCP, CONF_REQUEST, 1, NULL, 0);
	hear(PROTO_EAP, 1, 1, NULL, 0);
	ck_assert_uint_eq(sent.n, n);
	ck_assert_uint_eq(asked, 0);
	agree(PROTO_LCP, NULL, 0);
	n = sent.n;
	hear(PROTO_IPCP, CONF_REQUEST, 1, NULL, 0);
	hear(PROTO_CCP, CONF_REQUEST, 1, NULL, 0);
	hear(PROTO_IP, 0x45, 0, NULL, 0);
	hear(0xbffd, 1, 1, NULL, 0);
	ck_assert_uint_eq(sent.n, n);
	ck_assert(!p->ncp_heard);
	hear(0xc025, 1, 1, NULL, 0); /* a link protocol that we have not: told at once */
	expect(PROTO_LCP, PROTOCOL_REJECT);
	ck_assert_mem_eq(sent.data, "\xc0\x25", 2);
	ck_assert_ptr_null(strstr(lines, "malformed"));
}
END_TEST

/* In the network phase a protocol that we have not is rejected (RFC 1661 5.7), IP is no control. */
START_TEST(protocols_rejected)
{
	unsigned n;
	uint8_t id;

	until_network();
	id = p->lcp.id;
	hear(PROTO_CCP, CONF_REQUEST, 9, "ab", 2);
	expect(PROTO_LCP, PROTOCOL_REJECT);
	ck_assert_uint_eq(sent.id, id + 1);
	ck_assert_uint_eq(sent.len, 2 + 6); /* the protocol, and the packet as it came */
	ck_assert_mem_eq(sent.data,
	    "\x80\xfd\x01\x09\x00\x06"
	    "ab",
	    8);
	hear(PROTO_IPV6CP, CONF_REQUEST, 9, NULL, 0);
	ck_assert_uint_eq(sent.id, id + 2); /* RFC 1661 5.7: another identifier for each */
	n = sent.n;
	hear(PROTO_IP, 0x45, 0, NULL, 0);
	ck_assert_uint_eq(sent.n, n);
	ck_assert_ptr_null(strstr(lines, "malformed"));
	ppp_close(p, REASON_ADMIN_RESET);
	n = sent.n;
	hear(PROTO_CCP, CONF_REQUEST, 9, "ab", 2);
	ck_assert_uint_eq(sent.n, n);
}
END_TEST

/* What is no frame does nothing; an end without an answer would be a way to probe us. */
START_TEST(no_frame)
{
	unsigned n;

	ppp_receive(p, (const uint8_t *)"\xff\x03\xc0\x21\x05\x01\x00\x04", 8); /* not started */
	ck_assert_uint_eq(sent.n, 0);
	until_open();
	n = sent.n;
	sim_run(&sim, SEC);
	ppp_receive(p, (const uint8_t *)"", 0);
	ppp_receive(p, (const uint8_t *)"\xff\x03", 2);
	ppp_receive(p, (const uint8_t *)"\xff\x03\xc0", 3);
	ppp_receive(p,
	    (const uint8_t *)"\xff\x03\xc0\x20\x09\x01\x00\x08"
			     "abcd",
	    12); /* even */
	ck_assert_uint_eq(sent.n, n);
	ck_assert_uint_lt(p->heard, sim.now); /* no sign of life either */
	ppp_receive(p,
	    (const uint8_t *)"\xc0\x21\x09\x01\x00\x08"
			     "abcd",
	    10);
	ck_assert_uint_eq(sent.n, n + 1);
	expect(PROTO_LCP, ECHO_REPLY);
	ck_assert_uint_eq(p->heard, sim.now);
}
END_TEST

START_TEST(malformed_is_told)
{
	until_open();
	ck_assert_ptr_null(strstr(lines, "malformed"));
	hear(PROTO_LCP, CONF_REQUEST, 1, "\x01\x01", 2);
	ck_assert_ptr_nonnull(
	    strstr(lines, "PPP test: malformed packet of protocol c021 dropped\n"));
	hear(PROTO_IPCP, CODE_REJECT, 1, NULL, 0);
	ck_assert_ptr_nonnull(
	    strstr(lines, "PPP test: malformed packet of protocol 8021 dropped\n"));
	ck_assert_ptr_null(strstr(lines, "c023 dropped"));
	hear(PROTO_PAP, PAP_REQUEST, 4, "\4user", 5); /* accepted already: not looked into */
	ck_assert_ptr_null(strstr(lines, "c023 dropped"));
	expect(PROTO_PAP, PAP_ACK);
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
		ppp_start(p);
	else if (table[_i].in == PHASE_AUTHENTICATE)
		until_authenticate();
	else
		until_network();
	hear(PROTO_LCP, PROTOCOL_REJECT, 1, table[_i].protocol, table[_i].len);
	ck_assert_int_eq(p->phase, table[_i].then);
	if (table[_i].why != REASON_NONE)
		ck_assert_int_eq(p->reason, table[_i].why);
}
END_TEST

/* ---- the end ----------------------------------------------------------- */

START_TEST(close_says_farewell)
{
	until_open();
	ppp_close(p, REASON_IDLE_TIMEOUT);
	expect(PROTO_LCP, TERM_REQUEST);
	ck_assert_uint_eq(closed, 1);
	ppp_close(p, REASON_ADMIN_RESET); /* the first reason stays */
	hear(PROTO_LCP, TERM_ACK, sent.id, NULL, 0);
	ended_with(REASON_IDLE_TIMEOUT);
	ppp_close(p, REASON_ADMIN_RESET);
	ppp_start(p); /* over is over */
	ck_assert_int_eq(p->phase, PHASE_DEAD);
	sim_run(&sim, 100 * SEC);
	ck_assert_uint_eq(downs, 1);
	ck_assert_int_eq(why, REASON_IDLE_TIMEOUT);
}
END_TEST

/* Nobody acknowledges: twice (RFC 1661 4.6 Max-Terminate), then over. */
START_TEST(close_unanswered)
{
	unsigned n;

	until_open();
	n = sent.n;
	ppp_close(p, REASON_IDLE_TIMEOUT);
	sim_run(&sim, 20 * SEC);
	ck_assert_uint_eq(sent.n, n + FSM_MAX_TERMINATE);
	ck_assert_uint_eq(downs, 1);
	ck_assert_int_eq(why, REASON_IDLE_TIMEOUT);
}
END_TEST

START_TEST(close_before_lcp)
{
	ppp_close(p, REASON_ADMIN_RESET);
	ck_assert_uint_eq(sent.n, 0);
	ended_with(REASON_ADMIN_RESET);
	sim_run(&sim, 100 * SEC);
	ck_assert_uint_eq(downs, 1);
}
END_TEST

/* Without an allowed method there never is a link. */
START_TEST(no_method_allowed)
{
	config.pap = false;
	create_again();
	ppp_start(p);
	ck_assert_uint_eq(sent.n, 0);
	ended_with(REASON_PPP_NO_AUTH_PROTOCOL);
}
END_TEST

/* A Terminate-Request that comes when all is over still gets its Ack, nothing else does. */
START_TEST(late_farewell)
{
	unsigned n;

	until_open();
	ppp_close(p, REASON_IDLE_TIMEOUT);
	hear(PROTO_LCP, TERM_ACK, sent.id, NULL, 0);
	n = sent.n;
	hear(PROTO_IPCP, TERM_REQUEST, 8, NULL, 0);
	ppp_receive(p, (const uint8_t *)"\xff\x03\xc0", 3);
	ck_assert_uint_eq(sent.n, n);
	hear(PROTO_LCP, TERM_REQUEST, 9, NULL, 0);
	ck_assert_uint_eq(sent.n, n + 1);
	expect(PROTO_LCP, TERM_ACK);
	ck_assert_uint_eq(sent.id, 9);
	ended_with(REASON_IDLE_TIMEOUT);
}
END_TEST

/* The lower layer is gone: not a word to anybody. */
START_TEST(lower_down)
{
	unsigned n;

	until_open();
	n = sent.n;
	ppp_lower_down(p);
	hear(PROTO_LCP, TERM_REQUEST, 9, NULL, 0);
	sim_run(&sim, 200 * SEC);
	ck_assert_uint_eq(sent.n, n);
	ck_assert_uint_eq(downs, 0);
	ck_assert_ptr_nonnull(strstr(lines, "phase Dead\n"));
}
END_TEST

/* Of a client that terminates: when tells why. */
START_TEST(client_terminates)
{
	static const char windows[] = "\1\2\3\4\x00\x3c\xcd\x74\x00\x00\x02\xd0";
	static const struct {
		enum phase in;
		bool open, naked;
		enum reason why;
	} table[] = {
	    {PHASE_ESTABLISH, false, false, REASON_USER_REQUESTED},
	    {PHASE_ESTABLISH, false, true, REASON_PPP_NO_AUTH_PROTOCOL},
	    {PHASE_AUTHENTICATE, false, true, REASON_USER_REQUESTED},
	    {PHASE_NETWORK, false, false, REASON_PPP_NO_IPCP},
	    {PHASE_NETWORK, true, false, REASON_USER_REQUESTED},
	};

	if (table[_i].in == PHASE_ESTABLISH)
		ppp_start(p);
	else if (table[_i].in == PHASE_AUTHENTICATE)
		until_authenticate();
	else if (!table[_i].open)
		until_network();
	else
		until_open();
	p->auth_naked = table[_i].naked;
	hear(PROTO_LCP, TERM_REQUEST, 9, windows, _i & 1 ? 12 : 11);
	ck_assert_ptr_nonnull(strstr(lines,
	    _i & 1 ? "client terminates, its error number is 720\n" : "client terminates\n"));
	expect(PROTO_LCP, TERM_ACK);
	ck_assert_uint_eq(closed, table[_i].open);
	sim_run(&sim, 10 * SEC);
	ck_assert_uint_eq(downs, 1);
	ck_assert_int_eq(why, table[_i].why);
}
END_TEST

/* Not while we are closing: our reason stays. A mark that is not Windows' is no error number. */
START_TEST(both_terminate)
{
	until_open();
	ppp_close(p, REASON_IDLE_TIMEOUT);
	hear(PROTO_LCP, TERM_REQUEST, 9, "\1\2\3\4\x00\x3c\xcd\x75\x00\x00\x02\xd0", 12);
	ck_assert_ptr_nonnull(strstr(lines, "client terminates\n"));
	sim_run(&sim, 20 * SEC);
	ck_assert_int_eq(why, REASON_IDLE_TIMEOUT);
}
END_TEST

/* The deadline: whose fault it is depends on who is waited for. */
START_TEST(deadline)
{
	static const enum reason reasons[] = {REASON_PPP_TIMEOUT, REASON_AUTH_TIMEOUT};

	until_authenticate();
	if (_i)
		prove(1);
	else
		timer_stop(&sim.env, &p->auth.timer); /* a client who always has something to say */
	sim_run(&sim, 59 * SEC);
	ck_assert_int_eq(p->phase, PHASE_AUTHENTICATE);
	sim_run(&sim, SEC);
	ck_assert_int_eq(p->phase, PHASE_TERMINATE);
	hear(PROTO_LCP, TERM_ACK, sent.id, NULL, 0);
	ended_with(reasons[_i]);
	ck_assert_uint_eq(cancelled, (unsigned)_i);
}
END_TEST

/* An open link has no deadline; one negotiated anew has it again. */
START_TEST(deadline_of_open_link)
{
	until_open();
	sim_run(&sim, 1000 * SEC);
	ck_assert_int_eq(p->phase, PHASE_NETWORK);
	hear(PROTO_LCP, CONF_REQUEST, 60, NULL, 0);
	ck_assert_int_eq(p->phase, PHASE_ESTABLISH);
	ck_assert_uint_eq(closed, 1);
	ck_assert(timer_armed(&p->deadline));
	ck_assert_uint_eq(timer_left(&sim.env, &p->deadline), 60 * SEC);
}
END_TEST

START_TEST(silent_from_the_start)
{
	ppp_start(p);
	sim_run(&sim, 60 * SEC);
	ck_assert_uint_eq(downs, 1);
	ck_assert_int_eq(why, REASON_PPP_TIMEOUT);
	ck_assert_uint_eq(sent.n, FSM_MAX_CONFIGURE);
}
END_TEST

/* The client's Naks of every method, and then silence: the method is not what failed. */
START_TEST(naked_then_silent)
{
	config.chap = true;
	create_again();
	ppp_start(p);
	hear(PROTO_LCP, CONF_NAK, sent.id, "\x03\x04\xc0\x23", 4);
	ck_assert(p->auth_naked);
	ck_assert_int_eq(p->method, PPP_AUTH_PAP);
	sim_run(&sim, 60 * SEC);
	ck_assert_int_eq(why, REASON_PPP_TIMEOUT);
}
END_TEST

/* ---- authentication ---------------------------------------------------- */

START_TEST(pap_waits_half_a_minute)
{
	until_authenticate();
	sim_run(&sim, 30 * SEC - 1);
	ck_assert_int_eq(p->phase, PHASE_AUTHENTICATE);
	sim_run(&sim, 1);
	ck_assert_int_eq(p->phase, PHASE_TERMINATE);
	ck_assert_int_eq(p->reason, REASON_PPP_TIMEOUT);
}
END_TEST

/* RFC 1994 4.1: a Challenge is repeated until there is a Response or the counter is used up. */
START_TEST(chap_challenges)
{
	uint8_t challenge[32];
	unsigned n;
	size_t len;

	config.chap = true;
	config.name = "asa";
	create_again();
	until_authenticate();
	n = sent.n;
	for (unsigned i = 0; i < 10; i++) {
		expect(PROTO_CHAP, CHAP_CHALLENGE);
		ck_assert_uint_eq(sent.n, n + i);
		ck_assert_uint_eq(sent.id, p->auth.id);
		if (i == 0) {
			len = sent.len;
			ck_assert_uint_eq(len, 1 + 16 + 3);
			memcpy(challenge, sent.data, len);
		}
		ck_assert_mem_eq(sent.data, challenge, 20);
		ck_assert_int_eq(p->phase, PHASE_AUTHENTICATE);
		sim_run(&sim, 3 * SEC);
	}
	ck_assert_int_eq(p->phase, PHASE_TERMINATE);
	ck_assert_int_eq(p->reason, REASON_PPP_TIMEOUT);
	ck_assert_uint_eq(asked, 0);
}
END_TEST

static void respond(uint8_t id)
{
	hear(PROTO_CHAP, CHAP_RESPONSE, id,
	    "\20"
	    "0123456789abcdef"
	    "user",
	    21);
}

/* A Response answers the Challenge that is out; what is no Response, or PAP, decides nothing. */
START_TEST(chap_response)
{
	uint8_t id;
	unsigned n;

	config.chap = true;
	create_again();
	until_authenticate();
	id = sent.id;
	respond((uint8_t)(id + 1));
	hear(PROTO_CHAP, CHAP_SUCCESS, id,
	    "\20"
	    "0123456789abcdef"
	    "user",
	    21);
	prove(id);
	ck_assert_uint_eq(asked, 0);
	ck_assert_ptr_null(strstr(lines, "malformed")); /* late, or not for us: no fault */
	hear(PROTO_CHAP, CHAP_RESPONSE, id,
	    "\17"
	    "0123456789abcde"
	    "user",
	    20);
	ck_assert_uint_eq(asked, 0);
	ck_assert_ptr_nonnull(strstr(lines, "malformed packet of protocol c223 dropped\n"));
	ck_assert_int_eq(p->auth.request.user[0], '\0');
	respond(id);
	ck_assert_uint_eq(asked, 1);
	ck_assert_str_eq(request.user, "user");
	ck_assert_uint_eq(request.chap_id, id);
	ck_assert_uint_eq(request.challenge_len, 16);
	ck_assert_mem_eq(request.challenge, p->auth.challenge, 16);
	ck_assert(ppp_auth_expected(p));
	n = sent.n;
	respond(id); /* repeated while the owner thinks: one question */
	ck_assert_uint_eq(asked, 1);
	ck_assert_uint_eq(sent.n, n);
	sim_run(&sim, 10 * SEC); /* nor is the Challenge repeated */
	ck_assert_uint_eq(sent.n, n);
	accept_user();
	ck_assert(!ppp_auth_expected(p));
	expect(PROTO_IPCP, CONF_REQUEST);
	ck_assert_uint_eq(sent.n, n + 2);
	respond(id);
	expect(PROTO_CHAP, CHAP_SUCCESS);
	ck_assert_uint_eq(sent.id, id);
	ck_assert_uint_eq(sent.len, strlen("Access granted"));
	ck_assert_mem_eq(sent.data, "Access granted", sent.len);
}
END_TEST

/* A refusal: a fresh challenge in hexadecimal for MS-CHAP (RFC 2433 6), and it is over. */
START_TEST(refused)
{
	struct ppp_auth_reply reply = {.reason = _i ? REASON_TOO_MANY_LOGINS : REASON_NONE};
	uint8_t body[1 + 49 + 4] = {49};
	char text[300] = "";

	config.mschapv1 = true;
	create_again();
	until_authenticate();
	memcpy(body + 50, "user", 4);
	hear(PROTO_CHAP, CHAP_RESPONSE, sent.id, body, sizeof body);
	ck_assert_uint_eq(asked, 1);
	trace.level[TRACE_PPP] = 0;
	ppp_auth_done(p, &reply);
	ck_assert_str_eq(p->auth.answer + strlen("E=691 R=0 C=0123456789ABCDEF"), " V=2");
	memcpy(text, p->auth.answer, 28);
	ck_assert_uint_eq(strspn(text + 12, "0123456789ABCDEF"), 16);
	ck_assert_int_eq(p->phase, PHASE_TERMINATE);
	ck_assert_int_eq(p->reason, _i ? REASON_TOO_MANY_LOGINS : REASON_AUTH_REJECTED);
}
END_TEST

/* LCP anew while the owner thinks: his answer is of a negotiation that is over, and until it is
 * there nobody is asked again. */
START_TEST(stale_answer)
{
	until_authenticate();
	prove(1);
	hear(PROTO_LCP, CONF_REQUEST, 60, NULL, 0);
	ck_assert_uint_eq(cancelled, 1);
	hear(PROTO_LCP, CONF_ACK, sent.id, sent.data, sent.len);
	sim_run(&sim, 5 * SEC);
	expect(PROTO_LCP, CONF_REQUEST);
	hear(PROTO_LCP, CONF_ACK, sent.id, sent.data, sent.len);
	ck_assert_int_eq(p->phase, PHASE_AUTHENTICATE);
	prove(2);
	ck_assert_uint_eq(asked, 1);
	accept_user();
	ck_assert_int_eq(p->phase, PHASE_AUTHENTICATE);
	prove(3);
	ck_assert_uint_eq(asked, 2);
	accept_user();
	ck_assert_int_eq(p->phase, PHASE_NETWORK);
}
END_TEST

START_TEST(no_address)
{
	have_address = false;
	until_authenticate();
	prove(1);
	accept_user();
	expect(PROTO_LCP, TERM_REQUEST);
	ck_assert_int_eq(p->reason, REASON_NO_ADDRESS);
	ck_assert_uint_eq(p->ipcp.state, FSM_INITIAL);
}
END_TEST

/* ---- LCP's other codes ------------------------------------------------- */

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

	until_open();
	p->peer_mru = table[_i].client;
	ppp_set_mru(p, table[_i].ours);
	hear(PROTO_LCP, ECHO_REQUEST, 77, data, table[_i].data);
	expect(PROTO_LCP, ECHO_REPLY);
	ck_assert_uint_eq(sent.id, 77);
	ck_assert_uint_eq(sent.len, table[_i].answer);
	ck_assert_uint_eq(sent.data[0], p->magic >> 24);
	if (table[_i].data > 4)
		ck_assert_mem_eq(sent.data + 4, "data", 4);
	hear(PROTO_IPV6CP, 1, 1, data, table[_i].data);
	expect(PROTO_LCP, PROTOCOL_REJECT); /* with the protocol and the packet's own header */
	ck_assert_uint_eq(sent.len, table[_i].reject);
}
END_TEST

/* Too short for a magic number: not answered. Replies and the like are heard in silence. */
START_TEST(silent_codes)
{
	static const uint8_t codes[] = {
	    ECHO_REPLY, DISCARD_REQUEST, TIME_REMAINING, IDENTIFICATION};
	unsigned n;

	until_open();
	n = sent.n;
	hear(PROTO_LCP, ECHO_REQUEST, 1, "abc", 3);
	for (size_t i = 0; i < sizeof codes; i++)
		hear(PROTO_LCP, codes[i], 1, "abcd", 4);
	ck_assert_uint_eq(sent.n, n);
	hear(PROTO_LCP, TIME_REMAINING + 1, 1, NULL, 0);
	expect(PROTO_LCP, CODE_REJECT);
}
END_TEST

/* RFC 1570 2.1: text of the client's choice goes into our debug line only as printable text. */
START_TEST(identification)
{
	char data[4 + 200], want[256];

	trace.level[TRACE_PPP] = TRACE_DEBUG;
	until_open();
	hear(PROTO_LCP, IDENTIFICATION, 1, "\1\2\3\4MS\x1f\x7f \x7e", 10);
	ck_assert_ptr_nonnull(strstr(lines, "client identifies itself: MS.. ~\n"));
	memset(data, 'x', sizeof data);
	for (size_t len = 126; len <= 128; len++) {
		lines[0] = '\0';
		hear(PROTO_LCP, IDENTIFICATION, 1, data, 4 + len);
		snprintf(want, sizeof want, "itself: %.*s\n", (int)(len > 127 ? 127 : len), data);
		ck_assert_ptr_nonnull(strstr(lines, want));
	}
}
END_TEST

/* ---- the echo of ours -------------------------------------------------- */

/* Asked when nothing was heard for the period; five unanswered ones, five seconds apart. */
START_TEST(echo_finds_the_dead)
{
	unsigned n;
	uint8_t id;

	config.echo_seconds = 20;
	create_again();
	until_open();
	n = sent.n;
	sim_run(&sim, 15 * SEC);
	ppp_alive(p);
	sim_run(&sim, 20 * SEC - 1);
	ck_assert_uint_eq(sent.n, n);
	sim_run(&sim, 1);
	ck_assert_uint_eq(sent.n, n + 1);
	expect(PROTO_LCP, ECHO_REQUEST);
	ck_assert_uint_eq(sent.len, 4);
	id = sent.id;
	sim_run(&sim, 20 * SEC);
	ck_assert_uint_eq(sent.n, n + 5);
	ck_assert_uint_eq(sent.id, id + 4);
	sim_run(&sim, 5 * SEC - 1);
	ck_assert_uint_eq(downs, 0);
	sim_run(&sim, 1);
	ck_assert_uint_eq(downs, 1);
	ck_assert_int_eq(why, REASON_LOST_SERVICE);
	ck_assert_uint_eq(closed, 1);
}
END_TEST

START_TEST(echo_answered)
{
	config.echo_seconds = 3; /* below the five seconds: asked as often as configured */
	create_again();
	until_open();
	sim_run(&sim, 3 * SEC);
	for (int i = 0; i < 20; i++) {
		unsigned n = sent.n;

		expect(PROTO_LCP, ECHO_REQUEST);
		hear(PROTO_LCP, ECHO_REPLY, sent.id, "\0\0\0\0", 4);
		sim_run(&sim, 3 * SEC);
		ck_assert_uint_eq(sent.n, n + 1);
	}
	ck_assert_uint_eq(downs, 0);
}
END_TEST

START_TEST(echo_off)
{
	unsigned n;

	until_open();
	n = sent.n;
	sim_run(&sim, 1000 * SEC);
	ck_assert_uint_eq(sent.n, n);
}
END_TEST

/* ---- IPCP -------------------------------------------------------------- */

/* Ack of what is right, Nak with what we give, Reject of what we have not (RFC 1332, 1877). */
START_TEST(addresses)
{
	static const uint8_t types[] = {3, 129, 130, 131, 132};
	struct addr *const ours[] = {
	    &given.client, &given.dns[0], &given.wins[0], &given.dns[1], &given.wins[1]};
	uint8_t wish[12] = "\x03\x06\x0a\x00\x01\x01"; /* the address, so that nothing is missing */
	struct wr w = wr_init(wish + (_i ? 6 : 0), 6);
	size_t len = _i ? 12 : 6;

	until_network();
	wr_u8(&w, types[_i]);
	wr_u8(&w, 6);
	wr_u32(&w, addr_to_v4(ours[_i]));
	hear(PROTO_IPCP, CONF_REQUEST, 1, wish, len);
	expect(PROTO_IPCP, CONF_ACK);
	ck_assert_uint_eq(sent.len, len);
	wish[len - 1]++;
	hear(PROTO_IPCP, CONF_REQUEST, 2, wish, len);
	expect(PROTO_IPCP, CONF_NAK);
	wish[len - 1]--;
	ck_assert_uint_eq(sent.len, 6);
	ck_assert_mem_eq(sent.data, wish + len - 6, 6);
	if (_i == 0)
		return;
	ppp_destroy(p);
	memset(ours[_i], 0, sizeof *ours[_i]);
	asked = 0;
	p = ppp_create(&sim.env, &trace, &config, &ops, &p, "test");
	until_network();
	hear(PROTO_IPCP, CONF_REQUEST, 3, wish, len);
	expect(PROTO_IPCP, CONF_REJECT);
	ck_assert_uint_eq(sent.len, 6);
	ck_assert_mem_eq(sent.data, wish + 6, 6);
}
END_TEST

/* Who asks for no address is told of the one it has (RFC 1661 5.3). */
START_TEST(address_not_asked_for)
{
	until_network();
	hear(PROTO_IPCP, CONF_REQUEST, 1, "\x81\x06\x0a\x00\x00\x35", 6);
	expect(PROTO_IPCP, CONF_NAK);
	ck_assert_uint_eq(sent.len, 6);
	ck_assert_mem_eq(sent.data, "\x03\x06\x0a\x00\x01\x01", 6);
	for (int i = 0; i < FSM_MAX_FAILURE; i++) /* he will not hear: without it, then */
		hear(PROTO_IPCP, CONF_REQUEST, 1, "\x81\x06\x0a\x00\x00\x35", 6);
	expect(PROTO_IPCP, CONF_ACK);
}
END_TEST

/* Our own address: asked for unless it is rejected, and not the client's to choose. */
START_TEST(our_address)
{
	until_network();
	expect(PROTO_IPCP, CONF_REQUEST);
	ck_assert_uint_eq(sent.len, 6);
	ck_assert_mem_eq(sent.data, "\x03\x06\x0a\x00\x00\x01", 6);
	hear(PROTO_IPCP, CONF_NAK, sent.id, "\x03\x06\x0a\x00\x00\x02", 6);
	ck_assert_mem_eq(sent.data, "\x03\x06\x0a\x00\x00\x01", 6);
	hear(PROTO_IPCP, CONF_REJECT, sent.id, "\x03\x06\x0a\x00\x00\x01", 6);
	expect(PROTO_IPCP, CONF_REQUEST);
	ck_assert_uint_eq(sent.len, 0);
}
END_TEST

/* Our Success may be lost: while the client's network phase has not begun, it goes with each
 * repetition of our request; afterwards it does not. */
START_TEST(success_repeated)
{
	unsigned n;

	until_network();
	n = sent.n;
	sim_run(&sim, 500 * MSEC);
	ck_assert_uint_eq(sent.n, n + 2);
	hear(PROTO_CCP, CONF_REQUEST, 1, NULL, 0);
	ck_assert_uint_eq(sent.n, n + 3);
	sim_run(&sim, SEC);
	ck_assert_uint_eq(sent.n, n + 4);
	expect(PROTO_IPCP, CONF_REQUEST);
}
END_TEST

/* IPCP ends: of a link that was open the user hung up; before, IP could not be agreed on. */
START_TEST(ipcp_fails)
{
	static const enum reason reasons[] = {
	    REASON_PPP_NO_IPCP, REASON_USER_REQUESTED, REASON_PPP_TIMEOUT};

	if (_i == 1)
		until_open();
	else
		until_network();
	if (_i == 2) {
		sim_run(&sim, 30 * SEC); /* ten requests unanswered */
	} else {
		hear(PROTO_IPCP, CODE_REJECT, 1, "\1", 1);
		sim_run(&sim, 10 * SEC);
	}
	ck_assert_int_eq(p->reason, reasons[_i]);
	ck_assert_uint_eq(closed, _i == 1);
}
END_TEST

/* ---- texts ------------------------------------------------------------- */

/* The host name in Challenges, cut to what there is room for; without one, none. */
START_TEST(names_are_cut)
{
	static const size_t lens[] = {62, 63, 64, 100};
	char name[101];

	config.chap = true;
	for (size_t i = 0; i < 4; i++) {
		size_t want = lens[i] < 63 ? lens[i] : 63;

		memset(name, 'n', sizeof name);
		name[lens[i]] = '\0';
		config.name = name;
		ppp_destroy(p);
		p = ppp_create(&sim.env, &trace, &config, &ops, &p, name);
		ck_assert_uint_eq(strlen(p->label), want);
		until_authenticate();
		expect(PROTO_CHAP, CHAP_CHALLENGE);
		ck_assert_uint_eq(sent.len, 1 + 16 + want);
	}
	config.name = NULL;
	create_again();
	until_authenticate();
	ck_assert_uint_eq(sent.len, 1 + 16);
}
END_TEST

START_TEST(told)
{
	struct ppp_info info;

	until_network();
	ppp_get(p, &info);
	ck_assert(!info.open);
	ck_assert_str_eq(info.phase, "Network");
	agree(PROTO_IPCP, "\x03\x06\x0a\x00\x01\x01", 6);
	ppp_get(p, &info);
	ck_assert(info.open);
	ck_assert_str_eq(info.user, "user");
	ck_assert_int_eq(info.method, PPP_AUTH_PAP);
	ck_assert_uint_eq(info.mru, 1500);
	ck_assert_ptr_nonnull(strstr(lines, "PPP test: phase Network\nPPP test: IPCP is up"));
	ck_assert_ptr_nonnull(strstr(lines, "client has 10.0.1.1\n"));
}
END_TEST

/* Whoever never came to be goes without a word. */
START_TEST(nothing_is_destroyed)
{
	ppp_destroy(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ppp_link");
	TCase *tc = tcase_create("link");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, dropped_before_its_phase);
	tcase_add_test(tc, protocols_rejected);
	tcase_add_test(tc, no_frame);
	tcase_add_test(tc, malformed_is_told);
	tcase_add_loop_test(tc, protocol_rejected_by_client, 0, 9);
	tcase_add_test(tc, close_says_farewell);
	tcase_add_test(tc, close_unanswered);
	tcase_add_test(tc, close_before_lcp);
	tcase_add_test(tc, no_method_allowed);
	tcase_add_test(tc, late_farewell);
	tcase_add_test(tc, lower_down);
	tcase_add_loop_test(tc, client_terminates, 0, 5);
	tcase_add_test(tc, both_terminate);
	tcase_add_loop_test(tc, deadline, 0, 2);
	tcase_add_test(tc, deadline_of_open_link);
	tcase_add_test(tc, silent_from_the_start);
	tcase_add_test(tc, naked_then_silent);
	tcase_add_test(tc, pap_waits_half_a_minute);
	tcase_add_test(tc, chap_challenges);
	tcase_add_test(tc, chap_response);
	tcase_add_loop_test(tc, refused, 0, 2);
	tcase_add_test(tc, stale_answer);
	tcase_add_test(tc, no_address);
	tcase_add_loop_test(tc, echo_length, 0, 7);
	tcase_add_test(tc, silent_codes);
	tcase_add_test(tc, identification);
	tcase_add_test(tc, echo_finds_the_dead);
	tcase_add_test(tc, echo_answered);
	tcase_add_test(tc, echo_off);
	tcase_add_loop_test(tc, addresses, 0, 5);
	tcase_add_test(tc, address_not_asked_for);
	tcase_add_test(tc, our_address);
	tcase_add_test(tc, success_repeated);
	tcase_add_loop_test(tc, ipcp_fails, 0, 3);
	tcase_add_test(tc, names_are_cut);
	tcase_add_test(tc, told);
	tcase_add_test(tc, nothing_is_destroyed);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
