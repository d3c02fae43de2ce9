/*
 * Objects and groups, resolved from their rows. A group's members are read as a whole before the
 * groups among them are looked into: the database answers one question at a time.
 */
#include "cli/config/cover.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/row.h"
#include "cli/config/service.h"
#include "engine/net/access_words.h"

/* ---- lists ---------------------------------------------------------------------- */

/* Room for one more; NULL when memory is short. */
static void *grown(void *v, size_t n, size_t *size, size_t each)
{
	size_t more = *size ? 2 * *size : 8;
	void *to = n < *size ? v : realloc(v, more * each);

	if (to && n == *size)
		*size = more;
	return to;
}

bool ranges_add(struct ranges *r, uint32_t first, uint32_t last)
{
	struct range *v = grown(r->v, r->n, &r->size, sizeof *v);

	if (!v)
		return false;
	r->v = v;
	v[r->n++] = (struct range){first, last};
	return true;
}

bool services_add(struct services *s, const struct service *one)
{
	struct service *v = grown(s->v, s->n, &s->size, sizeof *v);

	if (!v)
		return false;
	s->v = v;
	v[s->n++] = *one;
	return true;
}

static bool ranges_add_host(struct ranges *r, const char *name, unsigned n)
{
	struct ranges_host *v = grown(r->host, r->n_hosts, &r->hosts_size, sizeof *v);

	if (!v)
		return false;
	r->host = v;
	v += r->n_hosts++;
	*v = (struct ranges_host){.at = r->n, .n = n};
	snprintf(v->name, sizeof v->name, "%s", name);
	return true;
}

void ranges_free(struct ranges *r)
{
	free(r->v);
	free(r->host);
	*r = (struct ranges){0};
}

void services_free(struct services *s)
{
	free(s->v);
	*s = (struct services){0};
}

/* ---- a name, being resolved ------------------------------------------------------- */

/* What is asked for, and what of it was found. */
struct work {
	const struct cover *cover;
	struct ranges *ranges; /* one of these two */
	struct services *services;
	uint8_t protocol; /* services of others are left out, 0: of none */
	bool failed;
};

static void add_range(struct work *w, uint32_t first, uint32_t last)
{
	if (w->ranges->n <= COVER_MAX && !ranges_add(w->ranges, first, last))
		w->failed = true;
}

static void add_service(struct work *w, const struct service *s)
{
	if (w->protocol && s->protocol && s->protocol != w->protocol)
		return;
	if (w->services->n <= COVER_MAX && !services_add(w->services, s))
		w->failed = true;
}

/* The services of a row that says some; `ports`: the protocol of the group, of a port-object. */
static void add_services(struct work *w, const struct db_row *row, const char *ports)
{
	const char *protocol = ports ? ports : db_text(row, "protocol");
	bool both = protocol && strcmp(protocol, "tcp-udp") == 0;
	struct service s;

	if (!protocol || !*protocol || !service_ports(row, &s))
		return;
	s.protocol = both ? IPPROTO_TCP : protocol_number(protocol);
	if (s.protocol == IPPROTO_ICMP)
		service_icmp(row, &s);
	add_service(w, &s);
	s.protocol = IPPROTO_UDP;
	if (both)
		add_service(w, &s);
}

static void add_fqdn(struct work *w, const struct db_row *row)
{
	const char *name = db_text(row, "fqdn");
	const uint32_t *addresses;
	unsigned n;

	if (!w->cover->fqdns || !name || row_is(row, "family", "v6"))
		return;
	n = fqdns_find(w->cover->fqdns, name, &addresses);
	if (!ranges_add_host(w->ranges, name, n))
		w->failed = true;
	for (unsigned i = 0; i < n; i++)
		add_range(w, addresses[i], addresses[i]);
}

static void add_network(struct work *w, const struct db_row *row)
{
	uint32_t first = row_v4(row, "first"), second = row_v4(row, "second");

	if (row_is(row, "kind", "host"))
		add_range(w, first, first);
	else if (row_is(row, "kind", "subnet"))
		add_range(w, first & second, first | ~second);
	else if (row_is(row, "kind", "range"))
		add_range(w, first, second);
	else if (row_is(row, "kind", "fqdn"))
		add_fqdn(w, row);
}

/* ---- members -------------------------------------------------------------------- */

/* The names that a group has, in the order of the configuration; between them, what stands there
 * itself, is added as it comes: `own` of these go before the name. */
struct named {
	char name[65];
	struct ranges ranges; /* said by the group itself before this name */
	struct services services;
};

struct reading {
	struct work *work; /* with lists of the name being read */
	const char *ports;
	struct named *v;
	size_t n, size;
	struct ranges ranges;
	struct services services;
};

static void member_row(void *ctx, const struct db_row *row)
{
	struct reading *r = ctx;
	const char *object = db_text(row, "object"), *host = db_text(row, "host");
	struct work own = *r->work;

	own.ranges = &r->ranges;
	own.services = &r->services;
	if (object && *object) {
		struct named *v = grown(r->v, r->n, &r->size, sizeof *v);

		if (!v) {
			r->work->failed = true;
			return;
		}
		r->v = v;
		v += r->n++;
		snprintf(v->name, sizeof v->name, "%s", object);
		v->ranges = r->ranges;
		v->services = r->services;
		r->ranges = (struct ranges){0};
		r->services = (struct services){0};
	} else if (r->work->services) {
		add_services(&own, row,
		    row_is(row, "kind", "port-object")	 ? r->ports
		    : row_is(row, "kind", "icmp-object") ? "icmp"
							 : NULL);
	} else if (host && *host) {
		add_range(&own, row_v4(row, "host"), row_v4(row, "host"));
	} else {
		uint32_t a = row_v4(row, "address"), m = row_v4(row, "mask");

		add_range(&own, a & m, a | ~m);
	}
	r->work->failed |= own.failed;
}

