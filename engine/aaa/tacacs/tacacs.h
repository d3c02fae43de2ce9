/* TACACS+ (RFC 8907): logins by PAP, CHAP, MS-CHAPv1 and questions, authorization, accounting. */
#ifndef GATEHOUSE_AAA_TACACS_H
#define GATEHOUSE_AAA_TACACS_H

#include "engine/aaa/conversation.h"

extern const struct aaa_protocol tacacs_protocol;

#endif
