/* The cure of a login that a policy refuses: at the place that said so, for the user's own
 * attributes and the login server's go before the group policy's. */
#ifndef GATEHOUSE_SESSION_POLICY_CURE_H
#define GATEHOUSE_SESSION_POLICY_CURE_H

#include "engine/base/attempt.h"
#include "engine/session/admission.h"
#include "engine/session/policy.h"

/* Of REASON_GROUP_LOCK, TOO_MANY_LOGINS, ACCESS_HOURS, IPSEC_PROTOCOL_OFF, AUTH_NO_ACCESS_LIST, as
 * it is told; the policy is the resolved one. "" of any other reason. Pure. */
void policy_cure(const struct config *, const struct admitted *, const struct session_policy *,
    enum reason, char cure[CURE_MAX]);

#endif
