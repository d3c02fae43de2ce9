/*
 * What the packet path does to IPv4 packets of users: check them, clamp the
 * MSS of TCP SYNs, cut them to the client's MTU or tell the sender to.
 */
#ifndef GATEHOUSE_IP_H
#define GATEHOUSE_IP_H

#include "engine/wire/wire.h"

#define IP_HEADER 20
#define IP_HEADER_MAX 60
#define IP_DF 0x4000
#define IP_MF 0x2000
#define IP_OFFSET 0x1fff
/* Largest ICMP error that ip_too_big() writes (RFC 1812 4.3.2.3 allows 576). */
#define IP_ICMP_MAX 576

struct ipv4 {
	uint8_t header, tos, protocol; /* `header` in bytes */
	uint16_t total, id, fragment;  /* `fragment`: flags and offset as on the wire */
	uint32_t src, dst;             /* host order */
};

/* False: not an IPv4 packet, or one that is longer than `len`. */
bool ipv4_parse(const uint8_t *ip, size_t len, struct ipv4 *);
/* RFC 1071 over `len` bytes, as it goes into a packet (host order). */
uint16_t ip_checksum(const uint8_t *bytes, size_t len);
/* Lowers the MSS option of a TCP SYN to `mss`, checksum included (RFC 1624). True if it did. */
bool tcp_clamp_mss(uint8_t *ip, const struct ipv4 *, uint16_t mss);
/* Writes the ICMP error 3/4 "fragmentation needed" for this packet to `to`, which has
 * IP_ICMP_MAX bytes, in the name of the packet's destination. Its length; 0 when none may be
 * sent (fragments, ICMP errors). */
size_t ip_too_big(uint8_t *to, const uint8_t *ip, const struct ipv4 *, uint16_t mtu);
/* Writes the next fragment of a packet, at most `mtu` bytes with its header, to `to`. `at` is
 * the progress, 0 at first. Returns its length, 0 when there is nothing left. */
size_t ip_fragment(uint8_t *to, const uint8_t *ip, const struct ipv4 *, uint16_t mtu, size_t *at);
/* Appends a plain header for `payload` bytes behind it. */
void ipv4_header(struct wr *, uint8_t protocol, uint32_t src, uint32_t dst, uint8_t tos,
    uint16_t id, size_t payload);

#endif
