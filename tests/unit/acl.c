/*
 * Access lists on packets: which rule fits, both ways, with pieces, with ICMP; and rules as text,
 * where what is not understood is no rule.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/acl_list.h"

#define CLIENT 0xc0a80101u
#define SERVER 0x0a010101u
#define ROUTER 0x0a0101feu

struct sent {
	uint32_t src, dst;
	uint8_t protocol;
	uint16_t first, second; /* ports, or type and code */
	uint16_t fragment;
};

static size_t write(uint8_t *to, const struct sent *p, size_t payload)
{
	struct wr w = wr_init(to, 256);

	ipv4_header(&w, p->protocol, p->src, p->dst, 0, 7, payload);
	wr_patch16(&w, 6, p->fragment);
	if (payload >= 4) {
		wr_u16(&w, p->first);
		wr_u16(&w, p->second);
		wr_zero(&w, payload - 4);
	} else {
		wr_zero(&w, payload);
	}
	return wr_len(&w);
}

static struct acl *list(const char *const *lines, size_t n)
{
	struct acl_list rules = {0};
	struct acl_rule r;
	struct acl *a;

	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(acl_read(lines[i], &r), "%s", lines[i]);
		ck_assert(acl_list_add(&rules, &r));
	}
	a = acl_new(rules.rule, rules.n);
	ck_assert_ptr_nonnull(a);
	acl_list_free(&rules);
	return a;
}

static bool passes(const struct acl *a, const uint8_t *ip, size_t len, bool inward)
{
	struct ipv4 h;

	ck_assert(ipv4_parse(ip, len, &h));
	return acl_permits(a, NULL, ip, &h, inward);
}

/* One packet by a list of one line, from the client. */
static bool inward(const char *line, const struct sent *p)
{
	struct acl *a = list(&line, 1);
	uint8_t ip[256];
	bool yes = passes(a, ip, write(ip, p, 8), true);

	acl_let_go(a);
	return yes;
}

