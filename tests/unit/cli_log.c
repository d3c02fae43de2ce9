/* What is logged and traced reaches those who listen, at their levels; what is kept is bounded. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/log/audit.h"
#include "cli/log/clock.h"
#include "cli/log/debug_hub.h"

static void heard(void *ctx, const char *line, size_t len)
{
	text_addn(ctx, line, len);
}

/* A log without a loop: lines go out at once. */
static void open_log(struct audit *a, int console, int monitor, int buffered)
{
	struct log_settings s;

	settings_init(&s);
	s.enabled = true;
	s.to[DEST_CONSOLE].level = (int8_t)console;
	s.to[DEST_MONITOR].level = (int8_t)monitor;
	s.to[DEST_BUFFER].level = (int8_t)buffered;
	audit_init(a, NULL, NULL);
	audit_configure(a, &s);
}

/* Terminals hear what their destination has: the console, those that monitor; nobody else. */
START_TEST(terminals_hear_up_to_their_level)
{
	struct audit a;
	struct text console = {0}, monitor = {0}, both = {0}, none = {0};
	struct audit_listener l[] = {
	    {.hears = AUDIT_CONSOLE, .heard = heard, .ctx = &console},
	    {.hears = AUDIT_MONITOR, .heard = heard, .ctx = &monitor},
	    {.hears = AUDIT_CONSOLE | AUDIT_MONITOR, .heard = heard, .ctx = &both},
	    {.hears = 0, .heard = heard, .ctx = &none},
	};

	open_log(&a, 3, 5, LEVEL_OFF);
	for (int i = 0; i < 4; i++)
		audit_listen(&a, &l[i]);
	audit_add(&a, 4, 7, "four");
	audit_add(&a, 6, 8, "six");
	audit_add(&a, 0, 9, "zero");
	ck_assert_str_eq(text_str(&console), "%ASA-0-000009: zero\n");
	ck_assert_str_eq(
	    text_str(&monitor), "%ASA-4-000007: four\n%ASA-0-000009: zero\n");
	ck_assert_str_eq(text_str(&both), text_str(&monitor)); /* each line once */
	ck_assert_str_eq(text_str(&none), "");
	text_clear(&monitor);
	audit_unlisten(&a, &l[2]);
	audit_unlisten(&a, &l[2]); /* is not in the list any more */
	audit_command(&a, "me", "10.1.1.1", "hostname x"); /* one line of the two */
	ck_assert_str_eq(
	    text_str(&monitor), "%ASA-5-111008: User 'me' executed the 'hostname x' command.\n");
	audit_broadcast(&a, "to all\n");
	ck_assert_str_eq(text_str(&none), "to all\n");
	audit_free(&a);
	text_free(&console);
	text_free(&monitor);
	text_free(&both);
	text_free(&none);
}
END_TEST

/* Whoever stops listening is gone, wherever he stands in the list; the others are not. */
START_TEST(listeners_leave_in_any_order)
{
	for (int leaves = 0; leaves < 4; leaves++) { /* 3: one who never came */
		struct audit a;
		struct debug_hub h = {0};
		struct text log[4] = {{0}}, trace[4] = {{0}};
		struct audit_listener al[4];
		struct debug_listener dl[4];

		open_log(&a, LEVEL_OFF, LEVEL_DEBUGGING, LEVEL_OFF);
		for (int i = 0; i < 4; i++) {
			al[i] = (struct audit_listener){
			    .hears = AUDIT_MONITOR, .heard = heard, .ctx = &log[i]};
			dl[i] = (struct debug_listener){.heard = heard, .ctx = &trace[i]};
			memset(dl[i].level, i < 3 ? 5 : 0, sizeof dl[i].level);
		}
		memset(h.level, 5, sizeof h.level); /* as they asked for */
		for (int i = 0; i < 3; i++) {
			audit_listen(&a, &al[i]);
			debug_listen(&h, &dl[i]);
		}
		audit_unlisten(&a, &al[leaves]);
		debug_unlisten(&h, &dl[leaves]);
		audit_add(&a, 1, 1, "x");
		debug_line(&h, &(struct debug_line){.cls = TRACE_PPP, .level = 5, .text = "x"});
		for (int i = 0; i < 4; i++) {
			bool hears = i < 3 && i != leaves;

			ck_assert_str_eq(text_str(&log[i]), hears ? "%ASA-1-000001: x\n" : "");
			ck_assert_str_eq(text_str(&trace[i]), hears ? "x\n" : "");
			text_free(&log[i]);
			text_free(&trace[i]);
		}
		audit_free(&a);
	}
}
END_TEST

