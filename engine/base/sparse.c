/* Walks through tables that are mostly empty; see sparse.h. */
#include "engine/base/sparse.h"

#include <string.h>

size_t sparse_next(const void *table, size_t each, size_t n, size_t from)
{
	static const char empty[4096];

	for (size_t step = sizeof empty / each; step > 0;)
		if (n - from >= step &&
		    memcmp((const char *)table + from * each, empty, step * each) == 0)
			from += step;
		else
			step /= 2;
	return from;
}
