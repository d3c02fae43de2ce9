/*
 * TACACS+ against a server that this file plays: what is asked byte for byte,
 * what answers mean, what connections do, and that nothing a server says is
 * believed that the key does not prove. /
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/report.h"
#include "engine/aaa/tacacs/tacacs.h"
#include "engine/aaa/tacacs/link.h"
#include "tests/support/aaa_net_sim.h"
#include "tests/support/env_sim.h"

#define S(i) (&net.stream[(i) % NETSIM_OPEN])

/* ---- the world ---------------------------------------------------------------------------------
 */

static struct netsim net;
static struct sim sim;
static struct crypto *crypto;
static struct aaa_listener listener;
static struct aaa_world world;
static struct cfg_aaa_host config;
static struct aaa_server server, *servers[1] = {&server};
static struct aaa_group group;
static struct conversation talk, others[260];
static char debug[8192];

static struct {
	unsigned n;
	uint8_t result;
	enum reason reason;
	char message[256], user[64], why[128];
	bool echo;
	struct aaa_attributes attributes;
} got;

static void hear(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg, (void)to;
	if (m->type == MSG_TRACE_LINE) {
		strncat(debug, m->trace_line.text, sizeof debug - strlen(debug) - 1);
		strncat(debug, "\n", sizeof debug - strlen(debug) - 1);
	}
}

static void done(struct conversation *c, const struct aaa_answer *a)
{
	(void)c;
	got.n++;
	got.result = a->result;
	got.reason = a->reason;
	got.echo = a->echo;
	got.attributes = a->attributes;
	snprintf(got.message, sizeof got.message, "%s", a->message ? a->message : "");
	snprintf(got.user, sizeof got.user, "%s", a->user ? a->user : "");
}

static void failed(
    struct conversation *c, struct aaa_server *s, const struct aaa_answer *a, bool dead)
{
	(void)c, (void)s, (void)dead;
	snprintf(got.why, sizeof got.why, "%s", a->why ? a->why : "");
}

static void setup(void)
{
	sim_init(&sim, 1, NULL, NULL);
	crypto = crypto_create();
	listener = (struct aaa_listener){.send = hear, .debug = {[TRACE_TACACS] = 255}};
	world = (struct aaa_world){
	    .env = &sim.env, .net = &net.net, .crypto = crypto, .listener = &listener};
	config = (struct cfg_aaa_host){
	    .host = "10.10.10.22", .secret_key = "tacacsKey1", .timeout = 10, .retry = 10};
	server = (struct aaa_server){.protocol = &tacacs_protocol,
	    .config = &config,
	    .group = &group,
	    .address = addr_v4(0x0a0a0a16),
	    .device = "eth1"};
	group = (struct aaa_group){.name = "TAC", .server = servers, .n = 1, .max_failed = 5};
	netsim_init(&net);
	memset(&got, 0, sizeof got);
	memset(&talk, 0, sizeof talk);
	memset(others, 0, sizeof others);
	debug[0] = '\0';
	ck_assert(tacacs_protocol.open(&world, &server));
}

static void teardown(void)
{
	if (talk.state != CONVERSATION_OVER)
		conversation_cancel(&talk);
	tacacs_protocol.close(&server);
	netsim_fini(&net);
	ck_assert_ptr_null(strstr(debug, "Wonderland1"));
	ck_assert_ptr_null(strstr(debug, "tacacsKey1"));
	crypto_destroy(crypto);
	sim_fini(&sim);
}

static struct aaa_request pap(void)
{
	return (struct aaa_request){.method = AAA_PAP,
	    .user = "alice",
	    .sent = "alice",
	    .password = "Wonderland1",
	    .client = addr_v4(0xc0000201),
	    .service = "ppp",
	    .session = 4097};
}

static void ask_as(struct conversation *c, const struct aaa_request *r)
{
	c->failed = failed;
	conversation_start(c, &sim.env, &group, NULL, NULL, r, done);
}

static void ask(const struct aaa_request *r)
{
	memset(&got, 0, sizeof got);
	ask_as(&talk, r);
}

static struct aaa_request by(enum aaa_method method, const char *service)
{
	struct aaa_request r = pap();

	r.method = method;
	snprintf(r.service, sizeof r.service, "%s", service);
	r.session = 0;
	return r;
}

/* ---- the server's side
 * -------------------------------------------------------------------------- */

static struct tacacs_header head;
static uint8_t body[4096];

