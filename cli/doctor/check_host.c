/* Checks of interfaces, and of the host: is there a way to us at all? */
#include <stdio.h>
#include <string.h>

#include "cli/doctor/served.h"

/* The interface that clients come by, when it has a row. */
static const struct db_row *client_side(struct exam *e)
{
	return served_named(e, served_interface(e));
}

static const struct net_link *link_of(struct exam *e, const struct db_row *interface)
{
	return e->facts->links ? links_find(e->facts->links, db_text(interface, "hardware")) : NULL;
}

void doctor_interface_name(struct exam *e)
{
	const char *name = served_interface(e), *hardware = "GigabitEthernet0/0";

	if (client_side(e))
		return;
	EACH_ROW (e, "interface", i)
		if (!cell_set(i, "nameif")) {
			hardware = db_text(i, "hardware");
			break;
		}
	found(e, "no interface has the name %s", name);
	cure(e, "interface %s", hardware);
	cure(e, " nameif %s", name);
	cure(e, " ip address dhcp setroute");
	cure(e, " no shutdown");
	advise(e, "Or ip address ADDRESS MASK, when it has a fixed one.");
}

void doctor_interface_shutdown(struct exam *e)
{
	const struct db_row *i = client_side(e);

	if (!i || !db_bool(i, "shutdown"))
		return;
	found(e, "interface %s is shut down", db_text(i, "nameif"));
	cure(e, "interface %s", db_text(i, "hardware"));
	cure(e, " no shutdown");
}

void doctor_interface_address(struct exam *e)
{
	const struct db_row *i = client_side(e);
	const struct net_link *link = i ? link_of(e, i) : NULL;

	if (!i || cell_set(i, "address"))
		return;
	if (db_bool(i, "dhcp")) {
		if (!link || link->address.family)
			return;
		found(e, "interface %s has no address from a DHCP server", db_text(i, "nameif"));
		advise(e, "show ip address %s dhcp server", db_text(i, "nameif"));
		return;
	}
	if (link && link->address.family)
		return; /* somebody else has given it one */
	found(e, "interface %s has no address", db_text(i, "nameif"));
	cure(e, "interface %s", db_text(i, "hardware"));
	cure(e, " ip address dhcp setroute");
	advise(e, "Or ip address ADDRESS MASK, when it has a fixed one.");
}

void doctor_interface_carrier(struct exam *e)
{
	const struct db_row *i = client_side(e);
	const struct net_link *link = i ? link_of(e, i) : NULL;

	if (!i || !e->facts->links || db_bool(i, "shutdown"))
		return;
	if (!link || !link->device[0]) {
		found(e, "the machine has no card for interface %s (%s)", db_text(i, "nameif"),
		    db_text(i, "hardware"));
		advise(e, "show interface mapping");
	} else if (!link->up || !link->carrier) {
		found(e, "interface %s (%s) has no carrier", db_text(i, "nameif"), link->device);
		advise(e, "Look at the cable, and at the switch.");
	}
}

/* ---- the way out --------------------------------------------------------------------------- */

/* Do clients come by that interface? */
static bool is_client_side(struct exam *e, const char *nameif)
{
	return strcmp(nameif, served_interface(e)) == 0 ||
	       exam_find(e, "crypto_map_interface", "ifname", nameif);
}

/* Is that device an interface of ours where no client comes by? A route without a router (PPP, a
 * tunnel of the host) is as good as one with. */
static bool leads_elsewhere(struct exam *e, const char *device)
{
	EACH_ROW (e, "interface", i) {
		const struct net_link *link = cell_set(i, "nameif") ? link_of(e, i) : NULL;

		if (link && strcmp(link->device, device) == 0)
			return !is_client_side(e, db_text(i, "nameif"));
	}
	return false;
}

static bool default_is_live(struct exam *e)
{
	const struct doctor_facts *f = e->facts;

	for (size_t i = 0; i < f->n_routes; i++)
		if (!f->routes[i].mask && !leads_elsewhere(e, f->routes[i].device))
			return true;
	return false;
}

/* The first host of the interface's network that is not we; a guess, which the advice says. */
static uint32_t likely_gateway(const struct db_row *i)
{
	uint32_t mask = cell_v4(i, "mask"), us = cell_v4(i, "address");
	uint32_t first = (us & mask) + 1;

	return first == us ? first + 1 : first;
}

void doctor_route_outside(struct exam *e)
{
	const struct db_row *i = client_side(e);
	char text[ADDR_TEXT_MAX];
	struct addr gateway;

	if (!i || !e->facts->routes || default_is_live(e) ||
	    (db_bool(i, "dhcp") && db_bool(i, "setroute")))
		return;
	EACH_ROW (e, "route", r)
		if (!cell_v4(r, "net") && !cell_v4(r, "mask") &&
		    is_client_side(e, cell_text(r, "ifname")))
			return;
	found(e, "there is no default route by interface %s", db_text(i, "nameif"));
	if (!cell_v4(i, "address"))
		return;
	gateway = addr_v4(likely_gateway(i));
	cure(e, "route %s 0.0.0.0 0.0.0.0 %s", db_text(i, "nameif"), addr_text(&gateway, text));
	advise(e, "%s stands for the address of the next router.", text);
}

/* ---- the host ------------------------------------------------------------------------------ */

static bool port_is_missing(const struct exam *e)
{
	for (size_t i = 0; i < e->facts->n_ports; i++)
		if (!e->facts->ports[i].ours)
			return true;
	return false;
}

static void port_of_program(struct exam *e, const struct msg_rec_port *p)
{
	if (!p->pid && *p->unit) {
		found(e, "UDP port %u belongs to another program of this host, of %s", p->port,
		    p->unit);
	} else if (!p->pid) {
		found(e, "UDP port %u belongs to another program of this host", p->port);
		advise(e,
		    "ss -ulpn sport = :%u there says to which, unless it is of a container, or a "
		    "tunnel of the kernel's.",
		    p->port);
	} else {
		found(e, "UDP port %u belongs to another program of this host: %s (process %u)",
		    p->port, p->program, p->pid);
	}
	if (*p->unit)
		advise(e,
		    "Stop it there, and keep it from starting again: systemctl disable --now %s",
		    p->unit);
	else
		advise(e, "Stop it there, and keep it from starting again.");
	advise(e, "The port is tried every second: nothing has to be restarted here.");
}

void doctor_port_taken(struct exam *e)
{
	for (size_t i = 0; i < e->facts->n_ports; i++) {
		const struct msg_rec_port *p = &e->facts->ports[i];

		if (p->ours)
			continue;
		if (p->taken) {
			port_of_program(e, p);
			continue;
		}
		found(e, "UDP port %u is not open yet", p->port);
		advise(e, "Nobody has it now; it is tried every second. Ask again.");
	}
}

void doctor_engine_away(struct exam *e)
{
	/* It is there, and waits, when a port is missing. */
	if (!e->facts->engine_away || port_is_missing(e))
		return;
	found(e, "the VPN engine does not run, or does not answer");
	advise(e, "It is started again by itself; the journal of the host says why it ended.");
}

void doctor_host_firewall(struct exam *e)
{
	const struct doctor_facts *f = e->facts;

	for (size_t i = 0; i < f->n_chains; i++) {
		const struct msg_rec_host_chain *c = &f->chains[i];

		found(e,
		    "the host's own firewall drops what it does not know (nftables %s %s, chain "
		    "%s): %s",
		    c->family, c->table, c->chain,
		    c->forward ? "packets between clients and inside"
			       : "UDP 500, UDP 4500 and ESP, unless it permits them");
		advise(e, "show host-firewall says what to permit there.");
	}
}
