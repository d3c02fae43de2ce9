/*
 * What the kernel is to have, worked out from interfaces, routes, objects and
 * NAT rules together: each wanted object is one encoded request with a key that
 * is its identity at the keeper. The list is compared with what was asked for
 * before; only differences are sent, removals first.
 *
 * NAT in the device's order: section 1 as listed, then the objects' own rules
 * (static before dynamic), then after-auto.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed_private.h"

enum { RULE_PARTS = 4096, PREFIXES_MAX = 62 };
enum { SECTION_MANUAL, SECTION_OBJECT_STATIC, SECTION_OBJECT_DYNAMIC, SECTION_AFTER };

struct wanted {
	struct feed *feed;
	struct db *db;
	struct feed_objects *to;
	uint32_t rules; /* object NAT rules so far */
	unsigned sides; /* between which packets are forwarded */
	char first_side[32];
	bool failed;    /* memory was short: the list is not all of them */
};

/* ---- the list --------------------------------------------------------------- */

static void objects_free(struct feed_objects *o)
{
	for (size_t i = 0; i < o->n; i++) {
		free(o->v[i].key);
		free(o->v[i].bytes);
	}
	free(o->v);
	*o = (struct feed_objects){0};
}

static bool objects_grow(struct feed_objects *o)
{
	size_t size = o->size ? 2 * o->size : 16;
	struct feed_object *v = o->n == o->size ? realloc(o->v, size * sizeof *v) : o->v;

	if (!v)
		return false;
	o->size = o->n == o->size ? size : o->size;
	o->v = v;
	return true;
}

static void want(struct wanted *w, const char *key, const struct ipc_msg *m)
{
	struct feed_objects *o = w->to;
	uint8_t buf[1024];
	size_t len = ipc_encode(m, buf, sizeof buf);
	struct feed_object v = { strdup(key), malloc(len + 1), len };

	if (!v.key || !v.bytes || !len || !objects_grow(o)) {
		w->failed = true;
		free(v.key);
		free(v.bytes);
		return;
	}
	memcpy(v.bytes, buf, len);
	o->v[o->n++] = v;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct feed_object *)a)->key, ((const struct feed_object *)b)->key);
}

static const struct feed_object *lookup(const struct feed_objects *o, const char *key)
{
	struct feed_object k = { .key = (char *)(uintptr_t)key };

	return o->n ? bsearch(&k, o->v, o->n, sizeof *o->v, by_key) : NULL;
}

static void request(struct feed *f, const struct feed_object *o, uint8_t op)
{
	struct ipc_msg m;

	if (!ipc_decode(&m, o->bytes, o->len))
		return;
	m.fd = -1;
	switch (m.type) {
	case MSG_KEEP_INTERFACE:
		m.keep_interface.op = op;
		m.keep_interface.id = f->sink.next_id(f->sink.ctx);
		break;
	case MSG_KEEP_ROUTE:
		m.keep_route.op = op;
		m.keep_route.id = f->sink.next_id(f->sink.ctx);
		break;
	case MSG_KEEP_FORWARDING:
		m.keep_forwarding.op = op;
		m.keep_forwarding.id = f->sink.next_id(f->sink.ctx);
		break;
	default:
		m.keep_nat.op = op;
		m.keep_nat.id = f->sink.next_id(f->sink.ctx);
		break;
	}
	f->sink.send(f->sink.ctx, ROLE_KEEPER, &m);
}

/* ---- interfaces and routes ----------------------------------------------------- */

static struct addr address(const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);
	struct addr a = {0};

	if (text)
		addr_parse(text, &a);
	return a;
}

/* A card may be named by its number and by its Linux name: the first row counts. */
static bool is_wanted(const struct feed_objects *o, const char *key)
{
	for (size_t i = 0; i < o->n; i++)
		if (!strcmp(o->v[i].key, key))
			return true;
	return false;
}

/* Down when it is shut, up when it has an address or a name here; of one that was only entered
 * nothing is asked: it stays as the host has it. */
static void want_interface(void *ctx, const struct db_row *row)
{
	struct wanted *w = ctx;
	const char *device = w->feed->sink.device(w->feed->sink.ctx, db_text(row, "hardware"));
	struct ipc_msg m = { .type = MSG_KEEP_INTERFACE, .fd = -1 };
	bool shut = db_bool(row, "shutdown");
	char key[64];

	if (!*device || (!shut && !db_text(row, "address") && !db_text(row, "nameif")))
		return;
	m.keep_interface = (struct msg_keep_interface){ .device = device,
		.address = address(row, "address"), .mask = address(row, "mask"),
		.up = shut ? KEEP_LINK_DOWN : KEEP_LINK_UP };
	snprintf(key, sizeof key, "interface %s", device);
	if (!is_wanted(w->to, key))
		want(w, key, &m);
}

