/*
 * struct nft_filter: lists by their elements (nft_list.c); all that stands between them is written
 * anew when it changes, which takes no counts and no connections with it. A packet that a list
 * permits is accepted, which ends the chain of that hook: those of the next are looked at. What a
 * list has nothing to say about returns to who asked.
 */
#include "engine/firewall/nft_filter.h"

#include <stdlib.h>
#include <string.h>

#include "engine/firewall/nft_name.h"
#include "engine/firewall/policy.h"
#include "engine/firewall/told.h"

#define TABLE "inet " NFT_TABLE
#define RULE "add rule " TABLE " "

/* ---- lists -------------------------------------------------------------------------------- */

static struct nft_list *list_of(const struct nft_filter *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->list[i]->name, name))
			return t->list[i];
	return NULL;
}

static struct nft_list *list_make(struct nft_filter *t, const char *name)
{
	struct nft_list *l = list_of(t, name);

	if (l)
		return l;
	if (t->n == t->size) {
		size_t size = t->size ? 2 * t->size : 8;
		struct nft_list **v = realloc(t->list, size * sizeof(struct nft_list *));

		if (!v)
			return NULL;
		t->list = v;
		t->size = size;
	}
	l = nft_list_new(name, t->lists + 1);
	if (l) {
		t->list[t->n++] = l;
		t->lists++;
	}
	return l;
}

static bool change_lists(struct nft_filter *t, const struct firewall *f, FILE *to)
{
	for (size_t i = 0; i < f->n_lists; i++) {
		struct nft_list *l = list_make(t, f->lists[i].name);

		if (!l || !nft_list_change(l, &f->lists[i], to))
			return false;
	}
	return true;
}

/* Nothing leads to them any more. */
static void drop_lists(struct nft_filter *t, const struct firewall *f, FILE *to)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (firewall_list(f, t->list[i]->name)) {
			t->list[kept++] = t->list[i];
			continue;
		}
		nft_list_remove(t->list[i], to);
		nft_list_free(t->list[i]);
	}
	t->n = kept;
}

/* ---- what stands between them ---------------------------------------------------- */

struct writing {
	const struct nft_filter *t;
	const struct firewall *f;
	const char *tun;
	const struct zone *clients; /* NULL: there are none */
	FILE *to;
};

/* The chains that are always there, base chains first; and those of each zone. */
static const char *const CHAIN[] = {
    "input", "segments", "forward", "leave", "between", "leaving", "level", "state"};
static const char *const OF_ZONE[] = {"from", "out", "control"};
#define N_OF(a) (sizeof(a) / sizeof *(a))

/* Devices in the braces of a rule, which begins with the first of them. */
struct devices {
	FILE *to;
	size_t number; /* of the zone */
	unsigned n;
};

static void put_device(struct devices *d, const char *name)
{
	if (!d->n++)
		fprintf(d->to, RULE "from%zu oifname { ", d->number);
	fprintf(d->to, "%s\"%s\"", d->n > 1 ? ", " : "", name);
}

/* Towards whom this zone is closed (`apart`), or open without a list. */
static void put_towards(const struct writing *w, size_t number, bool apart)
{
	const struct zone *from = &w->f->zones[number];
	struct devices d = {.to = w->to, .number = number};

	for (size_t i = 0; i < w->f->n_zones; i++) {
		const struct zone *z = &w->f->zones[i];

		if (apart ? !policy_apart(w->f, from, z) : !policy_open(from, z))
			continue;
		put_device(&d, z->device);
		if (z == w->clients)
			put_device(&d, w->tun);
	}
	if (d.n)
		fprintf(w->to, " } %s\n", apart ? "goto level" : "accept");
}

/* That list's chain; then, if it is the last, the one that tells of what it does not permit. */
static void put_list(
    const struct writing *w, const char *chain, size_t number, const char *name, bool last)
{
	const struct nft_list *l = name && firewall_list(w->f, name) ? list_of(w->t, name) : NULL;

	if (!l)
		return;
	fprintf(w->to, RULE "%s%zu jump list%u\n", chain, number, l->id);
	if (last)
		fprintf(w->to, RULE "%s%zu goto list%u_refused\n", chain, number, l->id);
}

