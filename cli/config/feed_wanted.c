/*
 * What the kernel is to have of interfaces and routes, and between which links
 * it forwards packets.
 */
#include <stdio.h>
#include <string.h>

#include "cli/config/feed_wanted.h"
#include "cli/config/row.h"

/* ---- interfaces and routes ----------------------------------------------------- */

/* Down when it is shut, up when it has an address or a name here; of one that was only entered
 * nothing is asked: it stays as the host has it. */
void feed_want_interface(void *ctx, const struct db_row *row)
{
	struct feed_wanted *w = ctx;
	const char *device = w->feed->sink.device(w->feed->sink.ctx, db_text(row, "hardware"));
	struct ipc_msg m = {.type = MSG_KEEP_INTERFACE, .fd = -1};
	bool shut = db_bool(row, "shutdown"), dhcp = db_bool(row, "dhcp");
	char key[64];

	if (!*device || (!shut && !dhcp && !db_text(row, "address") && !db_text(row, "nameif")))
		return;
	m.keep_interface = (struct msg_keep_interface){.device = device,
	    .address = row_addr(row, "address"),
	    .mask = row_addr(row, "mask"),
	    .up = shut ? KEEP_LINK_DOWN : KEEP_LINK_UP,
	    .dhcp = dhcp,
	    .metric = dhcp && db_bool(row, "setroute") ? (uint32_t)db_int(row, "distance", 1) : 0};
	snprintf(key, sizeof key, "interface %s", device);
	if (!feed_is_wanted(w, key))
		feed_want(w, key, &m);
}

/* A VLAN of the link that a subinterface's name begins with. */
void feed_want_vlan(void *ctx, const struct db_row *row)
{
	struct feed_wanted *w = ctx;
	const char *hardware = db_text(row, "hardware"), *dot = strrchr(hardware, '.');
	struct ipc_msg m = {.type = MSG_KEEP_VLAN, .fd = -1};
	char parent[64], key[64];

	if (!dot || !db_text(row, "vlan"))
		return;
	snprintf(parent, sizeof parent, "%.*s", (int)(dot - hardware), hardware);
	m.keep_vlan = (struct msg_keep_vlan){
	    .device = w->feed->sink.device(w->feed->sink.ctx, hardware),
	    .parent = w->feed->sink.device(w->feed->sink.ctx, parent),
	    .vlan = (uint16_t)db_int(row, "vlan", 0)};
	snprintf(key, sizeof key, "vlan %s", m.keep_vlan.device);
	if (*m.keep_vlan.device && *m.keep_vlan.parent && !feed_is_wanted(w, key))
		feed_want(w, key, &m);
}

/* ---- forwarding ------------------------------------------------------------------ */

/* The device of an interface whose packets may be forwarded, or "". */
static const char *forwards(const struct feed_wanted *w, const struct db_row *row)
{
	if (!db_text(row, "nameif") || db_bool(row, "shutdown"))
		return "";
	return w->feed->sink.device(w->feed->sink.ctx, db_text(row, "hardware"));
}

void feed_count_interface(void *ctx, const struct db_row *row)
{
	struct feed_wanted *w = ctx;
	const char *device = forwards(w, row);

	w->sides += *device && strcmp(device, w->first_side) != 0;
	if (*device && !w->first_side[0])
		snprintf(w->first_side, sizeof w->first_side, "%s", device);
}

void feed_count_map(void *ctx, const struct db_row *row)
{
	struct feed_wanted *w = ctx;

	(void)row;
	w->sides++;
}

/* Packets are forwarded between two sides: two interfaces, or one and the clients of a crypto
 * map. A machine with less is a host as before. */
void feed_want_forwarding(void *ctx, const struct db_row *row)
{
	struct feed_wanted *w = ctx;
	struct ipc_msg m = {.type = MSG_KEEP_FORWARDING, .fd = -1};
	char key[64];

	m.keep_forwarding.device = forwards(w, row);
	if (w->sides < 2 || !*m.keep_forwarding.device)
		return;
	snprintf(key, sizeof key, "forwarding %s", m.keep_forwarding.device);
	if (!feed_is_wanted(w, key))
		feed_want(w, key, &m);
}

/* ---- ARP ---------------------------------------------------------------------------- */

static void note_row(void *ctx, const struct db_row *row)
{
	(void)row;
	*(bool *)ctx = true;
}

