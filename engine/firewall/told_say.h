/*
 * Packets that the kernel tells of, as messages of the log: refused by a list (106023), fitting an
 * element that is logged (106100, see flow_log.h), refused by levels (106001, 106006,
 * 106007, 106010, 106014) or of no connection (106015).
 */
#ifndef GATEHOUSE_FIREWALL_TOLD_SAY_H
#define GATEHOUSE_FIREWALL_TOLD_SAY_H

#include "engine/base/log.h"
#include "engine/config/config.h"
#include "engine/firewall/flow_log.h"
#include "engine/firewall/told_read.h"

struct told_say {
	const struct config *config;
	struct log *log;
	struct flow_log *flows; /* where 106100 is said */
};

void told_say(const struct told_say *, const struct told *);

#endif
