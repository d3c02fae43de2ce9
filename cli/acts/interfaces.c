/*
 * struct interfaces: made for one show command. A row of the configuration and
 * the card of its hardware name are one entry; texts are copied, so that it may
 * outlive both.
 */
#include "cli/acts/interfaces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct show_link *link_add(struct interfaces *l, const char *hardware, const char *nameif)
{
	struct show_link *s = &l->v[l->n];
	const struct net_link *live = links_find(l->links, hardware);

	snprintf(l->text[l->n].hardware, sizeof(l->text[0].hardware), "%s", hardware);
	snprintf(l->text[l->n].nameif, sizeof(l->text[0].nameif), "%s", nameif ? nameif : "");
	snprintf(l->text[l->n].mac, sizeof(l->text[0].mac), "%s", live ? live->mac : "");
	snprintf(l->text[l->n].device, sizeof(l->text[0].device), "%s",
	    !live ? "" : live->device[0] ? live->device : live->last);
	*s = (struct show_link){
	    .device = l->text[l->n].device,
	    .present = live && live->device[0],
	    .ifindex = live ? live->ifindex : 0,
	    .description = "",
	    .hardware = l->text[l->n].hardware,
	    .nameif = l->text[l->n].nameif,
	    .mac = l->text[l->n].mac,
	    .security_level = -1,
	    .method = "unset",
	};
	if (live) {
		s->up = live->up && live->carrier;
		s->mtu = live->mtu;
		s->address = live->address;
		s->mask = live->mask;
		s->method = live->address.family ? "manual" : "unset";
	}
	l->n++;
	return s;
}

static void link_row(void *ctx, const struct db_row *row)
{
	struct interfaces *l = ctx;
	struct show_link *s;
	const char *address = db_text(row, "address"), *mask = db_text(row, "mask");
	const struct net_link *live = links_find(l->links, db_text(row, "hardware"));

	if (l->n == LINKS_MAX)
		return;
	s = link_add(l, db_text(row, "hardware"), db_text(row, "nameif"));
	s->security_level = db_int(row, "security_level", -1);
	s->shutdown = db_bool(row, "shutdown");
	snprintf(l->text[l->n - 1].description, sizeof(l->text[0].description), "%s",
	    db_text(row, "description") ? db_text(row, "description") : "");
	s->description = l->text[l->n - 1].description;
	if (db_bool(row, "dhcp"))
		s->method = "DHCP";
	s->vlan = db_int(row, "vlan", 0);
	s->sub = strchr(s->hardware, '.') != NULL;
	if (!address || !mask || !addr_parse(address, &s->address) || !addr_parse(mask, &s->mask))
		return;
	s->method = "CONFIG";
	/* Somebody has taken it away. */
	if (live && live->device[0] && !link_has(live, &s->address, &s->mask))
		s->address.family = 0;
}

static int link_order(const void *a, const void *b)
{
	return strverscmp(((const struct show_link *)a)->hardware,
	    ((const struct show_link *)b)->hardware);
}

struct interfaces *interfaces_collect(struct act *a)
{
	const struct manager *m = a->manager;
	struct interfaces *l = calloc(1, sizeof(*l));
	size_t configured;

	if (!l)
		abort();
	l->links = &m->links;
	if (!db_each(m->running.db, gram_table(m->gram, "interface"), link_row, l))
		act_refuse_unread(a);
	configured = l->n;
	for (unsigned i = 0; i < m->links.n && l->n < LINKS_MAX; i++) {
		const struct net_link *live = &m->links.v[i];
		bool known = !live->hardware[0] || !live->device[0];

		for (size_t j = 0; j < configured && !known; j++)
			known = strcmp(l->v[j].hardware, live->hardware) == 0 ||
			    strcmp(l->v[j].hardware, live->device) == 0;
		if (!known)
			link_add(l, live->hardware, NULL);
	}
	qsort(l->v, l->n, sizeof(l->v[0]), link_order);
	return l;
}
