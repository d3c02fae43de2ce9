/*
 * NAT rules of the keeper, from the lines of the configuration (nat_lines.h):
 * each line becomes a rule for every pair of ranges, one to one where it is
 * static, and in its order.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed_wanted.h"
#include "cli/config/nat_lines.h"
#include "cli/config/nat_pairs.h"
#include "cli/config/row.h"
#include "engine/firewall/nat.h"
#include "engine/net/access_words.h"

#define ANY_FIRST 0
#define ANY_LAST UINT32_MAX

/* What is made of one line. */
struct compiling {
	struct feed_wanted *w;
	struct cover cover;
	const struct nat_line *line;
	struct ipc_msg m;
	uint32_t parts;
};

/* ---- what names stand for --------------------------------------------------------------- */

/* Of the interface of that name: the configuration's, else what the link has now. */
static bool interface_ranges(struct compiling *c, const char *nameif, struct ranges *to)
{
	struct addr a, mask;

	return !feed_address_of(c->w, nameif, &a, &mask) ||
	       ranges_add(to, addr_to_v4(&a), addr_to_v4(&a));
}

/* `any`, an address, an object or a group; none when it has no address yet. `like`: an address
 * alone stands for as many as these are, for none where there are not so many behind it. */
static void ranges_of(
    struct compiling *c, const char *name, const struct ranges *like, struct ranges *to)
{
	struct addr a;
	bool ok;

	*to = (struct ranges){0};
	if (!*name || !strcmp(name, "any")) {
		ok = ranges_add(to, ANY_FIRST, ANY_LAST);
	} else if (addr_parse(name, &a)) {
		uint64_t n = like ? ranges_count(like) : 1, last = addr_to_v4(&a) + (n ? n - 1 : 0);

		ok = last > UINT32_MAX || ranges_add(to, addr_to_v4(&a), (uint32_t)last);
	} else {
		ok = cover_network(&c->cover, name, to);
	}
	if (!ok)
		c->w->failed = true;
}

/* ---- services ---------------------------------------------------------------------------------
 */

static bool pair_fits(const struct service *a, const struct service *b)
{
	return a->protocol == b->protocol && a->source_low <= a->source_high &&
	       b->source_low <= b->source_high && a->dest_low <= a->dest_high &&
	       b->dest_low <= b->dest_high &&
	       a->source_high - a->source_low == b->source_high - b->source_low &&
	       a->dest_high - a->dest_low == b->dest_high - b->dest_low;
}

/* One protocol of the line: `first` is seen by who opens from the real side, `then` is what is made
 * of it. All ports of both are no translation, but the protocol holds. */
static void take_service(
    struct msg_keep_nat *m, const struct service *first, const struct service *then)
{
	m->protocol = first->protocol;
	m->real_low = first->source_low;
	m->real_high = first->source_high;
	m->mapped_low = then->source_low;
	m->mapped_high = then->source_high;
	m->dest_mapped_low = first->dest_low;
	m->dest_mapped_high = first->dest_high;
	m->dest_real_low = then->dest_low;
	m->dest_real_high = then->dest_high;
}

static uint8_t protocol_of(const char *word)
{
	return !strcmp(word, "tcp")   ? IPPROTO_TCP
	       : !strcmp(word, "udp") ? IPPROTO_UDP
				      : IPPROTO_SCTP;
}

/* `service tcp 80 8080` of an object. */
static bool object_services(const struct nat_line *l, struct services *first, struct services *then)
{
	uint16_t real = port_number(l->real_port), mapped = port_number(l->mapped_port);
	struct service a = {protocol_of(l->service), real, real, 0, UINT16_MAX};
	struct service b = {a.protocol, mapped, mapped, 0, UINT16_MAX};

	return services_add(first, &a) && services_add(then, &b);
}

static void line_services(struct compiling *c, struct services *first, struct services *then)
{
	const struct nat_line *l = c->line;
	bool ok = true;

	*first = *then = (struct services){0};
	if (l->section == NAT_SECTION_OBJECT && *l->service)
		ok = object_services(l, first, then);
	else if (*l->service)
		ok = cover_services(&c->cover, l->service, 0, first) &&
		     cover_services(&c->cover, l->service_to, 0, then);
	if (!ok)
		c->w->failed = true;
}

/* ---- rules
 * -------------------------------------------------------------------------------------- */

static void want(struct compiling *c)
{
	char key[64];

	if (c->parts == NAT_RULE_PARTS)
		return;
	c->m.keep_nat.order = nat_line_order(c->line) + c->parts++;
	snprintf(key, sizeof key, "nat %010u", c->m.keep_nat.order);
	feed_want(c->w, key, &c->m);
	feed_want_nat_arp(c->w, &c->m.keep_nat, c->line->real_if, c->line->mapped_if);
}

