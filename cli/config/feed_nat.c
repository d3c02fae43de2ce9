/*
 * NAT rules of the keeper, from the lines of the configuration (nat_lines.h):
 * each line becomes a rule for every pair of ranges, one to one where it is
 * static, and in its order.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed_wanted.h"
#include "cli/config/nat_lines.h"
#include "cli/config/row.h"
#include "engine/firewall/nat.h"

#define ANY ((struct range){0, UINT32_MAX})

struct spans {
	struct range *v;
	size_t n, size;
};

static void span_add(struct feed_wanted *w, struct spans *to, struct range r)
{
	size_t size = to->size ? 2 * to->size : 8;
	struct range *v = to->n == to->size ? realloc(to->v, size * sizeof *v) : to->v;

	if (!v) {
		w->failed = true;
		return;
	}
	to->size = to->n == to->size ? size : to->size;
	to->v = v;
	v[to->n++] = r;
}

/* ---- what names stand for --------------------------------------------------------------- */

struct naming {
	struct feed_wanted *w;
	struct spans *to;
};

static void object_span(void *ctx, const struct db_row *row)
{
	struct naming *n = ctx;
	const char *kind = db_text(row, "kind");
	uint32_t first = row_v4(row, "first"), second = row_v4(row, "second");

	if (!kind)
		return;
	if (!strcmp(kind, "host"))
		second = first;
	else if (!strcmp(kind, "subnet"))
		second = first | ~second;
	span_add(n->w, n->to, (struct range){first, second});
}

/* `any`, an address or an object; none when the object has no address yet. */
static struct spans spans_of(struct feed_wanted *w, const char *name)
{
	struct spans to = {0};
	struct naming n = {w, &to};
	struct addr a;

	if (!*name || !strcmp(name, "any"))
		span_add(w, &to, ANY);
	else if (addr_parse(name, &a))
		span_add(w, &to, (struct range){addr_to_v4(&a), addr_to_v4(&a)});
	else
		db_find(w->db, "object", &name, 1, object_span, &n);
	return to;
}

/* ---- one to one ------------------------------------------------------------------------------ */

struct pair {
	struct range real, mapped;
};

struct pairs {
	struct pair *v;
	size_t n, size;
};

static bool pair_add(struct feed_wanted *w, struct pairs *to, struct pair p)
{
	size_t size = to->size ? 2 * to->size : 8;
	struct pair *v = to->n == to->size ? realloc(to->v, size * sizeof *v) : to->v;

	if (!v)
		w->failed = true;
	if (!v || to->n >= NAT_RULE_PARTS)
		return false;
	to->size = to->n == to->size ? size : to->size;
	to->v = v;
	v[to->n++] = p;
	return true;
}

static uint64_t addresses_of(const struct spans *s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += (uint64_t)s->v[i].last - s->v[i].first + 1;
	return sum;
}

/* The next address of a walk over spans; it begins anew behind the last. */
struct place {
	const struct spans *s;
	size_t i;
	uint32_t offset;
};

static uint64_t left(const struct place *p)
{
	return (uint64_t)p->s->v[p->i].last - p->s->v[p->i].first - p->offset + 1;
}

static struct range take(struct place *p, uint64_t n)
{
	uint32_t first = p->s->v[p->i].first + p->offset;

	if (n == left(p)) {
		p->i = (p->i + 1) % p->s->n;
		p->offset = 0;
	} else {
		p->offset += (uint32_t)n;
	}
	return (struct range){first, first + (uint32_t)(n - 1)};
}

/* Address by address in the order of both. Real ones that are left over are not translated; a real
 * one that has several mapped addresses is reached by all of them and leaves by the first. */
static struct pairs pairs_of(
    struct feed_wanted *w, const struct spans *real, const struct spans *mapped)
{
	struct place from = {.s = real}, to = {.s = mapped};
	uint64_t todo = addresses_of(mapped);
	struct pairs p = {0};

	while (real->n && todo) {
		uint64_t n = left(&from) < left(&to) ? left(&from) : left(&to);
		struct pair next;

		next.real = take(&from, n);
		next.mapped = take(&to, n);
		todo -= n;
		if (!pair_add(w, &p, next))
			break;
	}
	return p;
}

/* Each part of a pool: the sources are dealt out over them. */
static struct pairs pools_of(
    struct feed_wanted *w, const struct spans *real, const struct spans *pool)
{
	struct pairs p = {0};

	for (size_t i = 0; i < real->n; i++)
		for (size_t k = 0; k < pool->n; k++)
			pair_add(w, &p, (struct pair){real->v[i], pool->v[k]});
	return p;
}

/* ---- a line ----------------------------------------------------------------------------------- */

