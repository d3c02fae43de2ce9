/*
 * RADIUS (RFC 2865, 2866, 2869, 3579, 2548, 5176, 6614): users are asked for by
 * PAP, CHAP, MS-CHAP or EAP; what they may have; what they used; and the server
 * may change and end sessions. /
 */
#ifndef GATEHOUSE_AAA_RADIUS_H
#define GATEHOUSE_AAA_RADIUS_H

extern const struct aaa_protocol radius_protocol;

#endif
