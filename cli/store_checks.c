/*
 * Checks across fields and rows that the grammar cannot express. Each sees the
 * row as the line has left it; what it refuses has never happened.
 */
#include "cli/store_checks.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/addr.h"

static bool is(const struct db_row *row, const char *column, const char *word)
{
	const char *text = db_text(row, column);

	return text && strcmp(text, word) == 0;
}

/* Host order; 0 when the column is unset. */
static uint32_t v4(const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);
	struct addr a;

	return text && addr_parse(text, &a) ? addr_to_v4(&a) : 0;
}

bool check_hostname(struct db_line *l)
{
	const char *name = db_text(&l->row, "hostname");

	for (const char *p = name; p && *p; p++)
		if (!isalnum((unsigned char)*p) && (*p != '-' || p == name || !p[1]) && *p != '.') {
			db_say(l, "ERROR: %% Invalid Hostname");
			return false;
		}
	return true;
}

bool check_permit_vpn(struct db_line *l)
{
	if (!db_bool(&l->row, "permit_vpn"))
		db_say(l, "WARNING: interfaces have no access lists here; packets from VPN tunnels are still "
		    "permitted");
	return true;
}

/* ---- interfaces and routes ------------------------------------------------ */

struct other { /* a row of the same table that stands in the way */
	const struct db_row *mine;
	char name[64], more[64];
	bool found;
};

static void same_nameif(void *ctx, const struct db_row *row)
{
	struct other *o = ctx;
	const char *mine = db_text(o->mine, "nameif"), *theirs = db_text(row, "nameif");

	if (is(row, "hardware", db_text(o->mine, "hardware")) || !mine || !theirs)
		return;
	if (strcmp(mine, theirs) == 0) {
		o->found = true;
		strncpy(o->name, db_text(row, "hardware"), sizeof o->name - 1);
	}
}

bool check_nameif(struct db_line *l)
{
	struct other o = { .mine = &l->row };

	const char *name = db_text(&l->row, "nameif"), *level = db_text(&l->row, "security_level");

	db_each(l->db, l->command->table, same_nameif, &o);
	if (o.found)
		db_say(l, "ERROR: Name \"%s\" has been assigned to interface %s", name, o.name);
	else if (name && level && (!l->before || !db_text(l->before, "security_level")))
		db_say(l, "INFO: Security level for \"%s\" set to %s by default.", name, level);
	return !o.found;
}

static void same_network(void *ctx, const struct db_row *row)
{
	struct other *o = ctx;
	uint32_t a = v4(o->mine, "address"), am = v4(o->mine, "mask");
	uint32_t b = v4(row, "address"), bm = v4(row, "mask");

	if (is(row, "hardware", db_text(o->mine, "hardware")) || !a || !b)
		return;
	if ((a & am & bm) == (b & am & bm)) {
		const char *name = db_text(row, "nameif");

		o->found = true;
		strncpy(o->name, name ? name : db_text(row, "hardware"), sizeof o->name - 1);
	}
}

/* A table by name, found through the commands that may be typed where the line was. */
static const struct gram_table *table_named(const struct db_line *l, const char *name)
{
	for (const struct gram_mode *m = l->command->mode; m; m = m->parent)
		for (unsigned i = 0; i < m->n_commands; i++)
			if (m->commands[i]->table && strcmp(m->commands[i]->table->name, name) == 0)
				return m->commands[i]->table;
	return l->command->table;
}

/* ---- our own addresses in pools ------------------------------------------------- */

static bool range(const struct db_row *row, uint32_t *first, uint32_t *last);

static void warn_own(struct db_line *l, const char *pool, uint32_t address)
{
	struct addr a = addr_v4(address);
	char text[ADDR_TEXT_MAX];

	db_say(l, "WARNING: Pool (%s) contains %s, an address of this device; it is not given out", pool,
	    addr_text(&a, text));
}

static void own_in_pool(void *ctx, const struct db_row *row)
{
	struct db_line *l = ctx;
	uint32_t first, last, own = v4(&l->row, "address");

	if (range(row, &first, &last) && first <= own && own <= last)
		warn_own(l, db_text(row, "name"), own);
}

