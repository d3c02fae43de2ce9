/* The history of clients' sessions: shown, forgotten. */
#include <stdlib.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/show/show.h"

#define SHOWN 20 /* unless told otherwise */

static uint64_t unknown(int64_t n)
{
	return n < 0 ? UINT64_MAX : (uint64_t)n;
}

static void one_shown(void *arg, const struct db_past *p)
{
	struct act *a = arg;
	struct msg_session_record r = {.key = p->key,
	    .ended = p->ended,
	    .index = (uint32_t)p->session,
	    .user = p->user,
	    .client = p->client,
	    .protocol = p->protocol,
	    .tunnel_group = p->tunnel_group,
	    .group_policy = p->group_policy,
	    .login_time = (uint64_t)p->login,
	    .end_time = unknown(p->end),
	    .duration = (uint32_t)p->seconds, /* -1: all ones, not known there either */
	    .bytes_out = unknown(p->bytes_out),
	    .bytes_in = unknown(p->bytes_in),
	    .reason = p->reason,
	    .why = p->why};

	(void)addr_parse(p->assigned, &r.assigned);
	(void)addr_parse(p->public, &r.public);
	if (!a->number++)
		act_say(a, "\nSession Type: IKEv1 IPsec, ended\n\n");
	act_record(a, &(struct ipc_msg){.type = MSG_SESSION_RECORD, .fd = -1, .session_record = r});
	show_past(&a->out, &r);
}

static void act_show_vpn_history(struct act *a)
{
	const char *n = gram_arg(&a->match, "n"), *user = gram_arg(&a->match, "name");
	size_t waiting = past_settle(a->manager->past);

	a->number = 0;
	act_own_records(a);
	if (!db_past(a->manager->running.db, n ? (unsigned)strtoul(n, NULL, 10) : SHOWN, user,
		one_shown, a))
		act_refuse_unread(a);
	if (!a->number)
		act_say(a, "INFO: There are presently no ended sessions in the history\n");
	if (waiting)
		act_say(a, "(%zu more wait to be stored)\n", waiting);
	act_done(a);
}

static void act_clear_vpn_history(struct act *a)
{
	past_settle(a->manager->past); /* else it would come after this */
	if (!db_past_clear(a->manager->running.db))
		act_refuse(a, "ERROR: The history of sessions cannot be changed now");
	act_done(a);
}

const struct act_row acts_past[] = {
    ACT(show_vpn_history),
    ACT(clear_vpn_history),
    ACTS_END,
};
