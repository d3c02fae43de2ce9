/*
 * Which family of clients somebody belongs to, by what IKE's first message says: the vendor ids,
 * and where those do not decide, the shape of the offer. Pure. Signs are collected
 * (vendors_read(), family_offer_signs()), then judged by a table.
 */
#ifndef GATEHOUSE_IKE_FAMILY_H
#define GATEHOUSE_IKE_FAMILY_H

#include "engine/base/profile.h"
#include "engine/ike/payload.h"

enum { /* one bit a sign */
	/* Vendor ids. */
	SIGN_NT5 = 1 << 0,        /* MS NT5 ISAKMPOAKLEY and a version */
	SIGN_MICROSOFT = 1 << 1,  /* any other that only Windows sends */
	SIGN_APPLE = 1 << 2,      /* the NAT-T draft without a number */
	SIGN_STRONGSWAN = 1 << 3,
	SIGN_LIBRESWAN = 1 << 4,
	SIGN_RACOON = 1 << 5,     /* KAME's */
	SIGN_NATT_RFC = 1 << 6,
	SIGN_NATT_OLD = 1 << 7,   /* draft 00 */
	SIGN_NATT_02 = 1 << 8,    /* either spelling */
	SIGN_NATT_LATE = 1 << 9,  /* drafts 04 to 08 */
	SIGN_XAUTH = 1 << 10,
	SIGN_DPD = 1 << 11,
	SIGN_UNITY = 1 << 12,
	SIGN_FRAGMENTATION = 1 << 13,
	/* Order of the attributes of the first transform. */
	SIGN_LIFE_AUTH = 1 << 14, /* life, encryption, authentication, hash, group: racoon */
	SIGN_LIFE_HASH = 1 << 15, /* life, encryption, hash, authentication, group: pluto */
	SIGN_LIFE_LAST = 1 << 16, /* encryption, hash, group, authentication, life */
	/* What is offered. */
	SIGN_CURVE = 1 << 17,     /* a group that is an elliptic curve */
	SIGN_3DES = 1 << 18
};

struct family_signs {
	uint32_t seen; /* SIGN_* */
	uint32_t nt5;  /* version word of MS NT5 ISAKMPOAKLEY */
};

/* The signs of an offer of phase 1; 0 when there are none. */
uint32_t family_offer_signs(const struct proposal *, size_t n);
/* PROFILE_UNKNOWN when they fit no row. */
enum client_profile family_of(const struct family_signs *);

#endif
