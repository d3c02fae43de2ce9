/* The ids that we assign to tunnels and sessions: 65535 of each. */
#ifndef GATEHOUSE_L2TP_IDS_H
#define GATEHOUSE_L2TP_IDS_H

#include "engine/base/env.h"
#include "engine/base/table.h"

#define L2TP_IDS 65536

/* An id that has no entry in that table, unpredictable; 0 when all are taken. */
uint16_t l2tp_new_id(struct env *, const struct table *taken);

#endif
