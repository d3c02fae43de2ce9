/*
 * Each refusal of a table is provoked by one client in the simulated world, and is then exactly one
 * entry of `show vpn failures`, with reason, stage, the number that Windows shows and a cure, and
 * exactly one count.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/client_code.h"
#include "engine/session/objects.h"
#include "engine/session/report.h"
#include "tests/support/refusals.h"

static struct world *w;
static struct world_client *c;

/* As the guide has it: all goes well, and nothing is listed. */
START_TEST(success)
{
	w = world_create(1);
	c = world_client(w, _i);
	client_connect(c);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	client_leave(c);
	sim_run(&w->sim, 60 * SEC);
	ck_assert_ptr_null(failures_before(&w->gw->failed, UINT32_MAX));
	world_destroy(w);
}
END_TEST

static uint64_t counts(void)
{
	uint64_t n = 0;

	for (int i = 1; i < REASON_COUNT; i++)
		n += w->gw->failures[i];
	return n;
}

/* A phase 1 that a connected client renews, and hangs up before it has used it: nothing failed. */
START_TEST(hung_up_behind_a_renewal)
{
	w = world_create(1);
	c = world_client(w, _i);
	client_connect(c);
	sim_run(&w->sim, 10 * SEC);
	c->mute_after = c->said + 3; /* messages 1, 3 and 5, and no quick mode */
	client_renew(c);
	sim_run(&w->sim, 5 * SEC);
	c->mute_after = 0;
	c->silent = false;
	ck_assert_uint_ge(w->gw->tally[TALLY_IKE].cumulative, 2);
	client_leave(c);
	sim_run(&w->sim, 60 * SEC);
	ck_assert_ptr_null(failures_before(&w->gw->failed, UINT32_MAX));
	ck_assert_uint_eq(counts(), 0);
	world_destroy(w);
}
END_TEST

START_TEST(refusals)
{
	const struct refusal *r = refusal_at((size_t)_i);
	const struct failure *f;

	w = world_create((uint64_t)_i + 2);
	c = refusal_provoke(r, w);
	ck_assert_msg(c->stage != CLIENT_UP, "%s: came up", r->name);
	f = failures_before(&w->gw->failed, UINT32_MAX);
	ck_assert_msg(f != NULL, "%s: nothing is listed", r->name);
	ck_assert_msg(f->reason == r->why, "%s: %s, not %s", r->name,
	    reason_text(f->reason)->plain, reason_text(r->why)->plain);
	ck_assert_msg(f->stage == r->stage, "%s: %s", r->name, attempt_stage_text(f->stage));
	ck_assert_msg(f->code == r->code, "%s: Windows error %d", r->name, f->code);
	ck_assert_msg(strstr(f->cure, r->cure) != NULL, "%s: %s", r->name, f->cure);
	ck_assert_msg(!failures_before(&w->gw->failed, f->stamp), "%s: two are listed", r->name);
	ck_assert_msg(w->gw->failures[r->why] == f->count && counts() == f->count,
	    "%s: %u times, counted %u", r->name, f->count, (unsigned)counts());
	ck_assert_msg(f->count == 1, "%s: %u times", r->name, f->count);
	ck_assert_msg(w->log_len > 0 && strstr(w->log, "Connection failed"), "%s: no line",
	    r->name);
	world_destroy(w);
}
END_TEST

#define ANSWERS_FROM REASON_AUTH_REJECTED
#define ANSWERS_TO REASON_AUTH_NOT_AUTHORIZED

/* What a login server says no with: each is told as it was said, with its number and a cure. */
START_TEST(answers)
{
	enum reason why = (enum reason)_i;
	struct msg_auth_reply no = {.result = AUTH_REJECT, .reason = why,
	    .message = "", .user = "", .by = "", .group = ""};
	const struct failure *f;

	w = world_create((uint64_t)_i);
	w->hold_auth = true;
	c = world_client(w, _i & 1);
	client_connect(c);
	sim_run(&w->sim, 5 * SEC);
	no.id = w->held.id;
	gateway_auth_done(w->gw, &no);
	sim_run(&w->sim, 60 * SEC);
	ck_assert_int_ne(c->stage, CLIENT_UP);
	f = failures_before(&w->gw->failed, UINT32_MAX);
	ck_assert_msg(f && f->reason == why, "%s is not told", reason_text(why)->plain);
	ck_assert_int_eq(f->stage, ATTEMPT_LOGIN);
	ck_assert_int_eq(f->code, client_code(why, ATTEMPT_LOGIN));
	ck_assert_str_ne(f->cure, "");
	ck_assert_uint_eq(counts(), 1);
	world_destroy(w);
}
END_TEST

