/*
 * show access-list, clear access-list counters: the lists of the configuration, expanded to their
 * rules, with what the kernel (between interfaces) and the engine (of clients) have counted.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/names.h"
#include "cli/config/compile_access.h"
#include "cli/show/access_list.h"

struct hit {
	uint32_t name, hash; /* of the list and of the rule */
	uint64_t hits, last; /* last: Unix time, 0 = never */
};

/* What both roles have counted, while they are asked. */
struct counted {
	struct hit *v;
	size_t n;
};

static uint32_t text_hash(const char *text, uint32_t h)
{
	while (*text)
		h = (h ^ (uint8_t)*text++) * 16777619u;
	return h;
}

static uint32_t name_hash(const char *name)
{
	return text_hash(name, 2166136261u);
}

/* ---- counts ---------------------------------------------------------------------------- */

static int by_rule(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static void counted_free(struct act *a)
{
	struct counted *c = a->work;

	if (c)
		free(c->v);
	free(c);
	a->work = NULL;
}

/* A role that does not answer has counted nothing. */
static void add_answer(struct act *a, const struct answer *r)
{
	struct counted *c = a->work;
	size_t n;
	struct msg_rec_access_hits *rec = answer_records(r, MSG_REC_ACCESS_HITS, sizeof *rec, &n);
	struct hit *grown = rec && n ? realloc(c->v, (c->n + n) * sizeof *grown) : NULL;

	for (size_t i = 0; grown && i < n; i++)
		grown[c->n++] = (struct hit){
		    name_hash(rec[i].name), rec[i].hash, rec[i].hits, rec[i].last};
	if (grown)
		c->v = grown;
	free(rec);
}

/* Of both roles together. */
static struct hit hits_of(const struct counted *c, const char *name, uint32_t hash)
{
	struct hit sum = {name_hash(name), hash, 0, 0};
	const struct hit *at = c->n ? bsearch(&sum, c->v, c->n, sizeof *c->v, by_rule) : NULL;

	while (at && at > c->v && by_rule(at - 1, &sum) == 0)
		at--;
	for (; at && at < c->v + c->n && by_rule(at, &sum) == 0; at++) {
		sum.hits += at->hits;
		sum.last = at->last > sum.last ? at->last : sum.last;
	}
	return sum;
}

/* ---- lists ----------------------------------------------------------------------------- */

/* One list, as far as it was read. */
struct listing {
	struct act *a;
	const struct counted *counted;
	struct cover names;
	bool brief, failed;
	char name[242];
	struct text entries;
	unsigned elements;
	unsigned line;
};

/* The list is read: its head, and what stands below. */
static void end_list(struct listing *l)
{
	if (*l->name) {
		act_say(l->a, "access-list %s; %u elements; name hash: 0x%08x\n", l->name,
		    l->elements, name_hash(l->name));
		text_add(&l->a->out, text_str(&l->entries));
	}
	text_clear(&l->entries);
	l->elements = l->line = 0;
}

/* `parent`: of the line that the rule was expanded of, 0: the rule is the line. */
static void say_hits(struct listing *l, uint32_t hash, uint32_t parent, bool inactive)
{
	struct hit h = hits_of(l->counted, l->name, hash);

	if (!l->brief)
		text_addf(&l->entries, " (hitcnt=%llu) %s0x%08x \n", (unsigned long long)h.hits,
		    inactive ? "(inactive) " : "", hash);
	else if (h.hits)
		text_addf(&l->entries, "%08x %08x %08x %08x\n", hash, parent,
		    (uint32_t)(h.hits > UINT32_MAX ? UINT32_MAX : h.hits), (uint32_t)h.last);
}

/* A line that names objects, and the rules that it stands for now. */
static void expanded(
    struct listing *l, const struct db_row *row, const char *text, const struct acl_list *rules)
{
	uint32_t parent = text_hash(text, name_hash(l->name));

	if (!l->brief)
		text_addf(&l->entries, "access-list %s line %u %s%s 0x%08x \n", l->name, l->line,
		    text, access_is_off(&l->names, row) ? " (inactive)" : "", parent);
	for (size_t i = 0; i < rules->n; i++) {
		if (!l->brief) {
			text_addf(
			    &l->entries, "  access-list %s line %u extended ", l->name, l->line);
			show_access_rule(&l->entries, &rules->rule[i]);
			show_access_tail(&l->entries, row);
		}
		say_hits(l, rules->rule[i].hash, parent, false);
	}
	l->elements += (unsigned)rules->n;
}

static void plain(
    struct listing *l, const struct db_row *row, const char *text, const struct acl_list *rules)
{
	if (!l->brief)
		text_addf(&l->entries, "access-list %s line %u %s", l->name, l->line, text);
	say_hits(l, rules->n ? rules->rule[0].hash : text_hash(text, name_hash(l->name)), 0,
	    access_is_off(&l->names, row));
	l->elements++;
}

static void an_element(void *ctx, const struct db_row *row)
{
	struct listing *l = ctx;
	const char *name = db_text(row, "name");
	struct acl_list rules = {0};
	struct text text = {0};

	if (strcmp(l->name, name) != 0) {
		end_list(l);
		snprintf(l->name, sizeof l->name, "%s", name);
	}
	l->line++;
	show_access_row(&text, row);
	if (access_is_remark(row)) {
		if (!l->brief)
			text_addf(&l->entries, "access-list %s line %u %s\n", name, l->line,
			    text_str(&text));
	} else if (!access_compile(&l->names, row, &rules)) {
		l->failed = true;
	} else if (access_has_objects(row)) {
		expanded(l, row, text_str(&text), &rules);
	} else {
		plain(l, row, text_str(&text), &rules);
	}
	acl_list_free(&rules);
	text_free(&text);
}

static void show(struct act *a)
{
	static const char *const column[] = {"name"};
	struct manager *m = a->manager;
	const struct gram_table *table = gram_table(m->gram, "access_list");
	const char *only = gram_arg(&a->match, "name");
	struct listing l = {.a = a,
	    .counted = a->work,
	    .names = delivery_cover(&m->running.delivery),
	    .brief = gram_typed(&a->match, "brief")};

	if (!only)
		act_say(a, "access-list cached ACL log flows: total 0, denied 0 "
			   "(deny-flow-max 4096)\n            alert-interval 300\n");
	if (!(only ? db_where(m->running.db, table, column, &only, 1, an_element, &l)
		   : db_each(m->running.db, table, an_element, &l)) ||
	    l.failed)
		act_refuse_unread(a);
	end_list(&l);
	text_free(&l.entries);
}

static void engine_counted(struct act *a, const struct answer *r)
{
	struct counted *c = a->work;

	add_answer(a, r);
	if (c->n)
		qsort(c->v, c->n, sizeof *c->v, by_rule);
	show(a);
	counted_free(a);
	act_done(a);
}

static void keeper_counted(struct act *a, const struct answer *r)
{
	add_answer(a, r);
	act_query(a, ROLE_ENGINE, "access-hits", "", "", engine_counted);
}

static void act_show_access_list(struct act *a)
{
	a->work = calloc(1, sizeof(struct counted));
	a->drop = counted_free;
	if (!a->work)
		abort();
	act_query(a, ROLE_KEEPER, "access-hits", "", "", keeper_counted);
}

/* ---- clear access-list NAME counters ---------------------------------------------------- */

static void engine_cleared(struct act *a, const struct answer *r)
{
	(void)act_engine_failed(a, r);
	act_done(a);
}

static void keeper_cleared(struct act *a, const struct answer *r)
{
	struct ipc_msg msg = {.type = MSG_ACT_CLEAR_LIST, .fd = -1};

	if (act_keeper_failed(a, r)) {
		act_done(a);
		return;
	}
	msg.act_clear_list.name = gram_arg(&a->match, "name");
	act_send(a, ROLE_ENGINE, &msg, engine_cleared);
}

static void act_clear_access_list(struct act *a)
{
	struct ipc_msg msg = {.type = MSG_KEEP_CLEAR, .fd = -1};

	msg.keep_clear.what = "access-list";
	msg.keep_clear.device = gram_arg(&a->match, "name");
	act_send(a, ROLE_KEEPER, &msg, keeper_cleared);
}

const struct act_row acts_access_list[] = {
    ACT(show_access_list),
    ACT(clear_access_list),
    ACTS_END,
};
