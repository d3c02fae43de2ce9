/* What the history of sessions is told: each that came up, and its end. */
#ifndef GATEHOUSE_SESSION_PAST_H
#define GATEHOUSE_SESSION_PAST_H

#include "engine/session/objects.h"

/* The login is up: traffic may pass. */
void past_began(const struct session *);
/* It is over, with these counters; called for one that was up, while it still has its key. */
void past_ended(const struct session *, const struct dp_session_counters *, enum reason);

#endif
