/*
 * A table of access lists and packets: which of twelve packets each list lets pass, both ways,
 * short and long (by its index), the first time and again (by the flow that is known then).
 */
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/acl_list.h"

/* From a client to the inside; of ICMP `second` is type and code. */
static const struct {
	char letter;
	uint8_t protocol;
	uint32_t source;
	uint16_t first;
	uint32_t dest;
	uint16_t second;
} packets[] = {
    {'T', IPPROTO_TCP, 0xc0a80101, 40000, 0x0a010101, 80},
    {'T', IPPROTO_TCP, 0xc0a80101, 40000, 0x0a010101, 443},
    {'T', IPPROTO_TCP, 0xc0a80101, 1023, 0x0a010201, 22},
    {'U', IPPROTO_UDP, 0xc0a80101, 40000, 0x0a010101, 53},
    {'U', IPPROTO_UDP, 0xc0a80101, 500, 0x0a010201, 500},
    {'T', IPPROTO_TCP, 0xc0a80207, 40000, 0x0a010101, 80},
    {'I', IPPROTO_ICMP, 0xc0a80101, 0, 0x0a010101, 8 << 8},
    {'I', IPPROTO_ICMP, 0xc0a80101, 0, 0x0a010201, 3 << 8 | 4},
    {'E', IPPROTO_ESP, 0xc0a80101, 0, 0x0a010101, 0},
    {'G', IPPROTO_GRE, 0xc0a80207, 0, 0x0a010201, 0},
    {'T', IPPROTO_TCP, 0xc0a80101, 40000, 0xac100009, 8080},
    {'U', IPPROTO_UDP, 0xc0a80207, 68, 0xac100009, 67},
};
#define PACKETS (sizeof packets / sizeof *packets)

