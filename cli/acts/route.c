/* What the kernel has, as the keeper tells it: `show route`, `show host-firewall`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/names.h"
#include "cli/show/show.h"

/* ---- names ------------------------------------------------------------------ */

static void map_row(void *ctx, const struct db_row *row)
{
	char *name = ctx;

	if (!name[0])
		snprintf(name, NAMEIF_MAX, "%s", db_text(row, "ifname"));
}

/* The nameif of a link; where it has none, the link's own name. Clients are behind the interface
 * that they come in by. */
static void name_of(const struct manager *m, const struct msg_rec_route *r, char name[NAMEIF_MAX])
{
	name[0] = 0;
	if (r->kind == ROUTE_CLIENT)
		db_each(m->running.db, gram_table(m->gram, "crypto_map_interface"), map_row, name);
	else
		nameif_of_device(m, r->device, name);
	if (!name[0])
		snprintf(name, NAMEIF_MAX, "%s", r->device);
}

/* Has the one the other's name? Clients' routes, which may be many, stand together. */
static bool same_way(const struct msg_rec_route *a, const struct msg_rec_route *b)
{
	return !strcmp(a->device, b->device) &&
	    (a->kind == ROUTE_CLIENT) == (b->kind == ROUTE_CLIENT);
}

/* ---- routes ----------------------------------------------------------------- */

static char code_of(const struct msg_rec_route *r)
{
	/* As Linux numbers the routing protocols (rtnetlink.h), and the device's letter. */
	static const struct {
		uint8_t protocol;
		char code;
	} row[] = {{186, 'B'}, {187, 'i'}, {188, 'O'}, {189, 'R'}, {192, 'D'}};

	switch (r->kind) {
	case ROUTE_CONNECTED:
		return 'C';
	case ROUTE_LOCAL:
		return 'L';
	case ROUTE_STATIC:
		return 'S';
	case ROUTE_CLIENT:
		return 'V';
	default:
		break;
	}
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		if (row[i].protocol == r->protocol)
			return row[i].code;
	return 'K';
}

static bool is_within(const struct show_route_entry *e, const char *text, const char *mask_text)
{
	struct addr address, mask;
	uint32_t bits;

	if (!addr_parse(text, &address) || !addr_parse(mask_text, &mask))
		return false;
	bits = addr_to_v4(&mask);
	return addr_to_v4(&e->mask) >= bits &&
	       (addr_to_v4(&e->dest) & bits) == (addr_to_v4(&address) & bits);
}

/* Behind the interface and to the address of the line? */
static bool is_asked_for(const struct act *a, const struct show_route_entry *e)
{
	const char *ifname = gram_arg(&a->match, "ifname"), *text = gram_arg(&a->match, "address");
	const char *network = gram_arg(&a->match, "mask");
	uint32_t mask = addr_to_v4(&e->mask);
	struct addr address;

	if (ifname && strcmp(ifname, e->ifname) != 0)
		return false;
	if (gram_typed(&a->match, "static") && e->code != 'S')
		return false;
	if (gram_typed(&a->match, "connected") && e->code != 'C' && e->code != 'L')
		return false;
	if (network)
		return is_within(e, text, network);
	return !text || (addr_parse(text, &address) &&
	    (addr_to_v4(&address) & mask) == addr_to_v4(&e->dest));
}

static void routes_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_route *rec;
	struct show_route_entry *entry;
	char (*name)[NAMEIF_MAX];
	size_t n, kept = 0;

	if (act_keeper_failed(a, r)) {
		act_done(a);
		return;
	}
	rec = answer_records(r, MSG_REC_ROUTE, sizeof(*rec), &n);
	entry = calloc(n + 1, sizeof(*entry));
	name = calloc(n + 1, sizeof(*name));
	if (!entry || !name)
		abort();
	for (size_t i = 0; i < n; i++) {
		if (i && same_way(&rec[i], &rec[i - 1]))
			memcpy(name[i], name[i - 1], sizeof(name[i]));
		else
			name_of(a->manager, &rec[i], name[i]);
		entry[kept] = (struct show_route_entry){.code = code_of(&rec[i]),
		    .dest = rec[i].dest, .mask = rec[i].mask, .gateway = rec[i].gateway,
		    .metric = rec[i].metric, .ifname = name[i]};
		kept += is_asked_for(a, &entry[kept]);
	}
	if (gram_arg(&a->match, "address") && !gram_arg(&a->match, "mask"))
		show_route_to(&a->out, entry, kept);
	else
		show_route(&a->out, entry, kept);
	free(name);
	free(entry);
	free(rec);
	act_done(a);
}

static void act_show_route(struct act *a)
{
	act_query(a, ROLE_KEEPER, "routes", NULL, NULL, routes_shown);
}

/* ---- the host's chains -------------------------------------------------------- */

static void chains_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_host_chain *rec;
	size_t n;

	if (!act_keeper_failed(a, r)) {
		rec = answer_records(r, MSG_REC_HOST_CHAIN, sizeof(*rec), &n);
		show_host_firewall(&a->out, rec, n);
		free(rec);
	}
	act_done(a);
}

static void act_show_host_firewall(struct act *a)
{
	act_query(a, ROLE_KEEPER, "host-chains", NULL, NULL, chains_shown);
}

const struct act_row acts_route[] = {
	ACT(show_route),
	ACT(show_host_firewall),
	ACTS_END,
};