/* The next packet of that stream, in the clear. */
static void hear_packet(size_t i)
{
	struct rd r = rd_init(S(i)->sent, S(i)->sent_len);
	size_t whole;

	ck_assert(tacacs_header_read(&r, &head));
	ck_assert_uint_ge(rd_left(&r), head.length);
	memcpy(body, r.p, head.length);
	ck_assert(tacacs_hide(crypto, config.secret_key, &head, body));
	whole = TACACS_HEADER + head.length;
	netsim_take(S(i), whole);
}

/* An answer to the packet that was heard last, whole or byte by byte. */
static uint8_t answer_bytes[8192];
static size_t answer_len;

static void build(const char *key, const void *p, size_t len)
{
	struct wr w = wr_init(answer_bytes, sizeof answer_bytes);
	struct tacacs_header h = head;

	h.seq++;
	h.length = (uint32_t)len;
	tacacs_header_write(&w, &h);
	wr_bytes(&w, p, len);
	ck_assert(tacacs_hide(crypto, key, &h, answer_bytes + TACACS_HEADER));
	answer_len = wr_len(&w);
}

static void deliver(size_t i)
{
	netsim_say(S(i), answer_bytes, answer_len);
}

static void authen_body(struct wr *w, uint8_t status, uint8_t flags, const char *text)
{
	wr_u8(w, status);
	wr_u8(w, flags);
	wr_u16(w, (unsigned)strlen(text));
	wr_u16(w, 0);
	wr_bytes(w, text, strlen(text));
}

static void authen(size_t i, uint8_t status, uint8_t flags, const char *text)
{
	uint8_t b[2048];
	struct wr w = wr_init(b, sizeof b);

	authen_body(&w, status, flags, text);
	build(config.secret_key, b, wr_len(&w));
	deliver(i);
}

static void author(size_t i, uint8_t status, const char *const *args)
{
	uint8_t b[2048];
	struct wr w = wr_init(b, sizeof b);
	size_t n = 0;

	while (args[n])
		n++;
	wr_u8(&w, status);
	wr_u8(&w, (unsigned)n);
	wr_u32(&w, 0);
	for (size_t a = 0; a < n; a++)
		wr_u8(&w, (unsigned)strlen(args[a]));
	for (size_t a = 0; a < n; a++)
		wr_bytes(&w, args[a], strlen(args[a]));
	build(config.secret_key, b, wr_len(&w));
	deliver(i);
}

static void body_is(const char *bytes, size_t len)
{
	ck_assert_uint_eq(head.length, len);
	ck_assert_mem_eq(body, bytes, len);
}
#define BODY_IS(text) body_is(text, sizeof text - 1)

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
	ck_assert(tacacs_hide(crypto, "tacacsKey1", &h, b));
	ck_assert_mem_eq(b, want, sizeof want);
}
END_TEST

START_TEST(pap_start)
{
	struct aaa_request r = pap();

	ask(&r);
	ck_assert_uint_eq(S(0)->to.port, 49);
	ck_assert_str_eq(S(0)->to.device, "eth1");
	ck_assert_uint_eq(addr_to_v4(&S(0)->to.address), 0x0a0a0a16);
	ck_assert_ptr_null(memmem(S(0)->sent, S(0)->sent_len, "Wonder", 6));
	hear_packet(0);
	ck_assert_uint_eq(head.version, 0xc1);
	ck_assert_uint_eq(head.type, TACACS_AUTHEN);
	ck_assert_uint_eq(head.seq, 1);
	ck_assert_uint_eq(head.flags, 0);
	BODY_IS("\1\1\2\3\5\4\x9\xb"
		"alice"
		"4097"
		"192.0.2.1"
		"Wonderland1");
	authen(0, TACACS_PASS, 0, "Welcome");
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, AUTH_ACCEPT);
	ck_assert_str_eq(got.message, "Welcome");
	ck_assert(!S(0)->open);
	ck_assert_uint_eq(server.counters.accepts, 1);
}
END_TEST

START_TEST(chap_starts)
{
	struct aaa_request r = by(_i ? AAA_MSCHAPV1 : AAA_CHAP, "ppp");

	r.chap_id = 7;
	r.challenge_len = _i ? 8 : 16;
	r.response_len = _i ? 49 : 16;
	memset(r.challenge, 'c', sizeof r.challenge);
	memset(r.response, 'r', sizeof r.response);
	ask(&r);
	hear_packet(0);
	ck_assert_uint_eq(head.version, 0xc1);
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
	authen(0, TACACS_FAIL, 0, "");
	ck_assert_uint_eq(got.result, AUTH_REJECT);
	ck_assert_int_eq(got.reason, REASON_AUTH_REJECTED);
}
END_TEST

