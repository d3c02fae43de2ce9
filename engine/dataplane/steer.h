/*
 * The kernel brings each worker what is its own. From the wire: a classic BPF
 * program reads the SPI and finds the owner as owner.h says. From the TUN: one
 * of eBPF looks the client up. With one worker there is none.
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
/* Packets to a client come by the queue of his worker, queues being counted as they were opened, as
 * the table says whose descriptor is returned: whose_create() with SESSIONS_MAX entries. The others
 * come by the first. The descriptor is the caller's; the program stays as long as the device, or
 * until this is called again. -1 with errno: the kernel (from Linux 5.5 on it can) or the lack of
 * CAP_BPF forbids it, and there is none. */
int steer_tun(int tun);

#endif
