/*
 * Who is there: a person is asked for a name and a password until they are proved, or three times
 * were wrong. It takes the place of `act->work` and `act->drop` while it lasts.
 */
#ifndef GATEHOUSE_ACTS_WHO_H
#define GATEHOUSE_ACTS_WHO_H

#include "cli/acts/act.h"
#include "cli/login/login.h"

/* What a login server has told him, in lines of its own; nothing for "". */
void who_say_message(struct act *, const char *message);

/* Called once. `result` NULL: broken off, or all tries were wrong, which was said. It goes on, in
 * the end to act_done(). */
typedef void who_answered(struct act *, const struct login_result *);

/* Begins to ask. `user` NULL: the person is asked for a name, too. */
void who_ask(struct act *, enum login_way, const char *user, who_answered *);

#endif
