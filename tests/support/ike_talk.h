/* A responder and a scripted Windows client in one world, and how far they have come. */
#ifndef GATEHOUSE_IKE_TALK_H
#define GATEHOUSE_IKE_TALK_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/dpd.h"
#include "engine/ike/ike.h"
#include "engine/ike/qm.h"
#include "engine/ike/quick_mode_up.h"
#include "tests/support/ike_world.h"

extern struct ike_world talk_world;
extern struct ike_initiator talk_client;
extern struct initiator_message talk_msg;
extern struct path talk_path; /* from the server's side: what he sees */
extern struct initiator_qm talk_quick;

void talk_setup(void);
void talk_teardown(void);
void talk_say(void);
void talk_to_mm4(void);
void talk_phase1(void);
void talk_phase2(void);
/* Both ends have the same keys, crosswise. */
void talk_keys_agree(void);

#endif
