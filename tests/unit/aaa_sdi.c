/*
 * SDI against a server that this file plays: the calls as JSON, what answers
 * mean, and that whatever else arrives over HTTP ends as an error. /
 */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/directory.h"
#include "engine/aaa/report.h"
#include "engine/aaa/sdi/sdi.h"
#include "engine/aaa/sdi/http.h"
#include "engine/aaa/sdi/message.h"
#include "tests/support/aaa_net_sim.h"
#include "tests/support/env_sim.h"

#define S(i) (&net.stream[(i) % NETSIM_OPEN])

/* ---- the world ------------------------------------------------------------------------------ */

static struct netsim net;
static struct sim sim;
static struct aaa_listener listener;
static struct aaa_world world;
static struct aaa_directory *directory;
static struct cfg_aaa_host config;
static struct aaa_server server, *servers[1] = {&server};
static struct aaa_group group;
static struct conversation talk;
static char debug[8192];

static struct {
	unsigned n;
	uint8_t result, wanted;
	enum reason reason;
	char message[256], why[128];
	bool echo;
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
	got.wanted = a->wanted;
	got.echo = a->echo;
	snprintf(got.message, sizeof got.message, "%s", a->message ? a->message : "");
}

/* Of an error, which the next server is asked after. */
static void failed(
    struct conversation *c, struct aaa_server *s, const struct aaa_answer *a, bool dead)
{
	(void)c, (void)s, (void)dead;
	got.reason = a->reason;
	snprintf(got.why, sizeof got.why, "%s", a->why ? a->why : "");
}

static void setup(void)
{
	sim_init(&sim, 1, NULL, NULL);
	directory = aaa_directory_create();
	listener = (struct aaa_listener){.send = hear, .debug = {[TRACE_SDI] = 255}};
	world = (struct aaa_world){
	    .env = &sim.env, .net = &net.net, .listener = &listener, .directory = directory};
	config = (struct cfg_aaa_host){.host = "sdi.example.com",
	    .secret_key = "sdi-key-0001",
	    .agent = "asa.example.com",
	    .trustpoint = "",
	    .timeout = 10,
	    .retry = 10};
	server = (struct aaa_server){.protocol = &sdi_protocol,
	    .config = &config,
	    .group = &group,
	    .address = addr_v4(0x0a0a0a1a),
	    .device = "eth1"};
	group = (struct aaa_group){.name = "SDI", .server = servers, .n = 1, .max_failed = 5};
	netsim_init(&net);
	memset(&got, 0, sizeof got);
	memset(&talk, 0, sizeof talk);
	talk.failed = failed;
	debug[0] = '\0';
	ck_assert(sdi_protocol.open(&world, &server));
}

static void teardown(void)
{
	conversation_cancel(&talk);
	sdi_protocol.close(&server);
	netsim_fini(&net);
	ck_assert_ptr_null(strstr(debug, "1234111111"));
	ck_assert_ptr_null(strstr(debug, "sdi-key"));
	aaa_directory_destroy(directory);
	sim_fini(&sim);
}

static void ask(const char *service, const char *passcode)
{
	struct aaa_request r = {.method = strcmp(service, "ppp") == 0 ? AAA_PAP : AAA_ASCII,
	    .user = "al\"ice",
	    .session = 1};

	snprintf(r.service, sizeof r.service, "%s", service);
	snprintf(r.password, sizeof r.password, "%s", passcode);
	conversation_start(&talk, &sim.env, &group, NULL, NULL, &r, done);
}

/* ---- the server's side ------------------------------------------------------------------------
 */

static char head[1024], message[64];
static json_t *heard;

/* The call on that stream: its head, and its JSON in `heard`. */
static void hear_call(size_t i)
{
	const char *text = (const char *)S(i)->sent;
	const char *end = memmem(text, S(i)->sent_len, "\r\n\r\n", 4);
	size_t len;

	ck_assert_ptr_nonnull(end);
	len = (size_t)(end - text) + 2;
	ck_assert_uint_lt(len, sizeof head);
	memcpy(head, text, len);
	head[len] = '\0';
	json_decref(heard);
	heard = json_loadb(end + 4, S(i)->sent_len - len - 2, 0, NULL);
	ck_assert_ptr_nonnull(heard);
	ck_assert_uint_eq(
	    strtoul(strstr(head, "Content-Length: ") + 16, NULL, 10), S(i)->sent_len - len - 2);
	snprintf(message, sizeof message, "%s",
	    json_string_value(json_object_get(json_object_get(heard, "context"), "messageId")));
}