static void pool_has_own(void *ctx, const struct db_row *row)
{
	struct db_line *l = ctx;
	uint32_t first, last, own = v4(row, "address");

	if (own && range(&l->row, &first, &last) && first <= own && own <= last)
		warn_own(l, db_text(&l->row, "name"), own);
}

bool check_interface_address(struct db_line *l)
{
	struct other o = { .mine = &l->row };
	uint32_t a = v4(&l->row, "address"), m = v4(&l->row, "mask");
	const char *name = db_text(&l->row, "nameif");

	if (!a)
		return true;
	if (m < 0xfffffffe && ((a & ~m) == 0 || (a | m) == 0xffffffff)) {
		db_say(l, "ERROR: IP address %s and mask %s conflict: this is not a host address",
		    db_text(&l->row, "address"), db_text(&l->row, "mask"));
		return false;
	}
	db_each(l->db, l->command->table, same_network, &o);
	if (o.found)
		db_say(l, "ERROR: Failed to apply IP address to interface %s, as the network overlaps "
		    "with interface %s. Two interfaces cannot be in the same subnet.",
		    name ? name : db_text(&l->row, "hardware"), o.name);
	else
		db_ranges(l->db, table_named(l, "pool"), "range", a, own_in_pool, l);
	return !o.found;
}

static void note_found(void *ctx, const struct db_row *row)
{
	(void)row;
	*(bool *)ctx = true;
}

static bool interface_exists(struct db_line *l, const char *name)
{
	static const char *const nameif[] = {"nameif"};
	bool found = false;

	db_where(l->db, table_named(l, "interface"), nameif, &name, 1, note_found, &found);
	return found;
}

static void warn_interface(struct db_line *l, const char *name)
{
	if (!interface_exists(l, name))
		db_say(l, "WARNING: there is no interface \"%s\" yet; this takes effect when there is",
		    name);
}

/* The interface may come later: a pasted configuration need not begin with the interfaces. */
bool check_interface_name(struct db_line *l)
{
	if (!l->negated)
		warn_interface(l, db_text(&l->row, "ifname"));
	return true;
}

static void same_route(void *ctx, const struct db_row *row)
{
	struct other *o = ctx;

	o->found = o->found || !is(row, "ifname", db_text(o->mine, "ifname"));
}

bool check_route(struct db_line *l)
{
	static const char *const same[] = {"net", "mask"};
	struct other o = { .mine = &l->row };

	if (l->negated)
		return true;
	if (v4(&l->row, "net") & ~v4(&l->row, "mask")) {
		db_say(l, "ERROR: Invalid destination: %s %s has host bits set", db_text(&l->row, "net"),
		    db_text(&l->row, "mask"));
		return false;
	}
	db_where(l->db, l->command->table, same, (const char *const[]){db_text(&l->row, "net"),
	    db_text(&l->row, "mask")}, 2, same_route, &o);
	if (o.found)
		db_say(l, "ERROR: Cannot add route entry, conflict with existing routes");
	else if (l->before && is(l->before, "metric", db_text(&l->row, "metric")))
		db_say(l, "Route already exists");
	return !o.found;
}

/* ---- objects, access lists, NAT --------------------------------------------- */

/* Does this NAT rule, which names the object, need it to be a host? */
static void host_user(void *ctx, const struct db_row *row)
{
	if (!is(row, "kind", "static") || !is(row, "source", db_text(row, "mapped")))
		*(bool *)ctx = true;
}

static bool nat_needs_host(struct db_line *l, const char *object)
{
	static const char *const mapped[] = {"mapped"}, *const fixed[] = {"source", "kind"};
	const struct gram_table *nat = table_named(l, "nat");
	bool needs = false;

	db_where(l->db, nat, mapped, &object, 1, host_user, &needs);
	db_where(l->db, nat, fixed, (const char *const[]){object, "static"}, 2, host_user, &needs);
	return needs;
}

