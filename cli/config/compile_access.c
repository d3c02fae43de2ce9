/* Rows of access lists become rules; see compile_access.h. */
#include "cli/config/compile_access.h"

#include <netinet/in.h>
#include <string.h>

#include "cli/config/row.h"
#include "engine/net/access_words.h"

/* The columns of one side of an element. */
struct side {
	const char *kind, *address, *mask, *op, *port, *high;
};

static const struct side source = {"src_kind", "src", "src_mask", "src_op", "src_port", "src_high"},
			 dest = {"dst_kind", "dst", "dst_mask", "op", "port", "port_high"};

bool access_is_remark(const struct db_row *row)
{
	return row_is(row, "kind", "remark");
}

bool access_has_names(const struct db_row *row)
{
	return row_is(row, source.kind, "interface") || row_is(row, dest.kind, "interface");
}

static void interface_address(void *ctx, const struct db_row *row)
{
	*(uint32_t *)ctx = row_v4(row, "address");
}

static bool address_of(const struct access_names *names, const char *nameif, struct range *to)
{
	static const char *const column[] = {"nameif"};

	*to = (struct range){0, 0};
	if (!db_where(names->db, gram_table(names->gram, "interface"), column, &nameif, 1,
		interface_address, &to->first))
		return false;
	to->last = to->first;
	return true;
}

/* any, any4: everything; host A, interface IF: A; else address and mask. `to` is empty, 0 to 0,
 * when no packet of ours fits: it is IPv6, or an interface without an address. */
static bool network(const struct access_names *names, const struct db_row *row,
    const struct side *side, struct range *to)
{
	uint32_t address = row_v4(row, side->address), mask = row_v4(row, side->mask);

	*to = (struct range){0, UINT32_MAX};
	if (row_is(row, side->kind, "any6"))
		*to = (struct range){0, 0};
	else if (row_is(row, side->kind, "interface"))
		return address_of(names, db_text(row, side->address), to);
	else if (row_is(row, side->kind, "host"))
		*to = (struct range){address, address};
	else if (!row_is(row, side->kind, "any") && !row_is(row, side->kind, "any4") &&
		 db_text(row, side->mask) && *db_text(row, side->mask))
		*to = (struct range){address & mask, address | ~mask};
	return true;
}

static uint16_t port(const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);

	return text ? port_number(text) : 0;
}

/* False: no port is greater than 65535, or less than 0. */
static bool port_range(
    const struct db_row *row, const struct side *side, uint16_t *low, uint16_t *high)
{
	const char *op = db_text(row, side->op);
	uint16_t p;

	*low = 0;
	*high = UINT16_MAX;
	if (!op || !*op)
		return true;
	p = port(row, side->port);
	if (strcmp(op, "eq") == 0)
		*low = *high = p;
	else if (strcmp(op, "range") == 0)
		*low = p, *high = port(row, side->high);
	else if (strcmp(op, "gt") == 0)
		*low = (uint16_t)(p + 1);
	else if (strcmp(op, "lt") == 0)
		*high = (uint16_t)(p - 1);
	else if (strcmp(op, "neq") == 0)
		*low = (uint16_t)(p + 1), *high = (uint16_t)(p - 1);
	return !(strcmp(op, "gt") == 0 && p == UINT16_MAX) && !(strcmp(op, "lt") == 0 && p == 0);
}

/* Of ICMP the type, and the code if it is named (engine/net/acl.h). */
static void icmp_range(const struct db_row *row, uint16_t *low, uint16_t *high)
{
	const char *type = db_text(row, dest.port), *code = db_text(row, dest.high);
	int number = type && *type ? icmp_type(type) : -1;

	if (number < 0)
		return;
	*low = (uint16_t)(number << 8);
	*high = (uint16_t)(*low | UINT8_MAX);
	if (code && *code)
		*low = *high = (uint16_t)(*low | port_number(code));
}

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

static bool is_nothing(const struct range *a)
{
	return a->first == 0 && a->last == 0;
}

bool access_compile(const struct access_names *names, const struct db_row *row, struct acl_list *to)
{
	struct acl_rule r = {.permit = row_is(row, "action", "permit"),
	    .protocol = protocol_number(db_text(row, "protocol")),
	    .line = (uint32_t)db_int(row, "line", 0)};
	struct range from, into;

	if (access_is_remark(row) || db_bool(row, "inactive"))
		return true;
	if (!network(names, row, &source, &from) || !network(names, row, &dest, &into))
		return false;
	if (is_nothing(&from) || is_nothing(&into) ||
	    !port_range(row, &source, &r.source_low, &r.source_high) ||
	    !port_range(row, &dest, &r.dest_low, &r.dest_high))
		return true;
	if (r.protocol == IPPROTO_ICMP)
		icmp_range(row, &r.dest_low, &r.dest_high);
	r.source_first = from.first;
	r.source_last = from.last;
	r.dest_first = into.first;
	r.dest_last = into.last;
	log_of(row, &r);
	r.hash = access_hash(db_text(row, "name"), &r);
	return acl_list_add(to, &r);
}