bool feed_answers_arp(struct feed_wanted *w, const char *name)
{
	static const char *const ifname[] = {"ifname"};
	bool silent = false;

	if (!db_where(w->db, gram_table(w->feed->gram, "noproxyarp"), ifname, &name, 1, note_row,
		&silent))
		w->failed = true;
	return !silent;
}

/* An interface's neighbours reach clients whose addresses are of its network. */
void feed_want_client_arp(void *ctx, const struct db_row *row)
{
	struct feed_wanted *w = ctx;
	struct ipc_msg m = {.type = MSG_KEEP_CLIENT_ARP, .fd = -1};
	const char *name = db_text(row, "nameif");
	char key[64];

	if (!name || db_bool(row, "shutdown") || !feed_answers_arp(w, name))
		return;
	m.keep_client_arp.device = w->feed->sink.device(
	    w->feed->sink.ctx, db_text(row, "hardware"));
	snprintf(key, sizeof key, "client-arp %s", m.keep_client_arp.device);
	if (*m.keep_client_arp.device && !feed_is_wanted(w, key))
		feed_want(w, key, &m);
}

/* ---- names of interfaces ------------------------------------------------------------ */

struct by_nameif {
	struct feed *feed;
	char device[64];
};

static void note_device(void *ctx, const struct db_row *row)
{
	struct by_nameif *b = ctx;

	snprintf(b->device, sizeof b->device, "%s",
	    b->feed->sink.device(b->feed->sink.ctx, db_text(row, "hardware")));
}

bool feed_has_clients(struct feed_wanted *w, const char *nameif)
{
	static const char *const ifname[] = {"ifname"};
	bool any = db_any(
	    w->db, gram_table(w->feed->gram, "crypto_map_interface"), ifname, &nameif, 1);

	w->failed = w->failed || (!any && db_fault(w->db));
	return any;
}

void feed_device_of(struct feed_wanted *w, const char *name, char device[64])
{
	static const char *const nameif[] = {"nameif"};
	struct by_nameif b = {.feed = w->feed};

	if (strcmp(w->nameif, name) != 0) {
		if (!db_where(w->db, gram_table(w->feed->gram, "interface"), nameif, &name, 1,
			note_device, &b))
			w->failed = true;
		snprintf(w->nameif, sizeof w->nameif, "%s", name);
		memcpy(w->device, b.device, sizeof b.device);
	}
	memcpy(device, w->device, sizeof w->device);
}

struct addressed {
	const struct feed *feed;
	struct addr *address, *mask;
	bool found;
};

static void note_address(void *ctx, const struct db_row *row)
{
	struct addressed *a = ctx;

	a->found = feed_address(a->feed, row, a->address, a->mask);
}

bool feed_address_of(
    struct feed_wanted *w, const char *name, struct addr *address, struct addr *mask)
{
	static const char *const nameif[] = {"nameif"};
	struct addressed a = {w->feed, address, mask, false};

	if (!db_where(w->db, gram_table(w->feed->gram, "interface"), nameif, &name, 1,
		note_address, &a))
		w->failed = true;
	return a.found;
}

/* ---- MTU -------------------------------------------------------------------------- */

void feed_want_mtu(void *ctx, const struct db_row *row)
{
	struct feed_wanted *w = ctx;
	struct ipc_msg m = {.type = MSG_KEEP_MTU, .fd = -1};
	char device[64], key[96];

	feed_device_of(w, db_text(row, "ifname"), device);
	if (!*device)
		return;
	m.keep_mtu.device = device;
	m.keep_mtu.mtu = (uint32_t)db_int(row, "bytes", 0);
	snprintf(key, sizeof key, "mtu %s", device);
	feed_want(w, key, &m);
}

/* ---- routes ----------------------------------------------------------------------- */

void feed_want_route(void *ctx, const struct db_row *row)
{
	struct feed_wanted *w = ctx;
	struct ipc_msg m = {.type = MSG_KEEP_ROUTE, .fd = -1};
	char device[64], key[256];

	feed_device_of(w, db_text(row, "ifname"), device);
	if (!*device)
		return;
	m.keep_route = (struct msg_keep_route){.device = device,
	    .dest = row_addr(row, "net"),
	    .mask = row_addr(row, "mask"),
	    .gateway = row_addr(row, "gateway"),
	    .metric = (uint32_t)db_int(row, "metric", 1)};
	snprintf(key, sizeof key, "route %s %s %s %s %u", device, db_text(row, "net"),
	    db_text(row, "mask"), db_text(row, "gateway"), m.keep_route.metric);
	feed_want(w, key, &m);
}