START_TEST(one_rule)
{
	static const struct sent tcp = {CLIENT, SERVER, IPPROTO_TCP, 40000, 80, 0},
				 icmp = {CLIENT, SERVER, IPPROTO_ICMP, 3 << 8 | 4, 0, 0},
				 esp = {CLIENT, SERVER, 50, 1, 2, 0};
	static const struct {
		const char *line;
		const struct sent *p;
		bool yes;
	} row[] = {
	    {"permit ip any any", &tcp, true},
	    {"deny ip any any", &tcp, false},
	    {"permit ip any4 any4", &esp, true},
	    {"permit tcp any any", &tcp, true},
	    {"permit 6 any any", &tcp, true},
	    {"permit udp any any", &tcp, false},
	    {"permit esp any any", &esp, true},
	    {"permit ip host 192.168.1.1 any", &tcp, true},
	    {"permit ip host 192.168.1.2 any", &tcp, false},
	    {"permit ip 192.168.1.0 255.255.255.0 10.0.0.0 255.0.0.0", &tcp, true},
	    {"permit ip 192.168.1.9 255.255.255.0 any", &tcp, true},
	    {"permit ip any host 10.1.1.2", &tcp, false},
	    {"permit tcp any any eq 80", &tcp, true},
	    {"permit tcp any any eq www log", &tcp, true},
	    {"permit tcp any any eq https", &tcp, false},
	    {"permit tcp any any neq 81", &tcp, true},
	    {"permit tcp any any neq 80", &tcp, false},
	    {"permit tcp any any neq 65535", &tcp, true},
	    {"permit tcp any any neq 0", &tcp, true},
	    {"permit tcp any any gt 79", &tcp, true},
	    {"permit tcp any any gt 80", &tcp, false},
	    {"permit tcp any any lt 81", &tcp, true},
	    {"permit tcp any any lt 80", &tcp, false},
	    {"permit tcp any any range 80 90", &tcp, true},
	    {"permit tcp any any range 81 90", &tcp, false},
	    {"permit tcp any eq 40000 any eq 80 log informational interval 300", &tcp, true},
	    {"permit tcp any eq 40001 any eq 80", &tcp, false},
	    {"permit icmp any any", &icmp, true},
	    {"permit icmp any any unreachable", &icmp, true},
	    {"permit icmp any any unreachable 4", &icmp, true},
	    {"permit icmp any any 3 4 log", &icmp, true},
	    {"permit icmp any any 3 5", &icmp, false},
	    {"permit icmp any any time-exceeded", &icmp, false},
	    {"permit icmp any any echo-reply", &icmp, false},
	    {"permit icmp any any 0 0", &icmp, false},
	    {"access-list N extended permit ip any any", &tcp, true},
	    {"access-list N line 3 extended permit ip any any", &tcp, true},
	    {"permit ip 192.168.1.0 0.0.0.255 10.0.0.0 0.255.255.255", &tcp, true},
	    {"permit ip 192.168.2.0 0.0.0.255 any", &tcp, false},
	    {"permit ip any any log", &tcp, true},
	    {"permit ip any any log disable", &tcp, true},
	    {"permit ip any any log 6 interval 60", &tcp, true},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_msg(inward(row[i].line, row[i].p) == row[i].yes, "%s", row[i].line);
}
END_TEST

START_TEST(no_rules)
{
	static const char *const row[] = {"", "permit", "permit ip", "permit ip any", "ip any any",
	    "permit tpc any any", "permit ip any host", "permit ip any 10.1.1.0",
	    "permit ip any 10.1.1.0 255.0.255.0", "permit ip any 10.1.1.0 x",
	    "permit ip any 10.1.1.0 ::ffff", "permit ip x any", "permit ip object A any",
	    "permit ip any object-group A", "permit object-group A any any",
	    "permit ip any interface outside", "permit tcp any any eq 80 inactive",
	    "permit ip any any log sometimes", "permit ip any any log time-range A",
	    "permit ip any any log interval", "permit ip any any log interval 601",
	    "access-list N line x permit ip any any",
	    "permit ip any host ::1", "permit ip any6 any6", "permit ip any any eq 80",
	    "permit tcp any any eq", "permit tcp any any eq 65536", "permit tcp any any eq nothing",
	    "permit tcp any any gt 65535", "permit tcp any any lt 0",
	    "permit tcp any any range 90 80", "permit tcp any any range 90",
	    "permit tcp any any established", "permit icmp any any what",
	    "permit icmp any eq 3 any", "permit ip any any permit", "remark permit ip any any",
	    "standard permit ip any any", "permit 256 any any", "permit tcp any any eq 80x",
	    "permit 6x any any", "permit tcp any any eq -1", "access-list permit ip any any"};
	char longest[600];
	struct acl_rule r;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_msg(!acl_read(row[i], &r), "%s", row[i]);
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	ck_assert(!acl_read(longest, &r));
	for (size_t i = 0; i < sizeof longest - 1; i += 2)
		longest[i] = ' ';
	longest[200] = '\0';
	ck_assert(!acl_read(longest, &r));
}
END_TEST

/* The first that fits decides, and the end is no; what is permitted is answered. */
START_TEST(both_ways)
{
	static const char *const lines[] = {"deny tcp any host 10.1.1.1 eq 23",
	    "permit tcp any 10.1.1.0 255.255.255.0", "permit udp any any eq domain"};
	static const struct {
		struct sent p;
		bool inward, yes;
	} row[] = {
	    {{CLIENT, SERVER, IPPROTO_TCP, 4000, 23, 0}, true, false},
	    {{SERVER, CLIENT, IPPROTO_TCP, 23, 4000, 0}, false, false},
	    {{CLIENT, SERVER, IPPROTO_TCP, 4000, 22, 0}, true, true},
	    {{SERVER, CLIENT, IPPROTO_TCP, 22, 4000, 0}, false, true},
	    {{CLIENT, SERVER, IPPROTO_UDP, 4000, 53, 0}, true, true},
	    {{SERVER, CLIENT, IPPROTO_UDP, 53, 4000, 0}, false, true},
	    {{SERVER, CLIENT, IPPROTO_UDP, 4000, 53, 0}, false, false},
	    {{CLIENT, SERVER, 47, 0, 0, 0}, true, false},
	    {{CLIENT, 0x0b010101, IPPROTO_TCP, 1, 2, 0}, true, false},
	};
	struct acl *a = list(lines, 3);
	uint8_t ip[256];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_msg(passes(a, ip, write(ip, &row[i].p, 8), row[i].inward) == row[i].yes,
		    "%zu", i);
	acl_let_go(a);
}
END_TEST

/* A later piece goes with the first one; a first piece without its ports goes nowhere. */
START_TEST(pieces)
{
	static const char *const lines[] = {
	    "deny tcp any any eq 23", "permit tcp any any gt 20", "permit ip any host 10.1.1.9"};
	struct acl *a = list(lines, 3);
	struct sent p = {CLIENT, SERVER, IPPROTO_TCP, 4000, 23, IP_MF};
	uint8_t ip[256];

	ck_assert(!passes(a, ip, write(ip, &p, 8), true));
	p.second = 22;
	ck_assert(passes(a, ip, write(ip, &p, 8), true));
	for (size_t cut = 0; cut < 4; cut++)
		ck_assert(!passes(a, ip, write(ip, &p, cut), true));
	p.fragment = 20;
	p.second = 23; /* not a port */
	ck_assert(passes(a, ip, write(ip, &p, 8), true));
	ck_assert(passes(a, ip, write(ip, &p, 1), true));
	p.protocol = IPPROTO_UDP;
	ck_assert(!passes(a, ip, write(ip, &p, 8), true));
	acl_let_go(a);
}
END_TEST

START_TEST(answers_of_icmp)
{
	const char *line = "permit icmp any host 10.1.1.1 echo";
	struct acl *a = list(&line, 1);
	struct sent p = {CLIENT, SERVER, IPPROTO_ICMP, 8 << 8, 0, 0};
	uint8_t ip[256];

	ck_assert(passes(a, ip, write(ip, &p, 8), true));
	p = (struct sent){SERVER, CLIENT, IPPROTO_ICMP, 0, 0, 0};
	ck_assert(passes(a, ip, write(ip, &p, 8), false));
	p.first = 13 << 8;
	ck_assert(!passes(a, ip, write(ip, &p, 8), false));
	p.first = 14 << 8;
	ck_assert(!passes(a, ip, write(ip, &p, 8), false));
	p = (struct sent){ROUTER, CLIENT, IPPROTO_ICMP, 0, 0, 0};
	ck_assert(!passes(a, ip, write(ip, &p, 8), false));
	p.first = 5 << 8; /* a redirect is nobody's answer */
	ck_assert(!passes(a, ip, write(ip, &p, 8), false));
	acl_let_go(a);
}
END_TEST

/* An error about `about`, of which that much is quoted. */
static size_t error(uint8_t *ip, const struct sent *e, const struct sent *about, size_t quoted)
{
	uint8_t inner[256];
	size_t len = write(inner, about, 40);
	struct wr w = wr_init(ip, 256);

	ck_assert_uint_le(quoted, len);
	ipv4_header(&w, IPPROTO_ICMP, e->src, e->dst, 0, 9, 8 + quoted);
	wr_u16(&w, e->first);
	wr_zero(&w, 6);
	wr_bytes(&w, inner, quoted);
	return wr_len(&w);
}

START_TEST(errors_of_icmp)
{
	const char *line = "permit tcp any host 10.1.1.1 eq 80";
	struct acl *a = list(&line, 1);
	struct sent too_big = {ROUTER, CLIENT, 0, 3 << 8 | 4, 0, 0},
		    question = {CLIENT, SERVER, IPPROTO_TCP, 4000, 80, 0},
		    answer = {SERVER, CLIENT, IPPROTO_TCP, 80, 4000, 0};
	uint8_t ip[256];

	ck_assert(passes(a, ip, error(ip, &too_big, &question, 28), false));
	ck_assert(passes(a, ip, error(ip, &too_big, &question, 24), false));
	ck_assert(!passes(a, ip, error(ip, &too_big, &question, 23), false));
	ck_assert(!passes(a, ip, error(ip, &too_big, &question, 19), false));
	ck_assert(!passes(a, ip, error(ip, &too_big, &question, 0), false));
	ck_assert(!passes(a, ip, error(ip, &too_big, &answer, 28), false));
	question.second = 81;
	ck_assert(!passes(a, ip, error(ip, &too_big, &question, 28), false));
	/* From the client about what came to him, and to whom it came from. */
	too_big = (struct sent){CLIENT, SERVER, 0, 3 << 8 | 1, 0, 0};
	ck_assert(passes(a, ip, error(ip, &too_big, &answer, 28), true));
	answer.dst = 0xc0a80102;
	ck_assert(!passes(a, ip, error(ip, &too_big, &answer, 28), true));
	answer.dst = CLIENT;
	too_big.dst = ROUTER;
	ck_assert(!passes(a, ip, error(ip, &too_big, &answer, 28), true));
	/* Those that are errors, and their neighbours. */
	too_big.dst = SERVER;
	for (uint16_t type = 0; type < 20; type++) {
		too_big.first = (uint16_t)(type << 8);
		ck_assert_int_eq(passes(a, ip, error(ip, &too_big, &answer, 28), true),
		    type == 3 || type == 4 || type == 11 || type == 12);
	}
	too_big = (struct sent){CLIENT, SERVER, 0, 9 << 8, 0, 0};
	ck_assert(!passes(a, ip, error(ip, &too_big, &answer, 28), true));
	acl_let_go(a);
}
END_TEST

START_TEST(equal)
{
	static const char *const lines[] = {"permit tcp any eq 1 host 10.1.1.1 eq 80",
	    "deny tcp any eq 1 host 10.1.1.1 eq 80", "permit udp any eq 1 host 10.1.1.1 eq 80",
	    "permit tcp host 1.1.1.1 eq 1 host 10.1.1.1 eq 80", "permit tcp any eq 1 any eq 80",
	    "permit tcp any eq 2 host 10.1.1.1 eq 80", "permit tcp any lt 1 host 10.1.1.1 eq 80",
	    "permit tcp any eq 1 host 10.1.1.1 gt 79", "permit tcp any eq 1 host 10.1.1.1 lt 81"};
	struct acl *one = list(lines, 1), *two = list(lines, 2), *other;

	ck_assert(acl_equal(NULL, NULL));
	ck_assert(acl_equal(one, one));
	ck_assert(!acl_equal(one, NULL));
	ck_assert(!acl_equal(NULL, one));
	ck_assert(!acl_equal(one, two));
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		other = list(&lines[i], 1);
		ck_assert_int_eq(acl_equal(one, other), i == 0);
		acl_let_go(other);
	}
	acl_let_go(one);
	acl_let_go(two);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("acl");
	TCase *tc = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, one_rule);
	tcase_add_test(tc, no_rules);
	tcase_add_test(tc, both_ways);
	tcase_add_test(tc, pieces);
	tcase_add_test(tc, answers_of_icmp);
	tcase_add_test(tc, errors_of_icmp);
	tcase_add_test(tc, equal);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