/* Lines of a list, and the letters of the packets that pass it. */
static const struct {
	const char *lines, *pass;
} table[] = {
    {"permit ip any any", "TTTUUTIIEGTU"},
    {"permit ip any4 any4", "TTTUUTIIEGTU"},
    {"permit ip host 192.168.1.1 any", "TTTUU-IIE-T-"},
    {"permit ip host 192.168.2.7 any", "-----T---G-U"},
    {"permit ip any host 10.1.1.1", "TT-U-TI-E---"},
    {"permit ip any 10.1.2.0 255.255.255.0", "--T-U--I-G--"},
    {"permit ip 192.168.0.0 255.255.0.0 10.0.0.0 255.0.0.0", "TTTUUTIIEG--"},
    {"permit ip 192.168.1.0 255.255.255.0 10.1.0.0 255.255.254.0", "TT-U--I-E---"},
    {"permit ip 192.168.2.0 255.255.255.128 any", "-----T---G-U"},
    {"permit ip 192.168.1.1 255.255.255.255 10.1.1.1 255.255.255.255", "TT-U--I-E---"},
    {"permit ip 192.168.2.4 255.255.255.252 any", "-----T---G-U"},
    {"permit ip 192.168.2.0 0.0.0.255 any", "-----T---G-U"},
    {"permit ip 0.0.0.0 0.0.0.0 10.1.1.0 255.255.255.254", "TT-U-TI-E---"},
    {"permit tcp any any", "TTT--T----T-"},
    {"permit udp any any", "---UU------U"},
    {"permit icmp any any", "------II----"},
    {"permit esp any any", "--------E---"},
    {"permit 50 any any", "--------E---"},
    {"permit gre any any", "---------G--"},
    {"permit 47 any host 10.1.2.1", "---------G--"},
    {"permit ah any any", "------------"},
    {"permit tcp any any eq www", "T----T------"},
    {"permit tcp any any eq 80", "T----T------"},
    {"permit tcp any any eq https", "-T----------"},
    {"permit tcp any any neq www", "-TT-------T-"},
    {"permit tcp any any gt 443", "----------T-"},
    {"permit tcp any any gt 442", "-T--------T-"},
    {"permit tcp any any lt ssh", "------------"},
    {"permit tcp any any lt 23", "--T---------"},
    {"permit tcp any any range 80 443", "TT---T------"},
    {"permit tcp any any range 22 80", "T-T--T------"},
    {"permit tcp any any range 81 442", "------------"},
    {"permit tcp any gt 1023 any", "TT---T----T-"},
    {"permit tcp any lt 1024 any", "--T---------"},
    {"permit tcp any eq 40000 any eq 80", "T----T------"},
    {"permit tcp any eq 40000 any neq 80", "-T--------T-"},
    {"permit tcp any neq 40000 any", "--T---------"},
    {"permit tcp any range 1 1023 any eq ssh", "--T---------"},
    {"permit tcp any range 1024 65535 host 10.1.1.1 range www https", "TT---T------"},
    {"permit tcp host 192.168.2.7 any eq www", "-----T------"},
    {"permit tcp 192.168.1.0 255.255.255.0 10.1.1.0 255.255.255.0 eq www", "T-----------"},
    {"permit tcp host 192.168.1.1 gt 1023 10.1.2.0 255.255.255.0 eq 22", "------------"},
    {"permit tcp host 192.168.1.1 lt 1024 10.1.2.0 255.255.255.0 eq 22", "--T---------"},
    {"permit udp any any eq domain", "---U--------"},
    {"permit udp any eq isakmp any eq isakmp", "----U-------"},
    {"permit udp any eq 500 any", "----U-------"},
    {"permit udp any any neq domain", "----U------U"},
    {"permit udp any eq bootpc any eq bootps", "-----------U"},
    {"permit udp any any range 53 67", "---U-------U"},
    {"permit udp any any gt 500", "------------"},
    {"permit udp any any lt 500", "---U-------U"},
    {"permit udp host 192.168.2.7 host 172.16.0.9", "-----------U"},
    {"permit icmp any any echo", "------I-----"},
    {"permit icmp any any 8", "------I-----"},
    {"permit icmp any any 8 0", "------I-----"},
    {"permit icmp any any 8 1", "------------"},
    {"permit icmp any any unreachable", "-------I----"},
    {"permit icmp any any unreachable 4", "-------I----"},
    {"permit icmp any any 3 1", "------------"},
    {"permit icmp any any time-exceeded", "------------"},
    {"permit icmp any host 10.1.1.1", "------I-----"},
    {"permit icmp any host 10.1.1.1 unreachable", "------------"},
    {"permit tcp any host 172.16.0.9 eq 8080", "----------T-"},
    {"permit tcp any host 172.16.0.9 range 8000 8079", "------------"},
    {"deny ip any any", "------------"},
    {"deny tcp any any eq www", "------------"},
    {"deny tcp any any eq www; permit tcp any any", "-TT-------T-"},
    {"permit tcp any host 10.1.1.1; deny ip any any; permit udp any any", "TT---T------"},
    {"deny ip host 192.168.2.7 any; permit ip any any", "TTTUU-IIE-T-"},
    {"permit udp any any eq 53; deny udp any any; permit ip any 10.1.1.0 255.255.255.0",
	"TT-U-TI-E---"},
    {"deny icmp any any unreachable; permit icmp any any; permit gre any any", "------I--G--"},
    {"permit tcp any range 1 1023 any; deny tcp any any neq 8080; permit ip any any",
	"--TUU-IIEGTU"},
};

static size_t write(uint8_t *to, size_t i, bool inward)
{
	struct wr w = wr_init(to, 64);
	uint16_t first = packets[i].first, second = packets[i].second;

	ipv4_header(&w, packets[i].protocol, inward ? packets[i].source : packets[i].dest,
	    inward ? packets[i].dest : packets[i].source, 0, 7, 8);
	if (packets[i].protocol == IPPROTO_ICMP) {
		wr_u16(&w, second);
		wr_u16(&w, 0);
	} else {
		wr_u16(&w, inward ? first : second);
		wr_u16(&w, inward ? second : first);
	}
	wr_zero(&w, 4);
	return wr_len(&w);
}

static void add_lines(struct acl_list *l, const char *lines)
{
	char text[256], *rest;
	struct acl_rule r;

	snprintf(text, sizeof text, "%s", lines);
	for (char *line = strtok_r(text, ";", &rest); line; line = strtok_r(NULL, ";", &rest)) {
		ck_assert_msg(acl_read(line, &r), "%s", line);
		ck_assert(acl_list_add(l, &r));
	}
}

/* So many rules before it that fit none of the packets. */
static struct acl *list(const char *lines, unsigned before)
{
	struct acl_list l = {0};
	char line[64];
	struct acl *a;