static const char *said(const char *what)
{
	json_t *c = json_array_get(json_object_get(heard, "subjectCredentials"), 0);
	json_t *input = json_array_get(json_object_get(c, "collectedInputs"), 0);
	const char *v = json_string_value(json_object_get(input, what));

	if (!v)
		v = json_string_value(json_object_get(c, what));
	if (!v)
		v = json_string_value(json_object_get(json_object_get(heard, "context"), what));
	if (!v)
		v = json_string_value(json_object_get(heard, what));
	return v ? v : "";
}

static void deliver(size_t i, const char *text, size_t len)
{
	netsim_say(S(i), (const uint8_t *)text, len);
}

static void respond(size_t i, const char *json)
{
	char text[4096];
	int n = snprintf(text, sizeof text,
	    "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: %zu\r\n\r\n%s", strlen(json), json);

	deliver(i, text, (size_t)n);
}

/* `more` is JSON behind the context. */
static void say(size_t i, const char *code, const char *reason, const char *more)
{
	char json[2048];

	snprintf(json, sizeof json,
	    "{\"context\":{\"authnAttemptId\":\"A-1\",\"messageId\":\"M-%zu\","
	    "\"inResponseTo\":\"%s\"},"
	    "\"attemptResponseCode\":\"%s\",\"attemptReasonCode\":\"%s\"%s}",
	    i, message, code, reason, more);
	respond(i, json);
}

static void challenge(size_t i, const char *method, const char *prompt, const char *more)
{
	char json[1024];

	snprintf(json, sizeof json,
	    "%s,\"challengeMethods\":{\"challenges\":[{\"requiredMethods\":[{\"methodId\":\"%s\","
	    "\"versions\":[{\"prompt\":{\"defaultText\":\"%s\",\"sensitive\":true}}]}]}]}",
	    more, method, prompt);
	say(i, "CHALLENGE", "AUTHENTICATION_REQUIRED", json);
}

/* clang-format off */
#define WRONG ",\"credentialValidationResults\":[{\"methodId\":\"SECURID\"," \
	"\"methodResponseCode\":\"FAIL\",\"methodReasonCode\":\"VERIFY_ERROR\"}]"
#define RIGHT ",\"credentialValidationResults\":[{\"methodId\":\"SECURID\"," \
	"\"methodResponseCode\":\"SUCCESS\",\"methodReasonCode\":null}]"
/* clang-format on */

/* ---- calls and answers
 * -------------------------------------------------------------------------- */

START_TEST(a_passcode)
{
	ask("ppp", "1234111111");
	ck_assert(S(0)->tls);
	ck_assert_str_eq(S(0)->name, "sdi.example.com");
	ck_assert_uint_eq(S(0)->to.port, 5555);
	ck_assert_str_eq(S(0)->to.device, "eth1");
	hear_call(0);
	ck_assert_ptr_nonnull(strstr(head, "POST /mfa/v1_1/authn/initialize HTTP/1.1\r\n"));
	ck_assert_ptr_nonnull(strstr(head, "\r\nHost: sdi.example.com:5555\r\n"));
	ck_assert_ptr_nonnull(strstr(head, "\r\nclient-key: sdi-key-0001\r\n"));
	ck_assert_ptr_nonnull(strstr(head, "\r\nContent-Type: application/json\r\n"));
	ck_assert_str_eq(said("clientId"), "asa.example.com");
	ck_assert_str_eq(said("subjectName"), "al\"ice");
	ck_assert_str_eq(said("methodId"), "SECURID");
	ck_assert_str_eq(said("name"), "SECURID");
	ck_assert_str_eq(said("value"), "1234111111");
	ck_assert_str_eq(said("authnAttemptId"), "");
	ck_assert_uint_eq(strlen(said("messageId")), 36);
	say(0, _i ? "FAIL" : "SUCCESS", _i ? "VERIFY_ERROR" : "CREDENTIAL_VERIFIED", "");
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, _i ? AUTH_REJECT : AUTH_ACCEPT);
	if (_i)
		ck_assert_int_eq(got.reason, REASON_AUTH_REJECTED);
}
END_TEST