/* For each protocol of its services, if it has any. */
static void want_services(struct compiling *c)
{
	struct services first, then;

	if (!*c->line->service) {
		want(c);
		return;
	}
	line_services(c, &first, &then);
	for (size_t i = 0; i < first.n && i < then.n; i++)
		if (pair_fits(&first.v[i], &then.v[i])) {
			take_service(&c->m.keep_nat, &first.v[i], &then.v[i]);
			want(c);
		}
	services_free(&first);
	services_free(&then);
}

/* The pairs of sources with those of destinations; `pools`: so many pairs share one source. */
static void want_pairs(struct compiling *c, const struct nat_pairs *source, size_t pools)
{
	const struct nat_line *l = c->line;
	struct ranges mapped = {0}, real;
	struct nat_pairs dest;

	ranges_of(c, l->dest_real, NULL, &real);
	if (!strcmp(l->dest_mapped, "interface"))
		c->w->failed = !interface_ranges(c, l->real_if, &mapped) || c->w->failed;
	else
		ranges_of(c, l->dest_mapped, NULL, &mapped);
	if (!nat_pairs_fixed(&real, &mapped, &dest))
		c->w->failed = true;
	for (size_t i = 0; i < source->n; i++)
		for (size_t k = 0; k < dest.n; k++) {
			c->m.keep_nat.real = source->v[i].real;
			c->m.keep_nat.mapped = source->v[i].mapped;
			c->m.keep_nat.dest_real = dest.v[k].real;
			c->m.keep_nat.dest_mapped = dest.v[k].mapped;
			c->m.keep_nat.share = (uint16_t)(pools > 1 ? pools - i % pools : 0);
			want_services(c);
		}
	ranges_free(&mapped);
	ranges_free(&real);
	nat_pairs_free(&dest);
}

static void want_static(struct compiling *c)
{
	const struct nat_line *l = c->line;
	bool interface = !strcmp(l->mapped, "interface");
	struct ranges real, mapped;
	struct nat_pairs p;

	ranges_of(c, l->source, NULL, &real);
	ranges_of(c, interface ? l->source : l->mapped, &real, &mapped);
	if (!nat_pairs_fixed(&real, &mapped, &p))
		c->w->failed = true;
	c->m.keep_nat.kind = NAT_STATIC;
	c->m.keep_nat.to = interface ? NAT_TO_INTERFACE : NAT_TO_ADDRESSES;
	if (!interface || ranges_count(&real) == 1)
		want_pairs(c, &p, 0);
	ranges_free(&real);
	ranges_free(&mapped);
	nat_pairs_free(&p);
}

static uint8_t dynamic_to(const struct nat_line *l, const struct ranges *pool)
{
	uint8_t to = NAT_TO_ADDRESSES;

	if (!strcmp(l->mapped, "interface"))
		return NAT_TO_INTERFACE;
	if (l->fallback)
		to |= NAT_TO_INTERFACE;
	if (l->pool || ranges_count(pool) == 1)
		to |= NAT_TO_PAT;
	if (l->round_robin)
		to |= NAT_TO_ROUND_ROBIN;
	return to;
}

static void want_dynamic(struct compiling *c)
{
	const struct nat_line *l = c->line;
	struct ranges real, pool = {0};
	struct nat_pairs p;

	ranges_of(c, l->source, NULL, &real);
	if (strcmp(l->mapped, "interface") != 0)
		ranges_of(c, l->mapped, NULL, &pool);
	else if (!ranges_add(&pool, 0, 0))
		c->w->failed = true;
	if (!nat_pairs_pool(&real, &pool, &p))
		c->w->failed = true;
	c->m.keep_nat.kind = NAT_DYNAMIC;
	c->m.keep_nat.to = dynamic_to(l, &pool);
	want_pairs(c, &p, pool.n);
	ranges_free(&real);
	ranges_free(&pool);
	nat_pairs_free(&p);
}

/* ---- interfaces -------------------------------------------------------------------------------
 */

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
	struct compiling c = {.w = w,
	    .cover = feed_cover(w->feed, w->db),
	    .line = l,
	    .m = {.type = MSG_KEEP_NAT, .fd = -1}};
	char real[64], mapped[64];

	if (l->inactive || !nat_device(w, l->real_if, real) || !nat_device(w, l->mapped_if, mapped))
		return;
	c.m.keep_nat.line = l->id;
	c.m.keep_nat.real_if = real;
	c.m.keep_nat.mapped_if = mapped;
	c.m.keep_nat.real_clients = feed_has_clients(w, l->real_if);
	c.m.keep_nat.mapped_clients = feed_has_clients(w, l->mapped_if);
	c.m.keep_nat.unidirectional = l->one_way;
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
