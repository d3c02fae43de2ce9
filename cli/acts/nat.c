/* show nat [detail], clear nat counters: the rules of the configuration with the kernel's hits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/names.h"
#include "cli/config/nat_lines.h"
#include "cli/config/nat_pairs.h"
#include "cli/show/nat.h"

/* One walk over the lines. */
struct walk {
	struct act *a;
	const struct cover *cover;
	unsigned section; /* whose heading was printed last; 0: none */
	const struct msg_rec_nat_hits *hits;
	size_t n_hits;
};

/* ---- what names stand for ------------------------------------------------------------ */

static void add_range(struct text *to, uint32_t first, uint32_t last)
{
	uint64_t size = (uint64_t)last - first + 1;
	struct addr a = addr_v4(first), b = addr_v4(last);
	char x[ADDR_TEXT_MAX], y[ADDR_TEXT_MAX];
	int prefix = 32;

	if (*text_str(to))
		text_add(to, ", ");
	if (size & (size - 1) || first & (size - 1)) {
		text_addf(to, "%s-%s", addr_text(&a, x), addr_text(&b, y));
		return;
	}
	for (; size > 1; size >>= 1)
		prefix--;
	text_addf(to, "%s/%d", addr_text(&a, x), prefix);
}

struct mapped_interface {
	const struct manager *manager;
	const char *name;
	struct text *to;
};

/* The address of the configuration, or else the one that its link has (DHCP, the host). */
static void interface_text(void *ctx, const struct db_row *row)
{
	struct mapped_interface *i = ctx;
	const char *nameif = db_text(row, "nameif"), *address = db_text(row, "address");
	const char *mask = db_text(row, "mask");
	const struct net_link *link;
	char now[ADDR_TEXT_MAX];
	struct addr of;

	if (!nameif || strcmp(nameif, i->name) != 0)
		return;
	link = links_find(&i->manager->links, db_text(row, "hardware"));
	if (address && mask && addr_parse(mask, &of))
		text_addf(i->to, "%s/%d", address, mask_prefix(&of));
	else if (link && link->address.family)
		text_addf(i->to, "%s/%d", addr_text(&link->address, now), mask_prefix(&link->mask));
}

/* `any`, `interface` (that the packets leave by), an address, an object or a group. `like`: of an
 * address alone, what it stands beside. */
static void stands_for(const struct walk *w, const char *name, const char *leaves,
    const char *like, struct text *to)
{
	const struct manager *m = w->a->manager;
	struct mapped_interface i = {m, leaves, to};
	struct ranges r = {0}, beside = {0};
	struct addr a;
	uint64_t n;

	if (!strcmp(name, "interface")) {
		db_each(m->running.db, gram_table(m->gram, "interface"), interface_text, &i);
	} else if (!strcmp(name, "any")) {
		text_add(to, "0.0.0.0/0");
	} else if (addr_parse(name, &a)) {
		n = like && cover_network(w->cover, like, &beside) ? ranges_count(&beside) : 1;
		add_range(to, addr_to_v4(&a), (uint32_t)(addr_to_v4(&a) + (n ? n - 1 : 0)));
	} else if (cover_network(w->cover, name, &r)) {
		for (size_t k = 0; k < r.n; k++)
			add_range(to, r.v[k].first, r.v[k].last);
	}
	ranges_free(&r);
	ranges_free(&beside);
}

/* ---- a line ------------------------------------------------------------------------------ */

static void say_hits(const struct walk *w, uint64_t line, struct show_nat_rule *r)
{
	for (size_t i = 0; i < w->n_hits; i++)
		if (w->hits[i].line == line) {
			r->translated = w->hits[i].translated;
			r->untranslated = w->hits[i].untranslated;
		}
}

static void service_text(void *ctx, const struct db_row *row)
{
	const char *op = db_text(row, "src_op"), *port = db_text(row, "src_port");
	const char *high = db_text(row, "src_high"), *side = "source";

	if (!op || !*op) {
		op = db_text(row, "op");
		port = db_text(row, "port");
		high = db_text(row, "port_high");
		side = "destination";
	}
	text_add(ctx, db_text(row, "protocol") ? db_text(row, "protocol") : "");
	if (op && *op && port)
		text_addf(ctx, " %s %s %s%s%s", side, op, port, high && *high ? " " : "",
		    high ? high : "");
}

