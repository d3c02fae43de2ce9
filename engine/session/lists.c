/*
 * struct lists; see lists.h. A list that is configured anew gets a new compiled one; the one before
 * lives as long as sessions are held to it, and leaves its counts behind.
 */
#include "engine/session/lists.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct list_use {
	char *name;
	struct acl *acl;
	uint64_t *before; /* hits of each rule when they were cleared; NULL: never */
};

struct list_count {
	char *name;
	uint32_t hash;
	uint64_t hits, last;
};

static uint64_t hits_of(const struct list_use *u, size_t rule)
{
	return atomic_load_explicit(&u->acl->hits[rule].flows, memory_order_relaxed) -
	       (u->before ? u->before[rule] : 0);
}

static uint64_t last_of(const struct list_use *u, size_t rule)
{
	return atomic_load_explicit(&u->acl->hits[rule].last, memory_order_relaxed);
}

static void use_free(struct list_use *u)
{
	free(u->name);
	free(u->before);
	acl_let_go(u->acl);
}

void lists_free(struct lists *l)
{
	for (size_t i = 0; i < l->n_use; i++)
		use_free(&l->use[i]);
	for (size_t i = 0; i < l->n_count; i++)
		free(l->count[i].name);
	free(l->use);
	free(l->count);
	*l = (struct lists){.config = l->config};
}

/* Counts that cannot be kept are lost: the packets were let through, or not, all the same. */
static void keep(struct lists *l, const char *name, uint32_t hash, uint64_t hits, uint64_t last)
{
	struct list_count *c = l->count, *grown;

	while (c < l->count + l->n_count && (c->hash != hash || strcmp(c->name, name) != 0))
		c++;
	if (c == l->count + l->n_count) {
		grown = realloc(l->count, (l->n_count + 1) * sizeof *grown);
		if (!grown)
			return;
		l->count = grown;
		c = &grown[l->n_count];
		*c = (struct list_count){strdup(name), hash, 0, 0};
		if (!c->name)
			return;
		l->n_count++;
	}
	c->hits += hits;
	c->last = last > c->last ? last : c->last;
}

/* Is it what the configuration has now? */
static bool is_current(const struct lists *l, const struct list_use *u)
{
	const struct config_list *now = config_access_list(l->config, u->name);
	size_t i = 0;

	if (!now || now->rules.n != u->acl->n)
		return false;
	while (i < u->acl->n && acl_rule_equal(&now->rules.rule[i], &u->acl->rule[i]))
		i++;
	return i == u->acl->n;
}

/* Those that are not current any more and that nobody is held to leave. */
static void sweep(struct lists *l)
{
	for (size_t i = l->n_use; i-- > 0;) {
		struct list_use *u = &l->use[i];

		if (u->acl->holders > 1 || is_current(l, u))
			continue;
		for (size_t k = 0; k < u->acl->n; k++)
			if (hits_of(u, k))
				keep(
				    l, u->name, u->acl->rule[k].hash, hits_of(u, k), last_of(u, k));
		use_free(u);
		*u = l->use[--l->n_use];
	}
}

struct acl *lists_get(struct lists *l, const char *name)
{
	const struct config_list *now = config_access_list(l->config, name);
	struct list_use fresh = {NULL, NULL, NULL}, *grown;

	for (size_t i = 0; i < l->n_use; i++)
		if (strcmp(l->use[i].name, name) == 0 && is_current(l, &l->use[i]))
			return acl_hold(l->use[i].acl);
	sweep(l);
	if (!now || !(grown = realloc(l->use, (l->n_use + 1) * sizeof *grown)))
		return NULL;
	l->use = grown;
	fresh.name = strdup(name);
	fresh.acl = acl_new(now->rules.rule, now->rules.n);
	if (!fresh.name || !fresh.acl) {
		use_free(&fresh);
		return NULL;
	}
	l->use[l->n_use++] = fresh;
	return acl_hold(fresh.acl);
}

bool lists_counted(
    struct lists *l, size_t i, const char **name, uint32_t *hash, uint64_t *hits, uint64_t *last)
{
	if (i < l->n_count) {
		const struct list_count *c = &l->count[i];

		*name = c->name;
		*hash = c->hash;
		*hits = c->hits;
		*last = c->last;
		return true;
	}
	i -= l->n_count;
	for (size_t u = 0; u < l->n_use; i -= l->use[u++].acl->n)
		if (i < l->use[u].acl->n) {
			*name = l->use[u].name;
			*hash = l->use[u].acl->rule[i].hash;
			*hits = hits_of(&l->use[u], i);
			*last = last_of(&l->use[u], i);
			return true;
		}
	return false;
}

uint32_t lists_clear(struct lists *l, const char *name)
{
	uint32_t n = 0;

	for (size_t i = l->n_count; i-- > 0;) {
		if (strcmp(l->count[i].name, name) != 0)
			continue;
		free(l->count[i].name);
		l->count[i] = l->count[--l->n_count];
		n++;
	}
	for (size_t i = 0; i < l->n_use; i++) {
		struct list_use *u = &l->use[i];

		if (strcmp(u->name, name) != 0)
			continue;
		if (!u->before)
			u->before = calloc(u->acl->n + 1, sizeof *u->before);
		for (size_t k = 0; u->before && k < u->acl->n; k++) {
			n += hits_of(u, k) != 0;
			u->before[k] += hits_of(u, k);
		}
	}
	return n;
}
