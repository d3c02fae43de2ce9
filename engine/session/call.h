/* What L2TP tells the gateway of sessions. */
#ifndef GATEHOUSE_SESSION_CALL_H
#define GATEHOUSE_SESSION_CALL_H

#include "engine/session/objects.h"

/* With the gateway as owner; a session is the object. */
extern const struct l2tp_ops session_l2tp_ops;

#endif
