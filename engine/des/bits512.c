/*
 * Bitslice in registers of 512 bits, whose instruction for any function of three inputs makes the
 * circuits a third shorter; see bits.h.
 */
#define LANES 512
#define CIRCUITS "engine/des/circuits3.def"
#include "engine/des/bits_run.h"

const struct des_way des_bits512 = {
    .lanes = LANES,
    .works = des_avx512,
    .scratch = sizeof(struct room),
    .secrets = offsetof(struct room, where),
    .prepare = prepare,
    .encrypt = encrypt,
    .decrypt = decrypt,
};