/* Next tokencode, new PIN: the server's method comes back by its own name. */
START_TEST(questions)
{
	static const char *const method[] = {
	    "SECURID_NEXT_TOKENCODE", "SECURID_NEW_PIN", "SECURID_NEWPIN"};

	ask("ssh", "1234111111");
	hear_call(0);
	challenge(0, method[_i], "Type\\u001b[2J now:", "");
	ck_assert_uint_eq(got.result, AUTH_CHALLENGE);
	ck_assert_uint_eq(got.wanted, CHALLENGE_TEXT);
	ck_assert_str_eq(got.message, "Type[2J now:");
	ck_assert(!got.echo);
	ck_assert(!S(0)->open);
	conversation_next(&talk, &(struct aaa_next){.text = "555555"});
	hear_call(1);
	ck_assert_ptr_nonnull(strstr(head, "POST /mfa/v1_1/authn/verify HTTP/1.1\r\n"));
	ck_assert_str_eq(said("authnAttemptId"), "A-1");
	ck_assert_str_eq(said("inResponseTo"), "M-0");
	ck_assert_str_eq(said("methodId"), method[_i]);
	ck_assert_str_eq(said("name"), method[_i]);
	ck_assert_str_eq(said("value"), "555555");
	say(1, "SUCCESS", "CREDENTIAL_VERIFIED", "");
	ck_assert_uint_eq(got.n, 2);
	ck_assert_uint_eq(got.result, AUTH_ACCEPT);
}
END_TEST

/* A server that wants the passcode by itself gets it once; a person has another try, PPP has not.
 */
START_TEST(asked_for_the_passcode)
{
	ask(_i ? "ppp" : "ssh", "1234111111");
	hear_call(0);
	challenge(0, "SECURID", "Passcode:", "");
	ck_assert_uint_eq(got.n, 0);
	hear_call(1);
	ck_assert_str_eq(said("value"), "1234111111");
	challenge(1, "SECURID", "Again:", WRONG);
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, _i ? AUTH_REJECT : AUTH_CHALLENGE);
	ck_assert_uint_eq(net.n_stream, 2);
	if (_i)
		ck_assert_int_eq(got.reason, REASON_AUTH_REJECTED);
	else
		ck_assert_str_eq(got.message, "Again:");
}
END_TEST

/* A new PIN; or the passcode again, though it was right. */
START_TEST(ppp_cannot_be_asked)
{
	ask("ppp", "1234111111");
	hear_call(0);
	if (_i) {
		challenge(0, "SECURID", "Passcode:", "");
		hear_call(1);
		challenge(1, "SECURID", "Once more:", RIGHT);
	} else {
		challenge(0, "SECURID_NEW_PIN", "New PIN:", "");
	}
	ck_assert_uint_eq(got.result, AUTH_REJECT);
	ck_assert_int_eq(got.reason, REASON_AUTH_NEEDS_PROMPT);
}
END_TEST

/* Nothing was typed yet: the server's own prompt is shown; of PPP that is a refusal. */
START_TEST(without_a_passcode)
{
	ask(_i ? "ppp" : "ssh", "");
	if (_i) {
		ck_assert_uint_eq(net.n_stream, 0);
		ck_assert_uint_eq(got.result, AUTH_REJECT);
		return;
	}
	hear_call(0);
	ck_assert_ptr_null(json_object_get(heard, "subjectCredentials"));
	challenge(0, "SECURID", "", "");
	ck_assert_str_eq(got.message, "Enter PASSCODE: ");
}
END_TEST

START_TEST(refusals)
{
	static const struct {
		const char *code;
		enum reason reason;
	} row[] = {{"VERIFY_ERROR", REASON_AUTH_REJECTED}, {"USER_LOCKED", REASON_AUTH_LOCKED},
	    {"AUTHN_USER_DISABLED", REASON_AUTH_DISABLED}, {"TOKEN_EXPIRED", REASON_AUTH_EXPIRED}};

	ask("ppp", "1234111111");
	hear_call(0);
	say(0, "FAIL", row[_i].code, "");
	ck_assert_uint_eq(got.result, AUTH_REJECT);
	ck_assert_int_eq(got.reason, row[_i].reason);
}
END_TEST

/* ---- faults
 * --------------------------------------------------------------------------------------- */

START_TEST(broken_answers)
{
	static const char *const json[] = {"", "{\"attemptResponseCode\": \"SUCC", "[]", "{}",
	    "null", "{\"attemptResponseCode\":\"MAYBE\"}", "{\"attemptResponseCode\":1}",
	    "{\"attemptResponseCode\":\"FAIL\",\"attemptResponseCode\":\"SUCCESS\"}",
	    "{\"attemptResponseCode\":\"CHALLENGE\"}", "{\"attemptResponseCode\":\"SUCCESS\"} x",
	    "{\"attemptResponseCode\":\"SUCCESS\",\"x\":\"\\u0000\"}"};

	ask("ppp", "1234111111");
	respond(0, json[_i]);
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_uint_eq(server.counters.malformed, 1);
}
END_TEST

