/*
 * The one place where hardware names meet Linux devices.
 *
 *   GigabitEthernet0/N   an Ethernet card: hardware, veth, macvlan or ipvlan. The first
 *                        time in the order of ifindex, in no bridge or bond; from then
 *                        on the number is that card's
 *   any other name       the Linux device of that name
 *
 * A card is known again by its MAC address, whatever its name and place are now.
 * Addresses that several links have are told apart by the name as well. One that
 * is neither burned in nor given out by a manufacturer may have been drawn by
 * lot: then the name alone is enough.
 *
 * The ledger `interfaces` has a line of each number that is given:
 *
 *   N    MAC {burned-in | assigned} [NAME]
 */
#include "engine/keeper/devices.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TITLE "# GigabitEthernet0/N and its card"

/* ---- the ledger ---------------------------------------------------------------- */

bool devices_open(struct devices *d, const char *state)
{
	const char *key;
	char kind[16];

	*d = (struct devices){.ledger = ledger_open(state, "interfaces", TITLE)};
	if (!d->ledger)
		return false;
	for (size_t i = 0; (key = ledger_key(d->ledger, i)); i++) {
		unsigned long n = strtoul(key, NULL, 10);
		struct device_slot s = {0};

		if (n >= DEVICES_MAX ||
		    sscanf(ledger_value(d->ledger, i), "%17s %15s %15s", s.mac, kind, s.name) < 2)
			continue;
		s.burned_in = !strcmp(kind, "burned-in");
		d->slot[n] = s;
	}
	return true;
}

void devices_close(struct devices *d)
{
	ledger_close(d->ledger);
	d->ledger = NULL;
}

static int write_down(struct devices *d)
{
	int error = 0;

	for (unsigned n = 0; n < DEVICES_MAX && !error; n++) {
		const struct device_slot *s = &d->slot[n];
		char key[16], value[64];

		snprintf(key, sizeof key, "%u", n);
		snprintf(value, sizeof value, "%s %s%s%s", s->mac,
		    s->burned_in ? "burned-in" : "assigned", s->name[0] ? " " : "", s->name);
		error = ledger_put(d->ledger, key, s->mac[0] ? value : NULL);
	}
	return error ? error : ledger_save(d->ledger);
}

/* ---- whose number is it --------------------------------------------------------- */

/* The address that a card is known by. */
static const char *identity(const struct link *k)
{
	return k->burned_in[0] ? k->burned_in : k->mac;
}

/* The second bit of an address that no manufacturer has given out is set: aa:bb:.. & 02. */
static bool drawn_by_lot(const char *mac, bool burned_in)
{
	return !burned_in && (strtoul(mac, NULL, 16) & 2) != 0;
}

static bool shared(const struct link *links, size_t n, const char *mac)
{
	unsigned have = 0;

	for (size_t i = 0; i < n; i++)
		have += links[i].card && !strcmp(identity(&links[i]), mac);
	return have > 1;
}

/* The three ways to know a card again, the surest first. */
enum knowing { BY_BOTH, BY_MAC, BY_NAME, KNOWINGS };

static bool known(const struct device_slot *s, const struct link *k, enum knowing how,
    const struct link *links, size_t n)
{
	bool mac = !strcmp(s->mac, identity(k)), name = !strcmp(s->name, k->name);

	switch (how) {
	case BY_BOTH:
		return mac && name;
	case BY_MAC:
		return mac && !shared(links, n, s->mac);
	default:
		return name && (drawn_by_lot(s->mac, s->burned_in) || shared(links, n, s->mac));
	}
}

static void settle(struct device_slot *s, struct link *k, unsigned number)
{
	snprintf(k->hardware, sizeof k->hardware, HARDWARE_NAME "%u", number);
	memcpy(s->mac, identity(k), sizeof s->mac);
	memcpy(s->name, k->name, sizeof s->name);
	s->burned_in = k->burned_in[0];
	s->present = true;
}

static void find_cards(struct devices *d, struct link *links, size_t n)
{
	for (enum knowing how = BY_BOTH; how < KNOWINGS; how++)
		for (unsigned s = 0; s < DEVICES_MAX; s++)
			for (size_t i = 0; i < n && d->slot[s].mac[0] && !d->slot[s].present; i++)
				if (links[i].card && !links[i].hardware[0] &&
				    known(&d->slot[s], &links[i], how, links, n))
					settle(&d->slot[s], &links[i], s);
}

