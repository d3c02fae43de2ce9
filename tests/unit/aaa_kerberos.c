/*
 * Logins at a Kerberos server that the test plays: datagrams that are repeated,
 * the way to a stream, servers that refuse, say nonsense or nothing, and logins
 * that are cancelled while a key is computed. /
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/wire/ber.h"
#include "engine/aaa/directory.h"
#include "engine/aaa/kerberos/kerberos.h"
#include "engine/aaa/report.h"
#include "tests/support/aaa_net_sim.h"
#include "tests/support/env_sim.h"

static struct sim sim;
static struct netsim net;
static struct aaa_listener listener;
static struct aaa_world world;
static struct cfg_aaa_host host;
static struct cfg_aaa_group config;
static struct aaa_server server, *servers[1] = {&server};
static struct aaa_group group = {.name = "KRB", .config = &config, .server = servers, .n = 1};
static struct conversation c;
static unsigned ends;
static uint8_t result;
static enum reason reason;
static char why[256];

static void done(struct conversation *of, const struct aaa_answer *a)
{
	(void)of;
	ends++;
	result = a->result;
	reason = a->reason;
	snprintf(why, sizeof why, "%s", a->why ? a->why : "");
}

static void heard(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg, (void)to;
	ck_assert_ptr_null(strstr(m->trace_line.text, "Wonderland"));
}

static void setup(void)
{
	sim_init(&sim, 1, NULL, NULL);
	sim.slow_jobs = true;
	netsim_init(&net);
	ends = 0;
	listener = (struct aaa_listener){.send = heard, .debug = {[TRACE_KERBEROS] = TRACE_EVENT}};
	world = (struct aaa_world){.env = &sim.env,
	    .net = &net.net,
	    .listener = &listener,
	    .directory = aaa_directory_create()};
	host = (struct cfg_aaa_host){
	    .host = "kdc", .realm = "EXAMPLE.COM", .timeout = 10, .retry = 2};
	config = (struct cfg_aaa_group){.name = "KRB"};
	server = (struct aaa_server){.protocol = &kerberos_protocol,
	    .group = &group,
	    .config = &host,
	    .address = addr_v4(0x0a000009),
	    .device = "eth7"};
	ck_assert(kerberos_protocol.open(&world, &server));
}

static void teardown(void)
{
	conversation_cancel(&c);
	sim_run(&sim, SEC); /* what is being computed */
	kerberos_protocol.close(&server);
	netsim_fini(&net);
	aaa_directory_destroy((struct aaa_directory *)(uintptr_t)world.directory);
	sim_fini(&sim);
}

static void begin(const char *user, const char *password)
{
	struct aaa_request r = {.kind = AAA_AUTHENTICATE, .method = AAA_PAP, .service = "ppp"};

	ends = 0;
	snprintf(r.user, sizeof r.user, "%s", user);
	snprintf(r.password, sizeof r.password, "%s", password);
	conversation_start(&c, &sim.env, &group, &server, NULL, &r, done);
}

static void ask(void)
{
	begin("alice", "Wonderland1");
	sim_run(&sim, 1);
}

static void ck_end(uint8_t expected, enum reason r)
{
	sim_run(&sim, 1);
	ck_assert_uint_eq(ends, 1);
	ck_assert_int_eq(reason, r);
	ck_assert_int_eq(result, expected);
}

static uint8_t buf[512];

static void field(struct wr *w, uint8_t name, uint8_t tag, const void *p, size_t len)
{
	size_t at = ber_begin(w, name);

	ber_put(w, tag, p, len);
	ber_end(w, at);
}

/* KRB-ERROR (RFC 4120 5.9.1); returns how long it is in `buf`. */
static size_t krb_error(uint8_t code)
{
	struct wr w = wr_init(buf, sizeof buf);
	size_t all = ber_begin(&w, 0x7e), fields = ber_begin(&w, BER_SEQUENCE);
	time_t now = time(NULL);
	char stamp[16];

	strftime(stamp, sizeof stamp, "%Y%m%d%H%M%SZ", gmtime(&now));
	field(&w, 0xa0, BER_INTEGER, "\5", 1);
	field(&w, 0xa1, BER_INTEGER, "\36", 1);
	field(&w, 0xa4, 0x18, stamp, 15);
	field(&w, 0xa5, BER_INTEGER, "", 1);
	field(&w, 0xa6, BER_INTEGER, &code, 1);
	field(&w, 0xa9, 0x1b, "EXAMPLE.COM", 11);
	field(&w, 0xaa, BER_SEQUENCE, "\xa0\3\2\1\2\xa1\x17\x30\x15\x1b\6krbtgt\x1b\13EXAMPLE.COM",
	    30);
	ber_end(&w, fields);
	ber_end(&w, all);
	ck_assert(!w.full);
	return wr_len(&w);
}

static struct aaa_udp *socket_of(size_t i)
{
	ck_assert_uint_gt(net.n_udp, i);
	return &net.udp[i];
}

START_TEST(asked_and_repeated)
{
	const struct netsim_datagram *first, *again;

	ask();
	first = netsim_datagram(&net, 0);
	ck_assert_ptr_nonnull(first);
	ck_assert_uint_eq(first->to.port, 88);
	ck_assert_str_eq(first->to.device, "eth7");
	ck_assert_uint_eq(first->bytes[0], 0x6a);
	ck_assert_uint_eq(net.n_sent, 1);
	sim_run(&sim, 5 * SEC);
	ck_assert_uint_eq(net.n_sent, 3);
	again = netsim_datagram(&net, -1);
	ck_assert_uint_eq(again->len, first->len);
	ck_assert_mem_eq(again->bytes, first->bytes, first->len);
	ck_assert_uint_eq(server.counters.retransmissions, 2);
	netsim_answer(socket_of(0), buf, krb_error(6));
	ck_assert_uint_eq(ends, 0);	/* a step computes */
	ck_assert(!socket_of(0)->open); /* a late answer goes nowhere */
	ck_end(AUTH_REJECT, REASON_AUTH_UNKNOWN_USER);
}
END_TEST

