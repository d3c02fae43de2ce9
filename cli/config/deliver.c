/*
 * struct delivery: one per running-config, from the manager's boot to its end.
 * A change goes out with the delivery of its line or file; what could not be
 * read then is told anew by a timer until it succeeds. One holder at a time
 * (settle.c) may keep it from telling what is not certain yet.
 */
#include "cli/config/deliver.h"

#include <string.h>

#include "cli/config/feed.h"
#include "engine/base/journal.h"

#define AGAIN 1000 /* milliseconds until what could not be read is tried anew */
#define HELD  10   /* ... and until a holder is asked for again */

/* ---- the feed's sink ------------------------------------------------------ */

static bool is_held(const struct delivery *d)
{
	return d->holder.answered != NULL;
}

static void sink_send(void *ctx, enum role to, struct ipc_msg *msg)
{
	struct delivery *d = ctx;

	if (to == ROLE_KEEPER && delivery_has_keeper(d)) {
		d->holder.open += is_held(d);
		d->roles.ask(d->roles.ctx, msg, is_held(d));
	} else if (to != ROLE_KEEPER && !d->booting) {
		d->roles.send(d->roles.ctx, to, msg);
	}
}

static const char *sink_device(void *ctx, const char *hardware)
{
	const struct delivery *d = ctx;

	return d->roles.device(d->roles.ctx, hardware);
}

static bool sink_address(void *ctx, const char *hardware, struct addr *a, struct addr *mask)
{
	const struct delivery *d = ctx;

	return d->roles.address && d->roles.address(d->roles.ctx, hardware, a, mask);
}

/* ---- changes -------------------------------------------------------------- */

void delivery_change(void *delivery, const struct db_change *c)
{
	struct delivery *d = delivery;

	meant_change(&d->meant, c);
	d->renamed |= strncmp(c->table->name, "name", 4) == 0;
	feed_change(d->feed, c);
	own_change(d, c);
	if (d->changed)
		d->changed(d->changed_ctx, c->table->name);
}

const char *delivery_name_of(void *delivery, const struct gram_table *t, const char *address)
{
	return names_of(&((const struct delivery *)delivery)->names, t, address);
}

void delivery_end(void *delivery, unsigned changes)
{
	struct delivery *d = delivery;
	bool changed, settled = meant_settle(&d->meant, d->db, &changed), fed;

	(void)changes;
	if (d->renamed)
		d->renamed = !names_read(&d->names, d->db);
	if (changed)
		feed_meant_changed(d->feed, d->db);
	fed = feed_end(d->feed, d->db) && settled;
	/* At boot once, when all is there. */
	if ((!d->booting && !own_end(d)) || !fed)
		delivery_later(d);
}

static void again(uv_timer_t *t)
{
	struct delivery *d = t->data;
	bool fed;

	if (is_held(d)) {
		uv_timer_start(t, again, HELD, 0);
		return;
	}
	if (d->devices)
		feed_devices_changed(d->feed, d->db);
	d->devices = false;
	if (d->renamed)
		d->renamed = !names_read(&d->names, d->db);
	fed = feed_refresh(d->feed, d->db);
	if (fed && d->flushing)
		delivery_flush(d, "end");
	if (!own_read(d) || !fed)
		uv_timer_start(t, again, AGAIN, 0);
}

void delivery_later(struct delivery *d)
{
	const char *why = db_fault(d->db);

	why = why ? why : "out of memory";
	journal(LOG_ERR, "the configuration cannot be read: %s", why);
	audit_add(d->audit, 2, 199021, "The configuration cannot be read: %s", why);
	if (!d->stopping)
		uv_timer_start(&d->again, again, AGAIN, 0);
}

void delivery_devices_changed(struct delivery *d)
{
	d->devices = true;
	/* Several links come in one go: the configuration follows once. */
	if (d->db && !d->stopping)
		uv_timer_start(&d->again, again, 1, 0);
}

void delivery_snapshot(struct delivery *d, enum role role)
{
	if (d->booting && role != ROLE_KEEPER)
		return;
	if (role == ROLE_AAA)
		meant_again(&d->meant);
	if (is_held(d))
		d->late[role] = true; /* not what may be taken back */
	else if (!feed_snapshot(d->feed, d->db, role))
		delivery_later(d);
}

/* ---- what names mean beside the rows ---------------------------------------- */

