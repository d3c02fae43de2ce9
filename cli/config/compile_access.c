/* Rows of access lists become rules; see compile_access.h. */
#include "cli/config/compile_access.h"

#include <netinet/in.h>
#include <string.h>

#include "cli/config/row.h"
#include "cli/config/service.h"
#include "engine/net/access_words.h"

/* The columns of one side of an element. */
struct side {
	const char *kind, *address, *mask, *object, *op, *services;
};

static const struct side source = {"src_kind", "src", "src_mask", "src_object", "src_op",
			     "src_svc"},
			 dest = {"dst_kind", "dst", "dst_mask", "dst_object", "op", "dst_svc"};

bool access_is_remark(const struct db_row *row)
{
	return row_is(row, "kind", "remark");
}

static bool typed(const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);

	return text && *text;
}

bool access_is_off(const struct cover *c, const struct db_row *row)
{
	return db_bool(row, "inactive") ||
	       (typed(row, "time_range") && !cover_active(c, db_text(row, "time_range")));
}

bool access_has_objects(const struct db_row *row)
{
	return typed(row, "svc") || typed(row, source.object) || typed(row, dest.object) ||
	       typed(row, source.services) || typed(row, dest.services);
}

bool access_has_names(const struct db_row *row)
{
	return row_is(row, source.kind, "interface") || row_is(row, dest.kind, "interface") ||
	       access_has_objects(row) || typed(row, "time_range");
}

bool access_may_name(const char *table)
{
	return strcmp(table, "interface") == 0 || strcmp(table, "object") == 0 ||
	       strcmp(table, "object_member") == 0;
}

/* ---- addresses -------------------------------------------------------------------------- */

struct addressed {
	const struct cover *names;
	uint32_t address;
};

/* That of the configuration, else what the link has. */
static void interface_address(void *ctx, const struct db_row *row)
{
	struct addressed *a = ctx;
	struct addr live, mask;

	a->address = row_v4(row, "address");
	if (!a->address && a->names->address &&
	    a->names->address(a->names->ctx, db_text(row, "hardware"), &live, &mask))
		a->address = addr_to_v4(&live);
}

/* Nothing while the interface has none. */
static bool address_of(const struct cover *c, const char *nameif, struct ranges *to)
{
	static const char *const column[] = {"nameif"};
	struct addressed a = {c, 0};

	return db_where(c->db, db_table(c->db, "interface"), column, &nameif, 1, interface_address,
		   &a) &&
	       (a.address == 0 || ranges_add(to, a.address, a.address));
}

/* any, any4: everything; any6: nothing. */
static bool network(
    const struct cover *c, const struct db_row *row, const struct side *side, struct ranges *to)
{
	uint32_t address = row_v4(row, side->address), mask = row_v4(row, side->mask);

	if (row_is(row, side->kind, "any6"))
		return true;
	if (typed(row, side->object))
		return cover_network(c, db_text(row, side->object), to);
	if (row_is(row, side->kind, "interface"))
		return address_of(c, db_text(row, side->address), to);
	if (row_is(row, side->kind, "host"))
		return ranges_add(to, address, address);
	if (typed(row, side->mask))
		return ranges_add(to, address & mask, address | ~mask);
	return ranges_add(to, 0, UINT32_MAX);
}

/* ---- services --------------------------------------------------------------------------- */

static bool has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP;
}

/* What stands in the place of one side's ports: what a group has of this protocol (as its
 * destination), or what the line says, `said`. */
static bool side_ports(const struct cover *c, const struct db_row *row, const struct side *side,
    const struct service *said, struct services *to)
{
	if (typed(row, side->services))
		return cover_services(c, db_text(row, side->services), said->protocol, to);
	if (typed(row, side->op) && !has_ports(said->protocol))
		return true;
	return services_add(to, said);
}

/* This protocol, with each pair of ports of both sides. */
static bool protocol_services(
    const struct cover *c, const struct db_row *row, uint8_t protocol, struct services *to)
{
	struct service said = {.protocol = protocol}, source_said;
	struct services from = {0}, into = {0};
	bool done;

	if (!service_ports(row, &said))
		return true;
	source_said = said;
	source_said.dest_low = said.source_low;
	source_said.dest_high = said.source_high;
	if (protocol == IPPROTO_ICMP)
		service_icmp(row, &said);
	done = side_ports(c, row, &source, &source_said, &from) &&
	       side_ports(c, row, &dest, &said, &into);
	for (size_t i = 0; done && i < from.n; i++)
		for (size_t k = 0; done && k < into.n && to->n <= ACCESS_RULES_MAX; k++) {
			struct service s = {protocol, from.v[i].dest_low, from.v[i].dest_high,
			    into.v[k].dest_low, into.v[k].dest_high};

			done = services_add(to, &s);
		}
	services_free(&from);
	services_free(&into);
	return done;
}

