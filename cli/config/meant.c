/* struct meant: one timer, for the next minute and for the next name that is due. */
#include "cli/config/meant.h"

#include <string.h>

#include "cli/log/clock.h"

#define AT_ONCE 16   /* names asked for in one go */
#define AFTER   200  /* milliseconds until the next go */
#define MINUTE  60

static uint64_t seconds(const struct meant *k)
{
	return uv_now(k->timer.loop) / 1000;
}

static void fire(uv_timer_t *t)
{
	struct meant *k = t->data;

	k->tick(k->ctx);
}

static void wake(struct meant *k, uint64_t milliseconds)
{
	uint64_t left = uv_timer_get_due_in(&k->timer);

	if (k->stopped || (uv_is_active((uv_handle_t *)&k->timer) && left <= milliseconds))
		return;
	uv_timer_start(&k->timer, fire, milliseconds, 0);
}

void meant_init(struct meant *k, uv_loop_t *loop, void (*ask)(void *ctx, const char *name),
    void (*tick)(void *ctx), void *ctx)
{
	k->ask = ask;
	k->tick = tick;
	k->ctx = ctx;
	k->dirty = true;
	uv_timer_init(loop, &k->timer);
	k->timer.data = k;
}

void meant_close(struct meant *k, uv_close_cb closed, void *data)
{
	k->stopped = true;
	fqdns_free(&k->names.fqdns);
	hours_free(&k->names.hours);
	k->timer.data = data;
	uv_close((uv_handle_t *)&k->timer, closed);
}

void meant_change(struct meant *k, const struct db_change *c)
{
	static const char *const tables[] = {"object", "time_range", "time_periodic", "clock"};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		k->dirty |= strcmp(c->table->name, tables[i]) == 0;
}

struct wanted {
	struct fqdns *to;
	bool failed;
};

static void object_row(void *ctx, const struct db_row *row)
{
	struct wanted *w = ctx;
	const char *kind = db_text(row, "kind"), *name = db_text(row, "fqdn");
	const char *family = db_text(row, "family");

	if (kind && strcmp(kind, "fqdn") == 0 && name && (!family || strcmp(family, "v6") != 0))
		w->failed |= !fqdns_want(w->to, name);
}

static bool read_names(struct meant *k, struct db *db)
{
	struct wanted w = {&k->names.fqdns, false};
	bool read;

	fqdns_begin(&k->names.fqdns);
	read = db_each_set(db, db_table(db, "object"), "kind", object_row, &w) && !w.failed;
	if (read)
		fqdns_forget(&k->names.fqdns);
	return read;
}

/* Asks for those that are due; an answer that never comes is one that is waited for no longer than
 * until the next try. */
static void ask_due(struct meant *k)
{
	uint64_t now = seconds(k);
	struct fqdn *f;

	for (int i = 0; i < AT_ONCE; i++) {
		f = fqdns_next(&k->names.fqdns);
		if (!f || f->due > now)
			return;
		f->due = now + FQDN_AGAIN;
		k->ask(k->ctx, f->name);
	}
}

bool meant_settle(struct meant *k, struct db *db, bool *changed)
{
	bool minute = false, read = true;
	int64_t now = clock_now(NULL);
	const struct fqdn *f;

	if (k->dirty)
		read = read_names(k, db);
	read = hours_look(&k->names.hours, db, now, &minute) && read;
	k->dirty = !read;
	*changed = minute || k->changed;
	k->changed = false;
	ask_due(k);
	f = fqdns_next(&k->names.fqdns);
	if (f)
		wake(k, f->due > seconds(k) ? (f->due - seconds(k)) * 1000 : AFTER);
	if (k->names.hours.n)
		wake(k, (uint64_t)(MINUTE - now % MINUTE) * 1000);
	return read;
}

void meant_answer(struct meant *k, const char *name, const uint32_t *addresses, unsigned n,
    uint32_t lives)
{
	k->changed |= fqdns_answer(&k->names.fqdns, name, addresses, n, lives, seconds(k));
	if (k->changed || !n) /* it is asked for again before a lost answer would be */
		wake(k, 1);
}

void meant_again(struct meant *k)
{
	fqdns_again(&k->names.fqdns);
	if (k->names.fqdns.n)
		wake(k, 1);
}
