/*
 * Elements of access lists that name objects and groups: what they are expanded to, how they
 * follow when objects change, and what is refused.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/feeding.h"

static const char objects[] =
    "object network web\nhost 10.0.0.80\n"
    "object network lan\nsubnet 10.1.0.0 255.255.0.0\n"
    "object network some\nrange 10.2.0.5 10.2.0.9\n"
    "object service dns\nservice udp destination eq domain\n"
    "object service back\nservice tcp source eq www destination gt 1023\n"
    "object service ping\nservice icmp echo\n"
    "object-group network two\nnetwork-object host 10.0.0.1\n"
    "network-object host 10.0.0.2\n"
    "object-group network all\ngroup-object two\nnetwork-object object lan\n"
    "object-group service webs tcp\nport-object eq www\nport-object eq https\n"
    "object-group service mixed tcp-udp\nport-object range 53 54\n"
    "object-group service any\nservice-object tcp destination eq ssh\n"
    "service-object udp\nservice-object icmp echo\nservice-object esp\n"
    "object-group service anyobj\nservice-object object back\n"
    "object-group protocol both\nprotocol-object tcp\nprotocol-object udp\n"
    "object-group protocol tunnels\nprotocol-object esp\nprotocol-object gre\n"
    "object-group icmp-type pings\nicmp-object echo\nicmp-object echo-reply\n"
    "time-range OFFICE\nperiodic weekdays 8:00 to 18:00\n"
    "exit\n";

static void addresses(struct text *t, uint32_t first, uint32_t last)
{
	struct addr a = addr_v4(first), b = addr_v4(last);
	char x[ADDR_TEXT_MAX], y[ADDR_TEXT_MAX];

	if (first == 0 && last == UINT32_MAX)
		text_add(t, "*");
	else if (first == last)
		text_add(t, addr_text(&a, x));
	else
		text_addf(t, "%s-%s", addr_text(&a, x), addr_text(&b, y));
}

static void ports(struct text *t, uint16_t low, uint16_t high)
{
	if (low != 0 || high != UINT16_MAX)
		text_addf(t, low == high ? ":%u" : ":%u-%u", low, high);
}

/* "+6 10.0.0.1 10.0.0.2:80; ..." of list L, as the engine has it. */
static const char *rules(struct feeding *w, struct text *t)
{
	const struct config_list *l = config_access_list(&w->engine, "L");

	text_clear(t);
	for (size_t i = 0; l && i < l->rules.n; i++) {
		const struct acl_rule *r = &l->rules.rule[i];

		text_addf(t, "%s%c%u ", i ? "; " : "", r->permit ? '+' : '-', r->protocol);
		addresses(t, r->source_first, r->source_last);
		ports(t, r->source_low, r->source_high);
		text_add(t, " ");
		addresses(t, r->dest_first, r->dest_last);
		ports(t, r->dest_low, r->dest_high);
	}
	return text_str(t);
}

