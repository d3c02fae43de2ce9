/*
 * Owns what aaa is made of: LOCAL, the servers of the configuration and what they share, the
 * questions that are open, the changes that servers have ordered. Messages find their part here.
 */
#include "engine/aaa/aaa.h"

#include <stdlib.h>
#include <string.h>

#include "engine/aaa/accounting.h"
#include "engine/aaa/change.h"
#include "engine/aaa/directory.h"
#include "engine/aaa/local_admin.h"
#include "engine/aaa/login.h"
#include "engine/aaa/registry.h"
#include "engine/aaa/report.h"
#include "engine/aaa/servers.h"
#include "engine/base/trace.h"
#include "engine/crypto/mschap.h"

#define GROUPS_MAX 8

struct aaa {
	struct aaa_world world;
	struct aaa_listener listener;
	struct aaa_directory *directory;
	struct aaa_registry *registry;
	struct aaa_servers servers;
	struct logins logins;
	struct aaa_changes changes;
	struct accounting accounting;
	struct local users;
	struct aaa_server local, *locals[1];
	struct aaa_group group_local;
	struct {
		const char *name;
		struct aaa_group *group;
	} groups[GROUPS_MAX];
	size_t n_groups;
};

/* ---- groups ---------------------------------------------------------------------------- */

static struct aaa_group *find_group(void *arg, const char *name)
{
	const struct aaa *a = arg;

	for (size_t i = 0; i < a->n_groups; i++)
		if (strcmp(a->groups[i].name, name) == 0)
			return a->groups[i].group;
	return aaa_registry_find(a->registry, name);
}

bool aaa_group_add(struct aaa *a, const char *name, struct aaa_group *g)
{
	if (a->n_groups == GROUPS_MAX)
		return false;
	a->groups[a->n_groups].name = name;
	a->groups[a->n_groups++].group = g;
	return true;
}

static void server_goes(void *arg, struct aaa_server *s)
{
	struct aaa *a = arg;

	logins_server_goes(&a->logins, s);
	accounting_server_goes(&a->accounting, s);
}

static void group_goes(void *arg, struct aaa_group *g)
{
	struct aaa *a = arg;

	logins_group_goes(&a->logins, g);
	accounting_group_goes(&a->accounting, g);
}

/* Without a network there are no servers. */
static const struct aaa_protocol *find_none(const char *word)
{
	(void)word;
	return NULL;
}

static const struct aaa_registry_ops registry_ops = {
    .server_goes = server_goes, .group_goes = group_goes};

static void news(void *arg)
{
	struct aaa *a = arg;

	aaa_registry_news(a->registry);
}

static void change(const struct aaa_world *w, struct aaa_server *by, const struct aaa_change *c)
{
	struct aaa *a = (struct aaa *)(void *)(uintptr_t)w; /* its first member */
	struct aaa_change ordered = *c;

	ordered.group = by->group->name;
	aaa_changes_order(&a->changes, &ordered);
}

/* ---- messages -------------------------------------------------------------------------- */

static void begin(struct aaa *a, bool snapshot)
{
	if (!snapshot)
		return;
	aaa_directory_begin(a->directory);
	aaa_registry_begin(a->registry);
}

static void end(struct aaa *a)
{
	aaa_directory_end(a->directory);
	aaa_registry_end(a->registry);
	aaa_registry_interfaces(a->registry);
	accounting_configured(&a->accounting);
}

static void from_manager(struct aaa *a, const struct ipc_msg *m)
{
	switch (m->type) {
	case MSG_TRACE_SET:
		if (m->trace_set.class < TRACE_CLASSES)
			a->listener.debug[m->trace_set.class] = m->trace_set.level;
		return;
	case MSG_LOG_SET:
		a->listener.log.hide = m->log_set.hide;
		log_want(&a->listener.log, m->log_set.wanted.p, m->log_set.wanted.len);
		return;
	case MSG_CFG_BEGIN:
		begin(a, m->cfg_begin.snapshot);
		break;
	case MSG_CFG_END:
		end(a);
		break;
	default:
		if (aaa_directory_message(a->directory, m)) {
			if (m->type == MSG_CFG_CA_CERTIFICATE &&
			    m->cfg_ca_certificate.op == CFG_DELETE)
				aaa_registry_distrust(a->registry);
			return;
		}
		if (aaa_registry_message(a->registry, m) || aaa_servers_message(&a->servers, m))
			return;
		break;
	}
	local_message(&a->users, m);
}

