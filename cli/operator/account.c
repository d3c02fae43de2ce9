/*
 * Records to aaa, which keeps them until a server has them. struct accounted:
 * of one stay, at the appliance or in the privileged mode, from its start to
 * its stop; its key is of the manager's start and a number, so that no other
 * stay ever has it. /
 */
#include "cli/operator/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/log/clock.h"
#include "cli/login/login.h"
#include "cli/operator/operator.h"

#define USER_REQUEST 1 /* RFC 2866 5.10 */

static void new_key(char key[32])
{
	static int64_t start;
	static unsigned n;

	if (!start)
		start = clock_now(NULL);
	snprintf(key, 32, "cli%08llX%06X", (unsigned long long)start, ++n);
}

static const char *service_of(const struct operator *op)
{
	return op->session.way == WAY_SSH ? "ssh" : "serial";
}

static void tell(struct operator *op, const char *group, const char *key, struct msg_account *r)
{
	struct ipc_msg m = {.type = MSG_ACCOUNT, .fd = -1};

	r->server_group = group;
	r->key = key;
	r->time = (uint64_t)clock_now(NULL);
	r->level = (uint8_t)op->session.privilege;
	r->tunnel_group = r->group_policy = r->method = "";
	r->port = r->port ? r->port : "";
	r->command = r->command ? r->command : "";
	if (op->session.way == WAY_SSH) {
		addr_parse(op->session.from, &r->client);
		addr_parse(op->session.to, &r->local);
	}
	m.account = *r;
	untaken_say(&op->act.manager->untaken, op->act.manager->channel[ROLE_AAA], &m);
}

/* ---- stays ----------------------------------------------------------------------------- */

static void begin(struct operator *op, struct accounted *a, const char *group, const char *service)
{
	struct msg_account r = {.what = ACCOUNT_START, .service = service};
	char name[65];

	if (a->group[0] || !group[0])
		return;
	snprintf(a->group, sizeof(a->group), "%s", group);
	new_key(a->key);
	snprintf(a->user, sizeof(a->user), "%s", act_name(&op->act, name));
	a->since = clock_now(NULL);
	r.user = a->user;
	r.since = (uint64_t)a->since;
	tell(op, a->group, a->key, &r);
}

static void end(struct operator *op, struct accounted *a, const char *service)
{
	struct msg_account r = {.what = ACCOUNT_STOP, .service = service, .user = a->user,
	    .since = (uint64_t)a->since, .cause = USER_REQUEST};
	int64_t took = clock_now(NULL) - a->since;

	if (!a->group[0])
		return;
	r.duration = took > 0 ? (uint32_t)took : 0;
	tell(op, a->group, a->key, &r);
	a->group[0] = 0;
}

void account_came(struct operator *op)
{
	const struct own *own = &op->act.manager->running.delivery.own;

	if (op->session.way != WAY_SCRIPT)
		begin(op, &op->came,
		    op->session.way == WAY_SSH ? own->accounting.ssh : own->accounting.serial,
		    service_of(op));
}

void account_left(struct operator *op)
{
	end(op, &op->raised, "enable");
	end(op, &op->came, service_of(op));
}

void account_privilege(struct operator *op)
{
	if (op->session.way == WAY_SCRIPT)
		return;
	if (op->session.privilege > PRIVILEGE_USER)
		begin(op, &op->raised,
		    op->act.manager->running.delivery.own.accounting.enable, "enable");
	else
		end(op, &op->raised, "enable");
}

/* ---- commands -------------------------------------------------------------------------- */

/* The device tells of all commands but those that only look. */
static bool is_told(struct operator *op)
{
	const struct manager *m = op->act.manager;
	const struct own *own = &m->running.delivery.own;
	const struct gram_match *match = &op->act.match;

	if (match->n_keywords && strcmp(match->keywords[0], "show") == 0)
		return false;
	return own->accounting.command[0] &&
	    gram_level(m->gram, match->command) >= own->accounting.level;
}

void account_command(struct operator *op)
{
	struct msg_account r = {.what = ACCOUNT_COMMAND, .service = service_of(op)};
	struct text line = {0};
	struct gram_out out = text_out(&line);
	char key[32], name[65];

	if (!is_told(op))
		return;
	gram_spell(op->line + strspn(op->line, " \t"), &op->act.match, &out);
	new_key(key);
	r.user = act_name(&op->act, name);
	r.since = (uint64_t)clock_now(NULL);
	r.command = text_str(&line);
	tell(op, op->act.manager->running.delivery.own.accounting.command, key, &r);
	text_free(&line);
}
