/*
 * A running-config that cannot be read when it is to be told, or not stored: it is told as soon
 * as it can be, and what was not stored is taken back.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/running_alone.h"
#include "tests/support/unread.h"

static struct alone alone;

static void setup(void)
{
	alone_setup(&alone);
}

static void teardown(void)
{
	alone_teardown(&alone);
}

static void find_timer(uv_handle_t *h, void *to)
{
	if (h->type == UV_TIMER && uv_is_active(h))
		*(uv_timer_t **)to = (uv_timer_t *)h;
}

static uv_timer_t *timer(void)
{
	uv_timer_t *t = NULL;

	uv_walk(&alone.loop, find_timer, &t);
	return t;
}

/* The time of the timer that runs is over. */
static void time_passes(void)
{
	uv_timer_t *t = timer();

	ck_assert_ptr_nonnull(t);
	text_clear(&alone.told);
	uv_timer_start(t, t->timer_cb, 0, 0);
	uv_run(&alone.loop, UV_RUN_NOWAIT);
}

#define UNREAD "%ASA-2-199021: The configuration cannot be read: interrupted"

/* ---- what cannot be read ---------------------------------------------------------------- */

/* What could not be read when it was to be told is told as soon as it can be. */
START_TEST(a_change_that_cannot_be_read)
{
	struct alone_person p;

	alone.keeper = false;
	ck_assert(alone_start(&alone, "boot", NULL));
	alone_come(&alone, &p);
	alone_ok(&alone, &p, "access-list A extended permit ip interface wan any");
	alone_ok(&alone, &p, "interface GigabitEthernet0/0");
	alone_ok(&alone, &p, "nameif wan");
	ck_assert_ptr_null(timer());
	alone.then_unread = "CFG_INTERFACE";
	alone_ok(&alone, &p, "ip address 10.9.9.9 255.255.255.0"); /* which the list is about */
	ck_assert(alone.unread && alone_logged(&alone, UNREAD));
	ck_assert_uint_gt(uv_timer_get_due_in(timer()), 100);
	for (int i = 0; i < 2; i++) {
		time_passes();
		ck_assert_ptr_null(strstr(text_str(&alone.told), "CFG_END"));
		ck_assert_uint_gt(uv_timer_get_due_in(timer()), 100);
	}
	alone.unread = false;
	alone.then_unread = NULL;
	time_passes();
	ck_assert_int_eq(strncmp(text_str(&alone.told), "engine:CFG_BEGIN ", 17), 0);
	ck_assert_ptr_nonnull(strstr(text_str(&alone.told), "engine:CFG_END "));
	ck_assert_ptr_null(timer());
	alone_stop(&alone);
	text_free(&p.screen);
}
END_TEST

/* Not while a line may yet be taken back: that would be told, too. */
START_TEST(nothing_is_told_anew_while_the_keeper_thinks)
{
	struct alone_person p;

	ck_assert(alone_start(&alone, "boot", NULL));
	alone_come(&alone, &p);
	alone_ask_for(&alone, &p, ALONE_ADDRESS);
	delivery_devices_changed(&alone.running->delivery);
	delivery_devices_changed(&alone.running->delivery);
	for (int i = 0; i < 3; i++) {
		time_passes();
		ck_assert_str_eq(text_str(&alone.told), "");
		ck_assert_uint_gt(uv_timer_get_due_in(timer()), 0);
	}
	alone_answer(&alone, true, NULL);
	time_passes();
	ck_assert_str_eq(text_str(&alone.told),
	    "engine:CFG_BEGIN engine:CFG_INTERFACE aaa:CFG_BEGIN aaa:CFG_AAA_INTERFACE "
	    "engine:CFG_END aaa:CFG_END ");
	ck_assert_ptr_null(timer());
	delivery_devices_changed(&alone.running->delivery);
	ck_assert_ptr_nonnull(timer());
	time_passes();
	ck_assert_ptr_nonnull(strstr(text_str(&alone.told), "CFG_INTERFACE"));
	running_stop(alone.running);
	delivery_devices_changed(&alone.running->delivery); /* the end: nobody asks any more */
	ck_assert_ptr_null(timer());
	alone_stop(&alone);
	text_free(&p.screen);
}
END_TEST

