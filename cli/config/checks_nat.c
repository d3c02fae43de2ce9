/*
 * Checks of NAT lines, of both kinds: what can be translated one to one, what the
 * kernel cannot do, what would take the gateway's own address away. The texts
 * are the device's where it has one.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/config/checks.h"
#include "cli/config/nat_lines.h"
#include "cli/config/nat_pairs.h"
#include "cli/config/row.h"
#include "engine/firewall/nat.h"
#include "engine/net/access_words.h"

/* ---- interfaces ------------------------------------------------------------------------- */

struct ifs {
	char real[64], mapped[64];
};

static struct ifs ifs_of(const struct db_row *row, const char *column)
{
	const char *pair = db_text(row, column);
	struct ifs i = {"any", "any"};

	if (pair && *pair)
		sscanf(pair, "%63[^,],%63s", i.real, i.mapped);
	return i;
}

static void warn_ifs(struct db_line *l, const struct ifs *i)
{
	if (strcmp(i->real, "any") != 0)
		warn_interface(l, i->real);
	if (strcmp(i->mapped, "any") != 0)
		warn_interface(l, i->mapped);
}

struct own {
	const char *nameif;
	uint32_t address;
};

static void own_address(void *ctx, const struct db_row *row)
{
	struct own *o = ctx;

	if (row_is(row, "nameif", o->nameif))
		o->address = row_v4(row, "address");
}

/* Mapped addresses with that of the mapped interface among them: nobody would reach the gateway by
 * it. Alone it is refused, as on the device. */
static bool own_is_left(struct db_line *l, const char *mapped_if, const struct ranges *mapped)
{
	struct own o = {.nameif = mapped_if};
	char text[ADDR_TEXT_MAX];
	struct addr a;

	db_each(l->db, db_table(l->db, "interface"), own_address, &o);
	a = addr_v4(o.address);
	for (size_t i = 0; o.address && i < mapped->n; i++) {
		const struct range *r = &mapped->v[i];

		if (r->first > o.address || r->last < o.address || (!r->first && !~r->last))
			continue;
		db_say(l, "%s: Address %s overlaps with %s interface address.",
		    r->first == r->last && !l->whole ? "ERROR" : "WARNING", addr_text(&a, text),
		    mapped_if);
		if (r->first != r->last || l->whole)
			continue;
		db_say(l, "ERROR: NAT Policy is not downloaded");
		return false;
	}
	return true;
}

/* ---- names --------------------------------------------------------------------------------- */

static bool is_type(struct db_line *l, const char *name, const char *one, const char *other)
{
	const struct cover c = {.db = l->db};
	char type[16] = "", protocol[8];

	if (!name || !*name || !strcmp(name, "any") || !strcmp(name, "interface"))
		return true;
	if (!cover_type(&c, name, type, protocol))
		return false;
	if (!strcmp(type, one) || (other && !strcmp(type, other)))
		return true;
	db_say(l, "ERROR: %s is not an object%s of %s", name, other ? " or object-group" : "",
	    other ? "networks" : "services");
	return false;
}

static bool names_fit(struct db_line *l)
{
	static const char *const network[] = {"source", "mapped", "dest_mapped", "dest_real"};
	static const char *const service[] = {"service", "service_to"};

	for (size_t i = 0; i < sizeof network / sizeof *network; i++)
		if (!is_type(l, db_text(&l->row, network[i]), "network", "network-group"))
			return false;
	for (size_t i = 0; i < sizeof service / sizeof *service; i++)
		if (!is_type(l, db_text(&l->row, service[i]), "service", NULL))
			return false;
	return true;
}

/* What a name stands for now; `any`: everything. False: unreadable. */
static bool ranges_now(struct db_line *l, const char *name, struct ranges *to)
{
	const struct cover c = {.db = l->db};

	if (!name || !*name || !strcmp(name, "any"))
		return ranges_add(to, 0, UINT32_MAX);
	return cover_network(&c, name, to);
}

struct ports_change {
	bool source, dest; /* become others */
};

/* ---- how much it is ------------------------------------------------------------------------ */

