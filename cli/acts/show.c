/* Shows that are made of the running-config and the links: version, interfaces, lists, NAT. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/manager/manager.h"
#include "cli/show/show.h"

/* ---- interfaces --------------------------------------------------------- */

#define LINKS_MAX 128

/* The interfaces of the configuration and the Ethernet cards without one, with texts of their own. */
struct links {
	const struct manager *m;
	struct show_link link[LINKS_MAX];
	struct {
		char hardware[32], nameif[64], mac[24], device[32];
	} text[LINKS_MAX];
	size_t n;
};

static struct show_link *link_add(struct links *l, const char *hardware, const char *nameif)
{
	struct show_link *s = &l->link[l->n];
	const struct manager_link *live = manager_link_find(l->m, hardware);

	snprintf(l->text[l->n].hardware, sizeof(l->text[0].hardware), "%s", hardware);
	snprintf(l->text[l->n].nameif, sizeof(l->text[0].nameif), "%s", nameif ? nameif : "");
	snprintf(l->text[l->n].mac, sizeof(l->text[0].mac), "%s", live ? live->mac : "");
	snprintf(l->text[l->n].device, sizeof(l->text[0].device), "%s",
	    !live ? "" : live->device[0] ? live->device : live->last);
	*s = (struct show_link){
	    .device = l->text[l->n].device,
	    .present = live && live->device[0],
	    .hardware = l->text[l->n].hardware,
	    .nameif = l->text[l->n].nameif,
	    .mac = l->text[l->n].mac,
	    .security_level = -1,
	    .method = "unset",
	};
	if (live) {
		s->up = live->up && live->carrier;
		s->mtu = live->mtu;
		s->address = live->address;
		s->mask = live->mask;
		s->method = live->address.family ? "manual" : "unset";
	}
	l->n++;
	return s;
}

static void link_row(void *ctx, const struct db_row *row)
{
	struct links *l = ctx;
	struct show_link *s;
	const char *address = db_text(row, "address"), *mask = db_text(row, "mask");
	const struct manager_link *live = manager_link_find(l->m, db_text(row, "hardware"));

	if (l->n == LINKS_MAX)
		return;
	s = link_add(l, db_text(row, "hardware"), db_text(row, "nameif"));
	s->security_level = db_int(row, "security_level", -1);
	s->shutdown = db_bool(row, "shutdown");
	if (!address || !mask || !addr_parse(address, &s->address) || !addr_parse(mask, &s->mask))
		return;
	s->method = "CONFIG";
	/* Somebody has taken it away. */
	if (live && live->device[0] && !manager_link_has(live, &s->address, &s->mask))
		s->address.family = 0;
}

static int link_order(const void *a, const void *b)
{
	return strverscmp(((const struct show_link *)a)->hardware,
	    ((const struct show_link *)b)->hardware);
}

static struct links *links_collect(struct operator *op)
{
	const struct manager *m = op->manager;
	struct links *l = calloc(1, sizeof(*l));
	size_t configured;

	if (!l)
		abort();
	l->m = m;
	if (!db_each(m->db, gram_table(m->gram, "interface"), link_row, l))
		operator_refuse_unread(op);
	configured = l->n;
	for (unsigned i = 0; i < m->n_links && l->n < LINKS_MAX; i++) {
		bool known = !m->link[i].hardware[0] || !m->link[i].device[0];

		for (size_t j = 0; j < configured && !known; j++)
			known = strcmp(l->link[j].hardware, m->link[i].hardware) == 0 ||
			    strcmp(l->link[j].hardware, m->link[i].device) == 0;
		if (!known)
			link_add(l, m->link[i].hardware, NULL);
	}
	qsort(l->link, l->n, sizeof(l->link[0]), link_order);
	return l;
}

static void show_links(struct operator *op,
    void (*format)(struct text *, const struct show_link *, size_t))
{
	struct links *l = links_collect(op);

	format(&op->out, l->link, l->n);
	free(l);
	operator_done(op);
}

static void exec_show_nameif(struct operator *op)
{
	show_links(op, show_nameif);
}

static void exec_show_interface(struct operator *op)
{
	show_links(op, show_interface);
}

