/* Windows domain controllers: a password is asked for by SMB2 and NTLMv2, in a child of the
 * keeper's (engine/child/nt_main.c). */
#ifndef GATEHOUSE_AAA_NT_H
#define GATEHOUSE_AAA_NT_H

#include "engine/aaa/conversation.h"

#define NT_AT_ONCE 8 /* children of one server; other logins wait for their turn */

extern const struct aaa_protocol nt_protocol;

#endif
