/*
 * What a sane request looks like, a checker each: it sees only the message and
 * says what is wrong, NULL when nothing is.
 */
#include <string.h>

#include "engine/keeper/devices.h"
#include "engine/keeper/files.h"
#include "engine/keeper/held.h"
#include "engine/keeper/nft.h"
#include "engine/keeper/own.h"
#include "engine/keeper/records.h"
#include "engine/keeper/request_checks.h"

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

const char *request_check_open(const struct ipc_msg *m)
{
	return held_by_name(m->keep_open.what) != HELD_COUNT || files_known(m->keep_open.what)
	    ? NULL : "no such descriptor";
}

static bool of_worker(enum held what)
{
#define IS(it) || what == it
	return false HELD_OF_WORKER(IS);
#undef IS
}

const char *request_check_workers(const struct ipc_msg *m)
{
	unsigned n = m->keep_workers.workers;

	return n >= 1 && n <= HELD_WORKERS ? NULL : "bad number of workers";
}

const char *request_check_part(const struct ipc_msg *m)
{
	const struct msg_keep_part *q = &m->keep_part;

	if (q->part < 1 || q->part >= HELD_WORKERS)
		return "no such worker";
	return of_worker(held_by_name(q->what)) ? NULL : "no such descriptor";
}

const char *request_check_interface(const struct ipc_msg *m)
{
	const struct msg_keep_interface *k = &m->keep_interface;

	if (!op_sane(k->op) || k->up > LINK_HOST)
		return "bad operation";
	if (!device_sane(k->device))
		return "bad device name";
	if (k->address.family &&
	    (!unicast(&k->address) || k->mask.family != AF_INET || mask_prefix(&k->mask) < 1))
		return "bad address or mask";
	if (k->dhcp > 1 || (k->dhcp && k->address.family))
		return "bad way to an address";
	return NULL;
}

const char *request_check_dhcp(const struct ipc_msg *m)
{
	const struct msg_keep_dhcp *k = &m->keep_dhcp;

	if (!device_name_legal(k->device) || !device_sane(k->device))
		return "bad device name";
	return k->probed.family && !unicast(&k->probed) ? "bad address" : NULL;
}

const char *request_check_lease(const struct ipc_msg *m)
{
	const struct msg_keep_lease *k = &m->keep_lease;

	if (!op_sane(k->op))
		return "bad operation";
	if (!device_name_legal(k->device) || !device_sane(k->device))
		return "bad device name";
	if (k->op == CFG_DELETE)
		return NULL;
	if (!unicast(&k->address) || k->mask.family != AF_INET || mask_prefix(&k->mask) < 1)
		return "bad address or mask";
	return !k->gateway.family || unicast(&k->gateway) ? NULL : "bad gateway";
}

const char *request_check_relay(const struct ipc_msg *m)
{
	const struct msg_keep_relay *k = &m->keep_relay;

	if (!op_sane(k->op))
		return "bad operation";
	return unicast(&k->server) && (!k->scope.family || unicast(&k->scope)) ? NULL
									       : "bad address";
}

const char *request_check_route(const struct ipc_msg *m)
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

const char *request_check_forwarding(const struct ipc_msg *m)
{
	if (!op_sane(m->keep_forwarding.op))
		return "bad operation";
	return device_sane(m->keep_forwarding.device) ? NULL : "bad device name";
}

const char *request_check_client_route(const struct ipc_msg *m)
{
	if (!op_sane(m->keep_client_route.op))
		return "bad operation";
	return unicast(&m->keep_client_route.client) ? NULL : "bad client address";
}

const char *request_check_mtu(const struct ipc_msg *m)
{
	const struct msg_keep_mtu *k = &m->keep_mtu;

	if (!op_sane(k->op))
		return "bad operation";
	if (!device_sane(k->device))
		return "bad device name";
	return k->op == CFG_DELETE || (k->mtu >= 64 && k->mtu <= UINT16_MAX) ? NULL : "bad MTU";
}

const char *request_check_vlan(const struct ipc_msg *m)
{
	const struct msg_keep_vlan *k = &m->keep_vlan;

	if (!op_sane(k->op))
		return "bad operation";
	if (!device_name_legal(k->device) || !device_sane(k->device) || !device_sane(k->parent))
		return "bad device name";
	return k->vlan > 0 && k->vlan < 4095 ? NULL : "bad VLAN";
}

const char *request_check_client_arp(const struct ipc_msg *m)
{
	if (!op_sane(m->keep_client_arp.op))
		return "bad operation";
	return device_sane(m->keep_client_arp.device) ? NULL : "bad device name";
}

const char *request_check_proxy_arp(const struct ipc_msg *m)
{
	const struct msg_keep_proxy_arp *k = &m->keep_proxy_arp;
	struct addr first = addr_v4(k->addresses.first), last = addr_v4(k->addresses.last);

	if (!op_sane(k->op))
		return "bad operation";
	if (!device_sane(k->device))
		return "bad device name";
	if (!unicast(&first) || !unicast(&last) || k->addresses.first > k->addresses.last)
		return "bad addresses";
	if (k->addresses.last - k->addresses.first > UINT16_MAX)
		return "too many addresses";
	return NULL;
}

