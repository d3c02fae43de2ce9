/* The list of attempts that failed; see failures.h. Owned by the gateway. */
#include "engine/session/failures.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/shares.h"

void failures_init(struct failures *all)
{
	TAILQ_INIT(&all->list);
	for (size_t i = 0; i < FAILURES_PLACES; i++)
		TAILQ_INIT(&all->place[i]);
	for (size_t part = 0; part < FAILURES_PARTS; part++)
		for (size_t r = 0; r < REASON_COUNT; r++)
			TAILQ_INIT(&all->part[part].of[r]);
}

static bool is_stranger(const struct failure *f)
{
	return f->stage < ATTEMPT_AUTHENTICATED;
}

static struct failure_part *part_of(struct failures *all, const struct failure *f)
{
	return &all->part[is_stranger(f)];
}

/* Those of that address are all in one place. */
static size_t place_of(const struct failure *f)
{
	uint64_t x = share_key_of(&f->address).address * 0x9e3779b97f4a7c15ULL;

	return (size_t)(x >> 40) % FAILURES_PLACES;
}

static bool same(const struct failure *a, const struct failure *b)
{
	return a->reason == b->reason && a->stage == b->stage && a->client == b->client &&
	       addr_equal(&a->address, &b->address) && strcmp(a->user, b->user) == 0 &&
	       strcmp(a->group, b->group) == 0;
}

/* As the newest of each list that it stands in. */
static void enter(struct failures *all, struct failure *f)
{
	struct failure_part *part = part_of(all, f);

	TAILQ_INSERT_HEAD(&all->list, f, link);
	TAILQ_INSERT_HEAD(&all->place[place_of(f)], f, near);
	TAILQ_INSERT_HEAD(&part->of[f->reason], f, alike);
	part->held[f->reason]++;
	part->n++;
}

static void leave(struct failures *all, struct failure *f)
{
	struct failure_part *part = part_of(all, f);

	TAILQ_REMOVE(&all->list, f, link);
	TAILQ_REMOVE(&all->place[place_of(f)], f, near);
	TAILQ_REMOVE(&part->of[f->reason], f, alike);
	part->held[f->reason]--;
	part->n--;
}

static void drop(struct failures *all, struct failure *f)
{
	leave(all, f);
	free(f);
}

/* Who gives way to `f` in his part of the list; NULL: there is room. */
static struct failure *victim(struct failures *all, const struct failure *f)
{
	struct failure_part *part = part_of(all, f);
	unsigned here = 0, most = REASON_NONE;
	struct failure *o, *oldest_here = NULL;

	TAILQ_FOREACH(o, &all->place[place_of(f)], near) {
		if (is_stranger(o) != is_stranger(f) || !addr_equal(&o->address, &f->address))
			continue;
		here++;
		oldest_here = o;
	}
	if (here >= FAILURES_ADDRESS)
		return oldest_here;
	if (part->n < FAILURES_PART)
		return NULL;
	for (unsigned r = 0; r < REASON_COUNT; r++)
		if (part->held[r] > part->held[most])
			most = r;
	return TAILQ_LAST(&part->of[most], failure_list);
}

static struct failure *find(const struct failures *all, const struct failure *like)
{
	struct failure *f;

	TAILQ_FOREACH(f, &all->place[place_of(like)], near)
		if (same(f, like))
			break;
	return f;
}

bool failures_is_again(const struct failures *all, const struct failure *like)
{
	const struct failure *f = like->cookie ? find(all, like) : NULL;

	return f && f->cookie == like->cookie;
}

bool failures_wanted(const struct failures *all, enum reason why, uint64_t now)
{
	return all->second[why].n < FAILURES_SECOND || now - all->second[why].since >= SEC;
}

void failures_count(struct failures *all, const struct failure *like, int64_t now)
{
	struct failure *f = find(all, like);

	if (!f) {
		all->gone++;
		return;
	}
	leave(all, f);
	enter(all, f);
	f->count++;
	f->untold++;
	f->last = now;
	f->stamp = ++all->stamp;
}

/* Of strangers no more than that are taken in in a second. */
static void note_second(struct failures *all, const struct failure *f, uint64_t now)
{
	if (!is_stranger(f))
		return;
	if (now - all->second[f->reason].since >= SEC) {
		all->second[f->reason].since = now;
		all->second[f->reason].n = 0;
	}
	all->second[f->reason].n++;
}

struct failure *failures_note(struct failures *all, const struct failure *like, int64_t wall,
    uint64_t now)
{
	struct failure *f = find(all, like), *gone;
	struct failure is = *like;

	note_second(all, like, now);
	is.first = f ? f->first : wall;
	is.count = f ? f->count + 1 : 1;
	is.told = f ? f->told : 0;
	is.untold = f ? f->untold + 1 : 1;
	is.last = wall;
	is.stamp = ++all->stamp;
	if (f) {
		leave(all, f);
	} else {
		gone = victim(all, like);
		if (gone) {
			drop(all, gone);
			all->gone++;
		}
		f = malloc(sizeof *f);
		if (!f)
			return NULL;
	}
	*f = is;
	enter(all, f);
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
	struct failure *next;
	uint32_t n = 0;

	for (struct failure *f = TAILQ_FIRST(&all->list); f; f = next, n++) {
		next = TAILQ_NEXT(f, link);
		drop(all, f);
	}
	all->gone = 0;
	return n;
}
