/*
 * Checks of objects and of groups of objects, in the device's words. A whole configuration, which
 * was accepted once, may name a group before its own lines come.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "cli/config/checks.h"
#include "cli/config/cover.h"
#include "cli/config/row.h"
#include "engine/net/access_words.h"

static bool typed(const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);

	return text && *text;
}

/* What a line says, as it is printed. */
static const char *said(const struct db_line *l, char text[256])
{
	const struct gram_row row = {.values = l->row.values};

	if (!gram_render(l->command, &row, 0, NULL, text, 256))
		snprintf(text, 256, "%s", db_text(&l->row, "kind"));
	return text;
}

/* ---- heads ------------------------------------------------------------------------ */

static bool is_group(const char *type)
{
	return strstr(type, "-group") != NULL;
}

/* A head with `no`: the row has to be of its type; a group must not be in use. */
bool store_object(struct db_line *l)
{
	const char *name = db_text(&l->row, "name"), *wanted = db_text(&l->row, "type");
	const struct cover c = {.db = l->db};
	char type[16], protocol[8];

	if (!l->negated || !wanted || !cover_type(&c, name, type, protocol))
		return true;
	if (!is_group(wanted)) {
		if (strcmp(type, wanted) == 0)
			return true;
		db_say(l, "ERROR: specified object (%s) does not exist", name);
		return false;
	}
	if (strcmp(type, wanted) != 0)
		db_say(l, "Removing object-group (%s) failed; it does not exist", name);
	else if (db_is_named(l->db, "object", name))
		db_say(l, "Removing object-group (%s) not allowed, it is being used.", name);
	else
		return true;
	return false;
}

/* Objects and groups share one store of names; what a name is does not change. */
bool check_object_type(struct db_line *l)
{
	const char *name = db_text(&l->row, "name");

	if (l->negated || !l->before || !db_text(l->before, "type"))
		return true;
	if (row_is(&l->row, "type", db_text(l->before, "type")) &&
	    row_is(&l->row, "protocol", db_text(l->before, "protocol")))
		return true;
	if (is_group(db_text(l->before, "type")))
		db_say(l, "ERROR: object-group (%s) exists already and is of another type", name);
	else
		db_say(l, "ERROR: object (%s) exists already and is of another type", name);
	return false;
}

/* An object whose column says nothing any more must not be in use, nor translate: what a list
 * refuses by it would pass. */
static bool may_empty(struct db_line *l, const char *column)
{
	const char *name = db_text(&l->row, "name");

	if (typed(&l->row, column) ||
	    (!typed(&l->row, "nat") && !db_is_named(l->db, "object", name)))
		return true;
	db_say(l, "ERROR: object (%s) is being used and cannot be left empty", name);
	return false;
}

static const char *object_fault(struct db_line *l)
{
	if (row_is(&l->row, "kind", "host") && !row_v4(&l->row, "first"))
		return "0.0.0.0 is no host";
	if (row_is(&l->row, "kind", "range") &&
	    row_v4(&l->row, "first") > row_v4(&l->row, "second"))
		return "the range ends before it begins";
	return NULL;
}

bool check_object(struct db_line *l)
{
	const char *fault;

	if (l->negated)
		return may_empty(l, "kind");
	if (row_is(&l->row, "kind", "subnet") && !check_pair(l, "first", "second"))
		return false;
	fault = object_fault(l);
	if (fault)
		db_say(l, "ERROR: object (%s): %s", db_text(&l->row, "name"), fault);
	else if (row_is(&l->row, "kind", "fqdn") && row_is(&l->row, "family", "v6"))
		db_say(l, "WARNING: object (%s): IPv6 is not filtered, it stands for no address",
		    db_text(&l->row, "name"));
	return !fault;
}

/* ---- services --------------------------------------------------------------------- */

/* The protocol whose words ports have: that of the line, or of its group. */
static void ports_of(struct db_line *l, char protocol[8])
{
	const struct cover c = {.db = l->db};
	const char *own = db_text(&l->row, "protocol");
	char type[16];

	snprintf(protocol, 8, "%s", own ? own : "");
	if (row_is(&l->row, "kind", "port-object"))
		cover_type(&c, db_text(&l->row, "name"), type, protocol);
}

static bool port_known(const char *text, const char *protocol)
{
	bool both = strcmp(protocol, "tcp-udp") == 0;

	if (both)
		return port_fits(text, true) && port_fits(text, false);
	return port_fits(text, strcmp(protocol, "udp") != 0);
}

static const char *word_of(uint16_t port, const char *protocol)
{
	const char *tcp = port_word(port, true), *udp = port_word(port, false);

	if (strcmp(protocol, "tcp-udp") == 0)
		return tcp && udp && strcmp(tcp, udp) == 0 ? tcp : NULL;
	if (strcmp(protocol, "tcp") == 0)
		return tcp;
	return strcmp(protocol, "udp") == 0 ? udp : NULL;
}

/* An object has one line: the ports of the last go. */
static void forget_ports(struct db_line *l)
{
	static const char *const columns[] = {
	    "src_op", "src_port", "src_high", "op", "port", "port_high"};

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		if (!db_typed(l, columns[i]))
			db_put(l, columns[i], NULL);
}

/* Ports by the words that are printed for them. */
bool store_service(struct db_line *l)
{
	static const char *const columns[] = {"src_port", "src_high", "port", "port_high"};
	char protocol[8];

	if (!strcmp(l->command->table->name, "object"))
		forget_ports(l);
	ports_of(l, protocol);
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		const char *text = db_text(&l->row, columns[i]), *word = NULL;

		if (text && *text && port_known(text, protocol))
			word = word_of(port_number(text), protocol);
		if (word)
			db_put(l, columns[i], word);
	}
	return true;
}