/* A line is made of so many rules at most: what is beyond them would not be translated. A whole
 * configuration, which was accepted once, is only warned of. */
static bool few_enough(struct db_line *l, uint64_t parts)
{
	if (parts <= NAT_RULE_PARTS)
		return true;
	db_say(l,
	    "%s: NAT rule%s: its addresses make more than %d rules; the rest is not translated",
	    l->whole ? "WARNING" : "ERROR", l->whole ? "" : " refused", NAT_RULE_PARTS);
	return l->whole;
}

static uint64_t pairs_of(const struct ranges *real, const struct ranges *mapped, bool fixed)
{
	struct nat_pairs p;
	bool ok = fixed ? nat_pairs_fixed(real, mapped, &p) : nat_pairs_pool(real, mapped, &p);
	uint64_t n = ok ? p.n + p.cut : 0;

	nat_pairs_free(&p);
	return n;
}

/* The pairs of what these names stand for now; an interface has one address. */
static uint64_t pairs_now(struct db_line *l, const char *real, const char *mapped, bool fixed)
{
	struct ranges a = {0}, b = {0};
	bool own = mapped && !strcmp(mapped, "interface");
	uint64_t n = 0;

	if (ranges_now(l, real, &a) && (own ? ranges_add(&b, 0, 0) : ranges_now(l, mapped, &b)))
		n = pairs_of(&a, &b, fixed);
	ranges_free(&a);
	ranges_free(&b);
	return n;
}

/* Where ports become others, each address is mapped for itself. */
static bool few_mapped(struct db_line *l, const struct ranges *real, const struct ranges *mapped)
{
	if (ranges_count(real) <= NAT_MAPPED_MAX || ranges_count(mapped) <= NAT_MAPPED_MAX)
		return true;
	db_say(l, "%s: NAT rule%s: the ports of more than %d addresses are not translated",
	    l->whole ? "WARNING" : "ERROR", l->whole ? "" : " refused", NAT_MAPPED_MAX);
	return l->whole;
}

static bool few_named(struct db_line *l, const char *from, const char *to)
{
	const char *real = db_text(&l->row, from), *mapped = db_text(&l->row, to);
	struct ranges a = {0}, b = {0};
	bool few = !real || !mapped || !strcmp(real, mapped) || !strcmp(mapped, "interface") ||
		   !ranges_now(l, real, &a) || !ranges_now(l, mapped, &b) || few_mapped(l, &a, &b);

	ranges_free(&a);
	ranges_free(&b);
	return few;
}

static bool nat_few_enough(struct db_line *l, const struct ports_change *ports)
{
	bool fixed = row_is(&l->row, "kind", "static");

	if ((fixed && ports->source && !few_named(l, "source", "mapped")) ||
	    (ports->dest && !few_named(l, "dest_mapped", "dest_real")))
		return false;
	return few_enough(l,
	    pairs_now(l, db_text(&l->row, "source"), db_text(&l->row, "mapped"), fixed) *
		pairs_now(l, db_text(&l->row, "dest_real"), db_text(&l->row, "dest_mapped"), true));
}

/* Static NAT is one to one: what has no counterpart is told. */
static void warn_left_over(struct db_line *l, const char *real, const char *mapped)
{
	struct ranges a = {0}, b = {0};
	bool named = real && *real && mapped && strcmp(mapped, "interface") != 0;
	uint64_t n, to;

	if (named && ranges_now(l, real, &a) && ranges_now(l, mapped, &b)) {
		n = ranges_count(&a);
		to = ranges_count(&b);
		if (to && n > to)
			db_say(l,
			    "WARNING: the last %llu addresses of %s have no mapped address and are "
			    "not translated",
			    (unsigned long long)(n - to), real);
	}
	ranges_free(&a);
	ranges_free(&b);
}

/* ---- services ------------------------------------------------------------------------------ */

