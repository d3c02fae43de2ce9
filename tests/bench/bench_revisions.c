/*
 * A configuration of 10,000 lines as a text: shown, kept as a revision, compared, gone back to. On
 * one core and without the other roles; process CPU time, best of a few runs. What counts are the
 * ratios to applying the same lines as a file.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/config/revisions.h"
#include "tests/support/running_alone.h"

#define LINES 10000
#define RUNS  3

static struct alone alone;
static struct alone_person person;

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void less(double *best, double since)
{
	double took = cpu_now() - since;

	if (!*best || took < *best)
		*best = took;
}

/* A mixture, as large configurations are: objects, elements of lists, users, policies. */
static char *lines(void)
{
	struct text t = {0};

	for (unsigned i = 0; i < LINES / 8; i++)
		text_addf(&t,
		    "object network bench-%u\n subnet 10.%u.%u.0 255.255.255.0\n"
		    "access-list bench extended permit ip 10.%u.%u.0 255.255.255.0 any\n"
		    "access-list bench extended permit tcp any 10.%u.%u.0 255.255.255.0 eq 443\n"
		    "username bench-%u password AAECAwQFBgcICQoLDA0ODw== nt-encrypted\n"
		    "group-policy bench-%u internal\ngroup-policy bench-%u attributes\n"
		    " vpn-idle-timeout %u\n",
		    i, i / 250, i % 250, i / 250, i % 250, i / 250, i % 250, i, i, i, i % 1000 + 1);
	return t.p;
}

struct best {
	double apply, show, sum, keep, diff, all, back, same;
	unsigned told;
};

static void to_file(const char *text)
{
	struct config_change c = alone_change(&person);

	settle_file(&alone.running->settle, &c, text, strlen(text));
}

static struct revision_text read_text(const char *which)
{
	struct revision_text t;
	char error[200];

	if (!revisions_read(alone.running, which, &t, error, sizeof(error))) {
		fprintf(stderr, "%s\n", error);
		exit(1);
	}
	return t;
}

/* Goes back to a revision, and tells how long all of it took. */
static void go_back(const char *which, double *best)
{
	double t = cpu_now();
	struct revision_text now = read_text("running"), back = read_text(which);
	struct config_change c = alone_change(&person);
	struct revision_diff diff;

	c.line = "configure rollback";
	c.place = NULL;
	revisions_diff(alone.gram, now.text, back.text, MASK_HASHES, &diff);
	text_clear(&alone.told);
	revisions_load(alone.running, &c, &back, &diff);
	less(best, t);
	if (person.how != SETTLED_DONE)
		fprintf(stderr, "%s", text_str(&person.screen));
	revisions_free(&now);
	revisions_free(&back);
	text_free(&diff.lines);
}

static void compare(const char *from, const char *to, double *best)
{
	struct revision_text a = read_text(from), b = read_text(to);
	struct revision_diff diff;
	double t = cpu_now();

	revisions_diff(alone.gram, a.text, b.text, MASK_SECRETS, &diff);
	less(best, t);
	revisions_free(&a);
	revisions_free(&b);
	text_free(&diff.lines);
}

static void measure(struct best *best, const char *text)
{
	struct revision_text shown;
	char sum[33], error[200];
	double t;

	db_checkpoint(alone.running->db, "empty", "", "me", 1, error, sizeof(error));
	t = cpu_now();
	to_file(text);
	less(&best->apply, t);
	t = cpu_now();
	shown = read_text("running");
	less(&best->show, t);
	revisions_free(&shown);
	t = cpu_now();
	db_checksum(alone.running->db, sum);
	less(&best->sum, t);
	t = cpu_now();
	db_checkpoint(alone.running->db, "full", "", "me", 1, error, sizeof(error));
	less(&best->keep, t);
	to_file("hostname other\nno object network bench-7\n");
	compare("full", "running", &best->diff);
	compare("empty", "full", &best->all);
	go_back("full", &best->back);
	best->told = 0;
	for (const char *at = text_str(&alone.told); (at = strchr(at, ' ')); at++)
		best->told++;
	go_back("empty", &best->same);
}

START_TEST(figures)
{
	struct best best = {0};
	char *text = lines();

	for (int run = 0; run < RUNS; run++) {
		alone_setup(&alone);
		alone.keeper = false;
		ck_assert(alone_start(&alone, "boot", NULL));
		alone_come(&alone, &person);
		measure(&best, text);
		alone_stop(&alone);
		text_free(&person.screen);
		alone_teardown(&alone);
	}
	printf("%-44s %.0f ms\n", "10,000 lines: applied as a file", best.apply);
	printf("%-44s %.1f ms, %.2f of that; checksum %.1f ms\n", "shown", best.show,
	    best.show / best.apply, best.sum);
	printf("%-44s %.1f ms, %.2f\n", "kept as a revision", best.keep, best.keep / best.apply);
	printf("%-44s %.1f ms, %.2f; of all lines %.1f ms, %.2f\n", "compared, 4 lines differ",
	    best.diff, best.diff / best.apply, best.all, best.all / best.apply);
	printf("%-44s %.0f ms, %.2f; the roles are told %u messages\n",
	    "gone back to, 4 lines differ", best.back, best.back / best.apply, best.told);
	printf("%-44s %.0f ms, %.2f\n", "gone back to an empty one", best.same,
	    best.same / best.apply);
	free(text);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bench_revisions");
	TCase *tc = tcase_create("bench_revisions");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, figures);
	suite_add_tcase(s, tc);
	srunner_set_fork_status(r, CK_NOFORK);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
