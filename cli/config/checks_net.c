/*
 * Checks of what has an address: interfaces, routes, pools. Each sees the row
 * as the line has left it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "cli/config/row.h"
#include "cli/config/checks.h"

/* ---- pools ---------------------------------------------------------------------- */

/* `A.B.C.D` or `A.B.C.D-E.F.G.H` */
static bool range(const struct db_row *row, uint32_t *first, uint32_t *last)
{
	const char *text = db_text(row, "range"), *dash = text ? strchr(text, '-') : NULL;
	char buf[ADDR_TEXT_MAX];
	struct addr a, b;

	if (!text)
		return false;
	snprintf(buf, sizeof buf, "%.*s", (int)strcspn(text, "-"), text);
	if (!addr_parse(buf, &a) || !addr_parse(dash ? dash + 1 : buf, &b))
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
		snprintf(c->other, sizeof c->other, "%s", db_text(row, "name"));
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
		db_say(l, "ERROR: Pool (%s) is larger than its mask %s", name,
		    db_text(&l->row, "mask"));
		return false;
	}
	if (!addr_is_host(c.first) || !addr_is_host(c.last)) {
		db_say(l, "ERROR: Pool (%s) has addresses that no client can have", name);
		return false;
	}
	db_ranges(l->db, l->command->table, "range", c.last, overlapping_pool, &c);
	if (!c.other[0])
		db_each(l->db, db_table(l->db, "interface"), own_in_pool, &c);
	if (!c.other[0] && c.own[0])
		db_say(l,
		    "WARNING: Pool (%s) contains the address %s of an interface; no client gets it",
		    name, c.own);
	if (c.other[0])
		db_say(l, "ERROR: Pool (%s) overlaps with existing pool (%s)", name, c.other);
	return !c.other[0];
}

struct around { /* an address, and the pool that has it */
	uint32_t address;
	char pool[64];
};

static void pool_around(void *ctx, const struct db_row *row)
{
	struct around *o = ctx;
	uint32_t first, last;

	if (range(row, &first, &last) && first <= o->address && o->address <= last)
		snprintf(o->pool, sizeof o->pool, "%s", db_text(row, "name"));
}

/* An interface gets an address that was a pool's so far. */
static void warn_in_pool(struct db_line *l, uint32_t address)
{
	struct around o = { .address = address };

	db_ranges(l->db, db_table(l->db, "pool"), "range", address, pool_around, &o);
	if (o.pool[0])
		db_say(l,
		    "WARNING: Pool (%s) contains the address %s of an interface; no client gets it",
		    o.pool, db_text(&l->row, "address"));
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
		snprintf(o->name, sizeof o->name, "%s", db_text(row, "hardware"));
	}
}

/* `any` and `interface` have a meaning of their own wherever such a name stands; brackets and
 * commas would end it there: (inside,outside). */
static bool nameif_valid(const char *name)
{
	return strcasecmp(name, "any") != 0 && strcasecmp(name, "interface") != 0 &&
	    !strpbrk(name, "(),");
}

struct nat_names {
	const char *column, *name;
	unsigned n; /* lines that have it */
};

/* `inside,outside` */
static void nat_name(void *ctx, const struct db_row *row)
{
	struct nat_names *o = ctx;
	const char *pair = db_text(row, o->column), *second = pair ? strchr(pair, ',') : NULL;
	size_t len = strlen(o->name);

	o->n += second && (strcmp(second + 1, o->name) == 0 ||
			      (pair + len == second && strncmp(pair, o->name, len) == 0));
}

/* NAT lines follow a name that becomes another, and keep one that goes. */
static void warn_nat_names(struct db_line *l, const char *was)
{
	struct nat_names o = {"ifs", was, 0};

	db_each(l->db, db_table(l->db, "nat"), nat_name, &o);
	o.column = "nat_ifs";
	db_each_set(l->db, db_table(l->db, "object"), "nat", nat_name, &o);
	if (o.n)
		db_say(l,
		    "WARNING: %u NAT rule%s of the interface name \"%s\" take%s no effect until an "
		    "interface has it",
		    o.n, o.n > 1 ? "s" : "", was, o.n > 1 ? "" : "s");
}

bool check_nameif(struct db_line *l)
{
	struct other o = { .mine = &l->row };
	const char *was = l->before ? db_text(l->before, "nameif") : NULL;

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
	if (!o.found && was && !name)
		warn_nat_names(l, was);
	return !o.found;
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
		snprintf(o->name, sizeof o->name, "%s", name ? name : db_text(row, "hardware"));
	}
}

static void warn_gateway(void *ctx, const struct db_row *route)
{
	struct db_line *l = ctx;
	uint32_t a = row_v4(&l->row, "address"), gateway = row_v4(route, "gateway");

	if (gateway == a || ((gateway ^ a) & row_v4(&l->row, "mask")))
		db_say(l,
		    "WARNING: the gateway of the route to %s %s, %s, is not on the network of "
		    "interface "
		    "%s any more",
		    db_text(route, "net"), db_text(route, "mask"), db_text(route, "gateway"),
		    db_text(&l->row, "nameif"));
}

