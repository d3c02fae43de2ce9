/*
 * NAT rules of the kernel, from those of the configuration and of objects, in
 * the device's order: section 1 as listed, then the objects' own rules (static
 * before dynamic), then after-auto.
 */
#include <stdio.h>
#include <string.h>

#include "cli/config/feed_wanted.h"
#include "cli/config/nat_order.h"
#include "cli/config/row.h"

enum { PREFIXES_MAX = 62 };
_Static_assert(PREFIXES_MAX * PREFIXES_MAX < NAT_RULE_PARTS, "the parts of a line are numbered");

struct prefix {
	struct addr addr, mask;
};

struct networks { /* what an object covers, as prefixes; n = 1 and unset = any */
	struct prefix v[PREFIXES_MAX];
	unsigned n;
};

/* The largest prefixes that cover first..last, from the left. */
static void cover(struct networks *to, uint32_t first, uint32_t last)
{
	while (to->n < PREFIXES_MAX) {
		int bits = 0;

		while (bits < 32 && !(first & ((1ULL << (bits + 1)) - 1)) &&
		       first + ((1ULL << (bits + 1)) - 1) <= last)
			bits++;
		to->v[to->n++] = (struct prefix){addr_v4(first), prefix_mask(32 - bits)};
		if (first + ((1ULL << bits) - 1) >= last)
			return;
		first += (uint32_t)(1ULL << bits);
	}
}

static void object_networks(void *ctx, const struct db_row *row)
{
	struct networks *to = ctx;
	const char *kind = db_text(row, "kind");
	struct addr first = row_addr(row, "first"), second = row_addr(row, "second");

	if (!kind)
		return;
	if (strcmp(kind, "range") == 0) {
		cover(to, addr_to_v4(&first), addr_to_v4(&second));
		return;
	}
	to->v[0] = (struct prefix){first, strcmp(kind, "host") == 0 ? prefix_mask(32) : second};
	to->n = 1;
}

/* `any` or an object; none when the object has no address yet. */
static void networks_of(struct feed_wanted *w, const char *name, struct networks *to)
{
	to->n = 0;
	if (!name || !*name || strcmp(name, "any") == 0) {
		to->v[0] = (struct prefix){{0}, {0}};
		to->n = 1;
		return;
	}
	db_find(w->db, "object", &name, 1, object_networks, to);
}

/* "inside,outside" -> two devices, `any` -> "". False when one of them is not there. */
static bool nat_devices(struct feed_wanted *w, const char *ifs, char real[64], char mapped[64])
{
	char name[2][64] = {"any", "any"}, *device[2] = {real, mapped};

	if (ifs && *ifs)
		sscanf(ifs, "%63[^,],%63s", name[0], name[1]);
	for (int i = 0; i < 2; i++) {
		device[i][0] = 0;
		if (strcmp(name[i], "any") == 0)
			continue;
		feed_device_of(w, name[i], device[i]);
		if (!device[i][0])
			return false;
	}
	return true;
}

static void want_rule(struct feed_wanted *w, enum nat_section section, uint32_t number,
    struct ipc_msg *m, const struct networks *source, const struct networks *dest)
{
	uint32_t part = 0;
	char key[64];

	for (unsigned i = 0; i < source->n; i++)
		for (unsigned k = 0; k < dest->n; k++) {
			m->keep_nat.order = nat_order(section, number) + part++;
			m->keep_nat.source = source->v[i].addr;
			m->keep_nat.source_mask = source->v[i].mask;
			m->keep_nat.dest = dest->v[k].addr;
			m->keep_nat.dest_mask = dest->v[k].mask;
			snprintf(key, sizeof key, "nat %010u", m->keep_nat.order);
			feed_want(w, key, m);
		}
}

/* Source and mapped the same: exempt. Mapped to the interface, or to the host of an object. */
static bool nat_kind(struct feed_wanted *w, const struct db_row *row, struct msg_keep_nat *n)
{
	const char *kind = db_text(row, "kind"), *source = db_text(row, "source");
	const char *mapped = db_text(row, "mapped");
	bool fixed = strcmp(kind, "static") == 0;
	struct networks to;

	if (fixed && strcmp(source, mapped) == 0) {
		n->kind = "exempt";
		return true;
	}
	n->kind = fixed ? "static" : "dynamic";
	if (strcmp(mapped, "interface") == 0) {
		n->kind = "dynamic-interface";
		return !fixed;
	}
	networks_of(w, mapped, &to);
	n->mapped = to.n ? to.v[0].addr : (struct addr){0};
	return n->mapped.family != 0;
}

void feed_want_nat(void *ctx, const struct db_row *row)
{
	struct feed_wanted *w = ctx;
	struct ipc_msg m = {.type = MSG_KEEP_NAT, .fd = -1};
	const char *place = db_text(row, "place");
	char real[64], mapped[64];
	struct networks source, dest;

	if (db_bool(row, "inactive") || !nat_devices(w, db_text(row, "ifs"), real, mapped))
		return;
	m.keep_nat.real_if = real;
	m.keep_nat.mapped_if = mapped;
	if (!nat_kind(w, row, &m.keep_nat))
		return;
	networks_of(w, db_text(row, "source"), &source);
	networks_of(w, db_text(row, "dest_real"), &dest);
	want_rule(w, place && *place ? NAT_SECTION_AFTER : NAT_SECTION_MANUAL,
	    (uint32_t)db_int(row, "line", 0), &m, &source, &dest);
}

void feed_want_object_nat(void *ctx, const struct db_row *row)
{
	struct feed_wanted *w = ctx;
	struct ipc_msg m = {.type = MSG_KEEP_NAT, .fd = -1};
	const char *nat = db_text(row, "nat"), *to = db_text(row, "nat_mapped");
	struct networks source = {.n = 0}, any;
	char real[64], mapped[64];
	uint32_t number;
	bool fixed;

	if (!nat || !to)
		return;
	number = ++w->rules;
	if (!nat_devices(w, db_text(row, "nat_ifs"), real, mapped))
		return;
	fixed = strcmp(nat, "static") == 0;
	m.keep_nat.real_if = real;
	m.keep_nat.mapped_if = mapped;
	m.keep_nat.kind = fixed ? "static" : "dynamic";
	if (strcmp(to, "interface") == 0)
		m.keep_nat.kind = "dynamic-interface";
	else
		m.keep_nat.mapped = row_addr(row, "nat_mapped");
	object_networks(&source, row);
	networks_of(w, "any", &any);
	want_rule(w, fixed ? NAT_SECTION_OBJECT_STATIC : NAT_SECTION_OBJECT_DYNAMIC, number, &m,
	    &source, &any);
}
