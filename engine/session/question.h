/* The question whether a user may log in. */
#ifndef GATEHOUSE_SESSION_QUESTION_H
#define GATEHOUSE_SESSION_QUESTION_H

#include "engine/session/objects.h"

/* PPP's (struct ppp_ops.authenticate): the owner is the session. */
void session_authenticate(void *owner, const struct ppp_auth_request *);
void session_auth_done(struct session *, const struct msg_auth_reply *);

#endif
