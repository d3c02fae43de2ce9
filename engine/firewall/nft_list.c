/*
 * struct nft_list: what the kernel has of one list. An element stands in the map of its layer,
 * one whose ports have a gap in several pieces. Commands go in this order: new maps, elements that
 * leave, elements that come, the chain where layers have changed, maps that are empty.
 */
#include "engine/firewall/nft_list.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/firewall/layers_follow.h"
#include "engine/firewall/nft_name.h"
#include "engine/firewall/told.h"

#define TABLE "inet " NFT_TABLE

struct nft_list *nft_list_new(const char *name, uint32_t id)
{
	struct nft_list *l = calloc(1, sizeof *l);

	if (l && !(l->name = strdup(name))) {
		free(l);
		return NULL;
	}
	if (l) {
		l->id = id;
		l->layers = 1;
	}
	return l;
}

void nft_list_free(struct nft_list *l)
{
	layers_fini(&l->v);
	free(l->name);
	free(l);
}

/* ---- one element -------------------------------------------------------------------- */

static void put_addresses(FILE *f, uint32_t first, uint32_t last)
{
	fprintf(f, "%u.%u.%u.%u", first >> 24, first >> 16 & 255, first >> 8 & 255, first & 255);
	if (first != last)
		fprintf(
		    f, "-%u.%u.%u.%u", last >> 24, last >> 16 & 255, last >> 8 & 255, last & 255);
}

static void put_ports(FILE *f, uint16_t low, uint16_t high)
{
	fprintf(f, low == high ? " . %u" : " . %u-%u", low, high);
}

/* Ports as ranges: those with a gap are two. */
static unsigned cut(uint16_t low, uint16_t high, uint16_t to[2][2])
{
	to[0][0] = low <= high ? low : 0;
	to[0][1] = high;
	to[1][0] = low;
	to[1][1] = UINT16_MAX;
	return low <= high ? 1 : 2;
}

/* ICMP has its type and code where others have the source port. */
unsigned nft_list_pieces(const struct acl_rule *r, struct nft_pieces *p)
{
	if (r->protocol == IPPROTO_ICMP) {
		p->m = cut(0, UINT16_MAX, p->second);
		return cut(r->dest_low, r->dest_high, p->first) * p->m;
	}
	p->m = cut(r->dest_low, r->dest_high, p->second);
	return cut(r->source_low, r->source_high, p->first) * p->m;
}

static void put_verdict(FILE *f, const struct nft_list *l, const struct acl_rule *r)
{
	if (r->permit && r->log < ACL_LOG_LEVEL)
		fputs(" : accept", f);
	else if (!r->permit && r->log == ACL_LOG_NONE)
		fputs(" : drop", f);
	else
		fprintf(f, " : goto list%u_%s", l->id, r->permit ? "told" : "refused");
}

static void put_pair(FILE *f, const struct acl_rule *r)
{
	bool by_dest = layers_by_dest(r);

	if (by_dest)
		put_addresses(f, r->dest_first, r->dest_last);
	else
		put_addresses(f, r->source_first, r->source_last);
	fputs(" . ", f);
	if (by_dest)
		put_addresses(f, r->source_first, r->source_last);
	else
		put_addresses(f, r->dest_first, r->dest_last);
}

static void put_element(FILE *f, const struct nft_list *l, const struct acl_rule *r, bool verdict)
{
	struct nft_pieces p;
	unsigned n = nft_list_pieces(r, &p);

	for (unsigned i = 0; i < n; i++) {
		fputs(i ? ", " : "", f);
		put_pair(f, r);
		fprintf(f, r->protocol ? " . %u" : " . 0-255", r->protocol);
		if (layers_ported(r)) {
			put_ports(f, p.first[i / p.m][0], p.first[i / p.m][1]);
			put_ports(f, p.second[i % p.m][0], p.second[i % p.m][1]);
		}
		if (verdict)
			put_verdict(f, l, r);
	}
}

/* ---- many elements -------------------------------------------------------------------- */

struct batch {
	struct element **v;
	size_t n;
};

static int by_written(const void *a, const void *b)
{
	const struct element *x = *(struct element *const *)a, *y = *(struct element *const *)b;

	return (x->written > y->written) - (x->written < y->written);
}

static int by_layer(const void *a, const void *b)
{
	const struct element *x = *(struct element *const *)a, *y = *(struct element *const *)b;

	return (x->layer->id > y->layer->id) - (x->layer->id < y->layer->id);
}

/* A command for each map. */
static void put_batch(FILE *f, const struct nft_list *l, struct batch *b, bool add)
{
	uint32_t open = 0;

	if (b->n)
		qsort(b->v, b->n, sizeof(struct element *), add ? by_layer : by_written);
	for (size_t i = 0; i < b->n; i++) {
		uint32_t id = add ? b->v[i]->layer->id : b->v[i]->written;

		if (id == open)
			fputs(", ", f);
		else
			fprintf(f, "%s%s element " TABLE " layer%u_%u { ", open ? " }\n" : "",
			    add ? "add" : "delete", l->id, id);
		open = id;
		put_element(f, l, &b->v[i]->rule, add);
	}
	if (open)
		fputs(" }\n", f);
}

/* ---- chains and maps ---------------------------------------------------------------------- */

void nft_list_map(const struct nft_list *l, const struct layer *y, char *to, size_t size)
{
	snprintf(to, size, "layer%u_%u", l->id, y->id);
}

