/*
 * Which way serves which cipher and which hash at which batch size: measured, because it
 * differs by two orders of magnitude between processors. Only crypt.c includes it, and its test.
 */
#ifndef GATEHOUSE_CRYPT_MEASURE_H
#define GATEHOUSE_CRYPT_MEASURE_H

#include "engine/ipsec/crypt_ways.h"

/* Numbers of packets with which ways are measured whose lanes nobody knows; what is between them
 * is taken to be in proportion. */
#define CRYPT_SIZES 5
extern const uint8_t crypt_size[CRYPT_SIZES];

/* An enum crypt_way for each number of packets, from 1 on; [1] = encrypting. Of DES, those that
 * crypt_table_load() tells. */
struct crypt_table {
	uint8_t cipher[CIPHER_COUNT][2][CRYPT_BATCH + 1];
	uint8_t hash[HASH_COUNT][CRYPT_BATCH + 1];
	/* The times by which that was decided, for as many packets as crypt_rate_size says. */
	struct crypt_pace {
		uint32_t here, openssl; /* picoseconds a byte; 0: not measured */
	} cipher_pace[CIPHER_COUNT][2][CRYPT_RATES], hash_pace[HASH_COUNT][CRYPT_RATES];
};
extern const uint16_t crypt_rate_size[CRYPT_RATES];

/* What there is of one cipher in a batch: jobs, bytes of payload, those of the longest. */
struct crypt_load {
	size_t jobs, bytes, longest;
};
/*
 * As a number of packets in a crypt_table, 1 to CRYPT_BATCH. DES comes in vectors of many lanes.
 * Enciphering, a lane has a packet and works as long as the longest takes: what counts is how many
 * of those all packets would make. Deciphering, a lane has a block: all bytes count.
 */
size_t crypt_table_load(enum cipher, bool encrypt, const struct crypt_load *);

/* Nanoseconds of work from some moment on. */
typedef uint64_t crypt_clock(void);

/* That of this thread: other processes are none of our business. */
uint64_t crypt_thread_time(void);
/* Takes up to ten milliseconds of that clock. False: out of memory. CRYPT_OPENSSL, which can
 * everything, must be among the ways: the others are held against it. */
bool crypt_measure(struct crypt_ways *, crypt_clock *, struct crypt_table *);

#endif
