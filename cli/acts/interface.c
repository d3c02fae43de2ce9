/* The interfaces, and which card each one is: `show interface`, `show interface mapping`,
 * `interface mapping`. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/interfaces.h"
#include "cli/acts/names.h"
#include "cli/config/hooks.h"

/* ---- as they are ----------------------------------------------------------- */

static void show_links(struct act *a,
    void (*format)(struct text *, const struct show_link *, size_t))
{
	const char *name = gram_arg(&a->match, "name");
	struct interfaces *l = interfaces_collect(a);
	char only[32] = "";
	size_t n = 0;

	if (name && !hardware_of_name(a->manager, name, only))
		only[0] = 0;
	for (size_t i = 0; i < l->n; i++)
		if (!name || !strcmp(l->v[i].hardware, only))
			l->v[n++] = l->v[i];
	if (name && !only[0])
		act_refuse(a, "ERROR: Interface %s does not exist", name);
	else
		format(&a->out, l->v, n);
	free(l);
	act_done(a);
}

static void act_show_nameif(struct act *a)
{
	show_links(a, show_nameif);
}

static void act_show_ip_address(struct act *a)
{
	show_links(a, show_ip_address);
}

static void lease_shown(struct act *a, const struct answer *r)
{
	const char *name = gram_arg(&a->match, "name");
	struct msg_rec_dhcp *rec;
	size_t n;

	if (act_engine_failed(a, r)) {
		act_done(a);
		return;
	}
	rec = answer_records(r, MSG_REC_DHCP, sizeof(*rec), &n);
	if (!n)
		act_refuse(a, "ERROR: Interface %s does not get its address by DHCP", name);
	for (size_t i = 0; i < n; i++)
		if (gram_typed(&a->match, "server"))
			show_dhcp_server(&a->out, &rec[i]);
		else
			show_dhcp_lease(&a->out, name, &rec[i]);
	free(rec);
	act_done(a);
}

/* show ip address IF dhcp lease, server */
static void act_show_dhcp(struct act *a)
{
	const char *name = gram_arg(&a->match, "name");
	const struct net_link *l;
	char hardware[32];

	if (!hardware_of_name(a->manager, name, hardware)) {
		act_refuse(a, "ERROR: Interface %s does not exist", name);
		act_done(a);
		return;
	}
	l = links_find(&a->manager->links, hardware);
	act_query(a, ROLE_ENGINE, "dhcp", "device", l ? l->device : "", lease_shown);
}

static const struct msg_rec_link *counters_of(const struct msg_rec_link *rec, size_t n,
    const struct show_link *l)
{
	for (size_t i = 0; l->present && i < n; i++)
		if (strcmp(rec[i].device, l->device) == 0)
			return &rec[i];
	return NULL;
}

static void counters_shown(struct act *a, const struct answer *r)
{
	const char *name = gram_arg(&a->match, "name");
	enum show_interface_form form = gram_typed(&a->match, "detail") ? SHOW_INTERFACE_DETAIL
	    : gram_typed(&a->match, "summary") ? SHOW_INTERFACE_SUMMARY : SHOW_INTERFACE_STATS;
	struct interfaces *l = interfaces_collect(a);
	struct msg_rec_link *rec;
	char only[32] = "";
	size_t n;

	if (!act_keeper_failed(a, r)) {
		rec = answer_records(r, MSG_REC_LINK, sizeof(*rec), &n);
		if (name && !hardware_of_name(a->manager, name, only))
			act_refuse(a, "ERROR: Interface %s does not exist", name);
		for (size_t i = 0; i < l->n && (!name || only[0]); i++)
			if (!name || !strcmp(l->v[i].hardware, only))
				show_interface(&a->out, &l->v[i], counters_of(rec, n, &l->v[i]),
				    form);
		free(rec);
	}
	free(l);
	act_done(a);
}

static void act_show_interface(struct act *a)
{
	act_query(a, ROLE_KEEPER, "links", NULL, NULL, counters_shown);
}

static void traffic_shown(struct act *a, const struct answer *r)
{
	struct interfaces *l = interfaces_collect(a);
	struct msg_rec_link *rec;
	size_t n;

	if (!act_keeper_failed(a, r)) {
		rec = answer_records(r, MSG_REC_LINK, sizeof(*rec), &n);
		for (int cards = 0; cards < 2; cards++) {
			if (cards)
				show_traffic_cards(&a->out);
			for (size_t i = 0; i < l->n; i++) {
				const struct msg_rec_link *c = counters_of(rec, n, &l->v[i]);

				if (c && (cards || l->v[i].nameif[0]))
					show_traffic(&a->out,
					    cards ? l->v[i].hardware : l->v[i].nameif, c);
			}
		}
		free(rec);
	}
	free(l);
	act_done(a);
}

static void act_show_traffic(struct act *a)
{
	act_query(a, ROLE_KEEPER, "links", NULL, NULL, traffic_shown);
}

/* ---- their neighbours, and what starts anew ------------------------------------ */

static void arp_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_neighbour *rec;
	char name[NAMEIF_MAX];
	size_t n;

	if (!act_keeper_failed(a, r)) {
		rec = answer_records(r, MSG_REC_NEIGHBOUR, sizeof(*rec), &n);
		if (gram_typed(&a->match, "statistics"))
			act_say(a, "\tNumber of ARP entries:\n\tASA : %zu\n", n);
		for (size_t i = 0; i < n && !gram_typed(&a->match, "statistics"); i++) {
			if (!i || strcmp(rec[i].device, rec[i - 1].device) != 0)
				nameif_of_device(a->manager, rec[i].device, name);
			show_arp(&a->out, name[0] ? name : rec[i].device, &rec[i]);
		}
		free(rec);
	}
	act_done(a);
}

