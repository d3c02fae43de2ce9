/* What TACACS+ calls things: arguments of authorization and accounting (RFC 8907 6, 7, 8). Pure. */
#ifndef GATEHOUSE_AAA_TACACS_AUTHOR_H
#define GATEHOUSE_AAA_TACACS_AUTHOR_H

#include "engine/aaa/tacacs/packet.h"

/* What is asked: of a user's service, or of a command. */
void tacacs_author_args(struct tacacs_args *, const struct aaa_request *);
/* What a record says; its times are Unix time. */
void tacacs_acct_args(struct tacacs_args *, const struct msg_account *);
/* May he, by a reply of PASS? Fills in `to`. False: something that has to be obeyed is not known
 * here, or has a value that is none; `why` says which. */
bool tacacs_author_granted(const struct aaa_request *, const struct tacacs_reply *,
    struct aaa_attributes *to, char *why, size_t size);

#endif
