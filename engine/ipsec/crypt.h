/*
 * Bulk cryptography of ESP behind one batch-shaped interface: jobs of any mix
 * of SAs go in, and come back done. Several back ends can do the same work;
 * which one serves a cipher, and which a hash, at which batch size is measured
 * at start, because it differs by two orders of magnitude between processors.
 *
 * A `struct crypt` belongs to one worker thread. Keys may be made in another
 * thread, before the worker knows of them.
 */
#ifndef GATEHOUSE_CRYPT_H
#define GATEHOUSE_CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/crypto/crypto.h"

#define CRYPT_BATCH 256 /* most jobs in one crypt_run() */
#define CRYPT_IV_MAX 16
#define CRYPT_ICV_MAX 32

struct crypt;
struct crypt_key; /* one direction of one SA, prepared for every back end */

/* One packet, worked on in place: SPI, sequence, IV, payload; the ICV stands behind it. */
struct esp_job {
	const struct crypt_key *key;
	uint8_t *esp;
	uint32_t len; /* without the ICV; the payload is a multiple of the cipher's block */
	bool ok;      /* decrypting: the ICV was right; else the payload is garbage */
};

/*
 * The ways there are to compute, one row each, narrow registers before wide ones: name, back
 * end (crypt_ops.h), text, group. Of a group only the last that works here is worth measuring:
 * what lies between never won anywhere, and each costs time and memory. The bitslice of 256 lanes
 * with AVX-512's instructions is a group of its own: a batch fills it, and half of 512 lanes.
 */
#define CRYPT_WAY_ROWS(X) \
	X(CRYPT_OPENSSL, crypt_openssl, "openssl", CRYPT_PLAIN) \
	X(CRYPT_MB_SSE, crypt_mb_sse, "libipsec-mb sse", CRYPT_NARROW) \
	X(CRYPT_MB_AVX, crypt_mb_avx, "libipsec-mb avx", CRYPT_WIDE) \
	X(CRYPT_MB_AVX2, crypt_mb_avx2, "libipsec-mb avx2", CRYPT_WIDE) \
	X(CRYPT_MB_AVX512, crypt_mb_avx512, "libipsec-mb avx512", CRYPT_WIDE) \
	X(CRYPT_DES_BITS128, crypt_des_bits128, "bitslice sse2", CRYPT_BITS) \
	X(CRYPT_DES_BITS256, crypt_des_bits256, "bitslice avx2", CRYPT_BITS) \
	X(CRYPT_DES_BITS256_VL, crypt_des_bits256_vl, "bitslice avx512/256", CRYPT_BITS_FULL) \
	X(CRYPT_DES_BITS512, crypt_des_bits512, "bitslice avx512", CRYPT_BITS) \
	X(CRYPT_DES_BYTES16_SSE, crypt_des_bytes16_sse, "byteslice sse", CRYPT_BYTES_FEW) \
	X(CRYPT_DES_BYTES16, crypt_des_bytes16, "byteslice avx2/16", CRYPT_BYTES_FEW) \
	X(CRYPT_DES_BYTES32, crypt_des_bytes32, "byteslice avx2/32", CRYPT_BYTES) \
	X(CRYPT_DES_BYTES64, crypt_des_bytes64, "byteslice avx512", CRYPT_BYTES)

/* Each of which `only` of crypt_create() can ask for; what one cannot do, OpenSSL does. */
enum crypt_way {
	CRYPT_MEASURED, /* the fastest by cipher, hash and batch size */
#define ROW(name, ops, text, group) name,
	CRYPT_WAY_ROWS(ROW)
#undef ROW
	CRYPT_WAYS
};
extern const char *const crypt_way_name[CRYPT_WAYS];

/* NULL when out of memory, or when this processor cannot go that way. CRYPT_MEASURED takes up
 * to ten milliseconds. `crypto` must live as long. */
struct crypt *crypt_create(const struct crypto *crypto, enum crypt_way only);
/* One for another worker, that goes the same ways without another measurement. */
struct crypt *crypt_create_like(const struct crypto *crypto, const struct crypt *measured);
void crypt_destroy(struct crypt *);
/* `enc` and `auth` have the lengths of algorithm.h. NULL when out of memory. */
struct crypt_key *crypt_key_create(const struct crypt *, enum cipher, enum hash, const uint8_t *enc,
    const uint8_t *auth, bool encrypt);
/* Its own thread, when a key goes: wipes what it has kept of keys beside them. */
void crypt_forget(struct crypt *);
/* Wipes. NULL is allowed. */
void crypt_key_destroy(struct crypt_key *);
enum cipher crypt_key_cipher(const struct crypt_key *);
enum hash crypt_key_hash(const struct crypt_key *);
/* Bytes of ICV: those of algorithm.h, or fewer once it is cut. Between two runs only. */
size_t crypt_key_icv(const struct crypt_key *);
void crypt_key_cut(struct crypt_key *, uint8_t icv);
/* Encrypts and signs, or verifies and decrypts, up to CRYPT_BATCH jobs, whose keys were all made
 * for that direction. */
void crypt_run(struct crypt *, struct esp_job *, size_t n, bool encrypt);
/* The same encrypting, of ciphers whose lanes are only full with many packets: each payload is
 * enciphered in so many pieces, and between two of them pause() is called, which may run other
 * jobs. A way that ciphers and signs at once does not pause. */
struct crypt_pauses {
	unsigned pieces; /* at least 1 */
	void (*pause)(void *arg);
	void *arg;
};
void crypt_encrypt_pausing(
    struct crypt *, struct esp_job *, size_t n, const struct crypt_pauses *);
/* What was asked of it, in any thread: payloads, in bytes with their padding. Of a way, those
 * that it deciphered or enciphered, or only authenticated where the cipher is NULL. */
struct crypt_use {
	uint64_t packets, bytes;
	uint64_t failed; /* decrypting: the ICV was wrong */
};
struct crypt_use crypt_suite_use(const struct crypt *, enum cipher, enum hash, bool encrypt);
struct crypt_use crypt_way_use(const struct crypt *, enum crypt_way, bool encrypt);
/* Does any cipher or hash go that way? */
bool crypt_way_serves(const struct crypt *, enum crypt_way);
/*
 * Who serves a suite at which size of a batch: "openssl, libipsec-mb avx2 from 3 packets", or
 * "openssl, bitslice avx2 from 9 packets of 64 bytes; hash: openssl, libipsec-mb avx2 from 3
 * packets" where its cipher and its hash are computed by different ways.
 */
#define CRYPT_WAYS_TEXT 320
void crypt_suite_ways(const struct crypt *, enum cipher, enum hash, bool encrypt,
    char buf[CRYPT_WAYS_TEXT]);
/* What that was decided by, for some sizes of a batch: megabits of payload a second of whoever
 * serves, and of OpenSSL. 0: nothing was measured. */
#define CRYPT_RATES 5
struct crypt_rate {
	uint16_t packets;
	uint32_t here, openssl;
};
void crypt_suite_rates(const struct crypt *, enum cipher, enum hash, bool encrypt,
    struct crypt_rate rate[CRYPT_RATES]);
/* Who serves all ciphers with SHA1: "3des-sha: ..., aes-sha: ...". It lives as long. */
const char *crypt_describe(const struct crypt *);

#endif
