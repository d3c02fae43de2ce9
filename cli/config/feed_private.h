/* What the files of the feed share. */
#ifndef GATEHOUSE_FEED_PRIVATE_H
#define GATEHOUSE_FEED_PRIVATE_H

#include "cli/config/access_lists.h"
#include "cli/config/cover.h"
#include "cli/config/feed.h"
#include "cli/config/feed_link.h"
#include "engine/firewall/firewall.h"

#define FEED_SCRATCH 8192 /* texts of one message, of nearly all */

/* What is kept at the keeper: each object as its encoded request. */
struct feed_object {
	char *key; /* identity at the keeper */
	uint8_t *bytes;
	size_t len;
};

struct feed_objects {
	struct feed_object *v;
	size_t n, size;
};

/* An access list that holds at an interface. */
struct told_list {
	char *name;
	struct acl_list rules; /* as the keeper was told them */
};

struct feed {
	struct feed_sink sink;
	const struct gram *gram;
	struct feed_link *links;
	uint32_t changes[ROLE_COUNT]; /* messages of this delivery */
	bool open[ROLE_COUNT];	      /* CFG_BEGIN was sent */
	bool stale[ROLE_COUNT];	      /* missed something: hears nothing but a snapshot */
	bool keeper_dirty;
	bool incomplete;      /* the message being built: memory was short */
	bool names_dirty;     /* something changed that elements of access lists may name */
	bool trust_dirty;     /* certificates of authorities: told at the end */
	struct trusted *trusted; /* those that aaa was told of (feed_trust.c) */
	size_t n_trusted;
	struct feed_objects kept;
	struct told_list *lists; /* of the keeper, by name */
	size_t n_lists;
	struct firewall firewall; /* as it has been told the keeper */
	struct access_lists access; /* as the engine knows them */
	char scratch[FEED_SCRATCH];
	size_t used;
	struct feed_text *more; /* what the scratch space had no room for */
};

/* For what the names of objects stand for. */
static inline struct cover feed_cover(const struct feed *f, struct db *db)
{
	const struct feed_meant *m = f->sink.meant;

	return (struct cover){.db = db,
	    .fqdns = m ? &m->fqdns : NULL,
	    .hours = m ? &m->hours : NULL,
	    .address = f->sink.address,
	    .ctx = f->sink.ctx};
}

/* feed_out.c */
/* Copies `len` bytes of a text, for as long as until the message being built has been sent. */
const char *feed_copy(struct feed *, const char *text, size_t len);
/* The message has gone: its texts, secrets among them, are wiped. */
void feed_forget_texts(struct feed *);
/* Sends to engine or aaa, with CFG_BEGIN before the first of a delivery. */
void feed_send(struct feed *, enum role, struct ipc_msg *);
/* CFG_END, if anything was sent. */
void feed_close(struct feed *, enum role);

/* feed_rows.c */
/* The address of an interface, by its row: that of the configuration, else what its device has, by
 * DHCP or of the host. False: none. */
bool feed_address(const struct feed *, const struct db_row *, struct addr *, struct addr *mask);
/* The links of this house's messages; see feed_links(). */
struct feed_link *feed_link_rows(const struct gram *, char *errors, size_t size);
/* The message of one row for that role; false when it has none. */
bool feed_row(struct feed *, const struct db_row *, enum role, uint8_t op, struct ipc_msg *);
/* feed_access.c */
/* One row of an access list changed; the end of a delivery; and all of them to an engine that has
 * none. */
void feed_access_change(struct feed *, const struct db_change *);
void feed_access_end(struct feed *, struct db *);
void feed_access_snapshot(struct feed *, struct db *);
void feed_access_free(struct feed *);
/* feed_trust.c */
/* The same for the certificates of authorities, for aaa. */
void feed_trust_change(struct feed *, const struct db_change *);
void feed_trust_end(struct feed *, struct db *);
void feed_trust_snapshot(struct feed *, struct db *);
void feed_trust_free(struct feed *);
/* feed_keeper.c */
/* Forgets what the keeper was asked for: it has started anew. */
void feed_keeper_forget(struct feed *);

#endif
