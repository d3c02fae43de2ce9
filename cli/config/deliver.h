/*
 * The way of changed rows to those whom they concern: the feed makes messages
 * of them, and here it is decided when they go, and told when they could not.
 */
#ifndef GATEHOUSE_CONFIG_DELIVER_H
#define GATEHOUSE_CONFIG_DELIVER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "cli/config/meant.h"
#include "cli/config/names.h"
#include "cli/config/own.h"
#include "cli/log/audit.h"
#include "db/db.h"
#include "engine/ipc/message.h"

/* The other roles, as the manager reaches them. */
struct delivery_roles {
	/* To the engine or aaa. */
	void (*send)(void *ctx, enum role, struct ipc_msg *);
	bool (*has_keeper)(void *ctx);
	/* Asks it; `held` comes back with the answer in delivery_answered(), later. */
	void (*ask)(void *ctx, struct ipc_msg *, bool held);
	/* The Linux device of an interface's hardware name; "" while the machine has none. */
	const char *(*device)(void *ctx, const char *hardware);
	void *ctx;
	/* The address that the device has now, of whomever; false: none. */
	bool (*address)(void *ctx, const char *hardware, struct addr *, struct addr *mask);
};

struct delivery {
	struct delivery_roles roles;
	struct audit *audit;
	struct feed *feed;
	struct db *db;    /* set once it is open */
	struct meant meant;
	struct names names; /* that are printed for addresses */
	bool renamed;       /* ... and have changed */
	struct own own;
	/* Hears of every table that has changed; NULL: nobody does. */
	void (*changed)(void *ctx, const char *table);
	void *changed_ctx;
	uv_timer_t again; /* tells the roles what changed beside the rows, or was missed */
	bool booting;     /* the other roles are told nothing yet */
	bool stopping;
	bool flushing;    /* the keeper waits for the end of what it is asked for at boot */
	bool devices;     /* hardware names lead to other devices, or these have other addresses */
	bool late[ROLE_COUNT]; /* roles that came while it was held */
	/* Who holds it: a change that may yet be taken back. What the keeper is asked meanwhile
	 * belongs to it. */
	struct {
		void (*answered)(void *ctx, const char *text, bool refused);
		void *ctx;
		unsigned open; /* requests without answer */
	} holder;
};

/* Of zeroed memory; `loop` runs its timer. It has to be closed from then on. */
void delivery_init(struct delivery *, uv_loop_t *, const struct delivery_roles *, struct audit *);
/* What names of the configuration stand for now. */
struct cover delivery_cover(struct delivery *);
/* Makes the feed; false without memory. */
bool delivery_open(struct delivery *, const struct gram *);
/* `closed` is called from the loop for each of its DELIVERY_TIMERS; then the memory may go. */
#define DELIVERY_TIMERS 2
void delivery_close(struct delivery *, uv_close_cb closed, void *data);

/* db_config.change and .end; the ctx is the delivery. */
void delivery_change(void *delivery, const struct db_change *);
void delivery_end(void *delivery, unsigned changes);
/* db_config.name_of; the ctx is the delivery. */
const char *delivery_name_of(void *delivery, const struct gram_table *, const char *address);
/* Not all could be read that the roles have to know: it is told anew until it can. */
void delivery_later(struct delivery *);

/* Everything that a role has to know, which has just come (the keeper: at boot). */
void delivery_snapshot(struct delivery *, enum role);
/* Hardware names lead to other devices than before, or devices have other addresses. */
void delivery_devices_changed(struct delivery *);
/* Between "begin" and "end" the keeper learns the whole configuration; what it keeps besides
 * goes. */
void delivery_flush(struct delivery *, const char *what);
/* The boot's configuration is there: the keeper's flush ends, unless something has to be told anew
 * before; from now on the other roles are told, too. */
void delivery_booted(struct delivery *);

/* Until delivery_release() the answers of the keeper are the holder's: `answered` gets why not, or
 * what is to be remarked, NULL = nothing; and no role is told what may be taken back. */
void delivery_hold(struct delivery *,
    void (*answered)(void *ctx, const char *text, bool refused), void *ctx);
/* The holder's requests that are still without answer. */
unsigned delivery_open_requests(const struct delivery *);
/* Those who came meanwhile are told everything. */
void delivery_release(struct delivery *);
bool delivery_has_keeper(const struct delivery *);
/* What the kernel is to have as the database says now, also within a transaction: the keeper is
 * asked for the difference. False: it cannot be read. */
bool delivery_ask_keeper(struct delivery *);
/* An answer of the keeper to a request: why it was refused, or what is to be remarked, or NULL. */
void delivery_answered(struct delivery *, bool held, const char *text, bool refused);
/* The addresses of a host name that was asked for (host order), and how many seconds they live;
 * none: it was not found. */
void delivery_resolved(struct delivery *, const char *name, const uint32_t *addresses, unsigned n,
    uint32_t lives);

#endif
