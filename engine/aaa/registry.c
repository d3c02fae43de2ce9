/*
 * Owns the groups and the servers of the configuration. A group is known from
 * its first message to its deletion, a host too; its server is open while the
 * protocol of its group is known and is ours. A change is told to the protocol
 * and costs nobody else anything. Whoever has a question open with a server
 * that goes is told first, while it still stands in its group. /
 */
#include "engine/aaa/registry.h"

#include <stdlib.h>
#include <string.h>

#include "engine/aaa/reach.h"
#include "engine/aaa/report.h"
#include "engine/aaa/shelf.h"

struct host {
	struct aaa_server server; /* first: who has the server has this */
	struct cfg_aaa_host *config;
	struct aaa_reach reach;
	bool open, stale;
	bool told; /* the log knows that it is dead */
};

struct group {
	struct aaa_group group;	      /* first */
	struct cfg_aaa_group *config; /* NULL: only its hosts are known */
	char *name;
	struct aaa_registry *of;
	struct host **host; /* all, in their order; those that are open stand in group.server */
	size_t n;
	bool stale;
};

struct aaa_registry {
	const struct aaa_world *world;
	const struct aaa_protocol *(*find)(const char *word);
	const struct aaa_registry_ops *ops;
	void *arg;
	struct group **group;
	size_t n;
	struct timer news; /* a dead server comes back */
	bool snapshot;
};

static struct host *host_of(struct aaa_server *s)
{
	return (struct host *)(void *)s;
}

static void changed(struct host *h)
{
	if (!h->open || !h->server.protocol->changed)
		return;
	h->server.changing = true;
	h->server.protocol->changed(&h->server);
	h->server.changing = false;
}

static void reach_changed(struct aaa_reach *r)
{
	changed(container_of(r, struct host, reach));
}

/* ---- open and closed -------------------------------------------------------------------- */

/* Those that are open, in their order. */
static void list(struct group *g)
{
	g->group.n = 0;
	for (size_t i = 0; i < g->n; i++)
		if (g->host[i]->open)
			g->group.server[g->group.n++] = &g->host[i]->server;
}

static void open_host(struct group *g, struct host *h)
{
	const struct aaa_protocol *p = g->config ? g->of->find(g->config->protocol) : NULL;

	if (h->open || !p)
		return;
	h->server.protocol = p;
	h->server.group = &g->group;
	h->server.config = h->config;
	aaa_reach_begin(&h->reach, g->of->world, &h->server, reach_changed);
	h->open = !p->open || p->open(g->of->world, &h->server);
	if (!h->open)
		aaa_reach_end(&h->reach);
	list(g);
}

static void close_host(struct group *g, struct host *h)
{
	if (!h->open)
		return;
	aaa_reach_end(&h->reach);
	g->of->ops->server_goes(g->of->arg, &h->server);
	if (h->server.protocol->close)
		h->server.protocol->close(&h->server);
	h->open = false;
	list(g);
}

static void free_host(struct group *g, size_t i)
{
	struct host *h = g->host[i];

	close_host(g, h);
	g->n--;
	memmove(&g->host[i], &g->host[i + 1], (g->n - i) * sizeof *g->host);
	aaa_keep_free(MSG_CFG_AAA_HOST, h->config);
	free(h);
}

/* ---- groups ----------------------------------------------------------------------------- */

static struct group *group_named(const struct aaa_registry *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->group[i]->name, name) == 0)
			return r->group[i];
	return NULL;
}

static void free_group(struct group *g)
{
	struct aaa_registry *r = g->of;

	while (g->n)
		free_host(g, g->n - 1);
	r->ops->group_goes(r->arg, &g->group);
	for (size_t i = 0; i < r->n; i++)
		if (r->group[i] == g) {
			r->n--;
			memmove(&r->group[i], &r->group[i + 1], (r->n - i) * sizeof *r->group);
			break;
		}
	aaa_keep_free(MSG_CFG_AAA_GROUP, g->config);
	free(g->group.server);
	free(g->host);
	free(g->name);
	free(g);
}

static struct group *new_group(struct aaa_registry *r, const char *name)
{
	struct group *g = calloc(1, sizeof *g);
	struct group **all = realloc(r->group, (r->n + 1) * sizeof *all);