static bool ports_pair(const struct service *a, const struct service *b)
{
	if (a->protocol != b->protocol ||
	    (a->protocol != IPPROTO_TCP && a->protocol != IPPROTO_UDP &&
		a->protocol != IPPROTO_SCTP))
		return false;
	if (a->source_low > a->source_high || a->dest_low > a->dest_high ||
	    b->source_low > b->source_high || b->dest_low > b->dest_high)
		return false;
	return a->source_high - a->source_low == b->source_high - b->source_low &&
	       a->dest_high - a->dest_low == b->dest_high - b->dest_low;
}

static bool services_fit(struct db_line *l, struct ports_change *ports)
{
	const char *from = db_text(&l->row, "service"), *to = db_text(&l->row, "service_to");
	const struct cover c = {.db = l->db};
	struct services a = {0}, b = {0};
	bool fit;

	if (!from || !*from)
		return true;
	fit = cover_services(&c, from, 0, &a) && cover_services(&c, to, 0, &b) && a.n && a.n == b.n;
	for (size_t i = 0; fit && i < a.n; i++) {
		fit = ports_pair(&a.v[i], &b.v[i]);
		ports->source = ports->source || a.v[i].source_low != b.v[i].source_low;
		ports->dest = ports->dest || a.v[i].dest_low != b.v[i].dest_low;
	}
	services_free(&a);
	services_free(&b);
	if (!fit)
		db_say(l,
		    "ERROR: service objects %s and %s do not match: the same protocol (tcp, udp or "
		    "sctp) and as many ports on both sides are needed",
		    from, to);
	return fit;
}

/* ---- what the kernel does in its own way --------------------------------------------- */

static void warn_options(struct db_line *l, const char *dns, const char *const pool[3])
{
	if (db_bool(&l->row, dns))
		db_say(l, "WARNING: dns: the answers of name servers are not rewritten");
	if (db_bool(&l->row, pool[0]) || db_bool(&l->row, pool[1]) || db_bool(&l->row, pool[2]))
		db_say(l,
		    "WARNING: flat, extended and block-allocation change nothing: a port is kept "
		    "if it is free, and is used again for another destination");
}

static void tell_interface_pat(struct db_line *l, bool fallback, const char *mapped_if)
{
	if (fallback)
		db_say(l, "INFO: %s interface address added to PAT pool", mapped_if);
}

static void warn_redirect(struct db_line *l, bool ports, const char *mapped_if)
{
	if (ports)
		return;
	db_say(l,
	    "WARNING: All traffic destined to the IP address of the %s interface is being "
	    "redirected.",
	    mapped_if);
	db_say(l,
	    "WARNING: Users may not be able to access any service enabled on the %s "
	    "interface.",
	    mapped_if);
}

/* ---- twice NAT ----------------------------------------------------------------------- */

static const char *static_fault(struct db_line *l, const struct ranges *real, const struct ifs *i)
{
	bool any = row_is(&l->row, "source", "any"), to_any = row_is(&l->row, "mapped", "any");

	if (any != to_any)
		return "static NAT of `any` is to `any`";
	if (!row_is(&l->row, "mapped", "interface"))
		return NULL;
	if (!strcmp(i->mapped, "any"))
		return "`interface` needs the name of the mapped interface";
	return ranges_count(real) > 1 ? "static NAT to `interface` is of an object that is a host"
				      : NULL;
}

static const char *nat_fault(struct db_line *l, const struct ranges *real, const struct ifs *i)
{
	if (row_is(&l->row, "dest_mapped", "any") != row_is(&l->row, "dest_real", "any"))
		return "the destination `any` is translated to `any` only";
	if (row_is(&l->row, "dest_mapped", "interface") && !strcmp(i->real, "any"))
		return "`interface` needs the name of the real interface";
	if (row_is(&l->row, "kind", "static"))
		return static_fault(l, real, i);
	if (row_is(&l->row, "pool", "pat-pool") && row_is(&l->row, "mapped", "interface"))
		return "`pat-pool` needs an object";
	return row_is(&l->row, "mapped", "any") ? "dynamic NAT cannot be to `any`" : NULL;
}

