/*
 * The worker's tables; see tables.h. Look-ups and changes neither lock nor
 * allocate: SPIs are indices, all others bring links.
 */
#include "engine/dataplane/tables.h"

#include <stdlib.h>

#include "engine/base/env.h"
#include "engine/base/sparse.h"
#include "engine/ipsec/mtu.h"

/* Of all workers together. */
#define PEER_CHAINS 4096
#define SESSION_CHAINS 16384

struct dp_sa *tables_next_sa(const struct tables *t, size_t *at)
{
	size_t n = owner_places(t->owners), i = sparse_next(t->sas, sizeof *t->sas, n, *at);

	*at = i + 1;
	return i < n ? t->sas[i] : NULL;
}

static struct dp_link *link_of(struct chain_link *l)
{
	return l ? container_of(l, struct dp_link, by_session) : NULL;
}

struct dp_link *tables_next_link(const struct tables *t, const struct dp_link *l)
{
	return link_of(chains_next(&t->sessions, l ? &l->by_session : NULL));
}

/* ---- life -------------------------------------------------------------------- */

bool tables_init(struct tables *t, struct owners owners, struct outbox *outbox)
{
	unsigned n = owners_count(owners);
	bool ok = chains_init(&t->peers, PEER_CHAINS / n, 0);

	t->owners = owners;
	t->outbox = outbox;
	t->sas = calloc(owner_places(owners) + 1, sizeof(struct dp_sa *));
	ok = chains_init(&t->sessions, SESSION_CHAINS / n, 0) && ok;
	return chains_init(&t->clients, SESSION_CHAINS / n, 0) && ok && t->sas;
}

void tables_clear(struct tables *t)
{
	struct dp_link *l, *next;
	struct dp_sa *sa;

	for (l = tables_next_link(t, NULL); l; l = next) {
		next = tables_next_link(t, l);
		tables_link_remove(t, l->is.session);
	}
	for (size_t at = 0; (sa = tables_next_sa(t, &at));)
		tables_sa_remove(t, sa->in.spi);
}

void tables_fini(struct tables *t)
{
	chains_fini(&t->peers);
	chains_fini(&t->clients);
	chains_fini(&t->sessions);
	free(t->sas);
}

/* ---- peers ------------------------------------------------------------------- */

struct dp_peer *tables_peer(const struct tables *t, uint32_t id)
{
	struct chain_link *l = chains_find(&t->peers, id);

	return l ? container_of(l, struct dp_peer, link) : NULL;
}

static void peer_drop(struct tables *t, struct dp_peer *peer)
{
	if (--peer->refs > 0)
		return;
	chains_remove(&t->peers, &peer->link);
	outbox_bury(t->outbox, &peer->object);
}

void tables_peer_use(struct tables *t, uint32_t id, uint32_t spi)
{
	struct dp_peer *peer = tables_peer(t, id);
	struct dp_sa *sa = tables_sa(t, spi);

	if (peer && sa && sa->peer == peer && sa->out.key)
		peer->current = sa;
}

void tables_peer_fit(struct tables *t, uint32_t id, const struct dp_fit *fit)
{
	struct dp_peer *peer = tables_peer(t, id);

	if (!peer)
		return;
	peer->fit = *fit;
	for (struct dp_sa *sa = peer->sas; sa; sa = sa->next)
		pair_fit(sa);
}

/* ---- SA pairs ---------------------------------------------------------------- */

struct dp_sa *tables_sa(const struct tables *t, uint32_t spi)
{
	struct dp_sa *sa = t->sas[spi_place(t->owners, spi)];

	return sa && sa->in.spi == spi ? sa : NULL;
}

/* Hangs it at the peer whose id it has. */
static void hang(struct tables *t, struct dp_sa *sa, struct dp_peer *spare, const struct path *path)
{
	struct dp_peer *peer = tables_peer(t, sa->peer_id);

	if (peer) { /* where he is, this side knows better than whoever sent the command */
		outbox_bury(t->outbox, &spare->object);
	} else {
		peer = spare;
		peer->path = *path;
		peer->fit.mtu = MTU_DEFAULT;
		chains_add(&t->peers, &peer->link, sa->peer_id);
	}
	sa->peer = peer;
	pair_fit(sa);
	peer->refs++;
	sa->next = peer->sas;
	peer->sas = sa;
}

/* Takes it off its peer, who is not asked whether he has still anything (peer_drop()). */
static struct dp_peer *unhang(struct dp_sa *sa)
{
	struct dp_peer *peer = sa->peer;
	struct dp_sa **place;

	for (place = &peer->sas; *place != sa;)
		place = &(*place)->next;
	*place = sa->next;
	if (peer->current == sa) {
		/* Until control says otherwise, the newest that can send. */
		peer->current = peer->sas;
		while (peer->current && !peer->current->out.key)
			peer->current = peer->current->next;
	}
	return peer;
}

void tables_sa_add(struct tables *t, struct dp_sa *sa, struct dp_peer *spare,
    const struct path *path)
{
	hang(t, sa, spare, path);
	t->sas[spi_place(t->owners, sa->in.spi)] = sa;
}

