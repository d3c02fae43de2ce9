/* What an acceptance says, kept while the authorization servers are asked. */
#ifndef GATEHOUSE_SESSION_ACCEPTANCE_H
#define GATEHOUSE_SESSION_ACCEPTANCE_H

#include "engine/ipc/message.h"

struct acceptance;

/* A copy of that answer. NULL when out of memory. */
struct acceptance *acceptance_keep(const struct msg_auth_reply *);
/* It lives as long as what keeps it. */
const struct msg_auth_reply *acceptance_answer(const struct acceptance *);
/* Wipes and frees it, and sets the pointer to NULL. Harmless when there is none. */
void acceptance_drop(struct acceptance **);

#endif