/* Moves what was said by the group itself behind what there is. */
static void take(struct work *w, struct ranges *ranges, struct services *services)
{
	for (size_t i = 0; w->ranges && i < ranges->n && !w->failed; i++)
		add_range(w, ranges->v[i].first, ranges->v[i].last);
	for (size_t i = 0; w->services && i < services->n && !w->failed; i++)
		add_service(w, &services->v[i]);
	ranges_free(ranges);
	services_free(services);
}

static void add_name(struct work *, const char *name, unsigned depth);

static void add_members(struct work *w, const char *name, const char *ports, unsigned depth)
{
	static const char *const column[] = {"name"};
	struct reading r = {.work = w, .ports = ports};

	if (!db_where(w->cover->db, db_table(w->cover->db, "object_member"), column, &name, 1,
		member_row, &r))
		w->failed = true;
	for (size_t i = 0; i < r.n; i++) {
		take(w, &r.v[i].ranges, &r.v[i].services);
		if (!w->failed)
			add_name(w, r.v[i].name, depth + 1);
	}
	take(w, &r.ranges, &r.services);
	free(r.v);
}

struct head { /* what the row of a name says */
	struct work *work;
	bool group;
	char type[16], protocol[8];
};

static void head_row(void *ctx, const struct db_row *row)
{
	struct head *h = ctx;
	const char *type = db_text(row, "type"), *protocol = db_text(row, "protocol");

	snprintf(h->type, sizeof h->type, "%s", type ? type : "");
	snprintf(h->protocol, sizeof h->protocol, "%s", protocol ? protocol : "");
	h->group = strstr(h->type, "-group") != NULL;
	if (!h->work)
		return;
	if (h->work->ranges && strcmp(h->type, "network") == 0)
		add_network(h->work, row);
	if (h->work->services && strcmp(h->type, "service") == 0)
		add_services(h->work, row, NULL);
}

/* Adds what the name stands for. Deeper than groups may stand in one another nothing is. */
static void add_name(struct work *w, const char *name, unsigned depth)
{
	struct head h = {.work = w};

	if (depth > COVER_DEPTH)
		return;
	if (!db_find(w->cover->db, "object", &name, 1, head_row, &h) && db_fault(w->cover->db))
		w->failed = true;
	if (h.group && (strcmp(h.type, "network-group") == 0) == (w->ranges != NULL))
		add_members(w, name, h.protocol, depth);
}

bool cover_network(const struct cover *c, const char *name, struct ranges *to)
{
	struct work w = {.cover = c, .ranges = to};

	add_name(&w, name, 1);
	return !w.failed;
}

bool cover_services(const struct cover *c, const char *name, uint8_t protocol, struct services *to)
{
	struct work w = {.cover = c, .services = to, .protocol = protocol};

	add_name(&w, name, 1);
	return !w.failed;
}

/* ---- who is what, and in whom ----------------------------------------------------- */

bool cover_type(const struct cover *c, const char *name, char type[16], char protocol[8])
{
	struct head h = {0};
	bool found = db_find(c->db, "object", &name, 1, head_row, &h);

	memcpy(type, h.type, sizeof h.type);
	memcpy(protocol, h.protocol, sizeof h.protocol);
	return found || !db_fault(c->db);
}

struct names { /* each once */
	char (*v)[65];
	size_t n, size;
	const char *column; /* whose texts are taken */
	bool failed;
};

static void note_name(void *ctx, const struct db_row *row)
{
	struct names *to = ctx;
	const char *name = db_text(row, to->column);
	char(*v)[65];

	for (size_t i = 0; name && i < to->n; i++)
		if (strcmp(to->v[i], name) == 0)
			return;
	if (!name || !*name)
		return;
	v = grown(to->v, to->n, &to->size, sizeof *v);
	if (!v) {
		to->failed = true;
		return;
	}
	to->v = v;
	snprintf(v[to->n++], sizeof *v, "%s", name);
}

/* The rows of members in which column `of` has the name. */
static void note_names(const struct cover *c, const char *of, const char *name, struct names *to)
{
	if (!db_where(c->db, db_table(c->db, "object_member"), &of, &name, 1, note_name, to))
		to->failed = true;
}

unsigned cover_depth(const struct cover *c, const char *name)
{
	struct names level = {.column = "object"}, next;
	unsigned depth = 1;

	note_names(c, "name", name, &level);
	while (level.n && !level.failed && depth <= COVER_DEPTH) {
		next = (struct names){.column = "object", .failed = level.failed};
		for (size_t i = 0; i < level.n; i++)
			note_names(c, "name", level.v[i], &next);
		free(level.v);
		level = next;
		depth++;
	}
	free(level.v);
	return level.failed ? 0 : depth;
}

bool cover_active(const struct cover *c, const char *time_range)
{
	return !*time_range || (c->hours && hours_active(c->hours, time_range));
}