void tables_sa_give(struct tables *t, uint32_t spi, uint32_t id, struct dp_peer *spare,
    const struct path *path)
{
	struct dp_sa *sa = tables_sa(t, spi);
	struct dp_peer *before;

	if (!sa) {
		outbox_bury(t->outbox, &spare->object);
		return; /* the control side keeps that from happening */
	}
	before = unhang(sa);
	sa->peer_id = id;
	hang(t, sa, spare, path);
	peer_drop(t, before);
}

void tables_sa_outbound(struct tables *t, uint32_t spi, struct crypt_key *key, uint32_t spi_out)
{
	struct dp_sa *sa = tables_sa(t, spi);

	if (!sa || sa->out.key)
		return; /* the control side keeps both from happening */
	sa->out.key = key;
	if (sa->short_icv)
		crypt_key_cut(key, (uint8_t)crypt_key_icv(sa->in.key));
	sa->out.spi = spi_out;
}

void tables_sa_remove(struct tables *t, uint32_t spi)
{
	struct dp_sa *sa = tables_sa(t, spi);
	struct dp_peer *peer;

	if (!sa)
		return;
	peer = unhang(sa);
	t->sas[spi_place(t->owners, spi)] = NULL;
	outbox_bury(t->outbox, &sa->object);
	peer_drop(t, peer);
}

/* ---- sessions ---------------------------------------------------------------- */

struct dp_link *tables_link(const struct tables *t, uint16_t session)
{
	return link_of(chains_find(&t->sessions, session));
}

struct dp_link *tables_client(const struct tables *t, uint32_t address)
{
	struct chain_link *l = chains_find(&t->clients, address);

	return l ? container_of(l, struct dp_link, by_client) : NULL;
}

/* Only an open session is found by its client's address. */
static void set_link(struct tables *t, struct dp_link *l, const struct dp_session *is)
{
	link_set(l, is);
	if (l->is.open)
		chains_add(&t->clients, &l->by_client, l->client);
}

static void client_remove(struct tables *t, struct dp_link *l)
{
	if (l->is.open)
		chains_remove(&t->clients, &l->by_client);
}

void tables_link_add(struct tables *t, struct dp_link *l, const struct dp_session *is)
{
	l->peer = tables_peer(t, is->peer);
	if (l->peer)
		l->peer->refs++;
	chains_add(&t->sessions, &l->by_session, is->session);
	set_link(t, l, is);
}

void tables_link_change(struct tables *t, const struct dp_session *is)
{
	struct dp_link *l = tables_link(t, is->session);

	if (!l)
		return;
	client_remove(t, l);
	set_link(t, l, is);
}

void tables_link_filter(struct tables *t, uint16_t session, struct dp_filter *filter)
{
	struct dp_link *l = tables_link(t, session);
	struct dp_filter *gone = filter;

	if (l) {
		gone = l->filter;
		l->filter = filter;
	}
	if (gone)
		outbox_bury(t->outbox, &gone->object);
}

void tables_link_remove(struct tables *t, uint16_t session)
{
	struct dp_link *l = tables_link(t, session);
	struct dp_peer *peer;

	if (!l)
		return;
	peer = l->peer;
	client_remove(t, l);
	chains_remove(&t->sessions, &l->by_session);
	if (l->filter)
		outbox_bury(t->outbox, &l->filter->object);
	outbox_bury(t->outbox, &l->object); /* the control side may free it from now on */
	if (peer)
		peer_drop(t, peer);
}

/* ---- for tests --------------------------------------------------------------- */

static bool peer_consistent(const struct tables *t, const struct dp_peer *p, size_t *of_peers)
{
	size_t refs = 0;
	bool current = p->current == NULL;
	const struct dp_link *l = NULL;

	for (const struct dp_sa *sa = p->sas; sa; sa = sa->next, refs++) {
		current |= sa == p->current;
		if (sa->peer != p || tables_sa(t, sa->in.spi) != sa)
			return false;
	}
	*of_peers += refs;
	while ((l = tables_next_link(t, l)))
		refs += l->peer == p;
	return current && refs == p->refs && chains_find(&t->peers, p->link.key) == &p->link;
}

bool tables_consistent(const struct tables *t, struct dp_census *n, size_t *of_peers)
{
	const struct dp_link *link = NULL;
	const struct dp_sa *sa;
	bool ok = true;

	for (size_t at = 0; (sa = tables_next_sa(t, &at)); n->sas++)
		ok = ok && spi_place(t->owners, sa->in.spi) == at - 1;
	/* Who is in a chain that is not its own leads nowhere: walks end at the first fault. */
	for (; ok && (link = tables_next_link(t, link)); n->sessions++)
		ok = tables_link(t, link->is.session) == link &&
		     (!link->is.open || tables_client(t, link->client) == link);
	for (struct chain_link *l = NULL; ok && (l = chains_next(&t->peers, l)); n->peers++)
		ok = peer_consistent(t, container_of(l, struct dp_peer, link), of_peers);
	return ok;
}