	if (all)
		r->group = all;
	if (!g || !all || !(g->name = strdup(name))) {
		free(g);
		return NULL;
	}
	g->of = r;
	g->group.name = g->name;
	r->group[r->n++] = g;
	return g;
}

static void obey(struct group *g)
{
	const struct cfg_aaa_group *c = g->config;

	g->group.config = c;
	g->group.max_failed = c->max_failed;
	g->group.timed = strcmp(c->reactivation, "timed") == 0;
	g->group.dead_time = c->deadtime * 60 * SEC;
}

static void take_group(struct aaa_registry *r, const struct cfg_aaa_group *m)
{
	struct group *g = group_named(r, m->name);
	struct cfg_aaa_group *kept;

	if (m->op != CFG_SET) {
		if (g)
			free_group(g);
		return;
	}
	if (!g && !(g = new_group(r, m->name)))
		return;
	kept = aaa_keep(MSG_CFG_AAA_GROUP, m);
	if (!kept)
		return;
	g->stale = false;
	for (size_t i = 0;
	     g->config && strcmp(g->config->protocol, kept->protocol) != 0 && i < g->n; i++)
		close_host(g, g->host[i]);
	aaa_keep_free(MSG_CFG_AAA_GROUP, g->config);
	g->config = kept;
	obey(g);
	for (size_t i = 0; i < g->n; i++) {
		changed(g->host[i]);
		open_host(g, g->host[i]);
	}
}

/* ---- hosts ------------------------------------------------------------------------------ */

static size_t host_named(const struct group *g, const char *name)
{
	size_t i;

	for (i = 0; i < g->n && strcmp(g->host[i]->config->host, name) != 0; i++)
		;
	return i;
}

/* One more, behind the others; it takes `config` over. */
static struct host *new_host(struct group *g, struct cfg_aaa_host *config)
{
	struct host **all = realloc(g->host, (g->n + 1) * sizeof *all), *h;
	struct aaa_server **servers = realloc(g->group.server, (g->n + 1) * sizeof *servers);

	if (all)
		g->host = all;
	if (servers)
		g->group.server = servers;
	h = all && servers ? calloc(1, sizeof *h) : NULL;
	if (!h)
		return NULL;
	h->config = config;
	g->host[g->n++] = h;
	return h;
}

/* In a snapshot they come in their order. */
static void move_to_end(struct group *g, size_t i)
{
	struct host *h = g->host[i];

	memmove(&g->host[i], &g->host[i + 1], (g->n - 1 - i) * sizeof *g->host);
	g->host[g->n - 1] = h;
	list(g);
}

static void change_host(struct group *g, size_t i, struct cfg_aaa_host *config)
{
	struct host *h = g->host[i];
	struct cfg_aaa_host *before = h->config;

	h->config = config;
	h->server.config = config;
	if (g->of->snapshot && h->stale)
		move_to_end(g, i);
	if (h->open) {
		aaa_reach_interface(&h->reach);
		changed(h);
		/* what it was given up for may be what was changed */
		aaa_group_answered(&h->server);
		aaa_registry_news(g->of);
	}
	aaa_keep_free(MSG_CFG_AAA_HOST, before);
}

static void set_host(struct aaa_registry *r, const struct cfg_aaa_host *m)
{
	struct group *g = group_named(r, m->group_name);
	struct cfg_aaa_host *kept = aaa_keep(MSG_CFG_AAA_HOST, m);
	size_t i;

	if (!kept || (!g && !(g = new_group(r, m->group_name)))) {
		aaa_keep_free(MSG_CFG_AAA_HOST, kept);
		return;
	}
	i = host_named(g, m->host);
	if (i < g->n)
		change_host(g, i, kept);
	else if (!new_host(g, kept)) {
		aaa_keep_free(MSG_CFG_AAA_HOST, kept);
		return;
	}
	i = host_named(g, m->host);
	g->host[i]->stale = false;
	open_host(g, g->host[i]);
}

static void take_host(struct aaa_registry *r, const struct cfg_aaa_host *m)
{
	struct group *g = group_named(r, m->group_name);
	size_t i;

	if (m->op == CFG_SET) {
		set_host(r, m);
		return;
	}
	i = g ? host_named(g, m->host) : 0;
	if (g && i < g->n)
		free_host(g, i);
}