/* What the roles are told. */
struct told {
	struct text t;
};

static void tell(void *ctx, enum trace_class cls, uint8_t level, bool aaa)
{
	text_addf(&((struct told *)ctx)->t, "%d=%u%s ", cls, level, aaa ? "+aaa" : "");
}

START_TEST(levels_merge_to_the_highest)
{
	struct told told = {0};
	struct debug_hub h = {.tell = tell, .ctx = &told};
	struct text a = {0}, b = {0};
	struct debug_listener one = {.heard = heard, .ctx = &a}, two = {.heard = heard, .ctx = &b};

	debug_listen(&h, &one);
	debug_listen(&h, &two);
	debug_set(&h, &one, TRACE_L2TP, 100);
	debug_set(&h, &two, TRACE_L2TP, 100); /* the same: nobody has to be told */
	debug_set(&h, &two, TRACE_L2TP, 7);
	ck_assert_str_eq(text_str(&told.t), "2=100 ");
	debug_line(&h, &(struct debug_line){.cls = TRACE_L2TP, .level = 100, .text = "detail"});
	debug_line(&h, &(struct debug_line){.cls = TRACE_L2TP, .level = 7, .text = "event"});
	debug_line(&h, &(struct debug_line){.cls = TRACE_L2TP, .level = 0, .text = "no level"});
	debug_line(&h, &(struct debug_line){.cls = TRACE_PPP, .level = 1, .text = "another class"});
	debug_line(&h, &(struct debug_line){.cls = TRACE_CLASSES, .level = 1, .text = "no class"});
	ck_assert_str_eq(text_str(&a), "detail\nevent\n");
	ck_assert_str_eq(text_str(&b), "event\n");
	text_clear(&told.t);
	debug_set(&h, &two, TRACE_AAA, 1);
	debug_unlisten(&h, &one);
	ck_assert_str_eq(text_str(&told.t), "7=1+aaa 2=7 ");
	text_clear(&told.t);
	debug_announce(&h);
	ck_assert_str_eq(text_str(&told.t), "2=7 7=1+aaa ");
	text_clear(&b);
	debug_show(&two, NULL, &b);
	ck_assert_str_eq(
	    text_str(&b), "debug l2tp event enabled at level 7\n"
	    "debug aaa authentication enabled at level 1\n");
	debug_unlisten(&h, &two);
	ck_assert_ptr_null(h.listeners);
	text_free(&told.t);
	text_free(&a);
	text_free(&b);
}
END_TEST

/* `undebug all` leaves no level, and tells the roles of each one class. */
START_TEST(all_is_switched_off)
{
	struct told told = {0};
	struct debug_hub h = {.tell = tell, .ctx = &told};
	struct debug_listener l = {.heard = heard}, all = {.heard = heard};
	struct text t = {0};

	debug_listen(&h, &l);
	debug_listen(&h, &all);
	for (enum trace_class cls = 0; cls < TRACE_CLASSES; cls++) {
		debug_set(&h, &l, cls, 9);
		debug_set(&h, &all, cls, 9);
	}
	text_clear(&told.t);
	debug_off(&h, &l);
	ck_assert_str_eq(text_str(&told.t), ""); /* the other has them yet */
	debug_off(&h, &all);
	ck_assert_str_eq(text_str(&told.t),
	    "0=0 1=0 2=0 3=0 4=0 5=0 6=0 7=0+aaa 8=0+aaa 9=0+aaa 10=0+aaa "
	    "11=0+aaa 12=0+aaa 13=0+aaa 14=0+aaa 15=0+aaa 16=0+aaa ");
	debug_show(&l, NULL, &t);
	ck_assert_str_eq(text_str(&t), "");
	debug_announce(&h);
	ck_assert_str_eq(text_str(&told.t),
	    "0=0 1=0 2=0 3=0 4=0 5=0 6=0 7=0+aaa 8=0+aaa 9=0+aaa 10=0+aaa "
	    "11=0+aaa 12=0+aaa 13=0+aaa 14=0+aaa 15=0+aaa 16=0+aaa ");
	text_free(&told.t);
}
END_TEST

static void tell_filter(void *ctx, const struct trace_filter *f)
{
	struct told *to = ctx;

	text_addf(&to->t, "filter:");
	for (enum trace_filter_kind k = 0; k < TRACE_FILTER_KINDS; k++)
		for (unsigned i = 0; i < f->n[k]; i++)
			text_addf(&to->t, " %s", f->v[k][i]);
	text_addf(&to->t, "%s\n", f->unmatched ? " unmatched" : "");
}

