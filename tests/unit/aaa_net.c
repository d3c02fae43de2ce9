/*
 * The network of the login servers on real sockets: datagrams to a server and
 * from whoever speaks to a port, streams, TLS that trusts what the
 * configuration trusts and nothing else. /
 */
#include <arpa/inet.h>
#include <check.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/role/aaa_net.h"
#include "engine/role/env_uv.h"
#include "tests/support/one_crypto.h"

static uv_loop_t loop;
static struct env_uv world;
static struct aaa_net_uv uv;
static struct aaa_net *net;
static char heard[8192]; /* what came back, a word each */

static void say(const char *what, const uint8_t *bytes, size_t len)
{
	size_t n = strlen(heard);

	snprintf(heard + n, sizeof heard - n, "%s%.*s|", what, (int)len,
	    bytes ? (const char *)bytes : "");
}

static bool has(const char *text)
{
	for (int i = 0; i < 3000 && !strstr(heard, text); i++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		usleep(10000);
	}
	return strstr(heard, text) != NULL;
}

static void nobody(void *arg, const struct ipc_msg *m)
{
	(void)arg;
	(void)m;
}

static void ask(void *arg)
{
	(void)arg;
}

static void setup(void)
{
	uv_loop_init(&loop);
	ck_assert(env_uv_init(&world, &loop, one_crypto()));
	aaa_net_uv_init(&uv, &loop, &world.env, ask, nobody, NULL);
	net = &uv.on.net;
	heard[0] = 0;
}

static void teardown(void)
{
	aaa_net_uv_fini(&uv);
	env_uv_close(&world);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}

/* A socket of the test's, on a port of its own of this machine. */
static int server(int type, struct aaa_place *at)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, type, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	if (type == SOCK_STREAM)
		ck_assert_int_eq(listen(fd, 4), 0);
	*at = (struct aaa_place){.address = addr_v4(0x7f000001), .port = ntohs(a.sin_port)};
	return fd;
}

/* ---- datagrams ---------------------------------------------------------------------------------
 */

static void received(void *arg, const struct aaa_place *from, const uint8_t *bytes, size_t len)
{
	(void)arg;
	ck_assert_uint_eq(addr_to_v4(&from->address), 0x7f000001);
	say("", bytes, len);
}

static void refused(void *arg, int error)
{
	(void)arg;
	(void)error;
	say("refused", NULL, 0);
}

static const struct aaa_udp_events UDP = {received, refused};

START_TEST(datagrams)
{
	struct aaa_place at;
	int fd = server(SOCK_DGRAM, &at);
	struct aaa_udp *u = net->udp_open(net, &at, &UDP, NULL);
	struct sockaddr_in from;
	socklen_t len = sizeof from;
	char buf[64];

	ck_assert_ptr_nonnull(u);
	ck_assert(net->udp_send(u, NULL, "hello", 5));
	ck_assert_int_eq(recvfrom(fd, buf, sizeof buf, 0, (struct sockaddr *)&from, &len), 5);
	ck_assert_int_eq(sendto(fd, "you", 3, 0, (struct sockaddr *)&from, len), 3);
	ck_assert(has("you|"));
	/* Nobody is there for a while: that is heard, and who comes back, too. */
	close(fd);
	net->udp_send(u, NULL, "hello", 5);
	ck_assert(has("refused|"));
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(fd,
			     (struct sockaddr *)&(struct sockaddr_in){.sin_family = AF_INET,
				 .sin_port = htons(at.port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
			     sizeof(struct sockaddr_in)),
	    0);
	ck_assert_int_eq(sendto(fd, "again", 5, 0, (struct sockaddr *)&from, len), 5);
	ck_assert(has("again|"));
	net->udp_close(u);
	close(fd);
}
END_TEST

START_TEST(a_port)
{
	struct aaa_place at;
	int fd = server(SOCK_DGRAM, &at);
	uint16_t port = at.port;
	struct aaa_udp *u = NULL;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002)}, from;
	socklen_t len = sizeof from;
	char buf[64];

	for (int i = 0; i < 100 && !u; i++) /* one that nobody has */
		u = net->udp_listen(net, ++port, &UDP, NULL);
	to.sin_port = htons(port);
	ck_assert_ptr_nonnull(u);
	ck_assert_ptr_null(net->udp_listen(net, port, &UDP, NULL));
	ck_assert_int_eq(sendto(fd, "order", 5, 0, (struct sockaddr *)&to, sizeof to), 5);
	ck_assert(has("order|"));
	ck_assert(net->udp_send(u, &at, "done", 4));
	ck_assert_int_eq(recvfrom(fd, buf, sizeof buf, 0, (struct sockaddr *)&from, &len), 4);
	/* From the address that was spoken to. */
	ck_assert_uint_eq(ntohl(from.sin_addr.s_addr), 0x7f000002);
	net->udp_close(u);
	close(fd);
}
END_TEST

/* ---- streams
 * ------------------------------------------------------------------------------------- */

static void opened(void *arg)
{
	(void)arg;
	say("open", NULL, 0);
}

