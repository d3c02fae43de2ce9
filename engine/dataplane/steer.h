/*
 * The kernel brings each worker what is its own: a classic BPF program reads
 * the SPI and finds the owner as owner.h says. With one worker there is none.
 */
#ifndef GATEHOUSE_STEER_H
#define GATEHOUSE_STEER_H

#include <stdbool.h>

#include "engine/dataplane/owner.h"

/* The sockets of one port, which the workers' own were bound to in their order with SO_REUSEPORT;
 * one of them speaks for all. What is not ESP (IKE, whose first word is 0, and a NAT's keepalive)
 * is the first worker's. False with errno. */
bool steer_udp(int fd, struct owners);
/* A raw socket of ESP gets a copy of each packet, and keeps that worker's. False with errno. */
bool steer_esp(int fd, struct owners, unsigned worker);

#endif
