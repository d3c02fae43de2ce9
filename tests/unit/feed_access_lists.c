/*
 * Access lists as the engine hears them: every form of an element, and which places of a list
 * are told anew.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/feeding.h"

/* ---- elements --------------------------------------------------------------------------- */

/* Every form of ports, and what can match no packet of ours. */
START_TEST(elements_of_access_lists)
{
	static const struct {
		const char *line;
		uint16_t source_low, source_high, low, high;
		bool inactive;
	} row[] = {
	    {"udp any any", 0, 65535, 0, 65535, false},
	    {"udp any any eq isakmp", 0, 65535, 500, 500, false},
	    {"tcp any eq www any", 80, 80, 0, 65535, false},
	    {"tcp any any neq smtp", 0, 65535, 26, 24, false},
	    {"tcp any any neq 0", 0, 65535, 1, 65535, false},
	    {"tcp any any neq 65535", 0, 65535, 0, 65534, false},
	    {"tcp any gt 1023 any lt 1024", 1024, 65535, 0, 1023, false},
	    {"tcp any any gt 65535", 0, 65535, 0, 65535, true},
	    {"tcp any any lt 0", 0, 65535, 0, 65535, true},
	    {"udp any range tftp ntp any", 69, 123, 0, 65535, false},
	    {"icmp any any", 0, 65535, 0, 65535, false},
	    {"icmp any any echo", 0, 65535, 2048, 2303, false},
	    {"icmp any any unreachable 4", 0, 65535, 772, 772, false},
	    {"ip any6 any6", 0, 65535, 0, 65535, true},
	    {"ip interface wan any", 0, 65535, 0, 65535, true},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct feeding w;
		const struct acl_rule *r;
		char line[128];

		feeding_open(&w);
		snprintf(line, sizeof line, "access-list L extended permit %s\n", row[i].line);
		feeding_says(&w, line, (const char *const[]){"CFG_ACCESS_LIST", NULL});
		ck_assert_uint_eq(w.engine.n_access_lists, 1);
		ck_assert_uint_eq(w.engine.access_lists->rules.n, !row[i].inactive);
		r = w.engine.access_lists->rules.rule;
		if (!row[i].inactive)
			ck_assert_msg(r->source_low == row[i].source_low &&
					  r->source_high == row[i].source_high &&
					  r->dest_low == row[i].low && r->dest_high == row[i].high,
			    "%s: %u-%u %u-%u", line, r->source_low, r->source_high, r->dest_low,
			    r->dest_high);
		feeding_close(&w);
	}
}
END_TEST

