/* One login at the RADIUS bench, and what the server has heard of it. */
#ifndef GATEHOUSE_RADIUS_TALK_H
#define GATEHOUSE_RADIUS_TALK_H

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/radius_bench.h"

extern struct radius_bench radius_b;
extern struct bench_login radius_l;
extern uint8_t radius_buffer[RADIUS_PACKET_MAX];

void radius_setup(void);
void radius_teardown(void);
void radius_ask(enum aaa_method method);

#endif
