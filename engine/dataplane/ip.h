/*
 * How the packet path makes users' IPv4 packets fit: it clamps the MSS of TCP
 * SYNs, cuts packets to the client's MTU or tells the sender to.
 */
#ifndef GATEHOUSE_IP_H
#define GATEHOUSE_IP_H

#include "engine/net/ipv4.h"

/* Largest ICMP error that ip_too_big() writes (RFC 1812 4.3.2.3 allows 576). */
#define IP_ICMP_MAX 576

struct mss_limits {
	uint16_t least, most; /* most 0: anything goes */
};

/* Puts the MSS option of a TCP SYN within these, checksum included (RFC 1624). True: it had
 * to. */
bool tcp_clamp_mss(uint8_t *ip, const struct ipv4 *, struct mss_limits);
/* Writes the ICMP error 3/4 "fragmentation needed" for this packet to `to`, which has
 * IP_ICMP_MAX bytes, in the name of the packet's destination. Its length; 0 when none may be
 * sent (fragments, ICMP errors). */
size_t ip_too_big(uint8_t *to, const uint8_t *ip, const struct ipv4 *, uint16_t mtu);
/* Writes the next fragment of a packet, at most `mtu` bytes with its header, to `to`. `at` is
 * the progress, 0 at first. Returns its length, 0 when there is nothing left. */
size_t ip_fragment(uint8_t *to, const uint8_t *ip, const struct ipv4 *, uint16_t mtu, size_t *at);

#endif
