/*
 * Open addressing with one writer; see whose.h. What goes leaves a grave, over
 * which a look-up walks on, and which a new entry may take. Graves in front of
 * a free place are no longer walked over by anybody, and become free.
 */
#include "engine/dataplane/whose.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct whose {
	uint32_t mask;
	bool mapped;
	_Atomic uint64_t *place;
};

static uint64_t entry_of(uint32_t address, unsigned worker)
{
	return (uint64_t)address << 32 | (worker + WHOSE_FIRST);
}

/* Where the entries of an address begin. */
static uint32_t home(const struct whose *w, uint32_t address)
{
	return (uint32_t)(address * WHOSE_HASH >> 32) & w->mask;
}

static uint64_t at(const struct whose *w, uint32_t i)
{
	return atomic_load_explicit(&w->place[i & w->mask], memory_order_acquire);
}

static void put(struct whose *w, uint32_t i, uint64_t what)
{
	atomic_store_explicit(&w->place[i & w->mask], what, memory_order_release);
}

static size_t size_of(const struct whose *w)
{
	return ((size_t)w->mask + 1) * sizeof *w->place;
}

uint32_t whose_places(uint32_t entries)
{
	uint32_t places = 1;

	while (places < 2 * entries)
		places *= 2;
	return places;
}

/* An engine that died may have left what is no longer so. */
static void *map_empty(const struct whose *w, int table)
{
	void *at = mmap(NULL, size_of(w), PROT_READ | PROT_WRITE, MAP_SHARED, table, 0);

	return at == MAP_FAILED ? NULL : memset(at, 0, size_of(w));
}

struct whose *whose_create(uint32_t entries, int table)
{
	struct whose *w = malloc(sizeof *w);

	if (!w)
		return NULL;
	*w = (struct whose){.mask = whose_places(entries) - 1, .mapped = table >= 0};
	w->place = w->mapped ? map_empty(w, table) : calloc(1, size_of(w));
	if (w->place)
		return w;
	free(w);
	return NULL;
}

void whose_destroy(struct whose *w)
{
	if (w && w->mapped)
		munmap(w->place, size_of(w));
	else if (w)
		free(w->place);
	free(w);
}

void whose_add(struct whose *w, uint32_t address, unsigned worker)
{
	uint32_t i = home(w, address);

	while (at(w, i) > WHOSE_GRAVE)
		i++;
	put(w, i, entry_of(address, worker));
}

void whose_remove(struct whose *w, uint32_t address, unsigned worker)
{
	uint32_t i = home(w, address), n = 0;

	for (; at(w, i) != entry_of(address, worker); i++)
		if (at(w, i) == WHOSE_FREE || n++ == w->mask)
			return;
	put(w, i, WHOSE_GRAVE);
	if (at(w, i + 1) == WHOSE_FREE)
		for (; at(w, i) == WHOSE_GRAVE; i--)
			put(w, i, WHOSE_FREE);
}

bool whose_find(const struct whose *w, uint32_t address, unsigned *worker)
{
	uint32_t i = home(w, address);

	for (uint32_t n = 0; n <= w->mask; n++, i++) {
		uint64_t e = at(w, i);

		if (e == WHOSE_FREE)
			break;
		if (e != WHOSE_GRAVE && e >> 32 == address) {
			*worker = (uint32_t)e - WHOSE_FIRST;
			return true;
		}
	}
	return false;
}
