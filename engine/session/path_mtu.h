/* The MTU of the path to a peer, as routers on it tell. */
#ifndef GATEHOUSE_SESSION_PATH_MTU_H
#define GATEHOUSE_SESSION_PATH_MTU_H

#include "engine/session/objects.h"

void path_mtu_init(struct peer *);
void path_mtu_stop(struct peer *);
/* Seconds until what was learned is forgotten; 0 = never, or nothing was. */
uint32_t path_mtu_left(const struct peer *);

#endif