/* An answer to something else, as one that was seen before. */
START_TEST(another_answer)
{
	ask("ppp", "1234111111");
	snprintf(message, sizeof message, "some-other-message");
	say(0, "SUCCESS", "CREDENTIAL_VERIFIED", "");
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_uint_eq(server.counters.unrecognized, 1);
}
END_TEST

/* Texts are cut, ids are not: what they say would be another's. */
START_TEST(long_texts)
{
	struct sdi_reply r;
	char json[2048], text[601], id[SDI_ID_MAX + 1];

	memset(text, 't', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	memset(id, 'i', sizeof id - 1);
	id[_i ? SDI_ID_MAX : SDI_ID_MAX - 1] = '\0';
	snprintf(json, sizeof json,
	    "{\"context\":{\"authnAttemptId\":\"A\",\"messageId\":\"%s\"},"
	    "\"attemptResponseCode\":\"CHALLENGE\",\"attemptReasonCode\":\"%s\","
	    "\"challengeMethods\":{\"challenges\":[{\"requiredMethods\":[{\"methodId\":\"SECURID\","
	    "\"versions\":[{\"prompt\":{\"defaultText\":\"%s\"}}]}]}]}}",
	    id, text, text);
	ck_assert_int_eq(sdi_reply_read(json, strlen(json), &r), !_i);
	if (_i)
		return;
	ck_assert_str_eq(r.message, id);
	ck_assert_uint_eq(strlen(r.reason), sizeof r.reason - 1);
	ck_assert_uint_eq(strlen(r.prompt), sizeof r.prompt - 1);
	ck_assert(r.sensitive);
}
END_TEST

START_TEST(another_method)
{
	ask("ssh", "1234111111");
	hear_call(0);
	challenge(0, "FINGERPRINT", "Finger:", "");
	ck_assert_uint_eq(got.result, AUTH_REJECT); /* it is his, and no fault of the server */
	ck_assert_int_eq(got.reason, REASON_AUTH_METHOD);
}
END_TEST

START_TEST(statuses)
{
	static const struct {
		const char *text, *why;
		enum reason reason;
	} row[] = {{"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}",
		       "the server answers HTTP 500", REASON_AUTH_SERVER_ERROR},
	    {"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n",
		"the server answers HTTP 302", REASON_AUTH_SERVER_ERROR},
	    {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
		"the server does not take the access key or the agent", REASON_AUTH_BAD_SECRET},
	    {"SSH-2.0-OpenSSH\r\n\r\n", "the server's answer is no HTTP, or too long",
		REASON_AUTH_SERVER_ERROR},
	    {"HTTP/1.1 200 OK\r\nContent-Length: 8388659\r\n\r\n{\"x\"",
		"the server's answer is no HTTP, or too long", REASON_AUTH_SERVER_ERROR}};

	ask("ppp", "1234111111");
	deliver(0, row[_i].text, strlen(row[_i].text));
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_int_eq(got.reason, row[_i].reason);
	ck_assert_str_eq(got.why, row[_i].why);
	ck_assert_ptr_nonnull(strstr(debug, row[_i].why));
	ck_assert_uint_eq(
	    server.counters.bad_authenticators, row[_i].reason == REASON_AUTH_BAD_SECRET);
}
END_TEST

START_TEST(connections)
{
	switch (_i) {
	case 0:
		ask("ppp", "1234111111");
		netsim_hang_up(S(0), "certificate verify failed", true);
		ck_assert_str_eq(got.why, "certificate verify failed");
		break;
	case 1: /* in the middle of an answer */
		ask("ppp", "1234111111");
		deliver(0, "HTTP/1.1 200 OK\r\nContent-Le", 27);
		netsim_hang_up(S(0), "closed", false);
		break;
	case 2:
		net.no_sockets = true;
		ask("ppp", "1234111111");
		break;
	case 3: /* it stalls */
		ask("ppp", "1234111111");
		sim_run(&sim, 11 * SEC);
		break;
	case 4:
		ask("ppp", "1234111111");
		sdi_protocol.changed(&server);
		break;
	default:
		config.secret_key = "";
		ask("ppp", "1234111111");
		break;
	}
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.result, AUTH_ERROR);
	ck_assert_uint_eq(server.failed, 1);
}
END_TEST