static const struct {
	const char *line, *rules;
	const char *shown; /* NULL: as typed */
} forms[] = {
    {"permit ip object web any", "+0 10.0.0.80 *", NULL},
    {"permit ip any object web", "+0 * 10.0.0.80", NULL},
    {"deny ip object lan object some", "-0 10.1.0.0-10.1.255.255 10.2.0.5-10.2.0.9", NULL},
    {"permit ip object-group two any", "+0 10.0.0.1 *; +0 10.0.0.2 *", NULL},
    {"permit tcp object-group all object web eq www",
	"+6 10.0.0.1 10.0.0.80:80; +6 10.0.0.2 10.0.0.80:80; +6 10.1.0.0-10.1.255.255 "
	"10.0.0.80:80",
	NULL},
    {"permit ip object-group two object-group two",
	"+0 10.0.0.1 10.0.0.1; +0 10.0.0.1 10.0.0.2; +0 10.0.0.2 10.0.0.1; +0 10.0.0.2 10.0.0.2",
	NULL},
    {"permit tcp any object web object-group webs", "+6 * 10.0.0.80:80; +6 * 10.0.0.80:443", NULL},
    {"permit tcp any any object-group webs", "+6 * *:80; +6 * *:443", NULL},
    {"permit tcp any object-group webs any", "+6 *:80 *; +6 *:443 *", NULL},
    {"permit tcp any object-group webs object-group two",
	"+6 *:80 10.0.0.1; +6 *:80 10.0.0.2; +6 *:443 10.0.0.1; +6 *:443 10.0.0.2", NULL},
    {"permit tcp object-group two object-group webs object-group two object-group mixed",
	"+6 10.0.0.1:80 10.0.0.1:53-54; +6 10.0.0.1:80 10.0.0.2:53-54; "
	"+6 10.0.0.2:80 10.0.0.1:53-54; +6 10.0.0.2:80 10.0.0.2:53-54; "
	"+6 10.0.0.1:443 10.0.0.1:53-54; +6 10.0.0.1:443 10.0.0.2:53-54; "
	"+6 10.0.0.2:443 10.0.0.1:53-54; +6 10.0.0.2:443 10.0.0.2:53-54",
	NULL},
    {"permit udp any object-group two object-group mixed",
	"+17 * 10.0.0.1:53-54; +17 * 10.0.0.2:53-54", NULL},
    {"permit tcp any gt 1023 object-group two eq 22",
	"+6 *:1024-65535 10.0.0.1:22; +6 *:1024-65535 10.0.0.2:22",
	"permit tcp any gt 1023 object-group two eq ssh"},
    {"permit object dns any any", "+17 * *:53", NULL},
    {"permit object back object lan any", "+6 10.1.0.0-10.1.255.255:80 *:1024-65535", NULL},
    {"permit object ping any any", "+1 * *:2048-2303", NULL},
    {"permit object-group any any object web",
	"+6 * 10.0.0.80:22; +17 * 10.0.0.80; +1 * 10.0.0.80:2048-2303; +50 * 10.0.0.80", NULL},
    {"permit object-group anyobj any any", "+6 *:80 *:1024-65535", NULL},
    {"permit object-group both any any eq 53", "+6 * *:53; +17 * *:53",
	"permit object-group both any any eq domain"},
    {"permit object-group both any any eq 443", "+6 * *:443; +17 * *:443", NULL},
    {"permit object-group both any object-group two object-group mixed",
	"+6 * 10.0.0.1:53-54; +6 * 10.0.0.2:53-54; +17 * 10.0.0.1:53-54; +17 * 10.0.0.2:53-54",
	NULL},
    {"permit object-group tunnels any interface wan", "+50 * 172.16.1.2; +47 * 172.16.1.2", NULL},
    {"permit icmp any any object-group pings", "+1 * *:2048-2303; +1 * *:0-255", NULL},
    {"permit icmp any object-group two object-group pings",
	"+1 * 10.0.0.1:2048-2303; +1 * 10.0.0.2:2048-2303; +1 * 10.0.0.1:0-255; +1 * "
	"10.0.0.2:0-255",
	NULL},
    {"permit ip object-group two any inactive", "", NULL},
    {"permit tcp any any eq ssh log time-range OFFICE", "", NULL}, /* no time is active here */
    {"permit tcp any any eq ssh log disable time-range OFFICE inactive", "", NULL},
    {"permit 47 object web any", "+47 10.0.0.80 *", "permit gre object web any"},
};

/* Every form: its rules, how it is shown, and that this loads to the same again. */
START_TEST(forms_with_names)
{
	struct feeding w;
	struct text t = {0};
	char line[256], shown[256];

	feeding_open(&w);
	config_paste(&w.t, "interface g0/0\nnameif wan\nip address 172.16.1.2 255.255.255.0\n");
	config_paste(&w.t, objects);
	snprintf(line, sizeof line, "access-list L extended %s\n", forms[_i].line);
	snprintf(shown, sizeof shown, "access-list L extended %s \n",
	    forms[_i].shown ? forms[_i].shown : forms[_i].line);
	config_paste(&w.t, line);
	ck_assert_str_eq(rules(&w, &t), forms[_i].rules);
	ck_assert_ptr_nonnull(strstr(config_show(&w.t, 0, "access-list"), shown));
	snprintf(line, sizeof line, "no access-list L extended %s\n", forms[_i].line);
	config_paste(&w.t, line);
	ck_assert_ptr_null(config_access_list(&w.engine, "L"));
	snprintf(line, sizeof line, "%s", shown);
	config_paste(&w.t, line);
	ck_assert_str_eq(rules(&w, &t), forms[_i].rules);
	ck_assert_ptr_nonnull(strstr(config_show(&w.t, 0, "access-list"), shown));
	text_free(&t);
	feeding_close(&w);
}
END_TEST

