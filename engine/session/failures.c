/* The list of attempts that failed; see failures.h. Owned by the gateway. */
#include "engine/session/failures.h"

#include <stdlib.h>
#include <string.h>

void failures_init(struct failures *all)
{
	TAILQ_INIT(&all->list);
}

static bool is_stranger(const struct failure *f)
{
	return f->stage < ATTEMPT_AUTHENTICATED;
}

static bool same(const struct failure *a, const struct failure *b)
{
	return a->reason == b->reason && a->stage == b->stage && a->client == b->client &&
	       addr_equal(&a->address, &b->address) && strcmp(a->user, b->user) == 0 &&
	       strcmp(a->group, b->group) == 0;
}

static void drop(struct failures *all, struct failure *f)
{
	TAILQ_REMOVE(&all->list, f, link);
	free(f);
}

/* Who gives way to `f` in his part of the list; NULL: there is room. */
static struct failure *victim(const struct failures *all, const struct failure *f)
{
	unsigned n = 0, here = 0, of[REASON_COUNT] = {0}, most = REASON_NONE;
	struct failure *o, *oldest_here = NULL, *oldest = NULL;

	TAILQ_FOREACH(o, &all->list, link) {
		if (is_stranger(o) != is_stranger(f))
			continue;
		n++;
		of[o->reason]++;
		if (!addr_equal(&o->address, &f->address))
			continue;
		here++;
		oldest_here = o;
	}
	if (here >= FAILURES_ADDRESS)
		return oldest_here;
	if (n < FAILURES_PART)
		return NULL;
	for (unsigned r = 0; r < REASON_COUNT; r++)
		if (of[r] > of[most])
			most = r;
	TAILQ_FOREACH(o, &all->list, link)
		if (is_stranger(o) == is_stranger(f) && o->reason == (enum reason)most)
			oldest = o;
	return oldest;
}

static struct failure *find(const struct failures *all, const struct failure *like)
{
	struct failure *f;

	TAILQ_FOREACH(f, &all->list, link)
		if (same(f, like))
			break;
	return f;
}

bool failures_is_again(const struct failures *all, const struct failure *like)
{
	const struct failure *f = like->cookie ? find(all, like) : NULL;

	return f && f->cookie == like->cookie;
}

struct failure *failures_note(struct failures *all, const struct failure *like, int64_t now)
{
	struct failure *f = find(all, like), *gone, old;

	if (f) {
		old = *f;
		TAILQ_REMOVE(&all->list, f, link);
	} else {
		gone = victim(all, like);
		if (gone) {
			drop(all, gone);
			all->gone++;
		}
		f = malloc(sizeof *f);
		if (!f)
			return NULL;
		old = (struct failure){.first = now};
	}
	*f = *like;
	f->first = old.first;
	f->count = old.count + 1;
	f->told = old.told;
	f->untold = old.untold + 1;
	f->last = now;
	f->stamp = ++all->stamp;
	TAILQ_INSERT_HEAD(&all->list, f, link);
	return f;
}

const struct failure *failures_before(const struct failures *all, uint32_t stamp)
{
	const struct failure *f;

	TAILQ_FOREACH(f, &all->list, link)
		if (f->stamp < stamp)
			break;
	return f;
}

uint32_t failures_clear(struct failures *all)
{
	struct failure *f;
	uint32_t n = 0;

	while ((f = TAILQ_FIRST(&all->list))) {
		drop(all, f);
		n++;
	}
	all->gone = 0;
	return n;
}