static void put_map(FILE *f, const struct nft_list *l, struct layer *y)
{
	fprintf(f,
	    "add map " TABLE " layer%u_%u { type ipv4_addr . ipv4_addr . inet_proto%s : verdict; "
	    "flags interval; counter; }\n",
	    l->id, y->id, y->ported ? " . inet_service . inet_service" : "");
}

static void put_told(FILE *f, const struct nft_list *l, const char *what, const char *verdict)
{
	fprintf(f, "add chain " TABLE " list%u_%s\n", l->id, what);
	fprintf(f,
	    "add rule " TABLE " list%u_%s limit rate %u/second burst %u packets log prefix "
	    "\"" TOLD_LIST "%016" PRIx64 "\" group %u snaplen %u\n",
	    l->id, what, TOLD_RATE, TOLD_BURST, told_mark(l->name), TOLD_GROUP, TOLD_BYTES);
	fprintf(f, "add rule " TABLE " list%u_%s counter %s\n", l->id, what, verdict);
}

static void put_chains(FILE *f, const struct nft_list *l)
{
	put_told(f, l, "refused", "drop");
	put_told(f, l, "told", "accept");
	fprintf(f, "add chain " TABLE " list%u\n", l->id);
}

static void put_lookups(FILE *f, const struct nft_list *l)
{
	fprintf(f, "flush chain " TABLE " list%u\n", l->id);
	for (size_t i = 0; i < l->v.n_layers; i++) {
		const struct layer *y = l->v.layer[i];

		if (y->n)
			fprintf(f,
			    "add rule " TABLE " list%u ip %s . meta l4proto%s vmap "
			    "@layer%u_%u\n",
			    l->id, y->by_dest ? "daddr . ip saddr" : "saddr . ip daddr",
			    y->ported ? " . th sport . th dport" : "", l->id, y->id);
	}
}

/* ---- changes -------------------------------------------------------------------------------- */

static bool layers_changed(const struct nft_list *l)
{
	for (size_t i = 0; i < l->v.n_layers; i++)
		if (l->v.layer[i]->written != (l->v.layer[i]->n > 0))
			return true;
	return false;
}

static void put_changes(struct nft_list *l, struct batch *leave, struct batch *come, FILE *f)
{
	bool chain = layers_changed(l) || !l->written;

	for (size_t i = 0; i < l->v.n_layers; i++)
		if (l->v.layer[i]->n && !l->v.layer[i]->written)
			put_map(f, l, l->v.layer[i]);
	if (!l->written)
		put_chains(f, l);
	put_batch(f, l, leave, false);
	put_batch(f, l, come, true);
	if (chain)
		put_lookups(f, l);
	for (size_t i = 0; i < l->v.n_layers; i++)
		if (!l->v.layer[i]->n && l->v.layer[i]->written)
			fprintf(f, "delete map " TABLE " layer%u_%u\n", l->id, l->v.layer[i]->id);
}

/* Elements that are not where the kernel has them. */
static void collect(struct nft_list *l, struct batch *leave, struct batch *come)
{
	for (size_t i = 0; i < l->v.n; i++) {
		struct element *e = l->v.element[i];

		if (e->written == e->layer->id)
			continue;
		come->v[come->n++] = e;
		if (e->written) {
			leave->v[leave->n++] = e;
			l->moves = true;
		}
	}
}

bool nft_list_change(struct nft_list *l, const struct access_list *to, FILE *f)
{
	struct batch leave = {0}, come = {0};
	struct element **gone = NULL;
	size_t n_gone = 0;
	bool ok = layers_follow(&l->v, to, &gone, &n_gone);

	for (size_t i = 0; i < n_gone; i++)
		layers_leave(gone[i]);
	ok = ok && layers_arrange(&l->v, &l->layers);
	leave.v = calloc(l->v.n + n_gone + 1, sizeof(struct element *));
	come.v = calloc(l->v.n + 1, sizeof(struct element *));
	if (ok && leave.v && come.v) {
		for (size_t i = 0; i < n_gone; i++)
			if (gone[i]->written)
				leave.v[leave.n++] = gone[i];
		collect(l, &leave, &come);
		put_changes(l, &leave, &come, f);
	} else {
		ok = false;
	}
	for (size_t i = 0; i < n_gone; i++)
		free(gone[i]);
	free(gone);
	free(leave.v);
	free(come.v);
	return ok;
}

void nft_list_remove(struct nft_list *l, FILE *f)
{
	if (!l->written)
		return;
	fprintf(f, "flush chain " TABLE " list%u\ndelete chain " TABLE " list%u\n", l->id, l->id);
	for (size_t i = 0; i < l->v.n_layers; i++)
		if (l->v.layer[i]->written)
			fprintf(f, "delete map " TABLE " layer%u_%u\n", l->id, l->v.layer[i]->id);
	fprintf(f,
	    "flush chain " TABLE " list%u_told\ndelete chain " TABLE " list%u_told\n"
	    "flush chain " TABLE " list%u_refused\ndelete chain " TABLE " list%u_refused\n",
	    l->id, l->id, l->id, l->id);
}

void nft_list_taken(struct nft_list *l)
{
	l->written = true;
	l->moves = false;
	layers_tidy(&l->v);
	for (size_t i = 0; i < l->v.n_layers; i++)
		l->v.layer[i]->written = true;
	for (size_t i = 0; i < l->v.n; i++) {
		struct element *e = l->v.element[i];

		if (e->written != e->layer->id)
			e->counted = 0;
		e->written = e->layer->id;
	}
}

void nft_list_forget(struct nft_list *l)
{
	l->written = l->moves = false;
	layers_forget(&l->v);
}
