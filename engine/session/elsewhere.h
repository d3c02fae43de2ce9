/*
 * A client whose NAT gave it another port while it slept, and which renews its phase 1 before it
 * says anything else from there, is a stranger: all that the clients of one NAT have in common is
 * in a phase 1. Then it speaks of its session on the SAs that it has made. When it looks like that
 * client in all that can be seen, has proved that it is the session's user (proof.c), and nobody is
 * heard where that client was, what it made is its session's peer's, who is there now.
 *
 * Everything but the proof is cheap: the key is known to all users, and numbers can be guessed. So
 * nothing is done to a session before, and nothing is told.
 */
#ifndef GATEHOUSE_SESSION_ELSEWHERE_H
#define GATEHOUSE_SESSION_ELSEWHERE_H

#include "engine/session/objects.h"

/* An L2TP message, from and to those ports, came on that pair, whose peer may have no session. */
void elsewhere_heard(const struct sa_pair *, uint16_t local_port, uint16_t remote_port,
    const uint8_t *msg, size_t len);

#endif