/* Its half of MS-CHAPv2 could not come back. */
START_TEST(other_methods)
{
	struct aaa_request r = by(_i ? AAA_EAP : AAA_MSCHAPV2, "ppp");

	ask(&r);
	ck_assert_uint_eq(net.n_stream, 0);
	ck_assert_int_eq(got.reason, REASON_AUTH_METHOD);
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
	struct aaa_request r = pap();

	ask(&r);
	hear_packet(0);
	authen(0, TACACS_FAIL, 0, row[_i].text);
	ck_assert_uint_eq(got.result, AUTH_REJECT);
	ck_assert_int_eq(got.reason, row[_i].reason);
	ck_assert_str_eq(got.message, row[_i].text);
}
END_TEST

/* ---- questions
 * ----------------------------------------------------------------------------------- */

static void say(const char *text)
{
	got.n = 0;
	conversation_next(&talk, &(struct aaa_next){.text = text});
}

/* What came with the request answers the first questions; then the person is asked. */
START_TEST(ascii)
{
	struct aaa_request r = by(AAA_ASCII, "ssh");

	ask(&r);
	hear_packet(0);
	ck_assert_uint_eq(head.version, 0xc0);
	BODY_IS("\1\1\1\1\5\3\x9\0"
		"alicessh192.0.2.1");
	authen(0, TACACS_GETUSER, 0, "Username: ");
	ck_assert_uint_eq(got.n, 0);
	hear_packet(0);
	ck_assert_uint_eq(head.seq, 3);
	BODY_IS("\0\5\0\0\0alice");
	authen(0, TACACS_GETPASS, 1, "Password: ");
	hear_packet(0);
	BODY_IS("\0\xb\0\0\0Wonderland1");
	authen(0, TACACS_GETDATA, 0, "Code\033[2J\r\nplease: ");
	ck_assert_uint_eq(got.result, AUTH_CHALLENGE);
	ck_assert_str_eq(got.message, "Code[2J\nplease: ");
	ck_assert(got.echo);
	say("1");
	hear_packet(0);
	authen(0, TACACS_GETDATA, 1, "PIN: ");
	ck_assert(!got.echo);
	say("246810");
	hear_packet(0);
	ck_assert_uint_eq(head.seq, 9);
	BODY_IS("\0\6\0\0\0"
		"246810");
	authen(0, TACACS_GETPASS, 1, "");
	ck_assert_str_eq(got.message, "Password: ");
	ck_assert(!got.echo);
	say("");
	hear_packet(0);
	BODY_IS("\0\0\0\0\0");
	authen(0, TACACS_PASS, 0, "");
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, AUTH_ACCEPT);
	ck_assert_str_eq(got.user, "");
}
END_TEST

/* Nobody has said who he is: the server asks, and the answer has the name. */
START_TEST(a_name_that_is_asked_for)
{
	struct aaa_request r = by(AAA_ASCII, "serial");

	r.user[0] = r.password[0] = '\0';
	r.client = (struct addr){0};
	ask(&r);
	hear_packet(0);
	BODY_IS("\1\1\1\1\0\6\5\0"
		"serialasync");
	authen(0, TACACS_GETUSER, 0, "");
	ck_assert_str_eq(got.message, "Username: ");
	ck_assert(got.echo);
	say("erin");
	hear_packet(0);
	authen(0, TACACS_GETPASS, 1, "Password: ");
	say("Attributes5");
	hear_packet(0);
	BODY_IS("\0\xb\0\0\0"
		"Attributes5");
	authen(0, TACACS_PASS, 0, "");
	ck_assert_str_eq(got.user, "erin");
}
END_TEST

/* 5.4.2.6: the server asks for that password in any case. */
START_TEST(enable)
{
	struct aaa_request r = by(_i ? AAA_ASCII : AAA_PAP, "enable");

	r.level = 15;
	ask(&r);
	hear_packet(0);
	ck_assert_uint_eq(head.version, 0xc0);
	BODY_IS("\1\xf\1\2\5\6\x9\0"
		"aliceenable192.0.2.1");
	authen(0, TACACS_GETPASS, 1, "Password: ");
	hear_packet(0);
	BODY_IS("\0\xb\0\0\0Wonderland1");
	authen(0, TACACS_PASS, 0, "");
	ck_assert_uint_eq(got.result, AUTH_ACCEPT);
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
	struct aaa_request r = pap();

	ask(&r);
	hear_packet(0);
	authen(0, row[_i].status, 0, "");
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, row[_i].result);
	if (row[_i].result == AUTH_REJECT)
		ck_assert_int_eq(got.reason, row[_i].reason);
}
END_TEST

