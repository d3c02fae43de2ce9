/* What can be read while the workers work; see dataplane.h. */
#include <string.h>

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
	const struct dp_link *l = dp->links[session];

	if (!l)
		return false;
	link_counters(l, to);
	return true;
}

void dp_get_stats(struct dataplane *dp, struct dp_stats *to)
{
	memset(to, 0, sizeof *to);
	for (unsigned i = 0; i < owners_count(dp->owners); i++) {
		const struct worker *w = dp->worker[i];
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
}

void pair_count(struct dataplane *dp, struct dp_sa *sa)
{
	struct dp_totals now = pair_totals(sa), more = now;

	totals_subtract(&more, &sa->told);
	sa->told = now;
	totals_add(&dp->gone, &more);
	if (dp->ops.carried)
		dp->ops.carried(dp->owner, spi_slot(dp->spis, sa->in.spi)->peer, &more);
}

struct dp_totals dp_get_totals(struct dataplane *dp)
{
	struct dp_totals all = dp->gone;

	for (uint32_t i = 0; i < SA_TABLE; i++) {
		const struct spi_slot *s = installed(dp, spi_at(dp->spis, i));

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

/* Does the worker have just what this side thinks of the SPI with that number? */
static bool spi_consistent(const struct dataplane *dp, uint32_t i)
{
	uint32_t spi = spi_at(dp->spis, i);
	const struct worker *w = dp->worker[owner_of_spi(dp->owners, i)];
	const struct dp_sa *has = w->tables.sas[spi_place(dp->owners, i)];
	const struct spi_slot *s = spi_slot(dp->spis, spi);

	return s && s->state == SPI_INSTALLED ? has && s->sa == has : has == NULL;
}

bool dp_consistent(const struct dataplane *dp, struct dp_census *n)
{
	size_t of_peers = 0, spis = 0;
	bool ok = true;

	*n = (struct dp_census){.spis = spis_used(dp->spis)};
	for (unsigned i = 0; i < owners_count(dp->owners); i++)
		ok = tables_consistent(&dp->worker[i]->tables, n, &of_peers) && ok;
	for (uint32_t i = 0; i < SA_TABLE; i++) {
		spis += spi_at(dp->spis, i) != 0;
		ok = ok && spi_consistent(dp, i);
	}
	for (size_t i = 0; i < SESSION_TABLE; i++)
		for (unsigned k = 0; k < owners_count(dp->owners); k++)
			ok = ok && dp->worker[k]->tables.links[i] ==
			    (dp->links[i] && dp->links[i]->owner == k ? dp->links[i] : NULL);
	return ok && spis == n->spis && of_peers == n->sas;
}