bool aaa_registry_message(struct aaa_registry *r, const struct ipc_msg *m)
{
	if (m->type == MSG_CFG_AAA_GROUP)
		take_group(r, &m->cfg_aaa_group);
	else if (m->type == MSG_CFG_AAA_HOST)
		take_host(r, &m->cfg_aaa_host);
	else
		return false;
	return true;
}

/* ---- snapshots -------------------------------------------------------------------------- */

void aaa_registry_begin(struct aaa_registry *r)
{
	r->snapshot = true;
	for (size_t i = 0; i < r->n; i++) {
		r->group[i]->stale = true;
		for (size_t k = 0; k < r->group[i]->n; k++)
			r->group[i]->host[k]->stale = true;
	}
}

void aaa_registry_end(struct aaa_registry *r)
{
	for (size_t i = r->n; r->snapshot && i-- > 0;) {
		struct group *g = r->group[i];

		for (size_t k = g->n; k-- > 0;)
			if (g->host[k]->stale)
				free_host(g, k);
		if (g->stale)
			free_group(g);
	}
	r->snapshot = false;
}

void aaa_registry_interfaces(struct aaa_registry *r)
{
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->group[i]->n; k++)
			if (r->group[i]->host[k]->open)
				aaa_reach_device(&r->group[i]->host[k]->reach);
}

void aaa_registry_distrust(struct aaa_registry *r)
{
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->group[i]->n; k++)
			changed(r->group[i]->host[k]);
}

/* ---- who is there ----------------------------------------------------------------------- */

struct aaa_group *aaa_registry_group(const struct aaa_registry *r, size_t i)
{
	return i < r->n ? &r->group[i]->group : NULL;
}

struct aaa_group *aaa_registry_find(const struct aaa_registry *r, const char *name)
{
	struct group *g = group_named(r, name);

	return g ? &g->group : NULL;
}

struct aaa_server *aaa_group_host(const struct aaa_group *g, const char *host)
{
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < g->n; i++) {
		const struct aaa_server *s = g->server[i];

		if ((s->config && strcmp(s->config->host, host) == 0) ||
		    (s->address.family && strcmp(addr_text(&s->address, text), host) == 0))
			return g->server[i];
	}
	return NULL;
}

/* ---- the dead and the living ------------------------------------------------------------ */

static void tell(struct aaa_registry *r, struct host *h, bool dead)
{
	struct log *log = &r->world->listener->log;
	const struct aaa_server *s = &h->server;

	if (h->told == dead)
		return;
	h->told = dead;
	if (dead)
		log_say(log, 113022, "AAA Marking %s server %s in aaa-server group %s as FAILED",
		    s->protocol->name, s->config->host, s->group->name);
	else
		log_say(log, 113023, "AAA Marking %s server %s in aaa-server group %s as ACTIVE",
		    s->protocol->name, s->config->host, s->group->name);
}

void aaa_registry_news(struct aaa_registry *r)
{
	struct env *env = r->world->env;
	uint64_t now = env->now(env), first = UINT64_MAX;

	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->group[i]->group.n; k++) {
			struct aaa_server *s = r->group[i]->group.server[k];

			if (s->dead_until > now && s->dead_until < first)
				first = s->dead_until;
			tell(r, host_of(s), s->dead_until > now);
		}
	if (first != UINT64_MAX)
		timer_start(env, &r->news, first - now);
	else
		timer_stop(env, &r->news);
}

static void on_news(struct timer *t)
{
	aaa_registry_news(container_of(t, struct aaa_registry, news));
}

/* ---- life ------------------------------------------------------------------------------- */

struct aaa_registry *aaa_registry_create(const struct aaa_world *world,
    const struct aaa_protocol *(*find)(const char *word), const struct aaa_registry_ops *ops,
    void *arg)
{
	struct aaa_registry *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->world = world;
	r->find = find;
	r->ops = ops;
	r->arg = arg;
	r->news.fire = on_news;
	return r;
}

void aaa_registry_destroy(struct aaa_registry *r)
{
	if (!r)
		return;
	while (r->n)
		free_group(r->group[r->n - 1]);
	timer_stop(r->world->env, &r->news);
	free(r->group);
	free(r);
}