static void line_about(struct debug_hub *h, const char *text, const char *ip, const char *user,
    const char *group)
{
	struct trace_ctx about = {.user = user, .group = group};
	struct addr peer;

	if (ip && addr_parse(ip, &peer))
		about.ip = &peer;
	debug_line(h, &(struct debug_line){TRACE_IKE, 1, text, &about, false});
}

/* Each terminal has its own conditions; the roles hear the sum of those who listen, and nothing of
 * it as long as one wants every line. */
START_TEST(conditions_of_terminals)
{
	struct told told = {0};
	struct debug_hub h = {.tell = tell, .tell_filter = tell_filter, .ctx = &told};
	struct text a = {0}, b = {0};
	struct debug_listener one = {.heard = heard, .ctx = &a}, two = {.heard = heard, .ctx = &b};

	debug_listen(&h, &one);
	debug_listen(&h, &two);
	ck_assert(debug_condition(&h, &one, TRACE_BY_PEER, "10.1.0.0/16", true));
	ck_assert_str_eq(text_str(&told.t), ""); /* he listens to nothing yet */
	debug_set(&h, &one, TRACE_IKE, 1);
	ck_assert_str_eq(text_str(&told.t), "filter: 10.1.0.0/16\n0=1 ");
	text_clear(&told.t);
	debug_set(&h, &two, TRACE_IKE, 1);
	ck_assert_str_eq(text_str(&told.t), "filter:\n"); /* he wants all */
	line_about(&h, "near", "10.1.2.3", NULL, NULL);
	line_about(&h, "far", "10.2.2.3", NULL, NULL);
	line_about(&h, "nobody", NULL, NULL, NULL);
	debug_line(&h, &(struct debug_line){TRACE_IKE, 1, "lost", NULL, true});
	ck_assert_str_eq(text_str(&a), "near\nlost\n");
	ck_assert_str_eq(text_str(&b), "near\nfar\nnobody\nlost\n");
	text_clear(&a);
	text_clear(&b);
	text_clear(&told.t);
	ck_assert(debug_condition(&h, &two, TRACE_BY_USER, "ann", true));
	ck_assert(debug_condition(&h, &two, TRACE_BY_GROUP, "G", true));
	ck_assert(strstr(text_str(&told.t), "filter: 10.1.0.0/16 ann G\n") != NULL);
	line_about(&h, "ann", "10.9.9.9", "ann", NULL);
	line_about(&h, "group", NULL, NULL, "G");
	line_about(&h, "Ann", "10.9.9.9", "Ann", "H"); /* another name */
	ck_assert_str_eq(text_str(&b), "ann\ngroup\n");
	ck_assert_str_eq(text_str(&a), "");
	debug_unmatched(&h, &two, true);
	line_about(&h, "who", "10.9.9.9", NULL, NULL);
	ck_assert_str_eq(text_str(&b), "ann\ngroup\nwho\n");
	/* Who leaves takes his conditions with him. */
	ck_assert(!debug_condition(&h, &two, TRACE_BY_USER, "bob", false));
	ck_assert(debug_condition(&h, &two, TRACE_BY_USER, "ann", false));
	text_clear(&told.t);
	debug_unlisten(&h, &one);
	ck_assert_str_eq(text_str(&told.t), "filter: G unmatched\n");
	text_clear(&told.t);
	debug_announce(&h);
	ck_assert_str_eq(text_str(&told.t), "filter: G unmatched\n0=1 ");
	text_clear(&told.t);
	debug_condition_reset(&h, &two);
	ck_assert_str_eq(text_str(&told.t), "filter:\n");
	debug_unlisten(&h, &two);
	text_free(&told.t);
	text_free(&a);
	text_free(&b);
}
END_TEST

/* So many conditions that they cannot all be told: every line is told, and each hears his own. */
START_TEST(more_conditions_than_are_told)
{
	struct told told = {0};
	struct debug_hub h = {.tell = tell, .tell_filter = tell_filter, .ctx = &told};
	struct debug_listener l[2] = {{.heard = heard}, {.heard = heard}};
	char name[16];

	for (int i = 0; i < 2; i++) {
		debug_listen(&h, &l[i]);
		for (int n = 0; n < TRACE_FILTER_MAX; n++) {
			snprintf(name, sizeof name, "user%d.%d", i, n);
			ck_assert(debug_condition(&h, &l[i], TRACE_BY_USER, name, true));
			ck_assert(debug_condition(&h, &l[i], TRACE_BY_USER, name, true));
		}
		ck_assert(!debug_condition(&h, &l[i], TRACE_BY_USER, "one more", true));
		debug_set(&h, &l[i], TRACE_PPP, 1);
		ck_assert(trace_filter_empty(&h.filter) == (i == 1));
	}
	for (int i = 0; i < 2; i++)
		debug_unlisten(&h, &l[i]);
	text_free(&told.t);
}
END_TEST