/* Whoever hangs up at the question: the server is told. */
START_TEST(cancelled)
{
	struct aaa_request r = by(AAA_ASCII, "ssh");

	ask(&r);
	hear_packet(0);
	if (_i) {
		r.password[0] = '\0';
		conversation_cancel(&talk);
		ck_assert_uint_eq(S(0)->sent_len, 0);
	} else {
		authen(0, TACACS_GETDATA, 0, "?");
		conversation_cancel(&talk);
		hear_packet(0);
		BODY_IS("\0\0\0\0\1");
	}
	ck_assert(!S(0)->open);
}
END_TEST

/* The server goes while the person thinks: the next word ends as an error. */
START_TEST(gone_meanwhile)
{
	struct aaa_request r = by(AAA_ASCII, "ssh");

	ask(&r);
	hear_packet(0);
	authen(0, TACACS_GETDATA, 0, "?");
	got.n = 0;
	netsim_hang_up(S(0), "Connection reset by peer", false);
	ck_assert_uint_eq(got.n, 0);
	say("here");
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
}
END_TEST

/* ---- what is not believed
 * --------------------------------------------------------------------------- */

START_TEST(another_key)
{
	struct aaa_request r = pap();
	uint8_t b[64];
	struct wr w = wr_init(b, sizeof b);

	ask(&r);
	hear_packet(0);
	authen_body(&w, TACACS_PASS, 0, "Hello");
	build("otherKey", b, wr_len(&w));
	deliver(0);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_str_eq(got.why, "the server's answer does not fit the shared key");
	ck_assert_uint_eq(server.counters.bad_authenticators, 1);
	ck_assert_uint_eq(server.counters.accepts, 0);
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
	struct aaa_request r = pap();

	ask(&r);
	hear_packet(0);
	build(config.secret_key, "\1\0\0\0\0", 6);
	answer_bytes[row[_i].at] = row[_i].value;
	deliver(0);
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_uint_eq(server.counters.malformed, 1);
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
	struct aaa_request r = pap();

	ask(&r);
	hear_packet(0);
	build(config.secret_key, row[_i].bytes, row[_i].len);
	deliver(0);
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
}
END_TEST

/* A session that is none of ours is left alone; ours is answered behind it, in one read. */
START_TEST(an_unknown_session)
{
	struct aaa_request r = pap();
	uint8_t both[256];

	ask(&r);
	hear_packet(0);
	head.session ^= 1;
	build(config.secret_key, "\1\0\0\0\0\0", 6);
	memcpy(both, answer_bytes, answer_len);
	head.session ^= 1;
	build(config.secret_key, "\2\0\0\0\0\0", 6);
	memmove(answer_bytes + answer_len, answer_bytes, answer_len);
	memcpy(answer_bytes, both, answer_len);
	answer_len *= 2;
	deliver(0);
	ck_assert_uint_eq(server.counters.unrecognized, 1);
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, AUTH_REJECT);
}
END_TEST

START_TEST(byte_by_byte)
{
	struct aaa_request r = pap();
	size_t len;

	ask(&r);
	hear_packet(0);
	build(config.secret_key, "\1\0\0\2\0\1ok!", 9);
	len = answer_len;
	answer_len = 1;
	for (size_t i = 0; i < len; i++) {
		ck_assert_uint_eq(got.n, 0);
		netsim_say(S(0), answer_bytes + i, 1);
	}
	ck_assert_uint_eq(got.result, AUTH_ACCEPT);
	ck_assert_str_eq(got.message, "ok");
}
END_TEST

/* Never in the clear. */
START_TEST(without_a_key)
{
	struct aaa_request r = pap();

	config.secret_key = "";
	ask(&r);
	ck_assert_uint_eq(net.n_stream, 0);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_str_eq(got.why, "no key is configured");
}
END_TEST

/* ---- connections
 * ----------------------------------------------------------------------------------- */

START_TEST(no_connection)
{
	struct aaa_request r = pap();

	switch (_i) {
	case 0:
		ask(&r);
		netsim_hang_up(S(0), "Connection reset by peer", false);
		ck_assert_str_eq(got.why, "Connection reset by peer");
		break;
	case 1:
		net.no_sockets = true;
		ask(&r);
		break;
	default:
		server.address = (struct addr){0};
		ask(&r);
		break;
	}
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_uint_eq(server.failed, 1);
}
END_TEST

START_TEST(no_answer_in_time)
{
	struct aaa_request r = pap();

	ask(&r);
	sim_run(&sim, 11 * SEC);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_int_eq(got.reason, REASON_AUTH_TIMEOUT);
	ck_assert(!S(0)->open);
}
END_TEST

