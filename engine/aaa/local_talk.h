/*
 * What a login of LOCAL needs behind the right password: a one-time password, a new password in
 * place of one that is too old; then it is accepted.
 */
#ifndef GATEHOUSE_AAA_LOCAL_TALK_H
#define GATEHOUSE_AAA_LOCAL_TALK_H

#include "engine/aaa/local.h"

/* His password was right. `code`: what was typed behind its comma, NULL = nothing; `success`: of
 * MS-CHAPv2. Answers. */
void local_proved(struct conversation *, struct local *, struct aaa_user *, const char *code,
    const char *success);
/* It was not, or is not good for more: answers, and counts it against him (NULL: nobody). */
void local_refused(struct conversation *, struct local *, struct aaa_user *, enum reason);
/* What he may have, into the list. */
void local_describe(const struct conversation *, const struct local *, const struct aaa_user *,
    struct aaa_attributes *);

/* The protocol's functions. */
void local_next(struct conversation *, struct aaa_server *, const struct aaa_next *);
void local_cancel(struct conversation *, struct aaa_server *);

#endif
