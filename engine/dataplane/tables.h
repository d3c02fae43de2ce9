/*
 * What one worker has: its SA pairs by inbound SPI, its sessions by our id and
 * by the client's inside address, its peers by id. They own what is in them
 * until it goes into the outbox. Only the worker looks into them.
 */
#ifndef GATEHOUSE_TABLES_H
#define GATEHOUSE_TABLES_H

#include "engine/dataplane/link.h"
#include "engine/dataplane/owner.h"

#define SESSIONS_MAX 65536 /* as many as there are session ids */

struct tables {
	struct owners owners;
	struct dp_sa **sas; /* by place */
	struct chains peers, sessions, clients; /* by id, by our id, by inside address */
	struct outbox *outbox;
};

bool tables_init(struct tables *, struct owners, struct outbox *);
/* Buries what is left. */
void tables_clear(struct tables *);
void tables_fini(struct tables *);

/* NULL: there is none. */
struct dp_sa *tables_sa(const struct tables *, uint32_t spi);
struct dp_peer *tables_peer(const struct tables *, uint32_t id);
struct dp_link *tables_link(const struct tables *, uint16_t session);
struct dp_link *tables_client(const struct tables *, uint32_t address);
/* Iterate by index: *at starts at 0, and is one behind what was returned; NULL ends. What is in
 * hand may go. */
struct dp_sa *tables_next_sa(const struct tables *, size_t *at);
/* In no order: NULL begins, NULL ends. The one in hand may go once the next is known. */
struct dp_link *tables_next_link(const struct tables *, const struct dp_link *);

/* A pair that can receive. `spare` becomes its peer, at `path`, if that is new, or is buried. */
void tables_sa_add(struct tables *, struct dp_sa *, struct dp_peer *spare, const struct path *);
/* It can send, too. */
void tables_sa_outbound(struct tables *, uint32_t spi, struct crypt_key *, uint32_t spi_out);
/* It is that peer's from now on; `spare` and `path` as above. */
void tables_sa_give(struct tables *, uint32_t spi, uint32_t peer, struct dp_peer *spare,
    const struct path *);
void tables_sa_remove(struct tables *, uint32_t spi);
/* Which pair carries what leaves for that peer; only one that can send. */
void tables_peer_use(struct tables *, uint32_t peer, uint32_t spi);
void tables_peer_fit(struct tables *, uint32_t peer, const struct dp_fit *);
void tables_link_add(struct tables *, struct dp_link *, const struct dp_session *);
void tables_link_change(struct tables *, const struct dp_session *);
/* Takes the filter, in the place of the one before. */
void tables_link_filter(struct tables *, uint16_t session, struct dp_filter *);
void tables_link_remove(struct tables *, uint16_t session);

/* Adds what is there to the census, and to `of_peers` the SAs that hang at peers. False when an
 * entry is not what its key says. */
bool tables_consistent(const struct tables *, struct dp_census *, size_t *of_peers);

#endif
