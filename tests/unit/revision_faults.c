/*
 * Disk and memory that fail while a revision is kept or gone back to: then the configuration is the
 * one before or the one of the revision, whole; the other roles know the same, and what failed once
 * works the next time.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/config/feed.h"
#include "tests/support/box.h"
#include "tests/support/faults.h"

static struct box box;

static void setup(void)
{
	uv_loop_init(&box_loop);
	box_folder(&box);
	box_up(&box, "boot");
	box_ok(&box, "configure terminal");
}

static void teardown(void)
{
	box_stop(&box);
	uv_run(&box_loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&box_loop), 0);
	box_remove(&box);
}

static const char first[] = "hostname first\ninterface GigabitEthernet0/0\n nameif outside\n"
			    " ip address 10.0.0.1 255.255.255.0\n"
			    "username bob password secretsecret mschap\n"
			    "route outside 10.5.0.0 255.255.0.0 10.0.0.9 1\n";
static const char second[] = "hostname second\nno username bob\n"
			     "no route outside 10.5.0.0 255.255.0.0 10.0.0.9\n"
			     "object network o\n subnet 10.9.0.0 255.255.0.0\n"
			     "interface GigabitEthernet0/0\n ip address 10.0.0.2 255.255.255.0\n";

/* Roles that could not be told everything are told again after a while: at once, here. */
static void refresh(void)
{
	uv_timer_t *again = &box.m->running.delivery.again;

	for (int i = 0; i < 3 && uv_is_active((uv_handle_t *)again); i++) {
		uv_timer_start(again, again->timer_cb, 0, 0);
		usleep(2000);
		box_turn();
	}
}

struct anew {
	struct mirror told[ROLE_COUNT];
};

static void tell_anew(void *ctx, enum role to, struct ipc_msg *m)
{
	mirror_message(&((struct anew *)ctx)->told[to], m);
}

static const char *device(void *ctx, const char *hardware)
{
	const struct net_link *l = links_find(&box.m->links, hardware);

	(void)ctx;
	return l ? l->device : "";
}

static void roles_agree(const char *when)
{
	struct anew a = {0};
	struct feed_sink sink = {tell_anew, device, &a, NULL, NULL};
	struct feed *f = feed_create(&sink, box.m->gram);

	box_turn();
	for (enum role r = 0; r < ROLE_COUNT; r++) {
		struct text is = {0}, must = {0};

		if (r == ROLE_MANAGER)
			continue;
		ck_assert(feed_snapshot(f, box.m->running.db, r));
		mirror_describe(&box.told[r], &is);
		mirror_describe(&a.told[r], &must);
		ck_assert_msg(strcmp(text_str(&is), text_str(&must)) == 0,
		    "%s: role %d was told\n%.1500sbut the configuration is\n%.1500s", when, (int)r,
		    text_str(&is), text_str(&must));
		text_free(&is);
		text_free(&must);
		mirror_clear(&a.told[r]);
	}
	feed_destroy(f);
}

START_TEST(a_way_back_fails)
{
	char *before, *after, *is, when[200];
	bool fault = true, refused;

	box_ok(&box, first);
	box_ok(&box, "configure checkpoint first");
	after = box_running(&box);
	box_ok(&box, second);
	box_ok(&box, "configure checkpoint second");
	before = box_running(&box);
	for (unsigned n = 1; fault; n += 1 + n / 50) {
		faults_arm((enum fault)_i, n, 0);
		box_type(&box, "configure rollback first noconfirm");
		faults_disarm();
		fault = faults_count() > 0;
		refused = box.status != 0;
		ck_assert_msg(!refused || (fault && strstr(text_str(&box.screen), "ERROR")),
		    "%u: %s", n, text_str(&box.screen));
		snprintf(when, sizeof when, "%s %u (status %u: %.80s)", faults_name((enum fault)_i),
		    n, box.status, text_str(&box.screen));
		refresh();
		is = box_running(&box);
		ck_assert_msg(strcmp(is, refused ? before : after) == 0, "%s:\n%s\nnot\n%s", when,
		    is, refused ? before : after);
		ck_assert(!box.m->running.settle.turns.taken);
		roles_agree(when);
		free(is);
		box_ok(&box, "configure rollback second noconfirm");
		is = box_running(&box);
		ck_assert_msg(strcmp(is, before) == 0, "%s: and back\n%s", when, is);
		free(is);
	}
	free(before);
	free(after);
}
END_TEST

START_TEST(a_checkpoint_fails)
{
	char name[32], line[80], text[32];
	bool fault = true;

	for (unsigned n = 1; fault; n++) {
		snprintf(name, sizeof name, "n%u", n);
		snprintf(line, sizeof line, "configure checkpoint %s", name);
		snprintf(text, sizeof text, "hostname host%u", n);
		box_ok(&box, text);
		faults_arm((enum fault)_i, n, 0);
		box_type(&box, line);
		faults_disarm();
		fault = faults_count() > 0;
		ck_assert_msg(!box.status || (fault && strstr(text_str(&box.screen), "ERROR")),
		    "%s %u: %s", faults_name((enum fault)_i), n, text_str(&box.screen));
		ck_assert_int_eq(db_revision_find(box.m->running.db, name) > 0, !box.status);
		snprintf(line, sizeof line, "show configuration diff %s", name);
		if (!box.status)
			ck_assert(box_shows(&box, line, "No differences\n"));
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("revision_faults");
	TCase *tc = tcase_create("revision_faults");
	SRunner *r = srunner_create(s);
	int failed;

	faults_install();
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, a_way_back_fails, 0, FAULT_KINDS);
	tcase_add_loop_test(tc, a_checkpoint_fails, 0, FAULT_KINDS);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
