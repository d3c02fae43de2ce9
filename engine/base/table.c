/* A table from numbers to pointers; see table.h. */
#include "engine/base/table.h"

#include <stdlib.h>
#include <string.h>

static size_t home(const struct table *t, uint32_t key)
{
	/* The high bits of the product depend on all of the key: of addresses in the order of the
	 * network too, which differ in their high bits only. The size is 64 or more. */
	return key * 2654435761U >> __builtin_clz((unsigned)t->size - 1);
}

/* The slot that holds the key, or the free one where it would go. */
static size_t probe(const struct table *t, uint32_t key)
{
	size_t i = home(t, key);

	while (t->slot[i].key && t->slot[i].key != key)
		i = (i + 1) & (t->size - 1);
	return i;
}

static bool grow(struct table *t)
{
	struct table bigger = {.size = t->size ? 2 * t->size : 64, .used = t->used};

	bigger.slot = calloc(bigger.size, sizeof *bigger.slot);
	if (!bigger.slot)
		return false;
	for (size_t i = 0; i < t->size; i++)
		if (t->slot[i].key)
			bigger.slot[probe(&bigger, t->slot[i].key)] = t->slot[i];
	free(t->slot);
	*t = bigger;
	return true;
}

bool table_add(struct table *t, uint32_t key, void *value)
{
	size_t i;

	if (key == 0 || (4 * (t->used + 1) > 3 * t->size && !grow(t)))
		return false;
	i = probe(t, key);
	if (t->slot[i].key)
		return false;
	t->slot[i] = (struct table_slot){key, value};
	t->used++;
	return true;
}

void *table_get(const struct table *t, uint32_t key)
{
	return t->size && key ? t->slot[probe(t, key)].value : NULL;
}

void *table_remove(struct table *t, uint32_t key)
{
	size_t hole, i;
	void *value;

	if (t->size == 0 || key == 0)
		return NULL;
	hole = probe(t, key);
	if (t->slot[hole].key == 0)
		return NULL;
	value = t->slot[hole].value;
	t->slot[hole] = (struct table_slot){0, NULL};
	t->used--;
	/* Close the gap: move back whatever was pushed past it. */
	for (i = (hole + 1) & (t->size - 1); t->slot[i].key; i = (i + 1) & (t->size - 1)) {
		size_t want = home(t, t->slot[i].key);

		if (((i - want) & (t->size - 1)) < ((i - hole) & (t->size - 1)))
			continue;
		t->slot[hole] = t->slot[i];
		t->slot[i] = (struct table_slot){0, NULL};
		hole = i;
	}
	return value;
}

struct table_slot *table_next(const struct table *t, size_t *at)
{
	while (*at < t->size) {
		struct table_slot *s = &t->slot[(*at)++];

		if (s->key)
			return s;
	}
	return NULL;
}

void table_fini(struct table *t)
{
	free(t->slot);
	memset(t, 0, sizeof *t);
}
