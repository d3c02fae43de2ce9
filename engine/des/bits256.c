/* Bitslice in registers of 256 bits; see bits.h. */
#define LANES 256
#define CIRCUITS "engine/des/circuits2.def"
#include "engine/des/bits_run.h"

const struct des_way des_bits256 = {
    .lanes = LANES,
    .works = des_avx2,
    .scratch = sizeof(struct room),
    .secrets = offsetof(struct room, where),
    .prepare = prepare,
    .encrypt = encrypt,
    .decrypt = decrypt,
};
