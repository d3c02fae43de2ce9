/* What IKE tells the gateway. */
#ifndef GATEHOUSE_SESSION_IKE_EVENTS_H
#define GATEHOUSE_SESSION_IKE_EVENTS_H

#include "engine/session/objects.h"

/* With the gateway as owner. */
extern const struct ike_ops peer_ike_ops;

#endif
