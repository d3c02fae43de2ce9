/*
 * Somebody speaks of a session from a place that is not its client's: is it he? He is asked by
 * CHAP, over there and nowhere else (ppp/proof.h), and a login server says whether he has the
 * password of the session's user. The session knows nothing of it and loses nothing by it: that
 * somebody knows its numbers, and the key that all users have, is no proof of anything.
 */
#ifndef GATEHOUSE_SESSION_PROOF_H
#define GATEHOUSE_SESSION_PROOF_H

#include "engine/session/objects.h"

/* How it ended: REASON_NONE, he is the session's user. `place` has asked since then (monotonic). */
typedef void proof_verdict(struct session *, struct peer *place, enum reason, uint64_t since);

/* Asks over the peer's SAs, from and to those ports. The verdict comes when the answer is known,
 * but not before so long a time (microseconds); never when session or peer go meanwhile. False:
 * the session's client cannot be asked so, somebody is asked, or a login server has refused such a
 * proof since his login. */
bool proof_begin(struct session *, struct peer *place, uint16_t local_port, uint16_t remote_port,
    uint64_t least, proof_verdict *);
/* A PPP frame of that session from there. */
void proof_heard(struct session *, const struct peer *place, const uint8_t *frame, size_t len);
/* A login server's answer; false: to a question of the session's own. */
bool proof_answered(struct session *, const struct msg_auth_reply *);
/* Harmless when nobody is asked. */
void proof_drop(struct session *);

#endif
