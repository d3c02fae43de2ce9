/* The simulator's world; see env_sim.h. It owns the packets in flight. */
#include "tests/support/env_sim.h"

#include <stdlib.h>
#include <string.h>

struct sim_packet {
	struct sim_packet *next;
	uint64_t due;
	sim_deliver *to;
	void *arg;
	struct path path;
	size_t len;
	uint8_t msg[];
};

struct sim_job {
	struct sim_job *next;
	struct job *job;
	uint64_t due;
};

static void *need(void *p)
{
	if (!p)
		abort();
	return p;
}

static struct sim *sim_of(struct env *e)
{
	return container_of(e, struct sim, env);
}

static uint64_t sim_now(struct env *e)
{
	return sim_of(e)->now;
}

static int64_t sim_wall(struct env *e)
{
	return sim_of(e)->wall + (int64_t)(sim_of(e)->now / SEC);
}

/* splitmix64: every seed is good, zero too. */
static uint64_t next_random(struct sim *s)
{
	uint64_t z = s->seed += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static void sim_random(struct env *e, void *to, size_t len)
{
	uint8_t *p = to;

	while (len > 0) {
		uint64_t r = next_random(sim_of(e));
		size_t n = len < sizeof r ? len : sizeof r;

		memcpy(p, &r, n);
		p += n;
		len -= n;
	}
}

uint32_t sim_below(struct sim *s, uint32_t bound)
{
	return (uint32_t)(next_random(s) % bound);
}

static void enqueue(struct sim *s, sim_deliver *to, void *arg, const struct path *path,
    const void *msg, size_t len)
{
	struct sim_packet *p = need(malloc(sizeof *p + len)), **at = &s->first;

	p->due = s->now + s->latency + (s->jitter ? sim_below(s, (uint32_t)s->jitter) : 0);
	p->to = to;
	p->arg = arg;
	p->path = *path;
	p->len = len;
	memcpy(p->msg, msg, len);
	if (s->first && s->last->due <= p->due)
		at = &s->last->next; /* a crowd's are many */
	while (*at && (*at)->due <= p->due)
		at = &(*at)->next;
	p->next = *at;
	*at = p;
	if (!p->next)
		s->last = p;
}

void sim_put(struct sim *s, sim_deliver *to, void *arg, const struct path *path, const void *msg,
    size_t len)
{
	unsigned copies = s->doubled && sim_below(s, 1000) < s->doubled ? 2 : 1;

	s->sent++;
	if (s->loss && sim_below(s, 1000) < s->loss) {
		s->lost++;
		return;
	}
	while (copies-- > 0) {
		if (s->queued || s->latency || s->jitter) {
			enqueue(s, to, arg, path, msg, len);
		} else {
			s->delivered++;
			to(arg, path, msg, len);
		}
	}
}

static void sim_send(struct env *e, const struct path *path, const void *msg, size_t len)
{
	struct sim *s = sim_of(e);

	if (s->deliver)
		sim_put(s, s->deliver, s->arg, path, msg, len);
	else
		s->sent++;
}

static void sim_offload(struct env *e, struct job *job)
{
	struct sim *s = sim_of(e);
	struct sim_job *j, **at = &s->jobs;

	job->work(job);
	if (!s->slow_jobs && !s->job_time) {
		job->done(job);
		return;
	}
	j = need(calloc(1, sizeof *j));
	j->job = job;
	j->due = s->now + s->job_time;
	while (*at)
		at = &(*at)->next;
	*at = j;
}

void sim_init(struct sim *s, uint64_t seed, sim_deliver *deliver, void *arg)
{
	memset(s, 0, sizeof *s);
	s->env.now = sim_now;
	s->env.wall = sim_wall;
	s->env.random = sim_random;
	s->env.send = sim_send;
	s->env.offload = sim_offload;
	s->now = SEC;
	s->wall = 1431922637; /* Mon May 18 04:17:17 UTC 2015 */
	s->seed = seed;
	s->deliver = deliver;
	s->arg = arg;
}

void sim_fini(struct sim *s)
{
	while (s->first) {
		struct sim_packet *p = s->first;

		s->first = p->next;
		free(p);
	}
	while (s->jobs) {
		struct sim_job *j = s->jobs;

		s->jobs = j->next;
		free(j);
	}
	timer_fini(&s->env);
}

/* Does what is due now; jobs first, they ended earlier. */
static void step(struct sim *s)
{
	struct sim_packet *p;
	struct sim_job *j;

	while ((j = s->jobs) && j->due <= s->now) {
		s->jobs = j->next;
		j->job->done(j->job);
		free(j);
	}
	while ((p = s->first) && p->due <= s->now) {
		s->first = p->next;
		s->delivered++;
		p->to(p->arg, &p->path, p->msg, p->len);
		free(p);
	}
	timer_run(&s->env);
}

static uint64_t next_due(const struct sim *s)
{
	uint64_t due = timer_next(&s->env);

	if (s->jobs && s->jobs->due < due)
		due = s->jobs->due > s->now ? s->jobs->due : s->now;
	return s->first && s->first->due < due ? s->first->due : due;
}

uint64_t sim_run_idle(struct sim *s, uint64_t limit)
{
	uint64_t start = s->now, end = s->now + limit, due;

	while ((due = next_due(s)) <= end) {
		if (due > s->now)
			s->now = due;
		step(s);
	}
	return s->now - start;
}

void sim_run(struct sim *s, uint64_t duration)
{
	uint64_t end = s->now + duration;

	sim_run_idle(s, duration);
	s->now = end;
}
