/* Figures of load; see measure.h. */
#include "tests/load/measure.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOCKS 5
#define BLOCK_NS 20e6 /* of CPU */
#define WARM 4
#define MOST 64 /* windows of a block */
#define COPIED (64u << 20)

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double each(const struct tally *t)
{
	uint64_t n = t->up + t->down;

	return n ? (double)t->cpu / (double)n : 0;
}

/* So many windows fill a block. */
static unsigned windows(const struct tally *one)
{
	double n = one->cpu ? BLOCK_NS * WARM / (double)one->cpu : 1;

	return n < 1 ? 1 : n > MOST ? MOST : (unsigned)n;
}

static void add(struct measured *m, const struct tally *t)
{
	m->packets += t->up + t->down;
	m->lost += t->lost;
	m->unsent += t->unsent;
}

bool measure_warm(struct gateway *g, const struct plan *p, int core)
{
	struct tally t = {0};

	if (!round_reach(g, &p->shape) || !round_block(g, p, WARM * 4, &t))
		return false;
	meter_choose(&g->meter);
	meter_pin(&g->meter, core);
	return g->meter.n > 0;
}

bool measure_row(struct gateway *g, struct gateway *usual, const struct plan *p,
    struct measured *of, struct measured *of_usual)
{
	struct gateway *who[2] = {g, usual};
	struct measured *what[2] = {of, of_usual};
	double ns[2][BLOCKS];
	unsigned n[2] = {1, 1};
	bool ok = true;

	for (int i = 0; i < 2 && ok; i++) {
		struct tally t = {0};

		if (!who[i])
			continue;
		memset(what[i], 0, sizeof *what[i]);
		ok = round_block(who[i], p, WARM, &t);
		n[i] = windows(&t);
		add(what[i], &t);
	}
	for (int b = 0; b < 2 * BLOCKS && ok; b++) {
		struct tally t = {0};

		if (!who[b % 2])
			continue;
		ok = round_block(who[b % 2], p, n[b % 2], &t);
		ns[b % 2][b / 2] = each(&t);
		add(what[b % 2], &t);
	}
	for (int i = 0; i < 2 && ok && who[i]; i++) {
		qsort(ns[i], BLOCKS, sizeof *ns[i], by_value);
		what[i]->ns = ns[i][BLOCKS / 2];
	}
	return ok;
}

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

double measure_copy(size_t len)
{
	uint8_t *from = malloc(COPIED), *to = malloc(COPIED);
	double best = 0;

	for (int run = 0; from && to && run < 4; run++) {
		double t;

		if (run == 0)
			memset(from, 1, COPIED);
		t = cpu_now();
		for (size_t at = 0; at + len <= COPIED; at += len)
			memcpy(to + at, from + at, len);
		t = (cpu_now() - t) / (COPIED / (double)len);
		best = run > 1 && best < t ? best : t;
	}
	free(from);
	free(to);
	return best;
}
