/*
 * Checks of an access-list element: what the grammar takes word by word must
 * make sense as a whole. What an element means is decided by its protocol.
 */
#include <netinet/in.h>

#include "cli/config/checks.h"
#include "cli/config/compile_access.h"
#include "cli/config/row.h"
#include "engine/net/access_words.h"

/* A list is standard or extended by its first element. */
static bool kind_fits(struct db_line *l)
{
	static const char *const columns[] = {"name", "kind"};
	const char *name = db_text(&l->row, "name"), *kind = db_text(&l->row, "kind");
	const char *other = row_is(&l->row, "kind", "standard") ? "extended" : "standard";
	bool found = row_there(l, "access_list", columns, (const char *const[]){name, other}, 2);

	if (found)
		db_say(l, "ERROR: access-list <%s> is %s; no %s element can be added to it", name,
		    other, kind);
	return !found;
}

/* `any` is of both families, all that is neither it nor any6 IPv4. */
static bool families_fit(struct db_line *l, const char *source, const char *dest)
{
	bool fit = strcmp(source, "any") == 0 || strcmp(dest, "any") == 0 ||
		   (strcmp(source, "any6") == 0) == (strcmp(dest, "any6") == 0);

	if (!fit)
		db_say(l, "ERROR: source and destination are not of the same address family");
	return fit;
}

static bool typed(const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);

	return text && *text;
}

/* ---- names ------------------------------------------------------------------------------ */

static void type_of(struct db_line *l, const char *column, char type[16], char protocol[8])
{
	const struct cover c = {.db = l->db};

	*type = *protocol = 0;
	if (typed(&l->row, column))
		cover_type(&c, db_text(&l->row, column), type, protocol);
}

/* What may stand in a place, by the word before the name. */
static const struct place {
	const char *column, *kind;	/* kind NULL: always a group */
	const char *object, *groups[2]; /* types */
	const char *wanted;
} places[] = {
    {"svc", "svc_kind", "service", {"service-group", "protocol-group"}, "service or protocol"},
    {"src_object", "src_kind", "network", {"network-group", ""}, "network"},
    {"dst_object", "dst_kind", "network", {"network-group", ""}, "network"},
    {"src_svc", NULL, "", {"service-group", ""}, "service"},
    {"dst_svc", NULL, "", {"service-group", "icmp-group"}, "service or icmp-type"},
};

static bool place_fits(struct db_line *l, const struct place *p)
{
	bool object = p->kind && row_is(&l->row, p->kind, "object");
	char type[16], protocol[8];

	if (!typed(&l->row, p->column))
		return true;
	type_of(l, p->column, type, protocol);
	if (object ? strcmp(type, p->object) == 0
		   : strcmp(type, p->groups[0]) == 0 || strcmp(type, p->groups[1]) == 0)
		return true;
	db_say(l, "ERROR: specified %s <%s> has wrong type; expecting %s type",
	    object ? "object" : "object group", db_text(&l->row, p->column), p->wanted);
	return false;
}

static bool names_fit(struct db_line *l)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (!place_fits(l, &places[i]))
			return false;
	return true;
}

static void warn_twice(struct db_line *l)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		for (size_t k = 0; k < i; k++)
			if (typed(&l->row, places[i].column) &&
			    row_is(&l->row, places[k].column, db_text(&l->row, places[i].column))) {
				db_say(l,
				    "WARNING: Same object-group is used more than once in one "
				    "config line. This config is redundant. Please update the "
				    "config.");
				return;
			}
}

/* ---- protocols and ports ------------------------------------------------------------------ */

enum { TCP = 1, UDP = 2, SCTP = 4, ICMP = 8, OTHER = 16 };

static unsigned bit_of(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return TCP;
	case IPPROTO_UDP:
		return UDP;
	case IPPROTO_SCTP:
		return SCTP;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return ICMP;
	default:
		return OTHER;
	}
}

