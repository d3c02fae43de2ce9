/* Acts on the list of attempts that failed: `show vpn failures`, `clear vpn failures`. */
#include <stdlib.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/show/show.h"

static void failures_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_failure *rec;
	struct msg_rec_failures_gone *gone;
	size_t n, any;

	if (!act_engine_failed(a, r)) {
		rec = answer_records(r, MSG_REC_FAILURE, sizeof(*rec), &n);
		gone = answer_records(r, MSG_REC_FAILURES_GONE, sizeof(*gone), &any);
		show_failures(&a->out, rec, n, any ? gone[0].gone : 0,
		    gram_typed(&a->match, "detail"));
		free(gone);
		free(rec);
	}
	act_done(a);
}

static void act_show_vpn_failures(struct act *a)
{
	const char *user = gram_arg(&a->match, "user"), *from = gram_arg(&a->match, "address");

	act_query(a, ROLE_ENGINE, "failures", user ? "user" : from ? "address" : NULL,
	    user ? user : from, failures_shown);
}

static void cleared(struct act *a, const struct answer *r)
{
	(void)act_engine_failed(a, r);
	act_done(a);
}

static void act_clear_vpn_failures(struct act *a)
{
	struct ipc_msg msg = {.type = MSG_ACT_CLEAR_FAILURES};

	act_send(a, ROLE_ENGINE, &msg, cleared);
}

const struct act_row acts_vpn_failures[] = {
	LIVE_ACT(show_vpn_failures),
	LIVE_ACT(clear_vpn_failures),
	ACTS_END,
};
