/*
 * Records of sessions for the manager, which keeps them (cli/manager/past.c).
 * Identity: the key of the login (account.c). Each is told twice in its life,
 * when it comes up and when it ends; what of that was not heard is told again by
 * engine/role/untaken.c. An engine that dies tells no end: the manager finds
 * those that its successor does not know.
 */
#include "engine/session/past.h"

#include "engine/base/profile.h"
#include "engine/session/gateway.h"

static void tell(
    const struct session *s, const struct dp_session_counters *c, bool ended, enum reason why)
{
	struct gateway *gw = s->gw;
	uint64_t now = (uint64_t)gw->env->wall(gw->env);
	uint64_t up_for = (gw->env->now(gw->env) - s->up_at) / SEC;

	if (!gw->ops->session)
		return;
	gw->ops->session(gw->owner,
	    &(struct msg_session_record){
		.key = s->account.key,
		.ended = ended,
		.index = s->peer->index,
		.user = s->user,
		.assigned = addr_v4(s->address),
		.public = s->peer->path.remote.addr,
		.client = profile_text(s->client)->text,
		.protocol = s->row == TALLY_L2TP_NAT ? "L2TPOverIPsecOverNatT" : "L2TPOverIPsec",
		.tunnel_group = s->peer->tunnel_group,
		.group_policy = s->policy->group_policy,
		.login_time = (uint64_t)s->login,
		.end_time = ended ? now : 0,
		.duration = (uint32_t)up_for,
		.bytes_out = c->bytes_out,
		.bytes_in = c->bytes_in,
		.reason = ended ? reason_text(why)->device : "",
		.why = ended ? reason_text(why)->plain : "",
	    });
}

void past_began(const struct session *s)
{
	static const struct dp_session_counters none = {0};

	tell(s, &none, false, REASON_COUNT);
}

void past_ended(const struct session *s, const struct dp_session_counters *c, enum reason why)
{
	tell(s, c, true, why);
}
