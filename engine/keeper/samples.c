/*
 * struct samples: one ring of what was seen, newest at `at`. A rate is the
 * difference to the oldest sample within its span, by the time between them; so
 * it is there from the second sample on.
 */
#include "engine/keeper/samples.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RING 61 /* the newest, and 5 minutes back */
#define LINKS_SAMPLED 256

struct sample {
	uint64_t when; /* milliseconds */
	struct proc_cpu cpu;
	int pid[ROLE_COUNT];
	uint64_t ticks[ROLE_COUNT];
	struct link_stats *links;
	size_t n_links;
};

struct samples {
	struct sample ring[RING];
	unsigned n, at;
	uint32_t most_tracked;
	struct cleared {
		struct link_stats was; /* the counters at the last `clear interface` */
		uint64_t when;         /* milliseconds */
	} *cleared;
	size_t n_cleared;
};

struct samples *samples_new(void)
{
	return calloc(1, sizeof(struct samples));
}

void samples_free(struct samples *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < RING; i++)
		free(s->ring[i].links);
	free(s->cleared);
	free(s);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* A host of containers has links without number; the first of them are the appliance's. */
static void keep_some(struct sample *p)
{
	struct link_stats *v;

	if (p->n_links <= LINKS_SAMPLED)
		return;
	p->n_links = LINKS_SAMPLED;
	v = realloc(p->links, LINKS_SAMPLED * sizeof *v);
	if (v)
		p->links = v;
}

void samples_take(struct samples *s, struct netlink *nl, const int pid[ROLE_COUNT])
{
	struct sample *p;
	struct proc_task task;
	uint32_t now, most;

	s->at = (s->at + 1) % RING;
	s->n += s->n < RING;
	p = &s->ring[s->at];
	free(p->links);
	*p = (struct sample){.when = now_ms()};
	(void)proc_cpu(&p->cpu);
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if (pid[i] && proc_task(pid[i], &task)) {
			p->pid[i] = pid[i];
			p->ticks[i] = task.ticks;
		}
	if (link_stats_read(nl, &p->links, &p->n_links))
		p->n_links = 0;
	keep_some(p);
	if (proc_tracked(&now, &most) && now > s->most_tracked)
		s->most_tracked = now;
}

/* The oldest sample of the span, NULL when there are not two. */
static const struct sample *start_of(const struct samples *s, enum sample_span span)
{
	static const unsigned steps[SAMPLE_SPANS] = {1, 12, 60};
	unsigned back = steps[span] < s->n ? steps[span] : s->n ? s->n - 1 : 0;

	return back ? &s->ring[(s->at + RING - back) % RING] : NULL;
}

static uint32_t thousandths(uint64_t part, uint64_t whole)
{
	uint64_t t = whole ? (part * 1000 + whole / 2) / whole : 0;

	return t > 1000 ? 1000 : (uint32_t)t;
}

uint32_t samples_cpu(const struct samples *s, enum sample_span span)
{
	const struct sample *from = start_of(s, span), *to = &s->ring[s->at];

	return !from ? thousandths(to->cpu.busy, to->cpu.total)
		     : thousandths(to->cpu.busy - from->cpu.busy, to->cpu.total - from->cpu.total);
}

uint32_t samples_role(const struct samples *s, enum role role, enum sample_span span)
{
	const struct sample *from = start_of(s, span), *to = &s->ring[s->at];

	if (!from || !to->pid[role])
		return 0;
	/* Another process than at the start of the span: all of its time is within. */
	return thousandths(
	    to->ticks[role] - (from->pid[role] == to->pid[role] ? from->ticks[role] : 0),
	    to->cpu.total - from->cpu.total);
}

static const struct link_stats *find(const struct link_stats *v, size_t n, uint32_t ifindex)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].ifindex == ifindex)
			return &v[i];
	return NULL;
}

uint64_t samples_rate(
    const struct samples *s, uint32_t ifindex, enum link_counter c, enum sample_span span)
{
	const struct sample *from = start_of(s, span), *to = &s->ring[s->at];
	const struct link_stats *a, *b;

	if (!from || to->when <= from->when)
		return 0;
	a = find(from->links, from->n_links, ifindex);
	b = find(to->links, to->n_links, ifindex);
	if (!a || !b || b->count[c] < a->count[c])
		return 0;
	return (b->count[c] - a->count[c]) * 1000 / (to->when - from->when);
}

uint32_t samples_most_tracked(const struct samples *s)
{
	return s->most_tracked;
}

static struct cleared *was_cleared(const struct samples *s, uint32_t ifindex)
{
	for (size_t i = 0; i < s->n_cleared; i++)
		if (s->cleared[i].was.ifindex == ifindex)
			return &s->cleared[i];
	return NULL;
}

static void clear_one(struct samples *s, const struct link_stats *l)
{
	struct cleared *v = was_cleared(s, l->ifindex);

	if (v) {
		*v = (struct cleared){*l, now_ms()};
		return;
	}
	v = realloc(s->cleared, (s->n_cleared + 1) * sizeof *v);
	if (!v)
		return;
	s->cleared = v;
	v[s->n_cleared++] = (struct cleared){*l, now_ms()};
}

void samples_clear_link(struct samples *s, const struct link_stats *v, size_t n, uint32_t ifindex)
{
	for (size_t i = 0; i < n; i++)
		if (!ifindex || v[i].ifindex == ifindex)
			clear_one(s, &v[i]);
}

void samples_since_clear(const struct samples *s, struct link_stats *l)
{
	const struct cleared *c = was_cleared(s, l->ifindex);
	const struct link_stats *was = c ? &c->was : NULL;

	/* Smaller than then: the number belongs to another link by now. */
	if (!was || was->count[LINK_IN_PACKETS] > l->count[LINK_IN_PACKETS] ||
	    was->count[LINK_OUT_PACKETS] > l->count[LINK_OUT_PACKETS])
		return;
	for (int i = 0; i < LINK_COUNTERS; i++)
		l->count[i] -= was->count[i] < l->count[i] ? was->count[i] : l->count[i];
}

uint32_t samples_counted_for(const struct samples *s, uint32_t ifindex)
{
	const struct cleared *c = was_cleared(s, ifindex);
	struct timespec up;

	if (c)
		return (uint32_t)((now_ms() - c->when) / 1000);
	return clock_gettime(CLOCK_BOOTTIME, &up) == 0 ? (uint32_t)up.tv_sec : 0;
}
