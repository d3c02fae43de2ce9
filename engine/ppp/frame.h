/*
 * The frame around a PPP packet as L2TP carries it (RFC 1662 without flags and
 * FCS, RFC 2661 5.3): pure. The packet path and the control side read and
 * write it here.
 *
 *   | ff 03 (may be left out) | protocol 1 or 2 | packet ... |
 *
 * Address and control field and the protocol's high byte may be left out
 * (RFC 1661 6.5, 6.6); every protocol number is odd, so its length shows.
 */
#ifndef GATEHOUSE_PPP_FRAME_H
#define GATEHOUSE_PPP_FRAME_H

#include "engine/wire/wire.h"

enum { /* protocol numbers */
	PROTO_IP = 0x0021,
	PROTO_IPCP = 0x8021,
	PROTO_IPV6CP = 0x8057,
	PROTO_CCP = 0x80fd,
	PROTO_LCP = 0xc021,
	PROTO_PAP = 0xc023,
	PROTO_CHAP = 0xc223,
	PROTO_EAP = 0xc227
};

#define PPP_ADDRESS_CONTROL 0xff03
#define PPP_HEADER_MAX 4 /* nothing compressed */

/* The protocol number; `r` stands at the packet then. Even numbers are no protocol; `r` is bad when
 * the frame is too short. */
static inline uint16_t ppp_unframe(struct rd *r)
{
	struct rd look = *r;
	uint16_t protocol;

	if (rd_u16(&look) == PPP_ADDRESS_CONTROL)
		*r = look;
	protocol = rd_u8(r);
	if (!(protocol & 1))
		protocol = (uint16_t)(protocol << 8 | rd_u8(r));
	return protocol;
}

/* Bytes in front of a packet of IP, for a client that accepts these compressions. */
static inline uint16_t ppp_ip_header(bool acfc, bool pfc)
{
	return (uint16_t)((acfc ? 0 : 2) + (pfc ? 1 : 2));
}

static inline void ppp_put_ip_header(struct wr *w, bool acfc, bool pfc)
{
	if (!acfc)
		wr_u16(w, PPP_ADDRESS_CONTROL);
	if (pfc)
		wr_u8(w, PROTO_IP);
	else
		wr_u16(w, PROTO_IP);
}

/* In front of all else: control packets are never compressed (RFC 1661 6.5, 6.6). */
static inline void ppp_put_header(struct wr *w, uint16_t protocol)
{
	wr_u16(w, PPP_ADDRESS_CONTROL);
	wr_u16(w, protocol);
}

#endif