static const char *object_fault(struct db_line *l)
{
	if (is(&l->row, "kind", "subnet") && (v4(&l->row, "first") & ~v4(&l->row, "second")))
		return "the network has host bits set";
	if (is(&l->row, "kind", "range") && v4(&l->row, "first") > v4(&l->row, "second"))
		return "the range ends before it begins";
	if (is(&l->row, "kind", "host"))
		return NULL;
	return nat_needs_host(l, db_text(&l->row, "name")) || is(&l->row, "nat", "static") ? "a NAT rule needs it to be a host" : NULL;
}

bool check_object(struct db_line *l)
{
	const char *fault = object_fault(l);

	if (fault)
		db_say(l, "ERROR: object (%s): %s", db_text(&l->row, "name"), fault);
	return !fault;
}

static void warn_interfaces(struct db_line *l, const char *pair)
{
	const char *comma = pair ? strchr(pair, ',') : NULL;
	char first[64] = "";

	if (!comma || (size_t)(comma - pair) >= sizeof first)
		return;
	memcpy(first, pair, (size_t)(comma - pair));
	if (strcmp(first, "any") != 0)
		warn_interface(l, first);
	if (strcmp(comma + 1, "any") != 0)
		warn_interface(l, comma + 1);
}

bool check_object_nat(struct db_line *l)
{
	if (l->negated || !db_text(&l->row, "nat"))
		return true;
	if (is(&l->row, "nat", "static") && !is(&l->row, "kind", "host")) {
		db_say(l, "ERROR: static NAT of an object needs an object that is a host");
		return false;
	}
	warn_interfaces(l, db_text(&l->row, "nat_ifs"));
	return true;
}

static bool with_ports(const struct db_row *row)
{
	return is(row, "protocol", "tcp") || is(row, "protocol", "udp") || is(row, "protocol", "6") ||
	    is(row, "protocol", "17");
}

bool check_access_list(struct db_line *l)
{
	const char *op = db_text(&l->row, "op");

	if (!l->negated && op && *op && !with_ports(&l->row)) {
		db_say(l, "ERROR: ports need the protocol tcp or udp");
		return false;
	}
	if (!l->negated && l->before &&
	    db_bool(l->before, "inactive") == db_bool(&l->row, "inactive"))
		db_say(l, "WARNING: <%s> found duplicate element", db_text(&l->row, "name"));
	return true;
}

static void copy_kind(void *ctx, const struct db_row *row)
{
	const char *kind = db_text(row, "kind");

	strncpy(ctx, kind ? kind : "", 15);
}

/* "any", "interface", or the kind of the object: "host", "subnet", "range", "" without address. */
static void side_kind(struct db_line *l, const char *column, char kind[16])
{
	const char *name = db_text(&l->row, column);

	memset(kind, 0, 16);
	if (!name || !*name)
		strcpy(kind, "any");
	else if (strcmp(name, "any") == 0 || strcmp(name, "interface") == 0)
		strcpy(kind, name);
	else
		db_find(l->db, "object", &name, 1, copy_kind, kind);
}

static const char *nat_fault(struct db_line *l)
{
	const char *source = db_text(&l->row, "source"), *mapped = db_text(&l->row, "mapped");
	const char *dm = db_text(&l->row, "dest_mapped"), *dr = db_text(&l->row, "dest_real");
	char from[16], to[16];

	side_kind(l, "source", from);
	side_kind(l, "mapped", to);
	if (dm && dr && strcmp(dm, dr) != 0)
		return "the destination cannot be translated: both objects must be the same";
	if (is(&l->row, "kind", "dynamic"))
		return strcmp(to, "interface") == 0 || strcmp(to, "host") == 0 ? NULL :
		    "dynamic NAT is to `interface` or to an object that is a host";
	if (strcmp(source, mapped) == 0 || (strcmp(from, "host") == 0 && strcmp(to, "host") == 0))
		return NULL;
	return "static NAT is of an object to itself, or of a host to a host";
}

bool check_nat(struct db_line *l)
{
	const char *fault = l->negated ? NULL : nat_fault(l);

	if (fault) {
		db_say(l, "ERROR: NAT rule refused: %s", fault);
		return false;
	}
	if (!l->negated)
		warn_interfaces(l, db_text(&l->row, "ifs"));
	return true;
}

