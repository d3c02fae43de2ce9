/*
 * What `debug crypto ipsec` tells of an SA pair's birth, in the device's blocks
 * and order. Where the device prints pointers and handles, these are opaque
 * ids of our own, one set for each pair.
 */
#ifndef GATEHOUSE_SA_TRACE_H
#define GATEHOUSE_SA_TRACE_H

#include "engine/base/trace.h"
#include "engine/ipsec/sa.h"

struct sa_trace {
	uint32_t session_id; /* Index * 4096 */
	uint32_t interface;  /* number of the interface, from 1 */
	uint32_t serial;     /* from 1, another for each pair: the opaque ids come from it */
	uint32_t mtu;        /* of the outer path, bytes */
	struct trace_ctx about; /* whose pair it is; as long as the call */
};

/* The inbound SPI was reserved; the SA is embryonic for 240 s. */
void sa_trace_embryonic(struct trace *, const struct sa_trace *, uint32_t spi_in);
/* Outbound context and rules, then inbound ones; quick mode's message 3. */
void sa_trace_outbound(struct trace *, const struct sa_trace *, const struct child *);
void sa_trace_inbound(struct trace *, const struct sa_trace *, const struct child *);
/* The pair is gone. */
void sa_trace_deleted(struct trace *, const struct sa_trace *, uint32_t spi_in, uint32_t spi_out);

#endif