static void exec_show_interface_brief(struct operator *op)
{
	show_links(op, show_interface_brief);
}

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

static void exec_show_version(struct operator *op)
{
	struct manager *m = op->manager;
	struct links *l = links_collect(op);
	char when[40];
	struct show_version_info v = {
	    .version = DEVICE_VERSION,
	    .compiled = when,
	    .hostname = m->hostname,
	    .hardware = DEVICE_HARDWARE,
	    .config_file = m->config_file,
	    .uptime = (uv_hrtime() - m->started) / 1000000000,
	    .memory_mb = m->machine.memory_mb,
	    .capacity = MANAGER_CAPACITY,
	    .cpu = m->machine.cpu,
	    .serial = m->machine.serial,
	    .link = l->link,
	    .links = l->n,
	    .modified = m->modified[0] ? m->modified : NULL,
	};

	compiled(when, sizeof(when));
	show_version(&op->out, &v);
	free(l);
	operator_done(op);
}

/* ---- access lists, NAT -------------------------------------------------- */

static void add_piece(void *ctx, const char *text, size_t len)
{
	text_addn(ctx, text, len);
}

/* The lines of a family as `show running-config WORDS` prints them. */
static void family_lines(struct operator *op, const char *words, struct text *to)
{
	const struct manager *m = op->manager;
	struct gram_out out = {add_piece, to};
	struct gram_match *match = malloc(sizeof(*match));
	struct parse_state at;
	char line[512];

	if (!match)
		abort();
	snprintf(line, sizeof(line), "show running-config %s", words);
	parse_state_init(&at, m->gram, false);
	gram_match(m->gram, &at, PRIVILEGE_MAX, line, match);
	if (match->status == GRAM_OK && !match->family_all && !db_render(m->db, 0, match, &out))
		operator_refuse_unread(op);
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

static void exec_show_access_list(struct operator *op)
{
	const char *only = gram_arg(&op->match, "name"), *last = "";
	char words[300];
	struct text t = {0};
	unsigned line = 0;

	snprintf(words, sizeof(words), "access-list %s", only ? only : "");
	family_lines(op, words, &t);
	for (const char *s = text_str(&t), *end; *s; s = end + (*end == '\n')) {
		const char *name = s + 12;
		size_t len = strcspn(name, " \n");

		end = s + strcspn(s, "\n");
		if (strncmp(s, "access-list ", 12) != 0)
			continue;
		if (strncmp(last, name, len + 1) != 0) {
			operator_say(op, "access-list %.*s; %u elements; name hash: 0x%08x\n", (int)len, name,
			    elements(text_str(&t), name, len), name_hash(name, len));
			last = name;
			line = 0;
		}
		operator_say(op, "access-list %.*s line %u%.*s\n", (int)len, name, ++line,
		    (int)(end - name - (ptrdiff_t)len), name + len);
	}
	text_free(&t);
	operator_done(op);
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
	    db_bool(row, "route_lookup") ? " route-lookup" : "", db_bool(row, "inactive") ? " inactive" : "");
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

static void exec_show_nat(struct operator *op)
{
	const struct manager *m = op->manager;
	struct nat_show manual = {&op->out, "Manual NAT Policies (Section 1)", "", 0};
	struct nat_show automatic = {&op->out, "Auto NAT Policies (Section 2)", NULL, 0};
	struct nat_show after = {&op->out, "Manual NAT Policies (Section 3)", "after-auto", 0};

	if (!db_each(m->db, gram_table(m->gram, "nat"), nat_row, &manual) ||
	    !db_each(m->db, gram_table(m->gram, "object"), object_nat_row, &automatic) ||
	    !db_each(m->db, gram_table(m->gram, "nat"), nat_row, &after))
		operator_refuse_unread(op);
	operator_done(op);
}

const struct exec_entry exec_show[] = {
	{"show_version",         exec_show_version},
	{"show_nameif",          exec_show_nameif},
	{"show_interface",       exec_show_interface},
	{"show_interface_brief", exec_show_interface_brief},
	{"show_access_list",     exec_show_access_list},
	{"show_nat",             exec_show_nat},
	{NULL, NULL},
};
