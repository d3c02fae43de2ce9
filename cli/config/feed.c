/*
 * struct feed: remembers what the other roles have been told, so far as that is
 * needed to tell them less next time. It lives as long as the manager; when a
 * role starts anew, feed_snapshot() tells it everything again.
 */
#include "cli/config/feed.h"

#include <stdlib.h>
#include <string.h>

#include "cli/config/feed_private.h"

struct feed *feed_create(const struct feed_sink *sink, const struct gram *gram)
{
	struct feed *f = calloc(1, sizeof *f);

	if (!f)
		return NULL;
	f->sink = *sink;
	f->gram = gram;
	f->links = feed_link_rows(gram, NULL, 0);
	if (!f->links) {
		free(f);
		return NULL;
	}
	return f;
}

bool feed_fits(const struct gram *gram, char *errors, size_t size)
{
	struct feed_link *links = feed_link_rows(gram, errors, size);

	feed_links_free(links);
	return links != NULL;
}

void feed_destroy(struct feed *f)
{
	if (!f)
		return;
	feed_access_free(f);
	feed_trust_free(f);
	feed_keeper_forget(f);
	feed_links_free(f->links);
	free(f);
}

/* Roles that hear of rows one by one, by the words of the grammar's `notify`. */
static const struct {
	enum role role;
	const char *word;
} listener[] = {{ROLE_ENGINE, "engine"}, {ROLE_AAA, "aaa"}};

static void tell(struct feed *f, const struct db_row *row, enum role to, uint8_t op)
{
	struct ipc_msg m = { .fd = -1 };

	f->incomplete = false;
	if (feed_row(f, row, to, op, &m) && !f->incomplete)
		feed_send(f, to, &m);
	f->stale[to] = f->stale[to] || f->incomplete;
	feed_forget_texts(f);
}

void feed_change(struct feed *f, const struct db_change *c)
{
	const struct db_row *row = c->after ? c->after : c->before;

	if (gram_notifies(c->table, "keeper"))
		f->keeper_dirty = true;
	if (strcmp(c->table->name, "access_list") == 0) {
		feed_access_change(f, c);
		return;
	}
	f->names_dirty = f->names_dirty || access_may_name(c->table->name);
	feed_trust_change(f, c);
	for (size_t i = 0; i < sizeof listener / sizeof *listener; i++)
		if (gram_notifies(c->table, listener[i].word))
			tell(f, row, listener[i].role, c->after ? CFG_SET : CFG_DELETE);
}

static bool is_current(const struct feed *f)
{
	return !f->keeper_dirty && !f->stale[ROLE_ENGINE] && !f->stale[ROLE_AAA];
}

bool feed_end(struct feed *f, struct db *db)
{
	bool all = !db_fault(db); /* the delivery was */

	f->access.read = f->access.read && all;
	feed_access_end(f, db);
	feed_trust_end(f, db);
	if (f->keeper_dirty || !all)
		feed_keeper(f, db);
	for (size_t i = 0; i < sizeof listener / sizeof *listener; i++) {
		feed_close(f, listener[i].role);
		if (!all)
			f->stale[listener[i].role] = true;
	}
	return is_current(f);
}

struct snapshot {
	struct feed *feed;
	enum role role;
	const char *word;
};

static void snapshot_row(void *ctx, const struct db_row *row)
{
	struct snapshot *s = ctx;

	if (gram_notifies(row->table, s->word))
		tell(s->feed, row, s->role, CFG_SET);
}

bool feed_snapshot(struct feed *f, struct db *db, enum role to)
{
	struct ipc_msg begin = { .type = MSG_CFG_BEGIN, .fd = -1, .cfg_begin = { .snapshot = 1 } };
	struct snapshot s = { f, to, NULL };

	for (size_t i = 0; i < sizeof listener / sizeof *listener; i++)
		if (listener[i].role == to)
			s.word = listener[i].word;
	if (to == ROLE_KEEPER) {
		feed_keeper_forget(f);
		return feed_keeper(f, db);
	}
	if (!s.word)
		return true;
	f->stale[to] = false;
	f->sink.send(f->sink.ctx, to, &begin);
	f->open[to] = true;
	f->changes[to] = 0;
	if (!db_each(db, NULL, snapshot_row, &s))
		f->stale[to] = true;
	if (to == ROLE_ENGINE)
		feed_access_snapshot(f, db);
	if (to == ROLE_AAA)
		feed_trust_snapshot(f, db);
	if (f->stale[to])
		f->open[to] = false; /* without its end it never takes over */
	feed_close(f, to);
	return !f->stale[to];
}

/* Who has to know which device an interface is. */
static const enum role DEVICES_FOR[] = {ROLE_ENGINE, ROLE_AAA};
#define FOR_DEVICES (sizeof DEVICES_FOR / sizeof *DEVICES_FOR)

static void device_row(void *ctx, const struct db_row *row)
{
	for (size_t i = 0; i < FOR_DEVICES; i++)
		tell(ctx, row, DEVICES_FOR[i], CFG_SET);
}

bool feed_devices_changed(struct feed *f, struct db *db)
{
	bool told = db_each(db, gram_table(f->gram, "interface"), device_row, f);

	f->names_dirty = true;
	feed_access_end(f, db);
	feed_keeper(f, db);
	for (size_t i = 0; i < FOR_DEVICES; i++) {
		f->stale[DEVICES_FOR[i]] |= !told;
		feed_close(f, DEVICES_FOR[i]);
	}
	return is_current(f);
}

static void time_range_row(void *ctx, const struct db_row *row)
{
	tell(ctx, row, ROLE_ENGINE, CFG_SET);
}

bool feed_meant_changed(struct feed *f, struct db *db)
{
	if (!db_each(db, gram_table(f->gram, "time_range"), time_range_row, f))
		f->stale[ROLE_ENGINE] = true;
	f->names_dirty = true;
	feed_access_end(f, db);
	feed_keeper(f, db);
	feed_close(f, ROLE_ENGINE);
	return is_current(f);
}

bool feed_refresh(struct feed *f, struct db *db)
{
	for (size_t i = 0; i < sizeof listener / sizeof *listener; i++)
		if (f->stale[listener[i].role])
			feed_snapshot(f, db, listener[i].role);
	if (f->keeper_dirty)
		feed_keeper(f, db);
	return is_current(f);
}
