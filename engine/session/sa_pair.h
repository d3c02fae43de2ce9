/* SA pairs of a peer. */
#ifndef GATEHOUSE_SESSION_SA_PAIR_H
#define GATEHOUSE_SESSION_SA_PAIR_H

#include "engine/session/objects.h"

struct sa_pair *sa_pair_reserve(struct peer *);
bool sa_pair_inbound(struct sa_pair *, const struct child *);
void sa_pair_up(struct sa_pair *, const struct child *);
/* It carries what leaves from now on; it is up. */
void sa_pair_use(struct sa_pair *);
/* Takes it out of the packet path and frees it; `tell` sends a Delete. */
void sa_pair_remove(struct sa_pair *, bool tell);
/* It is that peer's from now on, the newest of his; once it is up, it carries what leaves for him,
 * and his oldest goes if he has too many. Its renewal is renew.c's to begin. False: it stays where
 * it is. */
bool sa_pair_give(struct sa_pair *, struct peer *to);
/* It came to its end, or with `tell` false the client deleted it: the same; one that was to replace
 * it, and is installed, carries what leaves from now on. */
void sa_pair_over(struct sa_pair *, bool tell);
/* Frees one of those that are leaving; only from gateway_destroy. */
void sa_pair_forget(struct sa_pair *);
/* The packet path's counters; all 0 when it has none. */
void sa_pair_counters(const struct sa_pair *, struct dp_sa_counters *in,
    struct dp_sa_counters *out);
/* The same since an operator cleared them, for `show`; lifetimes count on. */
void sa_pair_shown_counters(const struct sa_pair *, struct dp_sa_counters *in,
    struct dp_sa_counters *out);
/* What ESP carried for a peer, on all pairs that he has and had. */
void peer_carried(const struct peer *, struct carried *in, struct carried *out);
/* So much more on pairs that he has no longer. */
void peer_carry(struct peer *, const struct dp_totals *);
/* Of its lifetime in kilobytes; 0 when it has none. */
uint32_t sa_pair_kilobytes_left(const struct sa_pair *);
/* What is shown begins at zero. False: out of memory. */
bool sa_pair_clear_counters(struct sa_pair *);
/* They have the same selectors. */
bool sa_pair_same(const struct sa_pair *, const struct sa_pair *);
/* By the client's inbound SPI, which we know from the moment when it is installed. */
struct sa_pair *sa_pair_by_out(const struct peer *, uint32_t spi_out);

#endif
