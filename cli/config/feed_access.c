/*
 * Access lists go to the engine as numbered lines of whole lists: a line put in
 * or taken out renumbers those behind it, so a list that was touched is sent
 * again, and lines it no longer has are deleted. Remarks are for people and
 * leave a hole in the numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/config/access_words.h"
#include "cli/config/feed_private.h"
#include "cli/config/row.h"

/* NULL without memory: then the engine has to be told everything anew. */
static struct feed_list *known(struct feed *f, const char *name)
{
	struct feed_list *grown;
	char *copy;

	for (size_t i = 0; i < f->n_lists; i++)
		if (strcmp(f->lists[i].name, name) == 0)
			return &f->lists[i];
	copy = strdup(name);
	grown = copy ? realloc(f->lists, (f->n_lists + 1) * sizeof *grown) : NULL;
	if (!grown) {
		free(copy);
		f->stale[ROLE_ENGINE] = true;
		return NULL;
	}
	f->lists = grown;
	grown[f->n_lists] = (struct feed_list){ .name = copy };
	return &f->lists[f->n_lists++];
}

void feed_access_touch(struct feed *f, const char *name)
{
	struct feed_list *l = name ? known(f, name) : NULL;

	if (l)
		l->dirty = true;
}

/* A list with an element that means the address of an interface. */
static void touch_addressed(void *ctx, const struct db_row *row)
{
	if (row_is(row, "src_kind", "interface") || row_is(row, "dst_kind", "interface"))
		feed_access_touch(ctx, db_text(row, "name"));
}

void feed_access_free(struct feed *f)
{
	for (size_t i = 0; i < f->n_lists; i++)
		free(f->lists[i].name);
	free(f->lists);
}

struct sending {
	struct feed *feed;
	struct db *db;
	bool all;
};

/* The columns of one side of an element. */
struct side {
	const char *kind, *address, *mask, *op, *port, *high;
};

static const struct side source = {"src_kind", "src", "src_mask", "src_op", "src_port",
    "src_high"},
  dest = {"dst_kind", "dst", "dst_mask", "op", "port", "port_high"};

static void interface_address(void *ctx, const struct db_row *row)
{
	const char *text = db_text(row, "address");

	if (text)
		addr_parse(text, ctx);
}

/* any, any4: 0.0.0.0/0; host A, interface IF: A/32; else address and mask. False: no packet of ours
 * matches, as the side is IPv6, or an interface without an address. */
static bool network(const struct sending *s, const struct db_row *row, const struct side *side,
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
		db_where(s->db, gram_table(s->feed->gram, "interface"), nameif, &text, 1,
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
static bool port_range(const struct db_row *row, const struct side *side, uint16_t *low,
    uint16_t *high)
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
	return !(strcmp(op, "gt") == 0 && p == UINT16_MAX) &&
	    !(strcmp(op, "lt") == 0 && p == 0);
}

static void send_row(void *ctx, const struct db_row *row)
{
	struct sending *s = ctx;
	struct ipc_msg m = { .type = MSG_CFG_ACCESS_LIST, .fd = -1 };
	struct msg_cfg_access_list *a = &m.cfg_access_list;
	const char *action = db_text(row, "action");
	struct feed_list *l = known(s->feed, db_text(row, "name"));
	bool can;

	if (!l || (!s->all && !l->dirty))
		return;
	l->now++;
	a->name = l->name;
	a->line = (uint32_t)db_int(row, "line", 0);
	a->kind = db_text(row, "kind");
	a->op = strcmp(a->kind, "remark") == 0 ? CFG_DELETE : CFG_SET;
	a->permit = action && strcmp(action, "permit") == 0;
	a->protocol = protocol_number(db_text(row, "protocol"));
	can = network(s, row, &source, &a->source, &a->source_mask);
	can = network(s, row, &dest, &a->dest, &a->dest_mask) && can;
	can = port_range(row, &source, &a->source_low, &a->source_high) && can;
	can = port_range(row, &dest, &a->port_low, &a->port_high) && can;
	a->inactive = db_bool(row, "inactive") || !can;
	if (a->op == CFG_SET || a->line <= l->lines)
		feed_send(s->feed, ROLE_ENGINE, &m);
}

/* Takes away what lies behind the list's present end. */
static void shorten(struct feed *f, struct feed_list *l)
{
	struct ipc_msg m = { .type = MSG_CFG_ACCESS_LIST, .fd = -1 };

	m.cfg_access_list = (struct msg_cfg_access_list){ .op = CFG_DELETE, .name = l->name,
		.kind = "" };
	for (uint32_t n = l->now + 1; n <= l->lines; n++) {
		m.cfg_access_list.line = n;
		feed_send(f, ROLE_ENGINE, &m);
	}
	l->lines = l->now;
}

void feed_access_send(struct feed *f, struct db *db, bool all)
{
	struct sending s = { f, db, all };
	bool any = all;

	if (f->addresses_dirty && !all &&
	    !db_each(db, gram_table(f->gram, "access_list"), touch_addressed, f))
		f->stale[ROLE_ENGINE] = true;
	f->addresses_dirty = false;
	for (size_t i = 0; i < f->n_lists; i++) {
		any = any || f->lists[i].dirty;
		f->lists[i].now = 0;
		if (all)
			f->lists[i].lines = 0; /* the engine has forgotten them */
	}
	if (!any)
		return;
	if (!db_each(db, gram_table(f->gram, "access_list"), send_row, &s)) {
		f->stale[ROLE_ENGINE] = true; /* where each list ends is not known */
		return;
	}
	for (size_t i = 0; i < f->n_lists; i++) {
		if (all || f->lists[i].dirty)
			shorten(f, &f->lists[i]);
		f->lists[i].dirty = false;
	}
}
