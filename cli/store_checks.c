/*
 * Checks across fields and rows that the grammar cannot express. Each sees the
 * row as the line has left it; what it refuses has never happened.
 */
#include "cli/store_checks.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/row.h"

bool check_hostname(struct db_line *l)
{
	const char *name = db_text(&l->row, "hostname");
	bool ok = name && name[strspn(name, "0123456789.")]; /* an address is no name */

	for (const char *p = name; ok && *p; p++)
		ok = isalnum((unsigned char)*p) || (*p == '-' && p != name && p[1]) || *p == '.';
	if (!ok)
		db_say(l, "ERROR: %% Invalid Hostname");
	return ok;
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

	if (row_is(row, "hardware", db_text(o->mine, "hardware")) || !mine || !theirs)
		return;
	if (strcasecmp(mine, theirs) == 0) { /* one name on the device, be it Inside or inside */
		o->found = true;
		strncpy(o->name, db_text(row, "hardware"), sizeof o->name - 1);
	}
}

/* `any` and `interface` have a meaning of their own wherever such a name stands; brackets and commas
 * would end it there: (inside,outside). */
static bool nameif_valid(const char *name)
{
	return strcasecmp(name, "any") != 0 && strcasecmp(name, "interface") != 0 &&
	    !strpbrk(name, "(),");
}

bool check_nameif(struct db_line *l)
{
	struct other o = { .mine = &l->row };

	const char *name = db_text(&l->row, "nameif"), *level = db_text(&l->row, "security_level");

	if (name && !nameif_valid(name)) {
		db_say(l, "ERROR: \"%s\" cannot be the name of an interface", name);
		return false;
	}
	db_each(l->db, l->command->table, same_nameif, &o);
	if (o.found)
		db_say(l, "ERROR: Name \"%s\" has been assigned to interface %s", name, o.name);
	else if (name && level && (!l->before || !db_text(l->before, "security_level")))
		db_say(l, "INFO: Security level for \"%s\" set to %s by default.", name, level);
	return !o.found;
}

/* One machine's address: not 0.x, loopback, multicast, reserved or broadcast. */
static bool host_address(uint32_t a)
{
	return a >> 24 != 0 && a >> 24 != 127 && a >> 28 < 14;
}

static void same_network(void *ctx, const struct db_row *row)
{
	struct other *o = ctx;
	uint32_t a = row_v4(o->mine, "address"), am = row_v4(o->mine, "mask");
	uint32_t b = row_v4(row, "address"), bm = row_v4(row, "mask");

	if (row_is(row, "hardware", db_text(o->mine, "hardware")) || !a || !b)
		return;
	if ((a & am & bm) == (b & am & bm)) {
		const char *name = db_text(row, "nameif");

		o->found = true;
		strncpy(o->name, name ? name : db_text(row, "hardware"), sizeof o->name - 1);
	}
}

bool check_interface_address(struct db_line *l)
{
	struct other o = { .mine = &l->row };
	uint32_t a = row_v4(&l->row, "address"), m = row_v4(&l->row, "mask");
	const char *name = db_text(&l->row, "nameif");

	if (l->negated || !db_text(&l->row, "address"))
		return true;
	if (!host_address(a) && !(a >> 24 == 127 && row_is(&l->row, "hardware", "lo"))) {
		db_say(l, "ERROR: %s is not an address that an interface can have",
		    db_text(&l->row, "address"));
		return false;
	}
	if (m == 0) {
		db_say(l, "ERROR: an interface needs a network mask other than 0.0.0.0");
		return false;
	}
	if (m < 0xfffffffe && ((a & ~m) == 0 || (a | m) == 0xffffffff)) {
		db_say(l, "ERROR: IP address %s and mask %s conflict: this is not a host address",
		    db_text(&l->row, "address"), db_text(&l->row, "mask"));
		return false;
	}
	db_each(l->db, l->command->table, same_network, &o);
	if (!o.found && db_text(&l->row, "standby"))
		db_say(l, "WARNING: there is no failover; the standby address %s is only kept",
		    db_text(&l->row, "standby"));
	if (o.found)
		db_say(l, "ERROR: Failed to apply IP address to interface %s, as the network overlaps "
		    "with interface %s. Two interfaces cannot be in the same subnet.",
		    name ? name : db_text(&l->row, "hardware"), o.name);
	return !o.found;
}

static void note_found(void *ctx, const struct db_row *row)
{
	(void)row;
	*(bool *)ctx = true;
}

const struct gram_table *table_named(const struct db_line *l, const char *name)
{
	for (const struct gram_mode *m = l->command->mode; m; m = m->parent)
		for (unsigned i = 0; i < m->n_commands; i++)
			if (m->commands[i]->table && strcmp(m->commands[i]->table->name, name) == 0)
				return m->commands[i]->table;
	return l->command->table;
}

static bool interface_exists(struct db_line *l, const char *name)
{
	static const char *const nameif[] = {"nameif"};
	bool found = false;

	db_where(l->db, table_named(l, "interface"), nameif, &name, 1, note_found, &found);
	return found;
}

void warn_interface(struct db_line *l, const char *name)
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

struct hop {
	uint32_t gateway;
	const char *ifname;
	bool own, beyond; /* our own address; not on the network of its interface */
};

static void hop_interface(void *ctx, const struct db_row *row)
{
	struct hop *h = ctx;
	uint32_t a = row_v4(row, "address"), m = row_v4(row, "mask");

	if (!a)
		return;
	h->own = h->own || a == h->gateway;
	if (row_is(row, "nameif", h->ifname) && ((a ^ h->gateway) & m))
		h->beyond = true;
}

