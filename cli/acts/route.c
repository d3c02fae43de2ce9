/* What the kernel has, as the keeper tells it: `show route`, `show host-firewall`. */
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/show/show.h"

/* Tells the operator that the keeper did not answer; false when it did. */
static bool keeper_failed(struct act *a, const struct answer *r)
{
	if (r->status == ASK_DONE)
		return false;
	if (r->status == ASK_FAILED)
		act_refuse(a, "ERROR: %s", r->text);
	else
		act_refuse(a, "ERROR: The keeper does not answer.");
	return true;
}

/* ---- names ------------------------------------------------------------------ */

/* The nameif of a link; where it has none, the link's own name. */
struct naming {
	const struct manager *m;
	const char *device;
	char name[64];
};

static void name_row(void *ctx, const struct db_row *row)
{
	struct naming *n = ctx;
	const char *nameif = db_text(row, "nameif");
	const struct net_link *l = links_find(&n->m->links, db_text(row, "hardware"));

	if (nameif &&
	    (l ? !strcmp(l->device, n->device) : !strcmp(db_text(row, "hardware"), n->device)))
		snprintf(n->name, sizeof(n->name), "%s", nameif);
}

static void map_row(void *ctx, const struct db_row *row)
{
	struct naming *n = ctx;

	if (!n->name[0])
		snprintf(n->name, sizeof(n->name), "%s", db_text(row, "ifname"));
}

/* Clients are behind the interface that they come in by. */
static void name_of(struct naming *n, const struct msg_rec_route *r)
{
	bool client = r->kind == ROUTE_CLIENT;

	n->device = r->device;
	n->name[0] = 0;
	db_each(n->m->running.db,
	    gram_table(n->m->gram, client ? "crypto_map_interface" : "interface"),
	    client ? map_row : name_row, n);
	if (!n->name[0])
		snprintf(n->name, sizeof(n->name), "%s", r->device);
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

static void routes_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_route *rec;
	struct show_route_entry *entry;
	struct naming *name;
	size_t n;

	if (keeper_failed(a, r)) {
		act_done(a);
		return;
	}
	rec = answer_records(r, MSG_REC_ROUTE, sizeof(*rec), &n);
	entry = calloc(n + 1, sizeof(*entry));
	name = calloc(n + 1, sizeof(*name));
	if (!entry || !name)
		abort();
	for (size_t i = 0; i < n; i++) {
		name[i].m = a->manager;
		name_of(&name[i], &rec[i]);
		entry[i] = (struct show_route_entry){.code = code_of(&rec[i]), .dest = rec[i].dest,
		    .mask = rec[i].mask, .gateway = rec[i].gateway, .metric = rec[i].metric,
		    .ifname = name[i].name};
	}
	show_route(&a->out, entry, n);
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

	if (!keeper_failed(a, r)) {
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