static void say_detail(const struct walk *w, struct show_nat_rule *r)
{
	enum { SOURCE, MAPPED, DEST_MAPPED, DEST_REAL, SERVICE, SERVICE_TO, TEXTS };
	const struct nat_line *l = r->line;
	const char *service = l->service, *to = l->service_to;
	struct text t[TEXTS] = {{0}};
	struct db *db = w->a->manager->running.db;

	stands_for(w, l->source, l->real_if, NULL, &t[SOURCE]);
	stands_for(w, l->mapped, l->mapped_if, l->fixed ? l->source : NULL, &t[MAPPED]);
	if (l->dest_mapped[0]) {
		stands_for(w, l->dest_mapped, l->real_if, NULL, &t[DEST_MAPPED]);
		stands_for(w, l->dest_real, l->mapped_if, NULL, &t[DEST_REAL]);
	}
	if (*to) {
		db_find(db, "object", &service, 1, service_text, &t[SERVICE]);
		db_find(db, "object", &to, 1, service_text, &t[SERVICE_TO]);
	}
	r->source = text_str(&t[SOURCE]);
	r->mapped = text_str(&t[MAPPED]);
	r->dest_mapped = text_str(&t[DEST_MAPPED]);
	r->dest_real = text_str(&t[DEST_REAL]);
	r->service = text_str(&t[SERVICE]);
	r->service_to = text_str(&t[SERVICE_TO]);
	show_nat_rule(&w->a->out, r, true);
	for (int i = 0; i < TEXTS; i++)
		text_free(&t[i]);
}

/* Does the line translate that real address, or one of that network? */
static bool translates(const struct walk *w, const struct nat_line *l, const struct addr *a)
{
	const char *mask_text = gram_arg(&w->a->match, "mask");
	struct addr mask;
	uint32_t first = addr_to_v4(a), last = first;
	struct ranges r = {0};
	bool found = !strcmp(l->source, "any");

	if (mask_text && addr_parse(mask_text, &mask)) {
		first &= addr_to_v4(&mask);
		last = first | ~addr_to_v4(&mask);
	}
	if (!found && cover_network(w->cover, l->source, &r))
		for (size_t i = 0; i < r.n && !found; i++)
			found = r.v[i].first <= last && r.v[i].last >= first;
	ranges_free(&r);
	return found;
}

/* Is it one of the lines that were asked for? */
static bool is_wanted(const struct walk *w, const struct nat_line *l)
{
	const struct {
		const char *asked, *is;
	} words[] = {
	    {"real_if", l->real_if},
	    {"mapped_if", l->mapped_if},
	    {"source", l->source},
	    {"mapped", l->mapped},
	};
	const char *local = gram_arg(&w->a->match, "local");
	struct addr a;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const char *asked = gram_arg(&w->a->match, words[i].asked);

		if (asked && strcmp(asked, words[i].is) != 0)
			return false;
	}
	return !local || (addr_parse(local, &a) && translates(w, l, &a));
}

static void say_line(struct walk *w, const struct nat_line *l)
{
	struct show_nat_rule r = {.line = l};

	if (!is_wanted(w, l))
		return;
	say_hits(w, l->id, &r);
	if (w->section != l->section + 1u)
		show_nat_section(&w->a->out, l->section + 1u, w->section == 0);
	w->section = l->section + 1u;
	if (gram_typed(&w->a->match, "detail"))
		say_detail(w, &r);
	else
		show_nat_rule(&w->a->out, &r, false);
}

/* In the device's order, which is the kernel's. */
static void rules_shown(struct act *a, const struct answer *r)
{
	const struct cover cover = {.db = a->manager->running.db,
	    .fqdns = &a->manager->running.delivery.meant.names.fqdns};
	struct walk w = {.a = a, .cover = &cover};
	struct msg_rec_nat_hits *rec;
	struct nat_lines lines;

	if (act_keeper_failed(a, r)) {
		act_done(a);
		return;
	}
	w.hits = rec = answer_records(r, MSG_REC_NAT_HITS, sizeof(*rec), &w.n_hits);
	if (!nat_lines_read(a->manager->running.db, &lines))
		act_refuse_unread(a);
	else
		for (size_t i = 0; i < lines.n; i++)
			say_line(&w, &lines.v[i]);
	nat_lines_free(&lines);
	free(rec);
	act_done(a);
}

static void act_show_nat(struct act *a)
{
	act_query(a, ROLE_KEEPER, "nat-hits", NULL, NULL, rules_shown);
}

static void cleared(struct act *a, const struct answer *r)
{
	(void)act_keeper_failed(a, r);
	act_done(a);
}

static void act_clear_nat_counters(struct act *a)
{
	struct ipc_msg msg = {.type = MSG_KEEP_CLEAR, .fd = -1};

	msg.keep_clear.what = "nat";
	msg.keep_clear.device = "";
	act_send(a, ROLE_KEEPER, &msg, cleared);
}

const struct act_row acts_nat[] = {
    ACT(show_nat),
    ACT(clear_nat_counters),
    ACTS_END,
};
