/*
 * CFG_* messages become objects. Every object is replaced whole, so a
 * half-applied change cannot exist.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/config/private.h"

/* A copy; NULL for "". */
static char *copy(const char *s)
{
	return s && *s ? config_must(strdup(s)) : NULL;
}

static void set_link(struct config *c, const struct msg_link_state *m)
{
	struct link l = {
	    .device = copy(m->device),
	    .ifindex = m->ifindex,
	    .mtu = m->mtu,
	    .up = m->up,
	    .address = m->address,
	    .mask = m->mask,
	};
	const struct link *kept;

	for (unsigned n = 0; n < m->addresses.n && n < LINK_OWN_MAX; n++) {
		char text[ADDR_TEXT_MAX];

		snprintf(text, sizeof text, "%.*s", (int)strcspn(m->addresses.v[n], "/"),
		    m->addresses.v[n]);
		if (addr_parse(text, &l.own[l.n_own]))
			l.n_own++;
	}
	kept = vec_put(c, MSG_LINK_STATE, &l);
	for (size_t n = 0; n < c->n_interfaces; n++)
		config_see_link(&c->interfaces[n], kept);
}

/* What does not fit is another list than the manager has: better none at all. */
static void set_list(struct config *c, const struct msg_cfg_access_list *m)
{
	const struct config_list key = {.name = (char *)(uintptr_t)m->name};
	struct config_list fresh = {0}, *l = vec_find(c, MSG_CFG_ACCESS_LIST, &key);

	if (m->op != CFG_SET) {
		vec_drop(c, MSG_CFG_ACCESS_LIST, &key);
		return;
	}
	if (!l) {
		fresh.name = config_must(strdup(m->name));
		l = vec_put(c, MSG_CFG_ACCESS_LIST, &fresh);
	}
	l->standard = m->standard;
	if (acl_list_splice(&l->rules, m->at, m->removed, m->total,
		rd_init(m->rules.p, m->rules.len)) != 0)
		abort();
}

/* Room for an item of any kind. */
union item {
	struct ike_policy ike_policy;
	struct transform_set transform_set;
	struct map_entry map_entry;
	struct interface interface;
	struct ipc_msg plain;
};

static bool set_object(struct config *c, const struct ipc_msg *m)
{
	const struct kind *k = config_kind(m->type);
	const struct ipc_shape *shape = ipc_shape(m->type);
	const uint8_t *op = ipc_op(m);
	union item item;

	if (!k || !shape->table)
		return false;
	if (op && *op != CFG_SET) {
		vec_drop(c, m->type, ipc_body(m));
		return true;
	}
	memset(&item, 0, k->size); /* and what stands behind the message */
	config_must(ipc_keep(shape, &item, ipc_body(m)) ? &item : NULL);
	if (k->derive)
		k->derive(c, &item);
	if (k->n) {
		vec_put(c, m->type, &item);
		return true;
	}
	ipc_drop(shape, (char *)c + k->vec);
	memcpy((char *)c + k->vec, &item, k->size);
	return true;
}

static void snapshot_begin(struct config *c)
{
	if (c->staging)
		config_fini(c->staging);
	else
		c->staging = config_must(malloc(sizeof *c->staging));
	config_init(c->staging);
}

/* The snapshot takes over; what the kernel said of its links is still true. */
static void snapshot_end(struct config *c)
{
	struct config *fresh = c->staging;

	if (!fresh)
		return;
	fresh->links = c->links;
	fresh->n_links = c->n_links;
	c->links = NULL;
	c->n_links = 0;
	c->staging = NULL;
	config_fini(c);
	*c = *fresh;
	free(fresh);
	for (size_t n = 0; n < c->n_links; n++)
		for (size_t i = 0; i < c->n_interfaces; i++)
			config_see_link(&c->interfaces[i], &c->links[n]);
}

bool config_apply(struct config *c, const struct ipc_msg *m)
{
	switch (m->type) {
	case MSG_CFG_BEGIN:
		if (m->cfg_begin.snapshot)
			snapshot_begin(c);
		return true;
	case MSG_CFG_END:
		snapshot_end(c);
		return true;
	case MSG_LINK_STATE:
		set_link(c, &m->link_state);
		return true;
	case MSG_CFG_ACCESS_LIST:
		set_list(c->staging ? c->staging : c, &m->cfg_access_list);
		return true;
	default:
		return set_object(c->staging ? c->staging : c, m);
	}
}

/* ---- life ---------------------------------------------------------------- */

void config_init(struct config *c)
{
	memset(c, 0, sizeof *c);
}

void config_fini(struct config *c)
{
	if (c->staging)
		config_fini(c->staging);
	free(c->staging);
	for (unsigned type = 0; type < MSG_COUNT; type++) {
		const struct kind *k = config_kind(type);

		if (k && k->n)
			vec_clear(c, type);
		else if (k)
			ipc_drop(ipc_shape(type), (char *)c + k->vec);
	}
	c->staging = NULL;
}
