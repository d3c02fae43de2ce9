/*
 * Which tracked connections are meant: by protocol, by what stands at one end and at the other. An
 * end is known by its own address and by the one that NAT gives it.
 */
#ifndef GATEHOUSE_CONN_FILTER_H
#define GATEHOUSE_CONN_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/ipc/message.h"

struct conn_end { /* host order; ports: both included */
	struct range address;
	uint16_t low, high;
};

struct conn_filter {
	uint8_t protocol; /* 0 = any */
	struct conn_end end[2];
	bool translated; /* only those that are; the ends are what is real, and what it becomes */
	/* none with one of these at an end of it (the machine's own, where those through it are
	 * meant); the caller's */
	const uint32_t *spared;
	size_t n_spared;
};

/* A connection: `there` as it came, `back` as its answers come. */
struct conn_ways {
	uint8_t protocol;
	struct {
		uint32_t source, dest;
		uint16_t source_port, dest_port;
	} there, back;
};

extern const struct conn_end conn_end_any;
/* One end fits the first, the other the second, whoever opened it. */
bool conn_fits(const struct conn_filter *, const struct conn_ways *);

#endif
