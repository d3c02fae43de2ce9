/* struct places: read for one command, a place a row; the longest mask wins. */
#include "cli/acts/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/config/hooks.h"

bool act_keeper_failed(struct act *a, const struct answer *r)
{
	if (r->status == ASK_DONE)
		return false;
	if (r->status == ASK_FAILED)
		act_refuse(a, "ERROR: %s", r->text);
	else
		act_refuse(a, "ERROR: The keeper does not answer.");
	return true;
}

/* ---- of a device, of a name -------------------------------------------------------- */

struct naming {
	const struct manager *m;
	const char *wanted; /* a device, or a name */
	char *to;
	size_t size;
	bool found;
};

static void device_row(void *ctx, const struct db_row *row)
{
	struct naming *n = ctx;
	const char *nameif = db_text(row, "nameif"), *hardware = db_text(row, "hardware");
	const struct net_link *l = links_find(&n->m->links, hardware);

	if (nameif && !strcmp(l ? l->device : hardware, n->wanted)) {
		snprintf(n->to, n->size, "%s", nameif);
		n->found = true;
	}
}

void nameif_of_device(const struct manager *m, const char *device, char name[NAMEIF_MAX])
{
	struct naming n = {m, device, name, NAMEIF_MAX, false};

	name[0] = 0;
	db_each(m->running.db, gram_table(m->gram, "interface"), device_row, &n);
}

static void hardware_row(void *ctx, const struct db_row *row)
{
	struct naming *n = ctx;
	const char *nameif = db_text(row, "nameif"), *hardware = db_text(row, "hardware");

	if ((nameif && !strcmp(nameif, n->wanted)) || !strcasecmp(hardware, n->wanted)) {
		snprintf(n->to, n->size, "%s", hardware);
		n->found = true;
	}
}

bool hardware_of_name(const struct manager *m, const char *name, char hardware[32])
{
	struct naming n = {m, name, hardware, 32, false};
	const struct net_link *l;
	char spelled[32];

	db_each(m->running.db, gram_table(m->gram, "interface"), hardware_row, &n);
	if (n.found)
		return true;
	l = links_find(&m->links, name);
	if (!l && interface_spell(name, spelled, sizeof spelled))
		l = links_find(&m->links, spelled);
	if (!l)
		return false;
	snprintf(hardware, 32, "%s", l->hardware[0] ? l->hardware : l->device);
	return true;
}

/* ---- of an address -------------------------------------------------------------------- */

static void place_add(struct places *p, const char *dest, const char *mask, const char *ifname)
{
	struct place *v;

	if (!dest || !mask || !ifname)
		return;
	v = p->n % 16 ? p->v : realloc(p->v, (p->n + 16) * sizeof *v);
	if (!v)
		abort();
	p->v = v;
	v += p->n;
	*v = (struct place){0};
	if (!addr_parse(dest, &v->dest) || !addr_parse(mask, &v->mask))
		return;
	snprintf(v->ifname, sizeof v->ifname, "%s", ifname);
	p->n++;
}

static void network_row(void *ctx, const struct db_row *row)
{
	place_add(ctx, db_text(row, "address"), db_text(row, "mask"), db_text(row, "nameif"));
}

static void route_row(void *ctx, const struct db_row *row)
{
	place_add(ctx, db_text(row, "net"), db_text(row, "mask"), db_text(row, "ifname"));
}

bool places_read(struct places *p, const struct manager *m)
{
	*p = (struct places){0};
	return db_each(m->running.db, gram_table(m->gram, "interface"), network_row, p) &&
	       db_each(m->running.db, gram_table(m->gram, "route"), route_row, p);
}

const char *places_find(const struct places *p, const struct addr *a)
{
	const struct place *best = NULL;

	for (size_t i = 0; i < p->n; i++) {
		uint32_t mask = addr_to_v4(&p->v[i].mask);

		if ((addr_to_v4(a) & mask) == (addr_to_v4(&p->v[i].dest) & mask) &&
		    (!best || mask > addr_to_v4(&best->mask)))
			best = &p->v[i];
	}
	return best ? best->ifname : "any";
}

void places_free(struct places *p)
{
	free(p->v);
	*p = (struct places){0};
}
