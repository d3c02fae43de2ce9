/*
 * struct nft_nat_table: the rules that the kernel has, in their blocks, and those
 * that it gets with the transaction under way. Rules are compared by what they
 * say and not by their number, so that a line that moves the numbers of all behind
 * it changes nothing but its block.
 */
#include "engine/firewall/nft_nat_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct nat_rule rule;
	uint32_t own; /* the address that its text was made with, 0: with none */
};

struct block {
	uint32_t number;
	size_t at, n; /* its entries */
};

struct version {
	struct entry *entry;
	struct block *block;
	size_t n, n_blocks;
};

struct nft_nat_table {
	struct version has, gets;
	uint32_t numbers; /* that blocks had so far */
};

static void version_free(struct version *v)
{
	free(v->entry);
	free(v->block);
	*v = (struct version){0};
}

struct nft_nat_table *nft_nat_table_new(void)
{
	return calloc(1, sizeof(struct nft_nat_table));
}

void nft_nat_table_free(struct nft_nat_table *t)
{
	if (!t)
		return;
	version_free(&t->has);
	version_free(&t->gets);
	free(t);
}

void nft_nat_table_fresh(struct nft_nat_table *t, FILE *f)
{
	version_free(&t->has);
	fputs("add chain inet gatehouse nat_pre\n"
	      "add chain inet gatehouse nat_post\n"
	      "add chain inet gatehouse prerouting "
	      "{ type nat hook prerouting priority dstnat; policy accept; }\n"
	      "add rule inet gatehouse prerouting meta nfproto ipv4 jump nat_pre\n"
	      "add chain inet gatehouse postrouting "
	      "{ type nat hook postrouting priority srcnat; policy accept; }\n"
	      "add rule inet gatehouse postrouting meta nfproto ipv4 fib saddr type != local "
	      "jump nat_post\n",
	    f);
}

/* ---- what is as it was ------------------------------------------------------------------ */

static bool same(const struct entry *a, const struct entry *b)
{
	struct nat_rule r = b->rule;

	r.order = a->rule.order;
	return a->own == b->own && nat_rule_equal(&a->rule, &r);
}

static bool entries_of(
    struct version *to, const struct nat_rule *rules, size_t n, const struct nft_nat *nat)
{
	to->n = n;
	to->entry = calloc(n + 1, sizeof *to->entry);
	to->block = calloc(n + 2, sizeof *to->block);
	for (size_t i = 0; to->entry && i < n; i++) {
		to->entry[i].rule = rules[i];
		if (nft_nat_needs_address(&rules[i]))
			(void)nat->addresses.of(
			    nat->addresses.arg, rules[i].mapped_if, &to->entry[i].own);
	}
	return to->entry && to->block;
}

/* So many entries are the same at the beginning, and at the end. */
static void compare(const struct version *a, const struct version *b, size_t *head, size_t *tail)
{
	size_t most = a->n < b->n ? a->n : b->n;

	for (*head = 0; *head < most && same(&a->entry[*head], &b->entry[*head]);)
		++*head;
	for (*tail = 0; *tail < most - *head &&
			same(&a->entry[a->n - 1 - *tail], &b->entry[b->n - 1 - *tail]);)
		++*tail;
}

/* ---- blocks ------------------------------------------------------------------------------- */

/* Which of the old blocks stay: those that end within the head, and begin within the tail. */
struct kept {
	size_t first, last; /* blocks before `first` and from `last` on */
};

static struct kept blocks_kept(const struct version *v, size_t head, size_t tail)
{
	struct kept k = {0, v->n_blocks};

	while (k.first < v->n_blocks && v->block[k.first].at + v->block[k.first].n <= head)
		k.first++;
	while (k.last > k.first && v->block[k.last - 1].at >= v->n - tail)
		k.last--;
	if (k.first && k.first == k.last && v->block[k.first - 1].n < NFT_NAT_BLOCK)
		k.first--; /* it has room for what comes */
	return k;
}

/* The new blocks: the kept ones, and between them the rest in new ones. */
static void cut(struct nft_nat_table *t, const struct kept *k)
{
	struct version *a = &t->has, *b = &t->gets;
	size_t from = k->first ? a->block[k->first - 1].at + a->block[k->first - 1].n : 0;
	size_t behind = k->last < a->n_blocks ? a->n - a->block[k->last].at : 0;
	size_t to = b->n - behind;

	for (size_t i = 0; i < k->first; i++)
		b->block[b->n_blocks++] = a->block[i];
	while (from < to) {
		size_t n = to - from < 2 * NFT_NAT_BLOCK ? to - from : NFT_NAT_BLOCK;

		b->block[b->n_blocks++] = (struct block){++t->numbers, from, n};
		from += n;
	}
	for (size_t i = k->last; i < a->n_blocks; i++) {
		struct block kept = a->block[i];

		kept.at = b->n - (a->n - kept.at);
		b->block[b->n_blocks++] = kept;
	}
}

