/*
 * The privileged requests, one row each: who may ask, what a sane one looks
 * like, what is done. A checker sees only the message; a handler may rely on
 * what the checker let through.
 */
#include "engine/keeper/requests.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/journal.h"
#include "engine/keeper/private.h"

#define MAY(role) (1u << ROLE_##role)
#define LATER (-1) /* a handler's answer comes by itself */

/* ---- checkers: NULL when sane, else what is wrong --------------------------- */

static bool op_sane(uint8_t op)
{
	return op == CFG_SET || op == CFG_DELETE;
}

/* A host's address: IPv4, not 0/8, not 127/8, not multicast or beyond. */
static bool unicast(const struct addr *a)
{
	uint32_t v = addr_to_v4(a);

	return a->family == AF_INET && v >> 24 != 0 && v >> 24 != 127 && v < 0xe0000000;
}

/* Both unset, or an address (with or without mask) of IPv4. */
static bool range_sane(const struct addr *a, const struct addr *mask)
{
	if (!a->family)
		return !mask->family;
	return a->family == AF_INET &&
	    (!mask->family || (mask->family == AF_INET && mask_prefix(mask) >= 0));
}

/* Hardware names have a slash, which no Linux name has. */
static bool device_sane(const char *name)
{
	if (!strcmp(name, "lo") || !strcmp(name, TUN_NAME))
		return false;
	return device_name_legal(name) || devices_number(name) < DEVICES_MAX;
}

/* aa:bb:cc:dd:ee:ff of one card, in small letters. */
static bool mac_sane(const char *mac)
{
	for (int i = 0; i < 17; i++)
		if (i % 3 == 2 ? mac[i] != ':' : !mac[i] || !strchr("0123456789abcdef", mac[i]))
			return false;
	return !mac[17] && !(strchr("13579bdf", mac[1])) && strcmp(mac, "00:00:00:00:00:00") != 0;
}

static const char *check_open(const struct ipc_msg *m)
{
	return held_by_name(m->keep_open.what) == HELD_COUNT ? "no such descriptor" : NULL;
}

static const char *check_interface(const struct ipc_msg *m)
{
	const struct msg_keep_interface *k = &m->keep_interface;

	if (!op_sane(k->op) || k->up > LINK_HOST)
		return "bad operation";
	if (!device_sane(k->device))
		return "bad device name";
	if (k->address.family &&
	    (!unicast(&k->address) || k->mask.family != AF_INET || mask_prefix(&k->mask) < 1))
		return "bad address or mask";
	return NULL;
}

static const char *check_route(const struct ipc_msg *m)
{
	const struct msg_keep_route *k = &m->keep_route;

	if (!op_sane(k->op))
		return "bad operation";
	if (!device_sane(k->device))
		return "bad device name";
	if (k->dest.family != AF_INET || k->mask.family != AF_INET || mask_prefix(&k->mask) < 0 ||
	    (k->dest.v4 & ~k->mask.v4) != 0)
		return "bad destination or mask";
	if (k->gateway.family && !unicast(&k->gateway))
		return "bad gateway";
	return NULL;
}

static const char *check_forwarding(const struct ipc_msg *m)
{
	if (!op_sane(m->keep_forwarding.op))
		return "bad operation";
	return device_sane(m->keep_forwarding.device) ? NULL : "bad device name";
}

static const char *check_client_route(const struct ipc_msg *m)
{
	if (!op_sane(m->keep_client_route.op))
		return "bad operation";
	return unicast(&m->keep_client_route.client) ? NULL : "bad client address";
}

static const char *check_nat(const struct ipc_msg *m)
{
	const struct msg_keep_nat *k = &m->keep_nat;
	enum nat_kind kind;

	if (!op_sane(k->op))
		return "bad operation";
	if (k->op == CFG_DELETE)
		return NULL;
	if (!nat_kind_parse(k->kind, &kind))
		return "bad kind of NAT";
	if ((k->real_if[0] && !device_sane(k->real_if)) ||
	    (k->mapped_if[0] && !device_sane(k->mapped_if)))
		return "bad device name";
	if (!range_sane(&k->source, &k->source_mask) || !range_sane(&k->dest, &k->dest_mask))
		return "bad address or mask";
	if ((kind == NAT_DYNAMIC || kind == NAT_STATIC) && !unicast(&k->mapped))
		return "bad mapped address";
	if (kind == NAT_STATIC && !unicast(&k->source))
		return "bad real address";
	return NULL;
}

static const char *check_flush(const struct ipc_msg *m)
{
	static const char *const word[] = {"clients", "config", "begin", "end"};

	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (!strcmp(m->keep_flush.what, word[i]))
			return NULL;
	return "nothing of that name to flush";
}

