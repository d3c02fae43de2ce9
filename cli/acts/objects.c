/* Objects, groups and time ranges shown: made of the running-config, and of what names in it mean
 * now. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/config/cover.h"

static void add_piece(void *ctx, const char *text, size_t len)
{
	text_addn(ctx, text, len);
}

/* Adds what `show running-config WORDS` prints; false: they begin no line. */
static bool family(struct act *a, const char *words, const char *name, struct text *to)
{
	const struct manager *m = a->manager;
	struct gram_out out = {add_piece, to};
	struct gram_match *match = malloc(sizeof(*match));
	struct parse_state at;
	char line[200];
	bool fits;

	if (!match)
		abort();
	snprintf(line, sizeof(line), "show running-config %s %s", words, name ? name : "");
	parse_state_init(&at, m->gram, false);
	gram_match(m->gram, &at, PRIVILEGE_MAX, line, match);
	fits = match->status == GRAM_OK && !match->family_all;
	if (fits && !db_render(m->running.db, gram_typed(&a->match, "all") ? RENDER_ALL : 0, match,
			&out))
		act_refuse_unread(a);
	gram_match_done(match);
	free(match);
	return fits;
}

static struct cover cover_now(const struct act *a)
{
	const struct running *r = &a->manager->running;

	return (struct cover){.db = r->db,
	    .fqdns = &r->delivery.meant.names.fqdns,
	    .hours = &r->delivery.meant.names.hours};
}