/* ---- a flood ------------------------------------------------------------------------------ */

/* Of strangers' failures of one reason so many a second are described; the others are counted, and
 * those of another reason are described all the same. */
START_TEST(floods_are_counted)
{
	struct failures all = {.stamp = 0};
	struct failure f = {.reason = REASON_IKE_VERSION_2};

	failures_init(&all);
	for (uint32_t n = 0; n < FAILURES_SECOND; n++) {
		f.address = addr_v4(0x0a000000 + n);
		ck_assert(failures_wanted(&all, f.reason, 5 * SEC));
		ck_assert_ptr_nonnull(failures_note(&all, &f, 7, 5 * SEC));
	}
	ck_assert(!failures_wanted(&all, f.reason, 6 * SEC - 1));
	ck_assert(failures_wanted(&all, REASON_IKE_AGGRESSIVE, 5 * SEC));
	failures_count(&all, &f, 8);
	ck_assert_uint_eq(all.gone, 0);
	ck_assert_uint_eq(failures_before(&all, UINT32_MAX)->count, 2);
	ck_assert_int_eq(failures_before(&all, UINT32_MAX)->last, 8);
	f.address = addr_v4(0x0b000000);
	failures_count(&all, &f, 8);
	ck_assert_uint_eq(all.gone, 1);
	ck_assert(failures_wanted(&all, f.reason, 6 * SEC));
	f.stage = ATTEMPT_UP; /* of who is known all are */
	for (uint32_t n = 0; n < 2 * FAILURES_SECOND; n++)
		failures_note(&all, &f, 7, 9 * SEC);
	ck_assert(failures_wanted(&all, f.reason, 9 * SEC));
	ck_assert_uint_eq(failures_clear(&all), FAILURES_SECOND + 1);
}
END_TEST

/* ---- every number ----------------------------------------------------------------------- */

/* Those that other programs provoke, which say so in these words. */
#define BY(program, why, code) \
	{REASON_##why, code, "tests/unit/" program ".c", \
	    "refusal_told(w->gw, REASON_" #why ", " #code ")"}
static const struct {
	enum reason why;
	int code;
	const char *file, *words;
} elsewhere[] = {
    BY("flood", SHARE_USED_UP, 809),
    BY("crowd", SHARE_USED_UP, 789),
    BY("shortage", NO_MEMORY, 788),
    BY("shortage", NO_MEMORY, 691),
};

/* Nothing that a client sends brings these about: one allocation of a message has to fail. */
static const struct {
	enum reason why;
	int code;
} unheard_of[] = {
    {REASON_NO_MEMORY, 809},
    {REASON_NO_MEMORY, 718},
};

static bool stands_in(const char *file, const char *words)
{
	FILE *f = fopen(file, "r");
	char line[512];
	bool found = false;

	ck_assert_msg(f != NULL, "%s", file);
	while (!found && fgets(line, sizeof line, f))
		found = strstr(line, words) != NULL;
	fclose(f);
	return found;
}

static bool is_provoked(enum reason why, int code)
{
	const struct refusal *r;

	for (size_t i = 0; (r = refusal_at(i)) != NULL; i++)
		if (r->why == why && r->code == code)
			return true;
	for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
		if (elsewhere[i].why == why && elsewhere[i].code == code)
			return stands_in(elsewhere[i].file, elsewhere[i].words);
	for (size_t i = 0; i < sizeof unheard_of / sizeof *unheard_of; i++)
		if (unheard_of[i].why == why && unheard_of[i].code == code)
			return true;
	return why >= ANSWERS_FROM && why <= ANSWERS_TO && code == client_code(why, ATTEMPT_LOGIN);
}

/* Whatever number the lists have (reason.def, client_code.c), somebody fails with it here. */
START_TEST(every_number)
{
	enum reason why = (enum reason)_i;

	for (enum attempt_stage at = ATTEMPT_BEGUN; at < ATTEMPT_UP; at++) {
		int code = client_code(why, at);

		ck_assert_msg(code == 0 || is_provoked(why, code), "%s: nobody provokes %d",
		    reason_text(why)->plain, code);
	}
}
END_TEST

/* What can be typed at once: not so are lines with what only a person knows, and advice. */
static bool is_typed(const char *cure, const char *word)
{
	for (const char *at = cure; (at = strstr(at, word)); at++) {
		const char *line = at;

		while (line > cure && line[-1] != '\n')
			line--;
		if (*line != '!')
			return true;
	}
	return false;
}

/* Pasted unread, a cure sets no key and no password, lets nobody see a hash of the key, and leaves
 * the policies and the sets alone that others use. */
START_TEST(harmless)
{
	static const char *const never[] = {"KEY", "PASSWORD", "crypto ikev1 am-disable",
	    "authentication pap", "no authentication", "encryption", "esp-3des"};
	const struct reason_text *t = reason_text((enum reason)_i);

	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		ck_assert_msg(!is_typed(t->cure, never[i]), "%s: %s", t->plain, t->cure);
}
END_TEST

/* One number of one reason: the list of reasons has it of the first message. */
START_TEST(one_number)
{
	enum reason r = (enum reason)_i;

	ck_assert_int_eq(client_code(r, ATTEMPT_BEGUN), reason_text(r)->windows);
}
END_TEST

/* Rows of a table of the README that have the number in their first column; the tables begin with
 * these words. */
static unsigned rows_with(const char *table, int code)
{
	FILE *f = fopen("README.md", "r");
	bool inside = false;
	unsigned rows = 0;
	char line[2048], *end;

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof line, f)) {
		const char *at = line;

		inside = *line == '|' && (inside || strncmp(line, table, strlen(table)) == 0);
		if (!inside)
			continue;
		do {
			rows += strtol(at + 1, &end, 10) == code;
			at = end;
		} while (*at == ',');
	}
	fclose(f);
	return rows;
}

