/* Round trips; see trip.h. The other user's load is a process of its own: we only wait for ours. */
#include "tests/load/trip.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GAP 2000000     /* nanoseconds */
#define LOST 1000000000 /* after so many */
#define BEGIN 100000    /* microseconds until the other load is under way */
#define COMMON (-10)    /* nice of the other load: we come first, others on these cores last */
#define UNDER_WAY 300   /* packets of it */
#define NAP 20          /* microseconds */

struct shared {
	atomic_bool stop;
	uint64_t packets, wrong;
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* All that one user can get: so much of it is always on its way. */
static void load_on(const struct gateway *like, const struct stream_shape *shape,
    struct shared *shared)
{
	struct host host = like->host;
	struct end *e = &like->end[1];
	struct stream *s = &e->down;
	uint64_t first = s->got, heard = now();

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpriority(PRIO_PROCESS, 0, COMMON);
	s->shape = *shape;
	while (!shared->stop && now() - heard < LOST) {
		if (s->sent - s->got <= UNDER_WAY)
			shared->wrong += !host_send(&host, s, END_TRAIN, true);
		if (end_receive(like->bench, e))
			heard = now();
		else
			usleep(NAP);
	}
	shared->packets = s->got - first;
	shared->wrong += s->damaged + s->disordered + e->disordered + e->bad +
			 (shared->stop ? 0 : s->sent - s->got);
	_exit(0);
}

/* There and back, in nanoseconds; 0: it was lost. Nobody sleeps on the way. */
static uint64_t trip(struct gateway *g)
{
	uint64_t from = now();
	struct end *e = &g->end[0];
	unsigned up = 0, down = 0;

	if (!end_send(g->bench, e, 1, false))
		return 0;
	while (!up && now() - from < LOST)
		up = host_receive(&g->host, gateway_stream, g);
	if (!up || !host_send(&g->host, &e->down, 1, false))
		return 0;
	while (!down && now() - from < LOST)
		down = end_receive(g->bench, e);
	return down ? now() - from : 0;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void series(struct gateway *g, unsigned n, struct trips *t)
{
	uint64_t *took = calloc(n, sizeof *took), next = now();
	unsigned got = 0;

	for (unsigned i = 0; took && i < n; i++, next += GAP) {
		struct timespec when = {(time_t)(next / 1000000000), (long)(next % 1000000000)};

		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
		if ((took[got] = trip(g)))
			got++;
	}
	*t = (struct trips){.sent = n, .lost = n - got};
	if (got) {
		qsort(took, got, sizeof *took, by_value);
		t->p50 = (double)took[got / 2] / 1e3;
		t->p99 = (double)took[got * 99 / 100] / 1e3;
	}
	free(took);
}

bool trip_measure(struct gateway *g, size_t len, unsigned n, const struct stream_shape *bulk,
    struct trips *t)
{
	struct shared *shared = mmap(
	    NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct stream_shape small = {.len = (uint16_t)len};
	pid_t other = 0;

	if (shared == MAP_FAILED || (bulk && (g->n < 2 || (other = fork()) < 0)))
		return false;
	if (bulk && other == 0)
		load_on(g, bulk, shared);
	meter_first(&g->meter, true);
	usleep(BEGIN);
	g->end[0].up.shape = g->end[0].down.shape = small;
	series(g, n, t);
	meter_first(&g->meter, false);
	shared->stop = true;
	if (bulk)
		waitpid(other, NULL, 0);
	t->other = shared->packets;
	t->wrong = shared->wrong;
	munmap(shared, sizeof *shared);
	return t->lost == 0 && t->wrong == 0 && (!bulk || t->other);
}