static void ask_name(void *delivery, const char *name)
{
	struct delivery *d = delivery;
	struct ipc_msg msg = {.type = MSG_NAME_ASK, .fd = -1, .name_ask.name = name};

	d->roles.send(d->roles.ctx, ROLE_AAA, &msg);
}

/* Not while it is held: what is told then may have to be taken back. */
static void meant_tick(void *delivery)
{
	struct delivery *d = delivery;
	bool changed;

	if (!d->db || d->stopping)
		return;
	if (is_held(d)) {
		uv_timer_start(&d->meant.timer, d->meant.timer.timer_cb, HELD, 0);
		return;
	}
	if (!meant_settle(&d->meant, d->db, &changed) ||
	    (changed && !feed_meant_changed(d->feed, d->db)))
		delivery_later(d);
}

void delivery_resolved(struct delivery *d, const char *name, const uint32_t *addresses, unsigned n,
    uint32_t lives)
{
	if (!d->stopping)
		meant_answer(&d->meant, name, addresses, n, lives);
}

/* ---- the boot -------------------------------------------------------------- */

void delivery_flush(struct delivery *d, const char *what)
{
	struct ipc_msg msg = {.type = MSG_KEEP_FLUSH, .fd = -1, .keep_flush.what = what};

	d->flushing = strcmp(what, "end") != 0;
	sink_send(d, ROLE_KEEPER, &msg);
}

void delivery_booted(struct delivery *d)
{
	meant_tick(d);
	d->renamed = !names_read(&d->names, d->db);
	if (!uv_is_active((uv_handle_t *)&d->again))
		delivery_flush(d, "end");
	if (!own_read(d))
		delivery_later(d);
	d->booting = false;
}

void delivery_init(struct delivery *d, uv_loop_t *loop, const struct delivery_roles *roles,
    struct audit *audit)
{
	d->roles = *roles;
	d->audit = audit;
	d->booting = true;
	own_init(d);
	meant_init(&d->meant, loop, ask_name, meant_tick, d);
	uv_timer_init(loop, &d->again);
	d->again.data = d;
}

struct cover delivery_cover(struct delivery *d)
{
	return (struct cover){.db = d->db,
	    .fqdns = &d->meant.names.fqdns,
	    .hours = &d->meant.names.hours,
	    .address = sink_address,
	    .ctx = d};
}

bool delivery_open(struct delivery *d, const struct gram *gram)
{
	const struct feed_sink sink = {sink_send, sink_device, d, &d->meant.names, sink_address};

	d->feed = feed_create(&sink, gram);
	return d->feed != NULL;
}

void delivery_close(struct delivery *d, uv_close_cb closed, void *data)
{
	feed_destroy(d->feed);
	names_free(&d->names);
	meant_close(&d->meant, closed, data);
	d->feed = NULL;
	d->again.data = data;
	uv_close((uv_handle_t *)&d->again, closed);
}

/* ---- the holder and the keeper's answers ------------------------------------- */

void delivery_hold(struct delivery *d,
    void (*answered)(void *ctx, const char *text, bool refused), void *ctx)
{
	d->holder.answered = answered;
	d->holder.ctx = ctx;
	d->holder.open = 0;
}

unsigned delivery_open_requests(const struct delivery *d)
{
	return d->holder.open;
}

void delivery_release(struct delivery *d)
{
	bool late[ROLE_COUNT];

	memcpy(late, d->late, sizeof(late));
	memset(d->late, 0, sizeof(d->late));
	d->holder.answered = NULL;
	for (enum role r = ROLE_ENGINE; r <= ROLE_AAA; r++)
		if (late[r])
			delivery_snapshot(d, r);
}

bool delivery_has_keeper(const struct delivery *d)
{
	return d->roles.has_keeper(d->roles.ctx);
}

bool delivery_ask_keeper(struct delivery *d)
{
	return feed_keeper(d->feed, d->db);
}

void delivery_answered(struct delivery *d, bool held, const char *text, bool refused)
{
	if (held) {
		d->holder.open--;
		d->holder.answered(d->holder.ctx, text, refused);
	} else if (text && !d->stopping && !refused) {
		audit_add(d->audit, 4, 199016, "%s", text);
	} else if (text && !d->stopping) {
		journal(LOG_ERR, "the kernel refused a part of the configuration: %s", text);
		audit_add(d->audit, 3, 199003, "The kernel refused a part of the configuration: %s",
		    text);
	}
}
