/*
 * What the user of Windows' own client is shown when his attempt fails: one number for each thing
 * that can come, or not come, to him. Pure.
 */
#ifndef GATEHOUSE_CLIENT_CODE_H
#define GATEHOUSE_CLIENT_CODE_H

#include "engine/base/attempt.h"

/* 0: none, he is not told of it. */
int client_code(enum reason, enum attempt_stage);
/* Refused with MS-CHAP: the numbers that its failures can carry (RFC 2759 6), 691 for all else. */
int client_code_mschap(int code);

#endif