/* Those of the line, or of its group. */
static unsigned protocols(struct db_line *l)
{
	const struct cover c = {.db = l->db};
	struct services s = {0};
	unsigned bits = 0;

	if (!typed(&l->row, "svc"))
		return bit_of(protocol_number(db_text(&l->row, "protocol")));
	cover_services(&c, db_text(&l->row, "svc"), 0, &s);
	for (size_t i = 0; i < s.n; i++)
		bits |= bit_of(s.v[i].protocol);
	services_free(&s);
	return bits;
}

static bool port_known(const char *text, unsigned protocols)
{
	return (!(protocols & (TCP | SCTP)) || port_fits(text, true)) &&
	       (!(protocols & UDP) || port_fits(text, false));
}

static bool has_ports(const struct db_row *row)
{
	return typed(row, "src_op") || typed(row, "op") || typed(row, "src_svc");
}

/* Ports need protocols that have them, each of those that the line is about; a service says its own
 * ports. */
static bool ports_have_place(struct db_line *l, unsigned of)
{
	char type[16], protocol[8];

	type_of(l, "svc", type, protocol);
	if (*type && strcmp(type, "protocol-group") != 0 &&
	    (has_ports(&l->row) || typed(&l->row, "port") || typed(&l->row, "dst_svc")))
		db_say(l, "ERROR: <%s> says its own ports", db_text(&l->row, "svc"));
	else if (has_ports(&l->row) && (of == 0 || (of & (ICMP | OTHER))))
		db_say(l, "ERROR: ports need the protocol tcp or udp");
	else if (typed(&l->row, "port") && !typed(&l->row, "op") && of != ICMP)
		db_say(l, "ERROR: an ICMP type needs the protocol icmp");
	else
		return true;
	return false;
}

/* A group in the place of ports is one of them, and of this protocol. */
static bool group_fits(struct db_line *l, const char *column, unsigned of)
{
	char type[16], protocol[8];
	bool fits;

	if (!typed(&l->row, column))
		return true;
	type_of(l, column, type, protocol);
	if (strcmp(type, "icmp-group") == 0)
		fits = of == ICMP;
	else
		fits = *protocol && of && !(of & (ICMP | OTHER)) &&
		       (!(of & TCP) || strstr(protocol, "tcp")) &&
		       (!(of & UDP) || strstr(protocol, "udp"));
	if (!fits)
		db_say(l, "ERROR: specified object group <%s> has wrong type; expecting %s type",
		    db_text(&l->row, column),
		    of == ICMP	? "icmp-type"
		    : of == TCP ? "service tcp"
		    : of == UDP ? "service udp"
				: "service tcp-udp");
	return fits;
}

static bool side_fits(
    struct db_line *l, const char *op, const char *low, const char *high, unsigned of)
{
	const char *columns[] = {low, high};

	if (!typed(&l->row, op))
		return true;
	for (int i = 0; i < 2; i++) {
		const char *text = db_text(&l->row, columns[i]);

		if (text && *text && !port_known(text, of)) {
			db_say(l, "ERROR: %s is not a port of %s", text,
			    typed(&l->row, "svc") ? db_text(&l->row, "svc")
						  : db_text(&l->row, "protocol"));
			return false;
		}
	}
	if (row_is(&l->row, op, "range") &&
	    port_number(db_text(&l->row, low)) > port_number(db_text(&l->row, high))) {
		db_say(l, "ERROR: the range of ports ends before it begins");
		return false;
	}
	return true;
}

static bool ports_fit(struct db_line *l)
{
	unsigned of = protocols(l);

	return ports_have_place(l, of) && side_fits(l, "src_op", "src_port", "src_high", of) &&
	       side_fits(l, "op", "port", "port_high", of) && group_fits(l, "src_svc", of) &&
	       group_fits(l, "dst_svc", of);
}

static bool few_enough(struct db_line *l)
{
	const struct cover c = {.db = l->db};

	if (l->whole || !access_has_names(&l->row) || !access_is_too_much(&c, &l->row))
		return true;
	db_say(l, "ERROR: access-list <%s>: this element would be expanded to more than %d",
	    db_text(&l->row, "name"), ACCESS_RULES_MAX);
	return false;
}

/* ---- the line as it is kept ----------------------------------------------------------------- */

