/* Acts on the login servers: what they were asked and said, and whether they are asked. */
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/show/show.h"

/* aaa has not answered: says so. */
static bool away(struct act *a, const struct answer *answer)
{
	if (answer->status == ASK_DONE)
		return false;
	act_refuse(a, "ERROR: The login service does not answer.");
	return true;
}

/* The group of the line is there, or none was typed; else that is refused. */
static bool group_there(struct act *a, const char *group)
{
	char protocol[16];

	if (!group || strcmp(group, "LOCAL") == 0 ||
	    db_get(a->manager->running.db, "aaa_group", "protocol", &group, 1, protocol,
		sizeof(protocol)))
		return true;
	act_refuse(a, "ERROR: aaa-server group %s does not exist", group);
	return false;
}

static bool host_there(struct act *a, const char *group, const char *host)
{
	const char *const keys[] = {group, host};
	char timeout[8];

	if (!host || db_get(a->manager->running.db, "aaa_host", "timeout", keys, 2, timeout,
			 sizeof(timeout)))
		return true;
	act_refuse(a, "ERROR: aaa-server %s is not a host of group %s", host, group);
	return false;
}

/* What the line names is there; else the act is over. */
static bool there(struct act *a)
{
	const char *group = gram_arg(&a->match, "group"), *host = gram_arg(&a->match, "host");

	if (group_there(a, group) && host_there(a, group, host))
		return true;
	act_done(a);
	return false;
}

/* Those that the line names, of all that came; how many. */
static size_t keep_named(const struct gram_match *m, struct msg_rec_aaa_server *r, size_t n)
{
	const char *protocol = gram_arg(m, "protocol"), *group = gram_arg(m, "group");
	const char *host = gram_arg(m, "host");
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if ((!protocol || strcmp(r[i].protocol, protocol) == 0) &&
		    (!group || strcmp(r[i].group_name, group) == 0) &&
		    (!host || strcmp(r[i].host, host) == 0))
			r[kept++] = r[i];
	return kept;
}

static void servers_answered(struct act *a, const struct answer *answer)
{
	struct msg_rec_aaa_server *r;
	size_t n;

	if (!away(a, answer)) {
		r = answer_records(answer, MSG_REC_AAA_SERVER, sizeof(*r), &n);
		show_aaa_server(&a->out, r, keep_named(&a->match, r, n));
		free(r);
	}
	act_done(a);
}

static void act_show_aaa_server(struct act *a)
{
	const char *group = gram_arg(&a->match, "group");

	if (there(a))
		act_query(
		    a, ROLE_AAA, "aaa-servers", group ? "group" : NULL, group, servers_answered);
}

static void cleared(struct act *a, const struct answer *answer)
{
	away(a, answer);
	act_done(a);
}

static void act_clear_aaa_server(struct act *a)
{
	const char *group = gram_arg(&a->match, "group"), *host = gram_arg(&a->match, "host");
	const char *protocol = gram_arg(&a->match, "protocol");
	struct ipc_msg m = {.type = MSG_ACT_AAA_CLEAR, .fd = -1};

	if (!there(a))
		return;
	m.act_aaa_clear.group_name = group ? group : "";
	m.act_aaa_clear.host = host ? host : "";
	m.act_aaa_clear.protocol = protocol ? protocol : "";
	act_send(a, ROLE_AAA, &m, cleared);
}

static void act_set_aaa_server(struct act *a)
{
	struct ipc_msg m = {.type = MSG_ACT_AAA_STATE, .fd = -1};

	if (!there(a))
		return;
	m.act_aaa_state.group_name = gram_arg(&a->match, "group");
	m.act_aaa_state.host = gram_arg(&a->match, "host");
	m.act_aaa_state.active = gram_typed(&a->match, "active");
	act_send(a, ROLE_AAA, &m, cleared);
}

const struct act_row acts_aaa_server[] = {
    ACT(show_aaa_server),
    ACT(clear_aaa_server),
    ACT(set_aaa_server),
    ACTS_END,
};
