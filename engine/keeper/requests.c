/*
 * The privileged requests, one row each: who may ask, what a sane one looks
 * like, what is done. A checker sees only the message; a handler may rely on
 * what the checker let through.
 */
#include "engine/keeper/requests.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/journal.h"
#include "engine/keeper/dhcp_socket.h"
#include "engine/keeper/files.h"
#include "engine/keeper/host_clock.h"
#include "engine/keeper/private.h"
#include "engine/keeper/record_kinds.h"
#include "engine/keeper/records.h"
#include "engine/keeper/request_checks.h"
#include "engine/keeper/syslog_socket.h"
#include "engine/keeper/request_checks_child.h"

#define MAY(role) (1u << ROLE_##role)

/* ---- handlers: 0, an errno, or KEEPER_LATER ------------------------------------------ */

static int open_file(struct keeper *k, const struct ipc_msg *m)
{
	int fd = files_open(m->keep_open.what, k->opt->state);

	if (fd < 0)
		return errno;
	keeper_reply(k, ROLE_AAA, m->keep_open.id, 0, m->keep_open.what, fd);
	close(fd); /* it was duplicated */
	return KEEPER_LATER;
}

static int do_open(struct keeper *k, enum role from, struct ipc_msg *m)
{
	enum held what = held_by_name(m->keep_open.what);
	int error;

	if ((from == ROLE_AAA) != (what == HELD_COUNT))
		return EACCES;
	if (from == ROLE_AAA)
		return open_file(k, m);
	if (what < KEEPER_PORTS && (error = keeper_port_open(k, what)))
		return error;
	keeper_reply(k, from, m->keep_open.id, 0, held_name(what), k->held[what]);
	return KEEPER_LATER;
}

static int do_workers(struct keeper *k, enum role from, struct ipc_msg *m)
{
	(void)from;
	return keeper_workers(k, &m->keep_workers);
}