	for (unsigned i = 0; i < before; i++) {
		snprintf(line, sizeof line,
		    i % 3 ? "permit tcp host 1.2.%u.%u any eq 9"
			  : "deny udp any host 3.%u.%u.1 gt 7",
		    i / 250, i % 250);
		add_lines(&l, line);
	}
	add_lines(&l, lines);
	a = acl_new(l.rule, l.n);
	ck_assert_ptr_nonnull(a);
	acl_list_free(&l);
	return a;
}

static void pass(
    const struct acl *a, struct acl_flows *flows, bool inward, char letters[PACKETS + 1])
{
	uint8_t ip[64];
	struct ipv4 h;

	for (size_t i = 0; i < PACKETS; i++) {
		ck_assert(ipv4_parse(ip, write(ip, i, inward), &h));
		letters[i] = acl_permits(a, flows, ip, &h, inward) ? packets[i].letter : '-';
	}
	letters[PACKETS] = 0;
}

START_TEST(lists_and_packets)
{
	static const unsigned before[] = {0, 30, 1000};
	char letters[PACKETS + 1];

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		for (size_t k = 0; k < sizeof before / sizeof *before; k++) {
			struct acl *a = list(table[i].lines, before[k]);
			struct acl_flows *flows = calloc(1, sizeof *flows);

			for (int way = 0; way < 6; way++) {
				pass(a, way < 2 ? NULL : flows, way % 2, letters);
				ck_assert_msg(strcmp(letters, table[i].pass) == 0,
				    "%s behind %u: %s, not %s", table[i].lines, before[k], letters,
				    table[i].pass);
			}
			free(flows);
			acl_let_go(a);
		}
}
END_TEST

/* A rule counts the flows that it was the first to fit, not their packets. */
START_TEST(hits)
{
	struct acl *a = list("deny tcp any any eq www;permit tcp any any;permit udp any any", 40);
	struct acl_flows *flows = calloc(1, sizeof *flows);
	char letters[PACKETS + 1];

	flows->now = 77;
	for (int i = 0; i < 5; i++)
		pass(a, flows, true, letters);
	ck_assert_uint_eq(a->hits[40].flows, 2);
	ck_assert_uint_eq(a->hits[41].flows, 3);
	ck_assert_uint_eq(a->hits[42].flows, 3);
	ck_assert_uint_eq(a->hits[42].last, 77);
	for (size_t i = 0; i < 40; i++)
		ck_assert_uint_eq(a->hits[i].flows, 0);
	acl_let_go(acl_hold(a));
	ck_assert_uint_eq(a->holders, 1);
	acl_let_go(a);
	free(flows);
}
END_TEST

static struct acl_rule random_rule(void)
{
	static const uint8_t protocols[] = {0, 6, 6, 17, 1};
	uint32_t source = (uint32_t)rand() % 64, dest = (uint32_t)rand() % 64;
	uint16_t low = (uint16_t)(rand() % 40), high = (uint16_t)(low + rand() % 4);
	struct acl_rule r = {.source_first = source,
	    .source_last = source + (uint32_t)rand() % 5,
	    .dest_first = dest,
	    .dest_last = dest + (uint32_t)rand() % 5,
	    .source_high = UINT16_MAX,
	    .dest_low = low,
	    .dest_high = high,
	    .protocol = protocols[rand() % 5],
	    .permit = rand() % 2};

	if (rand() % 3 == 0)
		r.source_first = 0, r.source_last = UINT32_MAX;
	if (rand() % 3 == 0)
		r.dest_first = 0, r.dest_last = UINT32_MAX;
	if (rand() % 2 || r.protocol == 0)
		r.dest_low = 0, r.dest_high = UINT16_MAX;
	if (r.protocol && rand() % 8 == 0)
		r.dest_low = (uint16_t)(low + 2), r.dest_high = low; /* neq */
	return r;
}

