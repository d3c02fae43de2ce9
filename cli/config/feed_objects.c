/*
 * The list of what is wanted of the keeper: each object is one encoded request
 * with a key that is its identity there.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed_wanted.h"

void feed_objects_free(struct feed_objects *o)
{
	for (size_t i = 0; i < o->n; i++) {
		free(o->v[i].key);
		free(o->v[i].bytes);
	}
	free(o->v);
	*o = (struct feed_objects){0};
}

static bool objects_grow(struct feed_objects *o)
{
	size_t size = o->size ? 2 * o->size : 16;
	struct feed_object *v = o->n == o->size ? realloc(o->v, size * sizeof *v) : o->v;

	if (!v)
		return false;
	o->size = o->n == o->size ? size : o->size;
	o->v = v;
	return true;
}

void feed_want(struct feed_wanted *w, const char *key, const struct ipc_msg *m)
{
	struct feed_objects *o = w->to;
	uint8_t buf[1024];
	size_t len = ipc_encode(m, buf, sizeof buf);
	struct feed_object v = {strdup(key), malloc(len + 1), len};

	if (!v.key || !v.bytes || !len || !objects_grow(o)) {
		w->failed = true;
		free(v.key);
		free(v.bytes);
		return;
	}
	memcpy(v.bytes, buf, len);
	o->v[o->n++] = v;
}

int feed_object_cmp(const void *a, const void *b)
{
	return strcmp(((const struct feed_object *)a)->key, ((const struct feed_object *)b)->key);
}

const struct feed_object *feed_objects_find(const struct feed_objects *o, const char *key)
{
	struct feed_object k = {.key = (char *)(uintptr_t)key};

	return o->n ? bsearch(&k, o->v, o->n, sizeof *o->v, feed_object_cmp) : NULL;
}

bool feed_is_wanted(const struct feed_wanted *w, const char *key)
{
	for (size_t i = 0; i < w->to->n; i++)
		if (!strcmp(w->to->v[i].key, key))
			return true;
	return false;
}
