/*
 * What the keeper tells of the kernel: typed records, in pages, then QUERY_END.
 * A table is read at its first page; the others are of that reading, or of a
 * later one. What is read is the kind's; the pages are alike.
 */
#include "engine/keeper/records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/access_hits.h"
#include "engine/keeper/private.h"
#include "engine/keeper/record_kinds.h"

#define PAGE 200 /* records */

/* ---- routes and the host's chains -------------------------------------------------- */

static int routes(struct keeper *k, struct record_table *t)
{
	struct route_seen *v = NULL;
	int error = routes_see(k->nl, k->links, k->n_links, k->objects.tun_ifindex, &v, &t->n);

	t->v = v;
	return error;
}

static void route(const struct keeper *k, const void *entry, struct ipc_msg *m)
{
	const struct route_seen *s = entry;

	(void)k;
	m->type = MSG_REC_ROUTE;
	m->rec_route = (struct msg_rec_route){.device = s->device,
	    .dest = s->r.dest,
	    .mask = s->r.mask,
	    .gateway = s->r.gateway,
	    .metric = s->r.metric,
	    .kind = s->kind,
	    .protocol = s->protocol};
}

static int host_chains(struct keeper *k, struct record_table *t)
{
	t->n = k->nft_view.n_dropping;
	t->v = calloc(t->n + 1, sizeof(struct nft_dropping));
	if (!t->v)
		return ENOMEM;
	memcpy(t->v, k->nft_view.dropping, t->n * sizeof(struct nft_dropping));
	return 0;
}

static void host_chain(const struct keeper *k, const void *entry, struct ipc_msg *m)
{
	const struct nft_dropping *d = entry;

	(void)k;
	m->type = MSG_REC_HOST_CHAIN;
	m->rec_host_chain = (struct msg_rec_host_chain){.family = d->family,
	    .table = d->table,
	    .chain = d->chain,
	    .forward = d->forward,
	    .policy = d->policy};
}

/* ---- the table ---------------------------------------------------------------------- */

static const struct record_kind KIND[KEEPER_RECORD_KINDS] = {
    {"routes", sizeof(struct route_seen), routes, route},
    {"host-chains", sizeof(struct nft_dropping), host_chains, host_chain},
    {"links", sizeof(struct link_stats), record_links, record_link},
    {"neighbours", sizeof(struct neighbour), record_neighbours, record_neighbour},
    {"system", 1, record_machine, record_system},
    {"processes", sizeof(enum role), record_roles, record_process},
    {"sockets", sizeof(struct proc_socket), record_sockets, record_socket},
    {"ports", sizeof(enum held), record_ports, record_port},
    {"access-hits", sizeof(struct access_hit), record_access, record_access_hit},
    {"nat-hits", sizeof(struct nat_hit), record_nat, record_nat_hit},
    {"connections", sizeof(struct tracked), record_tracked, record_connection},
};

static size_t kind_of(const char *what)
{
	size_t i = 0;

	while (i < KEEPER_RECORD_KINDS && strcmp(what, KIND[i].what) != 0)
		i++;
	return i;
}

bool record_known(const char *what)
{
	return kind_of(what) < KEEPER_RECORD_KINDS;
}

static void send_page(struct keeper *k, enum role to, uint32_t id, const struct record_kind *kind,
    const struct record_table *t, size_t at)
{
	size_t last = at + PAGE < t->n ? at + PAGE : t->n;
	struct ipc_msg end = {.type = MSG_QUERY_END, .fd = -1};

	for (size_t i = at; i < last; i++) {
		struct ipc_msg m = {.fd = -1};

		kind->fill(k, (const char *)t->v + i * kind->size, &m);
		*ipc_id(&m) = id;
		supervisor_send(k->roles, to, &m);
	}
	end.query_end = (struct msg_query_end){.id = id,
	    .cursor = last < t->n ? (uint32_t)last : 0,
	    .records = last > at ? (uint32_t)(last - at) : 0};
	supervisor_send(k->roles, to, &end);
}

int record_query(struct keeper *k, enum role from, const struct msg_query *q)
{
	size_t kind = kind_of(q->what);
	struct record_table *t;
	int error = 0;

	if (kind == KEEPER_RECORD_KINDS)
		return EINVAL;
	t = &k->tables[kind];
	if (!q->cursor || !t->v) {
		free(t->v);
		*t = (struct record_table){0};
		error = KIND[kind].read(k, t);
	}
	if (!error)
		send_page(k, from, q->id, &KIND[kind], t, q->cursor);
	return error;
}

void records_free(struct keeper *k)
{
	for (size_t i = 0; i < KEEPER_RECORD_KINDS; i++) {
		free(k->tables[i].v);
		k->tables[i] = (struct record_table){0};
	}
}