static void came(void *arg, const uint8_t *bytes, size_t len)
{
	(void)arg;
	say("", bytes, len);
}

static void closed(void *arg, const char *why, bool certificate)
{
	(void)arg;
	say(certificate ? "untrusted " : "closed ", (const uint8_t *)why, strlen(why));
}

static const struct aaa_stream_events STREAM = {opened, came, closed};

START_TEST(streams)
{
	struct aaa_place at;
	int fd = server(SOCK_STREAM, &at), peer;
	struct aaa_stream *s = net->stream_open(net, &at, NULL, &STREAM, NULL);
	char buf[64];

	ck_assert_ptr_nonnull(s);
	ck_assert(net->stream_send(s, "early", 5));
	ck_assert_str_eq(heard, "");
	ck_assert(has("open|"));
	peer = accept(fd, NULL, NULL);
	ck_assert_int_eq(recv(peer, buf, sizeof buf, 0), 5);
	ck_assert_int_eq(send(peer, "answer", 6, 0), 6);
	ck_assert(has("answer|"));
	close(peer);
	ck_assert(has("closed "));
	/* Nobody listens: never from within the call. */
	close(fd);
	heard[0] = 0;
	s = net->stream_open(net, &at, NULL, &STREAM, NULL);
	ck_assert_ptr_nonnull(s);
	ck_assert_str_eq(heard, "");
	ck_assert(has("closed Connection refused|"));
	/* Who does not read is not fed for ever. */
	fd = server(SOCK_STREAM, &at);
	s = net->stream_open(net, &at, NULL, &STREAM, NULL);
	for (int i = 0; i < 100000 && net->stream_send(s, buf, sizeof buf); i++)
		ck_assert_int_lt(i, 99999);
	net->stream_close(s);
	close(fd);
}
END_TEST

/* ---- TLS
 * ---------------------------------------------------------------------------------------------- */

static EVP_PKEY *key;
static X509 *certificate;

static void make_certificate(void)
{
	X509_NAME *name = X509_NAME_new();
	X509_EXTENSION *san = X509V3_EXT_conf_nid(
	    NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1,DNS:radius.example.com");

	key = EVP_EC_gen("P-256");
	certificate = X509_new();
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)"lab", -1, -1, 0);
	X509_set_version(certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_set_subject_name(certificate, name);
	X509_set_issuer_name(certificate, name);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_set_pubkey(certificate, key);
	X509_add_ext(certificate, san, -1);
	ck_assert_int_gt(X509_sign(certificate, key, EVP_sha256()), 0);
	X509_EXTENSION_free(san);
	X509_NAME_free(name);
}

/* One connection: says back what it hears, in capitals. */
static void serve_tls(void *arg)
{
	int fd = accept(*(int *)arg, NULL, NULL), n;
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	char buf[64];
	SSL *ssl;

	SSL_CTX_use_certificate(ctx, certificate);
	SSL_CTX_use_PrivateKey(ctx, key);
	ssl = SSL_new(ctx);
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1 && (n = SSL_read(ssl, buf, sizeof buf)) > 0) {
		for (int i = 0; i < n; i++)
			buf[i] = (char)(buf[i] & ~0x20);
		SSL_write(ssl, buf, n);
		SSL_shutdown(ssl);
	}
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	close(fd);
}

static const struct {
	const char *name, *heard;
	bool trusted;
} tls[] = {
    {"127.0.0.1", "open|HELLO|closed the server has ended the connection|", true},
    {"radius.example.com", "open|HELLO|closed the server has ended the connection|", true},
    {"10.1.1.1", "untrusted TLS: IP address mismatch|", true},
    {"other.example.com", "untrusted TLS: hostname mismatch|", true},
    {"127.0.0.1", "untrusted TLS: self-signed certificate|", false},
};

START_TEST(over_tls)
{
	struct aaa_place at;
	int fd = server(SOCK_STREAM, &at);
	struct aaa_tls want = {.name = tls[_i].name};
	uint8_t *der = NULL;
	struct aaa_stream *s;
	uv_thread_t thread;

	signal(SIGPIPE, SIG_IGN);
	make_certificate();
	if (tls[_i].trusted)
		want.trust_len = (size_t)i2d_X509(certificate, &der);
	want.trust = der;
	uv_thread_create(&thread, serve_tls, &fd);
	s = net->stream_open(net, &at, &want, &STREAM, NULL);
	ck_assert_ptr_nonnull(s);
	ck_assert(net->stream_send(s, "hello", 5));
	ck_assert_msg(has(tls[_i].heard), "%s", heard);
	ck_assert_str_eq(heard, tls[_i].heard);
	uv_thread_join(&thread);
	OPENSSL_free(der);
	X509_free(certificate);
	EVP_PKEY_free(key);
	close(fd);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_net");
	TCase *t = tcase_create("aaa_net");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, datagrams);
	tcase_add_test(t, a_port);
	tcase_add_test(t, streams);
	tcase_add_loop_test(t, over_tls, 0, sizeof tls / sizeof *tls);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
