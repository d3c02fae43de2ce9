/*
 * Which way serves which suite at which batch size: measured, because it
 * differs by two orders of magnitude between processors. Only crypt.c includes it, and its test.
 */
#ifndef GATEHOUSE_CRYPT_MEASURE_H
#define GATEHOUSE_CRYPT_MEASURE_H

#include "engine/ipsec/crypt_ways.h"

/* Batch sizes that are measured; each stands for those from the one before it on. */
#define CRYPT_SIZES 5
extern const uint8_t crypt_size[CRYPT_SIZES];

/* An enum crypt_way each; [1] = encrypting. */
typedef uint8_t crypt_table[CIPHER_COUNT][HASH_COUNT][2][CRYPT_SIZES];

/* Nanoseconds of work from some moment on. */
typedef uint64_t crypt_clock(void);

/* That of this thread: other processes are none of our business. */
uint64_t crypt_thread_time(void);
/* Takes up to ten milliseconds of that clock. False: out of memory. CRYPT_OPENSSL, which can
 * everything, must be among the ways: the others are held against it. */
bool crypt_measure(struct crypt_ways *, crypt_clock *, crypt_table);

#endif