static void act_show_arp(struct act *a)
{
	act_query(a, ROLE_KEEPER, "neighbours", NULL, NULL, arp_shown);
}

static void cleared(struct act *a, const struct answer *r)
{
	(void)act_keeper_failed(a, r);
	act_done(a);
}

/* clear interface [IF], clear arp [IF] */
static void clear(struct act *a, const char *what)
{
	const char *name = gram_arg(&a->match, "name");
	struct ipc_msg msg = {.type = MSG_KEEP_CLEAR, .fd = -1};
	char hardware[32] = "";

	if (name && !hardware_of_name(a->manager, name, hardware)) {
		act_refuse(a, "ERROR: Interface %s does not exist", name);
		act_done(a);
		return;
	}
	msg.keep_clear.what = what;
	msg.keep_clear.device = hardware;
	act_send(a, ROLE_KEEPER, &msg, cleared);
}

static void act_clear_interface(struct act *a)
{
	clear(a, "interface");
}

static void act_clear_arp(struct act *a)
{
	clear(a, "arp");
}

static void act_show_interface_brief(struct act *a)
{
	show_links(a, show_interface_brief);
}

/* ---- their cards ----------------------------------------------------------- */

static int by_hardware(const void *a, const void *b)
{
	return strverscmp(((const struct show_card *)a)->hardware,
	    ((const struct show_card *)b)->hardware);
}

static void act_show_interface_mapping(struct act *a)
{
	const struct manager *m = a->manager;
	struct show_card card[LINKS_MAX] = {0};
	size_t n = 0;

	for (unsigned i = 0; i < m->links.n; i++) {
		const struct net_link *l = &m->links.v[i];

		if (l->hardware[0])
			card[n++] = (struct show_card){.hardware = l->hardware, .mac = l->mac,
			    .device = l->device[0] ? l->device : l->last, .present = l->device[0],
			    .up = l->up && l->carrier};
	}
	qsort(card, n, sizeof(card[0]), by_hardware);
	show_mapping(&a->out, card, n);
	act_done(a);
}

/* "5254.000d.da4c", or with colons or hyphens between two digits each, as Linux writes it. */
static bool read_mac(const char *typed, char mac[18])
{
	size_t digits = 0;

	for (; *typed; typed++) {
		if (strchr(".:-", *typed))
			continue;
		if (!isxdigit((unsigned char)*typed) || digits == 12)
			return false;
		mac[digits / 2 * 3 + digits % 2] = (char)tolower((unsigned char)*typed);
		if (digits % 2 && digits < 11)
			mac[digits / 2 * 3 + 2] = ':';
		digits++;
	}
	mac[17] = 0;
	return digits == 12 && !strchr("13579bdf", mac[1]) && strcmp(mac, "00:00:00:00:00:00") != 0;
}

static void mapping_done(struct act *a, const struct answer *r)
{
	const char *device = gram_arg(&a->match, "device");

	if (r->status == ASK_DONE)
		delivery_devices_changed(&a->manager->running.delivery);
	else if (r->status != ASK_FAILED)
		act_refuse(a, "ERROR: The keeper does not answer.");
	else if (r->error == ENODEV)
		act_refuse(a, "ERROR: there is no device %s", device ? device : "");
	else if (r->error == EINVAL)
		act_refuse(a, "ERROR: %s is no Ethernet card; it is configured by its own name",
		    device ? device : "this");
	else if (r->error == EBUSY)
		act_refuse(a, "ERROR: the card of this interface is present");
	else
		act_refuse(a, "ERROR: the mapping was not changed: %s", r->text);
	act_done(a);
}

static void act_interface_mapping(struct act *a)
{
	const char *typed = gram_arg(&a->match, "mac"), *device = gram_arg(&a->match, "device");
	struct ipc_msg msg = {.type = MSG_KEEP_MAPPING, .fd = -1};
	char hardware[32], mac[18] = "";

	if (!interface_spell(gram_arg(&a->match, "hardware"), hardware, sizeof(hardware))) {
		act_refuse(a,
		    "ERROR: this is not one of GigabitEthernet0/0 to GigabitEthernet0/63");
	} else if (typed && !read_mac(typed, mac)) {
		act_refuse(a, "ERROR: %s is not the MAC address of a card", typed);
	} else if (!typed && !device && !a->match.negated) {
		act_refuse(a, "ERROR: %% Incomplete command");
	} else {
		msg.keep_mapping.op = a->match.negated ? CFG_DELETE : CFG_SET;
		msg.keep_mapping.hardware = hardware;
		msg.keep_mapping.mac = mac;
		msg.keep_mapping.device = device ? device : "";
		act_send(a, ROLE_KEEPER, &msg, mapping_done);
		return;
	}
	act_done(a);
}

const struct act_row acts_interface[] = {
	ACT(show_nameif),
	ACT(show_interface),
	ACT(show_interface_brief),
	ACT(show_ip_address),
	ACT(show_dhcp),
	ACT(show_traffic),
	ACT(show_arp),
	ACT(clear_interface),
	ACT(clear_arp),
	ACT(show_interface_mapping),
	ACT(interface_mapping),
	ACTS_END,
};
