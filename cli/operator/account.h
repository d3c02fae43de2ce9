/* What login servers are told of operators: `aaa accounting`. */
#ifndef GATEHOUSE_OPERATOR_ACCOUNT_H
#define GATEHOUSE_OPERATOR_ACCOUNT_H

struct operator;

/* The line that was matched is going to run. */
void account_command(struct operator *);
/* He is here now, known by name; he goes. */
void account_came(struct operator *);
void account_left(struct operator *);
/* His privilege has changed: he may have entered or left the privileged mode. */
void account_privilege(struct operator *);

#endif