/* What was legal with the interface's last address, and is not with this one. */
static void warn_routes(struct db_line *l)
{
	static const char *const ifname[] = {"ifname"};
	const char *name = db_text(&l->row, "nameif");

	if (name)
		db_where(l->db, db_table(l->db, "route"), ifname, &name, 1, warn_gateway, l);
}

static void same_vlan(void *ctx, const struct db_row *row)
{
	struct other *o = ctx;
	const char *mine = db_text(o->mine, "hardware"), *theirs = db_text(row, "hardware");
	size_t len = strcspn(mine, ".") + 1;

	if (strcmp(mine, theirs) != 0 && strncmp(mine, theirs, len) == 0 &&
	    row_is(row, "vlan", db_text(o->mine, "vlan"))) {
		o->found = true;
		snprintf(o->name, sizeof o->name, "%s", theirs);
	}
}

bool check_vlan(struct db_line *l)
{
	const char *hardware = db_text(&l->row, "hardware");
	struct other o = { .mine = &l->row };

	if (l->negated)
		return true;
	if (!strchr(hardware, '.')) {
		db_say(l, "ERROR: %s is not a subinterface; its VLANs are %s.1 and so on", hardware,
		    hardware);
		return false;
	}
	db_each(l->db, l->command->table, same_vlan, &o);
	if (o.found)
		db_say(l, "ERROR: VLAN %s is already in use by interface %s",
		    db_text(&l->row, "vlan"), o.name);
	return !o.found;
}

bool check_interface_address(struct db_line *l)
{
	struct other o = { .mine = &l->row };
	uint32_t a = row_v4(&l->row, "address"), m = row_v4(&l->row, "mask");
	const char *name = db_text(&l->row, "nameif");

	if (!db_text(&l->row, "address"))
		return true;
	if (!addr_is_host(a) && !(a >> 24 == 127 && row_is(&l->row, "hardware", "lo"))) {
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
	if (!o.found) {
		warn_in_pool(l, a);
		warn_routes(l);
	}
	if (!o.found && db_text(&l->row, "standby"))
		db_say(l, "WARNING: there is no failover; the standby address %s is only kept",
		    db_text(&l->row, "standby"));
	if (o.found)
		db_say(l,
		    "ERROR: Failed to apply IP address to interface %s, as the network overlaps "
		    "with interface %s. Two interfaces cannot be in the same subnet.",
		    name ? name : db_text(&l->row, "hardware"), o.name);
	return !o.found;
}

/* The interface may come later: a pasted configuration need not begin with the interfaces. */
bool check_interface_name(struct db_line *l)
{
	if (!l->negated)
		warn_interface(l, db_text(&l->row, "ifname"));
	return true;
}

/* The gateway is not on the network of its interface. */
struct hop {
	uint32_t gateway;
	bool beyond;
};

static void hop_interface(void *ctx, const struct db_row *row)
{
	struct hop *h = ctx;
	uint32_t a = row_v4(row, "address");

	h->beyond = a && ((a ^ h->gateway) & row_v4(row, "mask"));
}

/* An interface without an address may get the gateway's network later; and a route that was there
 * before its interface got another address is kept when the configuration is loaded again. */
static bool hop_valid(struct db_line *l)
{
	static const char *const nameif[] = {"nameif"}, *const address[] = {"address"};
	struct hop h = { .gateway = row_v4(&l->row, "gateway") };
	const char *ifname = db_text(&l->row, "ifname");
	const char *text = db_text(&l->row, "gateway"), *fault = l->whole ? "WARNING" : "ERROR";

	db_where(l->db, db_table(l->db, "interface"), nameif, &ifname, 1, hop_interface, &h);
	if (!addr_is_host(h.gateway))
		db_say(l, "ERROR: Invalid next hop address %s", text);
	else if (row_there(l, "interface", address, &text, 1))
		db_say(l, "%s: Invalid next hop address, it matches our IP address", fault);
	else if (h.beyond)
		db_say(l,
		    "%s: Invalid next hop address %s, it is not on the network of interface %s",
		    fault, text, ifname);
	else
		return true;
	return l->whole && addr_is_host(h.gateway);
}

/* On two interfaces a network has two routes only when one of them is the worse: a floating one. */
static void same_route(void *ctx, const struct db_row *row)
{
	struct other *o = ctx;

	o->found = o->found || (!row_is(row, "ifname", db_text(o->mine, "ifname")) &&
	    row_is(row, "metric", db_text(o->mine, "metric")));
}

bool check_route(struct db_line *l)
{
	static const char *const same[] = {"net", "mask"};
	struct other o = { .mine = &l->row };
	uint32_t net = row_v4(&l->row, "net"), mask = row_v4(&l->row, "mask");
	bool everything = !net && !mask;

	if (l->negated)
		return true;
	if ((net & ~mask) || (!everything && !addr_is_host(net))) {
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
