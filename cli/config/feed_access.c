/*
 * An element of an access list goes to the engine as what stands at a place:
 * the number of its line in the list of that name. A row that changed is told
 * when it is delivered; a place that a row has left, and an element that means
 * the address of an interface, at the end of the delivery, by what stands there
 * then. Remarks are for people: to the engine their places are empty.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/access_words.h"
#include "cli/config/feed_private.h"
#include "cli/config/row.h"

/* What stands there is told at the end; where a row has left only whether nothing does: what took
 * its place has been told. */
static void look_again(struct feed *f, const struct db_row *row, bool left)
{
	struct feed_places *p = &f->places;
	char *name = strdup(db_text(row, "name"));

	if (name && p->n == p->size) {
		struct feed_place *grown = realloc(p->v, (2 * p->size + 16) * sizeof *grown);

		if (grown) {
			p->v = grown;
			p->size = 2 * p->size + 16;
		}
	}
	if (!name || p->n == p->size) { /* then the engine has to be told everything anew */
		free(name);
		f->stale[ROLE_ENGINE] = true;
		return;
	}
	p->v[p->n].name = name;
	p->v[p->n].line = (uint32_t)db_int(row, "line", 0);
	p->v[p->n++].left = left;
}

static void forget_places(struct feed *f)
{
	for (size_t i = 0; i < f->places.n; i++)
		free(f->places.v[i].name);
	f->places.n = 0;
}

void feed_access_free(struct feed *f)
{
	forget_places(f);
	free(f->places.v);
}

struct telling {
	struct feed *feed;
	struct db *db;
};

/* The columns of one side of an element. */
struct side {
	const char *kind, *address, *mask, *op, *port, *high;
};

static const struct side source = {"src_kind", "src", "src_mask", "src_op", "src_port", "src_high"},
			 dest = {"dst_kind", "dst", "dst_mask", "op", "port", "port_high"};

static void interface_address(void *ctx, const struct db_row *row)
{
	const char *text = db_text(row, "address");

	if (text)
		addr_parse(text, ctx);
}

/* any, any4: 0.0.0.0/0; host A, interface IF: A/32; else address and mask. False: no packet of ours
 * matches, as the side is IPv6, or an interface without an address. */
static bool network(const struct telling *t, const struct db_row *row, const struct side *side,
    struct addr *a, struct addr *m)
{
	static const char *const nameif[] = {"nameif"};
	const char *text = db_text(row, side->address), *mask = db_text(row, side->mask);
	bool host = row_is(row, side->kind, "host") || row_is(row, side->kind, "interface");

	*a = addr_v4(0);
	*m = prefix_mask(host ? 32 : 0);
	if (row_is(row, side->kind, "any6"))
		return false;
	if (row_is(row, side->kind, "interface")) {
		db_where(t->db, gram_table(t->feed->gram, "interface"), nameif, &text, 1,
		    interface_address, a);
		return addr_to_v4(a) != 0;
	}
	if (text && *text)
		addr_parse(text, a);
	if (!host && mask && *mask)
		addr_parse(mask, m);
	return true;
}

static uint16_t port(const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);

	return text ? port_number(text) : 0;
}

/* False: no port is greater than 65535, or less than 0. */
static bool port_range(
    const struct db_row *row, const struct side *side, uint16_t *low, uint16_t *high)
{
	const char *op = db_text(row, side->op);
	uint16_t p;

	*low = 0;
	*high = UINT16_MAX;
	if (!op || !*op)
		return true;
	p = port(row, side->port);
	if (strcmp(op, "eq") == 0)
		*low = *high = p;
	else if (strcmp(op, "range") == 0)
		*low = p, *high = port(row, side->high);
	else if (strcmp(op, "gt") == 0)
		*low = (uint16_t)(p + 1);
	else if (strcmp(op, "lt") == 0)
		*high = (uint16_t)(p - 1);
	else if (strcmp(op, "neq") == 0)
		*low = (uint16_t)(p + 1), *high = (uint16_t)(p - 1);
	return !(strcmp(op, "gt") == 0 && p == UINT16_MAX) && !(strcmp(op, "lt") == 0 && p == 0);
}