START_TEST(nobody_answers)
{
	ask();
	netsim_refuse(socket_of(0), ECONNREFUSED);
	ck_end(AUTH_ERROR, REASON_AUTH_NO_SERVER);
	ask();
	sim_run(&sim, 11 * SEC);
	ck_end(AUTH_ERROR, REASON_AUTH_TIMEOUT);
	ck_assert(!socket_of(1)->open);
	net.no_sockets = true;
	ask();
	ck_end(AUTH_ERROR, REASON_AUTH_NO_SERVER);
}
END_TEST

/* A stranger's datagram is passed over, and counted. */
START_TEST(nonsense)
{
	ask();
	netsim_answer(socket_of(0), "hello", 5);
	netsim_answer(socket_of(0), buf, krb_error(6) - 1);
	netsim_answer(socket_of(0), buf, 0);
	sim_run(&sim, 1);
	ck_assert_uint_eq(ends, 0);
	ck_assert_uint_eq(server.counters.malformed, 3);
	netsim_answer(socket_of(0), buf, krb_error(23));
	ck_end(AUTH_REJECT, REASON_AUTH_EXPIRED);
}
END_TEST

/* The answer needs TCP: the same request with its length; an answer in pieces. */
START_TEST(by_stream)
{
	const struct netsim_datagram *asked;
	struct aaa_stream *s;
	uint8_t length[4] = {0};
	size_t len;

	ask();
	asked = netsim_datagram(&net, 0);
	netsim_answer(socket_of(0), buf, krb_error(52));
	sim_run(&sim, 1);
	s = netsim_stream(&net);
	ck_assert_ptr_nonnull(s);
	ck_assert(!s->tls);
	ck_assert_uint_eq(s->sent_len, asked->len + 4);
	ck_assert_uint_eq(s->sent[3], asked->len & 0xff);
	ck_assert_mem_eq(s->sent + 4, asked->bytes, asked->len);
	netsim_accept(s);
	len = krb_error(18);
	length[3] = (uint8_t)len;
	netsim_say(s, length, 2);
	netsim_say(s, length + 2, 2);
	netsim_say(s, buf, len - 1);
	sim_run(&sim, 1);
	ck_assert_uint_eq(ends, 0);
	netsim_say(s, buf + len - 1, 1);
	ck_end(AUTH_REJECT, REASON_AUTH_DISABLED);
	ck_assert(!s->open);
}
END_TEST

static struct aaa_stream *stream(void)
{
	ask();
	netsim_answer(socket_of(net.n_udp - 1), buf, krb_error(52));
	sim_run(&sim, 1);
	netsim_accept(netsim_stream(&net));
	return netsim_stream(&net);
}

START_TEST(a_stream_that_ends)
{
	netsim_hang_up(stream(), "Connection reset by peer", false);
	ck_end(AUTH_ERROR, REASON_AUTH_NO_SERVER);
	ck_assert_str_eq(why, "Connection reset by peer");
	netsim_say(stream(), "HTTP/1.1 400", 12); /* an answer of a gigabyte */
	ck_end(AUTH_ERROR, REASON_AUTH_NO_SERVER);
	ck_assert_ptr_nonnull(strstr(why, "Kerberos"));
	netsim_say(stream(), "\0\0\0\4nono", 8);
	ck_end(AUTH_ERROR, REASON_AUTH_NO_SERVER);
	ck_assert_uint_eq(server.counters.malformed, 2);
}
END_TEST

START_TEST(nobody_is_asked)
{
	begin("alice", "");
	ck_end(AUTH_REJECT, REASON_AUTH_REJECTED);
	begin("alice@OTHER.ORG", "Wonderland1");
	ck_end(AUTH_REJECT, REASON_AUTH_UNKNOWN_USER);
	begin("@EXAMPLE.COM", "Wonderland1");
	ck_end(AUTH_REJECT, REASON_AUTH_UNKNOWN_USER);
	config.validate_kdc = 1;
	begin("alice", "Wonderland1");
	ck_end(AUTH_ERROR, REASON_AUTH_KDC);
	config.validate_kdc = 0;
	host.realm = "";
	begin("alice", "Wonderland1");
	ck_end(AUTH_ERROR, REASON_AUTH_SERVER_ERROR);
	ck_assert_uint_eq(net.n_udp, 0);
}
END_TEST

/* Taken back while a key is computed, and while the server owes an answer. */
START_TEST(cancelled)
{
	begin("alice", "Wonderland1");
	conversation_cancel(&c);
	sim_run(&sim, SEC);
	ck_assert_uint_eq(net.n_udp, 0);
	begin("alice", "Wonderland1");
	conversation_cancel(&c);
	world.net = NULL; /* the role ends: what computes looks at nothing of it */
	sim_run(&sim, SEC);
	world.net = &net.net;
	ask();
	ck_assert(socket_of(0)->open);
	conversation_cancel(&c);
	ck_assert(!socket_of(0)->open);
	ck_assert_uint_eq(ends, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_kerberos");
	TCase *tc = tcase_create("aaa_kerberos");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, asked_and_repeated);
	tcase_add_test(tc, nobody_answers);
	tcase_add_test(tc, nonsense);
	tcase_add_test(tc, by_stream);
	tcase_add_test(tc, a_stream_that_ends);
	tcase_add_test(tc, nobody_is_asked);
	tcase_add_test(tc, cancelled);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
