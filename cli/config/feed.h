/*
 * From rows to messages: the one place where the running-config becomes what
 * the engine, aaa and the keeper understand. A row that changed becomes one
 * CFG_* message; what is derived from several rows (access lists as whole
 * lists, interface addresses, routes and NAT rules of the keeper) is worked out
 * at the end of a delivery and only the difference is sent.
 */
#ifndef GATEHOUSE_FEED_H
#define GATEHOUSE_FEED_H

#include "cli/config/cover.h"
#include "db/db.h"
#include "engine/ipc/message.h"

/* What names of the configuration mean besides its rows. */
struct feed_meant {
	struct fqdns fqdns; /* addresses of host names */
	struct hours hours; /* time ranges that are active */
};

struct feed_sink {
	/* Takes the message during the call; its strings are borrowed. What is asked of the keeper
	 * has no number yet. */
	void (*send)(void *ctx, enum role to, struct ipc_msg *);
	/* The Linux device of an interface's hardware name; "" while the machine has none. */
	const char *(*device)(void *ctx, const char *hardware);
	void *ctx;
	const struct feed_meant *meant; /* NULL: nothing */
	/* The address that this device has now, of whomever; false: none. NULL: nobody knows. */
	bool (*address)(void *ctx, const char *hardware, struct addr *, struct addr *mask);
};

struct feed;
struct firewall;
struct access_list_rules;

/* Do the configuration's messages and this grammar's tables fit together? What does not is told in
 * `errors`, a line each. */
bool feed_fits(const struct gram *, char *errors, size_t size);
/* `gram` must outlive it. NULL without memory, or when they do not fit. */
struct feed *feed_create(const struct feed_sink *, const struct gram *);
void feed_destroy(struct feed *);

/* One changed row (db_config.change). Messages go out at once, CFG_BEGIN before the first to a
 * role. */
void feed_change(struct feed *, const struct db_change *);
/*
 * What cannot be read whole is not told by halves: a role that missed something hears nothing more
 * until feed_refresh() has told it everything anew, and the keeper is asked for nothing. False:
 * there is something to refresh.
 */
/* The end of a delivery (db_config.end): derived messages, then CFG_END. */
bool feed_end(struct feed *, struct db *);
/* What the kernel is to have, as the database says now (also inside an open transaction, before it
 * is committed): asks the keeper for what differs from what it was asked for last. */
bool feed_keeper(struct feed *, struct db *);
/* Everything a role has to know, when it (or the manager) has just started: to the engine and aaa
 * between CFG_BEGIN snapshot and CFG_END, to the keeper as requests. */
bool feed_snapshot(struct feed *, struct db *, enum role);
/* Hardware names lead to other devices than before, or devices have other addresses: interfaces and
 * what stands on them. */
bool feed_devices_changed(struct feed *, struct db *);
/* Host names lead to other addresses than before, or other times are active: what names them. */
bool feed_meant_changed(struct feed *, struct db *);
/* The rules between interfaces as the keeper was told them last; valid until the next call of
 * others. The lines of rules are those of when they were told. */
const struct firewall *feed_firewall(const struct feed *);
/* The list of that name as it is compiled, for the keeper's list; NULL: there is none. Where rules
 * of one have changed, feed_end() has asked for the keeper's list to be worked out anew. */
const struct access_list_rules *feed_access_list(struct feed *, struct db *, const char *name);
/* Tells those anew that missed something; false: again they did. */
bool feed_refresh(struct feed *, struct db *);

#endif