/* A port by the word that is printed for it, where all protocols have the same. */
static void store_port(struct db_line *l, const char *column, unsigned of)
{
	const char *text = db_text(&l->row, column), *tcp, *udp;

	if (!text || !*text || !(of & (TCP | UDP)) || (of & ~(unsigned)(TCP | UDP)) ||
	    !port_known(text, of))
		return;
	tcp = port_word(port_number(text), true);
	udp = port_word(port_number(text), false);
	if (of == (TCP | UDP))
		tcp = tcp && udp && strcmp(tcp, udp) == 0 ? tcp : NULL;
	else
		tcp = of == TCP ? tcp : udp;
	if (tcp)
		db_put(l, column, tcp);
}

/* `tcp any object-group A object-group B`, read as ports of the source and the destination: A may
 * be the destination, when it is networks, and B its ports. */
static void place_groups(struct db_line *l)
{
	char first[16], protocol[8];

	if (!row_is(&l->row, "dst_kind", "object-group") || !typed(&l->row, "src_svc") ||
	    typed(&l->row, "dst_svc") || typed(&l->row, "op") || typed(&l->row, "port"))
		return;
	type_of(l, "src_svc", first, protocol);
	if (strcmp(first, "network-group") != 0)
		return;
	db_put(l, "dst_svc", db_text(&l->row, "dst_object"));
	db_put(l, "dst_object", db_text(&l->row, "src_svc"));
	db_put(l, "src_svc", "");
}

/* `extended` is what an access list is when nothing is said. */
bool store_access_list(struct db_line *l)
{
	static const char *const ports[] = {"src_port", "src_high", "port", "port_high"};
	const char *kind = db_text(&l->row, "kind");
	unsigned of = protocols(l);

	if (!kind || !*kind)
		db_put(l, "kind", "extended");
	place_groups(l);
	for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
		store_port(l, ports[i], of);
	return true;
}

/* ---- the element ---------------------------------------------------------------------------- */

/* The element is there and nothing of it has changed. */
static bool repeated(const struct db_line *l)
{
	static const char *const columns[] = {"log", "interval", "inactive", "time_range"};
	bool same = l->before != NULL;

	for (size_t i = 0; same && i < sizeof columns / sizeof *columns; i++)
		same = row_is(l->before, columns[i], db_text(&l->row, columns[i]));
	return same;
}

static void warn_of(struct db_line *l, const char *source, const char *dest)
{
	if (strcmp(source, "interface") == 0)
		warn_interface(l, db_text(&l->row, "src"));
	if (strcmp(dest, "interface") == 0)
		warn_interface(l, db_text(&l->row, "dst"));
	warn_twice(l);
	if (repeated(l))
		db_say(l, "WARNING: <%s> found duplicate element", db_text(&l->row, "name"));
}

bool check_access_list(struct db_line *l)
{
	const char *source = db_text(&l->row, "src_kind"), *dest = db_text(&l->row, "dst_kind");

	if (l->negated)
		return true;
	if (!kind_fits(l) || !check_pair(l, "dst", "dst_mask") || !check_pair(l, "src", "src_mask"))
		return false;
	if (row_is(&l->row, "kind", "extended") &&
	    (!families_fit(l, source, dest) || !names_fit(l) || !ports_fit(l) || !few_enough(l)))
		return false;
	warn_of(l, source, dest);
	return true;
}

/* ---- where lists hold -------------------------------------------------------------- */

bool check_access_group(struct db_line *l)
{
	static const char *const columns[] = {"name", "kind"};
	const char *name = db_text(&l->row, "name"), *typed = db_typed(l, "name");

	if (l->negated && typed && name && strcmp(typed, name) != 0) {
		db_say(l, "ERROR: access-list <%s> is not bound there, but <%s>", typed, name);
		return false;
	}
	if (l->negated || !name)
		return true;
	if (row_there(l, "access_list", columns, (const char *const[]){name, "standard"}, 2)) {
		db_say(l,
		    "ERROR: access-list <%s> is standard; only an extended one can be bound to an "
		    "interface",
		    name);
		return false;
	}
	if (db_bool(&l->row, "per_user"))
		db_say(l,
		    "WARNING: per-user-override: what the filter of a user permits has to be "
		    "permitted by the list of the interface as well");
	return true;
}
