/* show nat [detail], clear nat counters: the rules of the configuration with the kernel's hits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/names.h"
#include "cli/config/nat_order.h"
#include "cli/show/nat.h"

/* One walk over the rules of a section. */
struct walk {
	struct act *a;
	unsigned section, number;
	const char *wanted; /* of section 2: static or dynamic; of the others: the rows' place */
	uint32_t object;    /* rows with NAT so far */
	const struct msg_rec_nat_hits *hits;
	size_t n_hits;
	bool headed;
};

struct rule_texts {
	char real_if[64], mapped_if[64], source[64], mapped[64], dest_mapped[64], dest_real[64];
};

static void split_interfaces(const char *ifs, struct rule_texts *t)
{
	snprintf(t->real_if, sizeof(t->real_if), "any");
	snprintf(t->mapped_if, sizeof(t->mapped_if), "any");
	if (ifs && *ifs)
		sscanf(ifs, "%63[^,],%63s", t->real_if, t->mapped_if);
}

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

/* ---- a rule ------------------------------------------------------------------------------ */

static void say_rule(struct walk *w, struct show_nat_rule *r, struct rule_texts *t, uint32_t order)
{
	const struct manager *m = w->a->manager;
	bool detail = gram_typed(&w->a->match, "detail");

	for (size_t i = 0; i < w->n_hits; i++)
		if (w->hits[i].order / NAT_RULE_PARTS == order / NAT_RULE_PARTS) {
			r->translated += w->hits[i].translated;
			r->untranslated += w->hits[i].untranslated;
		}
	if (!w->headed)
		show_nat_section(&w->a->out, w->section);
	w->headed = true;
	r->number = ++w->number;
	r->real_if = t->real_if;
	r->mapped_if = t->mapped_if;
	if (detail) {
		stands_for(m, r->source, t->real_if, t->source);
		stands_for(m, r->mapped, t->mapped_if, t->mapped);
		r->source_text = t->source;
		r->mapped_text = t->mapped;
	}
	if (detail && r->dest_mapped) {
		stands_for(m, r->dest_mapped, t->real_if, t->dest_mapped);
		stands_for(m, r->dest_real, t->mapped_if, t->dest_real);
		r->dest_mapped_text = t->dest_mapped;
		r->dest_real_text = t->dest_real;
	}
	show_nat_rule(&w->a->out, r, detail);
}

static void manual_row(void *ctx, const struct db_row *row)
{
	struct walk *w = ctx;
	const char *place = db_text(row, "place"), *dest = db_text(row, "dest_mapped");
	struct show_nat_rule r = {.kind = db_text(row, "kind"),
	    .source = db_text(row, "source"),
	    .mapped = db_text(row, "mapped"),
	    .dest_mapped = dest && *dest ? dest : NULL,
	    .dest_real = db_text(row, "dest_real"),
	    .no_proxy_arp = db_bool(row, "no_proxy_arp"),
	    .route_lookup = db_bool(row, "route_lookup"),
	    .inactive = db_bool(row, "inactive")};
	struct rule_texts t;

	if (strcmp(place ? place : "", w->wanted) != 0)
		return;
	split_interfaces(db_text(row, "ifs"), &t);
	say_rule(w, &r, &t,
	    nat_order(w->section == 3 ? NAT_SECTION_AFTER : NAT_SECTION_MANUAL,
		(uint32_t)db_int(row, "line", 0)));
}

static void object_row(void *ctx, const struct db_row *row)
{
	struct walk *w = ctx;
	const char *nat = db_text(row, "nat"), *mapped = db_text(row, "nat_mapped");
	struct show_nat_rule r = {.kind = nat, .source = db_text(row, "name"), .mapped = mapped};
	struct rule_texts t;

	if (!nat || !mapped)
		return;
	w->object++;
	if (strcmp(nat, w->wanted) != 0)
		return;
	split_interfaces(db_text(row, "nat_ifs"), &t);
	say_rule(w, &r, &t,
	    nat_order(
		!strcmp(nat, "static") ? NAT_SECTION_OBJECT_STATIC : NAT_SECTION_OBJECT_DYNAMIC,
		w->object));
}

/* In the device's order, which is the kernel's. */
static void rules_shown(struct act *a, const struct answer *r)
{
	const struct manager *m = a->manager;
	const struct gram_table *nat = gram_table(m->gram, "nat"),
				*object = gram_table(m->gram, "object");
	struct walk w = {.a = a, .section = 1, .wanted = ""};
	struct msg_rec_nat_hits *rec;
	bool read;

	if (act_keeper_failed(a, r)) {
		act_done(a);
		return;
	}
	w.hits = rec = answer_records(r, MSG_REC_NAT_HITS, sizeof(*rec), &w.n_hits);
	read = db_each(m->running.db, nat, manual_row, &w);
	w = (struct walk){a, 2, 0, "static", 0, rec, w.n_hits, false};
	read = read && db_each(m->running.db, object, object_row, &w);
	w.wanted = "dynamic";
	w.object = 0;
	read = read && db_each(m->running.db, object, object_row, &w);
	w = (struct walk){a, 3, 0, "after-auto", 0, rec, w.n_hits, false};
	read = read && db_each(m->running.db, nat, manual_row, &w);
	if (!read)
		act_refuse_unread(a);
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