static void put_zone(const struct writing *w, size_t number)
{
	const struct zone *z = &w->f->zones[number];
	const char *in[2], *out = firewall_group(w->f, z->device, ACCESS_OUT);

	put_towards(w, number, true);
	if (policy_lists(w->f, z, in)) {
		put_list(w, "from", number, in[0], !in[1]);
		put_list(w, "from", number, in[1], true);
	} else {
		put_towards(w, number, false);
	}
	fprintf(w->to, RULE "from%zu goto level\n", number);
	put_list(w, "control", number, firewall_group(w->f, z->device, ACCESS_CONTROL), false);
	if (!out)
		return;
	if (w->clients && w->f->permit_vpn)
		fprintf(w->to, RULE "out%zu iifname \"%s\" accept\n", number, w->tun);
	put_list(w, "out", number, out, true);
	fprintf(w->to, RULE "out%zu goto level\n", number);
}

/* `iifname { "eth0", "eth1" } VERDICT`: all of ours, or those that are closed; nothing when there
 * are none. */
static void put_devices(const struct writing *w, const char *side, bool closed, const char *then)
{
	const char *begin = side;

	for (size_t i = 0; i < w->f->n_zones; i++) {
		const struct zone *z = &w->f->zones[i];

		if (closed && !z->closed)
			continue;
		fprintf(w->to, "%s\"%s\"", begin, z->device);
		begin = ", ";
		if (z == w->clients)
			fprintf(w->to, "%s\"%s\"", begin, w->tun);
	}
	if (begin != side)
		fprintf(w->to, " } %s", then);
}

static void put_ours(const struct writing *w, const char *side)
{
	put_devices(w, side, false, "");
}

/* Behind what is between two of ours: what is left comes from a link without a name, or goes to
 * one. */
static void put_closed(const struct writing *w)
{
	static const char drop[] = "counter drop comment \"a link without a name\"\n";

	put_devices(w, RULE "forward meta nfproto ipv4 iifname { ", true, drop);
	put_devices(w, RULE "forward meta nfproto ipv4 oifname { ", true, drop);
}

/* From that chain on to those of the zones. */
static void put_dispatch(
    const struct writing *w, const char *from, const char *side, const char *chain, bool clients)
{
	fprintf(w->to, RULE "%s %s vmap { ", from, side);
	for (size_t i = 0; i < w->f->n_zones; i++) {
		const struct zone *z = &w->f->zones[i];

		fprintf(w->to, "%s\"%s\" : goto %s%zu", i ? ", " : "", z->device, chain, i);
		if (z == w->clients && clients)
			fprintf(w->to, ", \"%s\" : goto %s%zu", w->tun, chain, i);
	}
	fputs(" }\n", w->to);
}

/* What clients send, where no list of an interface holds for it: only whether it may go back to
 * where clients are. */
static void put_clients(const struct writing *w)
{
	if (!w->clients || !w->f->permit_vpn)
		return;
	if (policy_apart(w->f, w->clients, w->clients))
		fprintf(w->to,
		    RULE "between iifname \"%s\" oifname { \"%s\", \"%s\" } goto level\n", w->tun,
		    w->clients->device, w->tun);
	fprintf(w->to, RULE "between iifname \"%s\" accept\n", w->tun);
}

static void put_between(const struct writing *w)
{
	fputs(RULE "forward ct state established,related accept\n" RULE "forward ", w->to);
	put_ours(w, "iifname { ");
	put_ours(w, "oifname { ");
	fputs("goto between\n", w->to);
	put_closed(w);
	fputs(RULE "between meta nfproto ipv6 counter drop\n" RULE
	      "between ct state invalid goto state\n" RULE
	      "between tcp flags & (fin | syn | rst | ack) != syn goto state\n",
	    w->to);
	put_clients(w);
	put_dispatch(w, "between", "iifname", "from", true);
}

static bool holds_anywhere(const struct firewall *f, uint8_t way)
{
	for (size_t i = 0; i < f->n_groups; i++)
		if (f->groups[i].way == way)
			return true;
	return false;
}

static void put_leaving(const struct writing *w)
{
	fputs(RULE "leave ct state established,related accept\n" RULE "leave ", w->to);
	put_ours(w, "iifname { ");
	fputs("goto leaving\n", w->to);
	put_dispatch(w, "leaving", "oifname", "out", true);
}

static void put_told(FILE *to, const char *chain, const char *why)
{
	fprintf(to,
	    RULE "%s limit rate %d/second burst %d packets log prefix \"%s\" group %d "
		 "snaplen %d\n" RULE "%s counter drop\n",
	    chain, TOLD_RATE, TOLD_BURST, why, TOLD_GROUP, TOLD_BYTES, chain);
}

/* No longer segments between interfaces than they may be; the kernel only ever lowers the option.
 * What goes to clients or comes from them the packet path holds to what fits there. The flags come
 * first: every packet passes here, and names are looked up for connections that begin only. */
