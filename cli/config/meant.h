/*
 * What names of the configuration mean besides its rows, kept up to date: which time ranges are
 * active, which addresses host names have. Part of the delivery, which is told when to settle.
 */
#ifndef GATEHOUSE_CONFIG_MEANT_H
#define GATEHOUSE_CONFIG_MEANT_H

#include <uv.h>

#include "cli/config/feed.h"
#include "db/db.h"

struct meant {
	struct feed_meant names;
	uv_timer_t timer;
	bool dirty;    /* rows have changed that say what is to be known */
	bool changed;  /* a host name has other addresses, which nobody was told yet */
	bool stopped;
	/* Asks for the addresses of a host name: meant_answer() comes some time, or never. */
	void (*ask)(void *ctx, const char *name);
	void (*tick)(void *ctx); /* it is time to settle */
	void *ctx;
};

/* Of zeroed memory. It has to be closed from then on. */
void meant_init(struct meant *, uv_loop_t *, void (*ask)(void *ctx, const char *name),
    void (*tick)(void *ctx), void *ctx);
/* `closed` is called from the loop, with `data` in the handle. */
void meant_close(struct meant *, uv_close_cb closed, void *data);
/* One changed row. */
void meant_change(struct meant *, const struct db_change *);
/* Looks at the clock, asks for what is due, and says when to settle next. `changed`: something
 * means something else than at the last time. False: the database could not be read. */
bool meant_settle(struct meant *, struct db *, bool *changed);
/* Who answers has come: names without an answer are asked for again. */
void meant_again(struct meant *);
/* The addresses of a host name (host order), and how many seconds they live; none: not found. */
void meant_answer(struct meant *, const char *name, const uint32_t *addresses, unsigned n,
    uint32_t lives);

#endif
