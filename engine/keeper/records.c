/* What the keeper tells of the kernel: typed records, in pages, then QUERY_END. */
#include "engine/keeper/records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/private.h"

#define PAGE 200 /* records */

static void end(struct keeper *k, enum role to, uint32_t id, size_t cursor, size_t records)
{
	struct ipc_msg m = {.type = MSG_QUERY_END, .fd = -1,
	    .query_end = {.id = id, .cursor = (uint32_t)cursor, .records = (uint32_t)records}};

	supervisor_send(k->roles, to, &m);
}

static void send_route(struct keeper *k, enum role to, uint32_t id, const struct route_seen *s)
{
	struct ipc_msg m = {.type = MSG_REC_ROUTE, .fd = -1,
	    .rec_route = {.id = id, .device = s->device, .dest = s->r.dest, .mask = s->r.mask,
	        .gateway = s->r.gateway, .metric = s->r.metric, .kind = s->kind,
	        .protocol = s->protocol}};

	supervisor_send(k->roles, to, &m);
}

/* The table is read at the first page; the others are of that reading, or of a later one. */
static int routes(struct keeper *k, enum role to, const struct msg_query *q)
{
	size_t at = q->cursor, last;
	int error = 0;

	if (!at || !k->routes) {
		free(k->routes);
		k->routes = NULL;
		k->n_routes = 0;
		error = routes_see(k->nl, k->links, k->n_links, k->objects.tun_ifindex, &k->routes,
		    &k->n_routes);
	}
	if (error)
		return error;
	last = at + PAGE < k->n_routes ? at + PAGE : k->n_routes;
	for (size_t i = at; i < last; i++)
		send_route(k, to, q->id, &k->routes[i]);
	end(k, to, q->id, last < k->n_routes ? last : 0, last > at ? last - at : 0);
	return 0;
}

static int host_chains(struct keeper *k, enum role to, const struct msg_query *q)
{
	for (size_t i = 0; i < k->nft_view.n_dropping; i++) {
		const struct nft_dropping *d = &k->nft_view.dropping[i];
		struct ipc_msg m = {.type = MSG_REC_HOST_CHAIN, .fd = -1,
		    .rec_host_chain = {.id = q->id, .family = d->family, .table = d->table,
		        .chain = d->chain, .forward = d->forward, .policy = d->policy}};

		supervisor_send(k->roles, to, &m);
	}
	end(k, to, q->id, 0, k->nft_view.n_dropping);
	return 0;
}

static const struct {
	const char *what;
	int (*answer)(struct keeper *, enum role to, const struct msg_query *);
} QUERY[] = {{"routes", routes}, {"host-chains", host_chains}};

bool record_known(const char *what)
{
	for (size_t i = 0; i < sizeof QUERY / sizeof *QUERY; i++)
		if (!strcmp(what, QUERY[i].what))
			return true;
	return false;
}

int record_query(struct keeper *k, enum role from, const struct msg_query *q)
{
	for (size_t i = 0; i < sizeof QUERY / sizeof *QUERY; i++)
		if (!strcmp(q->what, QUERY[i].what))
			return QUERY[i].answer(k, from, q);
	return EINVAL;
}
