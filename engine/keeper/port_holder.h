/* Which process of the host has a port that is ours. */
#ifndef GATEHOUSE_KEEPER_PORT_HOLDER_H
#define GATEHOUSE_KEEPER_PORT_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first that holds a socket with that UDP port in this network namespace: "charon (process
 * 123)". False: none is found, or /proc does not say. */
bool port_holder(uint16_t port, char *to, size_t size);

#endif
