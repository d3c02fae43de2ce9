/* show nat [detail], clear nat counters: the rules of the configuration with the kernel's hits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/names.h"
#include "cli/config/nat_lines.h"
#include "cli/show/nat.h"

/* One walk over the lines. */
struct walk {
	struct act *a;
	unsigned section; /* whose heading was printed last; 0: none */
	const struct msg_rec_nat_hits *hits;
	size_t n_hits;
};

struct rule_texts {
	char source[64], mapped[64], dest_mapped[64], dest_real[64];
};

/* ---- what names stand for ------------------------------------------------------------ */

static void object_text(void *ctx, const struct db_row *row)
{
	const char *kind = db_text(row, "kind"), *first = db_text(row, "first");
	const char *second = db_text(row, "second");
	struct addr mask;
	char *to = ctx;

	if (!kind || !first)
		return;
	if (!strcmp(kind, "range"))
		snprintf(to, 64, "%.20s-%.20s", first, second ? second : first);
	else if (!strcmp(kind, "host") || !second || !addr_parse(second, &mask))
		snprintf(to, 64, "%.20s/32", first);
	else
		snprintf(to, 64, "%.20s/%d", first, mask_prefix(&mask));
}

struct mapped_interface {
	const char *name;
	char *to;
};

static void interface_text(void *ctx, const struct db_row *row)
{
	struct mapped_interface *i = ctx;
	const char *nameif = db_text(row, "nameif"), *address = db_text(row, "address");
	struct addr mask;

	if (nameif && address && !strcmp(nameif, i->name) && db_text(row, "mask") &&
	    addr_parse(db_text(row, "mask"), &mask))
		snprintf(i->to, 64, "%.20s/%d", address, mask_prefix(&mask));
}

/* `any`, `interface` (that the packets leave by), an address or the name of an object. */
static void stands_for(const struct manager *m, const char *name, const char *leaves, char to[64])
{
	struct mapped_interface i = {leaves, to};
	struct addr a;

	to[0] = 0;
	if (!strcmp(name, "interface"))
		db_each(m->running.db, gram_table(m->gram, "interface"), interface_text, &i);
	else if (!strcmp(name, "any"))
		snprintf(to, 64, "0.0.0.0/0");
	else if (addr_parse(name, &a))
		snprintf(to, 64, "%.40s/32", name);
	else
		db_find(m->running.db, "object", &name, 1, object_text, to);
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

static void say_detail(
    const struct manager *m, const struct nat_line *l, struct rule_texts *t, struct show_nat_rule *r)
{
	stands_for(m, l->source, l->real_if, t->source);
	stands_for(m, l->mapped, l->mapped_if, t->mapped);
	r->source_text = t->source;
	r->mapped_text = t->mapped;
	if (!r->dest_mapped)
		return;
	stands_for(m, l->dest_mapped, l->real_if, t->dest_mapped);
	stands_for(m, l->dest_real, l->mapped_if, t->dest_real);
	r->dest_mapped_text = t->dest_mapped;
	r->dest_real_text = t->dest_real;
}

static void say_line(struct walk *w, const struct nat_line *l)
{
	bool detail = gram_typed(&w->a->match, "detail");
	struct show_nat_rule r = {.number = l->number,
	    .kind = l->fixed ? "static" : "dynamic",
	    .real_if = l->real_if,
	    .mapped_if = l->mapped_if,
	    .source = l->source,
	    .mapped = l->mapped,
	    .dest_mapped = l->dest_mapped[0] ? l->dest_mapped : NULL,
	    .dest_real = l->dest_real,
	    .no_proxy_arp = l->no_proxy_arp,
	    .route_lookup = l->route_lookup,
	    .inactive = l->inactive};
	struct rule_texts t;

	say_hits(w, l->id, &r);
	if (detail)
		say_detail(w->a->manager, l, &t, &r);
	if (w->section != l->section + 1u)
		show_nat_section(&w->a->out, l->section + 1u);
	w->section = l->section + 1u;
	show_nat_rule(&w->a->out, &r, detail);
}

/* In the device's order, which is the kernel's. */
static void rules_shown(struct act *a, const struct answer *r)
{
	struct walk w = {.a = a};
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
