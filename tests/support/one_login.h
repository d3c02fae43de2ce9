/* One client of a whole gateway in a simulated world. */
#ifndef GATEHOUSE_ONE_LOGIN_H
#define GATEHOUSE_ONE_LOGIN_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/objects.h"
#include "tests/support/world.h"

#define ON_THE_WAY 1500 /* microseconds: there, but the answer is not yet back */

extern struct world *login_w;

void login_setup(void);
void login_teardown(void);
struct world_client *login_dial(struct world_client *c);
struct world_client *login_connected(bool nat);
uint32_t login_inner(const struct world_client *c);
/* How many of one packet each way arrive. */
unsigned login_passes(struct world_client *c);
struct msg_rec_session login_shown(void);

#endif
