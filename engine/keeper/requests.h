/* What a role may ask of the keeper: one table (requests.c). */
#ifndef GATEHOUSE_REQUESTS_H
#define GATEHOUSE_REQUESTS_H

#include "engine/ipc/message.h"

struct keeper;

/* 0 when that role may ask it and every field is sane; else EPERM or EINVAL, and `why`. Looks at
 * nothing but the message. */
int request_check(enum role from, const struct ipc_msg *, const char **why);
/* Checks, acts and answers with KEEP_REPLY. */
void request_serve(struct keeper *, enum role from, struct ipc_msg *);

#endif
