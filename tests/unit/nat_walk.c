/*
 * What NAT rules make of packets, and the transactions that bring them to the kernel: those of one
 * rule are small, however many there are.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/firewall/nft_nat_table.h"

#define ANY                                                                                        \
	{                                                                                          \
		0, UINT32_MAX                                                                      \
	}
#define A(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define ONE(a, b, c, d)                                                                            \
	{                                                                                          \
		A(a, b, c, d), A(a, b, c, d)                                                       \
	}
#define TCP IPPROTO_TCP
#define UDP IPPROTO_UDP

static bool address_of(void *arg, const char *device, uint32_t *address)
{
	(void)arg;
	*address = A(172, 16, 1, 2);
	return strcmp(device, "out") == 0;
}

static const struct nat_addresses addresses = {address_of, NULL};

static const struct nat_rule rules[] = {
    {.order = 1,
	.line = 1,
	.kind = NAT_STATIC,
	.to = NAT_TO_ADDRESSES,
	.real_if = "in",
	.mapped_if = "out",
	.real = ANY,
	.mapped = ANY,
	.dest_mapped = {A(192, 168, 1, 0), A(192, 168, 1, 255)},
	.dest_real = {A(192, 168, 1, 0), A(192, 168, 1, 255)}},
    {.order = 2,
	.line = 2,
	.kind = NAT_STATIC,
	.to = NAT_TO_ADDRESSES,
	.real_if = "in",
	.mapped_if = "out",
	.real = ONE(10, 0, 0, 9),
	.mapped = ONE(203, 0, 113, 9),
	.dest_mapped = ONE(10, 99, 0, 5),
	.dest_real = ONE(198, 51, 100, 5)},
    {.order = 3,
	.line = 3,
	.kind = NAT_STATIC,
	.to = NAT_TO_INTERFACE,
	.real_if = "in",
	.mapped_if = "out",
	.real = ONE(10, 0, 0, 8),
	.mapped = ONE(10, 0, 0, 8),
	.dest_mapped = ANY,
	.dest_real = ANY,
	.source_service = {TCP, 80, 81, 8080, 8081}},
    {.order = 4,
	.line = 4,
	.kind = NAT_STATIC,
	.to = NAT_TO_ADDRESSES,
	.real_if = "in",
	.mapped_if = "out",
	.real = {A(10, 0, 1, 0), A(10, 0, 1, 255)},
	.mapped = {A(203, 0, 114, 0), A(203, 0, 114, 255)},
	.dest_mapped = ANY,
	.dest_real = ANY,
	.unidirectional = true},
    {.order = 5,
	.line = 5,
	.kind = NAT_DYNAMIC,
	.to = NAT_TO_INTERFACE,
	.real_if = "in",
	.mapped_if = "out",
	.real = ANY,
	.dest_mapped = ANY,
	.dest_real = ANY},
};

/* One to one, and no prefixes. */
static const struct nat_rule uneven[] = {
    {.line = 6,
	.kind = NAT_STATIC,
	.to = NAT_TO_ADDRESSES,
	.real_if = "in",
	.mapped_if = "out",
	.real = {A(10, 0, 2, 1), A(10, 0, 2, 6)},
	.mapped = {A(203, 0, 115, 1), A(203, 0, 115, 6)},
	.dest_mapped = ANY,
	.dest_real = ANY},
    {.line = 7,
	.kind = NAT_STATIC,
	.to = NAT_TO_ADDRESSES,
	.real_if = "in",
	.mapped_if = "out",
	.real = {A(10, 0, 2, 0), A(10, 0, 2, 2)},
	.mapped = {A(203, 0, 115, 4), A(203, 0, 115, 6)},
	.dest_mapped = ANY,
	.dest_real = ANY,
	.source_service = {TCP, 80, 80, 8080, 8080}},
    {.line = 8,
	.kind = NAT_STATIC,
	.to = NAT_TO_ADDRESSES,
	.real_if = "in",
	.mapped_if = "out",
	.real = {A(10, 1, 0, 0), A(10, 255, 255, 255)},
	.mapped = {A(20, 1, 0, 0), A(20, 255, 255, 255)},
	.dest_mapped = ANY,
	.dest_real = ANY},
};

