/*
 * See access_listing.h. A line that names objects is followed by the rules that it stands for, and
 * host names among these by their addresses. Of two rules that say the same the first is hit, the
 * other never.
 */
#include "cli/acts/access_listing.h"

#include <stdlib.h>
#include <string.h>

#include "cli/config/compile_access.h"
#include "cli/show/access_list.h"
#include "engine/base/table.h"

static uint32_t text_hash(const char *text, uint32_t h)
{
	while (*text)
		h = (h ^ (uint8_t)*text++) * 16777619u;
	return h;
}

uint32_t access_name_hash(const char *name)
{
	return text_hash(name, 2166136261u);
}

/* ---- counts ---------------------------------------------------------------------------- */

int access_hit_order(const void *a, const void *b)
{
	const struct access_hit *x = a, *y = b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return x->hash < y->hash ? -1 : x->hash > y->hash;
}

/* Of both roles together. */
static struct access_hit hits_of(const struct access_hits *c, uint32_t name, uint32_t hash)
{
	struct access_hit sum = {name, hash, 0, 0};
	const struct access_hit *at =
	    c->n ? bsearch(&sum, c->v, c->n, sizeof *c->v, access_hit_order) : NULL;

	while (at && at > c->v && access_hit_order(at - 1, &sum) == 0)
		at--;
	for (; at && at < c->v + c->n && access_hit_order(at, &sum) == 0; at++) {
		sum.hits += at->hits;
		sum.last = at->last > sum.last ? at->last : sum.last;
	}
	return sum;
}

/* ---- lists ----------------------------------------------------------------------------- */

/* One list, as far as it was read. */
struct listing {
	struct act *a;
	const struct access_hits *counted;
	struct cover names;
	struct show_names shown;
	const struct gram_table *table;
	bool brief, failed;
	char name[242];
	struct text entries;
	struct table rules; /* those that are in force, by their hash */
	unsigned elements;
	unsigned line;
};

static const struct show_host NO_HOST = {NULL, HOST_ADDRESS};

static const char *name_of(void *ctx, const char *address)
{
	struct listing *l = ctx;

	return delivery_name_of(&l->a->manager->running.delivery, l->table, address);
}

/* The list is read: its head, and what stands below. */
static void end_list(struct listing *l)
{
	if (*l->name) {
		act_say(l->a, "access-list %s; %u elements; name hash: 0x%08x\n", l->name,
		    l->elements, access_name_hash(l->name));
		text_add(&l->a->out, text_str(&l->entries));
	}
	text_clear(&l->entries);
	table_fini(&l->rules);
	l->rules = (struct table){0};
	l->elements = l->line = 0;
}

/* `parent`: of the line that the rule was expanded of, 0: the rule is the line. `on`: it is in
 * force. */
static void say_hits(struct listing *l, uint32_t hash, uint32_t parent, bool on)
{
	uint32_t name = access_name_hash(l->name);
	struct access_hit h = {name, hash, 0, 0};
	uint32_t key = hash ? hash : 1;

	if (on && !table_get(&l->rules, key)) { /* of equal ones the first has the hits */
		h = hits_of(l->counted, name, hash);
		l->failed = !table_add(&l->rules, key, l) || l->failed;
	}
	if (!l->brief)
		text_addf(&l->entries, " (hitcnt=%llu) %s0x%08x \n", (unsigned long long)h.hits,
		    on ? "" : "(inactive) ", hash);
	else if (h.hits)
		text_addf(&l->entries, "%08x %08x %08x %08x\n", hash, parent,
		    (uint32_t)(h.hits > UINT32_MAX ? UINT32_MAX : h.hits), (uint32_t)h.last);
	l->elements++;
}

/* ---- a line that names objects ------------------------------------------------------------ */

struct expanded {
	struct listing *l;
	const struct db_row *row;
	const struct access_meaning *m;
	uint32_t parent;
};

static void a_rule(struct expanded *e, const struct acl_rule *r, const struct show_host *source,
    const struct show_host *dest)
{
	struct listing *l = e->l;

	if (!l->brief) {
		text_addf(&l->entries, "  access-list %s line %u extended ", l->name, l->line);
		show_access_rule(&l->entries, r, &l->shown, source, dest);
		show_access_tail(&l->entries, e->row);
	}
	say_hits(l, r->hash, e->parent, true);
}

/* The host whose address stands there. */
static struct show_host host_at(const struct ranges *r, size_t at)
{
	for (size_t i = 0; i < r->n_hosts; i++)
		if (at >= r->host[i].at && at - r->host[i].at < r->host[i].n)
			return (struct show_host){r->host[i].name, HOST_ADDRESS};
	return NO_HOST;
}

/* A host name itself. */
static struct show_host host_named(const struct ranges_host *h)
{
	return (struct show_host){h->name, h->n ? HOST_RESOLVED : HOST_UNRESOLVED};
}

/* A host name, before its addresses, as the source, or the destination, or both. `other`: the
 * addresses of the end that is none. */
static void a_host(struct expanded *e, size_t service, struct show_host source,
    struct show_host dest, const struct range *other)
{
	const struct service *s = &e->m->services.v[service];
	struct listing *l = e->l;
	struct acl_rule r = {.permit = strcmp(db_text(e->row, "action"), "permit") == 0,
	    .protocol = s->protocol,
	    .source_low = s->source_low,
	    .source_high = s->source_high,
	    .dest_low = s->dest_low,
	    .dest_high = s->dest_high,
	    .source_first = other->first,
	    .source_last = other->last,
	    .dest_first = other->first,
	    .dest_last = other->last};
	struct text text = {0};

