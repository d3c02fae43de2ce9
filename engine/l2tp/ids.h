/* The ids that we assign to tunnels and sessions: 65535 of each, looked up in a table of all. */
#ifndef GATEHOUSE_L2TP_IDS_H
#define GATEHOUSE_L2TP_IDS_H

#include "engine/base/env.h"

struct tunnel;

#define L2TP_IDS 65536

/* An id that has no entry in a table of L2TP_IDS, unpredictable; 0 when all are taken. */
uint16_t l2tp_new_id(struct env *, struct tunnel *const *table);

#endif
