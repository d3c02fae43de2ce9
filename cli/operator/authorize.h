/* Who decides whether an operator may type a command: his privilege level, or the servers of
 * `aaa authorization command GROUP`. */
#ifndef GATEHOUSE_OPERATOR_AUTHORIZE_H
#define GATEHOUSE_OPERATOR_AUTHORIZE_H

#include <stdbool.h>

struct act;
struct operator;

/* The answer, in the call or later; what he has to read of a refusal was said. */
typedef void authorized(struct act *, bool allowed);

/* Are servers asked for what he types? Not for scripts on the host, whose user could do all of it
 * without us. */
bool authorize_needed(const struct operator *);
/* May he run the line that was matched? */
void authorize(struct operator *, authorized *);

#endif
