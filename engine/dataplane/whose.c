/*
 * Open addressing with one writer; see whose.h. What goes leaves a grave, over
 * which a look-up walks on, and which a new entry may take. Graves in front of
 * a free place are no longer walked over by anybody, and become free.
 */
#include "engine/dataplane/whose.h"

#include <stdatomic.h>
#include <stdlib.h>

#define FREE 0u
#define GRAVE 1u /* no entry: that has an address, or a worker's number and two more */

struct whose {
	uint32_t mask;
	_Atomic uint64_t place[];
};

static uint64_t entry_of(uint32_t address, unsigned worker)
{
	return (uint64_t)address << 32 | (worker + 2);
}

/* Where the entries of an address begin. */
static uint32_t home(const struct whose *w, uint32_t address)
{
	return (uint32_t)(address * 0x9e3779b97f4a7c15u >> 32) & w->mask;
}

static uint64_t at(const struct whose *w, uint32_t i)
{
	return atomic_load_explicit(&w->place[i & w->mask], memory_order_acquire);
}

static void put(struct whose *w, uint32_t i, uint64_t what)
{
	atomic_store_explicit(&w->place[i & w->mask], what, memory_order_release);
}

struct whose *whose_create(uint32_t entries)
{
	uint32_t places = 1;
	struct whose *w;

	while (places < 2 * entries) /* half of them stay free: walks are short */
		places *= 2;
	w = calloc(1, sizeof *w + places * sizeof *w->place);
	if (w)
		w->mask = places - 1;
	return w;
}

void whose_destroy(struct whose *w)
{
	free(w);
}

void whose_add(struct whose *w, uint32_t address, unsigned worker)
{
	uint32_t i = home(w, address);

	while (at(w, i) > GRAVE)
		i++;
	put(w, i, entry_of(address, worker));
}

void whose_remove(struct whose *w, uint32_t address, unsigned worker)
{
	uint32_t i = home(w, address), n = 0;

	for (; at(w, i) != entry_of(address, worker); i++)
		if (at(w, i) == FREE || n++ == w->mask)
			return;
	put(w, i, GRAVE);
	if (at(w, i + 1) == FREE)
		for (; at(w, i) == GRAVE; i--)
			put(w, i, FREE);
}

bool whose_find(const struct whose *w, uint32_t address, unsigned *worker)
{
	uint32_t i = home(w, address);

	for (uint32_t n = 0; n <= w->mask; n++, i++) {
		uint64_t e = at(w, i);

		if (e == FREE)
			break;
		if (e != GRAVE && e >> 32 == address) {
			*worker = (uint32_t)e - 2;
			return true;
		}
	}
	return false;
}
