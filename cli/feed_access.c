/*
 * Access lists go to the engine as numbered lines of whole lists: a line put in
 * or taken out renumbers those behind it, so a list that was touched is sent
 * again, and lines it no longer has are deleted. Remarks are for people and
 * leave a hole in the numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/feed_private.h"

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

void feed_access_free(struct feed *f)
{
	for (size_t i = 0; i < f->n_lists; i++)
		free(f->lists[i].name);
	free(f->lists);
}

static const struct {
	const char *word;
	uint16_t number;
} ports[] = {{"ftp", 21}, {"ssh", 22}, {"telnet", 23}, {"smtp", 25}, {"domain", 53}, {"www", 80},
    {"https", 443}},
  protocols[] = {{"ip", 0}, {"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"gre", 47}, {"esp", 50},
    {"ah", 51}};

static uint16_t port(const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);

	for (size_t i = 0; text && i < sizeof ports / sizeof *ports; i++)
		if (strcmp(text, ports[i].word) == 0)
			return ports[i].number;
	return (uint16_t)db_int(row, column, 0);
}

static uint8_t protocol(const struct db_row *row)
{
	const char *text = db_text(row, "protocol");

	for (size_t i = 0; text && i < sizeof protocols / sizeof *protocols; i++)
		if (strcmp(text, protocols[i].word) == 0)
			return (uint8_t)protocols[i].number;
	return (uint8_t)db_int(row, "protocol", 0);
}

/* any, any4: 0.0.0.0/0; host A: A/32; else address and mask. */
static void network(const struct db_row *row, const char *kind, const char *address,
    const char *mask, struct addr *a, struct addr *m)
{
	const char *word = db_text(row, kind), *text = db_text(row, address);
	const char *mask_text = db_text(row, mask);
	bool host = word && strcmp(word, "host") == 0;

	*a = addr_v4(0);
	*m = prefix_mask(host ? 32 : 0);
	if (text && *text)
		addr_parse(text, a);
	if (!host && mask_text && *mask_text)
		addr_parse(mask_text, m);
}

static void port_range(const struct db_row *row, uint16_t *low, uint16_t *high)
{
	const char *op = db_text(row, "op");
	uint16_t p = port(row, "port");

	*low = 0;
	*high = 65535;
	if (!op || !*op)
		return;
	if (strcmp(op, "eq") == 0)
		*low = *high = p;
	else if (strcmp(op, "gt") == 0)
		*low = p < 65535 ? (uint16_t)(p + 1) : 65535;
	else if (strcmp(op, "lt") == 0)
		*high = p ? (uint16_t)(p - 1) : 0;
	else
		*low = p, *high = port(row, "port_high");
}

struct sending {
	struct feed *feed;
	bool all;
};

static void send_row(void *ctx, const struct db_row *row)
{
	struct sending *s = ctx;
	struct ipc_msg m = { .type = MSG_CFG_ACCESS_LIST, .fd = -1 };
	struct msg_cfg_access_list *a = &m.cfg_access_list;
	const char *action = db_text(row, "action");
	struct feed_list *l = known(s->feed, db_text(row, "name"));

	if (!l || (!s->all && !l->dirty))
		return;
	a->name = l->name;
	a->line = (uint32_t)db_int(row, "line", 0);
	a->kind = db_text(row, "kind");
	a->op = strcmp(a->kind, "remark") == 0 ? CFG_DELETE : CFG_SET;
	a->permit = action && strcmp(action, "permit") == 0;
	a->protocol = protocol(row);
	network(row, "src_kind", "src", "src_mask", &a->source, &a->source_mask);
	network(row, "dst_kind", "dst", "dst_mask", &a->dest, &a->dest_mask);
	port_range(row, &a->port_low, &a->port_high);
	a->inactive = db_bool(row, "inactive");
	if (a->op == CFG_SET || a->line <= l->lines)
		feed_send(s->feed, ROLE_ENGINE, &m);
}

struct counting {
	const char *name;
	uint32_t lines;
};

static void count_row(void *ctx, const struct db_row *row)
{
	struct counting *c = ctx;

	if (strcmp(db_text(row, "name"), c->name) == 0)
		c->lines++;
}

/* Takes away what lies behind the list's present end. */
static void shorten(struct feed *f, struct db *db, struct feed_list *l)
{
	struct counting c = { .name = l->name };
	struct ipc_msg m = { .type = MSG_CFG_ACCESS_LIST, .fd = -1 };

	if (!db_each(db, gram_table(f->gram, "access_list"), count_row, &c)) {
		f->stale[ROLE_ENGINE] = true;
		return;
	}
	m.cfg_access_list = (struct msg_cfg_access_list){ .op = CFG_DELETE, .name = l->name,
		.kind = "" };
	for (uint32_t n = c.lines + 1; n <= l->lines; n++) {
		m.cfg_access_list.line = n;
		feed_send(f, ROLE_ENGINE, &m);
	}
	l->lines = c.lines;
}

void feed_access_send(struct feed *f, struct db *db, bool all)
{
	struct sending s = { f, all };
	bool any = all;

	for (size_t i = 0; i < f->n_lists; i++) {
		any = any || f->lists[i].dirty;
		if (all)
			f->lists[i].lines = 0; /* the engine has forgotten them */
	}
	if (!any)
		return;
	if (!db_each(db, gram_table(f->gram, "access_list"), send_row, &s))
		f->stale[ROLE_ENGINE] = true;
	for (size_t i = 0; i < f->n_lists; i++) {
		if (all || f->lists[i].dirty)
			shorten(f, db, &f->lists[i]);
		f->lists[i].dirty = false;
	}
}