static bool services_of(const struct cover *c, const struct db_row *row, struct services *to)
{
	bool ports = typed(row, source.op) || typed(row, source.services) || typed(row, dest.op) ||
		     typed(row, "port") || typed(row, dest.services);
	struct services named = {0};
	bool done = true;

	if (!typed(row, "svc"))
		return protocol_services(c, row, protocol_number(db_text(row, "protocol")), to);
	if (!ports)
		return cover_services(c, db_text(row, "svc"), 0, to);
	done = cover_services(c, db_text(row, "svc"), 0, &named);
	for (size_t i = 0; done && i < named.n; i++)
		done = protocol_services(c, row, named.v[i].protocol, to);
	services_free(&named);
	return done;
}

/* ---- the rule ---------------------------------------------------------------------------- */

static void log_of(const struct db_row *row, struct acl_rule *r)
{
	static const char *const levels[] = {"emergencies", "alerts", "critical", "errors",
	    "warnings", "notifications", "informational", "debugging"};

	r->interval = (uint16_t)db_int(row, "interval", 300);
	r->log = row_is(row, "log", "disable") ? ACL_LOG_NONE : ACL_LOG_DEFAULT;
	for (uint8_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (row_is(row, "log", levels[i]))
			r->log = (uint8_t)(ACL_LOG_LEVEL + i);
}

static uint32_t mix(uint32_t h, const void *bytes, size_t n)
{
	for (const uint8_t *p = bytes; n--; p++)
		h = (h ^ *p) * 16777619u;
	return h;
}

uint32_t access_hash(const char *name, const struct acl_rule *r)
{
	const uint32_t says[] = {r->source_first, r->source_last, r->dest_first, r->dest_last,
	    (uint32_t)r->source_low << 16 | r->source_high,
	    (uint32_t)r->dest_low << 16 | r->dest_high, (uint32_t)r->protocol << 1 | r->permit};

	return mix(mix(2166136261u, name, strlen(name)), says, sizeof says);
}

/* One for each combination. More than there may be: then nothing passes from here on. */
static bool combine(const struct ranges *from, const struct ranges *into,
    const struct services *services, const struct acl_rule *like, const char *name,
    struct acl_list *to)
{
	struct acl_rule r = *like;

	for (size_t s = 0; s < services->n; s++)
		for (size_t i = 0; i < from->n; i++)
			for (size_t k = 0; k < into->n; k++) {
				r.protocol = services->v[s].protocol;
				r.source_low = services->v[s].source_low;
				r.source_high = services->v[s].source_high;
				r.dest_low = services->v[s].dest_low;
				r.dest_high = services->v[s].dest_high;
				r.source_first = from->v[i].first;
				r.source_last = from->v[i].last;
				r.dest_first = into->v[k].first;
				r.dest_last = into->v[k].last;
				r.hash = access_hash(name, &r);
				if (!acl_list_add(to, &r))
					return false;
			}
	return true;
}

void access_meaning_free(struct access_meaning *m)
{
	ranges_free(&m->from);
	ranges_free(&m->into);
	services_free(&m->services);
}

bool access_mean(const struct cover *c, const struct db_row *row, struct access_meaning *m)
{
	*m = (struct access_meaning){.from = {0}};
	return network(c, row, &source, &m->from) && network(c, row, &dest, &m->into) &&
	       services_of(c, row, &m->services);
}

/* How many rules that would be. */
static uint64_t rules(const struct access_meaning *m)
{
	return (uint64_t)m->from.n * m->into.n * m->services.n;
}

bool access_is_too_much(const struct cover *c, const struct db_row *row)
{
	struct access_meaning m;
	bool much = access_mean(c, row, &m) && rules(&m) > ACCESS_RULES_MAX;

	access_meaning_free(&m);
	return much;
}

bool access_compile(const struct cover *c, const struct db_row *row, struct acl_list *to)
{
	static struct range all[] = {{0, UINT32_MAX}};
	static struct service any[] = {{0, 0, UINT16_MAX, 0, UINT16_MAX}};
	static const struct ranges everywhere = {.v = all, .n = 1, .size = 1};
	static const struct services everything = {any, 1, 1};
	struct acl_rule like = {
	    .permit = row_is(row, "action", "permit"), .line = (uint32_t)db_int(row, "line", 0)};
	const char *name = db_text(row, "name");
	struct access_meaning m;
	bool done;

	if (access_is_remark(row) || access_is_off(c, row))
		return true;
	log_of(row, &like);
	done = access_mean(c, row, &m);
	if (done && rules(&m) > ACCESS_RULES_MAX) {
		like.permit = false;
		done = combine(&everywhere, &everywhere, &everything, &like, name, to);
	} else if (done) {
		done = combine(&m.from, &m.into, &m.services, &like, name, to);
	}
	access_meaning_free(&m);
	return done;
}