/* An interface without an address may get the gateway's network later. */
static bool hop_valid(struct db_line *l)
{
	struct hop h = { .gateway = row_v4(&l->row, "gateway"), .ifname = db_text(&l->row, "ifname") };
	const char *text = db_text(&l->row, "gateway");

	db_each(l->db, table_named(l, "interface"), hop_interface, &h);
	if (!host_address(h.gateway))
		db_say(l, "ERROR: Invalid next hop address %s", text);
	else if (h.own)
		db_say(l, "ERROR: Invalid next hop address, it matches our IP address");
	else if (h.beyond)
		db_say(l, "ERROR: Invalid next hop address %s, it is not on the network of interface %s",
		    text, h.ifname);
	else
		return true;
	return false;
}

static void same_route(void *ctx, const struct db_row *row)
{
	struct other *o = ctx;

	o->found = o->found || !row_is(row, "ifname", db_text(o->mine, "ifname"));
}

bool check_route(struct db_line *l)
{
	static const char *const same[] = {"net", "mask"};
	struct other o = { .mine = &l->row };

	if (l->negated)
		return true;
	if ((row_v4(&l->row, "net") & ~row_v4(&l->row, "mask")) || row_v4(&l->row, "net") >> 24 == 127 ||
	    row_v4(&l->row, "net") >> 28 >= 14 || (!row_v4(&l->row, "net") && row_v4(&l->row, "mask"))) {
		db_say(l, "ERROR: Invalid address/mask: %s %s", db_text(&l->row, "net"),
		    db_text(&l->row, "mask"));
		return false;
	}
	if (!hop_valid(l))
		return false;
	db_where(l->db, l->command->table, same, (const char *const[]){db_text(&l->row, "net"),
	    db_text(&l->row, "mask")}, 2, same_route, &o);
	if (o.found)
		db_say(l, "ERROR: Cannot add route entry, conflict with existing routes");
	else if (l->before && row_is(l->before, "metric", db_text(&l->row, "metric")))
		db_say(l, "Route already exists");
	return !o.found;
}

/* ---- objects, access lists, NAT --------------------------------------------- */

/* Does this NAT rule, which names the object, need it to be a host? */
static void host_user(void *ctx, const struct db_row *row)
{
	if (!row_is(row, "kind", "static") || !row_is(row, "source", db_text(row, "mapped")))
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
	if (row_is(&l->row, "kind", "host") && !row_v4(&l->row, "first"))
		return "0.0.0.0 is no host";
	if (row_is(&l->row, "kind", "range") && row_v4(&l->row, "first") > row_v4(&l->row, "second"))
		return "the range ends before it begins";
	if (row_is(&l->row, "kind", "host"))
		return NULL;
	return nat_needs_host(l, db_text(&l->row, "name")) || row_is(&l->row, "nat", "static") ? "a NAT rule needs it to be a host" : NULL;
}

bool check_pair(struct db_line *l, const char *address, const char *mask)
{
	const char *a = db_text(&l->row, address), *m = db_text(&l->row, mask);
	bool pairs = !m || !*m || !(row_v4(&l->row, address) & ~row_v4(&l->row, mask));

	if (!pairs)
		db_say(l, "ERROR: IP address,mask <%s,%s> doesn't pair", a, m);
	return pairs;
}

bool check_object(struct db_line *l)
{
	const char *fault;

	if (row_is(&l->row, "kind", "subnet") && !check_pair(l, "first", "second"))
		return false;
	fault = object_fault(l);
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
	if (row_is(&l->row, "nat", "static") && !row_is(&l->row, "kind", "host")) {
		db_say(l, "ERROR: static NAT of an object needs an object that is a host");
		return false;
	}
	warn_interfaces(l, db_text(&l->row, "nat_ifs"));
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
	if (row_is(&l->row, "kind", "dynamic"))
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
	if (row_is(&l->row, "mode", "transport") && row_is(&l->row, "authentication", "esp-none")) {
		db_say(l, "ERROR: transform set %s has no authentication (esp-none); L2TP over IPsec needs "
		    "one, such as esp-sha-hmac", db_text(&l->row, "name"));
		return false;
	}
	if (row_is(&l->row, "encryption", "esp-null") && row_is(&l->row, "authentication", "esp-none")) {
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
	char own[ADDR_TEXT_MAX]; /* one of ours that is among them */
};

static void own_in_pool(void *ctx, const struct db_row *row)
{
	struct pool_check *c = ctx;
	uint32_t a = row_v4(row, "address");

	if (a && a >= c->first && a <= c->last)
		snprintf(c->own, sizeof c->own, "%s", db_text(row, "address"));
}

static void overlapping_pool(void *ctx, const struct db_row *row)
{
	struct pool_check *c = ctx;
	uint32_t first, last;

	if (c->other[0] || row_is(row, "name", c->mine) || !range(row, &first, &last))
		return;
	if (first <= c->last && c->first <= last)
		strncpy(c->other, db_text(row, "name"), sizeof c->other - 1);
}

bool check_pool(struct db_line *l)
{
	enum { LARGEST = 65536 };
	uint32_t mask = row_v4(&l->row, "mask");
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
	if (!host_address(c.first) || !host_address(c.last)) {
		db_say(l, "ERROR: Pool (%s) has addresses that no client can have", name);
		return false;
	}
	db_ranges(l->db, l->command->table, "range", c.last, overlapping_pool, &c);
	if (!c.other[0])
		db_each(l->db, table_named(l, "interface"), own_in_pool, &c);
	if (!c.other[0] && c.own[0])
		db_say(l, "WARNING: Pool (%s) contains the address %s of an interface; no client gets it",
		    name, c.own);
	if (c.other[0])
		db_say(l, "ERROR: Pool (%s) overlaps with existing pool (%s)", name, c.other);
	return !c.other[0];
}