/* ---- who enters a block ---------------------------------------------------------------------- */

static struct range hull(struct range a, struct range b)
{
	return (struct range){
	    a.first < b.first ? a.first : b.first, a.last > b.last ? a.last : b.last};
}

#define NOTHING ((struct range){UINT32_MAX, 0})

struct hulls {
	struct range real, dest_mapped; /* opened from the real side */
	struct range mapped, dest_real; /* from the mapped side */
};

static struct hulls hulls_of(const struct version *v, const struct block *b)
{
	struct hulls h = {NOTHING, NOTHING, NOTHING, NOTHING};

	for (size_t i = b->at; i < b->at + b->n; i++) {
		const struct nat_rule *r = &v->entry[i].rule;
		struct range own = {v->entry[i].own, v->entry[i].own};

		h.real = hull(h.real, r->real);
		h.dest_mapped = hull(h.dest_mapped, r->dest_mapped);
		if (r->kind != NAT_STATIC)
			continue;
		h.mapped = hull(h.mapped, r->to & NAT_TO_ADDRESSES ? r->mapped : own);
		h.dest_real = hull(h.dest_real, r->dest_real);
	}
	return h;
}

static void enter(FILE *f, const char *hook, uint32_t block, const char *match, struct range r)
{
	fprintf(f, "add rule inet gatehouse nat_%s ", hook);
	nft_nat_match(f, match, r);
	fprintf(f, "jump nat_%s%u\n", hook, block);
}

/* One jump for each way, unless the first lets everybody in. */
static void enters(
    FILE *f, const char *hook, const char *dest, const struct version *v, const struct block *b)
{
	struct hulls h = hulls_of(v, b);
	bool by_dest = range_any(h.real);

	enter(f, hook, b->number, by_dest ? dest : "ip saddr", by_dest ? h.dest_mapped : h.real);
	if ((by_dest && range_any(h.dest_mapped)) || h.mapped.first > h.mapped.last)
		return;
	by_dest = !range_any(h.mapped);
	enter(f, hook, b->number, by_dest ? dest : "ip saddr", by_dest ? h.mapped : h.dest_real);
}

/* ---- the transaction --------------------------------------------------------------------------
 */

static void put_rules(
    const struct version *v, const struct block *b, const struct nft_nat *nat, FILE *f)
{
	fprintf(f, "table inet gatehouse {\n\tchain nat_pre%u {\n", b->number);
	for (size_t i = b->at; i < b->at + b->n; i++)
		nft_nat_prerouting(f, &v->entry[i].rule, nat);
	fprintf(f, "\t}\n\tchain nat_post%u {\n", b->number);
	for (size_t i = b->at; i < b->at + b->n; i++)
		nft_nat_postrouting(f, &v->entry[i].rule, nat);
	fputs("\t}\n}\n", f);
}

