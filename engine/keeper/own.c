/* What every kind of kernel object needs: room for one more, the link that it stands on. */
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/own.h"

bool objects_grow(void *vector, size_t *room, size_t n, size_t size)
{
	void **v = vector, *bigger;
	size_t want = *room ? 2 * *room : 8;

	if (n < *room)
		return true;
	bigger = realloc(*v, want * size);
	if (!bigger)
		return false;
	*v = bigger;
	*room = want;
	return true;
}

const struct link *objects_link(const struct objects *o, const char *name)
{
	for (size_t i = 0; i < o->n_links; i++)
		if (!strcmp(o->links[i].name, name))
			return &o->links[i];
	return NULL;
}