START_TEST(walked)
{
	static const struct {
		struct nat_tuple from;
		const char *in, *out;
		uint32_t order; /* 0: none */
		struct nat_tuple to;
	} row[] = {
	    /* exempted, both ways */
	    {{TCP, A(10, 0, 0, 8), A(192, 168, 1, 7), 80, 5}, "in", "out", 1,
		{TCP, A(10, 0, 0, 8), A(192, 168, 1, 7), 80, 5}},
	    {{TCP, A(192, 168, 1, 7), A(10, 0, 0, 8), 5, 80}, "out", "in", 1,
		{TCP, A(192, 168, 1, 7), A(10, 0, 0, 8), 5, 80}},
	    /* both ends */
	    {{UDP, A(10, 0, 0, 9), A(10, 99, 0, 5), 7, 53}, "in", "elsewhere", 2,
		{UDP, A(203, 0, 113, 9), A(198, 51, 100, 5), 7, 53}},
	    {{UDP, A(198, 51, 100, 5), A(203, 0, 113, 9), 53, 7}, "out", "out", 2,
		{UDP, A(10, 99, 0, 5), A(10, 0, 0, 9), 53, 7}},
	    {{UDP, A(198, 51, 100, 6), A(203, 0, 113, 9), 53, 7}, "out", "out", 0, {0}},
	    /* ports of the interface */
	    {{TCP, A(1, 2, 3, 4), A(172, 16, 1, 2), 9, 8081}, "out", "", 3,
		{TCP, A(1, 2, 3, 4), A(10, 0, 0, 8), 9, 81}},
	    {{TCP, A(1, 2, 3, 4), A(172, 16, 1, 2), 9, 8082}, "out", "", 0, {0}},
	    {{UDP, A(1, 2, 3, 4), A(172, 16, 1, 2), 9, 8081}, "out", "", 0, {0}},
	    {{TCP, A(10, 0, 0, 8), A(1, 2, 3, 4), 80, 9}, "in", "out", 3,
		{TCP, A(172, 16, 1, 2), A(1, 2, 3, 4), 8080, 9}},
	    {{TCP, A(10, 0, 0, 8), A(1, 2, 3, 4), 82, 9}, "in", "out", 5,
		{TCP, A(172, 16, 1, 2), A(1, 2, 3, 4), 82, 9}},
	    /* one way only; another interface */
	    {{TCP, A(10, 0, 1, 77), A(1, 2, 3, 4), 82, 9}, "in", "out", 4,
		{TCP, A(203, 0, 114, 77), A(1, 2, 3, 4), 82, 9}},
	    {{TCP, A(1, 2, 3, 4), A(203, 0, 114, 77), 82, 9}, "out", "in", 0, {0}},
	    {{TCP, A(10, 0, 1, 77), A(1, 2, 3, 4), 82, 9}, "in", "dmz", 0, {0}},
	    {{TCP, A(10, 0, 1, 77), A(1, 2, 3, 4), 82, 9}, "dmz", "out", 0, {0}},
	    /* a client to an inside host; not to the Internet, which the rule does not lead to */
	    {{TCP, A(192, 168, 1, 5), A(10, 0, 0, 200), 83, 9}, "out", "in", 1,
		{TCP, A(192, 168, 1, 5), A(10, 0, 0, 200), 83, 9}},
	    {{TCP, A(192, 168, 1, 5), A(1, 2, 3, 4), 83, 9}, "out", "out", 0, {0}},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct nat_tuple t = row[i].from;
		enum nat_way way;
		const struct nat_rule *r = nat_find(rules, sizeof rules / sizeof *rules, &t,
		    row[i].in, row[i].out, &addresses, &way);

		ck_assert_msg((r ? r->order : 0) == row[i].order, "%zu", i);
		if (!r)
			continue;
		nat_rule_translate_dest(r, way, &t);
		nat_rule_translate_source(r, way, &addresses, &t);
		ck_assert_msg(t.protocol == row[i].to.protocol && t.source == row[i].to.source &&
				  t.dest == row[i].to.dest &&
				  t.source_port == row[i].to.source_port &&
				  t.dest_port == row[i].to.dest_port,
		    "%zu: %x:%u %x:%u", i, t.source, t.source_port, t.dest, t.dest_port);
	}
}
END_TEST

/* ---- transactions ----------------------------------------------------------------------- */

static const struct nft_nat nat = {"gatehouse0", {address_of, NULL}};