/* A connection that the server lets sessions share: agreed by its first answer. */
static void share(void)
{
	struct aaa_request r = pap();

	config.single_connection = 1;
	ask(&r);
	hear_packet(0);
	ck_assert_uint_eq(head.flags, TACACS_SINGLE_CONNECT);
	authen(0, TACACS_PASS, 0, "");
	ck_assert(S(0)->open);
}

START_TEST(one_connection)
{
	struct aaa_request r = pap();
	struct tacacs_header first;

	share();
	ask(&r);
	ask_as(&others[0], &r);
	ck_assert_uint_eq(net.n_stream, 1);
	hear_packet(0);
	first = head;
	hear_packet(0);
	ck_assert_uint_ne(first.session, head.session);
	authen(0, TACACS_PASS, 0, "second");
	ck_assert_str_eq(got.message, "second");
	head = first;
	authen(0, TACACS_PASS, 0, "first");
	ck_assert_str_eq(got.message, "first");
	ck_assert(S(0)->open);
	authen(0, TACACS_PASS, 0, "replayed");
	ck_assert_uint_eq(server.counters.unrecognized, 1);
}
END_TEST

/* Until it has agreed, and when it does not, each session has its own. */
START_TEST(not_agreed)
{
	struct aaa_request r = pap();

	config.single_connection = 1;
	ask(&r);
	ask_as(&others[0], &r);
	ck_assert_uint_eq(net.n_stream, 2);
	hear_packet(0);
	head.flags = 0;
	authen(0, TACACS_PASS, 0, "");
	ck_assert(!S(0)->open);
	hear_packet(1);
	authen(1, TACACS_PASS, 0, "");
	ck_assert(S(1)->open);
}
END_TEST

/* The server closes it while nobody asks, and just as somebody does: he asks again, once. */
START_TEST(closed_by_the_server)
{
	struct aaa_request r = pap();

	share();
	ask(&r);
	netsim_hang_up(S(0), "Connection reset by peer", false);
	ck_assert_uint_eq(got.n, 0);
	ck_assert_uint_eq(net.n_stream, 2);
	ck_assert_uint_eq(server.counters.retransmissions, 1);
	hear_packet(1);
	BODY_IS("\1\1\2\3\5\4\x9\xb"
		"alice"
		"4097"
		"192.0.2.1"
		"Wonderland1");
	ck_assert_uint_eq(head.seq, 1);
	if (_i) {
		authen(1, TACACS_PASS, 0, "");
		ck_assert_uint_eq(got.result, AUTH_ACCEPT);
		netsim_hang_up(S(1), "Connection reset by peer", false);
	} else {
		netsim_hang_up(S(1), "Connection reset by peer", false);
		ck_assert_uint_eq(got.result, AUTH_ERROR);
	}
	ck_assert_uint_eq(net.n_stream, 2);
}
END_TEST

/* A server that sits over one login does not hold the next. */
START_TEST(a_slow_one_holds_nobody)
{
	struct aaa_request r = pap();

	share();
	ask(&r);
	sim_run(&sim, 2 * SEC);
	ask_as(&others[0], &r);
	ck_assert_uint_eq(net.n_stream, 2);
	hear_packet(1);
	head.flags = 0;
	authen(1, TACACS_PASS, 0, "");
	ck_assert_uint_eq(got.n, 1);
	hear_packet(0);
	authen(0, TACACS_PASS, 0, "");
	ck_assert_uint_eq(got.n, 2);
	ck_assert(S(0)->open);
}
END_TEST

/* A shared connection that is dead without a word is not used for ever. */
START_TEST(a_silent_connection)
{
	struct aaa_request r = pap();

	share();
	ask(&r);
	sim_run(&sim, 11 * SEC);
	ck_assert_int_eq(got.reason, REASON_AUTH_TIMEOUT);
	ck_assert(!S(0)->open);
	ask(&r);
	ck_assert_uint_eq(net.n_stream, 2);
}
END_TEST

/* Who hangs up takes nothing from the others: the connection stays, and what the server still
 * says to him is left alone. */
START_TEST(cancelled_on_a_shared_connection)
{
	struct aaa_request r = pap();

	share();
	ask(&r);
	hear_packet(0);
	conversation_cancel(&talk);
	ck_assert(S(0)->open);
	authen(0, TACACS_PASS, 0, "");
	ck_assert_uint_eq(server.counters.unrecognized, 1);
	ask(&r);
	ck_assert_uint_eq(net.n_stream, 1);
}
END_TEST