/* The words that begin the lines of a type of objects, by the kinds of table `object`. */
static const struct kind {
	const char *type, *words, *typed;
	bool group;
} kinds[] = {
	{"network", "object network", "network", false},
	{"service", "object service", "service", false},
	{"network-group", "object-group network", "network", true},
	{"service-group", "object-group service", "service", true},
	{"protocol-group", "object-group protocol", "protocol", true},
	{"icmp-group", "object-group icmp-type", "icmp-type", true},
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* The lines that the act's words are about: of one kind, of one name, of all. False: of a name that
 * nothing has; that is said. */
static bool wanted_lines(struct act *a, bool group, struct text *to)
{
	const char *name = gram_arg(&a->match, "name");
	char type[16] = "", protocol[8];
	bool one = false, known = false;
	struct cover c = cover_now(a);

	if (name && !cover_type(&c, name, type, protocol))
		act_refuse_unread(a);
	for (size_t i = 0; i < N_KINDS; i++)
		one |= kinds[i].group == group && gram_typed(&a->match, kinds[i].typed);
	for (size_t i = 0; i < N_KINDS; i++) {
		const struct kind *k = &kinds[i];

		if (k->group != group || (name && strcmp(type, k->type) != 0) ||
		    (one && !gram_typed(&a->match, k->typed)))
			continue;
		known = true;
		family(a, k->words, name, to);
	}
	if (!known && group)
		act_refuse(a, "ERROR: object-group (%s) does not exist", name);
	else if (!known)
		act_refuse(a, "ERROR: specified object (%s) does not exist", name);
	return known;
}

static void act_show_running_group_id(struct act *a)
{
	struct text t = {0};

	if (wanted_lines(a, true, &t))
		act_say(a, "%s", text_str(&t));
	text_free(&t);
	act_done(a);
}

/* The lines below a head follow it on its line. */
static void act_show_running_object_inline(struct act *a)
{
	struct text t = {0};
	const char *head = "";
	int len = 0;

	wanted_lines(a, false, &t);
	for (const char *s = text_str(&t), *end; *s; s = end + (*end == '\n')) {
		bool below = *s == ' ';

		end = s + strcspn(s, "\n");
		if (below)
			act_say(a, "%.*s%.*s\n", len, head, (int)(end - s), s);
		else if (*end && end[1] != ' ')
			act_say(a, "%.*s\n", (int)(end - s), s);
		head = below ? head : s;
		len = below ? len : (int)(end - s);
	}
	text_free(&t);
	act_done(a);
}

/* ---- what host names stand for ------------------------------------------------------ */

static void say_addresses(struct act *a, const char *name, size_t len)
{
	char word[128];
	const uint32_t *v;
	unsigned n;

	snprintf(word, sizeof(word), "%.*s", (int)len, name);
	n = fqdns_find(&a->manager->running.delivery.meant.names.fqdns, word, &v);
	if (!n)
		act_say(a, " (unresolved)");
	for (unsigned i = 0; i < n; i++) {
		struct addr address = addr_v4(v[i]);
		char text[ADDR_TEXT_MAX];

		act_say(a, "%s%s", i ? ", " : " (resolved: ", addr_text(&address, text));
	}
	if (n)
		act_say(a, ")");
}

static void act_show_object(struct act *a)
{
	struct text t = {0};

	wanted_lines(a, false, &t);
	for (const char *s = text_str(&t), *end; *s; s = end + (*end == '\n')) {
		end = s + strcspn(s, "\n");
		act_say(a, "%.*s", (int)(end - s), s);
		if (strncmp(s, " fqdn ", 6) == 0 && strncmp(s + 6, "v6 ", 3) != 0) {
			s += strncmp(s + 6, "v4 ", 3) == 0 ? 9 : 6;
			say_addresses(a, s, (size_t)(end - s));
		}
		act_say(a, "\n");
	}
	text_free(&t);
	act_done(a);
}

/* ---- groups ------------------------------------------------------------------------- */

struct counting {
	struct act *act;
	unsigned groups;
	char (*v)[65];
};

static void note_group(void *ctx, const struct db_row *row)
{
	struct counting *c = ctx;
	const char *type = db_text(row, "type");
	char(*v)[65];

	if (!type || !strstr(type, "-group"))
		return;
	v = realloc(c->v, (c->groups + 1) * sizeof(*v));
	if (!v)
		abort();
	c->v = v;
	snprintf(v[c->groups++], sizeof(*v), "%s", db_text(row, "name"));
}

/* How many ranges of addresses, or services, a group stands for. */
static void count_group(struct act *a, const char *name)
{
	struct cover c = cover_now(a);
	struct ranges r = {0};
	struct services s = {0};
	char type[16], protocol[8];

	if (!cover_type(&c, name, type, protocol) || !cover_network(&c, name, &r) ||
	    !cover_services(&c, name, 0, &s))
		act_refuse_unread(a);
	for (size_t i = 0; i < N_KINDS; i++)
		if (strcmp(kinds[i].type, type) == 0)
			act_say(a, "%s %s: %zu elements\n", kinds[i].words, name, r.n + s.n);
	ranges_free(&r);
	services_free(&s);
}

static void act_show_object_group(struct act *a)
{
	struct counting c = {.act = a};
	struct db *db = a->manager->running.db;

	if (!gram_typed(&a->match, "count")) {
		act_show_running_group_id(a);
		return;
	}
	if (!db_each(db, db_table(db, "object"), note_group, &c))
		act_refuse_unread(a);
	act_say(a, "Object groups: %u\n", c.groups);
	for (unsigned i = 0; i < c.groups; i++)
		count_group(a, c.v[i]);
	free(c.v);
	act_done(a);
}

/* ---- time ranges -------------------------------------------------------------------- */

static bool is_used(struct act *a, const char *table, const char *column, const char *name)
{
	struct db *db = a->manager->running.db;
	const struct gram_table *t = db_table(db, table);

	return t && gram_column(t, column) >= 0 && db_any(db, t, &column, &name, 1);
}

static void say_users(struct act *a, const char *name)
{
	if (is_used(a, "access_list", "time_range", name))
		act_say(a, "   used in: IP ACL entry\n");
	if (is_used(a, "group_policy", "access_hours", name))
		act_say(a, "   used in: vpn-access-hours\n");
}

static void act_show_time_range(struct act *a)
{
	const char *only = gram_arg(&a->match, "name");
	struct cover c = cover_now(a);
	struct text t = {0};
	char name[65] = "";

	family(a, "time-range", only, &t);
	for (const char *s = text_str(&t), *end; *s; s = end + (*end == '\n')) {
		end = s + strcspn(s, "\n");
		if (*s == ' ')
			act_say(a, "  %.*s\n", (int)(end - s), s);
		if (strncmp(s, "time-range ", 11) != 0)
			continue;
		if (*name)
			say_users(a, name);
		snprintf(name, sizeof(name), "%.*s", (int)(end - s - 11), s + 11);
		act_say(a, "time-range entry: %s (%s)\n", name,
		    cover_active(&c, name) ? "active" : "inactive");
	}
	if (*name)
		say_users(a, name);
	else if (only)
		act_refuse(a, "ERROR: time-range <%s> does not exist", only);
	text_free(&t);
	act_done(a);
}

const struct act_row acts_objects[] = {
    ACT(show_running_object_inline),
    ACT(show_running_group_id),
    ACT(show_object),
    ACT(show_object_group),
    ACT(show_time_range),
    ACTS_END,
};
