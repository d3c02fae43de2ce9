/*
 * How a message is opened, and what proves it: the columns of the exchange table that deal with
 * keys. Opening decrypts and reads in place; a message that does not open is counted, traced and
 * has changed nothing else.
 */
#ifndef GATEHOUSE_IKE_PROTECTION_H
#define GATEHOUSE_IKE_PROTECTION_H

#include "engine/ike/qm.h"

/* In clear. */
enum outcome open_clear(struct ike_sa *, struct qm *, struct incoming *);
/* Main mode's message 6, whose IV is what message 5 left. */
enum outcome open_main(struct ike_sa *, struct qm *, struct incoming *);
/* The first message of an exchange of phase 2: its IV comes from its message id. */
enum outcome open_first(struct ike_sa *, struct qm *, struct incoming *);
/* A later message of a quick mode, whose IV moves on. */
enum outcome open_next(struct ike_sa *, struct qm *, struct incoming *);

/* The HASH(1) of a message that begins an exchange of phase 2 fits, and none that ever began one
 * had its id: noted. Without a set the id does not matter. False: counted, to be dropped. */
bool exchange_begins(struct ike_sa *, struct msgids *, const struct incoming *);
/* The HASH(2) of the answer to a quick mode of ours fits. False: counted, to be dropped. */
bool exchange_answered(struct qm *, const struct incoming *);
/* The HASH(3) of a quick mode fits. False: counted, to be dropped. */
bool exchange_proved(struct qm *, const struct incoming *);

#endif
