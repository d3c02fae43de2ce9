/*
 * Bitslice in registers of 256 bits, on processors that have the instruction for any function of
 * three inputs in these too (AVX512VL): a batch of packets fills them where it would leave half of
 * the widest empty; see bits.h.
 */
#define LANES 256
#define CIRCUITS "engine/des/circuits3.def"
#include "engine/des/bits_run.h"

const struct des_way des_bits256_vl = {
    .lanes = LANES,
    .works = des_avx512vl,
    .scratch = sizeof(struct room),
    .secrets = offsetof(struct room, where),
    .prepare = prepare,
    .encrypt = encrypt,
    .decrypt = decrypt,
};
