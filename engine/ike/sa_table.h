/* Where IKE SAs are found: by their cookies, in lists in order of birth, among those of a peer. */
#ifndef GATEHOUSE_IKE_SA_TABLE_H
#define GATEHOUSE_IKE_SA_TABLE_H

#include "engine/ike/sa.h"

/* In and out of the buckets of both cookies. */
void sa_table_add(struct ike_sa *);
void sa_table_remove(struct ike_sa *);
struct ike_sa *sa_by_cookies(struct ike *, const uint8_t *cky_i, const uint8_t *cky_r);
struct ike_sa *sa_by_initiator(struct ike *, const struct endpoint *, const uint8_t *cky_i);

/* The one that we began with that cookie and that has not been answered yet. */
struct ike_sa *sa_begun(struct ike *, const uint8_t *cky_i);
/* It has been. */
void sa_answered(struct ike_sa *, const uint8_t *cky_r);

/* Last in that list, in no other; its share is taken elsewhere, given back here. */
void sa_list_add(struct ike_list *, struct ike_sa *);
void sa_list_remove(struct ike_sa *);

/* Gives an SA to its peer, away from the one it had; NULL is allowed. */
void sa_join(struct ike_sa *, struct peer *);
/* It goes for good; `peer` still says whose it was. */
void sa_leave(struct ike_sa *);
/* The other SAs of its peer, one after the other: pass NULL first; NULL ends. */
struct ike_sa *sa_sibling(const struct ike_sa *, const struct ike_sa *last);
/* A fresh phase 1 of a peer that has one already: they replace each other. */
void sa_mark_rekey(struct ike_sa *);
/* A pair that replaced each other is no longer one when either goes. */
void sa_forget_rekey(struct ike_sa *gone);

#endif
