/*
 * What a user's packet costs on the packet path, crypto of aes128-sha1 included, the kernel not:
 * from a client to the TUN and back, short ones, without a filter and with filters of one rule and
 * of many of which the last fits. Thread CPU time, the best of a few runs.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/net/acl.h"
#include "engine/net/ipv4.h"
#include "tests/support/dp_client.h"

#define PACKETS 4000
#define RUNS 9
#define LEN 100

static struct dp_client f;
static struct packet sealed[PACKETS];

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The next packets of the client, as they come off the wire. */
static void seal(void)
{
	uint8_t ip[256], iv[16] = {1};

	for (size_t i = 0; i < PACKETS; i++) {
		struct packet *p = &sealed[i];
		struct esp_header h = {f.child.spi_in, ++f.sequence};
		struct esp_job job;
		uint8_t msg[512];
		struct wr w = wr_init(msg, sizeof msg);
		size_t len = dp_client_make_ip(ip, DP_CLIENT, DP_SERVER, LEN);

		udp_header(&w, 1701, 1701, len + 10);
		packet_fill(p, msg,
		    8 + dp_client_make_data(msg + 8, sizeof msg - 8, DP_TUNNEL, DP_SESSION,
			    "\xff\x03\x00\x21", 4, ip, len));
		if (!esp_seal(p, f.send, &h, iv, ESP_NEXT_UDP, &job))
			abort();
		crypt_run(f.crypt, &job, 1, true);
	}
}

static double in(void)
{
	double best = 1e12;

	for (int run = 0; run < RUNS; run++) {
		double took;

		seal();
		took = cpu_now();
		for (size_t i = 0; i < PACKETS; i++) {
			f.n = 0;
			dp_input(f.dp, &f.path, true, sealed[i].data, sealed[i].len);
		}
		took = cpu_now() - took;
		best = took < best ? took : best;
	}
	return best / PACKETS;
}

static double out(void)
{
	uint8_t ip[256];
	size_t len = dp_client_make_ip(ip, DP_SERVER, DP_CLIENT, LEN);
	double best = 1e12;

	for (int run = 0; run < RUNS; run++) {
		double took = cpu_now();

		for (size_t i = 0; i < PACKETS; i++) {
			f.n = 0;
			dp_tun(f.dp, ip, len);
		}
		took = cpu_now() - took;
		best = took < best ? took : best;
	}
	return best / PACKETS;
}

static void row(const char *what)
{
	double i = in(), o = out();

	printf("packet of %d bytes, %-20s in %.0f ns, out %.0f ns\n", LEN, what, i, o);
}

static void filter(size_t rules)
{
	struct dp_session s = dp_client_session();
	struct acl *a = calloc(1, acl_size(rules));

	for (; a && a->n < rules; a->n++)
		acl_read(a->n == rules - 1 ? "permit udp any any" : "deny tcp any any eq 23",
		    &a->rule[a->n]);
	s.filtered = true;
	if (!a || !dp_session_filter(f.dp, DP_SESSION, a) || !dp_session_change(f.dp, &s))
		abort();
	free(a);
}

START_TEST(path)
{
	struct child child = dp_client_transport_nat;

	child.cipher = CIPHER_AES128;
	dp_client_start(&f, &child);
	row("no filter");
	filter(1);
	row("filter of 1 rule");
	filter(100);
	row("filter of 100 rules");
	dp_client_finish(&f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("path");
	TCase *c = tcase_create("path");
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, c);
	tcase_add_test(c, path);
	srunner_set_fork_status(r, CK_NOFORK);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