/* A line of the manager's own is made when somebody wants it, and no role is told of its class. */
START_TEST(lines_of_the_manager)
{
	struct told told = {0};
	struct debug_hub h = {.tell = tell, .tell_filter = tell_filter, .ctx = &told};
	struct text a = {0};
	struct debug_listener l = {.heard = heard, .ctx = &a};
	struct trace_ctx ann = {.user = "ann"}, bob = {.user = "bob"};

	debug_listen(&h, &l);
	debug_say(&h, TRACE_SSH, 1, &ann, "SSH %u", 1u);
	debug_set(&h, &l, TRACE_SSH, 1);
	debug_announce(&h);
	ck_assert_str_eq(text_str(&told.t), "");
	debug_say(&h, TRACE_SSH, 1, NULL, "SSH %u", 2u);
	debug_say(&h, TRACE_SSH, 127, NULL, "SSH %u", 3u);
	ck_assert(debug_condition(&h, &l, TRACE_BY_USER, "ann", true));
	debug_say(&h, TRACE_SSH, 1, &bob, "SSH %u", 4u);
	debug_say(&h, TRACE_SSH, 1, &ann, "SSH %u", 5u);
	debug_say(&h, TRACE_SSH, 1, &ann, "user %s", "a\nb");
	ck_assert_str_eq(text_str(&a), "SSH 2\nSSH 5\nuser a?b\n");
	debug_unlisten(&h, &l);
	text_free(&told.t);
	text_free(&a);
}
END_TEST

/* Classes of one word at one level are one line. */
START_TEST(what_is_on)
{
	struct debug_hub h = {.tell = tell};
	struct told told = {0};
	struct debug_listener l = {.heard = heard};
	struct text t = {0};

	h.ctx = &told;
	debug_listen(&h, &l);
	for (enum trace_class cls = TRACE_PPP; cls <= TRACE_PPP_PACKET; cls++)
		debug_set(&h, &l, cls, 127);
	debug_set(&h, &l, TRACE_L2TP_PACKET, 127);
	debug_set(&h, &l, TRACE_IKE, 1);
	debug_show(&l, NULL, &t);
	ck_assert_str_eq(text_str(&t), "debug crypto ikev1 enabled at level 1\n"
				       "debug l2tp packet enabled at level 127\n"
				       "debug ppp enabled at level 127\n");
	text_clear(&t);
	debug_show(&l, "ppp", &t);
	ck_assert_str_eq(text_str(&t), "debug ppp enabled at level 127\n");
	debug_unlisten(&h, &l);
	text_free(&t);
	text_free(&told.t);
}
END_TEST

START_TEST(words_of_debug_classes)
{
	ck_assert(debug_names("ikev1", NULL, TRACE_IKE));
	ck_assert(!debug_names("ikev1", NULL, TRACE_IPSEC));
	ck_assert(debug_names(NULL, NULL, TRACE_AAA));
	for (enum trace_class cls = TRACE_PPP; cls <= TRACE_PPP_PACKET; cls++)
		ck_assert(debug_names("ppp", NULL, cls));
	ck_assert(debug_names("ppp", "packet", TRACE_PPP_PACKET));
	ck_assert(!debug_names("ppp", "packet", TRACE_PPP));
	ck_assert(!debug_names("l2tp", "packet", TRACE_PPP_PACKET));
}
END_TEST

START_TEST(the_time_of_day)
{
	struct text t = {0};
	unsigned ms = 1000;

	clock_text(&t, 1623249264, 7);
	ck_assert_str_eq(text_str(&t), "14:34:24.007 UTC Wed Jun 9 2021");
	ck_assert_int_gt(clock_now(&ms), 1623249264);
	ck_assert_uint_lt(ms, 1000);
	text_free(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_log");
	TCase *tc = tcase_create("cli_log");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, terminals_hear_up_to_their_level);
	tcase_add_test(tc, listeners_leave_in_any_order);
	tcase_add_test(tc, levels_merge_to_the_highest);
	tcase_add_test(tc, all_is_switched_off);
	tcase_add_test(tc, words_of_debug_classes);
	tcase_add_test(tc, conditions_of_terminals);
	tcase_add_test(tc, more_conditions_than_are_told);
	tcase_add_test(tc, what_is_on);
	tcase_add_test(tc, lines_of_the_manager);
	tcase_add_test(tc, the_time_of_day);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
