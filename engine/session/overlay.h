/* What a login server said of an accepted user, laid over the policy of his session. */
#ifndef GATEHOUSE_OVERLAY_H
#define GATEHOUSE_OVERLAY_H

#include "engine/ipc/message.h"
#include "engine/session/policy.h"

/* `list`: AUTH_REPLY's attributes. Those that have no field in a policy, and a text that is too
 * long for its field, change nothing. */
void policy_overlay(struct session_policy *, const struct bytes *list);

#endif