static bool ports_fit(
    struct db_line *l, const char *protocol, const char *op, const char *low, const char *high)
{
	const char *from = db_text(&l->row, low), *to = db_text(&l->row, high);

	if (!typed(&l->row, op))
		return true;
	if (!port_known(from, protocol) || (to && *to && !port_known(to, protocol))) {
		db_say(l, "ERROR: %s is not a port of %s", port_known(from, protocol) ? to : from,
		    protocol);
		return false;
	}
	if (row_is(&l->row, op, "range") && port_number(from) > port_number(to)) {
		db_say(l, "ERROR: the range of ports ends before it begins");
		return false;
	}
	return true;
}

bool check_service(struct db_line *l)
{
	char protocol[8];

	if (l->negated)
		return strcmp(l->command->table->name, "object") != 0 ||
		       may_empty(l, "protocol");
	ports_of(l, protocol);
	return ports_fit(l, protocol, "src_op", "src_port", "src_high") &&
	       ports_fit(l, protocol, "op", "port", "port_high");
}

/* ---- members -------------------------------------------------------------------- */

/* Has the group any member? */
static bool has_members(struct db_line *l, const char *name)
{
	static const char *const column[] = {"name"};

	return db_any(l->db, db_table(l->db, "object_member"), column, &name, 1);
}

static bool may_go(struct db_line *l)
{
	const char *name = db_text(&l->row, "name");

	if (has_members(l, name) || !db_is_named(l->db, "object", name))
		return true;
	db_say(l, "Removing obj from object-group not allowed;");
	db_say(l,
	    "object-group (%s),  being used in access-list or threat-detection or NAT, would "
	    "become empty",
	    name);
	return false;
}

static bool group_fits(struct db_line *l, const char *member)
{
	const struct cover c = {.db = l->db};
	const char *name = db_text(&l->row, "name");
	char type[16], mine[16], protocol[8], my_protocol[8];

	if (!cover_type(&c, member, type, protocol) || !cover_type(&c, name, mine, my_protocol))
		return false;
	if (!is_group(type) && l->whole && !*type)
		return true;
	if (!is_group(type))
		db_say(l, "ERROR: object-group (%s) does not exist", member);
	else if (strcmp(type, mine) != 0 || strcmp(protocol, my_protocol) != 0)
		db_say(l, "ERROR: object-group (%s) is not of the type of object-group (%s)",
		    member, name);
	else if (strcmp(member, name) == 0 || cover_depth(&c, name) > COVER_DEPTH)
		db_say(l,
		    "Adding obj (group-object %s) to grp (%s) failed; cause a loop in grp "
		    "hierarchy",
		    member, name);
	else if (!l->whole && !has_members(l, member))
		db_say(l,
		    "object-group (%s) is empty. Cannot add an empty group-object to "
		    "object-group",
		    member);
	else
		return true;
	return false;
}

static bool object_fits(struct db_line *l, const char *member)
{
	const struct cover c = {.db = l->db};
	const char *wanted = row_is(&l->row, "kind", "network-object") ? "network" : "service";
	char type[16], protocol[8];

	if (!cover_type(&c, member, type, protocol))
		return false;
	if (strcmp(type, wanted) == 0 || (l->whole && !*type))
		return true;
	db_say(l, "ERROR: specified object (%s) does not exist", member);
	return false;
}

static bool ports_have_place(struct db_line *l)
{
	const struct cover c = {.db = l->db};
	bool port = row_is(&l->row, "kind", "port-object");
	char type[16], protocol[8];

	if (!port && !row_is(&l->row, "kind", "service-object"))
		return true;
	if (!cover_type(&c, db_text(&l->row, "name"), type, protocol))
		return false;
	if (port && !*protocol)
		db_say(l, "ERROR: a port-object needs a group of services of tcp, udp or tcp-udp");
	if (!port && *protocol)
		db_say(l, "ERROR: a service-object needs a group of services of all protocols");
	return port == (*protocol != 0);
}

/* With this member the group may stand for more than lines can be made of. */
static bool few_enough(struct db_line *l)
{
	const struct cover c = {.db = l->db};
	const char *name = db_text(&l->row, "name");
	struct ranges r = {0};
	struct services s = {0};
	bool few;

	if (!row_is(&l->row, "kind", "group-object"))
		return true;
	few = cover_network(&c, name, &r) && cover_services(&c, name, 0, &s) && r.n < COVER_MAX &&
	      s.n < COVER_MAX;
	ranges_free(&r);
	services_free(&s);
	if (!few)
		db_say(
		    l, "ERROR: object-group (%s) would have %d elements or more", name, COVER_MAX);
	return few;
}

bool check_object_member(struct db_line *l)
{
	const char *object = db_text(&l->row, "object");
	char text[256];

	if (l->negated)
		return may_go(l);
	if (l->before) {
		db_say(l, "WARNING: Adding obj (%s) to grp (%s) failed; object already exists",
		    said(l, text), db_text(&l->row, "name"));
		return true;
	}
	if (!check_pair(l, "address", "mask") || !ports_have_place(l) || !check_service(l))
		return false;
	if (object && *object)
		return row_is(&l->row, "kind", "group-object")
			   ? group_fits(l, object) && few_enough(l)
			   : object_fits(l, object);
	return true;
}