/* ---- forwarding ------------------------------------------------------------------ */

/* The device of an interface whose packets may be forwarded, or "". */
static const char *forwards(const struct wanted *w, const struct db_row *row)
{
	if (!db_text(row, "nameif") || !db_text(row, "address") || db_bool(row, "shutdown"))
		return "";
	return w->feed->sink.device(w->feed->sink.ctx, db_text(row, "hardware"));
}

static void count_interface(void *ctx, const struct db_row *row)
{
	struct wanted *w = ctx;
	const char *device = forwards(w, row);

	w->sides += *device && strcmp(device, w->first_side) != 0;
	if (*device && !w->first_side[0])
		snprintf(w->first_side, sizeof w->first_side, "%s", device);
}

static void count_map(void *ctx, const struct db_row *row)
{
	struct wanted *w = ctx;

	(void)row;
	w->sides++;
}

/* Packets are forwarded between two sides: two interfaces, or one and the clients of a crypto map. A
 * machine with less is a host as before. */
static void want_forwarding(void *ctx, const struct db_row *row)
{
	struct wanted *w = ctx;
	struct ipc_msg m = { .type = MSG_KEEP_FORWARDING, .fd = -1 };
	char key[64];

	m.keep_forwarding.device = forwards(w, row);
	if (w->sides < 2 || !*m.keep_forwarding.device)
		return;
	snprintf(key, sizeof key, "forwarding %s", m.keep_forwarding.device);
	if (!is_wanted(w->to, key))
		want(w, key, &m);
}

/* ---- names of interfaces ------------------------------------------------------------ */

struct by_nameif {
	struct feed *feed;
	const char *nameif;
	char device[64];
};

static void match_nameif(void *ctx, const struct db_row *row)
{
	struct by_nameif *b = ctx;
	const char *name = db_text(row, "nameif");

	if (name && strcmp(name, b->nameif) == 0)
		snprintf(b->device, sizeof b->device, "%s",
		    b->feed->sink.device(b->feed->sink.ctx, db_text(row, "hardware")));
}

/* The device behind a nameif; "" when there is none. */
static void device_of(struct wanted *w, const char *nameif, char device[64])
{
	struct by_nameif b = { .feed = w->feed, .nameif = nameif };

	db_each(w->db, gram_table(w->feed->gram, "interface"), match_nameif, &b);
	memcpy(device, b.device, sizeof b.device);
}

static void want_route(void *ctx, const struct db_row *row)
{
	struct wanted *w = ctx;
	struct ipc_msg m = { .type = MSG_KEEP_ROUTE, .fd = -1 };
	char device[64], key[256];

	device_of(w, db_text(row, "ifname"), device);
	if (!*device)
		return;
	m.keep_route = (struct msg_keep_route){ .device = device, .dest = address(row, "net"),
		.mask = address(row, "mask"), .gateway = address(row, "gateway"),
		.metric = (uint32_t)db_int(row, "metric", 1) };
	snprintf(key, sizeof key, "route %s %s %s %s %u", device, db_text(row, "net"),
	    db_text(row, "mask"), db_text(row, "gateway"), m.keep_route.metric);
	want(w, key, &m);
}

/* ---- NAT -------------------------------------------------------------------------- */

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
		to->v[to->n++] = (struct prefix){ addr_v4(first), prefix_mask(32 - bits) };
		if (first + ((1ULL << bits) - 1) >= last)
			return;
		first += (uint32_t)(1ULL << bits);
	}
}

static void object_networks(void *ctx, const struct db_row *row)
{
	struct networks *to = ctx;
	const char *kind = db_text(row, "kind");
	struct addr first = address(row, "first"), second = address(row, "second");

	if (!kind)
		return;
	if (strcmp(kind, "range") == 0) {
		cover(to, addr_to_v4(&first), addr_to_v4(&second));
		return;
	}
	to->v[0] = (struct prefix){ first, strcmp(kind, "host") == 0 ? prefix_mask(32) : second };
	to->n = 1;
}