const char *request_check_nat(const struct ipc_msg *m)
{
	const struct msg_keep_nat *k = &m->keep_nat;
	struct nat_rule rule;

	if (!op_sane(k->op))
		return "bad operation";
	if (k->op == CFG_DELETE)
		return NULL;
	if ((k->real_if[0] && !device_sane(k->real_if)) ||
	    (k->mapped_if[0] && !device_sane(k->mapped_if)))
		return "bad device name";
	if (nat_rule_read(k, &rule))
		return NULL;
	return nat_rule_few(&rule) ? "no rule of NAT" : "NAT of too many addresses";
}

const char *request_check_zone(const struct ipc_msg *m)
{
	const struct msg_keep_zone *k = &m->keep_zone;

	if (!op_sane(k->op))
		return "bad operation";
	if (!device_sane(k->device))
		return "bad device name";
	if (k->op == CFG_DELETE)
		return NULL;
	return *k->nameif && strlen(k->nameif) < 49 && k->level <= 100 && k->vpn <= 1
	    ? NULL : "bad name or level";
}

const char *request_check_traffic(const struct ipc_msg *m)
{
	const struct msg_keep_traffic *k = &m->keep_traffic;

	if (k->mss > 0 && k->mss < 48)
		return "bad segment size";
	return k->intra <= 1 && k->inter <= 1 && k->permit_vpn <= 1 ? NULL : "bad operation";
}

static bool list_sane(const char *name)
{
	return *name && strlen(name) <= 241;
}

const char *request_check_access_list(const struct ipc_msg *m)
{
	const struct msg_keep_access_list *k = &m->keep_access_list;

	if (!op_sane(k->op))
		return "bad operation";
	if (!list_sane(k->name))
		return "bad name of an access list";
	return k->rules.len % ACL_RULE_BYTES || k->total > FIREWALL_RULES_MAX ? "bad rules" : NULL;
}

const char *request_check_access_group(const struct ipc_msg *m)
{
	const struct msg_keep_access_group *k = &m->keep_access_group;

	if (!op_sane(k->op) || k->way > ACCESS_CONTROL)
		return "bad operation";
	if (*k->device ? !device_sane(k->device) : k->way != ACCESS_IN)
		return "bad device name";
	return k->op == CFG_DELETE || list_sane(k->name) ? NULL : "bad name of an access list";
}

const char *request_check_flush(const struct ipc_msg *m)
{
	static const char *const word[] = {"clients", "config", "begin", "end"};

	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (!strcmp(m->keep_flush.what, word[i]))
			return NULL;
	return "nothing of that name to flush";
}

const char *request_check_mapping(const struct ipc_msg *m)
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

const char *request_check_clear(const struct ipc_msg *m)
{
	static const char *const word[] = {"interface", "arp", "nat"};

	if (!strcmp(m->keep_clear.what, "access-list"))
		return !*m->keep_clear.device || list_sane(m->keep_clear.device)
		    ? NULL : "bad name of an access list";
	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (!strcmp(m->keep_clear.what, word[i]))
			return !*m->keep_clear.device || device_name_legal(m->keep_clear.device) ||
			        devices_number(m->keep_clear.device) < DEVICES_MAX
			    ? NULL : "bad device name";
	return "nothing of that name to clear";
}

const char *request_check_clear_conn(const struct ipc_msg *m)
{
	const struct msg_keep_clear_conn *k = &m->keep_clear_conn;

	return k->one.first <= k->one.last && k->other.first <= k->other.last &&
	               k->one_low <= k->one_high && k->other_low <= k->other_high
	           ? NULL
	           : "a range ends before it begins";
}

const char *request_check_query(const struct ipc_msg *m)
{
	return record_known(m->query.what) ? NULL : "no such query";
}

/* 1993 to 2035, as the device's calendar goes. */
const char *request_check_clock(const struct ipc_msg *m)
{
	return m->keep_clock.when < 725846400 || m->keep_clock.when > 2082758399 ? "bad time"
										 : NULL;
}

/* The ports of the other ways in are the host's own or the engine's. */
const char *request_check_listen(const struct ipc_msg *m)
{
	uint16_t port = m->keep_listen.port;

	return !port || port == 22 || port >= 1024 ? NULL : "bad port";
}

const char *request_check_syslog(const struct ipc_msg *m)
{
	const struct msg_keep_syslog *k = &m->keep_syslog;

	if (k->kind == KEEP_SYSLOG_JOURNAL)
		return NULL;
	if (k->kind > KEEP_SYSLOG_JOURNAL)
		return "bad kind of server";
	if (k->device[0] && !device_sane(k->device))
		return "bad device name";
	return unicast(&k->address) && k->port ? NULL : "bad address or port";
}

const char *request_check_stop(const struct ipc_msg *m)
{
	return m->keep_stop.restart > 1 ? "bad operation" : NULL;
}