	l->elements++;
	if (l->brief)
		return;
	show_access_rule(&text, &r, &l->shown, &source, &dest);
	show_access_tail(&text, e->row);
	text_addf(&l->entries, "  access-list %s line %u extended %s 0x%08x \n", l->name, l->line,
	    text_str(&text), text_hash(text_str(&text), access_name_hash(l->name)));
	text_free(&text);
}

/* The rules of one service from one source (or, behind the last, none). */
static void from_one(
    struct expanded *e, const struct acl_list *rules, size_t service, size_t source)
{
	const struct access_meaning *m = e->m;
	struct show_host from = host_at(&m->from, source), into;

	for (size_t h = 0; h < m->from.n_hosts; h++)
		for (size_t k = 0; m->from.host[h].at == source && k < m->into.n; k++)
			a_host(e, service, host_named(&m->from.host[h]), host_at(&m->into, k),
			    &m->into.v[k]);
	for (size_t k = 0, h = 0; source < m->from.n && k <= m->into.n; k++) {
		for (; h < m->into.n_hosts && m->into.host[h].at == k; h++)
			a_host(e, service, from, host_named(&m->into.host[h]), &m->from.v[source]);
		into = host_at(&m->into, k);
		if (k < m->into.n)
			a_rule(e, &rules->rule[(service * m->from.n + source) * m->into.n + k],
			    &from, &into);
	}
}

/* Host names at both ends, and no address at either. */
static void names_alone(struct expanded *e, size_t service)
{
	static const struct range none = {0};
	const struct ranges *from = &e->m->from, *into = &e->m->into;

	for (size_t h = 0; !from->n && h < from->n_hosts; h++)
		for (size_t k = 0; !into->n && k < into->n_hosts; k++)
			a_host(e, service, host_named(&from->host[h]), host_named(&into->host[k]),
			    &none);
}

/* A line that names objects, and the rules that it stands for now. */
static void expanded(struct listing *l, const struct db_row *row, const char *text, uint32_t parent,
    const struct acl_list *rules)
{
	bool off = access_is_off(&l->names, row);
	struct access_meaning m;
	struct expanded e = {l, row, &m, parent};

	if (!l->brief)
		text_addf(&l->entries, "access-list %s line %u %s%s 0x%08x \n", l->name, l->line,
		    text, off ? " (inactive)" : "", parent);
	if (!access_mean(&l->names, row, &m))
		l->failed = true;
	else if (rules->n != m.services.n * m.from.n * m.into.n) /* off, or too many */
		for (size_t i = 0; i < rules->n; i++)
			a_rule(&e, &rules->rule[i], &NO_HOST, &NO_HOST);
	else
		for (size_t s = 0; !off && s < m.services.n; s++) {
			for (size_t i = 0; i <= m.from.n; i++)
				from_one(&e, rules, s, i);
			names_alone(&e, s);
		}
	access_meaning_free(&m);
}

/* ---- rows ----------------------------------------------------------------------------------- */

static void an_element(void *ctx, const struct db_row *row)
{
	static const struct show_names addresses = {NULL, NULL};
	struct listing *l = ctx;
	const char *name = db_text(row, "name");
	struct acl_list rules = {0};
	struct text text = {0}, same = {0};
	uint32_t hash;

	if (strcmp(l->name, name) != 0) {
		end_list(l);
		snprintf(l->name, sizeof l->name, "%s", name);
	}
	l->line++;
	show_access_row(&text, row, &l->shown);
	show_access_row(&same, row, &addresses); /* whatever is named, it has one hash */
	hash = text_hash(text_str(&same), access_name_hash(name));
	if (access_is_remark(row)) {
		if (!l->brief)
			text_addf(&l->entries, "access-list %s line %u %s\n", name, l->line,
			    text_str(&text));
	} else if (!access_compile(&l->names, row, &rules)) {
		l->failed = true;
	} else if (access_has_objects(row)) {
		expanded(l, row, text_str(&text), hash, &rules);
	} else {
		if (!l->brief)
			text_addf(&l->entries, "access-list %s line %u %s", name, l->line,
			    text_str(&text));
		say_hits(l, rules.n ? rules.rule[0].hash : hash, 0, !access_is_off(&l->names, row));
	}
	acl_list_free(&rules);
	text_free(&text);
	text_free(&same);
}

bool access_listing(struct act *a, const struct access_hits *counted, const char *name, bool brief)
{
	static const char *const column[] = {"name"};
	struct manager *m = a->manager;
	const struct gram_table *table = gram_table(m->gram, "access_list");
	struct listing l = {.a = a,
	    .counted = counted,
	    .names = delivery_cover(&m->running.delivery),
	    .table = table,
	    .brief = brief};
	bool read;

	l.shown = (struct show_names){name_of, &l};
	read = name ? db_where(m->running.db, table, column, &name, 1, an_element, &l)
		    : db_each(m->running.db, table, an_element, &l);
	end_list(&l);
	text_free(&l.entries);
	return read && !l.failed;
}
