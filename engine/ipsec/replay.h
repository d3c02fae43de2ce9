/*
 * The anti-replay window of one inbound SA (RFC 4303 3.4.3): up to 1024
 * sequence numbers below the newest one, kept as a ring of 64-bit words that
 * are cleared when the window moves over them (RFC 6479).
 */
#ifndef GATEHOUSE_REPLAY_H
#define GATEHOUSE_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#define REPLAY_MAX 1024
#define REPLAY_WORDS (REPLAY_MAX / 64 + 1)

struct replay {
	uint32_t size; /* sequence numbers in the window, 0 = every packet is taken */
	uint32_t top;  /* newest number seen, 0 = none yet */
	uint64_t seen[REPLAY_WORDS];
};

/* `size` in packets; more than REPLAY_MAX means REPLAY_MAX, 0 switches the check off. */
void replay_init(struct replay *, uint32_t size);
/* Would `seq` be taken? Changes nothing: to be asked before the ICV is computed. */
bool replay_check(const struct replay *, uint32_t seq);
/* Takes `seq`, whose packet is authentic; false when it is old or was seen before. */
bool replay_update(struct replay *, uint32_t seq);
/* The newest 64 numbers, top = bit 0; what `show crypto ipsec sa` calls the anti replay bitmap. */
uint64_t replay_bitmap(const struct replay *);

#endif