/* A server that offers to share what was not asked for: each session has its own connection. */
START_TEST(sharing_not_wanted)
{
	struct aaa_request r = pap();

	ask(&r);
	hear_packet(0);
	head.flags = TACACS_SINGLE_CONNECT;
	authen(0, TACACS_PASS, 0, "");
	ck_assert_uint_eq(got.result, AUTH_ACCEPT);
	ck_assert(!S(0)->open);
}
END_TEST

/* More logins than connections: they wait in line. */
START_TEST(in_line)
{
	struct aaa_request r = pap();

	for (size_t i = 0; i < 260; i++)
		ask_as(&others[i], &r);
	ck_assert_uint_eq(net.n_stream, 256);
	conversation_cancel(&others[258]);
	for (size_t i = 0; i < 259; i++) {
		hear_packet(i);
		authen(i, TACACS_PASS, 0, "");
	}
	ck_assert_uint_eq(net.n_stream, 259);
	ck_assert_uint_eq(got.n, 259);
}
END_TEST

/* The configuration changes, or goes: whoever waits hears of it. */
START_TEST(reconfigured)
{
	struct aaa_request r = by(AAA_ASCII, "ssh");

	ask(&r);
	hear_packet(0);
	if (_i)
		authen(0, TACACS_GETDATA, 0, "?");
	got.n = 0;
	tacacs_protocol.changed(&server);
	ck_assert(!S(0)->open);
	ck_assert_uint_eq(got.n, _i ? 0 : 1);
	tacacs_protocol.close(&server);
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert(tacacs_protocol.open(&world, &server));
}
END_TEST

/* ---- authorization
 * --------------------------------------------------------------------------------- */

static const struct aaa_value *value(enum aaa_attribute which)
{
	static struct aaa_value v;
	struct bytes b = {.len = (uint16_t)got.attributes.len, .p = got.attributes.bytes};

	return aaa_attribute_find(&b, which, &v) ? &v : NULL;
}

START_TEST(what_a_ppp_user_may_have)
{
	static const char *const args[] = {"service=ppp", "protocol=ip", "addr=192.168.1.77",
	    "inacl=SALES-ACL", "inacl#1=permit ip any any", "timeout=60", "idletime=10",
	    "dns-servers*10.1.1.53 10.1.1.54", "addr-pool=A B", "routing*false", NULL};
	struct aaa_request r = pap();

	r.kind = AAA_AUTHORIZE;
	ask(&r);
	hear_packet(0);
	ck_assert_uint_eq(head.version, 0xc0);
	ck_assert_uint_eq(head.type, TACACS_AUTHOR);
	BODY_IS("\6\1\2\3\5\4\x9\2\xb\xb"
		"alice"
		"4097"
		"192.0.2.1"
		"service=pppprotocol=ip");
	author(0, TACACS_PASS_ADD, args);
	ck_assert_uint_eq(got.result, AUTH_ACCEPT);
	ck_assert_uint_eq(addr_to_v4(&value(AAA_FRAMED_IP)->address), 0xc0a8014d);
	ck_assert_str_eq(value(AAA_FILTER)->text, "SALES-ACL");
	ck_assert_str_eq(value(AAA_FILTER_LINE)->text, "permit ip any any");
	ck_assert_uint_eq(value(AAA_SESSION_TIMEOUT)->number, 3600);
	ck_assert_uint_eq(value(AAA_IDLE_TIMEOUT)->number, 600);
	ck_assert_uint_eq(addr_to_v4(&value(AAA_DNS1)->address), 0x0a010135);
	ck_assert_uint_eq(addr_to_v4(&value(AAA_DNS2)->address), 0x0a010136);
	ck_assert_str_eq(value(AAA_POOL)->text, "A");
	ck_assert_uint_eq(server.counters.authorizations, 1);
}
END_TEST

/* RFC 8907 6.1: what has to be obeyed and is not understood is a refusal. */
START_TEST(what_has_to_be_obeyed)
{
	static const struct {
		const char *arg;
		uint8_t result;
	} row[] = {{"outacl=X", AUTH_REJECT}, {"outacl*X", AUTH_ACCEPT},
	    {"addr=nonsense", AUTH_REJECT}, {"addr*nonsense", AUTH_ACCEPT},
	    {"addr=0.0.0.0", AUTH_ACCEPT}, {"noseparator", AUTH_REJECT},
	    {"timeout=99999999999", AUTH_REJECT}, {"timeout=-1", AUTH_REJECT},
	    {"timeout=9", AUTH_ACCEPT}, {"inacl=", AUTH_REJECT},
	    {"dns-servers=10.1.1.1 10.1.1.2 10.1.1.3", AUTH_REJECT}};
	const char *const args[] = {row[_i].arg, NULL};
	struct aaa_request r = pap();

	r.kind = AAA_AUTHORIZE;
	ask(&r);
	hear_packet(0);
	author(0, TACACS_PASS_ADD, args);
	ck_assert_uint_eq(got.result, row[_i].result);
	if (row[_i].result == AUTH_REJECT)
		ck_assert_int_eq(got.reason, REASON_AUTH_NOT_AUTHORIZED);
}
END_TEST

