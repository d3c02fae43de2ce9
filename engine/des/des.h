/*
 * DES and 3DES in CBC mode for many packets at once, in vector registers and
 * without an access to memory that depends on data or key. There are several
 * techniques; which one serves how many packets best is measured by whoever
 * uses them. docs/des.md shows how the bits lie.
 */
#ifndef GATEHOUSE_DES_H
#define GATEHOUSE_DES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DES_BLOCK 8
#define DES_JOBS 256 /* most jobs of one call */
#define DES_ROUNDS 48

/* The three keys as encryption uses them, in either direction; parity is ignored. DES is 3DES with
 * three times the same. No schedule is kept: techniques spread the keys of a batch in no
 * more time than gathering schedules takes. The caller wipes it. */
struct des_key {
	uint8_t key[3][8];
};

/* A packet, worked on in place. Jobs of one call have keys of its direction, of any mix of SAs. */
struct des_job {
	const struct des_key *key;
	const uint8_t *iv; /* 8 bytes, outside data; may be those in front of it */
	uint8_t *data;
	uint32_t len; /* bytes, a multiple of 8; 0 is allowed */
};

/* A technique; engine/ipsec/crypt.h lists them in CRYPT_WAY_ROWS, beside what else there is. */
struct des_way {
	/* What are as fast together as one of them alone: packets encrypting, blocks decrypting. */
	unsigned lanes;
	bool (*works)(void); /* on this processor? */
	/* Room to work in: so many bytes, aligned to 64, zeroed by whoever owns them and prepared
	 * once. Its tables stay there; what else it holds are keys and plain text, which nothing
	 * needs between two calls: `secrets` bytes from `secret` on. Wipe it. */
	size_t scratch, secret, secrets;
	void (*prepare)(void *scratch);
	/* Up to DES_JOBS jobs. */
	void (*encrypt)(void *scratch, const struct des_job *, size_t n);
	void (*decrypt)(void *scratch, const struct des_job *, size_t n);
};

extern const struct des_way des_bits128, des_bits256, des_bits256_vl, des_bits512;
/* By the number of lanes; the last is for AVX512-VBMI. */
extern const struct des_way des_bytes16_sse, des_bytes16_avx2, des_bytes32, des_bytes64;

/* What the processor has. */
bool des_always(void);
bool des_avx2(void);
bool des_avx512(void); /* and an operating system that keeps the registers */
bool des_avx512vl(void); /* in registers of 256 bits, too */
/* `key` has 8 bytes for DES, 24 for 3DES. */
void des_key_init(struct des_key *, const uint8_t *key, size_t len);

#endif