static void put_size(const struct writing *w)
{
	fputs(RULE "segments tcp flags & (syn | rst) == syn ", w->to);
	put_ours(w, "iifname { ");
	put_ours(w, "oifname { ");
	fprintf(w->to, "tcp option maxseg size set %u\n", w->f->mss);
}

static void put_policy(const struct writing *w)
{
	put_told(w->to, "level", TOLD_LEVEL);
	put_told(w->to, "state", TOLD_STATE);
	fputs(RULE "input udp dport 1701 counter drop comment \"L2TP outside IPsec\"\n", w->to);
	for (size_t i = 0; i < w->f->n_zones; i++)
		for (size_t k = 0; k < N_OF(OF_ZONE); k++)
			fprintf(w->to, "add chain " TABLE " %s%zu\n", OF_ZONE[k], i);
	for (size_t i = 0; i < w->f->n_zones; i++)
		put_zone(w, i);
	if (w->f->n_zones && w->f->mss)
		put_size(w);
	if (w->f->n_zones)
		put_between(w);
	if (w->f->n_zones && holds_anywhere(w->f, ACCESS_OUT))
		put_leaving(w);
	if (w->f->n_zones && holds_anywhere(w->f, ACCESS_CONTROL)) {
		fputs(RULE "input ct state established,related accept\n", w->to);
		put_dispatch(w, "input", "iifname", "control", false);
	}
}

/* ---- changes ---------------------------------------------------------------------------- */

static void put_bases(FILE *to)
{
	fputs("add chain " TABLE
	      " input { type filter hook input priority filter - 10; policy accept; }\n"
	      "add chain " TABLE
	      " segments { type filter hook forward priority mangle; policy accept; }\n"
	      "add chain " TABLE
	      " forward { type filter hook forward priority filter - 10; policy accept; }\n"
	      "add chain " TABLE
	      " leave { type filter hook forward priority filter - 9; policy accept; }\n",
	    to);
	for (size_t i = 0; i < N_OF(CHAIN); i++)
		fprintf(to, "add chain " TABLE " %s\n", CHAIN[i]);
}

/* What was written last goes, from where packets come first. */
static void put_removal(const struct nft_filter *t, FILE *to)
{
	for (size_t i = 0; i < N_OF(CHAIN); i++)
		fprintf(to, "flush chain " TABLE " %s\n", CHAIN[i]);
	for (size_t i = 0; i < t->zones; i++)
		for (size_t k = 0; k < N_OF(OF_ZONE); k++)
			fprintf(to, "flush chain " TABLE " %s%zu\ndelete chain " TABLE " %s%zu\n",
			    OF_ZONE[k], i, OF_ZONE[k], i);
}

static char *policy_text(const struct nft_filter *t, const struct firewall *f, const char *tun)
{
	char *text = NULL;
	size_t len;
	struct writing w = {t, f, tun, policy_clients(f), open_memstream(&text, &len)};

	if (!w.to)
		return NULL;
	put_policy(&w);
	if (fclose(w.to) != 0) {
		free(text);
		text = NULL;
	}
	return text;
}

static bool change_policy(struct nft_filter *t, const struct firewall *f, const char *tun, FILE *to)
{
	char *text = policy_text(t, f, tun);

	if (!text)
		return false;
	if (!t->policy)
		put_bases(to);
	else if (strcmp(t->policy, text) != 0)
		put_removal(t, to);
	if (!t->policy || strcmp(t->policy, text) != 0)
		fputs(text, to);
	free(t->policy);
	t->policy = text;
	t->zones = f->n_zones;
	return true;
}

bool nft_filter_change(struct nft_filter *t, const struct firewall *f, const char *tun, FILE *to)
{
	if (!change_lists(t, f, to) || !change_policy(t, f, tun, to))
		return false;
	drop_lists(t, f, to);
	return true;
}

void nft_filter_taken(struct nft_filter *t)
{
	for (size_t i = 0; i < t->n; i++)
		nft_list_taken(t->list[i]);
}

void nft_filter_forget(struct nft_filter *t)
{
	for (size_t i = 0; i < t->n; i++)
		nft_list_forget(t->list[i]);
	free(t->policy);
	t->policy = NULL;
	t->zones = 0;
}

void nft_filter_fini(struct nft_filter *t)
{
	for (size_t i = 0; i < t->n; i++)
		nft_list_free(t->list[i]);
	free(t->list);
	free(t->policy);
	*t = (struct nft_filter){0};
}
