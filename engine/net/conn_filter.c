/* struct conn_filter; see conn_filter.h. Pure. */
#include "engine/net/conn_filter.h"

const struct conn_end conn_end_any = {{0, UINT32_MAX}, 0, UINT16_MAX};

static bool end_fits(const struct conn_end *e, uint32_t address, uint16_t port)
{
	return e->address.first <= address && address <= e->address.last && e->low <= port &&
	       port <= e->high;
}

/* Who opened it: as he is, and as others see him. */
static bool opener_fits(const struct conn_end *e, const struct conn_ways *c)
{
	return end_fits(e, c->there.source, c->there.source_port) ||
	       end_fits(e, c->back.dest, c->back.dest_port);
}

static bool other_fits(const struct conn_end *e, const struct conn_ways *c)
{
	return end_fits(e, c->back.source, c->back.source_port) ||
	       end_fits(e, c->there.dest, c->there.dest_port);
}

/* An end that is translated, as it is and as the other end sees it. */
static bool translation_fits(const struct conn_filter *f, uint32_t real, uint16_t real_port,
    uint32_t mapped, uint16_t mapped_port)
{
	return (real != mapped || real_port != mapped_port) &&
	       end_fits(&f->end[0], real, real_port) && end_fits(&f->end[1], mapped, mapped_port);
}

/* NAT is no matter here: a port of ours that leads to a host behind us is not ours. */
static bool is_spared(const struct conn_filter *f, const struct conn_ways *c)
{
	for (size_t i = 0; i < f->n_spared; i++)
		if (f->spared[i] == c->there.source || f->spared[i] == c->back.source)
			return true;
	return false;
}

bool conn_fits(const struct conn_filter *f, const struct conn_ways *c)
{
	if ((f->protocol && f->protocol != c->protocol) || is_spared(f, c))
		return false;
	if (f->translated)
		return translation_fits(f, c->there.source, c->there.source_port, c->back.dest,
			   c->back.dest_port) ||
		       translation_fits(f, c->back.source, c->back.source_port, c->there.dest,
			   c->there.dest_port);
	return (opener_fits(&f->end[0], c) && other_fits(&f->end[1], c)) ||
	       (other_fits(&f->end[0], c) && opener_fits(&f->end[1], c));
}
