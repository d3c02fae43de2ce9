/*
 * Rules of NAT as the keeper hears them: ranges become prefixes, and each rule is told once, in
 * its order.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/feeding.h"

/* The fewest prefixes that are a range: none reaches beyond it, and the worst range has 62. */
START_TEST(ranges_become_prefixes)
{
	static const struct {
		const char *range;
		unsigned n;
		const char *first, *last; /* prefixes */
	} row[] = {
	    {"10.0.0.5 10.0.0.5", 1, "10.0.0.5 source_mask=255.255.255.255", NULL},
	    {"10.0.0.0 10.0.0.255", 1, "10.0.0.0 source_mask=255.255.255.0", NULL},
	    {"10.0.0.0 10.0.1.0", 2, "10.0.0.0 source_mask=255.255.255.0",
		"10.0.1.0 source_mask=255.255.255.255"},
	    {"10.0.0.1 10.0.0.2", 2, "10.0.0.1 source_mask=255.255.255.255",
		"10.0.0.2 source_mask=255.255.255.255"},
	    {"255.255.255.254 255.255.255.255", 1, "255.255.255.254 source_mask=255.255.255.254",
		NULL},
	    {"128.0.0.0 255.255.255.255", 1, "128.0.0.0 source_mask=128.0.0.0", NULL},
	    {"0.0.0.1 255.255.255.254", 62, "0.0.0.1 source_mask=255.255.255.255",
		"255.255.255.254 source_mask=255.255.255.255"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct feeding w;
		char line[200];

		feeding_open(&w);
		config_paste(&w.t, "interface g0/0\nnameif outside\n");
		snprintf(line, sizeof line,
		    "object network N\nrange %s\nnat (any,outside) source dynamic N interface\n",
		    row[i].range);
		feeding_says(&w, line,
		    row[i].last ? (const char *const[]){row[i].first, row[i].last, NULL}
				: (const char *const[]){row[i].first, NULL});
		ck_assert_msg(feeding_count(&w, "KEEP_NAT") == row[i].n, "%s: %u", row[i].range,
		    feeding_count(&w, "KEEP_NAT"));
		feeding_close(&w);
	}
}
END_TEST

/* Each prefix of the source with each of the destination, in the order of their numbers; and no
 * rule for an interface that is not there. */
START_TEST(rules_of_many_parts)
{
	static const char *const none[] = {"nat (nowhere,outside) source dynamic any interface\n",
	    "nat (any,nowhere) source dynamic any interface\n",
	    "nat (any,any) source static E E\n"};
	struct feeding w;

	feeding_open(&w);
	config_paste(&w.t, "interface g0/0\nnameif outside\n"
			   "object network N\nrange 10.0.0.1 10.0.0.2\n"
			   "object network M\nrange 10.9.0.3 10.9.0.4\n"
			   "object network E\ndescription nothing yet\n");
	feeding_says(&w, "nat (any,outside) source dynamic N interface destination static M M\n",
	    (const char *const[]){"order=4096 ", "real_if=\"\" mapped_if=\"eth0\"", "=10.0.0.1 ",
		"dest=10.9.0.3 ", "order=4097 ", "=10.0.0.1 ", "dest=10.9.0.4 ", "order=4098 ",
		"=10.0.0.2 ", "dest=10.9.0.3 ", "order=4099 ", "=10.0.0.2 ", "dest=10.9.0.4 ",
		NULL});
	ck_assert_uint_eq(feeding_count(&w, "KEEP_NAT"), 4);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		text_clear(&w.heard);
		config_paste(&w.t, none[i]);
		ck_assert_str_eq(text_str(&w.heard), "");
	}
	feeding_close(&w);
}
END_TEST

#define RULE(op, order, kind)                                                                      \
	"keeper: KEEP_NAT id=0 op=" op " order=" order " kind=\"" kind                             \
	"\" real_if=\"eth1\" mapped_if=\"eth0\""
#define TO_ANY " dest=- dest_mask=-"

/* Each rule once, in the kernel's words: what it translates, to what, in which order. */
START_TEST(rules_of_nat)
{
	static const struct {
		const char *line, *heard;
	} row[] = {
	    {"nat (inside,outside) source static H J\n",
	        RULE("1", "4096", "static")
	        " source=10.1.1.7 source_mask=255.255.255.255" TO_ANY " mapped=172.16.1.77\n"},
	    {"nat (inside,outside) source static N N\n",
	        RULE("1", "8192", "exempt")
	        " source=192.168.1.0 source_mask=255.255.255.0" TO_ANY " mapped=-\n"},
	    {"nat (inside,outside) source dynamic N J destination static H H\n",
	        RULE("1", "12288", "dynamic")
	        " source=192.168.1.0 source_mask=255.255.255.0"
	        " dest=10.1.1.7 dest_mask=255.255.255.255 mapped=172.16.1.77\n"},
	    {"nat (inside,outside) after-auto source dynamic any interface\n",
	        RULE("1", "3221229568", "dynamic-interface")
	        " source=- source_mask=-" TO_ANY " mapped=-\n"},
	    {"nat (inside,outside) source dynamic N interface inactive\n", ""},
	    {"object network N\nnat (inside,outside) dynamic interface\n",
	        RULE("1", "2147487744", "dynamic-interface")
	        " source=192.168.1.0 source_mask=255.255.255.0" TO_ANY " mapped=-\n"},
	    {"object network H\nnat (inside,outside) static 172.16.1.78\n",
	        RULE("2", "2147487744", "dynamic-interface")
	        " source=192.168.1.0 source_mask=255.255.255.0" TO_ANY " mapped=-\n"
	        RULE("1", "1073745920", "static")
	        " source=10.1.1.7 source_mask=255.255.255.255" TO_ANY " mapped=172.16.1.78\n"
	        RULE("1", "2147491840", "dynamic-interface")
	        " source=192.168.1.0 source_mask=255.255.255.0" TO_ANY " mapped=-\n"},
	    {"object network J\nnat (inside,outside) dynamic 172.16.1.79\n",
	        RULE("1", "2147491840", "dynamic")
	        " source=172.16.1.77 source_mask=255.255.255.255" TO_ANY " mapped=172.16.1.79\n"
	        RULE("1", "2147495936", "dynamic-interface")
	        " source=192.168.1.0 source_mask=255.255.255.0" TO_ANY " mapped=-\n"},
	};
	struct feeding w;

	feeding_open(&w);
	config_paste(&w.t, "interface g0/0\nnameif outside\ninterface g0/1\nnameif inside\n"
			   "object network H\nhost 10.1.1.7\n"
			   "object network J\nhost 172.16.1.77\n"
			   "object network N\nsubnet 192.168.1.0 255.255.255.0\n");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		text_clear(&w.heard);
		config_paste(&w.t, row[i].line);
		ck_assert_str_eq(text_str(&w.heard), row[i].heard);
	}
	feeding_close(&w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("feed_nat");
	TCase *tc = tcase_create("feed_nat");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, ranges_become_prefixes);
	tcase_add_test(tc, rules_of_many_parts);
	tcase_add_test(tc, rules_of_nat);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