/* The keeper is told of the end of the boot when it has heard all of it. */
START_TEST(a_boot_that_cannot_be_read)
{
	ck_assert(alone_start(
	    &alone, "boot", "interface GigabitEthernet0/0\n nameif outside\n " ALONE_ADDRESS "\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&alone.told), "KEEP_INTERFACE "));
	ck_assert_ptr_nonnull(strstr(text_str(&alone.told), "KEEP_FLUSH end "));
	alone_stop(&alone);
	alone.then_unread = "KEEP_FLUSH";
	ck_assert(alone_start(&alone, "boot", NULL));
	ck_assert_str_eq(text_str(&alone.told), "KEEP_FLUSH begin ");
	ck_assert(!alone.running->delivery.own.known);
	ck_assert_ptr_nonnull(strstr(text_str(&alone.running->notes),
	    "WARNING: Who changed the configuration last since the start may not be known\n"));
	ck_assert(alone_logged(&alone, UNREAD));
	uv_timer_stop(&alone.running->revert.timer); /* it looks again, too, for what waits */
	time_passes();
	ck_assert_str_eq(text_str(&alone.told), "");
	alone.then_unread = NULL;
	alone.unread = false;
	time_passes();
	ck_assert_str_eq(text_str(&alone.told),
	    "KEEP_CLIENT_ARP KEEP_INTERFACE KEEP_TRAFFIC KEEP_ZONE KEEP_FLUSH end ");
	ck_assert(alone.running->delivery.own.known);
	ck_assert_ptr_null(timer());
	running_stop(alone.running);
	alone.unread = true;
	text_clear(&alone.told);
	delivery_snapshot(&alone.running->delivery, ROLE_KEEPER);
	ck_assert_ptr_null(timer()); /* nothing is told anew at the end */
	alone.unread = false;
	alone_stop(&alone);
}
END_TEST

/* Who authorizes commands is one thing, how the prompt looks another. */
START_TEST(what_has_nothing_to_do_with_rights)
{
	static const char *const hidden[] = {"session", "aaa"};
	struct delivery *d;

	ck_assert(alone_start(&alone, "boot", NULL));
	d = &alone.running->delivery;
	for (int rights = 0; rights <= 1; rights++) {
		d->own.known = false;
		unread_table(d->db, hidden[rights]);
		ck_assert(!own_read(d));
		ck_assert_int_eq(d->own.known, !rights);
	}
	unread_table(d->db, NULL);
	ck_assert(own_read(d) && d->own.known);
	alone_stop(&alone);
}
END_TEST

/* ---- what cannot be stored -------------------------------------------------------------- */

START_TEST(a_line_that_cannot_be_stored)
{
	struct alone_person p;
	char buf[32];

	ck_assert(alone_start(&alone, "boot", NULL));
	alone_come(&alone, &p);
	alone_ask_for(&alone, &p, ALONE_ADDRESS);
	text_clear(&alone.told);
	alone.once = true;
	alone_answer(&alone, true, NULL); /* the kernel has it */
	ck_assert(!alone_logged(&alone, "executed the 'ip address"));
	ck_assert_ptr_nonnull(strstr(text_str(&alone.told), "+KEEP_INTERFACE")); /* ... had it */
	ck_assert_int_ne(p.how, SETTLED_REFUSED);
	alone_answer(&alone, true, NULL);
	ck_assert_int_eq(p.how, SETTLED_REFUSED);
	ck_assert_int_eq(
	    strncmp(text_str(&p.screen), "ERROR: Unable to store the configuration line: ", 47), 0);
	ck_assert_str_eq(alone_address(&alone, buf), "none");
	alone.unread = true; /* not even begun */
	ck_assert(alone_type(&alone, &p, ALONE_ADDRESS));
	ck_assert_int_eq(p.how, SETTLED_REFUSED);
	ck_assert_str_eq(
	    text_str(&p.screen), "ERROR: Unable to store the configuration line: interrupted\n");
	alone.unread = false;
	ck_assert(!alone.running->settle.turns.taken);
	ck_assert_ptr_null(timer()); /* all that had to be told could be */
	alone_ask_for(&alone, &p, ALONE_ADDRESS);
	alone_answer(&alone, true, NULL);
	ck_assert_str_eq(alone_address(&alone, buf), "10.9.8.7");
	alone_stop(&alone);
	text_free(&p.screen);
}
END_TEST

START_TEST(a_file_that_cannot_be_stored)
{
	static const char file[] = "hostname filed\nbogus\n";
	struct alone_person p;
	struct config_change c;

	ck_assert(alone_start(&alone, "boot", NULL));
	alone_come(&alone, &p);
	c = alone_change(&p);
	alone.once = true;
	settle_file(&alone.running->settle, &c, file, sizeof file - 1);
	ck_assert_uint_eq(p.done, 1);
	ck_assert_int_eq(p.how, SETTLED_REFUSED);
	ck_assert_ptr_nonnull(
	    strstr(text_str(&p.screen), "ERROR: Unable to store the configuration: "));
	ck_assert_ptr_nonnull(
	    strstr(text_str(&p.screen), "\nERROR: Nothing of the file was applied\n"));
	ck_assert_str_eq(alone_hostname(&alone), "ciscoasa");
	ck_assert(!alone_logged(&alone, "'configure'"));
	ck_assert_str_eq(alone.running->settle.modified, "");
	alone_stop(&alone);
	text_free(&p.screen);
}
END_TEST

/* A text that was given and cannot be stored: there is no other that is meant. */
START_TEST(a_given_text_that_cannot_be_stored)
{
	char error[300] = "";

	ck_assert(alone_start(&alone, "boot 1", NULL));
	alone_stop(&alone);
	alone.then_unread = "KEEP_FLUSH";
	ck_assert(!alone_start_error(&alone, "boot 2", "hostname given\n", error, sizeof error));
	ck_assert_str_eq(error, "the configuration cannot be stored: interrupted");
	alone.unread = false;
	alone_stop(&alone);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_config_unread");
	TCase *tc = tcase_create("cli_config_unread");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, a_change_that_cannot_be_read);
	tcase_add_test(tc, nothing_is_told_anew_while_the_keeper_thinks);
	tcase_add_test(tc, a_boot_that_cannot_be_read);
	tcase_add_test(tc, what_has_nothing_to_do_with_rights);
	tcase_add_test(tc, a_line_that_cannot_be_stored);
	tcase_add_test(tc, a_file_that_cannot_be_stored);
	tcase_add_test(tc, a_given_text_that_cannot_be_stored);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
