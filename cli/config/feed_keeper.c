/*
 * What the keeper is asked for: the list of what the kernel is to have is worked
 * out anew (feed_wanted.c, feed_nat.c) and compared with what was asked for
 * before; only differences are sent, removals first.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed_wanted.h"

static void request(struct feed *f, const struct feed_object *o, uint8_t op)
{
	struct ipc_msg m;

	if (!ipc_decode(&m, o->bytes, o->len))
		return;
	m.fd = -1;
	if (ipc_op(&m))
		*ipc_op(&m) = op;
	feed_request(f, &m);
}

static bool same(const struct feed_object *a, const struct feed_object *b)
{
	return a && b && a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

void feed_keeper_forget(struct feed *f)
{
	feed_objects_free(&f->kept);
	feed_lists_forget(f);
}

/* The differences: what goes, lists, what comes. */
static void request_changes(struct feed *f, struct feed_wanted *w)
{
	struct feed_objects *now = w->to;

	for (size_t i = f->kept.n; i-- > 0;)
		if (!feed_objects_find(now, f->kept.v[i].key))
			request(f, &f->kept.v[i], CFG_DELETE);
	feed_lists(w);
	for (size_t i = 0; i < now->n; i++)
		if (!same(&now->v[i], feed_objects_find(&f->kept, now->v[i].key)))
			request(f, &now->v[i], CFG_SET);
}

bool feed_keeper(struct feed *f, struct db *db)
{
	static const struct {
		const char *table;
		void (*each)(void *, const struct db_row *);
		const char *set; /* only rows in which this column is; NULL: all */
	} source[] = {{"interface", feed_want_interface, NULL}, {"route", feed_want_route, NULL},
	    {"interface", feed_count_interface, NULL},
	    {"crypto_map_interface", feed_count_map, NULL},
	    {"interface", feed_want_forwarding, NULL}, {"interface", feed_want_client_arp, NULL},
	    {"interface", feed_want_vlan, NULL}, {"mtu", feed_want_mtu, NULL},
	    {"interface", feed_want_zone, NULL}, {"same_security", feed_want_traffic, NULL},
	    {"access_group", feed_want_group, NULL}};
	struct feed_objects now = {0};
	struct feed_wanted w = {.feed = f, .db = db, .to = &now};

	for (size_t i = 0; i < sizeof source / sizeof *source; i++) {
		const struct gram_table *t = gram_table(f->gram, source[i].table);
		const char *set = source[i].set;

		if (!(set ? db_each_set(db, t, set, source[i].each, &w) :
		            db_each(db, t, source[i].each, &w)))
			w.failed = true;
	}
	feed_want_nat(&w);
	f->keeper_dirty = w.failed;
	if (w.failed) {
		feed_lists_drop(&w);
		feed_objects_free(&now);
		return false;
	}
	if (now.n)
		qsort(now.v, now.n, sizeof *now.v, feed_object_cmp);
	request_changes(f, &w);
	feed_objects_free(&f->kept);
	f->kept = now;
	f->keeper_dirty = w.failed;
	return !w.failed;
}