/* `any` or an object; none when the object has no address yet. */
static void networks_of(struct wanted *w, const char *name, struct networks *to)
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
static bool nat_devices(struct wanted *w, const char *ifs, char real[64], char mapped[64])
{
	char name[2][64] = {"any", "any"}, *device[2] = {real, mapped};

	if (ifs && *ifs)
		sscanf(ifs, "%63[^,],%63s", name[0], name[1]);
	for (int i = 0; i < 2; i++) {
		device[i][0] = 0;
		if (strcmp(name[i], "any") == 0)
			continue;
		device_of(w, name[i], device[i]);
		if (!device[i][0])
			return false;
	}
	return true;
}

static void want_rule(struct wanted *w, uint32_t section, uint32_t number, struct ipc_msg *m,
    const struct networks *source, const struct networks *dest)
{
	uint32_t part = 0;
	char key[64];

	for (unsigned i = 0; i < source->n; i++)
		for (unsigned k = 0; k < dest->n; k++) {
			m->keep_nat.order = (section << 30) + number * RULE_PARTS + part++;
			m->keep_nat.source = source->v[i].addr;
			m->keep_nat.source_mask = source->v[i].mask;
			m->keep_nat.dest = dest->v[k].addr;
			m->keep_nat.dest_mask = dest->v[k].mask;
			snprintf(key, sizeof key, "nat %010u", m->keep_nat.order);
			want(w, key, m);
		}
}

/* Source and mapped the same: exempt. Mapped to the interface, or to the host of an object. */
static bool nat_kind(struct wanted *w, const struct db_row *row, struct msg_keep_nat *n)
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

static void want_nat(void *ctx, const struct db_row *row)
{
	struct wanted *w = ctx;
	struct ipc_msg m = { .type = MSG_KEEP_NAT, .fd = -1 };
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
	want_rule(w, place && *place ? SECTION_AFTER : SECTION_MANUAL,
	    (uint32_t)db_int(row, "line", 0), &m, &source, &dest);
}

static void want_object_nat(void *ctx, const struct db_row *row)
{
	struct wanted *w = ctx;
	struct ipc_msg m = { .type = MSG_KEEP_NAT, .fd = -1 };
	const char *nat = db_text(row, "nat"), *to = db_text(row, "nat_mapped");
	struct networks source = { .n = 0 }, any;
	char real[64], mapped[64];
	bool fixed;

	if (!nat || !to || !nat_devices(w, db_text(row, "nat_ifs"), real, mapped))
		return;
	fixed = strcmp(nat, "static") == 0;
	m.keep_nat.real_if = real;
	m.keep_nat.mapped_if = mapped;
	m.keep_nat.kind = fixed ? "static" : "dynamic";
	if (strcmp(to, "interface") == 0)
		m.keep_nat.kind = "dynamic-interface";
	else
		m.keep_nat.mapped = address(row, "nat_mapped");
	object_networks(&source, row);
	networks_of(w, "any", &any);
	want_rule(w, fixed ? SECTION_OBJECT_STATIC : SECTION_OBJECT_DYNAMIC, ++w->rules, &m, &source,
	    &any);
}

/* ---- the difference ------------------------------------------------------------------ */

static bool same(const struct feed_object *a, const struct feed_object *b)
{
	return a && b && a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

void feed_keeper_forget(struct feed *f)
{
	objects_free(&f->kept);
}

bool feed_keeper(struct feed *f, struct db *db)
{
	static const struct {
		const char *table;
		void (*each)(void *, const struct db_row *);
	} source[] = {{"interface", want_interface}, {"route", want_route}, {"nat", want_nat},
	    {"object", want_object_nat}, {"interface", count_interface},
	    {"crypto_map_interface", count_map}, {"interface", want_forwarding}};
	struct feed_objects now = {0};
	struct wanted w = { .feed = f, .db = db, .to = &now };

	for (size_t i = 0; i < sizeof source / sizeof *source; i++)
		if (!db_each(db, gram_table(f->gram, source[i].table), source[i].each, &w))
			w.failed = true;
	f->keeper_dirty = w.failed;
	if (w.failed) {
		objects_free(&now);
		return false;
	}
	if (now.n)
		qsort(now.v, now.n, sizeof *now.v, by_key);
	for (size_t i = f->kept.n; i-- > 0;)
		if (!lookup(&now, f->kept.v[i].key))
			request(f, &f->kept.v[i], CFG_DELETE);
	for (size_t i = 0; i < now.n; i++)
		if (!same(&now.v[i], lookup(&f->kept, now.v[i].key)))
			request(f, &now.v[i], CFG_SET);
	objects_free(&f->kept);
	f->kept = now;
	return true;
}