static int do_part(struct keeper *k, enum role from, struct ipc_msg *m)
{
	int fd = k->part[m->keep_part.part][held_by_name(m->keep_part.what)];

	if (fd < 0)
		return ENOENT;
	keeper_reply(k, from, m->keep_part.id, 0, m->keep_part.what, fd);
	return KEEPER_LATER;
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
	if (q->op == CFG_DELETE || !q->dhcp)
		objects_interface_no_dhcp(&k->objects, device);
	if (q->op == CFG_DELETE)
		error = objects_interface_remove(&k->objects, device);
	else if (q->dhcp)
		error = objects_interface_dhcp(
		    &k->objects, device, q->metric, (enum link_want)q->up);
	else
		error = objects_interface(
		    &k->objects, device, &q->address, &q->mask, (enum link_want)q->up);
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

static int do_dhcp(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const char *device = m->keep_dhcp.device;
	int fd;

	if (!objects_has_dhcp(&k->objects, device))
		return EACCES;
	fd = m->keep_dhcp.probed.family ? arp_socket(device, &m->keep_dhcp.probed)
					: dhcp_socket(device);
	if (fd < 0)
		return errno;
	keeper_reply(k, from, m->keep_dhcp.id, 0, "", fd);
	close(fd); /* it was duplicated */
	return KEEPER_LATER;
}

static int do_lease(struct keeper *k, enum role from, struct ipc_msg *m)
{
	static const struct addr none;
	const struct msg_keep_lease *q = &m->keep_lease;
	bool set = q->op == CFG_SET;
	int error;

	(void)from;
	error = objects_lease(&k->objects, q->device, set ? &q->address : &none,
	    set ? &q->mask : &none, set ? &q->gateway : &none);
	keeper_refresh_links(k);
	return error;
}

static int do_relay(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const struct msg_keep_relay *q = &m->keep_relay;
	bool set = q->op == CFG_SET;
	int fd, error;

	if (q->scope.family && (error = objects_scope(&k->objects, &q->scope, set)))
		return error;
	if (!set)
		return 0;
	fd = dhcp_relay_socket(&q->server, &q->scope);
	if (fd < 0) {
		error = errno;
		if (q->scope.family)
			(void)objects_scope(&k->objects, &q->scope, false);
		return error;
	}
	keeper_reply(k, from, q->id, 0, "", fd);
	close(fd); /* it was duplicated */
	return KEEPER_LATER;
}

static int do_client_route(struct keeper *k, enum role from, struct ipc_msg *m)
{
	(void)from;
	return objects_client(&k->objects, &m->keep_client_route.client,
	    m->keep_client_route.op == CFG_SET);
}

static int do_mtu(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const struct msg_keep_mtu *q = &m->keep_mtu;
	char device[IF_NAMESIZE];
	int error;

	(void)from;
	if (!linux_name(k, q->device, device))
		return ENODEV;
	error = q->op == CFG_SET ? objects_mtu(&k->objects, device, q->mtu)
				 : objects_mtu_remove(&k->objects, device);
	keeper_refresh_links(k);
	return error;
}

static int do_vlan(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const struct msg_keep_vlan *q = &m->keep_vlan;
	char parent[IF_NAMESIZE];
	int error = 0;

	if (!linux_name(k, q->parent, parent))
		return ENODEV;
	if (q->op == CFG_DELETE ||
	    objects_vlan_differs(&k->objects, q->device, parent, q->vlan)) {
		(void)objects_vlan_remove(&k->objects, q->device);
		keeper_refresh_links(k);
	}
	if (q->op == CFG_SET)
		error = objects_vlan(&k->objects, q->device, parent, q->vlan);
	keeper_refresh_links(k);
	if (error != EOPNOTSUPP)
		return error;
	keeper_reply(k, from, q->id, 0,
	    "This kernel has no VLANs (module 8021q): the subinterface stays down", -1);
	return KEEPER_LATER;
}

static int do_client_arp(struct keeper *k, enum role from, struct ipc_msg *m)
{
	char device[IF_NAMESIZE];

	(void)from;
	if (!linux_name(k, m->keep_client_arp.device, device))
		return ENODEV;
	return objects_arp(&k->objects, device, NULL, m->keep_client_arp.op == CFG_SET);
}

static int do_proxy_arp(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const struct msg_keep_proxy_arp *q = &m->keep_proxy_arp;
	char device[IF_NAMESIZE];

	(void)from;
	if (!linux_name(k, q->device, device))
		return ENODEV;
	return objects_arp(&k->objects, device, &q->addresses, q->op == CFG_SET);
}

/* The rules between interfaces know Linux devices only. */
static int do_rule(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const char **name[2] = {NULL, NULL};
	char device[2][IF_NAMESIZE];
	int error;

	if (m->type == MSG_KEEP_ZONE)
		name[0] = &m->keep_zone.device;
	else if (m->type == MSG_KEEP_ACCESS_GROUP)
		name[0] = &m->keep_access_group.device;
	else if (m->type == MSG_KEEP_NAT && m->keep_nat.op == CFG_SET) {
		name[0] = &m->keep_nat.real_if;
		name[1] = &m->keep_nat.mapped_if;
	}
	for (int i = 0; i < 2 && name[i]; i++) {
		if (!linux_name(k, *name[i], device[i]))
			return ENODEV;
		*name[i] = device[i];
	}
	error = objects_rule(&k->objects, m);
	return error ? error : keeper_rules_wait(k, from, *ipc_id(m));
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
	return keeper_rules_wait(k, from, m->keep_flush.id);
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

static int do_clear(struct keeper *k, enum role from, struct ipc_msg *m)
{
	char device[IF_NAMESIZE];

	(void)from;
	if (!strcmp(m->keep_clear.what, "access-list"))
		return record_clear(k, m->keep_clear.what, m->keep_clear.device);
	if (!linux_name(k, m->keep_clear.device, device))
		return ENODEV;
	return record_clear(k, m->keep_clear.what, device);
}

/* The addresses of all links, for the caller to free; NULL: no memory. */
static uint32_t *own_addresses(const struct keeper *k, size_t *n)
{
	uint32_t *own = malloc((k->n_links + 1) * LINK_ADDRESSES_MAX * sizeof *own);

	*n = 0;
	for (size_t i = 0; own && i < k->n_links; i++)
		for (unsigned j = 0; j < k->links[i].n_addresses; j++)
			own[(*n)++] = addr_to_v4(&k->links[i].addresses[j].address);
	return own;
}

static int do_clear_conn(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const struct msg_keep_clear_conn *q = &m->keep_clear_conn;
	struct conn_filter filter = {q->protocol,
	    {{q->one, q->one_low, q->one_high}, {q->other, q->other_low, q->other_high}},
	    q->translated, NULL, 0};
	uint32_t ended, *own = NULL;
	char text[16];
	int error;

	if (q->own_spared && !(own = own_addresses(k, &filter.n_spared)))
		return ENOMEM;
	filter.spared = own;
	error = conntrack_end(&filter, &ended);
	free(own);
	if (error)
		return error;
	snprintf(text, sizeof text, "%u", ended);
	keeper_reply(k, from, q->id, 0, text, -1);
	return KEEPER_LATER;
}

static int do_query(struct keeper *k, enum role from, struct ipc_msg *m)
{
	int error = record_query(k, from, &m->query);

	return error ? error : KEEPER_LATER;
}

static int do_child(struct keeper *k, enum role from, struct ipc_msg *m)
{
	int fd, error = children_start(&k->children, m, &fd);

	if (error)
		return error;
	keeper_reply(k, from, *ipc_id(m), 0, "", fd);
	close(fd);
	return KEEPER_LATER;
}

static int do_child_end(struct keeper *k, enum role from, struct ipc_msg *m)
{
	children_end(&k->children, from, m->keep_child_end.child);
	return KEEPER_LATER;
}

static int do_clock(struct keeper *k, enum role from, struct ipc_msg *m)
{
	(void)from;
	return k->opt->set_clock ? host_clock_set(m->keep_clock.when) : EACCES;
}

static int do_listen(struct keeper *k, enum role from, struct ipc_msg *m)
{
	char who[PORT_HOLDER_TEXT], text[PORT_HOLDER_TEXT + 16];
	int error = keeper_door_open(k, m->keep_listen.port);

	if (error != EADDRINUSE)
		return error;
	port_holder_text(&k->door_holder, who);
	snprintf(text, sizeof text, "it belongs to %s", who);
	keeper_reply(k, from, m->keep_listen.id, error, text, -1);
	return KEEPER_LATER;
}

static int do_syslog(struct keeper *k, enum role from, struct ipc_msg *m)
{
	const struct msg_keep_syslog *q = &m->keep_syslog;
	char device[IF_NAMESIZE];
	int fd;

	if (q->kind == KEEP_SYSLOG_JOURNAL)
		fd = syslog_journal();
	else if (!q->device[0] || !linux_name(k, q->device, device))
		return ENODEV;
	else
		fd = syslog_socket(q->kind == KEEP_SYSLOG_TCP, device, &q->address, q->port);
	if (fd < 0)
		return errno;
	keeper_reply(k, from, q->id, 0, "", fd);
	close(fd); /* it was duplicated */
	return KEEPER_LATER;
}

static int do_stop(struct keeper *k, enum role from, struct ipc_msg *m)
{
	(void)from;
	keeper_stop(k, m->keep_stop.why, m->keep_stop.restart);
	return KEEPER_LATER;
}

/* ---- the table ------------------------------------------------------------------ */

struct row {
	enum msg_type type;
	unsigned who;
	const char *(*check)(const struct ipc_msg *);
	int (*act)(struct keeper *, enum role from, struct ipc_msg *);
};

/* clang-format off */
static const struct row ROW[] = {
    /* request                who may ask                  checker                     handler */
    {MSG_KEEP_OPEN,         MAY(ENGINE) | MAY(AAA),      request_check_open,         do_open},
    {MSG_KEEP_WORKERS,      MAY(ENGINE),                 request_check_workers,      do_workers},
    {MSG_KEEP_PART,         MAY(ENGINE),                 request_check_part,         do_part},
    {MSG_KEEP_INTERFACE,    MAY(MANAGER),                request_check_interface,    do_interface},
    {MSG_KEEP_ROUTE,        MAY(MANAGER),                request_check_route,        do_route},
    {MSG_KEEP_FORWARDING,   MAY(MANAGER),                request_check_forwarding,   do_forwarding},
    {MSG_KEEP_DHCP,         MAY(ENGINE),                 request_check_dhcp,         do_dhcp},
    {MSG_KEEP_LEASE,        MAY(ENGINE),                 request_check_lease,        do_lease},
    {MSG_KEEP_RELAY,        MAY(ENGINE),                 request_check_relay,        do_relay},
    {MSG_KEEP_CLIENT_ROUTE, MAY(ENGINE),                 request_check_client_route, do_client_route},
    {MSG_KEEP_MTU,          MAY(MANAGER),                request_check_mtu,          do_mtu},
    {MSG_KEEP_VLAN,         MAY(MANAGER),                request_check_vlan,         do_vlan},
    {MSG_KEEP_CLIENT_ARP,   MAY(MANAGER),                request_check_client_arp,   do_client_arp},
    {MSG_KEEP_PROXY_ARP,    MAY(MANAGER),                request_check_proxy_arp,    do_proxy_arp},
    {MSG_KEEP_ZONE,         MAY(MANAGER),                request_check_zone,         do_rule},
    {MSG_KEEP_TRAFFIC,      MAY(MANAGER),                request_check_traffic,      do_rule},
    {MSG_KEEP_ACCESS_LIST,  MAY(MANAGER),                request_check_access_list,  do_rule},
    {MSG_KEEP_ACCESS_GROUP, MAY(MANAGER),                request_check_access_group, do_rule},
    {MSG_KEEP_NAT,          MAY(MANAGER),                request_check_nat,          do_rule},
    {MSG_KEEP_FLUSH,        MAY(MANAGER) | MAY(ENGINE),  request_check_flush,        do_flush},
    {MSG_KEEP_MAPPING,      MAY(MANAGER),                request_check_mapping,      do_mapping},
    {MSG_KEEP_CLEAR,        MAY(MANAGER),                request_check_clear,        do_clear},
    {MSG_KEEP_CLEAR_CONN,   MAY(MANAGER),                request_check_clear_conn,   do_clear_conn},
    {MSG_QUERY,             MAY(MANAGER),                request_check_query,        do_query},
    {MSG_KEEP_PING,         MAY(MANAGER),                request_check_ping,         do_child},
    {MSG_KEEP_TRACEROUTE,   MAY(MANAGER),                request_check_traceroute,   do_child},
    {MSG_KEEP_TRANSFER,     MAY(MANAGER),                request_check_transfer,     do_child},
    {MSG_KEEP_NT,           MAY(AAA),                    request_check_nt,           do_child},
    {MSG_KEEP_CHILD_END,    MAY(MANAGER) | MAY(AAA),     request_check_child_end,    do_child_end},
    {MSG_KEEP_CLOCK,        MAY(MANAGER),                request_check_clock,        do_clock},
    {MSG_KEEP_LISTEN,       MAY(MANAGER),                request_check_listen,       do_listen},
    {MSG_KEEP_SYSLOG,       MAY(MANAGER),                request_check_syslog,       do_syslog},
    {MSG_KEEP_STOP,         MAY(MANAGER),                request_check_stop,         do_stop},
};
/* clang-format on */

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
	const uint32_t *id = ipc_id(m); /* of what is only told, as KEEP_STOP is, there is none */
	uint32_t answers = id ? *id : 0;

	if (error || !r)
		journal(LOG_WARNING, "request %s of role %d refused: %s", ipc_name(m->type),
		    (int)from, why);
	else
		error = r->act(k, from, m);
	if (error != KEEPER_LATER && r && id)
		keeper_reply(k, from, answers, error, why ? why : error ? strerror(error) : "", -1);
}
