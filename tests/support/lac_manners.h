/*
 * How a client of L2TP and PPP differs from Windows 8 in what it says: a value that the files of
 * lac.h obey. Rows of them are in personality.c.
 */
#ifndef GATEHOUSE_LAC_MANNERS_H
#define GATEHOUSE_LAC_MANNERS_H

#include <stdbool.h>
#include <stdint.h>

struct lac_manners {
	/* SCCRQ: its attributes by number, in that order, 0 ends; and their values. */
	uint8_t sccrq[12];
	const char *host, *vendor;
	uint16_t firmware, window;
	uint8_t framing;
	/* ICRQ and ICCN. */
	bool serial, bearer, speed, framing_type;
	/* PPP. */
	uint16_t mru;     /* 0: is not asked for */
	bool accm;        /* asks for one of 0 */
	bool compression; /* of protocol and address fields */
	bool callback;
	bool identifies;  /* Identification packets once LCP is open, as Windows */
	bool mppe;        /* CCP asks for it, as Windows */
	bool van_jacobson;
	bool wins, dns2;
	bool early_ipcp;  /* IPCP begins with authentication, not behind it */
	bool informs;     /* a DHCPINFORM once IPCP is open; the owner sends it */
};

#endif
