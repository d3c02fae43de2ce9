/*
 * What the keeper has seen every five seconds for five minutes: the processors,
 * the roles' processes, the links' packets. From it come the shares and rates of
 * `show cpu`, `show processes` and `show interface`.
 */
#ifndef GATEHOUSE_KEEPER_SAMPLES_H
#define GATEHOUSE_KEEPER_SAMPLES_H

#include "engine/ipc/message.h"
#include "engine/keeper/link_stats.h"
#include "engine/keeper/proc.h"

#define SAMPLE_MS 5000

/* Over how long a rate or share is taken. */
enum sample_span { SPAN_5_SECONDS, SPAN_1_MINUTE, SPAN_5_MINUTES, SAMPLE_SPANS };

struct samples;

/* NULL when out of memory. */
struct samples *samples_new(void);
void samples_free(struct samples *);
/* Takes a sample; `pid` of each role, 0 = none. To be called every SAMPLE_MS. */
void samples_take(struct samples *, struct netlink *, const int pid[ROLE_COUNT]);
/* Thousandths of all processors that were busy. */
uint32_t samples_cpu(const struct samples *, enum sample_span);
/* Thousandths of all processors that a role's process used. */
uint32_t samples_role(const struct samples *, enum role, enum sample_span);
/* A link's counter, a second; 0 for a link that is new. */
uint64_t samples_rate(
    const struct samples *, uint32_t ifindex, enum link_counter, enum sample_span);
/* The most connections that were tracked at the time of a sample. */
uint32_t samples_most_tracked(const struct samples *);
/* From now on the counters of the link (0: of all) are told from where they are. */
void samples_clear_link(struct samples *, const struct link_stats *, size_t n, uint32_t ifindex);
/* What the counters of a link were at its last clear is taken off. */
void samples_since_clear(const struct samples *, struct link_stats *);
/* For how many seconds its counters have counted: since that, else since the machine's start. */
uint32_t samples_counted_for(const struct samples *, uint32_t ifindex);

#endif