/* ---- crypto ------------------------------------------------------------------ */

/* L2TP runs in transport mode: what is not authenticated there could be forged by anyone. */
bool check_transform_set(struct db_line *l)
{
	if (is(&l->row, "mode", "transport") && is(&l->row, "authentication", "esp-none")) {
		db_say(l, "ERROR: transform set %s has no authentication (esp-none); L2TP over IPsec needs "
		    "one, such as esp-sha-hmac", db_text(&l->row, "name"));
		return false;
	}
	if (is(&l->row, "encryption", "esp-null") && is(&l->row, "authentication", "esp-none")) {
		db_say(l, "ERROR: a transform set with neither encryption nor authentication protects "
		    "nothing");
		return false;
	}
	return true;
}

bool check_crypto_map(struct db_line *l)
{
	const struct db_row *r = &l->row;

	if (!db_text(r, "dynamic") &&
	    !(db_text(r, "match_acl") && db_text(r, "peers") && db_text(r, "transform_sets")))
		db_say(l, "WARNING: The crypto map entry is incomplete!");
	return true;
}

static void count(void *ctx, const struct db_row *row)
{
	(void)row;
	++*(unsigned *)ctx;
}

bool check_ikev1_policies(struct db_line *l)
{
	enum { MOST = 20 };
	unsigned n = 0;

	db_each(l->db, l->command->table, count, &n);
	if (n > MOST)
		db_say(l, "ERROR: there are %d ISAKMP policies already, the most there can be", MOST);
	return n <= MOST;
}

/* ---- pools ---------------------------------------------------------------------- */

static bool range(const struct db_row *row, uint32_t *first, uint32_t *last)
{
	const char *text = db_text(row, "range"), *dash = text ? strchr(text, '-') : NULL;
	char buf[ADDR_TEXT_MAX];
	struct addr a, b;

	if (!text || strlen(text) >= 2 * sizeof buf)
		return false;
	if (!dash) {
		if (!addr_parse(text, &a))
			return false;
		*first = *last = addr_to_v4(&a);
		return true;
	}
	if ((size_t)(dash - text) >= sizeof buf)
		return false;
	memcpy(buf, text, (size_t)(dash - text));
	buf[dash - text] = 0;
	if (!addr_parse(buf, &a) || !addr_parse(dash + 1, &b))
		return false;
	*first = addr_to_v4(&a);
	*last = addr_to_v4(&b);
	return true;
}

struct pool_check {
	const char *mine;
	uint32_t first, last;
	char other[64]; /* a pool that has some of these addresses already */
};

static void overlapping_pool(void *ctx, const struct db_row *row)
{
	struct pool_check *c = ctx;
	uint32_t first, last;

	if (c->other[0] || is(row, "name", c->mine) || !range(row, &first, &last))
		return;
	if (first <= c->last && c->first <= last)
		strncpy(c->other, db_text(row, "name"), sizeof c->other - 1);
}

bool check_pool(struct db_line *l)
{
	enum { LARGEST = 65536 };
	uint32_t mask = v4(&l->row, "mask");
	const char *name = db_text(&l->row, "name");
	struct pool_check c = { .mine = name };

	if (l->negated || !range(&l->row, &c.first, &c.last))
		return true;
	if (c.last - c.first >= LARGEST) {
		db_say(l, "ERROR: Pool (%s) has more than %d addresses", name, LARGEST);
		return false;
	}
	if (mask && (c.first & mask) != (c.last & mask)) {
		db_say(l, "ERROR: Pool (%s) is larger than its mask %s", name, db_text(&l->row, "mask"));
		return false;
	}
	db_ranges(l->db, l->command->table, "range", c.last, overlapping_pool, &c);
	if (c.other[0])
		db_say(l, "ERROR: Pool (%s) overlaps with existing pool (%s)", name, c.other);
	else
		db_each(l->db, table_named(l, "interface"), pool_has_own, l);
	return !c.other[0];
}
