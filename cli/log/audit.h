/*
 * The log of the appliance: what is said anywhere goes to the destinations
 * that the configuration names, in the order in which it happened. Lines are
 * bounded everywhere; nothing waits for whoever hears them.
 */
#ifndef GATEHOUSE_AUDIT_H
#define GATEHOUSE_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "cli/log/buffer.h"
#include "cli/log/order.h"
#include "cli/log/senders.h"
#include "cli/log/settings.h"
#include "engine/base/log.h"
#include "parser/text.h"

/* What a terminal hears. */
enum { AUDIT_CONSOLE = 1 /* it is the console */, AUDIT_MONITOR = 2 /* `terminal monitor` */ };

/* One who hears lines; the owner's memory, in the list from audit_listen() to audit_unlisten(). */
struct audit_listener {
	struct audit_listener *next;
	unsigned hears; /* AUDIT_CONSOLE, ...; the owner may change it at any time */
	void (*heard)(void *ctx, const char *line, size_t len); /* with its \n */
	void *ctx;
};

/* The log's way to the other roles; all of them may be called at any time. */
struct audit_roles {
	/* What of the catalogue is heard by anybody, LOG_BITS bytes; `hide`: names of unknown
	 * users are not to be told. */
	void (*tell)(void *ctx, const uint8_t *bits, bool hide);
	void (*open)(void *ctx, uint32_t id, const struct log_host *); /* see struct senders */
	void *ctx;
};

struct audit {
	struct audit_roles roles;
	struct log_settings settings;
	struct log_order order;
	struct log_buffer buffer, asdm;
	struct senders senders;
	uint64_t logged[DEST_COUNT]; /* lines that went there */
	struct log_rate rate[LOG_COUNT]; /* of what strangers can set off */
	struct audit_listener *listeners;
};

/* `loop` NULL: lines go out at once, and to no server. `roles` NULL: nobody is told anything. */
void audit_init(struct audit *, uv_loop_t *, const struct audit_roles *);
/* Ends it: what waits is said, servers are left; listeners leave by themselves. */
void audit_free(struct audit *);
/* From now on it is as these settings say; their lists are taken over. */
void audit_configure(struct audit *, struct log_settings *);
/* Tells a role that has just come, and all others, what is heard. */
void audit_announce(const struct audit *);

/* Says "%ASA-severity-number: text"; the number is in the catalogue (engine/base/log.def). */
void audit_add(struct audit *, unsigned severity, unsigned number, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* A line of another role's, which happened at `time` (Unix, microseconds; never later than now). */
void audit_hear(struct audit *, uint64_t time, unsigned severity, unsigned number,
    const char *text);
/* A line that was executed, its secrets masked already: 111008, and 111010 with where it came
 * from. Terminals hear only the first. */
void audit_command(struct audit *, const char *user, const char *from, const char *masked);
/* The name of somebody who is not known to be a user, as lines may bear it (`logging hide
 * username`). */
const char *audit_user(const struct audit *, const char *name);
/* A text (lines, each with its \n) for everybody who is there, whatever he hears else. */
void audit_broadcast(const struct audit *, const char *text);

void audit_listen(struct audit *, struct audit_listener *);
/* One that is not in the list is let be. */
void audit_unlisten(struct audit *, const struct audit_listener *);

#endif