static const char *check_mapping(const struct ipc_msg *m)
{
	const struct msg_keep_mapping *k = &m->keep_mapping;

	if (!op_sane(k->op))
		return "bad operation";
	if (devices_number(k->hardware) == DEVICES_MAX)
		return "bad hardware name";
	if (k->op == CFG_SET && (k->mac[0] ? !mac_sane(k->mac) : !device_sane(k->device)))
		return "bad card";
	return NULL;
}

static const char *check_query(const struct ipc_msg *m)
{
	return record_known(m->query.what) ? NULL : "no such query";
}

static const char *check_stop(const struct ipc_msg *m)
{
	return m->keep_stop.restart > 1 ? "bad operation" : NULL;
}

/* ---- handlers: 0, an errno, or LATER ------------------------------------------ */

static void reply(struct keeper *k, enum role to, uint32_t id, int error, const char *text, int fd)
{
	struct ipc_msg m = {.type = MSG_KEEP_REPLY, .fd = fd,
	    .keep_reply = {.id = id, .error = (uint32_t)error, .text = text}};

	supervisor_send(k->roles, to, &m);
}

static int do_open(struct keeper *k, enum role from, struct ipc_msg *m)
{
	enum held what = held_by_name(m->keep_open.what);

	reply(k, from, m->keep_open.id, 0, held_name(what), k->held[what]);
	return LATER;
}

/* The Linux name into `to`; false when the hardware name has no device. */
static bool linux_name(const struct keeper *k, const char *name, char to[IF_NAMESIZE])
{
	const char *device = name[0] ? devices_linux(&k->devices, name) : "";

	if (!device)
		return false;
	strcpy(to, device);
	return true;
}

static int do_interface(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const struct msg_keep_interface *q = &m->keep_interface;
	char device[IF_NAMESIZE];
	int error;

	(void)from;
	if (!linux_name(k, q->device, device))
		return ENODEV;
	if (q->op == CFG_DELETE)
		return objects_interface_remove(&k->objects, device);
	error = objects_interface(&k->objects, device, &q->address, &q->mask, (enum link_want)q->up);
	keeper_refresh_links(k); /* the news comes before the answer */
	return error;
}

static int do_route(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const struct msg_keep_route *q = &m->keep_route;
	struct netlink_route r = {.dest = q->dest, .mask = q->mask, .gateway = q->gateway,
	    .metric = q->metric};
	char device[IF_NAMESIZE];

	(void)from;
	if (!linux_name(k, q->device, device))
		return ENODEV;
	return objects_route(&k->objects, device, &r, q->op == CFG_SET);
}

static int do_forwarding(struct keeper *k, enum role from, struct ipc_msg *m)
{
	char device[IF_NAMESIZE];

	(void)from;
	if (!linux_name(k, m->keep_forwarding.device, device))
		return ENODEV;
	return objects_forwarding(&k->objects, device, m->keep_forwarding.op == CFG_SET);
}

static int do_client_route(struct keeper *k, enum role from, struct ipc_msg *m)
{
	(void)from;
	return objects_client(&k->objects, &m->keep_client_route.client,
	    m->keep_client_route.op == CFG_SET);
}

static void on_nat(uv_prepare_t *h)
{
	request_nat_commit(h->data);
}

static int nat_wait(struct keeper *k, enum role from, uint32_t id)
{
	if (k->n_waiters == k->size_waiters) {
		size_t size = k->size_waiters ? 2 * k->size_waiters : 16;
		struct nat_waiter *w = realloc(k->waiters, size * sizeof *w);

		if (!w)
			return ENOMEM;
		k->waiters = w;
		k->size_waiters = size;
	}
	k->waiters[k->n_waiters++] = (struct nat_waiter){from, id};
	uv_prepare_start(&k->nat, on_nat);
	return LATER;
}

void request_nat_commit(struct keeper *k)
{
	char why[256] = "";
	int error = 0;

	uv_prepare_stop(&k->nat);
	if (k->objects.nat_dirty)
		error = objects_nat_commit(&k->objects, why, sizeof why);
	keeper_nft_loaded(k);
	if (error)
		journal(LOG_ERR, "nftables: %s", why);
	for (size_t i = 0; i < k->n_waiters; i++)
		reply(k, k->waiters[i].role, k->waiters[i].id, error, why, -1);
	k->n_waiters = 0;
	supervisor_flush(k->roles);
}

