/*
 * The headers of IPv4 (RFC 791) and UDP (RFC 768): bytes <-> struct, for
 * everybody who looks into a packet or builds one.
 */
#ifndef GATEHOUSE_IPV4_H
#define GATEHOUSE_IPV4_H

#include "engine/wire/wire.h"

#define IP_HEADER 20
#define IP_DF 0x4000
#define IP_MF 0x2000
#define IP_OFFSET 0x1fff
#define UDP_HEADER 8

struct ipv4 {
	uint8_t header, tos, protocol; /* `header` in bytes */
	uint16_t total, id, fragment;  /* `fragment`: flags and offset as on the wire */
	uint32_t src, dst;             /* host order */
};

/* False: not an IPv4 packet, or one that is longer than `len`. */
bool ipv4_parse(const uint8_t *ip, size_t len, struct ipv4 *);
/* The same of the beginning of one that an ICMP error quotes; what is left of it may be short. */
bool ipv4_parse_quoted(const uint8_t *ip, size_t len, struct ipv4 *);
/* A piece of a packet, first or later? */
static inline bool ipv4_is_fragment(const struct ipv4 *h)
{
	return (h->fragment & (IP_MF | IP_OFFSET)) != 0;
}
/* Appends a plain header for `payload` bytes behind it. */
void ipv4_header(struct wr *, uint8_t protocol, uint32_t src, uint32_t dst, uint8_t tos,
    uint16_t id, size_t payload);

struct udp {
	uint16_t src, dst;
};

/* Takes the header and leaves the cursor over the payload alone, without what may follow it. False:
 * not so long as it says. */
bool udp_parse(struct rd *, struct udp *);
/* Appends a header for `payload` bytes behind it, without the checksum, which RFC 768 allows. */
void udp_header(struct wr *, uint16_t src, uint16_t dst, size_t payload);

#endif