/* The next free number; when all are given, that of a missing card without an address of its own.
 */
static unsigned next_number(const struct devices *d)
{
	unsigned n;

	for (n = 0; n < DEVICES_MAX && d->slot[n].mac[0]; n++)
		;
	if (n < DEVICES_MAX)
		return n;
	while (n-- > 0)
		if (!d->slot[n].present && drawn_by_lot(d->slot[n].mac, d->slot[n].burned_in))
			return n;
	return DEVICES_MAX;
}

int devices_assign(struct devices *d, struct link *links, size_t n)
{
	unsigned number;

	for (unsigned s = 0; s < DEVICES_MAX; s++)
		d->slot[s].present = false;
	for (size_t i = 0; i < n; i++)
		links[i].hardware[0] = 0;
	find_cards(d, links, n);
	for (size_t i = 0; i < n; i++)
		if (links[i].ethernet && links[i].mac[0] && !links[i].hardware[0] &&
		    (number = next_number(d)) < DEVICES_MAX)
			settle(&d->slot[number], &links[i], number);
	return write_down(d);
}

/* ---- names ------------------------------------------------------------------------ */

unsigned devices_number(const char *hardware)
{
	size_t len = sizeof HARDWARE_NAME - 1;
	const char *digits = hardware + len;
	unsigned long n;

	if (strncmp(hardware, HARDWARE_NAME, len) != 0 || !*digits || strlen(digits) > 2 ||
	    digits[strspn(digits, "0123456789")])
		return DEVICES_MAX;
	n = strtoul(digits, NULL, 10);
	return n < DEVICES_MAX ? (unsigned)n : DEVICES_MAX;
}

const char *devices_linux(const struct devices *d, const char *name)
{
	unsigned number = devices_number(name);

	if (number == DEVICES_MAX)
		return device_name_legal(name) ? name : NULL;
	return d->slot[number].present ? d->slot[number].name : NULL;
}

bool device_name_legal(const char *name)
{
	size_t len = strspn(
	    name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@");

	return len > 0 && len < IF_NAMESIZE && !name[len] && strcmp(name, ".") != 0 &&
	    strcmp(name, "..") != 0;
}

/* ---- changes by hand ---------------------------------------------------------------- */

static const struct link *link_of(const char *mac, const char *device, const struct link *links,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (*mac ? links[i].card &&
			       (!strcmp(identity(&links[i]), mac) || !strcmp(links[i].mac, mac))
			 : !strcmp(links[i].name, device))
			return &links[i];
	return NULL;
}

int devices_map(struct devices *d, unsigned number, const char *mac, const char *device,
    const struct link *links, size_t n)
{
	const struct link *k = link_of(mac, device, links, n);
	struct device_slot before[DEVICES_MAX], wanted = {0};
	unsigned old;
	int error;

	if (!k && !*mac)
		return ENODEV;
	if (k && (!k->card || !k->mac[0]))
		return EINVAL;
	memcpy(before, d->slot, sizeof before);
	snprintf(wanted.mac, sizeof wanted.mac, "%s", k ? identity(k) : mac);
	snprintf(wanted.name, sizeof wanted.name, "%s", k ? k->name : "");
	wanted.burned_in = k && k->burned_in[0];
	for (old = 0; old < DEVICES_MAX; old++)
		if (!strcmp(d->slot[old].mac, wanted.mac) &&
		    (!k || !strcmp(d->slot[old].name, wanted.name)))
			break;
	if (old < DEVICES_MAX)
		d->slot[old] = d->slot[number];
	d->slot[number] = wanted;
	error = write_down(d);
	if (error)
		memcpy(d->slot, before, sizeof before);
	return error;
}

int devices_unmap(struct devices *d, unsigned number)
{
	struct device_slot before = d->slot[number];
	int error;

	if (before.present)
		return EBUSY;
	d->slot[number] = (struct device_slot){0};
	error = write_down(d);
	if (error)
		d->slot[number] = before;
	return error;
}