static int by_line(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Lines of all entries, each once, sorted; NULL: out of memory. */
static uint64_t *lines_of(const struct version *v, size_t *n)
{
	uint64_t *line = calloc(v->n + 1, sizeof *line);

	*n = 0;
	if (!line)
		return NULL;
	for (size_t i = 0; i < v->n; i++)
		if (i == 0 || v->entry[i].rule.line != v->entry[i - 1].rule.line)
			line[(*n)++] = v->entry[i].rule.line;
	if (*n)
		qsort(line, *n, sizeof *line, by_line);
	return line;
}

/* What is in the first and not in the second. */
static void counters(
    FILE *f, const char *act, const uint64_t *a, size_t n, const uint64_t *b, size_t m)
{
	for (size_t i = 0; i < n; i++) {
		if (m && bsearch(&a[i], b, m, sizeof *b, by_line))
			continue;
		fprintf(f, "%s counter inet gatehouse %c%016" PRIx64 "\n", act, NFT_NAT_TRANSLATED,
		    a[i]);
		fprintf(f, "%s counter inet gatehouse %c%016" PRIx64 "\n", act,
		    NFT_NAT_UNTRANSLATED, a[i]);
	}
}

/* Between the same two interfaces, and not back: a packet is opened from one side or from the
 * other. */
static bool one_pair(const struct version *v, const struct block *b, const struct nat_rule *like)
{
	for (size_t i = b->at; i < b->at + b->n; i++) {
		const struct nat_rule *r = &v->entry[i].rule;

		if (!r->real_if[0] || !r->mapped_if[0] || !strcmp(r->real_if, r->mapped_if) ||
		    (r->real_clients && r->mapped_clients) ||
		    strcmp(r->real_if, like->real_if) != 0 ||
		    strcmp(r->mapped_if, like->mapped_if) != 0)
			return false;
	}
	return true;
}

/* So many blocks from this one on have nothing in common, neither what is real nor what is mapped:
 * each packet finds its own in one step. */
static size_t apart(const struct version *v, size_t first)
{
	const struct nat_rule *like = &v->entry[v->block[first].at].rule;
	struct hulls before = hulls_of(v, &v->block[first]), h;
	size_t n = 1;

	if (!one_pair(v, &v->block[first], like) || before.mapped.first > before.mapped.last)
		return 0;
	for (; first + n < v->n_blocks && one_pair(v, &v->block[first + n], like); n++) {
		h = hulls_of(v, &v->block[first + n]);
		if (h.real.first <= before.real.last || h.mapped.first <= before.mapped.last ||
		    h.mapped.first > h.mapped.last)
			break;
		before = h;
	}
	return n;
}

static void put_range_text(FILE *f, struct range r)
{
	fprintf(f, "%u.%u.%u.%u-%u.%u.%u.%u", r.first >> 24, r.first >> 16 & 255,
	    r.first >> 8 & 255, r.first & 255, r.last >> 24, r.last >> 16 & 255, r.last >> 8 & 255,
	    r.last & 255);
}

/* `ip saddr vmap { 10.0.0.1-10.0.0.32 : jump nat_pre7, ... }` */
static void find(FILE *f, const char *hook, const char *match, const struct version *v,
    const struct block *b, size_t n, bool mapped)
{
	fprintf(f, "add rule inet gatehouse nat_%s %s vmap { ", hook, match);
	for (size_t i = 0; i < n; i++) {
		struct hulls h = hulls_of(v, &b[i]);

		put_range_text(f, mapped ? h.mapped : h.real);
		fprintf(f, " : jump nat_%s%u%s", hook, b[i].number, i + 1 < n ? ", " : " }\n");
	}
}

static void put_tops(const struct version *v, FILE *f)
{
	fputs("flush chain inet gatehouse nat_pre\nflush chain inet gatehouse nat_post\n", f);
	for (size_t i = 0; i < v->n_blocks;) {
		size_t n = apart(v, i);

		if (n < 3) {
			enters(f, "pre", "ip daddr", v, &v->block[i]);
			enters(f, "post", "ct original ip daddr", v, &v->block[i]);
			i++;
			continue;
		}
		find(f, "pre", "ip saddr", v, &v->block[i], n, false);
		find(f, "pre", "ip daddr", v, &v->block[i], n, true);
		find(f, "post", "ip saddr", v, &v->block[i], n, false);
		find(f, "post", "ct original ip daddr", v, &v->block[i], n, true);
		i += n;
	}
}

static void put_transaction(
    struct nft_nat_table *t, const struct kept *k, const struct nft_nat *nat, FILE *f)
{
	size_t fresh = t->gets.n_blocks - (t->has.n_blocks - k->last);

	for (size_t i = k->first; i < fresh; i++)
		put_rules(&t->gets, &t->gets.block[i], nat, f);
	put_tops(&t->gets, f);
	for (size_t i = k->first; i < k->last; i++)
		fprintf(f,
		    "flush chain inet gatehouse nat_pre%u\ndelete chain inet gatehouse nat_pre%u\n"
		    "flush chain inet gatehouse nat_post%u\n"
		    "delete chain inet gatehouse nat_post%u\n",
		    t->has.block[i].number, t->has.block[i].number, t->has.block[i].number,
		    t->has.block[i].number);
}

bool nft_nat_table_change(struct nft_nat_table *t, const struct nat_rule *rules, size_t n,
    const struct nft_nat *nat, FILE *f)
{
	uint64_t *had = NULL, *gets = NULL;
	size_t head, tail, n_had, n_gets;
	struct kept k;
	bool ok;

	version_free(&t->gets);
	ok = entries_of(&t->gets, rules, n, nat) && (had = lines_of(&t->has, &n_had)) &&
	     (gets = lines_of(&t->gets, &n_gets));
	if (ok)
		compare(&t->has, &t->gets, &head, &tail);
	if (ok && head == t->has.n && head == n) {
		version_free(&t->gets); /* as it is */
	} else if (ok) {
		k = blocks_kept(&t->has, head, tail);
		cut(t, &k);
		counters(f, "add", gets, n_gets, had, n_had);
		put_transaction(t, &k, nat, f);
		counters(f, "delete", had, n_had, gets, n_gets);
	}
	free(had);
	free(gets);
	return ok;
}

void nft_nat_table_done(struct nft_nat_table *t, bool taken)
{
	if (taken && t->gets.entry) {
		version_free(&t->has);
		t->has = t->gets;
		t->gets = (struct version){0};
	}
	version_free(&t->gets);
}
