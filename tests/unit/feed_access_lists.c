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
		const struct cfg_access_list *e;
		char line[128];

		feeding_open(&w);
		snprintf(line, sizeof line, "access-list L extended permit %s\n", row[i].line);
		feeding_says(&w, line, (const char *const[]){"CFG_ACCESS_LIST", NULL});
		e = w.engine.access_entries;
		ck_assert_uint_eq(w.engine.n_access_entries, 1);
		ck_assert_msg(e->inactive == row[i].inactive, "%s", line);
		if (!e->inactive)
			ck_assert_msg(e->source_low == row[i].source_low &&
					  e->source_high == row[i].source_high &&
					  e->port_low == row[i].low && e->port_high == row[i].high,
			    "%s: %u-%u %u-%u", line, e->source_low, e->source_high, e->port_low,
			    e->port_high);
		feeding_close(&w);
	}
}
END_TEST

/* `interface NAME` in an element is the address that the interface has at any time. */
START_TEST(elements_follow_interfaces)
{
	struct feeding w;
	char a[ADDR_TEXT_MAX];

	feeding_open(&w);
	feeding_says(&w, "access-list L extended permit udp interface wan any\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert(w.engine.access_entries[0].inactive);
	feeding_says(&w,
	    "interface GigabitEthernet0/0\nnameif wan\nip address 172.16.1.2 255.255.255.0\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert(!w.engine.access_entries[0].inactive);
	ck_assert_str_eq(addr_text(&w.engine.access_entries[0].source, a), "172.16.1.2");
	ck_assert_int_eq(mask_prefix(&w.engine.access_entries[0].source_mask), 32);
	feeding_says(&w, "ip address 172.16.1.3 255.255.255.0\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_str_eq(addr_text(&w.engine.access_entries[0].source, a), "172.16.1.3");
	feeding_says(&w, "crypto ikev1 policy 10\n", (const char *const[]){"CFG_IKE_POLICY", NULL});
	ck_assert_ptr_null(
	    strstr(text_str(&w.heard), "CFG_ACCESS_LIST")); /* no interface changed */
	config_paste(&w.t, "interface GigabitEthernet0/0\n");
	feeding_says(&w, "no ip address\n", (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert(w.engine.access_entries[0].inactive);
	feeding_close(&w);
}
END_TEST

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
		const struct cfg_access_list *e;
		char line[128], a[ADDR_TEXT_MAX];

		feeding_open(&w);
		config_paste(&w.t,
		    "interface g0/0\nnameif wan\nip address 172.16.1.2 255.255.255.0\n"
		    "interface g0/1\nnameif lan\nip address 10.3.3.3 255.255.255.0\n");
		snprintf(line, sizeof line, "access-list L extended deny %s\n", row[i].line);
		config_paste(&w.t, line);
		ck_assert_uint_eq(w.engine.n_access_entries, 1);
		e = w.engine.access_entries;
		snprintf(line, sizeof line, "%s/%d", addr_text(&e->source, a),
		    mask_prefix(&e->source_mask));
		ck_assert_str_eq(line, row[i].source);
		snprintf(
		    line, sizeof line, "%s/%d", addr_text(&e->dest, a), mask_prefix(&e->dest_mask));
		ck_assert_str_eq(line, row[i].dest);
		ck_assert_msg(e->inactive == row[i].inactive, "%s", row[i].line);
		ck_assert_uint_eq(e->protocol, row[i].protocol);
		ck_assert(!e->permit && !e->standard);
		feeding_close(&w);
	}
}
END_TEST

/* ---- lists ------------------------------------------------------------------------------ */

/* A line put in before others renumbers them; the engine's copy follows. */
START_TEST(access_lists_as_whole)
{
	struct feeding w;
	const struct cfg_access_list *e;

	feeding_open(&w);
	feeding_says(&w,
	    "access-list L standard permit 10.1.0.0 255.255.0.0\n"
	    "access-list L remark two networks\n"
	    "access-list L standard deny host 10.2.0.1\n"
	    "access-list M extended permit udp any4 10.3.0.0 255.255.0.0 range domain 5000\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_msg(w.engine.n_access_entries == 3, "%s", text_str(&w.heard));
	feeding_says(&w, "access-list M line 1 extended deny tcp any any lt 1024\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_uint_eq(w.engine.n_access_entries, 4);
	e = &w.engine.access_entries[2];
	ck_assert_str_eq(e->name, "M");
	ck_assert(e->line == 1 && !e->permit && e->protocol == 6);
	ck_assert(e->port_low == 0 && e->port_high == 1023);
	ck_assert(e[1].line == 2 && e[1].permit && e[1].protocol == 17 && e[1].port_low == 53 &&
		  e[1].port_high == 5000);
	feeding_says(&w, "no access-list L standard permit 10.1.0.0 255.255.0.0\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_uint_eq(w.engine.n_access_entries, 3);
	e = w.engine.access_entries;
	ck_assert(e->line == 2 && !e->permit && e->standard && mask_prefix(&e->dest_mask) == 32);
	feeding_says(
	    &w, "clear configure access-list M\n", (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_uint_eq(w.engine.n_access_entries, 1);
	feeding_close(&w);
}
END_TEST

/* Of a list only what a line changes is told, and every place the engine knows stays the truth. */
START_TEST(access_lists_as_changes)
{
	static const struct {
		const char *lines;
		unsigned told, entries; /* messages, and what the engine has then */
	} row[] = {
	    {"access-list L standard permit 10.1.0.0 255.255.0.0\naccess-list L standard permit "
	     "10.2.0.0 255.255.0.0\n",
		2, 2},
	    {"access-list L standard permit 10.3.0.0 255.255.0.0\n", 1, 3},
	    {"access-list L remark here\n", 0, 3},
	    {"access-list L standard permit 10.4.0.0 255.255.0.0\n", 1, 4},
	    /* three moved; nothing is at 2 and 5 now */
	    {"access-list L line 2 remark there\n", 5, 4},
	    {"no access-list L line 2 remark there\n", 5, 4}, /* nor at 4 and 6 */
	    {"no access-list L standard permit 10.4.0.0 255.255.0.0\n", 1, 3},
	    {"access-list M standard permit any4\n", 1, 4},
	    {"no access-list L standard permit 10.1.0.0 255.255.0.0\n", 3, 3},
	    {"clear configure access-list L\n", 2, 1},
	};
	struct feeding w;

	feeding_open(&w);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		feeding_says(&w, row[i].lines, (const char *const[]){NULL});
		ck_assert_msg(feeding_count(&w, "CFG_ACCESS_LIST") == row[i].told &&
				  w.engine.n_access_entries == row[i].entries,
		    "%s: %zu entries\n%s", row[i].lines, w.engine.n_access_entries,
		    text_str(&w.heard));
	}
	ck_assert_str_eq(w.engine.access_entries[0].name, "M");
	feeding_close(&w);
}
END_TEST

/* A list that is long: whatever moves, the engine's copy has every line at its place. */
START_TEST(long_access_lists)
{
	enum { N = 40 };
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
	config_paste(&w.t, text_str(&t));
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		unsigned before = i == 0 || i == 2 ? 1 : i == 1 ? 2 : 0; /* elements before ours */
		unsigned first = i == 4 ? 1001 : 1000;
		const struct cfg_access_list *e;

		config_paste(&w.t, lines[i]);
		e = w.engine.access_entries;
		ck_assert_uint_eq(w.engine.n_access_entries, i == 4		? N - 1
							     : i == 1 || i == 2 ? N + 1
										: N);
		if (i == 1 || i == 2) {
			ck_assert(e->line == 1 && e->protocol == 6 && !e->permit);
			e++;
		}
		for (unsigned k = 0; k < N - (i == 4); k++)
			ck_assert_msg(e[k].line == before + k + 1 && e[k].port_low == first + k &&
					  e[k].port_high == first + k,
			    "%s: %u: line %u, port %u", lines[i], k, e[k].line, e[k].port_low);
	}
	feeding_close(&w);
	text_free(&t);
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
	tcase_add_test(tc, sides_of_elements);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
