/*
 * The Change-Password packet of MS-CHAPv2 (RFC 2759 7, 8.9-8.13): the new password, readable by who
 * has the NT hash of the old one.
 */
#ifndef GATEHOUSE_MSCHAP_CHANGE_H
#define GATEHOUSE_MSCHAP_CHANGE_H

#include "engine/crypto/mschap.h"

#define MSCHAP_CHANGE 582     /* the packet behind its CHAP header */
#define MSCHAP_CLEAR_MAX 1024 /* a password of 256 units in UTF-8, with its NUL */

struct mschap_change {
	char clear[MSCHAP_CLEAR_MAX]; /* the new password; to be wiped */
	uint8_t hash[MSCHAP_HASH];    /* its NT hash */
	char success[MSCHAP_SUCCESS]; /* what proves us to the client */
};

/* Reads it. `old`: the hash of the old password; `challenge`: what the packet answers; `user` as it
 * was sent. False: it was not made with the old password, or its parts do not fit each other. */
bool mschap_change_read(const struct crypto *, const uint8_t packet[MSCHAP_CHANGE],
    const uint8_t old[MSCHAP_HASH], const uint8_t challenge[16], const char *user,
    struct mschap_change *);
/* The client's side (tests). */
bool mschap_change_write(const struct crypto *, const char *clear, const uint8_t old[MSCHAP_HASH],
    const uint8_t challenge[16], const char *user, uint8_t packet[MSCHAP_CHANGE]);

#endif
