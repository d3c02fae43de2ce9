/* What a login server said of an accepted user, laid over the policy of his session. */
#ifndef GATEHOUSE_OVERLAY_H
#define GATEHOUSE_OVERLAY_H

#include "engine/ipc/message.h"
#include "engine/session/policy.h"

/* `list`: AUTH_REPLY's attributes. Those that have no field in a policy change nothing. False: a
 * text is too long for its field, or there are more pools than a policy has; what the server
 * meant cannot be held to. */
bool policy_overlay(struct session_policy *, const struct bytes *list);

#endif