/* Of ICMP the type, and the code if it is named (engine/net/acl.h). */
static void icmp_range(const struct db_row *row, uint16_t *low, uint16_t *high)
{
	const char *type = db_text(row, dest.port), *code = db_text(row, dest.high);
	int number = type && *type ? icmp_type(type) : -1;

	if (number < 0)
		return;
	*low = (uint16_t)(number << 8);
	*high = (uint16_t)(*low | UINT8_MAX);
	if (code && *code)
		*low = *high = (uint16_t)(*low | port_number(code));
}

static bool is_remark(const struct db_row *row)
{
	return row_is(row, "kind", "remark");
}

static bool means_interface(const struct db_row *row)
{
	return row_is(row, "src_kind", "interface") || row_is(row, "dst_kind", "interface");
}

static void tell(void *ctx, const struct db_row *row)
{
	struct telling *t = ctx;
	struct ipc_msg m = {.type = MSG_CFG_ACCESS_LIST, .fd = -1};
	struct cfg_access_list *a = &m.cfg_access_list;
	bool can;

	if (is_remark(row))
		return;
	a->op = CFG_SET;
	a->name = db_text(row, "name");
	a->line = (uint32_t)db_int(row, "line", 0);
	a->standard = row_is(row, "kind", "standard");
	a->permit = row_is(row, "action", "permit");
	a->protocol = protocol_number(db_text(row, "protocol"));
	can = network(t, row, &source, &a->source, &a->source_mask);
	can = network(t, row, &dest, &a->dest, &a->dest_mask) && can;
	can = port_range(row, &source, &a->source_low, &a->source_high) && can;
	can = port_range(row, &dest, &a->port_low, &a->port_high) && can;
	if (a->protocol == IPPROTO_ICMP)
		icmp_range(row, &a->port_low, &a->port_high);
	a->inactive = db_bool(row, "inactive") || !can;
	feed_send(t->feed, ROLE_ENGINE, &m);
}

void feed_access_change(struct feed *f, const struct db_change *c)
{
	struct telling t = {.feed = f};

	if (c->before && !is_remark(c->before) &&
	    (!c->after || is_remark(c->after) ||
		!row_is(c->after, "line", db_text(c->before, "line"))))
		look_again(f, c->before, true);
	if (c->after && means_interface(c->after))
		look_again(f, c->after, false);
	else if (c->after)
		tell(&t, c->after);
}

static void note_there(void *ctx, const struct db_row *row)
{
	*(bool *)ctx = *(bool *)ctx || !is_remark(row);
}

static void tell_place(struct telling *t, const struct feed_place *p)
{
	static const char *const columns[] = {"name", "line"};
	const struct gram_table *table = gram_table(t->feed->gram, "access_list");
	struct ipc_msg m = {.type = MSG_CFG_ACCESS_LIST,
	    .fd = -1,
	    .cfg_access_list = {.op = CFG_DELETE, .name = p->name, .line = p->line}};
	bool there = false, read;
	char line[16];
	const char *const texts[] = {p->name, line};

	snprintf(line, sizeof line, "%u", p->line);
	if (p->left)
		read = db_where(t->db, table, columns, texts, 2, note_there, &there);
	else
		read = db_where(t->db, table, columns, texts, 2, tell, t);
	if (!read)
		t->feed->stale[ROLE_ENGINE] = true;
	else if (p->left && !there)
		feed_send(t->feed, ROLE_ENGINE, &m);
}

/* An interface changed, perhaps the address that these mean. */
static void tell_addressed(struct telling *t)
{
	static const char *const kinds[] = {"src_kind", "dst_kind"}, *const interface = "interface";

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!db_where(t->db, gram_table(t->feed->gram, "access_list"), &kinds[i],
			&interface, 1, tell, t))
			t->feed->stale[ROLE_ENGINE] = true;
}

void feed_access_end(struct feed *f, struct db *db)
{
	struct telling t = {.feed = f, .db = db};

	for (size_t i = 0; i < f->places.n && !f->stale[ROLE_ENGINE]; i++)
		tell_place(&t, &f->places.v[i]);
	if (f->addresses_dirty && !f->stale[ROLE_ENGINE])
		tell_addressed(&t);
	f->addresses_dirty = false;
	forget_places(f);
}

void feed_access_snapshot(struct feed *f, struct db *db)
{
	struct telling t = {.feed = f, .db = db};

	if (!db_each(db, gram_table(f->gram, "access_list"), tell, &t))
		f->stale[ROLE_ENGINE] = true;
}