/* `interface NAME` in an element is the address that the interface has at any time. */
START_TEST(elements_follow_interfaces)
{
	struct feeding w;
	const struct acl_list *l;

	feeding_open(&w);
	feeding_says(&w, "access-list L extended permit udp interface wan any\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	l = &w.engine.access_lists->rules;
	ck_assert_uint_eq(l->n, 0);
	feeding_says(&w,
	    "interface GigabitEthernet0/0\nnameif wan\nip address 172.16.1.2 255.255.255.0\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_uint_eq(l->n, 1);
	ck_assert_uint_eq(l->rule->source_first, 0xac100102);
	ck_assert_uint_eq(l->rule->source_last, 0xac100102);
	feeding_says(&w, "ip address 172.16.1.3 255.255.255.0\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_uint_eq(l->rule->source_first, 0xac100103);
	feeding_says(&w, "description the way out\n", (const char *const[]){NULL});
	ck_assert_uint_eq(feeding_count(&w, "CFG_ACCESS_LIST"), 0); /* it has the same address */
	config_paste(&w.t, "interface GigabitEthernet0/0\n");
	feeding_says(&w, "no ip address\n", (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_uint_eq(l->n, 0);
	feeding_close(&w);
}
END_TEST

static bool is_network(uint32_t first, uint32_t last, const char *text)
{
	char address[20];
	struct addr a, m;
	int prefix;

	ck_assert_int_eq(sscanf(text, "%19[^/]/%d", address, &prefix), 2);
	ck_assert(addr_parse(address, &a));
	m = prefix_mask(prefix);
	return first == addr_to_v4(&a) && last == (first | ~addr_to_v4(&m));
}

/* Sides of elements: networks, hosts, everything. */
START_TEST(sides_of_elements)
{
	static const struct {
		const char *line, *source, *dest; /* address/prefix */
		uint8_t protocol;
		bool inactive;
	} row[] = {
	    {"ip any any", "0.0.0.0/0", "0.0.0.0/0", 0, false},
	    {"ip any4 host 10.1.1.1", "0.0.0.0/0", "10.1.1.1/32", 0, false},
	    {"esp host 10.1.1.1 10.2.0.0 255.255.0.0", "10.1.1.1/32", "10.2.0.0/16", 50, false},
	    {"ip 10.2.0.0 255.255.0.0 any", "10.2.0.0/16", "0.0.0.0/0", 0, false},
	    {"ip any6 any", "0.0.0.0/0", "0.0.0.0/0", 0, true},
	    {"ip any any6", "0.0.0.0/0", "0.0.0.0/0", 0, true},
	    {"ip any any inactive", "0.0.0.0/0", "0.0.0.0/0", 0, true},
	    {"ip interface wan interface lan", "172.16.1.2/32", "10.3.3.3/32", 0, false},
	    {"ip any interface none", "0.0.0.0/0", "0.0.0.0/32", 0, true},
	    {"tcp any gt 65535 any", "0.0.0.0/0", "0.0.0.0/0", 6, true},
	    {"tcp any lt 0 any", "0.0.0.0/0", "0.0.0.0/0", 6, true},
	    {"tcp any gt 65534 any lt 1", "0.0.0.0/0", "0.0.0.0/0", 6, false},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct feeding w;
		const struct acl_list *l;
		char line[128];

		feeding_open(&w);
		config_paste(&w.t,
		    "interface g0/0\nnameif wan\nip address 172.16.1.2 255.255.255.0\n"
		    "interface g0/1\nnameif lan\nip address 10.3.3.3 255.255.255.0\n");
		snprintf(line, sizeof line, "access-list L extended deny %s\n", row[i].line);
		config_paste(&w.t, line);
		l = &w.engine.access_lists->rules;
		ck_assert_msg(l->n == !row[i].inactive, "%s", row[i].line);
		ck_assert(!w.engine.access_lists->standard);
		if (l->n)
			ck_assert_msg(
			    is_network(
				l->rule->source_first, l->rule->source_last, row[i].source) &&
				is_network(l->rule->dest_first, l->rule->dest_last, row[i].dest) &&
				l->rule->protocol == row[i].protocol && !l->rule->permit,
			    "%s", row[i].line);
		feeding_close(&w);
	}
}
END_TEST

/* ---- lists ------------------------------------------------------------------------------ */

static const struct acl_list *rules_of(struct feeding *w, const char *name)
{
	const struct config_list *l = config_access_list(&w->engine, name);

	ck_assert_ptr_nonnull(l);
	return &l->rules;
}

/* A line put in before others; the engine's copy follows. */
START_TEST(access_lists_as_whole)
{
	struct feeding w;
	const struct acl_list *l;
	const struct acl_rule *r;

	feeding_open(&w);
	feeding_says(&w,
	    "access-list L standard permit 10.1.0.0 255.255.0.0\n"
	    "access-list L remark two networks\n"
	    "access-list L standard deny host 10.2.0.1\n"
	    "access-list M extended permit udp any4 10.3.0.0 255.255.0.0 range domain 5000\n",
	    (const char *const[]){"CFG_ACCESS_LIST", "CFG_ACCESS_LIST", NULL});
	ck_assert_uint_eq(w.engine.n_access_lists, 2);
	ck_assert(config_access_list(&w.engine, "L")->standard);
	ck_assert_uint_eq(rules_of(&w, "L")->n, 2);
	feeding_says(&w, "access-list M line 1 extended deny tcp any any lt 1024\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	l = rules_of(&w, "M");
	ck_assert_uint_eq(l->n, 2);
	r = l->rule;
	ck_assert(!r->permit && r->protocol == 6 && r->dest_low == 0 && r->dest_high == 1023);
	ck_assert(
	    r[1].permit && r[1].protocol == 17 && r[1].dest_low == 53 && r[1].dest_high == 5000);
	feeding_says(&w, "no access-list L standard permit 10.1.0.0 255.255.0.0\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	l = rules_of(&w, "L");
	ck_assert_uint_eq(l->n, 1);
	ck_assert(!l->rule->permit && l->rule->dest_first == l->rule->dest_last);
	feeding_says(
	    &w, "clear configure access-list M\n", (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_uint_eq(w.engine.n_access_lists, 1);
	feeding_close(&w);
}
END_TEST

/* Of a list only what a line changes is told, in one step where it is one. */
START_TEST(access_lists_as_changes)
{
	static const struct {
		const char *lines;
		unsigned told, rules; /* messages, and what the engine has of L then */
	} row[] = {
	    {"access-list L standard permit 10.1.0.0 255.255.0.0\naccess-list L standard permit "
	     "10.2.0.0 255.255.0.0\n",
		2, 2},
	    {"access-list L standard permit 10.3.0.0 255.255.0.0\n", 1, 3},
	    {"access-list L remark here\n", 0, 3},
	    {"access-list L standard permit 10.4.0.0 255.255.0.0\n", 1, 4},
	    {"access-list L line 2 remark there\n", 0, 4},
	    {"no access-list L line 2 remark there\n", 0, 4},
	    {"no access-list L standard permit 10.4.0.0 255.255.0.0\n", 1, 3},
	    {"access-list M standard permit any4\n", 1, 3},
	    {"access-list N remark of nothing\n", 0, 3},
	    {"access-list O extended permit ip any any inactive\n", 1, 3},
	    {"access-list O extended permit ip any any\n", 1, 3},
	    {"no access-list L standard permit 10.1.0.0 255.255.0.0\n", 1, 2},
	};
	struct feeding w;

	feeding_open(&w);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		feeding_says(&w, row[i].lines, (const char *const[]){NULL});
		ck_assert_msg(feeding_count(&w, "CFG_ACCESS_LIST") == row[i].told &&
				  rules_of(&w, "L")->n == row[i].rules,
		    "%s: %zu rules\n%s", row[i].lines, rules_of(&w, "L")->n, text_str(&w.heard));
	}
	feeding_says(&w, "clear configure access-list L\n", (const char *const[]){NULL});
	ck_assert_uint_eq(feeding_count(&w, "CFG_ACCESS_LIST"), 1);
	ck_assert_ptr_null(config_access_list(&w.engine, "L"));
	ck_assert_ptr_null(config_access_list(&w.engine, "N"));
	ck_assert_uint_eq(rules_of(&w, "O")->n, 1);
	feeding_close(&w);
}
END_TEST

/* A list that is long: whatever moves, one small step, and every rule is at its place. */
START_TEST(long_access_lists)
{
	enum { N = 3000 };
	static const char *const lines[] = {"access-list L line 1 remark first\n",
	    "access-list L line 1 extended deny tcp any any\n",
	    "no access-list L line 2 remark first\n",
	    "no access-list L extended deny tcp any any\n",
	    "no access-list L extended permit udp any any eq 1000\n"};
	struct text t = {0};
	struct feeding w;

	feeding_open(&w);
	for (unsigned i = 0; i < N; i++)
		text_addf(&t, "access-list L extended permit udp any any eq %u\n", 1000 + i);
	db_apply(w.t.db, text_str(&t), strlen(text_str(&t)), 15, 0, NULL);
	ck_assert_uint_eq(feeding_count(&w, "CFG_ACCESS_LIST"), 3);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		unsigned before = i == 1 || i == 2, first = i == 4 ? 1001 : 1000;
		const struct acl_list *l;

		feeding_says(&w, lines[i], (const char *const[]){NULL});
		ck_assert_uint_eq(feeding_count(&w, "CFG_ACCESS_LIST"), i == 1 || i == 3 || i == 4);
		l = rules_of(&w, "L");
		ck_assert_uint_eq(l->n, N + before - (i == 4));
		for (size_t k = before; k < l->n; k++)
			ck_assert_uint_eq(l->rule[k].dest_low, first + k - before);
		ck_assert(!before || l->rule->protocol == 6);
	}
	feeding_close(&w);
	text_free(&t);
}
END_TEST

/* Lines that come, go and move at random, several in one delivery: what the engine has of the list
 * is what it would be told anew. */
START_TEST(rows_at_random)
{
	struct feeding w;

	feeding_open(&w);
	srand((unsigned)_i + 1);
	for (int round = 0; round < 60; round++) {
		struct text t = {0};
		struct acl_list was = {0};
		const struct config_list *l;

		for (int i = rand() % 6; i >= 0; i--) {
			int n = rand() % 12;

			if (rand() % 3 == 0)
				text_addf(&t,
				    "no access-list L extended permit udp any any eq %d\n",
				    5000 + n);
			else if (rand() % 4 == 0)
				text_addf(&t, "access-list L line %d remark number %d\n",
				    1 + rand() % 9, n);
			else
				text_addf(&t,
				    "access-list L line %d extended permit udp any any eq %d%s\n",
				    1 + rand() % 9, 5000 + n, rand() % 5 ? "" : " inactive");
		}
		db_apply(w.t.db, text_str(&t), strlen(text_str(&t)), 15, 0, NULL);
		text_free(&t);
		if ((l = config_access_list(&w.engine, "L")))
			for (size_t i = 0; i < l->rules.n; i++)
				ck_assert(acl_list_add(&was, &l->rules.rule[i]));
		ck_assert(feed_snapshot(w.feed, w.t.db, ROLE_ENGINE));
		l = config_access_list(&w.engine, "L");
		ck_assert_uint_eq(l ? l->rules.n : 0, was.n);
		for (size_t i = 0; i < was.n; i++)
			ck_assert(acl_rule_equal(&l->rules.rule[i], &was.rule[i]));
		acl_list_free(&was);
	}
	feeding_close(&w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("feed_access_lists");
	TCase *tc = tcase_create("feed_access_lists");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, access_lists_as_whole);
	tcase_add_test(tc, access_lists_as_changes);
	tcase_add_test(tc, elements_of_access_lists);
	tcase_add_test(tc, elements_follow_interfaces);
	tcase_add_test(tc, long_access_lists);
	tcase_add_loop_test(tc, rows_at_random, 0, 8);
	tcase_add_test(tc, sides_of_elements);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