struct compiling {
	struct feed_wanted *w;
	const struct nat_line *line;
	struct ipc_msg m;
	uint32_t parts;
};

static void want(struct compiling *c)
{
	char key[64];

	if (c->parts == NAT_RULE_PARTS)
		return;
	c->m.keep_nat.order = nat_line_order(c->line) + c->parts++;
	snprintf(key, sizeof key, "nat %010u", c->m.keep_nat.order);
	feed_want(c->w, key, &c->m);
}

/* The pairs of sources with those of destinations. */
static void want_pairs(struct compiling *c, const struct pairs *source, size_t pools)
{
	const struct nat_line *l = c->line;
	struct spans mapped = spans_of(c->w, l->dest_mapped), real = spans_of(c->w, l->dest_real);
	struct pairs dest = pairs_of(c->w, &real, &mapped);

	for (size_t i = 0; i < source->n; i++)
		for (size_t k = 0; k < dest.n; k++) {
			c->m.keep_nat.real = source->v[i].real;
			c->m.keep_nat.mapped = source->v[i].mapped;
			c->m.keep_nat.dest_real = dest.v[k].real;
			c->m.keep_nat.dest_mapped = dest.v[k].mapped;
			if (pools > 1)
				c->m.keep_nat.share = (uint16_t)(pools - i % pools);
			want(c);
		}
	free(mapped.v);
	free(real.v);
	free(dest.v);
}

static void want_static(struct compiling *c)
{
	const struct nat_line *l = c->line;
	bool interface = !strcmp(l->mapped, "interface");
	struct spans real = spans_of(c->w, l->source);
	struct spans mapped = spans_of(c->w, interface ? l->source : l->mapped);
	struct pairs p = pairs_of(c->w, &real, &mapped);

	c->m.keep_nat.kind = NAT_STATIC;
	c->m.keep_nat.to = interface ? NAT_TO_INTERFACE : NAT_TO_ADDRESSES;
	want_pairs(c, &p, 0);
	free(real.v);
	free(mapped.v);
	free(p.v);
}

static void want_dynamic(struct compiling *c)
{
	const struct nat_line *l = c->line;
	bool interface = !strcmp(l->mapped, "interface");
	struct spans real = spans_of(c->w, l->source), pool = {0};
	struct pairs p;

	if (interface)
		span_add(c->w, &pool, (struct range){0});
	else
		pool = spans_of(c->w, l->mapped);
	p = pools_of(c->w, &real, &pool);
	c->m.keep_nat.kind = NAT_DYNAMIC;
	c->m.keep_nat.to = interface ? NAT_TO_INTERFACE : NAT_TO_ADDRESSES;
	want_pairs(c, &p, pool.n);
	free(real.v);
	free(pool.v);
	free(p.v);
}

/* ---- interfaces ------------------------------------------------------------------------------- */

/* Are the VPN clients behind the interface of that name? `any` is any device as it is. */
static bool clients_behind(struct feed_wanted *w, const char *nameif)
{
	static const char *const ifname[] = {"ifname"};

	return db_any(w->db, gram_table(w->feed->gram, "crypto_map_interface"), ifname, &nameif, 1);
}

/* `any` -> "". False: there is no such device now. */
static bool nat_device(struct feed_wanted *w, const char *nameif, char device[64])
{
	device[0] = 0;
	if (!strcmp(nameif, "any"))
		return true;
	feed_device_of(w, nameif, device);
	return device[0];
}

static void want_line(struct feed_wanted *w, const struct nat_line *l)
{
	struct compiling c = {.w = w, .line = l, .m = {.type = MSG_KEEP_NAT, .fd = -1}};
	char real[64], mapped[64];

	if (l->inactive || !nat_device(w, l->real_if, real) || !nat_device(w, l->mapped_if, mapped))
		return;
	c.m.keep_nat.line = l->id;
	c.m.keep_nat.real_if = real;
	c.m.keep_nat.mapped_if = mapped;
	c.m.keep_nat.real_clients = clients_behind(w, l->real_if);
	c.m.keep_nat.mapped_clients = clients_behind(w, l->mapped_if);
	c.m.keep_nat.no_proxy_arp = l->no_proxy_arp;
	c.m.keep_nat.route_lookup = l->route_lookup;
	if (l->fixed)
		want_static(&c);
	else
		want_dynamic(&c);
}

void feed_want_nat(struct feed_wanted *w)
{
	struct nat_lines lines;

	if (!nat_lines_read(w->db, &lines)) {
		w->failed = true;
		return;
	}
	for (size_t i = 0; i < lines.n; i++)
		want_line(w, &lines.v[i]);
	nat_lines_free(&lines);
}
