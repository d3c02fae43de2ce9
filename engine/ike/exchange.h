/*
 * The dispatcher: which row of an exchange table a message belongs to, and its way through that
 * row's columns. A message is opened as its row says, its payloads are put in buckets and held
 * against what the row requires and tolerates, and only then a handler uses them. A message that
 * fails anywhere leaves its exchange as it was.
 */
#ifndef GATEHOUSE_IKE_EXCHANGE_H
#define GATEHOUSE_IKE_EXCHANGE_H

#include "engine/ike/qm.h"

enum { AUTH_ANY = 0, EITHER_ROLE = ROLE_RESPONDER | ROLE_INITIATOR };
enum { ENCRYPTED = 1, HASH_FIRST = 2, STARTS_QM = 4 };

typedef enum outcome exchange_step(struct ike_sa *, struct qm *, struct incoming *);

struct exchange_row {
	/* Which messages: exchange type, our state and role in it, how phase 1 authenticates. */
	uint8_t exchange, state, role;
	uint16_t auth;
	const char *message;         /* in the RFC's notation, for who reads the table */
	unsigned required, optional; /* HAS_* of what may come; more is refused */
	unsigned flags;
	exchange_step *open;    /* finds the key, fills in->m; not GO_NEXT: all is said */
	exchange_step *receive; /* the payloads are there; GO_NEXT: on to `next` */
	uint8_t next;
};

struct exchange_table {
	const struct exchange_row *row;
	size_t n;
};

/* The row of a message; of those that differ in nothing else the one in which it is encrypted, or
 * is not. NULL when it has no place now. */
const struct exchange_row *exchange_row(const struct exchange_table *, uint8_t exchange,
    unsigned state, enum ike_role, uint16_t auth, bool encrypted);
/* One whole message for this SA, which the caller holds. */
void exchange_receive(const struct exchange_table *, struct ike_sa *, struct incoming *);

#endif
