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

#include "engine/net/acl_list.h"
#include "engine/net/ipv4.h"
#include "tests/support/dp_client.h"

#define PACKETS 4000
#define RUNS 9
#define LEN 100

static struct dp_client f;
static struct packet_room rooms[PACKETS];
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
		*p = packet_in(&rooms[i]);
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
	struct acl_list l = {0};
	struct acl_rule r;
	struct acl *a;

	for (size_t i = 0; i < rules; i++) {
		acl_read(i == rules - 1 ? "permit udp any any" : "deny tcp any any eq 23", &r);
		acl_list_add(&l, &r);
	}
	a = acl_new(l.rule, l.n);
	s.filtered = true;
	if (!a || !dp_session_filter(f.dp, DP_SESSION, a) || !dp_session_change(f.dp, &s))
		abort();
	acl_let_go(a);
	acl_list_free(&l);
}

/* What the first packet of a flow costs in a list of hosts' services, by its index and without. */
static void first_packet(size_t rules)
{
	struct acl_list l = {0};
	struct acl_rule r;
	struct acl *a;
	double took[2] = {0, 0};
	size_t found = 0;

	for (size_t i = 0; i < rules; i++) {
		char line[96];

		snprintf(line, sizeof line, "permit tcp any host 10.%zu.%zu.%zu eq %zu", i >> 14,
		    (i >> 6) & 255, i & 63, 1 + i % 5);
		acl_read(line, &r);
		acl_list_add(&l, &r);
	}
	a = acl_new(l.rule, l.n);
	for (int way = 0; a && way < 2; way++) {
		double from = cpu_now();

		for (size_t i = 0; i < PACKETS; i++) {
			size_t k = i * 7919 % rules;
			struct acl_seen p = {.source = 1,
			    .dest = a->rule[k].dest_first,
			    .source_port = 40000,
			    .dest_port = a->rule[k].dest_low,
			    .protocol = 6,
			    .ported = true};

			found += acl_first(way ? NULL : a->index, a->rule, a->n, &p) == k;
		}
		took[way] = (cpu_now() - from) / PACKETS;
	}
	printf("first packet of a flow, %zu rules: %.0f ns; rule by rule %.0f ns, %.0f times as "
	       "much\n",
	    rules, took[0], took[1], took[1] / took[0]);
	if (found != 2 * (size_t)PACKETS)
		abort();
	acl_let_go(a);
	acl_list_free(&l);
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
	filter(10000);
	row("filter of 10,000");
	first_packet(100);
	first_packet(10000);
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