/* The index finds what looking at all finds. */
START_TEST(index_at_random)
{
	enum { N = 300 };
	static struct acl_rule rules[N];
	struct acl_index *x;

	srand((unsigned)_i + 1);
	for (size_t i = 0; i < N; i++)
		rules[i] = random_rule();
	x = acl_index_new(rules, N);
	ck_assert_ptr_nonnull(x);
	for (int i = 0; i < 20000; i++) {
		struct acl_seen p = {.source = (uint32_t)rand() % 70,
		    .dest = (uint32_t)rand() % 70,
		    .dest_port = (uint16_t)(rand() % 45),
		    .protocol = rand() % 2 ? 6 : 17,
		    .ported = true,
		    .later = rand() % 20 == 0};

		if (rand() % 10 == 0)
			p.protocol = 50, p.ported = false;
		ck_assert_uint_eq(acl_first(x, rules, N, &p), acl_first(NULL, rules, N, &p));
	}
	acl_index_free(x);
}
END_TEST

/* Flows that share a place with others are not taken for them. */
START_TEST(flows_at_random)
{
	enum { N = 60 };
	static struct acl_rule rules[N];
	struct acl_flows *flows = calloc(1, sizeof *flows);
	struct acl *a;

	srand(9);
	for (size_t i = 0; i < N; i++)
		rules[i] = random_rule();
	a = acl_new(rules, N);
	ck_assert(a && flows);
	for (int i = 0; i < 60000; i++) {
		struct acl_seen p = {.source = (uint32_t)rand() % 70,
		    .dest = (uint32_t)rand() % 70,
		    .dest_port = (uint16_t)(rand() % 45),
		    .protocol = rand() % 2 ? 6 : 17};
		uint8_t ip[64];
		struct wr w = wr_init(ip, sizeof ip);
		struct ipv4 h;
		bool yes;

		ipv4_header(&w, p.protocol, p.source, p.dest, 0, 7, 8);
		wr_u16(&w, (uint16_t)(rand() % 3));
		wr_u16(&w, p.dest_port);
		wr_zero(&w, 4);
		ck_assert(ipv4_parse(ip, wr_len(&w), &h));
		yes = acl_permits(a, NULL, ip, &h, true);
		ck_assert_int_eq(acl_permits(a, flows, ip, &h, true), yes);
		ck_assert_int_eq(acl_permits(a, flows, ip, &h, true), yes);
		ck_assert(!flows->first);
	}
	acl_let_go(a);
	free(flows);
}
END_TEST

/* By steps from any list to any other: where much of the middle is another, no more than it. */
START_TEST(steps)
{
	enum { N = 2600 };
	static struct acl_rule from[N], to[N], list[2 * N];
	struct acl_list old = {.rule = from}, now = {.rule = to};

	srand(5);
	for (int round = 0; round < 40; round++) {
		size_t same = (size_t)rand() % 50, tail = (size_t)rand() % 50, n, come = 0;
		size_t middle = round % 3 ? (size_t)rand() % 100 : (size_t)rand() % 2400;
		struct acl_step s = {0};

		old.n = same + (size_t)rand() % 2400 + tail;
		now.n = same + middle + tail;
		for (size_t i = 0; i < N; i++) {
			from[i] = (struct acl_rule){.hash = (uint32_t)i + 1};
			to[i] = (struct acl_rule){
			    .hash = i < same ? (uint32_t)i + 1 : (uint32_t)(N + i + 1)};
		}
		for (size_t i = 0; i < tail; i++)
			to[now.n - 1 - i] = from[old.n - 1 - i];
		memcpy(list, from, sizeof from);
		n = old.n;
		while (acl_list_step(&old, &now, &s)) {
			ck_assert_uint_le(s.added, ACL_RULES_TOLD);
			ck_assert_uint_le(s.at + s.removed, n);
			ck_assert_uint_lt(n, N + N - ACL_RULES_TOLD);
			memmove(list + s.at + s.added, list + s.at + s.removed,
			    (n - s.at - s.removed) * sizeof *list);
			memcpy(list + s.at, to + s.at, s.added * sizeof *list);
			n += s.added - s.removed;
			ck_assert_uint_eq(s.total, n);
			come += s.added;
		}
		ck_assert_uint_eq(n, now.n);
		ck_assert_mem_eq(list, to, n * sizeof *list);
		ck_assert_uint_le(come, middle);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("acl_table");
	TCase *tc = tcase_create("acl_table");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, lists_and_packets);
	tcase_add_test(tc, hits);
	tcase_add_test(tc, flows_at_random);
	tcase_add_test(tc, steps);
	tcase_add_loop_test(tc, index_at_random, 0, 6);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