static bool nat_addresses_fit(struct db_line *l, const struct ifs *i)
{
	struct ranges real = {0}, mapped = {0};
	const char *fault = NULL, *to = db_text(&l->row, "mapped");
	bool same = row_is(&l->row, "source", to), left = true;

	if (!ranges_now(l, db_text(&l->row, "source"), &real))
		fault = "the configuration cannot be read";
	fault = fault ? fault : nat_fault(l, &real, i);
	if (!fault && !same && strcmp(to, "interface") != 0 && ranges_now(l, to, &mapped))
		left = own_is_left(l, i->mapped, &mapped);
	if (fault)
		db_say(l, "ERROR: NAT rule refused: %s", fault);
	ranges_free(&real);
	ranges_free(&mapped);
	return !fault && left;
}

bool check_nat(struct db_line *l)
{
	static const char *const pool[] = {"extended", "flat", "blocks"};
	struct ifs i = ifs_of(&l->row, "ifs");
	const char *service = db_text(&l->row, "service"), *fallback = db_text(&l->row, "fallback");
	struct ports_change ports = {0};

	if (l->negated)
		return true;
	if (!names_fit(l) || !services_fit(l, &ports) || !nat_addresses_fit(l, &i) ||
	    !nat_few_enough(l, &ports))
		return false;
	warn_ifs(l, &i);
	warn_options(l, "dns", pool);
	tell_interface_pat(l, fallback && *fallback, i.mapped);
	if (row_is(&l->row, "kind", "static"))
		warn_left_over(l, db_text(&l->row, "source"), db_text(&l->row, "mapped"));
	warn_left_over(l, db_text(&l->row, "dest_real"), db_text(&l->row, "dest_mapped"));
	if (row_is(&l->row, "kind", "static") && row_is(&l->row, "mapped", "interface"))
		warn_redirect(l, service && *service, i.mapped);
	return true;
}

/* `no nat [(a,b)] [after-auto] N`: the keys of the row at that place. */
static void row_at(void *ctx, const struct db_row *row)
{
	struct db_line *l = ctx;
	const char *ifs = db_text(&l->row, "ifs");

	if (ifs && *ifs && !row_is(row, "ifs", ifs))
		return;
	for (int k = 0; k < row->table->n_keys; k++)
		db_put(l, row->table->columns[k].name, row->values[k]);
}

bool store_nat_line(struct db_line *l)
{
	static const char *const columns[] = {"place", "line"};
	const char *place = db_text(&l->row, "place"), *line = db_text(&l->row, "line");

	if (!l->negated || !line)
		db_say(l, "ERROR: %% Incomplete command");
	else
		db_where(l->db, l->command->table, columns,
		    (const char *const[]){place ? place : "", line}, 2, row_at, l);
	return l->negated && line;
}

/* ---- NAT of an object ---------------------------------------------------------------- */

static void store_port_word(struct db_line *l, const char *column)
{
	const char *text = db_text(&l->row, column), *word = NULL;
	bool tcp = !row_is(&l->row, "nat_protocol", "udp");

	if (text && *text && port_fits(text, tcp))
		word = port_word(port_number(text), tcp);
	if (word)
		db_put(l, column, word);
}

/* An object has one line: what only the other kind of it has goes. */
static void forget_options(struct db_line *l, bool fixed)
{
	static const char *const of_static[] = {
	    "nat_net_to_net", "nat_no_proxy_arp", "nat_route_lookup"};
	static const char *const of_dynamic[] = {"nat_pool", "nat_fallback", "nat_round_robin",
	    "nat_extended", "nat_flat", "nat_reserve", "nat_blocks"};
	static const char *const ports[] = {"nat_protocol", "nat_real_port", "nat_mapped_port"};

	for (size_t i = 0; !fixed && i < sizeof of_static / sizeof *of_static; i++)
		db_put(l, of_static[i], "0");
	for (size_t i = 0; fixed && i < sizeof of_dynamic / sizeof *of_dynamic; i++)
		db_put(l, of_dynamic[i], "0");
	for (size_t i = 0; !fixed && i < sizeof ports / sizeof *ports; i++)
		db_put(l, ports[i], NULL);
}

