/* The control side of all workers: what it remembers to name and count what they own. */
#ifndef GATEHOUSE_CONTROL_H
#define GATEHOUSE_CONTROL_H

#include <pthread.h>

#include "engine/base/table.h"
#include "engine/dataplane/dataplane.h"
#include "engine/dataplane/handoff.h"
#include "engine/dataplane/spi.h"

struct dataplane {
	struct env *env;
	struct dp_ops ops;
	void *owner;
	struct owners owners;
	struct worker *worker[WORKERS_MAX];
	struct handoff to[WORKERS_MAX];
	bool inlined;
	pthread_t thread[WORKERS_MAX];
	unsigned threads; /* that run */
	struct spis *spis;
	struct whose *whose; /* NULL: there is one worker */
	struct table links;	/* dp_link, by session id */
	struct dp_totals gone;  /* of pairs that were removed */
};

/* The link of a session that is there, or NULL. */
static inline struct dp_link *link_at(const struct dataplane *dp, uint16_t session)
{
	return table_get(&dp->links, session);
}
/* What leads to the worker of a peer, of an SPI, of a session that is there. */
static inline struct handoff *to_peer(struct dataplane *dp, uint32_t peer)
{
	return &dp->to[owner_of_peer(dp->owners, peer)];
}
static inline struct handoff *to_spi(struct dataplane *dp, uint32_t spi)
{
	return &dp->to[owner_of_spi(dp->owners, spi)];
}
static inline struct handoff *to_session(struct dataplane *dp, uint16_t session)
{
	return &dp->to[link_at(dp, session)->owner];
}
/* Adds to those of the gone what a removed pair carried since it was last added: when it is
 * removed, so that no sum goes back, and when its worker has let go, so that none is lost. */
void pair_count(struct dataplane *, struct dp_sa *);
/* The slot of an SPI whose pair the worker has; NULL when it has none. */
static inline struct spi_slot *installed(struct dataplane *dp, uint32_t spi)
{
	struct spi_slot *s = spi_slot(dp->spis, spi);

	return s && s->state == SPI_INSTALLED ? s : NULL;
}

#endif
