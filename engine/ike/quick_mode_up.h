/*
 * The second half of a quick mode: the inbound SA works, the client has to prove that he has it,
 * by message 3 or by the ESP that he sends. What is not proved in 240 s is embryonic no longer but
 * gone, unless he has a session that is kept: he may be asleep, and goes on when he wakes.
 */
#ifndef GATEHOUSE_IKE_QUICK_MODE_UP_H
#define GATEHOUSE_IKE_QUICK_MODE_UP_H

#include "engine/ike/qm.h"

#define QM_RESENDS 3

/* Message 2 has left; it is repeated when nothing comes: message 3 may have been lost. */
void qm_wait_for_message3(struct qm *);
/* The client has the SA pair: both directions are up, and the quick mode is over. */
void qm_complete(struct qm *);
/* Good ESP came in on this SPI of ours: message 3 may still come, for a second. */
void qm_confirmed(struct ike *, uint32_t spi_in);
/* What carried the traffic ends: one that we began and that waits only to be confirmed is over at
 * once; with `proved`, because the client deleted the old SA himself, one of his, too, unless he
 * left it long ago: he may be hanging up. */
void qm_hurry(struct ike *, uint32_t spi_in, bool proved);
/* Its SPI was taken back: nobody is told. */
void qm_gone(struct ike *, uint32_t spi_in);

#endif
