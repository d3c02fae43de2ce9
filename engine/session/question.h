/* The question whether a user may log in; its answers come by gateway_auth_done(). */
#ifndef GATEHOUSE_SESSION_QUESTION_H
#define GATEHOUSE_SESSION_QUESTION_H

#include "engine/session/objects.h"

/* What PPP calls, with the session as owner (struct ppp_ops). */
void question_ask(void *owner, const struct ppp_auth_request *);
void question_next(void *owner, const struct ppp_auth_next *);
void question_cancel(void *owner);
/* The session goes: whatever is asked needs no answer. */
void question_drop(struct session *);

#endif
