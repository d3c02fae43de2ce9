/*
 * Which packets of a batch leave as one message: those to one end, of one length but for the last,
 * which may be shorter, alike in marks and DF; what leaves to others in between does not matter.
 * Pure.
 *
 *     A1 B1 A2 A3 B2  ->  A1 A2 A3,  B1 B2
 *
 * The packets to one end keep their order: his window against replay is 64 wide, and a batch is
 * more. Raw ESP is not joined: the kernel cuts UDP alone.
 */
#ifndef GATEHOUSE_RUNS_H
#define GATEHOUSE_RUNS_H

#include "engine/ipsec/crypt.h"
#include "engine/net/packet.h"

#define RUNS_PACKETS CRYPT_BATCH
#define RUNS_ENDS (2 * CRYPT_BATCH)
#define RUN_PACKETS 64 /* that any kernel takes in one message (UDP_MAX_SEGMENTS) */

struct run {
	uint16_t first, last, packets; /* indices of the batch */
	bool open;                     /* more may follow */
	uint32_t bytes;
};

struct runs {
	size_t n;
	struct run run[RUNS_PACKETS];
	uint16_t next[RUNS_PACKETS];   /* packet of the same run */
	uint16_t newest[RUNS_ENDS];    /* run to an end, + 1; 0 = none */
};

/* Of out[0 .. n), which are RUNS_PACKETS at most. */
void runs_of(struct runs *, const struct packet *out, size_t n);

#endif
