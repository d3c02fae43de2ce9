/* struct visitors: the listener's list; each entry from accept to the end of its process. */
#include "cli/ssh/visitors.h"

#include <stdlib.h>

static bool is_stranger(const struct visitor *v)
{
	return v->how < VISIT_IN;
}

static unsigned strangers_of(const struct visitors *all, const struct addr *a)
{
	unsigned n = 0;

	for (const struct visitor *v = all->first; v; v = v->next)
		n += is_stranger(v) && addr_equal(&v->path.remote.addr, a);
	return n;
}

/* The list is from the youngest to the oldest: the last one that fits is the oldest. */
static struct visitor *oldest_of_busiest(const struct visitors *all)
{
	const struct visitor *busiest = NULL;
	struct visitor *oldest = NULL;
	unsigned most = 0;

	for (const struct visitor *v = all->first; v; v = v->next) {
		unsigned n = is_stranger(v) ? strangers_of(all, &v->path.remote.addr) : 0;

		if (n > most) {
			most = n;
			busiest = v;
		}
	}
	for (struct visitor *v = all->first; busiest && v; v = v->next)
		if (is_stranger(v) && addr_equal(&v->path.remote.addr, &busiest->path.remote.addr))
			oldest = v;
	return oldest;
}

struct visitor *visitors_add(struct visitors *all, const struct path *path, uint64_t now)
{
	struct visitor *v, *gives_way;

	if (all->n >= VISITORS_MAX || strangers_of(all, &path->remote.addr) >= STRANGERS_OF_ONE)
		return NULL;
	if (all->strangers >= STRANGERS_MAX) {
		gives_way = oldest_of_busiest(all);
		if (gives_way)
			gives_way->until = now;
		if (all->strangers >= STRANGERS_MAX + STRANGERS_OF_ONE)
			return NULL;
	}
	v = calloc(1, sizeof(*v));
	if (!v)
		return NULL;
	v->id = ++all->last_id;
	v->path = *path;
	v->net = v->talk = -1;
	v->until = now + GRACE_MS;
	v->next = all->first;
	all->first = v;
	all->n++;
	all->strangers++;
	return v;
}

struct visitor *visitors_find(const struct visitors *all, uint32_t id)
{
	for (struct visitor *v = all->first; v; v = v->next)
		if (v->id == id)
			return v;
	return NULL;
}

struct visitor *visitors_of(const struct visitors *all, pid_t pid)
{
	for (struct visitor *v = all->first; v; v = v->next)
		if (v->pid == pid)
			return v;
	return NULL;
}

void visitors_let_in(struct visitors *all, struct visitor *v, uint64_t now)
{
	if (!is_stranger(v))
		return;
	v->how = VISIT_IN;
	v->until = now + GRACE_MS;
	all->strangers--;
}

void visitors_remove(struct visitors *all, struct visitor *v)
{
	for (struct visitor **p = &all->first; *p; p = &(*p)->next) {
		if (*p != v)
			continue;
		*p = v->next;
		all->n--;
		all->strangers -= is_stranger(v);
		return;
	}
}
