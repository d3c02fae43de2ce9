/*
 * The timer heap: a binary heap of pointers, every timer knows its slot, so
 * re-arming and stopping cost O(log n) and never search.
 */
#include "engine/base/env.h"

#include <stdlib.h>

static void put(struct env *e, size_t i, struct timer *t)
{
	e->heap[i] = t;
	t->slot = i + 1;
}

static void sift_up(struct env *e, size_t i)
{
	struct timer *t = e->heap[i];

	while (i > 0) {
		size_t parent = (i - 1) / 2;

		if (e->heap[parent]->due <= t->due)
			break;
		put(e, i, e->heap[parent]);
		i = parent;
	}
	put(e, i, t);
}

static void sift_down(struct env *e, size_t i)
{
	struct timer *t = e->heap[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= e->heap_len)
			break;
		if (child + 1 < e->heap_len && e->heap[child + 1]->due < e->heap[child]->due)
			child++;
		if (t->due <= e->heap[child]->due)
			break;
		put(e, i, e->heap[child]);
		i = child;
	}
	put(e, i, t);
}

void timer_stop(struct env *e, struct timer *t)
{
	size_t i = t->slot;
	struct timer *last;

	if (i == 0)
		return;
	i--;
	t->slot = 0;
	last = e->heap[--e->heap_len];
	if (last == t)
		return;
	put(e, i, last);
	sift_down(e, i);
	sift_up(e, last->slot - 1);
}

void timer_start(struct env *e, struct timer *t, uint64_t delay)
{
	timer_stop(e, t);
	if (e->heap_len == e->heap_size) {
		size_t size = e->heap_size ? 2 * e->heap_size : 64;
		struct timer **heap = realloc(e->heap, size * sizeof *heap);

		if (!heap)
			abort(); /* a gateway without timers would keep dead sessions for ever */
		e->heap = heap;
		e->heap_size = size;
	}
	t->due = e->now(e) + delay;
	put(e, e->heap_len, t);
	sift_up(e, e->heap_len++);
}

uint64_t timer_left(struct env *e, const struct timer *t)
{
	uint64_t now = e->now(e);

	return t->slot && t->due > now ? t->due - now : 0;
}

uint64_t timer_next(const struct env *e)
{
	return e->heap_len ? e->heap[0]->due : UINT64_MAX;
}

void timer_run(struct env *e)
{
	uint64_t now = e->now(e);

	while (e->heap_len && e->heap[0]->due <= now) {
		struct timer *t = e->heap[0];

		timer_stop(e, t);
		t->fire(t);
	}
}

void timer_fini(struct env *e)
{
	free(e->heap);
	e->heap = NULL;
	e->heap_len = e->heap_size = 0;
}
