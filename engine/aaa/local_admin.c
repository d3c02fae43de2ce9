/* Rows of the configuration into LOCAL, its records out; see local_admin.h. */
#include "engine/aaa/local_admin.h"

#include <string.h>

#define QUERY_PAGE 64 /* records in a row */

static void answer(const struct local *l, struct ipc_msg *m)
{
	m->fd = -1;
	l->listener->send(l->listener->arg, ROLE_MANAGER, m);
}

/* ---- the configuration ------------------------------------------------------------------ */

static void begin(struct local *l, bool snapshot)
{
	if (!snapshot)
		return;
	aaa_users_begin(&l->users);
	l->stale_enable = (1U << LOCAL_LEVELS) - 1;
}

static void end(struct local *l)
{
	aaa_users_end(&l->users);
	for (uint32_t level = 1; level < LOCAL_LEVELS; level++)
		if (l->stale_enable & (1U << level))
			local_enable_apply(
			    l, &(struct cfg_enable){.op = CFG_DELETE, .level = level});
}

static void set_policy(struct local *l, const struct cfg_password_policy *m)
{
	l->lifetime = m->lifetime;
	l->since = m->since;
	l->policy = (struct password_policy){.length = m->minimum_length,
	    .lowercase = m->minimum_lowercase, .uppercase = m->minimum_uppercase,
	    .numeric = m->minimum_numeric, .special = m->minimum_special,
	    .changes = m->minimum_changes,
	    .username = m->username_check};
}

/* ---- records and acts --------------------------------------------------------------------- */

/* The cursor is the place behind the last user looked at. */
static void query(const struct local *l, const struct msg_query *q)
{
	struct ipc_msg m = {.type = MSG_QUERY_END, .query_end = {.id = q->id}};
	size_t i = q->cursor;

	for (; strcmp(q->what, "local-users") == 0 && i < l->users.n; i++) {
		const struct aaa_user *u = &l->users.user[i];
		struct ipc_msg rec = {.type = MSG_REC_LOCAL_USER,
		    .rec_local_user = {.id = q->id, .name = u->name, .failed = u->failed,
		        .locked = u->locked, .since = (uint64_t)u->since}};

		if (!u->failed && !u->locked)
			continue;
		if (m.query_end.records == QUERY_PAGE) {
			m.query_end.cursor = (uint32_t)i;
			break;
		}
		answer(l, &rec);
		m.query_end.records++;
	}
	answer(l, &m);
}

struct pardon {
	const struct local *local;
	const char *by;
};

static void unlocked(void *ctx, const struct aaa_user *u)
{
	const struct pardon *p = ctx;

	log_say(&p->local->listener->log, 113007, "User %s unlocked by %s", u->name, p->by);
}

static void pardon(struct local *l, const struct msg_act_pardon *m)
{
	struct pardon p = {l, m->by};
	struct ipc_msg done = {.type = MSG_ACT_DONE, .act_done = {.id = m->id,
	    .count = aaa_users_pardon(&l->users, m->user, m->unlock, unlocked, &p)}};

	answer(l, &done);
}

void local_message(struct local *l, const struct ipc_msg *m)
{
	switch (m->type) {
	case MSG_CFG_BEGIN:
		begin(l, m->cfg_begin.snapshot);
		break;
	case MSG_CFG_END:
		end(l);
		break;
	case MSG_CFG_USER:
		aaa_users_apply(&l->users, &m->cfg_user);
		break;
	case MSG_CFG_ENABLE:
		local_enable_apply(l, &m->cfg_enable);
		break;
	case MSG_CFG_PASSWORD_POLICY:
		set_policy(l, &m->cfg_password_policy);
		break;
	case MSG_CFG_LOCAL:
		l->max_fail = m->cfg_local.max_fail;
		break;
	case MSG_QUERY:
		query(l, &m->query);
		break;
	case MSG_ACT_PARDON:
		pardon(l, &m->act_pardon);
		break;
	default:
		break;
	}
}