START_TEST(exec)
{
	static const char *const args[] = {"priv-lvl=7", "idletime=5", NULL};
	static const char *const none[] = {NULL};
	struct aaa_request r = by(AAA_PAP, "ssh");

	r.kind = AAA_AUTHORIZE;
	ask(&r);
	hear_packet(0);
	BODY_IS("\6\1\2\1\5\3\x9\2\xd\4"
		"alicessh192.0.2.1"
		"service=shellcmd=");
	if (_i) {
		author(0, TACACS_AUTHOR_FAIL, none);
		ck_assert_uint_eq(got.result, AUTH_REJECT);
		return;
	}
	author(0, TACACS_PASS_ADD, args);
	ck_assert_uint_eq(got.result, AUTH_ACCEPT);
	ck_assert_uint_eq(value(AAA_PRIVILEGE)->number, 7);
	ck_assert_uint_eq(value(AAA_IDLE_TIMEOUT)->number, 300);
}
END_TEST

static void ask_command(const char *command)
{
	struct aaa_request r = by(AAA_PAP, "ssh");

	r.kind = AAA_COMMAND;
	r.level = 15;
	snprintf(r.command, sizeof r.command, "%s", command);
	ask(&r);
}

START_TEST(commands)
{
	static const char *const none[] = {NULL};
	static const char *const echo[] = {"service=shell", "cmd=show", "cmd-arg=version", NULL};
	static const char *const other[] = {"service=shell", "cmd=show", "cmd-arg=history", NULL};
	static const struct {
		uint8_t status;
		const char *const *args;
		uint8_t result;
	} row[] = {{TACACS_PASS_ADD, none, AUTH_ACCEPT}, {TACACS_PASS_REPL, echo, AUTH_ACCEPT},
	    {TACACS_PASS_REPL, other, AUTH_REJECT}, {TACACS_PASS_REPL, none, AUTH_REJECT},
	    {TACACS_AUTHOR_FAIL, none, AUTH_REJECT}, {TACACS_FOLLOW, none, AUTH_REJECT},
	    {TACACS_AUTHOR_ERROR, none, AUTH_ERROR}};

	ask_command("show version");
	hear_packet(0);
	BODY_IS("\6\xf\2\1\5\3\x9\3\xd\x8\xf"
		"alicessh192.0.2.1"
		"service=shellcmd=showcmd-arg=version");
	author(0, row[_i].status, row[_i].args);
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, row[_i].result);
}
END_TEST

/* A beginning that is allowed would let any end pass. */
START_TEST(a_command_that_does_not_fit)
{
	char line[300];

	memset(line, 'x', sizeof line);
	line[sizeof line - 1] = '\0';
	ask_command(line);
	ck_assert_uint_eq(net.n_stream, 0);
	ck_assert_uint_eq(got.result, AUTH_REJECT);
}
END_TEST

/* ---- accounting
 * ------------------------------------------------------------------------------------- */

static const struct msg_account record = {.key = "5f00-2a",
    .session = 4097,
    .service = "ppp",
    .user = "alice",
    .port = "",
    .method = "TAC",
    .tunnel_group = "",
    .group_policy = "",
    .server_group = "",
    .command = "",
    .since = 1000,
    .time = 1060,
    .duration = 60,
    .bytes_in = 5000000000,
    .bytes_out = 2,
    .pkts_in = 3,
    .pkts_out = 4,
    .cause = 1};

static void account(uint8_t what)
{
	static struct msg_account m;
	struct aaa_request r = {.kind = AAA_ACCOUNT, .account = &m, .user = "alice"};

	m = record;
	m.what = what;
	m.client = addr_v4(0xc0000201);
	m.assigned = addr_v4(0xc0a8014d);
	if (what == ACCOUNT_COMMAND) {
		m.service = "ssh";
		m.command = "show version";
		m.level = 15;
		m.session = 0;
		m.assigned = (struct addr){0};
	}
	ask(&r);
}

