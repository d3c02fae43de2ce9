/* The question whether a user may log in. */
#ifndef GATEHOUSE_SESSION_QUESTION_H
#define GATEHOUSE_SESSION_QUESTION_H

#include "engine/session/objects.h"

/* What PPP calls, with the session as owner (struct ppp_ops). */
void question_ask(void *owner, const struct ppp_auth_request *);
void question_next(void *owner, const struct ppp_auth_next *);
void question_cancel(void *owner);
/* What a login server says to it. */
void question_answered(struct session *, const struct msg_auth_reply *);
/* A number under which the answers to a question will find the session; 0: out of memory. */
uint32_t question_number(struct session *);
/* Under that number: is the session's client who he says? What `r` has is not copied. */
struct msg_auth_request question_whether(
    const struct session *, uint32_t number, const struct ppp_auth_request *r);
/* The session goes: whatever is asked needs no answer. */
void question_drop(struct session *);

#endif