static bool is_ours(int code)
{
	for (enum reason why = REASON_NONE; why < REASON_COUNT; why++)
		for (enum attempt_stage at = ATTEMPT_BEGUN; at < ATTEMPT_UP; at++)
			if (client_code(why, at) == code)
				return true;
	return false;
}

/* Each number that an attempt is told with stands in one row of the README's first table, and every
 * other one of Windows in none there, and in one row of the second. */
START_TEST(rows_of_the_readme)
{
	static const int others[] = {738, 742, 766, 768, 781, 784, 786, 787, 791, 792, 800, 835,
	    868, 919};
	bool known = is_ours(_i);

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		known |= others[i] == _i;
	ck_assert_uint_eq(rows_with("| Windows says | what came", _i), is_ours(_i));
	ck_assert_uint_eq(rows_with("| Windows says | what it means", _i), known && !is_ours(_i));
}
END_TEST

/* A password typed into the field of the name: no line bears it, unless the log shows it. */
START_TEST(names_of_unknown_users)
{
	w = world_create(1);
	w->trace.log.hide = _i;
	c = world_client(w, false);
	c->user = "My-passw0rd";
	client_connect(c);
	sim_run(&w->sim, 60 * SEC);
	ck_assert_uint_eq(w->gw->failures[REASON_AUTH_UNKNOWN_USER], 1);
	ck_assert_str_eq(failures_before(&w->gw->failed, UINT32_MAX)->user, "My-passw0rd");
	ck_assert_int_eq(!strstr(w->log, "My-passw0rd"), _i);
	ck_assert_int_eq(strstr(w->log, "user: ***** aaa authentication started") != NULL, _i);
	ck_assert_int_eq(strstr(w->log, "user: ***** aaa authentication failed") != NULL, _i);
	ck_assert_int_eq(strstr(w->log, "Username = *****, IP = ") != NULL, _i);
	ck_assert_int_eq(strstr(w->log, "username ***** password") != NULL, _i);
	world_destroy(w);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("failures");
	Suite *s = suite_create("failures");
	SRunner *r = srunner_create(s);
	int failed, n_rows = 0;

	while (refusal_at((size_t)n_rows))
		n_rows++;
	tcase_add_loop_test(tc, names_of_unknown_users, 0, 2);
	tcase_add_loop_test(tc, hung_up_behind_a_renewal, 0, 2);
	tcase_add_loop_test(tc, harmless, 0, REASON_COUNT);
	tcase_add_loop_test(tc, one_number, 0, REASON_COUNT);
	tcase_add_loop_test(tc, rows_of_the_readme, 600, 1000);
	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, floods_are_counted);
	tcase_add_loop_test(tc, success, 0, 2);
	tcase_add_loop_test(tc, answers, ANSWERS_FROM, ANSWERS_TO + 1);
	tcase_add_loop_test(tc, every_number, 0, REASON_COUNT);
	tcase_add_loop_test(tc, refusals, 0, n_rows);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