static size_t change(struct nft_nat_table *t, const struct nat_rule *v, size_t n, char **text)
{
	size_t len, lines = 0;
	FILE *f = open_memstream(text, &len);

	ck_assert(nft_nat_table_change(t, v, n, &nat, f));
	fclose(f);
	nft_nat_table_done(t, true);
	for (const char *p = *text; *p; p++)
		lines += *p == '\n';
	return lines;
}

/* So many hosts, each with an address of its own. */
static struct nat_rule *hosts(size_t n)
{
	struct nat_rule *v = calloc(n + 1, sizeof *v);

	for (size_t i = 0; i < n; i++) {
		v[i] = rules[3];
		v[i].order = (uint32_t)(i + 1) * 4096;
		v[i].line = i + 1000;
		v[i].real.first = v[i].real.last = A(10, 0, 0, 0) + (uint32_t)i;
		v[i].mapped.first = v[i].mapped.last = A(203, 0, 0, 0) + (uint32_t)i;
		v[i].unidirectional = false;
	}
	return v;
}

START_TEST(one_rule_is_one_block)
{
	struct nft_nat_table *t = nft_nat_table_new();
	struct nat_rule *v = hosts(1001);
	size_t all, one;
	char *text;

	all = change(t, v, 1000, &text);
	ck_assert_uint_gt(all, 4000);
	free(text);
	ck_assert_uint_eq(change(t, v, 1000, &text), 0); /* as it was */
	free(text);
	/* A new first one moves the numbers of all. */
	memmove(v + 1, v, 1000 * sizeof *v);
	v[0] = rules[0];
	for (size_t i = 0; i <= 1000; i++)
		v[i].order = (uint32_t)(i + 1) * 4096;
	one = change(t, v, 1001, &text);
	ck_assert_uint_lt(one, all / 10);
	ck_assert_ptr_nonnull(strstr(text, "add counter inet gatehouse t0000000000000001\n"));
	ck_assert_ptr_null(strstr(text, "delete counter"));
	ck_assert_ptr_null(strstr(text, "snat ip to 203.0.1.")); /* of another block */
	free(text);
	/* One in the middle goes, with its counters. */
	memmove(v + 500, v + 501, 500 * sizeof *v);
	one = change(t, v, 1000, &text);
	ck_assert_uint_lt(one, all / 10);
	ck_assert_ptr_nonnull(strstr(text, "delete counter inet gatehouse t00000000000005db\n"));
	ck_assert_ptr_nonnull(strstr(text, "delete counter inet gatehouse u00000000000005db\n"));
	free(text);
	/* All of them. */
	change(t, v, 0, &text);
	ck_assert_ptr_nonnull(strstr(text, "delete chain"));
	free(text);
	free(v);
	nft_nat_table_free(t);
}
END_TEST

/* Lines that are typed one by one fill blocks. */
START_TEST(blocks_fill)
{
	struct nft_nat_table *t = nft_nat_table_new();
	struct nat_rule *v = hosts(200);
	size_t jumps = 0;
	char *text;

	for (size_t n = 1; n <= 200; n++) {
		change(t, v, n, &text);
		if (n < 200)
			free(text);
	}
	for (const char *p = text; (p = strstr(p, "jump nat_pre")); p++)
		jumps++;
	ck_assert_uint_le(jumps, 2 * (200 / NFT_NAT_BLOCK + 2));
	free(text);
	free(v);
	nft_nat_table_free(t);
}
END_TEST

/* What was not taken is no part of what is there. */
START_TEST(what_was_refused)
{
	struct nft_nat_table *t = nft_nat_table_new();
	char *text, *again;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	ck_assert(nft_nat_table_change(t, rules, 2, &nat, f));
	fclose(f);
	nft_nat_table_done(t, false);
	ck_assert_uint_gt(change(t, rules, 2, &again), 5);
	ck_assert_ptr_nonnull(strstr(again, "add counter inet gatehouse t0000000000000001\n"));
	free(text);
	free(again);
	nft_nat_table_free(t);
}
END_TEST

