/* Shows that are made of the running-config: version, access lists, NAT. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/interfaces.h"
#include "cli/show/show.h"

/* ---- version ------------------------------------------------------------ */

/* "Tue 20-Aug-19 12:46" of the compiler's __DATE__ and __TIME__. */
static void compiled(char *to, size_t size)
{
	struct tm tm = {0};
	time_t t;

	to[0] = 0;
	if (!strptime(__DATE__ " " __TIME__, "%b %d %Y %H:%M:%S", &tm))
		return;
	t = timegm(&tm);
	gmtime_r(&t, &tm);
	strftime(to, size, "%a %d-%b-%y %H:%M", &tm);
}

static void act_show_version(struct act *a)
{
	struct manager *m = a->manager;
	struct interfaces *l = interfaces_collect(a);
	char when[40];
	struct show_version_info v = {
	    .version = DEVICE_VERSION,
	    .compiled = when,
	    .hostname = m->running.delivery.own.hostname,
	    .hardware = DEVICE_HARDWARE,
	    .config_file = m->running.file,
	    .uptime = (uv_hrtime() - m->started) / 1000000000,
	    .memory_mb = m->machine.memory_mb,
	    .capacity = DEVICE_CAPACITY,
	    .cpu = m->machine.cpu,
	    .serial = m->machine.serial,
	    .link = l->v,
	    .links = l->n,
	    .modified = m->running.settle.modified[0] ? m->running.settle.modified : NULL,
	};

	compiled(when, sizeof(when));
	show_version(&a->out, &v);
	free(l);
	act_done(a);
}

/* ---- access lists, NAT -------------------------------------------------- */

static void add_piece(void *ctx, const char *text, size_t len)
{
	text_addn(ctx, text, len);
}

/* The lines of a family as `show running-config WORDS` prints them. */
static void family_lines(struct act *a, const char *words, struct text *to)
{
	const struct manager *m = a->manager;
	struct gram_out out = {add_piece, to};
	struct gram_match *match = malloc(sizeof(*match));
	struct parse_state at;
	char line[512];

	if (!match)
		abort();
	snprintf(line, sizeof(line), "show running-config %s", words);
	parse_state_init(&at, m->gram, false);
	gram_match(m->gram, &at, PRIVILEGE_MAX, line, match);
	if (match->status == GRAM_OK && !match->family_all &&
	    !db_render(m->running.db, 0, match, &out))
		act_refuse_unread(a);
	gram_match_done(match);
	free(match);
}

static unsigned elements(const char *text, const char *name, size_t len)
{
	unsigned n = 0;

	for (const char *s = text; *s; s += strcspn(s, "\n"), s += *s == '\n')
		if (strncmp(s, "access-list ", 12) == 0 && strncmp(s + 12, name, len) == 0 &&
		    s[12 + len] == ' ')
			n++;
	return n;
}

static uint32_t name_hash(const char *name, size_t len)
{
	uint32_t h = 2166136261u;

	while (len--)
		h = (h ^ (uint8_t)*name++) * 16777619u;
	return h;
}

static void act_show_access_list(struct act *a)
{
	const char *only = gram_arg(&a->match, "name"), *last = "";
	char words[300];
	struct text t = {0};
	unsigned line = 0;

	snprintf(words, sizeof(words), "access-list %s", only ? only : "");
	family_lines(a, words, &t);
	for (const char *s = text_str(&t), *end; *s; s = end + (*end == '\n')) {
		const char *name = s + 12;
		size_t len = strcspn(name, " \n");

		end = s + strcspn(s, "\n");
		if (strncmp(s, "access-list ", 12) != 0)
			continue;
		if (strncmp(last, name, len + 1) != 0) {
			act_say(a, "access-list %.*s; %u elements; name hash: 0x%08x\n", (int)len,
			    name, elements(text_str(&t), name, len), name_hash(name, len));
			last = name;
			line = 0;
		}
		act_say(a, "access-list %.*s line %u%.*s\n", (int)len, name, ++line,
		    (int)(end - name - (ptrdiff_t)len), name + len);
	}
	text_free(&t);
	act_done(a);
}

struct nat_show {
	struct text *out;
	const char *section, *place; /* rows of which place; NULL = objects */
	unsigned n;
};

static void nat_interfaces(struct nat_show *s, const char *ifs)
{
	size_t real = strcspn(ifs ? ifs : "", ",");

	if (s->n++ == 0)
		text_addf(s->out, "%s\n", s->section);
	if (ifs && ifs[real])
		text_addf(s->out, "%u (%.*s) to (%s) ", s->n, (int)real, ifs, ifs + real + 1);
	else
		text_addf(s->out, "%u (any) to (any) ", s->n);
}

static void nat_row(void *ctx, const struct db_row *row)
{
	struct nat_show *s = ctx;
	const char *place = db_text(row, "place"), *dest = db_text(row, "dest_mapped");

	if (strcmp(place ? place : "", s->place) != 0)
		return;
	nat_interfaces(s, db_text(row, "ifs"));
	text_addf(s->out, "source %s %s %s ", db_text(row, "kind"), db_text(row, "source"),
	    db_text(row, "mapped"));
	if (dest && *dest)
		text_addf(s->out, "  destination static %s %s", dest, db_text(row, "dest_real"));
	text_addf(s->out, "%s%s%s\n", db_bool(row, "no_proxy_arp") ? " no-proxy-arp" : "",
	    db_bool(row, "route_lookup") ? " route-lookup" : "",
	    db_bool(row, "inactive") ? " inactive" : "");
}

static void object_nat_row(void *ctx, const struct db_row *row)
{
	struct nat_show *s = ctx;

	if (!db_text(row, "nat"))
		return;
	nat_interfaces(s, db_text(row, "nat_ifs"));
	text_addf(s->out, "source %s %s %s \n", db_text(row, "nat"), db_text(row, "name"),
	    db_text(row, "nat_mapped"));
}

static void act_show_nat(struct act *a)
{
	const struct manager *m = a->manager;
	struct nat_show manual = {&a->out, "Manual NAT Policies (Section 1)", "", 0};
	struct nat_show automatic = {&a->out, "Auto NAT Policies (Section 2)", NULL, 0};
	struct nat_show after = {&a->out, "Manual NAT Policies (Section 3)", "after-auto", 0};

	if (!db_each(m->running.db, gram_table(m->gram, "nat"), nat_row, &manual) ||
	    !db_each(m->running.db, gram_table(m->gram, "object"), object_nat_row, &automatic) ||
	    !db_each(m->running.db, gram_table(m->gram, "nat"), nat_row, &after))
		act_refuse_unread(a);
	act_done(a);
}

const struct act_row acts_show[] = {
	ACT(show_version),
	ACT(show_access_list),
	ACT(show_nat),
	ACTS_END,
};
