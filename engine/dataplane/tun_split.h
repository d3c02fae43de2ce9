/*
 * From what the TUN gives to packets: with IFF_VNET_HDR it is a virtio-net header and an IPv4
 * packet whose checksum may be left to us, or that is many of TCP (TSO) or of UDP (USO) in one,
 * under a header that they share. Pure: bytes in, bytes out; nothing is believed of the lengths.
 *
 *     | vnet | IP | TCP | size bytes | size bytes | rest |
 *      ->     | IP | TCP | size bytes |,  | IP | TCP | size bytes |,  | IP | TCP | rest |
 */
#ifndef GATEHOUSE_TUN_SPLIT_H
#define GATEHOUSE_TUN_SPLIT_H

#include "engine/net/ipv4.h"
#include "engine/net/packet.h"
#include "engine/net/vnet.h"

#define TUN_SPLIT_ROOM (sizeof(struct virtio_net_hdr) + 65535)

struct tun_split {
	const uint8_t *bytes; /* the packet; not owned */
	size_t len;
	struct virtio_net_hdr vnet;
	struct ipv4 ip;
	size_t headers, at; /* IP and TCP or UDP; the payload's bytes that were handed out */
	bool left;
};

/* Begins with what was read from the TUN, which has to stay until the last was handed out. */
void tun_split(struct tun_split *, const uint8_t *read, size_t len);
/* Fills in the next packet; empty when it is none, or longer than its room. False: there is
 * none. */
bool tun_split_next(struct tun_split *, struct packet *);
/* Is the next one the first of its read? */
static inline bool tun_split_first(const struct tun_split *s)
{
	return s->at == 0;
}

#endif
