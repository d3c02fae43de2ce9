/* Acts on counters of the VPN: shown, and counted from now on. */
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/show/show.h"

typedef void show_counters(struct text *, const struct msg_rec_counter *, size_t n);

static void counters_shown(struct act *a, const struct answer *r, show_counters *show)
{
	struct msg_rec_counter *rec;
	size_t n;

	if (!act_engine_failed(a, r)) {
		rec = answer_records(r, MSG_REC_COUNTER, sizeof(*rec), &n);
		show(&a->out, rec, n);
		free(rec);
	}
	act_done(a);
}

static void ike_stats_shown(struct act *a, const struct answer *r)
{
	counters_shown(a, r, show_ike_stats);
}

static void act_show_ike_stats(struct act *a)
{
	act_query(a, ROLE_ENGINE, "stats", NULL, NULL, ike_stats_shown);
}

static void ipsec_stats_shown(struct act *a, const struct answer *r)
{
	counters_shown(a, r, show_ipsec_stats);
}

static void act_show_ipsec_stats(struct act *a)
{
	act_query(a, ROLE_ENGINE, "ipsec-stats", NULL, NULL, ipsec_stats_shown);
}

/* ---- protocols -------------------------------------------------------------------- */

/* The views of a line's protocol; NULL: it has none that the engine counts. */
static const char *protocol(const struct act *a)
{
	const char *word = gram_arg(&a->match, "protocol");

	if (!word || strcmp(word, "all") == 0)
		return "protocol";
	return strcmp(word, "ikev1") == 0 ? "protocol ikev1" :
	    strcmp(word, "ipsec") == 0    ? "protocol ipsec" :
	                                    NULL;
}

/* What does not pass through the engine's hands, or is not there at all. */
static void say_uncounted(struct act *a)
{
	static const struct {
		const char *word, *text;
	} row[] = {
	    {"ikev2", "[IKEv2 statistics]\n   IKEv2 is not spoken.\n"},
	    {"ssl", "[SSL statistics]\n   SSL VPN is not spoken.\n"},
	    {"ssh", "[SSH statistics]\n   Not counted: SSH is a process of its own.\n"},
	    {"srtp", "[SRTP statistics]\n   SRTP is not spoken.\n"},
	    {"other", "[Other statistics]\n   Not counted.\n"},
	};
	const char *word = gram_arg(&a->match, "protocol");
	bool all = strcmp(word, "all") == 0;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (all || strcmp(word, row[i].word) == 0)
			text_add(&a->out, row[i].text);
}

static void protocol_stats_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_counter *rec;
	size_t n;

	if (!act_engine_failed(a, r)) {
		rec = answer_records(r, MSG_REC_COUNTER, sizeof(*rec), &n);
		show_protocol_stats(&a->out, rec, n);
		say_uncounted(a);
		free(rec);
	}
	act_done(a);
}

static void act_show_protocol_stats(struct act *a)
{
	const char *what = protocol(a);

	if (what) {
		act_query(a, ROLE_ENGINE, what, NULL, NULL, protocol_stats_shown);
		return;
	}
	say_uncounted(a);
	act_done(a);
}

/* ---- accelerators ----------------------------------------------------------------- */

static void accelerators_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_accelerator *rec;
	struct msg_rec_suite *suite;
	struct msg_rec_worker *worker;
	struct msg_rec_dh_group *group;
	size_t n, n_suites, n_workers, n_groups;

	if (!act_engine_failed(a, r)) {
		rec = answer_records(r, MSG_REC_ACCELERATOR, sizeof(*rec), &n);
		suite = answer_records(r, MSG_REC_SUITE, sizeof(*suite), &n_suites);
		worker = answer_records(r, MSG_REC_WORKER, sizeof(*worker), &n_workers);
		group = answer_records(r, MSG_REC_DH_GROUP, sizeof(*group), &n_groups);
		show_accelerators(&a->out, rec, n, suite, n_suites);
		show_dh_groups(&a->out, group, n_groups);
		show_workers(&a->out, worker, n_workers);
		free(group);
		free(worker);
		free(rec);
		free(suite);
	}
	act_done(a);
}

static void act_show_accelerators(struct act *a)
{
	act_query(a, ROLE_ENGINE, "accelerator", NULL, NULL, accelerators_shown);
}

/* ---- from now on ------------------------------------------------------------------ */

static void cleared(struct act *a, const struct answer *r)
{
	(void)act_engine_failed(a, r);
	act_done(a);
}

static void clear(struct act *a, const char *what)
{
	struct ipc_msg msg = {.type = MSG_ACT_CLEAR_STATS};

	msg.act_clear_stats.what = what;
	act_send(a, ROLE_ENGINE, &msg, cleared);
}

static void act_clear_ike_stats(struct act *a)
{
	clear(a, "stats");
}

static void act_clear_ipsec_stats(struct act *a)
{
	clear(a, "ipsec-stats");
}

static void act_clear_accelerators(struct act *a)
{
	clear(a, "accelerator");
}

static void act_clear_protocol_stats(struct act *a)
{
	const char *what = protocol(a);

	if (what)
		clear(a, what);
	else
		act_done(a); /* nothing is counted */
}

const struct act_row acts_crypto_stats[] = {
	LIVE_ACT(show_ike_stats),
	LIVE_ACT(show_ipsec_stats),
	LIVE_ACT(show_protocol_stats),
	LIVE_ACT(show_accelerators),
	LIVE_ACT(clear_ike_stats),
	LIVE_ACT(clear_ipsec_stats),
	LIVE_ACT(clear_protocol_stats),
	LIVE_ACT(clear_accelerators),
	ACTS_END,
};
