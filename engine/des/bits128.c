/* Bitslice in registers of 128 bits, which every processor has; see bits.h. */
#define LANES 128
#define CIRCUITS "engine/des/circuits2.def"
#include "engine/des/bits_run.h"

const struct des_way des_bits128 = {
    .lanes = LANES,
    .works = des_always,
    .scratch = sizeof(struct room),
    .secrets = offsetof(struct room, where),
    .prepare = prepare,
    .encrypt = encrypt,
    .decrypt = decrypt,
};
