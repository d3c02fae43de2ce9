/* What the SSH door serves with: its port, its host keys, its algorithms, from the configuration.
 */
#ifndef GATEHOUSE_OPERATOR_DOOR_OFFER_H
#define GATEHOUSE_OPERATOR_DOOR_OFFER_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/addr.h"

struct manager;

/* Sends the door its keys and what it offers. False: that cannot be read now, and nothing is sent:
 * weaker ciphers than those that are configured are never offered. */
bool door_offer_send(struct manager *);
/* The port that it has to listen on; 0 while nobody may connect. False: it cannot be read now. */
bool door_port(const struct manager *, uint16_t *port);
/* May that address connect by that interface? */
bool door_admits(const struct manager *, const struct addr *from, const char *ifname);

#endif