static const struct {
	const char *line, *says;
} refused[] = {
    {"permit ip object none any", "ERROR: specified object or object-group (none) does not exist"},
    {"permit ip object two any",
	"ERROR: specified object <two> has wrong type; expecting network type"},
    {"permit ip object-group lan any",
	"ERROR: specified object group <lan> has wrong type; expecting network type"},
    {"permit ip object-group webs any",
	"ERROR: specified object group <webs> has wrong type; expecting network type"},
    {"permit udp any any object-group webs",
	"ERROR: specified object group <webs> has wrong type; expecting service udp type"},
    {"permit icmp any any object-group webs",
	"ERROR: specified object group <webs> has wrong type; expecting icmp-type type"},
    {"permit object-group both any any object-group webs",
	"ERROR: specified object group <webs> has wrong type; expecting service tcp-udp type"},
    {"permit tcp any any object-group pings",
	"ERROR: specified object group <pings> has wrong type; expecting service tcp type"},
    {"permit tcp any any object-group any",
	"ERROR: specified object group <any> has wrong type; expecting service tcp type"},
    {"permit object-group two any any",
	"ERROR: specified object group <two> has wrong type; expecting service or protocol type"},
    {"permit object-group tunnels any any eq 80", "ERROR: ports need the protocol tcp or udp"},
    {"permit object dns any any eq 80", "ERROR: <dns> says its own ports"},
    {"permit ip any any eq 80", "ERROR: ports need the protocol tcp or udp"},
    {"permit ip any any echo", "ERROR: an ICMP type needs the protocol icmp"},
    {"permit object-group both any any eq https", "ERROR: https is not a port of both"},
};

static void refuses(struct config_test *t, const char *line, const char *says)
{
	ck_assert_int_eq(config_line(t, line), DB_REFUSED);
	ck_assert_msg(strstr(text_str(&t->out), says) != NULL, "%s: %s", line, text_str(&t->out));
}

START_TEST(names_that_do_not_fit)
{
	struct feeding w;
	char line[256];

	feeding_open(&w);
	config_paste(&w.t, objects);
	snprintf(line, sizeof line, "access-list L extended %s", refused[_i].line);
	refuses(&w.t, line, refused[_i].says);
	ck_assert_ptr_null(config_access_list(&w.engine, "L"));
	feeding_close(&w);
}
END_TEST

/* What an object or a group gets or loses is told as it is: small steps of the lists that use it.
 */
START_TEST(lists_follow_objects)
{
	static const struct {
		const char *lines, *rules;
		unsigned told;
	} row[] = {
	    {"access-list L extended permit ip object web any\n"
	     "access-list L extended permit ip object-group all any\n"
	     "access-list L extended permit ip any host 10.9.9.9\n",
		"+0 10.0.0.80 *; +0 10.0.0.1 *; +0 10.0.0.2 *; +0 10.1.0.0-10.1.255.255 *; +0 * "
		"10.9.9.9",
		3},
	    {"object network web\nhost 10.0.0.81\n",
		"+0 10.0.0.81 *; +0 10.0.0.1 *; +0 10.0.0.2 *; +0 10.1.0.0-10.1.255.255 *; +0 * "
		"10.9.9.9",
		1},
	    {"object-group network two\nnetwork-object host 10.0.0.3\n",
		"+0 10.0.0.81 *; +0 10.0.0.1 *; +0 10.0.0.2 *; +0 10.0.0.3 *; +0 "
		"10.1.0.0-10.1.255.255 *; +0 * 10.9.9.9",
		1},
	    {"no network-object host 10.0.0.1\n",
		"+0 10.0.0.81 *; +0 10.0.0.2 *; +0 10.0.0.3 *; +0 10.1.0.0-10.1.255.255 *; +0 * "
		"10.9.9.9",
		1},
	    {"description two of them\n",
		"+0 10.0.0.81 *; +0 10.0.0.2 *; +0 10.0.0.3 *; +0 10.1.0.0-10.1.255.255 *; +0 * "
		"10.9.9.9",
		0},
	    {"object-group service webs tcp\nport-object eq 8080\n",
		"+0 10.0.0.81 *; +0 10.0.0.2 *; +0 10.0.0.3 *; +0 10.1.0.0-10.1.255.255 *; +0 * "
		"10.9.9.9",
		0},
	};
	struct feeding w;
	struct text t = {0};

	feeding_open(&w);
	config_paste(&w.t, objects);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		feeding_says(&w, row[i].lines, (const char *const[]){NULL});
		ck_assert_str_eq(rules(&w, &t), row[i].rules);
		ck_assert_uint_eq(feeding_count(&w, "CFG_ACCESS_LIST"), row[i].told);
	}
	text_free(&t);
	feeding_close(&w);
}
END_TEST