/* What is not UTF-8 has no place in JSON, and is no passcode. */
START_TEST(not_utf8)
{
	ask("ppp", "\xff\xfe");
	ck_assert_uint_eq(got.result, AUTH_REJECT);
	ck_assert_uint_eq(net.n_stream, 0);
}
END_TEST

/* ---- HTTP
 * ------------------------------------------------------------------------------------------ */

static struct sdi_http http;

static enum sdi_http_result feed(const char *text, size_t step)
{
	enum sdi_http_result r = SDI_HTTP_MORE;

	memset(&http, 0, sizeof http);
	for (size_t len = strlen(text); len && r == SDI_HTTP_MORE; text += step, len -= step) {
		step = step < len ? step : len;
		r = sdi_http_feed(&http, (const uint8_t *)text, step);
	}
	return r;
}

START_TEST(bodies)
{
	static const char *const text[] = {
	    "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
	    "HTTP/1.0 200\r\ncontent-length:11 \r\n\r\nhello worldx",
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n"
	    "0\r\nT: x\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nB\r\nhello world\r\n0\r\n\r\n"};

	for (size_t step = 1; step < 200; step += 66) {
		ck_assert_int_eq(feed(text[_i], step), SDI_HTTP_DONE);
		ck_assert_uint_eq(http.status, 200);
		ck_assert_uint_eq(http.len, 11);
		ck_assert_mem_eq(http.body, "hello world", 11);
	}
}
END_TEST

START_TEST(not_http)
{
	static const char *const text[] = {"XTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n.",
	    "HTTP/2 200 OK\r\nContent-Length: 1\r\n\r\n.",
	    "HTTP/1.1 20 OK\r\nContent-Length: 1\r\n\r\n.",
	    "HTTP/1.1 2000\r\nContent-Length: 1\r\n\r\n.",
	    "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n.",
	    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n.",
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\n.", "HTTP/1.1 200 OK\r\n folded\r\n\r\n",
	    "HTTP/1.1 200 OK\nContent-Length: 1\n\n\r\n\r\n", "\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551617\r\n\r\n.",
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n",
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n"};

	ck_assert_int_eq(feed(text[_i], 1), SDI_HTTP_BAD);
	ck_assert_int_eq(feed(text[_i], 1000), SDI_HTTP_BAD);
	ck_assert_int_eq(sdi_http_feed(&http, (const uint8_t *)"HTTP", 4), SDI_HTTP_BAD);
}
END_TEST

/* Chunks, and a head, without an end. */
START_TEST(too_much)
{
	char text[1000];

	memset(text, 'a', sizeof text);
	memset(&http, 0, sizeof http);
	if (_i) {
		memcpy(text, "3e1\r\n", 5);
		memcpy(text + sizeof text - 2, "\r\n", 2);
		sdi_http_feed(&http,
		    (const uint8_t *)"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 47);
	}
	for (int i = 0; i < 100 && http.result == SDI_HTTP_MORE; i++)
		sdi_http_feed(&http, (const uint8_t *)text, sizeof text);
	ck_assert_int_eq(http.result, SDI_HTTP_BAD);
	ck_assert_int_eq(http.len > 30000, _i);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_sdi");
	TCase *tc = tcase_create("aaa_sdi"), *pure = tcase_create("http");
	SRunner *r = srunner_create(s);
	int failures;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_passcode, 0, 2);
	tcase_add_loop_test(tc, questions, 0, 3);
	tcase_add_loop_test(tc, asked_for_the_passcode, 0, 2);
	tcase_add_loop_test(tc, ppp_cannot_be_asked, 0, 2);
	tcase_add_loop_test(tc, without_a_passcode, 0, 2);
	tcase_add_loop_test(tc, refusals, 0, 4);
	tcase_add_loop_test(tc, broken_answers, 0, 11);
	tcase_add_test(tc, another_answer);
	tcase_add_loop_test(tc, long_texts, 0, 2);
	tcase_add_test(tc, another_method);
	tcase_add_loop_test(tc, statuses, 0, 5);
	tcase_add_loop_test(tc, connections, 0, 6);
	tcase_add_test(tc, not_utf8);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(pure, bodies, 0, 4);
	tcase_add_loop_test(pure, not_http, 0, 19);
	tcase_add_loop_test(pure, too_much, 0, 2);
	suite_add_tcase(s, pure);
	srunner_run_all(r, CK_NORMAL);
	failures = srunner_ntests_failed(r);
	srunner_free(r);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