void aaa_message(struct aaa *a, enum role from, const struct ipc_msg *m)
{
	if (from != ROLE_MANAGER && from != ROLE_ENGINE)
		return;
	switch (m->type) {
	case MSG_AUTH_REQUEST:
		logins_request(&a->logins, from, &m->auth_request);
		break;
	case MSG_AUTH_NEXT:
		logins_next(&a->logins, from, &m->auth_next);
		break;
	case MSG_ACCOUNT:
		accounting_put(&a->accounting, from, &m->account);
		break;
	case MSG_AUTH_CANCEL:
		logins_cancel(&a->logins, from, m->auth_cancel.id);
		break;
	default:
		if (from == ROLE_MANAGER)
			from_manager(a, m);
		else if (m->type == MSG_ACT_DONE)
			aaa_changes_done(&a->changes, &m->act_done);
		break;
	}
}

void aaa_role_here(struct aaa *a, enum role role)
{
	if (role == ROLE_ENGINE)
		a->changes.engine = true;
}

void aaa_role_gone(struct aaa *a, enum role role)
{
	logins_role_gone(&a->logins, role);
	accounting_role_gone(&a->accounting, role);
	if (role != ROLE_ENGINE)
		return;
	a->changes.engine = false;
	aaa_changes_lost(&a->changes);
}

void aaa_accounting_files(struct aaa *a, const int fd[2], bool reborn)
{
	accounting_open(&a->accounting, fd, reborn);
}

void aaa_ending(struct aaa *a)
{
	a->accounting.ending = true;
}

void aaa_alone(struct aaa *a)
{
	accounting_off(&a->accounting);
}

bool aaa_busy(const struct aaa *a)
{
	return accounting_busy(&a->accounting);
}

bool aaa_flies(const struct aaa *a)
{
	return accounting_flies(&a->accounting);
}

/* ---- life ----------------------------------------------------------------------------- */

static void init_local(struct aaa *a, const struct crypto *crypto)
{
	a->users.crypto = crypto;
	a->users.listener = &a->listener;
	a->locals[0] = &a->local;
	a->group_local = (struct aaa_group){.name = "LOCAL", .server = a->locals, .n = 1};
	a->local = (struct aaa_server){
	    .protocol = &local_protocol, .server = &a->users, .group = &a->group_local};
	aaa_group_add(a, a->group_local.name, &a->group_local);
}

static void init_parts(struct aaa *a)
{
	a->servers = (struct aaa_servers){
	    a->registry, &a->group_local, a->world.env, &a->listener, &a->accounting};
	accounting_init(&a->accounting, &a->world, find_group, a);
	a->changes.send = a->listener.send;
	a->changes.arg = a->listener.arg;
	a->logins.env = a->world.env;
	a->logins.listener = &a->listener;
	a->logins.local = &a->local;
	a->logins.local_group = &a->group_local;
	a->logins.find = find_group;
	a->logins.news = news;
	a->logins.arg = a;
	a->logins.nobody.name = "";
}

struct aaa *aaa_create(
    struct env *env, const struct crypto *crypto, struct aaa_net *net, aaa_find *find,
    aaa_send *send, void *arg)
{
	uint8_t hash[MSCHAP_HASH];
	struct aaa *a;

	if (!mschap_nt_hash(crypto, "", hash) || !(a = calloc(1, sizeof *a)))
		return NULL;
	a->listener = (struct aaa_listener){.send = send, .arg = arg};
	log_init(&a->listener.log, aaa_report_log, &a->listener);
	a->listener.log.env = env;
	a->directory = aaa_directory_create();
	a->world = (struct aaa_world){.env = env,
	    .net = net,
	    .crypto = crypto,
	    .listener = &a->listener,
	    .directory = a->directory,
	    .change = change};
	a->registry = aaa_registry_create(
	    &a->world, find ? find : find_none, &registry_ops, a);
	init_local(a, crypto);
	init_parts(a);
	if (a->directory && a->registry)
		return a;
	aaa_destroy(a);
	return NULL;
}

void aaa_destroy(struct aaa *a)
{
	if (!a)
		return;
	for (enum role r = 0; r < ROLE_COUNT; r++)
		logins_role_gone(&a->logins, r);
	aaa_changes_lost(&a->changes);
	accounting_fini(&a->accounting);
	aaa_registry_destroy(a->registry);
	aaa_directory_destroy(a->directory);
	aaa_users_fini(&a->users.users);
	crypto_wipe(a->users.enable, sizeof a->users.enable);
	free(a);
}