/* More than there may be is refused; where a group grows beyond it, nothing passes any more. */
START_TEST(too_many_combinations)
{
	struct feeding w;
	struct text t = {0};

	feeding_open(&w);
	text_add(&t, "object-group network many\n");
	for (int i = 0; i < 256; i++)
		text_addf(&t, "network-object host 10.0.%d.1\n", i);
	db_apply(w.t.db, text_str(&t), strlen(text_str(&t)), 15, 0, NULL);
	config_paste(
	    &w.t, "access-list L extended permit ip object-group many object-group many\n");
	ck_assert_uint_eq(config_access_list(&w.engine, "L")->rules.n, 65536);
	config_paste(&w.t, "object-group network many\nnetwork-object host 10.1.1.1\nexit\n");
	ck_assert_str_eq(rules(&w, &t), "-0 * *");
	refuses(&w.t, "access-list M extended permit udp object-group many object-group many",
	    "ERROR: access-list <M>: this element would be expanded to more than 65536");
	text_free(&t);
	feeding_close(&w);
}
END_TEST

/* A group that has grown to more than a name may stand for, by groups of groups, is not cut off:
 * what it refused would pass. */
START_TEST(a_group_that_has_grown)
{
	struct feeding w;
	struct text t = {0};

	feeding_open(&w);
	text_add(&t, "object-group network x0\n");
	for (int i = 0; i < 200; i++)
		text_addf(&t, "network-object host 10.0.%d.1\n", i);
	for (int i = 0; i < 7; i++)
		text_addf(&t,
		    "object-group network a%d\ngroup-object x%d\n"
		    "object-group network x%d\ngroup-object x%d\ngroup-object a%d\n",
		    i, i, i + 1, i, i);
	ck_assert_int_eq(db_apply(w.t.db, text_str(&t), strlen(text_str(&t)), 15, 0, NULL), 0);
	config_paste(&w.t, "access-list L extended deny ip object-group x7 any\n"
			   "access-list L extended permit ip any any\n");
	ck_assert_uint_eq(config_access_list(&w.engine, "L")->rules.n, 200 * 128 + 1);
	text_clear(&t);
	text_add(&t, "object-group network x0\n");
	for (int i = 0; i < 400; i++)
		text_addf(&t, "network-object host 10.%d.%d.2\n", 1 + i / 256, i % 256);
	ck_assert_int_eq(db_apply(w.t.db, text_str(&t), strlen(text_str(&t)), 15, 0, NULL), 0);
	ck_assert_uint_eq(config_access_list(&w.engine, "L")->rules.n, 2);
	ck_assert_str_eq(rules(&w, &t), "-0 * *; +0 * *");
	text_free(&t);
	feeding_close(&w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("feed_access_objects");
	TCase *tc = tcase_create("feed_access_objects");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(tc, forms_with_names, 0, sizeof forms / sizeof *forms);
	tcase_add_loop_test(tc, names_that_do_not_fit, 0, sizeof refused / sizeof *refused);
	tcase_add_test(tc, lists_follow_objects);
	tcase_add_test(tc, too_many_combinations);
	tcase_add_test(tc, a_group_that_has_grown);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