static int do_nat(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const struct msg_keep_nat *q = &m->keep_nat;
	struct nat_rule r = {.order = q->order};
	int error;

	if (q->op == CFG_SET) {
		nat_kind_parse(q->kind, &r.kind);
		if (!linux_name(k, q->real_if, r.real_if) || !linux_name(k, q->mapped_if, r.mapped_if))
			return ENODEV;
		r.source = q->source;
		r.source_mask = q->source_mask;
		r.dest = q->dest;
		r.dest_mask = q->dest_mask;
		r.mapped = q->mapped;
	}
	error = objects_nat(&k->objects, &r, q->op == CFG_SET);
	return error ? error : nat_wait(k, from, q->id);
}

static int do_flush(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const char *what = m->keep_flush.what;
	bool clients = !strcmp(what, "clients");

	if (clients != (from == ROLE_ENGINE))
		return EPERM;
	if (clients)
		objects_clients_flush(&k->objects);
	if (!strcmp(what, "begin") || !strcmp(what, "config"))
		objects_mark(&k->objects);
	if (!strcmp(what, "end") || !strcmp(what, "config"))
		objects_sweep(&k->objects);
	return nat_wait(k, from, m->keep_flush.id);
}

static int do_mapping(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const struct msg_keep_mapping *q = &m->keep_mapping;
	unsigned number = devices_number(q->hardware);
	int error;

	(void)from;
	error = q->op == CFG_DELETE ? devices_unmap(&k->devices, number)
	    : devices_map(&k->devices, number, q->mac, q->device, k->links, k->n_links);
	keeper_refresh_links(k);
	return error;
}

static int do_query(struct keeper *k, enum role from, struct ipc_msg *m)
{
	int error = record_query(k, from, &m->query);

	return error ? error : LATER;
}

static int do_stop(struct keeper *k, enum role from, struct ipc_msg *m)
{
	(void)from;
	keeper_stop(k, m->keep_stop.why, m->keep_stop.restart);
	return LATER;
}

/* ---- the table ------------------------------------------------------------------ */

struct row {
	enum msg_type type;
	unsigned who;
	size_t id_at; /* the request's id in struct ipc_msg; 0 = it has none */
	const char *(*check)(const struct ipc_msg *);
	int (*act)(struct keeper *, enum role from, struct ipc_msg *);
};

#define ID(name) offsetof(struct ipc_msg, name.id)

static const struct row ROW[] = {
    /* request                who may ask                  id                    checker             handler */
    {MSG_KEEP_OPEN,         MAY(ENGINE),                 ID(keep_open),         check_open,         do_open},
    {MSG_KEEP_INTERFACE,    MAY(MANAGER),                ID(keep_interface),    check_interface,    do_interface},
    {MSG_KEEP_ROUTE,        MAY(MANAGER),                ID(keep_route),        check_route,        do_route},
    {MSG_KEEP_FORWARDING,   MAY(MANAGER),                ID(keep_forwarding),   check_forwarding,   do_forwarding},
    {MSG_KEEP_CLIENT_ROUTE, MAY(ENGINE),                 ID(keep_client_route), check_client_route, do_client_route},
    {MSG_KEEP_NAT,          MAY(MANAGER),                ID(keep_nat),          check_nat,          do_nat},
    {MSG_KEEP_FLUSH,        MAY(MANAGER) | MAY(ENGINE),  ID(keep_flush),        check_flush,        do_flush},
    {MSG_KEEP_MAPPING,      MAY(MANAGER),                ID(keep_mapping),      check_mapping,      do_mapping},
    {MSG_QUERY,             MAY(MANAGER),                ID(query),             check_query,        do_query},
    {MSG_KEEP_STOP,         MAY(MANAGER),                0,                     check_stop,         do_stop},
};

static const struct row *row_find(enum msg_type type)
{
	for (size_t i = 0; i < sizeof ROW / sizeof *ROW; i++)
		if (ROW[i].type == type)
			return &ROW[i];
	return NULL;
}

static int row_check(const struct row *r, enum role from, const struct ipc_msg *m, const char **why)
{
	*why = "not allowed";
	if (!r || !(r->who & 1u << from))
		return EPERM;
	*why = r->check(m);
	return *why ? EINVAL : 0;
}

int request_check(enum role from, const struct ipc_msg *m, const char **why)
{
	return row_check(row_find(m->type), from, m, why);
}

void request_serve(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const struct row *r = row_find(m->type);
	const char *why;
	int error = row_check(r, from, m, &why);
	uint32_t id = 0;

	if (r && r->id_at)
		memcpy(&id, (const char *)m + r->id_at, sizeof id);
	if (error || !r)
		journal(LOG_WARNING, "request %s of role %d refused: %s", ipc_name(m->type),
		    (int)from, why);
	else
		error = r->act(k, from, m);
	if (error != LATER && r && r->id_at)
		reply(k, from, id, error, why ? why : error ? strerror(error) : "", -1);
}