bool store_object_nat(struct db_line *l)
{
	bool fixed = row_is(&l->row, "nat", "static");

	if (l->negated) {
		forget_options(l, true);
		forget_options(l, false);
		return true;
	}
	forget_options(l, fixed);
	store_port_word(l, "nat_real_port");
	store_port_word(l, "nat_mapped_port");
	return true;
}

static const char *object_nat_fault(struct db_line *l, const struct ifs *i, struct ranges *mapped)
{
	bool fixed = row_is(&l->row, "nat", "static"), host = row_is(&l->row, "kind", "host");
	uint32_t to = row_v4(&l->row, "nat_mapped"), mask = row_v4(&l->row, "second");
	uint32_t more = row_is(&l->row, "kind", "range") ? mask - row_v4(&l->row, "first") : 0;

	if (row_is(&l->row, "nat_mapped", "interface")) {
		if (fixed && !strcmp(i->mapped, "any"))
			return "`interface` needs the name of the mapped interface";
		return fixed && !host ? "static NAT to `interface` is of an object that is a host"
				      : NULL;
	}
	if (!to)
		return ranges_now(l, db_text(&l->row, "nat_object"), mapped)
			   ? NULL
			   : "the configuration cannot be read";
	if (fixed && row_is(&l->row, "kind", "subnet") && (to & ~mask))
		return "the mapped address is not the first of a network of the object's size";
	if (fixed && row_is(&l->row, "kind", "subnet"))
		return ranges_add(mapped, to, to | ~mask) ? NULL : "no memory";
	if (fixed && more > UINT32_MAX - to)
		return "the mapped addresses would end behind 255.255.255.255";
	return ranges_add(mapped, to, fixed ? to + more : to) ? NULL : "no memory";
}

static bool object_few_enough(struct db_line *l, const struct ranges *mapped)
{
	uint32_t first = row_v4(&l->row, "first"), second = row_v4(&l->row, "second");
	struct range own = {first, first};
	struct ranges real = {.v = &own, .n = 1, .size = 1};

	if (row_is(&l->row, "kind", "subnet"))
		own.last = first | ~second;
	else if (row_is(&l->row, "kind", "range"))
		own.last = second;
	if (db_text(&l->row, "nat_protocol") &&
	    !row_is(&l->row, "nat_real_port", db_text(&l->row, "nat_mapped_port")) &&
	    !few_mapped(l, &real, mapped))
		return false;
	return few_enough(l, pairs_of(&real, mapped, row_is(&l->row, "nat", "static")));
}

bool check_object_nat(struct db_line *l)
{
	static const char *const pool[] = {"nat_extended", "nat_flat", "nat_blocks"};
	struct ifs i = ifs_of(&l->row, "nat_ifs");
	struct ranges mapped = {0};
	const char *fault;
	bool left = true;

	if (!db_text(&l->row, "nat") ||
	    !is_type(l, db_text(&l->row, "nat_object"), "network", "network-group"))
		return !db_text(&l->row, "nat");
	fault = object_nat_fault(l, &i, &mapped);
	if (!fault && !row_is(&l->row, "nat_object", db_text(&l->row, "name")))
		left = own_is_left(l, i.mapped, &mapped);
	left = left && (fault || object_few_enough(l, &mapped));
	ranges_free(&mapped);
	if (fault)
		db_say(l, "ERROR: NAT rule refused: %s", fault);
	if (fault || !left)
		return false;
	warn_ifs(l, &i);
	warn_options(l, "nat_dns", pool);
	tell_interface_pat(l, db_bool(&l->row, "nat_fallback"), i.mapped);
	if (row_is(&l->row, "nat", "static") && db_text(&l->row, "nat_object"))
		warn_left_over(l, db_text(&l->row, "name"), db_text(&l->row, "nat_object"));
	if (row_is(&l->row, "nat", "static") && row_is(&l->row, "nat_mapped", "interface"))
		warn_redirect(l, db_text(&l->row, "nat_protocol"), i.mapped);
	return true;
}
