/* Which card of the machine a hardware name of the configuration means (devices.c). */
#ifndef GATEHOUSE_DEVICES_H
#define GATEHOUSE_DEVICES_H

#include "engine/keeper/ledger.h"
#include "engine/keeper/netlink.h"

#define DEVICES_MAX 64 /* numbers; more cards than that are reached by their Linux names only */
#define HARDWARE_NAME "GigabitEthernet0/"

/* The card that a number belongs to. */
struct device_slot {
	char mac[18];           /* "" = the number is free */
	bool burned_in;         /* the address is the card's for good */
	char name[IF_NAMESIZE]; /* when it was last seen, "" = not yet */
	bool present;
};

struct devices {
	struct ledger *ledger;
	struct device_slot slot[DEVICES_MAX];
};

/* Reads which numbers are given from the state directory (NULL: none are, nothing is kept). False
 * with errno. */
bool devices_open(struct devices *, const char *state);
void devices_close(struct devices *);
/* Finds the card of each number, gives new ethernet links their numbers, writes down what is new,
 * and fills in `hardware` of each link. 0, or the errno with which it could not be written down. */
int devices_assign(struct devices *, struct link *links, size_t n);
/* The Linux name for a hardware name ("GigabitEthernet0/1") or a Linux name, or NULL when the
 * hardware name has no device. The answer lives as long as both arguments. */
const char *devices_linux(const struct devices *, const char *name);

/*
 * Gives a number to the card with that MAC address (which may come later), or else to that Linux
 * device. The card that had the number gets the other's; when that had none, the next free one.
 * `links` are those that devices_assign() has seen last; it has to follow. 0 or an errno: ENODEV,
 * there is no such device; EINVAL, it is no Ethernet card.
 */
int devices_map(struct devices *, unsigned number, const char *mac, const char *device,
    const struct link *links, size_t n);
/* Frees the number of a card that is missing. 0 or an errno: EBUSY, it is there. */
int devices_unmap(struct devices *, unsigned number);
/* The number in a hardware name, DEVICES_MAX when it is none. */
unsigned devices_number(const char *hardware);
/* A name that the kernel could have given: 1 to 15 of letters, digits, `.`, `_`, `-`, `@`. */
bool device_name_legal(const char *name);

#endif