START_TEST(records)
{
	static const char *const says[] = {[ACCOUNT_START] = "start_time=1000addr=192.168.1.77",
	    [ACCOUNT_INTERIM] = "start_time=1000addr=192.168.1.77elapsed_time=60bytes_in=5000000000"
				"bytes_out=2paks_in=3paks_out=4",
	    [ACCOUNT_STOP] = "start_time=1000addr=192.168.1.77elapsed_time=60bytes_in=5000000000"
			     "bytes_out=2paks_in=3paks_out=4stop_time=1060disc-cause=1",
	    [ACCOUNT_COMMAND] = "start_time=1060priv-lvl=15cmd=show version"};
	static const uint8_t flags[] = {
	    [ACCOUNT_START] = 2, [ACCOUNT_INTERIM] = 8, [ACCOUNT_STOP] = 4, [ACCOUNT_COMMAND] = 4};
	char want[300];
	size_t len;

	account((uint8_t)_i);
	hear_packet(0);
	ck_assert_uint_eq(head.type, TACACS_ACCT);
	ck_assert_uint_eq(head.version, 0xc0);
	ck_assert_uint_eq(body[0], flags[_i]);
	ck_assert_uint_eq(body[1], 6); /* who has authenticated him: TACACS+ */
	len = (size_t)snprintf(want, sizeof want,
	    "alice%s192.0.2.1task_id=5f00-2atimezone=UTCservice=%s%s",
	    _i == ACCOUNT_COMMAND ? "ssh" : "4097",
	    _i == ACCOUNT_COMMAND ? "shell" : "pppprotocol=ip", says[_i]);
	ck_assert_uint_ge(head.length, len + 9);
	ck_assert_mem_eq(body + head.length - len, want, len);
	build(config.secret_key, "\0\0\0\0\1", 5);
	deliver(0);
	ck_assert_uint_eq(got.result, AUTH_ACCEPT);
	ck_assert_uint_eq(server.counters.accountings, 1);
}
END_TEST

/* None of a long line is lost. */
START_TEST(a_long_command)
{
	static char line[501];
	static struct msg_account m;
	struct aaa_request r = {.kind = AAA_ACCOUNT, .account = &m, .user = "oper"};
	const char *text = (const char *)body;

	memset(line, 'x', sizeof line - 1);
	line[499] = 'y';
	m = record;
	m.what = ACCOUNT_COMMAND;
	m.command = line;
	m.method = "LOCAL";
	ask(&r);
	hear_packet(0);
	ck_assert_mem_eq(text + head.length - 28, "cmd-arg=xxxxxxxxxxxxxxxxxxxy", 28);
	ck_assert_ptr_nonnull(memmem(text, head.length, "cmd=x", 5));
	ck_assert_uint_eq(body[1], 5);
	ck_assert_uint_eq(body[8], 9); /* arguments */
	build(config.secret_key, "\0\0\0\0\1", 5);
	deliver(0);
	ck_assert_uint_eq(got.result, AUTH_ACCEPT);
}
END_TEST

START_TEST(a_record_not_taken)
{
	account(ACCOUNT_STOP);
	hear_packet(0);
	build(config.secret_key, _i ? "\0\0\0\0\x21" : "\0\0\0\0\2", 5);
	deliver(0);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_str_eq(got.why, "the server says ERROR");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_tacacs");
	TCase *tc = tcase_create("aaa_tacacs");
	SRunner *r = srunner_create(s);
	int failures;

	tcase_add_checked_fixture(tc, setup, teardown);
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
	tcase_add_loop_test(tc, no_connection, 0, 3);
	tcase_add_test(tc, no_answer_in_time);
	tcase_add_test(tc, one_connection);
	tcase_add_test(tc, not_agreed);
	tcase_add_loop_test(tc, closed_by_the_server, 0, 2);
	tcase_add_test(tc, a_slow_one_holds_nobody);
	tcase_add_test(tc, a_silent_connection);
	tcase_add_test(tc, cancelled_on_a_shared_connection);
	tcase_add_test(tc, sharing_not_wanted);
	tcase_add_test(tc, in_line);
	tcase_add_loop_test(tc, reconfigured, 0, 2);
	tcase_add_test(tc, what_a_ppp_user_may_have);
	tcase_add_loop_test(tc, what_has_to_be_obeyed, 0, 11);
	tcase_add_loop_test(tc, exec, 0, 2);
	tcase_add_loop_test(tc, commands, 0, 7);
	tcase_add_test(tc, a_command_that_does_not_fit);
	tcase_add_loop_test(tc, records, ACCOUNT_START, ACCOUNT_COMMAND + 1);
	tcase_add_test(tc, a_long_command);
	tcase_add_loop_test(tc, a_record_not_taken, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failures = srunner_ntests_failed(r);
	srunner_free(r);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
