/*
 * DES and 3DES by byte slice: a register holds six bits of one packet or block in each byte, an
 * S-box is a look-up in registers. For batches too small for the bit slice. docs/des.md
 * shows how the bits lie.
 */
#ifndef GATEHOUSE_BYTESLICE_H
#define GATEHOUSE_BYTESLICE_H

#include "engine/des/byteslice_tables.h"
#include "engine/des/des.h"

#define BYTESLICE_MAX 64 /* lanes of the widest */

/*
 * A width of registers: byteslice_body.h makes them. `block` are words of 8 bytes as they lie in
 * memory, at byteslice_at(); `keys` and `state` have the bytes of BYTESLICE_KEYS and
 * BYTESLICE_STATE.
 */
struct byteslice_width {
	unsigned lanes;
	unsigned high;   /* where colours 4 and 5 begin (byteslice_tables.h) */
	unsigned blocks; /* that cbc() takes of each lane, one behind the other: 1 or 2 */
	/* `key`: `lanes` first words, then as many second ones, then third ones. */
	void (*keys)(const struct byteslice_tables *, void *keys, const uint64_t *key,
	    bool decrypt);
	/* The state from which CBC goes on. */
	void (*chain)(const struct byteslice_tables *, void *state, const uint64_t *iv);
	/* Enciphers so many blocks of each lane; the state is then that of the next. */
	void (*cbc)(const struct byteslice_tables *, void *state, const void *keys,
	    uint64_t *block, unsigned blocks);
	/* The first block of each lane for itself. */
	void (*ecb)(const struct byteslice_tables *, void *state, const void *keys,
	    uint64_t *block);
};
/* Where a lane has its block number `b`. */
static inline size_t byteslice_at(const struct byteslice_width *v, size_t lane, size_t b)
{
	return (lane / 2 * v->blocks + b) * 2 + lane % 2;
}
#define BYTESLICE_KEYS(lanes) ((size_t)DES_ROUNDS * 8 * (lanes))
#define BYTESLICE_STATE (16 * BYTESLICE_MAX)

/* Room of a technique; the keys of its widest registers stand behind it. */
struct byteslice_scratch {
	struct byteslice_tables tables;
	_Alignas(64) uint8_t state[BYTESLICE_STATE];
	_Alignas(64) uint64_t key[3 * BYTESLICE_MAX];
	_Alignas(64) uint64_t block[BYTESLICE_MAX];
	_Alignas(64) uint8_t keys[];
};
#define BYTESLICE_SCRATCH(lanes) (sizeof(struct byteslice_scratch) + BYTESLICE_KEYS(lanes))

/* Any number of jobs, in groups of the wide registers' lanes; the narrow ones do what they have
 * lanes for. Both have tables of the same kind; a technique of one width gives it twice. */
void byteslice_encrypt(const struct byteslice_width *wide, const struct byteslice_width *narrow,
    struct byteslice_scratch *, const struct des_job *, size_t n);
void byteslice_decrypt(const struct byteslice_width *wide, const struct byteslice_width *narrow,
    struct byteslice_scratch *, const struct des_job *, size_t n);

#endif
