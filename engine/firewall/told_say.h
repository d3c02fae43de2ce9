/*
 * Packets that the kernel tells of, as messages of the log: refused by a list (106023), fitting an
 * element that is logged (106100, once for a flow and interval), refused by levels (106001, 106006,
 * 106007, 106010, 106014) or of no connection (106015).
 */
#ifndef GATEHOUSE_FIREWALL_TOLD_SAY_H
#define GATEHOUSE_FIREWALL_TOLD_SAY_H

#include "engine/base/log.h"
#include "engine/config/config.h"
#include "engine/firewall/told_read.h"

/* So many flows are known by which 106100 has been said; of others each packet is a first one. */
#define TOLD_FLOWS 4096

struct told_flow {
	uint32_t source, dest, hash, hits;
	uint16_t source_port, dest_port;
	uint8_t protocol;
	uint64_t since; /* Unix time in seconds; 0: no flow */
};

struct told_say {
	const struct config *config;
	struct log *log;
	struct told_flow *flows;
};

/* now: Unix time in seconds. */
void told_say(struct told_say *, const struct told *, uint64_t now);

#endif
