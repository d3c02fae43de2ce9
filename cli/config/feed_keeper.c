/*
 * What the keeper is asked for: each wanted object is one encoded request with
 * a key that is its identity there. The list is worked out anew (feed_wanted.c,
 * feed_nat.c) and compared with what was asked for before; only differences are
 * sent, removals first.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed_wanted.h"

/* ---- the list --------------------------------------------------------------- */

static void objects_free(struct feed_objects *o)
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
	struct feed_object v = { strdup(key), malloc(len + 1), len };

	if (!v.key || !v.bytes || !len || !objects_grow(o)) {
		w->failed = true;
		free(v.key);
		free(v.bytes);
		return;
	}
	memcpy(v.bytes, buf, len);
	o->v[o->n++] = v;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct feed_object *)a)->key, ((const struct feed_object *)b)->key);
}

static const struct feed_object *lookup(const struct feed_objects *o, const char *key)
{
	struct feed_object k = { .key = (char *)(uintptr_t)key };

	return o->n ? bsearch(&k, o->v, o->n, sizeof *o->v, by_key) : NULL;
}

bool feed_is_wanted(const struct feed_wanted *w, const char *key)
{
	for (size_t i = 0; i < w->to->n; i++)
		if (!strcmp(w->to->v[i].key, key))
			return true;
	return false;
}

static void request(struct feed *f, const struct feed_object *o, uint8_t op)
{
	struct ipc_msg m;

	if (!ipc_decode(&m, o->bytes, o->len))
		return;
	m.fd = -1;
	*ipc_op(&m) = op;
	*ipc_id(&m) = f->sink.next_id(f->sink.ctx);
	f->sink.send(f->sink.ctx, ROLE_KEEPER, &m);
}

/* ---- the difference ------------------------------------------------------------------ */

static bool same(const struct feed_object *a, const struct feed_object *b)
{
	return a && b && a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

void feed_keeper_forget(struct feed *f)
{
	objects_free(&f->kept);
}

bool feed_keeper(struct feed *f, struct db *db)
{
	static const struct {
		const char *table;
		void (*each)(void *, const struct db_row *);
	} source[] = {{"interface", feed_want_interface}, {"route", feed_want_route}, {"nat", feed_want_nat},
	    {"object", feed_want_object_nat}, {"interface", feed_count_interface},
	    {"crypto_map_interface", feed_count_map}, {"interface", feed_want_forwarding}};
	struct feed_objects now = {0};
	struct feed_wanted w = { .feed = f, .db = db, .to = &now };

	for (size_t i = 0; i < sizeof source / sizeof *source; i++)
		if (!db_each(db, gram_table(f->gram, source[i].table), source[i].each, &w))
			w.failed = true;
	f->keeper_dirty = w.failed;
	if (w.failed) {
		objects_free(&now);
		return false;
	}
	if (now.n)
		qsort(now.v, now.n, sizeof *now.v, by_key);
	for (size_t i = f->kept.n; i-- > 0;)
		if (!lookup(&now, f->kept.v[i].key))
			request(f, &f->kept.v[i], CFG_DELETE);
	for (size_t i = 0; i < now.n; i++)
		if (!same(&now.v[i], lookup(&f->kept, now.v[i].key)))
			request(f, &now.v[i], CFG_SET);
	objects_free(&f->kept);
	f->kept = now;
	return true;
}
