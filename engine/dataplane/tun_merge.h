/*
 * From packets to what the TUN takes: those of a flow that follow each other become one
 * super-packet with a virtio-net header, which the kernel cuts again where it has to. Nothing is
 * copied but a header for each. Pure: it neither writes nor changes the packets.
 *
 *     | IP | TCP | size bytes |,  | IP | TCP | size bytes |,  | IP | TCP | rest |
 *      ->     | vnet | IP | TCP | size bytes | size bytes | rest |
 *
 * Only what comes out of that as it went in is merged: TCP segments (but for identification, which
 * means nothing with DF: RFC 6864 4.1) and UDP datagrams of equal headers, in sequence, of one size
 * but for the last, whose checksums are right. Everything else goes alone and as it is, and no
 * packet overtakes another of its flow.
 */
#ifndef GATEHOUSE_TUN_MERGE_H
#define GATEHOUSE_TUN_MERGE_H

#include <sys/uio.h>

#include "engine/ipsec/crypt.h"
#include "engine/net/ipv4.h"
#include "engine/net/vnet.h"

#define MERGE_PACKETS CRYPT_BATCH
#define MERGE_UDP 64 /* datagrams of one: the kernel's limit (UDP_MAX_SEGMENTS), 128 since 6.9 */
#define MERGE_FLOWS (2 * CRYPT_BATCH)
#define MERGE_HEADER 128 /* of vnet, IP and TCP with its options there are fewer */

/* What goes by one write. */
struct tun_super {
	uint16_t first, last, packets; /* indices of `part` */
	uint16_t headers, size;	       /* of IP and TCP or UDP; of the first one's payload */
	bool open;		       /* more may follow */
	uint32_t sequence; /* of TCP, that follows */
	uint32_t total;
	struct ipv4 ip;
};

struct tun_merge {
	bool tcp, udp; /* what the kernel takes merged */
	size_t packets, supers;
	struct iovec part[MERGE_PACKETS]; /* the packets as they came */
	uint16_t next[MERGE_PACKETS];	  /* of the same super-packet */
	struct tun_super super[MERGE_PACKETS];
	uint16_t flow[MERGE_FLOWS]; /* the newest of a flow, + 1; 0 = none */
};

/* Takes a whole IPv4 packet, which has to stay where it is until tun_merge_clear(). The caller
 * takes care that there are no more than MERGE_PACKETS. */
void tun_merge_add(struct tun_merge *, uint8_t *ip, size_t len);
/* One of `supers` that has several packets, as it is written: header in `header`, payloads of
 * others. Returns how many parts. */
size_t tun_merge_parts(const struct tun_merge *, const struct tun_super *,
    uint8_t header[MERGE_HEADER], struct iovec part[MERGE_PACKETS + 1]);
void tun_merge_clear(struct tun_merge *);

#endif
