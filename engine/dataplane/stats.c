/* What can be read while the workers work; see dataplane.h. */
#include "engine/dataplane/control.h"

bool dp_sa_counters(struct dataplane *dp, uint32_t spi_in, struct dp_sa_counters *in,
    struct dp_sa_counters *out)
{
	struct spi_slot *slot = installed(dp, spi_in);

	if (!slot)
		return false;
	if (in)
		half_counters(&slot->sa->in, in);
	if (out)
		half_counters(&slot->sa->out, out);
	return true;
}

bool dp_session_counters(struct dataplane *dp, uint16_t session, struct dp_session_counters *to)
{
	const struct dp_link *l = link_at(dp, session);

	if (!l)
		return false;
	link_counters(l, to);
	return true;
}

static void add_stats(const struct worker *w, struct dp_stats *to)
{
	const struct io_stats *io = io_stats(w->io);

#define STAT(name) to->name += get(&w->stats.name);
	WORKER_STATS(STAT)
#undef STAT
#define STAT(name) to->name += get(&w->outbox.name);
	OUTBOX_STATS(STAT)
#undef STAT
#define STAT(name) to->name += get(&io->name);
	IO_STATS(STAT)
#undef STAT
}

unsigned dp_workers(const struct dataplane *dp)
{
	return owners_count(dp->owners);
}

uint32_t dp_worker_spis(const struct dataplane *dp)
{
	return owner_places(dp->owners);
}

void dp_worker_stats(const struct dataplane *dp, unsigned worker, struct dp_stats *to)
{
	*to = (struct dp_stats){0};
	add_stats(dp->worker[worker], to);
}

void dp_get_stats(struct dataplane *dp, struct dp_stats *to)
{
	*to = (struct dp_stats){0};
	for (unsigned i = 0; i < owners_count(dp->owners); i++)
		add_stats(dp->worker[i], to);
}

void pair_count(struct dataplane *dp, struct dp_sa *sa)
{
	struct dp_totals now = pair_totals(sa), more = now;

	if (sa->told) {
		totals_subtract(&more, sa->told);
		*sa->told = now;
	}
	totals_add(&dp->gone, &more);
	if (dp->ops.carried)
		dp->ops.carried(dp->owner, spi_slot(dp->spis, sa->in.spi)->peer, &more);
}

struct dp_totals dp_get_totals(struct dataplane *dp)
{
	struct dp_totals all = dp->gone;

	for (uint32_t spi = 0; (spi = spi_next(dp->spis, spi));) {
		const struct spi_slot *s = installed(dp, spi);

		if (s) {
			struct dp_totals t = pair_totals(s->sa);

			totals_add(&all, &t);
		}
	}
	return all;
}

static void use_add(struct crypt_use *to, struct crypt_use more)
{
	to->packets += more.packets;
	to->bytes += more.bytes;
	to->failed += more.failed;
}

struct crypt_use dp_suite_use(const struct dataplane *dp, enum cipher cipher, enum hash hash,
    bool encrypt)
{
	struct crypt_use sum = {0};

	for (unsigned i = 0; i < owners_count(dp->owners); i++)
		use_add(&sum, crypt_suite_use(dp->worker[i]->crypt, cipher, hash, encrypt));
	return sum;
}

struct crypt_use dp_way_use(const struct dataplane *dp, enum crypt_way way, bool encrypt)
{
	struct crypt_use sum = {0};

	for (unsigned i = 0; i < owners_count(dp->owners); i++)
		use_add(&sum, crypt_way_use(dp->worker[i]->crypt, way, encrypt));
	return sum;
}

const struct crypt *dp_crypt(const struct dataplane *dp)
{
	return dp->worker[0]->crypt;
}

/* They all measured on the same processor. */
const char *dp_backends(struct dataplane *dp)
{
	return crypt_describe(dp->worker[0]->crypt);
}

/* Is what the worker has what this side thinks it has? */
static bool worker_consistent(const struct dataplane *dp, unsigned k, struct dp_census *n,
    size_t *of_peers)
{
	const struct tables *t = &dp->worker[k]->tables;
	bool ok = tables_consistent(t, n, of_peers);
	const struct dp_link *link;
	const struct dp_sa *sa;

	for (size_t at = 0; (sa = tables_next_sa(t, &at));) {
		const struct spi_slot *s = spi_slot(dp->spis, sa->in.spi);

		ok = ok && s && s->state == SPI_INSTALLED && s->sa == sa;
	}
	for (link = NULL; ok && (link = tables_next_link(t, link));)
		ok = link_at(dp, link->is.session) == link && link->owner == k;
	return ok;
}

bool dp_consistent(const struct dataplane *dp, struct dp_census *n)
{
	size_t of_peers = 0, spis = 0, given = 0;
	bool ok = true;

	*n = (struct dp_census){.spis = spis_used(dp->spis)};
	for (unsigned k = 0; k < owners_count(dp->owners); k++)
		ok = worker_consistent(dp, k, n, &of_peers) && ok;
	for (uint32_t spi = 0; (spi = spi_next(dp->spis, spi)); spis++)
		given += spi_slot(dp->spis, spi)->state == SPI_INSTALLED;
	return ok && spis == n->spis && given == n->sas && dp->links.used == n->sessions &&
	    of_peers == n->sas;
}