/* As few pairs as there are prefixes in both; with ports, each address has its own. */
START_TEST(words_of_uneven_ranges)
{
	static const char *const expect[] = {
	    "snat ip prefix to ip saddr map { 10.0.2.1/32 : 203.0.115.1/32, "
	    "10.0.2.2/31 : 203.0.115.2/31, 10.0.2.4/31 : 203.0.115.4/31, "
	    "10.0.2.6/32 : 203.0.115.6/32 }\n",
	    "snat ip to ip saddr map { 10.0.2.0 : 203.0.115.4, 10.0.2.1 : 203.0.115.5, "
	    "10.0.2.2 : 203.0.115.6 }:8080\n",
	    "snat ip prefix to ip saddr map { 10.1.0.0/16 : 20.1.0.0/16, "
	    "10.2.0.0/15 : 20.2.0.0/15, 10.4.0.0/14 : 20.4.0.0/14, 10.8.0.0/13 : 20.8.0.0/13, "
	    "10.16.0.0/12 : 20.16.0.0/12, 10.32.0.0/11 : 20.32.0.0/11, "
	    "10.64.0.0/10 : 20.64.0.0/10, 10.128.0.0/9 : 20.128.0.0/9 }\n"};

	for (size_t i = 0; i < sizeof expect / sizeof *expect; i++) {
		char *text;
		size_t len;
		FILE *f = open_memstream(&text, &len);

		nft_nat_postrouting(f, &uneven[i], &nat);
		fclose(f);
		ck_assert_msg(strstr(text, expect[i]) != NULL, "%zu: %s", i, text);
		free(text);
	}
}
END_TEST

/* Each kind of rule in the words of nft. */
START_TEST(words)
{
	static const char *const expect[][4] = {
	    {"iifname \"in\" ip daddr 192.168.1.0/24 fib daddr oifname \"out\" accept\n",
		"iifname \"out\" ip saddr 192.168.1.0/24 fib daddr oifname \"in\" "
		"counter name \"u0000000000000001\" accept\n",
		"iifname \"in\" ct original ip daddr 192.168.1.0/24 oifname \"out\" "
		"counter name \"t0000000000000001\" accept\n",
		"iifname \"out\" ip saddr 192.168.1.0/24 oifname \"in\" accept\n"},
	    {"iifname \"in\" ip saddr 10.0.0.9 ip daddr 10.99.0.5 dnat ip to 198.51.100.5\n",
		"iifname \"out\" ip saddr 198.51.100.5 ip daddr 203.0.113.9 "
		"counter name \"u0000000000000002\" dnat ip to 10.0.0.9\n",
		"iifname \"in\" ip saddr 10.0.0.9 ct original ip daddr 10.99.0.5 "
		"counter name \"t0000000000000002\" snat ip to 203.0.113.9\n",
		"ct original ip daddr 203.0.113.9 snat ip to 10.99.0.5\n"},
	    {"meta l4proto tcp ct original proto-src 80-81 fib daddr oifname \"out\" accept\n",
		"ip daddr 172.16.1.2 meta l4proto tcp ct original proto-dst 8080-8081 "
		"counter name \"u0000000000000003\" dnat ip to 10.0.0.8 : tcp dport map "
		"{ 8080 : 80, 8081 : 81 }\n",
		"counter name \"t0000000000000003\" snat ip to 172.16.1.2 : tcp sport map "
		"{ 80 : 8080, 81 : 8081 }\n",
		"accept\n"},
	    {"iifname \"in\" ip saddr 10.0.1.0/24 fib daddr oifname \"out\" accept\n", "",
		"snat ip prefix to ip saddr map { 10.0.1.0/24 : 203.0.114.0/24 }\n", ""},
	    {"iifname \"in\" fib daddr oifname \"out\" accept\n", "",
		"iifname \"in\" oifname \"out\" counter name \"t0000000000000005\" masquerade\n",
		""},
	};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		char *text;
		size_t len;
		FILE *f = open_memstream(&text, &len);

		nft_nat_prerouting(f, &rules[i], &nat);
		nft_nat_postrouting(f, &rules[i], &nat);
		fclose(f);
		for (size_t k = 0; k < 4; k++)
			ck_assert_msg(strstr(text, expect[i][k]) != NULL, "%zu: no %s in %s", i,
			    expect[i][k], text);
		free(text);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nat_walk");
	TCase *tc = tcase_create("nat_walk");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, walked);
	tcase_add_test(tc, one_rule_is_one_block);
	tcase_add_test(tc, blocks_fill);
	tcase_add_test(tc, what_was_refused);
	tcase_add_test(tc, words);
	tcase_add_test(tc, words_of_uneven_ranges);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
