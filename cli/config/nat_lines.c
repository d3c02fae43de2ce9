/*
 * Owns the list of NAT lines while it is made: rows of `nat` and the rows of
 * `object` that have one, in the device's order.
 */
#include "cli/config/nat_lines.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/row.h"

/* ---- one line ----------------------------------------------------------------------- */

/* FNV-1a of the keys, which are all that the line says. */
static uint64_t identity(const struct db_row *row)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (int i = 0; i < row->table->n_keys; i++)
		for (const char *p = row->values[i] ? row->values[i] : "";; p++) {
			hash = (hash ^ (uint8_t)*p) * 0x100000001b3;
			if (!*p)
				break;
		}
	return hash;
}

static void copy(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
}

static void interfaces(struct nat_line *l, const char *ifs)
{
	copy(l->real_if, sizeof l->real_if, "any");
	copy(l->mapped_if, sizeof l->mapped_if, "any");
	if (ifs && *ifs)
		sscanf(ifs, "%63[^,],%63s", l->real_if, l->mapped_if);
}

static struct nat_line *add(struct nat_lines *to)
{
	size_t size = to->size ? 2 * to->size : 16;
	struct nat_line *v = to->n == to->size ? realloc(to->v, size * sizeof *v) : to->v;

	if (!v) {
		to->failed = true;
		return NULL;
	}
	to->size = to->n == to->size ? size : to->size;
	to->v = v;
	v[to->n] = (struct nat_line){0};
	return &v[to->n++];
}

/* A word that was typed, or a bool that is on. */
static bool set(const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);

	return text && *text && strcmp(text, "0") != 0;
}

/* Words that a line has or has not: columns of both tables, those of objects with `nat_` before. */
static void options(struct nat_line *l, const struct db_row *row, const char *prefix)
{
	static const struct {
		const char *column;
		size_t at;
	} option[] = {
#define OPTION(word) {#word, offsetof(struct nat_line, word)}
	    OPTION(pool), OPTION(fallback), OPTION(round_robin), OPTION(extended), OPTION(flat),
	    OPTION(reserve), OPTION(blocks), OPTION(net_to_net), OPTION(dns), OPTION(one_way),
	    OPTION(no_proxy_arp), OPTION(route_lookup), OPTION(inactive),
#undef OPTION
	};

	for (size_t i = 0; i < sizeof option / sizeof *option; i++) {
		char column[32];

		snprintf(column, sizeof column, "%s%s", prefix, option[i].column);
		*(bool *)((char *)l + option[i].at) = set(row, column);
	}
}

static void manual_row(void *ctx, const struct db_row *row)
{
	struct nat_lines *to = ctx;
	struct nat_line *l = add(to);
	const char *place = db_text(row, "place");

	if (!l)
		return;
	l->section = place && *place ? NAT_SECTION_AFTER : NAT_SECTION_MANUAL;
	l->number = (uint32_t)db_int(row, "line", 0);
	l->id = identity(row);
	l->fixed = row_is(row, "kind", "static");
	interfaces(l, db_text(row, "ifs"));
	copy(l->source, sizeof l->source, db_text(row, "source"));
	copy(l->mapped, sizeof l->mapped, db_text(row, "mapped"));
	copy(l->dest_mapped, sizeof l->dest_mapped, db_text(row, "dest_mapped"));
	copy(l->dest_real, sizeof l->dest_real, db_text(row, "dest_real"));
	copy(l->service, sizeof l->service, db_text(row, "service"));
	copy(l->service_to, sizeof l->service_to, db_text(row, "service_to"));
	copy(l->description, sizeof l->description, db_text(row, "description"));
	options(l, row, "");
}

/* ---- section 2 ------------------------------------------------------------------------ */

struct object_line { /* what its place depends on */
	struct nat_line line;
	uint64_t addresses;
	uint32_t first;
};

struct object_lines {
	struct object_line *v;
	size_t n, size;
	bool failed;
};

static void measure(struct object_line *o, const struct db_row *row)
{
	uint32_t second = row_v4(row, "second");

	o->first = row_v4(row, "first");
	o->addresses = 1;
	if (row_is(row, "kind", "subnet"))
		o->addresses = (uint64_t)~second + 1;
	else if (row_is(row, "kind", "range"))
		o->addresses = (uint64_t)second - o->first + 1;
}

static void object_row(void *ctx, const struct db_row *row)
{
	struct object_lines *to = ctx;
	size_t size = to->size ? 2 * to->size : 16;
	struct object_line *v = to->n == to->size ? realloc(to->v, size * sizeof *v) : to->v, *o;

	const char *address = db_text(row, "nat_mapped");

	if (!db_text(row, "nat"))
		return;
	if (!v) {
		to->failed = true;
		return;
	}
	to->size = to->n == to->size ? size : to->size;
	to->v = v;
	o = &v[to->n++];
	*o = (struct object_line){.line = {.section = NAT_SECTION_OBJECT,
				      .id = identity(row),
				      .fixed = row_is(row, "nat", "static")}};
	interfaces(&o->line, db_text(row, "nat_ifs"));
	copy(o->line.source, sizeof o->line.source, db_text(row, "name"));
	copy(o->line.mapped, sizeof o->line.mapped, address ? address : db_text(row, "nat_object"));
	copy(o->line.service, sizeof o->line.service, db_text(row, "nat_protocol"));
	copy(o->line.real_port, sizeof o->line.real_port, db_text(row, "nat_real_port"));
	copy(o->line.mapped_port, sizeof o->line.mapped_port, db_text(row, "nat_mapped_port"));
	options(&o->line, row, "nat_");
	measure(o, row);
}

static int by_device_order(const void *a, const void *b)
{
	const struct object_line *x = a, *y = b;

	if (x->line.fixed != y->line.fixed)
		return x->line.fixed ? -1 : 1;
	if (x->addresses != y->addresses)
		return x->addresses < y->addresses ? -1 : 1;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return strcmp(x->line.source, y->line.source);
}

static void object_lines(struct db *db, struct nat_lines *to)
{
	struct object_lines o = {0};

	if (!db_each_set(db, db_table(db, "object"), "nat", object_row, &o) || o.failed)
		to->failed = true;
	if (o.n)
		qsort(o.v, o.n, sizeof *o.v, by_device_order);
	for (size_t i = 0; i < o.n; i++) {
		struct nat_line *l = add(to);

		if (!l)
			break;
		*l = o.v[i].line;
		l->number = (uint32_t)i + 1;
	}
	free(o.v);
}

/* ---- all -------------------------------------------------------------------------------- */

static int by_section(const void *a, const void *b)
{
	const struct nat_line *x = a, *y = b;

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

bool nat_lines_read(struct db *db, struct nat_lines *to)
{
	*to = (struct nat_lines){0};
	if (!db_each(db, db_table(db, "nat"), manual_row, to))
		to->failed = true;
	object_lines(db, to);
	if (to->failed) {
		nat_lines_free(to);
		return false;
	}
	if (to->n)
		qsort(to->v, to->n, sizeof *to->v, by_section);
	return true;
}

void nat_lines_free(struct nat_lines *l)
{
	free(l->v);
	*l = (struct nat_lines){0};
}

uint32_t nat_line_order(const struct nat_line *l)
{
	return ((uint32_t)l->section << 30) + l->number * NAT_RULE_PARTS;
}
